/* collected: collecting in one call, and asking the bundle. Shared by the tests of the room. */
#ifndef MERLON_TEST_COLLECTED_H
#define MERLON_TEST_COLLECTED_H

#include "sensor/host/host.h"

#include <string.h>

__attribute__((unused)) static struct bundle *collected(struct host *host,
                                                        const struct wishes *wishes)
{
    struct bundle *bundle = bundle_new();
    struct rc rc = host_collect(host, wishes, 1767225600000000, bundle);
    if (failed(rc))
        print_error("%s\n", fault_text());
    assert_false(failed(rc));
    return bundle;
}

/* What one source gives. */
__attribute__((unused)) static struct bundle *from_source(struct host *host,
                                                          const struct source *source)
{
    struct wishes wishes = {.sources = &source, .source_count = 1};
    return collected(host, &wishes);
}

__attribute__((unused)) static struct bundle *from_path(struct host *host, const char *path)
{
    struct wishes wishes = {.paths = &path, .path_count = 1};
    return collected(host, &wishes);
}

__attribute__((unused)) static const struct item *item_of(const struct bundle *bundle,
                                                          enum item_kind kind, const char *name)
{
    const struct item *item = bundle_find(bundle, kind, name);
    if (!item)
        print_error("no item %s %s\n", item_kind_name(kind), name);
    assert_non_null(item);
    return item;
}

__attribute__((unused)) static void expect_status(const struct bundle *bundle, enum item_kind kind,
                                                  const char *name, enum item_status status)
{
    const struct item *item = item_of(bundle, kind, name);
    if (item->status != status)
        print_error("%s is %s (%s)\n", name, item_status_name(item->status), item->reason);
    assert_int_equal(item->status, status);
    if (status != ITEM_OK && status != ITEM_TRUNCATED)
        assert_int_equal(item->bytes.len, 0);
}

__attribute__((unused)) static void expect_bytes(const struct bundle *bundle, enum item_kind kind,
                                                 const char *name, const char *text)
{
    expect_status(bundle, kind, name, ITEM_OK);
    const struct item *item = item_of(bundle, kind, name);
    if (!view_is(item->bytes, text))
        print_error("%s holds \"%.*s\"\n", name, (int)item->bytes.len, item->bytes.ptr);
    assert_true(view_is(item->bytes, text));
}

#endif

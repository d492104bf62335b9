/*
 * fuzz_query: bytes as a person's query over a small fixed bundle. Whatever is asked ends soon, is
 * refused or answered, and changes nothing: the same question after it gets the same answer.
 */
#include "sensor/baseline/baseline.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define SQL_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add(struct bundle *bundle, enum item_kind kind, enum item_status status,
                const char *name, const char *text)
{
    struct item item = {
        .kind = kind, .status = status, .name = name, .reason = "", .bytes = view_of(text)};
    if (failed(bundle_add(bundle, &item)))
        abort();
}

static struct bundle *fixed_bundle(void)
{
    static struct bundle *bundle;
    if (bundle)
        return bundle;
    bundle = bundle_new();
    bundle_set_target(bundle, &(struct target){.kind = "root", .name = "fuzz", .tool = "fuzz"});
    add(bundle, ITEM_FILE, ITEM_OK, "/etc/passwd",
        "root:x:0:0:root:/root:/bin/bash\nan:x:1000:1000::/home/an:/bin/sh\n");
    add(bundle, ITEM_FILE, ITEM_OK, "/etc/group", "root:x:0:\nan:x:1000:an,root\n");
    add(bundle, ITEM_FILE, ITEM_DENIED, "/etc/shadow", "");
    add(bundle, ITEM_FILE, ITEM_TRUNCATED, "/etc/login.defs", "PASS_MAX_DAYS 90\nPASS_MIN");
    add(bundle, ITEM_FILE, ITEM_ABSENT, "/etc/fstab", "");
    return bundle;
}

static struct rc take_columns(void *context, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        *(size_t *)context += strlen(names[i]);
    return RC_OK;
}

/* Every byte of every value is read. */
static struct rc take_row(void *context, const struct observed *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        *(size_t *)context += values[i].kind == OBSERVED_TEXT ? strlen(values[i].text) : 1;
    return RC_OK;
}

static void take_unread(void *context, const char *source, const char *status, const char *reason)
{
    *(size_t *)context += strlen(source) + strlen(status) + strlen(reason);
}

static struct rc ask(struct query *query, size_t *seen)
{
    *seen = 0;
    return query_run(query, fixed_bundle(), 1767225600000000,
                     &(struct query_sink){take_columns, take_row, take_unread, seen});
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char sql[SQL_MAX + 1];
    size_t once, twice;
    struct query *query = NULL;
    if (size > SQL_MAX)
        return 0;
    memcpy(sql, data, size);
    sql[size] = '\0';
    int64_t limit = sqlite3_hard_heap_limit64(-1);
    if (!failed(query_new(sql, NULL, 0, &query))) {
        struct rc first = ask(query, &once);
        if (first.kind != FAULT_LIMIT && /* time, which is no function of the query */
            (ask(query, &twice).kind != first.kind || once != twice))
            abort();
    } else if (fault_text()[0] == '\0') {
        abort();
    }
    query_free(query);
    if (sqlite3_hard_heap_limit64(-1) != limit)
        abort();
    return 0;
}

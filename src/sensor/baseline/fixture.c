/*
 * fixture: the small file tree of a fixture as a host in memory, collected like any other target.
 * The format stands in docs/CHECKS.md.
 */
#include "sensor/baseline/engine.h"

#include <string.h>

#define FIXTURE_NOW INT64_C(1767225600) /* 2026-01-01T00:00:00Z */

static struct rc refuse(struct value at, const char *what, const char *name)
{
    return fault(FAULT_DATA, "line %u: fixture: %s: %s", doc_line(at), name, what);
}

/* A whole number under `key`, or what stands for it. */
static int64_t number(struct value map, const char *key, int64_t otherwise)
{
    int64_t n;
    return doc_integer(doc_get(map, key), &n) ? n : otherwise;
}

/* `denied:` is short for `status: denied` at that path. */
static bool denied_in(struct value fixture, const char *path)
{
    struct value list = doc_get(fixture, "denied");
    for (uint32_t i = 0; i < doc_count(list); i++) {
        const char *name = doc_text(doc_at(list, i));
        if (name && strcmp(name, path) == 0)
            return true;
    }
    return false;
}

static struct rc read_status(struct value fixture, const char *path, struct value entry,
                             enum item_status *out)
{
    const char *name = doc_get_text(entry, "status");
    *out = denied_in(fixture, path) ? ITEM_DENIED : ITEM_OK;
    for (int s = 0; name && s < ITEM_STATUS_COUNT; s++) {
        if (strcmp(name, item_status_name((enum item_status)s)) == 0) {
            *out = (enum item_status)s;
            return RC_OK;
        }
    }
    return name ? refuse(entry, "there is no such status", name) : RC_OK;
}

static struct rc add_file(struct host *host, struct value fixture, const char *path,
                          struct value entry)
{
    struct stat_fact fact = {
        .type = "file", .mode = 0644, .nlink = 1, .link = "", .mtime = FIXTURE_NOW};
    const char *text = doc_text(entry);
    enum item_status status;
    TRY(read_status(fixture, path, entry, &status));
    if (doc_kind(entry) == DOC_MAP) {
        const char *type = doc_get_text(entry, "type"), *mode = doc_get_text(entry, "mode");
        const char *link = doc_get_text(entry, "link");
        int64_t bits = 0;
        text = doc_get_text(entry, "text");
        fact.type = type ? type : "file";
        fact.link = link ? link : "";
        fact.mode = strcmp(fact.type, "directory") == 0 ? 0755 : 0644;
        if (mode && !view_octal(view_of(mode), &bits))
            return refuse(entry, "mode must be octal digits", path);
        if (mode)
            fact.mode = (uint32_t)bits & 07777;
        fact.uid = number(entry, "uid", 0);
        fact.gid = number(entry, "gid", 0);
        fact.mtime = number(entry, "mtime", FIXTURE_NOW);
    }
    fact.size = text ? (int64_t)strlen(text) : 0;
    return host_memory_add(host, ITEM_FILE, path, &fact, view_of(text ? text : ""), status);
}

static struct rc add_files(struct host *host, struct value fixture)
{
    struct value files = doc_get(fixture, "files"), denied = doc_get(fixture, "denied");
    for (uint32_t i = 0; i < doc_count(files); i++)
        TRY(add_file(host, fixture, doc_key(files, i), doc_at(files, i)));
    for (uint32_t i = 0; i < doc_count(denied); i++) {
        const char *path = doc_text(doc_at(denied, i));
        if (path && doc_kind(doc_get(files, path)) == DOC_NONE)
            TRY(add_file(host, fixture, path, (struct value){0}));
    }
    return RC_OK;
}

/* A fixture with `live:` is a running host; without, a dead root. */
static struct rc add_live(struct host *host, struct value fixture)
{
    struct value live = doc_get(fixture, "live");
    static const struct stat_fact none = {.type = "file", .link = ""};
    if (doc_kind(live) == DOC_NONE)
        return RC_OK;
    host_memory_set_running(host, true);
    for (uint32_t i = 0; i < doc_count(live); i++) {
        const char *text = doc_text(doc_at(live, i));
        const char *status = doc_get_text(doc_at(live, i), "status");
        bool denied = status && strcmp(status, "denied") == 0;
        if (!text && !denied)
            return refuse(live, "a probe needs a text, or status: denied", doc_key(live, i));
        TRY(host_memory_add(host, ITEM_LIVE, doc_key(live, i), &none, view_of(text ? text : ""),
                            denied ? ITEM_DENIED : ITEM_OK));
    }
    return RC_OK;
}

int64_t fixture_now(struct value fixture)
{
    return number(fixture, "now", FIXTURE_NOW) * 1000000;
}

struct rc fixture_bundle(struct value fixture, const struct wishes *wishes, struct bundle **out)
{
    struct host *host = NULL;
    struct bundle *bundle = bundle_new();
    struct rc rc = host_open_memory("fixture", &host);
    if (!failed(rc))
        rc = add_files(host, fixture);
    if (!failed(rc))
        rc = add_live(host, fixture);
    if (!failed(rc))
        rc = host_collect(host, wishes, fixture_now(fixture), bundle);
    host_close(host);
    if (failed(rc))
        bundle_free(bundle);
    else
        *out = bundle;
    return rc;
}

struct rc fixture_kinds(const char *origin, struct value fixtures)
{
    static const char *const kinds[] = {"pass", "fail", "absent", "unreadable"};
    size_t seen[COUNT_OF(kinds)] = {0};
    for (uint32_t i = 0; i < doc_count(fixtures); i++) {
        struct value fixture = doc_at(fixtures, i);
        const char *kind = doc_get_text(fixture, "kind");
        bool known = false;
        for (size_t k = 0; kind && k < COUNT_OF(kinds); k++) {
            if (strcmp(kind, kinds[k]) == 0) {
                seen[k]++;
                known = true;
            }
        }
        if (!known || !doc_get_text(fixture, "name"))
            return fault(FAULT_DATA,
                         "%s:%u: a fixture needs a name and a kind: pass, fail, absent "
                         "or unreadable",
                         origin, doc_line(fixture));
    }
    for (size_t k = 0; k < COUNT_OF(kinds); k++)
        if (!seen[k])
            return fault(FAULT_DATA, "%s:%u: no fixture of kind %s", origin, doc_line(fixtures),
                         kinds[k]);
    return RC_OK;
}

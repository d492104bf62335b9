/*
 * trial: a check written as YAML, judged on a small target, in a few words. Shared by the tests of
 * the room.
 *
 *   put / put_file      raw items of a bundle, with any status
 *   add / add_status    things of a host in memory, collected by the plan's own wishes
 *   judge / judge_host  one check -> its result, kept until the next one or the end of the test
 */
#ifndef MERLON_TEST_TRIAL_H
#define MERLON_TEST_TRIAL_H

#include "../sys/scratch.h"
#include "sensor/baseline/engine.h"

#include <inttypes.h>

#define TRIAL_NOW INT64_C(1767225600000000)
#define PASSWD    "root:x:0:0:root:/root:/bin/bash\nan:x:1000:1000::/home/an:/bin/bash\n"
#define SHADOW    "root:!{sha512}:19000:0:99999:7:::\nan:*:19000:0:99999:7:::\n"
#define GROUPS    "root:x:0:\nan:x:1000:\n"

static struct arena *trial_arena;
static struct bundle *trial_bundle; /* filled by put, judged by judge */
static struct host *trial_host;     /* filled by add, collected by judge_host */
static struct plan *trial_plan;
static struct run *trial_run;

static inline void trial_forget(void)
{
    run_free(trial_run);
    plan_free(trial_plan);
    trial_run = NULL;
    trial_plan = NULL;
}

static inline void trial_fresh_bundle(void)
{
    struct target target = {.kind = "root",
                            .name = "trial",
                            .running = false,
                            .collected_at = TRIAL_NOW,
                            .tool = "merlon"};
    bundle_free(trial_bundle);
    trial_bundle = bundle_new();
    bundle_set_target(trial_bundle, &target);
}

static inline void trial_fresh_host(void)
{
    host_close(trial_host);
    assert_false(failed(host_open_memory("trial", &trial_host)));
}

static inline int trial_open(void **state)
{
    (void)state;
    scratch_open();
    trial_arena = arena_new();
    trial_fresh_bundle();
    trial_fresh_host();
    return 0;
}

static inline int trial_close(void **state)
{
    (void)state;
    trial_forget();
    bundle_free(trial_bundle);
    trial_bundle = NULL;
    host_close(trial_host);
    trial_host = NULL;
    arena_free(trial_arena);
    scratch_close();
    return 0;
}

#define TRIAL(test) cmocka_unit_test_setup_teardown(test, trial_open, trial_close)

static inline void expect_ok(struct rc rc)
{
    if (failed(rc))
        print_error("%s\n", fault_text());
    assert_int_equal(rc.kind, FAULT_NONE);
}

/* The fault is of this kind and its sentence names the culprit. */
static inline void expect_fault(struct rc rc, enum fault_kind kind, const char *word)
{
    if (rc.kind != kind || !strstr(fault_text(), word))
        print_error("fault %d: %s\n", (int)rc.kind, failed(rc) ? fault_text() : "none");
    assert_int_equal(rc.kind, kind);
    assert_non_null(strstr(fault_text(), word));
}

/* ---- targets ------------------------------------------------------------------------------ */

static inline void put(enum item_kind kind, const char *name, enum item_status status,
                       const char *text)
{
    bool bytes = status == ITEM_OK || status == ITEM_TRUNCATED;
    struct item item = {.kind = kind,
                        .status = status,
                        .name = name,
                        .reason = "",
                        .bytes = view_of(bytes ? text : "")};
    expect_ok(bundle_add(trial_bundle, &item));
}

static inline void put_file(const char *name, const char *text)
{
    put(ITEM_FILE, name, ITEM_OK, text);
}

static inline void put_probe(const char *name, bool running, const char *text)
{
    struct item item = {.kind = ITEM_LIVE,
                        .status = running ? ITEM_OK : ITEM_ABSENT,
                        .name = name,
                        .reason = running ? "" : NOT_RUNNING,
                        .bytes = view_of(running ? text : "")};
    expect_ok(bundle_add(trial_bundle, &item));
}

static inline void add_status(const char *path, const char *type, uint32_t mode, const char *text,
                              enum item_status status)
{
    struct stat_fact fact = {.type = type,
                             .mode = mode,
                             .nlink = 1,
                             .link = "",
                             .size = (int64_t)strlen(text),
                             .mtime = 1700000000};
    expect_ok(host_memory_add(trial_host, ITEM_FILE, path, &fact, view_of(text), status));
}

static inline void add(const char *path, uint32_t mode, const char *text)
{
    add_status(path, "file", mode, text, ITEM_OK);
}

/* ---- checks ------------------------------------------------------------------------------- */

static inline struct rc read_yaml(const char *name, const char *yaml, struct check **out)
{
    *out = arena_take(trial_arena, sizeof **out);
    make_file(name, yaml, 0644);
    return check_read(trial_arena, at(name), *out);
}

/* A check with this body; what the engine demands of every check stands before it. */
static inline struct check *check_of(const char *id, const char *body)
{
    struct check *check;
    bool absent = strstr(body, "absent:") != NULL;
    char *yaml =
        arena_printf(trial_arena, "id: %s\nclass: host_os\n%s%s", id,
                     absent ? "" : "absent: {verdict: unknown, reason: {en: none}}\n", body);
    expect_ok(read_yaml(arena_printf(trial_arena, "%s.yaml", id), yaml, &check));
    return check;
}

/* With `ids`, so that only the checks are judged and not the items of the standard. */
static inline struct request trial_request(void)
{
    static const char *const ids[] = {"tried"};
    return (struct request){.standard = "gbt22239-2019", .level = 3, .ids = ids, .id_count = 1};
}

static inline void plan_trial(const struct check *const *checks, size_t count)
{
    struct request request = trial_request();
    trial_forget();
    expect_ok(plan_new_for(&request, checks, count, &trial_plan));
}

static inline const struct result *judge_check_on(struct check *check, struct bundle *bundle)
{
    const struct check *checks[] = {check};
    plan_trial(checks, 1);
    expect_ok(plan_evaluate(trial_plan, bundle, TRIAL_NOW, &trial_run));
    return &trial_run->results[0];
}

/* One check over the items that were put. */
static inline const struct result *judge(const char *body)
{
    return judge_check_on(check_of("tried", body), trial_bundle);
}

/* A SELECT over the items that were put. */
static inline const struct result *judge_sql(const char *sql)
{
    return judge(arena_printf(trial_arena, "sql: |\n  %s\n", sql));
}

static inline struct bundle *collect_for(const struct plan *plan, struct host *host)
{
    struct bundle *bundle = bundle_new();
    expect_ok(host_collect(host, plan_wishes(plan), TRIAL_NOW, bundle));
    return bundle;
}

/* All checks in one plan over the host in memory; results are in the order given. */
static inline const struct result *judge_host(const struct check *const *checks, size_t count)
{
    plan_trial(checks, count);
    bundle_free(trial_bundle);
    trial_bundle = collect_for(trial_plan, trial_host);
    expect_ok(plan_evaluate(trial_plan, trial_bundle, TRIAL_NOW, &trial_run));
    return trial_run->results;
}

/* ---- expectations ------------------------------------------------------------------------- */

static inline void expect(const struct result *result, enum verdict verdict, const char *reason)
{
    const char *key = result->reason.key ? result->reason.key : "";
    if (result->verdict != verdict || strcmp(key, reason) != 0)
        print_error("%s: %s (%s: %s), expected %s (%s)\n", result->check->id,
                    verdict_name(result->verdict), key, result_reason(result, LANG_EN),
                    verdict_name(verdict), reason);
    assert_int_equal(result->verdict, verdict);
    assert_string_equal(key, reason);
    assert_true(result_reason(result, LANG_EN)[0] != '\0');
}

/* Unknown, and the first word of the reason names the culprit. */
static inline void expect_unknown(const struct result *result, const char *reason,
                                  const char *culprit)
{
    expect(result, VERDICT_UNKNOWN, reason);
    assert_non_null(result->reason.args[0]);
    if (result->reason.args[0] && !strstr(result->reason.args[0], culprit))
        print_error("%s is blamed, not %s\n", result->reason.args[0], culprit);
    assert_non_null(strstr(result->reason.args[0], culprit));
}

static inline const struct evidence_source *evidence_of(const struct result *result,
                                                        const char *source)
{
    for (size_t i = 0; i < result->evidence_count; i++)
        if (strcmp(result->evidence[i].source, source) == 0)
            return &result->evidence[i];
    print_error("%s is no evidence\n", source);
    assert_true(false);
    return NULL;
}

/* ---- a whole run as text, to be compared ---------------------------------------------------- */

static inline void dump_row(struct buf *out, const struct result *result, const struct judged *row)
{
    buf_printf(out, "  %s %d %s:%" PRId64, row->subject, row->ok, row->src ? row->src : "-",
               row->line);
    for (size_t i = 0; i < result->column_count; i++)
        buf_printf(out, " %s=%d/%" PRId64 "/%s", result->columns[i], (int)row->values[i].kind,
                   row->values[i].integer, row->values[i].text ? row->values[i].text : "");
    buf_add_char(out, '\n');
}

static inline void dump_result(struct buf *out, const struct result *result)
{
    buf_printf(out, "%s %s: %s [%s]\n", result->check ? result->check->id : "-",
               verdict_name(result->verdict), result_reason(result, LANG_EN),
               result->note.key ? result->note.key : "");
    for (size_t i = 0; i < result->row_count; i++)
        dump_row(out, result, &result->rows[i]);
    for (size_t i = 0; i < result->evidence_count; i++) {
        const struct evidence_source *e = &result->evidence[i];
        buf_printf(out, "  < %s:%" PRId64 " %s %s %s\n", e->source, e->line, e->sm3, e->status,
                   text_render(result->arena, LANG_EN, &e->reason));
    }
    for (size_t i = 0; i < result->parameter_count; i++)
        buf_printf(out, "  %s=%s\n", result->parameters[i].name, result->parameters[i].value);
}

/* What a plan makes of a bundle, in every detail. Free it with buf_free. */
static inline struct buf dump_of(const struct plan *plan, struct bundle *bundle)
{
    struct buf out = {0};
    struct run *run = NULL;
    expect_ok(plan_evaluate(plan, bundle, TRIAL_NOW, &run));
    for (size_t i = 0; i < run->result_count; i++)
        dump_result(&out, &run->results[i]);
    for (size_t i = 0; i < run->item_count; i++)
        buf_printf(&out, "%s %s %zu\n", run->items[i].clause->id,
                   verdict_name(run->items[i].verdict), run->items[i].result_count);
    run_free(run);
    return out;
}

#endif

/* Deeds and leaves on both stores, with a sink in memory: what is acknowledged, what a crash leaves
 * behind, and what a comparison names when something was altered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../support/postgres.h"
#include "../../support/sink.h"
#include "record/journal/journal.h"

static struct test_postgres server;
static bool has_server;
static char folder[] = "/tmp/merlon-journal-XXXXXX";
static int files;

static void ok(struct rc rc)
{
    if (failed(rc))
        fail_msg("%s", fault_text());
}

static struct memory memory;
static const struct journal_sink sink = {memory_append, memory_size, memory_read, &memory};

/* ---- a journal of a test ----------------------------------------------------------------------
 */

static char where[256];
static struct store *store;
static struct journal *journal;

static void begin(enum store_engine engine)
{
    memory_free(&memory);
    if (engine == STORE_POSTGRES)
        snprintf(where, sizeof where, "%s", test_postgres_database(&server));
    else
        snprintf(where, sizeof where, "%s/%d.db", folder, ++files);
    ok(store_open(where, STORE_SHARED, &store));
    ok(journal_open(store, &sink, &journal, NULL));
}

static void end(void)
{
    journal_close(journal);
    store_close(store);
}

#define ON_BOTH(name)                                                                              \
    static void name(void);                                                                        \
    static void name##_sqlite(void **state)                                                        \
    {                                                                                              \
        (void)state;                                                                               \
        begin(STORE_SQLITE);                                                                       \
        name();                                                                                    \
        end();                                                                                     \
    }                                                                                              \
    static void name##_postgres(void **state)                                                      \
    {                                                                                              \
        (void)state;                                                                               \
        if (!has_server)                                                                           \
            skip();                                                                                \
        begin(STORE_POSTGRES);                                                                     \
        name();                                                                                    \
        end();                                                                                     \
    }                                                                                              \
    static void name(void)

static struct rc write_deeds(struct store *unused, void *context)
{
    const int *count = context;
    (void)unused;
    for (int i = 0; i < *count; i++) {
        struct journal_change change = {"name", i % 2 ? "old \"x\"" : NULL, "tên\n\\"};
        struct deed deed = {.time = 1000 + i,
                            .actor = "an",
                            .action = "set",
                            .kind = "unit",
                            .key = i % 3 ? "a" : "b",
                            .version = i + 1,
                            .changes = &change,
                            .change_count = 1};
        TRY(journal_write(journal, &deed));
    }
    return RC_OK;
}

static struct rc do_deeds(int count)
{
    return journal_transact(journal, write_deeds, &count);
}

struct findings {
    size_t count;
    char names[64][24];
    int64_t sequences[64];
    char last[256];
};

static void note(void *context, const struct journal_finding *finding)
{
    struct findings *findings = context;
    snprintf(findings->names[findings->count], 24, "%s", journal_finding_name(finding->kind));
    snprintf(findings->last, sizeof findings->last, "%s", finding->what);
    findings->sequences[findings->count++] = finding->sequence;
}

static void verify_finds(const char *name, int64_t sequence)
{
    struct findings findings = {0};
    struct journal_verdict verdict;
    ok(journal_verify(journal, &sink, 8, note, &findings, &verdict));
    if (!name) {
        if (findings.count)
            fail_msg("%s: %s", findings.names[0], findings.last);
        return;
    }
    for (size_t i = 0; i < findings.count; i++)
        if (strcmp(findings.names[i], name) == 0 && findings.sequences[i] == sequence)
            return;
    fail_msg("%zu findings, the last '%s', none is %s of %lld", findings.count, findings.last, name,
             (long long)sequence);
}

/* ---- tests ------------------------------------------------------------------------------------
 */

ON_BOTH(test_written_and_read)
{
    struct arena *arena = arena_new();
    const struct deed *deeds;
    size_t count;
    int64_t leaf;
    struct deed one;
    ok(do_deeds(7));
    ok(do_deeds(5000));
    assert_int_equal(memory.count, 5007);
    ok(journal_of(journal, "unit", "b", arena, &deeds, &count));
    assert_true(count == 3 + 1667 && deeds[0].sequence == 1 && deeds[1].sequence == 4);
    assert_null(deeds[0].changes[0].before);
    assert_string_equal(deeds[1].changes[0].before, "old \"x\"");
    assert_string_equal(deeds[1].changes[0].after, "tên\n\\");
    ok(journal_get(journal, 5007, arena, &one, &leaf));
    assert_true(leaf == 5006 && one.version == 5000);
    assert_true(failed(journal_get(journal, 5008, arena, &one, &leaf)));
    verify_finds(NULL, 0);
    arena_free(arena);
}

static struct rc failing(struct store *unused, void *context)
{
    TRY(write_deeds(unused, context));
    return fault(FAULT_DATA, "refused");
}

/* What was undone leaves no number behind. */
ON_BOTH(test_no_gaps)
{
    int three = 3;
    ok(do_deeds(2));
    assert_true(failed(journal_transact(journal, failing, &three)));
    ok(do_deeds(1));
    struct arena *arena = arena_new();
    struct deed one;
    int64_t leaf;
    ok(journal_get(journal, 3, arena, &one, &leaf));
    assert_int_equal(leaf, 2);
    verify_finds(NULL, 0);
    arena_free(arena);
}

static void open_again(uint64_t noted, uint64_t moved)
{
    struct journal_recovery recovery;
    end();
    ok(store_open(where, STORE_SHARED, &store));
    ok(journal_open(store, &sink, &journal, &recovery));
    assert_true(recovery.noted == noted && recovery.moved == moved);
    verify_finds(NULL, 0);
}

ON_BOTH(test_crash_before_the_sink)
{
    ok(do_deeds(1));
    memory.fail_before = memory.appends + 1;
    struct rc rc = do_deeds(3);
    assert_int_equal(rc.kind, FAULT_LIMIT);
    assert_non_null(strstr(fault_text(), "not acknowledged"));
    verify_finds("not_moved", 2);
    open_again(0, 3);
    assert_int_equal(memory.count, 4);
}

ON_BOTH(test_crash_behind_the_sink)
{
    ok(do_deeds(1));
    memory.fail_after = memory.appends + 1;
    assert_true(failed(do_deeds(3)));
    open_again(3, 0);
    assert_int_equal(memory.count, 4);
}

ON_BOTH(test_altered_by_hand)
{
    ok(do_deeds(9));
    ok(store_script(store,
                    "UPDATE deed SET payload = (SELECT payload FROM deed WHERE sequence = 1) "
                    "WHERE sequence = 2"));
    verify_finds("altered", 2);
    ok(store_script(store, "UPDATE deed SET sm3 = (SELECT sm3 FROM deed WHERE sequence = 1) WHERE "
                           "sequence = 2"));
    verify_finds("leaf_differs", 2);
    ok(store_script(store, "DELETE FROM deed WHERE sequence = 5"));
    verify_finds("gap", 5);
    verify_finds("deed_missing", 5);
    ok(store_script(store, "UPDATE deed SET leaf = 100 WHERE sequence = 7"));
    verify_finds("leaf_missing", 7);
    verify_finds("leaf_twice", 7);
}

/* Lists and histories are read from the row, not from the payload. */
ON_BOTH(test_row_altered_by_hand)
{
    ok(do_deeds(5));
    ok(store_script(store, "UPDATE deed SET key = 'c' WHERE sequence = 2"));
    verify_finds("altered", 2);
    ok(store_script(store, "UPDATE deed SET time = time - 1 WHERE sequence = 3"));
    verify_finds("altered", 3);
    ok(store_script(store, "UPDATE deed SET payload = NULL WHERE sequence = 4"));
    verify_finds("payload_gone", 4);
}

/* Payloads may be taken away; what was said stays provable, and that it was done is said. */
ON_BOTH(test_retention)
{
    struct arena *arena = arena_new();
    struct journal_verdict verdict;
    struct findings findings = {0};
    const struct deed *deeds;
    size_t count;
    int64_t removed;
    ok(do_deeds(9)); /* times 1000 to 1008; of "b": 1, 4, 7 */
    ok(journal_forget(journal, 1000, "an", "six months", 5000, &removed));
    assert_true(removed == 0 && memory.count == 9);
    ok(journal_forget(journal, 1007, "an", "six months", 5000, &removed));
    assert_int_equal(removed, 6); /* not 7: the last of "b" */
    ok(journal_verify(journal, &sink, 8, note, &findings, &verdict));
    if (findings.count)
        fail_msg("%s", findings.last);
    assert_true(verdict.removed == 6 && verdict.deeds == 10);
    ok(journal_of(journal, "unit", "b", arena, &deeds, &count));
    assert_true(count == 3 && deeds[1].actor == NULL && deeds[2].actor != NULL);
    ok(journal_of(journal, "journal", "payloads", arena, &deeds, &count));
    assert_true(count == 1 && strcmp(deeds[0].reason, "six months") == 0);
    assert_string_equal(deeds[0].body, "{\"removed\":6,\"through\":7}");
    /* What came later is not covered; nor is anything by a deed that the ledger does not confirm.
     */
    ok(store_script(store, "UPDATE deed SET payload = NULL WHERE sequence = 9"));
    verify_finds("payload_gone", 9);
    memory.leaves[9][20] = 'x';
    verify_finds("payload_gone", 1);
    memory.leaves[9][20] = journal_store_id(journal)[6];
    arena_free(arena);
}

/* ---- opening upon something that was set back ------------------------------------------------ */

static void open_is_refused(const char *why)
{
    struct journal *late;
    struct rc rc = journal_open(store, &sink, &late, NULL);
    if (rc.kind != FAULT_CONFLICT || !strstr(fault_text(), why))
        fail_msg("'%s' instead of '%s'", fault_text(), why);
}

ON_BOTH(test_ledger_cut)
{
    ok(do_deeds(5));
    memory_cut(&memory, 3);
    open_is_refused("deed 5 names leaf 4, and the ledger ends at 3");
    ok(journal_adopt(journal, &sink, "an", "the disk was replaced", 5000));
    assert_int_equal(memory.count, 6); /* deeds 4 and 5 again, and the deed that says so */
    ok(do_deeds(2));
    verify_finds(NULL, 0);
    open_again(0, 0);
    struct rc rc = journal_adopt(journal, &sink, "an", "why not", 5000);
    assert_int_equal(rc.kind, FAULT_USAGE);
}

ON_BOTH(test_ledger_of_another_store)
{
    ok(do_deeds(5));
    for (uint64_t i = 0; i < memory.count; i++)
        memory.leaves[i][memory.lengths[i] - 3] ^= 1; /* other payloads */
    open_is_refused("leaf 4 of the ledger is not that of deed 5");
    struct rc rc = journal_adopt(journal, &sink, "an", "hide it", 5000);
    assert_int_equal(rc.kind, FAULT_CONFLICT);
    verify_finds("leaf_differs", 1);
}

/* A crash between appending and noting, and an edit by hand before the next start. */
ON_BOTH(test_edited_before_it_was_noted)
{
    ok(do_deeds(1));
    memory.fail_after = memory.appends + 1;
    assert_true(failed(do_deeds(2)));
    ok(store_script(store, "UPDATE deed SET sm3 = (SELECT sm3 FROM deed WHERE sequence = 1) WHERE "
                           "sequence = 3"));
    verify_finds("leaf_differs", 3);
    open_is_refused("the ledger says something else about deed 3 than the store");
}

/* ---- verifying while somebody writes --------------------------------------------------------- */

static struct journal *busy;
static int sizes;

static struct rc write_busily(struct store *unused, void *context)
{
    struct deed deed = {
        .time = 1, .actor = "b", .action = "set", .kind = "unit", .key = "z", .version = 1};
    (void)unused;
    (void)context;
    return journal_write(busy, &deed);
}

/* Each time somebody asks for the size, another process has just written. */
static struct rc busy_size(void *context, uint64_t *out)
{
    TRY(memory_size(context, out));
    return busy && sizes++ < 3 ? journal_transact(busy, write_busily, NULL) : RC_OK;
}

ON_BOTH(test_verified_while_written)
{
    const struct journal_sink moving = {memory_append, busy_size, memory_read, &memory};
    struct findings findings = {0};
    struct journal_verdict verdict;
    struct store *other;
    struct journal *journal2;
    ok(do_deeds(3));
    ok(store_open(where, STORE_SHARED, &other));
    ok(journal_open(other, &sink, &journal2, NULL));
    busy = journal2;
    sizes = 0;
    ok(journal_verify(journal, &moving, 8, note, &findings, &verdict));
    busy = NULL;
    if (findings.count)
        fail_msg("%s: %s", findings.names[0], findings.last);
    assert_true(verdict.leaves == 3 && verdict.deeds == 4 && memory.count > 3);
    journal_close(journal2);
    store_close(other);
    verify_finds(NULL, 0);
}

/* What could not be read again is not written. */
static const char *body_of_deed, *actor_of_deed;

static struct rc write_special(struct store *unused, void *context)
{
    struct deed deed = {.time = 1,
                        .actor = actor_of_deed,
                        .action = "x",
                        .kind = "k",
                        .key = "k",
                        .body = body_of_deed};
    (void)unused;
    (void)context;
    return journal_write(journal, &deed);
}

ON_BOTH(test_unreadable_deeds)
{
    static const char *const bodies[] = {"{\"a\": 1}", "{\"a\":1.5}", "{\"b\":1,\"a\":2}", "{",
                                         "{\"a\":1}}"};
    actor_of_deed = "an";
    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        body_of_deed = bodies[i];
        struct rc rc = journal_transact(journal, write_special, NULL);
        assert_int_equal(rc.kind, FAULT_DATA);
    }
    body_of_deed = NULL;
    actor_of_deed = "a\xff";
    struct rc rc = journal_transact(journal, write_special, NULL);
    assert_int_equal(rc.kind, FAULT_DATA);
    assert_int_equal(memory.count, 0);
    ok(do_deeds(1));
    verify_finds(NULL, 0);
}

ON_BOTH(test_restored_from_yesterday)
{
    ok(do_deeds(4));
    ok(do_deeds(3));
    ok(store_script(store, "DELETE FROM deed WHERE sequence > 4"));
    verify_finds("deed_missing", 5);
    open_is_refused("3 deeds of this store that the store does not have, from deed 5 on");
    ok(journal_adopt(journal, &sink, "an", "backup of Thursday", 5000));
    ok(do_deeds(2));
    struct findings findings = {0};
    struct journal_verdict verdict;
    ok(journal_verify(journal, &sink, 8, note, &findings, &verdict));
    if (findings.count)
        fail_msg("%s", findings.last);
    assert_true(verdict.given_up == 3 && verdict.deeds == 7);
    open_again(0, 0);
}

ON_BOTH(test_tampered_ledger)
{
    ok(do_deeds(4));
    char *kept = memory.leaves[1];
    memory.leaves[1] = memory.leaves[2];
    memory.leaves[2] = kept;
    verify_finds("leaf_differs", 2);
    memory.count--;
    verify_finds("leaf_missing", 4);
    memory.leaves[1][0] = 'x';
    memory.count++;
}

static void test_canonical(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct buf bytes = {0};
    struct deed deed = {.sequence = 7,
                        .time = 1,
                        .actor = "a\x01",
                        .action = "set",
                        .kind = "unit",
                        .key = "k",
                        .body = "{\"a\":[1,\"x\"],\"b\":null}"},
                back;
    deed_encode(&deed, &bytes);
    assert_string_equal(
        bytes.ptr, "{\"action\":\"set\",\"actor\":\"a\\u0001\",\"body\":{\"a\":[1,\"x\"],\"b\":"
                   "null},\"key\":\"k\",\"kind\":\"unit\",\"sequence\":7,\"time\":1}");
    ok(deed_decode(arena, buf_view(&bytes), &back));
    assert_string_equal(back.body, deed.body);
    static const char *const others[] = {
        "",
        "[]",
        "{\"sequence\":7}",
        "{\"sequence\":7,\"time\":1,\"x\":1}",
        "{ \"sequence\":7,\"time\":1}",
        "{\"time\":1,\"sequence\":7}",
        "{\"changes\":[[\"f\",1,null]],\"sequence\":7,\"time\":1}"};
    for (size_t i = 0; i < COUNT_OF(others); i++)
        assert_true(failed(deed_decode(arena, view_of(others[i]), &back)));
    buf_free(&bytes);
    arena_free(arena);
}

static int start(void **state)
{
    (void)state;
    has_server = test_postgres_start(&server);
    return mkdtemp(folder) ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    char command[64];
    memory_free(&memory);
    test_postgres_stop(&server);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

#define BOTH(name) cmocka_unit_test(name##_sqlite), cmocka_unit_test(name##_postgres)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_written_and_read),        BOTH(test_no_gaps),
        BOTH(test_crash_before_the_sink),   BOTH(test_crash_behind_the_sink),
        BOTH(test_altered_by_hand),         BOTH(test_retention),
        BOTH(test_restored_from_yesterday), BOTH(test_tampered_ledger),
        BOTH(test_row_altered_by_hand),     BOTH(test_ledger_cut),
        BOTH(test_ledger_of_another_store), BOTH(test_edited_before_it_was_noted),
        BOTH(test_verified_while_written),  BOTH(test_unreadable_deeds),
        cmocka_unit_test(test_canonical),
    };
    return cmocka_run_group_tests(tests, start, stop);
}

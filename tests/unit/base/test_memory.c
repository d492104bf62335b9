/* Arenas, growing bytes, and the sentences of faults. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "foundation/base/base.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void test_arena(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    static const size_t sizes[] = {0, 1, 15, 16, 17, 16000, 16384, 16385, 100000, 3};
    char *taken[COUNT_OF(sizes)];
    size_t total = 0;
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        taken[i] = arena_take(arena, sizes[i]);
        assert_int_equal((uintptr_t)taken[i] % 16, 0);
        for (size_t j = 0; j < sizes[i]; j++)
            assert_int_equal(taken[i][j], 0);
        if (sizes[i])
            memset(taken[i], (int)i + 1, sizes[i]);
        total += (sizes[i] + 15) / 16 * 16;
    }
    for (size_t i = 0; i < COUNT_OF(sizes); i++)
        for (size_t j = 0; j < sizes[i]; j++)
            assert_int_equal(taken[i][j], (int)i + 1);
    assert_int_equal(arena_size(arena), total);
    arena_free(arena);
    arena_free(NULL);
}

static void test_arena_texts(void **state)
{
    (void)state;
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    assert_string_equal(arena_text(arena, "abc"), "abc");
    assert_string_equal(arena_text(arena, ""), "");
    assert_string_equal(view_text(arena, (struct view){NULL, 0}), "");
    assert_string_equal(view_text(arena, view_from(VIEW("abcd"), 2)), "cd");
    assert_string_equal(arena_printf(arena, "%d %s", 5, "five"), "5 five");
    const char *large = arena_printf(arena, "%*d", 40000, 1);
    assert_int_equal(strlen(large), 40000);
}

static void test_buf(void **state)
{
    (void)state;
    struct buf buf = {0}, large = {0};
    assert_null(buf_view(&buf).ptr);
    buf_add(&buf, NULL, 0);
    assert_string_equal(buf.ptr, "");
    buf_add_text(&buf, "one ");
    buf_add_view(&buf, view_from(VIEW("xtwo"), 1));
    buf_add_char(&buf, ' ');
    buf_printf(&buf, "%s %d", "three", 4);
    assert_string_equal(buf.ptr, "one two three 4");
    assert_int_equal(buf.len, strlen(buf.ptr));
    for (int i = 0; i < 100000; i++) {
        buf_add_char(&large, (char)('a' + i % 26));
        assert_int_equal(large.ptr[large.len], '\0');
    }
    for (size_t i = 0; i < large.len; i++)
        assert_int_equal(large.ptr[i], 'a' + (int)(i % 26));
    buf_free(&large);
    buf_free(&large);
    assert_int_equal(large.len, 0);
    buf_add_text(&large, "usable again");
    assert_string_equal(large.ptr, "usable again");
    buf_free(&large);
    buf_free(&buf);
}

static void test_fault(void **state)
{
    (void)state;
    struct rc rc = fault(FAULT_ABSENT, "%s: not there; create it", "/etc/x");
    assert_true(failed(rc));
    assert_int_equal(rc.kind, FAULT_ABSENT);
    assert_string_equal(fault_text(), "/etc/x: not there; create it");
    rc = fault_within(rc, "reading %d of %d", 1, 2);
    assert_int_equal(rc.kind, FAULT_ABSENT);
    assert_string_equal(fault_text(), "reading 1 of 2: /etc/x: not there; create it");
    rc = fault(FAULT_IO, "again: %s", fault_text());
    assert_int_equal(rc.kind, FAULT_IO);
    assert_string_equal(fault_text(), "again: reading 1 of 2: /etc/x: not there; create it");
    assert_false(failed(RC_OK));
}

static void test_long_sentences_are_cut(void **state)
{
    (void)state;
    char text[5000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    struct rc rc = fault(FAULT_DATA, "%s", text);
    assert_int_equal(strlen(fault_text()), 1023);
    rc = fault_within(rc, "%s", text);
    assert_int_equal(strlen(fault_text()), 1023);
    rc = fault_within(fault(FAULT_DATA, "%s", text), "here");
    assert_int_equal(strncmp(fault_text(), "here: xxx", 9), 0);
    assert_int_equal(rc.kind, FAULT_DATA);
}

static struct rc give_back(struct rc rc, int *reached)
{
    TRY(rc);
    (*reached)++;
    return RC_OK;
}

static void test_try(void **state)
{
    (void)state;
    int reached = 0;
    assert_int_equal(give_back(fault(FAULT_LIMIT, "x"), &reached).kind, FAULT_LIMIT);
    assert_int_equal(reached, 0);
    assert_int_equal(give_back(RC_OK, &reached).kind, FAULT_NONE);
    assert_int_equal(reached, 1);
}

/* A broken invariant ends the process; nothing goes on with it. */
static void test_must(void **state)
{
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(STDERR_FILENO);
        must(child != 0);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arena), cmocka_unit_test(test_arena_texts),
        cmocka_unit_test(test_buf),   cmocka_unit_test(test_fault),
        cmocka_unit_test(test_try),   cmocka_unit_test(test_long_sentences_are_cut),
        cmocka_unit_test(test_must),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Signed texts: what is written is read back, and nothing else is read. */
#include "ledger_case.h"

static struct checkpoint example(void)
{
    struct checkpoint c = {.origin = "merlon/0123456789abcdef0123456789abcdef",
                           .size = 1234,
                           .time = NOON + 123456,
                           .epoch = 3,
                           .next = 60};
    memset(&c.root, 7, sizeof c.root);
    memset(&c.previous, 8, sizeof c.previous);
    return c;
}

static void test_checkpoint_text(void **state)
{
    (void)state;
    struct checkpoint c = example(), back;
    struct buf text = {0}, again = {0};
    checkpoint_encode(&c, &text);
    assert_string_equal(text.ptr, "merlon/0123456789abcdef0123456789abcdef\n1234\n"
                                  "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n"
                                  "time 2026-08-01T12:00:00.123456Z\nepoch 3\nnext 60\n"
                                  "previous CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg=\n");
    GOOD(checkpoint_decode(buf_view(&text), &back));
    assert_memory_equal(&c, &back, sizeof c);
    /* Whatever is accepted is written back as it was: one text for one meaning. */
    for (size_t i = 0; i < text.len; i++) {
        for (int bit = 0; bit < 8; bit++) {
            text.ptr[i] ^= (char)(1 << bit);
            if (!failed(checkpoint_decode(buf_view(&text), &back))) {
                again.len = 0;
                checkpoint_encode(&back, &again);
                assert_true(view_equal(buf_view(&text), buf_view(&again)));
            }
            text.ptr[i] ^= (char)(1 << bit);
        }
        assert_true(failed(checkpoint_decode((struct view){text.ptr, i}, &back)));
    }
    buf_free(&text);
    buf_free(&again);
}

static void test_checkpoint_refusals(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "\n",
        "o\n01\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n",
        "o\n-1\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n",
        "o\n99999999999999999999\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n",
        "a b\n1\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n",
    };
    struct checkpoint back;
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_int_equal(checkpoint_decode(view_of(bad[i]), &back).kind, FAULT_DATA);
}

static void test_note(void **state)
{
    (void)state;
    struct sm2_key *key = NULL, *other = NULL;
    struct buf bytes = {0};
    struct note note;
    GOOD(sm2_generate(&key));
    GOOD(sm2_generate(&other));
    GOOD(note_sign(VIEW("one\ntwo\n"), "me", key, &bytes));
    buf_add_char(&bytes, '\n');
    GOOD(note_sign(VIEW("three\n"), "me", key, &bytes));
    struct view rest = buf_view(&bytes);
    GOOD(note_take(&rest, &note));
    assert_true(view_is(note.text, "one\ntwo\n"));
    assert_int_equal(note.signature_count, 1);
    GOOD(note_verify(&note, "me", sm2_public_of(key)));
    assert_true(failed(note_verify(&note, "you", sm2_public_of(key))));
    assert_true(failed(note_verify(&note, "me", sm2_public_of(other))));
    note.text = VIEW("one\ntow\n");
    assert_true(failed(note_verify(&note, "me", sm2_public_of(key))));
    GOOD(note_take(&rest, &note));
    assert_true(view_is(note.text, "three\n"));
    assert_int_equal(note_take(&rest, &note).kind, FAULT_ABSENT);
    sm2_free(key);
    sm2_free(other);
    buf_free(&bytes);
}

static void test_note_refusals(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum fault_kind kind;
    } bad[] = {
        {"", FAULT_ABSENT},
        {"x", FAULT_LIMIT},
        {"x\n", FAULT_LIMIT},
        {"x\n\n", FAULT_LIMIT},
        {"x\n\n\xe2\x80\x94 me AAAA", FAULT_LIMIT},
        {"x\n\n- me AAAAAAAA\n", FAULT_DATA},
        {"x\n\n\xe2\x80\x94 me\n", FAULT_DATA},
        {"x\n\n\xe2\x80\x94  AAAAAAAA\n", FAULT_DATA},
        {"x\n\n\xe2\x80\x94 me AAAA\n", FAULT_DATA},
        {"x\n\n\xe2\x80\x94 me AAAAAAA\n", FAULT_DATA},
        {"x\n\n\n", FAULT_DATA},
        {"\n\n\xe2\x80\x94 me AAAAAAAA\n", FAULT_DATA},
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct view rest = view_of(bad[i].text);
        struct note note;
        struct rc rc = note_take(&rest, &note);
        if (rc.kind != bad[i].kind)
            fail_msg("\"%s\": %d instead of %d", bad[i].text, (int)rc.kind, (int)bad[i].kind);
        assert_ptr_equal(rest.ptr, bad[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_checkpoint_text),
        cmocka_unit_test(test_checkpoint_refusals),
        cmocka_unit_test(test_note),
        cmocka_unit_test(test_note_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

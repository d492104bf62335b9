/* The catalogue's texts: every clause speaks Chinese, English and Vietnamese. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "foundation/content/content.h"
#include "regulation/catalogue/catalogue.h"

#include <string.h>

typedef const char *reader(const struct clause *clause, enum lang lang);

static struct value table(const char *name)
{
    struct value map = doc_path(content_root(), "law/vietnamese", name);
    assert_int_equal(doc_kind(map), DOC_MAP);
    return map;
}

static void speaks_three_languages(void **state)
{
    (void)state;
    const struct clause *c = catalogue_clause(catalogue_load(), "GB22239-L3-8.1.4.1-b");
    assert_non_null(c);
    assert_string_equal(clause_title(c, LANG_EN), "Identity authentication");
    assert_string_equal(clause_title(c, LANG_ZH), "身份鉴别");
    assert_string_equal(clause_title(c, LANG_VI), "Xác thực danh tính");
    assert_string_equal(clause_layer(c, LANG_EN), "Computing environment security");
    assert_string_equal(clause_layer(c, LANG_ZH), "安全计算环境");
    assert_string_equal(clause_layer(c, LANG_VI), "An toàn môi trường tính toán");
    assert_string_equal(clause_gist(c, LANG_EN),
                        "Handle failed logins: end sessions, cap attempts, log out on timeout.");
    assert_string_equal(clause_gist(c, LANG_ZH), "登录失败处理：结束会话、限次、超时退出");
    assert_string_equal(
        clause_gist(c, LANG_VI),
        "Xử lý đăng nhập sai: kết thúc phiên, giới hạn số lần, tự thoát khi quá thời gian.");
}

/* No clause falls back to English: the translation is whole. */
static void translates_every(reader *read, const char *name)
{
    size_t total;
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &total);
    for (size_t i = 0; i < total; i++) {
        const char *english = read(&clauses[i], LANG_EN), *chinese = read(&clauses[i], LANG_ZH);
        assert_true(strlen(english) > 0 && strlen(chinese) > 0);
        assert_string_not_equal(english, chinese);
        if (!doc_get_text(table(name), english))
            print_error("vietnamese.yaml, %s: '%s' is missing\n", name, english);
        assert_string_equal(read(&clauses[i], LANG_VI), doc_get_text(table(name), english));
        assert_string_not_equal(read(&clauses[i], LANG_VI), english);
    }
}

static void translates_every_layer_title_and_gist(void **state)
{
    (void)state;
    translates_every(clause_layer, "layers");
    translates_every(clause_title, "titles");
    translates_every(clause_gist, "gists");
}

/* An entry that no clause uses is one whose English text was changed. */
static void holds_no_stale(reader *read, const char *name)
{
    size_t total;
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &total);
    struct value map = table(name);
    for (uint32_t i = 0; i < doc_count(map); i++) {
        size_t uses = 0;
        for (size_t k = 0; k < total; k++)
            uses += strcmp(read(&clauses[k], LANG_EN), doc_key(map, i)) == 0;
        if (!uses)
            print_error("vietnamese.yaml, %s: nothing says '%s'\n", name, doc_key(map, i));
        assert_true(uses > 0);
    }
}

static void holds_no_stale_translation(void **state)
{
    (void)state;
    holds_no_stale(clause_layer, "layers");
    holds_no_stale(clause_title, "titles");
    holds_no_stale(clause_gist, "gists");
}

/* What a clause lacks falls back: an untranslated text to English, a missing one to "". */
static void falls_back_to_english(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct value raw;
    assert_false(failed(doc_read_yaml(arena, "test", VIEW("gist_en: No such gist\n"), &raw)));
    struct clause clause = {.raw = raw};
    assert_string_equal(clause_gist(&clause, LANG_VI), "No such gist");
    assert_string_equal(clause_gist(&clause, LANG_ZH), "No such gist");
    assert_string_equal(clause_title(&clause, LANG_VI), "");
    assert_string_equal(clause_layer(&clause, LANG_EN), "");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(speaks_three_languages),
        cmocka_unit_test(translates_every_layer_title_and_gist),
        cmocka_unit_test(holds_no_stale_translation),
        cmocka_unit_test(falls_back_to_english),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

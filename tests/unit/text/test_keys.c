/*
 * The three languages have the same keys and placeholders; every key that a source file names
 * exists; every key that exists is named (whole, or as a family "verdict.%s").
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "foundation/content/content.h"
#include "foundation/text/text.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct value texts(enum lang lang)
{
    char path[16];
    snprintf(path, sizeof path, "texts/%s", lang_name(lang));
    return doc_get(content_root(), path);
}

static void test_same_keys(void **state)
{
    (void)state;
    struct value english = texts(LANG_EN);
    assert_true(doc_count(english) > 100);
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        struct value other = texts((enum lang)lang);
        if (doc_count(other) != doc_count(english))
            fail_msg("%s has %u keys, en has %u", lang_name((enum lang)lang), doc_count(other),
                     doc_count(english));
        for (uint32_t i = 0; i < doc_count(english); i++) {
            const char *text = doc_get_text(other, doc_key(english, i));
            if (!text || !*text)
                fail_msg("%s lacks %s", lang_name((enum lang)lang), doc_key(english, i));
        }
    }
}

/* How often each placeholder stands in a sentence; anything else in braces is counted as wrong. */
static void count_placeholders(const char *text, unsigned counts[MESSAGE_ARGS + 1])
{
    memset(counts, 0, (MESSAGE_ARGS + 1) * sizeof *counts);
    for (const char *at = strchr(text, '{'); at; at = strchr(at + 1, '{')) {
        size_t which = (size_t)(at[1] - '1');
        counts[which < MESSAGE_ARGS && at[2] == '}' ? which : MESSAGE_ARGS]++;
    }
}

static void test_same_placeholders(void **state)
{
    (void)state;
    struct value english = texts(LANG_EN);
    for (uint32_t i = 0; i < doc_count(english); i++) {
        const char *key = doc_key(english, i);
        unsigned expected[MESSAGE_ARGS + 1], found[MESSAGE_ARGS + 1];
        count_placeholders(doc_text(doc_at(english, i)), expected);
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            count_placeholders(doc_get_text(texts((enum lang)lang), key), found);
            for (size_t p = 0; p <= MESSAGE_ARGS; p++) {
                /* A number may be said twice in one language; it must be said in each. */
                if ((expected[p] > 0) != (found[p] > 0) || found[MESSAGE_ARGS])
                    fail_msg("%s: placeholders differ in %s", key, lang_name((enum lang)lang));
            }
        }
    }
}

/* ---- the keys that sources name -------------------------------------------------------------- */

static struct buf sources; /* nftw has no context: the only way to hand something out */

static int add_source(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)ftw;
    size_t len = strlen(path);
    if (type != FTW_F || len < 3 || strcmp(path + len - 2, ".c") != 0)
        return 0;
    FILE *file = fopen(path, "r");
    if (!file)
        return -1;
    char chunk[4096];
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, file)) > 0;)
        buf_add(&sources, chunk, n);
    fclose(file);
    return 0;
}

static int read_sources(void **state)
{
    (void)state;
    const char *root = getenv("MERLON_SOURCE");
    if (!root)
        return 0;
    char path[4096];
    snprintf(path, sizeof path, "%s/src", root);
    return nftw(path, add_source, 16, FTW_PHYS);
}

static int drop_sources(void **state)
{
    (void)state;
    buf_free(&sources);
    return 0;
}

/* Is the first part of `key` that of some key we have ("reason" in "reason.x")? */
static bool is_of_a_family(const char *key)
{
    struct value english = texts(LANG_EN);
    size_t len = strcspn(key, ".") + 1;
    for (uint32_t i = 0; i < doc_count(english); i++) {
        if (strncmp(doc_key(english, i), key, len) == 0)
            return true;
    }
    return false;
}

static bool looks_like_key(const char *text)
{
    size_t dots = 0;
    for (const char *at = text; *at; at++) {
        if (*at == '.')
            dots++;
        else if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789_-", *at))
            return false;
    }
    /* verify.sh is the name of a file */
    return dots > 0 && text[0] != '.' && !view_ends(view_of(text), ".sh") && is_of_a_family(text);
}

/* Every quoted word of the sources that looks like a key is one. */
static void test_named_keys_exist(void **state)
{
    (void)state;
    if (sources.len == 0)
        skip();
    struct arena *arena = arena_new();
    size_t found = 0;
    struct view rest = buf_view(&sources), line;
    while (view_line(&rest, &line)) {
        struct view piece;
        /* The odd pieces between quotes are literals; an escaped quote makes no key. */
        for (size_t n = 0; view_cut(&line, '"', &piece); n++) {
            const char *text = view_text(arena, piece);
            if (n % 2 == 0 || !looks_like_key(text))
                continue;
            found++;
            if (!doc_get_text(texts(LANG_EN), text))
                fail_msg("a source names the key \"%s\", which is in no text file", text);
        }
    }
    assert_true(found > 100);
    arena_free(arena);
}

static bool is_named(const char *key)
{
    char quoted[256];
    snprintf(quoted, sizeof quoted, "\"%s\"", key);
    if (strstr(sources.ptr, quoted))
        return true;
    snprintf(quoted, sizeof quoted, "\"%.*s.%%s\"", (int)strcspn(key, "."), key);
    if (strstr(sources.ptr, quoted))
        return true;
    snprintf(quoted, sizeof quoted, "\"%.*s.%%s.%%s\"", (int)strcspn(key, "."), key);
    return strstr(sources.ptr, quoted) != NULL;
}

static void test_every_key_is_named(void **state)
{
    (void)state;
    if (sources.len == 0)
        skip();
    struct value english = texts(LANG_EN);
    for (uint32_t i = 0; i < doc_count(english); i++) {
        if (!is_named(doc_key(english, i)))
            fail_msg("no source names the key \"%s\"", doc_key(english, i));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_keys),
        cmocka_unit_test(test_same_placeholders),
        cmocka_unit_test(test_named_keys_exist),
        cmocka_unit_test(test_every_key_is_named),
    };
    return cmocka_run_group_tests(tests, read_sources, drop_sources);
}

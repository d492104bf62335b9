/*
 * text: sentences for people in Chinese, English and Vietnamese, and how wide they are.
 *
 * Sentences live in content/texts/{en,zh,vi}.yaml as flat maps key -> sentence with placeholders
 * {1} {2} {3}. A test proves that the three files have the same keys and placeholders.
 * Threads: read-only.
 */
#ifndef MERLON_TEXT_H
#define MERLON_TEXT_H

#include "foundation/base/base.h"
#include "foundation/document/document.h"

enum lang { LANG_EN = 0, LANG_ZH, LANG_VI, LANG_COUNT };

/* "en", "zh", "vi" */
const char *lang_name(enum lang lang);

/* The language named by `name` ("zh", "zh_CN.UTF-8", "vi"...); false when it is none of ours. */
bool lang_from(const char *name, enum lang *out);

/* The language of LC_ALL, LC_MESSAGES or LANG; English when it is none of ours. */
enum lang lang_detect(void);

/* A sentence not yet put into a language: its key and what fills {1} {2} {3}. The zero value means
 * "no sentence". Everything is borrowed. */
#define MESSAGE_ARGS 3
struct message {
    const char *key;
    const char *args[MESSAGE_ARGS];
};

/* The sentence of `key` as it stands in content/texts. A key that does not exist is a programming
 * error and shows itself as the key (a test looks up every key the sources name). */
const char *text_get(enum lang lang, const char *key);

/* The sentence with its placeholders filled; "" for the zero message. Lives in the arena. */
const char *text_render(struct arena *arena, enum lang lang, const struct message *message);

/* A map with keys zh, en, vi (as in content files) in the given language, English where that one is
 * missing, "" when there is none. */
const char *text_of(struct value map, enum lang lang);

/* Columns on a terminal: 2 for East Asian wide characters, 0 for combining ones; a byte that is no
 * UTF-8 counts 1. */
size_t text_width(struct view text);

/* Whether all of it is UTF-8, strictly. */
bool text_is_utf8(struct view text);

/* Adds `text` so that it cannot steer a terminal: control characters, bidirectional controls and
 * bytes that are no UTF-8 become \xNN or \u{N}. */
void text_add_safe(struct buf *out, struct view text);

/* Adds `text` broken into lines of at most `width` columns in all, each after the first preceded by
 * `indent` blanks; the first starts at column `indent`, where the caller stands. Breaks at blanks,
 * between wide characters, and at newlines. No newline at the end. */
void text_add_wrapped(struct buf *out, struct view text, size_t width, size_t indent);

/* Adds the words that a search can find `text` by, separated by blanks (words.c says which); a
 * blank comes first when `out` holds something. Each has at most TEXT_WORD_MAX bytes. */
#define TEXT_WORD_MAX 64
void text_add_words(struct buf *out, struct view text);

#endif

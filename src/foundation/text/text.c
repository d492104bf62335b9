/*
 * text: looking a sentence up and filling its placeholders.
 *
 * A sentence missing from one language (the tests refuse that) falls back to English, then to its
 * key, so that a fault shows itself without ending the program.
 */
#include "foundation/text/text.h"
#include "foundation/content/content.h"

#include <string.h>

static const char *find(enum lang lang, const char *key)
{
    char path[16] = "texts/";
    strcat(path, lang_name(lang));
    return doc_get_text(doc_get(content_root(), path), key);
}

const char *text_get(enum lang lang, const char *key)
{
    const char *text = find(lang, key);
    if (!text && lang != LANG_EN)
        text = find(LANG_EN, key);
    return text ? text : key;
}

const char *text_render(struct arena *arena, enum lang lang, const struct message *message)
{
    if (!message->key)
        return "";
    struct buf out = {0};
    buf_add_text(&out, "");
    for (const char *at = text_get(lang, message->key); *at; at++) {
        size_t which = (size_t)(at[0] == '{' ? at[1] - '1' : MESSAGE_ARGS);
        if (which >= MESSAGE_ARGS || at[2] != '}') {
            buf_add_char(&out, *at);
            continue;
        }
        buf_add_text(&out, message->args[which] ? message->args[which] : "");
        at += 2;
    }
    char *text = arena_text(arena, out.ptr);
    buf_free(&out);
    return text;
}

/* An empty translation counts as missing. */
const char *text_of(struct value map, enum lang lang)
{
    const char *text = doc_get_text(map, lang_name(lang));
    if (!text || !*text)
        text = doc_get_text(map, lang_name(LANG_EN));
    return text ? text : "";
}

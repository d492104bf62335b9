/* sshd_line: OpenSSH's strdelim and argv_split (misc.c of 9.2), with their oddities. */
#include "sensor/facts/sshd_line.h"

#include <string.h>

#define WHITE " \t\r\n"

/* The quote at *quote opens a word that began before it (usually with it). */
static char *quoted(char *word, char *quote, char **rest)
{
    memmove(quote, quote + 1, strlen(quote));
    char *end = strchr(quote, '"');
    if (!end) {
        *rest = NULL;
        return NULL;
    }
    *end++ = '\0';
    *rest = end + strspn(end, WHITE);
    return word;
}

char *sshd_delim(char **rest)
{
    char *word = *rest;
    if (!word)
        return NULL;
    char *end = strpbrk(word, WHITE "\"=");
    if (!end) {
        *rest = NULL;
        return word;
    }
    if (*end == '"')
        return quoted(word, end, rest);
    bool equals = *end == '=';
    *end++ = '\0';
    end += strspn(end, WHITE);
    if (*end == '=' && !equals) {
        end++;
        end += strspn(end, WHITE);
    }
    *rest = end;
    return word;
}

/* Copies one word from *text to *to, without its quotes and escapes; false when a quote is open. */
static bool copy_word(const char **text, char **to)
{
    const char *from = *text;
    char quote = '\0';
    for (; *from; from++) {
        char next = from[1];
        if (*from == '\\' &&
            (next == '\'' || next == '"' || next == '\\' || (next == ' ' && !quote)))
            *(*to)++ = *++from;
        else if (!quote && (*from == ' ' || *from == '\t'))
            break;
        else if (!quote && (*from == '"' || *from == '\''))
            quote = *from;
        else if (quote && *from == quote)
            quote = '\0';
        else
            *(*to)++ = *from;
    }
    *(*to)++ = '\0';
    *text = from;
    return !quote;
}

struct sshd_words sshd_split(struct arena *arena, const char *text)
{
    /* Each word takes its bytes and a NUL, and there is a blank between words. */
    size_t len = strlen(text);
    char *to = arena_take(arena, len + 2);
    struct sshd_words words = {.word = arena_take(arena, (len / 2 + 2) * sizeof(char *))};
    for (;;) {
        text += strspn(text, " \t");
        if (!*text || *text == '#')
            return words;
        words.word[words.count++] = to;
        if (!copy_word(&text, &to))
            return (struct sshd_words){.broken = true};
    }
}

const char *sshd_join(struct arena *arena, const struct sshd_words *words)
{
    struct buf joined = {0};
    for (size_t i = 0; i < words->count; i++) {
        buf_add_text(&joined, i ? " " : "");
        buf_add_text(&joined, words->word[i]);
    }
    char *text = view_text(arena, buf_view(&joined));
    buf_free(&joined);
    return text;
}

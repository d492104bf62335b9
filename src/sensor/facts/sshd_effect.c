/*
 * sshd_effect: sshd reads its configuration twice (servconf.c of 9.2).
 *
 *   at start:          global lines and those after "Match all"; the first line of a keyword wins
 *   for a connection:  lines of the Match blocks that hold for it; the first of these wins, and
 * wins over what the start gave
 *
 * So a keyword that may stand in Match blocks is decided for everyone by the lines after "Match
 * all" when there are any, other keywords by the first of all lines. Some keywords gather all their
 * lines (SSHD_EACH), and a few take the last one (SSHD_LAST). The same holds within each set of
 * criteria.
 *
 * Not followed: in 9.2 AuthorizedPrincipalsCommand has no effect beside AuthorizedKeysCommand.
 */
#include "sensor/facts/sshd_effect.h"

#include <stdlib.h>
#include <string.h>

#define LISTED_MAX 256 /* ports, subsystems: more of them sshd refuses */

/* ---- runs: lines of one keyword and one set of criteria ---------------------------------- */

/* Lines that can have an effect at all. */
static bool counts(const struct sshd_row *row)
{
    if (!row->keyword || row->keyword->kind == SSHD_IGNORED)
        return false;
    return row->head || row->value.validity == SSHD_INVALID;
}

static const char *match_key(const struct sshd_row *row)
{
    return row->match ? row->match : "";
}

static int by_run(const void *a, const void *b)
{
    const struct sshd_row *left = *(const struct sshd_row *const *)a;
    const struct sshd_row *right = *(const struct sshd_row *const *)b;
    int order = strcmp(match_key(left), match_key(right));
    if (order == 0 && left->keyword != right->keyword)
        order = left->keyword < right->keyword ? -1 : 1;
    if (order == 0)
        order = left->order < right->order ? -1 : 1;
    return order;
}

/* Whether the lines after "Match all" decide alone. */
static bool overridden(struct sshd_row **run, size_t count)
{
    if (run[0]->match || !(run[0]->keyword->flags & SSHD_IN_MATCH))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (run[i]->for_all)
            return true;
    }
    return false;
}

static void settle_list(struct sshd_row **run, size_t count, bool only_all)
{
    for (size_t i = 0; i < count; i++) {
        run[i]->effective = !only_all || run[i]->for_all;
        run[i]->conflict = !run[i]->effective;
    }
}

static void settle_single(struct sshd_row **run, size_t count, bool only_all)
{
    struct sshd_row *winner = NULL;
    bool last = (run[0]->keyword->flags & SSHD_LAST) != 0;
    for (size_t i = 0; i < count; i++) {
        if ((!only_all || run[i]->for_all) && (!winner || last))
            winner = run[i];
    }
    winner->effective = true;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(run[i]->value.text, winner->value.text) != 0)
            run[i]->conflict = winner->conflict = true;
    }
}

static void settle(struct sshd_rows *rows, struct sshd_row **run, size_t count)
{
    const struct sshd_keyword *keyword = run[0]->keyword;
    bool only_all = overridden(run, count);
    size_t keywords;
    if (keyword->flags & SSHD_EACH)
        settle_list(run, count, only_all);
    else
        settle_single(run, count, only_all);
    if (!run[0]->match)
        rows->set[keyword - sshd_keywords(&keywords)] = true;
}

/* ---- what sshd refuses at the end -------------------------------------------------------- */

static struct sshd_row *deciding(struct sshd_rows *rows, const char *name)
{
    const struct sshd_keyword *keyword = sshd_keyword_find(name);
    for (size_t i = 0; i < rows->count; i++) {
        struct sshd_row *row = &rows->list[i];
        if (row->keyword == keyword && row->effective && !row->match)
            return row;
    }
    return NULL;
}

static const char *deciding_value(struct sshd_rows *rows, const char *name)
{
    const struct sshd_row *row = deciding(rows, name);
    return row ? row->value.text : sshd_keyword_find(name)->initial;
}

/* A command needs the user it runs as. */
static void check_command(struct sshd_rows *rows, const char *command, const char *user)
{
    struct sshd_row *row = deciding(rows, command);
    if (row && strcmp(row->value.text, "none") != 0 && !deciding(rows, user))
        row->value.validity = SSHD_INVALID;
}

static bool method_enabled(struct sshd_rows *rows, struct view method)
{
    static const char *const pairs[][2] = {
        {"publickey", "pubkeyauthentication"},
        {"password", "passwordauthentication"},
        {"keyboard-interactive", "kbdinteractiveauthentication"},
        {"hostbased", "hostbasedauthentication"},
        {"gssapi-keyex", "gssapikeyexchange"},
        {"gssapi-with-mic", "gssapiauthentication"},
    };
    const char *colon = method.len ? memchr(method.ptr, ':', method.len) : NULL;
    if (colon)
        method.len = (size_t)(colon - method.ptr);
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        if (view_is(method, pairs[i][0]))
            return strcmp(deciding_value(rows, pairs[i][1]), "no") != 0;
    }
    return true;
}

/* At least one of the lists of methods must be possible. */
static void check_methods(struct sshd_rows *rows)
{
    struct sshd_row *row = deciding(rows, "authenticationmethods");
    if (!row || row->value.validity != SSHD_VALID || strcmp(row->value.text, "any") == 0)
        return;
    struct view lists = view_of(row->value.text), list, method;
    while (view_word(&lists, &list)) {
        bool possible = true;
        while (view_cut(&list, ',', &method))
            possible = possible && method_enabled(rows, method);
        if (possible)
            return;
    }
    row->value.validity = SSHD_INVALID;
}

/* No more than LISTED_MAX lines, and with `unique` no name twice. */
static void check_listed(struct sshd_rows *rows, const char *name, bool unique)
{
    const struct sshd_keyword *keyword = sshd_keyword_find(name);
    const char *heads[LISTED_MAX];
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        struct sshd_row *row = &rows->list[i];
        if (row->keyword != keyword || row->match || !row->head)
            continue;
        bool fits = count < LISTED_MAX;
        for (size_t k = 0; fits && unique && k < count; k++)
            fits = strcmp(heads[k], row->head) != 0;
        if (fits)
            heads[count++] = row->head;
        else
            row->value.validity = SSHD_INVALID;
    }
}

void sshd_effect(struct sshd_rows *rows)
{
    struct sshd_row **sorted = mem_new(rows->count * sizeof *sorted);
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        if (counts(&rows->list[i]))
            sorted[count++] = &rows->list[i];
    }
    qsort(sorted, count, sizeof *sorted, by_run);
    for (size_t start = 0, end; start < count; start = end) {
        for (end = start + 1; end < count; end++) {
            if (sorted[end]->keyword != sorted[start]->keyword ||
                strcmp(match_key(sorted[end]), match_key(sorted[start])) != 0)
                break;
        }
        settle(rows, sorted + start, end - start);
    }
    mem_free(sorted);
    check_listed(rows, "port", false);
    check_listed(rows, "subsystem", true);
    check_command(rows, "authorizedkeyscommand", "authorizedkeyscommanduser");
    check_command(rows, "authorizedprincipalscommand", "authorizedprincipalscommanduser");
    check_methods(rows);
}

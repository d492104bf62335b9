/*
 * mutate [--list] EQUIVALENT [ID...]: how good are the fixtures of our checks?
 *
 * Every operator and constant in the queries of every check and view is changed, one at a time
 * (mutation.c says how), and the fixtures of that check are judged by the changed query. A change
 * that no fixture notices survives: it could be made tomorrow by mistake. Exit code 1 when fewer
 * than BAR percent were noticed over all; a single check below FLOOR percent is marked.
 *
 * EQUIVALENT is a file of changes that cannot matter, each with its reason (see there). An entry
 * that is noticed after all, or fits no change any more, is refused.
 */
#include "sql.h"

#include "sensor/baseline/baseline.h"
#include "foundation/sys/sys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BAR   90
#define FLOOR 85

struct tally {
    size_t mutants, killed, invalid, equivalent;
};

/* One change of one check, with the name by which EQUIVALENT knows it. */
struct mutant {
    const char *name; /* "id 3:14 'x' -> 'y'" */
    bool equivalent;
};

struct session {
    struct arena *arena;
    const char **equivalent; /* names */
    bool *met;
    size_t equivalent_count;
    struct tally all;
    bool list, wrong;
};

/* ---- what cannot matter ---------------------------------------------------------------------- */

/* Lines "NAME: reason"; blank lines and lines of # are comments. */
static struct rc read_equivalent(struct session *s, const char *path)
{
    struct buf text = {0};
    struct view line;
    TRY(sys_read_file(path, (size_t)1 << 20, &text));
    struct view rest = buf_view(&text);
    s->equivalent = arena_take(s->arena, (text.len + 1) * sizeof *s->equivalent);
    s->met = arena_take(s->arena, text.len + 1);
    while (view_line(&rest, &line)) {
        const char *entry = view_text(s->arena, view_trim(line));
        char *reason = strstr(entry, " because ");
        if (!*entry || *entry == '#')
            continue;
        if (!reason)
            return fault(FAULT_DATA, "%s: no reason is given: %s", path, entry);
        *reason = '\0';
        s->equivalent[s->equivalent_count++] = entry;
    }
    buf_free(&text);
    return RC_OK;
}

static bool is_equivalent(struct session *s, const char *name)
{
    for (size_t i = 0; i < s->equivalent_count; i++) {
        if (strcmp(s->equivalent[i], name) == 0) {
            s->met[i] = true;
            return true;
        }
    }
    return false;
}

static void report_unmet(struct session *s)
{
    for (size_t i = 0; i < s->equivalent_count; i++) {
        if (!s->met[i]) {
            printf("no such change any more: %s\n", s->equivalent[i]);
            s->wrong = true;
        }
    }
}

/* ---- mutants --------------------------------------------------------------------------------- */

/* "id part line:column [what] -> [what]": line and column of the query, from 1. Line ends within a
 * changed piece are shown as blanks. */
static const char *name_of(struct session *s, const struct check *check, const char *part,
                           const char *sql, const struct mutation *m)
{
    uint32_t line = 1, column = 1;
    for (uint32_t i = 0; i < m->offset; i++) {
        column = sql[i] == '\n' ? 1 : column + 1;
        line += sql[i] == '\n';
    }
    char *name = arena_printf(s->arena, "%s %s %u:%u [%.*s] -> [%s]", check->id, part, line, column,
                              (int)m->length, sql + m->offset, m->with);
    for (char *at = name; (at = strchr(at, '\n'));)
        *at = ' ';
    return name;
}

static void add_mutants(struct session *s, const struct check *check, bool of_applies,
                        struct mutant *mutants, struct trial *trials, size_t *count)
{
    const char *sql = of_applies ? check->applies : check->sql;
    size_t found;
    struct mutation *mutations = sql_mutations(s->arena, sql, &found);
    for (size_t i = 0; i < found; i++) {
        const char *changed = sql_mutate(s->arena, sql, &mutations[i]);
        const char *name = name_of(s, check, of_applies ? "applies" : "sql", sql, &mutations[i]);
        mutants[*count] = (struct mutant){name, is_equivalent(s, name)};
        trials[(*count)++] = of_applies ? (struct trial){.sql = check->sql, .applies = changed}
                                        : (struct trial){.sql = changed, .applies = check->applies};
    }
}

static size_t count_mutants(struct session *s, const char *sql)
{
    size_t count = 0;
    if (sql)
        sql_mutations(s->arena, sql, &count);
    return count;
}

static size_t percent(const struct tally *tally)
{
    return tally->mutants ? tally->killed * 100 / tally->mutants : 100;
}

static void count_one(struct session *s, const struct mutant *mutant, const struct trial *trial,
                      struct tally *tally)
{
    if (mutant->equivalent && trial->state == TRIAL_LIVE) {
        tally->equivalent++;
        return;
    }
    if (mutant->equivalent) {
        printf("not equivalent, a fixture notices it: %s\n", mutant->name);
        s->wrong = true;
    }
    tally->invalid += trial->state == TRIAL_INVALID;
    tally->mutants += trial->state != TRIAL_INVALID;
    tally->killed += trial->state == TRIAL_CAUGHT;
    if (trial->state == TRIAL_LIVE)
        printf("survives: %s\n", mutant->name);
}

static void report(struct session *s, const struct check *check, const struct tally *tally)
{
    bool low = percent(tally) < FLOOR;
    if (s->list || low)
        printf("%-40s %5zu mutants %5zu killed %3zu %% %4zu equivalent %4zu invalid%s\n", check->id,
               tally->mutants, tally->killed, percent(tally), tally->equivalent, tally->invalid,
               low ? "  LOW" : "");
    s->all.mutants += tally->mutants;
    s->all.killed += tally->killed;
    s->all.invalid += tally->invalid;
    s->all.equivalent += tally->equivalent;
}

static struct rc try_check(struct session *s, const struct check *check)
{
    size_t room = count_mutants(s, check->sql) + count_mutants(s, check->applies), count = 0;
    struct mutant *mutants = arena_take(s->arena, (room + 1) * sizeof *mutants);
    struct trial *trials = arena_take(s->arena, (room + 1) * sizeof *trials);
    struct tally tally = {0};
    add_mutants(s, check, false, mutants, trials, &count);
    if (check->applies)
        add_mutants(s, check, true, mutants, trials, &count);
    TRY(check_try(check, trials, count));
    for (size_t i = 0; i < count; i++)
        count_one(s, &mutants[i], &trials[i], &tally);
    report(s, check, &tally);
    return RC_OK;
}

/* ---- all of them ------------------------------------------------------------------------------
 */

static bool is_named(const struct check *check, char **names)
{
    bool named = !*names;
    for (; *names; names++)
        named = named || strcmp(*names, check->id) == 0;
    return named;
}

static struct rc try_all(struct session *s, char **names)
{
    const struct check *const *checks, *views;
    size_t count, view_count = views_as_checks(s->arena, &views);
    TRY(checks_builtin(&checks, &count));
    for (size_t i = 0; i < count; i++)
        if (is_named(checks[i], names))
            TRY(try_check(s, checks[i]));
    for (size_t i = 0; i < view_count; i++)
        if (is_named(&views[i], names))
            TRY(try_check(s, &views[i]));
    return RC_OK;
}

int main(int argc, char **argv)
{
    struct session s = {.arena = arena_new()};
    int first = 1;
    if (argc > 1 && strcmp(argv[1], "--list") == 0) {
        s.list = true;
        first++;
    }
    if (first >= argc) {
        fprintf(stderr, "usage: mutate [--list] EQUIVALENT [ID...]\n");
        return 2;
    }
    struct rc rc = read_equivalent(&s, argv[first]);
    if (!failed(rc))
        rc = try_all(&s, argv + first + 1);
    if (failed(rc)) {
        fprintf(stderr, "mutate: %s\n", fault_text());
        return 2;
    }
    if (!argv[first + 1])
        report_unmet(&s);
    printf("%zu mutants, %zu killed: %zu %% (bar %d); %zu equivalent, %zu invalid\n", s.all.mutants,
           s.all.killed, percent(&s.all), BAR, s.all.equivalent, s.all.invalid);
    bool good = percent(&s.all) >= BAR && !s.wrong;
    arena_free(s.arena);
    return good ? 0 : 1;
}

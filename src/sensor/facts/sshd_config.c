/*
 * sshd_config: the OpenSSH server's configuration with all files it includes, one row a setting.
 *
 *   lines -> words (sshd_line.c) -> keyword (sshd_keyword.c) -> value (sshd_value.c) -> row
 *   all rows -> which ones decide (sshd_effect.c) -> table, then the built-in defaults of the rest
 *
 * Include stands for the lines of the files it names, in the order of their names, at that place; a
 * Match inside of one ends with the file and narrows the Match around the Include. Lines after
 * "Match all" hold for everyone, so their `match` is NULL.
 *
 * Bounds: 16 levels of Include (sshd's own), 1,000 files read, 16 MiB in all, 200,000 rows; past
 * one of them reading stops with a problem.
 */
#include "sensor/facts/sshd_effect.h"
#include "sensor/facts/sshd_match.h"

#include <string.h>

#define PATH      "/etc/ssh/sshd_config"
#define FOLDER    "/etc/ssh/"
#define DEPTH_MAX 16
#define FILES_MAX 1000
#define WORK_MAX  ((size_t)16 << 20)
#define ROWS_MAX  200000

static const struct column columns[] = {
    {"keyword", COLUMN_TEXT, "", "the setting in lower case, by its present name"},
    {"value", COLUMN_TEXT, "",
     "as sshd -T shows it: times in seconds, algorithm lists resolved; as written when not valid"},
    {"explicit", COLUMN_INTEGER, "", "0 = OpenSSH's built-in default, set in no file (no line)"},
    {"effective", COLUMN_INTEGER, "", "1 = this row decides (for its Match criteria)"},
    {"conflict", COLUMN_INTEGER, "", "1 = the keyword is also set to another value without effect"},
    {"valid", COLUMN_INTEGER, "",
     "0 = sshd refuses to start with this line; NULL = cannot tell (other release, names to "
     "resolve)"},
    {"match", COLUMN_TEXT, "", "criteria of the Match block; NULL = holds for everyone"},
};

static const struct table table = {
    .name = "sshd_config",
    .doc = "Settings of the OpenSSH server: " PATH ", what it includes, and built-in defaults.",
    .columns = columns,
    .column_count = COUNT_OF(columns),
};

static const struct table *const tables[] = {&table, NULL};

/* ---- lines ----------------------------------------------------------------------------- */

/* One line cut into its keyword and the rest; false for lines sshd passes over. *rest is NULL when
 * nothing follows the keyword. */
static bool split_line(char *text, char **keyword, char **rest)
{
    *rest = text;
    *keyword = sshd_delim(rest);
    if (*keyword && !**keyword) /* a blank or '=' in front */
        *keyword = sshd_delim(rest);
    if (!*keyword || !**keyword || **keyword == '#')
        return false;
    if (*rest && !**rest)
        *rest = NULL;
    return true;
}

/* The line as sshd sees it: without white space at both ends. */
static char *line_text(struct arena *arena, struct view raw)
{
    while (raw.len && strchr(" \t\r", raw.ptr[0]))
        raw = view_from(raw, 1);
    while (raw.len > 1 && strchr(" \t\r\f", raw.ptr[raw.len - 1]))
        raw.len--;
    return view_text(arena, raw);
}

/* A line that is certainly blank or a comment: most are, and need no copy. */
static bool is_comment(struct view raw)
{
    raw = view_trim(raw);
    return raw.len == 0 || raw.ptr[0] == '#';
}

/* The pattern an Include argument stands for; NULL for what sshd would not find ("~" is not
 * expanded there). */
static const char *include_pattern(struct arena *arena, const char *argument)
{
    if (argument[0] == '~')
        return NULL;
    return argument[0] == '/' ? argument : arena_printf(arena, FOLDER "%s", argument);
}

/* ---- collecting ------------------------------------------------------------------------ */

static void follow_line(struct arena *arena, struct view raw,
                        void (*add)(void *context, const char *pattern), void *context)
{
    char *keyword, *rest;
    if (!split_line(line_text(arena, raw), &keyword, &rest) || !rest)
        return;
    const struct sshd_keyword *known = sshd_keyword_find(keyword);
    if (!known || known->kind != SSHD_INCLUDE)
        return;
    struct sshd_words words = sshd_split(arena, rest);
    for (size_t i = 0; i < words.count; i++) {
        const char *pattern = words.word[i][0] ? include_pattern(arena, words.word[i]) : NULL;
        if (pattern)
            add(context, pattern);
    }
}

static void follow(const char *path, struct view bytes,
                   void (*add)(void *context, const char *pattern), void *context)
{
    (void)path;
    struct view raw;
    const char *nul = bytes.len ? memchr(bytes.ptr, '\0', bytes.len) : NULL;
    if (nul)
        bytes.len = (size_t)(nul - bytes.ptr);
    while (view_line(&bytes, &raw)) {
        if (is_comment(raw))
            continue;
        struct arena *arena = arena_new();
        follow_line(arena, raw, add, context);
        arena_free(arena);
    }
}

static const struct source sources[] = {
    {.kind = ITEM_FILE, .pattern = PATH, .max = (size_t)1 << 20, .follow = follow},
};

/* ---- reading --------------------------------------------------------------------------- */

struct reading {
    struct facts *facts;
    struct arena *arena; /* texts of the rows */
    struct sshd_rows rows;
    size_t files, work;
    bool stopped;
};

/* Where lines stand. */
struct scope {
    const char *match; /* criteria that must hold; NULL: none */
    bool for_all;      /* after a "Match all" */
};

struct place {
    const struct item *item;
    uint32_t line;
    unsigned depth;
    const struct scope *outer; /* of the Include that led here */
};

static struct rc read_file(struct reading *reading, const char *path, unsigned depth,
                           const struct scope *outer);

static void stop(struct reading *reading, const struct place *place, const char *why)
{
    reading->stopped = true;
    reader_problem(reading->facts, place->item, place->line, "%s; the rest was not read", why);
}

static struct sshd_row *add_row(struct reading *reading, const struct place *place,
                                const struct scope *scope)
{
    struct sshd_rows *rows = &reading->rows;
    if (rows->count == rows->room) {
        rows->room = rows->room ? rows->room * 2 : 128;
        rows->list = mem_resize(rows->list, rows->room * sizeof *rows->list);
    }
    struct sshd_row *row = &rows->list[rows->count];
    *row = (struct sshd_row){
        .match = scope->match,
        .for_all = scope->for_all,
        .item = place->item,
        .line = place->line,
        .order = rows->count++,
    };
    if (rows->count == ROWS_MAX)
        stop(reading, place, "more than 200,000 settings");
    return row;
}

static const char *lower_case(struct arena *arena, const char *text)
{
    char *copy = arena_text(arena, text);
    for (char *c = copy; *c; c++) {
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    }
    return copy;
}

/* A line that sshd refuses, whatever the keyword. */
static void add_refused(struct reading *reading, const struct place *place,
                        const struct scope *scope, const char *keyword, const char *rest)
{
    struct sshd_row *row = add_row(reading, place, scope);
    row->keyword = sshd_keyword_meant(sshd_keyword_find(keyword));
    row->name = row->keyword ? row->keyword->name : lower_case(reading->arena, keyword);
    row->value = (struct sshd_value){SSHD_INVALID, rest ? rest : ""};
}

static void add_setting(struct reading *reading, const struct place *place,
                        const struct scope *scope, const struct sshd_keyword *known,
                        const struct sshd_words *words, const char *rest)
{
    const struct sshd_keyword *meant = sshd_keyword_meant(known);
    struct sshd_row *row = add_row(reading, place, scope);
    row->keyword = meant;
    row->name = meant->name;
    row->head = words->count ? words->word[0] : NULL;
    row->value = sshd_value_of(reading->arena, meant, words, rest);
    if (meant->kind == SSHD_RAW || meant->kind == SSHD_RAW_COMMAND)
        row->head = rest;
    if (scope->match && !(known->flags & SSHD_IN_MATCH))
        row->value.validity = SSHD_INVALID;
}

static void enter_match(struct reading *reading, const struct place *place, struct scope *scope,
                        const char *rest)
{
    const char *criteria = NULL;
    char *text = arena_text(reading->arena, rest);
    if (!sshd_match_parse(reading->arena, text, &criteria)) {
        add_refused(reading, place, scope, "match", rest);
        return;
    }
    const char *outer = place->outer->match;
    scope->for_all = true;
    scope->match = !criteria ? outer
                   : outer   ? arena_printf(reading->arena, "%s %s", outer, criteria)
                             : criteria;
}

static struct rc include_pattern_files(struct reading *reading, const struct place *place,
                                       const struct scope *scope, const char *pattern)
{
    const char *const *paths = &pattern;
    size_t count = 1;
    if (strpbrk(pattern, "*?["))
        TRY(reader_files(reading->facts, pattern, &paths, &count));
    for (size_t i = 0; i < count && !reading->stopped; i++) {
        if (place->depth >= DEPTH_MAX)
            stop(reading, place, "Include is nested more than 16 levels, which sshd refuses");
        else if (reading->files >= FILES_MAX)
            stop(reading, place, "more than 1,000 files are included");
        else
            TRY(read_file(reading, paths[i], place->depth + 1, scope));
    }
    return RC_OK;
}

static struct rc include(struct reading *reading, const struct place *place,
                         const struct scope *scope, const struct sshd_words *words,
                         const char *rest)
{
    bool refused = words->count == 0;
    for (size_t i = 0; i < words->count && !reading->stopped; i++) {
        const char *pattern = include_pattern(reading->arena, words->word[i]);
        if (!words->word[i][0])
            refused = true;
        else if (pattern)
            TRY(include_pattern_files(reading, place, scope, pattern));
    }
    if (refused)
        add_refused(reading, place, scope, "include", rest);
    return RC_OK;
}

static struct rc read_line(struct reading *reading, const struct place *place, struct scope *scope,
                           struct view raw)
{
    char *keyword, *rest;
    if (is_comment(raw) || !split_line(line_text(reading->arena, raw), &keyword, &rest))
        return RC_OK;
    const struct sshd_keyword *known = sshd_keyword_find(keyword);
    struct sshd_words words = rest ? sshd_split(reading->arena, rest) : (struct sshd_words){0};
    if (!known || !rest || words.broken)
        add_refused(reading, place, scope, keyword, rest);
    else if (known->kind == SSHD_MATCH)
        enter_match(reading, place, scope, rest);
    else if (known->kind == SSHD_INCLUDE)
        return include(reading, place, scope, &words, rest);
    else
        add_setting(reading, place, scope, known, &words, rest);
    return RC_OK;
}

static struct rc read_file(struct reading *reading, const char *path, unsigned depth,
                           const struct scope *outer)
{
    struct place place = {
        .item = reader_file(reading->facts, path), .depth = depth, .outer = outer};
    struct scope scope = *outer;
    struct view rest = reader_text(reading->facts, place.item), raw;
    reading->files++;
    reading->work += rest.len;
    if (reading->work > WORK_MAX)
        stop(reading, &place, "more than 16 MiB of configuration are included");
    while (!reading->stopped && view_line(&rest, &raw)) {
        place.line++;
        TRY(read_line(reading, &place, &scope, raw));
    }
    return RC_OK;
}

/* ---- rows ------------------------------------------------------------------------------ */

static struct rc put(const struct reading *reading, const struct sshd_row *row)
{
    struct cell cells[] = {
        cell_text(row->name),
        cell_text(row->value.text),
        cell_integer(1),
        cell_integer(row->effective),
        cell_integer(row->conflict),
        row->value.validity == SSHD_UNKNOWN ? cell_null() : cell_integer(row->value.validity),
        cell_text(row->match),
    };
    return reader_row(reading->facts, &table, cells, row->item, row->line);
}

static struct rc put_default(const struct reading *reading, const struct sshd_keyword *keyword,
                             const struct item *item)
{
    struct view rest = view_of(keyword->initial), value;
    while (view_line(&rest, &value)) {
        struct cell cells[] = {
            cell_text(keyword->name), cell_view(value), cell_integer(0), cell_integer(1),
            cell_integer(0),          cell_integer(1),  cell_null(),
        };
        TRY(reader_row(reading->facts, &table, cells, item, 0));
    }
    return RC_OK;
}

static struct rc put_all(struct reading *reading, const struct item *item)
{
    size_t count;
    const struct sshd_keyword *all = sshd_keywords(&count);
    for (size_t i = 0; i < reading->rows.count; i++)
        TRY(put(reading, &reading->rows.list[i]));
    for (size_t i = 0; i < count; i++) {
        if (all[i].initial && !reading->rows.set[i])
            TRY(put_default(reading, &all[i], item));
    }
    return RC_OK;
}

static struct rc read_sshd_config(struct facts *facts)
{
    const struct item *item = reader_file(facts, PATH);
    if (!item || (item->status != ITEM_OK && item->status != ITEM_TRUNCATED))
        return RC_OK; /* without the file sshd does not start: no defaults either */
    struct reading reading = {.facts = facts, .arena = arena_new()};
    const struct scope everyone = {0};
    struct rc rc = read_file(&reading, PATH, 0, &everyone);
    if (!failed(rc)) {
        sshd_effect(&reading.rows);
        rc = put_all(&reading, item);
    }
    mem_free(reading.rows.list);
    arena_free(reading.arena);
    return rc;
}

const struct reader reader_sshd_config = {
    .name = "sshd_config",
    .tables = tables,
    .sources = sources,
    .source_count = COUNT_OF(sources),
    .read = read_sshd_config,
};

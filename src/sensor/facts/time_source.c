/*
 * time_source: where a host would take its time from: chrony.conf(5) with include, confdir and
 * sourcedir, ntp.conf(5) of ntp and ntpsec with includefile, timesyncd.conf(5) with its drop-ins.
 *
 * All programs that have a configuration give rows, whether they are installed and started or not:
 * tables `package` and `unit` tell that. timesyncd has built-in servers, used where neither NTP=
 * nor FallbackNTP= names any: a row with explicit 0 where its configuration file is there; its
 * comment
 * "#FallbackNTP=" shows them. Limits: FILES_MAX files, each read once.
 */
#include "sensor/facts/conf_files.h"
#include "sensor/facts/ini.h"

#include <string.h>

#define FILES_MAX 500

static const struct column columns[] = {
    {"kind", COLUMN_TEXT, "", "server, pool, peer or refclock (a clock at the host itself)"},
    {"address", COLUMN_TEXT, "", "Name or address; of a refclock its driver and parameter"},
    {"options", COLUMN_TEXT, "", "What follows the address; 'fallback' for FallbackNTP="},
    {"program", COLUMN_TEXT, "", "chrony, ntp or timesyncd: whose configuration it is"},
    {"explicit", COLUMN_INTEGER, "", "1 = written; 0 = built into the program"},
};

static const struct table table = {
    "time_source", "One row for each time source of chrony, ntp and systemd-timesyncd.", columns,
    COUNT_OF(columns)};

static bool is_comment(struct view line, const char *marks)
{
    return line.len == 0 || strchr(marks, line.ptr[0]);
}

static bool is_word(struct view word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (view_is_nocase(word, words[i]))
            return true;
    return false;
}

/* ---- following includes ---------------------------------------------------------------- */

/* Calls `add` with what one line includes: a path or pattern. `base` ends the pattern of a folder.
 */
static void follow_line(struct view line, void (*add)(void *context, const char *pattern),
                        void *context)
{
    static const struct {
        const char *directive, *suffix;
    } includes[] = {
        {"include", ""}, {"includefile", ""}, {"confdir", "/*.conf"}, {"sourcedir", "/*.sources"}};
    struct view word, path;
    if (!view_word(&line, &word))
        return;
    for (size_t i = 0; i < COUNT_OF(includes); i++) {
        if (!view_is_nocase(word, includes[i].directive))
            continue;
        while (view_word(&line, &path)) {
            if (path.len && path.ptr[0] == '"' && path.len > 1)
                path = (struct view){path.ptr + 1, path.len - 2};
            struct buf pattern = {0};
            buf_add_view(&pattern, path);
            buf_add_text(&pattern, includes[i].suffix);
            if (path.len && path.ptr[0] == '/' && !memchr(pattern.ptr, '\0', pattern.len))
                add(context, pattern.ptr);
            buf_free(&pattern);
        }
    }
}

static void follow(const char *path, struct view bytes,
                   void (*add)(void *context, const char *pattern), void *context)
{
    struct view line;
    (void)path;
    while (view_line(&bytes, &line)) {
        line = view_trim(line);
        if (!is_comment(line, "#;!%"))
            follow_line(line, add, context);
    }
}

/* ---- chrony and ntp -------------------------------------------------------------------- */

struct reading {
    struct facts *facts;
    const char *program;
    const char *paths[FILES_MAX]; /* to read, in order */
    size_t count, done;
    const struct item *from; /* the file that is being read */
};

static void queue_file(struct reading *r, const char *path)
{
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->paths[i], path) == 0)
            return;
    if (r->count < FILES_MAX)
        r->paths[r->count++] = path;
    else
        reader_problem(r->facts, r->from, 0, "includes more than %d files", FILES_MAX);
}

static void queue(void *context, const char *pattern)
{
    struct reading *r = context;
    const char *const *paths;
    size_t n;
    if (!strpbrk(pattern, "*?[")) {
        queue_file(r, arena_text(reader_arena(r->facts), pattern));
        return;
    }
    if (failed(reader_files(r->facts, pattern, &paths, &n))) {
        reader_problem(r->facts, r->from, 0, "%s", fault_text());
        return;
    }
    for (size_t i = 0; i < n; i++)
        queue_file(r, paths[i]);
}

static struct rc put(struct facts *facts, const char *kind, struct view address,
                     struct view options, const char *program, bool explicit,
                     const struct item *item, uint32_t line)
{
    struct cell cells[] = {cell_text(kind), address.ptr ? cell_view(address) : cell_null(),
                           cell_view(options), cell_text(program), cell_integer(explicit)};
    return reader_row(facts, &table, cells, item, line);
}

/* "server -4 address options", "refclock PPS /dev/pps0 options"; ntp's 127.127.x.y are clocks. */
static struct rc read_source(struct reading *r, const struct reader_line *line, struct view kind,
                             struct view rest)
{
    static const char *const kinds[] = {"server", "pool", "peer", "refclock"};
    struct view address = {NULL, 0};
    size_t i = 0;
    while (!view_is_nocase(kind, kinds[i]))
        i++;
    while (view_word(&rest, &address) && (view_is(address, "-4") || view_is(address, "-6")))
        address = (struct view){NULL, 0};
    bool is_clock = i == 3 || view_starts(address, "127.127.");
    if (address.len == 0) {
        reader_problem(r->facts, line->item, line->number, "a time source without an address");
        return RC_OK;
    }
    if (i == 3) {
        struct view parameter;
        if (view_word(&rest, &parameter))
            address.len = (size_t)(parameter.ptr + parameter.len - address.ptr);
    }
    return put(r->facts, is_clock ? "refclock" : kinds[i], address, view_trim(rest), r->program,
               true, line->item, line->number);
}

static struct rc read_line(struct facts *facts, const struct reader_line *line, void *context)
{
    static const char *const kinds[] = {"server", "pool", "peer", "refclock"};
    struct reading *r = context;
    struct view rest = line->text, remark = rest, word;
    (void)facts;
    if (strcmp(r->program, "ntp") == 0) /* a remark may end a line */
        view_cut(&remark, '#', &rest);
    struct view text = rest;
    if (!view_word(&rest, &word))
        return RC_OK;
    if (is_word(word, kinds, COUNT_OF(kinds)))
        return read_source(r, line, word, rest);
    follow_line(text, queue, r);
    return RC_OK;
}

static struct rc read_program(struct facts *facts, const char *program, const char *marks,
                              const char *const *paths, size_t count)
{
    struct reading r = {.facts = facts, .program = program};
    for (size_t i = 0; i < count; i++)
        queue(&r, paths[i]);
    for (; r.done < r.count; r.done++) {
        r.from = reader_file(facts, r.paths[r.done]);
        TRY(reader_each_line(facts, r.from, marks, read_line, &r));
    }
    return RC_OK;
}

/* ---- timesyncd ------------------------------------------------------------------------- */

static const char *const main_paths[] = {
    "/etc/systemd/timesyncd.conf", "/run/systemd/timesyncd.conf",
    "/usr/local/lib/systemd/timesyncd.conf", "/usr/lib/systemd/timesyncd.conf"};
static const char *const patterns[] = {
    "/etc/systemd/timesyncd.conf.d/*.conf", "/run/systemd/timesyncd.conf.d/*.conf",
    "/usr/local/lib/systemd/timesyncd.conf.d/*.conf", "/usr/lib/systemd/timesyncd.conf.d/*.conf"};

struct assigned {
    struct assigned *next;
    struct view servers;
    const struct item *item;
    uint32_t line;
};

/* Lists add up; an empty assignment takes the earlier ones back. */
struct lists {
    struct assigned *ntp, *fallback; /* newest first */
    bool fallback_written;
};

static void gather(struct facts *facts, const struct item *item, struct lists *lists)
{
    struct ini ini = ini_open(facts, item);
    struct ini_line line;
    while (ini_next(&ini, &line)) {
        bool is_ntp = view_is(line.key, "NTP") || view_is(line.key, "Servers");
        if (!view_is(line.section, "Time") || (!is_ntp && !view_is(line.key, "FallbackNTP")))
            continue;
        struct assigned **list = is_ntp ? &lists->ntp : &lists->fallback;
        lists->fallback_written |= !is_ntp;
        struct assigned *a = arena_take(reader_arena(facts), sizeof *a);
        *a = (struct assigned){*list, line.value, item, line.number};
        *list = line.value.len ? a : NULL;
    }
}

static struct rc put_servers(struct facts *facts, struct view servers, const char *options,
                             bool explicit, const struct item *item, uint32_t line)
{
    struct view server;
    while (view_word(&servers, &server))
        TRY(put(facts, "server", server, view_of(options), "timesyncd", explicit, item, line));
    return RC_OK;
}

static struct rc put_list(struct facts *facts, struct assigned *newest, const char *options)
{
    struct assigned *first = NULL;
    while (newest) { /* turned round */
        struct assigned *next = newest->next;
        newest->next = first;
        first = newest;
        newest = next;
    }
    for (; first; first = first->next)
        TRY(put_servers(facts, first->servers, options, true, first->item, first->line));
    return RC_OK;
}

static struct rc put_builtin(struct facts *facts, const struct item *item)
{
    struct view rest = reader_text(facts, item), line, shown = {NULL, 0};
    while (view_line(&rest, &line))
        if (view_starts(line, "#FallbackNTP="))
            shown = view_trim(view_from(line, strlen("#FallbackNTP=")));
    if (shown.len)
        return put_servers(facts, shown, "fallback", false, item, 0);
    return put(facts, "server", (struct view){NULL, 0}, VIEW("fallback"), "timesyncd", false, item,
               0);
}

static struct rc read_timesyncd(struct facts *facts)
{
    struct lists lists = {0};
    struct conf_file *files;
    size_t count;
    const struct item *item = conf_files_first(facts, main_paths, COUNT_OF(main_paths));
    gather(facts, item, &lists);
    TRY(conf_files_list(facts, patterns, COUNT_OF(patterns), &files, &count));
    for (size_t i = 0; i < count; i++)
        gather(facts, reader_file(facts, files[i].path), &lists);
    bool is_there = item && item->status == ITEM_OK;
    if (is_there && !lists.ntp && !lists.fallback_written)
        TRY(put_builtin(facts, item));
    TRY(put_list(facts, lists.ntp, ""));
    return put_list(facts, lists.fallback, "fallback");
}

static struct rc read_time_source(struct facts *facts)
{
    static const char *const chrony[] = {"/etc/chrony/chrony.conf", "/etc/chrony.conf"};
    static const char *const ntp[] = {"/etc/ntp.conf", "/etc/ntpsec/ntp.conf",
                                      "/etc/ntpsec/ntp.d/*.conf"};
    TRY(read_program(facts, "chrony", "#;!%", chrony, COUNT_OF(chrony)));
    TRY(read_program(facts, "ntp", "#", ntp, COUNT_OF(ntp)));
    return read_timesyncd(facts);
}

static const struct table *const tables[] = {&table, NULL};
static const struct source sources[] = {
    {.kind = ITEM_FILE, .pattern = "/etc/chrony/chrony.conf", .follow = follow},
    {.kind = ITEM_FILE, .pattern = "/etc/chrony.conf", .follow = follow},
    {.kind = ITEM_FILE, .pattern = "/etc/ntp.conf", .follow = follow},
    {.kind = ITEM_FILE, .pattern = "/etc/ntpsec/ntp.conf", .follow = follow},
    {.kind = ITEM_FILE, .pattern = "/etc/ntpsec/ntp.d/*.conf", .follow = follow},
    {.kind = ITEM_FILE, .pattern = "/etc/systemd/timesyncd.conf"},
    {.kind = ITEM_FILE, .pattern = "/run/systemd/timesyncd.conf"},
    {.kind = ITEM_FILE, .pattern = "/usr/local/lib/systemd/timesyncd.conf"},
    {.kind = ITEM_FILE, .pattern = "/usr/lib/systemd/timesyncd.conf"},
    {.kind = ITEM_FILE, .pattern = "/etc/systemd/timesyncd.conf.d/*.conf"},
    {.kind = ITEM_FILE, .pattern = "/run/systemd/timesyncd.conf.d/*.conf"},
    {.kind = ITEM_FILE, .pattern = "/usr/local/lib/systemd/timesyncd.conf.d/*.conf"},
    {.kind = ITEM_FILE, .pattern = "/usr/lib/systemd/timesyncd.conf.d/*.conf"}};

const struct reader reader_time_source = {"time_source", tables, sources, COUNT_OF(sources),
                                          read_time_source};

/*
 * mysql: the MySQL or MariaDB server of a target and its option files, in the order it reads them:
 *
 *   /etc/my.cnf, /etc/mysql/my.cnf, with what they include in its place
 *
 * The server is there where its program is; which of the two it is, its name says. Of the groups,
 * those count that the server reads; of one that names a release ([mysqld-8.0]) whether it counts
 * is known only where the data directory tells the release.
 *
 * What is not in option files is not here: the command line, SET PERSIST (a problem where its file
 * is there), plugins and components that were installed by a statement, accounts. The option files
 * of an account (~/.my.cnf) and of $MYSQL_HOME are not read. Several servers of one program
 * (mysqld_multi) are seen as one.
 */
#include "sensor/facts/mysql.h"

#include <string.h>

#define UPGRADE_MYSQL   "/var/lib/mysql/mysql_upgrade_info"
#define UPGRADE_MARIADB "/var/lib/mysql/mariadb_upgrade_info"
#define PERSISTED       "/var/lib/mysql/mysqld-auto.cnf"

static const char *const option_files[] = {"/etc/my.cnf", "/etc/mysql/my.cnf"};

/* MariaDB first: there mysqld is only its other name. */
static const struct {
    const char *path, *product;
} programs[] = {
    {"/usr/sbin/mariadbd", "mariadb"},
    {"/usr/libexec/mariadbd", "mariadb"},
    {"/usr/bin/mariadbd", "mariadb"},
    {"/usr/sbin/mysqld", "mysql"},
    {"/usr/libexec/mysqld", "mysql"},
    {"/usr/bin/mysqld", "mysql"},
    {"/usr/local/mysql/bin/mariadbd", "mariadb"},
    {"/usr/local/mysql/bin/mysqld", "mysql"},
};

/* What MariaDB had before its program was called mariadbd. */
static const char *const mariadb_signs[] = {"/etc/mysql/mariadb.cnf",
                                            "/etc/my.cnf.d/mariadb-server.cnf", "/var/log/mariadb"};

static const struct column instance_columns[] = {
    {"product", COLUMN_TEXT, "", "mysql or mariadb"},
    {"instance", COLUMN_TEXT, "", "path of the server's program"},
    {"version", COLUMN_TEXT, "", "release (10.11), as the data directory says; or NULL"},
};

static const struct table instance_table = {"mysql_instance",
                                            "The MySQL or MariaDB server of the target.",
                                            instance_columns, COUNT_OF(instance_columns)};

static const struct table *const tables[] = {&instance_table, &mysql_setting_table, NULL};

/* ---- collecting ------------------------------------------------------------------------ */

/* "/etc/mysql/conf.d" or "/etc/mysql/conf.d/" -> "/etc/mysql/conf.d/ *.cnf"; NULL for a relative
 * path, which starts where the server was started. */
static const char *folder_pattern(struct arena *arena, const char *folder)
{
    size_t len = strlen(folder);
    while (len > 1 && folder[len - 1] == '/')
        len--;
    return folder[0] == '/' ? arena_printf(arena, "%.*s/*.cnf", (int)len, folder) : NULL;
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
        struct arena *arena = NULL;
        struct view text = view_trim(raw);
        if (text.len == 0 || text.ptr[0] != '!')
            continue;
        arena = arena_new();
        struct mysql_line line = mysql_line_parse(arena, raw);
        const char *pattern = line.kind == MYSQL_INCLUDE_DIR ? folder_pattern(arena, line.value)
                              : line.kind == MYSQL_INCLUDE && line.value[0] == '/' ? line.value
                                                                                   : NULL;
        if (pattern)
            add(context, pattern);
        arena_free(arena);
    }
}

#define OPTION_FILE(path)                                                                          \
    {                                                                                              \
        .kind = ITEM_FILE, .pattern = (path), .max = (size_t)1 << 20, .follow = follow,            \
        .reduce = secret_reduce_mysql                                                              \
    }
#define THERE(path)                                                                                \
    {                                                                                              \
        .kind = ITEM_STAT, .pattern = (path)                                                       \
    }

static const struct source sources[] = {
    OPTION_FILE("/etc/my.cnf"),
    OPTION_FILE("/etc/mysql/my.cnf"),
    {.kind = ITEM_FILE, .pattern = UPGRADE_MYSQL, .max = 4096},
    {.kind = ITEM_FILE, .pattern = UPGRADE_MARIADB, .max = 4096},
    THERE(PERSISTED),
    THERE("/usr/sbin/mariadbd"),
    THERE("/usr/libexec/mariadbd"),
    THERE("/usr/bin/mariadbd"),
    THERE("/usr/sbin/mysqld"),
    THERE("/usr/libexec/mysqld"),
    THERE("/usr/bin/mysqld"),
    THERE("/usr/local/mysql/bin/mariadbd"),
    THERE("/usr/local/mysql/bin/mysqld"),
    THERE("/etc/mysql/mariadb.cnf"),
    THERE("/etc/my.cnf.d/mariadb-server.cnf"),
    THERE("/var/log/mariadb"),
};

/* ---- option files ---------------------------------------------------------------------- */

struct reading {
    struct mysql *m;
    struct mysql_option **end;
    size_t count;
    const char *group; /* the one that lines belong to; NULL: none yet */
};

static struct rc read_file(struct reading *r, const char *path, const struct item *from,
                           uint32_t line);

/* A folder that is not there is refused, a file that is not there passed over. */
static struct rc read_folder(struct reading *r, const char *folder, const struct item *from,
                             uint32_t line)
{
    struct facts *facts = r->m->facts;
    const char *const *paths;
    size_t count;
    const char *pattern = folder_pattern(reader_arena(facts), folder);
    if (reader_absent(facts, ITEM_LIST, pattern))
        reader_problem(facts, from, line, "%s, which it includes, is not there", folder);
    TRY(reader_files(facts, pattern, &paths, &count));
    for (size_t i = 0; i < count; i++)
        TRY(read_file(r, paths[i], from, line));
    return RC_OK;
}

static struct rc include(struct reading *r, const struct mysql_line *what, const struct item *item,
                         uint32_t line)
{
    struct mysql *m = r->m;
    if (what->value[0] != '/') {
        reader_problem(m->facts, item, line,
                       "%s is relative to where the server was started, or empty", what->value);
        return RC_OK;
    }
    if (m->depth >= MYSQL_DEPTH_MAX) {
        reader_problem(m->facts, item, line, "includes lead deeper than %d files: %s",
                       MYSQL_DEPTH_MAX, what->value);
        return RC_OK;
    }
    m->depth++;
    struct rc rc = what->kind == MYSQL_INCLUDE_DIR ? read_folder(r, what->value, item, line)
                                                   : read_file(r, what->value, item, line);
    m->depth--;
    return rc;
}

/* Whether the server reads a group: 1, 0, or -1 where that hangs on a release not known. */
static int group_counts(const struct mysql *m, const char *group)
{
    static const char *const of_both[] = {"mysqld", "server"};
    static const char *const of_mariadb[] = {"mariadb", "mariadbd", "client-server", "galera"};
    bool mariadb = strcmp(m->product, "mariadb") == 0;
    struct view rest = view_of(group), name;
    for (size_t i = 0; i < COUNT_OF(of_both); i++)
        if (strcmp(group, of_both[i]) == 0)
            return 1;
    for (size_t i = 0; i < COUNT_OF(of_mariadb); i++)
        if (mariadb && strcmp(group, of_mariadb[i]) == 0)
            return 1;
    view_cut(&rest, '-', &name);
    bool of_server = view_is(name, "mysqld") ||
                     (mariadb && (view_is(name, "mariadb") || view_is(name, "mariadbd")));
    bool is_release = of_server && rest.len && rest.ptr[0] >= '0' && rest.ptr[0] <= '9';
    if (!is_release)
        return 0;
    return m->version ? view_is(rest, m->version) : -1;
}

static void add_option(struct reading *r, const struct mysql_line *parsed, const struct item *item,
                       uint32_t line)
{
    struct facts *facts = r->m->facts;
    int counts = r->group ? group_counts(r->m, r->group) : 0;
    if (!r->group)
        reader_problem(facts, item, line,
                       "an option before the first group: the server refuses it");
    if (counts < 0)
        reader_problem(facts, item, line,
                       "whether group [%s] counts is not known: the release is "
                       "not known",
                       r->group);
    if (counts <= 0)
        return;
    if (r->count++ >= MYSQL_LINES_MAX) {
        reader_problem(facts, item, line, "more than %d options", MYSQL_LINES_MAX);
        return;
    }
    struct mysql_option *option = arena_take(reader_arena(facts), sizeof *option);
    *option = (struct mysql_option){.item = item,
                                    .line = line,
                                    .group = r->group,
                                    .name = parsed->name,
                                    .value = parsed->value};
    mysql_option_name(reader_arena(facts), &option->name, &option->value);
    *r->end = option;
    r->end = &option->next;
}

static struct rc take_line(struct reading *r, const struct item *item, uint32_t number,
                           struct view raw)
{
    struct mysql_line line = mysql_line_parse(reader_arena(r->m->facts), raw);
    switch (line.kind) {
    case MYSQL_GROUP:
        r->group = line.name;
        return RC_OK;
    case MYSQL_OPTION:
        add_option(r, &line, item, number);
        return RC_OK;
    case MYSQL_INCLUDE:
    case MYSQL_INCLUDE_DIR:
        return include(r, &line, item, number);
    case MYSQL_BAD:
        reader_problem(r->m->facts, item, number, "a group without its closing bracket");
        return RC_OK;
    case MYSQL_NOTHING:
        break;
    }
    return RC_OK;
}

/* A group ends with its file, and the one around an include goes on behind it. */
static struct rc read_file(struct reading *r, const char *path, const struct item *from,
                           uint32_t line)
{
    struct mysql *m = r->m;
    const struct item *item = reader_file(m->facts, path);
    struct view rest = reader_text(m->facts, item), raw;
    const char *outer = r->group;
    m->bytes += rest.len;
    if (m->files++ >= MYSQL_FILES_MAX || m->bytes > MYSQL_BYTES_MAX) {
        reader_problem(m->facts, from ? from : item, line, "includes lead to too much");
        return RC_OK;
    }
    r->group = NULL;
    for (uint32_t number = 1; view_line(&rest, &raw); number++)
        TRY(take_line(r, item, number, raw));
    r->group = outer;
    return RC_OK;
}

/* ---- the server ------------------------------------------------------------------------ */

static bool is_there(struct facts *facts, const char *path)
{
    const struct item *item = reader_stat(facts, path);
    return item && item->status == ITEM_OK;
}

/* All are asked, so that one that cannot be looked at is known. */
static const struct item *find_server(struct mysql *m)
{
    const struct item *found = NULL;
    bool old_mariadb = false;
    for (size_t i = 0; i < COUNT_OF(programs); i++) {
        if (!is_there(m->facts, programs[i].path) || found)
            continue;
        found = reader_stat(m->facts, programs[i].path);
        m->product = programs[i].product;
        m->instance = programs[i].path;
    }
    for (size_t i = 0; i < COUNT_OF(mariadb_signs); i++)
        old_mariadb = is_there(m->facts, mariadb_signs[i]) || old_mariadb;
    if (found && old_mariadb)
        m->product = "mariadb";
    return found;
}

/* "10.11.6-MariaDB" -> "10.11" */
static void read_version(struct mysql *m)
{
    static const char *const paths[] = {UPGRADE_MARIADB, UPGRADE_MYSQL};
    for (size_t i = 0; i < COUNT_OF(paths) && !m->version; i++) {
        const struct item *item = reader_hint(m->facts, ITEM_FILE, paths[i]);
        struct view rest = reader_text(m->facts, item), major, minor;
        int64_t n;
        if (view_cut(&rest, '.', &major) && view_cut(&rest, '.', &minor) &&
            view_integer(major, &n) && view_integer(minor, &n))
            m->version = arena_printf(reader_arena(m->facts), "%.*s.%.*s", (int)major.len,
                                      major.ptr, (int)minor.len, minor.ptr);
    }
}

static struct rc read_options(struct mysql *m)
{
    struct mysql_option *first = NULL;
    struct reading r = {.m = m, .end = &first};
    for (size_t i = 0; i < COUNT_OF(option_files); i++)
        TRY(read_file(&r, option_files[i], NULL, 0));
    if (strcmp(m->product, "mysql") == 0 && is_there(m->facts, PERSISTED))
        reader_problem(m->facts, reader_stat(m->facts, PERSISTED), 0,
                       "values of SET PERSIST are not read, and win over the option files");
    return mysql_option_rows(m, first);
}

static struct rc read_mysql(struct facts *facts)
{
    struct mysql m = {.facts = facts};
    const struct item *server = find_server(&m);
    if (!server)
        return RC_OK;
    reader_for_instance(facts, m.instance);
    read_version(&m);
    struct cell cells[] = {cell_text(m.product), cell_text(m.instance), cell_text(m.version)};
    TRY(reader_row(facts, &instance_table, cells, server, 0));
    return read_options(&m);
}

const struct reader reader_mysql = {"mysql", tables, sources, COUNT_OF(sources), read_mysql};

/*
 * postgresql: PostgreSQL servers by their configuration files; several may be on one target.
 *
 *   /etc/postgresql/VERSION/NAME/postgresql.conf     Debian: instance "15/main"
 *   /var/lib/pgsql/[VERSION/]data/postgresql.conf    RHEL and others: its folder is the name
 *
 * An instance is such a file with what it includes, then postgresql.auto.conf of its data
 * directory, then pg_hba.conf and pg_ident.conf, where the settings say they are. Sources and
 * problems are those of the one instance: a file of another that cannot be read does not concern
 * it.
 *
 * What is not in files is not here: the command line, ALTER ROLE and ALTER DATABASE, roles.
 */
#include "sensor/facts/postgresql.h"

#include <string.h>

#define DEBIAN   "/etc/postgresql/*/*/postgresql.conf"
#define RHEL     "/var/lib/pgsql/data/postgresql.conf"
#define RHEL_ANY "/var/lib/pgsql/*/data/postgresql.conf"

static const struct column instance_columns[] = {
    {"instance", COLUMN_TEXT, "", "VERSION/NAME on Debian, else the folder of postgresql.conf"},
    {"version", COLUMN_TEXT, "", "major release, as the data directory or the path says; or NULL"},
    {"config_file", COLUMN_TEXT, "", "its postgresql.conf"},
    {"hba_file", COLUMN_TEXT, "", "its pg_hba.conf"},
    {"ident_file", COLUMN_TEXT, "", "its pg_ident.conf"},
    {"data_directory", COLUMN_TEXT, "", "where the databases are"},
};

static const struct table instance_table = {"postgresql_instance",
                                            "One row for each PostgreSQL server of the target.",
                                            instance_columns, COUNT_OF(instance_columns)};

static const struct table *const tables[] = {&instance_table, &postgresql_setting_table,
                                             &postgresql_hba_table, &postgresql_ident_table, NULL};

/* ---- collecting ------------------------------------------------------------------------ */

struct following {
    struct arena *arena;
    const char *path;
    void (*add)(void *context, const char *pattern);
    void *context;
};

static void add_in(const struct following *f, const char *folder, const char *name)
{
    f->add(f->context, arena_printf(f->arena, "%s/%s", folder, name));
}

static void follow_setting(const struct following *f, struct view raw)
{
    const char *name, *value;
    bool bad;
    if (!postgresql_conf_line(f->arena, raw, &name, &value, &bad) || bad)
        return;
    const char *path = postgresql_path(f->arena, f->path, value);
    enum postgresql_include kind = postgresql_include_of(name);
    if (!path)
        return;
    if (kind == POSTGRESQL_DIR)
        add_in(f, path, "*.conf");
    else if (kind != POSTGRESQL_NONE || strcmp(name, "hba_file") == 0 ||
             strcmp(name, "ident_file") == 0)
        f->add(f->context, path);
    else if (strcmp(name, "data_directory") == 0) {
        add_in(f, path, "postgresql.auto.conf");
        add_in(f, path, "PG_VERSION");
    }
}

/* Beside postgresql.conf lies whatever it does not say otherwise. */
static void follow_folder(const struct following *f)
{
    static const char *const names[] = {"pg_hba.conf", "pg_ident.conf", "postgresql.auto.conf",
                                        "PG_VERSION"};
    const char *slash = strrchr(f->path, '/');
    if (!slash || strcmp(slash, "/postgresql.conf") != 0)
        return;
    const char *folder = view_text(f->arena, (struct view){f->path, (size_t)(slash - f->path)});
    for (size_t i = 0; i < COUNT_OF(names); i++)
        add_in(f, folder, names[i]);
}

/* Files of all kinds come here, those that were followed too; each line is tried as both kinds. */
static void follow(const char *path, struct view bytes,
                   void (*add)(void *context, const char *pattern), void *context)
{
    const char *nul = bytes.len ? memchr(bytes.ptr, '\0', bytes.len) : NULL;
    struct view raw;
    if (nul)
        bytes.len = (size_t)(nul - bytes.ptr);
    struct following f = {.arena = arena_new(), .path = path, .add = add, .context = context};
    follow_folder(&f);
    while (view_line(&bytes, &raw)) {
        struct view text = view_trim(raw);
        if (text.len == 0 || text.ptr[0] == '#')
            continue;
        follow_setting(&f, raw);
        postgresql_hba_follow(f.arena, path, raw, add, context);
    }
    arena_free(f.arena);
}

#define SOURCE(path)                                                                               \
    {                                                                                              \
        .kind = ITEM_FILE, .pattern = (path), .max = (size_t)1 << 20, .follow = follow,            \
        .reduce = secret_reduce_postgresql                                                         \
    }

static const struct source sources[] = {SOURCE(DEBIAN), SOURCE(RHEL), SOURCE(RHEL_ANY)};

/* ---- one instance ---------------------------------------------------------------------- */

/* "9.6" -> 96, "15" -> 15, anything else -> 0. */
static int version_of(struct view text)
{
    int64_t n = 0;
    struct view rest = view_trim(text), major, minor;
    if (!view_cut(&rest, '.', &major) || !view_integer(major, &n) || n < 8 || n > 99)
        return 0;
    if (n >= 10)
        return (int)n;
    view_cut(&rest, '.', &minor);
    return minor.ptr && view_is(minor, "6") && n == 9 ? 96 : 0;
}

/* VERSION/NAME of Debian's paths; the folder of others. */
static void name_instance(struct postgresql *p)
{
    struct arena *arena = reader_arena(p->facts);
    size_t len = strlen(p->config_file) - strlen("/postgresql.conf");
    struct view folder = {p->config_file, len}, part = folder, version;
    if (!view_starts(folder, "/etc/postgresql/")) {
        p->instance = view_text(arena, folder);
        return;
    }
    part = view_from(folder, strlen("/etc/postgresql/"));
    p->instance = view_text(arena, part);
    view_cut(&part, '/', &version);
    p->version = version_of(version);
}

/* The last line of a name decides. */
static const char *value_of(const struct postgresql_line *first, const char *name)
{
    const char *value = NULL;
    for (const struct postgresql_line *line = first; line; line = line->next)
        if (strcmp(line->name, name) == 0)
            value = line->value;
    return value;
}

/* A path the settings give, or the file beside postgresql.conf. A relative one starts where the
 * server was started, which no file says. */
static const char *placed(struct postgresql *p, const struct postgresql_line *first,
                          const char *name, const char *otherwise)
{
    const char *value = value_of(first, name);
    if (value && value[0] == '/')
        return value;
    if (value && value[0])
        reader_problem(p->facts, reader_file(p->facts, p->config_file), 0,
                       "%s = %s is relative to where the server was started", name, value);
    return postgresql_path(reader_arena(p->facts), p->config_file, otherwise);
}

static void read_version(struct postgresql *p)
{
    const char *path = arena_printf(reader_arena(p->facts), "%s/PG_VERSION", p->data_directory);
    const struct item *item = reader_file(p->facts, path);
    struct view rest = reader_text(p->facts, item), first = {NULL, 0};
    int version = view_line(&rest, &first) ? version_of(first) : 0;
    if (version)
        p->version = version;
}

/* Where the data directory may not be entered, its settings are not read whole; the version is in
 * Debian's path as well. */
static struct rc read_settings(struct postgresql *p, struct postgresql_line **first)
{
    struct arena *arena = reader_arena(p->facts);
    TRY(postgresql_conf_read(p, p->config_file, first));
    const char *folder = placed(p, *first, "data_directory", ".");
    size_t len = strlen(folder);
    while (len > 1 && (folder[len - 1] == '/' ||
                       (len > 2 && folder[len - 1] == '.' && folder[len - 2] == '/')))
        len--;
    p->data_directory = view_text(arena, (struct view){folder, len});
    read_version(p);
    return postgresql_conf_read(
        p, arena_printf(arena, "%s/postgresql.auto.conf", p->data_directory), first);
}

static struct rc put_instance(struct postgresql *p, const struct item *item)
{
    const char *version = p->version == 96 ? "9.6"
                          : p->version     ? arena_printf(reader_arena(p->facts), "%d", p->version)
                                           : NULL;
    struct cell cells[] = {
        cell_text(p->instance), cell_text(version),       cell_text(p->config_file),
        cell_text(p->hba_file), cell_text(p->ident_file), cell_text(p->data_directory),
    };
    return reader_row(p->facts, &instance_table, cells, item, 0);
}

static struct rc read_instance(struct facts *facts, const char *config_file)
{
    struct postgresql p = {.facts = facts, .config_file = config_file};
    struct postgresql_line *first = NULL;
    name_instance(&p);
    reader_for_instance(facts, p.instance);
    const struct item *item = reader_file(facts, config_file);
    TRY(read_settings(&p, &first));
    p.hba_file = placed(&p, first, "hba_file", "pg_hba.conf");
    p.ident_file = placed(&p, first, "ident_file", "pg_ident.conf");
    TRY(put_instance(&p, item));
    TRY(postgresql_setting_rows(&p, first));
    TRY(postgresql_hba_read(&p));
    return postgresql_ident_read(&p);
}

/* ---- all of them ----------------------------------------------------------------------- */

static struct rc read_matches(struct facts *facts, const char *pattern)
{
    const char *const *paths;
    size_t count;
    reader_for_instance(facts, NULL);
    TRY(reader_files(facts, pattern, &paths, &count));
    for (size_t i = 0; i < count; i++)
        if (!reader_absent(facts, ITEM_FILE, paths[i])) /* as of a folder of that name */
            TRY(read_instance(facts, paths[i]));
    return RC_OK;
}

static struct rc read_postgresql(struct facts *facts)
{
    TRY(read_matches(facts, DEBIAN));
    TRY(read_matches(facts, RHEL_ANY));
    reader_for_instance(facts, NULL);
    const struct item *item = reader_file(facts, RHEL);
    bool is_there = item && (item->status == ITEM_OK || item->status == ITEM_TRUNCATED);
    return is_there ? read_instance(facts, RHEL) : RC_OK;
}

const struct reader reader_postgresql = {"postgresql", tables, sources, COUNT_OF(sources),
                                         read_postgresql};

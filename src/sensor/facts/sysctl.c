/*
 * sysctl: kernel parameters as configured and as they run.
 *
 * Files, as sysctl.d(5) and `sysctl --system` take them: the *.conf of five folders, where a file
 * hides those of the same name in later folders, all in the order of their names; then
 * /etc/sysctl.conf. The last line of a key wins. Keys may be written with '.' or '/': the first
 * separator decides; rows have dots ("net.ipv4.conf.eth0/200.forwarding" where a dot is part of a
 * name). Keys with * are kept as written: which parameters they meet only the running kernel knows.
 */
#include "sensor/facts/reader.h"

#include <stdlib.h>
#include <string.h>

static const struct column columns[] = {
    {"key", COLUMN_TEXT, "",
     "Parameter with dots between its parts; a pattern such as net.ipv4.conf.*.rp_filter stands as "
     "written and also sets what it matches, unless that has a line of its own"},
    {"value", COLUMN_TEXT, "", "Its value; NULL for \"-key\", which keeps patterns off that key"},
    {"effective", COLUMN_INTEGER, "", "1 for the line that wins: the last one of exactly this key"},
};

static const struct table sysctl_config = {
    "sysctl_config", "One row for each setting of sysctl.d and sysctl.conf that is not hidden.",
    columns, COUNT_OF(columns)};

static const struct column running_columns[] = {
    {"key", COLUMN_TEXT, "", "Parameter with dots between its parts"},
    {"value", COLUMN_TEXT, "", "Its value now"},
};

static const struct table sysctl_running = {
    "sysctl_running", "One row for each kernel parameter that could be read on the running host.",
    running_columns, COUNT_OF(running_columns)};

/* ---- which files ----------------------------------------------------------------------- */

static const char *const patterns[] = {"/etc/sysctl.d/*.conf", "/run/sysctl.d/*.conf",
                                       "/usr/local/lib/sysctl.d/*.conf", "/usr/lib/sysctl.d/*.conf",
                                       "/lib/sysctl.d/*.conf"};

struct file {
    const char *name, *path;
    size_t folder; /* its rank */
};

static int by_name_then_folder(const void *a, const void *b)
{
    const struct file *left = a, *right = b;
    int order = strcmp(left->name, right->name);
    if (order == 0 && left->folder != right->folder)
        order = left->folder < right->folder ? -1 : 1;
    return order;
}

static struct rc list_files(struct facts *facts, struct file **out, size_t *count)
{
    const char *const *paths[COUNT_OF(patterns)];
    size_t counts[COUNT_OF(patterns)], total = 0;
    for (size_t i = 0; i < COUNT_OF(patterns); i++) {
        TRY(reader_files(facts, patterns[i], &paths[i], &counts[i]));
        total += counts[i];
    }
    struct file *files = arena_take(reader_arena(facts), (total + 1) * sizeof *files);
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(patterns); i++)
        for (size_t k = 0; k < counts[i]; k++) {
            const char *slash = strrchr(paths[i][k], '/');
            const char *name = slash ? slash + 1 : paths[i][k];
            files[n++] = (struct file){name, paths[i][k], i};
        }
    qsort(files, n, sizeof *files, by_name_then_folder);
    *out = files;
    *count = n;
    return RC_OK;
}

/* ---- lines ----------------------------------------------------------------------------- */

/* A key whose first separator is '/' gets its dots and slashes exchanged. */
static struct view dotted(struct facts *facts, struct view key)
{
    size_t first = 0;
    while (first < key.len && key.ptr[first] != '.' && key.ptr[first] != '/')
        first++;
    if (first == key.len || key.ptr[first] == '.')
        return key;
    char *out = view_text(reader_arena(facts), key);
    for (size_t i = 0; i < key.len; i++)
        if (out[i] == '/' || out[i] == '.')
            out[i] = out[i] == '/' ? '.' : '/';
    return (struct view){out, key.len};
}

static struct rc read_line(struct facts *facts, const struct reader_line *line, void *context)
{
    struct view value = line->text, key;
    view_cut(&value, '=', &key);
    key = view_trim(key);
    bool has_dash = view_starts(key, "-");
    if (has_dash)
        key = view_trim(view_from(key, 1));
    if (key.len == 0 || (!value.ptr && !has_dash)) {
        reader_problem(facts, line->item, line->number, "no line of the form key = value");
        return RC_OK;
    }
    if (value.ptr)
        value = view_trim(value);
    settings_add(context, dotted(facts, key), value, line->item, line->number);
    return RC_OK;
}

static struct rc read_file(struct facts *facts, const char *path, struct settings *settings)
{
    return reader_each_line(facts, reader_file(facts, path), "#;", read_line, settings);
}

static struct rc read_config(struct facts *facts)
{
    struct file *files;
    size_t count;
    TRY(list_files(facts, &files, &count));
    struct settings *settings = settings_new(facts, &sysctl_config, false);
    struct rc rc = RC_OK;
    for (size_t i = 0; i < count && !failed(rc); i++)
        if (i == 0 || strcmp(files[i].name, files[i - 1].name) != 0)
            rc = read_file(facts, files[i].path, settings);
    if (!failed(rc))
        rc = read_file(facts, "/etc/sysctl.conf", settings);
    struct rc ended = settings_end(settings);
    return failed(rc) ? rc : ended;
}

static const struct table *const config_tables[] = {&sysctl_config, NULL};
static const struct source config_sources[] = {
    {.kind = ITEM_FILE, .pattern = "/etc/sysctl.d/*.conf"},
    {.kind = ITEM_FILE, .pattern = "/run/sysctl.d/*.conf"},
    {.kind = ITEM_FILE, .pattern = "/usr/local/lib/sysctl.d/*.conf"},
    {.kind = ITEM_FILE, .pattern = "/usr/lib/sysctl.d/*.conf"},
    {.kind = ITEM_FILE, .pattern = "/lib/sysctl.d/*.conf"},
    {.kind = ITEM_FILE, .pattern = "/etc/sysctl.conf"}};

const struct reader reader_sysctl = {"sysctl", config_tables, config_sources,
                                     COUNT_OF(config_sources), read_config};

/* ---- running --------------------------------------------------------------------------- */

static struct rc read_running_line(struct facts *facts, const struct reader_line *line,
                                   void *context)
{
    (void)context;
    struct view value = line->text, key;
    view_cut(&value, '=', &key);
    if (!value.ptr || view_trim(key).len == 0) {
        reader_problem(facts, line->item, line->number, "no line of the form key = value");
        return RC_OK;
    }
    struct cell cells[] = {cell_view(view_trim(key)), cell_view(view_trim(value))};
    return reader_row(facts, &sysctl_running, cells, line->item, line->number);
}

static struct rc read_running(struct facts *facts)
{
    return reader_each_line(facts, reader_live(facts, "sysctl"), "", read_running_line, NULL);
}

static const struct table *const running_tables[] = {&sysctl_running, NULL};
static const struct source running_sources[] = {{.kind = ITEM_LIVE, .pattern = "sysctl"}};

const struct reader reader_sysctl_running = {"sysctl_running", running_tables, running_sources,
                                             COUNT_OF(running_sources), read_running};

/*
 * modprobe: modprobe.d(5), what may be loaded into the kernel, and the modules that are loaded.
 *
 * Files: the *.conf of five folders, a file hides those of the same name in later folders. Module
 * names are made equal: '-' becomes '_', as kmod has it. A line may go on after a backslash. Of
 * several "install" lines for a module kmod takes the first it finds; all are rows here.
 */
#include "sensor/facts/conf_files.h"
#include "sensor/facts/reader.h"

#include <string.h>

static const struct column columns[] = {
    {"kind", COLUMN_TEXT, "", "install, remove, blacklist, alias, options, softdep or weakdep"},
    {"module", COLUMN_TEXT, "",
     "The module it is about, '_' for every '-'; of an alias: the alias, which may hold * and ?"},
    {"value", COLUMN_TEXT, "",
     "The command, the options, the dependencies; of an alias its module; '' for blacklist"},
};

static const struct table modprobe_rule = {
    "modprobe_rule", "One row for each line of modprobe.d that is not hidden.", columns,
    COUNT_OF(columns)};

static const struct column loaded_columns[] = {
    {"name", COLUMN_TEXT, "", "The module, '_' for every '-'"},
    {"size", COLUMN_INTEGER, "bytes", "Memory it takes"},
    {"used_by", COLUMN_TEXT, "", "Modules that need it, separated by commas; '' for none"},
};

static const struct table module_loaded = {
    "module_loaded", "One row for each module in the running kernel; what is built in has none.",
    loaded_columns, COUNT_OF(loaded_columns)};

static const char *const patterns[] = {"/etc/modprobe.d/*.conf", "/run/modprobe.d/*.conf",
                                       "/usr/local/lib/modprobe.d/*.conf",
                                       "/usr/lib/modprobe.d/*.conf", "/lib/modprobe.d/*.conf"};

/* Inside [...] of an alias a '-' is a range. */
static struct view underscored(struct facts *facts, struct view name)
{
    char *text = view_text(reader_arena(facts), name);
    bool is_range = false;
    for (size_t i = 0; i < name.len; i++) {
        if (text[i] == '[' || text[i] == ']')
            is_range = text[i] == '[';
        if (text[i] == '-' && !is_range)
            text[i] = '_';
    }
    return (struct view){text, name.len};
}

static bool is_kind(struct view word)
{
    static const char *const kinds[] = {"install", "remove",  "blacklist", "alias",
                                        "options", "softdep", "weakdep"};
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (view_is(word, kinds[i]))
            return true;
    return false;
}

static struct rc read_line(struct facts *facts, const struct item *item, uint32_t number,
                           struct view line)
{
    struct view kind, module, value = line;
    if (!view_word(&value, &kind) || kind.ptr[0] == '#')
        return RC_OK;
    bool is_known = is_kind(kind), has_module = view_word(&value, &module);
    value = view_trim(value);
    if (!is_known || !has_module || (value.len == 0 && !view_is(kind, "blacklist"))) {
        reader_problem(facts, item, number, "no line that modprobe understands");
        return RC_OK;
    }
    if (view_is(kind, "alias"))
        value = underscored(facts, value);
    struct cell cells[] = {cell_view(kind), cell_view(underscored(facts, module)),
                           cell_view(value)};
    return reader_row(facts, &modprobe_rule, cells, item, number);
}

/* Takes a line with those it goes on in; false at the end. */
static bool whole_line(struct facts *facts, struct view *rest, uint32_t *number, struct view *out)
{
    struct view line;
    if (!view_line(rest, &line))
        return false;
    ++*number;
    *out = view_trim(line);
    if (out->len == 0 || out->ptr[out->len - 1] != '\\' || out->ptr[0] == '#')
        return true;
    struct buf joined = {0};
    buf_add(&joined, out->ptr, out->len - 1);
    while (view_line(rest, &line)) {
        ++*number;
        line = view_trim(line);
        bool more = line.len && line.ptr[line.len - 1] == '\\';
        buf_add_char(&joined, ' ');
        buf_add(&joined, line.ptr, line.len - more);
        if (!more)
            break;
    }
    *out = view_of(view_text(reader_arena(facts), buf_view(&joined)));
    buf_free(&joined);
    return true;
}

static struct rc read_file(struct facts *facts, const char *path)
{
    const struct item *item = reader_file(facts, path);
    struct view rest = reader_text(facts, item), line;
    uint32_t number = 0;
    for (uint32_t first = 1; whole_line(facts, &rest, &number, &line); first = number + 1)
        TRY(read_line(facts, item, first, line));
    return RC_OK;
}

static struct rc read_modprobe(struct facts *facts)
{
    struct conf_file *files;
    size_t count;
    TRY(conf_files_list(facts, patterns, COUNT_OF(patterns), &files, &count));
    for (size_t i = 0; i < count; i++)
        TRY(read_file(facts, files[i].path));
    return RC_OK;
}

static const struct table *const tables[] = {&modprobe_rule, NULL};
static const struct source sources[] = {
    {.kind = ITEM_FILE, .pattern = "/etc/modprobe.d/*.conf"},
    {.kind = ITEM_FILE, .pattern = "/run/modprobe.d/*.conf"},
    {.kind = ITEM_FILE, .pattern = "/usr/local/lib/modprobe.d/*.conf"},
    {.kind = ITEM_FILE, .pattern = "/usr/lib/modprobe.d/*.conf"},
    {.kind = ITEM_FILE, .pattern = "/lib/modprobe.d/*.conf"}};

const struct reader reader_modprobe = {"modprobe", tables, sources, COUNT_OF(sources),
                                       read_modprobe};

/* ---- /proc/modules: name size uses users, state address -------------------------------- */

static struct rc read_loaded_line(struct facts *facts, const struct reader_line *line,
                                  void *context)
{
    (void)context;
    struct view name, size, uses, users, rest = line->text;
    if (!view_word(&rest, &name) || !view_word(&rest, &size) || !view_word(&rest, &uses) ||
        !view_word(&rest, &users)) {
        reader_problem(facts, line->item, line->number, "no line of /proc/modules");
        return RC_OK;
    }
    if (view_is(users, "-"))
        users.len = 0;
    if (view_ends(users, ","))
        users.len--;
    struct cell cells[] = {cell_view(underscored(facts, name)), cell_number(size),
                           cell_view(users)};
    return reader_row(facts, &module_loaded, cells, line->item, line->number);
}

static struct rc read_loaded(struct facts *facts)
{
    return reader_each_line(facts, reader_live(facts, "modules"), "", read_loaded_line, NULL);
}

static const struct table *const loaded_tables[] = {&module_loaded, NULL};
static const struct source loaded_sources[] = {{.kind = ITEM_LIVE, .pattern = "modules"}};

const struct reader reader_module_loaded = {"module_loaded", loaded_tables, loaded_sources,
                                            COUNT_OF(loaded_sources), read_loaded};

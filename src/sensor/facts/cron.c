/*
 * cron: what runs by the clock, and who may ask for it.
 *
 * cron_job: /etc/crontab and /etc/cron.d (with a user in each line), the users' own tables (their
 * file's name is the user: /var/spool/cron/crontabs on Debian, /var/spool/cron on RHEL and SUSE),
 * the folders that run-parts runs, and anacrontab. NAME=value lines give no row. Names that hold a
 * '.' are passed over by Debian's cron and run by cronie: `active` is NULL there.
 *
 * cron_access: cron.allow and its kin; a row with name NULL says that the list is there, because an
 * empty one means something too. Jobs of at are not read.
 */
#include "sensor/facts/reader.h"

#include <string.h>

static const struct column job_columns[] = {
    {"schedule", COLUMN_TEXT, "",
     "the five time fields, @daily and its kin, the folder's name, or anacron's days and delay"},
    {"user", COLUMN_TEXT, "", "the user it runs as"},
    {"command", COLUMN_TEXT, "", "the command as written, or the script's path"},
    {"kind", COLUMN_TEXT, "",
     "crontab, cron.d, spool, hourly, daily, weekly, monthly or anacrontab"},
    {"active", COLUMN_INTEGER, "",
     "1 = cron runs it, 0 = its file's name is passed over, NULL = some crons pass over it"},
};

static const struct table job_table = {
    .name = "cron_job",
    .doc = "Jobs of cron and anacron, one row a line or script.",
    .columns = job_columns,
    .column_count = COUNT_OF(job_columns),
};

static const struct column access_columns[] = {
    {"list", COLUMN_TEXT, "", "cron.allow, cron.deny, at.allow or at.deny"},
    {"name", COLUMN_TEXT, "", "a user; NULL in the one row that says that the list is there"},
};

static const struct table access_table = {
    .name = "cron_access",
    .doc = "Who may (allow) and who may not (deny) use crontab and at.",
    .columns = access_columns,
    .column_count = COUNT_OF(access_columns),
};

/* ---- names of files -------------------------------------------------------------------- */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Debian's cron and run-parts take letters, digits, '_' and '-'; cronie takes all but leftovers of
 * editors and packages. */
static struct cell active(const char *path)
{
    static const char *const leftovers[] = {"~",       ",",    ".rpmsave", ".rpmorig",
                                            ".rpmnew", ".swp", ".cfsaved", ",v"};
    struct view name = view_of(base_name(path));
    if (name.len == 0 || name.ptr[0] == '.' || name.ptr[0] == '#')
        return cell_integer(0);
    for (size_t i = 0; i < COUNT_OF(leftovers); i++)
        if (view_ends(name, leftovers[i]))
            return cell_integer(0);
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '_' || c == '-';
        if (!is_plain)
            return cell_null();
    }
    return cell_integer(1);
}

/* ---- lines ----------------------------------------------------------------------------- */

struct place {
    const char *kind;
    const char *user; /* of the users' own tables; NULL: stands in the line */
    struct cell active;
};

/* NAME=value, with blanks around and quotes allowed, as cron's load_env takes it. */
static bool is_environment(struct view line)
{
    size_t at = 0;
    char quote = line.ptr[0] == '"' || line.ptr[0] == '\'' ? line.ptr[0] : '\0';
    if (quote) {
        for (at = 1; at < line.len && line.ptr[at] != quote; at++)
            continue;
        at++;
    } else {
        while (at < line.len && !strchr(" \t=", line.ptr[at]))
            at++;
    }
    struct view rest = at < line.len ? view_trim(view_from(line, at)) : (struct view){NULL, 0};
    return at > 0 && view_starts(rest, "=");
}

static bool is_time_field(struct view field)
{
    static const char allowed[] =
        "0123456789*/,-~abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (size_t i = 0; i < field.len; i++)
        if (!field.ptr[i] || !strchr(allowed, field.ptr[i]))
            return false;
    return field.len && strchr("0123456789*-~abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
                               field.ptr[0]);
}

/* Takes `count` words that are times off *rest; *schedule is the text from first to last. */
static bool take_times(struct view *rest, size_t count, struct view *schedule)
{
    struct view field = {0};
    const char *start = rest->ptr;
    for (size_t i = 0; i < count; i++) {
        bool is_more = view_word(rest, &field);
        if (!is_more || !is_time_field(field))
            return false;
    }
    *schedule = (struct view){start, (size_t)(field.ptr + field.len - start)};
    return true;
}

static bool is_nickname(struct view word)
{
    static const char *const names[] = {"@reboot", "@yearly", "@annually", "@monthly",
                                        "@weekly", "@daily",  "@midnight", "@hourly"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (view_is_nocase(word, names[i]))
            return true;
    return view_starts(word, "@every_");
}

static struct rc put(struct facts *facts, const struct reader_line *line, struct cell schedule,
                     struct cell user, struct view command, const struct place *place)
{
    struct cell cells[] = {schedule, user, cell_view(command), cell_text(place->kind),
                           place->active};
    return reader_row(facts, &job_table, cells, line->item, line->number);
}

static struct rc read_job(struct facts *facts, const struct reader_line *line, void *context)
{
    const struct place *place = context;
    struct view rest = line->text, schedule = {0}, user = view_of(place->user);
    if (is_environment(rest))
        return RC_OK;
    bool is_understood;
    if (rest.ptr[0] == '@')
        is_understood = view_word(&rest, &schedule) && is_nickname(schedule);
    else
        is_understood = take_times(&rest, 5, &schedule);
    if (is_understood && !place->user)
        is_understood = view_word(&rest, &user);
    if (!is_understood || view_trim(rest).len == 0) {
        reader_problem(facts, line->item, line->number,
                       "no line of cron: five times or @name, %sand a command",
                       place->user ? "" : "a user, ");
        return RC_OK;
    }
    return put(facts, line, cell_view(schedule), cell_view(user), view_trim(rest), place);
}

/* days (or @monthly), minutes of delay, name, command */
static struct rc read_anacron(struct facts *facts, const struct reader_line *line, void *context)
{
    const struct place *place = context;
    struct view rest = line->text, period, delay = {0}, name;
    int64_t number;
    if (is_environment(rest))
        return RC_OK;
    bool is_understood = view_word(&rest, &period) && view_word(&rest, &delay) &&
                         view_integer(delay, &number) && view_word(&rest, &name);
    is_understood = is_understood && (is_nickname(period) || view_integer(period, &number));
    if (!is_understood || view_trim(rest).len == 0) {
        reader_problem(facts, line->item, line->number,
                       "no line of anacron: days, minutes of delay, a name and a command");
        return RC_OK;
    }
    struct view schedule = {period.ptr, (size_t)(delay.ptr + delay.len - period.ptr)};
    return put(facts, line, cell_view(schedule), cell_text("root"), view_trim(rest), place);
}

/* ---- files ----------------------------------------------------------------------------- */

static struct rc read_spool(struct facts *facts, const char *pattern)
{
    const char *const *paths;
    size_t count;
    TRY(reader_files(facts, pattern, &paths, &count));
    for (size_t i = 0; i < count; i++) {
        struct place place = {"spool", base_name(paths[i]), cell_integer(1)};
        if (strncmp(place.user, "tmp.", 4) != 0) /* crontab's own, while it is being written */
            TRY(reader_each_line(facts, reader_file(facts, paths[i]), "#", read_job, &place));
    }
    return RC_OK;
}

static struct rc read_cron_d(struct facts *facts)
{
    const char *const *paths;
    size_t count;
    TRY(reader_files(facts, "/etc/cron.d/*", &paths, &count));
    for (size_t i = 0; i < count; i++) {
        struct place place = {"cron.d", NULL, active(paths[i])};
        TRY(reader_each_line(facts, reader_file(facts, paths[i]), "#", read_job, &place));
    }
    return RC_OK;
}

/* Scripts that run-parts runs: only that they are there counts. */
static struct rc read_scripts(struct facts *facts, const char *pattern, const char *kind)
{
    const char *const *paths;
    size_t count;
    TRY(reader_files(facts, pattern, &paths, &count));
    for (size_t i = 0; i < count; i++) {
        const struct item *item = reader_file(facts, paths[i]);
        if (!item || item->status == ITEM_ABSENT)
            continue; /* a folder */
        struct place place = {kind, NULL, active(paths[i])};
        struct reader_line line = {.item = item};
        TRY(put(facts, &line, cell_text(arena_printf(reader_arena(facts), "@%s", kind)),
                cell_text("root"), view_of(paths[i]), &place));
    }
    return RC_OK;
}

static struct rc read_jobs(struct facts *facts)
{
    struct place crontab = {"crontab", NULL, cell_integer(1)};
    struct place anacrontab = {"anacrontab", "root", cell_integer(1)};
    TRY(reader_each_line(facts, reader_file(facts, "/etc/crontab"), "#", read_job, &crontab));
    TRY(read_cron_d(facts));
    TRY(read_spool(facts, "/var/spool/cron/crontabs/*"));
    TRY(read_spool(facts, "/var/spool/cron/*"));
    TRY(read_scripts(facts, "/etc/cron.hourly/*", "hourly"));
    TRY(read_scripts(facts, "/etc/cron.daily/*", "daily"));
    TRY(read_scripts(facts, "/etc/cron.weekly/*", "weekly"));
    TRY(read_scripts(facts, "/etc/cron.monthly/*", "monthly"));
    return reader_each_line(facts, reader_file(facts, "/etc/anacrontab"), "#", read_anacron,
                            &anacrontab);
}

static const struct table *const job_tables[] = {&job_table, NULL};
static const struct source job_sources[] = {
    {.kind = ITEM_FILE, .pattern = "/etc/crontab", .reduce = command_reduce},
    {.kind = ITEM_FILE, .pattern = "/etc/cron.d/*", .reduce = command_reduce},
    {.kind = ITEM_FILE, .pattern = "/var/spool/cron/crontabs/*", .reduce = command_reduce},
    {.kind = ITEM_FILE, .pattern = "/var/spool/cron/*", .reduce = command_reduce},
    {.kind = ITEM_FILE, .pattern = "/etc/cron.hourly/*", .reduce = command_reduce},
    {.kind = ITEM_FILE, .pattern = "/etc/cron.daily/*", .reduce = command_reduce},
    {.kind = ITEM_FILE, .pattern = "/etc/cron.weekly/*", .reduce = command_reduce},
    {.kind = ITEM_FILE, .pattern = "/etc/cron.monthly/*", .reduce = command_reduce},
    {.kind = ITEM_FILE, .pattern = "/etc/anacrontab", .reduce = command_reduce},
};

const struct reader reader_cron = {"cron", job_tables, job_sources, COUNT_OF(job_sources),
                                   read_jobs};

/* ---- who may --------------------------------------------------------------------------- */

static struct rc read_name(struct facts *facts, const struct reader_line *line, void *context)
{
    struct cell cells[] = {cell_text(context), cell_view(line->text)};
    return reader_row(facts, &access_table, cells, line->item, line->number);
}

static struct rc read_list(struct facts *facts, const char *path)
{
    const struct item *item = reader_file(facts, path);
    char *list = arena_text(reader_arena(facts), base_name(path));
    struct cell cells[] = {cell_text(list), cell_null()};
    if (!item || (item->status != ITEM_OK && item->status != ITEM_TRUNCATED))
        return RC_OK;
    TRY(reader_row(facts, &access_table, cells, item, 0));
    return reader_each_line(facts, item, "#", read_name, list);
}

static struct rc read_access(struct facts *facts)
{
    TRY(read_list(facts, "/etc/cron.allow"));
    TRY(read_list(facts, "/etc/cron.deny"));
    TRY(read_list(facts, "/etc/at.allow"));
    return read_list(facts, "/etc/at.deny");
}

static const struct table *const access_tables[] = {&access_table, NULL};
static const struct source access_sources[] = {
    {.kind = ITEM_FILE, .pattern = "/etc/cron.allow", .max = (size_t)1 << 20},
    {.kind = ITEM_FILE, .pattern = "/etc/cron.deny", .max = (size_t)1 << 20},
    {.kind = ITEM_FILE, .pattern = "/etc/at.allow", .max = (size_t)1 << 20},
    {.kind = ITEM_FILE, .pattern = "/etc/at.deny", .max = (size_t)1 << 20},
};

const struct reader reader_cron_access = {"cron_access", access_tables, access_sources,
                                          COUNT_OF(access_sources), read_access};

/*
 * banner: what is shown before and after a login: issue (consoles), issue.net (network logins) and
 * motd, with the files of their folders. One row a line that is not blank.
 *
 * agetty replaces '\' and a letter in issue by facts of the system; sshd and telnetd show issue.net
 * as it stands, where the letters matter only as a sign of the distribution's own text. Texts that
 * scripts make (update-motd.d) are not known here.
 */
#include "sensor/facts/reader.h"

#include <string.h>

static const struct column columns[] = {
    {"kind", COLUMN_TEXT, "", "issue, issue.net or motd"},
    {"text", COLUMN_TEXT, "", "the line, without blanks at its ends"},
    {"escapes", COLUMN_TEXT, "",
     "agetty's escapes in it, each once, divided by blanks: \\m \\r \\s \\v \\S ...; '' = none"},
};

static const struct table table = {
    .name = "banner",
    .doc = "Texts shown at login, one row a line.",
    .columns = columns,
    .column_count = COUNT_OF(columns),
};

/* Those of agetty(8). */
#define LETTERS "46bdelmnoOrsStuUv"

static const char *find_escapes(struct facts *facts, struct view text)
{
    char found[sizeof LETTERS * 3] = "";
    size_t used = 0;
    for (size_t i = 0; i + 1 < text.len; i++) {
        char c = text.ptr[i + 1];
        if (text.ptr[i] != '\\')
            continue;
        i++; /* "\\" shows one '\' */
        const char known[] = {'\\', c, '\0'};
        if (!strchr(LETTERS, c) || strstr(found, known))
            continue;
        if (used)
            found[used++] = ' ';
        found[used++] = '\\';
        found[used++] = c;
    }
    return arena_text(reader_arena(facts), found);
}

static struct rc read_line(struct facts *facts, const struct reader_line *line, void *context)
{
    struct cell cells[] = {
        cell_text(context),
        cell_view(line->text),
        cell_text(find_escapes(facts, line->text)),
    };
    return reader_row(facts, &table, cells, line->item, line->number);
}

static struct rc read_file(struct facts *facts, const char *path, char *kind)
{
    return reader_each_line(facts, reader_file(facts, path), "", read_line, kind);
}

static struct rc read_folder(struct facts *facts, const char *pattern, char *kind)
{
    const char *const *paths;
    size_t count;
    TRY(reader_files(facts, pattern, &paths, &count));
    for (size_t i = 0; i < count; i++)
        TRY(read_file(facts, paths[i], kind));
    return RC_OK;
}

static struct rc read_banners(struct facts *facts)
{
    char issue[] = "issue", net[] = "issue.net", motd[] = "motd";
    TRY(read_file(facts, "/etc/issue", issue));
    TRY(read_folder(facts, "/etc/issue.d/*.issue", issue));
    TRY(read_file(facts, "/etc/issue.net", net));
    TRY(read_file(facts, "/etc/motd", motd));
    return read_folder(facts, "/etc/motd.d/*", motd);
}

static const struct table *const tables[] = {&table, NULL};
static const struct source sources[] = {
    {.kind = ITEM_FILE, .pattern = "/etc/issue", .max = (size_t)1 << 20},
    {.kind = ITEM_FILE, .pattern = "/etc/issue.d/*.issue", .max = (size_t)1 << 20},
    {.kind = ITEM_FILE, .pattern = "/etc/issue.net", .max = (size_t)1 << 20},
    {.kind = ITEM_FILE, .pattern = "/etc/motd", .max = (size_t)1 << 20},
    {.kind = ITEM_FILE, .pattern = "/etc/motd.d/*", .max = (size_t)1 << 20},
};

const struct reader reader_banner = {"banner", tables, sources, COUNT_OF(sources), read_banners};

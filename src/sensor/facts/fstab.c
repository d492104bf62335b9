/*
 * fstab: /etc/fstab (fstab(5)): six fields separated by blanks; the last three may be missing.
 * Blanks inside a field are \040 and its kin. Passwords in the options of network file systems, and
 * in the address of a device, are reduced to {secret} when the file is collected.
 */
#include "sensor/facts/reader.h"

#include <string.h>
#include <strings.h>

#define FIELDS 6

static const struct column columns[] = {
    {"device", COLUMN_TEXT, "", "What to mount: a device, UUID=..., host:/path"},
    {"target", COLUMN_TEXT, "", "Where to mount it; \"none\" for swap"},
    {"type", COLUMN_TEXT, "", "File system type"},
    {"options", COLUMN_TEXT, "", "Mount options separated by commas; secrets are {secret}"},
    {"dump", COLUMN_INTEGER, "", "Whether dump(8) backs it up; 0 when missing"},
    {"pass", COLUMN_INTEGER, "", "Order of checking at boot, 0 for never; 0 when missing"},
};

static const struct table fstab = {"fstab", "One row for each line of /etc/fstab.", columns,
                                   COUNT_OF(columns)};

/* ---- secrets --------------------------------------------------------------------------- */

static const char *const secret_keys[] = {"password=",    "passwd=", "pass=",   "password2=",
                                          "credentials=", "cred=",   "secret=", "passphrase="};

/* What may stand before the key of an option; "bypass=" is none of ours. */
static bool is_boundary(char c)
{
    return strchr(" \t,#;", c) != NULL;
}

/* The length of a key of a secret that starts at `at`; 0 when none does. */
static size_t secret_key_at(struct view line, size_t at)
{
    if (at > 0 && !is_boundary(line.ptr[at - 1]))
        return 0;
    for (size_t i = 0; i < COUNT_OF(secret_keys); i++) {
        size_t n = strlen(secret_keys[i]);
        if (line.len - at >= n && strncasecmp(line.ptr + at, secret_keys[i], n) == 0)
            return n;
    }
    return 0;
}

/* "//user:password@host" and "user=name%password": the length of what stands before the password
 * from `at` on, and the character that ends it. */
static size_t credential_at(struct view line, size_t at, char *end)
{
    struct view rest = view_from(line, at);
    size_t n = 0;
    bool is_address = view_starts(rest, "//");
    if (!is_address && !(view_starts(rest, "user=") || view_starts(rest, "username=")))
        return 0;
    *end = is_address ? '@' : ',';
    char separator = is_address ? ':' : '%';
    for (n = is_address ? 2 : 0; n < rest.len; n++) {
        if (rest.ptr[n] == separator)
            break;
        if (strchr(is_address ? " \t,@/" : " \t,", rest.ptr[n]))
            return 0;
    }
    if (n == rest.len)
        return 0;
    struct view behind = view_from(rest, n + 1);
    size_t stop = 0;
    while (stop < behind.len && !strchr(" \t", behind.ptr[stop]) && behind.ptr[stop] != *end)
        stop++;
    bool is_secret = !is_address || (stop < behind.len && behind.ptr[stop] == '@');
    return is_secret ? n + 1 : 0;
}

/* Skips a secret that starts at `at`; a comma inside quotes does not end it. */
static size_t skip_secret(struct view line, size_t at, char end)
{
    bool is_quoted = false;
    while (at < line.len) {
        char c = line.ptr[at];
        if (c == '"')
            is_quoted = !is_quoted;
        if (!is_quoted && (c == ' ' || c == '\t' || c == '\r' || c == end))
            break;
        at++;
    }
    return at;
}

static void reduce_line(struct view line, struct buf *out)
{
    for (size_t at = 0; at < line.len;) {
        char end = ',';
        size_t key = secret_key_at(line, at);
        if (key == 0)
            key = credential_at(line, at, &end);
        if (key == 0) {
            buf_add_char(out, line.ptr[at++]);
            continue;
        }
        buf_add(out, line.ptr + at, key);
        buf_add_text(out, "{secret}");
        at = skip_secret(line, at + key, end);
    }
}

void secret_reduce_fstab(struct view bytes, struct buf *out)
{
    struct view line;
    while (view_line(&bytes, &line)) {
        reduce_line(line, out);
        if (bytes.ptr)
            buf_add_char(out, '\n');
    }
}

/* ---- rows ------------------------------------------------------------------------------ */

static struct rc read_line(struct facts *facts, const struct reader_line *line, void *context)
{
    (void)context;
    struct view fields[FIELDS] = {0}, rest = line->text;
    size_t count = 0;
    while (count < FIELDS && view_word(&rest, &fields[count]))
        count++;
    if (count < 3) {
        reader_problem(facts, line->item, line->number,
                       "a line of fstab has at least a device, a "
                       "place and a type");
        return RC_OK;
    }
    /* Missing options are an empty text; missing numbers are 0, as fstab(5) says. */
    struct cell cells[FIELDS];
    for (size_t i = 0; i < 4; i++)
        cells[i] = cell_view(reader_unescape_octal(facts, fields[i]));
    for (size_t i = 4; i < FIELDS; i++) {
        cells[i] = i < count ? cell_number(fields[i]) : cell_integer(0);
        if (cells[i].kind == CELL_NULL)
            reader_problem(facts, line->item, line->number, "dump and pass are numbers");
    }
    return reader_row(facts, &fstab, cells, line->item, line->number);
}

static struct rc read_fstab(struct facts *facts)
{
    return reader_each_line(facts, reader_file(facts, "/etc/fstab"), "#", read_line, NULL);
}

static const struct table *const tables[] = {&fstab, NULL};
static const struct source sources[] = {
    {.kind = ITEM_FILE, .pattern = "/etc/fstab", .reduce = secret_reduce_fstab}};

const struct reader reader_fstab = {"fstab", tables, sources, COUNT_OF(sources), read_fstab};

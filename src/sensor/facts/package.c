/*
 * package: what dpkg and rpm have on record.
 *
 * dpkg: /var/lib/dpkg/status and, in images without dpkg (distroless), the files of
 * /var/lib/dpkg/status.d. deb822 stanzas: "Field: value" lines, lines that start with a blank
 * continue the field above and are skipped, an empty line ends the stanza. The status file has a
 * megabyte and more: one pass, a line is looked at further only when its first letter can begin a
 * field that we keep.
 *
 * rpm: the digests of its databases (rpm.h). One database under two names, as where /var/lib/rpm is
 * a link, counts once. Two databases that both hold packages are a problem: which of them is in use
 * rpm's own configuration decides, so it is not known which packages are installed.
 */
#include "sensor/facts/rpm.h"

#include <string.h>

#define STATUS_FILE "/var/lib/dpkg/status"
#define STATUS_DIR  "/var/lib/dpkg/status.d/*"

static const struct column columns[] = {
    {"name", COLUMN_TEXT, "", "Package name"},
    {"version", COLUMN_TEXT, "",
     "Version: [epoch:]version[-revision or release]; NULL where dpkg has none on record"},
    {"architecture", COLUMN_TEXT, "", "amd64, all, x86_64, noarch, ..."},
    {"status", COLUMN_TEXT, "",
     "installed, config-files, half-configured, half-installed, unpacked, triggers-awaited, "
     "triggers-pending or not-installed; rpm has installed ones only"},
    {"source", COLUMN_TEXT, "", "Name of the source package"},
    {"section", COLUMN_TEXT, "", "admin, libs, net, ...; rpm's group, NULL where it has none"},
    {"manager", COLUMN_TEXT, "", "dpkg or rpm"},
    {"vendor", COLUMN_TEXT, "", "Who made the package, as rpm has it; NULL: not stated, or dpkg"},
    {"install_time", COLUMN_INTEGER, "seconds since 1970",
     "When it was installed; NULL where dpkg has none on record"},
    {"key_id", COLUMN_TEXT, "",
     "Id of the key that the package's signature names, 16 hexadecimal digits (the signature "
     "itself "
     "is not verified); NULL: an rpm without signature, or dpkg, which keeps none"},
};

static const struct table package = {
    "package", "One row for each package that dpkg or rpm knows of, in whatever state.", columns,
    COUNT_OF(columns)};

enum field { NAME, VERSION, ARCHITECTURE, STATUS, SOURCE, SECTION, FIELD_COUNT };

static const struct {
    const char *name;
    size_t length;
} fields[FIELD_COUNT] = {
    [NAME] = {"Package:", 8},  [VERSION] = {"Version:", 8}, [ARCHITECTURE] = {"Architecture:", 13},
    [STATUS] = {"Status:", 7}, [SOURCE] = {"Source:", 7},   [SECTION] = {"Section:", 8},
};

struct stanza {
    const struct item *item;
    bool is_status_file;
    bool any;      /* it has a line */
    uint32_t line; /* of Package:, or its first one */
    struct view values[FIELD_COUNT];
};

/* Field names are not case-sensitive, as dpkg has it. */
static void take_field(struct facts *facts, struct stanza *stanza, struct view line,
                       uint32_t number)
{
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        struct view head = {line.ptr, fields[i].length};
        /* Small letters differ from capitals in one bit: most fields are told apart by it. */
        if (((line.ptr[0] ^ fields[i].name[0]) & ~0x20) || line.len < head.len ||
            !view_is_nocase(head, fields[i].name))
            continue;
        if (stanza->values[i].ptr)
            reader_problem(facts, stanza->item, number, "%s stands twice in a stanza",
                           fields[i].name);
        stanza->values[i] = view_trim(view_from(line, head.len));
        if (i == NAME)
            stanza->line = number;
        return;
    }
    if (!memchr(line.ptr, ':', line.len))
        reader_problem(facts, stanza->item, number, "no line of the form Field: value");
}

/* "install ok installed": what is wanted, a flag, what is. */
static struct view status_of(const struct stanza *stanza)
{
    struct view rest = stanza->values[STATUS], word = {NULL, 0}, extra;
    if (!rest.ptr && !stanza->is_status_file)
        return VIEW("installed"); /* distroless keeps no status */
    for (int i = 0; i < 3; i++)
        if (!view_word(&rest, &word))
            return (struct view){NULL, 0};
    return view_word(&rest, &extra) ? (struct view){NULL, 0} : word;
}

static struct cell cell_or_null(struct view v)
{
    return v.len ? cell_view(v) : cell_null();
}

/* A package without status or version gets its row with NULL there; without a name it is nothing.
 */
static struct rc end_stanza(struct facts *facts, struct stanza *stanza)
{
    struct stanza s = *stanza;
    *stanza = (struct stanza){.item = s.item, .is_status_file = s.is_status_file};
    if (!s.any)
        return RC_OK;
    struct view status = status_of(&s), source = s.values[NAME];
    if (s.values[NAME].len == 0) {
        reader_problem(facts, s.item, s.line, "a stanza has no package name");
        return RC_OK;
    }
    if (!status.ptr)
        reader_problem(facts, s.item, s.line, "a package has no status of three words");
    if (s.values[VERSION].len == 0 && !view_is(status, "not-installed"))
        reader_problem(facts, s.item, s.line, "a package has no version");
    if (s.values[SOURCE].len)
        view_word(&s.values[SOURCE], &source); /* "glibc (2.36-9)" */
    struct cell cells[COUNT_OF(columns)] = {
        cell_view(s.values[NAME]),
        cell_or_null(s.values[VERSION]),
        cell_or_null(s.values[ARCHITECTURE]),
        cell_or_null(status),
        cell_view(source),
        cell_or_null(s.values[SECTION]),
        cell_text("dpkg"),
        cell_null(),
        cell_null(),
        cell_null(),
    };
    return reader_row(facts, &package, cells, s.item, s.line);
}

/* Whether a field that is kept may begin with this letter. */
static bool may_matter(char first)
{
    return strchr("PVASpvas", first) != NULL;
}

/* One pass over the bytes; a line costs a search for its end and a look at its first letter. */
static struct rc read_stanzas(struct facts *facts, const struct item *item, bool is_status_file)
{
    struct view rest = reader_text(facts, item), line;
    struct stanza stanza = {.item = item, .is_status_file = is_status_file};
    uint32_t number = 0;
    while (view_line(&rest, &line)) {
        number++;
        if (view_trim(line).len == 0) {
            TRY(end_stanza(facts, &stanza));
            continue;
        }
        if (!stanza.any)
            stanza.line = number;
        stanza.any = true;
        if (line.ptr[0] == ' ' || line.ptr[0] == '\t')
            continue;
        if (may_matter(line.ptr[0]) || !memchr(line.ptr, ':', line.len))
            take_field(facts, &stanza, line, number);
    }
    return end_stanza(facts, &stanza);
}

/* ---- rpm ------------------------------------------------------------------------------- */

#define SYSTEM_IMAGE "/usr/lib/sysimage/rpm/"
#define VARIABLE     "/var/lib/rpm/"

static const char *const rpm_databases[] = {
    VARIABLE "rpmdb.sqlite", SYSTEM_IMAGE "rpmdb.sqlite", VARIABLE "Packages",
    SYSTEM_IMAGE "Packages", VARIABLE "Packages.db",      SYSTEM_IMAGE "Packages.db",
};

/* "bash-5.1.8-9.el9.src.rpm" gives "bash": what stands before the last two '-'. */
static struct view source_name(struct view file)
{
    for (int dashes = 0; file.len; file.len--)
        if (file.ptr[file.len - 1] == '-' && ++dashes == 2)
            return (struct view){file.ptr, file.len - 1};
    return (struct view){NULL, 0};
}

static struct cell full_version(struct facts *facts, const struct rpm_package *p)
{
    return cell_text(arena_printf(reader_arena(facts), "%.*s%s%.*s%s%.*s", (int)p->epoch.len,
                                  p->epoch.ptr ? p->epoch.ptr : "", p->epoch.len ? ":" : "",
                                  (int)p->version.len, p->version.ptr, p->release.len ? "-" : "",
                                  (int)p->release.len, p->release.ptr ? p->release.ptr : ""));
}

static struct rc add_rpm(struct facts *facts, const struct item *item, const struct rpm_package *p)
{
    bool has_group = !view_is(p->group, "Unspecified");
    struct cell cells[COUNT_OF(columns)] = {
        cell_view(p->name),
        full_version(facts, p),
        cell_or_null(p->architecture),
        cell_text("installed"),
        cell_or_null(source_name(p->source_rpm)),
        has_group ? cell_or_null(p->group) : cell_null(),
        cell_text("rpm"),
        cell_or_null(p->vendor),
        cell_number(p->install_time),
        cell_or_null(p->key_id),
    };
    return reader_row(facts, &package, cells, item, 0);
}

/* Whether a digest has a package in it. */
static bool has_packages(const struct item *item)
{
    return item && item->status == ITEM_OK && strstr(item->bytes.ptr, "\npackage\t");
}

static struct rc read_rpm(struct facts *facts)
{
    const struct item *first = NULL;
    for (size_t i = 0; i < COUNT_OF(rpm_databases); i++) {
        const struct item *item = reader_file(facts, rpm_databases[i]);
        if (item && first && view_equal(item->bytes, first->bytes))
            continue;
        if (has_packages(item) && first)
            reader_problem(facts, item, 0, "another rpm database holds packages too: %s",
                           first->name);
        TRY(rpm_each(facts, item, add_rpm));
        if (has_packages(item))
            first = first ? first : item;
    }
    return RC_OK;
}

static struct rc read_package(struct facts *facts)
{
    const char *const *paths;
    size_t count;
    TRY(read_stanzas(facts, reader_file(facts, STATUS_FILE), true));
    TRY(reader_files(facts, STATUS_DIR, &paths, &count));
    for (size_t i = 0; i < count; i++)
        if (!view_ends(view_of(paths[i]), ".md5sums"))
            TRY(read_stanzas(facts, reader_file(facts, paths[i]), false));
    return read_rpm(facts);
}

static const struct table *const tables[] = {&package, NULL};

#define RPM_SOURCE(path)                                                                           \
    {                                                                                              \
        .kind = ITEM_FILE, .pattern = path, .max = RPM_DATABASE_MAX, .digest = rpm_digest          \
    }
#define RPM_SQLITE_SOURCE(path)                                                                    \
    {                                                                                              \
        .kind = ITEM_FILE, .pattern = path, .max = RPM_DATABASE_MAX, .digest = rpm_digest,         \
        .beside = {                                                                                \
            "-wal",                                                                                \
            "-journal"                                                                             \
        }                                                                                          \
    }

static const struct source sources[] = {
    {.kind = ITEM_FILE, .pattern = STATUS_FILE, .max = (size_t)64 << 20},
    {.kind = ITEM_FILE, .pattern = STATUS_DIR},
    RPM_SQLITE_SOURCE(VARIABLE "rpmdb.sqlite"),
    RPM_SQLITE_SOURCE(SYSTEM_IMAGE "rpmdb.sqlite"),
    RPM_SOURCE(VARIABLE "Packages"),
    RPM_SOURCE(SYSTEM_IMAGE "Packages"),
    RPM_SOURCE(VARIABLE "Packages.db"),
    RPM_SOURCE(SYSTEM_IMAGE "Packages.db"),
};

const struct reader reader_package = {"package", tables, sources, COUNT_OF(sources), read_package};

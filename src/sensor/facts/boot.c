/*
 * boot: the kernel's command line and the boot loader's passwords, as GRUB 2 and the Boot Loader
 * Specification have them.
 *
 *   /etc/default/grub, grub.d/NAME.cfg GRUB_CMDLINE_LINUX...: what the next update-grub would write
 *   grub.cfg                          `linux` lines of its menu entries, set superusers,
 * password... /boot/loader/entries/NAME.conf    `options` lines; $kernelopts and its kin are from
 * grubenv /proc/cmdline                     what the running kernel was started with
 *
 * Not run: the shell in these files. Of what a variable holds, only $GRUB_CMDLINE_... and grubenv
 * are known; one that is not set is empty, as in GRUB.
 */
#include "sensor/facts/boot.h"
#include "sensor/facts/conf_files.h"

#include <string.h>

#define COMMAND_LINE_MAX 65536

static const struct column setting_columns[] = {
    {"name", COLUMN_TEXT, "", "Parameter of the kernel or of what it starts: audit, root"},
    {"value", COLUMN_TEXT, "", "What stands behind '='; NULL without one"},
    {"entry", COLUMN_TEXT, "",
     "The variable, the title of the menu entry, the entry file's name, or 'running'"},
};

static const struct table boot_setting = {"boot_setting",
                                          "One row for each parameter of each kernel command line.",
                                          setting_columns, COUNT_OF(setting_columns)};

static const struct column password_columns[] = {
    {"user", COLUMN_TEXT, "", "The name the boot loader asks for"},
    {"kind", COLUMN_TEXT, "", "pbkdf2 or plain"},
    {"superuser", COLUMN_INTEGER, "", "1 = may edit entries and use the command line"},
    {"algorithm", COLUMN_TEXT, "", "The hash, such as sha512; NULL for plain"},
    {"rounds", COLUMN_INTEGER, "", "Iterations of pbkdf2; NULL for plain"},
};

static const struct table boot_password = {
    "boot_password", "One row for each password that GRUB's configuration sets.", password_columns,
    COUNT_OF(password_columns)};

/* ---- command lines --------------------------------------------------------------------- */

/* Takes a word off *rest; quotes hold blanks together and stay away. */
static bool take_word(struct facts *facts, struct view *rest, struct view *word)
{
    *rest = view_trim(*rest);
    if (rest->len == 0)
        return false;
    char *out = arena_take(reader_arena(facts), rest->len + 1), quote = '\0';
    size_t i = 0, n = 0;
    for (; i < rest->len; i++) {
        char c = rest->ptr[i];
        if (!quote && (c == ' ' || c == '\t'))
            break;
        if (c == quote)
            quote = '\0';
        else if (!quote && (c == '"' || c == '\''))
            quote = c;
        else
            out[n++] = c;
    }
    *word = (struct view){out, n};
    *rest = view_from(*rest, i);
    return true;
}

static struct rc put_parameters(struct facts *facts, struct view text, const char *entry,
                                const struct item *item, uint32_t line)
{
    struct view word, name;
    if (text.len > COMMAND_LINE_MAX) {
        reader_problem(facts, item, line, "a command line of %zu bytes was cut", text.len);
        text.len = COMMAND_LINE_MAX;
    }
    text = view_of(view_text(reader_arena(facts), text));
    /* Plain words share the text; only quoted ones need memory of their own. */
    bool is_quoted = memchr(text.ptr, '"', text.len) || memchr(text.ptr, '\'', text.len);
    size_t words = 0;
    while (is_quoted && words++ < 2000 ? take_word(facts, &text, &word) : view_word(&text, &word)) {
        struct view value = word;
        view_cut(&value, '=', &name);
        struct cell cells[] = {cell_view(name), value.ptr ? cell_view(value) : cell_null(),
                               cell_text(entry)};
        TRY(reader_row(facts, &boot_setting, cells, item, line));
    }
    return RC_OK;
}

/* ---- /etc/default/grub ----------------------------------------------------------------- */

static const char *const variables[] = {"GRUB_CMDLINE_LINUX", "GRUB_CMDLINE_LINUX_DEFAULT"};

struct assigned {
    struct view text;
    const struct item *item;
    uint32_t line;
};

static struct view unquote(struct view v)
{
    bool is_quoted =
        v.len > 1 && (v.ptr[0] == '"' || v.ptr[0] == '\'') && v.ptr[v.len - 1] == v.ptr[0];
    return is_quoted ? (struct view){v.ptr + 1, v.len - 2} : v;
}

/* $NAME and ${NAME} of our variables; another variable's value nobody knows. */
static struct view expand(struct facts *facts, const struct reader_line *line, struct view text,
                          const struct assigned *have)
{
    struct buf out = {0};
    for (size_t i = 0; i < text.len && out.len <= COMMAND_LINE_MAX;) {
        size_t n = 0;
        for (size_t k = COUNT_OF(variables); text.ptr[i] == '$' && k-- > 0 && n == 0;) {
            struct view rest = view_from(text, i + 1);
            bool braces = view_starts(rest, "{");
            rest = view_from(rest, braces);
            if (view_starts(rest, variables[k])) {
                n = 1 + strlen(variables[k]) + (braces ? 2u : 0u);
                buf_add_view(&out, have[k].text);
            }
        }
        if (n == 0 && (text.ptr[i] == '$' || text.ptr[i] == '`'))
            reader_problem(facts, line->item, line->number, "the shell would expand this");
        if (n == 0)
            buf_add_char(&out, text.ptr[i++]);
        i = n ? i + n : i;
        i = i > text.len ? text.len : i;
    }
    struct view result = view_of(view_text(reader_arena(facts), buf_view(&out)));
    buf_free(&out);
    return result;
}

static struct rc read_default_line(struct facts *facts, const struct reader_line *line,
                                   void *context)
{
    struct assigned *have = context;
    struct view value = line->text, name;
    if (view_starts(value, "export "))
        value = view_trim(view_from(value, 7));
    view_cut(&value, '=', &name);
    bool adds = value.ptr && view_ends(name, "+");
    name.len -= adds;
    for (size_t i = 0; value.ptr && i < COUNT_OF(variables); i++)
        if (view_is(name, variables[i])) {
            bool is_literal = value.len && value.ptr[0] == '\'';
            struct view text = unquote(view_trim(value));
            if (!is_literal)
                text = expand(facts, line, text, have);
            if (adds)
                text = view_of(arena_printf(reader_arena(facts), "%.*s%.*s", (int)have[i].text.len,
                                            have[i].text.ptr, (int)text.len, text.ptr));
            if (text.len > COMMAND_LINE_MAX)
                text.len = COMMAND_LINE_MAX;
            have[i] = (struct assigned){text, line->item, line->number};
        }
    return RC_OK;
}

static struct rc read_defaults(struct facts *facts)
{
    static const char *const patterns[] = {"/etc/default/grub.d/*.cfg"};
    struct assigned have[COUNT_OF(variables)] = {{.text = {"", 0}}, {.text = {"", 0}}};
    struct conf_file *files;
    size_t count;
    TRY(reader_each_line(facts, reader_file(facts, "/etc/default/grub"), "#", read_default_line,
                         have));
    TRY(conf_files_list(facts, patterns, 1, &files, &count));
    for (size_t i = 0; i < count; i++)
        TRY(reader_each_line(facts, reader_file(facts, files[i].path), "#", read_default_line,
                             have));
    for (size_t i = 0; i < COUNT_OF(variables); i++)
        TRY(put_parameters(facts, have[i].text, variables[i], have[i].item, have[i].line));
    return RC_OK;
}

/* ---- grub.cfg -------------------------------------------------------------------------- */

struct grub {
    const char *entry;       /* the menu entry that is open */
    struct view superusers;  /* "root admin" */
    struct view user_hash;   /* of user.cfg; ptr NULL: none */
    struct view environment; /* grubenv */
};

/* The value of a variable in grubenv; empty when it is not set. */
static struct view variable(const struct grub *grub, struct view name)
{
    struct view rest = grub->environment, line, key;
    while (view_line(&rest, &line))
        if (view_cut(&line, '=', &key) && line.ptr && view_equal(key, name))
            return line;
    return (struct view){"", 0};
}

/* Parameters with $name and ${name} replaced; one level, as grubenv holds plain text. */
static struct rc put_with_variables(struct facts *facts, const struct grub *grub, struct view text,
                                    const char *entry, const struct item *item, uint32_t line)
{
    struct buf out = {0};
    for (size_t i = 0; i < text.len && out.len <= COMMAND_LINE_MAX; i++) {
        if (text.ptr[i] != '$') {
            buf_add_char(&out, text.ptr[i]);
            continue;
        }
        bool braces = i + 1 < text.len && text.ptr[i + 1] == '{';
        size_t start = i + 1 + braces, end = start;
        while (end < text.len && !strchr(" \t}\"'/$", text.ptr[end]))
            end++;
        buf_add_view(&out, variable(grub, (struct view){text.ptr + start, end - start}));
        i = braces && end < text.len ? end : end - 1;
    }
    struct rc rc = put_parameters(facts, buf_view(&out), entry, item, line);
    buf_free(&out);
    return rc;
}

/* "a b", "a,b;c|d": GRUB takes all of these as separators. */
static bool is_superuser(struct view list, struct view user)
{
    size_t start = 0;
    for (size_t i = 0; i <= list.len; i++)
        if (i == list.len || strchr(" ,;|&", list.ptr[i])) {
            if (view_equal((struct view){list.ptr + start, i - start}, user) && user.len)
                return true;
            start = i + 1;
        }
    return false;
}

static struct rc put_password(struct facts *facts, const struct reader_line *line,
                              const struct grub *grub, struct view user, struct view hash)
{
    struct view part[4] = {{NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}};
    bool is_hash = view_starts(hash, "grub.pbkdf2.");
    for (size_t i = 0; is_hash && i < COUNT_OF(part); i++)
        if (!view_cut(&hash, '.', &part[i]))
            part[i] = (struct view){NULL, 0};
    struct cell cells[] = {
        cell_view(user),
        cell_text(is_hash ? "pbkdf2" : "plain"),
        cell_integer(is_superuser(grub->superusers, user)),
        part[2].ptr ? cell_view(part[2]) : cell_null(),
        part[3].ptr ? cell_number(part[3]) : cell_null(),
    };
    return reader_row(facts, &boot_password, cells, line->item, line->number);
}

static struct rc read_password(struct facts *facts, const struct reader_line *line,
                               const struct grub *grub, struct view rest)
{
    struct view user, hash;
    if (!view_word(&rest, &user) || !view_word(&rest, &hash)) {
        reader_problem(facts, line->item, line->number, "a password line without user or password");
        return RC_OK;
    }
    if (view_is(hash, "${GRUB2_PASSWORD}")) {
        if (!grub->user_hash.ptr) /* guarded by `if [ -n ... ]`: nothing is set */
            return RC_OK;
        hash = grub->user_hash;
    } else if (view_starts(hash, "$")) {
        reader_problem(facts, line->item, line->number, "a password from a variable");
        return RC_OK;
    }
    return put_password(facts, line, grub, unquote(user), hash);
}

static void open_entry(struct facts *facts, struct grub *grub, struct view rest)
{
    struct view title;
    grub->entry = "";
    if (take_word(facts, &rest, &title))
        grub->entry = view_text(reader_arena(facts), title);
}

static struct rc read_grub_line(struct facts *facts, const struct reader_line *line, void *context)
{
    struct grub *grub = context;
    struct view rest = line->text, word, path, value;
    if (!view_word(&rest, &word))
        return RC_OK;
    if (view_is(word, "menuentry")) {
        rest.len = rest.len > 1024 ? 1024 : rest.len; /* only the title is of interest */
        open_entry(facts, grub, rest);
    } else if (view_is(word, "set")) {
        value = view_trim(rest);
        if (view_starts(value, "superusers=")) {
            grub->superusers = unquote(view_from(value, strlen("superusers=")));
        }
    } else if (view_is(word, "password") || view_is(word, "password_pbkdf2")) {
        return read_password(facts, line, grub, rest);
    } else if (view_is(word, "linux") || view_is(word, "linux16") || view_is(word, "linuxefi")) {
        if (view_word(&rest, &path))
            return put_with_variables(facts, grub, rest, grub->entry, line->item, line->number);
    }
    return RC_OK;
}

static struct view find_user_hash(struct facts *facts, const char *path)
{
    struct view rest = reader_text(facts, reader_file(facts, path)), line;
    struct view hash = {NULL, 0};
    while (view_line(&rest, &line)) {
        line = view_trim(line);
        if (view_starts(line, "GRUB2_PASSWORD=") && line.len > strlen("GRUB2_PASSWORD="))
            hash = unquote(view_from(line, strlen("GRUB2_PASSWORD=")));
    }
    return hash;
}

/* superusers may be set behind the passwords it is about: it is looked for first. */
static struct rc read_grub(struct facts *facts, const char *path, struct grub *grub)
{
    const struct item *item = reader_file(facts, path);
    struct view rest = reader_text(facts, item), line;
    grub->entry = "";
    while (view_line(&rest, &line)) {
        line = view_trim(line);
        if (view_starts(line, "set superusers="))
            grub->superusers = unquote(view_from(line, strlen("set superusers=")));
    }
    return reader_each_line(facts, item, "#", read_grub_line, grub);
}

/* ---- Boot Loader Specification --------------------------------------------------------- */

struct entry {
    const struct grub *grub;
    const char *name;
};

static struct rc read_entry_line(struct facts *facts, const struct reader_line *line, void *context)
{
    const struct entry *entry = context;
    struct view rest = line->text, word;
    if (!view_word(&rest, &word) || !view_is(word, "options"))
        return RC_OK;
    return put_with_variables(facts, entry->grub, view_trim(rest), entry->name, line->item,
                              line->number);
}

static struct rc read_entries(struct facts *facts, const struct grub *grub)
{
    static const char *const patterns[] = {"/boot/loader/entries/*.conf",
                                           "/boot/efi/loader/entries/*.conf"};
    struct conf_file *files;
    size_t count;
    TRY(conf_files_list(facts, patterns, COUNT_OF(patterns), &files, &count));
    for (size_t i = 0; i < count; i++) {
        struct entry entry = {grub, files[i].name};
        TRY(reader_each_line(facts, reader_file(facts, files[i].path), "#", read_entry_line,
                             &entry));
    }
    return RC_OK;
}

/* ---- all ------------------------------------------------------------------------------- */

static struct rc read_running_line(struct facts *facts, const struct reader_line *line,
                                   void *context)
{
    (void)context;
    return put_parameters(facts, line->text, "running", line->item, line->number);
}

static struct rc read_boot(struct facts *facts)
{
    static const char *const fixed[] = {"/boot/grub/grub.cfg", "/boot/grub2/grub.cfg"};
    static const char *const users[] = {"/boot/grub2/user.cfg", "/boot/grub/user.cfg"};
    struct grub grub = {.entry = "", .superusers = {"", 0}, .environment = {"", 0}};
    const char *const *paths;
    size_t n;
    TRY(read_defaults(facts));
    for (size_t i = 0; i < COUNT_OF(users); i++)
        if (!grub.user_hash.ptr)
            grub.user_hash = find_user_hash(facts, users[i]);
    const struct item *environment = reader_file(facts, "/boot/grub2/grubenv");
    if (!environment || environment->status == ITEM_ABSENT)
        environment = reader_file(facts, "/boot/grub/grubenv");
    grub.environment = reader_text(facts, environment);
    for (size_t i = 0; i < COUNT_OF(fixed); i++)
        TRY(read_grub(facts, fixed[i], &grub));
    TRY(reader_files(facts, "/boot/efi/EFI/*/grub.cfg", &paths, &n));
    for (size_t i = 0; i < n; i++)
        TRY(read_grub(facts, paths[i], &grub));
    TRY(read_entries(facts, &grub));
    return reader_each_line(facts, reader_live(facts, "cmdline"), "", read_running_line, NULL);
}

static const struct table *const tables[] = {&boot_setting, &boot_password, NULL};
static const struct source sources[] = {
    {.kind = ITEM_FILE, .pattern = "/boot/grub/grub.cfg", .reduce = boot_reduce},
    {.kind = ITEM_FILE, .pattern = "/boot/grub2/grub.cfg", .reduce = boot_reduce},
    {.kind = ITEM_FILE, .pattern = "/boot/efi/EFI/*/grub.cfg", .reduce = boot_reduce},
    {.kind = ITEM_FILE, .pattern = "/boot/grub/user.cfg", .reduce = boot_reduce},
    {.kind = ITEM_FILE, .pattern = "/boot/grub2/user.cfg", .reduce = boot_reduce},
    {.kind = ITEM_FILE, .pattern = "/boot/grub/grubenv", .reduce = boot_reduce},
    {.kind = ITEM_FILE, .pattern = "/boot/grub2/grubenv", .reduce = boot_reduce},
    {.kind = ITEM_FILE, .pattern = "/etc/default/grub"},
    {.kind = ITEM_FILE, .pattern = "/etc/default/grub.d/*.cfg"},
    {.kind = ITEM_FILE, .pattern = "/boot/loader/entries/*.conf"},
    {.kind = ITEM_FILE, .pattern = "/boot/efi/loader/entries/*.conf"},
    {.kind = ITEM_LIVE, .pattern = "cmdline"}};

const struct reader reader_boot = {"boot", tables, sources, COUNT_OF(sources), read_boot};

/*
 * postgresql_hba: pg_hba.conf and pg_ident.conf, as the server's hba.c reads them (releases 9.6 to
 * 17).
 *
 *   line -> fields (blanks) -> each a list of tokens (commas), "quoted" ones without special
 * meaning
 *   @file stands for the tokens of that file; include... (since 16) for the lines of another
 *
 * A backslash at its end joins a line with the next one. A record that the server refuses has valid
 * = 0: with one of them it does not start.
 */
#include "sensor/facts/postgresql.h"

#include <arpa/inet.h>
#include <string.h>

#define FIELDS_MAX 64
#define TOKENS_MAX 10000 /* of one field, those of @files included */

static const struct column hba_columns[] = {
    {"instance", COLUMN_TEXT, "", "VERSION/NAME on Debian, else the folder of postgresql.conf"},
    {"position", COLUMN_INTEGER, "", "from 1; the first record that fits a connection decides"},
    {"type", COLUMN_TEXT, "", "local, host, hostssl, hostnossl, hostgssenc or hostnogssenc"},
    {"database", COLUMN_TEXT, "", "names with commas between; words that were quoted keep quotes"},
    {"user", COLUMN_TEXT, "", "likewise; all, +role, name"},
    {"address", COLUMN_TEXT, "", "all, samehost, samenet, a host name or an address; NULL = local"},
    {"prefix", COLUMN_INTEGER, "bits", "length of the mask; NULL = none, or no simple one"},
    {"any_address", COLUMN_INTEGER, "", "1 = every address of its kind fits"},
    {"method", COLUMN_TEXT, "", "trust, reject, scram-sha-256, md5, password, peer, cert, ..."},
    {"options", COLUMN_TEXT, "", "name=value with blanks between"},
    {"valid", COLUMN_INTEGER, "", "0 = the server refuses the record, and does not start"},
};

const struct table postgresql_hba_table = {
    "postgresql_hba", "Who may connect to PostgreSQL servers, from where and how: pg_hba.conf.",
    hba_columns, COUNT_OF(hba_columns)};

static const struct column ident_columns[] = {
    {"instance", COLUMN_TEXT, "", "VERSION/NAME on Debian, else the folder of postgresql.conf"},
    {"map", COLUMN_TEXT, "", "name of the map, for an option map= of pg_hba.conf"},
    {"system_user", COLUMN_TEXT, "", "name of the system, or a regular expression behind a slash"},
    {"database_user", COLUMN_TEXT, "", "role that it may become"},
    {"valid", COLUMN_INTEGER, "", "0 = the server refuses the line"},
};

const struct table postgresql_ident_table = {
    "postgresql_ident", "Which system user may become which role: pg_ident.conf.", ident_columns,
    COUNT_OF(ident_columns)};

/* ---- tokens ---------------------------------------------------------------------------- */

struct token {
    const char *text;
    bool quoted; /* it begins with a quote: no word of the language */
};

struct field {
    struct token *tokens;
    size_t count;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* The next token off *v, and whether a comma ended it; false at the end of the line. */
static bool next_token(struct arena *arena, struct view *v, struct token *out, bool *comma)
{
    bool in_quote = false, was_quote = false, begun = false;
    size_t i = 0, n = 0;
    while (i < v->len && is_blank(v->ptr[i]))
        i++;
    char *text = arena_take(arena, v->len - i + 1);
    *out = (struct token){.text = text};
    *comma = false;
    for (; i < v->len && (in_quote || !is_blank(v->ptr[i])); i++) {
        char c = v->ptr[i];
        if (c == '#' && !in_quote) {
            i = v->len;
            break;
        }
        if (c == ',' && !in_quote) {
            *comma = true;
            i++;
            break;
        }
        if (c != '"' || was_quote)
            text[n++] = c;
        was_quote = in_quote && c == '"' && !was_quote;
        if (c == '"') {
            in_quote = !in_quote;
            out->quoted = out->quoted || !begun;
        }
        begun = true;
    }
    *v = view_from(*v, i);
    return begun || *comma;
}

struct lines;
typedef struct rc each_line(struct lines *lines, const struct field *fields, size_t count);

/* One file's lines, those it includes in their place. */
struct lines {
    struct postgresql *p;
    const struct item *item;
    uint32_t number;
    int64_t position;
    each_line *each;
};

static void add_token(struct lines *l, struct field *field, struct token token)
{
    struct arena *arena = reader_arena(l->p->facts);
    if (field->count >= TOKENS_MAX) {
        reader_problem(l->p->facts, l->item, l->number, "a list of more than %d names", TOKENS_MAX);
        return;
    }
    if ((field->count & (field->count - 1)) == 0) { /* room for 1, 2, 4, 8, ... */
        struct token *wider = arena_take(arena, (field->count * 2 + 1) * sizeof *wider);
        if (field->count)
            memcpy(wider, field->tokens, field->count * sizeof *wider);
        field->tokens = wider;
    }
    field->tokens[field->count++] = token;
}

static bool may_read(struct postgresql *p, const struct item *from, uint32_t line, size_t bytes)
{
    p->bytes += bytes;
    if (p->depth < POSTGRESQL_DEPTH_MAX && p->files++ < POSTGRESQL_FILES_MAX &&
        p->bytes <= POSTGRESQL_BYTES_MAX)
        return true;
    reader_problem(p->facts, from, line, "includes lead too deep or to too much");
    return false;
}

static void add_file(struct lines *l, struct field *field, const char *name);

static void add_or_expand(struct lines *l, struct field *field, struct token token)
{
    if (!token.quoted && token.text[0] == '@' && token.text[1])
        add_file(l, field, token.text + 1);
    else
        add_token(l, field, token);
}

/* The tokens of an @file, line ends and commas alike between them. */
static void add_file(struct lines *l, struct field *field, const char *name)
{
    struct postgresql *p = l->p;
    struct arena *arena = reader_arena(p->facts);
    const char *path = postgresql_path(arena, l->item->name, name);
    const struct item *item = reader_file(p->facts, path);
    struct view rest = reader_text(p->facts, item), raw;
    if (item && item->status == ITEM_ABSENT)
        reader_problem(p->facts, l->item, l->number, "%s, which it names, is not there", path);
    if (!item || !may_read(p, l->item, l->number, rest.len))
        return;
    struct lines inner = *l;
    inner.item = item;
    p->depth++;
    for (inner.number = 1; view_line(&rest, &raw); inner.number++) {
        struct token token;
        bool comma;
        while (next_token(arena, &raw, &token, &comma))
            if (token.text[0] || token.quoted)
                add_or_expand(&inner, field, token);
    }
    p->depth--;
}

/* A list up to the blank behind its last token. */
static bool next_field(struct lines *l, struct view *rest, struct field *out)
{
    struct token token;
    bool comma = true, any = false;
    *out = (struct field){0};
    while (comma && next_token(reader_arena(l->p->facts), rest, &token, &comma)) {
        any = true;
        if (token.text[0] || token.quoted)
            add_or_expand(l, out, token);
    }
    return any;
}

/* ---- files ----------------------------------------------------------------------------- */

static struct rc read_lines(struct lines *l, const char *path, bool must_exist);

static struct rc include_folder(struct lines *l, const char *folder)
{
    struct facts *facts = l->p->facts;
    const char *const *paths;
    size_t count;
    const char *pattern = arena_printf(reader_arena(facts), "%s/*.conf", folder);
    if (reader_absent(facts, ITEM_LIST, pattern))
        reader_problem(facts, l->item, l->number, "%s, which it includes, is not there", folder);
    TRY(reader_files(facts, pattern, &paths, &count));
    for (size_t i = 0; i < count; i++)
        TRY(read_lines(l, paths[i], true));
    return RC_OK;
}

static struct rc include(struct lines *l, enum postgresql_include kind, const char *name)
{
    struct lines outer = *l;
    const char *path = postgresql_path(reader_arena(l->p->facts), l->item->name, name);
    if (!path) {
        reader_problem(l->p->facts, l->item, l->number, "an include without a path");
        return RC_OK;
    }
    struct rc rc = kind == POSTGRESQL_DIR ? include_folder(l, path)
                                          : read_lines(l, path, kind == POSTGRESQL_FILE);
    outer.position = l->position;
    *l = outer;
    return rc;
}

static struct rc take_line(struct lines *l, struct view text)
{
    struct field fields[FIELDS_MAX];
    size_t count = 0;
    while (count < FIELDS_MAX && next_field(l, &text, &fields[count]))
        count++;
    if (count == 0)
        return RC_OK;
    if (count == FIELDS_MAX)
        reader_problem(l->p->facts, l->item, l->number, "more than %d fields", FIELDS_MAX - 1);
    if (count == 2 && fields[0].count == 1 && fields[1].count == 1 && !fields[0].tokens[0].quoted &&
        (l->p->version == 0 || (l->p->version >= 16 && l->p->version != 96))) {
        enum postgresql_include kind = postgresql_include_of(fields[0].tokens[0].text);
        if (kind != POSTGRESQL_NONE)
            return include(l, kind, fields[1].tokens[0].text);
    }
    return l->each(l, fields, count);
}

/* A line with those that its backslash joins to it; *number: of its last one. */
static struct view joined(struct arena *arena, struct view first, struct view *rest, uint32_t *more)
{
    struct buf text = {0};
    struct view line = first;
    *more = 0;
    if (!first.len || first.ptr[first.len - 1] != '\\')
        return first;
    while (line.len && line.ptr[line.len - 1] == '\\') {
        buf_add(&text, line.ptr, line.len - 1);
        if (!view_line(rest, &line)) {
            line.len = 0;
            break;
        }
        ++*more;
    }
    buf_add_view(&text, line);
    struct view whole = view_of(view_text(arena, buf_view(&text)));
    buf_free(&text);
    return whole;
}

static struct rc read_lines(struct lines *l, const char *path, bool must_exist)
{
    struct postgresql *p = l->p;
    const struct item *from = l->item, *item = reader_file(p->facts, path);
    struct view rest = reader_text(p->facts, item), raw;
    if (item && item->status == ITEM_ABSENT && must_exist)
        reader_problem(p->facts, from ? from : item, from ? l->number : 0, "%s is not there", path);
    if (!item || !may_read(p, from ? from : item, l->number, rest.len))
        return RC_OK;
    l->item = item;
    l->number = 1;
    p->depth++;
    struct rc rc = RC_OK;
    for (uint32_t more; !failed(rc) && view_line(&rest, &raw); l->number += 1 + more)
        rc = take_line(l, joined(reader_arena(p->facts), raw, &rest, &more));
    p->depth--;
    return rc;
}

/* ---- pg_hba.conf ----------------------------------------------------------------------- */

/* "a,b": a token that a quote took the meaning from gets its quotes back. */
static const char *list_text(struct arena *arena, const struct field *field)
{
    struct buf text = {0};
    buf_add_text(&text, "");
    for (size_t i = 0; i < field->count; i++) {
        bool quote = field->tokens[i].quoted;
        buf_printf(&text, "%s%s%s%s", i ? "," : "", quote ? "\"" : "", field->tokens[i].text,
                   quote ? "\"" : "");
    }
    const char *copy = arena_text(arena, text.ptr);
    buf_free(&text);
    return copy;
}

static const char *single(const struct field *field)
{
    return field->count == 1 ? field->tokens[0].text : NULL;
}

static bool is_one_of(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; word && i < count; i++)
        if (strcmp(words[i], word) == 0)
            return true;
    return false;
}

struct address {
    const char *text;
    int64_t prefix; /* -1: none */
    bool any, valid;
};

/* The length of a mask; -1 for one with holes, or of another kind than `bits`. */
static int64_t mask_length(const char *mask, size_t bits)
{
    unsigned char bytes[16];
    int64_t length = 0;
    if (inet_pton(bits == 32 ? AF_INET : AF_INET6, mask, bytes) != 1)
        return -1;
    while (length < (int64_t)bits && (bytes[length / 8] >> (7 - length % 8) & 1))
        length++;
    for (size_t i = (size_t)length; i < bits; i++)
        if (bytes[i / 8] >> (7 - i % 8) & 1)
            return -1;
    return length;
}

static size_t address_bits(const char *text)
{
    unsigned char bytes[16];
    return inet_pton(AF_INET, text, bytes) == 1    ? 32
           : inet_pton(AF_INET6, text, bytes) == 1 ? 128
                                                   : 0;
}

/* An address of one field, or of two where the second is its mask; gives how many. */
static size_t take_address(struct arena *arena, const struct field *fields, size_t count,
                           struct address *out)
{
    static const char *const words[] = {"all", "samehost", "samenet"};
    const char *text = count ? single(&fields[0]) : NULL;
    *out = (struct address){.text = text, .prefix = -1, .valid = text != NULL};
    if (!text || (!fields[0].tokens[0].quoted && is_one_of(text, words, COUNT_OF(words)))) {
        out->any = text && strcmp(text, "all") == 0;
        return count ? 1 : 0;
    }
    struct view rest = view_of(text), head;
    view_cut(&rest, '/', &head);
    const char *plain = view_text(arena, head);
    size_t bits = address_bits(plain);
    if (rest.ptr) {
        bool is_length = bits && view_integer(rest, &out->prefix) && out->prefix >= 0 &&
                         out->prefix <= (int64_t)bits;
        *out = (struct address){plain, is_length ? out->prefix : -1, false, is_length};
    } else if (bits) {
        const char *mask = count > 1 ? single(&fields[1]) : NULL;
        out->prefix = mask ? mask_length(mask, bits) : -1;
        out->valid = mask && address_bits(mask) == bits;
    }
    out->any = out->prefix == 0;
    return bits && !rest.ptr ? 2 : 1;
}

static bool method_fits(const char *method, const char *type)
{
    static const char *const methods[] = {"trust", "ident",  "peer", "password",
                                          "gss",   "reject", "md5",  "scram-sha-256",
                                          "pam",   "ldap",   "cert", "radius"};
    bool local = strcmp(type, "local") == 0;
    if (!is_one_of(method, methods, COUNT_OF(methods)) || (strcmp(method, "peer") == 0 && !local) ||
        (strcmp(method, "gss") == 0 && local))
        return false;
    if (strcmp(type, "hostgssenc") == 0)
        return strcmp(method, "gss") == 0 || strcmp(method, "reject") == 0 ||
               strcmp(method, "trust") == 0;
    return strcmp(method, "cert") != 0 || strcmp(type, "hostssl") == 0;
}

/* "a=b c=d"; false where a field is no name=value. */
static bool options_text(struct arena *arena, const struct field *fields, size_t count,
                         const char **out)
{
    struct buf text = {0};
    bool good = true;
    buf_add_text(&text, "");
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < fields[i].count; k++) {
            good = good && strchr(fields[i].tokens[k].text, '=');
            buf_printf(&text, "%s%s", text.len ? " " : "", fields[i].tokens[k].text);
        }
    *out = arena_text(arena, text.ptr);
    buf_free(&text);
    return good;
}

static struct rc put_hba(struct lines *l, const struct field *fields, size_t count)
{
    static const char *const types[] = {"local",     "host",       "hostssl",
                                        "hostnossl", "hostgssenc", "hostnogssenc"};
    struct arena *arena = reader_arena(l->p->facts);
    const char *type = single(&fields[0]), *method = NULL, *options = "";
    bool valid = is_one_of(type, types, COUNT_OF(types)) && count >= 4;
    bool local = type && strcmp(type, "local") == 0;
    struct address address = {.prefix = -1, .valid = true};
    size_t at = count < 3 ? count : 3;
    if (valid && !local)
        at += take_address(arena, fields + at, count - at, &address);
    valid = valid && address.valid && at < count;
    if (valid) {
        method = single(&fields[at]);
        valid = method && method_fits(method, type);
        valid = options_text(arena, fields + at + 1, count - at - 1, &options) && valid;
        if (valid && local && strcmp(method, "ident") == 0)
            method = "peer";
    }
    struct cell cells[] = {
        cell_text(l->p->instance),
        cell_integer(++l->position),
        cell_text(type ? type : list_text(arena, &fields[0])),
        count > 1 ? cell_text(list_text(arena, &fields[1])) : cell_null(),
        count > 2 ? cell_text(list_text(arena, &fields[2])) : cell_null(),
        cell_text(address.text),
        address.prefix >= 0 ? cell_integer(address.prefix) : cell_null(),
        cell_integer(address.any),
        cell_text(method),
        cell_text(options),
        cell_integer(valid),
    };
    return reader_row(l->p->facts, &postgresql_hba_table, cells, l->item, l->number);
}

struct rc postgresql_hba_read(struct postgresql *p)
{
    struct lines lines = {.p = p, .each = put_hba};
    return read_lines(&lines, p->hba_file, true);
}

/* ---- pg_ident.conf --------------------------------------------------------------------- */

static struct rc put_ident(struct lines *l, const struct field *fields, size_t count)
{
    const char *words[3] = {NULL};
    for (size_t i = 0; i < COUNT_OF(words) && i < count; i++)
        words[i] = single(&fields[i]);
    struct cell cells[] = {
        cell_text(l->p->instance),
        cell_text(words[0]),
        cell_text(words[1]),
        cell_text(words[2]),
        cell_integer(words[0] && words[1] && words[2]),
    };
    return reader_row(l->p->facts, &postgresql_ident_table, cells, l->item, l->number);
}

/* Without one, nobody may become another. */
struct rc postgresql_ident_read(struct postgresql *p)
{
    struct lines lines = {.p = p, .each = put_ident};
    return read_lines(&lines, p->ident_file, false);
}

/* ---- collecting ------------------------------------------------------------------------ */

void postgresql_hba_follow(struct arena *arena, const char *path, struct view raw,
                           void (*add)(void *context, const char *pattern), void *context)
{
    struct token token;
    bool comma;
    enum postgresql_include kind = POSTGRESQL_NONE;
    for (size_t i = 0; next_token(arena, &raw, &token, &comma); i++) {
        if (token.quoted && i != 1)
            continue;
        const char *name = i == 1 && kind ? token.text : NULL;
        if (i == 0)
            kind = postgresql_include_of(token.text);
        if (!token.quoted && token.text[0] == '@')
            name = token.text + 1;
        const char *file = name ? postgresql_path(arena, path, name) : NULL;
        if (file)
            add(context, kind == POSTGRESQL_DIR ? arena_printf(arena, "%s/*.conf", file) : file);
    }
}

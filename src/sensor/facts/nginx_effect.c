/*
 * nginx_effect: what holds in each server and location of the http block. A directive holds in the
 * block it stands in and in those within it, until one of them sets it again; directives that stand
 * several times (add_header, access_log, allow and deny) are replaced as a set. Where none sets it,
 * the built-in default holds.
 */
#include "sensor/facts/nginx.h"

#include <string.h>

#define WORDS_LINES_MAX 64

enum kind {
    TEXT,   /* once a block */
    FLAG,   /* on, off; once */
    TIME,   /* seconds; once */
    SIZE,   /* bytes; once */
    WORDS,  /* bits that add up within a block */
    SEVERAL /* replaced as a set */
};

struct known {
    const char *name, *also; /* two names of one set: allow and deny */
    enum kind kind;
    const char *standard; /* the default; NULL: none, or it differs among releases */
};

static const struct known all[] = {
    {"access_log", NULL, SEVERAL, "logs/access.log combined"},
    {"add_header", NULL, SEVERAL, NULL},
    {"allow", "deny", SEVERAL, NULL},
    {"auth_basic", NULL, TEXT, "off"},
    {"autoindex", NULL, FLAG, "off"},
    {"client_body_timeout", NULL, TIME, "60s"},
    {"client_header_timeout", NULL, TIME, "60s"},
    {"client_max_body_size", NULL, SIZE, "1m"},
    {"disable_symlinks", NULL, TEXT, "off"},
    {"error_log", NULL, SEVERAL, "logs/error.log error"},
    {"keepalive_timeout", NULL, TIME, "75s"},
    {"limit_conn", NULL, SEVERAL, NULL},
    {"limit_rate", NULL, TEXT, "0"},
    {"limit_req", NULL, SEVERAL, NULL},
    {"send_timeout", NULL, TIME, "60s"},
    {"server_tokens", NULL, TEXT, "on"},
    {"ssl_certificate", NULL, SEVERAL, NULL},
    {"ssl_ciphers", NULL, TEXT, "HIGH:!aNULL:!MD5"},
    {"ssl_prefer_server_ciphers", NULL, FLAG, "off"},
    {"ssl_protocols", NULL, WORDS, NULL},
    {"ssl_session_tickets", NULL, FLAG, "on"},
    {"ssl_verify_client", NULL, TEXT, "off"},
};

static const struct column columns[] = {
    {"instance", COLUMN_TEXT, "", "path of its nginx.conf"},
    {"server", COLUMN_INTEGER, "", "number of the server's block"},
    {"block", COLUMN_INTEGER, "", "number of the block: the server's own, or a location's"},
    {"name", COLUMN_TEXT, "", "the directive"},
    {"value", COLUMN_TEXT, "",
     "its words with blanks between; NULL = not set, and no default known"},
    {"number", COLUMN_INTEGER, "", "1 = on, 0 = off; seconds; bytes; NULL for other values"},
    {"explicit", COLUMN_INTEGER, "", "0 = the built-in default, set nowhere (no line)"},
    {"inherited", COLUMN_INTEGER, "", "1 = it stands in a block around this one"},
    {"valid", COLUMN_INTEGER, "", "0 = nginx refuses the value"},
};

const struct table nginx_effective_table = {
    "nginx_effective",
    "What holds in each server and location of nginx: of the directives that checks ask for, the "
    "one that decides, or the built-in default.",
    columns, COUNT_OF(columns)};

/* ---- values ---------------------------------------------------------------------------- */

/* "75s", "1m30s", "2h": seconds, as ngx_parse_time has it; milliseconds are dropped. */
static bool parse_time(struct view v, int64_t *out)
{
    int64_t total = 0, n = 0;
    bool digits = false, any = false;
    for (size_t i = 0; i < v.len; i++) {
        char c = v.ptr[i];
        if (c >= '0' && c <= '9' && n < 100000000) {
            n = n * 10 + (c - '0');
            digits = any = true;
            continue;
        }
        bool milli = c == 'm' && i + 1 < v.len && v.ptr[i + 1] == 's';
        int64_t factor = milli      ? 0
                         : c == 's' ? 1
                         : c == 'm' ? 60
                         : c == 'h' ? 3600
                         : c == 'd' ? 86400
                         : c == 'w' ? 604800
                         : c == 'M' ? 2592000
                         : c == 'y' ? 31536000
                                    : -1;
        if (!digits || factor < 0)
            return false;
        i += milli;
        total += n * factor;
        n = 0;
        digits = false;
    }
    *out = total + n;
    return any;
}

static bool parse_size(struct view v, int64_t *out)
{
    int64_t n, factor = 1;
    char last = v.len > 1 ? (char)(v.ptr[v.len - 1] | 0x20) : '\0';
    if (last == 'k' || last == 'm' || last == 'g') {
        factor = last == 'k' ? 1 << 10 : last == 'm' ? 1 << 20 : 1 << 30;
        v.len--;
    }
    if (!view_integer(v, &n) || n < 0 || n > INT64_MAX / (1 << 30))
        return false;
    *out = n * factor;
    return true;
}

/* *number stays NULL where the value is no number. False for what nginx refuses. */
static bool take_number(enum kind kind, struct view first, struct cell *number)
{
    int64_t n = 0;
    bool on = view_is_nocase(first, "on"), off = view_is_nocase(first, "off");
    *number = cell_null();
    if (on || off)
        *number = cell_integer(on);
    if (kind == FLAG)
        return on || off;
    bool good = kind == TIME ? parse_time(first, &n) : kind == SIZE ? parse_size(first, &n) : true;
    if (good && (kind == TIME || kind == SIZE))
        *number = cell_integer(n);
    return good;
}

/* ---- what holds where ------------------------------------------------------------------ */

struct spot {
    const struct nginx *n;
    const size_t *firsts; /* of each block, the first directive of each entry of `all`; 0: none */
    size_t server, block;
    size_t rows; /* left */
};

static bool is_of(const struct known *known, const char *name)
{
    return strcmp(known->name, name) == 0 || (known->also && strcmp(known->also, name) == 0);
}

/* Finds them all in one pass, backwards, so that each leads to the next of its set. */
static size_t *find_firsts(struct nginx *n)
{
    size_t *firsts = mem_new(n->block_count * COUNT_OF(all) * sizeof *firsts);
    for (size_t d = n->directive_count; d-- > 1;)
        for (size_t i = 0; i < COUNT_OF(all); i++)
            if (is_of(&all[i], n->directives[d].name)) {
                size_t *first = &firsts[n->directives[d].block * COUNT_OF(all) + i];
                n->directives[d].same = *first;
                *first = d;
            }
    return firsts;
}

static struct rc put(struct spot *spot, const struct known *known, const char *name,
                     const char *value, const struct nginx_directive *d, bool inherited)
{
    struct cell number = cell_null();
    struct view rest = view_of(value), first = {NULL, 0};
    view_cut(&rest, ' ', &first);
    bool valid = !value || take_number(known->kind, first, &number);
    if (spot->rows == 0)
        return RC_OK;
    if (--spot->rows == 0)
        reader_problem(spot->n->facts, spot->n->blocks[spot->block].item,
                       spot->n->blocks[spot->block].line,
                       "too many servers and locations: the others are not worked out");
    struct cell cells[] = {
        cell_text(spot->n->instance),
        cell_integer((int64_t)spot->server),
        cell_integer((int64_t)spot->block),
        cell_text(name),
        cell_text(value),
        number,
        cell_integer(d != NULL),
        cell_integer(inherited),
        cell_integer(valid),
    };
    return reader_row(spot->n->facts, &nginx_effective_table, cells, d ? d->item : NULL,
                      d ? d->line : 0);
}

/* "TLSv1.2" and "TLSv1.3" on two lines are both meant. */
static const char *add_up(const struct nginx *n, size_t at)
{
    struct arena *arena = reader_arena(n->facts);
    const char *value = nginx_words(arena, n->directives[at].words, n->directives[at].count);
    for (size_t i = 0; i < WORDS_LINES_MAX && (at = n->directives[at].same); i++)
        value = arena_printf(arena, "%s %s", value,
                             nginx_words(arena, n->directives[at].words, n->directives[at].count));
    if (at && n->directives[at].same)
        reader_problem(n->facts, n->directives[at].item, n->directives[at].line,
                       "the same directive on more than %d lines", WORDS_LINES_MAX);
    return value;
}

/* All of the set that stands in one block. */
static struct rc put_set(struct spot *spot, const struct known *known, size_t at, bool inherited)
{
    const struct nginx *n = spot->n;
    const struct nginx_directive *d = &n->directives[at];
    if (known->kind == WORDS)
        return put(spot, known, d->name, add_up(n, at), d, inherited);
    if (known->kind != SEVERAL && d->same)
        reader_problem(n->facts, n->directives[d->same].item, n->directives[d->same].line,
                       "nginx refuses %s twice in a block", known->name);
    for (; at && spot->rows; at = known->kind == SEVERAL ? d->same : 0) {
        d = &n->directives[at];
        TRY(put(spot, known, d->name, nginx_words(reader_arena(n->facts), d->words, d->count), d,
                inherited));
    }
    return RC_OK;
}

static struct rc put_known(struct spot *spot, size_t number)
{
    const struct nginx *n = spot->n;
    for (size_t b = spot->block;; b = n->blocks[b].parent) {
        size_t at = spot->firsts[b * COUNT_OF(all) + number];
        if (at)
            return put_set(spot, &all[number], at, b != spot->block);
        if (b == 0)
            break;
    }
    return put(spot, &all[number], all[number].name, all[number].standard, NULL, false);
}

/* The server that a block lies in, or is; 0 for none. */
static size_t server_of(const struct nginx *n, size_t block)
{
    while (block && strcmp(n->blocks[block].kind, "server") != 0)
        block = n->blocks[block].parent;
    return block;
}

static bool is_spot(const struct nginx_block *block)
{
    return strcmp(block->protocol, "http") == 0 &&
           (strcmp(block->kind, "server") == 0 || strcmp(block->kind, "location") == 0);
}

struct rc nginx_effect(struct nginx *n)
{
    size_t *firsts = find_firsts(n);
    struct spot spot = {.n = n, .firsts = firsts, .rows = NGINX_EFFECTS_MAX};
    struct rc rc = RC_OK;
    for (size_t b = 1; b < n->block_count && spot.rows && !failed(rc); b++) {
        if (!is_spot(&n->blocks[b]) || !server_of(n, b))
            continue;
        spot.server = server_of(n, b);
        spot.block = b;
        for (size_t i = 0; i < COUNT_OF(all) && !failed(rc); i++)
            rc = put_known(&spot, i);
    }
    mem_free(firsts);
    return rc;
}

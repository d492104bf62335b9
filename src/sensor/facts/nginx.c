/*
 * nginx: web servers by their nginx.conf and what it includes; of the places that packages and
 * builds use, each one that is there is an instance.
 *
 *   words -> statements (nginx_token.c) -> blocks and directives -> tables
 *                                                               \-> what holds (nginx_effect.c)
 *
 * Relative paths start from the folder of nginx.conf. Blocks of Lua code follow another grammar:
 * they are refused, and what follows in that file is not read.
 */
#include "sensor/facts/nginx.h"

#include <string.h>

static const char *const places[] = {"/etc/nginx/nginx.conf", "/usr/local/nginx/conf/nginx.conf",
                                     "/usr/local/openresty/nginx/conf/nginx.conf",
                                     "/www/server/nginx/conf/nginx.conf"};

static const struct column instance_columns[] = {
    {"instance", COLUMN_TEXT, "", "path of its nginx.conf"},
};
static const struct table instance_table = {"nginx_instance", "One row for each nginx.conf.",
                                            instance_columns, COUNT_OF(instance_columns)};

static const struct column block_columns[] = {
    {"instance", COLUMN_TEXT, "", "path of its nginx.conf"},
    {"block", COLUMN_INTEGER, "", "its number; 0 is the file as a whole"},
    {"parent", COLUMN_INTEGER, "", "number of the block around it; NULL for 0"},
    {"kind", COLUMN_TEXT, "", "main, events, http, server, location, upstream, if, map, ..."},
    {"name", COLUMN_TEXT, "", "its words: of a location what it matches; of a server its names"},
    {"protocol", COLUMN_TEXT, "", "http, stream or mail; '' outside of them"},
};
static const struct table block_table = {"nginx_block", "The blocks of nginx's configuration.",
                                         block_columns, COUNT_OF(block_columns)};

static const struct column directive_columns[] = {
    {"instance", COLUMN_TEXT, "", "path of its nginx.conf"},
    {"block", COLUMN_INTEGER, "", "number of the block it stands in"},
    {"name", COLUMN_TEXT, "", "the directive; in a map, what is mapped"},
    {"value", COLUMN_TEXT, "", "its words with blanks between"},
};
static const struct table directive_table = {
    "nginx_directive", "The directives of nginx's configuration as they are written.",
    directive_columns, COUNT_OF(directive_columns)};

static const struct column listen_columns[] = {
    {"instance", COLUMN_TEXT, "", "path of its nginx.conf"},
    {"server", COLUMN_INTEGER, "", "number of the server's block"},
    {"names", COLUMN_TEXT, "", "its server_name; '' when it has none"},
    {"address", COLUMN_TEXT, "", "'*' = every address; unix:/path for a socket"},
    {"port", COLUMN_INTEGER, "", "NULL for a socket"},
    {"tls", COLUMN_INTEGER, "", "1 = TLS is spoken"},
    {"protocol", COLUMN_TEXT, "", "http, stream or mail"},
};
static const struct table listen_table = {"nginx_listen", "Where the servers of nginx listen.",
                                          listen_columns, COUNT_OF(listen_columns)};

static const struct table *const tables[] = {
    &instance_table, &block_table, &directive_table, &listen_table, &nginx_effective_table, NULL};

/* ---- collecting ------------------------------------------------------------------------ */

/* With its last slash. */
static const char *folder_of(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    return view_text(arena, (struct view){path, slash ? (size_t)(slash - path + 1) : 0});
}

/* A relative path starts from the folder of the nginx.conf that led here: that of the place it lies
 * below, or any of them. */
static void add_path(struct arena *arena, const char *from, const char *path,
                     void (*add)(void *context, const char *pattern), void *context)
{
    bool below = false;
    if (path[0] == '/') {
        add(context, path);
        return;
    }
    for (size_t pass = 0; pass < 2 && !below; pass++)
        for (size_t i = 0; i < COUNT_OF(places); i++) {
            const char *folder = folder_of(arena, places[i]);
            bool mine = strncmp(from, folder, strlen(folder)) == 0;
            below = below || mine;
            if (mine || pass == 1)
                add(context, arena_printf(arena, "%s%s", folder, path));
        }
}

static struct nginx_tokens *tokens_new(struct arena *arena, struct view text)
{
    struct nginx_tokens *tokens = arena_take(arena, sizeof *tokens);
    *tokens = (struct nginx_tokens){.arena = arena, .rest = text, .line = 1};
    return tokens;
}

static bool is_lua(const struct nginx_statement *statement)
{
    return view_ends(view_of(statement->words[0]), "_by_lua_block");
}

static void follow(const char *path, struct view bytes,
                   void (*add)(void *context, const char *pattern), void *context)
{
    const char *nul = bytes.len ? memchr(bytes.ptr, '\0', bytes.len) : NULL;
    if (nul)
        bytes.len = (size_t)(nul - bytes.ptr);
    struct arena *arena = arena_new();
    struct nginx_tokens *tokens = tokens_new(arena, bytes);
    for (;;) {
        struct nginx_statement s;
        enum nginx_end end = nginx_next(tokens, &s);
        if (end == NGINX_EOF || end == NGINX_BAD || (end == NGINX_OPEN && is_lua(&s)))
            break;
        if (end == NGINX_SEMICOLON && s.count == 2 && strcmp(s.words[0], "include") == 0 &&
            s.words[1][0])
            add_path(arena, path, s.words[1], add, context);
    }
    arena_free(arena);
}

#define PLACE(path)                                                                                \
    {.kind = ITEM_FILE,                                                                            \
     .pattern = (path),                                                                            \
     .max = (size_t)1 << 20,                                                                       \
     .follow = follow,                                                                             \
     .reduce = secret_reduce_nginx},                                                               \
    {                                                                                              \
        .kind = ITEM_STAT, .pattern = (path)                                                       \
    }

static const struct source sources[] = {
    PLACE("/etc/nginx/nginx.conf"),
    PLACE("/usr/local/nginx/conf/nginx.conf"),
    PLACE("/usr/local/openresty/nginx/conf/nginx.conf"),
    PLACE("/www/server/nginx/conf/nginx.conf"),
};

/* ---- blocks and directives ------------------------------------------------------------- */

const char *nginx_words(struct arena *arena, const char *const *words, size_t count)
{
    struct buf text = {0};
    buf_add_text(&text, "");
    for (size_t i = 0; i < count; i++)
        buf_printf(&text, "%s%s", i ? " " : "", words[i]);
    const char *copy = arena_text(arena, text.ptr);
    buf_free(&text);
    return copy;
}

static size_t add_block(struct nginx *n, struct nginx_block block)
{
    if (n->block_count == n->block_room) {
        n->block_room = n->block_room ? 2 * n->block_room : 32;
        n->blocks = mem_resize(n->blocks, n->block_room * sizeof *n->blocks);
    }
    n->blocks[n->block_count] = block;
    return n->block_count++;
}

static void add_directive(struct nginx *n, size_t block, const struct nginx_statement *s,
                          const struct item *item)
{
    if (n->directive_count == n->directive_room) {
        n->directive_room = n->directive_room ? 2 * n->directive_room : 256;
        n->directives = mem_resize(n->directives, n->directive_room * sizeof *n->directives);
    }
    if (n->directive_count == 0)
        n->directives[n->directive_count++] = (struct nginx_directive){0};
    size_t number = n->directive_count++;
    n->directives[number] = (struct nginx_directive){
        .block = block,
        .name = s->words[0],
        .words = s->words + 1,
        .count = s->count - 1,
        .item = item,
        .line = s->line,
    };
    struct nginx_block *b = &n->blocks[block];
    if (b->last)
        n->directives[b->last].next = number;
    else
        b->first = number;
    b->last = number;
}

/* ---- files ----------------------------------------------------------------------------- */

/* A file being read, and those that led to it. */
struct file {
    const struct file *from;
    const struct item *item;
    const char *path;
    size_t depth;                 /* of includes */
    size_t open[NGINX_DEPTH_MAX]; /* blocks that this file opened */
    size_t open_count;
    size_t block; /* that the next directive stands in */
    size_t blocks_around;
};

static struct rc read_file(struct nginx *n, const char *path, const struct file *from,
                           uint32_t line);

static bool leads_to(const struct file *file, const char *path)
{
    for (; file; file = file->from)
        if (strcmp(file->path, path) == 0)
            return true;
    return false;
}

static struct rc include(struct nginx *n, const struct file *file, const struct nginx_statement *s)
{
    struct facts *facts = n->facts;
    if (s->count != 2 || !s->words[1][0]) {
        reader_problem(facts, file->item, s->line, "an include without its one path");
        return RC_OK;
    }
    const char *path = s->words[1][0] == '/'
                           ? s->words[1]
                           : arena_printf(reader_arena(facts), "%s%s", n->folder, s->words[1]);
    if (!strpbrk(path, "*?["))
        return read_file(n, path, file, s->line);
    const char *const *paths;
    size_t count;
    TRY(reader_files(facts, path, &paths, &count));
    for (size_t i = 0; i < count; i++)
        TRY(read_file(n, paths[i], file, s->line));
    return RC_OK;
}

/* The names of a server come after its brace: its block is named when it was read (name_servers).
 */
static const char *protocol_in(const struct nginx *n, size_t parent, const char *kind)
{
    static const char *const protocols[] = {"http", "stream", "mail"};
    for (size_t i = 0; parent == 0 && i < COUNT_OF(protocols); i++)
        if (strcmp(kind, protocols[i]) == 0)
            return protocols[i];
    return n->blocks[parent].protocol;
}

/* False, with a problem, where the file cannot be read on. */
static bool open_block(struct nginx *n, struct file *file, const struct nginx_statement *s)
{
    if (is_lua(s)) {
        reader_problem(n->facts, file->item, s->line, "%s: blocks of Lua code are not read",
                       s->words[0]);
        return false;
    }
    if (file->blocks_around + file->open_count >= NGINX_DEPTH_MAX ||
        n->block_count >= NGINX_BLOCKS_MAX) {
        reader_problem(n->facts, file->item, s->line, "too many blocks, or too deep");
        return false;
    }
    const char *kind = s->words[0];
    file->open[file->open_count++] = file->block;
    file->block =
        add_block(n, (struct nginx_block){
                         .parent = file->block,
                         .kind = kind,
                         .name = nginx_words(reader_arena(n->facts), s->words + 1, s->count - 1),
                         .protocol = protocol_in(n, file->block, kind),
                         .item = file->item,
                         .line = s->line,
                     });
    return true;
}

static struct rc take_statement(struct nginx *n, struct file *file, const struct nginx_statement *s)
{
    if (strcmp(s->words[0], "include") == 0)
        return include(n, file, s);
    if (n->directive_count < NGINX_DIRECTIVES_MAX)
        add_directive(n, file->block, s, file->item);
    else
        reader_problem(n->facts, file->item, s->line, "more than %d directives",
                       NGINX_DIRECTIVES_MAX);
    return RC_OK;
}

static struct rc read_statements(struct nginx *n, struct file *file, struct view text)
{
    struct nginx_tokens *tokens = tokens_new(reader_arena(n->facts), text);
    struct nginx_statement s;
    for (;;) {
        switch (nginx_next(tokens, &s)) {
        case NGINX_SEMICOLON:
            TRY(take_statement(n, file, &s));
            break;
        case NGINX_OPEN:
            if (!open_block(n, file, &s))
                return RC_OK;
            break;
        case NGINX_CLOSE:
            if (file->open_count == 0) {
                reader_problem(n->facts, file->item, s.line, "a brace closes nothing");
                return RC_OK;
            }
            file->block = file->open[--file->open_count];
            break;
        case NGINX_EOF:
            if (file->open_count)
                reader_problem(n->facts, file->item, s.line, "a block is not closed");
            return RC_OK;
        case NGINX_BAD:
            reader_problem(n->facts, file->item, s.line, "nginx refuses this: %s", s.bad);
            return RC_OK;
        }
    }
}

/* A file of an include that is no pattern must be there. */
static struct rc read_file(struct nginx *n, const char *path, const struct file *from,
                           uint32_t line)
{
    struct facts *facts = n->facts;
    const struct item *around = from ? from->item : NULL;
    if (leads_to(from, path) || (from && from->depth >= NGINX_INCLUDE_MAX)) {
        reader_problem(facts, around, line, "%s includes itself, or too deep", path);
        return RC_OK;
    }
    const struct item *item = reader_file(facts, path);
    if (item && item->status == ITEM_ABSENT)
        reader_problem(facts, around, line, "%s, which it includes, is not there", path);
    struct view text = reader_text(facts, item);
    n->bytes += text.len;
    if (n->files++ >= NGINX_FILES_MAX || n->bytes > NGINX_BYTES_MAX) {
        reader_problem(facts, around ? around : item, line, "includes lead to too much");
        return RC_OK;
    }
    struct file file = {.from = from, .item = item, .path = path};
    if (from) {
        file.depth = from->depth + 1;
        file.block = from->block;
        file.blocks_around = from->blocks_around + from->open_count;
    }
    return read_statements(n, &file, text);
}

/* ---- rows ------------------------------------------------------------------------------ */

static const struct nginx_directive *find_in(const struct nginx *n, size_t block, const char *name,
                                             size_t *at)
{
    for (*at = *at ? n->directives[*at].next : n->blocks[block].first; *at;
         *at = n->directives[*at].next)
        if (strcmp(n->directives[*at].name, name) == 0)
            return &n->directives[*at];
    return NULL;
}

/* All server_name of a server, for those who read a report. */
static const char *names_of(const struct nginx *n, size_t block)
{
    struct arena *arena = reader_arena(n->facts);
    const char *names = "";
    const struct nginx_directive *d;
    for (size_t at = 0; (d = find_in(n, block, "server_name", &at));) {
        const char *more = nginx_words(arena, d->words, d->count);
        names = names[0] ? arena_printf(arena, "%s %s", names, more) : more;
    }
    return names;
}

static struct rc put_block(const struct nginx *n, size_t number)
{
    const struct nginx_block *b = &n->blocks[number];
    struct cell cells[] = {
        cell_text(n->instance),
        cell_integer((int64_t)number),
        number ? cell_integer((int64_t)b->parent) : cell_null(),
        cell_text(b->kind),
        cell_text(b->name),
        cell_text(b->protocol),
    };
    return reader_row(n->facts, &block_table, cells, b->item, b->line);
}

static struct rc put_directives(const struct nginx *n, size_t block)
{
    for (size_t at = n->blocks[block].first; at; at = n->directives[at].next) {
        const struct nginx_directive *d = &n->directives[at];
        struct cell cells[] = {
            cell_text(n->instance),
            cell_integer((int64_t)block),
            cell_text(d->name),
            cell_text(nginx_words(reader_arena(n->facts), d->words, d->count)),
        };
        TRY(reader_row(n->facts, &directive_table, cells, d->item, d->line));
    }
    return RC_OK;
}

/* "443", "*:443", "127.0.0.1", "[::]:80", "unix:/run/x"; a name or address without port has 80. */
static struct rc put_listen(const struct nginx *n, size_t block, const struct nginx_directive *d,
                            const char *place, bool tls)
{
    struct arena *arena = reader_arena(n->facts);
    const char *colon = strrchr(place, ':'), *bracket = strrchr(place, ']');
    struct view address = view_of(place), port = {NULL, 0};
    bool socket = strncmp(place, "unix:", 5) == 0;
    int64_t number = 80;
    if (!socket && view_integer(address, &number))
        address = VIEW("*");
    else if (!socket && colon && (!bracket || colon > bracket)) {
        port = view_from(address, (size_t)(colon - place + 1));
        address.len = (size_t)(colon - place);
    }
    bool good = !port.ptr || (view_integer(port, &number) && number > 0 && number < 65536);
    if (!good && d)
        reader_problem(n->facts, d->item, d->line, "listen %s: no port", place);
    struct cell cells[] = {
        cell_text(n->instance),
        cell_integer((int64_t)block),
        cell_text(n->blocks[block].name),
        cell_text(view_text(arena, address)),
        socket || !good ? cell_null() : cell_integer(number),
        cell_integer(tls),
        cell_text(n->blocks[block].protocol),
    };
    const struct nginx_block *b = &n->blocks[block];
    return reader_row(n->facts, &listen_table, cells, d ? d->item : b->item, d ? d->line : b->line);
}

static bool has_word(const struct nginx_directive *d, const char *word)
{
    for (size_t i = 1; i < d->count; i++)
        if (strcmp(d->words[i], word) == 0)
            return true;
    return false;
}

/* `ssl on` made all of a server's places speak TLS, until release 1.25. */
static struct rc put_listens(const struct nginx *n, size_t block)
{
    size_t at = 0;
    const struct nginx_directive *d = find_in(n, block, "ssl", &at);
    bool ssl = d && d->count == 1 && strcmp(d->words[0], "on") == 0, any = false;
    for (at = 0; (d = find_in(n, block, "listen", &at)); any = true)
        if (d->count)
            TRY(put_listen(n, block, d, d->words[0],
                           ssl || has_word(d, "ssl") || has_word(d, "quic")));
    return any ? RC_OK : put_listen(n, block, NULL, "80", ssl);
}

static bool is_server(const struct nginx_block *block)
{
    return strcmp(block->kind, "server") == 0 && block->protocol[0] && block->name[0] == '\0';
}

static struct rc put_rows(struct nginx *n)
{
    struct cell instance = cell_text(n->instance);
    TRY(reader_row(n->facts, &instance_table, &instance, n->blocks[0].item, 0));
    for (size_t b = 0; b < n->block_count; b++) {
        bool server = is_server(&n->blocks[b]) &&
                      strcmp(n->blocks[n->blocks[b].parent].kind, "upstream") != 0;
        if (server)
            n->blocks[b].name = names_of(n, b);
        TRY(put_block(n, b));
        TRY(put_directives(n, b));
        if (server)
            TRY(put_listens(n, b));
    }
    return nginx_effect(n);
}

static struct rc read_instance(struct facts *facts, const char *path)
{
    struct nginx n = {
        .facts = facts, .instance = path, .folder = folder_of(reader_arena(facts), path)};
    reader_for_instance(facts, path);
    const struct item *item = reader_file(facts, path);
    add_block(&n, (struct nginx_block){.kind = "main", .name = "", .protocol = "", .item = item});
    struct rc rc = read_file(&n, path, NULL, 0);
    if (!failed(rc))
        rc = put_rows(&n);
    mem_free(n.blocks);
    mem_free(n.directives);
    return rc;
}

static struct rc read_nginx(struct facts *facts)
{
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        reader_for_instance(facts, NULL);
        const struct item *there = reader_stat(facts, places[i]);
        if (there && there->status == ITEM_OK)
            TRY(read_instance(facts, places[i]));
    }
    return RC_OK;
}

const struct reader reader_nginx = {"nginx", tables, sources, COUNT_OF(sources), read_nginx};

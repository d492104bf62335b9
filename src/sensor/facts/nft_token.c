/*
 * nft_token: the words of nftables.conf. Includes are read in place, names ($name) are replaced by
 * what was defined. Both are bounded: a file that includes itself ends at NFT_DEPTH_MAX, with a
 * problem, as nft itself refuses it.
 *
 *   frames    the files and names we are inside of; the top one gives the next token
 *
 *     nftables.conf  ->  include "a.nft"  ->  $ports  ->  { 22 , 443 }
 *         file               file              name          its tokens
 *
 * Views of words point into the bundle's bytes: nothing is copied, so that a set of a million
 * elements costs time and no memory. A depth alone is no bound: a file with forty includes of
 * itself would be read 40^16 times. Therefore the reads, their bytes and the tokens of names are
 * counted.
 */
#include "sensor/facts/nft.h"

#include <string.h>

void nft_problem(struct nft *nft, const struct nft_token *at, const char *what)
{
    reader_problem(nft->facts, at->item, at->line, "%s: %.*s", what,
                   (int)(at->text.len < 60 ? at->text.len : 60), at->text.ptr ? at->text.ptr : "");
}

bool nft_is(const struct nft_token *token, const char *text)
{
    return (token->kind == NFT_WORD || token->kind == NFT_MARK) && view_is(token->text, text);
}

/* ---- frames ------------------------------------------------------------------------------- */

/* nft refuses deeper includes too. */
static struct nft_frame *push(struct nft *nft, const struct nft_token *at)
{
    if (nft->depth == NFT_DEPTH_MAX) {
        nft_problem(nft, at, "files or names that contain themselves, or too deep");
        return NULL;
    }
    return &nft->frames[nft->depth++];
}

void nft_push_file(struct nft *nft, const char *path, const struct nft_token *at)
{
    const struct item *item = reader_file(nft->facts, path);
    if (at && (!item || item->status == ITEM_ABSENT))
        nft_problem(nft, at, "an included file is not there");
    /* The depth alone does not end files that include themselves many times. */
    nft->bytes += item ? item->bytes.len : 0;
    if (at && (nft->files++ >= NFT_FILES_MAX || nft->bytes > NFT_BYTES_MAX)) {
        nft_problem(nft, at, "too many files, or files that contain themselves");
        return;
    }
    struct nft_frame *frame = push(nft, at);
    if (frame)
        *frame = (struct nft_frame){
            .item = item, .path = path, .rest = reader_text(nft->facts, item), .line = 1};
}

void nft_push_files(struct nft *nft, const char *const *paths, size_t count,
                    const struct nft_token *at)
{
    struct nft_frame *frame = push(nft, at);
    if (frame)
        *frame = (struct nft_frame){
            .item = at->item, .line = at->line, .paths = paths, .path_count = count};
}

void nft_push_name(struct nft *nft, const struct nft_name *name, const struct nft_token *at)
{
    struct nft_frame *frame = push(nft, at);
    if (frame)
        *frame = (struct nft_frame){.item = at->item, .line = at->line, .name = name};
}

/* ---- bytes -------------------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

static bool is_mark(char c)
{
    return c && strchr("{}();,=!<>", c);
}

static void skip(struct nft_frame *frame, size_t count)
{
    frame->rest = view_from(frame->rest, count);
}

/* Blanks, comments, and line ends behind a backslash. */
static void skip_blanks(struct nft_frame *frame)
{
    while (frame->rest.len) {
        const char *p = frame->rest.ptr;
        if (is_blank(p[0])) {
            skip(frame, 1);
        } else if (p[0] == '\\' && frame->rest.len > 1 && p[1] == '\n') {
            frame->line++;
            skip(frame, 2);
        } else if (p[0] == '#') {
            const char *end = memchr(p, '\n', frame->rest.len);
            skip(frame, end ? (size_t)(end - p) : frame->rest.len);
        } else {
            return;
        }
    }
}

/* Comparisons are two characters. */
static size_t mark_length(struct view rest)
{
    bool pair = rest.len > 1 && rest.ptr[1] == '=' && strchr("=!<>", rest.ptr[0]);
    return pair ? 2 : 1;
}

static size_t word_length(struct view rest)
{
    size_t n = 0;
    while (n < rest.len && !is_blank(rest.ptr[n]) && !is_mark(rest.ptr[n]) && rest.ptr[n] != '\n' &&
           rest.ptr[n] != '"' && rest.ptr[n] != '#')
        n++;
    return n ? n : 1;
}

static struct nft_token string_token(struct nft *nft, struct nft_frame *frame)
{
    const char *start = frame->rest.ptr + 1;
    size_t left = frame->rest.len - 1;
    const char *end = memchr(start, '"', left), *line = memchr(start, '\n', left);
    struct nft_token token = {NFT_STRING, {start, 0}, frame->item, frame->line};
    if (!end || (line && line < end)) {
        token.text.len = line ? (size_t)(line - start) : left;
        nft_problem(nft, &token, "a text without its end");
        skip(frame, token.text.len + 1);
        return token;
    }
    token.text.len = (size_t)(end - start);
    skip(frame, token.text.len + 2);
    return token;
}

static struct nft_token file_token(struct nft *nft, struct nft_frame *frame)
{
    skip_blanks(frame);
    struct nft_token token = {NFT_END, {"", 0}, frame->item, frame->line};
    size_t length = 0;
    if (frame->rest.len == 0)
        return token;
    if (frame->rest.ptr[0] == '"')
        return string_token(nft, frame);
    if (frame->rest.ptr[0] == '\n') {
        token.kind = NFT_LINE;
        length = 1;
        frame->line++;
    } else if (is_mark(frame->rest.ptr[0])) {
        token.kind = NFT_MARK;
        length = mark_length(frame->rest);
    } else {
        token.kind = NFT_WORD;
        length = word_length(frame->rest);
    }
    token.text = (struct view){frame->rest.ptr, length};
    skip(frame, length);
    return token;
}

/* ---- names -------------------------------------------------------------------------------- */

/* The last definition of a name counts. */
static const struct nft_name *find_name(const struct nft *nft, struct view name)
{
    for (size_t i = nft->name_count; i-- > 0;)
        if (view_equal(nft->names[i].name, name))
            return &nft->names[i];
    return NULL;
}

/* A word "$name": its tokens come next. False when the token stands as it is. */
static bool expand(struct nft *nft, const struct nft_token *token)
{
    if (token->kind != NFT_WORD || !view_starts(token->text, "$"))
        return false;
    const struct nft_name *name = find_name(nft, view_from(token->text, 1));
    if (name && (nft->expanded += name->count + 1) < NFT_EXPAND_MAX) {
        nft_push_name(nft, name, token);
        return true;
    }
    nft_problem(nft, token, name ? "names that stand for too much" : "a name that is not defined");
    return false;
}

static struct nft_token name_token(struct nft_frame *frame)
{
    struct nft_token token = {NFT_END, {"", 0}, frame->item, frame->line};
    if (frame->next < frame->name->count) {
        token = frame->name->tokens[frame->next++];
        token.item = frame->item; /* a problem is where the name is used */
        token.line = frame->line;
    }
    return token;
}

/* The next file of a pattern comes on top of it. */
static void next_file(struct nft *nft, struct nft_frame *frame)
{
    struct nft_token at = {NFT_LINE, {"", 0}, frame->item, frame->line};
    if (frame->next == frame->path_count) {
        nft->depth--;
        return;
    }
    size_t number = frame->next++;
    if (nft->depth == NFT_DEPTH_MAX)
        frame->next = frame->path_count; /* none of them can be read */
    nft_push_file(nft, frame->paths[number], &at);
}

/* Frames that are used up are left; what lies below goes on where it stood. */
static struct nft_token read_token(struct nft *nft)
{
    struct nft_token token = {NFT_END, {"", 0}, NULL, 0};
    while (nft->depth) {
        struct nft_frame *frame = &nft->frames[nft->depth - 1];
        if (frame->paths) {
            next_file(nft, frame);
            continue;
        }
        token = frame->name ? name_token(frame) : file_token(nft, frame);
        if (token.kind == NFT_END) {
            bool was_file = !frame->name;
            nft->depth--;
            if (was_file && nft->depth) { /* a file ends its last line */
                token.kind = NFT_LINE;
                return token;
            }
            continue;
        }
        if (!expand(nft, &token))
            return token;
    }
    return token;
}

struct nft_token nft_next(struct nft *nft)
{
    if (nft->has_token) {
        nft->has_token = false;
        return nft->token;
    }
    return read_token(nft);
}

struct nft_token nft_peek(struct nft *nft)
{
    if (!nft->has_token) {
        nft->token = read_token(nft);
        nft->has_token = true;
    }
    return nft->token;
}

/* ---- includes ----------------------------------------------------------------------------- */

/* nft looks below /etc for a name that does not begin with a slash. */
const char *nft_include_path(struct arena *arena, struct view name)
{
    if (name.len == 0 || name.len > 1024 || memchr(name.ptr, '\0', name.len) ||
        view_starts(name, "./") || view_starts(name, "../"))
        return NULL;
    if (name.ptr[0] == '/')
        return view_text(arena, name);
    return arena_printf(arena, "/etc/%.*s", (int)name.len, name.ptr);
}

/* Whatever looks like an include is fetched; what of it counts, the reader decides. */
void nft_follow(const char *path, struct view bytes,
                void (*add)(void *context, const char *pattern), void *context)
{
    struct arena *arena = arena_new();
    (void)path;
    while (bytes.len) {
        const char *at = memmem(bytes.ptr, bytes.len, "include", strlen("include"));
        if (!at)
            break;
        bytes = view_from(bytes, (size_t)(at - bytes.ptr) + strlen("include"));
        struct view line = bytes, text, name;
        line.len = line.len > 2048 ? 2048 : line.len;
        if (!view_line(&line, &text))
            break;
        text = view_trim(text);
        if (!view_starts(text, "\"") || !view_cut(&text, '"', &name) ||
            !view_cut(&text, '"', &name))
            continue;
        const char *pattern = nft_include_path(arena, name);
        if (pattern)
            add(context, pattern);
    }
    arena_free(arena);
}

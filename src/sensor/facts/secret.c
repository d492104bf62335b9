/*
 * secret: password hashes become tokens before they are stored, so that a bundle holds no secret.
 *
 *   root:$6$salt$hash:19000:...   ->   root:{sha512,5000}:19000:...
 *   bin:!!:...                    ->   bin:!!:...
 *   eve:secret:...                ->   eve:?:...          no hash can match a text like this
 *
 * A token is: leading '!' and '*' as they stand, then nothing, "x", "?", "{algorithm}" or
 * "{algorithm,rounds}". A hash that strayed into another field becomes "{secret}"; a line without
 * any ':' becomes "?". Lines keep their numbers. Hash forms: crypt(5) of libxcrypt.
 */
#include "sensor/facts/reader.h"

#include <stdlib.h>
#include <string.h>

/* ---- hashes ---------------------------------------------------------------------------- */

struct method {
    const char *prefix;
    const char *algorithm;
    int64_t rounds; /* unless the hash says otherwise; 0: not known */
};

static const struct method methods[] = {
    {"$1$", "md5", 1000},          {"$2$", "blowfish", 0},       {"$2a$", "blowfish", 0},
    {"$2b$", "blowfish", 0},       {"$2x$", "blowfish", 0},      {"$2y$", "blowfish", 0},
    {"$5$", "sha256", 5000},       {"$6$", "sha512", 5000},      {"$7$", "scrypt", 0},
    {"$y$", "yescrypt", 0},        {"$gy$", "gost-yescrypt", 0}, {"$sm3$", "sm3", 5000},
    {"$sm3y$", "sm3-yescrypt", 0},
};

static bool is_hash_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '.' && c <= '9');
}

static size_t hash_chars(struct view v)
{
    size_t n = 0;
    while (n < v.len && is_hash_char(v.ptr[n]))
        n++;
    return n;
}

static int64_t rounds_of(const struct method *method, struct view after)
{
    struct view number;
    int64_t n;
    if (strcmp(method->algorithm, "blowfish") == 0) {
        bool is_cost = view_cut(&after, '$', &number) && view_integer(number, &n);
        return is_cost && n >= 0 && n < 32 ? (int64_t)1 << n : 0;
    }
    if (!method->rounds || !view_starts(after, "rounds="))
        return method->rounds;
    after = view_from(after, strlen("rounds="));
    return view_cut(&after, '$', &number) && view_integer(number, &n) && n > 0 ? n : 0;
}

/* Whether the text is a hash, and of which kind. */
static bool classify(struct view v, const char **algorithm, int64_t *rounds)
{
    *rounds = 0;
    *algorithm = "unknown";
    for (size_t i = 0; i < COUNT_OF(methods); i++)
        if (view_starts(v, methods[i].prefix)) {
            *algorithm = methods[i].algorithm;
            *rounds = rounds_of(&methods[i], view_from(v, strlen(methods[i].prefix)));
            return true;
        }
    if (v.len > 1 && v.ptr[0] == '$')
        return true;
    if (v.len == 20 && v.ptr[0] == '_' && hash_chars(view_from(v, 1)) == 19) {
        *algorithm = "bsdi";
        return true;
    }
    /* Traditional DES; bigcrypt adds 11 characters for each 8 of the password. */
    if (v.len >= 13 && (v.len - 13) % 11 == 0 && hash_chars(v) == v.len) {
        *algorithm = "des";
        *rounds = 25;
        return true;
    }
    return false;
}

/* ---- reducing -------------------------------------------------------------------------- */

static void reduce_password(struct view v, struct buf *out)
{
    const char *algorithm;
    int64_t rounds;
    while (v.len && (v.ptr[0] == '!' || v.ptr[0] == '*')) {
        buf_add_char(out, v.ptr[0]);
        v = view_from(v, 1);
    }
    if (v.len == 0)
        return;
    if (classify(v, &algorithm, &rounds)) {
        buf_printf(out, "{%s", algorithm);
        if (rounds)
            buf_printf(out, ",%lld", (long long)rounds);
        buf_add_char(out, '}');
    } else {
        buf_add_char(out, view_is(v, "x") ? 'x' : '?');
    }
}

/* Something like $6$ anywhere in it. */
static bool holds_hash(struct view v)
{
    for (size_t i = 0; i + 2 < v.len; i++) {
        size_t n = 1;
        while (v.ptr[i] == '$' && n <= 6 && i + n < v.len && is_hash_char(v.ptr[i + n]))
            n++;
        if (v.ptr[i] == '$' && n > 1 && i + n < v.len && v.ptr[i + n] == '$')
            return true;
    }
    return false;
}

static bool is_number(struct view v)
{
    int64_t n;
    return v.len == 0 || view_integer(view_trim(v), &n);
}

/* A line of NIS ("+", "+@admins", "-eve") has no secret and may have no ':'. */
static bool is_nis_name(struct view v)
{
    return v.len <= 64 && (v.ptr[0] == '+' || v.ptr[0] == '-') && !memchr(v.ptr, '$', v.len);
}

static void reduce_line(struct view line, bool numbers_only, struct buf *out)
{
    struct view rest = line, field;
    if (line.len == 0)
        return;
    if (!memchr(line.ptr, ':', line.len)) {
        if (is_nis_name(line))
            buf_add_view(out, line);
        else
            buf_add_char(out, line.ptr[0] == '#' ? '#' : '?');
        return;
    }
    for (int number = 1; view_cut(&rest, ':', &field); number++) {
        if (number > 1)
            buf_add_char(out, ':');
        if (number == 2)
            reduce_password(field, out);
        else if (number > 2 && numbers_only && !is_number(field))
            buf_add_char(out, '?');
        else if (holds_hash(field))
            buf_add_text(out, "{secret}");
        else
            buf_add_view(out, field);
    }
}

static void reduce_lines(struct view bytes, bool numbers_only, struct buf *out)
{
    struct view line;
    while (view_line(&bytes, &line)) {
        bool is_crlf = line.len && line.ptr[line.len - 1] == '\r';
        if (is_crlf)
            line.len--;
        reduce_line(line, numbers_only, out);
        if (is_crlf)
            buf_add_char(out, '\r');
        if (bytes.ptr) /* the last line may lack its newline */
            buf_add_char(out, '\n');
    }
}

void secret_reduce(struct view bytes, struct buf *out)
{
    reduce_lines(bytes, false, out);
}

void secret_reduce_shadow(struct view bytes, struct buf *out)
{
    reduce_lines(bytes, true, out);
}

/* ---- tokens ---------------------------------------------------------------------------- */

static bool parse_braces(struct view v, struct secret *out)
{
    struct view rounds;
    if (v.len < 3 || v.ptr[0] != '{' || v.ptr[v.len - 1] != '}')
        return false;
    struct view inside = {v.ptr + 1, v.len - 2};
    if (!view_cut(&inside, ',', &out->algorithm) || out->algorithm.len == 0)
        return false;
    return !view_cut(&inside, ',', &rounds) || view_integer(rounds, &out->rounds);
}

struct secret secret_parse(struct view token)
{
    struct secret secret = {.state = "none"};
    size_t prefix = 0;
    while (prefix < token.len && (token.ptr[prefix] == '!' || token.ptr[prefix] == '*'))
        prefix++;
    struct view rest = view_from(token, prefix);
    if (token.len == 0)
        secret.state = "empty";
    else if (parse_braces(rest, &secret))
        secret.state = prefix ? "locked" : "set";
    else
        secret = (struct secret){.state = view_is(token, "x") ? "shadow" : "none"};
    return secret;
}

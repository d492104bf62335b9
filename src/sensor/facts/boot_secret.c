/*
 * boot_secret: what of a boot loader's configuration enters the bundle. Lines keep their numbers:
 *
 *   password_pbkdf2 root grub.pbkdf2.sha512.10000.SALT.HASH -> ...
 * grub.pbkdf2.sha512.10000.{secret} password root letmein                                   ->
 * password root {secret}
 */
#include "sensor/facts/boot.h"

#include <string.h>

#define HASH_PREFIX "grub.pbkdf2."

static bool is_end(char c)
{
    return strchr(" \t\r\"';}", c) != NULL;
}

/* Copies a hash that starts at `at` up to its rounds; gives where it ends. */
static size_t reduce_hash(struct view line, size_t at, struct buf *out)
{
    size_t dots = 0, i = at;
    for (; i < line.len && !is_end(line.ptr[i]) && dots < 4; i++) {
        buf_add_char(out, line.ptr[i]);
        dots += line.ptr[i] == '.';
    }
    buf_add_text(out, "{secret}");
    while (i < line.len && !is_end(line.ptr[i]))
        i++;
    return i;
}

/* Hashes anywhere in the text. */
static void reduce_hashes(struct view line, struct buf *out)
{
    for (size_t i = 0; i < line.len;) {
        if (view_starts(view_from(line, i), HASH_PREFIX))
            i = reduce_hash(line, i, out);
        else
            buf_add_char(out, line.ptr[i++]);
    }
}

/* Whether `at` is where the word "password" or "password_pbkdf2" begins a command. */
static size_t command_at(struct view line, size_t at)
{
    static const char *const commands[] = {"password_pbkdf2", "password"};
    if (at && !strchr(" \t;{&|", line.ptr[at - 1]))
        return 0;
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        struct view rest = view_from(line, at);
        size_t n = strlen(commands[i]);
        if (view_starts(rest, commands[i]) && rest.len > n && strchr(" \t", rest.ptr[n]))
            return n;
    }
    return 0;
}

/* What stands behind the user's name is the secret, unless it is a hash or a variable. */
static void reduce_line(struct view line, struct buf *out)
{
    for (size_t i = 0; i < line.len; i++) {
        size_t n = command_at(line, i);
        if (n == 0)
            continue;
        struct view rest = view_from(line, i + n), user, before;
        if (!view_word(&rest, &user))
            break;
        before = (struct view){line.ptr, (size_t)(user.ptr + user.len - line.ptr)};
        rest = view_trim(rest);
        reduce_hashes(before, out);
        buf_add_char(out, ' ');
        if (view_starts(rest, HASH_PREFIX))
            reduce_hashes(rest, out);
        else if (view_starts(rest, "$") || view_starts(rest, "\\$") || rest.len == 0)
            buf_add_view(out, view_starts(rest, "${GRUB2_PASSWORD}") ? VIEW("${GRUB2_PASSWORD}")
                                                                     : VIEW("$"));
        else
            buf_add_text(out, "{secret}");
        return;
    }
    reduce_hashes(line, out);
}

void boot_reduce(struct view bytes, struct buf *out)
{
    struct view line;
    while (view_line(&bytes, &line)) {
        reduce_line(line, out);
        if (bytes.ptr)
            buf_add_char(out, '\n');
    }
}

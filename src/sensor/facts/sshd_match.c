/* sshd_match: match_cfg_line of OpenSSH 9.2, for syntax only. */
#include "sensor/facts/sshd_match.h"
#include "sensor/facts/sshd_line.h"
#include "sensor/facts/sshd_value.h"

#include <string.h>
#include <strings.h>

static bool argument_fits(const char *name, const char *argument)
{
    if (strcmp(name, "address") == 0 || strcmp(name, "localaddress") == 0)
        return sshd_address_list(argument);
    if (strcmp(name, "localport") == 0)
        return sshd_port(argument, 0) != SSHD_INVALID;
    return true;
}

static const char *criterion_name(const char *written)
{
    static const char *const names[] = {"user",    "group",        "host",     "address",
                                        "rdomain", "localaddress", "localport"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (strcasecmp(written, names[i]) == 0)
            return names[i];
    }
    return NULL;
}

/* Adds one criterion with its argument. */
static bool add_criterion(struct buf *all, const char *written, char **rest)
{
    const char *name = criterion_name(written);
    const char *argument = sshd_delim(rest);
    if (!name || !argument || !*argument || *argument == '#' || !argument_fits(name, argument))
        return false;
    buf_printf(all, "%s%s ", all->len ? " " : "", name);
    buf_add_text(all, argument);
    return true;
}

/* "all" stands alone; a comment may follow. */
static bool only_all(const struct buf *all, char **rest)
{
    const char *next = sshd_delim(rest);
    return all->len == 0 && (!next || !*next || *next == '#');
}

static bool parse(struct buf *all, char *text, bool *everything)
{
    for (;;) {
        char *word = sshd_delim(&text);
        if (!word || *word == '#')
            return all->len > 0;
        if (!*word) /* what is left is no criterion */
            return all->len > 0 && (!text || !*text);
        if (strcasecmp(word, "all") == 0) {
            *everything = true;
            return only_all(all, &text);
        }
        if (!add_criterion(all, word, &text))
            return false;
    }
}

bool sshd_match_parse(struct arena *arena, char *text, const char **criteria)
{
    struct buf all = {0};
    bool everything = false;
    bool fits = parse(&all, text, &everything);
    if (fits)
        *criteria = everything ? NULL : view_text(arena, buf_view(&all));
    buf_free(&all);
    return fits;
}

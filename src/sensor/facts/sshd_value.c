/*
 * sshd_value: one function a kind of argument (servconf.c of OpenSSH 9.2).
 *
 * Each gets the words of one line and gives its verdict and the text to show, which is what sshd -T
 * would print, but that prohibit-password is shown by its present name. What only the running
 * system can tell (does a host name or service name resolve?) is SSHD_UNKNOWN. Relative paths and ~
 * stay as written: where sshd is started from is not known.
 */
#include "sensor/facts/sshd_value.h"
#include "sensor/facts/sshd_words.h"

#include <limits.h>
#include <string.h>
#include <strings.h>

static struct sshd_value refuse(void)
{
    return (struct sshd_value){SSHD_INVALID, NULL};
}

static struct sshd_value accept(const char *text)
{
    return (struct sshd_value){SSHD_VALID, text};
}

/* ---- one word -------------------------------------------------------------------------- */

static struct sshd_value value_choice(const struct sshd_keyword *keyword, const char *word)
{
    bool exact = keyword->kind == SSHD_CHOICE_EXACT;
    for (const char *const *pair = keyword->choices; *pair; pair += 2) {
        if ((exact ? strcmp(word, *pair) : strcasecmp(word, *pair)) == 0)
            return accept(pair[1]);
    }
    return refuse();
}

static struct sshd_value value_integer(struct arena *arena, const char *word)
{
    int64_t number = 0;
    if (!view_integer(view_of(word), &number) || number < 0 || number > INT_MAX)
        return refuse();
    return accept(arena_printf(arena, "%lld", (long long)number));
}

static struct sshd_value value_time(struct arena *arena, const char *word)
{
    int64_t seconds = 0;
    if (!sshd_seconds(word, &seconds))
        return refuse();
    return accept(arena_printf(arena, "%lld", (long long)seconds));
}

static struct sshd_value value_octal(struct arena *arena, const char *word)
{
    size_t digits = strspn(word, "01234567"); /* strtol: what follows is ignored */
    int64_t mask = 0;
    if (!digits || !view_octal((struct view){word, digits}, &mask) || mask > 0777)
        return refuse();
    return accept(arena_printf(arena, "0%o", (unsigned)mask));
}

static struct sshd_value value_one(const char *word)
{
    return accept(strcasecmp(word, "none") == 0 ? "none" : word);
}

/* "begin:rate:full" or "full"; what follows the last number is ignored, as sscanf does. */
static struct sshd_value value_startups(struct arena *arena, const char *word)
{
    int64_t n[3] = {0};
    size_t count = sshd_numbers(word, n, 3);
    if (count == 1)
        return accept(arena_printf(arena, "%lld:30:%lld", (long long)n[0], (long long)n[0]));
    if (count != 3 || n[0] > n[2] || n[1] < 1 || n[1] > 100)
        return refuse();
    return accept(
        arena_printf(arena, "%lld:%lld:%lld", (long long)n[0], (long long)n[1], (long long)n[2]));
}

/* "ipv4" or "ipv4:ipv6", prefix lengths. */
static struct sshd_value value_net_block(struct arena *arena, const char *word)
{
    int64_t n[2] = {0};
    size_t count = sshd_numbers(word, n, 2);
    if (count == 0 || n[0] > 32 || n[1] > 128)
        return refuse();
    return accept(count == 1 ? word
                             : arena_printf(arena, "%lld:%lld", (long long)n[0], (long long)n[1]));
}

static struct sshd_value value_port(struct arena *arena, const char *word)
{
    enum sshd_validity validity = sshd_port(word, 1);
    int64_t number = 0;
    if (validity == SSHD_VALID && view_integer(view_of(word), &number))
        word = arena_printf(arena, "%lld", (long long)number);
    return (struct sshd_value){validity, word};
}

static struct sshd_value value_algorithms(struct arena *arena, enum sshd_kind kind,
                                          const char *word)
{
    struct sshd_value value;
    value.validity = sshd_algorithms(arena, kind, word, &value.text);
    return value;
}

static struct sshd_value value_of_word(struct arena *arena, const struct sshd_keyword *keyword,
                                       const char *word)
{
    switch (keyword->kind) {
    case SSHD_CHOICE:
    case SSHD_CHOICE_EXACT:
        return value_choice(keyword, word);
    case SSHD_INTEGER_OR_NONE:
        return strcmp(word, "none") == 0 ? accept("none") : value_integer(arena, word);
    case SSHD_INTEGER:
        return value_integer(arena, word);
    case SSHD_TIME_OR_NONE:
        if (strcasecmp(word, "none") == 0 || strcmp(word, "0") == 0)
            return accept("none");
        return value_time(arena, word);
    case SSHD_TIME:
        return value_time(arena, word);
    case SSHD_OCTAL:
        return value_octal(arena, word);
    case SSHD_STARTUPS:
        return value_startups(arena, word);
    case SSHD_NET_BLOCK:
        return value_net_block(arena, word);
    case SSHD_PORT:
        return value_port(arena, word);
    case SSHD_ONE:
        return value_one(word);
    default:
        return value_algorithms(arena, keyword->kind, word);
    }
}

/* ---- several words --------------------------------------------------------------------- */

static bool word_fits(const struct sshd_keyword *keyword, const char *word)
{
    const char *at;
    switch (keyword->kind) {
    case SSHD_USERS:
        at = strrchr(word, '@');
        return *word && (!at || sshd_address_list(at + 1));
    case SSHD_ACCEPT_ENV:
        return *word && !strchr(word, '=');
    case SSHD_SET_ENV:
        return strchr(word, '=') != NULL;
    default:
        return *word != '\0';
    }
}

static struct sshd_value value_words(struct arena *arena, const struct sshd_keyword *keyword,
                                     const struct sshd_words *words)
{
    for (size_t i = 0; i < words->count; i++) {
        if (!word_fits(keyword, words->word[i]))
            return refuse();
    }
    return accept(sshd_join(arena, words));
}

static struct sshd_value value_subsystem(struct arena *arena, const struct sshd_words *words)
{
    if (words->count < 2 || !words->word[0][0] || !words->word[1][0])
        return refuse();
    return accept(sshd_join(arena, words));
}

static struct sshd_value value_rekey(struct arena *arena, const struct sshd_words *words)
{
    int64_t bytes = 0, seconds = 0;
    if (words->count < 1 || words->count > 2)
        return refuse();
    if (strcmp(words->word[0], "default") != 0 &&
        (!sshd_scaled(words->word[0], &bytes) || (bytes != 0 && bytes < 16)))
        return refuse();
    if (words->count == 2 && strcmp(words->word[1], "none") != 0 &&
        !sshd_seconds(words->word[1], &seconds))
        return refuse();
    return accept(arena_printf(arena, "%lld %lld", (long long)bytes, (long long)seconds));
}

static struct sshd_value value_qos(struct arena *arena, const struct sshd_words *words)
{
    if (words->count < 1 || words->count > 2)
        return refuse();
    const char *first = sshd_qos(arena, words->word[0]);
    const char *second = sshd_qos(arena, words->word[words->count - 1]);
    if (!first || !second)
        return refuse();
    return accept(arena_printf(arena, "%s %s", first, second));
}

static struct sshd_value value_pubkey_options(const struct sshd_words *words)
{
    static const char *const shown[] = {"none", "touch-required", "verify-required",
                                        "touch-required verify-required"};
    size_t set = 0;
    for (size_t i = 0; i < words->count; i++) {
        if (strcasecmp(words->word[i], "touch-required") == 0)
            set |= 1;
        else if (strcasecmp(words->word[i], "verify-required") == 0)
            set |= 2;
        else if (strcasecmp(words->word[i], "none") != 0)
            return refuse();
    }
    return accept(shown[set]);
}

static bool method_known(struct view method)
{
    static const char *const known[] = {
        "none",      "publickey",    "password",       "keyboard-interactive",
        "hostbased", "gssapi-keyex", "gssapi-with-mic"};
    const char *colon = method.len ? memchr(method.ptr, ':', method.len) : NULL;
    if (colon)
        method.len = (size_t)(colon - method.ptr);
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        if (view_is(method, known[i]))
            return true;
    }
    return false;
}

static struct sshd_value value_methods(struct arena *arena, const struct sshd_words *words)
{
    bool any = words->count == 1 && strcmp(words->word[0], "any") == 0;
    for (size_t i = 0; i < words->count && !any; i++) {
        struct view rest = view_of(words->word[i]), method;
        while (view_cut(&rest, ',', &method)) {
            if (!method_known(method))
                return refuse();
        }
    }
    return words->count ? accept(sshd_join(arena, words)) : refuse();
}

static struct sshd_value value_channel_timeout(struct arena *arena, const struct sshd_words *words)
{
    int64_t seconds = 0;
    if (words->count == 1 && strcasecmp(words->word[0], "none") == 0)
        return accept("none");
    for (size_t i = 0; i < words->count; i++) {
        const char *equals = strchr(words->word[i], '=');
        if (!equals || equals == words->word[i] || !sshd_seconds(equals + 1, &seconds))
            return refuse();
    }
    return accept(sshd_join(arena, words));
}

static struct sshd_value value_permit(struct arena *arena, enum sshd_kind kind,
                                      const struct sshd_words *words)
{
    if (!words->count || !words->word[0][0])
        return refuse();
    if (strcmp(words->word[0], "any") == 0 || strcmp(words->word[0], "none") == 0)
        return words->count == 1 ? accept(words->word[0]) : refuse();
    struct buf shown = {0};
    enum sshd_validity validity = SSHD_VALID;
    for (size_t i = 0; i < words->count; i++) {
        const char *word = words->word[i];
        bool bare = kind == SSHD_PERMIT_LISTEN && !strchr(word, ':'); /* any host */
        enum sshd_validity one = sshd_host_port(word, bare);
        validity = one == SSHD_VALID || validity == SSHD_INVALID ? validity : one;
        buf_printf(&shown, "%s%s%s", i ? " " : "", bare ? "*:" : "", word);
    }
    struct sshd_value value = {validity, view_text(arena, buf_view(&shown))};
    buf_free(&shown);
    return value;
}

static struct sshd_value value_listen(struct arena *arena, const struct sshd_words *words)
{
    if (words->count != 1) /* "rdomain" is refused on Linux */
        return refuse();
    return (struct sshd_value){sshd_listen_address(words->word[0]), sshd_join(arena, words)};
}

static struct sshd_value value_of_words(struct arena *arena, const struct sshd_keyword *keyword,
                                        const struct sshd_words *words)
{
    switch (keyword->kind) {
    case SSHD_WORDS:
    case SSHD_USERS:
    case SSHD_ACCEPT_ENV:
    case SSHD_SET_ENV:
        return value_words(arena, keyword, words);
    case SSHD_SUBSYSTEM:
        return value_subsystem(arena, words);
    case SSHD_REKEY:
        return value_rekey(arena, words);
    case SSHD_QOS:
        return value_qos(arena, words);
    case SSHD_PUBKEY_OPTIONS:
        return value_pubkey_options(words);
    case SSHD_METHODS:
        return value_methods(arena, words);
    case SSHD_CHANNEL_TIMEOUT:
        return value_channel_timeout(arena, words);
    case SSHD_PERMIT_OPEN:
    case SSHD_PERMIT_LISTEN:
        return value_permit(arena, keyword->kind, words);
    case SSHD_LISTEN:
        return value_listen(arena, words);
    default: /* exactly one word */
        if (words->count != 1 || !words->word[0][0])
            return refuse();
        return value_of_word(arena, keyword, words->word[0]);
    }
}

/* ---- all ------------------------------------------------------------------------------- */

struct sshd_value sshd_value_of(struct arena *arena, const struct sshd_keyword *keyword,
                                const struct sshd_words *words, const char *raw)
{
    struct sshd_value value = accept(raw);
    if (words->broken)
        return (struct sshd_value){SSHD_INVALID, raw};
    switch (keyword->kind) {
    case SSHD_RAW:
        return strcasecmp(raw, "none") == 0 ? accept("none") : value;
    case SSHD_RAW_COMMAND:
        if (strcasecmp(raw, "none") == 0)
            return accept("none");
        return raw[0] == '/' ? value : (struct sshd_value){SSHD_INVALID, raw};
    case SSHD_IGNORED:
        return value;
    case SSHD_REFUSED:
        return (struct sshd_value){SSHD_INVALID, raw};
    case SSHD_FOREIGN:
        return (struct sshd_value){SSHD_UNKNOWN, sshd_join(arena, words)};
    default:
        value = value_of_words(arena, keyword, words);
    }
    if (!value.text || value.validity == SSHD_INVALID)
        value.text = sshd_join(arena, words);
    return value;
}

/* sshd_words: convtime, scan_scaled, parse_ipqos, a2port, hpdelim and addr_match_list of OpenSSH.
 */
#include "sensor/facts/sshd_words.h"

#include <arpa/inet.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- numbers --------------------------------------------------------------------------- */

/* Takes digits off *text; false when there are none or too many. */
static bool take_number(const char **text, int64_t *out)
{
    size_t digits = strspn(*text, "0123456789");
    if (!digits || !view_integer((struct view){*text, digits}, out))
        return false;
    *text += digits;
    return true;
}

static int64_t seconds_in(char unit)
{
    switch (unit | 0x20) {
    case 's':
        return 1;
    case 'm':
        return 60;
    case 'h':
        return 3600;
    case 'd':
        return 86400;
    case 'w':
        return 604800;
    default:
        return 0;
    }
}

bool sshd_seconds(const char *word, int64_t *out)
{
    int64_t total = 0, number = 0;
    if (!*word)
        return false;
    while (*word) {
        if (!take_number(&word, &number) || number > INT_MAX)
            return false;
        int64_t unit = *word ? seconds_in(*word) : 1;
        if (!unit || number > INT_MAX / unit || total + number * unit > INT_MAX)
            return false;
        total += number * unit;
        word += *word != '\0';
    }
    *out = total;
    return true;
}

bool sshd_scaled(const char *word, int64_t *out)
{
    static const char units[] = "bkmgtpe";
    char *end;
    if (!strchr("0123456789.", word[0]) || !word[0] || strspn(word, "0123456789.") > 24)
        return false;
    double number = strtod(word, &end);
    const char *unit = *end ? strchr(units, *end | 0x20) : units;
    if (!unit || (*end && end[1]))
        return false;
    for (const char *u = units; u < unit; u++)
        number *= 1024;
    if (number < 0 || number >= 9e18)
        return false;
    *out = (int64_t)number;
    return true;
}

size_t sshd_numbers(const char *word, int64_t *out, size_t most)
{
    size_t count = 0;
    while (count < most) {
        if (!take_number(&word, &out[count]))
            return count;
        if (out[count++] > INT_MAX)
            return 0;
        if (*word++ != ':')
            return count;
    }
    return count;
}

/* ---- class of service ------------------------------------------------------------------ */

struct qos {
    const char *name;
    int64_t value;
};

static const struct qos qos_names[] = {
    {"af11", 0x28},        {"af12", 0x30},    {"af13", 0x38},     {"af21", 0x48},
    {"af22", 0x50},        {"af23", 0x58},    {"af31", 0x68},     {"af32", 0x70},
    {"af33", 0x78},        {"af41", 0x88},    {"af42", 0x90},     {"af43", 0x98},
    {"cs0", 0x00},         {"cs1", 0x20},     {"cs2", 0x40},      {"cs3", 0x60},
    {"cs4", 0x80},         {"cs5", 0xa0},     {"cs6", 0xc0},      {"cs7", 0xe0},
    {"ef", 0xb8},          {"le", 0x01},      {"lowdelay", 0x10}, {"throughput", 0x08},
    {"reliability", 0x04}, {"none", INT_MAX},
};

const char *sshd_qos(struct arena *arena, const char *word)
{
    for (size_t i = 0; i < COUNT_OF(qos_names); i++) {
        if (strcasecmp(word, qos_names[i].name) == 0)
            return qos_names[i].name;
    }
    char *end;
    long number = strtol(word, &end, 0);
    if (!*word || *end || number < 0 || number > 255)
        return NULL;
    for (size_t i = 0; i < COUNT_OF(qos_names); i++) {
        if (number == qos_names[i].value)
            return qos_names[i].name;
    }
    return arena_printf(arena, "0x%02lx", (unsigned long)number);
}

/* ---- ports and addresses --------------------------------------------------------------- */

enum sshd_validity sshd_port(const char *text, int64_t least)
{
    int64_t number = 0;
    if (view_integer(view_of(text), &number))
        return number >= least && number <= 65535 ? SSHD_VALID : SSHD_INVALID;
    /* A name of /etc/services would do; which ones there are is not known here. */
    bool name = *text && strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789-+._") == strlen(text);
    return name && strspn(text, "0123456789.+-") < strlen(text) ? SSHD_UNKNOWN : SSHD_INVALID;
}

/* Where the port begins in "host:port", "[host]:port", "host/port"; NULL when there is none. An
 * open bracket makes *broken. */
static const char *port_of(const char *word, bool *broken)
{
    const char *end = word;
    *broken = false;
    if (*word == '[') {
        end = strchr(word, ']');
        *broken = !end;
        end = end ? end + 1 : word + strlen(word);
    } else {
        end += strcspn(word, ":/");
    }
    if (*end && *end != ':' && *end != '/')
        *broken = true;
    return *end ? end + 1 : NULL;
}

enum sshd_validity sshd_host_port(const char *word, bool bare)
{
    bool broken = false;
    const char *port = bare ? word : port_of(word, &broken);
    if (broken || !port)
        return SSHD_INVALID;
    return strcmp(port, "*") == 0 ? SSHD_VALID : sshd_port(port, 0);
}

static bool is_numeric_address(const char *host)
{
    unsigned char bytes[16];
    struct in_addr old;
    return inet_pton(AF_INET6, host, bytes) == 1 || inet_aton(host, &old) == 1;
}

enum sshd_validity sshd_listen_address(const char *word)
{
    const char *colon = strchr(word, ':');
    char host[256];
    bool broken = false, plain = !strchr(word, '[') && colon && strchr(colon + 1, ':');
    const char *port = plain ? NULL : port_of(word, &broken);
    size_t len = port ? (size_t)(port - 1 - word) : strlen(word);
    if (broken || len >= sizeof host || len == 0)
        return SSHD_INVALID;
    memcpy(host, word, len);
    host[len] = '\0';
    char *name = host;
    if (host[0] == '[' && host[len - 1] == ']') {
        host[len - 1] = '\0';
        name++;
    }
    enum sshd_validity validity = port ? sshd_port(port, 1) : SSHD_VALID;
    if (validity == SSHD_INVALID || strcmp(name, "*") == 0)
        return SSHD_INVALID;
    /* Whether a name resolves is not known here. */
    return is_numeric_address(name) ? validity : SSHD_UNKNOWN;
}

/* ---- address lists --------------------------------------------------------------------- */

/* Whether no bit of the address lies beyond the prefix. */
static bool host_bits_clear(const unsigned char *bytes, size_t count, int64_t prefix)
{
    for (size_t i = 0; i < count; i++) {
        int64_t kept = prefix - (int64_t)i * 8;
        unsigned mask = kept >= 8 ? 0 : kept <= 0 ? 0xff : 0xffu >> kept;
        if (bytes[i] & mask)
            return false;
    }
    return true;
}

/* One pattern: an address with a prefix must be a network; anything else is a wildcard. */
static bool address_pattern(struct view pattern)
{
    char text[64];
    unsigned char bytes[16];
    int64_t prefix = 0;
    if (pattern.len && pattern.ptr[0] == '!')
        pattern = view_from(pattern, 1);
    if (pattern.len == 0)
        return false;
    const char *slash = memchr(pattern.ptr, '/', pattern.len);
    if (!slash || pattern.len >= sizeof text)
        return true;
    size_t at = (size_t)(slash - pattern.ptr);
    memcpy(text, pattern.ptr, at);
    text[at] = '\0';
    if (!view_integer(view_from(pattern, at + 1), &prefix) || prefix < 0 || prefix > 128)
        return true;
    if (inet_pton(AF_INET, text, bytes) == 1)
        return prefix <= 32 && host_bits_clear(bytes, 4, prefix);
    if (inet_pton(AF_INET6, text, bytes) == 1)
        return host_bits_clear(bytes, 16, prefix);
    return true;
}

bool sshd_address_list(const char *list)
{
    struct view rest = view_of(list), pattern;
    while (view_cut(&rest, ',', &pattern)) {
        if (!address_pattern(pattern))
            return false;
    }
    return true;
}

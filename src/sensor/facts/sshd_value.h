/*
 * sshd_value: whether sshd takes a keyword's arguments, and how `sshd -T` would show them. Private
 * to the room.
 */
#ifndef MERLON_FACTS_SSHD_VALUE_H
#define MERLON_FACTS_SSHD_VALUE_H

#include "sensor/facts/sshd_algorithm.h"
#include "sensor/facts/sshd_line.h"

struct sshd_value {
    enum sshd_validity validity;
    const char *text; /* as shown; the arguments as written when they are not valid */
};

/* `raw` is the rest of the line after the keyword, trimmed; `words` the same cut up. */
struct sshd_value sshd_value_of(struct arena *arena, const struct sshd_keyword *keyword,
                                const struct sshd_words *words, const char *raw);

/* Whether sshd takes `list` as a list of address patterns ("10.0.0.0/8,!192.168.*"). */
bool sshd_address_list(const char *list);

/* A port: 0 to 65535. SSHD_UNKNOWN for a service name. */
enum sshd_validity sshd_port(const char *text, int64_t least);

#endif

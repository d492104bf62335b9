/*
 * sshd_words: single words of sshd_config read as numbers, times, addresses. Private to the room;
 * used by sshd_value.c.
 */
#ifndef MERLON_FACTS_SSHD_WORDS_H
#define MERLON_FACTS_SSHD_WORDS_H

#include "sensor/facts/sshd_value.h"

/* "90", "1m30s", "2h": seconds, at most 2^31-1. */
bool sshd_seconds(const char *word, int64_t *out);

/* "512", "1.5G": bytes. */
bool sshd_scaled(const char *word, int64_t *out);

/* Up to `most` numbers divided by ':'; returns how many, as sscanf("%d:%d") counts. None is below 0
 * or above 2^31-1: then 0. */
size_t sshd_numbers(const char *word, int64_t *out, size_t most);

/* The name or number of a class of service as sshd -T shows it; NULL when it is none. */
const char *sshd_qos(struct arena *arena, const char *word);

/* "host:port" with port * allowed; only the port when `bare`. */
enum sshd_validity sshd_host_port(const char *word, bool bare);

/* "address", "address:port", "[address]:port". */
enum sshd_validity sshd_listen_address(const char *word);

#endif

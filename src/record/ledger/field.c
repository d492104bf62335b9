/*
 * field: the lines of our texts, read one after the other and exactly: "name value", a number
 * without leading zeros, a hash in base64, a time such as 2026-08-01T12:00:00.123456Z.
 */
#include "record/ledger/parts.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define US INT64_C(1000000)

/* The next line's value when it is "name value"; the whole line when name is "". */
bool field_take(struct view *rest, const char *name, struct view *value)
{
    struct view line;
    if (!view_line(rest, &line))
        return false;
    if (name[0] == '\0') {
        *value = line;
        return true;
    }
    size_t len = strlen(name);
    if (!view_starts(line, name) || line.len <= len || line.ptr[len] != ' ')
        return false;
    *value = view_from(line, len + 1);
    return true;
}

bool field_number(struct view text, uint64_t *out)
{
    uint64_t number = 0;
    if (text.len == 0 || text.len > 19 || (text.len > 1 && text.ptr[0] == '0'))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        number = number * 10 + (uint64_t)(text.ptr[i] - '0'); /* 19 digits fit */
    }
    if (number > LEDGER_SIZE_MAX)
        return false;
    *out = number;
    return true;
}

bool field_hash(struct view text, struct hash *out)
{
    struct buf bytes = {0};
    bool good = !failed(crypto_from_base64(text, SM3_SIZE, &bytes)) && bytes.len == SM3_SIZE;
    if (good)
        memcpy(out->bytes, bytes.ptr, SM3_SIZE);
    buf_free(&bytes);
    return good;
}

void hash_write(const struct hash *hash, struct buf *out)
{
    crypto_to_base64(hash->bytes, SM3_SIZE, out);
}

void time_write(int64_t us, char out[static TIME_TEXT])
{
    struct tm tm = {0};
    int64_t fraction = us % US < 0 ? us % US + US : us % US;
    time_t seconds = (time_t)((us - fraction) / US);
    if (!gmtime_r(&seconds, &tm) || tm.tm_year < -1900 || tm.tm_year > 8099) {
        snprintf(out, TIME_TEXT, "0000-01-01T00:00:00.000000Z"); /* no time we ever hold */
        return;
    }
    size_t used = strftime(out, TIME_TEXT, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(out + used, TIME_TEXT - used, ".%06dZ", (int)fraction);
}

/* Reads what time_write wrote: whatever is written back otherwise is refused. */
bool time_read(struct view text, int64_t *out)
{
    char copy[TIME_TEXT], again[TIME_TEXT];
    struct tm tm = {0};
    int micro = 0;
    if (text.len != 27)
        return false;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    if (sscanf(copy, "%4d-%2d-%2dT%2d:%2d:%2d.%6dZ", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
               &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &micro) != 7)
        return false;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    int64_t us = (int64_t)timegm(&tm) * US + micro;
    time_write(us, again);
    if (strcmp(copy, again) != 0)
        return false;
    *out = us;
    return true;
}

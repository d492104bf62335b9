/* value: what a person wrote, brought into the canonical form of its field, or refused. */
#include "register/entry/kind.h"

#include <arpa/inet.h>
#include <string.h>

/* Characters, not bytes: what is no continuation byte of UTF-8. */
static int64_t characters(struct view text)
{
    int64_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
    return count;
}

/* Newlines and tabs are harmless; others steer terminals and break sheets. */
static bool has_control(struct view text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
            return true;
    }
    return false;
}

static struct rc refused(const char *why, struct view written)
{
    return fault(FAULT_DATA, "%s: '%.*s'", why, (int)(written.len < 80 ? written.len : 80),
                 written.ptr);
}

static struct rc parse_text(struct arena *arena, const struct field *field, struct view written,
                            const char **out)
{
    if (characters(written) > field->max)
        return fault(FAULT_DATA, "longer than %lld characters", (long long)field->max);
    *out = view_text(arena, written);
    return RC_OK;
}

static struct rc parse_integer(struct arena *arena, const struct field *field, struct view written,
                               const char **out)
{
    int64_t number;
    if (!view_integer(written, &number))
        return refused("not a whole number", written);
    if (number < field->min || number > field->max)
        return field->max == INT64_MAX
                   ? fault(FAULT_DATA, "%lld is less than %lld", (long long)number,
                           (long long)field->min)
                   : fault(FAULT_DATA, "%lld is not from %lld to %lld", (long long)number,
                           (long long)field->min, (long long)field->max);
    *out = arena_printf(arena, "%lld", (long long)number);
    return RC_OK;
}

/* ---- dates ------------------------------------------------------------------------------- */

static int64_t days_in(int64_t year, int64_t month)
{
    static const int64_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

/* 2026-11-27, 2026/11/27, 2026.11.27 and 2026-1-7; a time of day behind it is dropped. */
static bool read_date(struct view written, int64_t parts[3])
{
    struct view rest = written, piece;
    char separator = memchr(rest.ptr, '/', rest.len)   ? '/'
                     : memchr(rest.ptr, '.', rest.len) ? '.'
                                                       : '-';
    if (!view_word(&rest, &piece))
        return false;
    rest = piece;
    for (int i = 0; i < 3; i++)
        if (!view_cut(&rest, separator, &piece) || piece.len == 0 || piece.len > 4 ||
            !view_integer(piece, &parts[i]))
            return false;
    return rest.ptr == NULL && parts[0] >= 1900 && parts[0] <= 9999 && parts[1] >= 1 &&
           parts[1] <= 12 && parts[2] >= 1 && parts[2] <= days_in(parts[0], parts[1]);
}

static struct rc parse_date(struct arena *arena, struct view written, const char **out)
{
    int64_t parts[3];
    if (!read_date(written, parts))
        return refused("not a date like 2026-11-27", written);
    *out = arena_printf(arena, "%04d-%02d-%02d", (int)parts[0], (int)parts[1], (int)parts[2]);
    return RC_OK;
}

/* ---- choices ------------------------------------------------------------------------------ */

static const char *choice_of(const char *const *choices, struct view written)
{
    for (; *choices; choices++)
        if (view_is_nocase(written, *choices))
            return *choices;
    return NULL;
}

static struct rc no_choice(struct arena *arena, const char *const *choices, struct view written)
{
    const char *all = "";
    for (size_t i = 0; choices[i]; i++)
        all = arena_printf(arena, "%s%s%s", all, i ? ", " : "", choices[i]);
    return fault(FAULT_DATA, "'%.*s' is none of %s", (int)(written.len < 40 ? written.len : 40),
                 written.ptr, all);
}

static struct rc parse_choice(struct arena *arena, const struct field *field, struct view written,
                              const char **out)
{
    const char *found = choice_of(field->choices, written);
    if (!found)
        return no_choice(arena, field->choices, written);
    *out = found;
    return RC_OK;
}

/* As people write it in three languages, and as spreadsheets do. */
static struct rc parse_yesno(struct view written, const char **out)
{
    static const char *const yes[] = {"yes", "1", "true", "是", "có", NULL};
    static const char *const no[] = {"no", "0", "false", "否", "không", NULL};
    if (!choice_of(yes, written) && !choice_of(no, written))
        return refused("neither yes nor no", written);
    *out = choice_of(yes, written) ? "yes" : "no";
    return RC_OK;
}

/* ---- lists -------------------------------------------------------------------------------- */

/* Empty items are nobody's: "a; ; b" has two. */
bool list_next(struct view *rest, struct view *item)
{
    while (view_cut(rest, ';', item)) {
        *item = view_trim(*item);
        if (item->len)
            return true;
    }
    return false;
}

/* inet_pton decides; a prefix behind it must fit the family. */
static bool is_address(struct arena *arena, struct view written)
{
    struct view rest = written, host;
    unsigned char room[16];
    int64_t prefix = 0;
    if (!view_cut(&rest, '/', &host))
        return false;
    const char *text = view_text(arena, host);
    bool four = inet_pton(AF_INET, text, room) == 1, six = inet_pton(AF_INET6, text, room) == 1;
    return (four || six) && (rest.ptr == NULL || (view_integer(rest, &prefix) && prefix >= 0 &&
                                                  prefix <= (four ? 32 : 128)));
}

/* "core:3": a name, a colon, a grade. */
static bool is_graded(struct view written)
{
    return written.len > 2 && written.ptr[written.len - 2] == ':' &&
           written.ptr[written.len - 1] >= '1' && written.ptr[written.len - 1] <= '5';
}

static struct rc verify_item(struct arena *arena, const struct field *field, struct view item)
{
    if (field->type == FIELD_REFLIST)
        return key_verify(item);
    if (field->choices && !choice_of(field->choices, item))
        return no_choice(arena, field->choices, item);
    if (field->item == ITEM_ADDRESS && !is_address(arena, item))
        return refused("not an IP address", item);
    if (field->item == ITEM_GRADED && !is_graded(item))
        return refused("not a name and a grade, like 'core:3'", item);
    return RC_OK;
}

static bool holds(struct view list, struct view wanted)
{
    struct view item;
    while (list_next(&list, &item))
        if (view_equal(item, wanted))
            return true;
    return false;
}

/* Items stand behind semicolons or newlines, where choices or addresses are listed also commas. */
static struct rc parse_list(struct arena *arena, const struct field *field, struct view written,
                            const char **out)
{
    bool commas = field->choices || field->item == ITEM_ADDRESS || field->type == FIELD_REFLIST;
    char *text = view_text(arena, written);
    for (char *at = text; *at; at++)
        if (*at == '\n' || (commas && *at == ','))
            *at = ';';
    struct buf list CLEANUP(buf_free) = {0};
    struct view rest = view_of(text), item;
    int64_t count = 0;
    buf_add_text(&list, "");
    while (list_next(&rest, &item)) {
        TRY(verify_item(arena, field, item));
        if (field->choices)
            item = view_of(choice_of(field->choices, item));
        if (holds(buf_view(&list), item))
            continue;
        if (++count > field->max)
            return fault(FAULT_DATA, "more than %lld items", (long long)field->max);
        buf_add_text(&list, count > 1 ? "; " : "");
        buf_add_view(&list, item);
    }
    *out = count ? arena_text(arena, list.ptr) : NULL;
    return RC_OK;
}

/* ---- all ---------------------------------------------------------------------------------- */

struct rc key_verify(struct view key)
{
    if (key.len == 0)
        return fault(FAULT_DATA, "a key is missing");
    if (!text_is_utf8(key))
        return fault(FAULT_DATA, "a key with bytes that are no UTF-8");
    if (characters(key) > ENTRY_KEY_MAX)
        return fault(FAULT_DATA, "a key of more than %d characters", ENTRY_KEY_MAX);
    for (size_t i = 0; i < key.len; i++) {
        unsigned char c = (unsigned char)key.ptr[i];
        bool good = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    c >= 0x80 || strchr("._-:/", c);
        if (!good || c == 0)
            return refused("a key holds letters, digits and . _ - : / only", key);
    }
    return RC_OK;
}

static struct rc parse_written(struct arena *arena, const struct field *field, struct view written,
                               const char **out)
{
    switch (field->type) {
    case FIELD_TEXT:
        return parse_text(arena, field, written, out);
    case FIELD_INTEGER:
    case FIELD_TIME:
        return parse_integer(arena, field, written, out);
    case FIELD_DATE:
        return parse_date(arena, written, out);
    case FIELD_CHOICE:
        return parse_choice(arena, field, written, out);
    case FIELD_YESNO:
        return parse_yesno(written, out);
    case FIELD_REF:
        TRY(key_verify(written));
        *out = view_text(arena, written);
        return RC_OK;
    case FIELD_LIST:
    case FIELD_REFLIST:
        return parse_list(arena, field, written, out);
    }
    panic("a field of no type");
}

struct rc field_parse(struct arena *arena, const struct field *field, struct view written,
                      const char **out)
{
    struct view text = view_trim(written);
    if (text.len == 0) {
        *out = NULL;
        return RC_OK;
    }
    if (text.len > ENTRY_VALUE_MAX)
        return fault(FAULT_DATA, "longer than %d bytes", ENTRY_VALUE_MAX);
    if (has_control(text))
        return fault(FAULT_DATA, "a control character, which no value may hold");
    if (!text_is_utf8(text))
        return fault(FAULT_DATA, "bytes that are no UTF-8");
    return parse_written(arena, field, text, out);
}

/* ---- days ----------------------------------------------------------------------------------- */

/* Days from 1970-01-01 to a civil date (proleptic Gregorian). */
static int64_t day_number(int64_t year, int64_t month, int64_t day)
{
    int64_t y = month <= 2 ? year - 1 : year, era = y / 400, of_era = y - era * 400;
    int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void day_bounds(const char *day, int64_t *start, int64_t *end)
{
    int64_t parts[3] = {1970, 1, 1};
    must(read_date(view_of(day), parts));
    *start = day_number(parts[0], parts[1], parts[2]) * INT64_C(86400000000);
    *end = *start + INT64_C(86400000000);
}

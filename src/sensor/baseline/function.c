/*
 * function: the few SQL functions of our own. A single call of a function cannot be interrupted by
 * the step counter, so none may take long, whatever its arguments:
 *
 *   octal(mode)         "0640": the permission bits of an integer. printf() itself is refused: it
 *                       counts to two thousand million when a width says so.
 *   from_octal(text)    416: back again; NULL for what is no mode of at most 7777
 *   trim, ltrim, rtrim  with a second argument: at most TRIM_SET_MAX plain characters. SQLite's own
 *                       compare every character of a long text with every one of the set.
 */
#include "sensor/baseline/engine.h"

#include <string.h>

#define TRIM_SET_MAX 64

static void octal(sqlite3_context *context, int count, sqlite3_value **values)
{
    char text[32];
    (void)count;
    if (sqlite3_value_type(values[0]) != SQLITE_INTEGER)
        return; /* NULL */
    sqlite3_snprintf(sizeof text, text, "%04llo", sqlite3_value_int64(values[0]) & 07777);
    sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
}

static void from_octal(sqlite3_context *context, int count, sqlite3_value **values)
{
    int64_t mode;
    (void)count;
    if (view_octal(view_of((const char *)sqlite3_value_text(values[0])), &mode) && mode <= 07777)
        sqlite3_result_int64(context, mode);
}

static bool in_set(const char *set, char c)
{
    return c && strchr(set, c);
}

enum { LEFT = 1, RIGHT = 2 };

/* sqlite3_user_data tells which ends. */
static void trim(sqlite3_context *context, int count, sqlite3_value **values)
{
    const char *text = (const char *)sqlite3_value_text(values[0]);
    const char *set = (const char *)sqlite3_value_text(values[1]);
    const int ends = *(const int *)sqlite3_user_data(context);
    (void)count;
    if (!text || !set)
        return; /* NULL */
    for (const char *c = set; *c; c++) {
        if ((unsigned char)*c >= 0x80 || c - set >= TRIM_SET_MAX) {
            sqlite3_result_error(context, "what is trimmed may be at most 64 plain characters", -1);
            return;
        }
    }
    size_t start = 0, end = strlen(text);
    while ((ends & LEFT) && start < end && in_set(set, text[start]))
        start++;
    while ((ends & RIGHT) && end > start && in_set(set, text[end - 1]))
        end--;
    sqlite3_result_text(context, text + start, (int)(end - start), SQLITE_TRANSIENT);
}

void functions_add(sqlite3 *db)
{
    static const int left = LEFT, right = RIGHT, both = LEFT | RIGHT;
    static const struct {
        const char *name;
        int count;
        const int *data;
        void (*run)(sqlite3_context *, int, sqlite3_value **);
    } own[] = {
        {"octal", 1, NULL, octal}, {"from_octal", 1, NULL, from_octal},
        {"ltrim", 2, &left, trim}, {"rtrim", 2, &right, trim},
        {"trim", 2, &both, trim},
    };
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    for (size_t i = 0; i < COUNT_OF(own); i++)
        if (sqlite3_create_function_v2(db, own[i].name, own[i].count, flags, (void *)own[i].data,
                                       own[i].run, NULL, NULL, NULL) != SQLITE_OK)
            panic("SQLite refuses a function");
}

/*
 * reader: what a reader is, and what it writes with. Private to the room.
 *
 * A reader is one file: the tables it feeds, the sources it needs, and a function that turns items
 * into rows. Register it in readers.c. The rules for a read function:
 *   - get each item through reader_file / reader_files / reader_live, so that its use is noted;
 *   - an item that is not ok has empty bytes: simply produce no rows from it;
 *   - report what you do not understand with reader_problem and go on with the next line;
 *   - never trust a length, bound every recursion; hostile input gives problems, not crashes.
 */
#ifndef MERLON_FACTS_READER_H
#define MERLON_FACTS_READER_H

#include "sensor/facts/facts.h"

struct reader {
    const char *name;
    const struct table *const *tables; /* ends with NULL */
    const struct source *sources;
    size_t source_count;
    MUST_USE struct rc (*read)(struct facts *facts);
};

/* All readers, ends with NULL (readers.c). */
extern const struct reader *const readers[];

extern const struct reader reader_account, reader_shadow, reader_group, reader_gshadow;
extern const struct reader reader_login_defs, reader_os_release, reader_package;
extern const struct reader reader_mount, reader_fstab, reader_sysctl, reader_sysctl_running;
extern const struct reader reader_pam, reader_pwquality, reader_faillock, reader_sshd_config;
extern const struct reader reader_sudoers, reader_cron, reader_cron_access, reader_banner;
extern const struct reader reader_shell_setting, reader_login_shell, reader_selinux;

extern const struct reader reader_journald, reader_modprobe, reader_module_loaded, reader_unit;
extern const struct reader reader_machine, reader_certificate;
extern const struct reader reader_boot, reader_rsyslog, reader_time_source;
extern const struct reader reader_postgresql, reader_mysql, reader_nginx;

extern const struct reader reader_listening_port, reader_listening_program, reader_process;
extern const struct reader reader_audit_rule, reader_audit_setting;
extern const struct reader reader_firewall;

/* ---- input ----------------------------------------------------------------------------- */

/* The item of a path, noted as used; NULL when it was never collected (noted too). Its bytes hold
 * no NUL: where the raw ones do, the problem is reported and only the part before is given. */
const struct item *reader_file(struct facts *facts, const char *path);

/* The same for what lstat says of a path (a source of kind ITEM_STAT); stat_decode reads it. */
const struct item *reader_stat(struct facts *facts, const char *path);

/* The same for a live probe. */
const struct item *reader_live(struct facts *facts, const char *probe);

/* The paths that a pattern matched, in order; notes the list itself as used (an absent folder is
 * fine, a denied one is not). Lives as long as the facts. Read each with reader_file. */
MUST_USE struct rc reader_files(struct facts *facts, const char *pattern, const char *const **paths,
                                size_t *count);

/* Whether collecting found that there is no such thing; false where it was not looked for. */
bool reader_absent(struct facts *facts, enum item_kind kind, const char *name);

/* An item that only helps to understand others: not noted as used, so that it may be unread. */
const struct item *reader_hint(struct facts *facts, enum item_kind kind, const char *name);

/* The text that a reader may parse: the item's bytes up to the first NUL (reported when there), and
 * of a truncated item only its whole lines. Empty for NULL and for an item without bytes. */
struct view reader_text(struct facts *facts, const struct item *item);

/* Says that `item` (line 0: all of it) was not understood. Printf-like. The first problem of an
 * item is kept; `item` must have come from one of the functions above. */
PRINTF(4, 5)
void reader_problem(struct facts *facts, const struct item *item, uint32_t line, const char *format,
                    ...);

/* Sources noted from here on, and their problems, concern only this instance of a product (the
 * value of the tables' column `instance`; it must live as long as the facts); NULL: all instances
 * again.
 */
void reader_for_instance(struct facts *facts, const char *instance);

/* Memory that lives as long as the facts. */
struct arena *reader_arena(struct facts *facts);

/* ---- output ---------------------------------------------------------------------------- */

enum cell_kind { CELL_NULL, CELL_TEXT, CELL_INTEGER };

struct cell {
    enum cell_kind kind;
    struct view text; /* copied when the row is added; bytes that are no UTF-8 are made \xNN */
    int64_t integer;
};

static inline struct cell cell_null(void)
{
    return (struct cell){.kind = CELL_NULL};
}
static inline struct cell cell_view(struct view v)
{
    return (struct cell){.kind = CELL_TEXT, .text = v};
}
static inline struct cell cell_text(const char *text) /* NULL gives SQL NULL */
{
    return text ? cell_view(view_of(text)) : cell_null();
}
static inline struct cell cell_integer(int64_t n)
{
    return (struct cell){.kind = CELL_INTEGER, .integer = n};
}
/* A field that should be a number: NULL when it is empty; text as it stands is never stored. */
struct cell cell_number(struct view v);

/* Adds one row: one cell per column of `table` in its order, then src from `item` and `line`
 * (0: NULL). FAULT_LIMIT past READER_ROWS_MAX rows in one table (also reported as a problem). */
MUST_USE struct rc reader_row(struct facts *facts, const struct table *table,
                              const struct cell *cells, const struct item *item, uint32_t line);

#define READER_ROWS_MAX 2000000
#define READER_CELL_MAX ((size_t)64 << 10) /* bytes; what is longer is cut, and a problem */
#define READER_LINE_MAX ((size_t)1 << 20)  /* bytes; what is longer is skipped, and a problem */

/*
 * Rows (key, value, effective) of a table with exactly these columns, where the last line of a key
 * wins: new, add..., end. With `only_effective`, the table is (key, value) and lines that do not
 * win give no row. The views must live as long as the facts' bundle or arena; a value with ptr NULL
 * gives NULL and never wins.
 */
struct settings;
struct settings *settings_new(struct facts *facts, const struct table *table,
                              bool only_effective) MUST_USE;
void settings_add(struct settings *settings, struct view key, struct view value,
                  const struct item *item, uint32_t line);
MUST_USE struct rc settings_end(struct settings *settings);

/* Calls `each` for every line that is neither blank nor a comment starting with one of the
 * characters `comments`. Long lines and NULs are problems by themselves. */
struct reader_line {
    const struct item *item;
    uint32_t number;
    struct view text; /* trimmed */
};
MUST_USE struct rc reader_each_line(
    struct facts *facts, const struct item *item, const char *comments,
    struct rc (*each)(struct facts *facts, const struct reader_line *line, void *context),
    void *context);

/* \040 and its kin (octal, as in fstab and mountinfo) as bytes; a text without them is given back.
 */
struct view reader_unescape_octal(struct facts *facts, struct view v);

/* ---- secrets (secret.c) ------------------------------------------------------------------- *
 * Reduction for a source that has a password hash as its second ':' field (passwd, shadow, group,
 * gshadow). The hash becomes a token: leading '!' and '*' stay, then nothing, "x", "?" (a text that
 * no hash can match) or "{algorithm}" or "{algorithm,rounds}". Lines keep their numbers.
 */
source_reduce secret_reduce;
source_reduce secret_reduce_shadow; /* the same; other fields that are no numbers become "?" */
source_reduce secret_reduce_fstab;  /* values of password= and its kin become {secret} */
source_reduce command_reduce;       /* passwords in command lines likewise (command_secret.c) */

/* Values of settings that are secret by their name become {secret} (secret_setting.c). */
source_reduce secret_reduce_postgresql, secret_reduce_mysql, secret_reduce_nginx;

struct secret {
    const char *state;     /* empty none locked set; "shadow" for "x" */
    struct view algorithm; /* ptr NULL: no hash */
    int64_t rounds;        /* 0: not known */
};

/* Reads a token that secret_reduce left. Anything else is a state of "none". */
struct secret secret_parse(struct view token);

#endif

/*
 * base: what every floor stands on.
 *
 *   struct rc      a status that cannot be mistaken for a count or a boolean
 *   panic, must    "this cannot happen"; never used for hostile input
 *   struct arena   memory of one unit of work, freed as a whole
 *   struct view    borrowed bytes with a length, and cursors over them
 *   struct buf     bytes that grow, owned
 *
 * Memory: allocation failure ends the process with a message (panic); input sizes are bounded by
 * the callers, so it means that the machine is out of memory, not that the input was hostile.
 * Threads: nothing here is shared between threads; the last fault's text is kept per thread.
 */
#ifndef MERLON_BASE_H
#define MERLON_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_USE     __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))
#define COUNT_OF(a)  (sizeof(a) / sizeof((a)[0]))

/* ---- status ---------------------------------------------------------------------------- */

/* What kind of thing went wrong; interface/cli turns it into an exit code. */
enum fault_kind {
    FAULT_NONE = 0,
    FAULT_USAGE,    /* the caller asked for something that does not exist or does not fit */
    FAULT_TARGET,   /* the thing to be examined (root, bundle) cannot be used */
    FAULT_DATA,     /* bytes that do not follow their format */
    FAULT_ABSENT,   /* a file or record that is not there */
    FAULT_DENIED,   /* permission refused */
    FAULT_LIMIT,    /* a bound was reached: size, depth, steps, time */
    FAULT_IO,       /* the system refused: disk full, read error, ... */
    FAULT_CONFLICT, /* somebody else was faster, or it contradicts what is there */
    FAULT_BUSY,     /* in use by somebody else: may go another time */
    FAULT_LOST,     /* a connection broke; nothing of what was under way was kept */
};

/* A status. `kind` is FAULT_NONE for success. The sentence that explains it is fault_text(). */
struct rc {
    enum fault_kind kind;
};

#define RC_OK ((struct rc){FAULT_NONE})

/* Returns the status `kind` and keeps its sentence ("what, where, what to do") for this thread. */
MUST_USE PRINTF(2, 3) struct rc fault(enum fault_kind kind, const char *format, ...);

/* The sentence of this thread's last fault; "" when there was none. Valid until the next fault. */
const char *fault_text(void);

/* Puts "prefix: " before the sentence of the fault that `rc` stands for, and returns `rc`. */
MUST_USE PRINTF(2, 3) struct rc fault_within(struct rc rc, const char *format, ...);

static inline bool failed(struct rc rc)
{
    return rc.kind != FAULT_NONE;
}

/* Returns from the calling function when `expression` failed. */
#define TRY(expression)                                                                            \
    do {                                                                                           \
        struct rc try_rc_ = (expression);                                                          \
        if (failed(try_rc_))                                                                       \
            return try_rc_;                                                                        \
    } while (0)

/* Takes note that a status is deliberately of no interest; say why beside each use. */
static inline void rc_ignore(struct rc rc)
{
    (void)rc;
}

/* ---- impossible things ----------------------------------------------------------------- */

/* Ends the process at once: memory ran out or an invariant of our own is broken. */
__attribute__((noreturn))
PRINTF(3, 4) void panic_at(const char *file, int line, const char *format, ...);
#define panic(...) panic_at(__FILE__, __LINE__, __VA_ARGS__)

/* States an invariant of our own code. Hostile input is never a `must`. */
#define must(condition)                                                                            \
    do {                                                                                           \
        if (!(condition))                                                                          \
            panic("broken invariant: %s", #condition);                                             \
    } while (0)

/* ---- memory ---------------------------------------------------------------------------- */

void *mem_new(size_t size) MUST_USE;               /* zeroed; free() with mem_free */
void *mem_resize(void *old, size_t size) MUST_USE; /* the new part is not zeroed */
char *mem_copy_text(const char *text) MUST_USE;
void mem_free(void *memory); /* accepts NULL */

/*
 * Memory of one unit of work: a run, a request, a document. Everything taken from it lives until
 * arena_free. Sizes are rounded up to 16 bytes; blocks of 16 KiB or more are taken as needed.
 */
struct arena;

struct arena *arena_new(void) MUST_USE;
void arena_free(struct arena *arena);                        /* accepts NULL */
void *arena_take(struct arena *arena, size_t size) MUST_USE; /* zeroed */
char *arena_text(struct arena *arena, const char *text) MUST_USE;
PRINTF(2, 3) char *arena_printf(struct arena *arena, const char *format, ...) MUST_USE;
size_t arena_size(const struct arena *arena); /* bytes handed out so far */

/* Cleanup attributes: _cleanup_(arena_freep) struct arena *a = arena_new(); */
#define CLEANUP(f) __attribute__((cleanup(f)))
static inline void arena_freep(struct arena **arena)
{
    arena_free(*arena);
}
static inline void mem_freep(void *memory)
{
    mem_free(*(void **)memory);
}

/* ---- views: borrowed bytes ------------------------------------------------------------- */

/* `len` bytes at `ptr`, not ending in NUL, owned by somebody else. An empty view may have ptr NULL.
 */
struct view {
    const char *ptr;
    size_t len;
};

#define VIEW(literal) ((struct view){"" literal, sizeof(literal) - 1})

struct view view_of(const char *text); /* NULL gives the empty view */
bool view_equal(struct view a, struct view b);
bool view_is(struct view v, const char *text);        /* same bytes */
bool view_is_nocase(struct view v, const char *text); /* same, ASCII case ignored */
bool view_starts(struct view v, const char *prefix);
bool view_ends(struct view v, const char *suffix);
struct view view_trim(struct view v);               /* without blanks, tabs, CR at both ends */
struct view view_from(struct view v, size_t start); /* without its first `start` bytes */
char *view_text(struct arena *arena, struct view v) MUST_USE; /* a NUL-terminated copy */

/* Takes the text up to `separator` off the front of *rest; false when *rest was used up (ptr NULL).
 * "a::b" gives "a", "", "b"; "" gives "" once. */
bool view_cut(struct view *rest, char separator, struct view *piece);

/* Takes the next line (without its newline) off *rest; false at the end. A last line that lacks its
 * newline counts; nothing after the last newline is not a line. */
bool view_line(struct view *rest, struct view *line);

/* Takes the next run of non-blank bytes (blank, tab) off *rest; false when there is none. */
bool view_word(struct view *rest, struct view *word);

/* The whole view as a decimal number, with an optional sign; false (and *out untouched) when it is
 * anything else or does not fit. view_octal: digits 0-7 only. */
bool view_integer(struct view v, int64_t *out);
bool view_octal(struct view v, int64_t *out);

/* ---- growing bytes --------------------------------------------------------------------- */

/* Owned bytes. Zero-initialise it; buf_free leaves it empty and usable. text is always NUL-ended
 * once something was added, the NUL is not counted in len. */
struct buf {
    char *ptr;
    size_t len;
    size_t room;
};

void buf_free(struct buf *buf);
void buf_add(struct buf *buf, const void *bytes, size_t len);
void buf_add_text(struct buf *buf, const char *text);
void buf_add_view(struct buf *buf, struct view v);
void buf_add_char(struct buf *buf, char c);
PRINTF(2, 3) void buf_printf(struct buf *buf, const char *format, ...);
struct view buf_view(const struct buf *buf);

#endif

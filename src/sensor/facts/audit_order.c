/*
 * audit_order: which lines are loaded, and in which order.
 *
 *   10-base.rules   -D  -b 8192          front:  -D  -b 8192  -f 1
 *   9-first.rules   -w /a  -f 0    ->    then:   -w /a  -w /b     (9 before 10)
 *   20-more.rules   -w /b  -f 1  -e 2    end:    -e 2
 *
 * Where /etc/audit/rules.d is, augenrules(8) makes audit.rules of its *.rules at every start: files
 * in the order of `ls -v`, the last -D, -b, -f (in this order) moved to the front, the last -e to
 * the end. So the folder counts, also when it is empty. Without it, audit.rules counts as it
 * stands.
 */
#include "sensor/facts/audit.h"

#include <stdlib.h>
#include <string.h>

enum kept { KEPT_DELETE, KEPT_BACKLOG, KEPT_FAILURE, KEPT_ENABLE, KEPT_COUNT };

struct order {
    struct facts *facts;
    struct audit_line *lines;
    size_t count, room;
    struct audit_line kept[KEPT_COUNT]; /* text.ptr NULL: none */
    bool merges;
};

/* ---- the order of `ls -v` ----------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Letters come before other characters, the end before both, '~' before the end. */
static int weight(char c)
{
    if (c == '\0' || is_digit(c))
        return 0;
    if (is_letter(c))
        return c;
    return c == '~' ? -1 : (unsigned char)c + 256;
}

static int compare_numbers(const char **a, const char **b)
{
    int first = 0;
    while (**a == '0')
        ++*a;
    while (**b == '0')
        ++*b;
    while (is_digit(**a) && is_digit(**b)) {
        if (!first)
            first = **a - **b;
        ++*a;
        ++*b;
    }
    if (is_digit(**a))
        return 1;
    return is_digit(**b) ? -1 : first;
}

int audit_compare_names(const char *a, const char *b)
{
    const char *left = a, *right = b;
    while (*a || *b) {
        while ((*a && !is_digit(*a)) || (*b && !is_digit(*b))) {
            if (weight(*a) != weight(*b))
                return weight(*a) - weight(*b);
            a += *a != '\0';
            b += *b != '\0';
        }
        int order = compare_numbers(&a, &b);
        if (order)
            return order;
    }
    return strcmp(left, right);
}

/* The suffix takes no part. */
static char *stem(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    struct view name = view_of(slash ? slash + 1 : path);
    if (view_ends(name, ".rules"))
        name.len -= strlen(".rules");
    return view_text(arena, name);
}

struct named {
    const char *path, *stem;
};

static int by_stem(const void *a, const void *b)
{
    const struct named *left = a, *right = b;
    return audit_compare_names(left->stem, right->stem);
}

/* ---- lines -------------------------------------------------------------------------------- */

static void add(struct order *order, const struct audit_line *line)
{
    if (order->count == order->room) {
        size_t room = order->room ? order->room * 2 : 64;
        struct audit_line *more = arena_take(reader_arena(order->facts), room * sizeof *more);
        if (order->count)
            memcpy(more, order->lines, order->count * sizeof *more);
        order->lines = more;
        order->room = room;
    }
    order->lines[order->count++] = *line;
}

/* Which of the lines that augenrules moves this is; KEPT_COUNT for none. */
static enum kept kept_kind(struct view text)
{
    if (view_is(text, "-D"))
        return KEPT_DELETE;
    if (view_starts(text, "-b"))
        return KEPT_BACKLOG;
    if (view_starts(text, "-f"))
        return KEPT_FAILURE;
    return view_starts(text, "-e") ? KEPT_ENABLE : KEPT_COUNT;
}

static struct rc take_line(struct facts *facts, const struct reader_line *read, void *context)
{
    struct order *order = context;
    struct audit_line line = {read->item, read->number, read->text, "configured"};
    enum kept kind = kept_kind(read->text);
    (void)facts;
    if (order->merges && kind != KEPT_COUNT)
        order->kept[kind] = line;
    else if (order->count < AUDIT_RULES_MAX)
        add(order, &line);
    else
        reader_problem(facts, read->item, read->number, "more than %d rules", AUDIT_RULES_MAX);
    return RC_OK;
}

/* The kept ones go round the others. */
static void merge(struct order *order)
{
    struct order merged = {.facts = order->facts};
    for (int i = 0; i < KEPT_ENABLE; i++)
        if (order->kept[i].text.ptr)
            add(&merged, &order->kept[i]);
    for (size_t i = 0; i < order->count; i++)
        add(&merged, &order->lines[i]);
    if (order->kept[KEPT_ENABLE].text.ptr)
        add(&merged, &order->kept[KEPT_ENABLE]);
    *order = merged;
}

static struct rc read_folder(struct order *order)
{
    const char *const *paths;
    size_t count;
    struct arena *arena = reader_arena(order->facts);
    order->merges = true;
    TRY(reader_files(order->facts, "/etc/audit/rules.d/*.rules", &paths, &count));
    struct named *names = arena_take(arena, (count + 1) * sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = (struct named){paths[i], stem(arena, paths[i])};
    if (count)
        qsort(names, count, sizeof *names, by_stem);
    for (size_t i = 0; i < count; i++)
        TRY(reader_each_line(order->facts, reader_file(order->facts, names[i].path), "#", take_line,
                             order));
    merge(order);
    return RC_OK;
}

struct rc audit_order(struct facts *facts, struct audit_line **lines, size_t *count)
{
    struct order order = {.facts = facts};
    const struct item *folder = reader_stat(facts, "/etc/audit/rules.d");
    if (folder && folder->status != ITEM_ABSENT)
        TRY(read_folder(&order));
    else
        TRY(reader_each_line(facts, reader_file(facts, "/etc/audit/audit.rules"), "#", take_line,
                             &order));
    *lines = order.lines;
    *count = order.count;
    return RC_OK;
}

/* check list: the checks there are, with the items of the standards they bear on. */
#include "interface/cli/command.h"

#include <string.h>

struct listing {
    const struct call *call;
    const char *standard; /* NULL: all */
    int level;            /* 0: all */
    uint32_t classes;     /* 0: all */
    bool people;          /* table: without the long list of items */
};

/* The ids of the items that a check bears on, separated by blanks; "" when there is none. */
static const char *clause_ids(const struct listing *listing, const struct check *check)
{
    struct buf ids CLEANUP(buf_freep) = {0};
    size_t count = 0;
    const struct standard *standards = catalogue_standards(catalogue_load(), &count);
    buf_add_text(&ids, "");
    for (size_t s = 0; s < count; s++) {
        const struct clause *clauses[CHECK_CLAUSES_MAX];
        if (listing->standard && strcmp(listing->standard, standards[s].id) != 0)
            continue;
        size_t found =
            check_clauses(check, standards[s].id, listing->level, clauses, CHECK_CLAUSES_MAX);
        for (size_t i = 0; i < found && i < CHECK_CLAUSES_MAX; i++)
            buf_printf(&ids, "%s%s", ids.len ? " " : "", clauses[i]->id);
    }
    return arena_text(listing->call->arena, ids.ptr);
}

/* One line, unless the selection leaves the check out. */
static void add_check(const struct listing *listing, const struct check *check, struct grid *grid)
{
    if (listing->classes && !(listing->classes >> check->asset_class & 1u))
        return;
    const char *clauses = clause_ids(listing, check);
    if ((listing->standard || listing->level) && clauses[0] == '\0')
        return;
    const char *title = text_of(doc_get(check->raw, "title"), listing->call->lang);
    const char *all[] = {check->id, asset_class_name(check->asset_class), title, clauses};
    const char *few[] = {check->id, title};
    grid_add_texts(grid, listing->people ? few : all);
}

struct rc cmd_check_list(const struct call *call, int *exit_code)
{
    (void)exit_code;
    static const char *const all[] = {"check", "class", "title", "clauses"};
    static const char *const few[] = {"check", "title"};
    struct request request;
    TRY(selection_read(call, &request));
    struct listing listing = {
        .call = call,
        .standard = call_text(call, OPTION_STANDARD, NULL),
        .level = (int)call_number(call, OPTION_LEVEL, 0),
        .classes = request.classes,
        .people = strcmp(call_format(call), "table") == 0,
    };
    const char *titles[] = {text_get(call->lang, "column.check"),
                            text_get(call->lang, "column.title")};
    struct grid *grid = listing.people ? grid_new(call, few, titles, COUNT_OF(few))
                                       : grid_new(call, all, NULL, COUNT_OF(all));
    const struct check *const *checks = NULL;
    size_t count = 0;
    TRY(request_checks(&request, &checks, &count));
    for (size_t i = 0; i < count; i++)
        add_check(&listing, checks[i], grid);
    struct buf out CLEANUP(buf_freep) = {0};
    grid_write(grid, &out);
    return output_write(call, &out);
}

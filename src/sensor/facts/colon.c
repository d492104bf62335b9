/* colon: lines of fields divided by ':', which passwd, shadow, group and gshadow share. */
#include "sensor/facts/colon.h"

size_t colon_split(struct view line, struct view *fields, size_t max, struct view *rest)
{
    size_t count = 0;
    while (count < max && view_cut(&line, ':', &fields[count]))
        count++;
    *rest = line;
    return count;
}

bool colon_is_nis(const struct reader_line *line)
{
    return line->text.ptr[0] == '+' || line->text.ptr[0] == '-';
}

struct cell colon_id(struct facts *facts, const struct reader_line *line, struct view field,
                     const char *what)
{
    /* Like strtoul in glibc, cell_number takes "+0", "00" and " 0" for the number they are: whoever
     * hides a second root behind such a spelling is seen. */
    struct cell cell = cell_number(field);
    if (cell.kind == CELL_INTEGER && cell.integer >= 0 && cell.integer <= UINT32_MAX)
        return cell;
    reader_problem(facts, line->item, line->number, "the %s is no number that the system takes",
                   what);
    return cell_null();
}

struct rc colon_names(struct facts *facts, const struct reader_line *line,
                      const struct table *table, struct view owner, struct view names)
{
    struct view name;
    while (view_cut(&names, ',', &name)) {
        name = view_trim(name);
        struct cell cells[] = {cell_view(owner), cell_view(name)};
        if (name.len) /* "ann,,bob," is common and harmless */
            TRY(reader_row(facts, table, cells, line->item, line->number));
    }
    return RC_OK;
}

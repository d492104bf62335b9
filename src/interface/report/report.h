/*
 * report: a run, shown to people and machines.
 *
 * table   for a person at a terminal: grouped by clause, worst first, a summary bar, the next step
 * json    one object: target, standard, level, summary, results[], items[]
 *
 * Everything that came from the target is escaped: it cannot steer a terminal. Threads: none.
 */
#ifndef MERLON_REPORT_H
#define MERLON_REPORT_H

#include "sensor/baseline/baseline.h"

struct report_style {
    enum lang lang;
    bool colour;
    size_t width; /* columns */
    size_t limit; /* rows shown for each check in the table; 0: 5 */
    bool all;     /* table: passes and items without a check line by line too */
};

void report_table(const struct run *run, const struct report_style *style, struct buf *out);
MUST_USE struct rc report_json(const struct run *run, const struct report_style *style,
                               struct buf *out);

#endif

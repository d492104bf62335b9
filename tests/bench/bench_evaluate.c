/*
 * bench_evaluate BUNDLE [QUERIES]: what judging an opened bundle costs, start-up and opening left
 * out. Our own checks are repeated until there are QUERIES (300) of them; every copy is run anew.
 * Prints the median of 21 runs, and the dearest checks.
 */
#include "sensor/baseline/baseline.h"
#include "foundation/sys/sys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RUNS   21
#define COPIES 100 /* of one check, to tell its query from the filling of its tables */

static const struct request request = {.standard = "gbt22239-2019", .level = 3};

static int by_time(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static struct rc measure(const struct check *const *checks, size_t count, struct bundle *bundle,
                         double *median)
{
    double times[RUNS];
    struct plan *plan = NULL;
    TRY(plan_new_for(&request, checks, count, &plan));
    for (int i = 0; i < RUNS; i++) {
        struct run *run = NULL;
        int64_t start = sys_now();
        struct rc rc = plan_evaluate(plan, bundle, bundle_target(bundle)->collected_at, &run);
        times[i] = (double)(sys_now() - start) / 1000;
        run_free(run);
        if (failed(rc))
            return rc;
    }
    plan_free(plan);
    qsort(times, RUNS, sizeof *times, by_time);
    *median = times[RUNS / 2];
    return RC_OK;
}

static struct rc bench(const char *path, size_t queries, bool each)
{
    struct bundle *bundle = NULL;
    const struct check *const *all;
    size_t count;
    double median = 0;
    TRY(bundle_load(path, &bundle));
    TRY(checks_builtin(&all, &count));
    const struct check **many = mem_new(queries * sizeof *many);
    for (size_t i = 0; i < queries; i++)
        many[i] = all[i % count];
    TRY(measure(many, queries, bundle, &median));
    printf("evaluate: %zu queries (%zu checks) in %.2f ms (median of %d)\n", queries, count, median,
           RUNS);
    for (size_t i = 0; each && i < count; i++) {
        double once = 0, often = 0;
        for (size_t k = 0; k < COPIES && k < queries; k++)
            many[k] = all[i];
        TRY(measure(many, 1, bundle, &once));
        TRY(measure(many, COPIES < queries ? COPIES : queries, bundle, &often));
        printf("%8.3f ms to fill, %7.1f us a query: %s\n", once, (often - once) * 1000 / COPIES,
               all[i]->id);
    }
    mem_free(many);
    bundle_free(bundle);
    return RC_OK;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: bench_evaluate BUNDLE [QUERIES [each]]\n");
        return 2;
    }
    if (failed(bench(argv[1], argc > 2 ? (size_t)atoi(argv[2]) : 300, argc > 3))) {
        fprintf(stderr, "bench_evaluate: %s\n", fault_text());
        return 1;
    }
    return 0;
}

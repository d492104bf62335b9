/*
 * bench_select: what selecting the items that bind costs, the catalogue loaded. Prints the median
 * of 101 selections of one system in every scope (ms), and the time of 2,000 systems with marks,
 * scopes and classes of their own (s).
 */
#include "regulation/grading/grading.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define RUNS    101
#define SYSTEMS 2000

static double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static size_t select_one(const struct selection_request *request)
{
    struct arena *arena = arena_new();
    struct selection selection;
    if (failed(selection_make(arena, request, &selection)))
        panic("%s", fault_text());
    size_t count = selection.count;
    arena_free(arena);
    return count;
}

static int by_time(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(void)
{
    static const char *const all[] = {"all"}, *const some[] = {"general", "cloud", "iot"};
    struct selection_request request = {.standard =
                                            catalogue_standard(catalogue_load(), "gbt22239-2019"),
                                        .marks = {3, 3, 3},
                                        .scopes = all,
                                        .scope_count = 1};
    double times[RUNS];
    size_t items = 0;
    for (int i = 0; i < RUNS; i++) {
        double before = now();
        items = select_one(&request);
        times[i] = (now() - before) * 1e3;
    }
    qsort(times, RUNS, sizeof *times, by_time);
    double before = now();
    size_t total = 0;
    for (int i = 0; i < SYSTEMS; i++) {
        int s = 1 + i % 4, a = 1 + i / 4 % 4;
        request.marks = (struct marks){s, a, s > a ? s : a};
        request.scopes = i % 3 ? some : all;
        request.scope_count = i % 3 ? (size_t)(i % 3) + 1 : 1;
        request.classes = i % 5 ? 0 : 1u << (i % CLASS_COUNT);
        total += select_one(&request);
    }
    printf("%.4f ms for %zu items; %.4f s for %d systems, %zu items\n", times[RUNS / 2], items,
           now() - before, SYSTEMS, total);
    return 0;
}

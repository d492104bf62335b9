/*
 * fuzz_results: bytes as results of an evaluation and as weights. They are refused with a sentence,
 * or give a score within its bounds under both templates.
 */
#include "regulation/evaluation/evaluation.h"

#include <stdlib.h>

#define RESULTS_MAX_BYTES ((size_t)64 << 10)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void score(struct arena *arena, const struct results *results, const char *year)
{
    struct evaluation e;
    if (failed(evaluate(arena, year, results, NULL, NULL, 0, &e))) {
        if (!*fault_text())
            abort();
        return;
    }
    if (e.score < 0 || e.score > 100 || e.rate < 0 || e.rate > 100 || !*e.conclusion)
        abort();
    if (e.conforming + e.partly + e.failing != e.items || e.items == 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > RESULTS_MAX_BYTES)
        return 0;
    struct arena *arena = arena_new();
    struct view jsonl = {(const char *)data, size};
    struct results results;
    const struct weight *weights;
    size_t count;
    if (!failed(results_read(arena, "fuzz", jsonl, NULL, &results))) {
        score(arena, &results, "2021");
        score(arena, &results, "2025");
    } else if (!*fault_text()) {
        abort();
    }
    rc_ignore(weights_read(arena, "fuzz", jsonl, &weights, &count)); /* results are no weights */
    arena_free(arena);
    return 0;
}

/* Fuzzes the reading of a stored report, and its comparison with itself: nothing may differ. */
#include "interface/report/report.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct past past;
    size_t count = 0;
    struct view json = {(const char *)data, size};
    if (!failed(past_read(arena, "fuzz", json, &past))) {
        const struct past_change *changes = past_compare(arena, &past, &past, &count);
        for (size_t i = 0; i < count; i++) {
            if (changes[i].kind != CHANGE_SAME)
                abort();
        }
    }
    arena_free(arena);
    return 0;
}

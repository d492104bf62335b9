/* fuzz_xccdf: hostile results of other scanners. What is taken keeps the bounds; a refusal says
 * which file. */
#include "sensor/xccdf/xccdf.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct xccdf xccdf;
    struct rc rc = xccdf_read(arena, "fuzz", (struct view){(const char *)data, size}, &xccdf);
    if (failed(rc)) {
        must(rc.kind == FAULT_TARGET && strncmp(fault_text(), "fuzz", 4) == 0);
    } else {
        must(xccdf.count <= XCCDF_RULES_MAX && xccdf.version);
        for (size_t i = 0; i < xccdf.count; i++) {
            must(strlen(xccdf.rules[i].id) <= XCCDF_TEXT_MAX);
            must(xccdf_result_name(xccdf.rules[i].result)[0]);
            (void)crosswalk_check(xccdf.rules[i].name);
        }
    }
    arena_free(arena);
    return 0;
}

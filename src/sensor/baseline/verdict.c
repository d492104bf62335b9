/* verdict: the six verdicts and their names. */
#include "sensor/baseline/baseline.h"

#include <string.h>

static const char *const names[VERDICT_COUNT] = {
    [VERDICT_FAIL] = "fail",     [VERDICT_UNKNOWN] = "unknown",
    [VERDICT_MANUAL] = "manual", [VERDICT_WAIVED] = "waived",
    [VERDICT_PASS] = "pass",     [VERDICT_NOT_APPLICABLE] = "not_applicable",
};

const char *verdict_name(enum verdict verdict)
{
    return names[verdict];
}

bool verdict_from(const char *name, enum verdict *out)
{
    for (int i = 0; name && i < VERDICT_COUNT; i++) {
        if (strcmp(name, names[i]) == 0) {
            *out = (enum verdict)i;
            return true;
        }
    }
    return false;
}

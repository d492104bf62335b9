/* clock: the time of day, and how it is written (UTC, ISO 8601). */
#include "foundation/sys/sys.h"

#include <string.h>
#include <time.h>

#define US_PER_SECOND 1000000

int64_t sys_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000;
}

void sys_format_time(int64_t us, char out[static 32])
{
    /* Rounded down, so that a moment before 1970 does not become a later one. */
    time_t seconds = (time_t)(us / US_PER_SECOND - (us % US_PER_SECOND < 0 ? 1 : 0));
    struct tm tm;
    if (!gmtime_r(&seconds, &tm) || strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        memcpy(out, "?", 2); /* a year beyond what the calendar can hold */
}

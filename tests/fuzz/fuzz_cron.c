/* Fuzzes the reader of cron's jobs. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_reader("cron_job", ITEM_FILE, "/etc/crontab", NULL, data, size);
}

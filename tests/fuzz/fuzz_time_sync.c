/* Fuzzes the readers of chrony.conf, ntp.conf and timesyncd.conf. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reader("time_source", ITEM_FILE, "/etc/chrony/chrony.conf", NULL, data, size);
    fuzz_reader("time_source", ITEM_FILE, "/etc/ntp.conf", NULL, data, size);
    return fuzz_reader("time_source", ITEM_FILE, "/etc/systemd/timesyncd.conf", NULL, data, size);
}

/* Fuzzes the readers of mountinfo and /etc/fstab, and the reduction of passwords in the latter. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reader("mount", ITEM_LIVE, "mounts", NULL, data, size);
    return fuzz_reader("fstab", ITEM_FILE, "/etc/fstab", NULL, data, size);
}

/* Fuzzes the readers of /etc/shadow and /etc/gshadow, and the reduction of hashes in them. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reader("shadow", ITEM_FILE, "/etc/shadow", NULL, data, size);
    return fuzz_reader("group_password", ITEM_FILE, "/etc/gshadow", NULL, data, size);
}

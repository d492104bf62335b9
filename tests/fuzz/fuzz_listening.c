/* Fuzzes the readers of the probes "listening" and "processes". */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reader("listening_port", ITEM_LIVE, "listening", NULL, data, size);
    fuzz_reader("listening_program", ITEM_LIVE, "listening", NULL, data, size);
    return fuzz_reader("process", ITEM_LIVE, "processes", NULL, data, size);
}

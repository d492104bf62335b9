/* Fuzzes the reader of pg_hba.conf and pg_ident.conf, which may include themselves. */
#include "fuzz_reader.h"

#define FOLDER "/var/lib/pgsql/data/"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view bytes = {(const char *)data, size};
    struct buf reduced = fuzz_collect("postgresql_hba", FOLDER "pg_hba.conf", bytes);
    for (int pass = 0; pass < 2; pass++) {
        struct view text = pass ? buf_view(&reduced) : bytes;
        struct item items[] = {
            {.kind = ITEM_FILE, .name = FOLDER "postgresql.conf", .reason = "", .bytes = VIEW("")},
            {.kind = ITEM_FILE, .name = FOLDER "PG_VERSION", .reason = "", .bytes = VIEW("16")},
            {.kind = ITEM_FILE, .name = FOLDER "pg_hba.conf", .reason = "", .bytes = text},
            {.kind = ITEM_FILE, .name = FOLDER "pg_ident.conf", .reason = "", .bytes = text},
            {.kind = ITEM_FILE, .name = FOLDER "a", .reason = "", .bytes = text},
        };
        fuzz_fill_items("postgresql_hba", items, COUNT_OF(items));
    }
    buf_free(&reduced);
    return 0;
}

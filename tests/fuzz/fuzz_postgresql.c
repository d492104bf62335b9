/* Fuzzes the reader of postgresql.conf, which may include itself. */
#include "fuzz_reader.h"

#define FOLDER "/etc/postgresql/15/main/"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view bytes = {(const char *)data, size};
    struct buf reduced = fuzz_collect("postgresql_setting", FOLDER "postgresql.conf", bytes);
    for (int pass = 0; pass < 2; pass++) {
        struct view text = pass ? buf_view(&reduced) : bytes;
        struct item items[] = {
            {.kind = ITEM_LIST,
             .name = "/etc/postgresql/*/*/postgresql.conf",
             .reason = "",
             .bytes = VIEW(FOLDER "postgresql.conf")},
            {.kind = ITEM_FILE, .name = FOLDER "postgresql.conf", .reason = "", .bytes = text},
            {.kind = ITEM_FILE, .name = FOLDER "a", .reason = "", .bytes = text},
            {.kind = ITEM_LIST, .name = FOLDER "d/*.conf", .reason = "", .bytes = VIEW(FOLDER "a")},
        };
        fuzz_fill_items("postgresql_setting", items, COUNT_OF(items));
    }
    buf_free(&reduced);
    return 0;
}

/* Fuzzes the reader of the option files of MySQL and MariaDB, which may include themselves. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const programs[] = {"/usr/sbin/mysqld", "/usr/sbin/mariadbd"};
    struct view bytes = {(const char *)data, size};
    struct buf reduced = fuzz_collect("mysql_setting", "/etc/my.cnf", bytes);
    for (size_t pass = 0; pass < 2; pass++) {
        struct view text = pass ? buf_view(&reduced) : bytes;
        struct item items[] = {
            {.kind = ITEM_STAT, .name = programs[pass], .reason = "", .bytes = VIEW("x")},
            {.kind = ITEM_FILE, .name = "/etc/my.cnf", .reason = "", .bytes = text},
            {.kind = ITEM_FILE, .name = "/etc/mysql/my.cnf", .reason = "", .bytes = text},
            {.kind = ITEM_LIST, .name = "/d/*.cnf", .reason = "", .bytes = VIEW("/etc/my.cnf")},
        };
        fuzz_fill_items("mysql_setting", items, COUNT_OF(items));
    }
    buf_free(&reduced);
    return 0;
}

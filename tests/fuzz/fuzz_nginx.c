/* Fuzzes the reader of nginx's configuration, which may include itself. */
#include "fuzz_reader.h"

#define CONF "/etc/nginx/nginx.conf"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view bytes = {(const char *)data, size};
    struct buf reduced = fuzz_collect("nginx_directive", CONF, bytes);
    for (int pass = 0; pass < 2; pass++) {
        struct view text = pass ? buf_view(&reduced) : bytes;
        struct item items[] = {
            {.kind = ITEM_STAT, .name = CONF, .reason = "", .bytes = VIEW("x")},
            {.kind = ITEM_FILE, .name = CONF, .reason = "", .bytes = text},
            {.kind = ITEM_FILE, .name = "/etc/nginx/a", .reason = "", .bytes = text},
            {.kind = ITEM_LIST,
             .name = "/etc/nginx/d/*",
             .reason = "",
             .bytes = VIEW("/etc/nginx/a")},
        };
        fuzz_fill_items("nginx_effective", items, COUNT_OF(items));
    }
    buf_free(&reduced);
    return 0;
}

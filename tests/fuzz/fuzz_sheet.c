/* fuzz_sheet: hostile CSV and XLSX. Whatever is taken keeps the bounds; a refusal says where. */
#include "foundation/sheet/sheet.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sheet *sheet;
    struct view bytes = {(const char *)data, size};
    if (failed(sheet_open_bytes(bytes, "fuzz", &sheet))) {
        must(strncmp(fault_text(), "fuzz:", 5) == 0);
        return 0;
    }
    struct sheet_row row;
    bool more = true;
    size_t last = 0;
    while (!failed(sheet_next(sheet, &row, &more)) && more) {
        must(row.number > last && row.count <= SHEET_COLUMNS_MAX);
        for (size_t i = 0; i < row.count; i++)
            must(row.cells[i].len <= SHEET_CELL_MAX);
        last = row.number;
    }
    sheet_close(sheet);
    return 0;
}

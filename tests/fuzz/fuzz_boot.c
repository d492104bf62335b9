/* Fuzzes the readers of the boot loader's files, and their reduction. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reader("boot_setting", ITEM_FILE, "/boot/grub/grub.cfg", NULL, data, size);
    fuzz_reader("boot_setting", ITEM_FILE, "/boot/grub2/user.cfg", NULL, data, size);
    fuzz_reader("boot_setting", ITEM_FILE, "/etc/default/grub", NULL, data, size);
    fuzz_reader("boot_setting", ITEM_FILE, "/boot/loader/entries/a.conf",
                "/boot/loader/entries/*.conf", data, size);
    return fuzz_reader("boot_setting", ITEM_LIVE, "cmdline", NULL, data, size);
}

/* Fuzzes the readers of audit rules, configured and running, and of auditd.conf. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reader("audit_rule", ITEM_FILE, "/etc/audit/audit.rules", NULL, data, size);
    fuzz_reader("audit_rule", ITEM_LIVE, "audit_rules", NULL, data, size);
    return fuzz_reader("audit_setting", ITEM_FILE, "/etc/audit/auditd.conf", NULL, data, size);
}

/* evidence: a record's whole text, and its export. Lists are those of cmd_entry.c. */
#include "interface/cli/office.h"

struct rc cmd_evidence_show(const struct call *call, int *exit_code)
{
    struct office *office CLEANUP(office_closep) = NULL;
    struct buf out CLEANUP(buf_freep) = {0};
    const char *text;
    int64_t sequence;
    if (call_format(call)[0] == 't') /* table */
        return cmd_entry_show(call, exit_code);
    TRY(office_open(call, &office));
    TRY(evidence_get(office->reg, call->operands[0], call->arena, &text, &sequence));
    buf_printf(&out, "%s\n", text);
    return output_write(call, &out);
}

struct rc cmd_evidence_export(const struct call *call, int *exit_code)
{
    struct office *office CLEANUP(office_closep) = NULL;
    (void)exit_code;
    TRY(office_open(call, &office));
    TRY(ledger_reader_open(&office->place, &office->reader));
    TRY(evidence_export(office->reg, office->reader, call->operands[0], call->operands[1]));
    tell(say(call, "msg.evidence.exported", call->operands[0], call->operands[1], NULL));
    return RC_OK;
}

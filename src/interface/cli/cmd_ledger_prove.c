/* ledger prove, consistency: proofs for a third party, as texts. */
#include "interface/cli/office.h"

static void reader_freep(struct ledger_reader **reader)
{
    ledger_reader_free(*reader);
}

/* An operand that is a number of records. */
static struct rc number_of(const struct call *call, size_t operand, uint64_t *out)
{
    int64_t number = 0;
    const char *text = call->operands[operand];
    if (!view_integer(view_of(text), &number) || number < 0)
        return wrong(call, "msg.ledger.number", text, NULL, NULL);
    *out = (uint64_t)number;
    return RC_OK;
}

struct rc cmd_ledger_prove(const struct call *call, int *exit_code)
{
    struct ledger_place place;
    struct ledger_reader *reader CLEANUP(reader_freep) = NULL;
    struct buf out CLEANUP(buf_freep) = {0};
    uint64_t index = 0;
    (void)exit_code;
    TRY(number_of(call, 0, &index));
    TRY(ledger_places(call, &place));
    TRY(ledger_reader_open(&place, &reader));
    TRY(ledger_prove(reader, index, &out));
    return output_write(call, &out);
}

struct rc cmd_ledger_consistency(const struct call *call, int *exit_code)
{
    struct ledger_place place;
    struct ledger_reader *reader CLEANUP(reader_freep) = NULL;
    struct buf out CLEANUP(buf_freep) = {0};
    uint64_t old = 0, size = 0;
    (void)exit_code;
    TRY(number_of(call, 0, &old));
    TRY(number_of(call, 1, &size));
    TRY(ledger_places(call, &place));
    TRY(ledger_reader_open(&place, &reader));
    TRY(ledger_consistency(reader, old, size, &out));
    return output_write(call, &out);
}

struct rc cmd_ledger_checkpoint(const struct call *call, int *exit_code)
{
    struct ledger_place place;
    struct ledger_reader *reader CLEANUP(reader_freep) = NULL;
    struct buf out CLEANUP(buf_freep) = {0};
    (void)exit_code;
    TRY(ledger_places(call, &place));
    TRY(ledger_reader_open(&place, &reader));
    TRY(ledger_last_checkpoint(reader, &out));
    buf_add_char(&out, '\n'); /* notes in one file are divided by an empty line: >> FILE works */
    return output_write(call, &out);
}

struct rc cmd_ledger_request(const struct call *call, int *exit_code)
{
    struct ledger_place place;
    struct ledger_reader *reader CLEANUP(reader_freep) = NULL;
    struct buf out CLEANUP(buf_freep) = {0};
    uint64_t seen = 0;
    (void)exit_code;
    if (call->operand_count)
        TRY(number_of(call, 0, &seen));
    TRY(ledger_places(call, &place));
    TRY(ledger_reader_open(&place, &reader));
    TRY(witness_request(reader, seen, &out));
    return output_write(call, &out);
}

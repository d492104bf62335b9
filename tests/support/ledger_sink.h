/* ledger_sink: a journal's sink over a real ledger, as a command has it. */
#ifndef MERLON_TEST_LEDGER_SINK_H
#define MERLON_TEST_LEDGER_SINK_H

#include "record/journal/journal.h"
#include "record/ledger/ledger.h"

#include <stdio.h>
#include <sys/stat.h>

struct ledger_sink {
    char folder[160], keys[160], cache[160];
    struct ledger_place place;
    struct ledger *ledger;
    struct ledger_reader *reader; /* sees what was there when it was opened */
};

/* Opens the ledger below a folder, or makes it. */
__attribute__((unused)) static struct rc ledger_sink_open(struct ledger_sink *sink,
                                                          const char *below)
{
    char fingerprint[SM3_HEX];
    struct stat status;
    struct ledger_recovery recovery;
    snprintf(sink->folder, sizeof sink->folder, "%s/ledger", below);
    snprintf(sink->keys, sizeof sink->keys, "%s/keys", below);
    snprintf(sink->cache, sizeof sink->cache, "%s/cache", below);
    sink->place = (struct ledger_place){sink->folder, sink->keys, sink->cache};
    sink->ledger = NULL;
    sink->reader = NULL;
    if (stat(sink->folder, &status) != 0)
        TRY(ledger_create(&sink->place, 1000000, fingerprint));
    struct ledger_options options = {.place = sink->place};
    return ledger_open(&options, &sink->ledger, &recovery);
}

__attribute__((unused)) static struct rc
ledger_sink_append(void *context, const struct view *leaves, size_t count, uint64_t *first)
{
    struct ledger_sink *sink = context;
    ledger_reader_free(sink->reader);
    sink->reader = NULL;
    return ledger_append_many(sink->ledger, leaves, count, first);
}

__attribute__((unused)) static struct rc ledger_sink_size(void *context, uint64_t *out)
{
    *out = ledger_size(((struct ledger_sink *)context)->ledger);
    return RC_OK;
}

__attribute__((unused)) static struct rc ledger_sink_read(void *context, uint64_t index,
                                                          struct view *leaf)
{
    struct ledger_sink *sink = context;
    if (!sink->reader)
        TRY(ledger_reader_open(&sink->place, &sink->reader));
    return ledger_read(sink->reader, index, leaf);
}

__attribute__((unused)) static void ledger_sink_close(struct ledger_sink *sink)
{
    ledger_reader_free(sink->reader);
    ledger_free(sink->ledger);
}

#endif

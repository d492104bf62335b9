/* office: what a call opens to read and write records. */
#include "interface/cli/office.h"

#include "foundation/sys/sys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define US          INT64_C(1000000)
#define LEDGER_WAIT (10 * US) /* to wait for another command that writes */

/* ---- places --------------------------------------------------------------------------------- */

static const char *default_folder(const struct call *call)
{
    const char *home = getenv("XDG_DATA_HOME");
    if (geteuid() == 0)
        return "/var/lib/merlon";
    if (home && home[0] == '/')
        return arena_printf(call->arena, "%s/merlon", home);
    home = getenv("HOME");
    return home && home[0] == '/' ? arena_printf(call->arena, "%s/.local/share/merlon", home)
                                  : NULL;
}

/* Every folder of the path; the last one is for its owner only. */
static struct rc make_folders(const struct call *call, const char *path)
{
    char *copy = arena_text(call->arena, path);
    for (char *at = copy + 1; *at; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        if (mkdir(copy, 0755) != 0 && errno != EEXIST)
            return sys_fault(errno, copy);
        *at = '/';
    }
    if (mkdir(copy, 0700) != 0 && errno != EEXIST)
        return sys_fault(errno, copy);
    return RC_OK;
}

struct rc data_folder(const struct call *call, const char **out)
{
    const char *folder = call_text(call, OPTION_DATA, getenv("MERLON_DATA"));
    if (!folder || !folder[0])
        folder = default_folder(call);
    if (!folder)
        return wrong(call, "msg.no_data_folder", NULL, NULL, NULL);
    TRY(make_folders(call, folder));
    *out = folder;
    return RC_OK;
}

struct rc ledger_places(const struct call *call, struct ledger_place *out)
{
    const char *folder;
    TRY(data_folder(call, &folder));
    TRY(make_folders(call, arena_printf(call->arena, "%s/cache", folder)));
    *out = (struct ledger_place){
        .folder = arena_printf(call->arena, "%s/ledger", folder),
        .keys = arena_printf(call->arena, "%s/keys", folder),
        .cache = arena_printf(call->arena, "%s/cache/ledger", folder),
    };
    return RC_OK;
}

/* ---- opening -------------------------------------------------------------------------------- */

static struct rc open_store(const struct call *call, struct office *office)
{
    const char *folder, *where = call_text(call, OPTION_STORE, getenv("MERLON_STORE"));
    TRY(ledger_places(call, &office->place));
    TRY(data_folder(call, &folder));
    if (!where || !where[0])
        where = arena_printf(call->arena, "%s/merlon.db", folder);
    TRY(store_open(where, STORE_SHARED, &office->store));
    TRY(journal_open(office->store, NULL, &office->journal, NULL));
    TRY(reg_open(office->store, office->journal, rule_guards, &office->reg));
    return reg_act_as(office->reg, call_text(call, OPTION_AS, NULL));
}

struct rc office_open(const struct call *call, struct office **out)
{
    struct office *office = mem_new(sizeof *office);
    struct rc rc = open_store(call, office);
    if (failed(rc)) {
        office_close(office);
        return rc;
    }
    *out = office;
    return RC_OK;
}

/* ---- the ledger as the journal's sink ----------------------------------------------------------
 */

static struct rc sink_append(void *context, const struct view *leaves, size_t count,
                             uint64_t *first)
{
    struct office *office = context;
    office->appended = true;
    ledger_reader_free(office->reader); /* it sees what was there when it was opened */
    office->reader = NULL;
    return ledger_append_many(office->ledger, leaves, count, first);
}

static struct rc sink_size(void *context, uint64_t *out)
{
    struct office *office = context;
    *out = ledger_size(office->ledger);
    return RC_OK;
}

static struct rc sink_read(void *context, uint64_t index, struct view *leaf)
{
    struct office *office = context;
    if (!office->reader)
        TRY(ledger_reader_open(&office->place, &office->reader));
    return ledger_read(office->reader, index, leaf);
}

/* The fingerprint is told once, to be kept elsewhere: without it, nobody can tell this ledger from
 * one that was put in its place. */
static struct rc make_ledger(const struct call *call, struct office *office)
{
    char fingerprint[SM3_HEX];
    struct stat st;
    if (lstat(office->place.folder, &st) == 0)
        return RC_OK;
    TRY(ledger_create(&office->place, sys_now(), fingerprint));
    tell(say(call, "msg.ledger.made", office->place.folder, fingerprint, NULL));
    return RC_OK;
}

static void tell_recovery(const struct call *call, const struct ledger_recovery *ledger,
                          const struct journal_recovery *journal)
{
    if (ledger->torn_bytes)
        tell(say(call, "msg.ledger.torn",
                 arena_printf(call->arena, "%llu", (unsigned long long)ledger->torn_bytes), NULL,
                 NULL));
    if (journal->noted || journal->moved)
        tell(say(call, "msg.journal.recovered",
                 arena_printf(call->arena, "%llu",
                              (unsigned long long)(journal->noted + journal->moved)),
                 NULL, NULL));
}

struct rc office_open_ledger(const struct call *call, struct office *office)
{
    struct ledger_recovery ledger = {0};
    struct journal_recovery journal = {0};
    TRY(make_ledger(call, office));
    struct ledger_options wanted = {
        .place = office->place, .wait = LEDGER_WAIT, .epoch = LEDGER_EPOCH_USUAL * US};
    TRY(ledger_open(&wanted, &office->ledger, &ledger));
    office->sink = (struct journal_sink){sink_append, sink_size, sink_read, office};
    tell_recovery(call, &ledger, &journal);
    return RC_OK;
}

struct rc office_write(const struct call *call, struct office *office)
{
    struct ledger_recovery ledger = {0};
    struct journal_recovery journal = {0};
    TRY(office_open_ledger(call, office));
    TRY(journal_attach(office->journal, &office->sink, &journal));
    tell_recovery(call, &ledger, &journal);
    return RC_OK;
}

/* What was appended is sealed before the command ends. */
void office_close(struct office *office)
{
    if (!office)
        return;
    reg_close(office->reg);
    journal_close(office->journal);
    store_close(office->store);
    ledger_reader_free(office->reader);
    if (office->ledger && office->appended) {
        if (failed(ledger_close(office->ledger, sys_now())))
            tell(fault_text());
    } else {
        ledger_free(office->ledger);
    }
    mem_free(office);
}

/*
 * ledger verify: everything that the ledger's folder, the store and what was kept elsewhere can
 * tell.
 *
 * The ledger is read without its lock, so a running server may go on. Deeds are compared with
 * leaves where there is a store; with a copy of the ledger alone that is said to be left out.
 */
#include "interface/cli/office.h"
#include "foundation/sys/sys.h"
#include "interface/cli/json.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define WITNESS_MAX ((size_t)64 << 20)
#define ROOTS_MAX   ((size_t)1 << 20)
#define US          INT64_C(1000000)
#define SHOWN       20 /* findings of each kind about deeds */

struct page {
    const struct call *call;
    const struct ledger_report *report;
    struct journal_verdict verdict;
    bool compared; /* deeds with leaves */
    uint64_t wrong;
    size_t rows;     /* of the register that were changed by hand */
    struct buf *out; /* lines about deeds */
    json_t *list;    /* the same for --format json */
};

/* "2026-08-01" or "2026-08-01T12:00:00Z", UTC. */
static struct rc since_of(const struct call *call, int64_t *out)
{
    const char *text = call_text(call, OPTION_SINCE, NULL), *end;
    struct tm tm = {0};
    if (!text)
        return RC_OK;
    end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);
    if (!end || *end) {
        tm = (struct tm){0};
        end = strptime(text, "%Y-%m-%d", &tm);
    }
    if (!end || *end)
        return wrong(call, "msg.bad_date", "--since", text, NULL);
    *out = (int64_t)timegm(&tm) * US;
    return RC_OK;
}

static struct rc file_of(const struct call *call, enum option_id id, size_t max, struct buf *out)
{
    const char *path = call_text(call, id, NULL);
    return path ? read_input(path, max, out) : RC_OK;
}

/* ---- deeds and leaves ---- */

static struct rc leaf_count(void *context, uint64_t *out)
{
    *out = ledger_reader_size(context);
    return RC_OK;
}

static struct rc leaf_read(void *context, uint64_t index, struct view *leaf)
{
    return ledger_read(context, index, leaf);
}

static void add_deed(void *context, const struct journal_finding *finding)
{
    struct page *page = context;
    const char *name = journal_finding_name(finding->kind);
    json_array_append_new(page->list, json_pack("{s:s, s:I, s:I, s:s}", "finding", name, "sequence",
                                                (json_int_t)finding->sequence, "leaf",
                                                (json_int_t)finding->leaf, "text", finding->what));
    buf_printf(page->out, "  %-12s ", name);
    text_add_safe(page->out, view_of(finding->what));
    buf_add_char(page->out, '\n');
}

/* A row of the register that is not what the journal last wrote down about it. */
static void add_row(void *context, const struct reg_finding *finding)
{
    struct page *page = context;
    page->wrong++;
    if (page->rows++ >= SHOWN)
        return;
    json_array_append_new(page->list,
                          json_pack("{s:s, s:s, s:s, s:s}", "finding", "row", "kind", finding->kind,
                                    "key", finding->key, "text", finding->what));
    buf_printf(page->out, "  %-12s %s ", "row", finding->kind);
    text_add_safe(page->out, view_of(finding->key));
    buf_printf(page->out, ": %s\n", finding->what);
}

static bool has_store(const struct call *call, const struct ledger_place *place)
{
    const char *path = arena_printf(call->arena, "%s/../merlon.db", place->folder);
    return call_has(call, OPTION_STORE) || getenv("MERLON_STORE") || access(path, F_OK) == 0;
}

static struct rc compare_deeds(struct page *page, const struct ledger_place *place)
{
    struct office *office CLEANUP(office_closep) = NULL;
    if (!has_store(page->call, place))
        return RC_OK;
    TRY(office_open(page->call, &office));
    TRY(ledger_reader_open(place, &office->reader));
    struct journal_sink sink = {NULL, leaf_count, leaf_read, office->reader};
    TRY(journal_verify(office->journal, &sink, SHOWN, add_deed, page, &page->verdict));
    page->compared = true;
    for (int i = 0; i < JOURNAL_FINDING_COUNT; i++)
        page->wrong += i == JOURNAL_NOT_MOVED ? 0 : page->verdict.counts[i];
    return reg_verify(office->reg, add_row, page);
}

/* ---- showing ---- */

static const char *number(const struct call *call, uint64_t n)
{
    return arena_printf(call->arena, "%llu", (unsigned long long)n);
}

static const char *label(const struct call *call, const char *what, const char *name)
{
    return text_get(call->lang, arena_printf(call->arena, "ledger.%s.%s", what, name));
}

static void add_findings(const struct page *page, struct buf *out)
{
    const struct ledger_report *report = page->report;
    for (size_t i = 0; i < report->finding_count; i++) {
        const struct finding *f = &report->findings[i];
        buf_printf(out, "  %s: ", label(page->call, "finding", finding_name(f->kind)));
        text_add_safe(out, view_of(f->text));
        buf_add_char(out, '\n');
    }
    if (report->finding_total > report->finding_count)
        buf_printf(out, "  %s\n",
                   say(page->call, "ledger.more",
                       number(page->call, report->finding_total - report->finding_count), NULL,
                       NULL));
}

static void table(const struct page *page, struct buf *out)
{
    const struct call *call = page->call;
    const struct ledger_report *r = page->report;
    char first[32], last[32];
    sys_format_time(r->first, first);
    sys_format_time(r->last, last);
    buf_printf(out, "%s\n%s\n", r->origin,
               say(call, "ledger.fingerprint", r->fingerprint, NULL, NULL));
    buf_printf(out, "%s\n",
               say(call, "ledger.size", number(call, r->size), number(call, r->sealed),
                   number(call, r->epochs)));
    if (r->checkpoints)
        buf_printf(out, "%s\n",
                   say(call, "ledger.checkpoints", number(call, r->checkpoints), first, last));
    add_findings(page, out);
    if (page->compared)
        buf_printf(out, "%s\n",
                   say(call, "ledger.deeds", number(call, (uint64_t)page->verdict.deeds),
                       number(call, (uint64_t)page->verdict.leaves), number(call, page->wrong)));
    else
        buf_printf(out, "%s\n", text_get(call->lang, "ledger.no_store"));
    buf_add_view(out, buf_view(page->out));
    for (int i = 0; i < UNPROVEN_COUNT; i++) {
        if (r->unproven[i])
            buf_printf(out, "%s\n",
                       say(call, "ledger.unproven",
                           label(call, "unproven", unproven_name((enum unproven)i)), NULL, NULL));
    }
    const char *verdict = r->damage     ? "ledger.verdict.damaged"
                          : page->wrong ? "ledger.verdict.store"
                                        : "ledger.verdict.whole";
    buf_printf(out, "%s\n", text_get(call->lang, verdict));
}

static json_t *findings_json(const struct ledger_report *report)
{
    json_t *list = json_array();
    for (size_t i = 0; i < report->finding_count; i++) {
        const struct finding *f = &report->findings[i];
        json_t *one = json_pack("{s:s, s:b, s:s}", "finding", finding_name(f->kind), "damage",
                                finding_is_damage(f->kind), "text", f->text);
        if (f->first <= f->last)
            json_object_update_new(one, json_pack("{s:I, s:I}", "first", (json_int_t)f->first,
                                                  "last", (json_int_t)f->last));
        if (f->time)
            json_object_set_new(one, "time", json_integer(f->time));
        json_array_append_new(list, one);
    }
    return list;
}

static struct rc json(const struct page *page, struct buf *out)
{
    const struct ledger_report *r = page->report;
    json_t *unproven = json_array();
    for (int i = 0; i < UNPROVEN_COUNT; i++) {
        if (r->unproven[i])
            json_array_append_new(unproven, json_string(unproven_name((enum unproven)i)));
    }
    json_t *all = json_pack(
        "{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:I, s:b, s:O, s:o}", "origin", r->origin,
        "fingerprint", r->fingerprint, "size", (json_int_t)r->size, "sealed", (json_int_t)r->sealed,
        "checkpoints", (json_int_t)r->checkpoints, "epochs", (json_int_t)r->epochs, "witnessed",
        (json_int_t)r->witnessed, "damage", (json_int_t)(r->damage + page->wrong), "findings",
        findings_json(r), "finding_total", (json_int_t)r->finding_total, "deeds_compared",
        page->compared, "deeds", page->list, "unproven", unproven);
    return json_write(all, out);
}

static struct rc show(const struct call *call, const struct ledger_place *place,
                      const struct ledger_report *report, int *exit_code)
{
    struct buf deeds CLEANUP(buf_freep) = {0}, out CLEANUP(buf_freep) = {0};
    struct page page = {.call = call, .report = report, .out = &deeds, .list = json_array()};
    struct rc rc = compare_deeds(&page, place);
    if (!failed(rc) && strcmp(call_format(call), "json") == 0)
        rc = json(&page, &out);
    else if (!failed(rc))
        table(&page, &out);
    json_decref(page.list);
    TRY(rc);
    bool open = report->finding_total || report->unproven[UNPROVEN_WHOLE];
    *exit_code = report->damage || page.wrong ? EXIT_NOT_MET : open ? EXIT_OPEN : EXIT_MET;
    return output_write(call, &out);
}

struct rc cmd_ledger_verify(const struct call *call, int *exit_code)
{
    struct ledger_place place;
    struct buf witness CLEANUP(buf_freep) = {0}, roots CLEANUP(buf_freep) = {0};
    struct ledger_verify_options asked = {.now = sys_now()};
    struct ledger_report *report CLEANUP(mem_freep) = NULL;
    TRY(since_of(call, &asked.since));
    TRY(file_of(call, OPTION_WITNESS, WITNESS_MAX, &witness));
    TRY(file_of(call, OPTION_TRUST, ROOTS_MAX, &roots));
    TRY(ledger_places(call, &place));
    asked.witness = buf_view(&witness);
    asked.stamp_roots = buf_view(&roots);
    asked.fingerprint = call_text(call, OPTION_FINGERPRINT, NULL);
    TRY(ledger_verify(&place, &asked, &report));
    return show(call, &place, report, exit_code);
}

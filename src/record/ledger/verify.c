/*
 * verify: everything that can be told from the folder, and what cannot.
 *
 * Certificates first, then all checkpoints in order beside one walk over all leaves: at each
 * checkpoint's size the root must be the signed one. A checkpoint names the one before it with its
 * signature, so signatures are verified where a link ends: the last one of each epoch, and before
 * each broken link. Points that others have seen (a witness, a stamp) are compared on the way.
 *
 * After a wrong root the walk goes on from the hash tiles if they give that root; if not, later
 * roots prove nothing more and the report says so.
 */
#include "record/ledger/walk.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define US          INT64_C(1000000)
#define SLACK       (15 * US) /* a promised checkpoint may be that late: a busy disk */
#define POINTS_MAX  100000
#define WITNESS_MAX ((size_t)64 << 20)

/* A tree that somebody else has seen. */
struct point {
    uint64_t size;
    struct hash root;
    int64_t time;
    bool outside; /* from elsewhere, not from the folder itself */
};

struct verify {
    const struct ledger_place *place;
    const struct ledger_verify_options *options;
    struct ledger_report *report;
    struct chain chain;
    size_t start;    /* the first epoch read */
    struct seal end; /* the last checkpoint, as far as it can be found */
    struct walk walk;
    bool lost; /* roots behind a damage cannot be compared any more */

    struct point *points;
    size_t point_count, point_at;

    bool any; /* a checkpoint was read; it is: */
    struct checkpoint last;
    struct buf last_note;
    size_t last_epoch;
    uint64_t good;  /* leaves under the last root that was right */
    uint64_t doubt; /* under the last one that was wrong */
};

#define FOUND(kind, time, ...) finding_add(v->report, kind, 1, 0, time, __VA_ARGS__)

/* ---- points ---- */

static void point_add(struct verify *v, const struct checkpoint *seen, int64_t time, bool outside)
{
    if (v->point_count == POINTS_MAX)
        return;
    v->points = mem_resize(v->points, (v->point_count + 1) * sizeof *v->points);
    v->points[v->point_count++] = (struct point){seen->size, seen->root, time, outside};
}

static int by_size(const void *a, const void *b)
{
    const struct point *x = a, *y = b;
    return (x->size > y->size) - (x->size < y->size);
}

/* A note that a witness kept or signed; without its key, it is taken for what it says. */
static void witness_note(struct verify *v, const struct note *note, bool outside)
{
    const struct ledger_verify_options *o = v->options;
    struct checkpoint seen;
    int64_t time = 0;
    if (failed(checkpoint_decode(note->text, &seen))) {
        FOUND(FINDING_WITNESS, 0, "witness: a note that is no checkpoint");
        return;
    }
    time = seen.time;
    if (strcmp(seen.origin, v->report->origin) != 0) {
        FOUND(FINDING_WITNESS, time, "witness: it saw another ledger (%s)", seen.origin);
        return;
    }
    if (o->witness_key && failed(note_cosigned(note, o->witness_name, o->witness_key, &time))) {
        FOUND(FINDING_WITNESS, time, "witness: the note over %llu leaves lacks its signature",
              (unsigned long long)seen.size);
        return;
    }
    point_add(v, &seen, time, outside || o->witness_key);
}

static void witness_notes(struct verify *v, struct view notes, bool outside)
{
    struct note note;
    struct rc rc;
    while (!failed(rc = note_take(&notes, &note)))
        witness_note(v, &note, outside);
    if (rc.kind != FAULT_ABSENT)
        FOUND(FINDING_WITNESS, 0, "witness: %.150s", fault_text());
}

static struct rc stamp_point(void *context, const char *base)
{
    struct verify *v = context;
    struct buf response = {0}, text = {0}, signer = {0};
    int64_t time = 0;
    v->report->stamps++;
    struct rc rc = stamp_response(base, &response);
    if (!failed(rc) && v->options->stamp_roots.len)
        rc = stamp_check(base, buf_view(&response), v->options->stamp_roots, &text, &time, &signer);
    else if (!failed(rc))
        v->report->unproven[UNPROVEN_STAMPS] = true;
    struct view rest = buf_view(&text);
    struct note note;
    struct checkpoint seen;
    if (failed(rc))
        FOUND(FINDING_STAMP, 0, "%.200s", fault_text());
    else if (text.len && !failed(note_take(&rest, &note)) &&
             !failed(checkpoint_decode(note.text, &seen)))
        point_add(v, &seen, time, true);
    buf_free(&response);
    buf_free(&text);
    buf_free(&signer);
    return RC_OK;
}

static struct rc collect_points(struct verify *v)
{
    char path[PATH_SIZE];
    struct buf cosigned = {0};
    if (v->options->witness.ptr)
        witness_notes(v, v->options->witness, true);
    TRY(path_make(path, "%s/cosigned", v->place->folder));
    struct rc rc = sys_read_file(path, WITNESS_MAX, &cosigned);
    if (!failed(rc) && v->options->witness_key)
        witness_notes(v, buf_view(&cosigned), false);
    else if (!failed(rc))
        v->report->unproven[UNPROVEN_COSIGNED] = true;
    buf_free(&cosigned);
    TRY(stamps_each(v->place->folder, true, stamp_point, v));
    if (v->point_count)
        qsort(v->points, v->point_count, sizeof *v->points, by_size);
    return RC_OK;
}

/* ---- the walk and the roots ---- */

static bool root_is(const struct walk *walk, const struct hash *root)
{
    struct hash found;
    return !failed(merkle_root(&walk->tree, &found)) && memcmp(&found, root, sizeof found) == 0;
}

/* The points up to `size` leaves; one that the walk cannot reach is a ledger that was cut. */
static struct rc pass_points(struct verify *v, uint64_t size)
{
    for (; v->point_at < v->point_count && v->points[v->point_at].size <= size; v->point_at++) {
        const struct point *p = &v->points[v->point_at];
        if (p->size == 0)
            continue;
        if (v->lost || p->size < v->walk.tree.size) {
            v->report->unproven[v->lost ? UNPROVEN_REST : UNPROVEN_BEFORE] = true;
            continue;
        }
        TRY(walk_to(&v->walk, p->size, v->end.last.size, v->report));
        if (v->walk.tree.size < p->size)
            finding_add(v->report, FINDING_WITNESS, v->walk.tree.size, p->size - 1, p->time,
                        "a witness saw %llu leaves; %llu stand here", (unsigned long long)p->size,
                        (unsigned long long)v->walk.tree.size);
        else if (!root_is(&v->walk, &p->root))
            finding_add(v->report, FINDING_WITNESS, 0, p->size - 1, p->time,
                        "a witness saw other leaves among the first %llu: sealed anew",
                        (unsigned long long)p->size);
        else if (p->outside && p->size > v->report->witnessed)
            v->report->witnessed = p->size;
    }
    return RC_OK;
}

/* The root at a checkpoint is wrong, or its leaves are not all there. When the hash tiles give the
 * last signed root, they tell what is wrong up to there, and the later roots are compared with
 * them. */
static struct rc root_wrong(struct verify *v, const struct checkpoint *checkpoint)
{
    const struct checkpoint *end = v->end.any ? &v->end.last : checkpoint;
    struct merkle_frontier truth, none = {0};
    uint64_t stands = v->walk.tree.size;
    v->doubt = checkpoint->size;
    if (!v->walk.over_tiles && end->size >= checkpoint->size &&
        tiles_trusted(v->place->cache, end->size, &end->root, &truth)) {
        diagnose(v->place, v->good, end, v->report);
        walk_start(&v->walk, v->place, &none);
        v->walk.over_tiles = end->size;
        TRY(walk_to(&v->walk, checkpoint->size, end->size, v->report));
        if (root_is(&v->walk, &checkpoint->root)) {
            v->good = checkpoint->size;
            return RC_OK;
        }
        stands = checkpoint->size; /* this very checkpoint is not of this ledger's past */
    }
    diagnose_blind(v->place, v->good, stands, end->size, checkpoint, v->report);
    v->lost = true;
    v->report->unproven[UNPROVEN_REST] = true;
    return RC_OK;
}

static struct rc check_root(struct verify *v, const struct checkpoint *checkpoint)
{
    if (v->lost || checkpoint->size < v->walk.tree.size)
        return RC_OK; /* shrunk: named already */
    TRY(walk_to(&v->walk, checkpoint->size, v->end.last.size, v->report));
    if (v->walk.tree.size < checkpoint->size || !root_is(&v->walk, &checkpoint->root))
        return root_wrong(v, checkpoint);
    v->good = checkpoint->size;
    if (v->walk.tile_wrong && (v->walk.wrong_tile + 1) * BUNDLE <= v->good) {
        v->walk.tile_wrong = false;
        if (v->walk.wrong_tile * BUNDLE < v->doubt)
            return RC_OK; /* it is the leaves that are wrong, and named */
        finding_add(v->report, FINDING_CACHE, v->walk.wrong_tile * BUNDLE,
                    v->walk.wrong_tile * BUNDLE + BUNDLE - 1, checkpoint->time,
                    "the hash tile of leaf %llu is not that of its leaves; remove the cache",
                    (unsigned long long)(v->walk.wrong_tile * BUNDLE));
    }
    return RC_OK;
}

/* ---- one checkpoint ---- */

/* The signature of the last checkpoint that was read: it vouches for all that it links to. */
static void settle(struct verify *v)
{
    struct view rest = buf_view(&v->last_note);
    struct note note;
    const struct epoch *epoch = &v->chain.epochs[v->last_epoch];
    if (rest.len == 0)
        return;
    if (failed(note_take(&rest, &note)) || failed(note_verify(&note, epoch->origin, &epoch->key)))
        FOUND(FINDING_SIGNATURE, v->last.time,
              "the checkpoint over %llu leaves is not signed by the key of epoch %llu",
              (unsigned long long)v->last.size, (unsigned long long)epoch->number);
    v->last_note.len = 0;
}

/* Whose signature line is it? Settling verifies it; here only the name of the key is looked at. */
static bool right_key(struct verify *v, const struct note *note,
                      const struct checkpoint *checkpoint, size_t e)
{
    const struct epoch *epoch = &v->chain.epochs[e];
    if (strcmp(checkpoint->origin, epoch->origin) != 0) {
        FOUND(FINDING_FOREIGN_KEY, checkpoint->time, "a checkpoint of another ledger (%s)",
              checkpoint->origin);
        return false;
    }
    for (size_t i = 0; i < note->signature_count; i++) {
        if (signature_is_of(&note->signatures[i], epoch->origin, &epoch->key) &&
            checkpoint->epoch == epoch->number)
            return true;
    }
    FOUND(FINDING_FOREIGN_KEY, checkpoint->time,
          "the checkpoint over %llu leaves among those of epoch %llu is not by its key",
          (unsigned long long)checkpoint->size, (unsigned long long)epoch->number);
    return false;
}

static void check_clock(struct verify *v, const struct checkpoint *c)
{
    if (c->time < v->last.time)
        FOUND(FINDING_CLOCK, c->time,
              "the clock stepped back by %lld seconds before the checkpoint "
              "over %llu leaves",
              (long long)((v->last.time - c->time) / US), (unsigned long long)c->size);
    else if (v->last.next && c->time > v->last.time + v->last.next * US + SLACK)
        FOUND(FINDING_INTERVAL, v->last.time,
              "no checkpoint for %lld seconds after the one over %llu leaves, which promised one "
              "within %u (the process ended, or they were removed)",
              (long long)((c->time - v->last.time) / US), (unsigned long long)v->last.size,
              v->last.next);
}

static void check_link(struct verify *v, const struct checkpoint *c)
{
    struct hash hash;
    static const struct hash none;
    bool linked = v->any ? !failed(note_hash(buf_view(&v->last_note), &hash)) &&
                               memcmp(&hash, &c->previous, sizeof hash) == 0
                         : v->start > 0 || memcmp(&none, &c->previous, sizeof none) == 0;
    if (linked)
        return;
    settle(v);
    FOUND(FINDING_CHAIN, c->time,
          "the checkpoint over %llu leaves does not follow the one before it: some were removed or "
          "replaced",
          (unsigned long long)c->size);
}

static struct rc check_one(struct verify *v, const struct note *note, size_t e)
{
    struct checkpoint c;
    if (failed(checkpoint_decode(note->text, &c))) {
        FOUND(FINDING_MALFORMED, v->last.time, "epoch %zu: %.150s", e + 1, fault_text());
        return RC_OK;
    }
    if (!right_key(v, note, &c, e))
        return RC_OK;
    check_link(v, &c);
    if (v->any) {
        check_clock(v, &c);
        if (c.size < v->last.size)
            FOUND(FINDING_SHRUNK, c.time, "a checkpoint over %llu leaves after one over %llu",
                  (unsigned long long)c.size, (unsigned long long)v->last.size);
    } else {
        v->report->first = c.time;
    }
    if (v->last_epoch != e)
        settle(v);
    v->any = true;
    v->last = c;
    v->last_epoch = e;
    v->last_note.len = 0;
    buf_add_view(&v->last_note, note->whole);
    v->report->checkpoints++;
    TRY(pass_points(v, c.size));
    return check_root(v, &c);
}

/* ---- epochs ---- */

/* Where an epoch begins, the one before must have ended: at the same tree. */
static void check_handover(struct verify *v, size_t e)
{
    const struct epoch *epoch = &v->chain.epochs[e];
    if (!v->any || (v->last.size == epoch->size &&
                    memcmp(&v->last.root, &epoch->root, sizeof epoch->root) == 0))
        return;
    FOUND(
        FINDING_CHAIN, epoch->time,
        "epoch %llu began at %llu leaves, the checkpoints before it end at %llu: some were removed "
        "or put in",
        (unsigned long long)epoch->number, (unsigned long long)epoch->size,
        (unsigned long long)v->last.size);
}

static struct rc check_epoch(struct verify *v, size_t e)
{
    char path[PATH_SIZE];
    struct feed feed;
    bool newest = e + 1 == v->chain.count;
    TRY(seals_path(v->place->folder, e + 1, path));
    struct rc rc = feed_open(path, &feed);
    if (e > v->start)
        check_handover(v, e);
    if (rc.kind == FAULT_ABSENT) {
        if (!newest)
            FOUND(FINDING_MISSING, v->chain.epochs[e].time, "the checkpoints of epoch %zu are gone",
                  e + 1);
        return RC_OK;
    }
    TRY(rc);
    for (;;) {
        struct note note;
        rc = feed_next(&feed, v->report->origin, &note);
        if (!failed(rc))
            rc = check_one(v, &note, e);
        else if (rc.kind == FAULT_DATA || rc.kind == FAULT_LIMIT)
            FOUND(rc.kind == FAULT_LIMIT && newest ? FINDING_TORN : FINDING_MALFORMED, v->last.time,
                  "checkpoints of epoch %zu: %.150s", e + 1, fault_text());
        if (failed(rc) && rc.kind != FAULT_DATA)
            break;
    }
    feed_close(&feed);
    return rc.kind == FAULT_ABSENT || rc.kind == FAULT_LIMIT ? RC_OK : rc;
}

static struct rc check_chain(struct verify *v)
{
    uint64_t torn = 0;
    const char *kept = v->options->fingerprint;
    struct rc rc = chain_load(v->place->folder, &v->chain, &torn);
    if (v->chain.count == 0)
        return failed(rc) ? rc : fault(FAULT_DATA, "the ledger holds no certificate");
    memcpy(v->report->origin, v->chain.epochs[0].origin, sizeof v->report->origin);
    TRY(sm2_fingerprint(&v->chain.epochs[0].key, v->report->fingerprint));
    v->report->epochs = v->chain.count;
    v->report->epoch_size = v->chain.epochs[v->chain.count - 1].size;
    if (failed(rc))
        FOUND(FINDING_FOREIGN_KEY, 0, "after epoch %zu: %.180s", v->chain.count, fault_text());
    else if (torn)
        FOUND(FINDING_TORN, 0, "a half-written certificate of %llu bytes",
              (unsigned long long)torn);
    if (kept && strcmp(kept, v->report->fingerprint) != 0)
        FOUND(FINDING_FINGERPRINT, 0,
              "the first key is not the one that was kept: this is another ledger");
    return RC_OK;
}

/* Files that no certificate of the chain explains, keys that should be gone. */
static struct rc check_leftovers(struct verify *v)
{
    char path[PATH_SIZE];
    uint64_t size;
    TRY(seals_path(v->place->folder, v->chain.count + 1, path));
    if (!failed(disk_size(path, &size)))
        FOUND(FINDING_FOREIGN_KEY, 0, "checkpoints of epoch %zu, which has no certificate",
              v->chain.count + 1);
    for (size_t e = 1; v->place->keys && e < v->chain.count; e++) {
        TRY(keyfile_path(v->place->keys, e, path));
        if (!failed(disk_size(path, &size)))
            FOUND(FINDING_KEY_LEFT, 0, "the private key of epoch %zu was not erased", e);
    }
    return RC_OK;
}

/* ---- all of it ---- */

/* The last epoch that began before the time asked for; its beginning must be provable by tiles. */
static void choose_start(struct verify *v)
{
    struct merkle_frontier frontier = {0}, whole = {0};
    size_t e = v->chain.count - 1;
    while (e > 0 && v->chain.epochs[e].time > v->options->since)
        e--;
    const struct epoch *epoch = &v->chain.epochs[e];
    struct hash root;
    walk_start(&v->walk, v->place, &frontier);
    if (v->options->since == 0 || e == 0 || !v->place->cache ||
        failed(tiles_frontier(v->place->cache, epoch->size, &whole)) ||
        failed(merkle_root(&whole, &root)) || memcmp(&root, &epoch->root, sizeof root) != 0)
        return;
    v->start = e;
    v->good = epoch->size;
    v->last_epoch = e;
    v->report->unproven[UNPROVEN_BEFORE] = epoch->size > 0;
    walk_start(&v->walk, v->place, &whole);
}

/* The upper levels of the hash tiles, against the tree that was walked over. */
static void check_tiles(struct verify *v)
{
    const struct merkle_frontier *tree = &v->walk.tree;
    struct merkle_frontier tiles;
    uint64_t size = tree->size / BUNDLE * BUNDLE;
    if (!v->place->cache || v->lost || v->walk.over_tiles ||
        failed(tiles_frontier(v->place->cache, size, &tiles)))
        return;
    for (unsigned height = 8; height < 64; height++) {
        if ((size >> height & 1) &&
            memcmp(&tree->peaks[height], &tiles.peaks[height], sizeof tiles.peaks[height]) != 0) {
            FOUND(FINDING_CACHE, v->last.time,
                  "the hash tiles do not give the root of their leaves; remove the cache");
            return;
        }
    }
}

/* What stands behind the last checkpoint. */
static struct rc check_tail(struct verify *v)
{
    struct ledger_report *report = v->report;
    report->sealed = v->any ? v->last.size : 0;
    report->last = v->last.time;
    TRY(pass_points(v, UINT64_MAX));
    if (!v->lost)
        TRY(walk_to(&v->walk, UINT64_MAX, report->sealed, report));
    report->size = v->walk.tree.size;
    for (size_t i = 0; i < report->finding_count; i++) {
        if (report->findings[i].kind == FINDING_TRUNCATED)
            report->size = report->findings[i].first;
    }
    check_tiles(v);
    report->unproven[UNPROVEN_TAIL] = report->size > report->sealed;
    if (v->options->now && v->any && v->last.next &&
        v->options->now > v->last.time + v->last.next * US + SLACK)
        FOUND(FINDING_INTERVAL, v->last.time,
              "the last checkpoint promised another within %u seconds; none came for %lld (the "
              "process ended, or the end was cut off)",
              v->last.next, (long long)((v->options->now - v->last.time) / US));
    uint64_t seen = report->witnessed > report->epoch_size ? report->witnessed : report->epoch_size;
    report->unproven[UNPROVEN_EPOCH] = report->sealed > seen;
    report->unproven[UNPROVEN_WHOLE] = !v->options->fingerprint && report->witnessed == 0;
    return RC_OK;
}

static struct rc verify_all(struct verify *v)
{
    TRY(check_chain(v));
    TRY(collect_points(v));
    /* Only to tell a torn end from damage; what is wrong with it shows below. */
    if (failed(seals_last(v->place->folder, &v->chain, &v->end, NULL)))
        v->end.last.size = UINT64_MAX;
    choose_start(v);
    for (size_t e = v->start; e < v->chain.count; e++)
        TRY(check_epoch(v, e));
    settle(v);
    TRY(check_tail(v));
    return check_leftovers(v);
}

struct rc ledger_verify(const struct ledger_place *place,
                        const struct ledger_verify_options *options, struct ledger_report **out)
{
    struct verify *v = mem_new(sizeof *v);
    *v = (struct verify){.place = place, .options = options};
    v->report = mem_new(sizeof *v->report);
    struct rc rc = verify_all(v);
    if (failed(rc))
        mem_free(v->report);
    else
        *out = v->report;
    walk_end(&v->walk);
    chain_free(&v->chain);
    buf_free(&v->last_note);
    mem_free(v->points);
    mem_free(v);
    return rc;
}

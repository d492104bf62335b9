/* finding: names of findings and of what could not be proven, and the bounded list of a report. */
#include "record/ledger/parts.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    bool damage; /* no crash and no slow clock explains it */
} kinds[FINDING_COUNT] = {
    [FINDING_EDITED] = {"edited", true},
    [FINDING_DELETED] = {"deleted", true},
    [FINDING_INSERTED] = {"inserted", true},
    [FINDING_REORDERED] = {"reordered", true},
    [FINDING_SWAPPED] = {"swapped", true},
    [FINDING_ALTERED] = {"altered", true},
    [FINDING_TRUNCATED] = {"truncated", true},
    [FINDING_MISSING] = {"missing", true},
    [FINDING_MALFORMED] = {"malformed", true},
    [FINDING_TORN] = {"torn", false},
    [FINDING_FOREIGN_KEY] = {"foreign-key", true},
    [FINDING_SIGNATURE] = {"signature", true},
    [FINDING_CHAIN] = {"chain", true},
    [FINDING_SHRUNK] = {"shrunk", true},
    [FINDING_CLOCK] = {"clock", false},
    [FINDING_INTERVAL] = {"interval", false},
    [FINDING_FINGERPRINT] = {"fingerprint", true},
    [FINDING_WITNESS] = {"witness", true},
    [FINDING_STAMP] = {"stamp", true},
    [FINDING_CACHE] = {"cache", false},
    [FINDING_KEY_LEFT] = {"key-left", false},
};

static const struct {
    const char *name, *text;
} unprovens[UNPROVEN_COUNT] = {
    [UNPROVEN_WHOLE] = {"whole", "without witness or kept fingerprint, an administrator could have "
                                 "replaced this ledger whole"},
    [UNPROVEN_EPOCH] = {"epoch",
                        "whoever reads the current key could have sealed the leaves of the "
                        "current epoch anew, as far as no witness has seen them"},
    [UNPROVEN_TAIL] = {"tail", "the leaves after the last checkpoint are not sealed yet"},
    [UNPROVEN_BEFORE] = {"before", "the leaves before the time asked for were not read"},
    [UNPROVEN_COSIGNED] = {"cosigned",
                           "co-signatures were not verified: the witness's name and key "
                           "were not given"},
    [UNPROVEN_STAMPS] = {"stamps",
                         "stamps of time were not verified: trusted certificates were not "
                         "given"},
    [UNPROVEN_REST] = {"rest", "behind a damage the leaves could not be compared with the signed "
                               "roots any more"},
};

const char *finding_name(enum finding_kind kind)
{
    return kinds[kind].name;
}

bool finding_is_damage(enum finding_kind kind)
{
    return kinds[kind].damage;
}

const char *unproven_name(enum unproven unproven)
{
    return unprovens[unproven].name;
}

const char *unproven_text(enum unproven unproven)
{
    return unprovens[unproven].text;
}

/* The stream and the diagnosis may meet the same leaf, and each checkpoint a truncated end. */
static bool known(struct ledger_report *report, enum finding_kind kind, uint64_t first,
                  uint64_t last)
{
    for (size_t i = 0; first <= last && i < report->finding_count; i++) {
        struct finding *f = &report->findings[i];
        bool end = kind == FINDING_TRUNCATED && f->first <= first;
        if (f->kind != kind || (f->first != first && !end))
            continue;
        if (f->last < last)
            f->last = last;
        return true;
    }
    return false;
}

void finding_add(struct ledger_report *report, enum finding_kind kind, uint64_t first,
                 uint64_t last, int64_t time, const char *format, ...)
{
    if (known(report, kind, first, last))
        return;
    report->finding_total++;
    report->damage += kinds[kind].damage;
    if (report->finding_count == FINDINGS_MAX)
        return;
    struct finding *finding = &report->findings[report->finding_count++];
    *finding = (struct finding){.kind = kind, .first = first, .last = last, .time = time};
    va_list args;
    va_start(args, format);
    vsnprintf(finding->text, sizeof finding->text, format, args);
    va_end(args);
}

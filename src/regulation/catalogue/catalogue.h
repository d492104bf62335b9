/*
 * catalogue: the requirement items of the standards, as data.
 *
 * Source: content/law (one file per standard and chapter, from GB/T 22239-2019 and JT/T 1417-2022;
 * our own gists, not the standards' sentences) and content/law/asset-classes.yaml, our mapping of
 * GB/T 22239 items to asset classes. Threads: read-only after catalogue_load.
 */
#ifndef MERLON_CATALOGUE_H
#define MERLON_CATALOGUE_H

#include "foundation/base/base.h"
#include "foundation/text/text.h"

/* Asset classes: the six of JT/T 1417-2022 6.1.4 and, for items that concern none of them, none. */
enum asset_class {
    CLASS_NETWORK_DEVICE,
    CLASS_SECURITY_DEVICE,
    CLASS_HOST_OS,
    CLASS_DBMS,
    CLASS_BUSINESS_APP,
    CLASS_MIDDLEWARE,
    CLASS_COUNT
};

const char *asset_class_name(enum asset_class asset_class); /* "host_os" */
bool asset_class_from(const char *name, enum asset_class *out);

enum verify { VERIFY_AUTO, VERIFY_SEMI, VERIFY_MANUAL };
const char *verify_name(enum verify verify);

/* One standard. */
struct standard {
    const char *id;     /* "gbt22239-2019" */
    const char *title;  /* "GB/T 22239-2019" */
    struct value names; /* zh, en, vi: what it is called */
    const char *authority, *source, *confidence;
    const char *valid_from; /* "2019-12-01" */
    const char *valid_to;   /* "" while in force */
    int level_min, level_max;
};

/* One requirement item of a standard at one level. All texts are borrowed from the content. */
struct clause {
    const char *id; /* "GB22239-L3-8.1.4.1-a" */
    const struct standard *standard;
    int level;
    const char *scope;    /* "general", "cloud", ... */
    const char *number;   /* clause number: "8.1.4.1" */
    const char *item;     /* "a", or "" */
    const char *subitem;  /* "1", or "" (JT/T 1417) */
    const char *key;      /* the requirement across levels without "@n": "general.ia_id"; "" none */
    enum verify verify;   /* our judgement: by machine, partly, by a person */
    uint32_t classes;     /* bits 1 << enum asset_class */
    struct value raw;     /* everything else: title, gist, sag, vs_prev_level, params... */
    struct value chapter; /* the head of its file: layer, layer_en, source, confidence, basis */
};

/* Loads the catalogue once; later calls give the same. Panics only on damaged content. */
struct catalogue;
const struct catalogue *catalogue_load(void);

const struct standard *catalogue_standards(const struct catalogue *catalogue, size_t *count);
const struct standard *catalogue_standard(const struct catalogue *catalogue, const char *id);

/* All clauses in the standards' order. */
const struct clause *catalogue_clauses(const struct catalogue *catalogue, size_t *count);
const struct clause *catalogue_clause(const struct catalogue *catalogue, const char *id);

/* Which clauses are asked for; zero values (NULL, 0) mean any. `classes`: a clause with any of
 * these bits. */
struct clause_filter {
    const char *standard;
    int level;
    const char *scope;
    uint32_t classes;
};
bool clause_matches(const struct clause *clause, const struct clause_filter *filter);

/* Texts in a language (English where the language has none). */
const char *clause_title(const struct clause *clause, enum lang lang);
const char *clause_gist(const struct clause *clause, enum lang lang);
const char *clause_layer(const struct clause *clause, enum lang lang);

/* Why no check bears on an item (content/law/coverage.yaml): what would have to show it. NULL when
 * nothing is said of it. Our own judgement, not the standard's. */
struct coverage_reason {
    const char *id;   /* "boundary-rules" */
    const char *kind; /* "record", "device", "platform", "application", "open" */
    struct value why; /* en, zh, vi */
};
bool clause_coverage_reason(const struct clause *clause, struct coverage_reason *out);

/* Calls `each` for every name under `covers:` (tests). */
void coverage_each(void (*each)(void *context, const char *reason, const char *name),
                   void *context);

/* Whether such a name (a requirement key, an item's id, or the beginning of one and a *) means the
 * item. */
bool coverage_names(const char *name, const struct clause *clause);

/* One clause as the facts' JSON object (its `id` and all fields), without a newline. */
void clause_add_json(const struct clause *clause, struct buf *out);

#endif

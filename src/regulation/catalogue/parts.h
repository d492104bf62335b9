/* parts: what the files of the catalogue share with each other. */
#ifndef MERLON_CATALOGUE_PARTS_H
#define MERLON_CATALOGUE_PARTS_H

#include "foundation/content/content.h"
#include "regulation/catalogue/catalogue.h"

struct catalogue {
    struct arena *arena; /* keys without "@n"; everything else is borrowed from the content */
    struct standard *standards;
    size_t standard_count;
    struct clause *clauses; /* in the standards' order */
    size_t clause_count;
    const struct clause **by_id; /* sorted by id */
};

/* A file of content/law by its name: "standards" gives content/law/standards.yaml. */
struct value law_file(const char *name);

/* The text of `key`; the content is ours, so that a missing one is a broken build: panics. */
const char *law_text(struct value map, const char *key, const char *path);

/* The classes named in a list, as bits. */
uint32_t class_bits(struct value names, const char *path);

/* What our mapping says for a requirement of GB/T 22239 in a scope and layer (asset-classes.yaml).
 */
uint32_t class_mapping(struct value mapping, const char *key, const char *scope, const char *layer);

/* Fills standards, then clauses, of an empty catalogue. Both panic on damaged content. */
void catalogue_read_standards(struct catalogue *catalogue);
void catalogue_read_clauses(struct catalogue *catalogue);

/* Takes our judgement of JT/T 1417 items from their own file; by_id must be ready. */
void catalogue_read_verification(struct catalogue *catalogue);

#endif

/*
 * document: a read-only tree read from YAML, and its frozen form.
 *
 *   YAML text --doc_builder_add_yaml--> builder --doc_freeze--> bytes --doc_open--> struct value
 *
 * The frozen form is one block: a header, nodes of 16 bytes (kind, line, offset, count), then NUL-
 * ended texts. Children of a node are neighbours, so that an index costs one addition, and opening
 * costs nothing: the content of Merlon is frozen at build time and linked into the program.
 *
 * YAML here means mappings with unique plain keys, sequences, and scalars. Anchors, aliases, tags,
 * merge keys and several documents in a file are refused: hostile input stays small (at most
 * DOC_DEPTH_MAX levels, DOC_NODES_MAX nodes, DOC_KEYS_MAX keys in a mapping). Scalars are text;
 * doc_integer converts on demand.
 *
 * Ownership: a value borrows from its document; texts live as long as it. Threads: read-only, free
 * to share. Errors: FAULT_DATA with "origin:line: what", FAULT_LIMIT for the bounds.
 */
#ifndef MERLON_DOCUMENT_H
#define MERLON_DOCUMENT_H

#include "foundation/base/base.h"

#define DOC_DEPTH_MAX 32
#define DOC_NODES_MAX 4000000
#define DOC_KEYS_MAX  4096

enum doc_kind { DOC_NONE = 0, DOC_TEXT, DOC_LIST, DOC_MAP };

/* One node of an open document. The zero value is "nothing there": kind DOC_NONE, every accessor
 * below answers NULL, 0 or DOC_NONE for it, so look-ups can be chained without tests between. */
struct value {
    const uint8_t *doc;
    uint32_t node;
};

struct doc_builder;
struct doc_builder *doc_builder_new(void) MUST_USE;
void doc_builder_free(struct doc_builder *builder); /* accepts NULL */

/* Parses one YAML text and hangs it under `name` in the builder's root map. `origin` names the text
 * in error messages. */
MUST_USE struct rc doc_builder_add_yaml(struct doc_builder *builder, const char *name,
                                        const char *origin, struct view yaml);

/* The frozen bytes of all that was added: a map from name to document. Owned by the caller. */
MUST_USE struct rc doc_freeze(const struct doc_builder *builder, struct buf *out);

/* Opens frozen bytes (aligned to 8; they must outlive every value). Bytes that were frozen by
 * another version, or cut, are refused by their header; they are otherwise trusted: only open what
 * this program froze. */
MUST_USE struct rc doc_open(struct view frozen, struct value *root);

/* Parses one YAML text into memory of the arena and gives its top node. */
MUST_USE struct rc doc_read_yaml(struct arena *arena, const char *origin, struct view yaml,
                                 struct value *top);

enum doc_kind doc_kind(struct value v);
uint32_t doc_line(struct value v);                     /* line in the YAML text, from 1 */
uint32_t doc_count(struct value v);                    /* entries of a list or map */
struct value doc_at(struct value v, uint32_t index);   /* list entry, or map value */
const char *doc_key(struct value v, uint32_t index);   /* map key */
struct value doc_get(struct value v, const char *key); /* map value by key */
struct value doc_path(struct value v, const char *a, const char *b); /* get(get(v, a), b) */
const char *doc_text(struct value v);                                /* NULL unless a scalar */
const char *doc_get_text(struct value v, const char *key);
bool doc_integer(struct value v, int64_t *out); /* false unless a whole decimal number */
bool doc_plain(struct value v);                 /* a scalar written without quotes or block style */

/* Adds a value in a form that is the same for the same data, whatever its file looked like: what a
 * digest of a check is taken of. */
void doc_add_canonical(struct value v, struct buf *out);

#endif

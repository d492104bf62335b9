/* node: the frozen form, shared by frozen.c (reads it) and yaml.c (writes it). */
#ifndef MERLON_DOCUMENT_NODE_H
#define MERLON_DOCUMENT_NODE_H

#include "foundation/document/document.h"

#define FROZEN_MAGIC 0x3143444du /* "MDC1" */

struct frozen {
    uint32_t magic;
    uint32_t nodes;     /* how many struct node follow */
    uint32_t text_size; /* bytes of text after them */
    uint32_t reserved;
};

/* kind_line: kind in bits 0-2, plain flag in bit 3, line above. DOC_TEXT: `at` is an offset into
 * the texts, `count` a length. DOC_LIST: `at` is the first child. DOC_MAP: children alternate key,
 * value; `count` is pairs. */
struct node {
    uint32_t kind_line;
    uint32_t at;
    uint32_t count;
    uint32_t reserved;
};

#endif

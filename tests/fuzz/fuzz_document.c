/* fuzz_document: hostile YAML. Whatever is taken can be walked, to the end and not without end. */
#include "foundation/document/document.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t visit(struct value v, int depth)
{
    size_t seen = 1;
    int64_t number;
    must(depth <= DOC_DEPTH_MAX + 1);
    must(doc_kind(v) != DOC_NONE && doc_line(v) > 0);
    if (doc_kind(v) == DOC_TEXT)
        seen += strlen(doc_text(v)) + doc_integer(v, &number) + doc_plain(v);
    for (uint32_t i = 0; i < doc_count(v); i++) {
        if (doc_kind(v) == DOC_MAP)
            must(doc_get(v, doc_key(v, i)).node == doc_at(v, i).node);
        seen += visit(doc_at(v, i), depth + 1);
    }
    must(doc_kind(doc_at(v, doc_count(v))) == DOC_NONE);
    return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct value top;
    struct view yaml = {(const char *)data, size};
    if (!failed(doc_read_yaml(arena, "fuzz", yaml, &top)))
        must(visit(top, 0) > 0);
    else
        must(strncmp(fault_text(), "fuzz:", 5) == 0);
    arena_free(arena);
    return 0;
}

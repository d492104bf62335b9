/* oscal: catalog and profile, built as JSON trees, and what results share with them. */
#include "interface/oscal/parts.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define NAMESPACE "urn:merlon:law" /* of props that OSCAL does not define */

/* A UUID of version 5 (RFC 9562): SHA-1 over the namespace for URLs and the name.
 * SHA-1 names things here, it protects nothing. */
void oscal_uuid(const char *kind, const char *name, char out[static OSCAL_UUID])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    /* RFC 9562, appendix: the namespace for URLs and URNs. */
    static const unsigned char space[16] = {0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1,
                                            0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};
    must(context && EVP_DigestInit_ex(context, EVP_sha1(), NULL) &&
         EVP_DigestUpdate(context, space, sizeof space) &&
         EVP_DigestUpdate(context, NAMESPACE ":", sizeof NAMESPACE) &&
         EVP_DigestUpdate(context, kind, strlen(kind)) && EVP_DigestUpdate(context, ":", 1) &&
         EVP_DigestUpdate(context, name, strlen(name)) &&
         EVP_DigestFinal_ex(context, digest, &length) && length >= 16);
    EVP_MD_CTX_free(context);
    digest[6] = (unsigned char)((digest[6] & 0x0f) | 0x50);
    digest[8] = (unsigned char)((digest[8] & 0x3f) | 0x80);
    char *at = out;
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        *at++ = "0123456789abcdef"[digest[i] >> 4];
        *at++ = "0123456789abcdef"[digest[i] & 15];
    }
    *at = '\0';
}

json_t *oscal_metadata(const char *title, const char *version, const char *modified)
{
    return json_pack("{s:s, s:s, s:s, s:s}", "title", title, "last-modified", modified, "version",
                     version, "oscal-version", OSCAL_VERSION);
}

void oscal_prop(json_t *props, const char *name, const char *value, bool ours)
{
    if (!value || !*value)
        return; /* a prop without a value is not allowed */
    json_t *prop = json_pack("{s:s, s:s}", "name", name, "value", value);
    if (ours)
        json_object_set_new(prop, "ns", json_string(NAMESPACE));
    json_array_append_new(props, prop);
}

const char *oscal_statement(struct arena *arena, const struct clause *clause)
{
    return arena_printf(arena, "%s_gist", clause->id);
}

static json_t *control(struct arena *arena, const struct clause *clause, enum lang lang)
{
    const char *label =
        arena_printf(arena, "%s%s%s", clause->number, *clause->item ? " " : "", clause->item);
    char mark[2] = {clause_mark(clause), '\0'};
    json_t *props = json_array();
    oscal_prop(props, "label", label, false);
    oscal_prop(props, "mark", mark, true);
    oscal_prop(props, "requirement", clause->key, true);
    oscal_prop(props, "verify", verify_name(clause->verify), true);
    json_t *part = json_pack("{s:s, s:s, s:s}", "id", oscal_statement(arena, clause), "name",
                             "statement", "prose", clause_gist(clause, lang));
    return json_pack("{s:s, s:s, s:o, s:[o]}", "id", clause->id, "title",
                     clause_title(clause, lang), "props", props, "parts", part);
}

/* Items of one level, scope and chapter stand together in the catalogue: a group each. */
static json_t *groups(struct arena *arena, const struct standard *standard, enum lang lang)
{
    size_t count = 0;
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &count);
    json_t *list = json_array(), *controls = NULL;
    const char *last = "";
    for (size_t i = 0; i < count; i++) {
        if (clauses[i].standard != standard)
            continue;
        const char *id = arena_printf(arena, "l%d-%s-%s", clauses[i].level, clauses[i].scope,
                                      doc_get_text(clauses[i].chapter, "chapter"));
        if (strcmp(id, last) != 0) {
            controls = json_array();
            json_array_append_new(list,
                                  json_pack("{s:s, s:s, s:o}", "id", id, "title",
                                            clause_layer(&clauses[i], lang), "controls", controls));
            last = id;
        }
        json_array_append_new(controls, control(arena, &clauses[i], lang));
    }
    return list;
}

struct rc oscal_write(json_t *top, struct buf *out)
{
    char *text = top ? json_dumps(top, JSON_INDENT(1)) : NULL;
    json_decref(top);
    if (!text)
        return fault(FAULT_IO, "the export could not be written as JSON");
    buf_printf(out, "%s\n", text);
    free(text);
    return RC_OK;
}

struct rc oscal_catalog(const struct standard *standard, const char *modified, enum lang lang,
                        struct buf *out)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    char uuid[OSCAL_UUID];
    oscal_uuid("catalog", standard->id, uuid);
    json_t *top = json_pack("{s:{s:s, s:o, s:o}}", "catalog", "uuid", uuid, "metadata",
                            oscal_metadata(standard->title, standard->valid_from, modified),
                            "groups", groups(arena, standard, lang));
    return oscal_write(top, out);
}

/* The catalog is named by a resource in the back matter, as a file beside the profile. */
static json_t *back_matter(struct arena *arena, const struct standard *standard, const char *uuid)
{
    const char *href = arena_printf(arena, "%s-catalog.json", standard->id);
    return json_pack("{s:[{s:s, s:s, s:[{s:s, s:s}]}]}", "resources", "uuid", uuid, "title",
                     standard->title, "rlinks", "href", href, "media-type", "application/json");
}

struct rc oscal_profile(const struct standard *standard, const struct selection *selection,
                        const char *modified, struct buf *out)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct buf names CLEANUP(buf_free) = {0};
    char uuid[OSCAL_UUID], resource[OSCAL_UUID];
    json_t *ids = json_array();
    if (selection->count == 0) {
        json_decref(ids);
        return fault(FAULT_USAGE, "no item is selected: a profile needs at least one");
    }
    buf_add_text(&names, standard->id);
    for (size_t i = 0; i < selection->count; i++) {
        json_array_append_new(ids, json_string(selection->items[i].clause->id));
        buf_printf(&names, " %s", selection->items[i].clause->id);
    }
    oscal_uuid("profile", names.ptr, uuid);
    oscal_uuid("resource", standard->id, resource);
    json_t *top = json_pack(
        "{s:{s:s, s:o, s:[{s:s, s:[{s:o}]}], s:{s:b}, s:o}}", "profile", "uuid", uuid, "metadata",
        oscal_metadata(standard->title, standard->valid_from, modified), "imports", "href",
        arena_printf(arena, "#%s", resource), "include-controls", "with-ids", ids, "merge", "as-is",
        1, "back-matter", back_matter(arena, standard, resource));
    return oscal_write(top, out);
}

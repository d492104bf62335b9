/* class: the six asset classes, and our mapping from requirements to them. */
#include "regulation/catalogue/parts.h"

#include <string.h>

static const char *const names[CLASS_COUNT] = {
    [CLASS_NETWORK_DEVICE] = "network_device",
    [CLASS_SECURITY_DEVICE] = "security_device",
    [CLASS_HOST_OS] = "host_os",
    [CLASS_DBMS] = "dbms",
    [CLASS_BUSINESS_APP] = "business_app",
    [CLASS_MIDDLEWARE] = "middleware",
};

const char *asset_class_name(enum asset_class asset_class)
{
    must((size_t)asset_class < CLASS_COUNT);
    return names[asset_class];
}

bool asset_class_from(const char *name, enum asset_class *out)
{
    for (int i = 0; name && i < CLASS_COUNT; i++)
        if (strcmp(names[i], name) == 0) {
            *out = (enum asset_class)i;
            return true;
        }
    return false;
}

uint32_t class_bits(struct value list, const char *path)
{
    uint32_t bits = 0;
    for (uint32_t i = 0; i < doc_count(list); i++) {
        const char *name = doc_text(doc_at(list, i));
        enum asset_class asset_class;
        if (!asset_class_from(name, &asset_class))
            panic("%s:%u: '%s' is no asset class", path, doc_line(doc_at(list, i)),
                  name ? name : "");
        bits |= 1u << asset_class;
    }
    return bits;
}

uint32_t class_mapping(struct value mapping, const char *key, const char *scope, const char *layer)
{
    static const char path[] = "law/asset-classes";
    struct value own = doc_get(doc_get(mapping, "requirements"), key);
    if (doc_kind(own) == DOC_NONE)
        own = doc_path(doc_get(mapping, "layers"), scope, layer);
    if (doc_kind(own) != DOC_LIST)
        panic("%s: neither '%s' nor the layer '%s' of scope '%s' is mapped", path, key, layer,
              scope);
    return class_bits(own, path);
}

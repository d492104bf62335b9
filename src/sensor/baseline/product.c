/*
 * product: the products that asset classes are made of, from content/products/<class>/<id>.yaml.
 * Loaded once and kept for the life of the program.
 */
#include "sensor/baseline/engine.h"

#include "foundation/content/content.h"

#include <string.h>

#define PRODUCTS_MAX 32 /* of one class */

static struct {
    struct product products[PRODUCTS_MAX];
    size_t count;
} lists[CLASS_COUNT];
static bool loaded;

static struct rc load_product(void *context, const char *path, struct value top)
{
    (void)context;
    const char *class_name = doc_get_text(top, "class");
    struct product product = {.id = doc_get_text(top, "product"),
                              .name = doc_get_text(top, "name"),
                              .instances = doc_get_text(top, "instances"),
                              .origin = path};
    if (!product.id || !product.name || !product.instances ||
        !asset_class_from(class_name ? class_name : "", &product.asset_class))
        return fault(FAULT_DATA,
                     "content/%s.yaml: a product needs `product:`, `class:`, `name:` and "
                     "`instances:`",
                     path);
    if (lists[product.asset_class].count == PRODUCTS_MAX)
        return fault(FAULT_LIMIT, "content/products: more than %d for %s", PRODUCTS_MAX,
                     class_name);
    lists[product.asset_class].products[lists[product.asset_class].count++] = product;
    return RC_OK;
}

const struct product *products_of(enum asset_class asset_class, size_t *count)
{
    if (!loaded) {
        if (failed(content_each("products/", load_product, NULL)))
            panic("%s", fault_text());
        loaded = true;
    }
    *count = lists[asset_class].count;
    return lists[asset_class].products;
}

const struct product *product_find(const char *id)
{
    for (int c = 0; c < CLASS_COUNT; c++) {
        size_t count;
        const struct product *all = products_of((enum asset_class)c, &count);
        for (size_t i = 0; i < count; i++)
            if (strcmp(all[i].id, id) == 0)
                return &all[i];
    }
    return NULL;
}

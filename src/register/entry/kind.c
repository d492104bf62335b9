/* kind: the kinds of content/register, read once into tables. */
#include "register/entry/kind.h"

#include "foundation/content/content.h"

#include <pthread.h>
#include <string.h>

static struct {
    pthread_once_t once;
    struct arena *arena; /* kept for the life of the program */
    struct kind kinds[KINDS_MAX];
    const struct kind *list[KINDS_MAX];
    size_t count;
} known = {.once = PTHREAD_ONCE_INIT};

static const char *const type_names[] = {
    [FIELD_TEXT] = "text", [FIELD_INTEGER] = "integer", [FIELD_DATE] = "date",
    [FIELD_TIME] = "time", [FIELD_CHOICE] = "choice",   [FIELD_YESNO] = "yesno",
    [FIELD_REF] = "ref",   [FIELD_LIST] = "list",       [FIELD_REFLIST] = "reflist",
};

const char *field_type_name(enum field_type type)
{
    return type_names[type];
}

static enum field_type type_of(const char *origin, struct value field)
{
    const char *name = doc_get_text(field, "type");
    for (size_t i = 0; name && i < COUNT_OF(type_names); i++)
        if (strcmp(type_names[i], name) == 0)
            return (enum field_type)i;
    panic("%s:%u: no such type of field", origin, doc_line(field));
}

static int64_t number_of(struct value field, const char *key, int64_t otherwise)
{
    int64_t number = otherwise;
    return doc_integer(doc_get(field, key), &number) ? number : otherwise;
}

static bool flag(struct value field, const char *key)
{
    return doc_get_text(field, key) && strcmp(doc_get_text(field, key), "true") == 0;
}

static const char *const *choices_of(struct value list)
{
    uint32_t count = doc_count(list);
    if (count == 0)
        return NULL;
    const char **choices = arena_take(known.arena, (count + 1) * sizeof *choices);
    for (uint32_t i = 0; i < count; i++)
        choices[i] = doc_text(doc_at(list, i));
    return choices;
}

static enum item_form item_of(struct value field)
{
    const char *name = doc_get_text(field, "item");
    if (name && strcmp(name, "address") == 0)
        return ITEM_ADDRESS;
    return name && strcmp(name, "graded") == 0 ? ITEM_GRADED : ITEM_ANY;
}

static void read_field(const char *origin, struct value raw, int64_t since, struct field *out)
{
    const char *name = doc_get_text(raw, "name"), *source = doc_get_text(raw, "source");
    if (!name || doc_count(doc_get(raw, "title")) != LANG_COUNT)
        panic("%s:%u: a field needs a name and titles", origin, doc_line(raw));
    enum field_type type = type_of(origin, raw);
    bool listing = type == FIELD_LIST || type == FIELD_REFLIST;
    *out = (struct field){
        .name = name,
        .type = type,
        .item = item_of(raw),
        .since = number_of(raw, "since", since),
        .required = flag(raw, "required"),
        .derived = flag(raw, "derived"),
        .searched = flag(raw, "search"),
        .listed = flag(raw, "list"),
        .indexed = flag(raw, "index"),
        .tree = flag(raw, "tree"),
        .condition = flag(raw, "condition"),
        .min = number_of(raw, "min", INT64_MIN),
        .max = number_of(raw, listing ? "max_items" : "max", listing ? LIST_ITEMS_MAX : INT64_MAX),
        .choices = choices_of(doc_get(raw, "choices")),
        .source = source ? source : "",
        .titles = doc_get(raw, "title"),
    };
}

static struct rc read_kind(void *context, const char *path, struct value top)
{
    (void)context;
    struct value fields = doc_get(top, "fields"), conditions = doc_get(top, "conditions");
    uint32_t count = doc_count(fields);
    const char *name = doc_get_text(top, "kind");
    must(known.count < KINDS_MAX && count <= FIELDS_MAX && name);
    struct field *made = arena_take(known.arena, count * sizeof *made);
    for (uint32_t i = 0; i < count; i++)
        read_field(path, doc_at(fields, i), number_of(top, "since", 1), &made[i]);
    known.kinds[known.count] = (struct kind){
        .name = name,
        .titles = doc_get(top, "title"),
        .docs = doc_get(top, "doc"),
        .fields = made,
        .count = count,
        .article = doc_get_text(conditions, "article"),
        .from_grade = number_of(conditions, "from_grade", 0),
        .since = number_of(top, "since", 1),
    };
    known.list[known.count] = &known.kinds[known.count];
    known.count++;
    return RC_OK;
}

/* Within load_once the tables are complete, and pthread_once must not be entered again. */
static const struct kind *find_loaded(const char *name)
{
    for (size_t i = 0; i < known.count; i++)
        if (strcmp(known.kinds[i].name, name) == 0)
            return &known.kinds[i];
    return NULL;
}

/* A second look, when all kinds are there: what fields refer to. */
static struct rc join_kind(void *context, const char *path, struct value top)
{
    (void)context;
    const struct kind *kind = find_loaded(doc_get_text(top, "kind"));
    for (uint32_t i = 0; i < kind->count; i++) {
        struct field *field = (struct field *)(uintptr_t)&kind->fields[i];
        struct value raw = doc_at(doc_get(top, "fields"), i);
        const char *ref = doc_get_text(raw, "ref"), *after = doc_get_text(raw, "after");
        bool refers = field->type == FIELD_REF || field->type == FIELD_REFLIST;
        field->ref = ref ? find_loaded(ref) : NULL;
        field->after = after ? field_find(kind, after) : NULL;
        if (refers != (field->ref != NULL) || (after && !field->after))
            panic("content/%s.yaml:%u: refers to something that is not there", path, doc_line(raw));
    }
    return RC_OK;
}

static void load_once(void)
{
    known.arena = arena_new();
    if (failed(content_each("register/", read_kind, NULL)) ||
        failed(content_each("register/", join_kind, NULL)))
        panic("%s", fault_text());
}

const struct kind *const *kinds(size_t *count)
{
    must(pthread_once(&known.once, load_once) == 0);
    *count = known.count;
    return known.list;
}

const struct kind *kind_find(const char *name)
{
    size_t count;
    kinds(&count);
    return find_loaded(name);
}

const struct field *field_find(const struct kind *kind, const char *name)
{
    for (size_t i = 0; i < kind->count; i++)
        if (strcmp(kind->fields[i].name, name) == 0)
            return &kind->fields[i];
    return NULL;
}

size_t field_index(const struct kind *kind, const struct field *field)
{
    return (size_t)(field - kind->fields);
}

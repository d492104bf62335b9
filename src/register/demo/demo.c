/*
 * demo: what a province has, step by step: units, people, products, agencies, suppliers, systems,
 * assets, accesses. Each step is one sheet, as a person would import it: it is also the fastest way
 * in.
 */
#include "register/demo/demo.h"

#include "foundation/content/content.h"

#include <stdio.h>
#include <string.h>

#define UNITS     12
#define PERSONS   60
#define SYSTEMS   40
#define ASSETS    600
#define SUPPLIERS 8
#define PRODUCTS  10
#define AGENCIES  3
#define ACCESSES  24

struct demo {
    struct reg *reg;
    struct value names; /* of content/demo */
    size_t scale;
    uint32_t lot; /* the same each time */
    void (*progress)(void *context, size_t entries);
    void *context;
    size_t made;
};

/* A sheet as CSV, and how it goes in. */
struct table {
    struct demo *demo;
    struct buf csv;
};

/* The same numbers on every machine: no clock, no system randomness. */
static uint32_t draw(struct demo *demo, uint32_t below)
{
    demo->lot = demo->lot * 1664525u + 1013904223u;
    return (demo->lot >> 8) % below;
}

static const char *name(const struct demo *demo, const char *list, size_t number)
{
    struct value names = doc_get(demo->names, list);
    return doc_text(doc_at(names, (uint32_t)(number % doc_count(names))));
}

/* "Máy chủ: {1}" with {1} {2} {3} filled. */
static const char *filled(struct arena *arena, const char *pattern, const char *a, const char *b,
                          const char *c)
{
    struct buf out CLEANUP(buf_free) = {0};
    const char *const values[] = {a, b, c};
    for (const char *at = pattern; *at;) {
        if (at[0] == '{' && at[1] >= '1' && at[1] <= '3' && at[2] == '}') {
            buf_add_text(&out, values[at[1] - '1']);
            at += 3;
        } else {
            buf_add_char(&out, *at++);
        }
    }
    return arena_text(arena, out.ptr);
}

/* ---- sheets --------------------------------------------------------------------------------- */

static void start(struct table *table, struct demo *demo, const char *header)
{
    *table = (struct table){.demo = demo};
    buf_printf(&table->csv, "%s\n", header);
}

/* Cells end with NULL. */
static void row(struct table *table, const char *const *cells)
{
    for (size_t i = 0; cells[i]; i++) {
        buf_add_text(&table->csv, i ? "," : "");
        sheet_add_csv_cell(&table->csv, view_of(cells[i]));
    }
    buf_add_char(&table->csv, '\n');
}

/* Rows of this sheet on top of what was made before. */
static void tell(void *context, size_t rows)
{
    struct demo *demo = context;
    if (demo->progress)
        demo->progress(demo->context, demo->made + rows);
}

static struct rc bring_in(struct table *table, const char *kind, size_t *count)
{
    struct demo *demo = table->demo;
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct sheet *sheet;
    struct import_report report;
    struct rc rc = sheet_open_bytes(buf_view(&table->csv), kind, &sheet);
    if (!failed(rc)) {
        rc = entry_import(demo->reg, kind_find(kind), sheet, false, arena, tell, demo, &report);
        sheet_close(sheet);
    }
    buf_free(&table->csv);
    TRY(rc);
    if (report.errors)
        return fault(FAULT_DATA, "the demonstration's %s: row %zu: %s", kind, report.kept[0].row,
                     report.kept[0].reason);
    demo->made += report.rows;
    if (count)
        *count = report.added;
    return RC_OK;
}

/* ---- units and people ------------------------------------------------------------------------ */

static const char *unit_key(struct arena *arena, size_t number)
{
    return arena_printf(arena, "unit-%02zu", number % UNITS + 1);
}

static const char *person_key(struct arena *arena, size_t number)
{
    return arena_printf(arena, "p-%03zu", number % PERSONS + 1);
}

static struct rc make_units(struct demo *demo, size_t *count)
{
    static const size_t parents[UNITS] = {0, 1, 1, 1, 1, 1, 1, 1, 6, 7, 2, 1}; /* 0: none */
    static const char *const tiers[UNITS] = {
        "province", "province", "province",   "province",   "department", "city",
        "city",     "city",     "enterprise", "enterprise", "enterprise", "department"};
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct table table;
    start(&table, demo, "key,name,parent,tier,region_code,industry");
    for (size_t i = 0; i < UNITS; i++)
        row(&table, (const char *const[]){unit_key(arena, i), name(demo, "units", i),
                                          parents[i] ? unit_key(arena, parents[i] - 1) : "",
                                          tiers[i], arena_printf(arena, "99%02zu00", i + 1),
                                          i == 3 ? "telecom" : "transport", NULL});
    return bring_in(&table, "unit", count);
}

static const char *const roles[] = {"head",
                                    "leader",
                                    "security_administrator",
                                    "contact",
                                    "system_administrator",
                                    "audit_administrator",
                                    "operator",
                                    "operator"};
static const char *const clearances[] = {"none", "none", "none", "none", "secret", "confidential"};

/* The first is the one who acts in the demonstration: cleared for everything. */
static struct rc make_people(struct demo *demo, size_t *count)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct table table;
    start(&table, demo,
          "key,name,unit,roles,key_post,background_checked,background_result,trained,clearance,"
          "clearance_until,phone,joined");
    for (size_t i = 0; i < PERSONS; i++) {
        bool key_post = i < 4 * UNITS / 2;
        const char *clearance = i == 0 ? "top_secret" : clearances[i % COUNT_OF(clearances)];
        row(&table,
            (const char *const[]){
                person_key(arena, i),
                arena_printf(arena, "%s%s%s", name(demo, "surnames", draw(demo, 16)),
                             doc_get_text(demo->names, "joiner"),
                             name(demo, "given", draw(demo, 16))),
                unit_key(arena, i), roles[i / UNITS % COUNT_OF(roles)], key_post ? "yes" : "no",
                key_post ? "2025-03-14" : "", key_post ? "passed" : "",
                arena_printf(arena, "2026-%02u-%02u", 1 + draw(demo, 10), 1 + draw(demo, 28)),
                clearance, strcmp(clearance, "none") ? "2030-12-31" : "",
                arena_printf(arena, "+00 555 01%02zu", i), "2019-07-01", NULL});
    }
    return bring_in(&table, "person", count);
}

/* Who leads a unit is known when its people are there. */
static struct rc name_heads(struct demo *demo)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct table table;
    start(&table, demo, "key,head,leader,contact");
    for (size_t i = 0; i < UNITS; i++)
        row(&table, (const char *const[]){unit_key(arena, i), person_key(arena, i),
                                          person_key(arena, i + UNITS),
                                          person_key(arena, i + 3 * UNITS), NULL});
    return bring_in(&table, "unit", NULL);
}

/* ---- who delivers -----------------------------------------------------------------------------
 */

#define YES_6 "yes", "yes", "yes", "yes", "yes", "yes"
#define YES_8 YES_6, "yes", "yes"

/* The last two fail a condition: they can be given to no system of grade 3 and above. */
static struct rc make_products(struct demo *demo, size_t *count)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct table table;
    start(&table, demo,
          "key,name,vendor,origin,chinese_control,own_property,no_record,no_backdoor,no_harm,"
          "certified,certificate,certificate_until");
    for (size_t i = 0; i < PRODUCTS; i++) {
        bool foreign = i == PRODUCTS - 1, expired = i == PRODUCTS - 2;
        row(&table, (const char *const[]){arena_printf(arena, "prod-%02zu", i + 1),
                                          name(demo, "products", i), name(demo, "suppliers", i),
                                          foreign ? "foreign" : "domestic", foreign ? "no" : "yes",
                                          foreign ? "no" : "yes", "yes", "yes", "yes", "yes",
                                          arena_printf(arena, "CERT-%04zu", 1000 + 7 * i),
                                          expired ? "2025-06-30" : "2029-06-30", NULL});
    }
    return bring_in(&table, "product", count);
}

static struct rc make_agencies(struct demo *demo, size_t *count)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct table table;
    start(&table, demo,
          "key,name,registration,registered_in_china,chinese_invested,two_years,staff_nationals,"
          "no_record,equipment,management,no_threat,duty_objective,duty_secrecy,duty_staff");
    for (size_t i = 0; i < AGENCIES; i++)
        row(&table, (const char *const[]){
                        arena_printf(arena, "agency-%zu", i + 1), name(demo, "agencies", i),
                        arena_printf(arena, "EV-%03zu", i + 1), YES_8, "yes", "yes", "yes", NULL});
    return bring_in(&table, "agency", count);
}

static struct rc make_suppliers(struct demo *demo, size_t *count)
{
    static const char *const services[] = {
        "integration", "development", "integration; hardware", "operation", "cloud",
        "hardware",    "consulting",  "operation; response"};
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct table table;
    start(&table, demo,
          "key,name,services,origin,qualification,qualification_until,background_checked,"
          "background_result,secrecy_agreement,agreement_until,entry");
    for (size_t i = 0; i < SUPPLIERS; i++)
        row(&table,
            (const char *const[]){arena_printf(arena, "sup-%02zu", i + 1),
                                  name(demo, "suppliers", i), services[i], "domestic",
                                  arena_printf(arena, "Q-%02zu", i + 1), "2028-12-31", "2025-02-01",
                                  "passed", "2025-02-10", "2028-02-10", "2025-03-01", NULL});
    return bring_in(&table, "supplier", count);
}

/* ---- systems ----------------------------------------------------------------------------------
 */

static const char *system_key(struct arena *arena, size_t number)
{
    return arena_printf(arena, "sys-%03zu", number + 1);
}

/* What the twenty names of content/demo are. */
static const struct {
    const char *type, *scopes, *secrecy;
    int s, a; /* grades */
} shapes[] = {
    {"information_system", "general", "none", 3, 3},
    {"information_system", "general", "none", 3, 2},
    {"industrial_control", "general; ics", "none", 2, 3},
    {"information_system", "general", "none", 2, 3},
    {"cloud_platform", "general; cloud", "none", 4, 4},
    {"information_system", "general; mobile", "none", 2, 2},
    {"iot", "general; iot", "none", 2, 2},
    {"information_system", "general; cloud", "none", 3, 3},
    {"information_system", "general", "secret", 3, 3},
    {"information_system", "general; cloud", "none", 2, 2},
    {"information_system", "general", "none", 1, 1},
    {"information_system", "general; cloud", "none", 3, 2},
    {"big_data", "general; cloud; bigdata", "none", 3, 3},
    {"information_system", "general", "confidential", 4, 4},
    {"industrial_control", "general; ics", "none", 2, 3},
    {"information_system", "general; mobile", "none", 2, 1},
    {"information_system", "general; cloud", "none", 4, 3},
    {"network", "general; iot", "none", 2, 2},
    {"information_system", "general", "none", 2, 1},
    {"information_system", "general", "top_secret", 5, 5},
};

#define CLOUD 4 /* the shape that hosts the others with scope cloud */

static struct rc make_systems(struct demo *demo, size_t *count)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct table table;
    start(
        &table, demo,
        "key,name,unit,responsible,type,status,business,scopes,s,a,secrecy,users,personal_records,"
        "data_held,coverage,platform,products,suppliers,agency,started,graded_on");
    for (size_t i = 0; i < SYSTEMS * demo->scale; i++) {
        size_t shape = i % COUNT_OF(shapes);
        const char *title = name(demo, "systems", shape);
        bool again = i >= COUNT_OF(shapes);
        bool hosted = strstr(shapes[shape].scopes, "cloud") && shape != CLOUD;
        const char *full =
            again ? arena_printf(arena, "%s %zu", title, i / COUNT_OF(shapes) + 1) : title;
        int highest = shapes[shape].s > shapes[shape].a ? shapes[shape].s : shapes[shape].a;
        row(&table,
            (const char *const[]){
                system_key(arena, i),
                full,
                unit_key(arena, i),
                person_key(arena, i + 2 * UNITS),
                shapes[shape].type,
                i % 13 == 12 ? "construction" : "operation",
                filled(arena, doc_get_text(demo->names, "business"), full, "", ""),
                shapes[shape].scopes,
                arena_printf(arena, "%d", shapes[shape].s),
                arena_printf(arena, "%d", shapes[shape].a),
                shapes[shape].secrecy,
                arena_printf(arena, "%u", 10 + draw(demo, 20000)),
                arena_printf(arena, "%u", draw(demo, 400000)),
                name(demo, "data", i),
                i % UNITS < 5 ? "province" : "city",
                hosted ? system_key(arena, CLOUD) : "",
                arena_printf(arena, "prod-%02u; prod-%02u", 1 + draw(demo, PRODUCTS - 2),
                             1 + draw(demo, PRODUCTS - 2)),
                arena_printf(arena, "sup-%02u", 1 + draw(demo, SUPPLIERS)),
                highest >= 3 ? arena_printf(arena, "agency-%u", 1 + draw(demo, AGENCIES)) : "",
                "2022-05-01",
                "2024-11-15",
                NULL});
    }
    return bring_in(&table, "system", count);
}

/* ---- assets -----------------------------------------------------------------------------------
 */

static const struct {
    const char *class, *model, *software;
    unsigned share; /* of 100 */
} things[] = {
    {"host_os", "R-2", "openssh 9.2; auditd 3.0", 34},
    {"network_device", "S-48", "", 12},
    {"security_device", "F-3", "", 8},
    {"dbms", "", "postgresql 15.18", 8},
    {"business_app", "", "", 8},
    {"middleware", "", "nginx 1.22", 6},
    {"terminal", "T-1", "browser 156", 8},
    {"iot_node", "N-7", "", 4},
    {"controller", "C-5", "", 3},
    {"website", "", "", 3},
    {"domain_name", "", "", 2},
    {"certificate", "", "", 1},
    {"data_set", "", "", 1},
    {"mobile_device", "M-9", "", 1},
    {"room", "", "", 1},
};

/* By shares, as a real inventory has them: many hosts, few rooms. */
static size_t draw_thing(struct demo *demo)
{
    unsigned lot = draw(demo, 100);
    for (size_t i = 0; i < COUNT_OF(things); i++) {
        if (lot < things[i].share)
            return i;
        lot -= things[i].share;
    }
    return 0;
}

static void add_asset(struct table *table, size_t number)
{
    struct demo *demo = table->demo;
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    size_t thing = draw_thing(demo), system = draw(demo, (uint32_t)(SYSTEMS * demo->scale));
    const char *class = things[thing].class;
    bool addressed = things[thing].model[0] || things[thing].software[0];
    unsigned last = draw(demo, 250) + 1;
    row(table, (const char *const[]){
                   arena_printf(arena, "as-%05zu", number + 1),
                   filled(arena, doc_get_text(demo->names, "asset"),
                          name(demo, "systems", system % COUNT_OF(shapes)),
                          doc_get_text(doc_get(demo->names, "classes"), class),
                          arena_printf(arena, "%zu", number + 1)),
                   class,
                   unit_key(arena, system),
                   person_key(arena, system + 4 * UNITS),
                   system_key(arena, system),
                   name(demo, "places", draw(demo, 5)),
                   draw(demo, 3) ? "inside" : "dmz",
                   addressed ? arena_printf(arena, "10.%zu.%zu.%u", number / 62500 % 250,
                                            number / 250 % 250, last)
                             : "",
                   addressed ? arena_printf(arena, "h%05zu", number + 1) : "",
                   things[thing].model[0] ? arena_printf(arena, "SN%07u", draw(demo, 9999999)) : "",
                   things[thing].model[0] ? name(demo, "suppliers", draw(demo, SUPPLIERS)) : "",
                   things[thing].model,
                   things[thing].software,
                   draw(demo, 4)   ? "general"
                   : draw(demo, 2) ? "important"
                                   : "key",
                   "operation",
                   arena_printf(arena, "20%02u-0%u-01", 18 + draw(demo, 6), 1 + draw(demo, 9)),
                   "",
                   draw(demo, 3) ? "" : arena_printf(arena, "202%u-12-31", 5 + draw(demo, 5)),
                   NULL});
}

static struct rc make_assets(struct demo *demo, size_t *count)
{
    struct table table;
    start(&table, demo,
          "key,name,class,unit,responsible,systems,location,zone,addresses,host_name,serial,vendor,"
          "model,software,importance,status,acquired,started,end_of_support");
    for (size_t i = 0; i < ASSETS * demo->scale; i++)
        add_asset(&table, i);
    return bring_in(&table, "asset", count);
}

static struct rc make_accesses(struct demo *demo, size_t *count)
{
    static const char *const types[] = {"account", "remote", "room", "key"};
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct table table;
    start(&table, demo, "key,name,type,supplier,system,granted,ended,proven,proof");
    for (size_t i = 0; i < ACCESSES; i++) {
        bool ended = i % 5 == 4;
        size_t system = i * 3 % SYSTEMS;
        row(&table,
            (const char *const[]){
                arena_printf(arena, "acc-%02zu", i + 1),
                arena_printf(arena, "%s: %s", name(demo, "suppliers", i), types[i % 4]),
                types[i % 4], arena_printf(arena, "sup-%02zu", i % SUPPLIERS + 1),
                system_key(arena, system), "2025-03-02", ended ? "2026-04-30" : "",
                ended ? "2026-05-02" : "", ended ? "screenshot of the removed account" : "", NULL});
    }
    return bring_in(&table, "access", count);
}

/* ---- all --------------------------------------------------------------------------------------
 */

static struct rc verify_empty(struct reg *reg)
{
    struct entry_query all = {.retired = true};
    int64_t count;
    TRY(entry_count(reg, kind_find("unit"), &all, &count));
    if (count)
        return fault(FAULT_USAGE, "the register holds units already: the demonstration needs an "
                                  "empty one, e.g. --data /tmp/demo");
    return RC_OK;
}

struct rc demo_make(struct reg *reg, enum lang lang, size_t scale,
                    void (*progress)(void *context, size_t entries), void *context,
                    struct demo_counts *out)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *path = arena_printf(arena, "demo/%s", lang_name(lang));
    struct demo demo = {.reg = reg,
                        .names = doc_get(content_root(), path),
                        .scale = scale,
                        .lot = 20261127,
                        .progress = progress,
                        .context = context};
    struct demo_counts counts = {0};
    TRY(verify_empty(reg));
    TRY(make_units(&demo, &counts.units));
    TRY(make_people(&demo, &counts.persons));
    TRY(name_heads(&demo));
    TRY(make_products(&demo, &counts.products));
    TRY(make_agencies(&demo, &counts.agencies));
    TRY(make_suppliers(&demo, &counts.suppliers));
    TRY(reg_act_as(reg, person_key(arena, 0)));
    TRY(make_systems(&demo, &counts.systems));
    TRY(make_assets(&demo, &counts.assets));
    TRY(make_accesses(&demo, &counts.accesses));
    *out = counts;
    return RC_OK;
}

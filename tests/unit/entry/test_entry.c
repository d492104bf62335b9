/* The register on both stores: adding, changing, conflicts, refs, rules, visibility, retirement,
 * history, search, paging, import; a property over filters and actors; rows changed by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../support/register.h"

static const struct entry *get(const char *kind, const char *key)
{
    const struct entry *entry;
    ok(entry_get(reg, kind_find(kind), key, arena, &entry));
    return entry;
}

static struct rc note_key(void *context, const struct entry *entry)
{
    struct buf *out = context;
    buf_printf(out, "%s%s", out->len ? " " : "", entry->key);
    return RC_OK;
}

/* The keys a query gives, and that the count agrees. */
static const char *keys_of(const char *kind, const struct entry_query *query)
{
    struct buf out = {0};
    int64_t count, given = 0;
    buf_add_text(&out, "");
    ok(entry_list(reg, kind_find(kind), query, arena, note_key, &out, NULL));
    ok(entry_count(reg, kind_find(kind), query, &count));
    for (size_t i = 0; i < out.len; i++)
        given += out.ptr[i] == ' ';
    given += out.len > 0;
    if (!query->limit)
        assert_int_equal(count, given);
    const char *kept = arena_text(arena, out.ptr);
    buf_free(&out);
    return kept;
}

static const char *filtered(const char *kind, const char *filter)
{
    struct entry_query query = {.filters = &filter, .filter_count = 1};
    return keys_of(kind, &query);
}

static void people(void)
{
    ok(add("unit", "u1", "name=交通厅|tier=province"));
    ok(add("unit", "u2", "name=Cảng|parent=u1"));
    ok(add("person", "p1", "name=An|unit=u1"));
    ok(add("person", "p2", "name=Bo|unit=u2|clearance=confidential"));
    ok(add("person", "p3", "name=Chi|unit=u2|clearance=top_secret|clearance_until=2020-01-01"));
}

/* ---- one entry ------------------------------------------------------------------------------- */

ON_BOTH(test_add_and_set)
{
    people();
    fails(add("unit", "u1", "name=x"), FAULT_DATA, "unit 'u1': the key is taken");
    fails(add("unit", "u 3", "name=x"), FAULT_DATA, "a key holds letters");
    fails(add("unit", "u3", "tier=city"), FAULT_DATA, "unit 'u3': name: it is mandatory");
    fails(add("unit", "u3", "nam=x"), FAULT_USAGE, "unit has no field 'nam'");
    fails(add("unit", "u3", "name=x|tier=moon"), FAULT_DATA, "unit 'u3': tier: 'moon' is none of");
    fails(add("asset", "a", "grade=3"), FAULT_USAGE, "grade is computed");
    ok(set("unit", "u2", 0, "phone=123|parent="));
    const struct entry *unit = get("unit", "u2");
    assert_int_equal(unit->version, 2);
    assert_string_equal(entry_value(unit, "phone"), "123");
    assert_null(entry_value(unit, "parent"));
    ok(set("unit", "u2", 0, "phone=123"));
    assert_int_equal(get("unit", "u2")->version, 2); /* nothing changed */
    fails(set("unit", "u9", 0, "phone=1"), FAULT_ABSENT, "there is no unit 'u9'");
}

ON_BOTH(test_two_editors)
{
    people();
    ok(set("person", "p1", 1, "phone=1"));
    fails(set("person", "p1", 1, "phone=2"), FAULT_CONFLICT, "phone is now '1'");
    fails(set("person", "p1", 1, "email=x"), FAULT_CONFLICT, "revision 2, you saw 1");
    fails(set("person", "p1", 7, "email=x"), FAULT_CONFLICT, "has revision 2, not 7");
    ok(set("person", "p1", 2, "phone=2"));
}

ON_BOTH(test_refs)
{
    people();
    fails(add("person", "p4", "name=x|unit=nowhere"), FAULT_DATA,
          "person 'p4': unit: there is no unit 'nowhere'");
    fails(set("unit", "u1", 0, "parent=u2"), FAULT_DATA, "a cycle");
    fails(set("unit", "u1", 0, "parent=u1"), FAULT_DATA, "cycle");
    ok(add("unit", "u3", "name=c|parent=u2"));
    fails(set("unit", "u1", 0, "parent=u3"), FAULT_DATA, "a cycle");
    fails(add("asset", "a1", "name=x|class=dbms|unit=u1"), FAULT_DATA, "responsible");
    fails(add("asset", "a1",
              "name=x|class=dbms|unit=u1|responsible=p1|started=2026-01-02|acquired=2026-01-03"),
          FAULT_DATA, "started is 2026-01-02, before acquired, 2026-01-03");
    ok(entry_retire(reg, kind_find("person"), "p2", "left"));
    fails(set("unit", "u1", 0, "head=p2"), FAULT_DATA, "person 'p2' is retired");
    ok(set("unit", "u1", 0, "head=p1"));
}

ON_BOTH(test_retire)
{
    people();
    ok(add("asset", "a1", "name=x|class=dbms|unit=u2|responsible=p1"));
    ok(add("asset", "a2", "name=y|class=dbms|unit=u2|responsible=p1"));
    fails(entry_retire(reg, kind_find("unit"), "u2", NULL), FAULT_DATA, "2 asset entries in use");
    ok(entry_retire(reg, kind_find("asset"), "a1", "broken"));
    assert_string_equal(filtered("asset", "unit=u2"), "a2");
    assert_string_equal(filtered("asset", "retired=yes"), "a1");
    assert_string_equal(filtered("asset", "retired!=no"), "a1");
    fails(set("asset", "a1", 0, "name=z"), FAULT_DATA, "is retired and cannot be changed");
    fails(add("asset", "a1", "name=x|class=dbms|unit=u2|responsible=p1"), FAULT_DATA, "taken");
    const struct entry_event *events;
    size_t count;
    ok(entry_history(reg, kind_find("asset"), "a1", arena, &events, &count));
    assert_true(count == 2 && strcmp(events[1].action, "retire") == 0);
    assert_string_equal(events[1].reason, "broken");
    assert_string_equal(events[0].actor, "operator");
}

/* ---- rules ----------------------------------------------------------------------------------- */

#define GOOD_PRODUCT                                                                               \
    "chinese_control=yes|own_property=yes|no_record=yes|no_backdoor=yes|no_harm=yes|certified=yes"
#define GOOD_AGENCY                                                                                \
    "registered_in_china=yes|chinese_invested=yes|two_years=yes|staff_nationals=yes|no_record=yes" \
    "|equipment=yes|management=yes|no_threat=yes"
#define SYSTEM "name=s|unit=u1|responsible=p1|type=information_system"

ON_BOTH(test_grades)
{
    people();
    ok(add("system", "s1", SYSTEM "|s=3|a=2"));
    assert_string_equal(entry_value(get("system", "s1"), "grade"), "3");
    assert_string_equal(entry_value(get("system", "s1"), "g"), "3");
    fails(add("system", "s2", SYSTEM "|s=3|a=2|g=2"), FAULT_DATA, "Annex A");
    ok(add("system", "cloud", "name=c|unit=u1|responsible=p1|type=cloud_platform|s=2|a=2"));
    fails(set("system", "s1", 0, "platform=cloud"), FAULT_DATA,
          "system 's1' of grade 3 cannot be hosted on platform 'cloud' of grade 2");
    ok(set("system", "cloud", 0, "s=3|g=3"));
    ok(set("system", "s1", 0, "platform=cloud"));
    fails(set("system", "cloud", 0, "s=2|g=2"), FAULT_DATA, "hosts s1 of grade 3");
    fails(set("system", "s1", 0, "domains=core:4"), FAULT_DATA, "domain 'core:4' is graded above");
    ok(set("system", "s1", 0, "domains=core:3;edge:2"));
    ok(add("asset", "a1", "name=x|class=dbms|unit=u1|responsible=p1|systems=s1;cloud"));
    assert_string_equal(entry_value(get("asset", "a1"), "grade"), "3");
    ok(set("system", "cloud", 0, "s=4|g=4"));
    assert_string_equal(entry_value(get("asset", "a1"), "grade"), "4");
}

ON_BOTH(test_conditions)
{
    people();
    ok(add("product", "bad",
           "name=b|chinese_control=yes|own_property=yes|no_record=yes|no_harm=yes"
           "|certified=yes"));
    ok(add("product", "old", "name=o|" GOOD_PRODUCT "|certificate_until=2020-01-01"));
    ok(add("product", "good", "name=g|" GOOD_PRODUCT "|certificate_until=2099-01-01"));
    ok(add("agency", "young", "name=y|" GOOD_AGENCY "|two_years=no"));
    ok(add("agency", "fine", "name=f|" GOOD_AGENCY));
    ok(add("system", "s2", SYSTEM "|s=2|a=2|products=bad;old|agency=young"));
    fails(set("system", "s2", 0, "s=3|g=3"), FAULT_DATA,
          "product 'bad' cannot be assigned to system 's2' of grade 3: 2007 Measures, Article 21 "
          "(4): Declared");
    fails(add("system", "s3", SYSTEM "|s=3|products=good;old"), FAULT_DATA, "ended on 2020-01-01");
    fails(add("system", "s3", SYSTEM "|s=3|products=good|agency=young"), FAULT_DATA,
          "Article 22 (3)");
    ok(add("system", "s3", SYSTEM "|s=3|products=good|agency=fine"));
    /* What became wrong later does not stop other changes. */
    ok(set("product", "good", 0, "no_harm=no"));
    ok(set("system", "s3", 0, "note=x"));
    fails(set("system", "s3", 0, "products=good;good|agency="), FAULT_NONE, "");
}

ON_BOTH(test_supplier_exit)
{
    const struct rule_open_access *open;
    size_t count;
    people();
    ok(add("supplier", "x", "name=X"));
    ok(add("access", "c1", "name=vpn|type=network|supplier=x|granted=2026-01-01"));
    ok(add("access", "c2",
           "name=badge|type=room|supplier=x|granted=2026-01-01|ended=2026-02-01"
           "|proven=2026-02-02|proof=returned"));
    fails(add("access", "c3", "name=k|type=key|supplier=x|proven=2026-01-01"), FAULT_DATA,
          "before it ended");
    ok(rule_supplier_exit(reg, "x", "2026-11-27", arena, &open, &count));
    assert_true(count == 1 && strcmp(open[0].key, "c1") == 0);
    assert_string_equal(entry_value(get("access", "c1"), "ended"), "2026-11-27");
    assert_string_equal(entry_value(get("access", "c2"), "ended"), "2026-02-01");
    ok(set("access", "c1", 0, "proven=2026-11-28|proof=firewall rule removed"));
    ok(rule_supplier_exit(reg, "x", "2026-11-27", arena, &open, &count));
    assert_int_equal(count, 0);
}

/* ---- who may see ------------------------------------------------------------------------------
 */

ON_BOTH(test_visibility)
{
    people();
    ok(add("system", "open", SYSTEM));
    fails(add("system", "dark", SYSTEM "|secrecy=secret"), FAULT_DENIED, "not cleared for secret");
    fails(reg_act_as(reg, "nobody"), FAULT_ABSENT, "no person 'nobody'");
    ok(reg_act_as(reg, "p3")); /* his clearance ran out */
    fails(add("system", "dark", SYSTEM "|secrecy=secret"), FAULT_DENIED, "not cleared");
    ok(reg_act_as(reg, "p2"));
    fails(add("system", "dark", SYSTEM "|secrecy=secret|s=2"), FAULT_DATA, "Article 27");
    fails(add("system", "dark", SYSTEM "|secrecy=top_secret|s=5"), FAULT_DENIED, "top_secret");
    ok(add("system", "dark", SYSTEM "|secrecy=secret|s=3|name=Nachtigall"));
    ok(add("asset", "a1", "name=Nachtigall db|class=dbms|unit=u1|responsible=p1|systems=dark"));
    ok(add("asset", "a2", "name=other|class=dbms|unit=u1|responsible=p1|systems=open"));
    struct entry_query all = {.limit = 0}, search = {.search = "nachtigall"};
    assert_string_equal(keys_of("asset", &all), "a1 a2");
    assert_string_equal(keys_of("system", &search), "dark");
    ok(reg_act_as(reg, NULL));
    const struct entry *entry;
    const struct entry_event *events;
    size_t count;
    assert_string_equal(keys_of("asset", &all), "a2");
    assert_string_equal(keys_of("system", &search), "");
    assert_string_equal(filtered("asset", "systems=dark"), "");
    fails(entry_get(reg, kind_find("system"), "dark", arena, &entry), FAULT_ABSENT,
          "there is no system 'dark'");
    fails(entry_history(reg, kind_find("system"), "dark", arena, &events, &count), FAULT_ABSENT,
          "there is no system 'dark'");
    fails(set("asset", "a1", 0, "name=x"), FAULT_ABSENT, "there is no asset 'a1'");
    fails(set("asset", "a2", 0, "systems=dark"), FAULT_DATA, "there is no system 'dark'");
    /* When the system is secret no more, all that belongs to it appears. */
    ok(reg_act_as(reg, "p2"));
    ok(set("system", "dark", 0, "secrecy=none"));
    ok(reg_act_as(reg, NULL));
    assert_string_equal(keys_of("asset", &all), "a1 a2");
}

/* A rule holds for what the actor may not see, and does not tell its name. */
ON_BOTH(test_rules_see_all)
{
    people();
    ok(add("system", "cloud", "name=c|unit=u1|responsible=p1|type=cloud_platform|s=3"));
    ok(add("supplier", "x", "name=X"));
    ok(reg_act_as(reg, "p2"));
    ok(add("system", "dark", SYSTEM "|secrecy=secret|s=3|platform=cloud"));
    ok(add("access", "c1", "name=k|type=key|supplier=x|system=dark"));
    ok(reg_act_as(reg, NULL));
    fails(set("system", "cloud", 0, "s=2|g=2"), FAULT_DATA, "hosts a system of grade 3");
    const struct rule_open_access *open;
    size_t count;
    ok(rule_supplier_exit(reg, "x", "2026-11-27", arena, &open, &count));
    assert_int_equal(count, 0); /* not for his eyes, but ended */
    ok(reg_act_as(reg, "p2"));
    assert_string_equal(entry_value(get("access", "c1"), "ended"), "2026-11-27");
}

/* ---- lists ------------------------------------------------------------------------------------
 */

static void assets(int count)
{
    static const char *const classes[] = {"dbms", "host_os", "middleware", "room"};
    for (int i = 0; i < count; i++) {
        char key[16], text[256];
        snprintf(key, sizeof key, "a%03d", i);
        snprintf(text, sizeof text,
                 "name=%s %d|class=%s|unit=u%d|responsible=p1%s|addresses=10.0.%d.%d%s",
                 i % 3 ? "数据库服务器" : "Máy chủ", i, classes[i % 4], 1 + i % 2,
                 i % 5 ? "|end_of_support=2027-01-0" : "", i / 200, i % 200, "");
        if (i % 5)
            snprintf(text + strlen(text), 64, "|zone=z%d", i % 5);
        if (i % 5) {
            char *at = strstr(text, "2027-01-0");
            memmove(at + 10, at + 9, strlen(at + 9) + 1);
            at[9] = (char)('0' + i % 9 + (i % 9 == 0));
        }
        ok(add("asset", key, text));
    }
}

ON_BOTH(test_filters)
{
    people();
    assets(12);
    assert_string_equal(filtered("asset", "class=room"), "a003 a007 a011");
    assert_string_equal(filtered("asset", "class=room|dbms"), "a000 a003 a004 a007 a008 a011");
    assert_string_equal(filtered("asset", "zone="), "a000 a005 a010");
    assert_string_equal(filtered("asset", "zone!="),
                        "a001 a002 a003 a004 a006 a007 a008 a009 a011");
    assert_string_equal(filtered("asset", "zone!=z1|z2|z3"), "a000 a004 a005 a009 a010");
    assert_string_equal(filtered("asset", "end_of_support<2027-01-03"), "a001 a002 a009 a011");
    assert_string_equal(filtered("asset", "end_of_support>=2027-01-07"), "a007 a008");
    assert_string_equal(filtered("asset", "name~MáY CH"), "a000 a003 a006 a009");
    assert_string_equal(filtered("asset", "name~%"), "");
    assert_string_equal(filtered("asset", "addresses=10.0.0.7"), "a007");
    assert_string_equal(filtered("asset", "key=a001|a002"), "a001 a002");
    assert_string_equal(filtered("asset", "updated<2020-01-01"), "");
    struct entry_query query = {.search = "数据库 10.0.0.1"};
    assert_string_equal(keys_of("asset", &query), "a001");
    query.search = "may chu";
    assert_string_equal(keys_of("asset", &query), "a000 a003 a006 a009");
    int64_t count;
    const char *bad[] = {"colour=red", "class", "name<5", "class=moon", "zone<"};
    static const char *const why[] = {"has no field 'colour'; it has: key", "is no filter",
                                      "only numbers and dates", "is none of", "a value is missing"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct entry_query wrong = {.filters = &bad[i], .filter_count = 1};
        fails(entry_count(reg, kind_find("asset"), &wrong, &count), FAULT_USAGE, why[i]);
    }
}

/* Pages one after the other give what the whole list gives, in every order. */
ON_BOTH(test_pages)
{
    people();
    assets(23);
    static const char *const orders[] = {NULL,    "-key",  "zone",           "-zone",
                                         "class", "grade", "-end_of_support"};
    for (size_t i = 0; i < COUNT_OF(orders); i++) {
        struct entry_query all = {.sort = orders[i]}, page = {.sort = orders[i], .limit = 4};
        const char *whole = keys_of("asset", &all), *next;
        struct buf joined = {0};
        do {
            ok(entry_list(reg, kind_find("asset"), &page, arena, note_key, &joined, &next));
            page.after = next;
        } while (next);
        assert_string_equal(joined.ptr, whole);
        buf_free(&joined);
    }
    struct entry_query wrong = {.sort = "colour"}, cursor = {.after = "x"};
    struct buf out = {0};
    fails(entry_list(reg, kind_find("asset"), &wrong, arena, note_key, &out, NULL), FAULT_USAGE,
          "cannot be sorted by 'colour'");
    fails(entry_list(reg, kind_find("asset"), &cursor, arena, note_key, &out, NULL), FAULT_USAGE,
          "no cursor");
}

/* ---- files ------------------------------------------------------------------------------------
 */

static struct import_report import(const char *kind, const char *csv, bool dry_run)
{
    struct sheet *sheet;
    struct import_report report;
    ok(sheet_open_bytes(view_of(csv), "file", &sheet));
    ok(entry_import(reg, kind_find(kind), sheet, dry_run, arena, NULL, NULL, &report));
    sheet_close(sheet);
    return report;
}

ON_BOTH(test_import)
{
    people();
    struct entry_query all = {.limit = 0};
    /* A parent further down, a title for a header, what an export adds. */
    struct import_report report = import("unit",
                                         "key,名称,parent,revision\nx3,C,x2,9\nx2,B,x1,\nx1,A,,\n"
                                         "u1,交通厅,,\n",
                                         false);
    assert_true(report.added == 3 && report.unchanged == 1 && report.errors == 0);
    assert_string_equal(keys_of("unit", &all), "u1 u2 x1 x2 x3");
    report = import("unit", "key,name,parent\nx4,D,x1\nx1,A2,\n", true);
    assert_true(report.added == 1 && report.changed == 1);
    assert_string_equal(keys_of("unit", &all), "u1 u2 x1 x2 x3");
    /* All rows are told, none is taken. */
    report = import("unit",
                    "key,name,tier,parent\ny1,Y,city,\ny2,,moon,\ny 3,Z,,\ny4,W,,nowhere\n"
                    "y5,V,,y5\ny6,U,,,more\n",
                    false);
    assert_int_equal(report.errors, 5);
    assert_string_equal(keys_of("unit", &all), "u1 u2 x1 x2 x3");
    assert_int_equal(report.kept[0].row, 3);
    assert_string_equal(report.kept[0].column, "C (tier)");
    assert_non_null(strstr(report.kept[0].reason, "'moon' is none of"));
    assert_string_equal(report.kept[1].column, "A (key)");
    bool nowhere = false;
    for (size_t i = 0; i < report.kept_count; i++)
        nowhere = nowhere ||
                  (report.kept[i].row == 5 && strcmp(report.kept[i].column, "D (parent)") == 0);
    assert_true(nowhere);
    struct sheet *sheet;
    ok(sheet_open_bytes(VIEW("name\nx\n"), "file", &sheet));
    fails(entry_import(reg, kind_find("unit"), sheet, false, arena, NULL, NULL, &report),
          FAULT_DATA, "there is no column `key`");
    sheet_close(sheet);
    ok(sheet_open_bytes(VIEW("key,colour\nx,y\n"), "file", &sheet));
    fails(entry_import(reg, kind_find("unit"), sheet, false, arena, NULL, NULL, &report),
          FAULT_DATA, "row 1, column B: unit has no field 'colour'");
    sheet_close(sheet);
    /* An empty cell takes the value away; a column that is not there is left alone. */
    report = import("unit", "key,parent\nx2,\n", false);
    assert_int_equal(report.changed, 1);
    assert_null(entry_value(get("unit", "x2"), "parent"));
    assert_string_equal(entry_value(get("unit", "x2"), "name"), "B");
}

/* ---- a property: list, count and pages are one set, for every actor ---------------------------
 */

static uint32_t lot = 12345;

static uint32_t draw(uint32_t below)
{
    lot = lot * 1664525u + 1013904223u;
    return (lot >> 8) % below;
}

struct model {
    char key[16];
    const char *class, *zone;
    int hidden, support; /* day of January 2027; 0: none */
};

static bool model_holds(const struct model *m, int clearance, const char *class, const char *zone,
                        int before)
{
    return m->hidden <= clearance && (!class || strcmp(m->class, class) == 0) &&
           (!zone || (m->zone && strcmp(m->zone, zone) == 0)) &&
           (!before || (m->support && m->support < before));
}

ON_BOTH(test_property_of_filters)
{
    static const char *const classes[] = {"dbms", "host_os", "room"}, *const zones[] = {"in",
                                                                                        "out"};
    static const char *const actors[] = {NULL, "p1", "p2"};
    static const int clearances[] = {0, 0, 2};
    struct model models[60];
    people();
    ok(reg_act_as(reg, "p2"));
    ok(add("system", "s0", SYSTEM));
    ok(add("system", "s1", SYSTEM "|secrecy=secret|s=3"));
    ok(add("system", "s2", SYSTEM "|secrecy=confidential|s=4"));
    for (size_t i = 0; i < COUNT_OF(models); i++) {
        struct model *m = &models[i];
        char text[256];
        snprintf(m->key, sizeof m->key, "k%02zu", i);
        m->class = classes[draw(3)];
        m->zone = draw(3) ? zones[draw(2)] : NULL;
        m->hidden = (int)draw(3);
        m->support = draw(2) ? 1 + (int)draw(9) : 0;
        snprintf(text, sizeof text, "name=n|class=%s|unit=u1|responsible=p1|systems=s%d%s%s%s",
                 m->class, m->hidden, m->zone ? "|zone=" : "", m->zone ? m->zone : "",
                 m->support ? arena_printf(arena, "|end_of_support=2027-01-0%d", m->support) : "");
        ok(add("asset", m->key, text));
    }
    for (int round = 0; round < 60; round++) {
        const char *filters[3], *class = draw(2) ? classes[draw(3)] : NULL;
        const char *zone = draw(2) ? zones[draw(2)] : NULL;
        int before = draw(2) ? 2 + (int)draw(8) : 0;
        uint32_t actor = draw(3);
        size_t count = 0;
        struct buf expected = {0};
        if (class)
            filters[count++] = arena_printf(arena, "class=%s", class);
        if (zone)
            filters[count++] = arena_printf(arena, "zone=%s", zone);
        if (before)
            filters[count++] = arena_printf(arena, "end_of_support<2027-01-0%d", before);
        buf_add_text(&expected, "");
        for (size_t i = 0; i < COUNT_OF(models); i++)
            if (model_holds(&models[i], clearances[actor], class, zone, before))
                buf_printf(&expected, "%s%s", expected.len ? " " : "", models[i].key);
        ok(reg_act_as(reg, actors[actor]));
        struct entry_query query = {.filters = filters, .filter_count = count};
        assert_string_equal(keys_of("asset", &query), expected.ptr);
        buf_free(&expected);
    }
}

/* ---- by hand ----------------------------------------------------------------------------------
 */

static void count_finding(void *context, const struct reg_finding *finding)
{
    struct buf *out = context;
    buf_printf(out, "%s %s: %s\n", finding->kind, finding->key, finding->what);
}

ON_BOTH(test_changed_by_hand)
{
    struct buf out = {0};
    people();
    ok(set("person", "p1", 0, "phone=5"));
    buf_add_text(&out, "");
    ok(reg_verify(reg, count_finding, &out));
    assert_string_equal(out.ptr, "");
    ok(store_script(store, "UPDATE person SET f_phone = '6' WHERE key = 'p1'"));
    ok(store_script(store, "DELETE FROM person WHERE key = 'p3'"));
    ok(store_script(store, "UPDATE unit SET key = 'u7' WHERE key = 'u2'"));
    ok(reg_verify(reg, count_finding, &out));
    assert_non_null(strstr(out.ptr, "person p1: the row is not what"));
    assert_non_null(strstr(out.ptr, "person : 1 rows are gone"));
    assert_non_null(strstr(out.ptr, "unit u7: the journal knows nothing"));
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_add_and_set),
        BOTH(test_two_editors),
        BOTH(test_refs),
        BOTH(test_retire),
        BOTH(test_grades),
        BOTH(test_conditions),
        BOTH(test_supplier_exit),
        BOTH(test_visibility),
        BOTH(test_rules_see_all),
        BOTH(test_filters),
        BOTH(test_pages),
        BOTH(test_import),
        BOTH(test_property_of_filters),
        BOTH(test_changed_by_hand),
    };
    return cmocka_run_group_tests(tests, register_start, register_stop);
}

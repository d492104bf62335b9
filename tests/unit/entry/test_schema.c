/* The register's schema grows by versions: what a store has run stays as it was, a later field is a
 * column more, a later kind a table more; on both stores. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../support/register.h"
#include "register/entry/table.h"

static struct field old_fields[] = {{.name = "name", .type = FIELD_TEXT, .since = 1}};
static struct field new_fields[] = {
    {.name = "name", .type = FIELD_TEXT, .since = 1},
    {.name = "weight", .type = FIELD_INTEGER, .since = 2, .indexed = true}};
static struct field late_fields[] = {{.name = "colour", .type = FIELD_TEXT, .since = 2}};
static const struct kind before = {.name = "thing", .fields = old_fields, .count = 1, .since = 1};
static const struct kind after = {.name = "thing", .fields = new_fields, .count = 2, .since = 1};
static const struct kind late = {.name = "paint", .fields = late_fields, .count = 1, .since = 2};

static struct rc migrate(const struct kind *const *list, size_t count)
{
    struct migration migrations[2];
    size_t newest = (size_t)table_version(list, count);
    for (size_t i = 0; i < newest; i++)
        migrations[i] = (struct migration){(int64_t)i + 1, "tables",
                                           table_sql(arena, list, count, (int64_t)i + 1)};
    return store_migrate(store, "trial", migrations, newest);
}

#define ROW "(id, key, version, created, updated, retired, hidden, words"

ON_BOTH(test_versions)
{
    const struct kind *const first[] = {&before}, *const second[] = {&late, &after};
    struct datum row;
    bool any;
    /* entry_item is made by version 1, and the register of this test has it already */
    ok(store_script(store, "DROP TABLE entry_item"));
    assert_int_equal(table_version(first, 1), 1);
    assert_int_equal(table_version(second, 2), 2);
    assert_string_equal(table_sql(arena, first, 1, 1), table_sql(arena, second, 2, 1));
    ok(migrate(first, 1));
    ok(store_script(store, "INSERT INTO thing " ROW ", f_name) VALUES (1, 'a', 1, 1, 1, 0, 0, '', "
                           "'x')"));
    ok(migrate(second, 2));
    ok(migrate(second, 2));
    ok(store_one(store, "SELECT count(*) FROM thing WHERE f_name = 'x' AND f_weight IS NULL", NULL,
                 0, arena, &row, 1, &any));
    assert_int_equal(row.integer, 1);
    ok(store_script(store,
                    "INSERT INTO paint " ROW ", f_colour) VALUES (1, 'r', 1, 1, 1, 0, 0, '', "
                    "'red')"));
    fails(migrate(first, 1), FAULT_DATA, "newer Merlon");
}

/* What is in use must keep the text of its first version for ever once it was released. */
static void test_the_kinds_are_of_version_one(void **state)
{
    (void)state;
    size_t count;
    const struct kind *const *all = kinds(&count);
    assert_int_equal(table_version(all, count), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_versions),
        cmocka_unit_test(test_the_kinds_are_of_version_one),
    };
    return cmocka_run_group_tests(tests, register_start, register_stop);
}

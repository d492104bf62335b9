/* This very machine: its name, its running values, its mounts. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "../sys/scratch.h"
#include "collected.h"
#include "foundation/sys/sys.h"

static struct host *host;

static int setup(void **state)
{
    (void)state;
    return failed(host_open_local(&host));
}

static int teardown(void **state)
{
    (void)state;
    host_close(host);
    return 0;
}

static struct bundle *probe(const char *name, size_t max)
{
    struct source source = {.kind = ITEM_LIVE, .pattern = name, .max = max};
    return from_source(host, &source);
}

static void test_target(void **state)
{
    char name[256] = "";
    struct wishes none = {0};
    (void)state;
    struct bundle *bundle = collected(host, &none);
    gethostname(name, sizeof name - 1);
    assert_string_equal(bundle_target(bundle)->kind, "host");
    assert_string_equal(bundle_target(bundle)->name, name);
    assert_true(bundle_target(bundle)->running);
    assert_memory_equal(bundle_target(bundle)->tool, "merlon ", 7);
    bundle_free(bundle);
}

/* The value that /proc/sys itself gives stands in the list under the name sysctl(8) uses. */
static void expect_setting(const struct item *item, const char *path, const char *key)
{
    char line[512];
    struct buf value = {0};
    if (failed(sys_read_file(path, 100, &value)))
        return; /* this kernel has none */
    struct view text = buf_view(&value);
    while (view_ends(text, "\n"))
        text.len--;
    snprintf(line, sizeof line, "\n%s = %.*s\n", key, (int)text.len, text.ptr);
    if (!strstr(item->bytes.ptr, line))
        print_error("missing: %s", line);
    assert_non_null(strstr(item->bytes.ptr, line));
    buf_free(&value);
}

static void test_sysctl(void **state)
{
    (void)state;
    struct bundle *bundle = probe("sysctl", 0);
    const struct item *item = item_of(bundle, ITEM_LIVE, "sysctl");
    if (geteuid() == 0)
        assert_int_equal(item->status, ITEM_OK);
    expect_setting(item, "/proc/sys/kernel/ostype", "kernel.ostype");
    expect_setting(item, "/proc/sys/kernel/randomize_va_space", "kernel.randomize_va_space");
    expect_setting(item, "/proc/sys/net/ipv4/ip_forward", "net.ipv4.ip_forward");
    expect_setting(item, "/proc/sys/net/ipv4/conf/lo/rp_filter", "net.ipv4.conf.lo.rp_filter");
    expect_setting(item, "/proc/sys/vm/swappiness", "vm.swappiness");
    struct view rest = item->bytes, line;
    while (view_line(&rest, &line)) { /* key, blank, '=', value: nothing else */
        const char *mark = memmem(line.ptr, line.len, " =", 2);
        assert_non_null(mark);
        assert_null(memchr(line.ptr, '\0', line.len));
        assert_null(memchr(line.ptr, ' ', (size_t)(mark - line.ptr)));
    }
    assert_null(strstr(item->bytes.ptr, "tcp_fastopen_key"));
    assert_null(strstr(item->bytes.ptr, "stable_secret"));
    bundle_free(bundle);
}

static void test_sysctl_is_bounded(void **state)
{
    (void)state;
    struct bundle *bundle = probe("sysctl", 1000);
    expect_status(bundle, ITEM_LIVE, "sysctl", ITEM_TRUNCATED);
    assert_true(item_of(bundle, ITEM_LIVE, "sysctl")->bytes.len <= 1000);
    bundle_free(bundle);
}

/* Values that only root may read: the others stand there, but the whole says that some lack. */
static bool nobody_sees_what_lacks(void)
{
    struct stat st;
    struct source source = {.kind = ITEM_LIVE, .pattern = "sysctl"};
    const struct source *list = &source;
    struct wishes wishes = {.sources = &list, .source_count = 1};
    struct bundle *bundle = bundle_new();
    if (stat("/proc/sys/fs/protected_hardlinks", &st) != 0 || st.st_mode & 0004)
        return true;
    EXPECT(!failed(host_collect(host, &wishes, 1, bundle)));
    const struct item *item = bundle_find(bundle, ITEM_LIVE, "sysctl");
    EXPECT(item && item->status == ITEM_TRUNCATED);
    EXPECT(strstr(item->reason, "not readable"));
    EXPECT(strstr(item->bytes.ptr, "kernel.ostype = Linux\n"));
    EXPECT(!strstr(item->bytes.ptr, "fs.protected_hardlinks"));
    bundle_free(bundle);
    return true;
}

static void test_sysctl_for_others(void **state)
{
    (void)state;
    as_nobody(nobody_sees_what_lacks);
}

static void test_mounts(void **state)
{
    (void)state;
    struct bundle *bundle = probe("mounts", 0);
    const struct item *item = item_of(bundle, ITEM_LIVE, "mounts");
    struct buf now = {0};
    assert_false(failed(sys_read_file("/proc/self/mountinfo", 1 << 24, &now)));
    expect_bytes(bundle, ITEM_LIVE, "mounts", now.ptr);
    assert_non_null(strstr(item->bytes.ptr, " / "));
    buf_free(&now);
    bundle_free(bundle);
}

static void test_unknown_probe(void **state)
{
    (void)state;
    struct bundle *bundle = probe("weather", 0);
    expect_status(bundle, ITEM_LIVE, "weather", ITEM_ERROR);
    bundle_free(bundle);
}

/* Files of the kernel look regular and have no size; one of them would make a reader wait. */
static void test_kernel_files(void **state)
{
    struct source source = {.kind = ITEM_FILE, .pattern = "/proc/version"};
    (void)state;
    struct bundle *bundle = from_source(host, &source);
    expect_status(bundle, ITEM_FILE, "/proc/version", ITEM_OK);
    assert_memory_equal(item_of(bundle, ITEM_FILE, "/proc/version")->bytes.ptr, "Linux", 5);
    bundle_free(bundle);
    source = (struct source){.kind = ITEM_FILE, .pattern = "/etc/passwd"};
    bundle = from_source(host, &source);
    expect_status(bundle, ITEM_FILE, "/etc/passwd", ITEM_OK);
    bundle_free(bundle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_target),
        cmocka_unit_test(test_sysctl),
        cmocka_unit_test(test_sysctl_is_bounded),
        cmocka_unit_test(test_sysctl_for_others),
        cmocka_unit_test(test_mounts),
        cmocka_unit_test(test_unknown_probe),
        cmocka_unit_test(test_kernel_files),
    };
    alarm(60);
    return cmocka_run_group_tests(tests, setup, teardown);
}

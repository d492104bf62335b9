/*
 * fuzz_check: bytes as a person's check: read, tried by lint, planned and judged on a small bundle.
 * It is refused with a sentence or gets a verdict with a reason; nothing else may happen.
 */
#include "sensor/baseline/baseline.h"

#include "foundation/sys/sys.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define CHECK_MAX ((size_t)64 << 10)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A check is read from a path; this one leads to memory. */
static const char *path_of(const uint8_t *data, size_t size)
{
    static char path[64];
    static int fd = -1;
    if (fd < 0)
        fd = memfd_create("check", MFD_CLOEXEC);
    if (fd < 0 || ftruncate(fd, 0) != 0 || pwrite(fd, data, size, 0) != (ssize_t)size)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return path;
}

static void add(struct bundle *bundle, enum item_kind kind, enum item_status status,
                const char *name, const char *text)
{
    const char *reason = kind == ITEM_LIVE ? NOT_RUNNING : "";
    struct item item = {
        .kind = kind, .status = status, .name = name, .reason = reason, .bytes = view_of(text)};
    if (failed(bundle_add(bundle, &item)))
        abort();
}

static struct bundle *fixed_bundle(void)
{
    static struct bundle *bundle;
    if (bundle)
        return bundle;
    bundle = bundle_new();
    add(bundle, ITEM_FILE, ITEM_OK, "/etc/passwd", "root:x:0:0::/root:/bin/sh\n");
    add(bundle, ITEM_FILE, ITEM_DENIED, "/etc/shadow", "");
    add(bundle, ITEM_LIVE, ITEM_ABSENT, "sysctl", "");
    return bundle;
}

static void judge(const struct check *check)
{
    const char *const ids[] = {check->id};
    const struct request request = {
        .standard = "gbt22239-2019", .level = 3, .ids = ids, .id_count = 1};
    struct plan *plan = NULL;
    struct run *run = NULL;
    if (failed(plan_new_for(&request, &check, 1, &plan)))
        return;
    if (failed(plan_evaluate(plan, fixed_bundle(), 1767225600000000, &run)))
        abort(); /* whatever a check does is a verdict, not a failure of the run */
    const struct result *result = &run->results[0];
    for (int lang = 0; lang < LANG_COUNT; lang++)
        if (!result_reason(result, (enum lang)lang) || !result_expected(result, (enum lang)lang))
            abort();
    if (result->verdict == VERDICT_PASS && result->row_count == 0 && check->absent != VERDICT_PASS)
        abort();
    run_free(run);
    plan_free(plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > CHECK_MAX)
        return 0;
    struct arena *arena = arena_new();
    struct check check;
    if (!failed(check_read(arena, path_of(data, size), &check))) {
        size_t cases = 0;
        rc_ignore(check_lint(&check, &cases)); /* most are refused; they must not crash */
        judge(&check);
    } else if (fault_text()[0] == '\0') {
        abort();
    }
    arena_free(arena);
    return 0;
}

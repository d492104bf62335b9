/* The shared walk over real trees: each predicate, bounds, borders, depth, odd names. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "../sys/scratch.h"
#include "collected.h"

#include <dirent.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#define ALL ((1u << WALK_PREDICATE_COUNT) - 1)

/* Each test has a root of its own, with one user and one group. */
static int setup(void **state)
{
    char line[64];
    (void)state;
    scratch_open();
    make_dir("etc", 0755);
    snprintf(line, sizeof line, "me:x:%u:0::/:/bin/sh\nbig:x:100000:0::/:\n", geteuid());
    make_file("etc/passwd", line, 0644);
    snprintf(line, sizeof line, "me:x:%u:\nbig:x:4000000000:\n", getegid());
    make_file("etc/group", line, 0644);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scratch_close();
    return 0;
}

static struct bundle *walked(uint32_t predicates)
{
    struct host *host;
    struct wishes wishes = {.walk = true, .predicates = predicates};
    assert_false(failed(host_open_root(scratch_root, &host)));
    struct bundle *bundle = collected(host, &wishes);
    host_close(host);
    return bundle;
}

/* Every record as "kind predicate path", one a line; paths unescaped. */
static const char *summary(const struct bundle *bundle)
{
    static struct buf out;
    static const char *const kinds[] = {"hit", "filesystem", "not_entered", "cut", "skipped"};
    struct arena *arena = arena_new();
    struct view rest = item_of(bundle, ITEM_WALK, "/")->bytes;
    struct walk_record record;
    bool more = true;
    buf_free(&out);
    buf_add_text(&out, "\n");
    while (more) {
        assert_false(failed(walk_decode(arena, &rest, &record, &more)));
        if (!more)
            break;
        bool judged = record.kind == WALK_HIT || record.kind == WALK_CUT;
        buf_printf(&out, "%s %s %s\n", kinds[record.kind],
                   judged ? walk_predicate_name(record.predicate) : "-", record.path);
    }
    arena_free(arena);
    return out.ptr;
}

static void expect_lines(const char *found, const char *const *lines, size_t count,
                         const char *kind)
{
    char line[600];
    size_t seen = 0;
    for (size_t i = 0; i < count; i++) {
        snprintf(line, sizeof line, "\n%s %s\n", kind, lines[i]);
        if (!strstr(found, line))
            print_error("missing:%sin:%s", line, found);
        assert_non_null(strstr(found, line));
    }
    snprintf(line, sizeof line, "\n%s ", kind);
    for (const char *at_line = found; (at_line = strstr(at_line, line)); at_line++)
        seen++;
    if (seen != count)
        print_error("more than expected:%s", found);
    assert_int_equal(seen, count);
}

static struct walk_record filesystem_of(struct arena *arena, const struct bundle *bundle,
                                        const char *path)
{
    struct view rest = item_of(bundle, ITEM_WALK, "/")->bytes;
    struct walk_record record;
    bool more;
    do {
        assert_false(failed(walk_decode(arena, &rest, &record, &more)));
        assert_true(more);
    } while (record.kind != WALK_FILESYSTEM || strcmp(record.path, path) != 0);
    return record;
}

static void test_modes_and_names(void **state)
{
    static const char *const hits[] = {"world_writable /a/writable",
                                       "world_writable /a/all",
                                       "setuid /a/all",
                                       "setgid /a/all",
                                       "setuid /a/setuid",
                                       "setgid /a/setgid",
                                       "world_writable_directory /open",
                                       "trust_file /a/.rhosts",
                                       "trust_file /a/.shosts",
                                       "trust_file /a/.netrc",
                                       "trust_file /etc/hosts.equiv",
                                       "trust_file /etc/shosts.equiv"};
    (void)state;
    make_dir("a", 0755);
    make_file("a/writable", "", 0646);
    make_file("a/all", "", 06777);
    make_file("a/setuid", "", 04755);
    make_file("a/setgid", "", 02755);
    make_file("a/plain", "", 0755);
    make_link("a/link", "writable");
    make_dir("open", 0777);
    make_dir("tmp", 01777);
    make_dir("setgid", 02755);
    make_file("a/.rhosts", "", 0600);
    make_link("a/.shosts", "/dev/null");
    make_file("a/.netrc", "", 0600);
    make_file("a/.netrcx", "", 0600);
    make_file("etc/hosts.equiv", "", 0644);
    make_file("etc/shosts.equiv", "", 0644);
    make_dir("etc/.rhosts", 0755);
    struct bundle *bundle = walked(ALL);
    expect_lines(summary(bundle), hits, COUNT_OF(hits), "hit");
    struct arena *arena = arena_new();
    struct walk_record fs = filesystem_of(arena, bundle, "/");
    assert_int_equal(fs.inodes, 21);
    assert_int_equal(fs.directories, 7);
    assert_int_equal(fs.denied, 0);
    assert_int_equal(fs.total, 10); /* entries, each once */
    arena_free(arena);
    bundle_free(bundle);
}

static void test_only_what_is_wished(void **state)
{
    static const char *const hits[] = {"setuid /both"};
    (void)state;
    make_file("both", "", 06755);
    make_file(".rhosts", "", 0666);
    struct bundle *bundle = walked(1u << WALK_SETUID);
    expect_lines(summary(bundle), hits, 1, "hit");
    bundle_free(bundle);
    bundle = walked(0);
    expect_lines(summary(bundle), hits, 0, "hit");
    bundle_free(bundle);
}

static void test_owners(void **state)
{
    static const char *const hits[] = {"unowned /user",   "ungrouped /group", "unowned /link",
                                       "ungrouped /link", "unowned /high",    "unowned /folder"};
    (void)state;
    if (geteuid() != 0) {
        print_message("only root can give files away\n");
        skip();
    }
    make_file("user", "", 0644);
    make_file("group", "", 0644);
    make_file("high", "", 0644);
    make_file("known", "", 0644);
    make_dir("folder", 0755);
    make_link("link", "none");
    assert_int_equal(chown(at("user"), 54321, 0), 0);
    assert_int_equal(chown(at("group"), 0, 54321), 0);
    assert_int_equal(chown(at("high"), 100001, 0), 0);
    assert_int_equal(chown(at("known"), 100000, (gid_t)4000000000), 0);
    assert_int_equal(chown(at("folder"), 70000, 0), 0);
    assert_int_equal(lchown(at("link"), 54321, 54321), 0);
    struct bundle *bundle = walked(1u << WALK_UNOWNED | 1u << WALK_UNGROUPED);
    expect_lines(summary(bundle), hits, COUNT_OF(hits), "hit");
    assert_non_null(strstr(item_of(bundle, ITEM_WALK, "/")->bytes.ptr,
                           "hit\tungrouped\t/link\tlink\t0777\t54321\t54321\t4\t1\t"));
    bundle_free(bundle);
}

static void test_devices(void **state)
{
    static const char *const hits[] = {"device /a/char", "device /a/block", "device /a/dev/char"};
    (void)state;
    make_dir("a", 0755);
    make_dir("a/dev", 0755);
    make_dir("dev", 0755);
    make_dir("dev/sub", 0755);
    if (mknod(at("a/char"), S_IFCHR | 0600, makedev(1, 5)) != 0) {
        print_message("no devices can be made here\n");
        skip();
    }
    assert_int_equal(mknod(at("a/block"), S_IFBLK | 0600, makedev(7, 0)), 0);
    assert_int_equal(mknod(at("a/dev/char"), S_IFCHR | 0600, makedev(1, 5)), 0);
    assert_int_equal(mknod(at("dev/char"), S_IFCHR | 0600, makedev(1, 5)), 0);
    assert_int_equal(mknod(at("dev/sub/char"), S_IFCHR | 0600, makedev(1, 5)), 0);
    assert_int_equal(mknod(at("a/whiteout"), S_IFCHR | 0600, makedev(0, 0)), 0);
    struct bundle *bundle = walked(ALL);
    expect_lines(summary(bundle), hits, COUNT_OF(hits), "hit");
    bundle_free(bundle);
}

/* Who is unowned cannot be told without the names: said so, not guessed. */
static void test_names_that_cannot_be_read(void **state)
{
    static const char *const cuts[] = {"unowned "}, *const hits[] = {"setuid /x"};
    (void)state;
    make_file("x", "", 04755);
    unlink(at("etc/passwd"));
    make_dir("etc/passwd", 0755);
    struct bundle *bundle = walked(ALL);
    expect_lines(summary(bundle), cuts, 1, "cut");
    expect_lines(summary(bundle), hits, 1, "hit");
    bundle_free(bundle);
}

static void test_odd_names(void **state)
{
    static const char *const names[] = {
        "new\nline", "tab\tname",   "back\\slash", "no-utf8-\xff\xfe",
        "  blanks ", "\x1b[31mred", "%s%n"};
    static const char *const hits[] = {"setuid /new\nline",   "setuid /tab\tname",
                                       "setuid /back\\slash", "setuid /no-utf8-\xff\xfe",
                                       "setuid /  blanks ",   "setuid /\x1b[31mred",
                                       "setuid /%s%n"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++)
        make_file(names[i], "", 04755);
    struct bundle *bundle = walked(ALL);
    expect_lines(summary(bundle), hits, COUNT_OF(hits), "hit");
    bundle_free(bundle);
}

static void test_hits_are_capped(void **state)
{
    static const char *const cuts[] = {"world_writable "};
    char name[32];
    size_t kept = 0;
    (void)state;
    make_dir("many", 0755);
    for (int i = 0; i < WALK_HITS_MAX + 5; i++) {
        snprintf(name, sizeof name, "many/%d", i);
        make_file(name, "", 0666);
    }
    make_file("one", "", 04755);
    struct bundle *bundle = walked(ALL);
    const char *found = summary(bundle);
    for (const char *hit = found; (hit = strstr(hit, "\nhit world_writable /many/")); hit++)
        kept++;
    assert_int_equal(kept, WALK_HITS_MAX);
    expect_lines(found, cuts, 1, "cut");
    assert_non_null(strstr(found, "\nhit setuid /one\n"));
    assert_non_null(
        strstr(item_of(bundle, ITEM_WALK, "/")->bytes.ptr, "cut\tworld_writable\t10005\n"));
    bundle_free(bundle);
}

/* Makes `levels` directories below one another and returns the descriptor of the last. */
static int dig(const char *name, int levels)
{
    int fd = open(scratch_root, O_RDONLY | O_DIRECTORY);
    for (int i = 0; i < levels; i++) {
        assert_int_equal(mkdirat(fd, name, 0755), 0);
        int next = openat(fd, name, O_RDONLY | O_DIRECTORY);
        assert_true(next >= 0);
        close(fd);
        fd = next;
    }
    return fd;
}

static size_t count_open(void)
{
    size_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

static void test_deep_trees(void **state)
{
    struct arena *arena = arena_new();
    (void)state;
    int fd = dig("directory-with-a-long-name", 300); /* 8,100 bytes of path: twice PATH_MAX */
    int file = openat(fd, "bottom", O_WRONLY | O_CREAT, 0644);
    assert_int_equal(fchmod(file, 04755), 0);
    close(file);
    close(fd);
    /* Enough beside each level that going back up has work to do. */
    fd = open(scratch_root, O_RDONLY | O_DIRECTORY);
    for (int i = 0; i < 300; i++) {
        assert_int_equal(mkdirat(fd, "a", 0755), 0);
        assert_int_equal(mkdirat(fd, "z", 0755), 0);
        int next = openat(fd, "directory-with-a-long-name", O_RDONLY | O_DIRECTORY);
        close(fd);
        fd = next;
    }
    close(fd);
    size_t before = count_open();
    struct rlimit usual, few = {100, 100};
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &usual), 0);
    few.rlim_max = usual.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    struct bundle *bundle = walked(ALL);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &usual), 0);
    assert_int_equal(count_open(), before);
    const char *found = summary(bundle);
    assert_non_null(strstr(found, "/directory-with-a-long-name/bottom\n"));
    assert_null(strstr(found, "not_entered"));
    struct walk_record fs = filesystem_of(arena, bundle, "/");
    assert_int_equal(fs.directories, 2 + 300 + 600);
    assert_int_equal(fs.inodes, 2 + 300 + 600 + 3);
    assert_int_equal(fs.total, 1);
    arena_free(arena);
    bundle_free(bundle);
}

/* More entries than one chunk holds, at a depth where descriptors are closed and opened again. */
static void test_wide_and_deep(void **state)
{
    struct arena *arena = arena_new();
    char name[64];
    (void)state;
    int fd = dig("d", 3);
    for (int i = 0; i < 5000; i++) {
        snprintf(name, sizeof name, "folder-%d-with-a-name-of-some-length", i);
        assert_int_equal(mkdirat(fd, name, 0755), 0);
    }
    int deep = openat(fd, "folder-2500-with-a-name-of-some-length", O_RDONLY | O_DIRECTORY);
    for (int i = 0; i < 200; i++) {
        assert_int_equal(mkdirat(deep, "e", 0755), 0);
        int next = openat(deep, "e", O_RDONLY | O_DIRECTORY);
        close(deep);
        deep = next;
    }
    close(deep);
    close(fd);
    struct bundle *bundle = walked(ALL);
    struct walk_record fs = filesystem_of(arena, bundle, "/");
    assert_int_equal(fs.directories, 2 + 3 + 5000 + 200);
    assert_int_equal(fs.denied, 0);
    arena_free(arena);
    bundle_free(bundle);
}

static bool nobody_is_told(void)
{
    struct host *host;
    struct wishes wishes = {.walk = true, .predicates = ALL};
    struct bundle *bundle = bundle_new();
    EXPECT(!failed(host_open_root(scratch_root, &host)));
    EXPECT(!failed(host_collect(host, &wishes, 1, bundle)));
    const struct item *item = bundle_find(bundle, ITEM_WALK, "/");
    EXPECT(item && item->status == ITEM_OK);
    EXPECT(strstr(item->bytes.ptr, "not_entered\t/closed\tPermission denied\n"));
    EXPECT(strstr(item->bytes.ptr, "not_entered\t/listable\tPermission denied\n"));
    EXPECT(strstr(item->bytes.ptr, "hit\tsetuid\t/seen\t"));
    EXPECT(!strstr(item->bytes.ptr, "hidden"));
    EXPECT(strstr(item->bytes.ptr, "\t2\t1\n")); /* two denied, one hit */
    bundle_free(bundle);
    host_close(host);
    return true;
}

static void test_closed_directories(void **state)
{
    (void)state;
    make_dir("closed", 0755);
    make_file("closed/hidden", "", 04755);
    make_dir("listable", 0755);
    make_file("listable/hidden", "", 04755);
    make_file("listable/hidden2", "", 04755);
    make_file("seen", "", 04755);
    assert_int_equal(chmod(at("closed"), geteuid() == 0 ? 0700 : 0), 0);
    assert_int_equal(chmod(at("listable"), geteuid() == 0 ? 0744 : 0444), 0);
    as_nobody(nobody_is_told);
}

/* In a mount namespace of its own, so that nothing is left behind on the machine. */
static int walk_mounts(void)
{
    struct arena *arena = arena_new();
    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
    if (mount("none", at("ram"), "tmpfs", 0, NULL) != 0 ||
        mount("none", at("proc"), "proc", 0, NULL) != 0 ||
        mount(at("a"), at("bind"), NULL, MS_BIND, NULL) != 0 ||
        mount(scratch_root, at("self"), NULL, MS_BIND | MS_REC, NULL) != 0)
        return 2;
    make_file("ram/setuid", "", 04755);
    struct bundle *bundle = walked(ALL);
    const char *found = summary(bundle);
    static const char *const hits[] = {"setuid /ram/setuid", "setuid /a/setuid",
                                       "setuid /bind/setuid"};
    static const char *const systems[] = {"- /", "- /ram", "- /bind"};
    static const char *const skipped[] = {"- /proc"};
    expect_lines(found, hits, COUNT_OF(hits), "hit");
    expect_lines(found, systems, COUNT_OF(systems), "filesystem");
    expect_lines(found, skipped, COUNT_OF(skipped), "skipped");
    assert_string_equal(filesystem_of(arena, bundle, "/ram").type, "tmpfs");
    bundle_free(bundle);
    arena_free(arena);
    return 0;
}

static void test_mounts(void **state)
{
    int status;
    (void)state;
    make_dir("ram", 0755);
    make_dir("proc", 0755);
    make_dir("a", 0755);
    make_file("a/setuid", "", 04755);
    make_dir("bind", 0755);
    make_dir("self", 0755);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        if (unshare(CLONE_NEWNS) != 0)
            _exit(2);
        _exit(walk_mounts());
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 2) {
        print_message("nothing can be mounted here\n");
        skip();
    }
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* Pipes, sockets and links that lead out are looked at, never opened or followed. */
static void test_nothing_is_opened(void **state)
{
    struct arena *arena = arena_new();
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)state;
    assert_int_equal(mkfifo(at("pipe"), 0666), 0);
    make_link("out", "/");
    make_link("up", "..");
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%.90s/socket", scratch_root);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    close(fd);
    struct bundle *bundle = walked(ALL);
    assert_int_equal(filesystem_of(arena, bundle, "/").inodes, 8);
    bundle_free(bundle);
    arena_free(arena);
}

/* Two walks of one tree give the same bytes, though directories have no order. */
static void test_same_bytes(void **state)
{
    char name[32];
    (void)state;
    for (int i = 0; i < 300; i++) {
        snprintf(name, sizeof name, "f%d", i * 7919 % 300);
        make_file(name, "", 06666);
    }
    struct bundle *a = walked(ALL), *b = walked(ALL);
    const struct item *x = item_of(a, ITEM_WALK, "/"), *y = item_of(b, ITEM_WALK, "/");
    assert_int_equal(x->bytes.len, y->bytes.len);
    assert_memory_equal(x->bytes.ptr, y->bytes.ptr, x->bytes.len);
    const char *f10 = strstr(x->bytes.ptr, "setuid\t/f10\t"),
               *f99 = strstr(x->bytes.ptr, "setuid\t/f99\t");
    assert_true(f10 && f99 && f10 < f99);
    bundle_free(a);
    bundle_free(b);
}

static void stop_in_time(void *context, const char *phase, uint64_t count)
{
    (void)count;
    if (strcmp(phase, "walk") == 0)
        ((struct wishes *)context)->deadline = 1;
}

static void test_deadline_during_the_walk(void **state)
{
    struct host *host;
    struct wishes wishes = {.walk = true, .predicates = ALL, .progress = stop_in_time};
    (void)state;
    wishes.context = &wishes;
    assert_false(failed(host_open_root(scratch_root, &host)));
    struct bundle *bundle = collected(host, &wishes);
    expect_status(bundle, ITEM_WALK, "/", ITEM_TIMEOUT);
    bundle_free(bundle);
    host_close(host);
}

int main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        EACH(test_modes_and_names),
        EACH(test_only_what_is_wished),
        EACH(test_owners),
        EACH(test_devices),
        EACH(test_names_that_cannot_be_read),
        EACH(test_odd_names),
        EACH(test_hits_are_capped),
        EACH(test_deep_trees),
        EACH(test_wide_and_deep),
        EACH(test_closed_directories),
        EACH(test_mounts),
        EACH(test_nothing_is_opened),
        EACH(test_same_bytes),
        EACH(test_deadline_during_the_walk),
    };
    alarm(110);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

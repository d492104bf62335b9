/*
 * bench_walk: the shared walk with all predicates against one GNU find with the same predicates.
 *
 *   bench_walk [INODES [FOLDER]]    default 200,000 inodes, below $TMPDIR or /var/tmp
 *
 * Makes a tree of that many inodes (fixed seed: always the same one), runs find and the walk in
 * turn ROUNDS times each in processes of their own, and prints the best wall times, their ratio and
 * the peak memory. Exit 1 when the ratio is above 1.5 or the two found different numbers of things.
 * The tree is removed afterwards. Run as root it has unowned and device entries too.
 */
#include "sensor/host/host.h"

#include "foundation/sys/sys.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS         5
#define FILES_A_FOLDER 40
#define BAR            1.5

static uint32_t seed = 20261123;

static uint32_t draw(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

/* ---- the tree -------------------------------------------------------------------------- */

static void check(int result, const char *what)
{
    if (result >= 0)
        return;
    perror(what);
    exit(2);
}

static void make_file(int folder, const char *name)
{
    static const mode_t modes[] = {0644, 0644, 0644, 0600, 0755, 0640};
    int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL, 0644);
    check(fd, name);
    mode_t mode = modes[draw(COUNT_OF(modes))];
    uint32_t kind = draw(2000);
    if (kind == 0)
        mode = 04755;
    else if (kind == 1)
        mode = 02755;
    else if (kind == 2)
        mode = 0666;
    if (kind == 3 && geteuid() == 0)
        check(fchown(fd, 54321, 54321), name);
    check(fchmod(fd, mode), name);
    close(fd);
}

static void fill_folder(int folder, size_t count)
{
    char name[64];
    for (size_t i = 0; i < count; i++) {
        uint32_t kind = draw(1000);
        snprintf(name, sizeof name, kind == 0 ? ".rhosts" : "file-%zu-%u.conf", i, draw(100000));
        if (kind == 0 && faccessat(folder, name, F_OK, 0) == 0)
            snprintf(name, sizeof name, "again-%zu", i);
        if (kind >= 1 && kind < 30)
            check(symlinkat("../somewhere/else", folder, name), name);
        else
            make_file(folder, name);
    }
}

/* Folders hang below one another like in /usr: a few levels, some wide. */
static void make_tree(const char *root, size_t inodes)
{
    size_t folders = inodes / (FILES_A_FOLDER + 1), made = 0;
    char(*paths)[96] = calloc(folders + 1, sizeof *paths);
    snprintf(paths[0], sizeof paths[0], ".");
    int top = open(root, O_RDONLY | O_DIRECTORY);
    check(top, root);
    for (size_t i = 0; i < folders; i++) {
        const char *parent = paths[draw((uint32_t)(made < 4000 ? made + 1 : 4000))];
        if (strlen(parent) > 70)
            parent = ".";
        made++;
        snprintf(paths[made], sizeof paths[made], "%.70s/d%zu", parent, i);
        check(mkdirat(top, paths[made], 0755), paths[made]);
        if (draw(500) == 0)
            check(fchmodat(top, paths[made], 0777, 0), paths[made]);
        int folder = openat(top, paths[made], O_RDONLY | O_DIRECTORY);
        check(folder, paths[made]);
        fill_folder(folder, FILES_A_FOLDER);
        close(folder);
    }
    free(paths);
    close(top);
}

/* The names of this machine, so that both sides know the same owners. */
static void copy_names(const char *root)
{
    char command[1024];
    snprintf(command, sizeof command,
             "mkdir -m 755 %s/etc && cp /etc/passwd /etc/group %s/etc/ && chmod 644 %s/etc/*", root,
             root, root);
    if (system(command) != 0)
        exit(2);
}

/* ---- the two sides --------------------------------------------------------------------- */

static void run_find(const char *root, const char *result)
{
    int out = open(result, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(out, STDOUT_FILENO);
    execlp("find", "find", root, "-xdev", "(", "-nouser", "-o", "-nogroup", "-o", "-type", "f", "(",
           "-perm", "-0002", "-o", "-perm", "-4000", "-o", "-perm", "-2000", ")", "-o", "-type",
           "d", "-perm", "-0002", "!", "-perm", "-1000", "-o", "-type", "b", "-o", "-type", "c",
           "-o", "-name", ".rhosts", "-o", "-name", ".shosts", "-o", "-name", "hosts.equiv", "-o",
           "-name", "shosts.equiv", "-o", "-name", ".netrc", ")", "-print", (char *)NULL);
    _exit(127);
}

static void run_walk(const char *root, const char *result)
{
    struct host *host;
    struct bundle *bundle = bundle_new();
    struct wishes wishes = {.walk = true, .predicates = (1u << WALK_PREDICATE_COUNT) - 1};
    if (failed(host_open_root(root, &host)) || failed(host_collect(host, &wishes, 0, bundle))) {
        fprintf(stderr, "%s\n", fault_text());
        _exit(2);
    }
    const struct item *item = bundle_find(bundle, ITEM_WALK, "/");
    rc_ignore(sys_write_file(result, item->bytes, 0600)); /* compared afterwards */
    _exit(item->status == ITEM_OK ? 0 : 2);
}

struct side {
    const char *name;
    void (*run)(const char *root, const char *result);
    double best; /* seconds */
    long peak;   /* KiB */
};

static void measure(struct side *side, const char *root, const char *result)
{
    struct rusage usage;
    int status;
    int64_t begin = sys_now();
    pid_t child = fork();
    check(child, "fork");
    if (child == 0)
        side->run(root, result);
    check(wait4(child, &status, 0, &usage), "wait4");
    double seconds = (double)(sys_now() - begin) / 1e6;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "%s failed\n", side->name);
        exit(2);
    }
    if (side->best == 0 || seconds < side->best)
        side->best = seconds;
    side->peak = usage.ru_maxrss;
}

static size_t count_lines(const char *path)
{
    struct buf text = {0};
    struct view rest, line;
    size_t count = 0;
    if (failed(sys_read_file(path, SIZE_MAX / 8, &text)))
        exit(2);
    rest = buf_view(&text);
    while (view_line(&rest, &line))
        count++;
    buf_free(&text);
    return count;
}

/* Paths of hits: a path with two predicates is one, as it is for find. */
static size_t count_hits(const char *path)
{
    struct arena *arena = arena_new();
    struct buf text = {0};
    struct walk_record record;
    bool more = true;
    size_t hits = 0;
    if (failed(sys_read_file(path, SIZE_MAX / 8, &text)))
        exit(2);
    struct view rest = buf_view(&text);
    while (!failed(walk_decode(arena, &rest, &record, &more)) && more)
        if (record.kind == WALK_FILESYSTEM)
            hits += (size_t)record.total;
    arena_free(arena);
    buf_free(&text);
    return hits;
}

static int compare(const char *root, size_t inodes, const char *found, const char *walked)
{
    struct side find = {.name = "find", .run = run_find}, walk = {.name = "walk", .run = run_walk};
    for (int i = 0; i < ROUNDS; i++) {
        measure(&find, root, found);
        measure(&walk, root, walked);
    }
    size_t by_find = count_lines(found), by_walk = count_hits(walked);
    double ratio = walk.best / find.best;
    printf("inodes %zu\nfind   %.3f s  %ld KiB  %zu hits\nwalk   %.3f s  %ld KiB  %zu hits\n"
           "ratio  %.2f (bar %.1f)\n",
           inodes, find.best, find.peak, by_find, walk.best, walk.peak, by_walk, ratio, BAR);
    return ratio <= BAR && by_find == by_walk ? 0 : 1;
}

int main(int argc, char **argv)
{
    size_t inodes = argc > 1 ? strtoul(argv[1], NULL, 10) : 200000;
    const char *folder = argc > 2 ? argv[2] : getenv("TMPDIR") ? getenv("TMPDIR") : "/var/tmp";
    char base[256], root[300], found[300], walked[300], command[320];
    snprintf(base, sizeof base, "%.200s/merlon-bench-XXXXXX", folder);
    if (inodes < 100 || !mkdtemp(base)) {
        fprintf(stderr, "usage: bench_walk [INODES (100 or more) [FOLDER that can be written]]\n");
        return 2;
    }
    snprintf(root, sizeof root, "%s/root", base);
    snprintf(found, sizeof found, "%s/found", base);
    snprintf(walked, sizeof walked, "%s/walked", base);
    check(mkdir(root, 0755), root);
    fprintf(stderr, "making %zu inodes below %s\n", inodes, root);
    make_tree(root, inodes);
    copy_names(root);
    int result = compare(root, inodes, found, walked);
    snprintf(command, sizeof command, "rm -rf %s", base);
    return system(command) == 0 ? result : 2;
}

/*
 * scratch: a temporary directory tree for one test program, and a way to be an ordinary user.
 * Every function ends the test when the machine refuses.
 */
#ifndef MERLON_TEST_SCRATCH_H
#define MERLON_TEST_SCRATCH_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534

static char scratch_root[64];

__attribute__((unused)) static void scratch_open(void)
{
    snprintf(scratch_root, sizeof scratch_root, "/tmp/merlon-test-XXXXXX");
    assert_non_null(mkdtemp(scratch_root));
    assert_int_equal(chmod(scratch_root, 0755), 0);
    umask(022);
}

__attribute__((unused)) static void scratch_close(void)
{
    char command[256];
    snprintf(command, sizeof command, "chmod -R u+rwx %s; rm -rf %s", scratch_root, scratch_root);
    assert_int_equal(system(command), 0);
}

/* The path of `name` below the scratch root; valid for the next seven calls. */
__attribute__((unused)) static const char *at(const char *name)
{
    static char paths[8][4200];
    static unsigned next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", scratch_root, name);
    return path;
}

__attribute__((unused)) static void make_dir(const char *name, mode_t mode)
{
    assert_int_equal(mkdir(at(name), 0755), 0);
    assert_int_equal(chmod(at(name), mode), 0);
}

__attribute__((unused)) static void make_file(const char *name, const char *text, mode_t mode)
{
    int fd = open(at(name), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

__attribute__((unused)) static void make_link(const char *name, const char *target)
{
    assert_int_equal(symlink(target, at(name)), 0);
}

/* Runs `body` as a user without rights, in a child; its exit code must be 0. The body must report
 * by returning false, since an assertion in a child reaches nobody. */
__attribute__((unused)) static void as_nobody(bool (*body)(void))
{
    int status;
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
            _exit(9);
        _exit(body() ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* For as_nobody: tells which expectation failed. */
#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: expected %s\n", __FILE__, __LINE__, #condition);               \
            return false;                                                                          \
        }                                                                                          \
    } while (0)

#endif

/*
 * postgres: a PostgreSQL server of a test's own: a fresh data folder, a socket in it, no network.
 *
 *   static struct test_postgres server;
 *   if (!test_postgres_start(&server)) skip();      server.url is for store_open
 *   test_postgres_stop(&server);
 *
 * PostgreSQL refuses to run as root: as root it runs as user postgres (of Debian's package), or as
 * nobody. test_postgres_kill stops it at once, like a power cut; test_postgres_again starts it.
 * When the test dies, the server stops too. Shell scripts: with_postgres.sh.
 */
#ifndef MERLON_TEST_POSTGRES_H
#define MERLON_TEST_POSTGRES_H

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct test_postgres {
    char folder[64];
    char bin[128];
    char url[256];
    pid_t pid;
};

/* The newest version that is installed. */
__attribute__((unused)) static bool test_postgres_find(char out[128])
{
    for (int version = 20; version >= 12; version--) {
        char path[160];
        snprintf(out, 128, "/usr/lib/postgresql/%d/bin", version);
        snprintf(path, sizeof path, "%s/postgres", out);
        if (access(path, X_OK) == 0)
            return true;
    }
    return false;
}

__attribute__((unused)) static pid_t test_postgres_spawn(const struct test_postgres *server,
                                                         char *const *words)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    struct passwd *user = getpwnam("postgres");
    user = user ? user : getpwnam("nobody");
    if (getuid() == 0 &&
        (!user || setgroups(0, NULL) || setgid(user->pw_gid) || setuid(user->pw_uid)))
        _exit(126);
    prctl(PR_SET_PDEATHSIG, SIGQUIT); /* behind setuid, which would clear it */
    char log[128];
    snprintf(log, sizeof log, "%s/log", server->folder);
    int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(fd, 1);
    dup2(fd, 2);
    if (chdir(server->folder) != 0)
        _exit(126);
    execv(words[0], words);
    _exit(127);
}

__attribute__((unused)) static bool test_postgres_again(struct test_postgres *server)
{
    char program[160], data[80], socket[160];
    snprintf(program, sizeof program, "%s/postgres", server->bin);
    snprintf(data, sizeof data, "%s/data", server->folder);
    char *words[] = {program,
                     "-D",
                     data,
                     "-k",
                     server->folder,
                     "-h",
                     "",
                     "-c",
                     "max_connections=40",
                     "-c",
                     "shared_buffers=64MB",
                     NULL};
    server->pid = test_postgres_spawn(server, words);
    snprintf(socket, sizeof socket,
             "psql -h %s -U merlon -d postgres -c 'SELECT 1' >/dev/null 2>&1", server->folder);
    for (int i = 0; i < 300; i++) {
        if (system(socket) == 0)
            return true;
        if (waitpid(server->pid, NULL, WNOHANG) == server->pid)
            break;
        usleep(50000);
    }
    server->pid = 0;
    return false;
}

__attribute__((unused)) static bool test_postgres_start(struct test_postgres *server)
{
    memset(server, 0, sizeof *server);
    strcpy(server->folder, "/tmp/merlon-pg-XXXXXX");
    if (!test_postgres_find(server->bin) || !mkdtemp(server->folder))
        return false;
    struct passwd *user = getpwnam("postgres");
    user = user ? user : getpwnam("nobody");
    if (getuid() == 0 && (!user || chown(server->folder, user->pw_uid, user->pw_gid)))
        return false;
    char program[160], data[80];
    int status;
    snprintf(program, sizeof program, "%s/initdb", server->bin);
    snprintf(data, sizeof data, "%s/data", server->folder);
    char *words[] = {program, "-D",        data, "-U",   "merlon",           "-A",
                     "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8", NULL};
    pid_t pid = test_postgres_spawn(server, words);
    if (waitpid(pid, &status, 0) != pid || status != 0)
        return false;
    snprintf(server->url, sizeof server->url, "postgresql://merlon@/postgres?host=%s",
             server->folder);
    return test_postgres_again(server);
}

__attribute__((unused)) static void test_postgres_kill(struct test_postgres *server)
{
    if (server->pid <= 0)
        return;
    kill(server->pid, SIGQUIT); /* immediate: no shutdown checkpoint, connections cut */
    waitpid(server->pid, NULL, 0);
    server->pid = 0;
}

__attribute__((unused)) static void test_postgres_stop(struct test_postgres *server)
{
    char command[128];
    test_postgres_kill(server);
    if (!server->folder[0])
        return;
    snprintf(command, sizeof command, "rm -rf %s", server->folder);
    if (system(command) != 0)
        fprintf(stderr, "%s stays behind\n", server->folder);
}

/* A URL of a schema of its own in the server: tests do not see each other's tables. (A database
 * each would be some 300 files each.) */
__attribute__((unused)) static const char *
test_postgres_database(const struct test_postgres *server)
{
    static char url[256];
    static int number;
    char command[256];
    snprintf(command, sizeof command,
             "psql -q -h %s -U merlon -d postgres -c 'CREATE SCHEMA t%d' >/dev/null",
             server->folder, ++number);
    if (system(command) != 0)
        return NULL;
    snprintf(url, sizeof url, "postgresql://merlon@/postgres?host=%s&options=-csearch_path%%3Dt%d",
             server->folder, number);
    return url;
}

#endif

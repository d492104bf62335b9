/*
 * oracle: asks the real sshd what it makes of a configuration, and puts the same files into a
 * fixture by following Includes as a collector would. For test_sshd_oracle.c.
 *
 * "@" in a configuration stands for the test's own folder.
 */
#ifndef MERLON_TEST_FACTS_ORACLE_H
#define MERLON_TEST_FACTS_ORACLE_H

#include "fixture.h"

#include <glob.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct oracle {
    char folder[64];
    struct buf out; /* what sshd printed */
};

static inline int oracle_run(struct oracle *o, const char *command)
{
    char bytes[4096];
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    o->out.len = 0;
    buf_add_text(&o->out, "");
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, pipe)) > 0;)
        buf_add(&o->out, bytes, n);
    int status = pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* False, with a message, where there is no sshd of the release the reader knows. */
static inline bool oracle_open(struct oracle *o)
{
    char command[256];
    *o = (struct oracle){.folder = "/tmp/merlon-oracle-XXXXXX"};
    mkdir("/run/sshd", 0755); /* sshd insists on it; only root can make it */
    oracle_run(o, "PATH=$PATH:/usr/sbin; sshd -V 2>&1; test -d /run/sshd && echo ready");
    if (!strstr(o->out.ptr, "OpenSSH_9.2") || !strstr(o->out.ptr, "ready")) {
        print_message("skipped: needs the sshd of Debian 12 and /run/sshd\n");
        buf_free(&o->out);
        return false;
    }
    assert_non_null(mkdtemp(o->folder));
    snprintf(command, sizeof command, "ssh-keygen -q -t ed25519 -N '' -f %s/key", o->folder);
    assert_int_equal(oracle_run(o, command), 0);
    return true;
}

static inline void oracle_close(struct oracle *o)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", o->folder);
    assert_int_equal(oracle_run(o, command), 0);
    buf_free(&o->out);
}

/* Writes a file of the folder, "@" replaced. */
static inline void oracle_file(const struct oracle *o, const char *name, const char *text)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", o->folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (const char *c = text; *c; c++) {
        if (*c == '@' && c[1] == '/')
            fputs(o->folder, file);
        else
            fputc(*c, file);
    }
    assert_int_equal(fclose(file), 0);
}

static inline void oracle_read(const char *path, struct buf *out)
{
    char bytes[4096];
    FILE *file = fopen(path, "r");
    if (!file)
        return;
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, file)) > 0;)
        buf_add(out, bytes, n);
    fclose(file);
}

static inline void oracle_follow(void *context, const char *pattern);

static inline void oracle_collect_as(struct fixture *f, const char *path, const char *name)
{
    struct buf bytes = {0};
    size_t count;
    if (bundle_find(f->bundle, ITEM_FILE, name))
        return;
    oracle_read(path, &bytes);
    fixture_add_bytes(f, ITEM_FILE, name, ITEM_OK, buf_view(&bytes));
    const struct source *source = facts_sources_of("sshd_config", &count);
    source->follow(name, buf_view(&bytes), oracle_follow, f);
    buf_free(&bytes);
}

static inline void oracle_follow(void *context, const char *pattern)
{
    struct fixture *f = context;
    struct buf list = {0};
    glob_t found;
    buf_add_text(&list, "");
    if (glob(pattern, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++) {
            buf_printf(&list, "%s\n", found.gl_pathv[i]);
            oracle_collect_as(f, found.gl_pathv[i], found.gl_pathv[i]);
        }
        globfree(&found);
    }
    if (strpbrk(pattern, "*?[") && !bundle_find(f->bundle, ITEM_LIST, pattern))
        fixture_add_bytes(f, ITEM_LIST, pattern, ITEM_OK, buf_view(&list));
    else if (!strpbrk(pattern, "*?[") && !bundle_find(f->bundle, ITEM_FILE, pattern))
        fixture_status(f, ITEM_FILE, pattern, ITEM_ABSENT);
    buf_free(&list);
}

/* A fixture that holds the folder's "main" as /etc/ssh/sshd_config, its table filled. */
static inline struct fixture *oracle_fixture(const struct oracle *o)
{
    char path[160];
    struct fixture *f = fixture_new();
    snprintf(path, sizeof path, "%s/main", o->folder);
    oracle_collect_as(f, path, "/etc/ssh/sshd_config");
    fixture_fill(f, "sshd_config");
    return f;
}

/* Runs sshd on "main"; true when it takes the configuration. o->out: what -T prints. */
static inline bool oracle_sshd(struct oracle *o, const char *options)
{
    char command[320];
    snprintf(command, sizeof command,
             "cd /; PATH=$PATH:/usr/sbin; $(command -v sshd) %s -f %s/main -h %s/key %s", options,
             o->folder, o->folder, strcmp(options, "-T") == 0 ? "2>/dev/null" : "2>&1");
    return oracle_run(o, command) == 0;
}

/* Whether the reader takes the configuration: no line refused, no problem. */
static inline bool oracle_reader_takes(struct fixture *f)
{
    size_t count;
    const struct fact_source *used = facts_used(f->facts, "sshd_config", &count);
    for (size_t i = 0; i < count; i++)
        if (used[i].problem)
            return false;
    return strcmp(fixture_query(f, "SELECT count(*) FROM sshd_config WHERE valid = 0"), "0\n") == 0;
}

#endif

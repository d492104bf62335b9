/*
 * Tests of the probes "listening" and "processes": on a /proc made by hand, and compared with ss(8)
 * in a network namespace of the test's own, where no other program opens sockets meanwhile.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "sensor/host/listening.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- a /proc made by hand ----------------------------------------------------------------- */

static char folder[64];

static void make_folder(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(mkdir(path, 0755), 0);
}

static void make_file(const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void make_link(const char *name, const char *target)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(symlink(target, path), 0);
}

static void make_process(const char *pid, const char *name, const char *uid, const char *cgroup)
{
    char path[128], text[256];
    make_folder(pid);
    snprintf(path, sizeof path, "%s/fd", pid);
    make_folder(path);
    snprintf(path, sizeof path, "%s/status", pid);
    snprintf(text, sizeof text,
             "Name:\t%s\nState:\tS (sleeping)\nPPid:\t1\nUid:\t0\t%s\t0\t0\nVmSize:\t 1 kB\n", name,
             uid);
    make_file(path, text);
    snprintf(path, sizeof path, "%s/cgroup", pid);
    make_file(path, cgroup);
}

static int open_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/merlon-proc-XXXXXX");
    assert_non_null(mkdtemp(folder));
    make_folder("net");
    return 0;
}

static int close_folder(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

#define HEADER "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
#define TAIL   " 00000000:00000000 00:00000000 00000000 "

static void tells_sockets_and_holders(void **state)
{
    struct buf out = {0};
    (void)state;
    make_file("net/tcp",
              HEADER "   0: 0100007F:0CEA 00000000:0000 0A" TAIL "  106        0 71 1 0\n"
                     "   1: 00000000:0016 00000000:0000 0A" TAIL "    0        0 70 1 0\n"
                     "   2: 0100007F:0016 0100007F:9999 01" TAIL "    0        0 72 1 0\n"
                     "rubbish\n");
    make_file("net/udp6",
              HEADER "   0: 00000000000000000000000001000000:0035 "
                     "00000000000000000000000000000000:0000 07" TAIL "   53        0 73 1 0\n");
    make_process("1", "systemd", "0", "0::/init.scope\n");
    make_process("40", "ssh d", "0", "0::/system.slice/ssh.service/sub.service\n");
    make_link("40/fd/3", "socket:[70]");
    make_link("40/fd/4", "/dev/null");
    make_link("40/exe", "/usr/sbin/sshd (deleted)");
    make_process("41", "ssh d", "0", "0::/system.slice/ssh.service\n"); /* told once */
    make_link("41/fd/3", "socket:[70]");
    make_link("41/exe", "/usr/sbin/sshd (deleted)");
    make_process("50", "mysqld", "106", "1:name=systemd:/user.slice/user@7.service/a.service\n");
    make_link("50/fd/9", "socket:[71]");
    assert_int_equal(listening_probe(folder, 1 << 20, &out).status, ITEM_OK);
    assert_string_equal(out.ptr, "socket\ttcp\tipv4\t0.0.0.0\t22\t0\n"
                                 "holder\t40\t0\tssh.service\tssh d\t/usr/sbin/sshd (deleted)\n"
                                 "socket\ttcp\tipv4\t127.0.0.1\t3306\t106\n"
                                 "holder\t50\t106\tuser@7.service\tmysqld\t\n"
                                 "socket\tudp\tipv6\t::1\t53\t53\n");
    buf_free(&out);
}

static void tells_hidden_processes(void **state)
{
    struct buf out = {0};
    (void)state;
    make_process("40", "x", "1000", "");
    assert_int_equal(process_probe(folder, 1 << 20, &out).status, ITEM_OK);
    assert_string_equal(out.ptr, "process\t40\t1\t1000\tS\t0\t\tx\nhidden\n");
    out.len = 0;
    assert_int_equal(listening_probe(folder, 1 << 20, &out).status, ITEM_OK);
    assert_string_equal(out.ptr, "hidden\n");
    buf_free(&out);
}

/* Root may enter everything: then there is nothing to see. */
static void tells_denied_descriptors(void **state)
{
    struct buf out = {0};
    char path[128];
    (void)state;
    make_file("net/tcp", HEADER "   0: 00000000:0016 00000000:0000 0A" TAIL " 0 0 70 1 0\n");
    make_process("1", "systemd", "0", "");
    snprintf(path, sizeof path, "%s/1/fd", folder);
    pid_t child = fork();
    if (child == 0) {
        bool ok = chmod(path, 0) == 0 && chmod(folder, 0755) == 0 &&
                  (getuid() != 0 || setuid(65534) == 0) &&
                  listening_probe(folder, 1 << 20, &out).status == ITEM_OK &&
                  strcmp(out.ptr, "socket\ttcp\tipv4\t0.0.0.0\t22\t0\ndenied\t1\n") == 0;
        _exit(ok ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(chmod(path, 0755), 0);
}

static void is_cut_and_says_so(void **state)
{
    struct buf out = {0};
    (void)state;
    make_file("net/tcp", HEADER "   0: 00000000:0016 00000000:0000 0A" TAIL " 0 0 70 1 0\n"
                                "   1: 00000000:0017 00000000:0000 0A" TAIL " 0 0 71 1 0\n");
    make_process("1", "systemd", "0", "");
    assert_int_equal(listening_probe(folder, 10, &out).status, ITEM_TRUNCATED);
    assert_string_equal(out.ptr, "socket\ttcp\tipv4\t0.0.0.0\t22\t0\n");
    buf_free(&out);
}

static void finds_the_systems_unit(void **state)
{
    static const struct {
        const char *cgroup, *unit;
    } cases[] = {
        {"0::/system.slice/ssh.service\n", "ssh.service"},
        {"0::/user.slice/user-1000.slice/user@1000.service/app.slice/ssh.service\n",
         "user@1000.service"},
        {"12:cpu:/x.service\n1:name=systemd:/user.slice/session-2.scope\n", "session-2.scope"},
        {"0::/docker/0123\n", ""},
        {"rubbish", ""},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char unit[256];
        process_unit(view_of(cases[i].cgroup), unit);
        assert_string_equal(unit, cases[i].unit);
    }
}

/* ---- compared with ss --------------------------------------------------------------------- */

static void set_loopback_up(void)
{
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &request), 0);
    close(fd);
}

static int open_socket(int family, int type, int protocol, const char *address, bool only_six)
{
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    int fd = socket(family, type | SOCK_CLOEXEC, protocol), on = only_six;
    assert_true(fd >= 0);
    if (family == AF_INET) {
        inet_pton(family, address, &four.sin_addr);
        assert_int_equal(bind(fd, (struct sockaddr *)&four, sizeof four), 0);
    } else {
        inet_pton(family, address, &six.sin6_addr);
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
        assert_int_equal(bind(fd, (struct sockaddr *)&six, sizeof six), 0);
    }
    if (type == SOCK_STREAM)
        assert_int_equal(listen(fd, 5), 0);
    return fd;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The lines, sorted. */
static void sort_lines(struct buf *text)
{
    char *lines[200], *copy = mem_copy_text(text->ptr ? text->ptr : ""), *rest = copy;
    size_t count = 0;
    for (char *line; count < 200 && (line = strsep(&rest, "\n")) != NULL;)
        if (*line)
            lines[count++] = line;
    qsort(lines, count, sizeof *lines, by_text);
    text->len = 0;
    for (size_t i = 0; i < count; i++)
        buf_printf(text, "%s\n", lines[i]);
    mem_free(copy);
}

/* "tcp LISTEN 0 5 127.0.0.1:80 0.0.0.0:* users:(("x",pid=7,fd=3))" as "tcp 127.0.0.1 80 pid=7" */
static void ask_ss(struct buf *out)
{
    char line[4096], protocol[16], place[128];
    FILE *pipe = popen("ss -H -l -n -t -u -w -p", "r");
    assert_non_null(pipe);
    while (fgets(line, sizeof line, pipe)) {
        assert_int_equal(sscanf(line, "%15s %*s %*s %*s %127s", protocol, place), 2);
        char *colon = strrchr(place, ':');
        assert_non_null(colon);
        *colon = '\0';
        char *address = place, *pid = strstr(line, "pid=");
        if (*address == '[') {
            address++;
            address[strcspn(address, "]")] = '\0';
        }
        buf_printf(out, "%s %s %s pid=%d\n", strcmp(protocol, "???") == 0 ? "raw" : protocol,
                   strcmp(address, "*") == 0 ? "::" : address, colon + 1, pid ? atoi(pid + 4) : 0);
    }
    pclose(pipe);
    sort_lines(out);
}

static void ask_probe(struct buf *out)
{
    struct buf text = {0};
    struct view line;
    char protocol[16] = "", address[64] = "";
    int port = 0, pid = 0;
    bool open = false;
    assert_int_equal(listening_probe("/proc", 1 << 20, &text).status, ITEM_OK);
    for (struct view rest = buf_view(&text); view_line(&rest, &line);) {
        char copy[512];
        snprintf(copy, sizeof copy, "%.*s", (int)line.len, line.ptr);
        if (open && strncmp(copy, "holder", 6) != 0)
            buf_printf(out, "%s %s %d pid=%d\n", protocol, address, port, pid);
        open = sscanf(copy, "socket %15s %*s %63s %d", protocol, address, &port) == 3 ||
               (open && strncmp(copy, "holder", 6) == 0);
        if (strncmp(copy, "holder", 6) != 0)
            pid = 0;
        else if (pid == 0)
            sscanf(copy, "holder %d", &pid);
    }
    if (open)
        buf_printf(out, "%s %s %d pid=%d\n", protocol, address, port, pid);
    buf_free(&text);
    sort_lines(out);
}

static void agrees_with_ss(void **state)
{
    struct buf ours = {0}, theirs = {0};
    struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons(9)};
    (void)state;
    if (unshare(CLONE_NEWNET) != 0 || system("command -v ss >/dev/null") != 0) {
        print_message("skipped: needs root and ss\n");
        skip();
    }
    set_loopback_up();
    buf_add_text(&ours, "");
    buf_add_text(&theirs, "");
    open_socket(AF_INET, SOCK_STREAM, 0, "127.0.0.1", false);
    open_socket(AF_INET, SOCK_STREAM, 0, "0.0.0.0", false);
    open_socket(AF_INET6, SOCK_STREAM, 0, "::1", true);
    open_socket(AF_INET6, SOCK_STREAM, 0, "::", false);
    open_socket(AF_INET, SOCK_DGRAM, 0, "127.0.0.1", false);
    open_socket(AF_INET6, SOCK_DGRAM, 0, "::1", true);
    open_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP, "0.0.0.0", false);
    int client = open_socket(AF_INET, SOCK_DGRAM, 0, "127.0.0.1", false);
    inet_pton(AF_INET, "127.0.0.1", &peer.sin_addr);
    assert_int_equal(connect(client, (struct sockaddr *)&peer, sizeof peer), 0); /* in no list */
    pid_t child = fork(); /* a second holder */
    if (child == 0) {
        pause();
        _exit(0);
    }
    ask_ss(&theirs);
    ask_probe(&ours);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    size_t lines = 0;
    struct view line;
    for (struct view rest = buf_view(&ours); view_line(&rest, &line);)
        lines++;
    assert_int_equal(lines, 7);
    char want[64];
    snprintf(want, sizeof want, "pid=%d\n", (int)getpid());
    assert_non_null(strstr(ours.ptr, want));
    for (char *c; (c = strstr(theirs.ptr, "pid=")) != NULL;)
        memcpy(c, "PID:", 4); /* ss tells any of two equal holders: compared without */
    for (char *c; (c = strstr(ours.ptr, "pid=")) != NULL;)
        memcpy(c, "PID:", 4);
    char *a = ours.ptr, *b = theirs.ptr, *one, *other;
    while ((one = strsep(&a, "\n")) && (other = strsep(&b, "\n"))) {
        int mine = 0, its = 0;
        sscanf(one, "%*s %*s %*s PID:%d", &mine);
        sscanf(other, "%*s %*s %*s PID:%d", &its);
        if (mine)
            assert_true(mine == (int)getpid() && (its == mine || its == child));
        one[strcspn(one, "P")] = '\0';
        other[strcspn(other, "P")] = '\0';
        assert_string_equal(one, other);
    }
    assert_true((a == NULL || *a == '\0') && (b == NULL || *b == '\0'));
    buf_free(&ours);
    buf_free(&theirs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tells_sockets_and_holders, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(tells_hidden_processes, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(tells_denied_descriptors, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(is_cut_and_says_so, open_folder, close_folder),
        cmocka_unit_test(finds_the_systems_unit),
        cmocka_unit_test(agrees_with_ss),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

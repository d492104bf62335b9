/*
 * main: one call of the program.
 *
 *   argv --call_read--> struct call --command->run--> data on stdout, exit code
 *                            \--> wrong usage: one sentence on stderr, exit code 2
 */
#include "interface/cli/command.h"
#include "foundation/sys/sys.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

/* A descriptor closed by the caller would be given to the next file opened, and our output would
 * end up in it. stdout is filled with something that cannot be written, so that lost data is
 * noticed. */
static void fill_descriptors(void)
{
    for (int fd = 0; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) != -1)
            continue;
        int flags = fd == STDERR_FILENO ? O_WRONLY : O_RDONLY;
        if (open("/dev/null", flags) != fd)
            _exit(EXIT_TROUBLE);
    }
}

/* Help is asked of a command like anything else, and goes to stdout. */
static struct rc run(struct call *call, int *exit_code)
{
    if (call_has(call, OPTION_HELP)) {
        struct buf help CLEANUP(buf_freep) = {0};
        usage_write(call->command, call->lang, output_width(call), &help);
        return output_write(call, &help);
    }
    return call->command->run(call, exit_code);
}

/* One sentence about what is wrong; for wrong usage a second one about where to read on. */
static void complain(const struct call *call, struct rc rc)
{
    tell(fault_text());
    if (rc.kind == FAULT_USAGE)
        tell(say(call, call->command->path[0] ? "msg.see_help_of" : "msg.see_help",
                 call->command->path, NULL, NULL));
}

int main(int argc, char **argv)
{
    fill_descriptors();
    /* A service manager may have left it ignored; the default is to end quietly. */
    signal(SIGPIPE, SIG_DFL);
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct call call = {.arena = arena, .lang = lang_detect()};
    int exit_code = EXIT_MET;
    struct rc rc = call_read(&call, argc > 0 ? argc - 1 : 0, argv + 1);
    if (!failed(rc))
        rc = run(&call, &exit_code);
    if (!failed(rc))
        return exit_code;
    complain(&call, rc);
    return exit_of(rc.kind);
}

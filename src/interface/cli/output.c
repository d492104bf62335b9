/*
 * output: where data and messages go.
 *
 * Data goes out whole, when all of it is there: a command that fails half-way writes nothing. With
 * -o a regular file is replaced atomically and a device or pipe written directly. A reader that
 * went away (SIGPIPE) ends the program without noise.
 */
#include "interface/cli/command.h"
#include "foundation/sys/sys.h"

#include <string.h>
#include <unistd.h>

/* Where the data goes: NULL for stdout. */
static const char *output_path(const struct call *call)
{
    const char *path = call_text(call, OPTION_OUTPUT, NULL);
    return path && strcmp(path, "-") == 0 ? NULL : path;
}

struct rc output_write(const struct call *call, const struct buf *data)
{
    const char *path = output_path(call);
    if (path)
        return sys_write_file(path, buf_view(data), 0644);
    return sys_write_fd(STDOUT_FILENO, say(call, "msg.stdout", NULL, NULL, NULL), buf_view(data));
}

bool output_is_terminal(const struct call *call)
{
    return !output_path(call) && sys_is_terminal(STDOUT_FILENO);
}

size_t output_width(const struct call *call)
{
    return output_is_terminal(call) ? sys_terminal_width(STDOUT_FILENO) : 100;
}

bool output_colour(const struct call *call)
{
    return output_is_terminal(call) && sys_wants_colour(STDOUT_FILENO);
}

void tell(const char *sentence)
{
    struct buf line CLEANUP(buf_freep) = {0};
    buf_add_text(&line, "merlon: ");
    text_add_safe(&line, view_of(sentence));
    buf_add_char(&line, '\n');
    /* Nobody is left to be told that stderr cannot be written. */
    rc_ignore(sys_write_fd(STDERR_FILENO, "stderr", buf_view(&line)));
}

/* docs and man pages list these codes; scripts rely on them. */
int exit_of(enum fault_kind kind)
{
    switch (kind) {
    case FAULT_NONE:
        return EXIT_MET;
    case FAULT_USAGE:
        return EXIT_WRONG;
    case FAULT_TARGET:
        return EXIT_TARGET;
    case FAULT_DATA:
    case FAULT_ABSENT:
    case FAULT_DENIED:
    case FAULT_LIMIT:
    case FAULT_IO:
    case FAULT_CONFLICT:
    case FAULT_BUSY:
    case FAULT_LOST:
        break;
    }
    return EXIT_TROUBLE;
}

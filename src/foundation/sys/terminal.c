/* terminal: what kind of reader sits behind a descriptor. */
#include "foundation/sys/sys.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH_ELSEWHERE 100

bool sys_is_terminal(int fd)
{
    return isatty(fd) == 1;
}

size_t sys_terminal_width(int fd)
{
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return WIDTH_ELSEWHERE;
    return size.ws_col;
}

bool sys_wants_colour(int fd)
{
    /* https://no-color.org: any value but the empty one counts. */
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    if (no_color && no_color[0])
        return false;
    return sys_is_terminal(fd) && term && strcmp(term, "dumb") != 0;
}

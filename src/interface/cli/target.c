/*
 * target: reaching what is to be examined.
 *
 * Progress is shown on stderr when it is a terminal, at most some times a second, on one line that
 * is cleared at the end.
 */
#include "interface/cli/command.h"
#include "foundation/sys/sys.h"

#include <unistd.h>

#define PROGRESS_EVERY 200000 /* microseconds */

struct progress {
    const struct call *call;
    int64_t shown; /* when it was last shown; 0: never */
};

/* Called by the walk for every entry or so; writes rarely. */
static void show_progress(void *context, const char *phase, uint64_t count)
{
    struct progress *progress = context;
    int64_t now = sys_now();
    (void)phase;
    if (now - progress->shown < PROGRESS_EVERY)
        return;
    progress->shown = now;
    struct buf line CLEANUP(buf_freep) = {0};
    struct buf digits CLEANUP(buf_freep) = {0};
    buf_printf(&digits, "%llu", (unsigned long long)count);
    struct message message = {.key = "msg.progress", .args = {digits.ptr}};
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    buf_printf(&line, "\r%s\x1b[K", text_render(arena, progress->call->lang, &message));
    rc_ignore(sys_write_fd(STDERR_FILENO, "stderr", buf_view(&line))); /* only a courtesy */
}

/* Leaves no trace of the line. */
static void end_progress(const struct progress *progress)
{
    if (progress->shown)
        rc_ignore(sys_write_fd(STDERR_FILENO, "stderr", VIEW("\r\x1b[K"))); /* only a courtesy */
}

/* An image that is not mounted is an empty folder, in which much would pass for being absent. */
static bool looks_like_root(const struct call *call, const char *root)
{
    struct stat st;
    return lstat(arena_printf(call->arena, "%s/etc", root), &st) == 0 ||
           lstat(arena_printf(call->arena, "%s/usr", root), &st) == 0;
}

/* Told beforehand: an ordinary user may prefer to stop and call it as root. */
static struct rc open_host(const struct call *call, struct host **out)
{
    const char *root = call_text(call, OPTION_ROOT, NULL);
    if (geteuid() != 0)
        tell(text_get(call->lang, "msg.ordinary_user"));
    if (!root)
        return host_open_local(out);
    TRY(host_open_root(root, out));
    if (looks_like_root(call, root))
        return RC_OK;
    host_close(*out);
    *out = NULL;
    return fault(FAULT_TARGET, "%s", say(call, "msg.empty_root", root, NULL, NULL));
}

struct rc target_collect(const struct call *call, const struct wishes *wishes, struct bundle **out)
{
    if (call_has(call, OPTION_ROOT) && call_has(call, OPTION_BUNDLE))
        return wrong(call, "msg.one_target", NULL, NULL, NULL);
    if (call_has(call, OPTION_BUNDLE))
        return bundle_load(call_text(call, OPTION_BUNDLE, NULL), out);
    struct host *host = NULL;
    TRY(open_host(call, &host));
    struct progress progress = {.call = call};
    struct wishes shown = *wishes;
    if (sys_is_terminal(STDERR_FILENO)) {
        shown.progress = show_progress;
        shown.context = &progress;
    }
    struct bundle *bundle = bundle_new();
    struct rc rc = host_collect(host, &shown, sys_now(), bundle);
    end_progress(&progress);
    host_close(host);
    if (failed(rc)) {
        bundle_free(bundle);
        return rc;
    }
    *out = bundle;
    return RC_OK;
}

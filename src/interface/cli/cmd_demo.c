/* demo: a fictitious province to look at. */
#include "interface/cli/office.h"
#include "register/demo/demo.h"
#include "foundation/sys/sys.h"

static void progress(void *context, size_t entries)
{
    const struct call *call = context;
    if (sys_is_terminal(2) && entries % 5000 == 0)
        tell(say(call, "msg.import.progress", arena_printf(call->arena, "%zu", entries), NULL,
                 NULL));
}

struct rc cmd_demo(const struct call *call, int *exit_code)
{
    struct office *office CLEANUP(office_closep) = NULL;
    struct demo_counts counts;
    (void)exit_code;
    size_t scale = call_number(call, OPTION_SCALE, 1);
    if (scale > 1000)
        return wrong(call, "msg.scale", NULL, NULL, NULL);
    TRY(office_open(call, &office));
    TRY(office_write(call, office));
    TRY(demo_make(office->reg, call->lang, scale, progress, (void *)(uintptr_t)call, &counts));
    tell(say(call, "msg.demo.made", arena_printf(call->arena, "%zu", counts.units),
             arena_printf(call->arena, "%zu", counts.systems),
             arena_printf(call->arena, "%zu", counts.assets)));
    const char *data = call_text(call, OPTION_DATA, NULL);
    tell(say(call, "msg.demo.next", data ? arena_printf(call->arena, " --data %s", data) : "", NULL,
             NULL));
    return RC_OK;
}

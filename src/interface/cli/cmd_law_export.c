/* law export: a standard or a selection of it in the words of OSCAL. */
#include "interface/cli/command.h"
#include "foundation/sys/sys.h"
#include "interface/oscal/oscal.h"

#include <string.h>

struct rc cmd_law_export(const struct call *call, int *exit_code)
{
    (void)exit_code;
    struct buf out CLEANUP(buf_freep) = {0};
    char now[32];
    bool profile = strcmp(call_format(call), "oscal-profile") == 0;
    bool selects = call_has(call, OPTION_S) || call_has(call, OPTION_A) ||
                   call_has(call, OPTION_G) || call_has(call, OPTION_SCOPES) ||
                   call_has(call, OPTION_CLASSES);
    sys_format_time(sys_now(), now);
    TRY(selection_verify(call));
    const struct standard *standard =
        catalogue_standard(catalogue_load(), call_text(call, OPTION_STANDARD, "gbt22239-2019"));
    if (profile) {
        struct selection selection;
        TRY(selected_of_call(call, &selection));
        TRY(oscal_profile(standard, &selection, now, &out));
    } else if (selects) {
        return wrong(call, "msg.catalog_is_whole", NULL, NULL, NULL);
    } else {
        TRY(oscal_catalog(standard, now, call->lang, &out));
    }
    return output_write(call, &out);
}

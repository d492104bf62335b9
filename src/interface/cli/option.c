/* option: every option of every command. Usage, help, man pages and completion come from here. */
#include "interface/cli/command.h"

const struct option options[OPTION_COUNT] = {
    [OPTION_ROOT] = {.name = "root", .kind = KIND_FOLDER, .argument = "DIR", .text = "opt.root"},
    [OPTION_BUNDLE] = {.name = "bundle",
                       .kind = KIND_FILE,
                       .argument = "FILE",
                       .text = "opt.bundle"},
    [OPTION_STANDARD] = {.name = "standard",
                         .kind = KIND_TEXT,
                         .argument = "STANDARD",
                         .text = "opt.standard"},
    [OPTION_LEVEL] = {.name = "level", .kind = KIND_NUMBER, .argument = "N", .text = "opt.level"},
    [OPTION_SCOPE] = {.name = "scope", .kind = KIND_TEXT, .argument = "SCOPE", .text = "opt.scope"},
    [OPTION_CLASS] = {.name = "class",
                      .kind = KIND_CHOICE,
                      .many = true,
                      .argument = "CLASS",
                      .choices = "network_device|security_device|host_os|dbms|business_app|"
                                 "middleware",
                      .text = "opt.class"},
    [OPTION_CHECK] =
        {.name = "check", .kind = KIND_TEXT, .many = true, .argument = "ID", .text = "opt.check"},
    [OPTION_PARAM] = {.name = "param",
                      .kind = KIND_TEXT,
                      .many = true,
                      .argument = "NAME=VALUE",
                      .text = "opt.param"},
    [OPTION_NO_WALK] = {.name = "no-walk", .kind = KIND_FLAG, .text = "opt.no-walk"},
    [OPTION_PATH] =
        {.name = "path", .kind = KIND_FILE, .many = true, .argument = "PATH", .text = "opt.path"},
    [OPTION_ALL] = {.name = "all", .kind = KIND_FLAG, .text = "opt.all"},
    [OPTION_ALL_PAGES] = {.name = "all", .kind = KIND_FLAG, .text = "opt.all-pages"},
    [OPTION_LIMIT] = {.name = "limit", .kind = KIND_NUMBER, .argument = "N", .text = "opt.limit"},
    [OPTION_FORMAT] = {.name = "format",
                       .kind = KIND_CHOICE,
                       .argument = "FORMAT",
                       .text = "opt.format"},
    [OPTION_OUTPUT] = {.name = "output",
                       .letter = 'o',
                       .kind = KIND_FILE,
                       .argument = "FILE",
                       .text = "opt.output"},
    [OPTION_LANG] = {.name = "lang",
                     .kind = KIND_CHOICE,
                     .argument = "LANG",
                     .choices = "en|zh|vi",
                     .text = "opt.lang"},
    [OPTION_DATA] = {.name = "data", .kind = KIND_FOLDER, .argument = "DIR", .text = "opt.data"},
    [OPTION_NO_RECORD] = {.name = "no-record", .kind = KIND_FLAG, .text = "opt.no-record"},
    [OPTION_VERSION] = {.name = "version", .kind = KIND_FLAG, .text = "opt.version"},
    [OPTION_HELP] = {.name = "help", .letter = 'h', .kind = KIND_FLAG, .text = "opt.help"},
};

#define BIT(name) (UINT64_C(1) << OPTION_##name)

const uint64_t options_everywhere = BIT(LANG) | BIT(DATA) | BIT(NO_RECORD) | BIT(HELP);

_Static_assert(OPTION_COUNT <= 64, "a set of options is one bit each in a uint64_t");

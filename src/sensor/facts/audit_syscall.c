/*
 * audit_syscall: system calls by name and number, from libaudit's tables, for the machine that the
 * target is. A file tree tells its machine by its dynamic loader.
 */
#include "sensor/facts/audit.h"

#include <libaudit.h>
#include <string.h>

#define WORD_MAX 64

/* What is neither is taken for x86-64; names of other machines are known all the same. */
enum audit_machine audit_machine_read(struct facts *facts)
{
    const struct item *item = reader_stat(facts, "/lib/ld-linux-aarch64.so.1");
    return item && item->status == ITEM_OK ? AUDIT_AARCH64 : AUDIT_X86_64;
}

const char *audit_machine_name(enum audit_machine machine)
{
    return machine == AUDIT_AARCH64 ? "aarch64" : "x86_64";
}

/* libaudit's number of the machine that a word for an architecture means. */
static int machine_number(enum audit_machine machine, const char *arch)
{
    bool is_32 = arch && strcmp(arch, "b32") == 0;
    if (machine == AUDIT_AARCH64)
        return is_32 ? MACH_ARM : MACH_AARCH64;
    return is_32 ? MACH_X86 : MACH_86_64;
}

bool audit_call_name(enum audit_machine machine, const char *arch, struct view word,
                     struct arena *arena, struct view *out)
{
    static const int others[] = {MACH_PPC64LE, MACH_S390X, MACH_PPC, MACH_S390};
    int64_t number;
    int of = machine_number(machine, arch);
    if (word.len == 0 || word.len > WORD_MAX)
        return false;
    if (view_integer(word, &number)) {
        const char *name =
            number >= 0 && number < 2048 ? audit_syscall_to_name((int)number, of) : NULL;
        *out = name ? view_of(arena_text(arena, name)) : word;
        return number >= 0 && number < 2048;
    }
    const char *name = view_text(arena, word);
    bool known = audit_name_to_syscall(name, of) >= 0;
    for (size_t i = 0; i < COUNT_OF(others) && !known && machine == AUDIT_X86_64; i++)
        known = audit_name_to_syscall(name, others[i]) >= 0;
    if (known)
        *out = word;
    return known;
}

struct view audit_exit_name(struct arena *arena, struct view value)
{
    int64_t number;
    bool negative = view_starts(value, "-");
    if (!view_integer(value, &number) || number == 0 || number < -4096 || number > 4096)
        return value;
    const char *name = audit_errno_to_name((int)(number < 0 ? -number : number));
    return name ? view_of(arena_printf(arena, "%s%s", negative ? "-" : "", name)) : value;
}

struct view audit_record_name(struct arena *arena, struct view condition, struct view value)
{
    int64_t number;
    const char *name = NULL;
    if (view_integer(value, &number) && number > 0 && number < 10000)
        name = audit_msg_type_to_name((int)number);
    return name ? view_of(arena_printf(arena, "msgtype=%s", name)) : condition;
}

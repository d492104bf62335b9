/*
 * audit: rules of the kernel's audit as auditctl(8) takes them. Private to the room.
 *
 *   audit_order.c    files -> lines in the order in which they are loaded
 *   audit_line.c     a line -> struct audit_rule
 *   audit_syscall.c  names and numbers of system calls, by machine
 *   audit_mask.c     which rules an earlier "never" makes void
 *   audit_rule.c     the reader: rows
 */
#ifndef MERLON_FACTS_AUDIT_H
#define MERLON_FACTS_AUDIT_H

#include "sensor/facts/reader.h"

#define AUDIT_RULES_MAX 5000 /* more are a problem */
#define AUDIT_CALLS_MAX 1024 /* system calls named by one rule */
#define AUDIT_WORDS_MAX 256  /* in a line */

enum audit_machine { AUDIT_X86_64, AUDIT_AARCH64 };
enum audit_force { FORCE_NO, FORCE_YES, FORCE_UNDECIDED };

struct audit_line {
    const struct item *item;
    uint32_t number;
    struct view text;
    const char *origin; /* configured, running */
};

struct audit_rule {
    struct audit_line line;
    const char *kind;         /* watch syscall other; NULL: a setting or a deletion */
    struct view list, action; /* exit, always */
    struct view path;         /* ptr NULL: none */
    int is_tree;              /* 1, 0; -1: decided when it is loaded */
    char permissions[5];      /* of rwxa, in this order; "" for none given */
    struct view key;          /* ptr NULL: none */
    const char *arch;         /* b64 b32; NULL: the machine's own */
    struct view fields;       /* all conditions, as written, divided by blanks */
    struct view others;       /* those of them that have no column of their own */
    struct view success, exit;
    int64_t auid_from; /* 0: every user */
    bool is_narrow;    /* a condition names one single thing (exe=, uid=, path=) */
    bool is_bare;      /* no condition but the machine */
    bool has_calls;    /* -S was given */
    bool all_calls;
    struct view *calls; /* sorted names; what has no name stays a number */
    size_t call_count;
    int64_t position; /* from 1, in the order of loading */
    enum audit_force force;
};

/* What a line that is no rule does. */
enum audit_effect { EFFECT_RULE, EFFECT_NONE, EFFECT_SETTING, EFFECT_DELETE, EFFECT_DELETE_ALL };

struct audit_parsed {
    enum audit_effect effect;
    struct audit_rule rule;  /* a rule, or the one to delete */
    struct view name, value; /* of a setting */
    bool at_head;            /* -A */
    const char *problem;     /* auditctl would refuse the line; NULL: fine */
};

/* Takes a line apart. Never fails: see `problem`. */
void audit_parse(struct facts *facts, enum audit_machine machine, const struct audit_line *line,
                 struct audit_parsed *out);

/* The configured lines in the order of loading: what augenrules(8) would make of rules.d where that
 * folder is, else audit.rules. Comments and empty lines are left out. */
MUST_USE struct rc audit_order(struct facts *facts, struct audit_line **lines, size_t *count);

/* How `ls -v` sorts two names. */
int audit_compare_names(const char *a, const char *b);

/* ---- system calls ------------------------------------------------------------------------- */

enum audit_machine audit_machine_read(struct facts *facts);
const char *audit_machine_name(enum audit_machine machine);

/* The name for a name or number; false when no machine of that kind has it. */
bool audit_call_name(enum audit_machine machine, const char *arch, struct view word,
                     struct arena *arena, struct view *out);

/* The names of errno: 13 and EACCES are both "EACCES". */
struct view audit_exit_name(struct arena *arena, struct view value);

/* "msgtype=SYSCALL" for "msgtype=1300"; the condition itself when the number has no name. */
struct view audit_record_name(struct arena *arena, struct view condition, struct view value);

/* ---- masks -------------------------------------------------------------------------------- */

/* Sets the force of each rule of one origin, in order of position. */
void audit_mask(struct audit_rule **rules, size_t count);

/* The force of a rule for one of its calls ("all" for all). */
enum audit_force audit_mask_call(struct audit_rule *const *rules, size_t count,
                                 const struct audit_rule *rule, struct view call);

#endif

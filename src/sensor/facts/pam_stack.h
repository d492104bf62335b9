/*
 * pam_stack: flattening a service: its rules with those of all files it includes, in the order in
 * which libpam would run them. Private to the room.
 */
#ifndef MERLON_FACTS_PAM_STACK_H
#define MERLON_FACTS_PAM_STACK_H

#include "sensor/facts/pam_line.h"
#include "sensor/facts/reader.h"

/* Where a relative name is looked for, in this order. */
#define PAM_FOLDERS 3
extern const char *const pam_folders[PAM_FOLDERS];

extern const struct table pam_rule_table, pam_argument_table;

/* The reading of all services. */
struct pam_reading {
    struct facts *facts;
    const char *const *paths[PAM_FOLDERS]; /* the files there are, sorted */
    size_t counts[PAM_FOLDERS];
    size_t work;  /* bytes looked at so far, to bound what includes can multiply */
    bool stopped; /* the bound was reached */
};

/* A service while it is flattened. */
struct pam_service {
    const char *name;
    int64_t position; /* of its last rule */
};

/* A file being read, and the ones that include it. */
struct pam_frame {
    const struct pam_frame *parent;
    const struct item *item;
    const char *stack;  /* its name as the including rule writes it */
    enum pam_type type; /* only rules of this type, or PAM_ANY */
    int64_t depth;
};

/* The file of a name in the folders (or an absolute path); NULL when there is none. */
const struct item *pam_find(struct pam_reading *reading, const char *name);

/* Adds the rows of one logical line; `text` is cut up. */
MUST_USE struct rc pam_stack_line(struct pam_reading *reading, struct pam_service *service,
                                  const struct pam_frame *frame, uint32_t line, char *text);

/* Adds the rows of a whole file. */
MUST_USE struct rc pam_stack_file(struct pam_reading *reading, struct pam_service *service,
                                  const struct pam_frame *frame);

#endif

/* xml: elements and texts of a zip member, one by one. Private to the room. */
#ifndef MERLON_SHEET_XML_H
#define MERLON_SHEET_XML_H

#include "foundation/sheet/parts.h"

struct xml;

enum xml_kind { XML_START, XML_END, XML_TEXT };

struct xml_node {
    enum xml_kind kind;
    const char *name; /* without its prefix; valid until the next xml_next */
    bool empty;       /* of XML_START: no XML_END follows */
    struct view text; /* of XML_TEXT */
};

/* *out is NULL when the archive has no such member. */
MUST_USE struct rc xml_open(struct view zip, const char *origin, const char *name,
                            struct xml **out);
MUST_USE struct rc xml_next(struct xml *xml, struct xml_node *node, bool *more);
void xml_close(struct xml *xml); /* accepts NULL */

/* Copies an attribute of the element just given (prefixes ignored); false when it is not there or
 * too long. */
bool xml_attribute(struct xml *xml, const char *name, char *out, size_t room);

#endif

/* html: what the parts of the page share. Private to the room. */
#ifndef MERLON_REPORT_HTML_H
#define MERLON_REPORT_HTML_H

#include "interface/report/export.h"
#include "interface/report/sheet.h"

/* Adds the head of the document up to <body>: title, policy, style. And the script, at its end. */
MUST_USE struct rc html_open(const struct sheet *sheet, const char *title);
void html_close(const struct sheet *sheet);

/* One check with its rows, folded unless it asks for work. */
/* What the page calls a result: part of an id. */
void html_anchor(const struct sheet *sheet, const struct result *result);
void html_outcome(const struct sheet *sheet, const struct result *result);

/* The verdict in words, in its colour. */
void html_verdict(const struct sheet *sheet, enum verdict verdict);

/* <tag class="name">text</tag>, the text escaped; `name` NULL: no class. */
void html_element(const struct sheet *sheet, const char *tag, const char *name, const char *text);

/* The sentence of a key in the page's language. */
const char *html_say(const struct sheet *sheet, const char *key);

#endif

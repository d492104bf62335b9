/*
 * xml: libxml2's pull reader over a member of a zip file. Nothing outside the member is ever
 * looked at: no network, no DTD (a document type is refused), no entities.
 */
#include "foundation/sheet/xml.h"

#include <libxml/xmlreader.h>
#include <string.h>

struct xml {
    xmlTextReader *reader;
    struct zip_member *member;
    const char *origin;
    bool zip_failed;
};

static int take_bytes(void *context, char *bytes, int max)
{
    struct xml *xml = context;
    int got = zip_read(xml->member, bytes, max);
    xml->zip_failed = xml->zip_failed || got < 0;
    return got;
}

/* libxml2 would write to stderr otherwise. */
static void swallow(void *context, xmlErrorPtr error)
{
    (void)context;
    (void)error;
}

struct rc xml_open(struct view zip, const char *origin, const char *name, struct xml **out)
{
    struct zip_member *member;
    TRY(zip_open(zip, origin, name, &member));
    if (!member) {
        *out = NULL;
        return RC_OK;
    }
    struct xml *xml = mem_new(sizeof *xml);
    *xml = (struct xml){.member = member, .origin = origin};
    xml->reader = xmlReaderForIO(take_bytes, NULL, xml, NULL, NULL,
                                 XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    if (!xml->reader)
        panic("out of memory");
    xmlTextReaderSetStructuredErrorHandler(xml->reader, swallow, NULL);
    *out = xml;
    return RC_OK;
}

void xml_close(struct xml *xml)
{
    if (!xml)
        return;
    xmlFreeTextReader(xml->reader);
    zip_close(xml->member);
    mem_free(xml);
}

struct rc xml_next(struct xml *xml, struct xml_node *node, bool *more)
{
    for (;;) {
        int code = xmlTextReaderRead(xml->reader);
        if (code < 0 && xml->zip_failed)
            return (struct rc){FAULT_DATA}; /* zip.c said why */
        if (code < 0)
            return fault(FAULT_DATA, "%s: line %d: broken XML", xml->origin,
                         xmlTextReaderGetParserLineNumber(xml->reader));
        *more = code == 1;
        if (code == 0)
            return RC_OK;
        int type = xmlTextReaderNodeType(xml->reader);
        if (type == XML_READER_TYPE_DOCUMENT_TYPE || type == XML_READER_TYPE_ENTITY_REFERENCE)
            return fault(FAULT_DATA, "%s: a document type or entity, which XLSX does not use",
                         xml->origin);
        *node = (struct xml_node){.name = (const char *)xmlTextReaderConstLocalName(xml->reader)};
        if (type == XML_READER_TYPE_ELEMENT) {
            node->kind = XML_START;
            node->empty = xmlTextReaderIsEmptyElement(xml->reader) == 1;
        } else if (type == XML_READER_TYPE_END_ELEMENT) {
            node->kind = XML_END;
        } else if (type == XML_READER_TYPE_TEXT || type == XML_READER_TYPE_CDATA ||
                   type == XML_READER_TYPE_SIGNIFICANT_WHITESPACE ||
                   type == XML_READER_TYPE_WHITESPACE) {
            node->kind = XML_TEXT;
            node->text = view_of((const char *)xmlTextReaderConstValue(xml->reader));
        } else {
            continue;
        }
        return RC_OK;
    }
}

bool xml_attribute(struct xml *xml, const char *name, char *out, size_t room)
{
    bool found = false;
    while (!found && xmlTextReaderMoveToNextAttribute(xml->reader) == 1)
        found = strcmp((const char *)xmlTextReaderConstLocalName(xml->reader), name) == 0;
    if (found) {
        const char *value = (const char *)xmlTextReaderConstValue(xml->reader);
        found = value && strlen(value) < room;
        if (found)
            strcpy(out, value);
    }
    xmlTextReaderMoveToElement(xml->reader);
    return found;
}

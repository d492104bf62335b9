/* rsyslog_action: objects with parameters, and what an action does, in the new and the old form. */
#include "sensor/facts/rsyslog.h"

#include <string.h>

struct view rsyslog_parameter(const struct rsyslog_object *object, const char *name)
{
    for (size_t i = 0; i < object->count; i++)
        if (view_is_nocase(object->list[i].name, name))
            return object->list[i].value;
    return (struct view){NULL, 0};
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',';
}

/* A value in quotes; \" and \\ are escapes. Gives where it ends. */
static size_t take_value(struct facts *facts, struct view v, size_t at, struct view *out)
{
    if (at >= v.len || v.ptr[at] != '"') {
        size_t start = at;
        while (at < v.len && !is_blank(v.ptr[at]))
            at++;
        *out = (struct view){v.ptr + start, at - start};
        return at;
    }
    size_t start = ++at, n = 0;
    bool is_escaped = false;
    while (at < v.len && v.ptr[at] != '"') {
        bool skips = v.ptr[at] == '\\' && at + 1 < v.len;
        is_escaped |= skips;
        at += skips ? 2 : 1;
    }
    at = at > v.len ? v.len : at;
    *out = (struct view){v.ptr + start, at - start};
    if (is_escaped) {
        char *text = view_text(reader_arena(facts), *out);
        for (size_t i = 0; i < out->len; i++) {
            if (text[i] == '\\' && i + 1 < out->len)
                i++;
            text[n++] = text[i];
        }
        *out = (struct view){text, n};
    }
    return at < v.len ? at + 1 : at;
}

void rsyslog_object_parse(struct facts *facts, struct view v, struct rsyslog_object *out)
{
    size_t at = 0;
    out->count = 0;
    while (at < v.len && out->count < RSYSLOG_PARAMETERS_MAX) {
        while (at < v.len && is_blank(v.ptr[at]))
            at++;
        if (at < v.len && v.ptr[at] == '#') {
            while (at < v.len && v.ptr[at] != '\n')
                at++;
            continue;
        }
        size_t start = at;
        while (at < v.len && v.ptr[at] != '=' && !is_blank(v.ptr[at]))
            at++;
        struct view name = {v.ptr + start, at - start}, value = {"", 0};
        while (at < v.len && is_blank(v.ptr[at]))
            at++;
        if (at < v.len && v.ptr[at] == '=') {
            at++;
            while (at < v.len && is_blank(v.ptr[at]))
                at++;
            at = take_value(facts, v, at, &value);
        }
        if (name.len)
            out->list[out->count++] = (struct rsyslog_parameter){name, value};
    }
}

struct rsyslog_action rsyslog_action_of_object(const struct rsyslog_object *object)
{
    static const struct {
        const char *type, *kind, *target;
    } types[] = {{"omfile", "file", "file"},          {"omfwd", "remote-udp", "target"},
                 {"omrelp", "remote-relp", "target"}, {"omusrmsg", "users", "users"},
                 {"omprog", "program", "binary"},     {"ompipe", "pipe", "pipe"},
                 {"omdiscard", "discard", "type"}};
    struct view type = rsyslog_parameter(object, "type");
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        if (!view_is_nocase(type, types[i].type))
            continue;
        struct rsyslog_action action = {types[i].kind, rsyslog_parameter(object, types[i].target),
                                        view_is_nocase(rsyslog_parameter(object, "sync"), "on")};
        if (i == 0 && !action.target.ptr)
            action.target = rsyslog_parameter(object, "dynafile");
        if (i == 1 && view_is_nocase(rsyslog_parameter(object, "protocol"), "tcp"))
            action.kind = "remote-tcp";
        return action;
    }
    return (struct rsyslog_action){type.len ? "module" : NULL, type, false};
}

/* "@host", "@@(o)host:port". */
static struct rsyslog_action forward(struct view text)
{
    bool is_tcp = view_starts(text, "@@");
    text = view_from(text, is_tcp ? 2 : 1);
    if (view_starts(text, "(")) {
        struct view options;
        view_cut(&text, ')', &options);
    }
    text = view_trim(text);
    return (struct rsyslog_action){text.len ? is_tcp ? "remote-tcp" : "remote-udp" : NULL, text,
                                   false};
}

/* ":omrelp:host:port", ":omusrmsg:users", ":other:rest". */
static struct rsyslog_action module(struct view text)
{
    struct view name;
    text = view_from(text, 1);
    if (!view_cut(&text, ':', &name) || !text.ptr || !view_starts(name, "om"))
        return (struct rsyslog_action){NULL, text, false};
    if (view_is(name, "omrelp"))
        return (struct rsyslog_action){"remote-relp", text, false};
    if (view_is(name, "omusrmsg"))
        return (struct rsyslog_action){"users", text, false};
    return (struct rsyslog_action){"module", name, false};
}

/* User names separated by commas, or '*'. */
static bool is_users(struct view text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              strchr("_-,*. ", c)))
            return false;
    }
    return text.len > 0;
}

struct rsyslog_action rsyslog_action_of_text(struct view text)
{
    struct view whole = text, before;
    if (view_is(text, "~") || view_is(text, "stop"))
        return (struct rsyslog_action){"discard", {"", 0}, false};
    if (view_cut(&whole, ';', &before)) /* behind it a template is named */
        text = view_trim(before);
    if (text.len == 0)
        return (struct rsyslog_action){NULL, text, false};
    switch (text.ptr[0]) {
    case '/':
        return (struct rsyslog_action){"file", text, true};
    case '-':
    case '?':
        return (struct rsyslog_action){"file", view_from(text, 1), text.ptr[0] == '?'};
    case '|':
        return (struct rsyslog_action){"pipe", view_trim(view_from(text, 1)), false};
    case '^':
        return (struct rsyslog_action){"program", view_trim(view_from(text, 1)), false};
    case '@':
        return forward(text);
    case ':':
        return module(text);
    default:
        return (struct rsyslog_action){is_users(text) ? "users" : NULL, text, false};
    }
}

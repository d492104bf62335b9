/*
 * firewalld: its zones as chains. A zone in /etc hides that of the same name in /usr/lib. Written
 * out for each zone that packets come in by, as firewalld itself does:
 *
 *   INPUT        lo: accept; established, related: accept; bound zones: jump; the default zone:
 * jump zone NAME    its services, ports, protocols and rich rules: accept ...; at its end the
 * target
 *
 * A service is a file of its own and may include others; each of its ports becomes a rule. A rich
 * rule becomes one rule with its source and action, one for each port of a service in it.
 *
 *   <zone target="DROP">                         the last rule of chain "zone NAME": drop
 *     <interface name="eth1"/>                   INPUT: in_interface eth1: goto "zone NAME"
 *     <service name="ssh"/>                      tcp 22: accept
 *     <rule><source address="10.0.0.0/8"/>
 *       <port port="161" protocol="udp"/>
 *       <accept/></rule>                         source 10.0.0.0/8, udp 161: accept
 *   </zone>
 *
 * XML is read without network, without entities, and with a bound on its size; a document with a
 * DTD is refused. Not read: policies and direct rules of the site (a problem where they are there),
 * and zones that NetworkManager gives to a connection.
 */
#include "sensor/facts/firewall.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <string.h>

#define XML_MAX   ((size_t)1 << 20)
#define ZONES_MAX 200
#define NODES_MAX 10000 /* of one zone */
#define PARTS_MAX 500   /* of one service */

#define SERVICE_DEPTH_MAX 3    /* services that include others */
#define SERVICES_MAX      5000 /* read in all, each as often as it is named */

static const char conf_path[] = "/etc/firewalld/firewalld.conf";

struct zone {
    const char *name;
    const struct item *item;
    xmlDoc *doc; /* NULL: it could not be read */
};

struct firewalld {
    struct firewall *firewall;
    struct zone zones[ZONES_MAX];
    size_t zone_count, services; /* services: read in all */
    struct view default_zone;
    const struct item *conf;
    uint32_t conf_line;
};

/* ---- XML ---------------------------------------------------------------------------------- */

static xmlDoc *parse(struct facts *facts, const struct item *item)
{
    struct view text = reader_text(facts, item);
    if (text.len == 0)
        return NULL;
    xmlDoc *doc = text.len > XML_MAX
                      ? NULL
                      : xmlReadMemory(text.ptr, (int)text.len, NULL, NULL,
                                      XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    if (doc && doc->intSubset) {
        xmlFreeDoc(doc);
        doc = NULL;
    }
    if (!doc)
        reader_problem(facts, item, 0, "no XML that firewalld would take");
    return doc;
}

static bool is_named(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

/* An attribute; ptr NULL when it is not there. */
static struct view attribute(struct firewalld *f, xmlNode *node, const char *name)
{
    xmlChar *text = xmlGetNoNsProp(node, (const xmlChar *)name);
    if (!text)
        return (struct view){0};
    struct view kept = view_of(arena_text(reader_arena(f->firewall->facts), (const char *)text));
    xmlFree(text);
    return kept;
}

static xmlNode *child(xmlNode *node, const char *name)
{
    size_t n = 0;
    for (xmlNode *at = node ? node->children : NULL; at && n < NODES_MAX; at = at->next, n++)
        if (is_named(at, name))
            return at;
    return NULL;
}

/* ---- zones -------------------------------------------------------------------------------- */

static const char *base_name(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    struct view name = view_of(slash ? slash + 1 : path);
    if (view_ends(name, ".xml"))
        name.len -= strlen(".xml");
    return view_text(arena, name);
}

/* The first of a name counts: folders are read in the order of their precedence. */
static struct zone *find_zone(struct firewalld *f, struct view name)
{
    for (size_t i = 0; i < f->zone_count; i++)
        if (view_is(name, f->zones[i].name))
            return &f->zones[i];
    return NULL;
}

static struct rc read_zones(struct firewalld *f, const char *pattern)
{
    struct facts *facts = f->firewall->facts;
    const char *const *paths;
    size_t count;
    TRY(reader_files(facts, pattern, &paths, &count));
    for (size_t i = 0; i < count; i++) {
        const char *name = base_name(reader_arena(facts), paths[i]);
        if (find_zone(f, view_of(name)))
            continue;
        const struct item *item = reader_file(facts, paths[i]);
        if (f->zone_count == ZONES_MAX) {
            reader_problem(facts, item, 0, "more than %d zones", ZONES_MAX);
            return RC_OK;
        }
        f->zones[f->zone_count++] = (struct zone){name, item, parse(facts, item)};
    }
    return RC_OK;
}

static struct firewall_place place_of(struct firewalld *f, const struct zone *zone, uint32_t line)
{
    return (struct firewall_place){
        .item = zone->item,
        .line = line,
        .backend = "firewalld",
        .family = VIEW("inet"),
        .table = VIEW("firewalld"),
        .chain = view_of(arena_printf(reader_arena(f->firewall->facts), "zone %s", zone->name))};
}

static uint32_t line_of(const xmlNode *node)
{
    long line = xmlGetLineNo(node);
    return line > 0 ? (uint32_t)line : 0;
}

/* ---- what a zone opens -------------------------------------------------------------------- */

/* A port of none is a whole protocol. */
static struct rc put_port(struct firewalld *f, xmlNode *node, struct firewall_rule rule)
{
    rule.protocol = attribute(f, node, "protocol");
    rule.ports = attribute(f, node, "port");
    if (rule.ports.ptr && rule.ports.len == 0)
        rule.ports = (struct view){0};
    return firewall_put_rule(f->firewall, &rule);
}

/* A service is a file of its own, of the site's folder or the package's. */
static const struct item *service_item(struct firewalld *f, struct view name)
{
    static const char *const folders[] = {"/etc/firewalld/services", "/usr/lib/firewalld/services"};
    struct facts *facts = f->firewall->facts;
    const struct item *item = NULL;
    for (size_t i = 0; i < COUNT_OF(folders); i++) {
        item = reader_file(facts, arena_printf(reader_arena(facts), "%s/%.*s.xml", folders[i],
                                               (int)name.len, name.ptr));
        if (item && item->status != ITEM_ABSENT)
            return item;
    }
    return NULL;
}

static struct rc put_service(struct firewalld *f, struct view name, unsigned depth,
                             const struct firewall_rule *rule);

/* One element of a service: what it opens, or another service that it is made of. */
static struct rc put_part(struct firewalld *f, const struct item *item, xmlNode *node,
                          unsigned depth, struct firewall_rule rule)
{
    if (is_named(node, "port"))
        return put_port(f, node, rule);
    if (is_named(node, "protocol")) {
        rule.protocol = attribute(f, node, "value");
        return firewall_put_rule(f->firewall, &rule);
    }
    if (!is_named(node, "include"))
        return RC_OK;
    if (depth < SERVICE_DEPTH_MAX && f->services++ < SERVICES_MAX)
        return put_service(f, attribute(f, node, "service"), depth + 1, &rule);
    reader_problem(f->firewall->facts, item, line_of(node), "services within each other, too deep");
    return RC_OK;
}

static struct rc put_service(struct firewalld *f, struct view name, unsigned depth,
                             const struct firewall_rule *rule)
{
    struct facts *facts = f->firewall->facts;
    const struct item *item =
        name.len && !memchr(name.ptr, '/', name.len) ? service_item(f, name) : NULL;
    xmlDoc *doc = item ? parse(facts, item) : NULL;
    struct rc rc = RC_OK;
    if (!doc)
        reader_problem(facts, rule->place.item, rule->place.line, "the service %.*s is not known",
                       (int)(name.len < 60 ? name.len : 60), name.ptr ? name.ptr : "");
    xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
    size_t n = 0;
    for (xmlNode *at = root ? root->children : NULL; at && !failed(rc) && n < PARTS_MAX;
         at = at->next, n++)
        rc = put_part(f, item, at, depth, *rule);
    if (n == PARTS_MAX)
        reader_problem(facts, item, 0, "a service of too many parts");
    xmlFreeDoc(doc);
    return rc;
}

/* One element of a zone, or of a rich rule, that says what packets it is about. */
static struct rc put_element(struct firewalld *f, xmlNode *node, struct firewall_rule rule)
{
    if (is_named(node, "service") && f->services++ < SERVICES_MAX)
        return put_service(f, attribute(f, node, "name"), 0, &rule);
    if (is_named(node, "port"))
        return put_port(f, node, rule);
    if (is_named(node, "service"))
        reader_problem(f->firewall->facts, rule.place.item, rule.place.line, "too many services");
    if (is_named(node, "protocol"))
        rule.protocol = attribute(f, node, "value");
    else if (is_named(node, "icmp-type") || is_named(node, "icmp-block"))
        rule.protocol = VIEW("icmp");
    else if (is_named(node, "source-port")) {
        rule.protocol = attribute(f, node, "protocol");
        rule.others = VIEW("source port");
    } else
        return RC_OK;
    return firewall_put_rule(f->firewall, &rule);
}

/* A rich rule without an action only logs or marks. */
static const char *rich_action(xmlNode *node)
{
    static const char *const actions[] = {"accept", "reject", "drop"};
    for (size_t i = 0; i < COUNT_OF(actions); i++)
        if (child(node, actions[i]))
            return actions[i];
    return child(node, "mark") ? "continue" : NULL;
}

/* <source> of a rich rule: an address, a set or a MAC. */
static struct view source_of(struct firewalld *f, xmlNode *node)
{
    static const char *const kinds[] = {"address", "ipset", "mac"};
    struct view text = {0};
    for (size_t i = 0; i < COUNT_OF(kinds) && !text.ptr; i++)
        text = attribute(f, node, kinds[i]);
    struct view invert = attribute(f, node, "invert");
    if (text.ptr && (view_is_nocase(invert, "yes") || view_is_nocase(invert, "true")))
        text = view_of(
            arena_printf(reader_arena(f->firewall->facts), "!%.*s", (int)text.len, text.ptr));
    bool is_all = text.ptr && (view_is(text, "0.0.0.0/0") || view_is(text, "::/0"));
    return is_all ? (struct view){0} : text;
}

static struct rc put_rich(struct firewalld *f, xmlNode *node, struct firewall_rule rule)
{
    static const char *const elements[] = {"service",   "port",       "protocol",
                                           "icmp-type", "icmp-block", "source-port"};
    static const char *const elsewhere[] = {"masquerade", "forward-port", "tcp-mss-clamp"};
    xmlNode *source = child(node, "source"), *destination = child(node, "destination");
    const char *action = rich_action(node);
    struct view family = attribute(f, node, "family");
    rule.action = view_of(action ? action : "continue");
    if (family.ptr)
        rule.place.family = view_is(family, "ipv6") ? VIEW("ip6") : VIEW("ip");
    if (source)
        rule.source = source_of(f, source);
    if (destination)
        rule.destination = source_of(f, destination);
    for (size_t i = 0; i < COUNT_OF(elsewhere); i++)
        if (child(node, elsewhere[i]))
            rule.action = VIEW("other");
    for (size_t i = 0; i < COUNT_OF(elements); i++)
        if (child(node, elements[i]))
            return put_element(f, child(node, elements[i]), rule);
    return firewall_put_rule(f->firewall, &rule);
}

/* Elements that open nothing to the host itself. */
static bool is_passed_over(const xmlNode *node)
{
    static const char *const names[] = {
        "short",   "description", "interface",    "source",
        "forward", "masquerade",  "forward-port", "icmp-block-inversion"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (is_named(node, names[i]))
            return true;
    return node->type != XML_ELEMENT_NODE;
}

static struct rc put_zone_element(struct firewalld *f, const struct zone *zone, xmlNode *node)
{
    struct firewall_place place = place_of(f, zone, line_of(node));
    struct firewall_rule rule = firewall_plain(&place, "accept");
    static const char *const known[] = {"service", "port", "protocol", "source-port"};
    if (is_passed_over(node))
        return RC_OK;
    if (is_named(node, "rule"))
        return put_rich(f, node, rule);
    if (is_named(node, "icmp-block")) {
        rule.action = VIEW("reject");
        return put_element(f, node, rule);
    }
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (is_named(node, known[i]))
            return put_element(f, node, rule);
    reader_problem(f->firewall->facts, zone->item, line_of(node), "an element that is not known");
    return RC_OK;
}

/* ---- chains ------------------------------------------------------------------------------- */

static const char *target_action(struct firewalld *f, xmlNode *root)
{
    struct view target = attribute(f, root, "target");
    if (target.ptr && view_is(target, "ACCEPT"))
        return "accept";
    return target.ptr && view_is(target, "DROP") ? "drop" : "reject";
}

/* The target stands at the end, so that whatever the zone does not open meets it. */
static struct rc put_zone(struct firewalld *f, const struct zone *zone)
{
    xmlNode *root = zone->doc ? xmlDocGetRootElement(zone->doc) : NULL;
    if (!root || !is_named(root, "zone")) {
        reader_problem(f->firewall->facts, zone->item, 0, "no zone");
        return RC_OK;
    }
    struct firewall_chain chain = {.place = place_of(f, zone, line_of(root))};
    struct firewall_rule end = firewall_plain(&chain.place, target_action(f, root));
    size_t n = 0;
    TRY(firewall_put_chain(f->firewall, &chain));
    for (xmlNode *at = root->children; at; at = at->next) {
        if (n++ == NODES_MAX) {
            reader_problem(f->firewall->facts, zone->item, line_of(at), "too many elements");
            break;
        }
        TRY(put_zone_element(f, zone, at));
    }
    return firewall_put_rule(f->firewall, &end);
}

/* INPUT jumps to a zone for each interface and source bound to it. */
static struct rc put_bindings(struct firewalld *f, const struct zone *zone,
                              const struct firewall_place *input)
{
    xmlNode *root = zone->doc ? xmlDocGetRootElement(zone->doc) : NULL;
    size_t n = 0;
    for (xmlNode *at = root ? root->children : NULL; at && n < NODES_MAX; at = at->next, n++) {
        bool is_interface = is_named(at, "interface");
        if (!is_interface && !is_named(at, "source"))
            continue;
        struct firewall_rule jump = firewall_plain(input, "goto");
        jump.place.item = zone->item;
        jump.place.line = line_of(at);
        jump.target = place_of(f, zone, 0).chain;
        if (is_interface)
            jump.in_interface = attribute(f, at, "name");
        else
            jump.source = source_of(f, at);
        TRY(firewall_put_rule(f->firewall, &jump));
    }
    return RC_OK;
}

static struct rc put_input(struct firewalld *f)
{
    struct firewall_place input = {f->conf,      f->conf_line,      "firewalld",
                                   VIEW("inet"), VIEW("firewalld"), VIEW("INPUT")};
    struct firewall_chain chain = {
        .place = input, .type = VIEW("filter"), .hook = VIEW("input"), .policy = VIEW("accept")};
    struct firewall_rule lo = firewall_plain(&input, "accept"), known = lo;
    lo.in_interface = VIEW("lo");
    known.states = VIEW("established,related");
    TRY(firewall_put_chain(f->firewall, &chain));
    TRY(firewall_put_rule(f->firewall, &known));
    TRY(firewall_put_rule(f->firewall, &lo));
    for (size_t i = 0; i < f->zone_count; i++)
        TRY(put_bindings(f, &f->zones[i], &input));
    struct zone *zone = find_zone(f, f->default_zone);
    struct firewall_rule jump = firewall_plain(&input, "goto");
    if (zone) {
        jump.target = place_of(f, zone, 0).chain;
        TRY(firewall_put_rule(f->firewall, &jump));
    } else {
        reader_problem(f->firewall->facts, f->conf, f->conf_line, "its default zone is not there");
    }
    for (size_t i = 0; i < f->zone_count; i++)
        TRY(put_zone(f, &f->zones[i]));
    return RC_OK;
}

/* ---- settings ----------------------------------------------------------------------------- */

static struct rc take_setting(struct facts *facts, const struct reader_line *line, void *context)
{
    struct firewalld *f = context;
    struct view value = line->text, key;
    view_cut(&value, '=', &key);
    if (!value.ptr) {
        reader_problem(facts, line->item, line->number, "no setting");
        return RC_OK;
    }
    value = view_trim(value);
    if (view_is(view_trim(key), "DefaultZone")) {
        f->default_zone = value;
        f->conf_line = line->number;
    }
    return firewall_put_setting(f->firewall, "firewalld", view_trim(key), value, line->item,
                                line->number);
}

/* What may open ports and is not understood must not go unseen. */
static struct rc refuse_others(struct firewalld *f)
{
    struct facts *facts = f->firewall->facts;
    const char *const *paths;
    size_t count;
    TRY(reader_files(facts, "/etc/firewalld/policies/*.xml", &paths, &count));
    for (size_t i = 0; i < count; i++) {
        const struct item *item = reader_file(facts, paths[i]);
        if (item && item->bytes.len)
            reader_problem(facts, item, 0, "policies of firewalld are not understood");
    }
    const struct item *direct = reader_file(facts, "/etc/firewalld/direct.xml");
    xmlDoc *doc = direct ? parse(facts, direct) : NULL;
    xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
    if (child(root, "rule") || child(root, "chain") || child(root, "passthrough"))
        reader_problem(facts, direct, 0, "direct rules of firewalld are not understood");
    xmlFreeDoc(doc);
    return RC_OK;
}

struct rc firewalld_read(struct firewall *firewall)
{
    struct firewalld *f = mem_new(sizeof *f);
    struct facts *facts = firewall->facts;
    f->firewall = firewall;
    f->default_zone = VIEW("public");
    f->conf = reader_file(facts, conf_path);
    struct rc rc = reader_each_line(facts, f->conf, "#;", take_setting, f);
    if (!failed(rc))
        rc = read_zones(f, "/etc/firewalld/zones/*.xml");
    if (!failed(rc))
        rc = read_zones(f, "/usr/lib/firewalld/zones/*.xml");
    if (!failed(rc))
        rc = refuse_others(f);
    if (!failed(rc) && f->zone_count)
        rc = put_input(f);
    for (size_t i = 0; i < f->zone_count; i++)
        xmlFreeDoc(f->zones[i].doc);
    mem_free(f);
    return rc;
}

/* ---- what to collect ---------------------------------------------------------------------- */

static void add_service(struct view name, void (*add)(void *context, const char *pattern),
                        void *context)
{
    static const char *const folders[] = {"/etc", "/usr/lib"};
    if (name.len == 0 || memchr(name.ptr, '/', name.len) || memchr(name.ptr, '\0', name.len))
        return;
    for (size_t i = 0; i < COUNT_OF(folders); i++) {
        struct buf text = {0};
        buf_printf(&text, "%s/firewalld/services/%.*s.xml", folders[i], (int)name.len, name.ptr);
        add(context, text.ptr);
        buf_free(&text);
    }
}

/* Whatever looks like a service is asked for in both folders: <service name="ssh"/> of a zone, and
 * <include service="samba"/> of a service. */
void firewalld_follow(const char *path, struct view bytes,
                      void (*add)(void *context, const char *pattern), void *context)
{
    static const char *const marks[] = {"service name=", "include service="};
    (void)path;
    for (size_t i = 0; i < COUNT_OF(marks); i++) {
        struct view rest = bytes;
        const char *at;
        while (rest.len && (at = memmem(rest.ptr, rest.len, marks[i], strlen(marks[i])))) {
            rest = view_from(rest, (size_t)(at - rest.ptr) + strlen(marks[i]));
            char quote = rest.len ? rest.ptr[0] : 0;
            struct view name, tail = view_from(rest, rest.len ? 1 : 0);
            tail.len = tail.len > 200 ? 200 : tail.len;
            if ((quote == '"' || quote == '\'') && view_cut(&tail, quote, &name) && tail.ptr)
                add_service(name, add, context);
        }
    }
}

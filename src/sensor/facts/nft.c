/*
 * nft: the structure of nftables.conf(5): tables, their chains and sets; "add rule" and its kin.
 *
 *   flush ruleset
 *   define ports = { 22, 443 }
 *   include "/etc/nftables.d/a.nft"
 *   table inet filter {
 *       set blocked { type ipv4_addr; elements = { ... } }      elements are counted, not kept
 *       chain input { type filter hook input priority 0; policy drop; RULE; RULE ... }
 *   }
 *
 * Tables of one name add up, as nft has it; a chain may be declared several times. A rule goes to
 * nft_rule.c as a list of tokens. Objects that decide over no packet by themselves (maps, counters,
 * quotas, flow tables) are passed over as balanced braces, whatever stands in them.
 *
 * What takes something away again (delete, insert, replace, a later flush) is a problem once rules
 * were read: then the rows would not be what is loaded.
 */
#include "sensor/facts/nft.h"

#include <string.h>

#define GLOB_MARKS "*?["

/* A statement ends with its line or at a semicolon. */
static bool is_end(const struct nft_token *token)
{
    return token->kind == NFT_END || token->kind == NFT_LINE || nft_is(token, ";");
}

/* ---- passing over ------------------------------------------------------------------------- */

/* Up to the end of the statement; blocks in it are passed over whole, however long. */
static void skip_statement(struct nft *nft)
{
    size_t depth = 0;
    for (;;) {
        struct nft_token token = nft_peek(nft);
        if (token.kind == NFT_END || (depth == 0 && (is_end(&token) || nft_is(&token, "}"))))
            return;
        (void)nft_next(nft);
        if (nft_is(&token, "{"))
            depth++;
        if (nft_is(&token, "}"))
            depth--;
    }
}

static void skip_ends(struct nft *nft)
{
    for (struct nft_token token = nft_peek(nft); token.kind == NFT_LINE || nft_is(&token, ";");
         token = nft_peek(nft))
        (void)nft_next(nft);
}

/* The opening brace of a block, perhaps on a later line. */
static bool open_block(struct nft *nft)
{
    struct nft_token token = nft_peek(nft);
    if (!nft_is(&token, "{"))
        return false;
    (void)nft_next(nft);
    return true;
}

/* ---- names and includes ------------------------------------------------------------------- */

/* The value may be a set over several lines; names in it are replaced at once, as nft does. */
static void define(struct nft *nft)
{
    struct nft_token name = nft_next(nft), equal = nft_next(nft);
    size_t count = 0, depth = 0;
    struct arena *arena = reader_arena(nft->facts);
    if (name.kind != NFT_WORD || !nft_is(&equal, "=") || nft->name_count == NFT_NAMES_MAX) {
        nft_problem(nft, &name, "a definition that is none, or too many");
        skip_statement(nft);
        return;
    }
    for (;;) {
        struct nft_token token = nft_peek(nft);
        if (token.kind == NFT_END || (depth == 0 && is_end(&token)))
            break;
        (void)nft_next(nft);
        depth += nft_is(&token, "{");
        depth -= depth && nft_is(&token, "}");
        if (count == NFT_TOKENS_MAX) {
            nft_problem(nft, &name, "a definition that is too long");
            skip_statement(nft);
            break;
        }
        if (token.kind != NFT_LINE)
            nft->list[count++] = token;
    }
    struct nft_token *kept = arena_take(arena, (count + 1) * sizeof *kept);
    if (count)
        memcpy(kept, nft->list, count * sizeof *kept);
    nft->names[nft->name_count++] = (struct nft_name){name.text, kept, count};
}

static struct rc include(struct nft *nft)
{
    struct nft_token name = nft_next(nft);
    struct arena *arena = reader_arena(nft->facts);
    const char *path = name.kind == NFT_STRING ? nft_include_path(arena, name.text) : NULL;
    const char *const *paths;
    size_t count;
    if (!path) {
        nft_problem(nft, &name, "an include that cannot be followed");
        return RC_OK;
    }
    if (!strpbrk(path, GLOB_MARKS)) {
        nft_push_file(nft, path, &name);
        return RC_OK;
    }
    TRY(reader_files(nft->facts, path, &paths, &count));
    nft_push_files(nft, paths, count, &name);
    return RC_OK;
}

/* Includes and definitions may stand anywhere; true when there was one. */
static struct rc take_common(struct nft *nft, bool *taken)
{
    struct nft_token token = nft_peek(nft);
    *taken = true;
    if (nft_is(&token, "include")) {
        (void)nft_next(nft);
        return include(nft);
    }
    if (nft_is(&token, "define") || nft_is(&token, "redefine")) {
        (void)nft_next(nft);
        define(nft);
        return RC_OK;
    }
    *taken = false;
    return RC_OK;
}

/* ---- sets --------------------------------------------------------------------------------- */

static void remember(struct nft *nft, const struct firewall_place *place, struct view name,
                     const struct buf *elements, size_t count)
{
    if (nft->set_count == NFT_NAMES_MAX)
        return;
    struct view text = {0};
    if (count <= NFT_ELEMENTS)
        text = view_of(view_text(reader_arena(nft->facts), buf_view(elements)));
    nft->sets[nft->set_count++] = (struct nft_set){place->family, place->table, name, text};
}

/* Inside of `elements = {`: counts, and keeps the first ones. */
static size_t read_elements(struct nft *nft, struct buf *out)
{
    size_t count = 0, depth = 1;
    while (depth) {
        struct nft_token token = nft_next(nft);
        if (token.kind == NFT_END) {
            nft_problem(nft, &token, "a set without its end");
            break;
        }
        depth += nft_is(&token, "{");
        depth -= nft_is(&token, "}");
        if (token.kind != NFT_WORD)
            continue;
        if (count++ < NFT_ELEMENTS) {
            if (out->len)
                buf_add_char(out, ',');
            buf_add_view(out, token.text);
        }
    }
    return count;
}

static void read_set(struct nft *nft, const struct firewall_place *place)
{
    struct nft_token name = nft_next(nft);
    struct buf elements = {0};
    size_t count = 0, depth = 1;
    if (!open_block(nft)) {
        skip_statement(nft);
        return;
    }
    while (depth) {
        struct nft_token token = nft_next(nft);
        if (token.kind == NFT_END) {
            nft_problem(nft, &name, "a set without its end");
            break;
        }
        depth += nft_is(&token, "{");
        depth -= nft_is(&token, "}");
        if (!nft_is(&token, "elements"))
            continue;
        token = nft_next(nft);
        if (nft_is(&token, "=") && open_block(nft))
            count += read_elements(nft, &elements);
    }
    remember(nft, place, name.text, &elements, count);
    buf_free(&elements);
}

const struct nft_set *nft_find_set(const struct nft *nft, const struct firewall_place *place,
                                   struct view name)
{
    for (size_t i = nft->set_count; i-- > 0;) {
        const struct nft_set *set = &nft->sets[i];
        if (view_equal(set->family, place->family) && view_equal(set->table, place->table) &&
            view_equal(set->name, name))
            return set;
    }
    return NULL;
}

/* ---- chains ------------------------------------------------------------------------------- */

/* type filter hook input priority filter - 10 */
static void read_type(struct nft *nft, struct firewall_chain *chain)
{
    struct buf priority = {0};
    bool in_priority = false;
    struct view *slot = &chain->type;
    for (struct nft_token token = nft_peek(nft); !is_end(&token) && !nft_is(&token, "}");
         token = nft_peek(nft)) {
        (void)nft_next(nft);
        if (nft_is(&token, "hook"))
            slot = &chain->hook;
        else if (nft_is(&token, "priority"))
            in_priority = true;
        else if (in_priority)
            buf_add_view(&priority, token.text);
        else if (slot) {
            *slot = token.text;
            slot = NULL;
        }
    }
    if (priority.len)
        chain->priority = view_of(view_text(reader_arena(nft->facts), buf_view(&priority)));
    buf_free(&priority);
}

/* The tokens of one rule into nft->list. */
static void read_rule(struct nft *nft)
{
    size_t depth = 0;
    nft->list_count = 0;
    for (;;) {
        struct nft_token token = nft_peek(nft);
        bool closes = nft_is(&token, "}");
        if (token.kind == NFT_END || (depth == 0 && (is_end(&token) || closes)))
            return;
        (void)nft_next(nft);
        depth += nft_is(&token, "{");
        depth -= closes;
        if (token.kind == NFT_LINE)
            continue;
        if (nft->list_count < NFT_TOKENS_MAX)
            nft->list[nft->list_count++] = token;
        else
            nft_problem(nft, &nft->list[0], "a rule that is too long");
    }
}

/* A chain holds its declaration and its rules, in any order. */
static struct rc chain_line(struct nft *nft, struct firewall_chain *chain)
{
    struct nft_token token = nft_peek(nft);
    if (nft_is(&token, "type")) {
        (void)nft_next(nft);
        read_type(nft, chain);
        if (!chain->policy.ptr)
            chain->policy = VIEW("accept");
    } else if (nft_is(&token, "policy")) {
        (void)nft_next(nft);
        chain->policy = nft_next(nft).text;
    } else if (nft_is(&token, "comment") || nft_is(&token, "flags") || nft_is(&token, "devices")) {
        skip_statement(nft);
    } else {
        read_rule(nft);
        if (nft->list_count == 0) { /* a mark that fits nowhere */
            nft_problem(nft, &token, "not understood");
            (void)nft_next(nft);
            return RC_OK;
        }
        nft->emitted++;
        struct firewall_place place = chain->place;
        place.item = token.item;
        place.line = token.line;
        return nft_rule(nft, &place);
    }
    return RC_OK;
}

/* The chain is told at its end, when its policy is known; `add chain` may have no block. */
static struct rc read_chain(struct nft *nft, const struct firewall_place *place)
{
    struct nft_token name = nft_next(nft);
    struct firewall_chain chain = {.place = *place};
    chain.place.item = name.item;
    chain.place.line = name.line;
    chain.place.chain = name.text;
    nft->emitted++;
    bool has_block = open_block(nft), taken;
    while (has_block) {
        skip_ends(nft);
        struct nft_token token = nft_peek(nft);
        if (token.kind == NFT_END)
            nft_problem(nft, &name, "a chain without its end");
        if (nft_is(&token, "}"))
            (void)nft_next(nft);
        if (token.kind == NFT_END || nft_is(&token, "}"))
            break;
        TRY(take_common(nft, &taken));
        if (!taken)
            TRY(chain_line(nft, &chain));
    }
    return firewall_put_chain(nft->firewall, &chain);
}

/* ---- tables ------------------------------------------------------------------------------- */

static bool is_family(const struct nft_token *token)
{
    static const char *const families[] = {"ip", "ip6", "inet", "arp", "bridge", "netdev"};
    for (size_t i = 0; i < COUNT_OF(families); i++)
        if (nft_is(token, families[i]))
            return true;
    return false;
}

/* [family] table */
static void read_table_name(struct nft *nft, struct firewall_place *place)
{
    struct nft_token token = nft_next(nft);
    *place = (struct firewall_place){
        .item = token.item, .line = token.line, .backend = "nftables", .family = VIEW("ip")};
    if (is_family(&token)) {
        place->family = token.text;
        token = nft_next(nft);
    }
    place->table = token.text;
    if (token.kind != NFT_WORD)
        nft_problem(nft, &token, "no name of a table");
}

/* What a table may hold besides chains and sets; nothing of it decides over a packet alone. */
static bool is_object(const struct nft_token *token)
{
    static const char *const objects[] = {"map",   "flowtable", "counter", "quota",
                                          "limit", "ct",        "secmark", "synproxy",
                                          "flags", "comment",   "element", "tunnel"};
    for (size_t i = 0; i < COUNT_OF(objects); i++)
        if (nft_is(token, objects[i]))
            return true;
    return false;
}

static struct rc table_line(struct nft *nft, const struct firewall_place *place)
{
    struct nft_token token = nft_next(nft);
    if (nft_is(&token, "chain"))
        return read_chain(nft, place);
    if (nft_is(&token, "set"))
        read_set(nft, place);
    else if (is_object(&token))
        skip_statement(nft);
    else {
        nft_problem(nft, &token, "not understood");
        skip_statement(nft);
    }
    return RC_OK;
}

static struct rc read_table(struct nft *nft)
{
    struct firewall_place place;
    bool taken;
    read_table_name(nft, &place);
    bool has_block = open_block(nft);
    while (has_block) {
        skip_ends(nft);
        struct nft_token token = nft_peek(nft);
        if (token.kind == NFT_END)
            nft_problem(nft, &token, "a table without its end");
        if (nft_is(&token, "}"))
            (void)nft_next(nft);
        if (token.kind == NFT_END || nft_is(&token, "}"))
            break;
        TRY(take_common(nft, &taken));
        if (!taken)
            TRY(table_line(nft, &place));
    }
    return RC_OK;
}

/* ---- statements --------------------------------------------------------------------------- */

/* add rule inet filter input tcp dport 22 accept */
static struct rc add_rule(struct nft *nft)
{
    struct firewall_place place;
    read_table_name(nft, &place);
    struct nft_token chain = nft_next(nft);
    place.chain = chain.text;
    read_rule(nft);
    nft->emitted++;
    return nft_rule(nft, &place);
}

/* An object that a command adds. */
static struct rc add_object(struct nft *nft)
{
    struct nft_token token = nft_next(nft);
    struct firewall_place place;
    if (nft_is(&token, "table"))
        return read_table(nft);
    if (nft_is(&token, "rule"))
        return add_rule(nft);
    if (nft_is(&token, "chain") || nft_is(&token, "set")) {
        read_table_name(nft, &place);
        if (nft_is(&token, "chain"))
            return read_chain(nft, &place);
        read_set(nft, &place);
    } else if (is_object(&token)) {
        skip_statement(nft);
    } else {
        nft_problem(nft, &token, "not understood");
        skip_statement(nft);
    }
    return RC_OK;
}

/* Taking away is harmless while nothing is there. */
static void take_away(struct nft *nft, const struct nft_token *token)
{
    if (nft->emitted)
        nft_problem(nft, token, "rules are taken away or moved after they were read");
    skip_statement(nft);
}

static bool takes_away(const struct nft_token *token)
{
    static const char *const words[] = {"flush",   "delete", "destroy", "insert",
                                        "replace", "reset",  "rename"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (nft_is(token, words[i]))
            return true;
    return false;
}

static struct rc read_statement(struct nft *nft)
{
    bool taken;
    TRY(take_common(nft, &taken));
    if (taken)
        return RC_OK;
    struct nft_token token = nft_peek(nft);
    if (takes_away(&token)) {
        (void)nft_next(nft);
        take_away(nft, &token);
        if (nft_is(&token, "insert") || nft_is(&token, "replace"))
            nft_problem(nft, &token, "a command that is not followed");
        return RC_OK;
    }
    if (nft_is(&token, "add") || nft_is(&token, "create"))
        (void)nft_next(nft);
    token = nft_peek(nft);
    if (token.kind != NFT_WORD) {
        (void)nft_next(nft);
        if (token.kind != NFT_END)
            nft_problem(nft, &token, "not understood");
        return RC_OK;
    }
    return add_object(nft);
}

/* Two distributions have two places; each is a ruleset of its own. */
static struct rc read_main(struct nft *nft, const char *path)
{
    nft->depth = nft->emitted = 0;
    nft->has_token = false;
    nft_push_file(nft, path, NULL);
    for (;;) {
        skip_ends(nft);
        struct nft_token token = nft_peek(nft);
        if (token.kind == NFT_END)
            return RC_OK;
        TRY(read_statement(nft));
    }
}

/* nft is large: its lists are bounds. */
struct rc nft_read(struct firewall *firewall)
{
    struct nft *nft = mem_new(sizeof *nft);
    nft->firewall = firewall;
    nft->facts = firewall->facts;
    struct rc rc = read_main(nft, "/etc/nftables.conf");
    if (!failed(rc))
        rc = read_main(nft, "/etc/sysconfig/nftables.conf");
    mem_free(nft);
    return rc;
}

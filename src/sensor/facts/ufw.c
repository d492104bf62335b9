/*
 * ufw: its rules stand in files of iptables-save; the chains that packets come in by it makes
 * itself. They are written out here: INPUT with the default policy, which jumps to "before", "user"
 * and "after". The application rules in user.rules are ordinary rules.
 */
#include "sensor/facts/firewall.h"

#include <string.h>

static const char default_path[] = "/etc/default/ufw";

struct found {
    struct firewall *firewall;
    struct view policy; /* DEFAULT_INPUT_POLICY */
    const struct item *policy_item;
    uint32_t policy_line;
};

static struct rc take_setting(struct facts *facts, const struct reader_line *line, void *context)
{
    struct found *found = context;
    struct view value = line->text, key;
    view_cut(&value, '=', &key);
    key = view_trim(key);
    value = view_trim(value);
    if (!value.ptr) {
        reader_problem(facts, line->item, line->number, "no setting");
        return RC_OK;
    }
    if (value.len >= 2 && (value.ptr[0] == '"' || value.ptr[0] == '\'') &&
        value.ptr[value.len - 1] == value.ptr[0])
        value = (struct view){value.ptr + 1, value.len - 2};
    if (view_is(key, "DEFAULT_INPUT_POLICY")) {
        found->policy = value;
        found->policy_item = line->item;
        found->policy_line = line->number;
    }
    return firewall_put_setting(found->firewall, "ufw", key, value, line->item, line->number);
}

/* ufw knows ACCEPT, DROP and REJECT, in any case. */
static struct rc put_input(struct found *found, const char *family, const char *prefix)
{
    static const char *const parts[] = {"before", "user", "after"};
    struct firewall_place place = {.item = found->policy_item,
                                   .line = found->policy_line,
                                   .backend = "ufw",
                                   .family = view_of(family),
                                   .table = VIEW("filter"),
                                   .chain = VIEW("INPUT")};
    bool drops = view_is_nocase(found->policy, "drop");
    struct firewall_chain chain = {.place = place,
                                   .type = VIEW("filter"),
                                   .hook = VIEW("input"),
                                   .policy = drops ? VIEW("drop") : VIEW("accept")};
    TRY(firewall_put_chain(found->firewall, &chain));
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        struct firewall_rule jump = firewall_plain(&place, "jump");
        jump.target = view_of(
            arena_printf(reader_arena(found->firewall->facts), "%s-%s-input", prefix, parts[i]));
        TRY(firewall_put_rule(found->firewall, &jump));
    }
    if (!view_is_nocase(found->policy, "reject"))
        return RC_OK;
    struct firewall_rule reject = firewall_plain(&place, "reject");
    return firewall_put_rule(found->firewall, &reject);
}

/* Without ufw.conf there is no ufw, whatever files a removal left behind. */
struct rc ufw_read(struct firewall *firewall)
{
    struct found found = {.firewall = firewall, .policy = VIEW("DROP")};
    struct facts *facts = firewall->facts;
    const struct item *main = reader_file(facts, "/etc/ufw/ufw.conf");
    const struct item *defaults = reader_file(facts, default_path);
    TRY(reader_each_line(facts, main, "#", take_setting, &found));
    TRY(reader_each_line(facts, defaults, "#", take_setting, &found));
    if (!main || main->status == ITEM_ABSENT)
        return RC_OK;
    if (!found.policy_item)
        found.policy_item = defaults;
    TRY(put_input(&found, "ip", "ufw"));
    TRY(put_input(&found, "ip6", "ufw6"));
    TRY(iptables_read_file(firewall, "ufw", "ip", "/etc/ufw/before.rules"));
    TRY(iptables_read_file(firewall, "ufw", "ip", "/etc/ufw/user.rules"));
    TRY(iptables_read_file(firewall, "ufw", "ip", "/etc/ufw/after.rules"));
    TRY(iptables_read_file(firewall, "ufw", "ip6", "/etc/ufw/before6.rules"));
    TRY(iptables_read_file(firewall, "ufw", "ip6", "/etc/ufw/user6.rules"));
    return iptables_read_file(firewall, "ufw", "ip6", "/etc/ufw/after6.rules");
}

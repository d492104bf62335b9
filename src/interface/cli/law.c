/* law: what the commands about rules, grades and selections take from the call. */
#include "interface/cli/command.h"
#include "foundation/sys/sys.h"

#include <string.h>

#define INHERITED_BYTES_MAX ((size_t)1 << 20)
#define DEFAULT_STANDARD    "gbt22239-2019"

/* For a sentence: "cn-crypto, cn-mlps, ...". */
static const char *known_regimes(const struct call *call)
{
    size_t count = 0;
    const struct regime *all = regimes(&count);
    const char *text = "";
    for (size_t i = 0; i < count; i++)
        text = arena_printf(call->arena, "%s%s%s", text, i ? ", " : "", all[i].id);
    return text;
}

struct rc regime_of_call(const struct call *call, const struct regime **out)
{
    const char *id = call_text(call, OPTION_REGIME, NULL);
    const struct regime *regime = id ? regime_find(id) : NULL;
    if (id && !regime)
        return wrong(call, "msg.unknown_regime", id, known_regimes(call), NULL);
    *out = regime;
    return RC_OK;
}

struct rc date_of_call(const struct call *call, struct date *out)
{
    const char *text = call_text(call, OPTION_ON, NULL);
    if (!text) {
        *out = date_of_time(sys_now());
        return RC_OK;
    }
    if (failed(date_from(text, out)))
        return wrong(call, "msg.bad_date", "--on", text, NULL);
    return RC_OK;
}

struct rc asked_of_call(const struct call *call, struct asked *out)
{
    struct asked asked = {.choices = call->given[OPTION_CHOOSE].values,
                          .choice_count = call->given[OPTION_CHOOSE].count};
    TRY(regime_of_call(call, &asked.regime));
    TRY(date_of_call(call, &asked.on));
    if (!asked.regime)
        return wrong(call, "msg.needs_option", call->command->path, "--regime", NULL);
    for (size_t i = 0; i < asked.choice_count; i++)
        if (!regime_rule(asked.regime, asked.choices[i]))
            return wrong(call, "msg.unknown_rule", asked.choices[i], asked.regime->id, NULL);
    *out = asked;
    return RC_OK;
}

/* Every word of every value of an option, cut at commas. */
static const char *const *words_of(const struct call *call, enum option_id id, size_t *count)
{
    const struct given *given = &call->given[id];
    size_t room = 1;
    for (size_t i = 0; i < given->count; i++)
        room += strlen(given->values[i]) + 1;
    const char **words = arena_take(call->arena, room * sizeof *words);
    *count = 0;
    for (size_t i = 0; i < given->count; i++) {
        struct view rest = view_of(given->values[i]), word;
        while (view_cut(&rest, ',', &word))
            words[(*count)++] = view_text(call->arena, view_trim(word));
    }
    return words;
}

static struct rc read_class_words(const struct call *call, uint32_t *out)
{
    size_t count = 0;
    uint32_t bits = 0;
    const char *const *words = words_of(call, OPTION_CLASSES, &count);
    for (size_t i = 0; i < count; i++) {
        enum asset_class asset_class;
        if (!asset_class_from(words[i], &asset_class))
            return wrong(call, "msg.not_a_choice", "--class", words[i],
                         options[OPTION_CLASS].choices);
        bits |= 1u << asset_class;
    }
    *out = bits;
    return RC_OK;
}

/* One id or key a line. */
static struct rc read_inherited(const struct call *call, const char *path,
                                struct selection_request *request)
{
    struct buf bytes CLEANUP(buf_freep) = {0};
    struct view line;
    size_t count = 0;
    TRY(read_input(path, INHERITED_BYTES_MAX, &bytes));
    struct view rest = buf_view(&bytes);
    const char **names = arena_take(call->arena, (bytes.len + 2) * sizeof *names);
    while (view_line(&rest, &line))
        if (view_trim(line).len > 0)
            names[count++] = view_text(call->arena, view_trim(line));
    request->inherited = names;
    request->inherited_count = count;
    return RC_OK;
}

/* G is the higher of S and A when it is not given. */
static struct rc read_marks(const struct call *call, struct marks *out)
{
    if (!call_has(call, OPTION_S) || !call_has(call, OPTION_A))
        return wrong(call, "msg.needs_option", call->command->path,
                     call_has(call, OPTION_S) ? "--a" : "--s", NULL);
    size_t s = call_number(call, OPTION_S, 1), a = call_number(call, OPTION_A, 1);
    size_t g = call_number(call, OPTION_G, s > a ? s : a);
    *out = (struct marks){(int)s, (int)a, (int)g};
    return RC_OK;
}

struct rc selected_of_call(const struct call *call, struct selection *out)
{
    static const char *const general[] = {"general"};
    struct selection_request request = {.scopes = general, .scope_count = 1};
    TRY(selection_verify(call));
    request.standard =
        catalogue_standard(catalogue_load(), call_text(call, OPTION_STANDARD, DEFAULT_STANDARD));
    TRY(read_marks(call, &request.marks));
    if (call_has(call, OPTION_SCOPES))
        request.scopes = words_of(call, OPTION_SCOPES, &request.scope_count);
    TRY(read_class_words(call, &request.classes));
    if (call_has(call, OPTION_INHERITED))
        TRY(read_inherited(call, call_text(call, OPTION_INHERITED, ""), &request));
    return selection_make(call->arena, &request, out);
}

struct rc read_input(const char *path, size_t max, struct buf *out)
{
    return sys_read_file(path, max, out);
}

const char *date_text(const struct call *call, struct date date)
{
    char text[DATE_TEXT];
    if (date_is_none(date))
        return "";
    date_write(date, text);
    return arena_text(call->arena, text);
}

const char *grades_text(const struct call *call, uint32_t grades)
{
    const char *text = "";
    if (grades == GRADES_ALL)
        return text;
    for (int grade = 1; grade <= GRADE_MAX; grade++)
        if (grades >> grade & 1u)
            text = arena_printf(call->arena, "%s%s%d", text, *text ? "," : "", grade);
    return text;
}

const char *rule_source(const struct call *call, const struct rule *rule)
{
    return arena_printf(call->arena, "%s, %s", rule->document->title, rule->article);
}

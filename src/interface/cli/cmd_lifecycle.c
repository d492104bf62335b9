/*
 * lifecycle: grade a registered system, list what binds it, evaluate it.
 *
 * `merlon grade SYSTEM` asks, on a terminal, for what no option gives: which object is harmed how
 * much, and why, once for business information and once for system service; or, in Vietnam, the
 * questions that the register cannot answer.
 */
#include "casework/lifecycle/lifecycle.h"
#include "foundation/sys/sys.h"
#include "interface/cli/json.h"
#include "interface/cli/office.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define RESULTS_MAX_BYTES ((size_t)64 << 20)
#define FACTS_MAX         64

/* ---- asking --------------------------------------------------------------------------------- */

/* Questions need somebody at both ends; a script gets a sentence about the missing option. */
static bool can_ask(void)
{
    return sys_is_terminal(STDIN_FILENO) && sys_is_terminal(STDERR_FILENO);
}

/* One line from the terminal, without its newline; NULL at the end. */
static const char *ask(const struct call *call, const char *question)
{
    char line[4096];
    struct buf prompt CLEANUP(buf_freep) = {0};
    text_add_safe(&prompt, view_of(question));
    buf_add_char(&prompt, ' ');
    rc_ignore(sys_write_fd(STDERR_FILENO, "stderr", buf_view(&prompt))); /* seen or not */
    if (!fgets(line, sizeof line, stdin))
        return NULL;
    line[strcspn(line, "\r\n")] = '\0';
    return view_text(call->arena, view_trim(view_of(line)));
}

/* A number or a word of a list "a|b|c"; asks again for anything else. */
static const char *ask_choice(const struct call *call, const char *key, const char *choices)
{
    struct view rest = view_of(choices), word;
    const char *words[8];
    size_t count = 0;
    struct buf question CLEANUP(buf_freep) = {0};
    buf_add_text(&question, say(call, key, NULL, NULL, NULL));
    while (count < COUNT_OF(words) && view_cut(&rest, '|', &word)) {
        words[count] = view_text(call->arena, word);
        buf_printf(&question, "  %zu %s", count + 1, words[count]);
        count++;
    }
    for (;;) {
        const char *answer = ask(call, question.ptr);
        int64_t number = 0;
        if (!answer)
            return NULL;
        if (view_integer(view_of(answer), &number) && number >= 1 && number <= (int64_t)count)
            return words[number - 1];
        for (size_t i = 0; i < count; i++)
            if (strcmp(words[i], answer) == 0)
                return words[i];
    }
}

/* End of input in the middle: a grading with half its answers is none. */
static struct rc cut_short(const struct call *call)
{
    return wrong(call, "msg.grade.cut", NULL, NULL, NULL);
}

/* ---- harm ------------------------------------------------------------------------------------ */

/* "social_order:serious:why" */
static struct rc read_harm(const struct call *call, const char *option, const char *text,
                           struct harm *out)
{
    struct view rest = view_of(text), object, degree;
    if (!view_cut(&rest, ':', &object) || !view_cut(&rest, ':', &degree) || !rest.ptr)
        return wrong(call, "msg.grade.harm", option, text, NULL);
    *out = (struct harm){.object = view_text(call->arena, object),
                         .degree = view_text(call->arena, degree),
                         .reason = view_text(call->arena, view_trim(rest))};
    return RC_OK;
}

/* From the option, or asked for; the reason is part of the grading and not optional. */
static struct rc harm_of(const struct call *call, enum option_id id, const char *heading,
                         struct harm *out)
{
    const char *text = call_text(call, id, NULL);
    const char *option = arena_printf(call->arena, "--%s", options[id].name);
    if (text)
        return read_harm(call, option, text, out);
    if (!can_ask())
        return wrong(call, "msg.needs_option", call->command->path, option, NULL);
    tell(say(call, heading, NULL, NULL, NULL));
    out->object = ask_choice(call, "ask.object", HARM_OBJECTS);
    out->degree = out->object ? ask_choice(call, "ask.degree", HARM_DEGREES) : NULL;
    out->reason = out->degree ? ask(call, say(call, "ask.reason", NULL, NULL, NULL)) : NULL;
    return out->reason ? RC_OK : cut_short(call);
}

/* ---- criteria -------------------------------------------------------------------------------- */

static struct rc read_facts(const struct call *call, struct grading_wish *wish)
{
    size_t count = call->given[OPTION_ANSWER].count;
    struct fact *facts = arena_take(call->arena, (count + FACTS_MAX + 1) * sizeof *facts);
    for (size_t i = 0; i < count; i++)
        TRY(fact_of_text(call, call->given[OPTION_ANSWER].values[i], &facts[i]));
    wish->facts = facts;
    wish->fact_count = count;
    return RC_OK;
}

/* Asks the questions of the day that neither options nor the register answer, until one says how it
 * stands: the highest level first, since one yes is enough. */
static struct rc ask_criteria(const struct call *call, const struct entry *system,
                              struct grading_wish *wish)
{
    struct fact *facts = (struct fact *)(uintptr_t)wish->facts;
    struct criteria_grade grade;
    struct fact known[GRADING_FACTS];
    if (!can_ask() || wish->fact_count)
        return RC_OK;
    size_t count = grading_known_facts(call->arena, &wish->asked, system, known);
    TRY(grade_criteria(call->arena, &wish->asked, known, count, &grade));
    for (size_t i = grade.count; i > 0 && wish->fact_count < FACTS_MAX; i--) {
        const struct criterion *criterion = &grade.criteria[i - 1];
        if (criterion->answer == ANSWER_YES)
            break;
        if (criterion->answer == ANSWER_NO)
            continue;
        const char *answer =
            ask(call, say(call, "ask.criterion",
                          text_of(doc_get(criterion->item, "text"), call->lang), NULL, NULL));
        if (!answer)
            return cut_short(call);
        if (!answer[0])
            continue; /* not known */
        bool yes = answer[0] == 'y' || answer[0] == 'Y' || answer[0] == 'c' ||
                   strncmp(answer, "是", 3) == 0;
        facts[wish->fact_count++] =
            (struct fact){.name = criterion->id, .answer = yes ? ANSWER_YES : ANSWER_NO};
        if (yes)
            break;
    }
    return RC_OK;
}

/* ---- grade ----------------------------------------------------------------------------------- */

static json_t *graded_json(const struct call *call, const struct graded *graded,
                           const struct harm *harm)
{
    json_t *object = json_object(), *others = json_array();
    json_object_set_new(object, "object", json_string(harm->object));
    json_object_set_new(object, "degree", json_string(harm->degree));
    json_object_set_new(object, "reason", json_string(harm->reason));
    json_object_set_new(object, "grade", json_integer(graded->grade));
    json_object_set_new(object, "rule", json_string(graded->rule->id));
    json_object_set_new(object, "source", json_string(rule_source(call, graded->rule)));
    json_object_set_new(object, "confidence", json_string(graded->confidence));
    for (size_t i = 0; i < graded->decision.count; i++) {
        const struct candidate *candidate = &graded->decision.candidates[i];
        const char *confidence;
        int grade = rule_cell(candidate->rule, harm->object, harm->degree, &confidence);
        json_t *other = json_object();
        json_object_set_new(other, "rule", json_string(candidate->rule->id));
        json_object_set_new(other, "grade", grade ? json_integer(grade) : json_null());
        json_object_set_new(other, "standing", json_string(standing_name(candidate->standing)));
        json_array_append_new(others, other);
    }
    json_object_set_new(object, "candidates", others);
    return object;
}

static struct rc write_grading_json(const struct call *call, const struct grading_wish *wish,
                                    const struct grading *grading, struct buf *out)
{
    json_t *object = json_object();
    json_object_set_new(object, "system", json_string(wish->system));
    json_object_set_new(object, "grade", json_integer(grading->grade));
    json_object_set_new(object, "marks", json_string(grading->marks));
    json_object_set_new(object, "grading", json_string(grading->key));
    json_object_set_new(object, "in_effect", json_boolean(grading->in_effect));
    if (grading->has_matrix) {
        json_object_set_new(object, "business",
                            graded_json(call, &grading->by_matrix.business, &wish->business));
        json_object_set_new(object, "service",
                            graded_json(call, &grading->by_matrix.service, &wish->service));
    } else {
        json_object_set_new(object, "rule", json_string(grading->by_criteria.rule->id));
        json_object_set_new(object, "certain", json_boolean(grading->by_criteria.certain));
    }
    return json_write(object, out);
}

/* The matrix with the cell that was taken in brackets. */
static void write_matrix(const struct call *call, const struct graded *graded,
                         const struct harm *harm, const char *heading, struct buf *out)
{
    static const char *const objects[] = {"citizens", "social_order", "national_security"};
    static const char *const degrees[] = {"general", "serious", "very_serious"};
    static const char *const names[] = {"object", "general", "serious", "very_serious"};
    struct grid *grid = grid_new(call, names, NULL, COUNT_OF(names));
    for (size_t o = 0; o < COUNT_OF(objects); o++) {
        const char *cells[4] = {objects[o]};
        for (size_t d = 0; d < COUNT_OF(degrees); d++) {
            const char *confidence;
            int grade = rule_cell(graded->rule, objects[o], degrees[d], &confidence);
            bool taken =
                strcmp(objects[o], harm->object) == 0 && strcmp(degrees[d], harm->degree) == 0;
            cells[d + 1] = arena_printf(call->arena, taken ? "[%d]" : "%d", grade);
        }
        grid_add_texts(grid, cells);
    }
    buf_printf(out, "%s\n", say(call, heading, NULL, NULL, NULL));
    grid_write(grid, out);
    buf_printf(out, "%s\n%s\n\n",
               say(call, "grade.by", graded->rule->id, rule_source(call, graded->rule),
                   graded->confidence),
               say(call, "grade.why", harm->reason, NULL, NULL));
}

/* Both matrices, so that one sees which of the two decided. */
static void write_grading(const struct call *call, const struct grading_wish *wish,
                          const struct grading *grading, struct buf *out)
{
    if (grading->has_matrix) {
        write_matrix(call, &grading->by_matrix.business, &wish->business, "grade.business", out);
        write_matrix(call, &grading->by_matrix.service, &wish->service, "grade.service", out);
    } else {
        const struct rule *rule = grading->by_criteria.rule;
        buf_printf(out, "%s\n",
                   say(call, "grade.by", rule->id, rule_source(call, rule), rule->confidence));
    }
    buf_printf(out, "%s\n",
               say(call, "grade.of_system", wish->system,
                   arena_printf(call->arena, "%d", grading->grade), grading->marks));
}

/* What comes next, by the steps of the regime. */
static void tell_next(const struct call *call, const struct grading *grading)
{
    if (grading->in_effect)
        tell(say(call, "msg.grade.in_effect", grading->key, NULL, NULL));
    else
        tell(say(call, grading->needs_review ? "msg.grade.review" : "msg.grade.approve",
                 grading->key, NULL, NULL));
}

/* Without --regime: China's scheme. */
static struct rc asked_of_grade(const struct call *call, struct asked *out)
{
    if (call_has(call, OPTION_REGIME))
        return asked_of_call(call, out);
    struct asked asked = {.regime = regime_find("cn-mlps"),
                          .choices = call->given[OPTION_CHOOSE].values,
                          .choice_count = call->given[OPTION_CHOOSE].count};
    TRY(date_of_call(call, &asked.on));
    *out = asked;
    return RC_OK;
}

struct rc cmd_grade(const struct call *call, int *exit_code)
{
    struct office *office CLEANUP(office_closep) = NULL;
    struct grading_wish wish = {.system = call->operands[0]};
    struct buf out CLEANUP(buf_freep) = {0};
    const struct entry *system;
    struct grading grading;
    (void)exit_code;
    TRY(asked_of_grade(call, &wish.asked));
    TRY(office_open(call, &office));
    TRY(entry_get(office->reg, kind_find("system"), wish.system, call->arena, &system));
    if (grading_has_matrix(wish.asked.regime)) {
        TRY(harm_of(call, OPTION_BUSINESS, "grade.business", &wish.business));
        TRY(harm_of(call, OPTION_SERVICE, "grade.service", &wish.service));
    } else {
        TRY(read_facts(call, &wish));
        TRY(ask_criteria(call, system, &wish));
    }
    TRY(office_write(call, office));
    TRY(grading_request(office->reg, &wish, call->arena, &grading));
    if (strcmp(call_format(call), "json") == 0)
        TRY(write_grading_json(call, &wish, &grading, &out));
    else
        write_grading(call, &wish, &grading, &out);
    TRY(output_write(call, &out));
    tell_next(call, &grading);
    return RC_OK;
}

/* ---- decisions --------------------------------------------------------------------------------
 */

/* Review, approval and refusal differ in one function and one sentence. */
static struct rc decide(const struct call *call, const char *said,
                        struct rc (*with_words)(struct reg *, const char *, const char *),
                        struct rc (*plain)(struct reg *, const char *))
{
    struct office *office CLEANUP(office_closep) = NULL;
    TRY(office_open(call, &office));
    TRY(office_write(call, office));
    TRY(plain ? plain(office->reg, call->operands[0])
              : with_words(office->reg, call->operands[0], call_text(call, OPTION_REASON, NULL)));
    tell(say(call, said, call->operands[0], NULL, NULL));
    return RC_OK;
}

struct rc cmd_grade_review(const struct call *call, int *exit_code)
{
    (void)exit_code;
    return decide(call, "msg.grade.reviewed", grading_review, NULL);
}

struct rc cmd_grade_approve(const struct call *call, int *exit_code)
{
    (void)exit_code;
    return decide(call, "msg.grade.approved", NULL, grading_approve);
}

struct rc cmd_grade_refuse(const struct call *call, int *exit_code)
{
    (void)exit_code;
    return decide(call, "msg.grade.refused", grading_refuse, NULL);
}

/* ---- clauses ----------------------------------------------------------------------------------
 */

static const char *standard_of(const struct call *call)
{
    return call_text(call, OPTION_STANDARD, "gbt22239-2019");
}

static const char *const clause_columns[] = {"id",      "level",       "mark",   "scope", "title",
                                             "follows", "asset_count", "assets", "gist"};

/* One item as texts, in the order of clause_columns. */
static void clause_cells(const struct call *call, const struct bound *bound, const char *cells[9])
{
    cells[0] = bound->clause->id;
    cells[1] = arena_printf(call->arena, "%d", bound->clause->level);
    cells[2] = arena_printf(call->arena, "%c", bound->mark);
    cells[3] = bound->clause->scope;
    cells[4] = clause_title(bound->clause, call->lang);
    cells[5] = bound->platform;
    cells[6] = arena_printf(call->arena, "%zu", bound->asset_count);
    cells[7] = bound->assets;
    cells[8] = clause_gist(bound->clause, call->lang);
}

static struct rc clauses_sheet(const struct call *call, const struct binding *binding,
                               enum sheet_format format, struct buf *out)
{
    struct view cells[COUNT_OF(clause_columns)];
    struct sheet_writer *writer = sheet_writer_new(format);
    for (size_t i = 0; i < COUNT_OF(cells); i++)
        cells[i] = view_of(clause_columns[i]);
    struct rc rc = sheet_writer_row(writer, cells, COUNT_OF(cells));
    for (size_t b = 0; b < binding->count && !failed(rc); b++) {
        const char *texts[9];
        clause_cells(call, &binding->items[b], texts);
        for (size_t i = 0; i < COUNT_OF(cells); i++)
            cells[i] = view_of(texts[i]);
        rc = sheet_writer_row(writer, cells, COUNT_OF(cells));
    }
    if (failed(rc)) {
        sheet_writer_free(writer);
        return rc;
    }
    return sheet_writer_finish(writer, out);
}

/* For machines numbers are numbers. */
static void add_bound(struct grid *grid, const struct bound *bound, const char *const *texts)
{
    struct observed cells[COUNT_OF(clause_columns)];
    for (size_t i = 0; i < COUNT_OF(cells); i++)
        cells[i] =
            (struct observed){.kind = texts[i] ? OBSERVED_TEXT : OBSERVED_NULL, .text = texts[i]};
    cells[1] = (struct observed){.kind = OBSERVED_INTEGER, .integer = bound->clause->level};
    cells[6] = (struct observed){.kind = OBSERVED_INTEGER, .integer = (int64_t)bound->asset_count};
    grid_add(grid, cells);
}

/* People see how many assets an item applies to, machines which. */
static void clauses_table(const struct call *call, const struct binding *binding, struct buf *out)
{
    static const char *const names[] = {"id", "mark", "follows", "assets", "gist"};
    bool people = strcmp(call_format(call), "table") == 0;
    struct grid *grid = people ? grid_new(call, names, NULL, COUNT_OF(names))
                               : grid_new(call, clause_columns, NULL, COUNT_OF(clause_columns));
    for (size_t i = 0; i < binding->count; i++) {
        const char *cells[9];
        clause_cells(call, &binding->items[i], cells);
        const char *few[] = {cells[0], cells[2], cells[5],
                             binding->items[i].asset_count ? cells[6] : NULL, cells[8]};
        if (people)
            grid_add_texts(grid, few);
        else
            add_bound(grid, &binding->items[i], cells);
    }
    grid_write(grid, out);
}

/* Data to stdout, the count to stderr: a file of clauses holds clauses only. */
struct rc cmd_clauses(const struct call *call, int *exit_code)
{
    struct office *office CLEANUP(office_closep) = NULL;
    struct buf out CLEANUP(buf_freep) = {0};
    struct binding binding;
    const char *format = call_format(call);
    (void)exit_code;
    TRY(office_open(call, &office));
    TRY(binding_make(office->reg, call->operands[0], standard_of(call), call->arena, &binding));
    if (strcmp(format, "xlsx") == 0 || strcmp(format, "csv") == 0)
        TRY(clauses_sheet(call, &binding, strcmp(format, "csv") == 0 ? SHEET_CSV : SHEET_XLSX,
                          &out));
    else
        clauses_table(call, &binding, &out);
    TRY(output_write(call, &out));
    tell(say(call, "msg.clauses", call->operands[0], marks_text(call->arena, binding.marks),
             arena_printf(call->arena, "%zu", binding.count)));
    return RC_OK;
}

/* ---- evaluate ---------------------------------------------------------------------------------
 */

/* Results are read whole before anything is opened: bad lines store nothing. */
struct rc cmd_evaluate(const struct call *call, int *exit_code)
{
    struct office *office CLEANUP(office_closep) = NULL;
    struct buf bytes CLEANUP(buf_freep) = {0}, more CLEANUP(buf_freep) = {0};
    struct buf out CLEANUP(buf_freep) = {0};
    const struct weight *weights = NULL;
    struct evaluation evaluation;
    size_t weight_count = 0;
    const char *key, *path = call_text(call, OPTION_RESULTS, NULL);
    const char *weights_path = call_text(call, OPTION_WEIGHTS, NULL);
    (void)exit_code;
    if (!path)
        return wrong(call, "msg.needs_option", call->command->path, "--results", NULL);
    TRY(read_input(path, RESULTS_MAX_BYTES, &bytes));
    if (weights_path) {
        TRY(read_input(weights_path, RESULTS_MAX_BYTES, &more));
        TRY(weights_read(call->arena, weights_path, buf_view(&more), &weights, &weight_count));
    }
    TRY(office_open(call, &office));
    TRY(office_write(call, office));
    TRY(evaluation_make(office->reg, call->operands[0], standard_of(call),
                        call_text(call, OPTION_TEMPLATE, "2025"), path, buf_view(&bytes), weights,
                        weight_count, call->arena, &evaluation, &key));
    TRY(score_write(call, &evaluation, &out));
    TRY(output_write(call, &out));
    tell(say(call, "msg.record.done", key, NULL, NULL));
    return RC_OK;
}

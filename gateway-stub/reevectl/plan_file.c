/* SPDX-License-Identifier: Apache-2.0 */
/* From a plan file to a request: see plan_file.h. */
#include "gateway-stub/reevectl/plan_file.h"

#include "agent/cli/hint.h"
#include "agent/cli/report.h"
#include "agent/cli/suggest.h"
#include "agent/cli/text_file.h"
#include "gateway-stub/reevectl/api.h"
#include "gateway-stub/reevectl/complaint.h"
#include "gateway-stub/reevectl/inline_json.h"
#include "gateway-stub/reevectl/schemas.h"
#include "gateway-stub/reevectl/words.h"
#include "proto/runtime/instant.h"
#include "proto/runtime/yaml_locate.h"
#include "reeve/v1/config.reeve.h"

#define INPUT_DEPTH 3u /* { "jobs": [ { "input": … */
#define PROBLEMS_MAX 32u
#define STDIN_PATH "/dev/stdin"

static const struct reeve_hint BY_FIELD[] = {
    {"jobs", "add jobs: a list of { \"task\": …, \"input\": { … } }"},
    {"task", "write package.Service/Method; `reevectl tasks` lists them"},
    {"expires_in", "write a time such as \"3600s\""},
    {"starts_in", "write a time such as \"600s\""},
    {"priority", "write 0 to 9; the higher goes out first"},
    {"timeout", "write a time such as \"10s\""},
    {"fingerprint", "write base64, or leave it out for the newest"},
};
static const struct reeve_hints HINTS = {
    .fields = BY_FIELD,
    .count = sizeof(BY_FIELD) / sizeof(BY_FIELD[0]),
    .reference = "docs/reference/reevectl.md",
};

/* One file being read. */
struct reading {
    struct reeve_ctl *c;
    bool check;
    struct reeve_config_report report;
    struct reeve_inline_values *values;
    struct reeve_bytes rest; /* the file without its inputs; every position as it was */
    struct reeve_v1_plan_file *plan;
    struct reeve_v1_submit_plan_request *request;
};

/* ---- the file around the inputs ---- */

static void complain_at(struct reading *r, uint32_t line, uint32_t column,
                        const struct reeve_problem *problem, const struct reeve_message *table)
{
    struct reeve_config_item *item =
        reeve_config_report_add(&r->report, false, problem->field, problem->rule);
    if (item == NULL) {
        return;
    }
    item->line = line;
    item->column = column;
    reeve_config_item_text(item, "%s", problem->text);
    if (table != NULL) {
        reeve_hint(&HINTS, table, item);
    }
}

static void complain_syntax(struct reading *r, uint32_t line, enum reeve_status status)
{
    struct reeve_config_item *item = reeve_config_report_add(&r->report, false, "", "syntax");
    if (item == NULL) {
        return;
    }
    item->line = line;
    item->column = 1;
    reeve_config_item_text(item, "%s",
                           status == REEVE_LIMIT ? "more than 256 jobs, or nested too deeply"
                                                 : "a bracket or a quote is not closed");
}

static enum reeve_ctl_exit take_inputs(struct reading *r, struct reeve_bytes text)
{
    struct reeve_buffer rest;
    uint32_t line = 0;
    r->values = reeve_arena_alloc(r->c->arena, sizeof(*r->values));
    if (r->values == NULL) {
        return reeve_ctl_refuse_memory(r->c);
    }
    reeve_buffer_init(&rest, NULL, 2 * (size_t)REEVE_PLAN_FILE_MAX);
    enum reeve_status status =
        reeve_inline_take(text, "input", INPUT_DEPTH, &rest, r->values, &line);
    if (status == REEVE_OK) {
        status = reeve_arena_dup(r->c->arena, reeve_buffer_view(&rest), &r->rest);
    }
    reeve_buffer_clear(&rest);
    if (status == REEVE_SYNTAX || status == REEVE_LIMIT) {
        complain_syntax(r, line, status);
        return REEVE_CTL_USAGE;
    }
    return status == REEVE_OK ? REEVE_CTL_DONE : reeve_ctl_refuse_memory(r->c);
}

static void complain_constraints(struct reading *r, const struct reeve_problems *problems)
{
    for (size_t i = 0; i < problems->count; i++) {
        uint32_t line = 0;
        uint32_t column = 0;
        if (reeve_yaml_locate(r->rest, problems->items[i].field, &line, &column) != REEVE_OK) {
            line = 0; /* of use without its place, too */
        }
        complain_at(r, line, column, &problems->items[i], &reeve_v1_plan_file_message);
    }
}

static enum reeve_ctl_exit read_plan(struct reading *r)
{
    struct reeve_problem items[PROBLEMS_MAX];
    struct reeve_problems problems = {.items = items, .capacity = PROBLEMS_MAX};
    struct reeve_problem problem = {.line = 0};
    void *message = NULL;
    if (reeve_message_prepare(&reeve_v1_plan_file_message, &problem) != REEVE_OK) {
        return reeve_ctl_refuse_memory(r->c);
    }
    const enum reeve_status status = reeve_message_from_json(&reeve_v1_plan_file_message, r->rest,
                                                             NULL, r->c->arena, &message, &problem);
    if (status == REEVE_NO_MEMORY) {
        return reeve_ctl_refuse_memory(r->c);
    }
    if (status != REEVE_OK) {
        complain_at(r, problem.line, problem.column, &problem, &reeve_v1_plan_file_message);
        return REEVE_CTL_USAGE;
    }
    r->plan = message;
    if (reeve_message_validate(&reeve_v1_plan_file_message, message, r->c->now.unix_ms,
                               &problems) != REEVE_OK) {
        complain_constraints(r, &problems);
        return REEVE_CTL_USAGE;
    }
    return REEVE_CTL_DONE;
}

/* ---- inputs ---- */

/* The input of job i as it stands in the file; an empty message when it has none. */
static struct reeve_inline_value value_of(const struct reading *r, size_t i)
{
    for (size_t v = 0; v < r->values->count; v++) {
        if (r->values->items[v].object == i) {
            return r->values->items[v];
        }
    }
    return (struct reeve_inline_value){.text = reeve_bytes_cstr("{}")};
}

/* The place and the field as seen from the whole file. */
static void complain_input(struct reading *r, size_t i, const struct reeve_inline_value *value,
                           const struct reeve_problem *problem)
{
    struct reeve_problem whole = *problem;
    const char *dot = problem->field[0] == '\0' || problem->field[0] == '[' ? "" : ".";
    if (reeve_format(whole.field, sizeof(whole.field), "jobs[%zu].input%s%s", i, dot,
                     problem->field) != REEVE_OK) {
        whole.field[sizeof(whole.field) - 1] = '\0'; /* cut */
    }
    if (value->line == 0) { /* the job has no input: its own place */
        uint32_t line = 0;
        uint32_t column = 0;
        const char *job = reeve_output_text(r->c->arena, "jobs[%zu]", i);
        (void)!reeve_yaml_locate(r->rest, job, &line, &column);
        complain_at(r, line, column, &whole, NULL);
        return;
    }
    const uint32_t line = problem->line > 0 ? problem->line : 1;
    const uint32_t column = problem->line > 0 ? problem->column : 1;
    complain_at(r, value->line + line - 1, line == 1 ? value->column + column - 1 : column, &whole,
                NULL);
}

static void suggest_field(struct reading *r, const struct reeve_message *table,
                          const struct reeve_problem *problem)
{
    struct reeve_bytes name = reeve_bytes_cstr(problem->field);
    for (size_t i = name.len; i > 0; i--) {
        if (name.data[i - 1] == '.') {
            name = reeve_bytes_slice(name, i, name.len);
            break;
        }
    }
    struct reeve_suggestion s = {.wrong = name};
    for (uint16_t i = 0; i < table->fields_count; i++) {
        reeve_suggestion_try(&s, table->fields[i].json_name);
    }
    if (s.best != NULL && r->report.count > 0) {
        reeve_config_item_next(&r->report.items[r->report.count - 1], "did you mean %s?", s.best);
    }
}

static void check_constraints(struct reading *r, size_t i, const struct reeve_inline_value *value,
                              const struct reeve_message *table, const void *message)
{
    struct reeve_problem items[PROBLEMS_MAX];
    struct reeve_problems problems = {.items = items, .capacity = PROBLEMS_MAX};
    if (reeve_message_validate(table, message, r->c->now.unix_ms, &problems) == REEVE_OK) {
        return;
    }
    for (size_t p = 0; p < problems.count; p++) {
        if (reeve_yaml_locate(value->text, items[p].field, &items[p].line, &items[p].column) !=
            REEVE_OK) {
            items[p].line = 0;
        }
        complain_input(r, i, value, &items[p]);
    }
}

static enum reeve_ctl_exit encode(struct reading *r, const struct reeve_message *table,
                                  const void *message, ProtobufCBinaryData *out)
{
    struct reeve_buffer bytes;
    struct reeve_bytes copy;
    reeve_buffer_init(&bytes, NULL, REEVE_PLAN_FILE_MAX);
    enum reeve_status status = reeve_message_encode(table, message, &bytes);
    if (status == REEVE_OK) {
        status = reeve_arena_dup(r->c->arena, reeve_buffer_view(&bytes), &copy);
    }
    reeve_buffer_clear(&bytes);
    if (status != REEVE_OK) {
        return reeve_ctl_refuse_memory(r->c);
    }
    *out = reeve_words_binary(copy);
    return REEVE_CTL_DONE;
}

static enum reeve_ctl_exit read_input(struct reading *r, size_t i, const struct reeve_task *task,
                                      ProtobufCBinaryData *out)
{
    const struct reeve_inline_value value = value_of(r, i);
    struct reeve_problem problem = {.line = 0};
    void *message = NULL;
    const enum reeve_status status =
        reeve_message_from_json(task->input, value.text, NULL, r->c->arena, &message, &problem);
    if (status == REEVE_NO_MEMORY) {
        return reeve_ctl_refuse_memory(r->c);
    }
    if (status != REEVE_OK) {
        complain_input(r, i, &value, &problem);
        if (status == REEVE_UNKNOWN_FIELD) {
            suggest_field(r, task->input, &problem);
        }
        return REEVE_CTL_DONE; /* the next job may have errors, too */
    }
    if (r->check) {
        check_constraints(r, i, &value, task->input, message);
    }
    return encode(r, task->input, message, out);
}

/* ---- tasks ---- */

static void suggest_task(struct reading *r, const char *name, struct reeve_config_item *item)
{
    const void *answer;
    struct reeve_suggestion s = {.wrong = reeve_bytes_cstr(name)};
    if (reeve_api_ask(r->c, &reeve_api_list_tasks, reeve_api_request(r->c, &reeve_api_list_tasks),
                      &answer) != REEVE_CTL_DONE) {
        return;
    }
    const struct reeve_v1_list_tasks_response *response = answer;
    for (size_t i = 0; i < response->n_tasks; i++) {
        reeve_suggestion_try(&s, response->tasks[i]->task);
    }
    if (s.best != NULL) {
        reeve_config_item_next(item, "did you mean %s?", s.best);
        return;
    }
    reeve_config_item_next(item, "`reevectl tasks` lists what is registered");
}

static void complain_task(struct reading *r, size_t i, bool pinned)
{
    const char *field = reeve_output_text(r->c->arena, "jobs[%zu].task", i);
    struct reeve_config_item *item =
        reeve_config_report_add(&r->report, false, field, "task.unknown");
    if (item == NULL) {
        return;
    }
    if (reeve_yaml_locate(r->rest, field, &item->line, &item->column) != REEVE_OK) {
        item->line = 0;
    }
    reeve_config_item_text(item, "no task \"%s\" is registered%s", r->plan->jobs[i]->task,
                           pinned ? " with this fingerprint" : "");
    suggest_task(r, r->plan->jobs[i]->task, item);
}

static uint64_t milliseconds(const struct google_protobuf_duration *d)
{
    if (d == NULL || d->seconds < 0 || d->nanos < 0) {
        return 0;
    }
    return (uint64_t)d->seconds * 1000 + (uint64_t)d->nanos / 1000000;
}

static enum reeve_ctl_exit add_job(struct reading *r, size_t i)
{
    const struct reeve_v1_plan_file_job *from = r->plan->jobs[i];
    struct reeve_v1_planned_job *job =
        reeve_message_new(&reeve_v1_planned_job_message, r->c->arena);
    const struct reeve_task *task = NULL;
    if (job == NULL) {
        return reeve_ctl_refuse_memory(r->c);
    }
    const struct reeve_bytes fingerprint = reeve_words_bytes(from->fingerprint);
    const enum reeve_ctl_exit status = reeve_schemas_get(r->c, from->task, fingerprint, &task);
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    r->request->jobs[r->request->n_jobs++] = job;
    job->task = from->task;
    job->pool = from->pool;
    job->timeout_ms = milliseconds(from->timeout);
    if (task == NULL) {
        complain_task(r, i, fingerprint.len > 0);
        return REEVE_CTL_DONE;
    }
    /* What was checked is what is asked for, whatever is registered meanwhile. */
    job->fingerprint =
        reeve_words_binary(reeve_bytes_of(task->fingerprint, sizeof(task->fingerprint)));
    return read_input(r, i, task, &job->input);
}

static enum reeve_ctl_exit fill(struct reading *r)
{
    struct reeve_v1_submit_plan_request *request = r->request;
    request->title = r->plan->title;
    request->idempotency_key = r->plan->idempotency_key;
    request->expires_in_ms = milliseconds(r->plan->expires_in);
    request->priority = r->plan->priority;
    const uint64_t starts_in_ms = milliseconds(r->plan->starts_in);
    if (starts_in_ms > 0) {
        request->not_before_unix_ms = r->c->now.unix_ms + (int64_t)starts_in_ms;
    }
    request->jobs = reeve_arena_alloc_array(r->c->arena, r->plan->n_jobs, sizeof(*request->jobs));
    if (request->jobs == NULL) {
        return reeve_ctl_refuse_memory(r->c);
    }
    for (size_t i = 0; i < r->plan->n_jobs; i++) {
        const enum reeve_ctl_exit status = add_job(r, i);
        if (status != REEVE_CTL_DONE) {
            return status;
        }
    }
    return r->report.errors > 0 ? REEVE_CTL_REFUSED : REEVE_CTL_DONE;
}

/* ---- all of it ---- */

static enum reeve_ctl_exit load(struct reading *r, const char *path)
{
    struct reeve_buffer text;
    reeve_buffer_init(&text, NULL, REEVE_PLAN_FILE_MAX);
    const enum reeve_status status = reeve_text_file_read(path, &text);
    struct reeve_bytes copy = reeve_bytes_of(NULL, 0);
    const enum reeve_status kept =
        status == REEVE_OK ? reeve_arena_dup(r->c->arena, reeve_buffer_view(&text), &copy) : status;
    reeve_buffer_clear(&text);
    if (kept != REEVE_OK) {
        return reeve_ctl_refuse_file(r->c, r->report.file, kept);
    }
    enum reeve_ctl_exit done = take_inputs(r, copy);
    done = done == REEVE_CTL_DONE ? read_plan(r) : done;
    return done == REEVE_CTL_DONE ? fill(r) : done;
}

enum reeve_ctl_exit reeve_plan_file_read(struct reeve_ctl *c, const char *path, bool check,
                                         struct reeve_v1_submit_plan_request *request)
{
    const bool standard = reeve_bytes_equal_cstr(reeve_bytes_cstr(path), "-");
    struct reading r = {.c = c, .check = check, .request = request};
    reeve_config_report_init(&r.report, standard ? "(stdin)" : path);
    const enum reeve_ctl_exit status = load(&r, standard ? STDIN_PATH : path);
    reeve_ctl_refuse_report(c, &r.report);
    reeve_config_report_clear(&r.report);
    return status;
}

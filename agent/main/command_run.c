/* SPDX-License-Identifier: Apache-2.0 */
/* `reeve-agent run`: one task, here and now. */
#include <unistd.h>

#include "agent/base/log.h"
#include "agent/base/random.h"
#include "agent/base/time.h"
#include "agent/cli/suggest.h"
#include "agent/cli/text_file.h"
#include "agent/config/files.h"
#include "agent/io/process/process.h"
#include "agent/io/process/signals.h"
#include "agent/main/command.h"
#include "agent/main/local_run.h"
#include "agent/main/run_report.h"
#include "agent/runner/runner.h"
#include "proto/runtime/instant.h"
#include "proto/runtime/message.h"

#define INPUT_MAX ((size_t)64 * 1024 * 1024)
#define TIMEOUT_MAX_S INT64_C(86400)

enum { CONFIG, INPUT, EXPLAIN, TIMEOUT, UNAPPROVED, SHOW_SENSITIVE, JSON };

static const struct reeve_option OPTIONS[] = {
    [CONFIG] = {"--config", "FILE", "the worker's configuration (required)"},
    [INPUT] = {"--input", "JSON",
               "the request message: JSON, @FILE, or - for stdin; {} when absent"},
    [EXPLAIN] = {"--explain", NULL, "say what would happen, and touch nothing"},
    [TIMEOUT] = {"--timeout", "TIME", "such as 10s or 2m; the task's own when absent"},
    [UNAPPROVED] = {"--unapproved", NULL, "also a task whose jobs need approvals"},
    [SHOW_SENSITIVE] = {"--show-sensitive", NULL, "print fields marked sensitive, too"},
    [JSON] = {"--json", NULL, "print how it ended as JSON"},
};

/* One run of the command. */
struct run {
    struct reeve_command_call *call;
    const struct reeve_task_table *tasks;
    struct reeve_local_run local;
    struct reeve_run_report report;
    struct reeve_buffer text; /* the input as it was given */
    struct reeve_buffer input;
    void *request;
    struct reeve_agent_config *config;
    struct reeve_environment *environment;
    struct reeve_redactor *redactor;
    struct reeve_secret_registry *secrets;
};

static const char *value(const struct run *r, int option)
{
    return r->call->arguments.values[option];
}

static const struct reeve_task *task_of(const struct run *r)
{
    return r->tasks->tasks[r->local.task];
}

/* ---- the command line ---- */

static enum reeve_exit unknown_task(const struct run *r, const char *name)
{
    struct reeve_suggestion s = {.wrong = reeve_bytes_cstr(name)};
    for (uint32_t i = 0; i < r->tasks->count; i++) {
        reeve_suggestion_try(&s, r->tasks->tasks[i]->name);
    }
    reeve_command_complain("run: there is no task \"%s\"", name);
    if (s.best != NULL) {
        reeve_command_complain("next: did you mean %s?", s.best);
    } else {
        reeve_command_complain("next: `%s tasks` lists them", reeve_program_name());
    }
    return REEVE_EXIT_USAGE;
}

static enum reeve_exit find_task(struct run *r)
{
    const struct reeve_arguments *arguments = &r->call->arguments;
    if (arguments->words_count == 0 || value(r, CONFIG) == NULL) {
        reeve_command_complain("run needs a task and --config FILE");
        reeve_command_complain("next: %s run --help; `%s tasks` lists the tasks",
                               reeve_program_name(), reeve_program_name());
        return REEVE_EXIT_USAGE;
    }
    for (uint32_t i = 0; i < r->tasks->count; i++) {
        if (reeve_bytes_equal_cstr(reeve_bytes_cstr(arguments->words[0]),
                                   r->tasks->tasks[i]->name)) {
            r->local.task = i;
            return REEVE_EXIT_OK;
        }
    }
    return unknown_task(r, arguments->words[0]);
}

static enum reeve_exit read_timeout(struct run *r)
{
    struct reeve_instant time = {.seconds = 0};
    const char *text = value(r, TIMEOUT);
    r->local.timeout_ms = task_of(r)->timeout_ms;
    if (text == NULL) {
        return REEVE_EXIT_OK;
    }
    if (reeve_duration_parse_units(reeve_bytes_cstr(text), &time) != REEVE_OK || time.seconds < 0 ||
        time.nanos < 0 || time.seconds > TIMEOUT_MAX_S) {
        reeve_command_complain("run: --timeout %s is not a time of at most 24 hours", text);
        reeve_command_complain("next: write a time such as 500ms, 10s or 2m");
        return REEVE_EXIT_USAGE;
    }
    r->local.timeout_ms = (uint64_t)time.seconds * 1000 + (uint64_t)time.nanos / 1000000;
    return REEVE_EXIT_OK;
}

/* ---- the input ---- */

static enum reeve_status read_stdin(struct reeve_buffer *to)
{
    for (;;) {
        REEVE_TRY(reeve_buffer_reserve(to, 4096));
        const ssize_t got = read(STDIN_FILENO, to->data + to->len, 4096);
        if (got < 0) {
            return REEVE_IO;
        }
        if (got == 0) {
            return REEVE_OK;
        }
        to->len += (size_t)got;
    }
}

/* Before the process closes its standard input. */
static enum reeve_exit read_input(struct run *r)
{
    const char *given = value(r, INPUT) == NULL ? "{}" : value(r, INPUT);
    enum reeve_status status = REEVE_OK;
    if (given[0] == '@') {
        status = reeve_text_file_read(given + 1, &r->text);
    } else if (reeve_bytes_equal_cstr(reeve_bytes_cstr(given), "-")) {
        status = read_stdin(&r->text);
    } else {
        status = reeve_buffer_append_cstr(&r->text, given);
    }
    if (status != REEVE_OK) {
        reeve_command_complain("run: --input %s: %s", given, reeve_status_text(status));
        reeve_command_complain("next: write JSON, @FILE for a file, or - for standard input");
        return REEVE_EXIT_USAGE;
    }
    return REEVE_EXIT_OK;
}

static const char *input_hint(const struct reeve_problem *problem)
{
    if (reeve_bytes_equal_cstr(reeve_bytes_cstr(problem->rule), "syntax")) {
        return "write one JSON object, such as '{\"id\":\"7\"}', or @FILE, or - for standard input";
    }
    return "the command `tasks --json` has the task's documentation; its .proto file says which "
           "fields there are, and of which type";
}

static enum reeve_exit complain_input(const struct reeve_problem *problem)
{
    reeve_command_complain("run: input:%u:%u: %s%s%s (%s)", problem->line, problem->column,
                           problem->field, problem->field[0] == '\0' ? "" : ": ", problem->text,
                           problem->rule);
    reeve_command_complain("next: %s", input_hint(problem));
    return REEVE_EXIT_NO;
}

static enum reeve_exit take_input(struct run *r)
{
    const struct reeve_message *type = task_of(r)->input;
    const struct reeve_json_options options = {.max_depth = 0};
    struct reeve_problem problem = {.line = 0};
    enum reeve_status status = reeve_message_from_json(type, reeve_buffer_view(&r->text), &options,
                                                       r->call->arena, &r->request, &problem);
    if (status != REEVE_OK) {
        return complain_input(&problem);
    }
    status = reeve_message_encode(type, r->request, &r->input);
    if (status == REEVE_OK) {
        status = reeve_message_prepare(type, &problem);
    }
    if (status == REEVE_OK) {
        status = reeve_message_prepare(task_of(r)->output, &problem);
    }
    if (status != REEVE_OK) {
        reeve_command_complain("run: %s: %s", task_of(r)->name, reeve_status_text(status));
        return REEVE_EXIT_CANNOT_START;
    }
    r->local.input = reeve_buffer_view(&r->input);
    return REEVE_EXIT_OK;
}

/* ---- the configuration ---- */

static enum reeve_status load_config(struct run *r, struct reeve_config_report *report)
{
    return reeve_agent_config_load(value(r, CONFIG), r->tasks, report, &r->config);
}

/* Files that the system names, and all credentials: what is not known could not be kept back. */
static enum reeve_status open_credentials(struct run *r, struct reeve_config_report *report)
{
    REEVE_TRY(reeve_config_check_system(r->config, r->config->tasks[r->local.task].system, report));
    REEVE_TRY(reeve_credentials_open(r->config, r->environment, r->redactor, report, &r->secrets));
    reeve_environment_seal(r->environment);
    return report->errors > 0 ? REEVE_CONFIG : REEVE_OK;
}

/* Takes a step that reports what is wrong with the configuration. */
static enum reeve_exit
take(struct run *r, enum reeve_status (*step)(struct run *r, struct reeve_config_report *report))
{
    struct reeve_config_report report;
    reeve_config_report_init(&report, value(r, CONFIG));
    const enum reeve_status status = step(r, &report);
    reeve_config_report_write(&report, STDERR_FILENO);
    reeve_config_report_clear(&report);
    if (status == REEVE_OK) {
        return REEVE_EXIT_OK;
    }
    reeve_command_complain("run: %s", reeve_status_text(status));
    return REEVE_EXIT_CANNOT_START;
}

/* The allowlist holds here, too; what a job would need approvals for takes a word of its own. */
static enum reeve_exit check_allowed(const struct run *r)
{
    const struct reeve_config_task *is = &r->config->tasks[r->local.task];
    if (is->state != REEVE_CONFIG_TASK_ALLOWED) {
        reeve_command_complain("run: %s is not allowed: no entry of allow names it",
                               task_of(r)->name);
        reeve_command_complain(
            "next: add allow: [ { task: %s } ] to %s, if this worker is to do it", task_of(r)->name,
            value(r, CONFIG));
        return REEVE_EXIT_NO;
    }
    if (is->approvals > 0 && value(r, UNAPPROVED) == NULL) {
        reeve_command_complain("run: a job of %s needs %u approval%s, and nobody approves here",
                               task_of(r)->name, is->approvals, is->approvals == 1 ? "" : "s");
        reeve_command_complain("next: submit it as a plan, or add --unapproved if you may decide "
                               "that alone");
        return REEVE_EXIT_NO;
    }
    return REEVE_EXIT_OK;
}

/* ---- running ---- */

static bool on_result(void *ctx, struct reeve_bytes message)
{
    struct run *r = ctx;
    return reeve_run_report_result(&r->report, message);
}

static void on_progress(void *ctx, uint64_t steps_done, uint64_t steps_total)
{
    (void)ctx;
    reeve_run_report_progress(steps_done, steps_total);
}

static void on_finished(void *ctx, const struct reeve_engine_result *result)
{
    struct run *r = ctx;
    reeve_run_report_end(&r->report, result);
}

static enum reeve_exit carry_out(struct run *r)
{
    const struct reeve_now now = reeve_now_read();
    char id[REEVE_ID_TEXT_SIZE];
    r->local.job_id = reeve_random_uuid7(reeve_random_system(), now.unix_ms);
    r->report.started_ms = now.boot_ms;
    reeve_id_format(r->local.job_id, id);
    reeve_command_complain("run: here and now, as job %s: without gateway and journal, so nothing "
                           "is recorded",
                           id);
    const enum reeve_status status = reeve_local_run(&r->local, r->config, r->secrets);
    r->config = NULL;
    r->secrets = NULL;
    if (status != REEVE_OK) {
        reeve_command_complain("run: %s", reeve_status_text(status));
        return REEVE_EXIT_CANNOT_START;
    }
    return r->report.code;
}

/* ---- explaining ---- */

static enum reeve_status say_task(struct run *r)
{
    const struct reeve_task *task = task_of(r);
    const struct reeve_config_task *is = &r->config->tasks[r->local.task];
    static const char *const IDEMPOTENCY[] = {"once: never repeated by itself",
                                              "nothing: it has no side effects",
                                              "the same: it may be repeated"};
    REEVE_TRY(reeve_buffer_append_format(
        r->call->out,
        "%s\n"
        "  allowed         %s\n"
        "  approvals       %u\n"
        "  system          %s\n"
        "  time            %llu ms\n"
        "  repeating does  %s\n"
        "  connects to nothing and starts nothing now; credentials are named, not read\n\n",
        task->name, is->state == REEVE_CONFIG_TASK_ALLOWED ? "yes" : "no: a job is refused",
        is->approvals, task->system[0] == '\0' ? "(none)" : task->system,
        (unsigned long long)r->local.timeout_ms,
        task->idempotency < 3 ? IDEMPOTENCY[task->idempotency] : "unknown"));
    return REEVE_OK;
}

static enum reeve_exit check_request(struct run *r)
{
    struct reeve_problem items[REEVE_RUN_VIOLATIONS];
    struct reeve_problems problems = {.items = items, .capacity = REEVE_RUN_VIOLATIONS};
    const enum reeve_status status =
        reeve_message_validate(task_of(r)->input, r->request, reeve_now_read().unix_ms, &problems);
    if (status == REEVE_OK) {
        return REEVE_EXIT_OK;
    }
    reeve_command_complain("run: the input breaks a constraint of its schema: a job is rejected");
    for (size_t i = 0; i < problems.count; i++) {
        reeve_command_complain("  %s: %s (%s)",
                               items[i].field[0] == '\0' ? "(input)" : items[i].field,
                               items[i].text, items[i].rule);
    }
    if (problems.total > problems.count) {
        reeve_command_complain("  and %zu more", problems.total - problems.count);
    }
    reeve_command_complain("next: correct the input");
    return REEVE_EXIT_NO;
}

static enum reeve_exit explain(struct run *r)
{
    const enum reeve_exit checked = check_request(r);
    if (checked != REEVE_EXIT_OK) {
        return checked;
    }
    enum reeve_status status = say_task(r);
    if (status == REEVE_OK) {
        status =
            reeve_local_explain(&r->local, r->request, r->config, r->call->arena, r->call->out);
        r->config = NULL;
    }
    if (status == REEVE_NOT_CONFIGURED) {
        reeve_command_complain("run: the task's system \"%s\" is not configured in %s",
                               task_of(r)->system, value(r, CONFIG));
        reeve_command_complain("next: add it under systems:");
        return REEVE_EXIT_NO;
    }
    if (status != REEVE_OK && status != REEVE_INVALID) {
        reeve_command_complain("run: %s", reeve_status_text(status));
        return REEVE_EXIT_CANNOT_START;
    }
    return status == REEVE_OK ? REEVE_EXIT_OK : REEVE_EXIT_NO;
}

/* ---- the command ---- */

static enum reeve_exit prepare(struct run *r)
{
    enum reeve_exit code = find_task(r);
    code = code == REEVE_EXIT_OK ? read_timeout(r) : code;
    code = code == REEVE_EXIT_OK ? read_input(r) : code;
    if (code != REEVE_EXIT_OK) {
        return code;
    }
    r->environment = reeve_environment_new();
    r->redactor = reeve_redactor_new();
    if (r->environment == NULL || r->redactor == NULL || reeve_process_harden() != REEVE_OK ||
        reeve_signals_block() != REEVE_OK) {
        reeve_command_complain("run: memory is short, or the system refuses to forbid core dumps");
        return REEVE_EXIT_CANNOT_START;
    }
    reeve_log_configure(REEVE_LOG_WARN, REEVE_LOG_FORMAT_TEXT, STDERR_FILENO);
    reeve_credentials_scrub_log(r->redactor);
    code = take_input(r);
    return code == REEVE_EXIT_OK ? take(r, load_config) : code;
}

static enum reeve_exit do_run(struct run *r)
{
    enum reeve_exit code = prepare(r);
    if (code != REEVE_EXIT_OK) {
        return code;
    }
    r->report.task = task_of(r);
    r->report.json = value(r, JSON) != NULL;
    r->report.show_sensitive = value(r, SHOW_SENSITIVE) != NULL;
    r->local.redactor = r->redactor;
    if (value(r, EXPLAIN) != NULL) {
        return explain(r);
    }
    code = check_allowed(r);
    code = code == REEVE_EXIT_OK ? take(r, open_credentials) : code;
    return code == REEVE_EXIT_OK ? carry_out(r) : code;
}

static enum reeve_exit run(struct reeve_command_call *call)
{
    struct run r = {.call = call, .tasks = reeve_command_tasks_of(call)};
    r.local.tasks = r.tasks;
    r.local.listener = (struct reeve_local_listener){
        .on_result = on_result, .on_progress = on_progress, .on_finished = on_finished, .ctx = &r};
    reeve_buffer_init(&r.text, NULL, INPUT_MAX);
    reeve_buffer_init(&r.input, NULL, INPUT_MAX);
    const enum reeve_exit code = do_run(&r);
    reeve_secret_registry_free(r.secrets);
    reeve_agent_config_free(r.config);
    reeve_credentials_scrub_log(NULL);
    reeve_environment_free(r.environment);
    reeve_redactor_free(r.redactor);
    reeve_buffer_clear(&r.text);
    reeve_buffer_clear(&r.input);
    return code;
}

const struct reeve_command reeve_command_run = {
    .name = "run",
    .summary = "carry one task out here, or say what it would do",
    .usage = "reeve-agent run TASK --config FILE [--input JSON|@FILE|-] [--explain] [OPTION …]",
    .text =
        "Carries a task out as `serve` would for a job: the same strict input, constraints,\n"
        "bindings, credentials and limits; an output that holds a known secret is withheld. There\n"
        "is no gateway and no journal: nobody approves, nothing is recorded, and running it again\n"
        "does it again. The allowlist holds; a task whose jobs need approvals wants --unapproved.\n"
        "\n"
        "Prints the output as JSON; of a task that streams, one message a line as they come. What\n"
        "went wrong, progress and the log go to standard error. Ctrl-C cancels the task, a second\n"
        "one leaves it. With --explain it says what would be sent, bound or started: it connects\n"
        "to nothing, starts nothing and reads no credential.\n"
        "\n"
        "  reeve-agent run demo.crm.v1.Customers/GetCustomer --config agent.yaml \\\n"
        "    --input '{\"customer_id\":\"C-1001\"}' --explain\n"
        "  reeve-agent run demo.native.v1.Native/Echo --config agent.yaml --input @request.json\n"
        "  reeve-agent run TASK --config agent.yaml --input - --json <request.json | jq .status\n"
        "\n"
        "Exit status: 0 succeeded, 1 it did not, and had no effect or a known one (or is not\n"
        "allowed), 2 usage, 3 cannot start, 4 cancelled or out of time, 5 it failed and nobody "
        "can\n"
        "say whether it had its effect.\n",
    .options = OPTIONS,
    .options_count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
    .words = 1,
    .run = run,
};

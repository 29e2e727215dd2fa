/* SPDX-License-Identifier: Apache-2.0 */
/* What a program is given: see execution.h. */
#include "agent/bindings/exec/execution.h"

#include "agent/base/log.h"

/* JSON of an input is longer than its binary form, by how much depends on its fields. */
#define INPUT_MAX ((size_t)64 * 1024 * 1024)
#define OWN_VARIABLES 4u
#define OWN_PATH "PATH=/usr/local/bin:/usr/bin:/bin"

struct reeve_exec_binding *reeve_exec_binding_of(const struct reeve_work *work)
{
    return REEVE_OWNER(work->binding, struct reeve_exec_binding, base);
}

/* ---- environment ---- */

static bool has_path(const struct reeve_exec_program *program)
{
    for (size_t i = 0; i < program->environment_count; i++) {
        if (reeve_bytes_starts_with(reeve_bytes_cstr(program->environment[i]),
                                    reeve_bytes_cstr("PATH="))) {
            return true;
        }
    }
    return false;
}

static const char *variable(struct reeve_arena *arena, const char *name, const char *value)
{
    const size_t size = reeve_bytes_cstr(name).len + reeve_bytes_cstr(value).len + 2;
    char *text = reeve_arena_alloc(arena, size);

    if (text == NULL || reeve_format(text, size, "%s=%s", name, value) != REEVE_OK) {
        return NULL;
    }
    return text;
}

const char **reeve_exec_environment(const struct reeve_exec_program *program,
                                    const struct reeve_task *task, const char *job,
                                    const char *attempt, struct reeve_arena *arena, size_t *count)
{
    const char **all =
        reeve_arena_alloc_array(arena, program->environment_count + OWN_VARIABLES, sizeof(*all));
    size_t n = 0;

    if (all == NULL) {
        return NULL;
    }
    if (!has_path(program)) {
        all[n++] = OWN_PATH;
    }
    for (size_t i = 0; i < program->environment_count; i++) {
        all[n++] = program->environment[i];
    }
    const char *const own[] = {variable(arena, "REEVE_TASK", task->name),
                               variable(arena, "REEVE_JOB_ID", job),
                               variable(arena, "REEVE_ATTEMPT", attempt)};
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        if (own[i] == NULL) {
            return NULL;
        }
        all[n++] = own[i];
    }
    *count = n;
    return all;
}

static enum reeve_status fill_environment(struct reeve_execution *x)
{
    char job[REEVE_ID_TEXT_SIZE];
    char attempt[16];

    reeve_id_format(x->work->job_id, job);
    reeve_format_cut(attempt, sizeof(attempt), "%u", x->work->attempt);
    x->plan.environment = reeve_exec_environment(x->program, x->work->task, job, attempt,
                                                 x->work->arena, &x->plan.environment_count);
    return x->plan.environment == NULL ? REEVE_NO_MEMORY : REEVE_OK;
}

/* ---- secrets ---- */

static enum reeve_status fail_secret(const struct reeve_execution *x, enum reeve_status status,
                                     const char *secret, const char *problem)
{
    if (status == REEVE_NO_MEMORY) {
        return status;
    }
    reeve_work_make_reference(x->work);
    REEVE_LOG(ERROR, "credential could not be loaded", reeve_log_status(status),
              reeve_log_text("secret", secret), reeve_log_text("ref", x->work->answer.reference),
              reeve_log_text("problem", problem));
    return REEVE_CREDENTIAL_UNAVAILABLE;
}

static bool holds_nul(struct reeve_bytes value)
{
    const uint8_t nul = 0;
    return reeve_bytes_contains(value, reeve_bytes_of(&nul, 1));
}

static enum reeve_status fetch_secret(struct reeve_execution *x, size_t i)
{
    const struct reeve_exec_secret *wanted = &x->program->secrets[i];
    struct reeve_secret_registry *registry = reeve_exec_binding_of(x->work)->secrets;
    struct reeve_secret_problem problem = {""};
    const enum reeve_status status = reeve_secret_registry_fetch(
        registry, reeve_bytes_cstr(wanted->secret), &x->values[i], &problem);

    if (status != REEVE_OK) {
        return fail_secret(x, status, wanted->secret, problem.text);
    }
    const struct reeve_bytes value = reeve_secret_view(&x->values[i].secret);
    if (wanted->variable != NULL && holds_nul(value)) {
        return fail_secret(x, REEVE_EMBEDDED_NUL, wanted->secret,
                           "an environment variable cannot hold a NUL; hand it over by descriptor");
    }
    x->plan_secrets[i] = (struct reeve_process_secret){
        .variable = wanted->variable, .descriptor = wanted->descriptor, .value = value};
    return REEVE_OK;
}

static enum reeve_status fetch_secrets(struct reeve_execution *x)
{
    for (size_t i = 0; i < x->program->secrets_count; i++) {
        REEVE_TRY(fetch_secret(x, i));
    }
    x->plan.secrets = x->plan_secrets;
    x->plan.secrets_count = x->program->secrets_count;
    return REEVE_OK;
}

/* ---- all of it ---- */

enum reeve_status reeve_execution_prepare(struct reeve_execution *x)
{
    const struct reeve_exec_program *program = x->program;
    const struct reeve_json_options options = {.max_depth = 0};

    x->plan = (struct reeve_process_plan){.path = program->path,
                                          .arguments = program->arguments,
                                          .arguments_count = program->arguments_count,
                                          .directory = program->directory,
                                          .has_user = program->has_user,
                                          .user = program->user,
                                          .group = program->group,
                                          .limits = program->limits};
    reeve_buffer_init(&x->input, NULL, INPUT_MAX);
    for (size_t i = 0; i < REEVE_PROCESS_SECRETS_MAX; i++) {
        reeve_secret_value_init(&x->values[i]);
    }
    REEVE_TRY(reeve_message_to_json(x->work->task->input, x->work->request, &options, &x->input));
    REEVE_TRY(reeve_buffer_append_byte(&x->input, '\n'));
    REEVE_TRY(fill_environment(x));
    REEVE_TRY(fetch_secrets(x));
    x->child.plan = &x->plan;
    x->child.input = reeve_buffer_view(&x->input);
    x->child.grace_ms = program->grace_ms;
    x->child.max_output_bytes = program->max_output_bytes;
    return REEVE_OK;
}

void reeve_execution_clear(struct reeve_execution *x)
{
    for (size_t i = 0; i < REEVE_PROCESS_SECRETS_MAX; i++) {
        reeve_secret_value_clear(&x->values[i]);
    }
    reeve_buffer_clear(&x->input);
    reeve_buffer_clear(&x->child.output);
    reeve_buffer_clear(&x->child.problems);
    reeve_exec_lines_clear(&x->lines);
}

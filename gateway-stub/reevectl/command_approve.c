/* SPDX-License-Identifier: Apache-2.0 */
/* `reevectl approve`: shows what would run, from the very bytes whose digests are signed. */
#include <unistd.h>

#include "agent/trust/dsse.h"
#include "agent/trust/key_file.h"
#include "gateway-stub/reevectl/api.h"
#include "gateway-stub/reevectl/command.h"
#include "gateway-stub/reevectl/complaint.h"
#include "gateway-stub/reevectl/config.h"
#include "gateway-stub/reevectl/plan_fetch.h"
#include "gateway-stub/reevectl/schemas.h"
#include "gateway-stub/reevectl/statement.h"
#include "gateway-stub/reevectl/view.h"
#include "gateway-stub/reevectl/words.h"

enum { KEY_FILE, YES, SHOW_SENSITIVE };
static const struct reeve_option OPTIONS[] = {
    [KEY_FILE] = {"--key-file", "FILE",
                  "sign with this key [the configuration's approver_key_file]"},
    [YES] = {"--yes", NULL, "do not ask"},
    [SHOW_SENSITIVE] = {"--show-sensitive", NULL, "print fields that are marked sensitive, too"},
};

/* ---- what would run ---- */

static const char *text_of(struct reeve_ctl *c, struct reeve_bytes bytes)
{
    const char *copy = reeve_arena_strdup(c->arena, bytes);
    return copy != NULL ? copy : "";
}

static const char *idempotency_text(const struct reeve_task *task)
{
    switch ((enum reeve_idempotency)task->idempotency) {
    case REEVE_NO_SIDE_EFFECTS:
        return "reads only";
    case REEVE_IDEMPOTENT:
        return "writes; twice is as once";
    case REEVE_NOT_IDEMPOTENT:
        return "writes";
    }
    return "writes";
}

static const char *audience_text(struct reeve_ctl *c, const struct reeve_job_spec *spec)
{
    char id[REEVE_ID_TEXT_SIZE];
    if (!spec->has_journal_id) {
        return reeve_output_text(c->arena, "any worker of pool %s",
                                 reeve_ctl_safe(c, text_of(c, spec->pool)));
    }
    reeve_id_format(spec->journal_id, id);
    return reeve_output_text(c->arena, "the worker with journal %s", id);
}

static enum reeve_ctl_exit show_job(struct reeve_ctl *c, const struct reeve_job_spec *spec,
                                    size_t i, size_t count)
{
    const struct reeve_task *task = NULL;
    const char *name = text_of(c, spec->task);
    const enum reeve_ctl_exit status =
        reeve_schemas_get(c, name, reeve_digest_view(&spec->fingerprint), &task);
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    const char *input = task == NULL
                            ? NULL
                            : reeve_schemas_json(c, task->input, spec->input, true,
                                                 reeve_ctl_option(c, SHOW_SENSITIVE) != NULL, 2);
    if (input == NULL) {
        return reeve_ctl_refuse(
            c, REEVE_CTL_REFUSED,
            "do not approve this plan; ask whoever planned it to submit it anew",
            "not signed: job %zu: %s", i + 1,
            task == NULL ? "the schema of its task is not registered any more"
                         : "its input is not a message of its task's schema");
    }
    const char *title =
        reeve_output_text(c->arena, "job %zu of %zu  %s", i + 1, count, reeve_ctl_safe(c, name));
    reeve_ctl_say(c, "\n%s\n", reeve_ctl_painted(c, "1", title));
    reeve_ctl_say(c, "  %s; runs on %s, until %s\n  ", idempotency_text(task),
                  audience_text(c, spec), reeve_words_time(c, spec->not_after_unix_ms));
    reeve_ctl_put(c, reeve_bytes_cstr(input));
    reeve_ctl_say(c, "\n");
    return REEVE_CTL_DONE;
}

static enum reeve_ctl_exit show_all(struct reeve_ctl *c, const struct reeve_v1_plan *plan,
                                    const struct reeve_ctl_statement *statement)
{
    reeve_ctl_say(c, "plan       %s\n", reeve_words_id(c, plan->plan_id));
    reeve_ctl_say(c, "title      %s\n", reeve_words_or_dash(c, plan->title));
    reeve_ctl_say(c, "tenant     %s\n", reeve_ctl_safe(c, text_of(c, statement->statement.tenant)));
    reeve_ctl_say(c, "submitted  %s by %s\n", reeve_words_time(c, plan->submitted_unix_ms),
                  reeve_words_or_dash(c, plan->submitted_by));
    for (size_t i = 0; i < statement->count; i++) {
        const enum reeve_ctl_exit status = show_job(c, &statement->specs[i], i, statement->count);
        if (status != REEVE_CTL_DONE) {
            return status;
        }
    }
    return REEVE_CTL_DONE;
}

/* ---- asking ---- */

static enum reeve_ctl_exit confirm(struct reeve_ctl *c, const struct reeve_key *key)
{
    char answer = '\0';
    reeve_ctl_flush(c);
    if (reeve_ctl_option(c, YES) != NULL) {
        return REEVE_CTL_DONE;
    }
    if (isatty(STDIN_FILENO) != 1) {
        return reeve_ctl_refuse(c, REEVE_CTL_USAGE, "--yes, when you have read all of it",
                                "not signed: nobody can be asked here");
    }
    const char *question =
        reeve_output_text(c->arena, "\nSign all of this with key %s? [y/N] ", key->id);
    (void)reeve_output_write(STDERR_FILENO, reeve_bytes_cstr(question));
    if (read(STDIN_FILENO, &answer, 1) == 1 && (answer == 'y' || answer == 'Y')) {
        return REEVE_CTL_DONE;
    }
    return reeve_ctl_refuse(c, REEVE_CTL_NO, "`reevectl reject` refuses the plan for good",
                            "not signed");
}

static enum reeve_ctl_exit load_key(struct reeve_ctl *c, struct reeve_key *key)
{
    const char *file = reeve_ctl_option(c, KEY_FILE);
    file = file != NULL ? file : c->config->approver_key_file;
    if (file == NULL) {
        return reeve_ctl_refuse(
            c, REEVE_CTL_USAGE,
            reeve_output_text(c->arena,
                              "`reevectl key new FILE`, then --key-file FILE or approver_key_file "
                              "in %s",
                              c->config->file),
            "there is no key to sign with");
    }
    const enum reeve_status status = reeve_key_load(file, key);
    if (status == REEVE_OK) {
        return REEVE_CTL_DONE;
    }
    return status == REEVE_PERMISSION
               ? reeve_ctl_refuse(c, REEVE_CTL_USAGE, "chmod 600, as its owner", "%s: %s", file,
                                  reeve_status_text(status))
               : reeve_ctl_refuse_file(c, file, status);
}

/* ---- signing ---- */

static void say_approved(struct reeve_ctl *c, const struct reeve_v1_plan *plan)
{
    const struct reeve_view view = {.c = c};
    if (c->json) {
        reeve_view_say(&view, &reeve_v1_plan_message, plan);
        return;
    }
    const char *text = reeve_output_text(c->arena, "signed: %zu of %u approvals, plan is ",
                                         plan->n_approvals, plan->approvals_needed);
    reeve_ctl_say(c, "\n%s%s\n", text, reeve_words_plan_state(c, plan));
}

static enum reeve_ctl_exit send_approval(struct reeve_ctl *c, ProtobufCBinaryData plan_id,
                                         const struct reeve_signed *signed_statement)
{
    struct reeve_v1_approve_plan_request *request = reeve_api_request(c, &reeve_api_approve_plan);
    struct reeve_v1_signature *signature = reeve_message_new(&reeve_v1_signature_message, c->arena);
    const void *answer;
    if (request != NULL && signature != NULL) {
        signature->key_id = reeve_output_text(c->arena, "%s", signed_statement->key_id);
        signature->signature = reeve_words_binary(
            reeve_bytes_of(signed_statement->signature, sizeof(signed_statement->signature)));
        request->plan_id = plan_id;
        request->signature = signature;
    }
    const enum reeve_ctl_exit status = reeve_api_ask(c, &reeve_api_approve_plan, request, &answer);
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    const struct reeve_v1_approve_plan_response *response = answer;
    if (response->plan != NULL) {
        say_approved(c, response->plan);
    }
    return REEVE_CTL_DONE;
}

static enum reeve_ctl_exit sign(struct reeve_ctl *c, const struct reeve_v1_plan *plan,
                                const struct reeve_ctl_statement *statement,
                                const struct reeve_key *key)
{
    struct reeve_signed signed_statement;
    const enum reeve_ctl_exit status = confirm(c, key);
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    if (reeve_dsse_sign(key, REEVE_PLAN_STATEMENT_TYPE, statement->bytes, NULL,
                        &signed_statement) != REEVE_OK) {
        return reeve_ctl_refuse(c, REEVE_CTL_USAGE, "make another: reevectl key new FILE",
                                "not signed: the key cannot sign");
    }
    return send_approval(c, plan->plan_id, &signed_statement);
}

static enum reeve_ctl_exit approve(struct reeve_ctl *c, const struct reeve_v1_plan *plan,
                                   ProtobufCBinaryData id)
{
    struct reeve_ctl_statement statement;
    struct reeve_key key;
    enum reeve_ctl_exit status =
        reeve_ctl_statement_open(c, plan, reeve_words_bytes(id), &statement);
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    const size_t before = c->out.len;
    status = show_all(c, plan, &statement);
    if (c->json) {
        c->out.len = before; /* programs get the plan as it is afterwards */
    }
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    if (plan->state != REEVE_V1_PLAN_STATE_PENDING_APPROVAL) {
        return reeve_ctl_refuse(
            c, REEVE_CTL_REFUSED, "`reevectl plans --state pending` lists what waits",
            "not signed: the plan is %s",
            reeve_words_enum(c, &reeve_v1_plan_state_enum, (int32_t)plan->state, "PLAN_"));
    }
    reeve_key_init(&key);
    status = load_key(c, &key);
    status = status == REEVE_CTL_DONE ? sign(c, plan, &statement, &key) : status;
    reeve_key_clear(&key);
    return status;
}

static enum reeve_ctl_exit run(struct reeve_ctl *c)
{
    ProtobufCBinaryData id = {0};
    const struct reeve_v1_plan *plan;
    const enum reeve_ctl_exit status = reeve_plan_fetch_named(c, &id, &plan);
    return status == REEVE_CTL_DONE ? approve(c, plan, id) : status;
}

const struct reeve_ctl_command reeve_ctl_approve = {
    .group = "Plans",
    .name = "approve",
    .words = "PLAN",
    .summary = "show exactly what would run, and sign it",
    .text =
        "Prints every job with its input, decoded from the very bytes whose digests are signed, "
        "and\n"
        "refuses when the gateway's statement does not match them. Then asks, and signs with your\n"
        "own key, which never leaves this machine. Workers check the signature themselves.\n"
        "Needs the role APPROVER, and the key's public half in the gateway's and the workers'\n"
        "configuration.\n"
        "\n"
        "  reevectl plans --state pending\n"
        "  reevectl approve 0198c1a2\n",
    REEVE_CTL_OPTIONS(OPTIONS),
    .words_least = 1,
    .words_most = 1,
    .run = run,
};

/* SPDX-License-Identifier: Apache-2.0 */
/* `reevectl register` and `tasks`. */
#include "agent/base/character.h"
#include "gateway-stub/reevectl/api.h"
#include "gateway-stub/reevectl/command.h"
#include "gateway-stub/reevectl/complaint.h"
#include "gateway-stub/reevectl/manifest_file.h"
#include "gateway-stub/reevectl/schema_text.h"
#include "gateway-stub/reevectl/view.h"
#include "gateway-stub/reevectl/words.h"

/* ---- register ---- */

static void say_registered(struct reeve_ctl *c,
                           const struct reeve_v1_register_tasks_response *response)
{
    static const char *const HEAD[] = {"TASK", "FINGERPRINT", ""};
    struct reeve_rows rows;
    size_t added = 0;
    reeve_rows_init(&rows, c->arena, 3);
    reeve_ctl_row(c, &rows, HEAD);
    for (size_t i = 0; i < response->n_tasks; i++) {
        const struct reeve_v1_registered_task *task = response->tasks[i];
        const char *cells[] = {task->task, reeve_words_short_digest(c, task->fingerprint),
                               task->added ? reeve_ctl_painted(c, "32", "added") : "known"};
        reeve_ctl_row(c, &rows, cells);
        added += task->added ? 1 : 0;
    }
    reeve_ctl_rows(c, &rows);
    reeve_ctl_say(c, "%zu added, %zu known already\n", added, response->n_tasks - added);
}

static enum reeve_ctl_exit run_register(struct reeve_ctl *c)
{
    struct reeve_v1_register_tasks_request *request =
        reeve_api_request(c, &reeve_api_register_tasks);
    struct reeve_v1_manifest *manifest = reeve_manifest_file_read(
        c, reeve_ctl_word(c, 0), "name the NAME.manifest.binpb that protoc-gen-reeve wrote");
    const struct reeve_view view = {.c = c};
    const void *answer;
    if (manifest == NULL) {
        return REEVE_CTL_USAGE;
    }
    if (request != NULL) {
        request->manifest = manifest;
    }
    const enum reeve_ctl_exit status =
        reeve_api_ask(c, &reeve_api_register_tasks, request, &answer);
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    if (c->json) {
        reeve_view_say(&view, &reeve_v1_register_tasks_response_message, answer);
        return REEVE_CTL_DONE;
    }
    say_registered(c, answer);
    return REEVE_CTL_DONE;
}

const struct reeve_ctl_command reeve_ctl_register = {
    .group = "Tasks",
    .name = "register",
    .words = "MANIFEST",
    .summary = "tell the gateway which tasks there are",
    .text =
        "MANIFEST is the NAME.manifest.binpb that protoc-gen-reeve writes beside the code: names,\n"
        "types and constraints; nothing of how or where a task is carried out. May be repeated; a\n"
        "changed task is a new version beside the old one. Needs the role PLANNER or OPERATOR.\n"
        "\n"
        "  reevectl register build/tasks/tickets.manifest.binpb\n",
    .words_least = 1,
    .words_most = 1,
    .run = run_register,
};

/* ---- tasks ---- */

enum { FINGERPRINT };
static const struct reeve_option TASKS_OPTIONS[] = {
    [FINGERPRINT] = {"--fingerprint", "HEX", "of one task: this version, not the newest"},
};

static const char *first_line(struct reeve_ctl *c, const char *text)
{
    const struct reeve_bytes whole = reeve_bytes_cstr(text);
    const size_t end = reeve_bytes_find(whole, reeve_bytes_cstr("\n"));
    const char *copy = reeve_arena_strdup(
        c->arena, reeve_bytes_slice(whole, 0, end == SIZE_MAX ? whole.len : end));
    return copy != NULL ? copy : "";
}

static void say_list(struct reeve_ctl *c, const struct reeve_v1_list_tasks_response *response)
{
    static const char *const HEAD[] = {"TASK", "VERSION", "WORKERS", "APPROVALS", ""};
    struct reeve_rows rows;
    reeve_rows_init(&rows, c->arena, 5);
    reeve_ctl_row(c, &rows, HEAD);
    for (size_t i = 0; i < response->n_tasks; i++) {
        const struct reeve_v1_task_summary *task = response->tasks[i];
        for (size_t v = 0; v < task->n_versions; v++) {
            const struct reeve_v1_task_version *version = task->versions[v];
            const char *cells[] = {
                v == 0 ? task->task : "",
                reeve_words_short_digest(c, version->fingerprint),
                reeve_output_text(c->arena, "%u", version->aligned_workers),
                reeve_output_text(c->arena, "%u", version->approvals),
                v == 0 ? first_line(c, version->documentation) : "",
            };
            reeve_ctl_row(c, &rows, cells);
        }
    }
    reeve_ctl_rows(c, &rows);
}

static enum reeve_ctl_exit list_tasks(struct reeve_ctl *c)
{
    const struct reeve_view view = {.c = c};
    const void *answer;
    const enum reeve_ctl_exit status = reeve_api_ask(
        c, &reeve_api_list_tasks, reeve_api_request(c, &reeve_api_list_tasks), &answer);
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    if (c->json) {
        reeve_view_say(&view, &reeve_v1_list_tasks_response_message, answer);
        return REEVE_CTL_DONE;
    }
    say_list(c, answer);
    return REEVE_CTL_DONE;
}

/* 64 hex digits as bytes in the arena; empty: not such a text. */
static struct reeve_bytes parse_fingerprint(struct reeve_ctl *c, const char *text)
{
    struct reeve_digest *digest = reeve_arena_alloc(c->arena, sizeof(*digest));
    const struct reeve_bytes hex = reeve_bytes_cstr(text);
    if (digest == NULL || hex.len != 2 * sizeof(digest->bytes)) {
        return reeve_bytes_of(NULL, 0);
    }
    for (size_t i = 0; i < hex.len; i++) {
        const uint8_t digit = hex.data[i];
        const bool number = reeve_is_digit(digit);
        if (!number && (digit < 'a' || digit > 'f')) {
            return reeve_bytes_of(NULL, 0);
        }
        const unsigned value = number ? digit - (unsigned)'0' : digit - (unsigned)'a' + 10;
        digest->bytes[i / 2] = (uint8_t)((unsigned)digest->bytes[i / 2] << 4 | value);
    }
    return reeve_digest_view(digest);
}

static enum reeve_ctl_exit show_task(struct reeve_ctl *c, const char *name)
{
    struct reeve_v1_get_task_request *request = reeve_api_request(c, &reeve_api_get_task);
    const char *given = reeve_ctl_option(c, FINGERPRINT);
    const void *answer;
    const struct reeve_bytes fingerprint =
        given != NULL ? parse_fingerprint(c, given) : reeve_bytes_of(NULL, 0);
    if (given != NULL && fingerprint.len == 0) {
        return reeve_ctl_refuse(c, REEVE_CTL_USAGE,
                                "write all of it, as `reevectl tasks --json` prints it",
                                "--fingerprint takes 64 hex digits, not \"%s\"", given);
    }
    if (request != NULL) {
        request->task = reeve_output_text(c->arena, "%s", name);
        request->fingerprint = reeve_words_binary(fingerprint);
    }
    const enum reeve_ctl_exit status = reeve_api_ask(c, &reeve_api_get_task, request, &answer);
    return status == REEVE_CTL_DONE ? reeve_schema_text(c, answer) : status;
}

static enum reeve_ctl_exit run_tasks(struct reeve_ctl *c)
{
    const char *name = reeve_ctl_word(c, 0);
    return name == NULL ? list_tasks(c) : show_task(c, name);
}

const struct reeve_ctl_command reeve_ctl_tasks = {
    .group = "Tasks",
    .name = "tasks",
    .words = "[TASK]",
    .summary = "list the registered tasks, or show one with its schema",
    .text = "WORKERS counts the connected workers that have this version and allow it. For one "
            "task: its\n"
            "messages with every constraint, as they were in its .proto file.\n"
            "\n"
            "  reevectl tasks\n"
            "  reevectl tasks demo.crm.v1.Tickets/CreateTicket\n",
    REEVE_CTL_OPTIONS(TASKS_OPTIONS),
    .words_most = 1,
    .run = run_tasks,
};

/* SPDX-License-Identifier: Apache-2.0 */
/* Approvers and allowlist, as the policy that the engine asks. */
#include "agent/base/program_name.h"
#include "agent/cli/suggest.h"
#include "agent/config/builder.h"
#include "agent/trust/key.h"

static bool same_text(const char *a, const char *b)
{
    return reeve_bytes_equal_cstr(reeve_bytes_cstr(a), b);
}

/* ---- approvers ---- */

static void complain_twice(struct reeve_config_builder *b, size_t index, size_t earlier,
                           const char *what, const char *name)
{
    struct reeve_config_item *item =
        reeve_config_error(b, "approver.duplicate", "trust.approvers[%zu].%s", index,
                           same_text(what, "key") ? "public_key" : "name");
    reeve_config_item_text(item, "the same %s as trust.approvers[%zu] (%s)", what, earlier, name);
    reeve_config_item_next(item, same_text(what, "key")
                                     ? "remove one: two approvals by one key count once"
                                     : "give each approver a name of their own");
}

static void check_approver(struct reeve_config_builder *b,
                           const struct reeve_config_approver *approvers, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (reeve_public_key_equal(&approvers[i].key, &approvers[index].key)) {
            complain_twice(b, index, i, "key", approvers[i].name);
        }
        if (same_text(approvers[i].name, approvers[index].name)) {
            complain_twice(b, index, i, "name", approvers[i].name);
        }
    }
}

/* A key that was left at zero, mostly. */
static void check_weak(struct reeve_config_builder *b, const struct reeve_config_approver *approver,
                       size_t index)
{
    if (!reeve_public_key_is_weak(&approver->key)) {
        return;
    }
    struct reeve_config_item *item =
        reeve_config_error(b, "approver.weak", "trust.approvers[%zu].public_key", index);
    reeve_config_item_text(item, "anybody can make up signatures of this key");
    reeve_config_item_next(item, "write the key that `reevectl key show` prints for %s",
                           approver->name);
}

static enum reeve_status build_approvers(struct reeve_config_builder *b)
{
    const struct reeve_v1_trust *trust = b->source->trust;
    const size_t count = trust != NULL ? trust->n_approvers : 0;
    struct reeve_config_approver *approvers =
        reeve_arena_alloc_array(b->arena, count + 1, sizeof(*approvers));
    if (approvers == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        const struct reeve_v1_approver *given = trust->approvers[i];
        approvers[i].name = given->name;
        REEVE_TRY(reeve_copy(approvers[i].key.bytes, sizeof(approvers[i].key.bytes),
                             reeve_bytes_of(given->public_key.data, given->public_key.len)));
        check_approver(b, approvers, i);
        check_weak(b, &approvers[i], i);
    }
    b->config->approvers = approvers;
    b->config->approvers_count = (uint32_t)count;
    if (count > REEVE_POLICY_APPROVERS_MAX) {
        struct reeve_config_item *item = reeve_config_error(b, "count", "trust.approvers");
        reeve_config_item_text(item, "more than %u approvers", REEVE_POLICY_APPROVERS_MAX);
        reeve_config_item_next(item, "remove approvers");
    }
    return REEVE_OK;
}

/* ---- the allowlist ---- */

/* Whether an entry's pattern is about the task: its name, or its service and a star. */
static bool names_task(struct reeve_bytes pattern, const char *task)
{
    const bool star = pattern.len > 0 && pattern.data[pattern.len - 1] == '*';
    if (!star) {
        return reeve_bytes_equal_cstr(pattern, task);
    }
    return reeve_bytes_starts_with(reeve_bytes_cstr(task),
                                   reeve_bytes_slice(pattern, 0, pattern.len - 1));
}

static void check_exists(struct reeve_config_builder *b, size_t index)
{
    const struct reeve_task_table *table = b->config->table;
    const char *pattern = b->source->allow[index]->task;
    struct reeve_suggestion s = {.wrong = reeve_bytes_cstr(pattern)};
    for (uint32_t i = 0; i < table->count; i++) {
        if (names_task(s.wrong, table->tasks[i]->name)) {
            return;
        }
        reeve_suggestion_try(&s, table->tasks[i]->name);
    }
    struct reeve_config_item *item =
        reeve_config_error(b, "allow.unknown_task", "allow[%zu].task", index);
    reeve_config_item_text(item, "no compiled-in task matches \"%s\"", pattern);
    if (s.best != NULL) {
        reeve_config_item_next(item, "did you mean %s?", s.best);
        return;
    }
    reeve_config_item_next(item, "run `%s tasks` for the tasks of this worker",
                           reeve_program_name());
}

static void check_once(struct reeve_config_builder *b, size_t index)
{
    const char *task = b->source->allow[index]->task;
    for (size_t i = 0; i < index; i++) {
        if (same_text(b->source->allow[i]->task, task)) {
            struct reeve_config_item *item =
                reeve_config_error(b, "allow.duplicate", "allow[%zu].task", index);
            reeve_config_item_text(item, "%s is allowed by allow[%zu] already", task, i);
            reeve_config_item_next(item, "leave one of the two entries");
            return;
        }
    }
}

static void check_entry_approvals(struct reeve_config_builder *b, size_t index)
{
    const uint32_t needed = b->source->allow[index]->approvals;
    if (needed <= b->config->approvers_count) {
        return;
    }
    struct reeve_config_item *item =
        reeve_config_error(b, "allow.approvals", "allow[%zu].approvals", index);
    reeve_config_item_text(item, "asks for %u approval%s, and the number of approvers is %u",
                           needed, needed == 1 ? "" : "s", b->config->approvers_count);
    reeve_config_item_next(
        item, "add approvers under trust.approvers (`reevectl key show` prints their keys)");
}

static enum reeve_status make_policy(struct reeve_config_builder *b,
                                     const struct reeve_policy_options *options)
{
    const enum reeve_status status = reeve_policy_new(options, NULL, &b->config->trust);
    if (status == REEVE_OK || status == REEVE_NO_MEMORY) {
        return status;
    }
    if (b->report->errors > 0) {
        return REEVE_OK; /* said above, with its place */
    }
    struct reeve_config_item *item = reeve_config_error(b, "trust", "allow");
    reeve_config_item_text(item, "allowlist and approvers do not fit together: %s",
                           reeve_status_text(status));
    reeve_config_item_next(item, "see docs/reference/agent-configuration.md, allow and trust");
    return REEVE_OK;
}

static enum reeve_status build_policy(struct reeve_config_builder *b)
{
    const size_t allowed = b->source->n_allow;
    const size_t approvers_count = b->config->approvers_count;
    struct reeve_allow *allow = reeve_arena_alloc_array(b->arena, allowed + 1, sizeof(*allow));
    struct reeve_approver *approvers =
        reeve_arena_alloc_array(b->arena, approvers_count + 1, sizeof(*approvers));
    if (allow == NULL || approvers == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < allowed; i++) {
        const struct reeve_v1_allowed_task *entry = b->source->allow[i];
        check_exists(b, i);
        check_once(b, i);
        check_entry_approvals(b, i);
        allow[i].task = reeve_bytes_cstr(entry->task);
        allow[i].max_in_flight = entry->max_in_flight;
        allow[i].approvals = entry->approvals;
    }
    for (size_t i = 0; i < approvers_count; i++) {
        approvers[i].name = reeve_bytes_cstr(b->config->approvers[i].name);
        approvers[i].key = b->config->approvers[i].key;
    }
    const struct reeve_policy_options options = {.allow = allow,
                                                 .allow_count = allowed,
                                                 .approvers = approvers,
                                                 .approver_count = approvers_count};
    return make_policy(b, &options);
}

enum reeve_status reeve_config_build_trust(struct reeve_config_builder *b)
{
    REEVE_TRY(build_approvers(b));
    return build_policy(b);
}

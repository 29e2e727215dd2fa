/* SPDX-License-Identifier: Apache-2.0 */
/* What the configuration means for each compiled-in task. */
#include "agent/base/program_name.h"
#include "agent/cli/suggest.h"
#include "agent/config/builder.h"
#include "agent/config/system_kind.h"

static uint32_t find_system(const struct reeve_agent_config *config, const char *name)
{
    for (uint32_t i = 0; i < config->systems_count; i++) {
        if (reeve_bytes_equal_cstr(reeve_bytes_cstr(name), config->systems[i].name)) {
            return i;
        }
    }
    return REEVE_CONFIG_NO_SYSTEM;
}

/* The entry of `allow` that the policy's answer came from. */
static size_t entry_index(const struct reeve_config_builder *b, const struct reeve_allow *allow)
{
    for (size_t i = 0; i < b->source->n_allow; i++) {
        if (reeve_bytes_equal_cstr(allow->task, b->source->allow[i]->task)) {
            return i;
        }
    }
    return 0;
}

static void complain_missing(struct reeve_config_builder *b, const struct reeve_task *task,
                             size_t entry)
{
    struct reeve_config_item *item =
        reeve_config_error(b, "allow.system", "allow[%zu].task", entry);
    if (task->system[0] == '\0') {
        reeve_config_item_text(item, "%s names no system that could carry it out", task->name);
        reeve_config_item_next(item, "its author adds option (reeve.v1.system) to the service");
        return;
    }
    struct reeve_suggestion s = {.wrong = reeve_bytes_cstr(task->system)};
    for (uint32_t i = 0; i < b->config->systems_count; i++) {
        reeve_suggestion_try(&s, b->config->systems[i].name);
    }
    reeve_config_item_text(item, "%s needs the system \"%s\", which is not configured", task->name,
                           task->system);
    if (s.best != NULL) {
        reeve_config_item_next(item, "rename the system \"%s\" to \"%s\", if that was meant",
                               s.best, task->system);
        return;
    }
    reeve_config_item_next(item, "add systems: { %s: { %s } }", task->system,
                           reeve_config_kind_of_binding(task->binding)->example);
}

static void complain_kind(struct reeve_config_builder *b, const struct reeve_task *task,
                          const struct reeve_config_system *system)
{
    struct reeve_config_item *item =
        reeve_config_error(b, "system.kind", "systems[\"%s\"]", task->system);
    const struct reeve_config_kind *kind = reeve_config_kind_of_binding(task->binding);
    reeve_config_item_text(item, "%s is carried out over %s, and this system is %s", task->name,
                           kind->name, system->kind == NULL ? "of no kind" : system->kind->name);
    reeve_config_item_next(item, "give the system %s", kind->example);
}

static void complain_binding(struct reeve_config_builder *b, const struct reeve_task *task,
                             size_t entry)
{
    struct reeve_config_item *item =
        reeve_config_error(b, "allow.binding", "allow[%zu].task", entry);
    reeve_config_item_text(item, "this build cannot carry out %s: its binding is not supported",
                           task->name);
    reeve_config_item_next(item, "remove the entry");
}

static void complain_approvals(struct reeve_config_builder *b, const struct reeve_task *task,
                               size_t entry)
{
    struct reeve_config_item *item =
        reeve_config_error(b, "allow.approvals", "allow[%zu].task", entry);
    reeve_config_item_text(item, "%s needs %u approval%s, and the number of approvers is %u",
                           task->name, task->approvals, task->approvals == 1 ? "" : "s",
                           b->config->approvers_count);
    reeve_config_item_next(
        item, "add approvers under trust.approvers (`reevectl key show` prints their keys)");
}

/* A native task needs no system. */
static bool lacks_system(const struct reeve_task *task, uint32_t system)
{
    return task->binding != REEVE_BINDING_NATIVE && system == REEVE_CONFIG_NO_SYSTEM;
}

static void check_allowed(struct reeve_config_builder *b, const struct reeve_task *task,
                          const struct reeve_config_task *is, size_t entry)
{
    if (task->approvals > b->config->approvers_count) {
        complain_approvals(b, task, entry);
    }
    if (reeve_config_kind_of_binding(task->binding) == NULL) {
        complain_binding(b, task, entry);
        return;
    }
    if (lacks_system(task, is->system)) {
        complain_missing(b, task, entry);
        return;
    }
    if (task->binding == REEVE_BINDING_NATIVE) {
        return;
    }
    const struct reeve_config_system *system = &b->config->systems[is->system];
    if (system->binding != task->binding) {
        complain_kind(b, task, system);
        return;
    }
    if (system->kind != NULL && system->kind->check_task != NULL) {
        system->kind->check_task(b, system, task, entry);
    }
}

static uint32_t smaller_bound(uint32_t a, uint32_t b)
{
    if (a == 0 || b == 0) {
        return a | b;
    }
    return a < b ? a : b;
}

static void build_task(struct reeve_config_builder *b, const struct reeve_task *task,
                       struct reeve_config_task *out)
{
    const struct reeve_allow *allow =
        reeve_policy_allows(b->config->trust, reeve_bytes_cstr(task->name));
    out->system = find_system(b->config, task->system);
    if (allow == NULL) {
        out->state = lacks_system(task, out->system) ? REEVE_CONFIG_TASK_NOT_CONFIGURED
                                                     : REEVE_CONFIG_TASK_NOT_ALLOWED;
        out->approvals = task->approvals;
        out->max_in_flight = task->max_in_flight;
        return;
    }
    out->state = REEVE_CONFIG_TASK_ALLOWED;
    out->approvals = reeve_policy_approvals(b->config->trust, allow, task->approvals);
    out->max_in_flight = allow->max_in_flight != 0 ? allow->max_in_flight : task->max_in_flight;
    out->max_in_flight = smaller_bound(out->max_in_flight, b->config->limits.max_in_flight);
    b->config->allowed_count++;
    check_allowed(b, task, out, entry_index(b, allow));
}

enum reeve_status reeve_config_build_tasks(struct reeve_config_builder *b)
{
    const struct reeve_task_table *table = b->config->table;
    struct reeve_config_task *tasks =
        reeve_arena_alloc_array(b->arena, (size_t)table->count + 1, sizeof(*tasks));
    bool *unconfigured =
        reeve_arena_alloc_array(b->arena, (size_t)table->count + 1, sizeof(*unconfigured));
    if (tasks == NULL || unconfigured == NULL) {
        return REEVE_NO_MEMORY;
    }
    b->config->tasks = tasks;
    b->config->unconfigured = unconfigured;
    if (b->config->trust == NULL) {
        return REEVE_OK; /* the report says why */
    }
    for (uint32_t i = 0; i < table->count; i++) {
        build_task(b, table->tasks[i], &tasks[i]);
        unconfigured[i] = lacks_system(table->tasks[i], tasks[i].system);
    }
    if (b->config->allowed_count == 0 && b->report->errors == 0) {
        struct reeve_config_item *item = reeve_config_warning(b, "allow.none", "allow");
        reeve_config_item_text(item, "no task is allowed: this worker refuses every job");
        reeve_config_item_next(item, "add entries under allow:; `%s tasks` lists them",
                               reeve_program_name());
    }
    return REEVE_OK;
}

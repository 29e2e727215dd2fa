/* SPDX-License-Identifier: Apache-2.0 */
/* Internal systems by name, whatever their kind. */
#include "agent/base/program_name.h"
#include "agent/cli/suggest.h"
#include "agent/config/builder.h"
#include "agent/config/system_kind.h"

static uint32_t count_tasks(const struct reeve_task_table *table, const char *system)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < table->count; i++) {
        if (reeve_bytes_equal_cstr(reeve_bytes_cstr(system), table->tasks[i]->system)) {
            count++;
        }
    }
    return count;
}

static void warn_unused(struct reeve_config_builder *b, const char *system)
{
    const struct reeve_task_table *table = b->config->table;
    struct reeve_suggestion s = {.wrong = reeve_bytes_cstr(system)};
    for (uint32_t i = 0; i < table->count; i++) {
        reeve_suggestion_try(&s, table->tasks[i]->system);
    }
    struct reeve_config_item *item =
        reeve_config_warning(b, "system.unused", "systems[\"%s\"]", system);
    reeve_config_item_text(item, "no compiled-in task belongs to this system");
    if (s.best != NULL && s.best[0] != '\0') {
        reeve_config_item_next(item, "did you mean %s?", s.best);
        return;
    }
    reeve_config_item_next(item, "remove it, or see `%s tasks` for the systems' names",
                           reeve_program_name());
}

static void complain_kind(struct reeve_config_builder *b, const char *system)
{
    struct reeve_config_item *item =
        reeve_config_error(b, "system.kind", "systems[\"%s\"]", system);
    reeve_config_item_text(item, "the system has no kind");
    reeve_config_item_next(
        item,
        "add http: { base_url: … }, grpc: { target: … }, exec: { programs: … } or native: {}");
}

static enum reeve_status build_system(struct reeve_config_builder *b,
                                      const struct reeve_v1_agent_config_systems_entry *entry,
                                      struct reeve_config_system *out)
{
    const struct reeve_v1_system *system = entry->value;
    out->name = entry->key;
    out->tasks = count_tasks(b->config->table, entry->key);
    if (out->tasks == 0) {
        warn_unused(b, entry->key);
    }
    out->kind = system == NULL ? NULL : reeve_config_kind_of_member((int)system->kind_case);
    if (out->kind == NULL) {
        complain_kind(b, entry->key);
        return REEVE_OK;
    }
    out->binding = out->kind->binding;
    return out->kind->build == NULL ? REEVE_OK : out->kind->build(b, system, out);
}

enum reeve_status reeve_config_build_systems(struct reeve_config_builder *b)
{
    const size_t count = b->source->n_systems;
    struct reeve_config_system *systems =
        reeve_arena_alloc_array(b->arena, count + 1, sizeof(*systems));
    if (systems == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        REEVE_TRY(build_system(b, b->source->systems[i], &systems[i]));
    }
    b->config->systems = systems;
    b->config->systems_count = (uint32_t)count;
    return REEVE_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The worker's configuration from file to plain options: see agent_config.h. */
#include "agent/config/agent_config.h"

#include "agent/base/hash.h"
#include "agent/cli/document.h"
#include "agent/cli/text_file.h"
#include "agent/config/agent_hints.h"
#include "agent/config/builder.h"
#include "proto/runtime/message.h"

/* The text, the message and what is made of it: a file of the largest size, several times over. */
#define MEMORY_MAX ((size_t)64 * 1024 * 1024)

struct loaded {
    struct reeve_agent_config config; /* what the caller sees; first */
    struct reeve_arena arena;
};

static enum reeve_status make_digest(const void *message, struct reeve_digest *out)
{
    struct reeve_buffer bytes;
    reeve_buffer_init(&bytes, NULL, MEMORY_MAX);
    const enum reeve_status status =
        reeve_message_encode(&reeve_v1_agent_config_message, message, &bytes);
    if (status == REEVE_OK) {
        *out = reeve_sha256_of(reeve_buffer_view(&bytes));
    }
    reeve_buffer_clear(&bytes);
    return status;
}

static enum reeve_status build(struct reeve_config_builder *b)
{
    REEVE_TRY(reeve_config_build_basics(b));
    REEVE_TRY(reeve_config_build_secrets(b));
    reeve_config_build_gateway_proxy(b);
    REEVE_TRY(reeve_config_build_systems(b));
    REEVE_TRY(reeve_config_build_trust(b));
    REEVE_TRY(reeve_config_build_tasks(b));
    return b->report->errors > 0 ? REEVE_CONFIG : REEVE_OK;
}

static enum reeve_status load(struct loaded *l, const char *path,
                              struct reeve_config_report *report)
{
    void *message;
    REEVE_TRY(reeve_document_read(path, &reeve_v1_agent_config_message, &reeve_agent_hints,
                                  &l->arena, report, &l->config.text, &message));
    REEVE_TRY(make_digest(message, &l->config.digest));
    l->config.file = reeve_arena_strdup(&l->arena, reeve_bytes_cstr(path));
    if (l->config.file == NULL) {
        return REEVE_NO_MEMORY;
    }
    struct reeve_config_builder builder = {
        .config = &l->config,
        .source = message,
        .arena = &l->arena,
        .report = report,
        .directory = reeve_text_file_directory(l->config.file),
    };
    return build(&builder);
}

enum reeve_status reeve_agent_config_load(const char *path, const struct reeve_task_table *tasks,
                                          struct reeve_config_report *report,
                                          struct reeve_agent_config **out)
{
    struct loaded *l = reeve_alloc(NULL, sizeof(*l));
    *out = NULL;
    if (l == NULL) {
        return REEVE_NO_MEMORY;
    }
    l->config.table = tasks;
    reeve_arena_init(&l->arena, NULL, MEMORY_MAX, 0);
    const enum reeve_status status = load(l, path, report);
    if (status != REEVE_OK) {
        reeve_agent_config_free(&l->config);
        return status;
    }
    *out = &l->config;
    return REEVE_OK;
}

void reeve_agent_config_free(struct reeve_agent_config *config)
{
    if (config == NULL) {
        return;
    }
    struct loaded *l = (struct loaded *)config;
    reeve_policy_free(l->config.trust);
    reeve_arena_clear(&l->arena);
    reeve_free(NULL, l, sizeof(*l));
}

struct reeve_config_item *reeve_agent_config_complain(const struct reeve_agent_config *config,
                                                      struct reeve_config_report *report,
                                                      bool warning, const char *field,
                                                      const char *rule)
{
    return reeve_document_complain(config->text, report, warning, field, rule);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Credentials: where each comes from, and the names that refer to them. */
#include <stdarg.h>

#include "agent/cli/suggest.h"
#include "agent/config/builder.h"

static void complain_source(struct reeve_config_builder *b, const char *name)
{
    struct reeve_config_item *item =
        reeve_config_error(b, "secret.source", "secrets[\"%s\"]", name);
    reeve_config_item_text(item, "the credential has no source");
    reeve_config_item_next(item, "add file: { path: … } or environment: { variable: … }");
}

static enum reeve_status build_secret(struct reeve_config_builder *b,
                                      const struct reeve_v1_agent_config_secrets_entry *entry,
                                      struct reeve_config_secret *out)
{
    const struct reeve_v1_secret_source *source = entry->value;
    out->name = entry->key;
    if (source == NULL) {
        complain_source(b, entry->key);
        return REEVE_OK;
    }
    out->allow_short = source->allow_short != 0;
    switch (source->source_case) {
    case REEVE_V1_SECRET_SOURCE_SOURCE_ENVIRONMENT:
        out->variable = source->environment->variable;
        return REEVE_OK;
    case REEVE_V1_SECRET_SOURCE_SOURCE_FILE:
        return reeve_config_path(b, source->file->path, &out->path);
    case REEVE_V1_SECRET_SOURCE_SOURCE_NOT_SET:
        break;
    }
    complain_source(b, entry->key);
    return REEVE_OK;
}

enum reeve_status reeve_config_build_secrets(struct reeve_config_builder *b)
{
    const size_t count = b->source->n_secrets;
    struct reeve_config_secret *secrets =
        reeve_arena_alloc_array(b->arena, count + 1, sizeof(*secrets));
    if (secrets == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        REEVE_TRY(build_secret(b, b->source->secrets[i], &secrets[i]));
    }
    b->config->secrets = secrets;
    b->config->secrets_count = (uint32_t)count;
    return REEVE_OK;
}

void reeve_config_check_secret(struct reeve_config_builder *b, const char *secret,
                               const char *field, ...)
{
    struct reeve_suggestion s = {.wrong = reeve_bytes_cstr(secret)};
    for (uint32_t i = 0; i < b->config->secrets_count; i++) {
        if (reeve_bytes_equal_cstr(s.wrong, b->config->secrets[i].name)) {
            return;
        }
        reeve_suggestion_try(&s, b->config->secrets[i].name);
    }
    char path[REEVE_CONFIG_FIELD_SIZE];
    va_list arguments;
    va_start(arguments, field);
    reeve_format_list_cut(path, sizeof(path), field, arguments);
    va_end(arguments);
    struct reeve_config_item *item = reeve_config_error(b, "secret.unknown", "%s", path);
    reeve_config_item_text(item, "there is no credential \"%s\" under secrets", secret);
    if (s.best != NULL) {
        reeve_config_item_next(item, "did you mean %s?", s.best);
        return;
    }
    reeve_config_item_next(item, "add secrets: { %s: { file: { path: … } } }", secret);
}

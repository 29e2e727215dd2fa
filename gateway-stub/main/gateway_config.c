/* SPDX-License-Identifier: Apache-2.0 */
/* The gateway's configuration from file to plain options: see gateway_config.h. */
#include "gateway-stub/main/gateway_config.h"

#include <stdarg.h>

#include "agent/cli/document.h"
#include "agent/cli/text_file.h"
#include "gateway-stub/main/config_builder.h"

/* The text, the message and what is made of it: a file of the largest size, several times over. */
#define MEMORY_MAX ((size_t)64 * 1024 * 1024)
#define FIELD_SIZE 256

struct loaded {
    struct reeve_gateway_config config; /* what the caller sees; first */
    struct reeve_arena arena;
};

/* ---- complaints ---- */

static struct reeve_config_item *complain(struct reeve_gateway_config_builder *b, bool warning,
                                          const char *rule, const char *format, va_list args)
{
    char field[FIELD_SIZE];
    reeve_format_list_cut(field, sizeof(field), format, args);
    return reeve_document_complain(b->config->text, b->report, warning, field, rule);
}

struct reeve_config_item *reeve_gateway_config_error(struct reeve_gateway_config_builder *b,
                                                     const char *rule, const char *field, ...)
{
    va_list args;
    va_start(args, field);
    struct reeve_config_item *item = complain(b, false, rule, field, args);
    va_end(args);
    return item;
}

struct reeve_config_item *reeve_gateway_config_warning(struct reeve_gateway_config_builder *b,
                                                       const char *rule, const char *field, ...)
{
    va_list args;
    va_start(args, field);
    struct reeve_config_item *item = complain(b, true, rule, field, args);
    va_end(args);
    return item;
}

/* ---- loading ---- */

static enum reeve_status load(struct loaded *l, const char *path,
                              struct reeve_config_report *report)
{
    void *message;
    REEVE_TRY(reeve_document_read(path, &reeve_v1_gateway_config_message, &reeve_gateway_hints,
                                  &l->arena, report, &l->config.text, &message));
    struct reeve_gateway_config_builder b = {
        .config = &l->config,
        .source = message,
        .arena = &l->arena,
        .report = report,
        .directory = reeve_text_file_directory(path),
    };
    REEVE_TRY(reeve_gateway_config_build_basics(&b));
    REEVE_TRY(reeve_gateway_config_build_access(&b));
    reeve_gateway_config_build_bounds(&b);
    REEVE_TRY(reeve_gateway_config_build_retries(&b));
    return report->errors > 0 ? REEVE_CONFIG : REEVE_OK;
}

enum reeve_status reeve_gateway_config_load(const char *path, struct reeve_config_report *report,
                                            struct reeve_gateway_config **out)
{
    struct loaded *l = reeve_alloc(NULL, sizeof(*l));
    *out = NULL;
    if (l == NULL) {
        return REEVE_NO_MEMORY;
    }
    reeve_arena_init(&l->arena, NULL, MEMORY_MAX, 0);
    const enum reeve_status status = load(l, path, report);
    if (status != REEVE_OK) {
        reeve_gateway_config_free(&l->config);
        return status;
    }
    *out = &l->config;
    return REEVE_OK;
}

void reeve_gateway_config_free(struct reeve_gateway_config *config)
{
    if (config == NULL) {
        return;
    }
    struct loaded *l = (struct loaded *)config;
    reeve_arena_clear(&l->arena);
    reeve_free(NULL, l, sizeof(*l));
}

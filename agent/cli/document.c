/* SPDX-License-Identifier: Apache-2.0 */
/* A YAML file as a message: see document.h. */
#include "agent/cli/document.h"

#include "agent/base/time.h"
#include "agent/cli/text_file.h"
#include "proto/runtime/message.h"
#include "proto/runtime/yaml_locate.h"

struct reeve_config_item *reeve_document_complain(struct reeve_bytes text,
                                                  struct reeve_config_report *report, bool warning,
                                                  const char *field, const char *rule)
{
    struct reeve_config_item *item = reeve_config_report_add(report, warning, field, rule);
    if (item != NULL && reeve_yaml_locate(text, field, &item->line, &item->column) != REEVE_OK) {
        item->line = 0; /* the item is of use without its place, too */
    }
    return item;
}

static void complain_file(struct reeve_config_report *report, enum reeve_status status)
{
    struct reeve_config_item *item = reeve_config_report_add(report, false, "", "file");
    reeve_config_item_text(item, "the file cannot be read: %s", reeve_status_text(status));
    if (status == REEVE_TOO_LARGE) {
        reeve_config_item_next(item, "a configuration is at most %u bytes long",
                               REEVE_CONFIG_FILE_MAX);
        return;
    }
    reeve_config_item_next(item, "check that it exists and that this user may read it");
}

static enum reeve_status read_file(const char *path, struct reeve_arena *arena,
                                   struct reeve_config_report *report, struct reeve_bytes *text)
{
    struct reeve_buffer content;
    reeve_buffer_init(&content, NULL, REEVE_CONFIG_FILE_MAX);
    enum reeve_status status = reeve_text_file_read(path, &content);
    if (status == REEVE_OK) {
        status = reeve_arena_dup(arena, reeve_buffer_view(&content), text);
    }
    reeve_buffer_clear(&content);
    if (status == REEVE_OK || status == REEVE_NO_MEMORY) {
        return status;
    }
    complain_file(report, status);
    return REEVE_CONFIG;
}

static void complain_problem(struct reeve_config_report *report, const struct reeve_hints *hints,
                             const struct reeve_message *table, const struct reeve_problem *problem)
{
    struct reeve_config_item *item =
        reeve_config_report_add(report, false, problem->field, problem->rule);
    if (item == NULL) {
        return;
    }
    item->line = problem->line;
    item->column = problem->column;
    reeve_config_item_text(item, "%s", problem->text);
    reeve_hint(hints, table, item);
}

static enum reeve_status check_constraints(const struct reeve_message *table,
                                           const struct reeve_hints *hints, const void *message,
                                           struct reeve_bytes text,
                                           struct reeve_config_report *report)
{
    struct reeve_problem items[REEVE_CONFIG_ITEMS_MAX];
    struct reeve_problems problems = {.items = items, .capacity = REEVE_CONFIG_ITEMS_MAX};
    struct reeve_problem pattern;
    if (reeve_message_prepare(table, &pattern) != REEVE_OK) {
        return REEVE_NO_MEMORY;
    }
    const enum reeve_status status =
        reeve_message_validate(table, message, reeve_now_read().unix_ms, &problems);
    if (status != REEVE_CONSTRAINT) {
        return status;
    }
    for (size_t i = 0; i < problems.count; i++) {
        struct reeve_config_item *item =
            reeve_document_complain(text, report, false, items[i].field, items[i].rule);
        reeve_config_item_text(item, "%s", items[i].text);
        reeve_hint(hints, table, item);
    }
    report->errors += problems.total - problems.count;
    return REEVE_CONFIG;
}

enum reeve_status reeve_document_read(const char *path, const struct reeve_message *table,
                                      const struct reeve_hints *hints, struct reeve_arena *arena,
                                      struct reeve_config_report *report, struct reeve_bytes *text,
                                      void **message)
{
    struct reeve_problem problem = {.line = 0};
    REEVE_TRY(read_file(path, arena, report, text));
    const enum reeve_status status =
        reeve_message_from_yaml(table, *text, arena, message, &problem);
    if (status == REEVE_NO_MEMORY) {
        return status;
    }
    if (status != REEVE_OK) {
        complain_problem(report, hints, table, &problem);
        return REEVE_CONFIG;
    }
    return check_constraints(table, hints, *message, *text, report);
}

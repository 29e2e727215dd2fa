/* SPDX-License-Identifier: Apache-2.0 */
/* The list of what is wrong with a configuration file: see report.h. */
#include "agent/cli/report.h"

#include <stdarg.h>

void reeve_config_report_init(struct reeve_config_report *r, const char *file)
{
    *r = (struct reeve_config_report){.file = file};
}

void reeve_config_report_clear(struct reeve_config_report *r)
{
    if (r->items != NULL) {
        reeve_free(NULL, r->items, REEVE_CONFIG_ITEMS_MAX * sizeof(*r->items));
    }
    reeve_config_report_init(r, r->file);
}

static void write_text(char *out, size_t size, const char *text)
{
    /* What does not fit is cut; the field is still recognisable. */
    if (reeve_format(out, size, "%s", text) != REEVE_OK) {
        out[size - 1] = '\0';
    }
}

struct reeve_config_item *reeve_config_report_add(struct reeve_config_report *r, bool warning,
                                                  const char *field, const char *rule)
{
    *(warning ? &r->warnings : &r->errors) += 1;
    if (r->items == NULL) {
        r->items = reeve_alloc_array(NULL, REEVE_CONFIG_ITEMS_MAX, sizeof(*r->items));
    }
    if (r->items == NULL || r->count == REEVE_CONFIG_ITEMS_MAX) {
        return NULL;
    }
    struct reeve_config_item *item = &r->items[r->count++];
    item->warning = warning;
    write_text(item->field, sizeof(item->field), field);
    write_text(item->rule, sizeof(item->rule), rule);
    return item;
}

void reeve_config_item_text(struct reeve_config_item *item, const char *format, ...)
{
    if (item == NULL) {
        return;
    }
    va_list args;
    va_start(args, format);
    reeve_format_list_cut(item->text, sizeof(item->text), format, args);
    va_end(args);
}

void reeve_config_item_next(struct reeve_config_item *item, const char *format, ...)
{
    if (item == NULL) {
        return;
    }
    va_list args;
    va_start(args, format);
    reeve_format_list_cut(item->next_step, sizeof(item->next_step), format, args);
    va_end(args);
}

static enum reeve_status print_item(const char *file, const struct reeve_config_item *item,
                                    struct reeve_buffer *out)
{
    REEVE_TRY(reeve_buffer_append_cstr(out, file));
    if (item->line > 0) {
        REEVE_TRY(reeve_buffer_append_format(out, ":%u:%u", item->line, item->column));
    }
    REEVE_TRY(reeve_buffer_append_format(out, ": %s: ", item->warning ? "warning" : "error"));
    if (item->field[0] != '\0') {
        REEVE_TRY(reeve_buffer_append_format(out, "%s: ", item->field));
    }
    REEVE_TRY(reeve_buffer_append_format(out, "%s (%s)\n", item->text, item->rule));
    if (item->next_step[0] == '\0') {
        return REEVE_OK;
    }
    return reeve_buffer_append_format(out, "  next: %s\n", item->next_step);
}

enum reeve_status reeve_config_report_print(const struct reeve_config_report *r,
                                            struct reeve_buffer *out)
{
    for (size_t i = 0; i < r->count; i++) {
        REEVE_TRY(print_item(r->file, &r->items[i], out));
    }
    const size_t more = r->errors + r->warnings - r->count;
    if (more == 0) {
        return REEVE_OK;
    }
    return reeve_buffer_append_format(out, "%s: and %zu more\n", r->file, more);
}

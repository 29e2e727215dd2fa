/* SPDX-License-Identifier: Apache-2.0 */
/* The list of what is wrong with a configuration file: see report.h. */
#include "agent/cli/report.h"

#include <stdarg.h>

#include "agent/cli/output.h"

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
    reeve_format_cut(item->field, sizeof(item->field), "%s", field);
    reeve_format_cut(item->rule, sizeof(item->rule), "%s", rule);
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

void reeve_config_item_cause(struct reeve_config_item *item, const char *text,
                             const char *otherwise)
{
    const struct reeve_bytes mark = reeve_bytes_cstr("; next: ");
    const size_t at = reeve_bytes_find(reeve_bytes_cstr(text), mark);
    if (at == SIZE_MAX) {
        reeve_config_item_text(item, "%s", text);
        reeve_config_item_next(item, "%s", otherwise);
        return;
    }
    reeve_config_item_text(item, "%.*s", (int)at, text);
    reeve_config_item_next(item, "%s", text + at + mark.len);
}

/* What a terminal would obey stands in the file, or in its name. */
static enum reeve_status put(const char *text, struct reeve_buffer *out)
{
    return reeve_output_printable(reeve_bytes_cstr(text), false, false, out);
}

/* The text behind its field, if it has one, with its rule. */
static enum reeve_status print_text(const struct reeve_config_item *item, struct reeve_buffer *out)
{
    if (item->field[0] != '\0') {
        REEVE_TRY(put(item->field, out));
        REEVE_TRY(reeve_buffer_append_cstr(out, ": "));
    }
    REEVE_TRY(put(item->text, out));
    return reeve_buffer_append_format(out, " (%s)\n", item->rule);
}

static enum reeve_status print_item(const char *file, const struct reeve_config_item *item,
                                    struct reeve_buffer *out)
{
    REEVE_TRY(put(file, out));
    if (item->line > 0) {
        REEVE_TRY(reeve_buffer_append_format(out, ":%u:%u", item->line, item->column));
    }
    REEVE_TRY(reeve_buffer_append_format(out, ": %s: ", item->warning ? "warning" : "error"));
    REEVE_TRY(print_text(item, out));
    if (item->next_step[0] == '\0') {
        return REEVE_OK;
    }
    REEVE_TRY(reeve_buffer_append_cstr(out, "  next: "));
    REEVE_TRY(put(item->next_step, out));
    return reeve_buffer_append_byte(out, '\n');
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
    REEVE_TRY(put(r->file, out));
    return reeve_buffer_append_format(out, ": and %zu more\n", more);
}

void reeve_config_report_write(const struct reeve_config_report *r, int fd)
{
    struct reeve_buffer text;
    reeve_buffer_init(&text, NULL, REEVE_OUTPUT_MAX);
    if (reeve_config_report_print(r, &text) == REEVE_OK) {
        (void)reeve_output_write(fd, reeve_buffer_view(&text));
    }
    reeve_buffer_clear(&text);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What every command does with its arguments and its output: see ctl.h. */
#include "gateway-stub/reevectl/ctl.h"

#include <inttypes.h>
#include <stdarg.h>
#include <unistd.h>

#include "gateway-stub/reevectl/complaint.h"
#include "gateway-stub/reevectl/schemas.h"

#define TEXT_SIZE 4096u

void reeve_ctl_init(struct reeve_ctl *c, struct reeve_arena *arena)
{
    *c = (struct reeve_ctl){.arena = arena, .now = reeve_now_read()};
    reeve_buffer_init(&c->out, NULL, 64u * 1024u * 1024u);
}

void reeve_ctl_clear(struct reeve_ctl *c)
{
    reeve_schemas_free(c->schemas);
    c->schemas = NULL;
    reeve_client_free(c->client);
    c->client = NULL;
    reeve_buffer_clear(&c->out);
}

/* ---- arguments ---- */

const char *reeve_ctl_option(const struct reeve_ctl *c, size_t index)
{
    return c->arguments.values[REEVE_CTL_GLOBALS + index];
}

const char *reeve_ctl_word(const struct reeve_ctl *c, size_t index)
{
    return index < c->arguments.words_count ? c->arguments.words[index] : NULL;
}

/* False unless it is digits alone, and at most `max`. */
static bool read_digits(const char *text, uint64_t max, uint64_t *out)
{
    uint64_t value = 0;
    for (const char *at = text; *at != '\0'; at++) {
        const uint64_t digit = (uint64_t)(*at - '0');
        if (*at < '0' || *at > '9' || digit > max || value > (max - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *out = value;
    return text[0] != '\0';
}

enum reeve_ctl_exit reeve_ctl_whole_number(const struct reeve_ctl *c, size_t index,
                                           const char *name, uint64_t max, uint64_t *out)
{
    const char *text = reeve_ctl_option(c, index);
    if (text == NULL) {
        return REEVE_CTL_DONE;
    }
    if (!read_digits(text, max, out)) {
        return reeve_ctl_refuse(c, REEVE_CTL_USAGE,
                                reeve_output_text(c->arena, "write 0 to %" PRIu64, max),
                                "%s takes a number, not \"%s\"", name, text);
    }
    return REEVE_CTL_DONE;
}

enum reeve_ctl_exit reeve_ctl_number(const struct reeve_ctl *c, size_t index, const char *name,
                                     uint32_t max, uint32_t *out)
{
    uint64_t value = *out;
    const enum reeve_ctl_exit status = reeve_ctl_whole_number(c, index, name, max, &value);
    *out = (uint32_t)value;
    return status;
}

/* ---- stdout ---- */

void reeve_ctl_put(struct reeve_ctl *c, struct reeve_bytes text)
{
    if (reeve_buffer_append(&c->out, text) != REEVE_OK) {
        c->print_failed = true;
    }
}

void reeve_ctl_say(struct reeve_ctl *c, const char *format, ...)
{
    char text[TEXT_SIZE];
    va_list args;
    va_start(args, format);
    reeve_format_list_cut(text, sizeof(text), format, args);
    va_end(args);
    reeve_ctl_put(c, reeve_bytes_cstr(text));
}

void reeve_ctl_row(struct reeve_ctl *c, struct reeve_rows *rows, const char *const *cells)
{
    if (reeve_rows_add(rows, cells) != REEVE_OK) {
        c->print_failed = true;
    }
}

void reeve_ctl_rows(struct reeve_ctl *c, const struct reeve_rows *rows)
{
    if (reeve_rows_print(rows, 0, &c->out) != REEVE_OK) {
        c->print_failed = true;
    }
}

void reeve_ctl_flush(struct reeve_ctl *c)
{
    if (c->out.len > 0 &&
        !reeve_output_write_printable(STDOUT_FILENO, reeve_buffer_view(&c->out), c->colour)) {
        c->print_failed = true;
    }
    reeve_buffer_reset(&c->out);
}

const char *reeve_ctl_painted(struct reeve_ctl *c, const char *code, const char *text)
{
    return reeve_output_text(c->arena, "%s%s%s", reeve_output_paint(c->colour, code), text,
                             reeve_output_plain(c->colour));
}

const char *reeve_ctl_safe(struct reeve_ctl *c, const char *text)
{
    struct reeve_buffer printable;
    reeve_buffer_init(&printable, NULL, SIZE_MAX);
    char *copy = NULL;
    if (reeve_output_printable(reeve_bytes_cstr(text), false, false, &printable) == REEVE_OK) {
        copy = reeve_arena_strdup(c->arena, reeve_buffer_view(&printable));
    }
    reeve_buffer_clear(&printable);
    return copy != NULL ? copy : "";
}

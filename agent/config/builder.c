/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts share: see builder.h. */
#include "agent/config/builder.h"

#include <stdarg.h>

#include "agent/base/character.h"
#include "agent/cli/document.h"
#include "agent/cli/text_file.h"

static struct reeve_config_item *complain(struct reeve_config_builder *b, bool warning,
                                          const char *rule, const char *format, va_list args)
{
    char field[REEVE_CONFIG_FIELD_SIZE];
    reeve_format_list_cut(field, sizeof(field), format, args);
    return reeve_document_complain(b->config->text, b->report, warning, field, rule);
}

struct reeve_config_item *reeve_config_error(struct reeve_config_builder *b, const char *rule,
                                             const char *field, ...)
{
    va_list args;
    va_start(args, field);
    struct reeve_config_item *item = complain(b, false, rule, field, args);
    va_end(args);
    return item;
}

struct reeve_config_item *reeve_config_warning(struct reeve_config_builder *b, const char *rule,
                                               const char *field, ...)
{
    va_list args;
    va_start(args, field);
    struct reeve_config_item *item = complain(b, true, rule, field, args);
    va_end(args);
    return item;
}

enum reeve_status reeve_config_path(struct reeve_config_builder *b, const char *path,
                                    const char **out)
{
    return reeve_text_file_resolve(b->directory, path, b->arena, out);
}

const char *reeve_config_text(const char *text)
{
    return text != NULL && text[0] != '\0' ? text : NULL;
}

uint64_t reeve_config_ms(struct reeve_config_builder *b,
                         const struct google_protobuf_duration *duration, uint64_t fallback_ms,
                         uint64_t max_ms, const char *field)
{
    if (duration == NULL) {
        return fallback_ms;
    }
    const bool negative = duration->seconds < 0 || duration->nanos < 0;
    const bool long_ = !negative && (uint64_t)duration->seconds > max_ms / 1000;
    const uint64_t ms = negative || long_ ? 0
                                          : (uint64_t)duration->seconds * 1000 +
                                                ((uint64_t)duration->nanos + 999999) / 1000000;
    if (!negative && !long_ && ms <= max_ms) {
        return ms;
    }
    struct reeve_config_item *item = reeve_config_error(b, "duration.range", "%s", field);
    reeve_config_item_text(item, "the time is not between 0 s and %llu s",
                           (unsigned long long)(max_ms / 1000));
    reeve_config_item_next(item, "write a time in that range, such as 25s");
    return fallback_ms;
}

/* ---- "host:port" ---- */

static bool is_port(struct reeve_bytes text)
{
    uint32_t port = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
        port = port * 10 + (uint32_t)(text.data[i] - '0');
    }
    return text.len > 0 && text.len <= 5 && port > 0 && port <= 65535;
}

static bool is_name_character(uint8_t c)
{
    return reeve_is_alphanumeric(c) || c == '-' || c == '.' || c == '_';
}

static bool is_v6_character(uint8_t c)
{
    return reeve_is_hex(c) || c == ':' || c == '.' || c == '%';
}

static bool is_host(struct reeve_bytes host)
{
    const bool bracketed = host.len > 2 && host.data[0] == '[' && host.data[host.len - 1] == ']';
    const struct reeve_bytes inside = bracketed ? reeve_bytes_slice(host, 1, host.len - 2) : host;
    for (size_t i = 0; i < inside.len; i++) {
        if (!(bracketed ? is_v6_character(inside.data[i]) : is_name_character(inside.data[i]))) {
            return false;
        }
    }
    return inside.len > 0;
}

bool reeve_config_address(struct reeve_bytes text)
{
    size_t colon = text.len;
    while (colon > 0 && text.data[colon - 1] != ':') {
        colon--;
    }
    if (colon == 0) {
        return false;
    }
    return is_host(reeve_bytes_slice(text, 0, colon - 1)) &&
           is_port(reeve_bytes_slice(text, colon, text.len - colon));
}

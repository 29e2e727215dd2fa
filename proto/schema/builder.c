/* SPDX-License-Identifier: Apache-2.0 */
/* Types by name, and refusals. */
#include "proto/schema/builder.h"

#include "proto/runtime/path.h"

enum reeve_status reeve_builder_refuse(const struct reeve_builder *b, enum reeve_status status,
                                       const char *rule, const char *text)
{
    const struct reeve_path message = {.name = b->message_name};
    const struct reeve_path field = {.up = &message, .name = b->field_name};
    reeve_problem_set(b->problem, b->message_name == NULL ? NULL : &field, rule, text);
    return status;
}

enum reeve_status reeve_builder_no_memory(const struct reeve_builder *b)
{
    return reeve_builder_refuse(b, REEVE_NO_MEMORY, "memory", reeve_status_text(REEVE_NO_MEMORY));
}

static int compare_name(const char *a, const char *b)
{
    return reeve_bytes_compare(reeve_bytes_cstr(a), reeve_bytes_cstr(b));
}

const struct reeve_message *reeve_builder_message(const struct reeve_builder *b, const char *name)
{
    size_t low = 0;
    size_t high = b->messages_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = compare_name(b->messages[middle].name, name);
        if (order == 0) {
            return &b->messages[middle];
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return NULL;
}

const struct reeve_enum *reeve_builder_enum(const struct reeve_builder *b, const char *name)
{
    size_t low = 0;
    size_t high = b->enums_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = compare_name(b->enums[middle].name, name);
        if (order == 0) {
            return &b->enums[middle];
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns are compiled once, before the first message is validated. */
#include "proto/runtime/message.h"
#include "proto/runtime/path.h"
#include "proto/runtime/pattern.h"
#include "proto/runtime/rule.h"
#include "proto/runtime/type_set.h"

static enum reeve_status prepare_field(const struct reeve_field *f, struct reeve_problem *problem)
{
    const struct reeve_path path = reeve_path_to(NULL, f);
    for (uint32_t i = 0; i < f->rules_count; i++) {
        const struct reeve_rule *rule = &f->rules[i];
        if (rule->pattern == NULL || *rule->pattern != NULL) {
            continue;
        }
        const enum reeve_status status = reeve_pattern_new(rule->operand.bytes, rule->pattern);
        if (status != REEVE_OK) {
            reeve_problem_set(problem, &path, rule->id,
                              status == REEVE_INVALID ? "the pattern is not valid RE2"
                                                      : reeve_status_text(status));
            return status;
        }
    }
    return REEVE_OK;
}

static enum reeve_status prepare_message(const struct reeve_message *m,
                                         struct reeve_problem *problem)
{
    for (uint16_t i = 0; i < m->fields_count; i++) {
        REEVE_TRY(prepare_field(&m->fields[i], problem));
    }
    return REEVE_OK;
}

enum reeve_status reeve_message_prepare(const struct reeve_message *m,
                                        struct reeve_problem *problem)
{
    struct reeve_type_set types;
    reeve_type_set_init(&types, NULL);
    enum reeve_status status = reeve_type_set_add(&types, m);
    if (status != REEVE_OK) {
        reeve_problem_set(problem, NULL, "table", reeve_status_text(status));
    }
    for (size_t i = 0; i < types.messages_count && status == REEVE_OK; i++) {
        status = prepare_message(types.messages[i], problem);
    }
    reeve_type_set_clear(&types);
    return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Words. */
#include "proto/runtime/violation.h"

#include <inttypes.h>
#include <math.h>

#include "proto/runtime/form.h"
#include "proto/runtime/number.h"

struct phrase {
    const char *before;
    const char *after; /* NULL: the operand is not shown */
};

static const struct phrase phrases[REEVE_TEST_COUNT_] = {
    [REEVE_TEST_REQUIRED] = {"must be set", NULL},
    [REEVE_TEST_IGNORE_IF_ZERO] = {"", NULL},
    [REEVE_TEST_IGNORE_ALWAYS] = {"", NULL},
    [REEVE_TEST_CONST] = {"must be the one allowed value", NULL},
    [REEVE_TEST_LT] = {"must be less than ", ""},
    [REEVE_TEST_LTE] = {"must be at most ", ""},
    [REEVE_TEST_GT] = {"must be greater than ", ""},
    [REEVE_TEST_GTE] = {"must be at least ", ""},
    [REEVE_TEST_IN] = {"must be one of the allowed values", NULL},
    [REEVE_TEST_NOT_IN] = {"must not be one of the forbidden values", NULL},
    [REEVE_TEST_FINITE] = {"must be finite", NULL},
    [REEVE_TEST_LEN] = {"must have exactly ", " characters"},
    [REEVE_TEST_MIN_LEN] = {"must have at least ", " characters"},
    [REEVE_TEST_MAX_LEN] = {"must have at most ", " characters"},
    [REEVE_TEST_LEN_BYTES] = {"must have exactly ", " bytes"},
    [REEVE_TEST_MIN_BYTES] = {"must have at least ", " bytes"},
    [REEVE_TEST_MAX_BYTES] = {"must have at most ", " bytes"},
    [REEVE_TEST_PATTERN] = {"must match the declared pattern", NULL},
    [REEVE_TEST_PREFIX] = {"must start with the declared prefix", NULL},
    [REEVE_TEST_SUFFIX] = {"must end with the declared suffix", NULL},
    [REEVE_TEST_CONTAINS] = {"must contain the declared text", NULL},
    [REEVE_TEST_NOT_CONTAINS] = {"must not contain the declared text", NULL},
    [REEVE_TEST_FORM] = {"must be ", NULL}, /* and the form's name */
    [REEVE_TEST_HEADER_NAME] = {"must be the name of an HTTP header field", NULL},
    [REEVE_TEST_HEADER_VALUE] = {"must be the value of an HTTP header field", NULL},
    [REEVE_TEST_LT_NOW] = {"must not be in the future", NULL},
    [REEVE_TEST_GT_NOW] = {"must not be in the past", NULL},
    [REEVE_TEST_WITHIN] = {"must be within ", " of now"},
    [REEVE_TEST_PATHS_CONST] = {"must have the declared paths", NULL},
    [REEVE_TEST_PATHS_IN] = {"must have allowed paths only", NULL},
    [REEVE_TEST_PATHS_NOT_IN] = {"must not have a forbidden path", NULL},
    [REEVE_TEST_DEFINED_ONLY] = {"must be a declared value of the enum", NULL},
    [REEVE_TEST_MIN_COUNT] = {"must have at least ", " elements"},
    [REEVE_TEST_MAX_COUNT] = {"must have at most ", " elements"},
    [REEVE_TEST_UNIQUE] = {"must not hold a value twice", NULL},
};

#define OPERAND_TEXT 48

static enum reeve_status format_signed(const struct reeve_rule *rule, char out[OPERAND_TEXT])
{
    const int64_t v = rule->operand.i64;
    const struct reeve_rule_kind *kind = reeve_rule_kind_at(rule->code);
    const uint32_t on = kind == NULL ? 0 : kind->applies_to;
    if (on != REEVE_ON_TIMESTAMP && on != REEVE_ON_DURATION) {
        return reeve_format(out, OPERAND_TEXT, "%" PRId64, v);
    }
    if (on == REEVE_ON_TIMESTAMP && kind->test != REEVE_TEST_WITHIN) {
        return reeve_timestamp_format(reeve_instant_from_nanos(v), out);
    }
    /* A duration's parts have one sign. */
    const struct reeve_instant d = {v / 1000000000, (int32_t)(v % 1000000000)};
    return reeve_duration_format(d, out);
}

static enum reeve_status format_operand(const struct reeve_rule *rule, char out[OPERAND_TEXT])
{
    if (rule->kind == REEVE_OPERAND_UNSIGNED) {
        return reeve_format(out, OPERAND_TEXT, "%" PRIu64, rule->operand.u64);
    }
    if (rule->kind == REEVE_OPERAND_DOUBLE) {
        return reeve_format(out, OPERAND_TEXT, "%.*g", 15, rule->operand.f64);
    }
    return rule->kind == REEVE_OPERAND_SIGNED ? format_signed(rule, out) : REEVE_INTERNAL;
}

static const struct phrase *phrase_of(const struct reeve_rule *rule)
{
    static const struct phrase unknown = {"breaks a rule", NULL};
    const struct reeve_rule_kind *kind = reeve_rule_kind_at(rule->code);
    return kind == NULL ? &unknown : &phrases[kind->test];
}

/* "1 character", "2 characters": without the plural's letter where there is one. */
static int after_length(const struct phrase *phrase, const struct reeve_rule *rule)
{
    const int length = (int)reeve_bytes_cstr(phrase->after).len;
    const bool one = rule->kind == REEVE_OPERAND_UNSIGNED && rule->operand.u64 == 1;

    return one && length > 0 ? length - 1 : length;
}

void reeve_violation_text(const struct reeve_rule *rule, char out[REEVE_VIOLATION_TEXT])
{
    const struct phrase *phrase = phrase_of(rule);
    const struct reeve_form *form = reeve_form_of(rule->code);
    char operand[OPERAND_TEXT] = "";
    if (phrase->after == NULL || format_operand(rule, operand) != REEVE_OK) {
        operand[0] = '\0';
    }
    if (form != NULL) {
        reeve_format_cut(out, REEVE_VIOLATION_TEXT, "%s%s", phrase->before, form->name);
        return;
    }
    reeve_format_cut(out, REEVE_VIOLATION_TEXT, "%s%s%.*s", phrase->before, operand,
                     after_length(phrase, rule), phrase->after == NULL ? "" : phrase->after);
}

void reeve_violation_id(const struct reeve_rule *rule, bool empty, char out[64])
{
    const bool own =
        reeve_form_of(rule->code) != NULL || rule->code == REEVE_RULE_STRING_HEADER_NAME;
    reeve_format_cut(out, 64, "%s%s", rule->id, own && empty ? "_empty" : "");
}

/* "lt" of "int32.lt". */
static const char *last_part(const char *id)
{
    const char *last = id;
    for (; *id != '\0'; id++) {
        last = *id == '.' ? id + 1 : last;
    }
    return last;
}

void reeve_violation_range_id(const struct reeve_rule *lower, const struct reeve_rule *upper,
                              bool exclusive, char out[64])
{
    reeve_format_cut(out, 64, "%s_%s%s", lower->id, last_part(upper->id),
                     exclusive ? "_exclusive" : "");
}

void reeve_violation_range_text(const struct reeve_rule *lower, const struct reeve_rule *upper,
                                bool exclusive, char out[REEVE_VIOLATION_TEXT])
{
    char low[REEVE_VIOLATION_TEXT];
    char high[REEVE_VIOLATION_TEXT];
    reeve_violation_text(lower, low);
    reeve_violation_text(upper, high);
    /* "must be at least 1 and less than 9": the second "must be " says nothing new. */
    const size_t repeated = sizeof "must be " - 1;
    const enum reeve_status status = reeve_format(out, REEVE_VIOLATION_TEXT, "%s %s %s", low,
                                                  exclusive ? "or" : "and", high + repeated);
    (void)status;
}

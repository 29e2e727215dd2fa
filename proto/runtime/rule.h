/* SPDX-License-Identifier: Apache-2.0 */
/* The constraints that exist: one line each, with protovalidate's id, the operand they take, the
 * types they apply to and the test they run (validate.c has one function per test). Generator,
 * runtime and gateway all read this list; a rule that is not in it is refused by each of them.
 *
 * `ignore_if_zero_value` is buf.validate's `ignore: IGNORE_IF_ZERO_VALUE` of the same target; so is
 * `ignore_always`, which stands on messages only: any other target with IGNORE_ALWAYS has no rules
 * at all. A required oneof is no rule but reeve_oneof.required; (buf.validate.message).oneof is
 * reeve_message.oneof_rules.
 *
 * Two lower and upper bounds together, and a format on an empty value, are reported under ids of
 * their own (violation.h). The operand of the two header rules is `strict`. */
#ifndef REEVE_PROTO_RUNTIME_RULE_H
#define REEVE_PROTO_RUNTIME_RULE_H

#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a rule may be written on: a set of 1 << enum reeve_field_type, and these. A wrapper message
 * counts as the scalar inside it. */
#define REEVE_ON(type) (UINT32_C(1) << REEVE_TYPE_##type)
#define REEVE_ON_TIMESTAMP (UINT32_C(1) << 24)
#define REEVE_ON_DURATION (UINT32_C(1) << 25)
#define REEVE_ON_REPEATED (UINT32_C(1) << 26)
#define REEVE_ON_MAP (UINT32_C(1) << 27)
#define REEVE_ON_FIELD_MASK (UINT32_C(1) << 28)
#define REEVE_ON_ANY UINT32_MAX

/* How a rule is tested. */
enum reeve_rule_test {
    REEVE_TEST_REQUIRED,
    REEVE_TEST_IGNORE_IF_ZERO,
    REEVE_TEST_IGNORE_ALWAYS,
    REEVE_TEST_CONST,
    REEVE_TEST_LT,
    REEVE_TEST_LTE,
    REEVE_TEST_GT,
    REEVE_TEST_GTE,
    REEVE_TEST_IN,
    REEVE_TEST_NOT_IN,
    REEVE_TEST_FINITE,
    REEVE_TEST_LEN,
    REEVE_TEST_MIN_LEN,
    REEVE_TEST_MAX_LEN,
    REEVE_TEST_LEN_BYTES,
    REEVE_TEST_MIN_BYTES,
    REEVE_TEST_MAX_BYTES,
    REEVE_TEST_PATTERN,
    REEVE_TEST_PREFIX,
    REEVE_TEST_SUFFIX,
    REEVE_TEST_CONTAINS,
    REEVE_TEST_NOT_CONTAINS,
    REEVE_TEST_FORM, /* form.h */
    REEVE_TEST_HEADER_NAME,
    REEVE_TEST_HEADER_VALUE,
    REEVE_TEST_LT_NOW,
    REEVE_TEST_GT_NOW,
    REEVE_TEST_WITHIN,
    REEVE_TEST_PATHS_CONST,
    REEVE_TEST_PATHS_IN,
    REEVE_TEST_PATHS_NOT_IN,
    REEVE_TEST_DEFINED_ONLY,
    REEVE_TEST_MIN_COUNT,
    REEVE_TEST_MAX_COUNT,
    REEVE_TEST_UNIQUE,
    REEVE_TEST_COUNT_,
};

/* X(NAME, "id", operand kind, types, test) */
#define REEVE_RULE_BOUNDS(X, NAME, id, kind, on)                                                   \
    X(NAME##_CONST, id ".const", kind, on, CONST)                                                  \
    X(NAME##_LT, id ".lt", kind, on, LT)                                                           \
    X(NAME##_LTE, id ".lte", kind, on, LTE)                                                        \
    X(NAME##_GT, id ".gt", kind, on, GT)                                                           \
    X(NAME##_GTE, id ".gte", kind, on, GTE)

#define REEVE_RULE_ORDERED(X, NAME, id, kind, on)                                                  \
    REEVE_RULE_BOUNDS(X, NAME, id, kind, on)                                                       \
    X(NAME##_IN, id ".in", kind##_LIST, on, IN)                                                    \
    X(NAME##_NOT_IN, id ".not_in", kind##_LIST, on, NOT_IN)

#define REEVE_RULE_FORMS(X)                                                                        \
    X(STRING_EMAIL, "string.email", NONE, REEVE_ON(STRING), FORM)                                  \
    X(STRING_HOSTNAME, "string.hostname", NONE, REEVE_ON(STRING), FORM)                            \
    X(STRING_IP, "string.ip", NONE, REEVE_ON(STRING), FORM)                                        \
    X(STRING_IPV4, "string.ipv4", NONE, REEVE_ON(STRING), FORM)                                    \
    X(STRING_IPV6, "string.ipv6", NONE, REEVE_ON(STRING), FORM)                                    \
    X(STRING_URI, "string.uri", NONE, REEVE_ON(STRING), FORM)                                      \
    X(STRING_URI_REF, "string.uri_ref", NONE, REEVE_ON(STRING), FORM)                              \
    X(STRING_ADDRESS, "string.address", NONE, REEVE_ON(STRING), FORM)                              \
    X(STRING_UUID, "string.uuid", NONE, REEVE_ON(STRING), FORM)                                    \
    X(STRING_TUUID, "string.tuuid", NONE, REEVE_ON(STRING), FORM)                                  \
    X(STRING_ULID, "string.ulid", NONE, REEVE_ON(STRING), FORM)                                    \
    X(STRING_IP_WITH_PREFIXLEN, "string.ip_with_prefixlen", NONE, REEVE_ON(STRING), FORM)          \
    X(STRING_IPV4_WITH_PREFIXLEN, "string.ipv4_with_prefixlen", NONE, REEVE_ON(STRING), FORM)      \
    X(STRING_IPV6_WITH_PREFIXLEN, "string.ipv6_with_prefixlen", NONE, REEVE_ON(STRING), FORM)      \
    X(STRING_IP_PREFIX, "string.ip_prefix", NONE, REEVE_ON(STRING), FORM)                          \
    X(STRING_IPV4_PREFIX, "string.ipv4_prefix", NONE, REEVE_ON(STRING), FORM)                      \
    X(STRING_IPV6_PREFIX, "string.ipv6_prefix", NONE, REEVE_ON(STRING), FORM)                      \
    X(STRING_HOST_AND_PORT, "string.host_and_port", NONE, REEVE_ON(STRING), FORM)                  \
    X(STRING_PROTOBUF_FQN, "string.protobuf_fqn", NONE, REEVE_ON(STRING), FORM)                    \
    X(STRING_PROTOBUF_DOT_FQN, "string.protobuf_dot_fqn", NONE, REEVE_ON(STRING), FORM)            \
    X(STRING_HEADER_NAME, "string.well_known_regex.header_name", BOOL, REEVE_ON(STRING),           \
      HEADER_NAME)                                                                                 \
    X(STRING_HEADER_VALUE, "string.well_known_regex.header_value", BOOL, REEVE_ON(STRING),         \
      HEADER_VALUE)                                                                                \
    X(BYTES_IP, "bytes.ip", NONE, REEVE_ON(BYTES), FORM)                                           \
    X(BYTES_IPV4, "bytes.ipv4", NONE, REEVE_ON(BYTES), FORM)                                       \
    X(BYTES_IPV6, "bytes.ipv6", NONE, REEVE_ON(BYTES), FORM)                                       \
    X(BYTES_UUID, "bytes.uuid", NONE, REEVE_ON(BYTES), FORM)

#define REEVE_RULE_MAP(X)                                                                          \
    X(REQUIRED, "required", NONE, REEVE_ON_ANY, REQUIRED)                                          \
    X(IGNORE_IF_ZERO_VALUE, "ignore_if_zero_value", NONE, REEVE_ON_ANY, IGNORE_IF_ZERO)            \
    X(IGNORE_ALWAYS, "ignore_always", NONE, REEVE_ON_ANY, IGNORE_ALWAYS)                           \
    REEVE_RULE_ORDERED(X, DOUBLE, "double", DOUBLE, REEVE_ON(DOUBLE))                              \
    X(DOUBLE_FINITE, "double.finite", NONE, REEVE_ON(DOUBLE), FINITE)                              \
    REEVE_RULE_ORDERED(X, FLOAT, "float", DOUBLE, REEVE_ON(FLOAT))                                 \
    X(FLOAT_FINITE, "float.finite", NONE, REEVE_ON(FLOAT), FINITE)                                 \
    REEVE_RULE_ORDERED(X, INT32, "int32", SIGNED, REEVE_ON(INT32))                                 \
    REEVE_RULE_ORDERED(X, INT64, "int64", SIGNED, REEVE_ON(INT64))                                 \
    REEVE_RULE_ORDERED(X, SINT32, "sint32", SIGNED, REEVE_ON(SINT32))                              \
    REEVE_RULE_ORDERED(X, SINT64, "sint64", SIGNED, REEVE_ON(SINT64))                              \
    REEVE_RULE_ORDERED(X, SFIXED32, "sfixed32", SIGNED, REEVE_ON(SFIXED32))                        \
    REEVE_RULE_ORDERED(X, SFIXED64, "sfixed64", SIGNED, REEVE_ON(SFIXED64))                        \
    REEVE_RULE_ORDERED(X, UINT32, "uint32", UNSIGNED, REEVE_ON(UINT32))                            \
    REEVE_RULE_ORDERED(X, UINT64, "uint64", UNSIGNED, REEVE_ON(UINT64))                            \
    REEVE_RULE_ORDERED(X, FIXED32, "fixed32", UNSIGNED, REEVE_ON(FIXED32))                         \
    REEVE_RULE_ORDERED(X, FIXED64, "fixed64", UNSIGNED, REEVE_ON(FIXED64))                         \
    X(BOOL_CONST, "bool.const", BOOL, REEVE_ON(BOOL), CONST)                                       \
    X(ENUM_CONST, "enum.const", SIGNED, REEVE_ON(ENUM), CONST)                                     \
    X(ENUM_DEFINED_ONLY, "enum.defined_only", NONE, REEVE_ON(ENUM), DEFINED_ONLY)                  \
    X(ENUM_IN, "enum.in", SIGNED_LIST, REEVE_ON(ENUM), IN)                                         \
    X(ENUM_NOT_IN, "enum.not_in", SIGNED_LIST, REEVE_ON(ENUM), NOT_IN)                             \
    X(STRING_CONST, "string.const", STRING, REEVE_ON(STRING), CONST)                               \
    X(STRING_LEN, "string.len", UNSIGNED, REEVE_ON(STRING), LEN)                                   \
    X(STRING_MIN_LEN, "string.min_len", UNSIGNED, REEVE_ON(STRING), MIN_LEN)                       \
    X(STRING_MAX_LEN, "string.max_len", UNSIGNED, REEVE_ON(STRING), MAX_LEN)                       \
    X(STRING_LEN_BYTES, "string.len_bytes", UNSIGNED, REEVE_ON(STRING), LEN_BYTES)                 \
    X(STRING_MIN_BYTES, "string.min_bytes", UNSIGNED, REEVE_ON(STRING), MIN_BYTES)                 \
    X(STRING_MAX_BYTES, "string.max_bytes", UNSIGNED, REEVE_ON(STRING), MAX_BYTES)                 \
    X(STRING_PATTERN, "string.pattern", STRING, REEVE_ON(STRING), PATTERN)                         \
    X(STRING_PREFIX, "string.prefix", STRING, REEVE_ON(STRING), PREFIX)                            \
    X(STRING_SUFFIX, "string.suffix", STRING, REEVE_ON(STRING), SUFFIX)                            \
    X(STRING_CONTAINS, "string.contains", STRING, REEVE_ON(STRING), CONTAINS)                      \
    X(STRING_NOT_CONTAINS, "string.not_contains", STRING, REEVE_ON(STRING), NOT_CONTAINS)          \
    X(STRING_IN, "string.in", STRING_LIST, REEVE_ON(STRING), IN)                                   \
    X(STRING_NOT_IN, "string.not_in", STRING_LIST, REEVE_ON(STRING), NOT_IN)                       \
    X(BYTES_CONST, "bytes.const", BYTES, REEVE_ON(BYTES), CONST)                                   \
    X(BYTES_LEN, "bytes.len", UNSIGNED, REEVE_ON(BYTES), LEN_BYTES)                                \
    X(BYTES_MIN_LEN, "bytes.min_len", UNSIGNED, REEVE_ON(BYTES), MIN_BYTES)                        \
    X(BYTES_MAX_LEN, "bytes.max_len", UNSIGNED, REEVE_ON(BYTES), MAX_BYTES)                        \
    X(BYTES_PATTERN, "bytes.pattern", STRING, REEVE_ON(BYTES), PATTERN)                            \
    X(BYTES_PREFIX, "bytes.prefix", BYTES, REEVE_ON(BYTES), PREFIX)                                \
    X(BYTES_SUFFIX, "bytes.suffix", BYTES, REEVE_ON(BYTES), SUFFIX)                                \
    X(BYTES_CONTAINS, "bytes.contains", BYTES, REEVE_ON(BYTES), CONTAINS)                          \
    X(BYTES_IN, "bytes.in", BYTES_LIST, REEVE_ON(BYTES), IN)                                       \
    X(BYTES_NOT_IN, "bytes.not_in", BYTES_LIST, REEVE_ON(BYTES), NOT_IN)                           \
    REEVE_RULE_FORMS(X)                                                                            \
    X(REPEATED_MIN_ITEMS, "repeated.min_items", UNSIGNED, REEVE_ON_REPEATED, MIN_COUNT)            \
    X(REPEATED_MAX_ITEMS, "repeated.max_items", UNSIGNED, REEVE_ON_REPEATED, MAX_COUNT)            \
    X(REPEATED_UNIQUE, "repeated.unique", NONE, REEVE_ON_REPEATED, UNIQUE)                         \
    X(MAP_MIN_PAIRS, "map.min_pairs", UNSIGNED, REEVE_ON_MAP, MIN_COUNT)                           \
    X(MAP_MAX_PAIRS, "map.max_pairs", UNSIGNED, REEVE_ON_MAP, MAX_COUNT)                           \
    REEVE_RULE_BOUNDS(X, TIMESTAMP, "timestamp", SIGNED, REEVE_ON_TIMESTAMP)                       \
    X(TIMESTAMP_LT_NOW, "timestamp.lt_now", NONE, REEVE_ON_TIMESTAMP, LT_NOW)                      \
    X(TIMESTAMP_GT_NOW, "timestamp.gt_now", NONE, REEVE_ON_TIMESTAMP, GT_NOW)                      \
    X(TIMESTAMP_WITHIN, "timestamp.within", SIGNED, REEVE_ON_TIMESTAMP, WITHIN)                    \
    X(FIELD_MASK_CONST, "field_mask.const", STRING_LIST, REEVE_ON_FIELD_MASK, PATHS_CONST)         \
    X(FIELD_MASK_IN, "field_mask.in", STRING_LIST, REEVE_ON_FIELD_MASK, PATHS_IN)                  \
    X(FIELD_MASK_NOT_IN, "field_mask.not_in", STRING_LIST, REEVE_ON_FIELD_MASK, PATHS_NOT_IN)      \
    REEVE_RULE_ORDERED(X, DURATION, "duration", SIGNED, REEVE_ON_DURATION)

/* reeve_rule.code: REEVE_RULE_STRING_MIN_LEN … */
enum reeve_rule_code {
#define X(name, id, kind, on, test) REEVE_RULE_##name,
    REEVE_RULE_MAP(X)
#undef X
        REEVE_RULE_COUNT_
};

struct reeve_rule_kind {
    const char *id;      /* "string.min_len" */
    const char *name;    /* "REEVE_RULE_STRING_MIN_LEN", for generated code */
    uint16_t code;       /* enum reeve_rule_code */
    uint8_t operand;     /* enum reeve_operand_kind */
    uint8_t test;        /* enum reeve_rule_test */
    uint32_t applies_to; /* REEVE_ON… */
};

/* By id; NULL when there is no such rule. Static. */
const struct reeve_rule_kind *reeve_rule_kind_find(struct reeve_bytes id);
extern const struct reeve_rule_kind reeve_rule_kinds[REEVE_RULE_COUNT_]; /* by code */
/* By code; NULL when out of range. Static. */
static inline const struct reeve_rule_kind *reeve_rule_kind_at(uint16_t code)
{
    return code < REEVE_RULE_COUNT_ ? &reeve_rule_kinds[code] : NULL;
}

/* The canonical order: by fields, then those that are not required first. */
int reeve_oneof_rule_compare(const struct reeve_oneof_rule *a, const struct reeve_oneof_rule *b);

/* Whether a rule of this kind may be written on that target of the field. */
bool reeve_rule_kind_applies(const struct reeve_rule_kind *kind, const struct reeve_field *field,
                             enum reeve_rule_target target);

#ifdef __cplusplus
}
#endif
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The rule messages of buf/validate/validate.proto as data: what stands under which number, and how
 * its operand is read. */
#ifndef REEVE_PROTO_GEN_RULE_READER_H
#define REEVE_PROTO_GEN_RULE_READER_H

#include "agent/base/bytes.h"
#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How an operand is written. */
enum reeve_gen_rule_reading {
    REEVE_GEN_READ_NOTHING, /* no rule by itself: `example`, rules inside rules, `strict` */
    REEVE_GEN_READ_UNSIGNED,
    REEVE_GEN_READ_SIGNED,
    REEVE_GEN_READ_ZIGZAG,
    REEVE_GEN_READ_FIXED, /* fixed32, fixed64 */
    REEVE_GEN_READ_SFIXED32,
    REEVE_GEN_READ_SFIXED64,
    REEVE_GEN_READ_FLOAT,
    REEVE_GEN_READ_DOUBLE,
    REEVE_GEN_READ_BOOL, /* an operand: bool.const */
    REEVE_GEN_READ_FLAG, /* a rule without operand, switched on by true */
    REEVE_GEN_READ_BYTES,
    REEVE_GEN_READ_TIME,  /* Duration or Timestamp, in nanoseconds */
    REEVE_GEN_READ_PATHS, /* of a FieldMask, as a list */
};

struct reeve_gen_rule_member {
    uint32_t number;
    const char *name; /* NULL ends the list */
    enum reeve_gen_rule_reading reading;
    bool list;
};

struct reeve_gen_rule_group {
    uint32_t number;  /* in FieldRules */
    const char *name; /* "string" */
    const struct reeve_gen_rule_member *members;
};

const struct reeve_gen_rule_group *reeve_gen_rule_group_find(uint32_t number);
const struct reeve_gen_rule_member *
reeve_gen_rule_member_find(const struct reeve_gen_rule_group *group, uint32_t number);

enum reeve_gen_rule_found {
    REEVE_GEN_RULE_ABSENT,
    REEVE_GEN_RULE_PRESENT,
    REEVE_GEN_RULE_OUT_OF_RANGE,
};

/* Reads the member from its merged rule message into rule->operand and rule->count. */
enum reeve_gen_rule_found reeve_gen_rule_read(const struct reeve_gen_rule_member *member,
                                              struct reeve_bytes message, struct reeve_rule *rule);

#ifdef __cplusplus
}
#endif
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of a comparison share. */
#ifndef REEVE_PROTO_SCHEMA_COMPARER_H
#define REEVE_PROTO_SCHEMA_COMPARER_H

#include "proto/schema/compare.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_noted_change {
    struct reeve_noted_change *next;
    struct reeve_change change;
};

struct reeve_compared_pair {
    struct reeve_compared_pair *next;
    const struct reeve_message *older;
    const struct reeve_message *newer;
    uint8_t side;
};

struct reeve_comparer {
    struct reeve_arena *arena;
    uint8_t side; /* what is being compared */
    struct reeve_noted_change *first;
    struct reeve_noted_change *last;
    struct reeve_compared_pair *pairs;
    size_t count;
    enum reeve_status status; /* the first failure; nothing is noted behind it */
};

/* Text in the arena; "" when memory is short, and then the status says so. */
const char *reeve_comparer_text(struct reeve_comparer *c, const char *format, ...)
    REEVE_PRINTF(2, 3);
/* A difference at the side in hand. The reasons are why it breaks inputs or outputs, NULL where it
 * does not; only the one of the side in hand counts. */
void reeve_comparer_note(struct reeve_comparer *c, const char *element, const char *what,
                         const char *breaks_inputs, const char *breaks_outputs);

/* The rules of two fields, or of the values of two lists or maps. */
void reeve_compare_rules(struct reeve_comparer *c, const char *element,
                         const struct reeve_field *older, const struct reeve_field *newer);
/* Two enums of one field. */
void reeve_compare_enums(struct reeve_comparer *c, const char *element,
                         const struct reeve_field *older, const struct reeve_field *newer);

#ifdef __cplusplus
}
#endif
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A plan file holds messages of any task's type as plain JSON under the key "input". The schema of
 * the file cannot know them: their text is taken out first, each replaced by an empty string with
 * as many blanks, so that every position in the rest stays where it was. What is left and what was
 * taken out are then read by the strict mapper, each with its own schema. */
#ifndef REEVE_GATEWAY_STUB_REEVECTL_INLINE_JSON_H
#define REEVE_GATEWAY_STUB_REEVECTL_INLINE_JSON_H

#include "agent/base/arena.h"
#include "agent/base/buffer.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One value that was taken out: a view into the original text. */
struct reeve_inline_value {
    struct reeve_bytes text;
    uint32_t line; /* of its first character, from 1 */
    uint32_t column;
    uint32_t object; /* which of the objects of its depth it stood in, from 0 */
};

#define REEVE_INLINE_MAX 256u

struct reeve_inline_values {
    struct reeve_inline_value items[REEVE_INLINE_MAX];
    size_t count; /* in the order of the file */
};

/* Takes out every value of a member `key` that stands `depth` objects and arrays deep (jobs[i].key
 * is 3). Appends the rest to `rest`. SYNTAX: brackets or quotes do not match, at *line; LIMIT: more
 * than REEVE_INLINE_MAX values or nested over 128 deep; NO_MEMORY. */
enum reeve_status reeve_inline_take(struct reeve_bytes json, const char *key, unsigned depth,
                                    struct reeve_buffer *rest, struct reeve_inline_values *values,
                                    uint32_t *line) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif

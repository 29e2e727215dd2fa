/* SPDX-License-Identifier: Apache-2.0 */
/* Where in a message something is: a chain of steps on the stack of whoever walks the message,
 * printed as protovalidate prints it: items[2].name, labels["x"]. */
#ifndef REEVE_PROTO_RUNTIME_PATH_H
#define REEVE_PROTO_RUNTIME_PATH_H

#include "proto/runtime/message.h"

#ifdef __cplusplus
extern "C" {
#endif

enum reeve_subscript {
    REEVE_SUBSCRIPT_NONE,
    REEVE_SUBSCRIPT_INDEX,
    REEVE_SUBSCRIPT_KEY,
};

struct reeve_path {
    const struct reeve_path *up; /* NULL: a field of the outermost message */
    const char *name;            /* of a field or oneof; NULL: not known (yet), prints nothing */
    enum reeve_subscript subscript;
    size_t index;
    const struct reeve_field *key_field; /* KEY: type of the key */
    const void *key;                     /* KEY: its slot */
    bool hide_key;                       /* the field is sensitive, and so are its keys */
};

static inline struct reeve_path reeve_path_to(const struct reeve_path *up,
                                              const struct reeve_field *field)
{
    struct reeve_path p = {up, field->name, REEVE_SUBSCRIPT_NONE, 0, NULL, NULL, false};
    return p;
}

/* As much as fits, with a NUL. Keys are cut at 64 bytes and escaped. */
void reeve_path_print(const struct reeve_path *path, char *out, size_t size);

/* Fills `problem` (NULL is fine) but for its line and column. */
void reeve_problem_set(struct reeve_problem *problem, const struct reeve_path *path,
                       const char *rule, const char *text);

#ifdef __cplusplus
}
#endif
#endif

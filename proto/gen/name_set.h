/* SPDX-License-Identifier: Apache-2.0 */
/* A set of names, each with what it stands for: for files with thousands of elements. */
#ifndef REEVE_PROTO_GEN_NAME_SET_H
#define REEVE_PROTO_GEN_NAME_SET_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_gen_name_set_slot {
    const char *name; /* NULL: free */
    const void *value;
};

/* All zero is an empty set. Names are borrowed and must not change. */
struct reeve_gen_name_set {
    struct reeve_gen_name_set_slot *slots;
    size_t capacity; /* a power of two, or 0 */
    size_t count;
};

/* False when the name is there already: nothing changes then. */
bool reeve_gen_name_set_add(struct reeve_gen_name_set *set, const char *name, const void *value);
bool reeve_gen_name_set_has(const struct reeve_gen_name_set *set, const char *name);
/* The value given with the name; NULL when it is not there. */
const void *reeve_gen_name_set_find(const struct reeve_gen_name_set *set, const char *name);

#ifdef __cplusplus
}
#endif
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The messages of google.protobuf that a schema names without listing their fields. */
#ifndef REEVE_PROTO_SCHEMA_WELL_KNOWN_H
#define REEVE_PROTO_SCHEMA_WELL_KNOWN_H

#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_WELL_KNOWN_FIELDS_MAX 2

struct reeve_well_known_type {
    const char *name;
    uint8_t kind; /* enum reeve_well_known */
    uint16_t fields_count;
    struct reeve_field fields[REEVE_WELL_KNOWN_FIELDS_MAX]; /* without offsets */
};

/* NULL when the name is not one of them. Static. */
const struct reeve_well_known_type *reeve_well_known_find(const char *name);

/* Struct, Value, ListValue, Any: no schema may have them, as nobody could say what was approved. */
bool reeve_well_known_is_shapeless(const char *name);

#ifdef __cplusplus
}
#endif
#endif

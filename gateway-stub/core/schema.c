/* SPDX-License-Identifier: Apache-2.0 */
/* A cache of built tables; the one that was used longest ago goes first. */
#include "gateway-stub/core/schema.h"

#include "agent/codec/wire.h"
#include "proto/schema/dynamic.h"

struct schema {
    struct reeve_list_node node; /* in gateway->schemas_list, last used at the back */
    struct reeve_digest fingerprint;
    struct reeve_dynamic *dynamic;
};

static void schema_free(struct reeve_gateway *g, struct schema *schema)
{
    reeve_list_remove(&g->schemas_list, &schema->node);
    (void)reeve_map_remove(g->schemas, reeve_digest_view(&schema->fingerprint));
    reeve_dynamic_free(schema->dynamic);
    reeve_free(g->allocator, schema, sizeof(*schema));
}

static void make_room(struct reeve_gateway *g)
{
    if (g->schemas_list.count >= REEVE_SCHEMA_CACHE) {
        struct reeve_list_node *oldest = reeve_list_front(&g->schemas_list);
        schema_free(g, REEVE_OWNER(oldest, struct schema, node));
    }
}

static enum reeve_status schema_new(struct reeve_gateway *g, const struct reeve_version *version,
                                    struct schema **out)
{
    struct reeve_bytes bytes;
    REEVE_TRY(reeve_wire_only(version->entry, 1, &bytes)); /* TaskEntry.schema */
    struct schema *schema = reeve_alloc(g->allocator, sizeof(*schema));
    if (schema == NULL) {
        return REEVE_NO_MEMORY;
    }
    schema->fingerprint = version->fingerprint;
    enum reeve_status status =
        reeve_dynamic_new(bytes, &version->fingerprint, g->allocator, &schema->dynamic, NULL);
    if (status == REEVE_OK) {
        status = reeve_map_put(g->schemas, reeve_digest_view(&schema->fingerprint), schema);
    }
    if (status != REEVE_OK) {
        reeve_dynamic_free(schema->dynamic);
        reeve_free(g->allocator, schema, sizeof(*schema));
        return status;
    }
    reeve_list_push_back(&g->schemas_list, &schema->node);
    *out = schema;
    return REEVE_OK;
}

enum reeve_status reeve_schema_input(struct reeve_gateway *g, const struct reeve_version *version,
                                     const struct reeve_message **input)
{
    struct schema *schema = reeve_map_get(g->schemas, reeve_digest_view(&version->fingerprint));
    if (schema == NULL) {
        make_room(g);
        REEVE_TRY(schema_new(g, version, &schema));
    } else {
        reeve_list_remove(&g->schemas_list, &schema->node);
        reeve_list_push_back(&g->schemas_list, &schema->node);
    }
    *input = reeve_dynamic_task(schema->dynamic)->input;
    return REEVE_OK;
}

void reeve_schema_free_all(struct reeve_gateway *g)
{
    struct reeve_list_node *n = NULL;
    while ((n = reeve_list_front(&g->schemas_list)) != NULL) {
        schema_free(g, REEVE_OWNER(n, struct schema, node));
    }
}

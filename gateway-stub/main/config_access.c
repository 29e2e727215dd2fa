/* SPDX-License-Identifier: Apache-2.0 */
/* Who may do what: grants and approvers. */
#include "agent/base/character.h"
#include "creds/identity/spiffe.h"
#include "gateway-stub/main/config_builder.h"

enum { NAME_MAX_BYTES = 63, POOLS_MAX = 16 };

static bool same_text(const char *a, const char *b)
{
    return reeve_bytes_equal_cstr(reeve_bytes_cstr(a), b);
}

/* ---- grants ---- */

static void check_identity(struct reeve_gateway_config_builder *b, size_t index)
{
    const char *identity = b->source->grants[index]->identity;
    if (reeve_spiffe_check_pattern(reeve_bytes_cstr(identity)) != REEVE_OK) {
        struct reeve_config_item *item =
            reeve_gateway_config_error(b, "spiffe", "grants[%zu].identity", index);
        reeve_config_item_text(item, "not a SPIFFE ID, nor one followed by /*");
        reeve_config_item_next(item, "write for example spiffe://example.org/acme/worker/*");
    }
    for (size_t i = 0; i < index; i++) {
        if (same_text(b->source->grants[i]->identity, identity)) {
            struct reeve_config_item *item =
                reeve_gateway_config_error(b, "grant.duplicate", "grants[%zu].identity", index);
            reeve_config_item_text(item, "grants[%zu] is for the same identity", i);
            reeve_config_item_next(item, "make one grant of the two: an identity has one tenant "
                                         "and the roles of one grant");
            return;
        }
    }
}

static uint32_t roles_of(struct reeve_gateway_config_builder *b, size_t index)
{
    const struct reeve_v1_grant *grant = b->source->grants[index];
    uint32_t roles = 0;
    for (size_t i = 0; i < grant->n_roles; i++) {
        const int role = (int)grant->roles[i];
        if (role >= REEVE_V1_ROLE_WORKER && role <= REEVE_V1_ROLE_AUDITOR) {
            roles |= 1u << (unsigned)role;
            continue;
        }
        struct reeve_config_item *item =
            reeve_gateway_config_error(b, "role", "grants[%zu].roles[%zu]", index, i);
        reeve_config_item_text(item, "there is no such role");
        reeve_config_item_next(item, "write WORKER, PLANNER, APPROVER, OPERATOR or AUDITOR");
    }
    return roles;
}

static bool is_name(struct reeve_bytes name)
{
    for (size_t i = 0; i < name.len; i++) {
        const uint8_t c = name.data[i];
        if (!(reeve_is_lower(c) || reeve_is_digit(c) || c == '-')) {
            return false;
        }
    }
    return name.len > 0 && name.len <= NAME_MAX_BYTES;
}

static void check_pools(struct reeve_gateway_config_builder *b, size_t index, uint32_t roles)
{
    const struct reeve_v1_grant *grant = b->source->grants[index];
    struct reeve_config_item *item = NULL;
    for (size_t i = 0; i < grant->n_pools; i++) {
        if (!is_name(reeve_bytes_cstr(grant->pools[i]))) {
            item = reeve_gateway_config_error(b, "pool", "grants[%zu].pools[%zu]", index, i);
            reeve_config_item_text(item, "not the name of a pool");
            reeve_config_item_next(item, "write lower-case letters, digits and dashes, at most 63");
        }
    }
    if (grant->n_pools > POOLS_MAX) {
        item = reeve_gateway_config_error(b, "count", "grants[%zu].pools", index);
        reeve_config_item_text(item, "more than %d pools", (int)POOLS_MAX);
        reeve_config_item_next(item, "remove pools");
    }
    if (grant->n_pools > 0 && (roles & REEVE_ROLE_WORKER) == 0) {
        item = reeve_gateway_config_warning(b, "grant.pools", "grants[%zu].pools", index);
        reeve_config_item_text(item, "pools mean nothing without the role WORKER");
        reeve_config_item_next(item, "remove the pools, or add the role");
    }
}

static void warn_no_worker(struct reeve_gateway_config_builder *b, uint32_t all_roles)
{
    if ((all_roles & REEVE_ROLE_WORKER) != 0) {
        return;
    }
    struct reeve_config_item *item = reeve_gateway_config_warning(b, "grant.worker", "grants");
    reeve_config_item_text(item, "no grant has the role WORKER: no worker can connect");
    reeve_config_item_next(item, "add one, for example { identity: "
                                 "spiffe://example.org/acme/worker/*, tenant: acme, roles: "
                                 "[WORKER] }");
}

static enum reeve_status build_grants(struct reeve_gateway_config_builder *b)
{
    struct reeve_gateway_config *config = b->config;
    uint32_t all_roles = 0;
    config->grants_count = b->source->n_grants;
    config->grants =
        reeve_arena_alloc_array(b->arena, config->grants_count, sizeof(*config->grants));
    if (config->grants == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < config->grants_count; i++) {
        const struct reeve_v1_grant *from = b->source->grants[i];
        const uint32_t roles = roles_of(b, i);
        check_identity(b, i);
        check_pools(b, i, roles);
        config->grants[i] = (struct reeve_grant){
            .identity = from->identity,
            .tenant = from->tenant,
            .roles = roles,
            .pools = (const char *const *)from->pools,
            .pools_count = from->n_pools,
        };
        all_roles |= roles;
    }
    warn_no_worker(b, all_roles);
    return REEVE_OK;
}

/* ---- approvers ---- */

static bool tenant_exists(const struct reeve_gateway_config *config, const char *tenant)
{
    for (size_t i = 0; i < config->grants_count; i++) {
        if (same_text(config->grants[i].tenant, tenant)) {
            return true;
        }
    }
    return false;
}

static void complain_twice(struct reeve_gateway_config_builder *b, size_t index, size_t earlier,
                           const char *field)
{
    struct reeve_config_item *item =
        reeve_gateway_config_error(b, "approver.duplicate", "approvers[%zu].%s", index, field);
    reeve_config_item_text(item, "approvers[%zu] of the same tenant has this %s already", earlier,
                           field);
    reeve_config_item_next(item, "remove one of the two");
}

static void check_approver(struct reeve_gateway_config_builder *b, size_t index)
{
    const struct reeve_gateway_approver *approver = &b->config->approvers[index];
    for (size_t i = 0; i < index; i++) {
        const struct reeve_gateway_approver *other = &b->config->approvers[i];
        if (!same_text(other->tenant, approver->tenant)) {
            continue;
        }
        if (same_text(other->name, approver->name)) {
            complain_twice(b, index, i, "name");
        }
        if (reeve_bytes_equal(reeve_bytes_of(other->public_key, sizeof(other->public_key)),
                              reeve_bytes_of(approver->public_key, sizeof(other->public_key)))) {
            complain_twice(b, index, i, "public_key");
        }
    }
    if (!tenant_exists(b->config, approver->tenant)) {
        struct reeve_config_item *item =
            reeve_gateway_config_warning(b, "approver.tenant", "approvers[%zu].tenant", index);
        reeve_config_item_text(item, "no grant is for tenant \"%s\"", approver->tenant);
        reeve_config_item_next(item, "check the tenant's name");
    }
}

static enum reeve_status build_approvers(struct reeve_gateway_config_builder *b)
{
    struct reeve_gateway_config *config = b->config;
    config->approvers_count = b->source->n_approvers;
    config->approvers =
        reeve_arena_alloc_array(b->arena, config->approvers_count, sizeof(*config->approvers));
    if (config->approvers == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < config->approvers_count; i++) {
        const struct reeve_v1_gateway_approver *from = b->source->approvers[i];
        config->approvers[i].tenant = from->tenant;
        config->approvers[i].name = from->name;
        REEVE_TRY(reeve_copy(config->approvers[i].public_key,
                             sizeof(config->approvers[i].public_key),
                             reeve_bytes_of(from->public_key.data, from->public_key.len)));
        check_approver(b, i);
    }
    return REEVE_OK;
}

enum reeve_status reeve_gateway_config_build_access(struct reeve_gateway_config_builder *b)
{
    REEVE_TRY(build_grants(b));
    return build_approvers(b);
}

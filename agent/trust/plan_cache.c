/* SPDX-License-Identifier: Apache-2.0 */
/* Verified plans, remembered (plan_cache.h). */
#include "agent/trust/plan_cache.h"

#include "agent/base/hash.h"
#include "agent/base/list.h"
#include "agent/base/map.h"
#include "agent/trust/dsse.h"

/* Enough for the views of the largest statement: 256 digests and some. */
#define SCRATCH_BYTES ((size_t)64 * 1024)

struct entry {
    struct reeve_list_node node; /* front: used last */
    struct reeve_digest key;
    struct reeve_verified_plan plan;
    struct reeve_arena arena; /* tenant, digests, approvers */
};

struct reeve_plan_cache {
    const struct reeve_allocator *allocator;
    const struct reeve_policy *policy;
    struct reeve_map *map;
    struct reeve_list used;
    size_t max;
    uint64_t verifications;
};

struct reeve_plan_cache *reeve_plan_cache_new(const struct reeve_policy *policy, size_t entries,
                                              const struct reeve_allocator *a,
                                              const struct reeve_random *random)
{
    struct reeve_plan_cache *cache = reeve_alloc(a, sizeof *cache);
    if (cache == NULL) {
        return NULL;
    }
    cache->allocator = a;
    cache->policy = policy;
    cache->max = entries == 0 ? REEVE_PLAN_CACHE_ENTRIES : entries;
    reeve_list_init(&cache->used);
    cache->map = reeve_map_new(a, random, cache->max);
    if (cache->map == NULL) {
        reeve_free(a, cache, sizeof *cache);
        return NULL;
    }
    return cache;
}

static void free_entry(struct reeve_plan_cache *cache, struct entry *e)
{
    reeve_arena_clear(&e->arena);
    reeve_free(cache->allocator, e, sizeof *e);
}

/* The plan that was used longest ago. */
static void drop_oldest(struct reeve_plan_cache *cache)
{
    struct entry *oldest = REEVE_OWNER(cache->used.root.prev, struct entry, node);
    (void)reeve_map_remove(cache->map, reeve_digest_view(&oldest->key));
    reeve_list_remove(&cache->used, &oldest->node);
    free_entry(cache, oldest);
}

static void drop_all(struct reeve_plan_cache *cache)
{
    while (!reeve_list_empty(&cache->used)) {
        drop_oldest(cache);
    }
}

void reeve_plan_cache_free(struct reeve_plan_cache *cache)
{
    if (cache == NULL) {
        return;
    }
    drop_all(cache);
    reeve_map_free(cache->map);
    reeve_free(cache->allocator, cache, sizeof *cache);
}

void reeve_plan_cache_set_policy(struct reeve_plan_cache *cache, const struct reeve_policy *policy)
{
    drop_all(cache);
    cache->policy = policy;
}

/* Lengths go in too, so that no byte can move from one part to the next. */
static struct reeve_digest key_of(const struct reeve_signed_plan *plan)
{
    struct reeve_bytes parts[2 + 4 * REEVE_PLAN_SIGNATURES_MAX];
    uint8_t lengths[1 + 2 * REEVE_PLAN_SIGNATURES_MAX][8];
    size_t n = 0;
    size_t l = 0;
    reeve_store_le64(lengths[l], plan->statement.len);
    parts[n++] = reeve_bytes_of(lengths[l++], 8);
    parts[n++] = plan->statement;
    for (size_t i = 0; i < plan->signatures.count; i++) {
        const struct reeve_signature *s = &plan->signatures.items[i];
        reeve_store_le64(lengths[l], s->key_id.len);
        parts[n++] = reeve_bytes_of(lengths[l++], 8);
        parts[n++] = s->key_id;
        reeve_store_le64(lengths[l], s->signature.len);
        parts[n++] = reeve_bytes_of(lengths[l++], 8);
        parts[n++] = s->signature;
    }
    return reeve_sha256(parts, n);
}

static bool has_approver(const struct reeve_approver *const *approvers, size_t count,
                         const struct reeve_approver *wanted)
{
    for (size_t i = 0; i < count; i++) {
        if (approvers[i] == wanted) {
            return true;
        }
    }
    return false;
}

static enum reeve_status verify_signatures(struct reeve_plan_cache *cache, struct entry *e,
                                           const struct reeve_signed_plan *plan)
{
    const struct reeve_approver **approvers = reeve_arena_alloc_array(
        &e->arena, plan->signatures.count, sizeof(const struct reeve_approver *));
    size_t count = 0;
    if (approvers == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < plan->signatures.count; i++) {
        const struct reeve_signature *s = &plan->signatures.items[i];
        const struct reeve_approver *who = reeve_policy_approver(cache->policy, s->key_id);
        if (who == NULL || has_approver(approvers, count, who)) {
            continue;
        }
        cache->verifications++;
        enum reeve_status status = reeve_dsse_verify(
            &who->key, REEVE_PLAN_STATEMENT_TYPE, plan->statement, s->signature, cache->allocator);
        if (status == REEVE_OK) {
            approvers[count++] = who;
        } else if (status != REEVE_SIGNATURE) {
            return status;
        }
    }
    e->plan.approvers = approvers;
    e->plan.approver_count = count;
    return REEVE_OK;
}

static enum reeve_status keep_statement(struct entry *e,
                                        const struct reeve_plan_statement *statement)
{
    size_t count = statement->job_digests.count;
    struct reeve_digest *digests = reeve_arena_alloc_array(&e->arena, count, sizeof *digests);
    if (digests == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        REEVE_TRY(reeve_digest_from_bytes(statement->job_digests.items[i], &digests[i]));
    }
    e->plan.plan_id = statement->plan_id;
    e->plan.job_digests = digests;
    e->plan.job_count = count;
    return reeve_arena_dup(&e->arena, statement->tenant, &e->plan.tenant);
}

/* The very bytes that the signatures were checked over. */
static enum reeve_status parse_statement(struct reeve_plan_cache *cache, struct entry *e,
                                         struct reeve_bytes bytes)
{
    struct reeve_plan_statement statement;
    struct reeve_arena scratch;
    reeve_arena_init(&scratch, cache->allocator, SCRATCH_BYTES, 0);
    enum reeve_status status = reeve_plan_statement_decode(bytes, &scratch, &statement);
    if (status == REEVE_OK) {
        status = keep_statement(e, &statement);
    } else if (status != REEVE_NO_MEMORY && status != REEVE_TOO_LARGE) {
        status = REEVE_NOT_APPROVED;
    }
    reeve_arena_clear(&scratch);
    return status;
}

static enum reeve_status remember(struct reeve_plan_cache *cache, struct entry *e)
{
    if (reeve_map_count(cache->map) >= cache->max) {
        drop_oldest(cache);
    }
    REEVE_TRY(reeve_map_put(cache->map, reeve_digest_view(&e->key), e));
    reeve_list_push_front(&cache->used, &e->node);
    return REEVE_OK;
}

static enum reeve_status verify_new(struct reeve_plan_cache *cache, struct reeve_digest key,
                                    const struct reeve_signed_plan *plan, struct entry **out)
{
    struct entry *e = reeve_alloc(cache->allocator, sizeof *e);
    if (e == NULL) {
        return REEVE_NO_MEMORY;
    }
    e->key = key;
    reeve_arena_init(&e->arena, cache->allocator, SCRATCH_BYTES, 1024);
    enum reeve_status status = verify_signatures(cache, e, plan);
    if (status == REEVE_OK) {
        status = parse_statement(cache, e, plan->statement);
    }
    if (status == REEVE_OK) {
        status = remember(cache, e);
    }
    if (status != REEVE_OK) {
        free_entry(cache, e);
        return status;
    }
    *out = e;
    return REEVE_OK;
}

enum reeve_status reeve_plan_cache_verify(struct reeve_plan_cache *cache,
                                          const struct reeve_signed_plan *plan,
                                          const struct reeve_verified_plan **out)
{
    *out = NULL;
    if (plan->signatures.count > REEVE_PLAN_SIGNATURES_MAX) {
        return REEVE_TOO_LARGE;
    }
    struct reeve_digest key = key_of(plan);
    struct entry *e = reeve_map_get(cache->map, reeve_digest_view(&key));
    if (e != NULL) {
        reeve_list_remove(&cache->used, &e->node);
        reeve_list_push_front(&cache->used, &e->node);
    } else {
        REEVE_TRY(verify_new(cache, key, plan, &e));
    }
    *out = &e->plan;
    return REEVE_OK;
}

size_t reeve_plan_cache_count(const struct reeve_plan_cache *cache)
{
    return reeve_map_count(cache->map);
}

uint64_t reeve_plan_cache_verifications(const struct reeve_plan_cache *cache)
{
    return cache->verifications;
}

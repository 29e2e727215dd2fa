/* SPDX-License-Identifier: Apache-2.0 */
/* Which queues a session serves: what it offers, allows and has the very fingerprint of. */
#include "gateway-stub/core/registry.h"
#include "gateway-stub/core/session.h"

#include "gateway-stub/core/out.h"

static bool serves(const struct reeve_session *s, const struct reeve_queue *queue)
{
    for (const struct reeve_lane *lane = s->lanes; lane != NULL; lane = lane->next) {
        if (lane->queue == queue) {
            return true;
        }
    }
    return false;
}

static void add_lane(struct reeve_gateway *g, struct reeve_session *s, struct reeve_offer *offer,
                     struct reeve_version *version, struct reeve_bytes pool)
{
    struct reeve_queue *queue = reeve_queue_of(g, version, pool);
    if (queue == NULL || serves(s, queue)) {
        return;
    }
    struct reeve_lane *lane = reeve_arena_alloc(&s->arena, sizeof(*lane));
    if (lane == NULL) {
        reeve_out_note(g, REEVE_NO_MEMORY, "a session offers more than its memory holds");
        return;
    }
    *lane = (struct reeve_lane){.session = s, .queue = queue, .offer = offer, .next = s->lanes};
    s->lanes = lane;
    reeve_list_push_back(&queue->lanes, &lane->node);
}

static void add_lanes(struct reeve_gateway *g, struct reeve_session *s, struct reeve_offer *offer,
                      struct reeve_version *version)
{
    for (size_t i = 0; i < s->pools_count; i++) {
        add_lane(g, s, offer, version, s->pools[i]);
    }
}

static enum reeve_standing align_offer(struct reeve_gateway *g, struct reeve_session *s,
                                       struct reeve_offer *offer)
{
    struct reeve_task_versions *task = reeve_registry_task(g, s->tenant, offer->task);
    if (task == NULL) {
        return REEVE_STANDING_MISSING;
    }
    enum reeve_standing standing = REEVE_STANDING_DRIFTED;
    struct reeve_version *version = reeve_registry_version(task, &offer->fingerprint);
    for (size_t i = 0; i <= offer->accepted_count; i++) {
        if (version != NULL) {
            standing = REEVE_STANDING_ALIGNED;
            if (offer->allowed) {
                add_lanes(g, s, offer, version);
            }
        }
        version =
            i < offer->accepted_count ? reeve_registry_version(task, &offer->accepted[i]) : NULL;
    }
    return standing;
}

bool reeve_session_align(struct reeve_gateway *g, struct reeve_session *s)
{
    bool changed = false;
    s->aligned_tasks = 0;
    for (size_t i = 0; i < s->offers_count; i++) {
        struct reeve_offer *offer = &s->offers[i];
        enum reeve_standing standing = align_offer(g, s, offer);
        changed = changed || standing != offer->standing;
        offer->standing = standing;
        s->aligned_tasks += standing == REEVE_STANDING_ALIGNED ? 1 : 0;
    }
    s->next_lane = s->lanes;
    return changed;
}

void reeve_session_realign_all(struct reeve_gateway *g, const struct reeve_tenant *tenant)
{
    for (struct reeve_list_node *n = reeve_list_front(&g->sessions_list); n != NULL;
         n = reeve_list_next(&g->sessions_list, n)) {
        struct reeve_session *s = REEVE_OWNER(n, struct reeve_session, node);
        bool welcomed =
            s->state == REEVE_SESSION_STATE_RESUMING || s->state == REEVE_SESSION_STATE_ACTIVE;
        if (s->tenant != tenant || !welcomed || !reeve_session_align(g, s)) {
            continue;
        }
        /* Standings are told in Welcome only: ask for a new session, make before break. */
        s->drain_due = true;
        s->drain_ms = g->delivery.lease_ms;
        reeve_out_touch(g, s);
        reeve_session_dirty(g, s);
    }
}

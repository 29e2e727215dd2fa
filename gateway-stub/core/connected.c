/* SPDX-License-Identifier: Apache-2.0 */
/* Looks through the sessions of the job's tenant and pool. */
#include "gateway-stub/core/connected.h"

#include "gateway-stub/core/view.h"
#include "proto/runtime/message.h"

#define VERSIONS_MAX 8u

struct found {
    struct reeve_digest fingerprint;
    uint32_t workers;
    uint32_t allowing;
};

struct search {
    struct found items[VERSIONS_MAX];
    size_t count;
};

static bool is_in_pool(const struct reeve_session *s, struct reeve_bytes pool)
{
    for (size_t i = 0; i < s->pools_count; i++) {
        if (reeve_bytes_equal(s->pools[i], pool)) {
            return true;
        }
    }
    return false;
}

static void add(struct search *search, const struct reeve_offer *offer)
{
    size_t i = 0;
    while (i < search->count &&
           !reeve_digest_equal(search->items[i].fingerprint, offer->fingerprint)) {
        i++;
    }
    if (i == VERSIONS_MAX) {
        return;
    }
    if (i == search->count) {
        search->items[search->count++] = (struct found){.fingerprint = offer->fingerprint};
    }
    search->items[i].workers++;
    search->items[i].allowing += offer->allowed ? 1 : 0;
}

static void look(struct search *search, const struct reeve_session *s, const struct reeve_job *job)
{
    const struct reeve_task_versions *task = job->queue->version->task;
    const bool welcomed =
        s->state == REEVE_SESSION_STATE_RESUMING || s->state == REEVE_SESSION_STATE_ACTIVE;
    if (!welcomed || s->tenant != task->tenant || !is_in_pool(s, job->queue->pool)) {
        return;
    }
    for (size_t i = 0; i < s->offers_count; i++) {
        if (reeve_bytes_equal(s->offers[i].task, task->name)) {
            add(search, &s->offers[i]);
        }
    }
}

static struct reeve_v1_connected_version *version_of(struct reeve_arena *arena,
                                                     const struct found *found)
{
    struct reeve_v1_connected_version *version =
        reeve_message_new(&reeve_v1_connected_version_message, arena);
    struct reeve_bytes fingerprint;
    if (version == NULL ||
        reeve_arena_dup(arena, reeve_digest_view(&found->fingerprint), &fingerprint) != REEVE_OK) {
        return NULL;
    }
    version->fingerprint = reeve_view_bytes(fingerprint);
    version->workers = found->workers;
    version->allowing = found->allowing;
    return version;
}

void reeve_connected_versions(struct reeve_gateway *g, struct reeve_arena *arena,
                              const struct reeve_job *job, struct reeve_v1_job *view)
{
    struct search search = {.count = 0};
    if (job->phase != REEVE_PHASE_READY || !reeve_list_empty(&job->queue->lanes)) {
        return;
    }
    for (struct reeve_list_node *n = reeve_list_front(&g->sessions_list); n != NULL;
         n = reeve_list_next(&g->sessions_list, n)) {
        look(&search, REEVE_OWNER(n, struct reeve_session, node), job);
    }
    struct reeve_v1_connected_version **versions =
        reeve_arena_alloc_array(arena, search.count + 1, sizeof(*versions));
    for (size_t i = 0; versions != NULL && i < search.count; i++) {
        versions[i] = version_of(arena, &search.items[i]);
        if (versions[i] == NULL) {
            return;
        }
    }
    if (versions != NULL) {
        view->connected_versions = versions;
        view->n_connected_versions = search.count;
    }
}

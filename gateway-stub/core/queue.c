/* SPDX-License-Identifier: Apache-2.0 */
/* Queues (queue.h): levels of priority, each a ring of shares, each a heap of jobs by place. */
#include "gateway-stub/core/queue.h"

void reeve_queue_init(struct reeve_queue *queue)
{
    reeve_list_init(&queue->lanes);
    reeve_list_init(&queue->shares);
    for (size_t i = 0; i < REEVE_PRIORITIES; i++) {
        reeve_list_init(&queue->levels[i].turns);
    }
}

/* ---- shares ---- */

static bool is_of(const struct reeve_share *share, struct reeve_bytes submitter, uint8_t priority)
{
    return share->priority == priority && reeve_bytes_equal(share->submitter, submitter);
}

/* Jobs of one plan come together: theirs is mostly the newest share. */
static struct reeve_share *share_find(const struct reeve_queue *queue, struct reeve_bytes submitter,
                                      uint8_t priority)
{
    for (struct reeve_list_node *n = reeve_list_back(&queue->shares); n != NULL;
         n = reeve_list_previous(&queue->shares, n)) {
        struct reeve_share *share = REEVE_OWNER(n, struct reeve_share, node);
        if (is_of(share, submitter, priority)) {
            return share;
        }
    }
    return NULL;
}

static struct reeve_share *share_new(struct reeve_gateway *g, struct reeve_queue *queue,
                                     struct reeve_bytes submitter, uint8_t priority)
{
    struct reeve_share *share = reeve_alloc(g->allocator, sizeof(*share) + submitter.len);
    if (share == NULL) {
        return NULL;
    }
    uint8_t *name = (uint8_t *)(share + 1);
    reeve_move(name, submitter.data, submitter.len);
    share->submitter = reeve_bytes_of(name, submitter.len);
    share->priority = priority;
    reeve_timers_init(&share->ready, g->allocator);
    reeve_list_push_back(&queue->shares, &share->node);
    return share;
}

static void share_free_if_unused(struct reeve_gateway *g, struct reeve_queue *queue,
                                 struct reeve_share *share)
{
    if (share->jobs != 0) {
        return;
    }
    reeve_list_remove(&queue->shares, &share->node);
    reeve_timers_clear(&share->ready);
    reeve_free(g->allocator, share, sizeof(*share) + share->submitter.len);
}

enum reeve_status reeve_queue_enter(struct reeve_gateway *g, struct reeve_job *job,
                                    struct reeve_bytes submitter)
{
    struct reeve_share *share = share_find(job->queue, submitter, job->priority);
    if (share == NULL) {
        share = share_new(g, job->queue, submitter, job->priority);
    }
    if (share == NULL) {
        return REEVE_NO_MEMORY;
    }
    enum reeve_status status = reeve_timers_reserve(&share->ready, 1);
    if (status != REEVE_OK) {
        share_free_if_unused(g, job->queue, share);
        return status;
    }
    share->jobs++;
    job->share = share;
    job->turn.owner = job;
    return REEVE_OK;
}

void reeve_queue_leave(struct reeve_gateway *g, struct reeve_job *job)
{
    struct reeve_share *share = job->share;
    if (share == NULL) {
        return;
    }
    job->share = NULL;
    share->jobs--;
    reeve_timers_unreserve(&share->ready, 1);
    share_free_if_unused(g, job->queue, share);
}

/* ---- jobs ---- */

void reeve_queue_push(struct reeve_gateway *g, struct reeve_job *job)
{
    struct reeve_share *share = job->share;
    struct reeve_level *level = &job->queue->levels[job->priority];
    job->place = job->place == 0 ? ++g->places : job->place;
    reeve_timer_set(&share->ready, &job->turn, job->place);
    if (!reeve_list_linked(&share->turn)) {
        reeve_list_push_back(&level->turns, &share->turn);
    }
    level->count++;
    g->ready_at[job->priority]++;
}

void reeve_queue_remove(struct reeve_gateway *g, struct reeve_job *job)
{
    struct reeve_share *share = job->share;
    if (share == NULL || job->turn.place == 0) {
        return;
    }
    struct reeve_level *level = &job->queue->levels[job->priority];
    reeve_timer_stop(&share->ready, &job->turn);
    if (share->ready.count == 0) {
        reeve_list_remove(&level->turns, &share->turn);
    }
    level->count--;
    g->ready_at[job->priority]--;
}

struct reeve_job *reeve_queue_first(const struct reeve_queue *queue)
{
    for (size_t i = REEVE_PRIORITIES; i > 0; i--) {
        struct reeve_list_node *n = reeve_list_front(&queue->levels[i - 1].turns);
        if (n != NULL) {
            return REEVE_OWNER(n, struct reeve_share, turn)->ready.items[0]->owner;
        }
    }
    return NULL;
}

void reeve_queue_pop(struct reeve_gateway *g, struct reeve_job *job)
{
    struct reeve_share *share = job->share;
    struct reeve_list *turns = &job->queue->levels[job->priority].turns;
    reeve_queue_remove(g, job);
    if (reeve_list_linked(&share->turn)) {
        reeve_list_remove(turns, &share->turn);
        reeve_list_push_back(turns, &share->turn);
    }
}

size_t reeve_queue_count_from(const struct reeve_queue *queue, uint8_t priority)
{
    size_t count = 0;
    for (size_t i = priority; i < REEVE_PRIORITIES; i++) {
        count += queue->levels[i].count;
    }
    return count;
}

int reeve_queue_highest(const struct reeve_gateway *g)
{
    int i = REEVE_PRIORITIES - 1;
    while (i >= 0 && g->ready_at[i] == 0) {
        i--;
    }
    return i;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Hello: what the worker says first. Its nonce is on disk before it is sent, and stays the same
 * until a Welcome was stored, so that a lost Welcome is told from a copied journal. */
#include "agent/core/engine_state.h"

enum reeve_status reeve_engine_hello_prepare(struct reeve_engine *e, uint64_t *lsn)
{
    reeve_engine_chain_journal_ack(e);
    struct reeve_id nonce = e->nonce;
    if (reeve_id_is_zero(nonce)) {
        nonce = reeve_random_id(e->random);
    }
    struct reeve_journal_record record = {.type = REEVE_JOURNAL_HELLO};
    record.as.hello_prepared.nonce = nonce;
    record.as.hello_prepared.last_epoch = e->last_epoch;
    REEVE_TRY(reeve_engine_append(e, &record, lsn));
    e->nonce = nonce;
    e->hello.dispatch_mark = e->dispatch_mark;
    e->hello.audit_sequence = e->chain.head.sequence;
    e->hello.audit_hash = e->chain.head.head;
    e->hello.settled = e->chain.settled_journaled;
    e->hello.rolled_back = e->rolled_back;
    return REEVE_OK;
}

/* An offer with what it lends from. */
struct offered {
    struct reeve_bytes accepted[REEVE_ACCEPTED_MAX];
};

static void fill_accepted(const struct reeve_task *task, struct offered *offered,
                          struct reeve_task_offer *offer)
{
    for (uint32_t i = 0; i < task->accepted_count && i < REEVE_ACCEPTED_MAX; i++) {
        offered->accepted[i] = reeve_bytes_of(task->accepted[i], sizeof task->accepted[i]);
        offer->accepted_fingerprints.count = i + 1;
    }
    offer->accepted_fingerprints.items = offered->accepted;
}

static void fill_offers(struct reeve_engine *e, struct offered *offered,
                        struct reeve_task_offer *offers)
{
    for (uint32_t i = 0; i < e->table->count; i++) {
        const struct reeve_engine_task *t = &e->tasks[i];
        offers[i].task = reeve_bytes_cstr(t->task->name);
        reeve_move(offers[i].fingerprint.bytes, t->task->fingerprint, 32);
        offers[i].allowed = t->allow && !t->unconfigured;
        offers[i].max_in_flight = reeve_engine_task_room(e, t);
        fill_accepted(t->task, &offered[i], &offers[i]);
    }
}

static void fill_hello(const struct reeve_engine *e, struct reeve_hello *hello)
{
    hello->version_min = 1;
    hello->version_max = 1;
    hello->build = reeve_bytes_cstr(e->strings.build);
    hello->journal_id = e->journal_id;
    hello->boot_id = e->boot_id;
    hello->last_epoch = e->last_epoch;
    hello->nonce = e->nonce;
    hello->dispatch_mark = e->hello.dispatch_mark;
    hello->audit_sequence = e->hello.audit_sequence;
    hello->audit_hash = e->hello.audit_hash;
    hello->settled_mark = e->hello.settled;
    hello->labels.items = e->strings.labels;
    hello->labels.count = e->strings.labels_count;
    hello->pools.items = e->strings.pools;
    hello->pools.count = e->strings.pools_count;
    hello->max_frame_bytes = e->limits.max_frame_bytes;
    hello->max_in_flight = e->limits.max_in_flight;
    hello->audit_public_key = e->audit_key->public_key;
    hello->time_unix_ms = e->now.unix_ms;
    hello->rolled_back = e->hello.rolled_back;
}

static enum reeve_status write_hello(struct reeve_engine *e, struct offered *offered,
                                     struct reeve_task_offer *offers, struct reeve_batch_writer *w)
{
    struct reeve_worker_frame frame = {.type = REEVE_WORKER_FRAME_HELLO};
    fill_offers(e, offered, offers);
    fill_hello(e, &frame.as.hello);
    frame.as.hello.tasks.items = offers;
    frame.as.hello.tasks.count = e->table->count;
    return reeve_batch_writer_add_worker(w, &frame);
}

enum reeve_status reeve_engine_hello_write(struct reeve_engine *e, struct reeve_batch_writer *w)
{
    const size_t count = (size_t)e->table->count + 1;
    struct reeve_task_offer *offers = reeve_alloc_array(e->allocator, count, sizeof *offers);
    struct offered *offered = reeve_alloc_array(e->allocator, count, sizeof *offered);
    enum reeve_status status = REEVE_NO_MEMORY;
    if (offers && offered) {
        status = write_hello(e, offered, offers, w);
    }
    if (offers) {
        reeve_free(e->allocator, offers, count * sizeof *offers);
    }
    if (offered) {
        reeve_free(e->allocator, offered, count * sizeof *offered);
    }
    return status;
}

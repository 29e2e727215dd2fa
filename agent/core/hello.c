/* SPDX-License-Identifier: Apache-2.0 */
/* Hello: what the worker says first. Its nonce is on disk before it is sent, and stays the same
 * until a Welcome was stored, so that a lost Welcome is told from a copied journal. */
#include "agent/core/engine_state.h"

enum reeve_status reeve_engine_hello_prepare(struct reeve_engine *e)
{
    reeve_engine_chain_journal_ack(e);
    struct reeve_id nonce = e->nonce;
    if (reeve_id_is_zero(nonce)) {
        nonce = reeve_random_id(e->random);
    }
    struct reeve_journal_record record = {.type = REEVE_JOURNAL_HELLO};
    record.as.hello_prepared.nonce = nonce;
    record.as.hello_prepared.last_epoch = e->last_epoch;
    REEVE_TRY(reeve_engine_append(e, &record, &e->link.hello_lsn));
    e->nonce = nonce;
    e->hello.dispatch_mark = e->dispatch_mark;
    e->hello.audit_sequence = e->chain.head.sequence;
    e->hello.audit_hash = e->chain.head.head;
    e->hello.settled = e->chain.settled_journaled;
    e->hello.rolled_back = e->rolled_back;
    return REEVE_OK;
}

static void fill_offers(struct reeve_engine *e, struct reeve_task_offer *offers)
{
    for (uint32_t i = 0; i < e->table->count; i++) {
        const struct reeve_engine_task *t = &e->tasks[i];
        offers[i].task = reeve_bytes_cstr(t->task->name);
        reeve_move(offers[i].fingerprint.bytes, t->task->fingerprint, 32);
        offers[i].allowed = t->allow && !t->unconfigured;
        offers[i].max_in_flight = reeve_engine_task_room(e, t);
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

enum reeve_status reeve_engine_hello_write(struct reeve_engine *e, struct reeve_batch_writer *w)
{
    size_t size = (size_t)e->table->count * sizeof(struct reeve_task_offer);
    struct reeve_task_offer *offers =
        reeve_alloc_array(e->allocator, e->table->count + 1u, sizeof *offers);
    if (!offers) {
        return REEVE_NO_MEMORY;
    }
    fill_offers(e, offers);
    struct reeve_worker_frame frame = {.type = REEVE_WORKER_FRAME_HELLO};
    fill_hello(e, &frame.as.hello);
    frame.as.hello.tasks.items = offers;
    frame.as.hello.tasks.count = e->table->count;
    enum reeve_status status = reeve_batch_writer_add_worker(w, &frame);
    reeve_free(e->allocator, offers, size + sizeof *offers);
    if (status == REEVE_OK) {
        e->session.hello_sent_ms = e->now.boot_ms;
    }
    return status;
}

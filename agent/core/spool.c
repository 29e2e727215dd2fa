/* SPDX-License-Identifier: Apache-2.0 */
/* The spool: results that neither the link nor the runner's window has room for wait on disk, so
 * that a job can go on while the gateway is away or slow (docs/decisions/0019-swap-for-results.md).
 *
 *   a stream, in order:   messages (in memory) | blocks (on disk) | behind (in memory)
 *
 * Only messages that were never sent are spooled, so an acknowledgement is always about one that is
 * in memory. A block is written once, read once, and removed when its messages are in memory again.
 * What is written stays in memory until the disk has it: a write that fails loses nothing, and the
 * runner waits as it would without a spool. A block that cannot be read back ends its stream in
 * front of it, and the job says so. Nothing here outlives the process: P4 is the journal's. */
#include "agent/core/spool_parts.h"

#define REMOVE_AGAIN_MS 5000u

void reeve_engine_spool_init(struct reeve_engine *e)
{
    struct reeve_list *const lists[] = {&e->spool.spills, &e->spool.spares, &e->spool.loads,
                                        &e->spool.removals};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        reeve_list_init(lists[i]);
    }
}

void reeve_engine_block_free(struct reeve_engine *e, struct reeve_engine_spool_block *block)
{
    e->memory_bytes -= sizeof *block;
    reeve_free(e->allocator, block, sizeof *block);
}

void reeve_engine_block_remove_later(struct reeve_engine *e, struct reeve_engine_spool_block *block)
{
    block->until = block->number + 1;
    block->size = reeve_engine_block_on_disk(block->size);
    block->tries = 0;
    reeve_list_push_front(&e->spool.removals, &block->node);
}

void reeve_engine_spool_clear(struct reeve_engine *e)
{
    struct reeve_engine_spool *spool = &e->spool;
    if (spool->block && spool->work != REEVE_ENGINE_SPOOL_READS) {
        reeve_engine_block_free(e, spool->block);
    }
    while (!reeve_list_empty(&spool->removals)) {
        reeve_engine_block_free(e, reeve_engine_block_of(reeve_list_pop_front(&spool->removals)));
    }
}

bool reeve_engine_spool_is_on(const struct reeve_engine *e)
{
    return e->limits.max_spool_bytes > 0;
}

enum reeve_status reeve_engine_spool_status(const struct reeve_engine *e)
{
    if (e->spool.status != REEVE_OK) {
        return e->spool.status;
    }
    return e->spool.full ? REEVE_LIMIT : REEVE_OK;
}

/* ---- which streams ---- */

static void leave(struct reeve_engine *e, struct reeve_engine_stream *s)
{
    if (reeve_list_linked(&s->spills)) {
        reeve_list_remove(s->spill_list, &s->spills);
    }
    if (reeve_list_linked(&s->loads)) {
        reeve_list_remove(&e->spool.loads, &s->loads);
    }
}

void reeve_engine_spool_begin(struct reeve_engine *e, enum reeve_engine_spool_work work,
                              struct reeve_engine_stream *s, struct reeve_engine_spool_block *block)
{
    e->spool.work = work;
    e->spool.stream = s;
    e->spool.block = block;
    if (s) {
        leave(e, s);
    }
}

/* How full the runner's window is. Below a half a task that was paused goes on, so as long as it is
 * not, there is work to do; an eighth is worth a block when memory is short. NULL: not worth it. */
static struct reeve_list *spill_list_of(struct reeve_engine *e, const struct reeve_engine_stream *s)
{
    uint64_t count = s->emitted > s->released ? s->emitted - s->released : 0;
    uint64_t bytes =
        s->emitted_bytes > s->released_bytes ? s->emitted_bytes - s->released_bytes : 0;
    if (count == 0 || s->emitted <= s->sent) {
        return NULL;
    }
    if (count >= e->limits.window_results / 2 || bytes >= e->limits.window_bytes / 2) {
        return &e->spool.spills;
    }
    bool some = count * 8 >= e->limits.window_results || bytes >= e->limits.window_bytes / 8;
    return some ? &e->spool.spares : NULL;
}

static bool wants_load(const struct reeve_engine *e, const struct reeve_engine_stream *s)
{
    const struct reeve_engine_spool_block *block = reeve_engine_block_first(s);
    if (!block || block->first >= s->limit) {
        return false;
    }
    return s->messages.count == 0 || (s->messages.count < e->limits.window_results / 2 &&
                                      s->message_bytes < e->limits.window_bytes / 2);
}

void reeve_engine_spool_touch(struct reeve_engine *e, struct reeve_engine_stream *s)
{
    enum reeve_engine_job_state state = s->job->state;
    bool busy = e->spool.stream == s;
    if (busy || (state != REEVE_JOB_RUNNING && state != REEVE_JOB_DELIVERING)) {
        leave(e, s);
        return;
    }
    struct reeve_list *list = reeve_engine_spool_is_on(e) ? spill_list_of(e, s) : NULL;
    if (reeve_list_linked(&s->spills) && s->spill_list != list) {
        reeve_list_remove(s->spill_list, &s->spills);
    }
    if (list && !reeve_list_linked(&s->spills)) {
        reeve_list_push_back(list, &s->spills);
        s->spill_list = list;
    }
    bool loads = wants_load(e, s);
    if (loads && !reeve_list_linked(&s->loads)) {
        reeve_list_push_back(&e->spool.loads, &s->loads);
    }
    if (!loads && reeve_list_linked(&s->loads)) {
        reeve_list_remove(&e->spool.loads, &s->loads);
    }
}

void reeve_engine_spool_drop(struct reeve_engine *e, struct reeve_engine_stream *s)
{
    struct reeve_engine_spool *spool = &e->spool;
    leave(e, s);
    if (spool->stream == s) {
        spool->stream = NULL;
        spool->block = spool->work == REEVE_ENGINE_SPOOL_READS ? NULL : spool->block;
    }
    struct reeve_engine_spool_block *all = reeve_engine_block_of(reeve_list_pop_front(&s->blocks));
    if (!all) {
        return;
    }
    spool->results -= all->count;
    reeve_engine_block_remove_later(e, all);
    while (!reeve_list_empty(&s->blocks)) {
        struct reeve_engine_spool_block *block =
            reeve_engine_block_of(reeve_list_pop_front(&s->blocks));
        spool->results -= block->count;
        all->until = block->number + 1;
        all->size += reeve_engine_block_on_disk(block->size);
        reeve_engine_block_free(e, block);
    }
}

/* ---- removing ---- */

/* Those that could not be removed are behind the others. */
static bool waits_to_remove(const struct reeve_engine *e)
{
    const struct reeve_engine_spool_block *first =
        reeve_engine_block_of(reeve_list_front(&e->spool.removals));
    return first && first->tries > 0 && e->spool.remove_at_ms > e->now.boot_ms;
}

static bool take_removal(struct reeve_engine *e, struct reeve_engine_action *out)
{
    if (reeve_list_empty(&e->spool.removals) || waits_to_remove(e)) {
        return false;
    }
    struct reeve_engine_spool_block *block =
        reeve_engine_block_of(reeve_list_pop_front(&e->spool.removals));
    reeve_engine_spool_begin(e, REEVE_ENGINE_SPOOL_REMOVES, NULL, block);
    out->type = REEVE_ACTION_SPOOL_REMOVE;
    out->u.spool_remove.stream = block->stream;
    out->u.spool_remove.from = block->number;
    out->u.spool_remove.until = block->until;
    return true;
}

/* What could not be removed goes on counting, and is tried again: the disk may be what it was, or a
 * write that failed has left nothing, which a disk that takes no change does not tell. */
static void not_removed(struct reeve_engine *e, struct reeve_engine_spool_block *block,
                        enum reeve_status status)
{
    if (block->tries == 0) {
        reeve_engine_note(e, REEVE_NOTE_SPOOL_LEFT, status, block->size);
        block->tries = 1;
    }
    e->spool.remove_at_ms = e->now.boot_ms + REMOVE_AGAIN_MS;
    reeve_list_push_back(&e->spool.removals, &block->node);
}

static void removed(struct reeve_engine *e, struct reeve_engine_spool_block *block,
                    enum reeve_status status)
{
    if (status != REEVE_OK) {
        not_removed(e, block, status);
        return;
    }
    e->spool.bytes -= block->size;
    e->spool.full = e->spool.full && e->spool.bytes > e->limits.max_spool_bytes / 2;
    reeve_engine_block_free(e, block);
}

/* ---- the disk's side ---- */

bool reeve_engine_spool_take(struct reeve_engine *e, struct reeve_engine_action *out)
{
    if (e->spool.work != REEVE_ENGINE_SPOOL_IDLE || e->link.state == REEVE_LINK_STOPPED) {
        return false;
    }
    return reeve_engine_spool_take_read(e, out) || take_removal(e, out) ||
           reeve_engine_spool_take_write(e, out);
}

void reeve_engine_spool_done(struct reeve_engine *e, const struct reeve_engine_event *event)
{
    struct reeve_engine_stream *s = e->spool.stream;
    struct reeve_engine_spool_block *block = e->spool.block;
    enum reeve_engine_spool_work work = e->spool.work;
    e->spool.work = REEVE_ENGINE_SPOOL_IDLE;
    e->spool.stream = NULL;
    e->spool.block = NULL;
    switch (work) {
    case REEVE_ENGINE_SPOOL_IDLE:
        reeve_engine_invariant(e, "the spool had nothing to do");
        return;
    case REEVE_ENGINE_SPOOL_WRITES:
        reeve_engine_spool_written(e, s, block, event->u.spool.status);
        return;
    case REEVE_ENGINE_SPOOL_READS:
        reeve_engine_spool_was_read(e, s, block, event);
        return;
    case REEVE_ENGINE_SPOOL_REMOVES:
        removed(e, block, event->u.spool.status);
        return;
    }
}

uint64_t reeve_engine_spool_next_ms(const struct reeve_engine *e)
{
    const struct reeve_engine_spool *spool = &e->spool;
    uint64_t next_ms = REEVE_NEVER_MS;
    bool writes = !reeve_list_empty(&spool->spills) || !reeve_list_empty(&spool->spares);
    if (writes && spool->write_at_ms > e->now.boot_ms) {
        next_ms = spool->write_at_ms;
    }
    bool reads = !reeve_list_empty(&spool->loads) && e->link.state == REEVE_LINK_LIVE;
    if (reads && spool->read_at_ms > e->now.boot_ms && spool->read_at_ms < next_ms) {
        next_ms = spool->read_at_ms;
    }
    if (waits_to_remove(e) && spool->remove_at_ms < next_ms) {
        next_ms = spool->remove_at_ms;
    }
    return next_ms;
}

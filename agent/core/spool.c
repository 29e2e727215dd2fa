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
#include "agent/core/engine_state.h"

#define DISK_BLOCK UINT64_C(4096) /* what a file takes at least, and in which steps it grows */
#define WRITE_AGAIN_MS 5000u
#define REMOVE_AGAIN_MS 5000u
#define READ_AGAIN_MS 200u
#define READ_TRIES 5u

void reeve_engine_spool_init(struct reeve_engine *e)
{
    struct reeve_list *const lists[] = {&e->spool.spills, &e->spool.spares, &e->spool.loads,
                                        &e->spool.removals};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        reeve_list_init(lists[i]);
    }
}

static struct reeve_engine_spool_block *block_of(struct reeve_list_node *node)
{
    return node ? REEVE_OWNER(node, struct reeve_engine_spool_block, node) : NULL;
}

static struct reeve_engine_spool_block *first_block(const struct reeve_engine_stream *s)
{
    return block_of(reeve_list_front(&s->blocks));
}

static uint64_t on_disk(uint64_t size)
{
    return (size + DISK_BLOCK - 1) / DISK_BLOCK * DISK_BLOCK;
}

static struct reeve_engine_spool_block *new_block(struct reeve_engine *e)
{
    struct reeve_engine_spool_block *block = reeve_alloc(e->allocator, sizeof *block);
    e->memory_bytes += block ? sizeof *block : 0;
    return block;
}

static void free_block(struct reeve_engine *e, struct reeve_engine_spool_block *block)
{
    e->memory_bytes -= sizeof *block;
    reeve_free(e->allocator, block, sizeof *block);
}

static void remove_later(struct reeve_engine *e, struct reeve_engine_spool_block *block)
{
    block->until = block->number + 1;
    block->size = on_disk(block->size);
    block->tries = 0;
    reeve_list_push_front(&e->spool.removals, &block->node);
}

void reeve_engine_spool_clear(struct reeve_engine *e)
{
    struct reeve_engine_spool *spool = &e->spool;
    if (spool->block && spool->work != REEVE_ENGINE_SPOOL_READS) {
        free_block(e, spool->block);
    }
    while (!reeve_list_empty(&spool->removals)) {
        free_block(e, block_of(reeve_list_pop_front(&spool->removals)));
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
    const struct reeve_engine_spool_block *block = first_block(s);
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
    struct reeve_engine_spool_block *all = block_of(reeve_list_pop_front(&s->blocks));
    if (!all) {
        return;
    }
    spool->results -= all->count;
    remove_later(e, all);
    while (!reeve_list_empty(&s->blocks)) {
        struct reeve_engine_spool_block *block = block_of(reeve_list_pop_front(&s->blocks));
        spool->results -= block->count;
        all->until = block->number + 1;
        all->size += on_disk(block->size);
        free_block(e, block);
    }
}

/* ---- writing ---- */

/* The list that ends with the newest message. */
static struct reeve_list *newest(struct reeve_engine_stream *s)
{
    return reeve_list_empty(&s->blocks) ? &s->messages : &s->behind;
}

/* The oldest message that may leave for the disk: never sent, not even in part, and still on the
 * runner's account. NULL: there is none. `index` is its. */
static struct reeve_engine_result_message *oldest_to_spill(struct reeve_engine_stream *s,
                                                           uint64_t *index)
{
    struct reeve_list *list = newest(s);
    struct reeve_engine_result_message *oldest = NULL;
    bool partly = s->to_send && s->to_send_offset > 0 && s->to_send_index >= s->sent;
    uint64_t from = partly ? s->to_send_index + 1 : s->sent;
    struct reeve_list_node *node = reeve_list_back(list);
    for (uint64_t i = s->emitted; node && i > from; i--) {
        struct reeve_engine_result_message *message = reeve_engine_message_of(node);
        if (!message->counted) {
            break;
        }
        oldest = message;
        *index = i - 1;
        node = reeve_list_previous(list, node);
    }
    return oldest;
}

/* As many as half a window has, and at least one. */
static void measure(const struct reeve_engine *e, const struct reeve_list *list,
                    const struct reeve_engine_result_message *first,
                    struct reeve_engine_spool_block *block)
{
    const struct reeve_engine_result_message *message = first;
    do {
        block->count++;
        block->message_bytes += message->bytes.len;
        message = reeve_engine_message_of(reeve_list_next(list, &message->node));
    } while (message && block->count < UINT32_MAX &&
             block->message_bytes + message->bytes.len <= e->limits.window_bytes / 2);
}

static bool has_room(const struct reeve_engine *e, uint64_t size)
{
    uint64_t max = e->limits.max_spool_bytes;
    return e->spool.bytes <= max && on_disk(size) <= max - e->spool.bytes;
}

static void note_full(struct reeve_engine *e)
{
    if (!e->spool.full) {
        e->spool.full = true;
        reeve_engine_note(e, REEVE_NOTE_SPOOL_FULL, REEVE_LIMIT, e->spool.bytes);
    }
}

/* The messages stay until the disk has the block. LIMIT: it is full. */
static enum reeve_status make_block(struct reeve_engine *e, struct reeve_engine_stream *s,
                                    struct reeve_engine_result_message *first, uint64_t index,
                                    struct reeve_engine_spool_block *block,
                                    struct reeve_buffer *out)
{
    block->stream = s->job->handle;
    block->number = s->next_block;
    block->first = index;
    measure(e, newest(s), first, block);
    /* The exact size is known when it is encoded, so look before that is done in vain. */
    if (!has_room(e, block->message_bytes)) {
        return REEVE_LIMIT;
    }
    REEVE_TRY(reeve_engine_block_encode(block, newest(s), first, out));
    return has_room(e, block->size) ? REEVE_OK : REEVE_LIMIT;
}

static void begin(struct reeve_engine *e, enum reeve_engine_spool_work work,
                  struct reeve_engine_stream *s, struct reeve_engine_spool_block *block)
{
    e->spool.work = work;
    e->spool.stream = s;
    e->spool.block = block;
    if (s) {
        leave(e, s);
    }
}

static bool write_block(struct reeve_engine *e, struct reeve_engine_stream *s,
                        struct reeve_engine_result_message *first, uint64_t index,
                        struct reeve_engine_action *out)
{
    struct reeve_buffer bytes;
    reeve_buffer_init(&bytes, e->allocator, SIZE_MAX);
    struct reeve_engine_spool_block *block = new_block(e);
    enum reeve_status status =
        block ? make_block(e, s, first, index, block, &bytes) : REEVE_NO_MEMORY;
    if (status != REEVE_OK) {
        reeve_buffer_clear(&bytes);
        if (block) {
            free_block(e, block);
        }
        if (status == REEVE_LIMIT) {
            note_full(e);
            return false;
        }
        e->spool.write_at_ms = e->now.boot_ms + REEVE_ENGINE_RETRY_MS;
        return false;
    }
    s->next_block++;
    e->spool.bytes += on_disk(block->size);
    begin(e, REEVE_ENGINE_SPOOL_WRITES, s, block);
    out->type = REEVE_ACTION_SPOOL_WRITE;
    out->u.spool_write.stream = block->stream;
    out->u.spool_write.number = block->number;
    reeve_buffer_init(&out->u.spool_write.bytes, e->allocator, bytes.max);
    reeve_buffer_take(&out->u.spool_write.bytes, &bytes);
    return true;
}

static struct reeve_list *streams_to_spill(struct reeve_engine *e)
{
    if (!reeve_list_empty(&e->spool.spills)) {
        return &e->spool.spills;
    }
    bool pressed = e->memory_bytes > e->limits.max_memory_bytes / 2;
    return pressed ? &e->spool.spares : &e->spool.spills;
}

static bool take_write(struct reeve_engine *e, struct reeve_engine_action *out)
{
    if (!reeve_engine_spool_is_on(e) || e->now.boot_ms < e->spool.write_at_ms) {
        return false;
    }
    struct reeve_list *list = streams_to_spill(e);
    while (!reeve_list_empty(list)) {
        struct reeve_engine_stream *s =
            REEVE_OWNER(reeve_list_front(list), struct reeve_engine_stream, spills);
        uint64_t index = 0;
        struct reeve_engine_result_message *first = oldest_to_spill(s, &index);
        if (first) {
            return write_block(e, s, first, index, out);
        }
        reeve_list_remove(list, &s->spills); /* until it changes */
    }
    return false;
}

/* Sent meanwhile, if only in part: the gateway may acknowledge it, so it has to stay in memory. */
static bool was_sent(const struct reeve_engine_stream *s,
                     const struct reeve_engine_spool_block *block)
{
    return s->sent > block->first ||
           (s->to_send && s->to_send_offset > 0 && s->to_send_index >= block->first);
}

static void forget_written(struct reeve_engine *e, struct reeve_engine_stream *s,
                           const struct reeve_engine_spool_block *block)
{
    struct reeve_list *list = newest(s);
    uint64_t index = s->emitted - list->count;
    struct reeve_list_node *node = reeve_list_front(list);
    while (node && index < block->first + block->count) {
        struct reeve_engine_result_message *message = reeve_engine_message_of(node);
        node = reeve_list_next(list, node);
        if (index >= block->first) {
            s->to_send = s->to_send == message ? NULL : s->to_send;
            reeve_engine_stream_release(e, s, message);
            reeve_engine_message_free(e, s, list, message);
        }
        index++;
    }
}

/* What came while the first block was on its way is behind it now. */
static void move_behind(struct reeve_engine_stream *s, const struct reeve_engine_spool_block *block)
{
    while (s->acknowledged + s->messages.count > block->first) {
        struct reeve_list_node *node = reeve_list_back(&s->messages);
        s->message_bytes -= reeve_engine_message_of(node)->bytes.len;
        reeve_list_remove(&s->messages, node);
        reeve_list_insert_before(&s->behind, reeve_list_front(&s->behind), node);
    }
}

static void settle(struct reeve_engine *e, struct reeve_engine_stream *s,
                   struct reeve_engine_spool_block *block)
{
    forget_written(e, s, block);
    if (reeve_list_empty(&s->blocks)) {
        move_behind(s, block);
    }
    reeve_list_push_back(&s->blocks, &block->node);
    e->spool.results += block->count;
    if (!s->to_send && reeve_list_linked(&s->ready)) {
        reeve_list_remove(&e->streams, &s->ready);
    }
}

static void note_written(struct reeve_engine *e, enum reeve_status status)
{
    struct reeve_engine_spool *spool = &e->spool;
    if (status != REEVE_OK) {
        spool->write_at_ms = e->now.boot_ms + WRITE_AGAIN_MS;
    }
    if (status != REEVE_OK && spool->status == REEVE_OK) {
        reeve_engine_note(e, REEVE_NOTE_SPOOL_FAILED, status, spool->bytes);
    }
    if (status == REEVE_OK && spool->status != REEVE_OK) {
        reeve_engine_note(e, REEVE_NOTE_SPOOL_WRITABLE, REEVE_OK, spool->bytes);
    }
    spool->status = status;
}

static void written(struct reeve_engine *e, struct reeve_engine_stream *s,
                    struct reeve_engine_spool_block *block, enum reeve_status status)
{
    note_written(e, status);
    if (status == REEVE_OK && s && !was_sent(s, block)) {
        settle(e, s, block);
    } else {
        remove_later(e, block); /* also one that failed may have left something */
    }
    if (s) {
        reeve_engine_spool_touch(e, s);
    }
}

/* ---- reading back ---- */

/* Beside what others have read back, only as much as memory has room for. */
static bool may_load(const struct reeve_engine *e, const struct reeve_engine_spool_block *block)
{
    return e->spool.loaded_bytes == 0 ||
           e->memory_bytes + block->message_bytes <= e->limits.max_memory_bytes;
}

static bool take_read(struct reeve_engine *e, struct reeve_engine_action *out)
{
    struct reeve_list_node *node = reeve_list_front(&e->spool.loads);
    if (!node || e->link.state != REEVE_LINK_LIVE || e->now.boot_ms < e->spool.read_at_ms) {
        return false;
    }
    struct reeve_engine_stream *s = REEVE_OWNER(node, struct reeve_engine_stream, loads);
    struct reeve_engine_spool_block *block = first_block(s);
    if (!may_load(e, block)) {
        return false;
    }
    begin(e, REEVE_ENGINE_SPOOL_READS, s, block);
    out->type = REEVE_ACTION_SPOOL_READ;
    out->u.spool_read.stream = block->stream;
    out->u.spool_read.number = block->number;
    out->u.spool_read.bytes = block->size;
    return true;
}

static enum reeve_status add_loaded(struct reeve_engine *e, struct reeve_engine_stream *s,
                                    struct reeve_bytes bytes)
{
    struct reeve_engine_result_message *message = reeve_alloc(e->allocator, sizeof *message);
    if (!message) {
        return REEVE_NO_MEMORY;
    }
    reeve_buffer_init(&message->bytes, e->allocator, SIZE_MAX);
    enum reeve_status status = reeve_buffer_append(&message->bytes, bytes);
    if (status != REEVE_OK) {
        reeve_free(e->allocator, message, sizeof *message);
        return status;
    }
    message->loaded = true;
    reeve_list_push_back(&s->messages, &message->node);
    s->message_bytes += bytes.len;
    e->memory_bytes += reeve_engine_message_held_bytes(message);
    e->spool.loaded_bytes += bytes.len;
    return REEVE_OK;
}

/* All of it or nothing. */
static enum reeve_status load(struct reeve_engine *e, struct reeve_engine_stream *s,
                              const struct reeve_engine_spool_block *block,
                              struct reeve_bytes bytes)
{
    struct reeve_engine_block_reader reader;
    REEVE_TRY(reeve_engine_block_open(block, bytes, &reader));
    enum reeve_status status = REEVE_OK;
    uint64_t done = 0;
    while (done < block->count && status == REEVE_OK) {
        status = add_loaded(e, s, reeve_engine_block_next(&reader));
        done += status == REEVE_OK ? 1 : 0;
    }
    while (status != REEVE_OK && done > 0) {
        struct reeve_list_node *last = reeve_list_back(&s->messages);
        reeve_engine_message_free(e, s, &s->messages, reeve_engine_message_of(last));
        done--;
    }
    return status;
}

/* Nothing is on disk any more: what is behind goes on where the messages end. */
static void close_gap(struct reeve_engine_stream *s)
{
    while (!reeve_list_empty(&s->behind)) {
        struct reeve_list_node *node = reeve_list_pop_front(&s->behind);
        s->message_bytes += reeve_engine_message_of(node)->bytes.len;
        reeve_list_push_back(&s->messages, node);
    }
}

/* For a gateway that takes smaller messages than the one for which these were emitted. */
static void cut_too_large(struct reeve_engine *e, struct reeve_engine_stream *s, uint64_t from)
{
    uint64_t index = s->acknowledged;
    struct reeve_list_node *node = reeve_list_front(&s->messages);
    for (; node; node = reeve_list_next(&s->messages, node)) {
        size_t len = reeve_engine_message_of(node)->bytes.len;
        if (index >= from && reeve_engine_stream_is_too_large(e, len)) {
            reeve_engine_stream_cut(e, s, index, REEVE_REASON_OUTPUT_TOO_LARGE);
            return;
        }
        index++;
    }
}

static void loaded(struct reeve_engine *e, struct reeve_engine_stream *s,
                   struct reeve_engine_spool_block *block)
{
    uint64_t from = block->first;
    uint64_t unread = s->messages.count - (size_t)block->count;
    struct reeve_list_node *node = reeve_list_front(&s->messages);
    while (unread > 0) {
        node = reeve_list_next(&s->messages, node);
        unread--;
    }
    s->to_send = s->to_send ? s->to_send : reeve_engine_message_of(node);
    reeve_list_remove(&s->blocks, &block->node);
    e->spool.results -= block->count;
    remove_later(e, block);
    if (reeve_list_empty(&s->blocks)) {
        close_gap(s);
    }
    cut_too_large(e, s, from);
    reeve_engine_stream_make_ready(e, s);
}

static void lose(struct reeve_engine *e, struct reeve_engine_stream *s,
                 const struct reeve_engine_spool_block *block, enum reeve_status status)
{
    struct reeve_engine_note_fields note = {
        .code = REEVE_NOTE_SPOOL_LOST,
        .status = status,
        .reason = (uint32_t)REEVE_REASON_RESULTS_LOST,
        .job_id = s->job->job_id,
        .task = reeve_engine_job_task(e, s->job)->name,
        .number = s->emitted - block->first,
    };
    reeve_engine_note_fields(e, &note);
    reeve_engine_stream_cut(e, s, block->first, REEVE_REASON_RESULTS_LOST);
}

static void was_read(struct reeve_engine *e, struct reeve_engine_stream *s,
                     struct reeve_engine_spool_block *block, const struct reeve_engine_event *event)
{
    enum reeve_status status = event->u.spool.status;
    if (!s) {
        return;
    }
    if (status == REEVE_OK) {
        status = load(e, s, block, reeve_buffer_view(event->u.spool.bytes));
    }
    if (status == REEVE_OK) {
        loaded(e, s, block);
    } else if (status == REEVE_NO_MEMORY || ++block->tries < READ_TRIES) {
        e->spool.read_at_ms = e->now.boot_ms + READ_AGAIN_MS;
    } else {
        lose(e, s, block, status);
    }
    reeve_engine_spool_touch(e, s);
    reeve_engine_stream_when_delivered(e, s);
}

/* ---- removing ---- */

/* Those that could not be removed are behind the others. */
static bool waits_to_remove(const struct reeve_engine *e)
{
    const struct reeve_engine_spool_block *first = block_of(reeve_list_front(&e->spool.removals));
    return first && first->tries > 0 && e->spool.remove_at_ms > e->now.boot_ms;
}

static bool take_removal(struct reeve_engine *e, struct reeve_engine_action *out)
{
    if (reeve_list_empty(&e->spool.removals) || waits_to_remove(e)) {
        return false;
    }
    struct reeve_engine_spool_block *block = block_of(reeve_list_pop_front(&e->spool.removals));
    begin(e, REEVE_ENGINE_SPOOL_REMOVES, NULL, block);
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
    free_block(e, block);
}

/* ---- the disk's side ---- */

bool reeve_engine_spool_take(struct reeve_engine *e, struct reeve_engine_action *out)
{
    if (e->spool.work != REEVE_ENGINE_SPOOL_IDLE || e->link.state == REEVE_LINK_STOPPED) {
        return false;
    }
    return take_read(e, out) || take_removal(e, out) || take_write(e, out);
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
        written(e, s, block, event->u.spool.status);
        return;
    case REEVE_ENGINE_SPOOL_READS:
        was_read(e, s, block, event);
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

/* SPDX-License-Identifier: Apache-2.0 */
/* The spool's way out: the oldest messages that were never sent, in blocks of half a window. They
 * stay in memory until the disk has them. */
#include "agent/core/spool_parts.h"

#define WRITE_AGAIN_MS 5000u

static struct reeve_engine_spool_block *new_block(struct reeve_engine *e)
{
    struct reeve_engine_spool_block *block = reeve_alloc(e->allocator, sizeof *block);
    e->memory_bytes += block ? sizeof *block : 0;
    return block;
}

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
    return e->spool.bytes <= max && reeve_engine_block_on_disk(size) <= max - e->spool.bytes;
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
            reeve_engine_block_free(e, block);
        }
        if (status == REEVE_LIMIT) {
            note_full(e);
            return false;
        }
        e->spool.write_at_ms = e->now.boot_ms + REEVE_ENGINE_RETRY_MS;
        return false;
    }
    s->next_block++;
    e->spool.bytes += reeve_engine_block_on_disk(block->size);
    reeve_engine_spool_begin(e, REEVE_ENGINE_SPOOL_WRITES, s, block);
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

bool reeve_engine_spool_take_write(struct reeve_engine *e, struct reeve_engine_action *out)
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

void reeve_engine_spool_written(struct reeve_engine *e, struct reeve_engine_stream *s,
                                struct reeve_engine_spool_block *block, enum reeve_status status)
{
    note_written(e, status);
    if (status == REEVE_OK && s && !was_sent(s, block)) {
        settle(e, s, block);
    } else {
        reeve_engine_block_remove_later(e,
                                        block); /* also one that failed may have left something */
    }
    if (s) {
        reeve_engine_spool_touch(e, s);
    }
}

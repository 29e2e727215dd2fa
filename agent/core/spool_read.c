/* SPDX-License-Identifier: Apache-2.0 */
/* The spool's way back: the first block of a stream that runs out of messages to send. */
#include "agent/core/spool_parts.h"

#define READ_AGAIN_MS 200u
#define READ_TRIES 5u

/* Beside what others have read back, only as much as memory has room for. */
static bool may_load(const struct reeve_engine *e, const struct reeve_engine_spool_block *block)
{
    return e->spool.loaded_bytes == 0 ||
           e->memory_bytes + block->message_bytes <= e->limits.max_memory_bytes;
}

bool reeve_engine_spool_take_read(struct reeve_engine *e, struct reeve_engine_action *out)
{
    struct reeve_list_node *node = reeve_list_front(&e->spool.loads);
    if (!node || e->link.state != REEVE_LINK_LIVE || e->now.boot_ms < e->spool.read_at_ms) {
        return false;
    }
    struct reeve_engine_stream *s = REEVE_OWNER(node, struct reeve_engine_stream, loads);
    struct reeve_engine_spool_block *block = reeve_engine_block_first(s);
    if (!may_load(e, block)) {
        return false;
    }
    reeve_engine_spool_begin(e, REEVE_ENGINE_SPOOL_READS, s, block);
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
    reeve_engine_block_remove_later(e, block);
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

void reeve_engine_spool_was_read(struct reeve_engine *e, struct reeve_engine_stream *s,
                                 struct reeve_engine_spool_block *block,
                                 const struct reeve_engine_event *event)
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

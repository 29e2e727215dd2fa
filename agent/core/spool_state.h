/* SPDX-License-Identifier: Apache-2.0 */
/* Results that wait on disk. Part of engine_state.h. */
#ifndef REEVE_AGENT_CORE_SPOOL_STATE_H
#define REEVE_AGENT_CORE_SPOOL_STATE_H

#include "agent/base/list.h"
#include "agent/core/engine.h"
#include "agent/core/stream_state.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_engine;

/* Result messages that lie one behind the other on disk, and in no memory (spool.c). */
struct reeve_engine_spool_block {
    struct reeve_list_node node; /* in its stream's blocks, or in the engine's removals */
    uint64_t stream;             /* of removals: of those from number on, below until */
    uint64_t number;
    uint64_t until;
    uint64_t first; /* index of its first message */
    uint64_t count;
    uint64_t message_bytes;
    uint64_t size;  /* encoded; of removals: on disk, of all together */
    uint32_t tries; /* to read it; of removals: whether it was tried */
};

enum reeve_engine_spool_work {
    REEVE_ENGINE_SPOOL_IDLE,
    REEVE_ENGINE_SPOOL_WRITES,
    REEVE_ENGINE_SPOOL_READS,
    REEVE_ENGINE_SPOOL_REMOVES,
};

struct reeve_engine_spool {
    struct reeve_list spills;   /* streams that fill the runner's window */
    struct reeve_list spares;   /* streams that may spool when memory is short */
    struct reeve_list loads;    /* streams that run out of messages to send */
    struct reeve_list removals; /* blocks; those that could not be removed at the back */
    enum reeve_engine_spool_work work;
    struct reeve_engine_stream *stream;     /* of the work; NULL: it was dropped meanwhile */
    struct reeve_engine_spool_block *block; /* of the work; its own unless it reads */
    uint64_t bytes;                         /* on disk */
    uint64_t results;                       /* in blocks of streams */
    uint64_t loaded_bytes;                  /* messages in memory that were read back */
    enum reeve_status status;               /* of the last write */
    bool full;                              /* and said */
    uint64_t write_at_ms;                   /* not before */
    uint64_t read_at_ms;
    uint64_t remove_at_ms; /* of what could not be removed */
};

/* ---- spool.c ---- */
void reeve_engine_spool_init(struct reeve_engine *e);
void reeve_engine_spool_clear(struct reeve_engine *e);
bool reeve_engine_spool_is_on(const struct reeve_engine *e);
/* To be called when a stream's messages have changed. */
void reeve_engine_spool_touch(struct reeve_engine *e, struct reeve_engine_stream *stream);
/* Lets go of all blocks of a stream. */
void reeve_engine_spool_drop(struct reeve_engine *e, struct reeve_engine_stream *stream);
bool reeve_engine_spool_take(struct reeve_engine *e, struct reeve_engine_action *out);
void reeve_engine_spool_done(struct reeve_engine *e, const struct reeve_engine_event *event);
uint64_t reeve_engine_spool_next_ms(const struct reeve_engine *e);
enum reeve_status reeve_engine_spool_status(const struct reeve_engine *e);

/* ---- spool_block.c ---- */
/* Encodes `block->count` messages from `first` on, and sets the block's sizes. NO_MEMORY. */
enum reeve_status reeve_engine_block_encode(struct reeve_engine_spool_block *block,
                                            const struct reeve_list *list,
                                            const struct reeve_engine_result_message *first,
                                            struct reeve_buffer *out) REEVE_MUST_CHECK;
/* Reads the messages of a block one by one. */
struct reeve_engine_block_reader {
    struct reeve_bytes left;
};
/* CORRUPT: these are not the block's bytes. */
enum reeve_status reeve_engine_block_open(const struct reeve_engine_spool_block *block,
                                          struct reeve_bytes bytes,
                                          struct reeve_engine_block_reader *out) REEVE_MUST_CHECK;
struct reeve_bytes reeve_engine_block_next(struct reeve_engine_block_reader *reader);

#ifdef __cplusplus
}
#endif
#endif

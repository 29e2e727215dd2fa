/* SPDX-License-Identifier: Apache-2.0 */
/* What a server-streaming job emitted: kept until the gateway has acknowledged it. Part of
 * engine_state.h. */
#ifndef REEVE_AGENT_CORE_STREAM_STATE_H
#define REEVE_AGENT_CORE_STREAM_STATE_H

#include "agent/base/buffer.h"
#include "agent/base/list.h"
#include "agent/codec/batch.h"
#include "agent/core/engine.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_engine;
struct reeve_engine_job;

/* Results of all jobs together that may be under way at once: what is stored in one go at the other
 * end, not more than it may have to hold. */
#define REEVE_ENGINE_RESULTS 512u
#define REEVE_ENGINE_RESULT_BYTES (UINT64_C(8) << 20)

/* A result message that the gateway has not acknowledged. */
struct reeve_engine_result_message {
    struct reeve_list_node node; /* in its stream's messages or behind */
    bool counted;                /* against the runner's window: not released */
    bool loaded;                 /* read back from the spool */
    struct reeve_buffer bytes;
};

/* How a job ended while its results are on their way (DELIVERING). */
struct reeve_engine_stream_end {
    uint8_t status;
    uint8_t effect;
    uint32_t reason;
    uint32_t upstream_code;
    char message[REEVE_JOB_ERROR_MESSAGE_MAX];
    size_t message_len;
    char reference[REEVE_JOB_ERROR_REFERENCE_MAX];
    size_t reference_len;
    bool has_redacted_input;
    struct reeve_buffer redacted_input;
};

/* What a server-streaming job emitted. Indexes count from its first message. */
struct reeve_engine_stream {
    struct reeve_list_node ready;    /* linked while something may be sent: reeve_engine.streams */
    struct reeve_list_node releases; /* linked while RELEASE_RESULTS is due */
    struct reeve_list_node spills;   /* linked while something could be spooled */
    struct reeve_list_node loads;    /* linked while a block could be read back */
    struct reeve_list *spill_list;   /* the one that `spills` is in */
    struct reeve_engine_job *job;
    /* What is not acknowledged, in order: in memory, then on disk, then in memory again. `behind`
     * is empty where there are no blocks. What was ever sent is in `messages`. */
    struct reeve_list messages;
    struct reeve_list blocks;
    struct reeve_list behind;
    uint64_t message_bytes; /* of `messages` */
    uint64_t next_block;    /* number */
    uint64_t emitted;
    uint64_t emitted_bytes;
    uint64_t released; /* off the runner's account; what is not is `counted` */
    uint64_t released_bytes;
    uint64_t sent;            /* indexes below it were sent, in this session or an earlier one,
                                 also such as were cut off afterwards */
    uint64_t acknowledged;    /* index of the first in `messages` */
    struct reeve_digest head; /* of the chain of acknowledged results */
    /* this session's */
    struct reeve_engine_result_message *to_send; /* NULL: all in `messages` were sent */
    uint64_t to_send_index;
    uint64_t to_send_offset;  /* bytes of it that were sent */
    uint64_t in_flight_bytes; /* sent, not acknowledged */
    uint64_t limit;           /* indexes below it may be sent */
    /* Nothing more is taken, and the job fails for this reason; 0: all is well */
    uint32_t refused;
    struct reeve_engine_stream_end end;
};

/* ---- stream.c ---- */
struct reeve_engine_result_message *reeve_engine_message_of(struct reeve_list_node *node);
size_t reeve_engine_message_held_bytes(const struct reeve_engine_result_message *message);
/* Takes it out of `list`, one of its stream's two. */
void reeve_engine_message_free(struct reeve_engine *e, struct reeve_engine_stream *stream,
                               struct reeve_list *list,
                               struct reeve_engine_result_message *message);
/* To be called when what may be sent of a stream has changed. */
void reeve_engine_stream_make_ready(struct reeve_engine *e, struct reeve_engine_stream *stream);
/* Off the runner's account. */
void reeve_engine_stream_release(struct reeve_engine *e, struct reeve_engine_stream *stream,
                                 struct reeve_engine_result_message *message);
/* Drops everything from `index` on, which was not acknowledged, and ends the stream there: its job
 * fails for `reason`. */
void reeve_engine_stream_cut(struct reeve_engine *e, struct reeve_engine_stream *stream,
                             uint64_t index, enum reeve_reason reason);
/* The gateway would not take one of this size. */
bool reeve_engine_stream_is_too_large(const struct reeve_engine *e, size_t len);
void reeve_engine_stream_when_delivered(struct reeve_engine *e, struct reeve_engine_stream *stream);
bool reeve_engine_stream_is_behind(const struct reeve_engine_stream *stream);
void reeve_engine_stream_init(struct reeve_engine *e, struct reeve_engine_job *job,
                              struct reeve_engine_stream *stream);
/* Lets go of what is not acknowledged. */
void reeve_engine_stream_drop(struct reeve_engine *e, struct reeve_engine_stream *stream);
void reeve_engine_stream_clear(struct reeve_engine *e, struct reeve_engine_stream *stream);
void reeve_engine_job_result(struct reeve_engine *e, const struct reeve_engine_event *event);
void reeve_engine_result_ack(struct reeve_engine *e, const struct reeve_result_ack *ack);
/* A session begins or is lost: nothing of any stream was sent in it. */
void reeve_engine_streams_rewind(struct reeve_engine *e);
enum reeve_status reeve_engine_streams_write(struct reeve_engine *e,
                                             struct reeve_batch_writer *w) REEVE_MUST_CHECK;
/* Whether some result may be sent. */
bool reeve_engine_streams_wait(const struct reeve_engine *e);
bool reeve_engine_releases_take(struct reeve_engine *e, struct reeve_engine_action *out);

/* ---- chunk.c ---- */
/* One message on its way in ResultChunks. */
struct reeve_engine_chunks {
    struct reeve_id job_id;
    uint32_t attempt;
    uint64_t index;
    struct reeve_bytes message;
    uint64_t offset; /* bytes that were sent; moves on */
    bool done;       /* the last chunk is in a batch */
};
/* Writes chunks, each as large as a frame may be, until the message is at its end or the batch is
 * full (LIMIT). */
enum reeve_status reeve_engine_chunks_write(const struct reeve_engine *e,
                                            struct reeve_batch_writer *w,
                                            struct reeve_engine_chunks *chunks) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* One job of the http binding: a request, and those that follow when it may be tried again.
 * Internal to this folder.
 *
 *   exchange.c  pool: write the request, load the credential, send ⇄ HTTP: under way
 *   answer.c    pool: what came back becomes an answer, or another attempt; a small success on the
 *               loop's thread, as waking one of the pool would cost more
 *   stream.c    pool: messages of a server-streaming task, as they come
 *
 * Cancelling: the loop's thread may cancel before the exchange exists, while it waits for a token,
 * is under way, or has ended. The binding's lock orders that: whoever moves the phase does so under
 * it, and looks for a cancel; whoever cancels looks at the phase of the exchange that work->state
 * names. The exchange lives in the job's arena, which is there for as long as anybody can cancel.
 */
#ifndef REEVE_AGENT_BINDINGS_HTTP_EXCHANGE_H
#define REEVE_AGENT_BINDINGS_HTTP_EXCHANGE_H

#include <pthread.h>

#include "agent/bindings/http/http_binding.h"
#include "agent/bindings/http/http_message.h"
#include "agent/bindings/http/route.h"
#include "agent/bindings/http/splitter.h"
#include "agent/bindings/http/token.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_http_binding {
    struct reeve_binding base;
    struct reeve_arena memory; /* the system's strings */
    struct reeve_http_system system;
    struct reeve_http_loop *loop;
    struct reeve_pool *pool;
    struct reeve_secret_registry *secrets;
    struct reeve_http_token *token; /* NULL unless OAUTH2 */
    struct reeve_http_routes *routes;
    pthread_mutex_t lock; /* guards what exchanges say it does */
};

enum reeve_http_phase {
    REEVE_HTTP_PREPARING, /* on a pool thread: it will look for a cancel */
    REEVE_HTTP_WAITING,   /* for a token */
    REEVE_HTTP_SENT,      /* lent to the HTTP loop */
    REEVE_HTTP_ANSWERING, /* on a pool thread, again */
};

/* The body of a server-streaming task's answer on its way to messages. Bytes wait in `inbox` for a
 * pool thread; when it is full, the transfer is paused, and so the sender. */
struct reeve_http_stream {
    /* ---- guarded by the binding's lock ---- */
    struct reeve_buffer inbox;
    unsigned resumes;   /* that came before their PAUSE was seen */
    bool draining;      /* a pool thread has it, or is about to */
    bool paused;        /* nothing is emitted before a resume */
    bool http_waits;    /* on_body said WAIT */
    bool out_of_memory; /* for the inbox */
    /* ---- atomic: the request while it is under way, and who drains; the last answers ---- */
    int holders;
    /* ---- the draining thread's ---- */
    struct reeve_buffer chunk; /* bytes taken from the inbox */
    struct reeve_bytes rest;   /* of them, not looked at yet */
    struct reeve_json_splitter splitter;
    struct reeve_arena scratch; /* one message */
    uint64_t emitted;
    bool begun;
    bool dropping;            /* nothing more is wanted of it */
    enum reeve_status spoilt; /* why, when it is the system's fault */
    char problem[REEVE_HTTP_PROBLEM_SIZE];
};

struct reeve_http_exchange {
    struct reeve_work *work;
    struct reeve_http_request request;
    struct reeve_http_route *route; /* of the request that is under way */
    struct reeve_http_header *headers;
    struct reeve_http_parts parts;
    struct reeve_secret auth;  /* a header line; QUERY: the URL */
    struct reeve_secret proxy; /* a header line */
    uint64_t auth_version;
    struct reeve_task_node node; /* in the pool's queue */
    struct reeve_http_token_waiter waiter;
    enum reeve_http_phase phase; /* guarded by the binding's lock */
    bool woken;                  /* the waiter was told */
    bool reauthenticated;        /* after a 401, once */
    bool in_doubt;               /* an earlier attempt may have had its effect */
    uint32_t attempts;
    uint32_t redirects;
    char idempotency_key[sizeof("Idempotency-Key: ") + REEVE_ID_TEXT_SIZE];
    struct reeve_http_stream *stream; /* NULL for unary tasks */
};

static inline struct reeve_http_binding *reeve_http_binding_of(const struct reeve_work *work)
{
    return REEVE_OWNER(work->binding, struct reeve_http_binding, base);
}

/* ---- exchange.c ---- */

/* Pool thread. A new attempt, after `delay_ms`. */
void reeve_http_exchange_attempt(struct reeve_http_exchange *x, uint64_t delay_ms);
/* Frees what the arena does not. Before the work is answered, always. */
void reeve_http_exchange_clear(struct reeve_http_exchange *x);
void reeve_http_start_work(struct reeve_binding *binding, struct reeve_work *work);
void reeve_http_cancel_work(struct reeve_binding *binding, struct reeve_work *work);

/* ---- answer.c ---- */

/* Pool thread, or the loop's for a small 2xx answer: the request has ended. Answers the work,
 * or begins another attempt. */
void reeve_http_answer(struct reeve_http_exchange *x);
/* Ends the work without an answer from the system; `may_have_arrived` of this attempt. */
void reeve_http_answer_stopped(struct reeve_http_exchange *x, bool may_have_arrived);
void reeve_http_answer_failure(struct reeve_http_exchange *x, enum reeve_reason reason,
                               enum reeve_effect effect, const char *message);
/* The local log's line, under a reference that the answer carries; `problem` may be NULL. */
void reeve_http_log_failure(struct reeve_http_exchange *x, const char *event);
/* "application/json", "…+json", or no content type at all. */
bool reeve_http_is_json(const char *content_type);

/* ---- stream.c ---- */

/* NO_MEMORY. */
enum reeve_status reeve_http_stream_new(struct reeve_http_exchange *x) REEVE_MUST_CHECK;
void reeve_http_stream_clear(struct reeve_http_stream *stream); /* NULL is fine */
/* Fits stream and request to a new attempt. */
void reeve_http_stream_attempt(struct reeve_http_exchange *x);
/* HTTP thread: the request has ended. */
void reeve_http_stream_request_ended(struct reeve_http_exchange *x);
/* Under the binding's lock: the work was cancelled. */
void reeve_http_stream_cancelled(struct reeve_http_exchange *x);
void reeve_http_resume_work(struct reeve_binding *binding, struct reeve_work *work);
/* Pool thread: a 2xx answer is at its end; emits what is left and answers. */
void reeve_http_stream_finish(struct reeve_http_exchange *x);

/* ---- explain.c ---- */

enum reeve_status reeve_http_explain(struct reeve_binding *binding, const struct reeve_task *task,
                                     const void *request, struct reeve_arena *arena,
                                     struct reeve_buffer *text) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif

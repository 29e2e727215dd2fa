/* SPDX-License-Identifier: Apache-2.0 */
/* For authors of native tasks: what a handler is given and how it answers.
 *
 * For `rpc CreateTicket(CreateTicketRequest) returns (Ticket)` of service demo.crm.v1.Tickets the
 * generator prints the prototype
 *
 *   void demo_crm_v1_tickets_create_ticket(
 *       struct reeve_native_call *call,
 *       const struct demo_crm_v1_create_ticket_request *request);
 *
 * and the task table takes its address: a handler that is missing is a link error. A handler
 * answers exactly once, with reeve_native_succeed() or reeve_native_fail(), before it returns or
 * later and from any thread. The request has passed strict decoding and every constraint of its
 * schema.
 *
 *   void demo_native_v1_native_echo(struct reeve_native_call *call,
 *                                   const struct demo_native_v1_echo_request *request)
 *   {
 *       struct demo_native_v1_echo_response response = DEMO_NATIVE_V1_ECHO_RESPONSE_INIT;
 *       response.text = request->text;
 *       reeve_native_succeed(call, &response.base);
 *   }
 *
 * Handlers are called on pool threads, several at once; what they share they must guard. */
#ifndef REEVE_HANDLER_H
#define REEVE_HANDLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_native_call;

/* ---- what it was given ---- */

/* The request's struct; the generated trampoline passes it on with its type. Valid until the call
 * is answered. */
const void *reeve_native_request(const struct reeve_native_call *call);

/* Zeroed memory that lives until the call is answered, for putting a response together. NULL when
 * the job's memory bound is reached: answer with reeve_native_fail(). The thread that the call is
 * on; not from two at once. */
void *reeve_native_alloc(struct reeve_native_call *call, size_t size);

/* Whether the gateway cancelled the job, its time ran out, or the worker stops: a handler that
 * takes long looks at it now and then and answers early. Any thread. */
bool reeve_native_cancelled(const struct reeve_native_call *call);

/* Milliseconds until the job's time is over; 0 when it is. Any thread. */
uint64_t reeve_native_time_left_ms(const struct reeve_native_call *call);

/* Names the job, the same in every attempt: 16 bytes to pass on to a system as an idempotency key.
 */
const uint8_t *reeve_native_job_id(const struct reeve_native_call *call);

/* Tells whoever watches how far the job is; sent at most once a second. Any thread, before the
 * answer. */
void reeve_native_progress(struct reeve_native_call *call, uint64_t steps_done,
                           uint64_t steps_total);

/* ---- the answer ---- */

/* Answers with the response message (the struct of the task's output type; a pointer to its `base`
 * or to itself). It is encoded before this returns; `call` and everything that came from it are
 * gone afterwards. Output that is over its limit, not valid UTF-8, or that holds a known secret
 * ends the job as FAILED, with effect DONE. */
void reeve_native_succeed(struct reeve_native_call *call, const void *response);

/* What a failed handler says about the system that it works on. */
enum reeve_native_effect {
    REEVE_NATIVE_EFFECT_NONE = 1,  /* nothing was changed */
    REEVE_NATIVE_EFFECT_DONE = 2,  /* the change was made, and yet the task failed */
    REEVE_NATIVE_EFFECT_MAYBE = 3, /* nobody can say */
};

/* Answers with a failure. `message` is copied, at most 512 bytes, and leaves the private network:
 * it must be the author's own words, never a system's; NULL is fine. `call` is gone afterwards. */
void reeve_native_fail(struct reeve_native_call *call, enum reeve_native_effect effect,
                       const char *message);

/* ---- server-streaming tasks ----
 *
 * For `rpc Count(CountRequest) returns (stream CountResponse)` a handler sends any number of
 * messages and then finishes; what it sent is delivered in order, each once, as it comes:
 *
 *   void demo_native_v1_native_count(struct reeve_native_call *call,
 *                                    const struct demo_native_v1_count_request *request)
 *   {
 *       struct demo_native_v1_count_response response = DEMO_NATIVE_V1_COUNT_RESPONSE_INIT;
 *       enum reeve_native_flow flow = REEVE_NATIVE_GO_ON;
 *       while (flow != REEVE_NATIVE_STOP && response.value < request->to) {
 *           response.value++;
 *           flow = reeve_native_emit(call, &response);
 *           if (flow == REEVE_NATIVE_PAUSE && !reeve_native_wait(call)) {
 *               break;
 *           }
 *       }
 *       reeve_native_finish(call);
 *   }
 *
 * Waiting holds a thread of the pool. A handler that gets its data elsewhere (a socket, a loop of
 * its own) does not wait but returns, and goes on when reeve_native_on_resume() tells it to. */

/* How to go on after a message. */
enum reeve_native_flow {
    REEVE_NATIVE_GO_ON, /* send the next when there is one */
    /* Taken, and the gateway is behind: send nothing more before reeve_native_wait() returned true
     * or the function of reeve_native_on_resume() was called. */
    REEVE_NATIVE_PAUSE,
    /* Not taken, and neither will be another: it is over its limit, not valid UTF-8, holds a known
     * secret, or the job was cancelled. Finish; how the job ends is decided already, but for the
     * effect, which is DONE then: where that is not so, say it with reeve_native_fail(). */
    REEVE_NATIVE_STOP,
};

/* Sends one message (the struct of the task's output type). It is encoded before this returns. Any
 * thread, one at a time. */
enum reeve_native_flow reeve_native_emit(struct reeve_native_call *call, const void *response);

/* Answers: every message was sent. `call` and everything that came from it are gone afterwards. A
 * handler that fails after some messages answers with reeve_native_fail() instead: what it sent is
 * delivered, and counted in the outcome. */
void reeve_native_finish(struct reeve_native_call *call);

/* After PAUSE: waits on this thread until there is room. False: the job was cancelled or its time
 * is over; finish or fail. */
bool reeve_native_wait(struct reeve_native_call *call);

/* `resume` is called once for each PAUSE: when there is room, or when the job was cancelled. That
 * may be before the reeve_native_emit() that said PAUSE has returned, so touch nothing that it
 * shares after a PAUSE; it is not called any more once the call is answered. It runs on the
 * worker's one loop: it must not block; it may emit, finish and fail. While it runs, an answer from
 * another thread waits for it, so do not answer with a lock held that it takes. Set it before the
 * first message; NULL takes it back. */
void reeve_native_on_resume(struct reeve_native_call *call,
                            void (*resume)(struct reeve_native_call *call, void *ctx), void *ctx);

#ifdef __cplusplus
}
#endif
#endif

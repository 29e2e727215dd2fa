/* SPDX-License-Identifier: Apache-2.0 */
/* Internal. The state of the running gateway and what its parts share. */
#ifndef REEVE_GATEWAY_STUB_MAIN_SERVICE_STATE_H
#define REEVE_GATEWAY_STUB_MAIN_SERVICE_STATE_H

#include <pthread.h>

#include "agent/base/list.h"
#include "agent/base/map.h"
#include "agent/io/rpc/server.h"
#include "agent/trust/key.h"
#include "creds/identity/spiffe.h"
#include "gateway-stub/main/service.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Control calls at once: twice what the core takes, so that it can refuse with its own words. */
#define REEVE_SERVICE_CALLS_MAX 2048u
/* Workers over the limit that are on their way out. */
#define REEVE_SERVICE_SESSIONS_OVER 32u

/* LOADING → SERVING → DRAINING → ENDED; LOADING → ENDED when it cannot start. */
enum reeve_service_phase {
    REEVE_SERVICE_LOADING,
    REEVE_SERVICE_SERVING,
    REEVE_SERVICE_DRAINING,
    REEVE_SERVICE_ENDED,
};

/* Requests that the store has completed, on their way to the loop. Never longer than what the core
 * has under way. When the service stops, what is in it is freed. */
struct reeve_completions {
    struct reeve_task_node node;
    struct reeve_rpc_loop *loop;
    pthread_mutex_t lock;   /* guards what follows */
    struct reeve_list list; /* of struct reeve_store_request */
    bool posted;
};

/* Who is at the other end, by its certificate. */
struct reeve_caller {
    char *identity; /* SPIFFE ID; owned */
    int64_t not_after_unix_ms;
};

/* Something that must come to its end by a deadline. All have the same time, so the list is in the
 * order of the deadlines. */
struct reeve_leaving {
    struct reeve_list_node node;
    uint64_t deadline_ms;
    void (*cut)(struct reeve_leaving *self);
};

struct reeve_service_method {
    struct reeve_service *service;
    enum reeve_control_method method;
};

struct reeve_service {
    struct reeve_rpc_loop *loop;
    struct reeve_gateway_config *config;
    struct reeve_tls_files *tls;
    const char *config_path;
    const char *port_file;
    struct reeve_key key;
    struct reeve_store *store; /* NULL: closed */
    struct reeve_gateway *gateway;
    struct reeve_completions completions;

    struct reeve_rpc_server *server;
    struct reeve_rpc_method methods[REEVE_CONTROL_METHODS + 1];
    struct reeve_service_method contexts[REEVE_CONTROL_METHODS];

    uint64_t handles;           /* the last one given out */
    struct reeve_map *sessions; /* by handle */
    struct reeve_map *calls;
    struct reeve_list leaving;

    enum reeve_service_phase phase;
    enum reeve_status status; /* why it ended */
    uint64_t tls_at_ms;       /* next look at the files */
    uint64_t drain_until_ms;
    bool drained;            /* so the core says */
    bool drain_cut;          /* calls that were too slow have been cancelled */
    bool server_stopped;     /* no call is left */
    uint64_t refused_at_ms;  /* when a refused caller was last logged */
    uint64_t refused_silent; /* how many were not since */
};

/* ---- service.c ---- */

/* Tells the core, then carries out what it wants. False when the core had no memory for a new
 * session or call and knows nothing of it. */
bool reeve_service_handle(struct reeve_service *s, const struct reeve_gateway_event *event);
uint64_t reeve_service_new_handle(struct reeve_service *s);
/* Puts it into the list, with its deadline; again: the deadline starts anew. */
void reeve_service_leaves(struct reeve_service *s, struct reeve_leaving *leaving,
                          void (*cut)(struct reeve_leaving *self));
void reeve_service_stays(struct reeve_service *s, struct reeve_leaving *leaving);

/* ---- completions.c ---- */

enum reeve_status reeve_completions_init(struct reeve_completions *c,
                                         struct reeve_rpc_loop *loop) REEVE_MUST_CHECK;
void reeve_completions_clear(struct reeve_completions *c);
/* For reeve_store_request.done; any thread. */
void reeve_completions_done(void *ctx, struct reeve_store_request *request);
/* Runs as the task of the loop. */
void reeve_service_completed(struct reeve_service *s, struct reeve_store_request *request);

/* ---- callers.c ---- */

/* Reads the peer's certificate and finds its grant. NULL: refuse the call with *code and *text,
 * which was logged. On anything else `caller` is to be cleared by reeve_caller_clear(). */
const struct reeve_grant *reeve_service_admit(struct reeve_service *s,
                                              const struct reeve_rpc_call *call,
                                              struct reeve_caller *caller, int *code,
                                              const char **text);
void reeve_caller_clear(struct reeve_caller *caller);
/* The grant that stands now; NULL: none. */
const struct reeve_grant *reeve_service_grant(const struct reeve_service *s, const char *identity);

/* ---- sessions.c ---- */

/* The method's on_call. */
void reeve_service_on_connect(void *ctx, struct reeve_rpc_call *call);
void reeve_service_send(struct reeve_service *s, uint64_t session, struct reeve_buffer *message);
void reeve_service_close_session(struct reeve_service *s, uint64_t session,
                                 enum reeve_status status, const char *text);
/* Ends the sessions for whose identity `keep` is false. */
void reeve_service_review_sessions(struct reeve_service *s,
                                   bool (*keep)(const void *ctx, const char *identity),
                                   const void *ctx);
void reeve_service_drop_sessions(struct reeve_service *s);

/* ---- calls.c ---- */

void reeve_service_on_call(void *ctx, struct reeve_rpc_call *call);
void reeve_service_reply(struct reeve_service *s, const struct reeve_gateway_action *action,
                         struct reeve_buffer *message);
void reeve_service_stream(struct reeve_service *s, uint64_t call, struct reeve_buffer *message);
void reeve_service_review_calls(struct reeve_service *s,
                                bool (*keep)(const void *ctx, const char *identity),
                                const void *ctx);
/* Ends calls that would go on for as long as their client likes: watches and exports. */
void reeve_service_end_streams(struct reeve_service *s);
void reeve_service_drop_calls(struct reeve_service *s);

/* ---- listen.c ---- */

/* Binds and listens; writes the port file. */
enum reeve_status reeve_service_listen(struct reeve_service *s, char why[1024]) REEVE_MUST_CHECK;

/* Formats into a text of 1024 bytes; what does not fit is cut. */
void reeve_service_say(char why[1024], const char *format, ...) REEVE_PRINTF(2, 3);

#ifdef __cplusplus
}
#endif
#endif

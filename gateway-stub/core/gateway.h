/* SPDX-License-Identifier: Apache-2.0 */
/* The gateway's core: everything a gateway decides, nothing that it does by itself. No socket,
 * thread, clock, file, SQL or randomness of its own, no callback into its owner.
 *
 *   gateway = reeve_gateway_new(&options)
 *   reeve_gateway_start(gateway, now)                // first action: queries that load the store
 *   loop:
 *     while (reeve_gateway_next_action(gateway, &action)) { carry it out }
 *     wait for something, at most until reeve_gateway_next_deadline(gateway)
 *     reeve_gateway_handle(gateway, &event, now)     // TICK when only the deadline came
 *
 * After each handle() the driver takes all actions before the next handle(). Until
 * reeve_gateway_ready() the driver should not listen: sessions are sent away with RESTARTING and
 * calls end as UNAVAILABLE.
 *
 * What is durable: a call that changes something is answered, an outcome acknowledged, a session
 * welcomed and a non-idempotent job dispatched only after the store said so (STORE_DONE). Leases of
 * idempotent jobs live in memory and are rebuilt from Resume.
 *
 * One thread at a time; the driver's loop. Contracts: proto/reeve/v1/{worker,control}.proto. */
#ifndef REEVE_GATEWAY_STUB_CORE_GATEWAY_H
#define REEVE_GATEWAY_STUB_CORE_GATEWAY_H

#include "agent/base/alloc.h"
#include "agent/base/buffer.h"
#include "agent/base/random.h"
#include "agent/base/time.h"
#include "gateway-stub/store/store.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_gateway;

/* ---- what it is made of ---- */

/* Signs checkpoints of the gateway's own chains and countersigns those of workers: 64 bytes of
 * Ed25519 over `message`. Pure; quick; must not call the gateway. */
struct reeve_gateway_signer {
    enum reeve_status (*sign)(void *ctx, struct reeve_bytes message, uint8_t signature[64]);
    void *ctx;
    uint8_t public_key[32];
};

/* A key whose signatures approve plans of one tenant. */
struct reeve_gateway_approver {
    const char *tenant;
    const char *name;
    uint8_t public_key[32];
};

/* Bounds (P7) and times. Zero means the default in brackets. */
struct reeve_gateway_limits {
    uint32_t max_frame_bytes;      /* [1 MiB]; raised to 64 KiB, a whole batch */
    uint32_t max_job_spec_bytes;   /* [256 KiB] */
    uint64_t max_result_bytes;     /* one result message [1 MiB] */
    uint64_t max_job_results;      /* messages of one streaming job [1,000,000] */
    uint64_t max_job_result_bytes; /* all of one streaming job [256 MiB] */
    uint64_t max_open_jobs;        /* over all tenants [1,000,000] */
    uint64_t max_open_bytes;       /* JobSpecs of open jobs, which are in memory [512 MiB] */
    uint32_t max_workers;          /* journals with a session [1,024] */
    uint32_t max_calls;            /* control calls at once [1,024] */
    uint32_t max_task_versions;    /* in the registry, over all tenants [16,384] */
    uint32_t max_session_store;    /* transitions of one session under way [1,024] */
};

/* Streams beside max_workers: of workers whose second connection takes over, and of those that have
 * not said Hello yet. Who finds none comes again, and keeps what it has meanwhile. */
#define REEVE_GATEWAY_TAKEOVERS 64u

/* A worker dials anew when it heard nothing for three intervals or 10 s, whichever is less: longer
 * intervals would cut sessions that are well. */
#define REEVE_HEARTBEAT_INTERVAL_MAX_MS 5000u

struct reeve_gateway_delivery {
    uint32_t heartbeat_interval_ms; /* [3,000]; at most REEVE_HEARTBEAT_INTERVAL_MAX_MS */
    uint32_t lease_ms;              /* [9,000]; raised to three heartbeat intervals */
    uint32_t grace_ms;              /* [15,000] */
    uint64_t lost_after_ms;         /* [24 h] */
    uint32_t max_attempts;          /* [3] */
    uint64_t default_expiry_ms;     /* of a plan [1 h] */
};

/* What follows when an attempt of a task's job fails. Only where trying again is harmless (P4). */
struct reeve_gateway_retry {
    const char *task;        /* "package.Service/Method", or a beginning followed by '*' */
    uint32_t max_attempts;   /* in all [delivery.max_attempts] */
    uint64_t backoff_ms;     /* before the second; doubled for each further one [1,000] */
    uint64_t max_backoff_ms; /* [60,000] */
    uint64_t reasons[2];     /* bits 1 << reeve.v1.Reason [failures that pass] */
    bool dead_letters;       /* used up: kept for an operator until its plan expires */
};

/* Everything is copied but `random`, `signer.ctx` and `allocator`, which must outlive the gateway.
 */
struct reeve_gateway_options {
    const char *build; /* "reeve-gateway/0.1.0" */
    struct reeve_gateway_limits limits;
    struct reeve_gateway_delivery delivery;
    const struct reeve_gateway_approver *approvers;
    size_t approvers_count;
    const struct reeve_gateway_retry *retries; /* the first that fits a task counts */
    size_t retries_count;
    struct reeve_gateway_signer signer;
    const struct reeve_random *random;
    const struct reeve_allocator *allocator; /* NULL: reeve_heap() */
};

/* INVALID: an option is missing or out of range. NO_MEMORY. *out is NULL unless OK. */
enum reeve_status reeve_gateway_new(const struct reeve_gateway_options *options,
                                    struct reeve_gateway **out) REEVE_MUST_CHECK;
/* Other approvers from now on; what they approved before stays approved. Copied; between two
 * events. NO_MEMORY: the old ones stay. */
enum reeve_status reeve_gateway_set_approvers(struct reeve_gateway *gateway,
                                              const struct reeve_gateway_approver *approvers,
                                              size_t count) REEVE_MUST_CHECK;
/* Frees everything, requests that were not taken as actions too. NULL is fine. */
void reeve_gateway_free(struct reeve_gateway *gateway);

/* For the store's options: encodes records of the gateway's own chains. `ctx` is the build's name,
 * a C string. */
enum reeve_status reeve_gateway_seal(void *ctx, const struct reeve_own_record *record,
                                     const struct reeve_store_place *place,
                                     struct reeve_buffer *to) REEVE_MUST_CHECK;

/* ---- events ---- */

/* Bits of reeve.v1.Role: 1 << number. */
enum reeve_role {
    REEVE_ROLE_WORKER = 1 << 1,
    REEVE_ROLE_PLANNER = 1 << 2,
    REEVE_ROLE_APPROVER = 1 << 3,
    REEVE_ROLE_OPERATOR = 1 << 4,
    REEVE_ROLE_AUDITOR = 1 << 5,
};

/* Who is at the other end, by its certificate and the grant that matches it (grant.h). */
struct reeve_peer {
    const char *identity; /* SPIFFE ID */
    const char *tenant;
    uint32_t roles;           /* enum reeve_role */
    const char *const *pools; /* workers; empty: "default" */
    size_t pools_count;
    int64_t identity_not_after_unix_ms; /* 0: not known */
};

/* Order is that of ControlService in control.proto. */
enum reeve_control_method {
    REEVE_CONTROL_REGISTER_TASKS,
    REEVE_CONTROL_LIST_TASKS,
    REEVE_CONTROL_GET_TASK,
    REEVE_CONTROL_SUBMIT_PLAN,
    REEVE_CONTROL_APPROVE_PLAN,
    REEVE_CONTROL_REJECT_PLAN,
    REEVE_CONTROL_CANCEL_PLAN,
    REEVE_CONTROL_CANCEL_JOB,
    REEVE_CONTROL_GET_PLAN,
    REEVE_CONTROL_LIST_PLANS,
    REEVE_CONTROL_GET_JOB,
    REEVE_CONTROL_LIST_JOBS,
    REEVE_CONTROL_LIST_RESULTS,
    REEVE_CONTROL_WATCH_PLAN,
    REEVE_CONTROL_LIST_WORKERS,
    REEVE_CONTROL_LIST_AUDIT,
    REEVE_CONTROL_EXPORT_AUDIT,
    REEVE_CONTROL_READMIT_WORKER,
    REEVE_CONTROL_REVOKE_IDENTITY,
    REEVE_CONTROL_CREATE_JOIN_TOKEN,
    REEVE_CONTROL_RESOLVE_JOB,
    REEVE_CONTROL_REQUEUE_JOB,
    REEVE_CONTROL_WHO_AM_I,
};
#define REEVE_CONTROL_METHODS (REEVE_CONTROL_WHO_AM_I + 1)

/* "/reeve.v1.ControlService/SubmitPlan", and whether it answers with a stream. */
const char *reeve_control_method_path(enum reeve_control_method method);
bool reeve_control_method_streams(enum reeve_control_method method);

enum reeve_gateway_event_kind {
    REEVE_GATEWAY_SESSION_OPENED,  /* session, peer */
    REEVE_GATEWAY_SESSION_MESSAGE, /* session, bytes: one WorkerMessage */
    REEVE_GATEWAY_SESSION_SENT,    /* session: the SEND under way is done */
    REEVE_GATEWAY_SESSION_CLOSED,  /* session: gone, whoever ended it; its handle is free */
    REEVE_GATEWAY_CALL,            /* call, method, peer, bytes: the request message */
    REEVE_GATEWAY_CALL_SENT,       /* call: the STREAM_MESSAGE under way is done */
    REEVE_GATEWAY_CALL_CANCELLED,  /* call: gone without a REPLY having been carried out */
    REEVE_GATEWAY_STORE_DONE,      /* request: given back */
    REEVE_GATEWAY_TICK,
    REEVE_GATEWAY_DRAIN, /* within_ms: send every session away, refuse new ones */
};

/* Handles are the driver's, any value, unique among what is open of their kind. Everything that is
 * pointed to is borrowed for the call, save `request`, which changes owner. */
struct reeve_gateway_event {
    enum reeve_gateway_event_kind kind;
    uint64_t session;
    uint64_t call;
    enum reeve_control_method method;
    const struct reeve_peer *peer;
    struct reeve_bytes bytes;
    struct reeve_store_request *request;
    uint64_t within_ms;
};

/* ---- actions ---- */

enum reeve_gateway_action_kind {
    REEVE_GATEWAY_SEND,          /* session, buffer: one GatewayMessage. Answered by SESSION_SENT;
                                    at most one under way per session */
    REEVE_GATEWAY_CLOSE_SESSION, /* session, grpc_code, status, text: end the stream with this
                                    status after what was sent; SESSION_CLOSED follows */
    REEVE_GATEWAY_REPLY,         /* call, grpc_code, buffer, text: the end of a call. Code 0: buffer
                                    is the response message (empty for a stream); else buffer is an
                                    ErrorDetail for "reeve-error-bin" and text the status message.
                                    The call's handle is free */
    REEVE_GATEWAY_STREAM_MESSAGE, /* call, buffer. Answered by CALL_SENT; at most one under way */
    REEVE_GATEWAY_STORE,          /* request: set `done`, submit, post STORE_DONE to the loop */
    REEVE_GATEWAY_NOTE,           /* text: something for the log */
    REEVE_GATEWAY_DRAINED,        /* after DRAIN: no session and no call is left */
};

/* `buffer` is moved: the driver takes it (reeve_buffer_take) or clears it. `text` is valid until
 * the next reeve_gateway_next_action or _handle. */
struct reeve_gateway_action {
    enum reeve_gateway_action_kind kind;
    uint64_t session;
    uint64_t call;
    int grpc_code;
    struct reeve_buffer buffer;
    const char *text;
    struct reeve_store_request *request;
    enum reeve_status status; /* NOTE: how bad it is, by its class; CLOSE_SESSION: why */
};

/* ---- running ---- */

/* Once, after _new: asks the store for what is open. NO_MEMORY. */
enum reeve_status reeve_gateway_start(struct reeve_gateway *gateway,
                                      struct reeve_now now) REEVE_MUST_CHECK;
/* The store is loaded: listen now. */
bool reeve_gateway_ready(const struct reeve_gateway *gateway);
/* Loading the store failed with this; OK otherwise. The driver then stops. */
enum reeve_status reeve_gateway_failure(const struct reeve_gateway *gateway);
/* Never fails: what goes wrong ends the session or call that it concerns, with a typed word. */
void reeve_gateway_handle(struct reeve_gateway *gateway, const struct reeve_gateway_event *event,
                          struct reeve_now now);
/* False when there is none. */
bool reeve_gateway_next_action(struct reeve_gateway *gateway, struct reeve_gateway_action *action);
/* On the boot clock of the last `now`; REEVE_NEVER_MS when nothing is due. */
uint64_t reeve_gateway_next_deadline(const struct reeve_gateway *gateway);

/* For tests, status and bounds. */
struct reeve_gateway_counts {
    size_t sessions;
    size_t calls;
    size_t plans;  /* open */
    size_t jobs;   /* open */
    size_t queued; /* ready for a worker */
    size_t leased; /* given to one */
    uint64_t open_bytes;
    uint64_t unknown_frames;
};
struct reeve_gateway_counts reeve_gateway_count(const struct reeve_gateway *gateway);

#ifdef __cplusplus
}
#endif
#endif

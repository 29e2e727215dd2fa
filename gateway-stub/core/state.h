/* SPDX-License-Identifier: Apache-2.0 */
/* The core's state: what there is, who owns it, which lists it is in. Functions on it are in the
 * header of the noun that they are about.
 *
 * Requests to the store name plans, jobs and sessions by id, never by pointer: whatever may have
 * gone meanwhile is looked up when the answer comes. */
#ifndef REEVE_GATEWAY_STUB_CORE_STATE_H
#define REEVE_GATEWAY_STUB_CORE_STATE_H

#include "agent/audit/verifier.h"
#include "agent/base/arena.h"
#include "agent/base/map.h"
#include "agent/codec/frame.h"
#include "agent/trust/key.h"
#include "gateway-stub/core/gateway.h"
#include "gateway-stub/core/timers.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A tenant that was seen. Never freed before the gateway: there are as many as grants name. */
struct reeve_tenant {
    struct reeve_list_node node;
    struct reeve_bytes name;
    struct reeve_id chain_id; /* the gateway's own chain of this tenant */
    uint64_t own_sequence;    /* its head, as the store last said */
    struct reeve_digest own_hash;
    uint64_t checkpointed;
    bool checkpointing;
};

/* ---- registry: tasks and their versions; kept for ever, bounded by max_task_versions ---- */

struct reeve_task_versions {
    struct reeve_list_node node; /* in reeve_gateway.tasks_list */
    struct reeve_bytes key;      /* tenant NUL task */
    struct reeve_tenant *tenant;
    struct reeve_bytes name;
    struct reeve_list versions; /* oldest first */
};

struct reeve_version {
    struct reeve_list_node node;
    struct reeve_task_versions *task;
    struct reeve_digest fingerprint;
    struct reeve_bytes entry; /* encoded TaskEntry */
    int64_t registered_unix_ms;
    uint32_t approvals;
    uint8_t idempotency; /* reeve.v1.Idempotency */
    bool server_streaming;
    uint64_t timeout_ms;
    struct reeve_list queues; /* one per pool that was ever asked for */
};

/* What one submitter has in a queue at one priority; freed with its last open job. */
struct reeve_share {
    struct reeve_list_node node; /* in queue->shares */
    struct reeve_list_node turn; /* in its level's turns, while `ready` is not empty */
    struct reeve_bytes submitter;
    uint8_t priority;
    struct reeve_timers ready; /* reeve_job.turn, by place */
    size_t jobs;               /* open ones, queued or not */
};

struct reeve_level {
    struct reeve_list turns; /* reeve_share.turn: whose turn it is stands in front */
    size_t count;            /* jobs */
};

/* Jobs of one version and pool that may go out, and the sessions that take them (queue.h). */
struct reeve_queue {
    struct reeve_list_node node;
    struct reeve_version *version;
    struct reeve_bytes pool;
    struct reeve_level levels[REEVE_PRIORITIES];
    struct reeve_list shares; /* reeve_share.node */
    struct reeve_list lanes;  /* reeve_lane.node */
    uint64_t marked;          /* turn in which its sessions were told that there is work */
};

/* ---- plans and jobs: those that are open ---- */

enum reeve_phase {
    REEVE_PHASE_PENDING,   /* the plan is not approved yet */
    REEVE_PHASE_HELD,      /* loaded from the store: somebody who comes back may have it */
    REEVE_PHASE_DELAYED,   /* not_before is ahead, or the backoff before the next attempt */
    REEVE_PHASE_DEAD,      /* its attempts are used up: an operator's to requeue */
    REEVE_PHASE_READY,     /* in its queue */
    REEVE_PHASE_ASSIGNING, /* its assignment is on the way to the store; in session->to_assign
                              before, nowhere after */
    REEVE_PHASE_SENDING,   /* in session->to_send */
    REEVE_PHASE_LEASED,    /* dispatched on session */
    REEVE_PHASE_ORPHANED,  /* its journal is away */
    REEVE_PHASE_RELEASING, /* its release is on the way to the store */
    REEVE_PHASE_ENDING,    /* its end is on the way to the store; in reeve_gateway.ending before */
    REEVE_PHASE_GONE,      /* ended, durably */
};

struct reeve_job {
    struct reeve_id id;
    struct reeve_plan *plan;
    uint32_t index;
    struct reeve_queue *queue;
    struct reeve_bytes spec;
    uint64_t timeout_ms;
    int64_t not_before_unix_ms;
    uint8_t priority;
    struct reeve_share *share;
    struct reeve_timer turn; /* in share->ready while READY */
    uint64_t place;          /* since it was first READY; kept */
    bool idempotent;
    bool no_side_effects;
    bool loaded; /* from before this gateway started */
    bool cancel_requested;
    bool cancel_sent;
    bool maybe_started; /* an attempt of it may have had an effect */
    bool unanswered;    /* an attempt was given up without its worker's word */
    bool dead;          /* its attempts are used up, durably */
    bool held;          /* HELD when its plan was to end: it goes back there if that fails */
    enum reeve_phase phase;
    uint32_t attempt;
    uint32_t attempts_before;  /* of earlier series: they do not count */
    uint32_t failed_attempt;   /* the last that is on record as failed */
    uint32_t answered_attempt; /* the last of them whose end a worker told */
    uint16_t failed_reason;
    uint8_t worst_effect; /* of attempts on record; 0: there are none */
    int64_t retry_unix_ms;
    uint64_t sequence;
    struct reeve_journal *journal; /* ASSIGNING to RELEASING; it is in journal->jobs then */
    struct reeve_session *session; /* ASSIGNING, SENDING, LEASED */
    struct reeve_offer *offer;     /* with session: where it counts */
    uint64_t resumed_epoch;        /* listed by Resume of this epoch */
    struct reeve_list_node queue_node;
    struct reeve_list_node journal_node;
    struct reeve_list_node cancel_node; /* session->cancels */
    struct reeve_list_node recall_node; /* session->recalls */
    bool recallable;                    /* counted in session->recallable */
    struct reeve_timer timer;           /* on the wall clock */
    /* ENDING: with what */
    uint8_t end_status;
    uint8_t end_effect;
    uint16_t end_reason;
    uint64_t steps_done;
    uint64_t steps_total;
    /* results of a streaming task, and a unary one that comes in chunks */
    struct reeve_buffer chunk;
    uint64_t chunk_index;
    uint64_t chunk_total;             /* what its first chunk said */
    uint64_t result_bytes;            /* received in this attempt, as far as this process knows */
    struct reeve_digest results_head; /* of the chain of results that are stored */
    bool results_head_known;          /* not after a restart in mid-stream */
    uint64_t results_stored;          /* next index that is not durable */
    uint64_t results_received;        /* next index that has not come */
    struct reeve_list_node ack_node;  /* session->result_acks */
};

struct reeve_plan {
    struct reeve_id id;
    struct reeve_tenant *tenant;
    struct reeve_arena arena; /* holds everything below, jobs too */
    enum reeve_plan_state state;
    struct reeve_bytes statement;
    struct reeve_digest statement_digest;
    struct reeve_bytes submitted_by;
    int64_t not_after_unix_ms;
    uint32_t approvals_needed;
    bool doubtful; /* as the store has it */
    struct reeve_signature signatures[REEVE_PLAN_APPROVALS_MAX];
    size_t signatures_count;
    struct reeve_job *jobs; /* all of them; those that are gone have phase GONE */
    size_t jobs_count;
    size_t open_jobs;
    uint64_t open_bytes;
    struct reeve_timer timer; /* on the wall clock: expiry while pending */
};

/* ---- workers ---- */

/* A journal that is connected, or that has jobs. */
struct reeve_journal {
    struct reeve_id id;
    struct reeve_tenant *tenant;
    struct reeve_session *session; /* welcomed and newest; NULL: away */
    struct reeve_list jobs;        /* reeve_job.journal_node */
    uint64_t epoch;                /* of its newest session */
    bool expected;                 /* was connected before this gateway started */
    bool awaited;                  /* as the store has it: a start waits for it */
    bool grace_over;
    uint64_t lost_at_ms;      /* on the boot clock; of one that is away */
    struct reeve_timer timer; /* on the boot clock: grace, then lost_at_ms */
};

/* One task that a session offers, as its Hello said. */
struct reeve_offer {
    struct reeve_bytes task;
    struct reeve_digest fingerprint;
    struct reeve_digest accepted[REEVE_HELLO_ACCEPTED_FINGERPRINTS_MAX];
    size_t accepted_count;
    bool allowed;
    enum reeve_standing standing;
    uint32_t max_in_flight;
    uint32_t in_flight;
};

/* A session serves a queue. */
struct reeve_lane {
    struct reeve_list_node node; /* in queue->lanes */
    struct reeve_lane *next;     /* of the session */
    struct reeve_session *session;
    struct reeve_queue *queue;
    struct reeve_offer *offer;
};

enum reeve_session_state {
    REEVE_SESSION_STATE_CONNECTED, /* no Hello yet */
    REEVE_SESSION_STATE_OPENING,   /* Hello came, the store opens its epoch */
    REEVE_SESSION_STATE_RESUMING,  /* welcomed; ResumeDone has not come */
    REEVE_SESSION_STATE_ACTIVE,
    REEVE_SESSION_STATE_CLOSING, /* told to end; nothing that comes is looked at */
};

/* An attempt whose results nobody waits for. */
#define REEVE_SESSION_STRAYS 64u
struct reeve_stray {
    struct reeve_id job_id;
    uint32_t attempt;
    uint64_t next_index;
};

/* On disconnect: to_assign and to_send go back to their queues (nothing of them left the gateway),
 * what was dispatched stays with the journal; flags and acks that wait are dropped, the next
 * session makes them anew from Welcome and Resume. */
struct reeve_session {
    uint64_t handle;
    uint64_t serial;          /* handles come again, serials do not */
    struct reeve_bytes key;   /* of handle */
    struct reeve_arena arena; /* identity, pools, offers, lanes */
    const struct reeve_allocator *allocator;
    struct reeve_gateway *gateway;
    struct reeve_tenant *tenant;
    struct reeve_bytes identity;
    struct reeve_bytes *pools;
    size_t pools_count;
    int64_t identity_not_after_unix_ms;
    enum reeve_session_state state;
    struct reeve_journal *journal;
    struct reeve_id journal_id;
    struct reeve_id boot_id;
    struct reeve_id nonce; /* of its Hello */
    struct reeve_bytes build;
    int64_t connected_unix_ms;
    int64_t last_seen_unix_ms;
    struct reeve_offer *offers;
    size_t offers_count;
    struct reeve_lane *lanes;
    struct reeve_lane *next_lane; /* served next */
    uint32_t aligned_tasks;
    uint32_t peer_max_frame_bytes;
    uint32_t max_in_flight;
    /* delivery */
    uint64_t epoch;
    uint64_t next_sequence;
    uint64_t sequence_limit;
    bool reserving;
    uint64_t dispatches;          /* sent */
    uint64_t reserved_dispatches; /* being assigned by the store */
    uint64_t dispatches_limit;    /* granted */
    uint32_t in_flight;
    bool rolled_back;
    bool store_was_behind;
    bool draining; /* the worker's word */
    uint64_t resume_entries;
    struct reeve_list to_assign;
    struct reeve_list to_send;
    struct reeve_list cancels;
    struct reeve_list recalls;           /* to be asked for */
    size_t recalls_open;                 /* asked for, not answered */
    size_t recallable[REEVE_PRIORITIES]; /* dispatched, and not asked for */
    struct reeve_list result_acks;
    /* Results of jobs that are not this session's (any more): acknowledged unread. */
    struct reeve_stray strays[REEVE_SESSION_STRAYS];
    size_t strays_count;
    /* audit */
    struct reeve_audit_verifier verifier;
    struct reeve_public_key audit_key;
    uint64_t stored_sequence; /* durable */
    uint32_t store_in_flight;
    /* what is to be sent; each flag stands for one frame */
    bool welcome_due;
    struct reeve_store_open_session *opened; /* for Welcome; in `arena` */
    bool heartbeat_due;
    bool outcome_ack_due;
    bool audit_ack_due;
    struct reeve_bytes ack_checkpoint;
    uint8_t ack_checkpoint_bytes[160];
    uint8_t ack_signature[REEVE_SIGNATURE_LENGTH];
    bool drain_due;
    uint64_t drain_ms;
    bool retry_due;
    uint64_t retry_ms;
    bool sending;
    /* heartbeats */
    uint64_t heartbeat_sent;
    uint64_t heartbeat_received;
    uint64_t heartbeat_sent_at_ms;
    uint64_t heard_at_ms;
    uint32_t reported_in_flight;
    bool ready;
    struct reeve_bytes not_ready[REEVE_HEARTBEAT_CONDITIONS_MAX];
    char not_ready_text[REEVE_HEARTBEAT_CONDITIONS_MAX][REEVE_HEARTBEAT_CONDITION_MAX + 1];
    size_t not_ready_count;
    struct reeve_timer timer;     /* on the boot clock: heartbeat or liveness */
    struct reeve_timer not_after; /* on the wall clock: the certificate */
    /* the end */
    enum reeve_session_code close_code;
    bool close_due;
    struct reeve_list_node node;  /* gateway->sessions_list */
    struct reeve_list_node todo;  /* gateway->todo_sessions */
    struct reeve_list_node dirty; /* gateway->dirty_sessions: to be pumped */
};

/* ---- calls ---- */

/* How far a watch has told a job's results. */
struct reeve_watched_results {
    struct reeve_id job_id;
    uint32_t attempt;
    uint64_t index;
    bool read_out; /* nothing more was there, and nothing came since */
};

struct reeve_call {
    uint64_t handle;
    uint64_t serial;
    struct reeve_bytes key;
    struct reeve_arena arena;
    const struct reeve_allocator *allocator;
    enum reeve_control_method method;
    struct reeve_tenant *tenant;
    struct reeve_bytes identity;
    uint32_t roles;
    /* the answer */
    bool reply_due;
    int grpc_code;
    struct reeve_buffer reply;
    char text[160];
    /* streams: what waits to go out, and where the next comes from */
    bool message_due;
    bool sending;
    bool reading;      /* a query is under way */
    bool must_be_open; /* the plan or job is not open: say so once the store knows it at all */
    uint8_t job_state; /* ListJobs: what to keep */
    struct reeve_id plan_id;                          /* watch */
    uint64_t dirty[REEVE_PLAN_JOBS_MAX / 64];         /* watch: jobs to tell */
    uint64_t told[REEVE_PLAN_JOBS_MAX / 64];          /* watch: jobs whose end it was sent */
    uint32_t jobs_count;                              /* watch: of the plan, once first_sent */
    bool plan_dirty;                                  /* watch: the plan's own state */
    bool first_sent;                                  /* watch */
    bool all_told;                                    /* watch: every end was sent */
    struct reeve_watched_results *results;            /* watch: per job; NULL: not asked for */
    uint64_t results_dirty[REEVE_PLAN_JOBS_MAX / 64]; /* watch: jobs that may have more of them */
    struct reeve_list backlog;                        /* export: messages made and not sent */
    uint64_t cursor_chain;
    uint64_t cursor_sequence;
    bool one_chain;
    struct reeve_id chain_id;
    bool finished;
    struct reeve_list_node node;       /* gateway->calls_list */
    struct reeve_list_node watch_node; /* gateway->watches */
    struct reeve_list_node todo;
};

/* ---- the gateway ---- */

#define REEVE_NOTES 32u
#define REEVE_NOTE_BYTES 240u

struct reeve_note {
    enum reeve_status status;
    char text[REEVE_NOTE_BYTES];
};

enum reeve_gateway_state {
    REEVE_GATEWAY_STATE_LOADING,
    REEVE_GATEWAY_STATE_READY,
    REEVE_GATEWAY_STATE_DRAINING,
    REEVE_GATEWAY_STATE_FAILED,
};

struct reeve_gateway {
    const struct reeve_allocator *allocator;
    const struct reeve_random *random;
    struct reeve_gateway_limits limits;
    struct reeve_gateway_delivery delivery;
    struct reeve_gateway_signer signer;
    char signer_key_id[REEVE_KEY_ID_SIZE];
    struct reeve_arena arena; /* build, tenants, registry */
    struct reeve_bytes build;
    struct reeve_arena approvers_arena;
    struct reeve_gateway_approver *approvers; /* in that arena; replaced as a whole */
    size_t approvers_count;
    struct reeve_gateway_retry *retries;
    size_t retries_count;
    enum reeve_gateway_state state;
    enum reeve_status failure;
    struct reeve_now now;
    uint64_t turn;   /* counts events */
    uint64_t serial; /* last one given */
    struct reeve_id gateway_id;
    uint64_t started_ms;
    bool store_was_behind;
    uint64_t loaded_plans; /* the last of those that were there before this start */
    bool held_over;        /* nothing is held back any more */
    bool drained_due;

    struct reeve_list tenants;
    struct reeve_map *tasks; /* by tenant NUL task */
    struct reeve_list tasks_list;
    size_t versions_count;
    struct reeve_map *plans;
    struct reeve_map *jobs;
    struct reeve_map *journals;
    struct reeve_map *sessions;
    struct reeve_list sessions_list;
    struct reeve_map *calls;
    struct reeve_list calls_list;
    struct reeve_list watches;
    struct reeve_map *schemas; /* built tables, by fingerprint */
    struct reeve_list schemas_list;

    uint64_t places; /* last one given */
    size_t ready_jobs;
    size_t ready_at[REEVE_PRIORITIES];
    size_t leased_jobs;
    size_t held_jobs;
    uint64_t open_bytes;
    uint64_t unknown_frames;

    struct reeve_timers boot_timers;
    struct reeve_timers wall_timers;
    struct reeve_timer housekeeping; /* on the boot clock: checkpoints of own chains */

    /* what there is to do */
    struct reeve_list requests; /* for the store */
    struct reeve_list ending;   /* jobs to end */
    struct reeve_list todo_sessions;
    struct reeve_list todo_calls;
    struct reeve_list dirty_sessions;
    struct reeve_note notes[REEVE_NOTES];
    /* A session or call for which there was no memory at all: told so without needing any. The
     * driver takes all actions after each event, so one is enough. */
    bool turned_away;
    bool turned_away_call;
    uint64_t turned_away_handle;
    size_t notes_first;
    size_t notes_count;
    char text[REEVE_NOTE_BYTES]; /* of the last action */
};

#ifdef __cplusplus
}
#endif
#endif

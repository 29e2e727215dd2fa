/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions: coming, Hello, going, liveness. */
#include "gateway-stub/core/session.h"

#include "gateway-stub/core/job.h"
#include "gateway-stub/core/journal.h"
#include "gateway-stub/core/out.h"
#include "gateway-stub/core/own.h"
#include "gateway-stub/core/registry.h"

#define SESSION_ARENA_BYTES ((size_t)4 * 1024 * 1024)
#define HELLO_WITHIN_MS 10000u
#define CLOSE_WITHIN_MS 2000u
#define SEQUENCE_BLOCK 65536u
#define JOURNALS_PER_WORKER 16u
#define NOTED_IDENTITY 120u

static struct reeve_bytes handle_key(const uint64_t *handle)
{
    return reeve_bytes_of(handle, sizeof(*handle));
}

struct reeve_session *reeve_session_by_handle(struct reeve_gateway *g, uint64_t handle)
{
    return reeve_map_get(g->sessions, handle_key(&handle));
}

struct reeve_session *reeve_session_by_epoch(struct reeve_gateway *g, const struct reeve_id *id,
                                             uint64_t epoch)
{
    struct reeve_journal *journal = reeve_journal_by_id(g, id);
    struct reeve_session *session = journal == NULL ? NULL : journal->session;
    return session != NULL && session->epoch == epoch ? session : NULL;
}

static enum reeve_status copy_peer(struct reeve_gateway *g, struct reeve_session *s,
                                   const struct reeve_peer *peer)
{
    static const char *const fallback[] = {"default"};
    const char *const *pools = peer->pools_count == 0 ? fallback : peer->pools;
    size_t count = peer->pools_count == 0 ? 1 : peer->pools_count;
    s->tenant = reeve_tenant_of(g, reeve_bytes_cstr(peer->tenant));
    s->pools = reeve_arena_alloc_array(&s->arena, count, sizeof(*s->pools));
    if (s->tenant == NULL || s->pools == NULL) {
        return REEVE_NO_MEMORY;
    }
    REEVE_TRY(reeve_arena_dup(&s->arena, reeve_bytes_cstr(peer->identity), &s->identity));
    for (; s->pools_count < count; s->pools_count++) {
        REEVE_TRY(reeve_arena_dup(&s->arena, reeve_bytes_cstr(pools[s->pools_count]),
                                  &s->pools[s->pools_count]));
    }
    s->identity_not_after_unix_ms = peer->identity_not_after_unix_ms;
    return REEVE_OK;
}

static struct reeve_session *session_new(struct reeve_gateway *g, uint64_t handle)
{
    struct reeve_session *s = reeve_alloc(g->allocator, sizeof(*s));
    if (s == NULL) {
        return NULL;
    }
    s->handle = handle;
    s->serial = ++g->serial;
    s->key = handle_key(&s->handle);
    s->allocator = g->allocator;
    s->gateway = g;
    s->timer = (struct reeve_timer){.due = reeve_session_due, .owner = s};
    s->not_after = (struct reeve_timer){.due = reeve_session_expired, .owner = s};
    s->connected_unix_ms = g->now.unix_ms;
    s->last_seen_unix_ms = g->now.unix_ms;
    s->heard_at_ms = g->now.boot_ms;
    reeve_arena_init(&s->arena, g->allocator, SESSION_ARENA_BYTES, 1024);
    reeve_list_init(&s->to_assign);
    reeve_list_init(&s->to_send);
    reeve_list_init(&s->cancels);
    reeve_list_init(&s->recalls);
    reeve_list_init(&s->result_acks);
    return s;
}

static void session_drop(struct reeve_session *s)
{
    reeve_arena_clear(&s->arena);
    reeve_free(s->allocator, s, sizeof(*s));
}

/* Room in the map and for both timers, or nothing. */
static enum reeve_status session_enter(struct reeve_gateway *g, struct reeve_session *s)
{
    REEVE_TRY(reeve_timers_reserve(&g->boot_timers, 1));
    enum reeve_status status = reeve_timers_reserve(&g->wall_timers, 1);
    if (status == REEVE_OK) {
        status = reeve_map_put(g->sessions, s->key, s);
        if (status == REEVE_OK) {
            reeve_list_push_back(&g->sessions_list, &s->node);
            return REEVE_OK;
        }
        reeve_timers_unreserve(&g->wall_timers, 1);
    }
    reeve_timers_unreserve(&g->boot_timers, 1);
    return status;
}

void reeve_session_opened(struct reeve_gateway *g, uint64_t handle, const struct reeve_peer *peer)
{
    struct reeve_session *s = session_new(g, handle);
    if (s == NULL || session_enter(g, s) != REEVE_OK) {
        if (s != NULL) {
            session_drop(s);
        }
        reeve_out_turn_away(g, handle, false);
        return;
    }
    reeve_timer_set(&g->boot_timers, &s->timer, g->now.boot_ms + HELLO_WITHIN_MS);
    if (g->state != REEVE_GATEWAY_STATE_READY) {
        reeve_session_close(g, s, REEVE_SESSION_RESTARTING, 1000);
        return;
    }
    size_t streams = (size_t)g->limits.max_workers + REEVE_GATEWAY_TAKEOVERS;
    if (g->sessions_list.count > streams || copy_peer(g, s, peer) != REEVE_OK) {
        reeve_session_close(g, s, REEVE_SESSION_OVERLOADED, 10000);
        return;
    }
    if ((peer->roles & REEVE_ROLE_WORKER) == 0) {
        reeve_session_close(g, s, REEVE_SESSION_IDENTITY_UNKNOWN, 60000);
        return;
    }
    if (s->identity_not_after_unix_ms > 0) {
        reeve_timer_set(&g->wall_timers, &s->not_after, (uint64_t)s->identity_not_after_unix_ms);
    }
}

/* ---- Hello ---- */

static bool wants_pool(const struct reeve_hello *hello, struct reeve_bytes pool)
{
    for (size_t i = 0; i < hello->pools.count; i++) {
        if (reeve_bytes_equal(hello->pools.items[i], pool)) {
            return true;
        }
    }
    return hello->pools.count == 0;
}

static void narrow_pools(struct reeve_session *s, const struct reeve_hello *hello)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->pools_count; i++) {
        if (wants_pool(hello, s->pools[i])) {
            s->pools[kept++] = s->pools[i];
        }
    }
    s->pools_count = kept;
}

static enum reeve_status copy_offer(struct reeve_session *s, const struct reeve_task_offer *from,
                                    struct reeve_offer *to)
{
    to->fingerprint = from->fingerprint;
    to->allowed = from->allowed;
    to->max_in_flight = from->max_in_flight == 0 ? UINT32_MAX : from->max_in_flight;
    for (size_t i = 0; i < from->accepted_fingerprints.count &&
                       to->accepted_count < REEVE_HELLO_ACCEPTED_FINGERPRINTS_MAX;
         i++) {
        REEVE_TRY(reeve_digest_from_bytes(from->accepted_fingerprints.items[i],
                                          &to->accepted[to->accepted_count]));
        to->accepted_count++;
    }
    return reeve_arena_dup(&s->arena, from->task, &to->task);
}

static enum reeve_status copy_hello(struct reeve_session *s, const struct reeve_hello *hello)
{
    s->journal_id = hello->journal_id;
    s->boot_id = hello->boot_id;
    s->nonce = hello->nonce;
    s->audit_key = hello->audit_public_key;
    s->peer_max_frame_bytes = hello->max_frame_bytes;
    s->max_in_flight = hello->max_in_flight;
    REEVE_TRY(reeve_arena_dup(&s->arena, hello->build, &s->build));
    s->offers = reeve_arena_alloc_array(&s->arena, hello->tasks.count, sizeof(*s->offers));
    if (s->offers == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (; s->offers_count < hello->tasks.count; s->offers_count++) {
        REEVE_TRY(copy_offer(s, &hello->tasks.items[s->offers_count], &s->offers[s->offers_count]));
    }
    return REEVE_OK;
}

static enum reeve_status open_request(struct reeve_gateway *g, struct reeve_session *s,
                                      const struct reeve_hello *hello,
                                      struct reeve_store_request *request)
{
    struct reeve_store_open_session *o = &request->u.open_session;
    *o = (struct reeve_store_open_session){
        .tenant = s->tenant->name,
        .journal_id = hello->journal_id,
        .boot_id = hello->boot_id,
        .nonce = hello->nonce,
        .last_epoch = hello->last_epoch,
        .dispatch_mark = hello->dispatch_mark,
        .audit_sequence = hello->audit_sequence,
        .settled_mark = hello->settled_mark,
        .rolled_back = hello->rolled_back,
        .block = SEQUENCE_BLOCK,
        .max_journals = g->limits.max_workers * JOURNALS_PER_WORKER,
        .loaded_plans = g->loaded_plans,
    };
    reeve_move(o->audit_public_key, hello->audit_public_key.bytes, 32);
    REEVE_TRY(
        reeve_arena_dup(&request->arena, reeve_digest_view(&hello->audit_hash), &o->audit_hash));
    REEVE_TRY(reeve_arena_dup(&request->arena, hello->build, &o->build));
    return reeve_arena_dup(&request->arena, s->identity, &o->identity);
}

/* The nonce of the session's own Hello stands for a Welcome that was lost. It was not, once the
 * worker resumed; and a stream that was opened earlier only comes late. Either would put an end to
 * a session that stands, with marks of long ago, and lock its worker out. */
static bool is_late(struct reeve_gateway *g, const struct reeve_session *s,
                    const struct reeve_hello *hello)
{
    const struct reeve_journal *journal = reeve_journal_by_id(g, &hello->journal_id);
    const struct reeve_session *current = journal == NULL ? NULL : journal->session;
    if (current == NULL || hello->last_epoch >= current->epoch || current->tenant != s->tenant ||
        !reeve_bytes_equal(current->identity, s->identity) ||
        !reeve_id_equal(current->nonce, hello->nonce)) {
        return false;
    }
    return current->state == REEVE_SESSION_STATE_ACTIVE || s->serial < current->serial;
}

static bool is_worker(struct reeve_gateway *g, const struct reeve_session *s)
{
    if (s->state != REEVE_SESSION_STATE_OPENING) {
        return s->journal != NULL;
    }
    const struct reeve_journal *journal = reeve_journal_by_id(g, &s->journal_id);
    return journal == NULL || journal->session == NULL;
}

/* A worker has two streams while the newer takes over: it is the journal that counts. */
static bool is_full(struct reeve_gateway *g, const struct reeve_hello *hello)
{
    const struct reeve_journal *journal = reeve_journal_by_id(g, &hello->journal_id);
    if (journal != NULL && journal->session != NULL) {
        return false; /* a foreign one is the store's to refuse */
    }
    size_t workers = 0;
    struct reeve_list_node *n = reeve_list_front(&g->sessions_list);
    for (; n != NULL; n = reeve_list_next(&g->sessions_list, n)) {
        workers += is_worker(g, REEVE_OWNER(n, struct reeve_session, node)) ? 1 : 0;
    }
    return workers >= g->limits.max_workers;
}

enum reeve_status reeve_session_hello(struct reeve_gateway *g, struct reeve_session *s,
                                      const struct reeve_hello *hello)
{
    if (hello->version_min > 1 || hello->version_max < 1) {
        return REEVE_VERSION;
    }
    if (is_full(g, hello)) {
        reeve_session_close(g, s, REEVE_SESSION_OVERLOADED, 10000);
        return REEVE_OK;
    }
    if (is_late(g, s, hello)) {
        reeve_session_close(g, s, REEVE_SESSION_CLONED, 60000);
        return REEVE_OK;
    }
    REEVE_TRY(copy_hello(s, hello));
    narrow_pools(s, hello);
    struct reeve_store_request *request = reeve_out_request(g, REEVE_STORE_OPEN_SESSION);
    if (request == NULL) {
        return REEVE_NO_MEMORY;
    }
    request->tag = s->handle;
    request->serial = s->serial;
    enum reeve_status status = open_request(g, s, hello, request);
    if (status != REEVE_OK) {
        reeve_store_request_free(request);
        return status;
    }
    s->state = REEVE_SESSION_STATE_OPENING;
    reeve_out_store(g, request);
    return REEVE_OK;
}

/* ---- Welcome ---- */

static enum reeve_session_code refusal(enum reeve_status status, uint64_t *retry_ms)
{
    *retry_ms = 60000;
    if (status == REEVE_CLONED) {
        return REEVE_SESSION_CLONED;
    }
    if (status == REEVE_NOT_ALLOWED) {
        return REEVE_SESSION_JOURNAL_FOREIGN;
    }
    if (status == REEVE_UNAUTHENTICATED) {
        return REEVE_SESSION_IDENTITY_REVOKED;
    }
    if (status == REEVE_CHAIN_BROKEN) {
        return REEVE_SESSION_AUDIT_BROKEN;
    }
    if (status == REEVE_SEQUENCE || status == REEVE_RANGE) {
        return REEVE_SESSION_SEQUENCE_INVALID;
    }
    *retry_ms = 2000;
    return REEVE_SESSION_OVERLOADED;
}

/* What a session had goes back or stays with the journal. */
static void detach(struct reeve_gateway *g, struct reeve_session *s)
{
    struct reeve_journal *journal = s->journal;
    if (journal == NULL || journal->session != s) {
        return;
    }
    struct reeve_list_node *n = reeve_list_front(&journal->jobs);
    while (n != NULL) {
        struct reeve_list_node *next = reeve_list_next(&journal->jobs, n);
        struct reeve_job *job = REEVE_OWNER(n, struct reeve_job, journal_node);
        if (job->session == s) {
            reeve_job_detach(g, job);
        }
        n = next;
    }
}

static void take_over(struct reeve_gateway *g, struct reeve_journal *journal,
                      struct reeve_session *s)
{
    struct reeve_session *old = journal->session;
    journal->expected = true; /* not freed while jobs leave it */
    if (old != NULL) {
        detach(g, old);
        old->journal = NULL;
        reeve_session_close(g, old, REEVE_SESSION_SUPERSEDED, 0);
    }
    reeve_timer_stop(&g->boot_timers, &journal->timer);
    journal->session = s;
    journal->epoch = s->epoch;
    journal->awaited = true;
    s->journal = journal;
}

/* For the log: who came or went, with which journal and epoch, and why. */
static void note_session(struct reeve_gateway *g, const struct reeve_session *s, const char *what)
{
    char journal[REEVE_ID_TEXT_SIZE];
    char text[REEVE_NOTE_BYTES];
    size_t shown = s->identity.len < NOTED_IDENTITY ? s->identity.len : NOTED_IDENTITY;
    reeve_id_format(s->journal_id, journal);
    reeve_format_cut(text, sizeof(text), "%s: %.*s, journal %s, epoch %llu", what, (int)shown,
                     shown == 0 ? "" : (const char *)s->identity.data, journal,
                     (unsigned long long)s->epoch);
    reeve_out_note(g, REEVE_OK, text);
}

static void note_end(struct reeve_gateway *g, const struct reeve_session *s, const char *why)
{
    char what[64];
    reeve_format_cut(what, sizeof(what), "session %s (%s)", s->epoch == 0 ? "refused" : "closed",
                     why);
    note_session(g, s, what);
}

static void start_verifier(struct reeve_session *s, const struct reeve_store_open_session *o)
{
    struct reeve_audit_verifier_options options = {
        .has_audit_key = true,
        .audit_key = s->audit_key,
        .require_introduction = false,
    };
    reeve_audit_chain_restore(&options.from, s->journal_id, o->stored_sequence, o->stored_hash, 0);
    reeve_audit_verifier_init(&s->verifier, &options);
}

static void welcome(struct reeve_gateway *g, struct reeve_session *s,
                    const struct reeve_store_open_session *o)
{
    struct reeve_journal *journal = reeve_journal_of(g, &s->journal_id, s->tenant);
    s->opened = reeve_arena_alloc(&s->arena, sizeof(*s->opened));
    if (journal == NULL || s->opened == NULL) {
        reeve_session_close(g, s, REEVE_SESSION_OVERLOADED, 2000);
        return;
    }
    *s->opened = *o;
    s->epoch = o->epoch;
    s->next_sequence = o->dispatch_base + 1;
    s->sequence_limit = o->dispatch_limit;
    s->rolled_back = o->is_rolled_back;
    s->store_was_behind = o->store_was_behind;
    s->stored_sequence = o->stored_sequence;
    start_verifier(s, o);
    if (o->store_was_behind) {
        g->store_was_behind = true;
        reeve_out_note(g, REEVE_ROLLED_BACK,
                       "the store is older than a worker remembers: it was restored from a backup");
    }
    take_over(g, journal, s);
    if (o->store_was_behind) {
        reeve_journal_hold_doubtful(g);
    }
    note_session(g, s, "session opened");
    (void)reeve_session_align(g, s);
    s->state = REEVE_SESSION_STATE_RESUMING;
    s->welcome_due = true;
    s->heartbeat_sent_at_ms = g->now.boot_ms;
    reeve_timer_set(&g->boot_timers, &s->timer, g->now.boot_ms + g->delivery.heartbeat_interval_ms);
    reeve_out_touch(g, s);
}

void reeve_session_welcomed(struct reeve_gateway *g, struct reeve_store_request *request)
{
    struct reeve_session *s = reeve_session_by_handle(g, request->tag);
    if (s == NULL || s->serial != request->serial || s->state != REEVE_SESSION_STATE_OPENING) {
        return;
    }
    if (request->status == REEVE_OK) {
        welcome(g, s, &request->u.open_session);
        return;
    }
    uint64_t retry_ms = 0;
    enum reeve_session_code code = refusal(request->status, &retry_ms);
    reeve_session_close(g, s, code, retry_ms);
}

/* ---- the end ---- */

static void leave_journal(struct reeve_gateway *g, struct reeve_session *s)
{
    struct reeve_journal *journal = s->journal;
    if (journal == NULL) {
        return;
    }
    bool expected = journal->expected;
    journal->expected = true; /* not freed while jobs leave it */
    detach(g, s);
    s->journal = NULL;
    journal->expected = expected;
    reeve_journal_away(g, journal);
    reeve_journal_left(g, journal);
    reeve_journal_settle_down(g, journal);
    reeve_journal_check_held(g);
}

static void leave_lanes(struct reeve_session *s)
{
    for (struct reeve_lane *lane = s->lanes; lane != NULL; lane = lane->next) {
        if (reeve_list_linked(&lane->node)) {
            reeve_list_remove(&lane->queue->lanes, &lane->node);
        }
    }
    s->lanes = NULL;
    s->next_lane = NULL;
}

void reeve_session_close(struct reeve_gateway *g, struct reeve_session *s,
                         enum reeve_session_code code, uint64_t retry_ms)
{
    if (s->state == REEVE_SESSION_STATE_CLOSING) {
        return;
    }
    s->state = REEVE_SESSION_STATE_CLOSING;
    s->close_code = code;
    s->close_due = true;
    s->retry_due = true;
    s->retry_ms = retry_ms;
    reeve_own_violation(g, s);
    note_end(g, s, reeve_session_code_name(code));
    leave_lanes(s);
    leave_journal(g, s);
    reeve_timer_set(&g->boot_timers, &s->timer, g->now.boot_ms + CLOSE_WITHIN_MS);
    reeve_out_touch(g, s);
}

void reeve_session_free(struct reeve_gateway *g, struct reeve_session *s)
{
    reeve_timer_stop(&g->boot_timers, &s->timer);
    reeve_timer_stop(&g->wall_timers, &s->not_after);
    reeve_timers_unreserve(&g->boot_timers, 1);
    reeve_timers_unreserve(&g->wall_timers, 1);
    if (reeve_list_linked(&s->todo)) {
        reeve_list_remove(&g->todo_sessions, &s->todo);
    }
    if (reeve_list_linked(&s->dirty)) {
        reeve_list_remove(&g->dirty_sessions, &s->dirty);
    }
    reeve_list_remove(&g->sessions_list, &s->node);
    (void)reeve_map_remove(g->sessions, s->key);
    session_drop(s);
}

void reeve_session_closed(struct reeve_gateway *g, uint64_t handle)
{
    struct reeve_session *s = reeve_session_by_handle(g, handle);
    if (s == NULL) {
        return;
    }
    if (s->journal != NULL) {
        note_end(g, s, "its stream ended");
    }
    leave_lanes(s);
    leave_journal(g, s);
    reeve_session_free(g, s);
}

void reeve_session_sent(struct reeve_gateway *g, uint64_t handle)
{
    struct reeve_session *s = reeve_session_by_handle(g, handle);
    if (s == NULL) {
        return;
    }
    s->sending = false;
    reeve_out_touch(g, s);
    reeve_session_dirty(g, s);
}

/* ---- liveness ---- */

enum reeve_status reeve_session_heartbeat(struct reeve_gateway *g, struct reeve_session *s,
                                          const struct reeve_heartbeat *heartbeat)
{
    if (heartbeat->sequence <= s->heartbeat_received || heartbeat->answers > s->heartbeat_sent) {
        return REEVE_SEQUENCE;
    }
    s->heartbeat_received = heartbeat->sequence;
    s->reported_in_flight = heartbeat->in_flight;
    s->ready = heartbeat->ready;
    s->not_ready_count = 0;
    for (size_t i = 0;
         i < heartbeat->not_ready.count && s->not_ready_count < REEVE_HEARTBEAT_CONDITIONS_MAX;
         i++) {
        char *text = s->not_ready_text[s->not_ready_count];
        struct reeve_bytes name = heartbeat->not_ready.items[i];
        if (reeve_copy(text, REEVE_HEARTBEAT_CONDITION_MAX, name) == REEVE_OK) {
            s->not_ready[s->not_ready_count++] = reeve_bytes_of(text, name.len);
        }
    }
    if (s->recalls_open > 0) {
        s->recalls_open = 0; /* what was asked for has started */
        reeve_session_dirty(g, s);
    }
    s->heartbeat_due = true; /* answered at once: the worker's lease counts on it */
    reeve_out_touch(g, s);
    return REEVE_OK;
}

void reeve_session_due(void *owner, void *context)
{
    struct reeve_session *s = owner;
    struct reeve_gateway *g = context;
    if (s->state == REEVE_SESSION_STATE_CLOSING) {
        s->retry_due = false; /* the peer does not read: go without it */
        s->outcome_ack_due = false;
        s->sending = false;
        reeve_out_touch(g, s);
        return;
    }
    if (g->now.boot_ms - s->heard_at_ms >= g->delivery.lease_ms) {
        reeve_session_close(g, s, REEVE_SESSION_LIVENESS_LOST, 0);
        return;
    }
    if (s->state == REEVE_SESSION_STATE_RESUMING || s->state == REEVE_SESSION_STATE_ACTIVE) {
        if (g->now.boot_ms - s->heartbeat_sent_at_ms >= g->delivery.heartbeat_interval_ms) {
            s->heartbeat_due = true;
            reeve_out_touch(g, s);
        }
    }
    uint64_t next_ms = g->now.boot_ms + g->delivery.heartbeat_interval_ms;
    uint64_t lost_ms = s->heard_at_ms + g->delivery.lease_ms;
    reeve_timer_set(&g->boot_timers, &s->timer, next_ms < lost_ms ? next_ms : lost_ms);
}

void reeve_session_expired(void *owner, void *context)
{
    reeve_session_close(context, owner, REEVE_SESSION_IDENTITY_EXPIRED, 0);
}

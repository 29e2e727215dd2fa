/* SPDX-License-Identifier: Apache-2.0 */
/* Heartbeats, both ways; the lease, which counts from the moment when the heartbeat that the
 * gateway last answered was sent; and liveness, which ends a session that nothing comes from. */
#include "agent/core/engine_state.h"

void reeve_engine_lease_begin(struct reeve_engine *e, const struct reeve_welcome *welcome)
{
    struct reeve_engine_session *s = &e->session;
    s->interval_ms = welcome->heartbeat_interval_ms;
    s->lease_ms = welcome->lease_ms;
    s->lease_base_ms = s->hello_sent_ms;
    s->answered_ms = e->now.boot_ms;
    s->next_heartbeat_ms = e->now.boot_ms + s->interval_ms;
}

bool reeve_engine_lease_holds(const struct reeve_engine *e)
{
    const struct reeve_engine_session *s = &e->session;
    return e->link.state == REEVE_LINK_LIVE && e->now.boot_ms <= s->lease_base_ms + s->lease_ms;
}

void reeve_engine_heartbeat(struct reeve_engine *e, const struct reeve_heartbeat *heartbeat)
{
    struct reeve_engine_session *s = &e->session;
    if (heartbeat->sequence <= s->heartbeat_peer || heartbeat->answers > s->heartbeat_sequence) {
        reeve_engine_violate(e, REEVE_SESSION_SEQUENCE_INVALID, REEVE_SEQUENCE);
        return;
    }
    s->heartbeat_peer = heartbeat->sequence;
    if (heartbeat->answers <= s->heartbeat_answered) {
        return;
    }
    s->heartbeat_answered = heartbeat->answers;
    s->answered_ms = e->now.boot_ms;
    s->lease_noted = false;
    if (s->heartbeat_sequence - heartbeat->answers < REEVE_ENGINE_HEARTBEATS) {
        s->lease_base_ms = s->heartbeat_sent_ms[heartbeat->answers % REEVE_ENGINE_HEARTBEATS];
    }
}

uint64_t reeve_engine_liveness_ms(const struct reeve_engine *e)
{
    uint64_t quiet_ms = 3u * (uint64_t)e->session.interval_ms;
    if (quiet_ms > REEVE_ENGINE_LIVENESS_MS) {
        quiet_ms = REEVE_ENGINE_LIVENESS_MS;
    }
    return e->session.heard_ms + quiet_ms;
}

static bool welcomed(const struct reeve_engine *e)
{
    return e->link.state >= REEVE_LINK_WELCOME_SYNC && e->link.state <= REEVE_LINK_LIVE;
}

static void check_lease(struct reeve_engine *e)
{
    struct reeve_engine_session *s = &e->session;
    if (e->link.state == REEVE_LINK_LIVE && !reeve_engine_lease_holds(e) && !s->lease_noted) {
        s->lease_noted = true;
        reeve_engine_note(e, REEVE_NOTE_LEASE_EXPIRED, REEVE_LIVENESS, s->lease_ms);
    }
}

void reeve_engine_lease_tick(struct reeve_engine *e)
{
    struct reeve_engine_session *s = &e->session;
    if (!welcomed(e)) {
        return;
    }
    if (e->now.boot_ms >= reeve_engine_liveness_ms(e)) {
        reeve_engine_note(e, REEVE_NOTE_LIVENESS_LOST, REEVE_LIVENESS, s->heard_ms);
        reeve_engine_link_close(e, REEVE_SESSION_LIVENESS_LOST, REEVE_LIVENESS);
        return;
    }
    if (e->now.boot_ms >= s->next_heartbeat_ms && e->link.state == REEVE_LINK_LIVE) {
        s->heartbeat_due = true;
        s->next_heartbeat_ms = e->now.boot_ms + s->interval_ms;
    }
    check_lease(e);
}

uint64_t reeve_engine_lease_next_ms(const struct reeve_engine *e)
{
    if (!welcomed(e)) {
        return REEVE_NEVER_MS;
    }
    uint64_t alive_ms = reeve_engine_liveness_ms(e);
    if (e->link.state != REEVE_LINK_LIVE || e->session.next_heartbeat_ms > alive_ms) {
        return alive_ms;
    }
    return e->session.next_heartbeat_ms;
}

static uint64_t age(const struct reeve_engine *e, uint64_t since_ms)
{
    return since_ms == REEVE_NEVER_MS || since_ms > e->now.boot_ms ? 0 : e->now.boot_ms - since_ms;
}

static uint64_t oldest_unstarted_ms(const struct reeve_engine *e)
{
    struct reeve_list_node *node = reeve_list_front(&e->unstarted);
    if (!node) {
        return 0;
    }
    return age(e, REEVE_OWNER(node, struct reeve_engine_job, unstarted)->received_ms);
}

static size_t list_conditions(const struct reeve_engine *e, struct reeve_bytes *names)
{
    uint32_t conditions = reeve_engine_conditions(e);
    size_t count = 0;
    for (uint32_t i = 0; i < REEVE_CONDITION_COUNT && count < REEVE_HEARTBEAT_CONDITIONS_MAX; i++) {
        if (conditions & (1u << i)) {
            names[count++] = reeve_bytes_cstr(reeve_condition_name((enum reeve_condition)i));
        }
    }
    return count;
}

/* The time of sending is the time of writing: earlier than it left, so the lease ends earlier, too.
 */
enum reeve_status reeve_engine_heartbeat_write(struct reeve_engine *e, struct reeve_batch_writer *w)
{
    struct reeve_engine_session *s = &e->session;
    struct reeve_bytes names[REEVE_HEARTBEAT_CONDITIONS_MAX];
    struct reeve_worker_frame frame = {.type = REEVE_WORKER_FRAME_HEARTBEAT};
    struct reeve_heartbeat *heartbeat = &frame.as.heartbeat;
    uint64_t sequence = s->heartbeat_sequence + 1;
    heartbeat->sequence = sequence;
    heartbeat->answers = s->heartbeat_peer;
    heartbeat->oldest_unsynced_ms = age(e, e->appends.oldest_ms);
    heartbeat->oldest_unstarted_ms = oldest_unstarted_ms(e);
    heartbeat->in_flight = reeve_engine_jobs_held(e);
    heartbeat->not_ready.items = names;
    heartbeat->not_ready.count = list_conditions(e, names);
    heartbeat->ready = heartbeat->not_ready.count == 0;
    REEVE_TRY(reeve_batch_writer_add_worker(w, &frame));
    s->heartbeat_sequence = sequence;
    s->heartbeat_sent_ms[sequence % REEVE_ENGINE_HEARTBEATS] = e->now.boot_ms;
    return REEVE_OK;
}

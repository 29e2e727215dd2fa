// SPDX-License-Identifier: Apache-2.0
// Connections between the gateway and its workers: nothing is lost on them by itself.
#include "agent/codec/job_spec.h"
#include "tests/fuzz/gateway_world.h"
#include "tests/sim/events.h"
#include "tests/sim/frames.h"

namespace reeve::fuzz
{

uint64_t GatewayWorld::Open(Peer *peer, uint32_t link)
{
    const uint64_t handle = ++handles_;
    const char *const pool = peer != nullptr ? peer->pool : kBadPool;
    reeve_peer who = {};
    who.identity = peer != nullptr ? peer->identity : bad_.identity;
    who.tenant = "t";
    who.roles = REEVE_ROLE_WORKER;
    who.pools = &pool;
    who.pools_count = 1;
    sessions_[handle].peer = peer;
    sessions_[handle].link = link;
    reeve_gateway_event event = reeve_sim::SessionEvent(REEVE_GATEWAY_SESSION_OPENED, handle);
    event.peer = &who;
    Fire(event);
    return handle;
}

void GatewayWorld::Close(uint64_t handle)
{
    const Session session = sessions_[handle];
    sessions_.erase(handle);
    Fire(reeve_sim::SessionEvent(REEVE_GATEWAY_SESSION_CLOSED, handle));
    if (session.peer != nullptr) {
        session.peer->sessions.erase(session.link);
        if (session.peer->worker.links.count(session.link) != 0) {
            session.peer->worker.Down(session.link, REEVE_UNAVAILABLE);
        }
    }
}

void GatewayWorld::Deliver(uint64_t session, const std::string &bytes)
{
    const auto at = sessions_.find(session);
    if (at == sessions_.end() || at->second.closed) {
        return;
    }
    const reeve_sim::Exact exact(bytes);
    reeve_gateway_event event = reeve_sim::SessionEvent(REEVE_GATEWAY_SESSION_MESSAGE, session);
    event.bytes = exact.View();
    Fire(event);
}

// What the gateway sends arrives: nothing of another pool, at nobody's.
void GatewayWorld::Receive(uint64_t handle, const std::string &bytes)
{
    const auto at = sessions_.find(handle);
    if (at == sessions_.end()) {
        return;
    }
    Session &session = at->second;
    const char *pool = session.peer != nullptr ? session.peer->pool : kBadPool;
    std::vector<reeve_gateway_frame> frames;
    reeve_arena_reset(&arena_);
    Require(reeve_sim::ReadFrames(bytes, &arena_, &frames), "a message that does not decode");
    for (const reeve_gateway_frame &frame : frames) {
        Trace("gateway sends %s to %s", reeve_gateway_frame_name(frame.type), pool);
        reeve_job_spec spec;
        if (frame.type == REEVE_GATEWAY_FRAME_DISPATCH) {
            Require(reeve_job_spec_decode(frame.as.dispatch.job_spec, &spec) == REEVE_OK, "spec");
            Require(reeve_bytes_equal_cstr(spec.pool, pool), "P3: dispatched to another pool");
        }
    }
    session.sending = false;
    if (session.peer != nullptr && session.peer->worker.links.count(session.link) != 0) {
        session.peer->worker.Message(session.link, bytes);
    }
    Fire(reeve_sim::SessionEvent(REEVE_GATEWAY_SESSION_SENT, handle));
}

// Dials, sends and hangs up for a worker. False: there was nothing to do.
bool GatewayWorld::Carry(Peer &peer)
{
    bool busy = false;
    peer.worker.SyncAll();
    for (const auto &[link, state] : std::map<uint32_t, EngineDriver::Link>(peer.worker.links)) {
        const auto at = peer.sessions.find(link);
        if (state.closed && at != peer.sessions.end()) {
            Close(at->second);
            busy = true;
        } else if (state.closed) {
            peer.worker.Down(link, REEVE_CANCELLED);
            busy = true;
        } else if (!state.up && at == peer.sessions.end()) {
            peer.sessions[link] = Open(&peer, link);
            peer.worker.Up(link);
            busy = true;
        }
    }
    std::vector<std::pair<uint32_t, std::string>> sent;
    sent.swap(peer.sent);
    for (const auto &[link, bytes] : sent) {
        busy = true;
        const auto at = peer.sessions.find(link);
        if (at != peer.sessions.end()) {
            Deliver(at->second, &peer == &bad_ ? Tamper(bytes) : bytes);
        }
        const auto state = peer.worker.links.find(link);
        if (state != peer.worker.links.end() && state->second.sending) {
            peer.worker.Sent(link);
        }
    }
    return busy;
}

// Jobs end well, streams after three results.
void GatewayWorld::Runners(Peer &peer, bool fail)
{
    for (const auto &[handle, run] :
         std::map<reeve_job_handle, EngineDriver::Run>(peer.worker.running)) {
        if (reeve_sim::Task(run.kind).streams && run.emitted < 3 && !run.cancelled) {
            peer.worker.Emit(handle, 30);
        } else if (run.cancelled) {
            peer.worker.Finish(handle, REEVE_OUTCOME_CANCELLED, REEVE_EFFECT_NONE,
                               REEVE_REASON_CANCEL_REQUESTED, 0);
        } else if (fail) {
            peer.worker.Finish(handle, REEVE_OUTCOME_FAILED, REEVE_EFFECT_NONE,
                               REEVE_REASON_UPSTREAM_UNREACHABLE, 0);
        } else {
            peer.worker.Finish(handle, REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_DONE, 0,
                               OutputOf(run.kind).size());
        }
    }
}

// Until nothing moves without time.
void GatewayWorld::Pump()
{
    for (int i = 0; i < 200; i++) {
        bool busy = Carry(good_);
        busy = Carry(bad_) || busy;
        Runners(good_);
        busy = (!hold_store_ && StoreStep()) || busy;
        if (!down_.empty()) {
            const auto [session, bytes] = down_.front();
            down_.pop_front();
            Receive(session, bytes);
            busy = true;
        }
        for (const auto &[handle, session] : std::map<uint64_t, Session>(sessions_)) {
            if (session.closed && !session.sending) {
                Close(handle);
                busy = true;
            }
        }
        if (!busy) {
            return;
        }
    }
}

void GatewayWorld::Advance(uint64_t ms)
{
    for (; ms > 0; ms -= std::min(ms, kSliceMs)) {
        const uint64_t slice = std::min(ms, kSliceMs);
        now_.boot_ms += slice;
        now_.unix_ms += static_cast<int64_t>(slice);
        if (reeve_gateway_next_deadline(core_) <= now_.boot_ms) {
            Tick();
        }
        good_.worker.Advance(slice);
        bad_.worker.Advance(slice);
        Pump();
    }
}

} // namespace reeve::fuzz

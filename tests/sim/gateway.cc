// SPDX-License-Identifier: Apache-2.0
//
// The gateway's process: its core, its store's queue, its calls.
#include "tests/sim/events.h"
#include "tests/sim/keys.h"
#include "tests/sim/world.h"

namespace reeve_sim
{

namespace
{

const char kBuild[] = "reeve-gateway/sim";

reeve_gateway_options CoreOptions(reeve_key &key, const reeve_random *random)
{
    reeve_gateway_options o = {};
    o.build = kBuild;
    o.limits.max_open_jobs = 512;
    o.limits.max_workers = 16;
    o.limits.max_calls = 64;
    o.limits.max_task_versions = 64;
    o.delivery.heartbeat_interval_ms = static_cast<uint32_t>(kHeartbeatMs);
    o.delivery.lease_ms = static_cast<uint32_t>(kLeaseMs);
    o.delivery.grace_ms = static_cast<uint32_t>(kGraceMs);
    o.delivery.lost_after_ms = kLostAfterMs;
    o.delivery.default_expiry_ms = kExpiryMs;
    SignWith(key, &o);
    o.random = random;
    return o;
}

// Carries out one turn of a gateway that has nothing around it but its store.
void DriveAlone(reeve_gateway *core, Store &store, reeve_now now)
{
    reeve_gateway_action action;
    while (reeve_gateway_next_action(core, &action)) {
        reeve_buffer_clear(&action.buffer);
        if (action.kind != REEVE_GATEWAY_STORE) {
            continue;
        }
        CarryOut(store, action.request);
        reeve_gateway_event event = GatewayEvent(REEVE_GATEWAY_STORE_DONE);
        event.request = action.request;
        reeve_gateway_handle(core, &event, now);
    }
}

std::string MakeEmptyStore()
{
    Store store;
    Rng rng(7);
    reeve_key key = KeyOf(77);
    store.Open(SealerOf(key, kBuild), rng.random());
    reeve_gateway_options options = CoreOptions(key, rng.random());
    const reeve_now now = {1000, kUnixMs};
    reeve_gateway *core = nullptr;
    if (reeve_gateway_new(&options, &core) != REEVE_OK ||
        reeve_gateway_start(core, now) != REEVE_OK) {
        std::terminate();
    }
    DriveAlone(core, store, now);
    const std::string request = RegisterRequest();
    reeve_peer peer = {};
    peer.identity = "spiffe://sim/planner";
    peer.tenant = "t";
    peer.roles = ~0u;
    reeve_gateway_event event = GatewayEvent(REEVE_GATEWAY_CALL);
    event.call = 1;
    event.method = REEVE_CONTROL_REGISTER_TASKS;
    event.peer = &peer;
    event.bytes = View(request);
    reeve_gateway_handle(core, &event, now);
    DriveAlone(core, store, now);
    reeve_gateway_free(core);
    reeve_key_clear(&key);
    return store.Image();
}

} // namespace

const std::string &EmptyStore()
{
    static const std::string image = MakeEmptyStore();
    return image;
}

GatewayNode::GatewayNode(Sim &s) : sim(s)
{
    key = KeyOf(77);
    approver = KeyOf(88);
    rng_ = std::make_unique<Rng>(sim.options.seed * 257 + 3);
    boot_offset_ms = sim.rng.Between(1000, 900000);
    store.Load(EmptyStore());
}

GatewayNode::~GatewayNode()
{
    if (up) {
        Crash();
    }
    reeve_key_clear(&key);
    reeve_key_clear(&approver);
}

reeve_now GatewayNode::Now() const
{
    reeve_now now;
    now.boot_ms = boot_offset_ms + sim.now_ms;
    now.unix_ms = kUnixMs + static_cast<int64_t>(sim.now_ms) + wall_offset_ms;
    return now;
}

void GatewayNode::Later(uint64_t ms, std::function<void()> what)
{
    sim.In(ms, [this, life_then = life, what = std::move(what)] {
        if (up && life == life_then) {
            what();
        }
    });
}

// ---- the process ----

void GatewayNode::Start()
{
    if (up) {
        return;
    }
    life++;
    up = true;
    draining_ = false;
    store_planned_ = false;
    alarm_.Clear();
    sim.Trace("gateway starts");
    store.Open(SealerOf(key, kBuild), rng_->random());
    reeve_gateway_options options = CoreOptions(key, rng_->random());
    approvers_[0] = ApproverOf(approver);
    options.approvers = approvers_;
    options.approvers_count = 1;
    if (reeve_gateway_new(&options, &core) != REEVE_OK ||
        reeve_gateway_start(core, Now()) != REEVE_OK) {
        std::terminate();
    }
    Act();
}

void GatewayNode::Crash()
{
    up = false;
    sim.ledger.GatewayDied();
    for (reeve_store_request *request : submitted_) {
        reeve_store_request_free(request);
    }
    for (reeve_store_request *request : done_) {
        reeve_store_request_free(request);
    }
    submitted_.clear();
    done_.clear();
    sending.clear();
    reeve_gateway_free(core);
    core = nullptr;
    std::map<uint64_t, Answer> calls;
    calls.swap(calls_);
    for (auto &[handle, answer] : calls) {
        sim.In(1, [answer = std::move(answer)] { answer(-1, std::string()); });
    }
}

void GatewayNode::Drain()
{
    sim.Trace("gateway drains");
    draining_ = true;
    reeve_gateway_event event = GatewayEvent(REEVE_GATEWAY_DRAIN);
    event.within_ms = rng_->Between(10, 800);
    Fire(event);
}

void GatewayNode::TakeSnapshot()
{
    snapshot = {true, sim.now_ms, store.Image()};
    sim.ledger.SnapshotTaken();
}

void GatewayNode::RollBack()
{
    sim.Trace("the store is restored to %llu ms", static_cast<unsigned long long>(snapshot.at));
    store.Load(snapshot.image);
    restored = true;
    restored_to = snapshot.at;
    sim.ledger.Restored();
}

// ---- events in, actions out ----

void GatewayNode::Fire(const reeve_gateway_event &event)
{
    if (!up) {
        return;
    }
    reeve_gateway_handle(core, &event, Now());
    Act();
}

void GatewayNode::Opened(uint64_t session, const Worker &worker)
{
    reeve_peer peer = {};
    peer.identity = worker.identity.c_str();
    peer.tenant = "t";
    peer.roles = REEVE_ROLE_WORKER;
    sending[session] = false;
    reeve_gateway_event event = SessionEvent(REEVE_GATEWAY_SESSION_OPENED, session);
    event.peer = &peer;
    Fire(event);
}

void GatewayNode::Message(uint64_t session, const std::string &bytes)
{
    const Exact exact(bytes);
    reeve_gateway_event event = SessionEvent(REEVE_GATEWAY_SESSION_MESSAGE, session);
    event.bytes = exact.View();
    Fire(event);
}

void GatewayNode::Sent(uint64_t session)
{
    sending[session] = false;
    Fire(SessionEvent(REEVE_GATEWAY_SESSION_SENT, session));
}

void GatewayNode::Closed(uint64_t session)
{
    sending.erase(session);
    sim.ledger.SessionClosed(session, nullptr);
    Fire(SessionEvent(REEVE_GATEWAY_SESSION_CLOSED, session));
}

void GatewayNode::Call(reeve_control_method method, const std::string &request, Answer answer)
{
    if (!up || !reeve_gateway_ready(core)) {
        sim.In(1, [answer = std::move(answer)] { answer(-1, std::string()); });
        return;
    }
    reeve_peer peer = {};
    peer.identity = method == REEVE_CONTROL_APPROVE_PLAN ? "spiffe://sim/boss" : "spiffe://sim/ann";
    peer.tenant = "t";
    peer.roles = ~0u;
    reeve_gateway_event event = GatewayEvent(REEVE_GATEWAY_CALL);
    event.call = ++handles_;
    event.method = method;
    event.peer = &peer;
    event.bytes = View(request);
    calls_[event.call] = std::move(answer);
    Fire(event);
}

void GatewayNode::Tick()
{
    Fire(GatewayEvent(REEVE_GATEWAY_TICK));
}

void GatewayNode::Act()
{
    reeve_gateway_action action;
    bool drained = false;
    while (reeve_gateway_next_action(core, &action)) {
        drained = drained || action.kind == REEVE_GATEWAY_DRAINED;
        Carry(action);
    }
    if (drained && draining_) {
        sim.Trace("gateway is drained");
        Crash();
        sim.network.GatewayDied(false);
        sim.In(rng_->Between(50, 1500), [this] { Start(); });
        return;
    }
    PlanTick();
}

void GatewayNode::PlanTick()
{
    if (!alarm_.Move(reeve_gateway_next_deadline(core), Now().boot_ms, sim.now_ms)) {
        return;
    }
    Later(alarm_.at - sim.now_ms, [this, version = alarm_.version] {
        if (alarm_.Rings(version)) {
            Tick();
        }
    });
}

void GatewayNode::Carry(reeve_gateway_action &action)
{
    switch (action.kind) {
    case REEVE_GATEWAY_SEND: {
        std::string bytes = Text(reeve_buffer_view(&action.buffer));
        reeve_buffer_clear(&action.buffer);
        auto at = sending.find(action.session);
        if (at != sending.end() && at->second) {
            sim.Fail("P7", "the gateway has two sends under way on conn%llu",
                     static_cast<unsigned long long>(action.session));
        }
        if (at != sending.end()) {
            at->second = true;
        }
        sim.ledger.GatewayFrames(nullptr, action.session, bytes, true);
        sim.network.GatewaySends(action.session, std::move(bytes));
        return;
    }
    case REEVE_GATEWAY_CLOSE_SESSION:
        sim.Trace("gateway closes conn%llu: %s", static_cast<unsigned long long>(action.session),
                  action.text);
        sim.ledger.SessionClosed(action.session, action.text);
        sim.network.GatewayCloses(action.session, action.status);
        return;
    case REEVE_GATEWAY_REPLY: {
        const std::string bytes = Text(reeve_buffer_view(&action.buffer));
        const int code = action.grpc_code;
        reeve_buffer_clear(&action.buffer);
        auto at = calls_.find(action.call);
        if (at != calls_.end()) {
            sim.In(1, [answer = std::move(at->second), code, bytes] { answer(code, bytes); });
            calls_.erase(at);
        }
        return;
    }
    case REEVE_GATEWAY_STREAM_MESSAGE: {
        reeve_buffer_clear(&action.buffer);
        const uint64_t call = action.call;
        Later(1, [this, call] {
            reeve_gateway_event event = GatewayEvent(REEVE_GATEWAY_CALL_SENT);
            event.call = call;
            Fire(event);
        });
        return;
    }
    case REEVE_GATEWAY_STORE:
        submitted_.push_back(action.request);
        PlanStore();
        return;
    case REEVE_GATEWAY_NOTE:
        sim.Trace("gateway notes: %s", action.text);
        return;
    case REEVE_GATEWAY_DRAINED:
        return;
    }
}

// ---- the store ----

void GatewayNode::PlanStore()
{
    if (store_planned_) {
        return;
    }
    store_planned_ = true;
    const bool slow = slow_until > sim.now_ms;
    Later(slow ? rng_->Between(20, 900) : rng_->Below(4), [this] { CarryOutStore(); });
}

// Everything that waits is one commit; its completions come a moment later, in order.
void GatewayNode::CarryOutStore()
{
    store_planned_ = false;
    std::deque<reeve_store_request *> batch;
    batch.swap(submitted_);
    reeve_list writes;
    reeve_list_init(&writes);
    const bool fails = fail_until > sim.now_ms;
    for (reeve_store_request *request : batch) {
        if (reeve_store_request_is_query(request)) {
            continue;
        }
        if (fails) {
            request->status = fail_with;
            continue;
        }
        reeve_list_push_back(&writes, &request->node);
    }
    if (!reeve_list_empty(&writes)) {
        store.Write(&writes);
        while (reeve_list_pop_front(&writes) != nullptr) {
        }
    }
    for (reeve_store_request *request : batch) {
        if (!reeve_store_request_is_query(request)) {
            sim.ledger.Stored(*request);
            continue;
        }
        CarryOut(store, request);
    }
    sim.ledger.AfterWrite();
    for (reeve_store_request *request : batch) {
        done_.push_back(request);
        Later(rng_->Below(3), [this] {
            reeve_store_request *first = done_.front();
            done_.pop_front();
            Done(first);
        });
    }
}

void GatewayNode::Done(reeve_store_request *request)
{
    reeve_gateway_event event = GatewayEvent(REEVE_GATEWAY_STORE_DONE);
    event.request = request;
    Fire(event);
}

} // namespace reeve_sim

// SPDX-License-Identifier: Apache-2.0
// The gateway's process and its store.
#include "tests/fuzz/gateway_world.h"
#include "tests/sim/events.h"

namespace reeve::fuzz
{

namespace
{

constexpr char kBuild[] = "reeve-gateway/fuzz";

} // namespace

Keys &TheKeys()
{
    static Keys keys;
    return keys;
}

std::string OutputOf(int kind)
{
    if (reeve_sim::Task(kind).streams) {
        return "";
    }
    return std::string(kind == reeve_sim::kPut ? kLargeOutput : 4, 'o');
}

GatewayWorld::GatewayWorld(Input &in)
    : in_(in), good_("spiffe://fuzz/good", 2, kGoodPool), bad_("spiffe://fuzz/bad", 3, kBadPool)
{
    reeve_random_seed(&random_, 5);
    reeve_arena_init(&arena_, nullptr, size_t{1} << 24, 0);
    store_.Load(reeve_sim::EmptyStore());
    for (Peer *peer : {&good_, &bad_}) {
        peer->worker.on_send = [peer](uint32_t link, const std::string &bytes) {
            peer->sent.emplace_back(link, bytes);
        };
        peer->worker.now = now_;
        peer->worker.Boot();
    }
    Start();
}

GatewayWorld::~GatewayWorld()
{
    Stop();
    reeve_arena_clear(&arena_);
}

bool GatewayWorld::TryStart()
{
    Keys &keys = TheKeys();
    store_.Open(reeve_sim::SealerOf(keys.gateway, kBuild), &random_.random);
    const reeve_gateway_approver approver = reeve_sim::ApproverOf(keys.approver);
    reeve_gateway_options o = {};
    o.build = kBuild;
    o.limits.max_open_jobs = 128;
    o.limits.max_workers = 8;
    o.limits.max_calls = 16;
    o.limits.max_task_versions = 64;
    o.limits.max_frame_bytes = 64 * 1024;
    o.limits.max_result_bytes = 128 * 1024;
    o.limits.max_job_results = 64;
    o.limits.max_job_result_bytes = 256 * 1024;
    o.delivery.heartbeat_interval_ms = 400;
    o.delivery.lease_ms = 1200;
    o.delivery.grace_ms = kGraceMs;
    o.delivery.lost_after_ms = kLostAfterMs;
    o.delivery.default_expiry_ms = kExpiryMs;
    reeve_gateway_retry retry = {};
    retry.task = "*";
    retry.max_attempts = 2;
    retry.backoff_ms = 300;
    retry.dead_letters = true;
    o.retries = &retry;
    o.retries_count = 1;
    o.approvers = &approver;
    o.approvers_count = 1;
    reeve_sim::SignWith(keys.gateway, &o);
    o.random = &random_.random;
    o.allocator = memory_.allocator();
    reeve_status status = reeve_gateway_new(&o, &core_);
    if (status == REEVE_OK) {
        status = reeve_gateway_start(core_, now_);
    }
    if (status == REEVE_OK) {
        Tick();
        while (StoreStep()) {
        }
        status = reeve_gateway_failure(core_);
    }
    if (status == REEVE_NO_MEMORY && WasShort()) {
        Stop();
        return false;
    }
    Require(status == REEVE_OK && reeve_gateway_ready(core_), "P4: its own store is refused",
            reeve_status_name(status));
    return true;
}

void GatewayWorld::Start()
{
    if (!TryStart()) { // memory is short once
        Require(TryStart(), "P6: it does not start again");
    }
}

void GatewayWorld::Stop()
{
    for (reeve_store_request *request : requests_) {
        reeve_store_request_free(request);
    }
    requests_.clear();
    reeve_gateway_free(core_);
    core_ = nullptr;
    calls_open_ = 0;
    memory_.RequireEmpty();
    down_.clear();
    for (auto &[handle, session] : std::map<uint64_t, Session>(sessions_)) {
        if (session.peer != nullptr) {
            session.peer->sessions.erase(session.link);
            session.peer->worker.Down(session.link, REEVE_UNAVAILABLE);
        }
    }
    sessions_.clear();
}

void GatewayWorld::Fire(const reeve_gateway_event &event)
{
    reeve_gateway_handle(core_, &event, now_);
    reeve_gateway_action action;
    for (int i = 0; reeve_gateway_next_action(core_, &action); i++) {
        Require(i < 100000, "P7: actions without end");
        Carry(action);
    }
    Require(memory_.bytes() <= kMaxGatewayMemory, "P7: memory", std::to_string(memory_.bytes()));
}

void GatewayWorld::Carry(reeve_gateway_action &action)
{
    const std::string bytes = Text(reeve_buffer_view(&action.buffer));
    reeve_buffer_clear(&action.buffer);
    switch (action.kind) {
    case REEVE_GATEWAY_SEND: {
        const auto at = sessions_.find(action.session);
        Require(at != sessions_.end() && !at->second.closed, "sent to a session that is closed");
        Require(!at->second.sending, "P7: two sends under way");
        at->second.sending = true;
        down_.emplace_back(action.session, bytes);
        return;
    }
    case REEVE_GATEWAY_CLOSE_SESSION: {
        const auto at = sessions_.find(action.session);
        Require(at != sessions_.end() && !at->second.closed, "closed twice");
        Require(action.text != nullptr && action.text[0] != '\0', "P8: no word");
        Trace("gateway closes %llu: %s", static_cast<unsigned long long>(action.session),
              action.text);
        at->second.closed = true;
        Require(at->second.peer != &good_ || excused_ || WasShort(),
                "P7: an honest session is ended", action.text);
        return;
    }
    case REEVE_GATEWAY_REPLY:
        Require(calls_open_ == 1, "two answers");
        calls_open_ = 0;
        code_ = action.grpc_code;
        answer_ = bytes;
        return;
    case REEVE_GATEWAY_STORE:
        requests_.push_back(action.request);
        return;
    case REEVE_GATEWAY_NOTE:
        Trace("gateway notes: %s", action.text);
        Require(action.status != REEVE_INTERNAL, "an internal invariant", action.text);
        return;
    case REEVE_GATEWAY_STREAM_MESSAGE:
    case REEVE_GATEWAY_DRAINED:
        return;
    }
}

// The oldest request is carried out and given back.
bool GatewayWorld::StoreStep()
{
    if (requests_.empty()) {
        return false;
    }
    reeve_store_request *request = requests_.front();
    requests_.pop_front();
    if (fail_store_ > 0 && !reeve_store_request_is_query(request)) {
        fail_store_--;
        excused_ = true;
        request->status = REEVE_DISK_FULL;
    } else {
        reeve_sim::CarryOut(store_, request);
    }
    reeve_gateway_event event = reeve_sim::GatewayEvent(REEVE_GATEWAY_STORE_DONE);
    event.request = request;
    Fire(event);
    return true;
}

void GatewayWorld::Tick()
{
    Fire(reeve_sim::GatewayEvent(REEVE_GATEWAY_TICK));
}

} // namespace reeve::fuzz

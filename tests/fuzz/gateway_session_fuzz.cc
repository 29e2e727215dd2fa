// SPDX-License-Identifier: Apache-2.0
// A worker that does whatever it likes, against the gateway's core on its real store, beside an
// honest worker of the same tenant that must not feel it (P3, P4, P5, P7). Both are real engines
// (engine_driver.h); what the bad one says is changed on its way: fields, bytes, order, repeated,
// left out, made up. The input says how, and what else happens: time, a slow or full store, a
// gateway that restarts, an operator who cancels.
//
//   - the honest worker's session stands, and its jobs end as they ended there
//   - nothing of another pool is dispatched to the bad one
//   - an outcome never changes; every job has its one end in time
//   - the stored chains follow record by record
//   - memory and sends under way have bounds; when all is over it is given back
#include "agent/audit/chain.h"
#include "agent/codec/job_spec.h"
#include "proto/runtime/message.h"
#include "reeve/v1/control.reeve.h"
#include "tests/fuzz/engine_driver.h"
#include "tests/fuzz/input.h"

using reeve::fuzz::Encode;
using reeve::fuzz::EngineDriver;
using reeve::fuzz::Input;
using reeve::fuzz::KeyOf;
using reeve::fuzz::Require;
using reeve::fuzz::Text;
using reeve::fuzz::Trace;
using reeve::fuzz::View;
using reeve::fuzz::WasShort;
using reeve_sim::Store;

namespace
{

constexpr size_t kMaxSteps = 120;
constexpr uint64_t kSliceMs = 400;
constexpr uint64_t kGraceMs = 800;
constexpr uint64_t kLostAfterMs = 3000;
constexpr uint64_t kExpiryMs = 8000;
constexpr uint64_t kMaxGatewayMemory = 8u << 20;
constexpr uint64_t kMaxIdleMemory = 1u << 20;
constexpr char kBuild[] = "reeve-gateway/fuzz";
constexpr char kGoodPool[] = "good";
constexpr char kBadPool[] = "bad";

struct Keys {
    reeve_key gateway = KeyOf(77);
    reeve_key approver = KeyOf(88);
};

Keys &TheKeys()
{
    static Keys keys;
    return keys;
}

reeve_status SignWith(void *ctx, reeve_bytes message, uint8_t signature[64])
{
    reeve_signed made;
    REEVE_TRY(reeve_key_sign(static_cast<reeve_key *>(ctx), message, &made));
    reeve_move(signature, made.signature, 64);
    return REEVE_OK;
}

std::string OutputOf(int kind)
{
    if (reeve_sim::Task(kind).streams) {
        return "";
    }
    return std::string(kind == reeve_sim::kPut ? reeve::fuzz::kLargeOutput : 4, 'o');
}

// A worker and its connections.
struct Peer {
    Peer(const char *who, uint8_t number, const char *in_pool)
        : identity(who), pool(in_pool), worker(who, number, TheKeys().approver.public_key)
    {
    }
    const char *identity;
    const char *pool;
    EngineDriver worker;
    std::map<uint32_t, uint64_t> sessions;              // by link
    std::vector<std::pair<uint32_t, std::string>> sent; // not on its way yet
};

struct Session {
    Peer *peer = nullptr; // NULL: nobody listens at the other end
    uint32_t link = 0;
    bool sending = false;
    bool closed = false; // by the gateway
};

class World
{
  public:
    explicit World(Input &in);
    ~World();
    World(const World &) = delete;
    World &operator=(const World &) = delete;

    void Run();

  private:
    // ---- the gateway's process ----
    bool TryStart();
    void Start();
    void Stop();
    void Fire(const reeve_gateway_event &event);
    void Carry(reeve_gateway_action &action);
    bool StoreStep();
    void Tick();
    // ---- connections ----
    uint64_t Open(Peer *peer, uint32_t link);
    void Deliver(uint64_t session, const std::string &bytes);
    void Receive(uint64_t session, const std::string &bytes);
    void Close(uint64_t session);
    bool Carry(Peer &peer);
    void Runners(Peer &peer, bool fail = false);
    void Pump();
    void Advance(uint64_t ms);
    // ---- the bad one ----
    std::string Tamper(const std::string &bytes);
    void TamperFrame(reeve_worker_frame *frame);
    uint64_t Odd(uint64_t usual);
    void Step();
    void Stranger();
    // ---- the control API ----
    void Call(reeve_control_method method, const std::string &request);
    void Submit(const char *pool, std::vector<int> kinds);
    void Interfere();
    // ---- what must hold ----
    void CheckOutcomes();
    void CheckChain(const Store::Chain &chain);
    void End();

    Input &in_;
    reeve::fuzz::Memory memory_;
    reeve_random_seeded random_ = {};
    Store store_;
    reeve_gateway *core_ = nullptr;
    reeve_now now_ = {50000, 1700000000000};
    std::deque<reeve_store_request *> requests_;
    std::map<uint64_t, Session> sessions_;
    std::deque<std::pair<uint64_t, std::string>> down_; // to be received
    uint64_t handles_ = 0;
    uint64_t calls_open_ = 0;
    std::string answer_; // of the last call
    int code_ = 0;
    Peer good_;
    Peer bad_;
    std::map<std::string, std::string> pools_; // of each job
    std::map<std::string, int> kinds_;
    std::map<std::string, reeve_sim::OutcomeRow> outcomes_;
    // What the input says.
    bool tampers_ = false;
    uint64_t tamper_in_ = 0; // messages until the next that is changed
    bool hold_store_ = false;
    uint64_t fail_store_ = 0;
    bool excused_ = false; // the honest session may have been sent away for a good reason
    bool cancels_ = false;
    reeve_arena arena_;
};

World::World(Input &in)
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

World::~World()
{
    Stop();
    reeve_arena_clear(&arena_);
}

// ---- the gateway's process ----

bool World::TryStart()
{
    Keys &keys = TheKeys();
    reeve_store_sealer sealer = {};
    sealer.seal = reeve_gateway_seal;
    sealer.ctx = const_cast<char *>(kBuild);
    reeve_move(sealer.public_key, keys.gateway.public_key.bytes, sizeof sealer.public_key);
    store_.Open(sealer, &random_.random);
    reeve_gateway_approver approver = {};
    approver.tenant = "t";
    approver.name = "boss";
    reeve_move(approver.public_key, keys.approver.public_key.bytes, sizeof approver.public_key);
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
    o.signer.sign = SignWith;
    o.signer.ctx = &keys.gateway;
    reeve_move(o.signer.public_key, keys.gateway.public_key.bytes, sizeof o.signer.public_key);
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

void World::Start()
{
    if (!TryStart()) { // memory is short once
        Require(TryStart(), "P6: it does not start again");
    }
}

void World::Stop()
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

void World::Fire(const reeve_gateway_event &event)
{
    reeve_gateway_handle(core_, &event, now_);
    reeve_gateway_action action;
    for (int i = 0; reeve_gateway_next_action(core_, &action); i++) {
        Require(i < 100000, "P7: actions without end");
        Carry(action);
    }
    Require(memory_.bytes() <= kMaxGatewayMemory, "P7: memory", std::to_string(memory_.bytes()));
}

void World::Carry(reeve_gateway_action &action)
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
bool World::StoreStep()
{
    if (requests_.empty()) {
        return false;
    }
    reeve_store_request *request = requests_.front();
    requests_.pop_front();
    reeve_list batch;
    reeve_list_init(&batch);
    reeve_list_push_back(&batch, &request->node);
    if (reeve_store_request_is_query(request)) {
        store_.Read(&batch);
    } else if (fail_store_ > 0) {
        fail_store_--;
        excused_ = true;
        request->status = REEVE_DISK_FULL;
    } else {
        store_.Write(&batch);
    }
    (void)reeve_list_pop_front(&batch);
    reeve_gateway_event event = {};
    event.kind = REEVE_GATEWAY_STORE_DONE;
    event.request = request;
    Fire(event);
    return true;
}

void World::Tick()
{
    reeve_gateway_event event = {};
    event.kind = REEVE_GATEWAY_TICK;
    Fire(event);
}

// ---- connections ----

uint64_t World::Open(Peer *peer, uint32_t link)
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
    reeve_gateway_event event = {};
    event.kind = REEVE_GATEWAY_SESSION_OPENED;
    event.session = handle;
    event.peer = &who;
    Fire(event);
    return handle;
}

void World::Close(uint64_t handle)
{
    const Session session = sessions_[handle];
    sessions_.erase(handle);
    reeve_gateway_event event = {};
    event.kind = REEVE_GATEWAY_SESSION_CLOSED;
    event.session = handle;
    Fire(event);
    if (session.peer != nullptr) {
        session.peer->sessions.erase(session.link);
        if (session.peer->worker.links.count(session.link) != 0) {
            session.peer->worker.Down(session.link, REEVE_UNAVAILABLE);
        }
    }
}

void World::Deliver(uint64_t session, const std::string &bytes)
{
    const auto at = sessions_.find(session);
    if (at == sessions_.end() || at->second.closed) {
        return;
    }
    const std::vector<char> exact(bytes.begin(), bytes.end());
    reeve_gateway_event event = {};
    event.kind = REEVE_GATEWAY_SESSION_MESSAGE;
    event.session = session;
    event.bytes = reeve_bytes_of(exact.data(), exact.size());
    Fire(event);
}

// What the gateway sends arrives: nothing of another pool, at nobody's.
void World::Receive(uint64_t handle, const std::string &bytes)
{
    const auto at = sessions_.find(handle);
    if (at == sessions_.end()) {
        return;
    }
    Session &session = at->second;
    const char *pool = session.peer != nullptr ? session.peer->pool : kBadPool;
    reeve_batch_reader reader;
    reeve_batch_reader_init(&reader, View(bytes), size_t{1} << 24);
    reeve_arena_reset(&arena_);
    for (;;) {
        reeve_batch_frame raw;
        reeve_gateway_frame frame;
        Require(reeve_batch_reader_next(&reader, &raw) == REEVE_OK, "a batch that does not decode");
        if (raw.number == 0) {
            break;
        }
        Require(reeve_gateway_frame_decode(raw.number, raw.payload, &arena_, &frame) == REEVE_OK,
                "a frame that does not decode");
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
    reeve_gateway_event event = {};
    event.kind = REEVE_GATEWAY_SESSION_SENT;
    event.session = handle;
    Fire(event);
}

// Dials, sends and hangs up for a worker. False: there was nothing to do.
bool World::Carry(Peer &peer)
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
void World::Runners(Peer &peer, bool fail)
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
void World::Pump()
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

void World::Advance(uint64_t ms)
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

// ---- the bad one ----

uint64_t World::Odd(uint64_t usual)
{
    const uint8_t how = in_.Byte();
    return how < 0x80 ? usual + how - 0x40 : in_.Number();
}

void World::TamperFrame(reeve_worker_frame *frame)
{
    const auto id = [this] {
        if (pools_.empty() || in_.Below(8) == 7) {
            return reeve_sim::IdOf(in_.Bytes(16) + std::string(16, '\0'));
        }
        auto at = pools_.begin();
        std::advance(at, static_cast<std::ptrdiff_t>(in_.Below(pools_.size())));
        return reeve_sim::IdOf(at->first);
    };
    const uint64_t field = in_.Below(8);
    switch (frame->type) {
    case REEVE_WORKER_FRAME_HELLO: {
        reeve_hello &h = frame->as.hello;
        if (field == 0) {
            h.journal_id = in_.Flag() ? good_.worker.JournalId() : id();
        } else if (field == 1) {
            h.last_epoch = Odd(h.last_epoch);
        } else if (field == 2) {
            h.nonce = id();
        } else if (field == 3) {
            h.dispatch_mark = Odd(h.dispatch_mark);
        } else if (field == 4) {
            h.audit_sequence = Odd(h.audit_sequence);
        } else if (field == 5) {
            h.audit_hash.bytes[0] ^= 1;
        } else if (field == 6) {
            h.max_in_flight = static_cast<uint32_t>(Odd(h.max_in_flight));
            h.max_frame_bytes = static_cast<uint32_t>(Odd(h.max_frame_bytes));
        } else {
            h.audit_public_key = good_.worker.JournalId().bytes[0] != 0 && in_.Flag()
                                     ? TheKeys().gateway.public_key
                                     : reeve_public_key{};
        }
        return;
    }
    case REEVE_WORKER_FRAME_LIMIT:
        frame->as.limit.dispatches = Odd(frame->as.limit.dispatches);
        return;
    case REEVE_WORKER_FRAME_RESUME_DONE:
        frame->as.resume_done.entries = Odd(frame->as.resume_done.entries);
        return;
    case REEVE_WORKER_FRAME_ACCEPTED:
        frame->as.accepted.sequence = Odd(frame->as.accepted.sequence);
        return;
    case REEVE_WORKER_FRAME_PROGRESS:
        frame->as.progress.job_id = id();
        frame->as.progress.steps_done = Odd(frame->as.progress.steps_done);
        return;
    case REEVE_WORKER_FRAME_RESULT_CHUNK: {
        reeve_result_chunk &c = frame->as.result_chunk;
        if (field < 2) {
            c.job_id = id();
        } else if (field == 2) {
            c.index = Odd(c.index);
        } else if (field == 3) {
            c.offset = Odd(c.offset);
        } else if (field == 4) {
            c.total_size = Odd(c.total_size);
        } else if (field == 5) {
            c.attempt = static_cast<uint32_t>(Odd(c.attempt));
        } else if (field == 6) {
            c.last = !c.last;
        } else {
            c.has_digest = !c.has_digest;
        }
        return;
    }
    case REEVE_WORKER_FRAME_OUTCOME: {
        reeve_outcome &o = frame->as.outcome;
        if (field < 2) {
            o.job_id = id();
        } else if (field == 2) {
            o.sequence = Odd(o.sequence);
        } else if (field == 3) {
            o.attempt = static_cast<uint32_t>(Odd(o.attempt));
        } else if (field == 4) {
            o.status = static_cast<reeve_outcome_status>(in_.Below(8));
            o.has_error = in_.Flag();
        } else if (field == 5) {
            o.results = Odd(o.results);
        } else if (field == 6) {
            o.output = reeve_bytes_cstr("another");
        } else {
            o.effect = static_cast<reeve_effect>(in_.Below(5));
        }
        return;
    }
    case REEVE_WORKER_FRAME_HEARTBEAT:
        frame->as.heartbeat.sequence = Odd(frame->as.heartbeat.sequence);
        frame->as.heartbeat.answers = Odd(frame->as.heartbeat.answers);
        return;
    default:
        return;
    }
}

// A message of the bad one, as it arrives.
std::string World::Tamper(const std::string &bytes)
{
    if (!tampers_ || tamper_in_-- != 0) {
        return bytes;
    }
    tamper_in_ = in_.Below(8);
    const uint64_t kind = in_.Below(8);
    if (kind == 0) { // twice
        return bytes + bytes;
    }
    if (kind == 1) { // cut
        return bytes.substr(0, in_.Below(bytes.size() + 1));
    }
    if (kind == 2) {
        std::string changed = bytes;
        const size_t at = in_.Below(changed.size());
        changed[at] = static_cast<char>(changed[at] ^ in_.Byte());
        return changed;
    }
    reeve_batch_reader reader;
    std::vector<reeve_worker_frame> frames;
    reeve_arena_reset(&arena_);
    reeve_batch_reader_init(&reader, View(bytes), size_t{1} << 24);
    for (;;) {
        reeve_batch_frame raw;
        reeve_worker_frame frame;
        if (reeve_batch_reader_next(&reader, &raw) != REEVE_OK || raw.number == 0 ||
            reeve_worker_frame_decode(raw.number, raw.payload, &arena_, &frame) != REEVE_OK) {
            break;
        }
        frames.push_back(frame);
    }
    const size_t at = in_.Below(frames.size());
    Trace("changed on its way (%llu): %s", static_cast<unsigned long long>(kind),
          reeve_worker_frame_name(frames[at].type));
    if (kind == 3) { // left out
        frames.erase(frames.begin() + static_cast<std::ptrdiff_t>(at));
    } else if (kind == 4) { // in another order, or twice
        frames.push_back(frames[at]);
    } else {
        TamperFrame(&frames[at]);
    }
    return Encode(frames);
}

// Somebody with the bad one's certificate, and no engine: one message that may be anything.
void World::Stranger()
{
    const uint64_t session = Open(nullptr, 0);
    for (uint64_t i = 1 + in_.Below(3); i > 0; i--) {
        Deliver(session, in_.Bytes(in_.Below(80)));
    }
    Pump();
    if (sessions_.count(session) != 0) {
        Close(session);
    }
}

void World::Step()
{
    static const uint64_t times[] = {1, 200, 400, 800, 1400, 2000, 3200, 4000};
    const uint64_t kind = in_.Below(20);
    if (kind < 4) { // what is said next is changed
        tampers_ = true;
        tamper_in_ = in_.Below(6);
    } else if (kind < 7) {
        Advance(times[in_.Below(8)]);
    } else if (kind < 10) {
        Runners(bad_, kind == 9);
    } else if (kind == 10) {
        Submit(in_.Below(3) == 2 ? kGoodPool : kBadPool,
               std::vector<int>(1 + in_.Below(3),
                                static_cast<int>(reeve_sim::kCreate + in_.Below(6))));
    } else if (kind == 11) {
        Stranger();
    } else if (kind == 12 && !bad_.sessions.empty()) {
        Close(bad_.sessions.begin()->second);
    } else if (kind == 13) {
        Trace("the bad worker crashes");
        for (const auto &entry : std::map<uint32_t, uint64_t>(bad_.sessions)) {
            Close(entry.second);
        }
        bad_.sent.clear();
        bad_.worker.Crash(in_.Flag() ? bad_.worker.journal.size() : bad_.worker.synced);
        bad_.worker.Boot();
    } else if (kind == 14) {
        hold_store_ = !hold_store_;
        excused_ = true; // who waits for the store may be sent away
    } else if (kind == 15) {
        fail_store_ = 1 + in_.Below(4);
    } else if (kind == 16) {
        Trace("the gateway restarts");
        excused_ = true;
        hold_store_ = false;
        fail_store_ = 0;
        Stop();
        good_.sent.clear();
        bad_.sent.clear();
        Start();
    } else if (kind == 17) {
        Interfere();
    } else if (kind == 18) {
        bad_.worker.Renew();
    } else {
        CheckOutcomes();
    }
    Pump();
}

// ---- the control API ----

std::string EncodeMessage(const reeve_message &type, const void *message)
{
    reeve_buffer buffer;
    reeve_buffer_init(&buffer, nullptr, size_t{1} << 24);
    Require(reeve_message_encode(&type, message, &buffer) == REEVE_OK, "request");
    std::string bytes = Text(reeve_buffer_view(&buffer));
    reeve_buffer_clear(&buffer);
    return bytes;
}

void World::Call(reeve_control_method method, const std::string &request)
{
    reeve_peer peer = {};
    peer.identity = "spiffe://fuzz/planner";
    peer.tenant = "t";
    peer.roles = ~0u;
    reeve_gateway_event event = {};
    event.kind = REEVE_GATEWAY_CALL;
    event.call = ++handles_;
    event.method = method;
    event.peer = &peer;
    event.bytes = View(request);
    calls_open_ = 1;
    Fire(event);
    const bool held = hold_store_;
    hold_store_ = false;
    while (calls_open_ == 1 && StoreStep()) {
    }
    hold_store_ = held;
    Require(calls_open_ == 0, "P8: no answer");
    Trace("call %d: code %d", static_cast<int>(method), code_);
}

void World::Submit(const char *pool, std::vector<int> kinds)
{
    std::vector<reeve_v1_planned_job> planned(kinds.size());
    std::vector<reeve_v1_planned_job *> jobs;
    std::vector<std::string> names;
    std::string pool_name = pool;
    std::string input("\x0a\x03"
                      "abc");
    names.reserve(kinds.size());
    for (size_t i = 0; i < kinds.size(); i++) {
        reeve_v1_planned_job_init(&planned[i]);
        names.push_back(reeve_sim::Task(kinds[i]).name);
        planned[i].task = &names.back()[0];
        planned[i].pool = &pool_name[0];
        planned[i].input = {input.size(), reinterpret_cast<uint8_t *>(&input[0])};
        jobs.push_back(&planned[i]);
    }
    reeve_v1_submit_plan_request request = REEVE_V1_SUBMIT_PLAN_REQUEST_INIT;
    request.jobs = jobs.data();
    request.n_jobs = jobs.size();
    request.priority = static_cast<uint32_t>(in_.Below(10));
    Call(REEVE_CONTROL_SUBMIT_PLAN, EncodeMessage(reeve_v1_submit_plan_request_message, &request));
    if (code_ != 0) {
        return; // the store failed
    }
    reeve_decode_options options = {};
    options.unknown = REEVE_UNKNOWN_DROP;
    reeve_problem problem = {};
    void *message = nullptr;
    reeve_arena_reset(&arena_);
    Require(reeve_message_decode(&reeve_v1_submit_plan_response_message, View(answer_), &options,
                                 &arena_, &message, &problem) == REEVE_OK,
            "answer");
    const reeve_v1_plan &plan = *static_cast<reeve_v1_submit_plan_response *>(message)->plan;
    for (size_t i = 0; i < plan.n_jobs; i++) {
        kinds_[Text(reeve_bytes_of(plan.jobs[i]->job_id.data, plan.jobs[i]->job_id.len))] =
            kinds[i];
        pools_[Text(reeve_bytes_of(plan.jobs[i]->job_id.data, plan.jobs[i]->job_id.len))] = pool;
    }
}

// An operator cancels a job, or gives a dead letter out again.
void World::Interfere()
{
    if (pools_.empty()) {
        return;
    }
    auto at = pools_.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(in_.Below(pools_.size())));
    std::string id = at->first;
    const ProtobufCBinaryData job_id = {id.size(), reinterpret_cast<uint8_t *>(&id[0])};
    if (in_.Flag()) {
        reeve_v1_requeue_job_request request = REEVE_V1_REQUEUE_JOB_REQUEST_INIT;
        request.job_id = job_id;
        Call(REEVE_CONTROL_REQUEUE_JOB,
             EncodeMessage(reeve_v1_requeue_job_request_message, &request));
        return;
    }
    cancels_ = cancels_ || at->second == kGoodPool;
    reeve_v1_cancel_job_request request = REEVE_V1_CANCEL_JOB_REQUEST_INIT;
    request.job_id = job_id;
    Call(REEVE_CONTROL_CANCEL_JOB, EncodeMessage(reeve_v1_cancel_job_request_message, &request));
}

// ---- what must hold ----

void World::CheckOutcomes()
{
    std::map<std::string, reeve_sim::OutcomeRow> stored = store_.Outcomes();
    for (const auto &[job, row] : outcomes_) {
        Require(stored.count(job) == 1, "P4: an outcome is gone");
        Require(stored[job] == row, "P4: an outcome changed");
    }
    outcomes_ = std::move(stored);
}

void World::CheckChain(const Store::Chain &chain)
{
    reeve_audit_chain follow;
    reeve_arena arena;
    reeve_arena_init(&arena, nullptr, size_t{1} << 24, 1u << 14);
    reeve_audit_chain_init(&follow, reeve_sim::IdOf(chain.id));
    for (const Store::Chain::Record &r : chain.records) {
        Require(reeve_audit_chain_follow(&follow, View(r.bytes), &arena) == REEVE_OK,
                "P5: a stored chain breaks", std::to_string(r.sequence));
    }
    Require(follow.sequence == chain.sequence, "P5: a stored chain's length");
    reeve_arena_clear(&arena);
}

// Nobody changes anything any more, and time goes on.
void World::End()
{
    tampers_ = false;
    hold_store_ = false;
    fail_store_ = 0;
    for (uint64_t ms = 0; ms < kExpiryMs + 2 * kLostAfterMs; ms += kSliceMs) {
        Runners(bad_);
        Advance(kSliceMs);
        if (reeve_gateway_count(core_).jobs == 0) {
            break;
        }
    }
    CheckOutcomes();
    for (const auto &[job, pool] : pools_) {
        Require(outcomes_.count(job) == 1, "P5: a job without an end", pool);
        const reeve_sim::OutcomeRow &row = outcomes_[job];
        if (pool == kGoodPool && kinds_[job] != reeve_sim::kDenied && !excused_ && !cancels_ &&
            !WasShort()) {
            Require(row.status == REEVE_OUTCOME_SUCCEEDED && row.attempt == 1,
                    "P4: an honest job's end is not the one it had");
            Require(row.output == OutputOf(kinds_[job]), "P4: an honest job's output");
            Require(row.results == (reeve_sim::Task(kinds_[job]).streams ? 3 : 0), "P4: results");
        }
    }
    for (const Store::Chain &chain : store_.Chains()) {
        CheckChain(chain);
    }
    const reeve_gateway_counts counts = reeve_gateway_count(core_);
    Require(counts.jobs == 0 && counts.calls == 0, "P5: something is still open");
    Require(memory_.bytes() <= kMaxIdleMemory, "P7: memory, when all is over",
            std::to_string(memory_.bytes()));
    good_.worker.CheckEnds();
}

void World::Run()
{
    Pump();
    Submit(kGoodPool, {reeve_sim::kCreate, reeve_sim::kPut, reeve_sim::kTail});
    Submit(kBadPool, {reeve_sim::kCreate, reeve_sim::kGet, reeve_sim::kStream, reeve_sim::kTail});
    for (size_t steps = 0; !in_.Empty() && steps < kMaxSteps; steps++) {
        Step();
    }
    End();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Input in(data, size);
    World world(in);
    world.Run();
    return 0;
}

// SPDX-License-Identifier: Apache-2.0
// A gateway that does whatever it likes, against a worker's engine (P3, P4, P5, P7). The input is a
// program of what happens: frames that make sense, nearly make sense or are noise, links that come
// and go, disks that sync late or fail, runners that end, time, configuration, crashes. What must
// hold is in engine_driver.h. At the end an honest gateway takes over: the worker's journal is
// still its own, everything that started has its one end, and the gateway hears of all of it.
#include "agent/audit/head.h"
#include "agent/base/hash.h"
#include "agent/codec/job_spec.h"
#include "agent/codec/plan.h"
#include "agent/trust/dsse.h"
#include "tests/fuzz/engine_driver.h"
#include "tests/fuzz/input.h"
#include "tests/sim/frames.h"
#include "tests/sim/keys.h"

using reeve::fuzz::Encode;
using reeve::fuzz::EngineDriver;
using reeve::fuzz::Input;
using reeve::fuzz::Require;
using reeve::fuzz::Text;
using reeve::fuzz::View;

namespace
{

constexpr size_t kMaxSteps = 300;

struct Keys {
    reeve_key approver = reeve_sim::KeyOf(88);
    reeve_key stranger = reeve_sim::KeyOf(66);
    reeve_key gateway = reeve_sim::KeyOf(77);
};

const Keys &TheKeys()
{
    static const Keys keys;
    return keys;
}

// What a gateway knows of one link.
struct Side {
    bool said_hello = false;
    reeve_hello hello = {}; // numbers only: what it borrowed is gone
    uint64_t last_beat = 0;
    uint64_t beats = 0;
    uint64_t audit_sequence = 0; // highest seen
    bool resume_done = false;
    uint64_t granted = 0;
    uint64_t given = 0;
    uint64_t answered = 0; // the last beat that an honest gateway answered
};

class World
{
  public:
    explicit World(Input &in)
        : in_(in), worker_("spiffe://fuzz/worker", 1, TheKeys().approver.public_key)
    {
        reeve_arena_init(&arena_, nullptr, size_t{1} << 22, 0);
        worker_.on_send = [this](uint32_t link, const std::string &bytes) { Heard(link, bytes); };
        worker_.approved = &approved_;
        worker_.Boot();
    }
    ~World()
    {
        reeve_arena_clear(&arena_);
    }
    World(const World &) = delete;
    World &operator=(const World &) = delete;

    void Run();

  private:
    void Step();
    void LinkStep();
    void WorkerStep();
    void RunnerStep();
    void Settle();
    void Restart();
    void End();
    bool TryMeet();
    void Meet();
    void Heard(uint32_t link, const std::string &bytes);
    uint32_t PickLink();
    uint32_t OpenLink();
    std::string PickJob();
    reeve_gateway_frame Make(uint32_t link);
    void MakeWelcome(const Side &side, reeve_welcome *w);
    void MakeDispatch(reeve_dispatch *d);
    void MakeSpec(reeve_job_spec *spec);
    void Sign(const reeve_job_spec &spec, reeve_dispatch *d);
    reeve_bytes Keep(const std::string &bytes);
    uint64_t Odd(uint64_t usual); // as it should be, but for the one that Pick() chose
    void Choose(uint64_t fields);
    uint32_t Live();
    void Chores(uint32_t link);
    void Give(uint32_t link);

    Input &in_;
    std::set<std::string> approved_;
    EngineDriver worker_;
    std::map<uint32_t, Side> sides_;
    std::vector<std::string> jobs_; // dispatched
    uint64_t odd_ = 0;              // fields until the one that is not as it should be
    reeve_arena arena_;             // what a frame under construction borrows from
    std::string spec_;
    std::string checkpoint_; // the newest that came
    uint64_t sequence_ = 0;
    uint64_t epoch_ = 0;
    uint8_t made_ = 0;                        // jobs
    std::map<std::string, uint64_t> results_; // that came, by job
    std::map<uint64_t, reeve_digest> hashes_; // audit records that came, by sequence
};

// ---- what the worker says ----

void World::Heard(uint32_t link, const std::string &bytes)
{
    reeve_arena arena;
    std::vector<reeve_worker_frame> frames;
    Side &side = sides_[link];
    reeve_arena_init(&arena, nullptr, size_t{1} << 22, 0);
    Require(reeve_sim::ReadFrames(bytes, &arena, &frames), "a message that does not decode");
    for (const reeve_worker_frame &frame : frames) {
        if (frame.type == REEVE_WORKER_FRAME_HELLO) {
            Require(!side.said_hello, "Hello twice");
            side.said_hello = true;
            side.hello = frame.as.hello;
        } else {
            Require(side.said_hello, "P4: a frame before Hello");
        }
        if (frame.type == REEVE_WORKER_FRAME_HEARTBEAT) {
            side.last_beat = frame.as.heartbeat.sequence;
        } else if (frame.type == REEVE_WORKER_FRAME_RESUME_DONE) {
            side.resume_done = true;
        } else if (frame.type == REEVE_WORKER_FRAME_LIMIT) {
            side.granted = frame.as.limit.dispatches;
        } else if (frame.type == REEVE_WORKER_FRAME_RESULT_CHUNK && frame.as.result_chunk.last) {
            results_[Text(reeve_id_view(&frame.as.result_chunk.job_id))] =
                frame.as.result_chunk.index + 1;
        }
        reeve_audit_record record;
        const auto note = [&](const reeve_audit_entry &entry) {
            if (reeve_audit_record_decode(entry.record, &arena, &record) == REEVE_OK) {
                side.audit_sequence = record.sequence;
                hashes_[record.sequence] = reeve_sha256_of(entry.record);
            }
        };
        if (frame.type == REEVE_WORKER_FRAME_OUTCOME) {
            note(frame.as.outcome.audit);
        } else if (frame.type == REEVE_WORKER_FRAME_AUDIT) {
            for (size_t i = 0; i < frame.as.audit_batch.entries.count; i++) {
                note(frame.as.audit_batch.entries.items[i]);
            }
            if (frame.as.audit_batch.has_checkpoint) {
                checkpoint_ = Text(frame.as.audit_batch.checkpoint.checkpoint);
            }
        }
    }
    reeve_arena_clear(&arena);
}

// ---- what the gateway says ----

reeve_bytes World::Keep(const std::string &bytes)
{
    reeve_bytes kept = {};
    Require(reeve_arena_dup(&arena_, View(bytes), &kept) == REEVE_OK, "memory");
    return kept;
}

std::string World::PickJob()
{
    if (jobs_.empty() || in_.Below(16) == 15) {
        return in_.Bytes(16) + std::string(16, '\0');
    }
    return jobs_[in_.Below(jobs_.size())];
}

// Most frames have one field, or none, that is not as it should be.
void World::Choose(uint64_t fields)
{
    odd_ = in_.Below(2 * fields);
}

uint64_t World::Odd(uint64_t usual)
{
    if (odd_-- != 0) {
        return usual;
    }
    return in_.Odd(usual);
}

void World::MakeWelcome(const Side &side, reeve_welcome *w)
{
    const reeve_hello &hello = side.hello;
    auto *pool = static_cast<reeve_bytes *>(reeve_arena_alloc(&arena_, sizeof(reeve_bytes)));
    *pool = reeve_bytes_cstr("desk");
    epoch_ = std::max(epoch_, hello.last_epoch) + 1;
    w->version = static_cast<uint32_t>(Odd(1));
    w->epoch = Odd(epoch_);
    w->gateway_id.bytes[0] = static_cast<uint8_t>(Odd(1));
    w->tenant = Odd(0) == 0 ? reeve_bytes_cstr("t") : Keep(in_.Bytes(in_.Below(80)));
    w->pools.items = pool;
    w->pools.count = Odd(1) == 1 ? 1 : 0;
    w->dispatch_mark = Odd(hello.dispatch_mark);
    w->dispatch_base = Odd(std::max(hello.dispatch_mark, sequence_));
    w->audit_sequence = Odd(hello.audit_sequence);
    if (Odd(0) != 0) {
        w->audit_sequence = hello.settled_mark;
    }
    const auto at = hashes_.find(w->audit_sequence);
    w->audit_hash = w->audit_sequence == hello.audit_sequence ? hello.audit_hash
                    : at != hashes_.end()                     ? at->second
                                                              : reeve_digest{};
    w->heartbeat_interval_ms = static_cast<uint32_t>(Odd(400));
    w->lease_ms = static_cast<uint32_t>(Odd(1200));
    w->max_frame_bytes = static_cast<uint32_t>(Odd(REEVE_BATCH_BYTES));
    w->max_job_spec_bytes = static_cast<uint32_t>(Odd(1u << 16));
    w->max_result_bytes = Odd(1u << 20);
    w->time_unix_ms = static_cast<int64_t>(Odd(static_cast<uint64_t>(worker_.now.unix_ms)));
    w->result_limit = Odd(4);
    w->rolled_back = Odd(0) != 0;
    w->has_countersign_public_key = Odd(0) == 0;
    w->countersign_public_key = TheKeys().gateway.public_key;
    w->max_job_results = Odd(0);
    w->max_job_result_bytes = Odd(0);
    sequence_ = w->dispatch_base;
}

void World::MakeSpec(reeve_job_spec *spec)
{
    const int kind = static_cast<int>(in_.Below(reeve_sim::kKinds));
    spec->tenant = reeve_bytes_cstr(Odd(0) == 0 ? "t" : "other");
    if (Odd(0) != 0) {
        spec->job_id = reeve_sim::IdOf(PickJob());
    } else {
        spec->job_id.bytes[0] = ++made_;
        spec->job_id.bytes[1] = 1;
    }
    spec->plan_id.bytes[0] = 9;
    spec->task = reeve_bytes_cstr(reeve_sim::Task(kind).name);
    spec->fingerprint = reeve_sim::FingerprintOf(Odd(0) == 0 ? kind : reeve_sim::kPut);
    spec->input = Keep(std::string(Odd(3) % 6000, 'i'));
    spec->has_journal_id = Odd(0) != 0;
    spec->journal_id = worker_.JournalId();
    spec->pool = spec->has_journal_id ? reeve_bytes{} : reeve_bytes_cstr("desk");
    const auto now = static_cast<uint64_t>(worker_.now.unix_ms);
    spec->not_before_unix_ms = static_cast<int64_t>(Odd(now - 1000));
    spec->not_after_unix_ms = static_cast<int64_t>(Odd(now + 600000));
}

void World::Sign(const reeve_job_spec &spec, reeve_dispatch *d)
{
    const uint64_t how = Odd(0) == 0 ? 0 : 6 + in_.Below(2);
    const reeve_digest digest = reeve_sha256_of(d->job_spec);
    reeve_bytes view = reeve_digest_view(&digest);
    reeve_plan_statement statement = {};
    statement.tenant = reeve_bytes_cstr("t");
    statement.plan_id = spec.plan_id;
    statement.job_digests.items = &view;
    statement.job_digests.count = 1;
    statement.issued_at_unix_ms = worker_.now.unix_ms;
    reeve_buffer buffer;
    reeve_buffer_init(&buffer, nullptr, 1u << 16);
    Require(reeve_plan_statement_encode(&statement, &buffer) == REEVE_OK, "statement");
    d->plan.statement = Keep(Text(reeve_buffer_view(&buffer)));
    reeve_buffer_clear(&buffer);
    auto *made = static_cast<reeve_signed *>(reeve_arena_alloc(&arena_, sizeof(reeve_signed)));
    auto *one = static_cast<reeve_signature *>(reeve_arena_alloc(&arena_, sizeof(reeve_signature)));
    const reeve_key &key = how == 7 ? TheKeys().stranger : TheKeys().approver;
    Require(reeve_dsse_sign(&key, REEVE_PLAN_STATEMENT_TYPE, d->plan.statement, nullptr, made) ==
                REEVE_OK,
            "sign");
    if (how == 6) {
        made->signature[in_.Below(64)] ^= 1;
    } else if (how != 7) {
        reeve_job_spec signed_one; // what the bytes say, which may be damaged by now
        if (reeve_job_spec_decode(d->job_spec, &signed_one) == REEVE_OK) {
            approved_.insert(Text(reeve_id_view(&signed_one.job_id)));
        }
    }
    *one = reeve_signed_view(made);
    d->has_plan = true;
    d->plan.signatures.items = one;
    d->plan.signatures.count = 1;
}

void World::MakeDispatch(reeve_dispatch *d)
{
    reeve_job_spec spec = {};
    MakeSpec(&spec);
    d->sequence = Odd(sequence_ + 1);
    sequence_ = std::max(sequence_, d->sequence);
    d->attempt = static_cast<uint32_t>(Odd(1));
    d->lease_ms = Odd(0);
    d->time_left_ms = Odd(60000);
    reeve_buffer buffer;
    reeve_buffer_init(&buffer, nullptr, 1u << 16);
    if (reeve_job_spec_encode(&spec, &buffer) == REEVE_OK) {
        spec_ = Text(reeve_buffer_view(&buffer));
    }
    reeve_buffer_clear(&buffer);
    if (Odd(0) != 0 && !spec_.empty()) {
        spec_[in_.Below(spec_.size())] ^= static_cast<char>(1 + in_.Byte() % 255);
    }
    d->job_spec = Keep(spec_);
    jobs_.push_back(Text(reeve_id_view(&spec.job_id)));
    if (reeve_bytes_equal_cstr(spec.task, reeve_sim::Task(reeve_sim::kApproved).name) ==
        (Odd(0) == 0)) {
        Sign(spec, d);
    }
}

reeve_gateway_frame World::Make(uint32_t link)
{
    reeve_gateway_frame frame = {};
    Side &side = sides_[link];
    // Dispatch more often than others.
    const uint64_t kind = in_.Below(15);
    frame.type =
        kind < 12 ? static_cast<reeve_gateway_frame_type>(kind) : REEVE_GATEWAY_FRAME_DISPATCH;
    if (kind == 0) {
        frame.type = REEVE_GATEWAY_FRAME_WELCOME;
    }
    switch (frame.type) {
    case REEVE_GATEWAY_FRAME_WELCOME:
        Choose(20);
        MakeWelcome(side, &frame.as.welcome);
        break;
    case REEVE_GATEWAY_FRAME_DISPATCH:
        Choose(16);
        side.given++;
        MakeDispatch(&frame.as.dispatch);
        break;
    case REEVE_GATEWAY_FRAME_CANCEL:
        frame.as.cancel.job_id = reeve_sim::IdOf(PickJob());
        break;
    case REEVE_GATEWAY_FRAME_RECALL: {
        const size_t count = in_.Below(8);
        auto *numbers =
            static_cast<uint64_t *>(reeve_arena_alloc(&arena_, (count + 1) * sizeof(uint64_t)));
        for (size_t i = 0; i < count; i++) {
            numbers[i] = in_.Near(sequence_);
        }
        frame.as.recall.sequences.items = numbers;
        frame.as.recall.sequences.count = count;
        break;
    }
    case REEVE_GATEWAY_FRAME_OUTCOME_ACK:
        frame.as.outcome_ack.audit_sequence = in_.Near(side.audit_sequence);
        break;
    case REEVE_GATEWAY_FRAME_AUDIT_ACK: {
        reeve_countersignature &c = frame.as.audit_ack.countersignature;
        auto *made = static_cast<reeve_signed *>(reeve_arena_alloc(&arena_, sizeof(reeve_signed)));
        const reeve_key &key = in_.Below(8) == 7 ? TheKeys().stranger : TheKeys().gateway;
        c.checkpoint = Keep(in_.Below(8) == 7 ? in_.Bytes(40) : checkpoint_);
        *made = {};
        if (reeve_audit_countersign(&key, c.checkpoint, made) != REEVE_OK) {
            *made = {}; // noise stays unsigned
        }
        frame.as.audit_ack.has_countersignature = true;
        c.has_signature = true;
        c.signature = reeve_signed_view(made);
        break;
    }
    case REEVE_GATEWAY_FRAME_RESULT_ACK:
        frame.as.result_ack.job_id = reeve_sim::IdOf(PickJob());
        frame.as.result_ack.attempt = static_cast<uint32_t>(in_.Near(1));
        frame.as.result_ack.next_index =
            in_.Near(results_[Text(reeve_id_view(&frame.as.result_ack.job_id))]);
        frame.as.result_ack.limit = in_.Near(frame.as.result_ack.next_index + 4);
        break;
    case REEVE_GATEWAY_FRAME_HEARTBEAT:
        frame.as.heartbeat.sequence = in_.Near(++side.beats);
        frame.as.heartbeat.answers = in_.Near(side.last_beat);
        frame.as.heartbeat.ready = true;
        break;
    case REEVE_GATEWAY_FRAME_IDENTITY_RENEWED:
        break;
    case REEVE_GATEWAY_FRAME_DRAIN:
        frame.as.drain.within_ms = in_.Near(1000);
        break;
    case REEVE_GATEWAY_FRAME_RETRY:
        frame.as.retry.after_ms = in_.Near(100);
        frame.as.retry.code = static_cast<reeve_session_code>(in_.Below(64));
        frame.as.retry.message = Keep(in_.Bytes(in_.Below(300)));
        break;
    case REEVE_GATEWAY_FRAME_NONE:
        break;
    }
    reeve::fuzz::Trace("gateway makes %s", reeve_gateway_frame_name(frame.type));
    return frame;
}

// ---- steps ----

uint32_t World::PickLink()
{
    if (worker_.links.empty()) {
        return 0;
    }
    auto at = worker_.links.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(in_.Below(worker_.links.size())));
    return at->first;
}

// One that is up, brought up if need be.
uint32_t World::OpenLink()
{
    const uint32_t link = PickLink();
    if (link != 0 && !worker_.links[link].up) {
        worker_.Up(link);
    }
    return worker_.links.count(link) != 0 ? link : 0;
}

// What a quiet moment brings: disk and sockets get done.
void World::Settle()
{
    for (int i = 0; i < 40; i++) {
        bool again =
            worker_.Running() && !worker_.failed && worker_.synced < worker_.journal.size();
        worker_.SyncAll();
        for (const auto &[number, link] : std::map<uint32_t, EngineDriver::Link>(worker_.links)) {
            if (link.closed) {
                worker_.Down(number, REEVE_CANCELLED);
                again = true;
            } else if (link.sending && worker_.Running()) {
                worker_.Sent(number);
                again = true;
            }
        }
        if (!again) {
            return;
        }
    }
}

void World::LinkStep()
{
    const uint32_t link = PickLink();
    if (link == 0) {
        worker_.Advance(in_.Below(4) * 700);
        return;
    }
    const EngineDriver::Link &state = worker_.links[link];
    if (!state.up && in_.Below(4) != 3) {
        worker_.Up(link);
    } else if (state.sending && in_.Flag()) {
        worker_.Sent(link);
    } else if (in_.Below(4) == 3 || state.closed) {
        worker_.Down(link,
                     static_cast<reeve_status>(in_.Flag() ? REEVE_UNAVAILABLE : REEVE_CANCELLED));
    }
}

void World::RunnerStep()
{
    if (worker_.running.empty()) {
        return;
    }
    auto at = worker_.running.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(in_.Below(worker_.running.size())));
    const reeve_job_handle handle = at->first;
    const EngineDriver::Run &run = at->second;
    const uint64_t kind = in_.Below(8);
    if (reeve_sim::Task(run.kind).streams && kind < 4 && run.emitted - run.released < 6) {
        worker_.Emit(handle, kind == 3 ? reeve::fuzz::kLargeOutput : in_.Near(20) % 4096);
    } else if (kind == 4) {
        worker_.Progress(handle, in_.Number(), in_.Number());
    } else if (kind < 7) {
        worker_.Finish(handle, REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_DONE, 0,
                       kind == 6 ? reeve::fuzz::kLargeOutput : in_.Near(10) % 4096);
    } else {
        const auto status = static_cast<reeve_outcome_status>(2 + in_.Below(4));
        worker_.Finish(handle, status, static_cast<reeve_effect>(in_.Below(4)),
                       static_cast<uint32_t>(in_.Near(REEVE_REASON_UPSTREAM_FAILED)), 0);
    }
}

void World::Restart()
{
    worker_.Crash(worker_.synced + in_.Below(worker_.journal.size() - worker_.synced + 1));
    sides_.clear();
    worker_.Boot();
}

void World::WorkerStep()
{
    const uint64_t kind = in_.Below(8);
    if (kind == 0) {
        worker_.Renew();
    } else if (kind == 1) {
        worker_.Reload(in_.Flag());
    } else if (kind == 2) {
        worker_.Drain(in_.Near(500));
    } else if (kind == 3) {
        worker_.FailJournal(in_.Flag() ? REEVE_IO : REEVE_DISK_FULL);
    } else if (kind == 4) {
        Restart();
    } else if (kind == 5) {
        worker_.now.unix_ms += static_cast<int64_t>(in_.Below(200000)) - 100000;
    } else if (kind == 6) {
        worker_.Sync(worker_.synced + 1 + in_.Below(4), in_.Near(1u << 20));
    } else {
        Settle();
    }
}

// ---- a gateway that means well, for a while ----

// What it does on a link by itself: it answers, and says what is durable.
void World::Chores(uint32_t link)
{
    Side &side = sides_[link];
    reeve_gateway_frame beat = {};
    beat.type = REEVE_GATEWAY_FRAME_HEARTBEAT;
    beat.as.heartbeat.sequence = ++side.beats;
    beat.as.heartbeat.answers = side.last_beat;
    beat.as.heartbeat.ready = true;
    std::vector<reeve_gateway_frame> frames = {beat};
    if (in_.Flag()) {
        reeve_gateway_frame ack = {};
        ack.type = REEVE_GATEWAY_FRAME_OUTCOME_ACK;
        ack.as.outcome_ack.audit_sequence = side.audit_sequence;
        frames.push_back(ack);
    }
    for (const auto &[job, results] : results_) {
        reeve_gateway_frame ack = {};
        ack.type = REEVE_GATEWAY_FRAME_RESULT_ACK;
        ack.as.result_ack.job_id = reeve_sim::IdOf(job);
        ack.as.result_ack.attempt = 1;
        ack.as.result_ack.next_index = results;
        ack.as.result_ack.limit = results + 4;
        frames.push_back(ack);
    }
    worker_.Message(link, Encode(frames));
    Settle();
}

// A link with a session; 0: it cannot be had now.
uint32_t World::Live()
{
    Settle();
    for (int i = 0; i < 8 && worker_.Running(); i++) {
        for (const auto &[number, side] : sides_) {
            if (side.resume_done && worker_.links.count(number) != 0) {
                return number;
            }
        }
        if (worker_.links.empty()) {
            worker_.Advance(1500);
        }
        for (const auto &[number, state] : std::map<uint32_t, EngineDriver::Link>(worker_.links)) {
            if (!state.up) {
                worker_.Up(number);
                Settle();
            }
            if (sides_[number].said_hello && !sides_[number].resume_done) {
                reeve_gateway_frame frame = {};
                odd_ = 1000;
                frame.type = REEVE_GATEWAY_FRAME_WELCOME;
                MakeWelcome(sides_[number], &frame.as.welcome);
                worker_.Message(number, Encode({frame}));
                Settle();
            }
        }
    }
    return 0;
}

void World::Give(uint32_t link)
{
    std::vector<reeve_gateway_frame> frames;
    Side &side = sides_[link];
    for (uint64_t i = 1 + in_.Below(3); i > 0 && side.given < side.granted; i--) {
        reeve_gateway_frame frame = {};
        odd_ = 1000;
        frame.type = REEVE_GATEWAY_FRAME_DISPATCH;
        MakeDispatch(&frame.as.dispatch);
        frames.push_back(frame);
        side.given++;
    }
    worker_.Message(link, Encode(frames));
}

void World::Step()
{
    static const uint64_t times[] = {1, 10, 50, 400, 1300, 5000, 11000, 60000};
    const uint64_t kind = in_.Below(16);
    reeve_arena_reset(&arena_);
    if (kind < 3) {
        const uint32_t link = Live();
        if (link != 0 && kind == 0) {
            Chores(link);
        } else if (link != 0) {
            Give(link);
        }
    } else if (kind < 6) {
        const uint32_t link = OpenLink();
        if (link == 0) {
            worker_.Advance(100);
            return;
        }
        std::vector<reeve_gateway_frame> frames;
        for (uint64_t i = 1 + in_.Below(3); i > 0; i--) {
            frames.push_back(Make(link));
        }
        std::string bytes = Encode(frames);
        if (kind == 5 && !bytes.empty()) { // damaged, or cut
            const size_t at = in_.Below(bytes.size());
            bytes[at] = static_cast<char>(bytes[at] ^ in_.Byte());
            bytes.resize(bytes.size() - in_.Below(3) % bytes.size());
        }
        worker_.Message(link, bytes);
    } else if (kind == 6) {
        const uint32_t link = OpenLink();
        if (link != 0) {
            worker_.Message(link, in_.Bytes(in_.Below(64)));
        }
    } else if (kind == 7) {
        LinkStep();
    } else if (kind == 8) {
        worker_.Advance(times[in_.Below(8)]);
    } else if (kind < 12) {
        RunnerStep();
    } else if (kind == 12) {
        WorkerStep();
    } else {
        Settle();
    }
}

// ---- the end ----

// An honest gateway, the one that was there before all this, that knows what this worker was told
// to be settled, and nothing more.
bool World::TryMeet()
{
    for (int i = 0; i < 4100 && worker_.links.empty(); i++) {
        worker_.Advance(i < 400 ? 100 : 1000); // Retry may ask for an hour
        worker_.SyncAll();
    }
    if (worker_.links.size() != 1) {
        return false;
    }
    const uint32_t link = worker_.links.begin()->first;
    worker_.Up(link);
    Settle();
    if (!sides_[link].said_hello) {
        return false;
    }
    const reeve_hello &hello = sides_[link].hello;
    reeve_gateway_frame frame = {};
    reeve_welcome &w = frame.as.welcome;
    const reeve_bytes pool = reeve_bytes_cstr("desk");
    frame.type = REEVE_GATEWAY_FRAME_WELCOME;
    w.version = 1;
    w.epoch = hello.last_epoch + 1;
    w.gateway_id.bytes[0] = 1;
    w.tenant = reeve_bytes_cstr("t");
    w.pools.items = &pool;
    w.pools.count = 1;
    w.dispatch_mark = hello.dispatch_mark;
    w.dispatch_base = hello.dispatch_mark;
    w.audit_sequence = hello.settled_mark;
    for (const EngineDriver::Record &record : worker_.journal) {
        if (record.audit_sequence == w.audit_sequence && w.audit_sequence > 0) {
            w.audit_hash = reeve_sha256_of(View(record.audit));
        }
    }
    w.heartbeat_interval_ms = 400;
    w.lease_ms = 1200;
    w.max_frame_bytes = 1u << 20;
    w.max_job_spec_bytes = 1u << 16;
    w.max_result_bytes = 1u << 20;
    w.result_limit = 1000000;
    worker_.Message(link, Encode({frame}));
    Settle();
    if (!sides_[link].resume_done) {
        return false;
    }
    // Everything that is not settled comes; then it is.
    for (const EngineDriver::Record &record : worker_.journal) {
        if (record.audit_sequence > w.audit_sequence && hashes_.count(record.audit_sequence) == 0) {
            return false;
        }
    }
    frame = {};
    frame.type = REEVE_GATEWAY_FRAME_OUTCOME_ACK;
    frame.as.outcome_ack.audit_sequence = sides_[link].audit_sequence;
    worker_.Message(link, Encode({frame}));
    Settle();
    return worker_.links.count(link) == 1 && !worker_.links[link].closed &&
           worker_.Status().unsettled == 0;
}

// A session comes about, lasts, and all that is in the journal is told and settled in it (P4, P5,
// P6). Where memory was short, another is allowed.
void World::Meet()
{
    for (int tries = 0; !TryMeet(); tries++) {
        Require(reeve::fuzz::WasShort() && tries < 3, "P6: no good session with an honest gateway");
        for (const auto &entry : std::map<uint32_t, EngineDriver::Link>(worker_.links)) {
            worker_.Down(entry.first, REEVE_UNAVAILABLE);
        }
    }
}

void World::End()
{
    // This process comes to an end of its jobs.
    for (const auto &entry : std::map<uint32_t, EngineDriver::Link>(worker_.links)) {
        worker_.Down(entry.first, REEVE_UNAVAILABLE);
    }
    while (!worker_.running.empty() && worker_.Running()) {
        worker_.Finish(worker_.running.begin()->first, REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_DONE,
                       0, 4);
    }
    Settle();
    worker_.Advance(200); // what could not be stored at once is stored now
    Settle();
    if (worker_.Running() && !worker_.failed && !worker_.drains) {
        Meet();
        worker_.Down(worker_.links.begin()->first, REEVE_UNAVAILABLE);
    }
    worker_.Crash(worker_.synced);
    sides_.clear();
    hashes_.clear();
    worker_.Boot();
    worker_.SyncAll();
    worker_.CheckEnds();
    Meet();
}

void World::Run()
{
    for (size_t steps = 0; !in_.Empty() && steps < kMaxSteps; steps++) {
        if (worker_.exited) {
            Restart();
        }
        Step();
    }
    End();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return reeve::fuzz::Play<World>(data, size);
}

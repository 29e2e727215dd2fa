// SPDX-License-Identifier: Apache-2.0
// What the gateway of worker_session_fuzz.cc hears and says.
#include "agent/audit/head.h"
#include "agent/base/hash.h"
#include "agent/codec/plan.h"
#include "agent/trust/dsse.h"
#include "tests/fuzz/worker_world.h"
#include "tests/sim/frames.h"

namespace reeve::fuzz
{

const Keys &TheKeys()
{
    static const Keys keys;
    return keys;
}

// ---- what the worker says ----

void WorkerWorld::Heard(uint32_t link, const std::string &bytes)
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

reeve_bytes WorkerWorld::Keep(const std::string &bytes)
{
    reeve_bytes kept = {};
    Require(reeve_arena_dup(&arena_, View(bytes), &kept) == REEVE_OK, "memory");
    return kept;
}

std::string WorkerWorld::PickJob()
{
    if (jobs_.empty() || in_.Below(16) == 15) {
        return in_.Bytes(16) + std::string(16, '\0');
    }
    return jobs_[in_.Below(jobs_.size())];
}

// Most frames have one field, or none, that is not as it should be.
void WorkerWorld::Choose(uint64_t fields)
{
    odd_ = in_.Below(2 * fields);
}

uint64_t WorkerWorld::Odd(uint64_t usual)
{
    if (odd_-- != 0) {
        return usual;
    }
    return in_.Odd(usual);
}

void WorkerWorld::MakeWelcome(const Side &side, reeve_welcome *w)
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

void WorkerWorld::MakeSpec(reeve_job_spec *spec)
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

void WorkerWorld::Sign(const reeve_job_spec &spec, reeve_dispatch *d)
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

void WorkerWorld::MakeDispatch(reeve_dispatch *d)
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

reeve_gateway_frame WorkerWorld::Make(uint32_t link)
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
    Trace("gateway makes %s", reeve_gateway_frame_name(frame.type));
    return frame;
}

// ---- a gateway that means well, for a while ----

// What it does on a link by itself: it answers, and says what is durable.
void WorkerWorld::Chores(uint32_t link)
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
uint32_t WorkerWorld::Live()
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

void WorkerWorld::Give(uint32_t link)
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

} // namespace reeve::fuzz

// SPDX-License-Identifier: Apache-2.0
//
// The gateway's side of the worker stream, for measuring: see handout.h.
#include "tests/bench/support/handout.h"

#include <algorithm>

#include "agent/audit/head.h"
#include "agent/codec/job_spec.h"
#include "demo/native/v1/native.reeve.h"
#include "proto/runtime/message.h"
#include "reeve_demo_tasks.reeve.h"
#include "tests/bench/support/bench.h"

namespace reeve::bench
{

const struct reeve_task *find_task(const std::string &name)
{
    for (uint32_t i = 0; i < reeve_demo_tasks.count; i++) {
        if (name == reeve_demo_tasks.tasks[i]->name) {
            return reeve_demo_tasks.tasks[i];
        }
    }
    fail("no task of the example table is called " + name);
}

std::string encode(const struct reeve_message *type, const void *message)
{
    struct reeve_buffer buffer;
    reeve_buffer_init(&buffer, nullptr, size_t{64} << 20);
    must(reeve_message_encode(type, message, &buffer), "encode a message");
    std::string bytes = text(reeve_buffer_view(&buffer));
    reeve_buffer_clear(&buffer);
    return bytes;
}

std::string input_of(const std::string &task, size_t payload)
{
    std::string filler(payload, 'x');
    if (task == "demo.native.v1.Native/Step") {
        std::string name = "bench";
        struct demo_native_v1_step_request request;
        demo_native_v1_step_request_init(&request);
        request.name = name.data();
        return encode(&demo_native_v1_step_request_message, &request);
    }
    struct demo_native_v1_echo_request request;
    demo_native_v1_echo_request_init(&request);
    request.data.len = filler.size();
    request.data.data = reinterpret_cast<uint8_t *>(filler.data());
    return encode(&demo_native_v1_echo_request_message, &request);
}

Handout::Handout(const struct reeve_task *task, const std::string &input) : task_(task)
{
    struct reeve_buffer buffer;
    const std::string mark = "<id of the job.>";
    struct reeve_job_spec spec = {};
    spec.tenant = reeve_bytes_cstr("bench");
    must(reeve_id_from_bytes(view(mark), &spec.job_id), "mark the job id");
    spec.plan_id = {{1}};
    spec.task = reeve_bytes_cstr(task->name);
    must(reeve_digest_from_bytes(reeve_bytes_of(task->fingerprint, sizeof task->fingerprint),
                                 &spec.fingerprint),
         "read the fingerprint");
    spec.input = view(input);
    spec.pool = reeve_bytes_cstr("default");
    spec.not_before_unix_ms = reeve_now_read().unix_ms - 1000;
    spec.not_after_unix_ms = spec.not_before_unix_ms + 3600000;
    reeve_buffer_init(&buffer, nullptr, size_t{1} << 20);
    must(reeve_job_spec_encode(&spec, &buffer), "encode a JobSpec");
    spec_ = text(reeve_buffer_view(&buffer));
    job_id_at_ = spec_.find(mark);
    reeve_buffer_clear(&buffer);
    reeve_arena_init(&arena_, nullptr, size_t{16} << 20, size_t{1} << 16);
    reeve_key_init(&key_);
    must(reeve_key_generate(&key_, reeve_random_system()), "make a key");
}

Handout::~Handout()
{
    reeve_key_clear(&key_);
    reeve_arena_clear(&arena_);
}

// ---- what the worker says ----

void Handout::receive(struct reeve_bytes message)
{
    struct reeve_batch_reader reader;
    struct reeve_batch_frame raw = {};
    reeve_batch_reader_init(&reader, message, size_t{4} << 20);
    reeve_arena_reset(&arena_);
    for (;;) {
        struct reeve_worker_frame frame;
        must(reeve_batch_reader_next(&reader, &raw), "read a batch");
        if (raw.number == 0) {
            return;
        }
        must(reeve_worker_frame_decode(raw.number, raw.payload, &arena_, &frame), "decode a frame");
        take(frame);
    }
}

void Handout::take(const struct reeve_worker_frame &frame)
{
    switch (frame.type) {
    case REEVE_WORKER_FRAME_HELLO:
        greeted_ = true;
        journal_id_ = frame.as.hello.journal_id;
        return;
    case REEVE_WORKER_FRAME_RESUME_DONE:
        resumed_ = true;
        return;
    case REEVE_WORKER_FRAME_LIMIT:
        granted_ = std::max(granted_, frame.as.limit.dispatches);
        return;
    case REEVE_WORKER_FRAME_HEARTBEAT:
        beat_ = frame.as.heartbeat.sequence;
        return;
    case REEVE_WORKER_FRAME_AUDIT:
        for (size_t i = 0; on_entry && i < frame.as.audit_batch.entries.count; i++) {
            on_entry(frame.as.audit_batch.entries.items[i], {});
        }
        audit_sequence_ += frame.as.audit_batch.entries.count;
        if (frame.as.audit_batch.has_checkpoint) {
            checkpoint_ = text(frame.as.audit_batch.checkpoint.checkpoint);
        }
        return;
    case REEVE_WORKER_FRAME_OUTCOME:
        take_outcome(frame.as.outcome);
        return;
    default:
        return;
    }
}

void Handout::take_outcome(const struct reeve_outcome &outcome)
{
    if (outcome.status != REEVE_OUTCOME_SUCCEEDED) {
        fail(std::string("a job ended ") + reeve_outcome_status_name(outcome.status) + ": " +
             text(outcome.error.message) + " (" + std::to_string(outcome.error.reason) + ")");
    }
    if (on_entry) {
        on_entry(outcome.audit, outcome.output);
    }
    audit_sequence_++;
    ended_++;
    if (one_) {
        took_ns.push_back(reeve_monotonic_ns() - given_at_ns_);
    }
}

// ---- what it is told ----

static void add(struct reeve_batch_writer *writer, const struct reeve_gateway_frame &frame)
{
    must(reeve_batch_writer_add_gateway(writer, &frame), "add a frame");
}

void Handout::say_welcome(struct reeve_batch_writer *writer)
{
    const struct reeve_bytes pool = reeve_bytes_cstr("default");
    struct reeve_gateway_frame frame = {};
    struct reeve_welcome &w = frame.as.welcome;
    frame.type = REEVE_GATEWAY_FRAME_WELCOME;
    w.version = 1;
    w.epoch = 1;
    w.gateway_id = {{7}};
    w.tenant = reeve_bytes_cstr("bench");
    w.pools = {&pool, 1};
    w.heartbeat_interval_ms = 3000;
    w.lease_ms = 9000;
    w.max_frame_bytes = 1u << 20;
    w.max_job_spec_bytes = 1u << 18;
    w.max_result_bytes = 1u << 20;
    w.time_unix_ms = reeve_now_read().unix_ms;
    w.aligned_tasks = 1;
    w.has_countersign_public_key = true;
    w.countersign_public_key = key_.public_key;
    add(writer, frame);
    welcomed_ = true;
}

void Handout::say_acks(struct reeve_batch_writer *writer)
{
    struct reeve_gateway_frame frame = {};
    if (beat_ > 0) {
        frame.type = REEVE_GATEWAY_FRAME_HEARTBEAT;
        frame.as.heartbeat.sequence = ++beats_;
        frame.as.heartbeat.answers = beat_;
        frame.as.heartbeat.ready = true;
        add(writer, frame);
        beat_ = 0;
    }
    if (!checkpoint_.empty()) {
        struct reeve_signed sig;
        must(reeve_audit_countersign(&key_, view(checkpoint_), &sig), "countersign");
        frame = {};
        frame.type = REEVE_GATEWAY_FRAME_AUDIT_ACK;
        frame.as.audit_ack.has_countersignature = true;
        frame.as.audit_ack.countersignature = {view(checkpoint_), true, reeve_signed_view(&sig)};
        add(writer, frame);
        checkpoint_.clear();
    }
    if (audit_sequence_ > acked_) {
        frame = {};
        frame.type = REEVE_GATEWAY_FRAME_OUTCOME_ACK;
        frame.as.outcome_ack.audit_sequence = acked_ = audit_sequence_;
        add(writer, frame);
    }
}

bool Handout::give_one(struct reeve_batch_writer *writer)
{
    struct reeve_gateway_frame frame = {};
    struct reeve_id job_id = {{2}};
    reeve_store_be64(job_id.bytes + 8, given_ + 1);
    spec_.replace(job_id_at_, sizeof job_id.bytes, text(reeve_id_view(&job_id)));
    frame.type = REEVE_GATEWAY_FRAME_DISPATCH;
    frame.as.dispatch.sequence = given_ + 1;
    frame.as.dispatch.attempt = 1;
    frame.as.dispatch.time_left_ms = task_->timeout_ms == 0 ? 30000 : task_->timeout_ms;
    frame.as.dispatch.job_spec = view(spec_);
    const enum reeve_status status = reeve_batch_writer_add_gateway(writer, &frame);
    if (status == REEVE_LIMIT) {
        return false;
    }
    must(status, "add a dispatch");
    given_++;
    given_at_ns_ = one_ ? reeve_monotonic_ns() : 0;
    return true;
}

bool Handout::next(struct reeve_buffer *out)
{
    struct reeve_batch_writer writer;
    reeve_batch_writer_init(&writer, out, size_t{1} << 20);
    if (!greeted_) {
        return false;
    }
    if (!welcomed_) {
        say_welcome(&writer);
        return true;
    }
    if (resumed_) {
        say_acks(&writer);
    }
    const uint64_t until = one_ ? std::min(granted_, ended_ + 1) : granted_;
    while (resumed_ && !stopped_ && given_ < until && give_one(&writer)) {
    }
    return out->len > 0;
}

} // namespace reeve::bench

// SPDX-License-Identifier: Apache-2.0
#include "little_gateway.h"

#include <gtest/gtest.h>

#include "agent/audit/chain.h"
#include "agent/base/time.h"
#include "agent/codec/batch.h"
#include "agent/codec/job_spec.h"

namespace reeve::test
{

LittleGateway::LittleGateway(const reeve_task_table *tasks) : tasks_(tasks)
{
    reeve_arena_init(&arena_, nullptr, 16 << 20, 0);
}

LittleGateway::~LittleGateway()
{
    drop_link();
    for (reeve_memory_link *link : old_links_) {
        reeve_memory_link_free(link);
    }
    reeve_arena_clear(&arena_);
}

void LittleGateway::drop_link()
{
    reeve_transport_free(end_);
    end_ = nullptr;
    if (link_ != nullptr) {
        old_links_.push_back(link_); // the worker may still hold its end
        link_ = nullptr;
    }
    sending_ = false;
    live = false;
    queue_.clear();
}

reeve_transport *LittleGateway::connect()
{
    static const reeve_transport_events kEvents = {
        [](void *ctx) {
            reeve_transport_ready_to_receive(static_cast<LittleGateway *>(ctx)->end_);
        },
        [](void *ctx, reeve_bytes message) {
            LittleGateway *self = static_cast<LittleGateway *>(ctx);
            reeve_transport_ready_to_receive(self->end_);
            self->on_message(message);
        },
        [](void *ctx) {
            LittleGateway *self = static_cast<LittleGateway *>(ctx);
            self->sending_ = false;
            self->flush();
        },
        [](void *ctx, const reeve_transport_end *) {
            static_cast<LittleGateway *>(ctx)->live = false;
        },
        nullptr,
    };
    connects++;
    if (closed) {
        return nullptr;
    }
    drop_link();
    EXPECT_EQ(reeve_memory_link_new(nullptr, &link_), REEVE_OK);
    end_ = reeve_memory_link_end(link_, REEVE_MEMORY_GATEWAY);
    EXPECT_EQ(reeve_transport_start(end_, &kEvents, this), REEVE_OK);
    return reeve_memory_link_end(link_, REEVE_MEMORY_WORKER);
}

void LittleGateway::run()
{
    if (link_ != nullptr) {
        reeve_memory_link_run(link_);
    }
    /* Their workers hear of the end that a newer one brought. */
    for (reeve_memory_link *link : std::vector<reeve_memory_link *>(old_links_)) {
        reeve_memory_link_run(link);
    }
}

void LittleGateway::cut()
{
    if (link_ != nullptr) {
        reeve_memory_link_cut(link_);
    }
}

// ---- in ----

void LittleGateway::on_message(reeve_bytes message)
{
    reeve_batch_reader reader;
    reeve_batch_reader_init(&reader, message, 4 << 20);
    for (;;) {
        reeve_batch_frame raw;
        reeve_worker_frame frame;
        ASSERT_EQ(reeve_batch_reader_next(&reader, &raw), REEVE_OK);
        if (raw.number == 0) {
            return;
        }
        reeve_arena_reset(&arena_);
        ASSERT_EQ(reeve_worker_frame_decode(raw.number, raw.payload, &arena_, &frame), REEVE_OK);
        on_frame(frame);
    }
}

void LittleGateway::on_frame(const reeve_worker_frame &frame)
{
    reeve_gateway_frame answer = {};
    switch (frame.type) {
    case REEVE_WORKER_FRAME_HELLO:
        welcome(frame.as.hello);
        return;
    case REEVE_WORKER_FRAME_RESUME_DONE:
        live = true;
        return;
    case REEVE_WORKER_FRAME_HEARTBEAT:
        heartbeats++;
        answer.type = REEVE_GATEWAY_FRAME_HEARTBEAT;
        answer.as.heartbeat.sequence = static_cast<uint64_t>(heartbeats);
        answer.as.heartbeat.answers = frame.as.heartbeat.sequence;
        send(answer);
        return;
    case REEVE_WORKER_FRAME_DRAINING:
        draining = true;
        return;
    case REEVE_WORKER_FRAME_OUTCOME:
        outcomes.push_back(
            {frame.as.outcome.status, frame.as.outcome.effect, frame.as.outcome.error.reason,
             std::string(reinterpret_cast<const char *>(frame.as.outcome.output.data),
                         frame.as.outcome.output.len)});
        on_entry(frame.as.outcome.audit);
        if (keep_outcomes_open) {
            return;
        }
        answer.type = REEVE_GATEWAY_FRAME_OUTCOME_ACK;
        answer.as.outcome_ack.audit_sequence = audit_sequence;
        send(answer);
        return;
    case REEVE_WORKER_FRAME_AUDIT:
        for (size_t i = 0; i < frame.as.audit_batch.entries.count; i++) {
            on_entry(frame.as.audit_batch.entries.items[i]);
        }
        if (keep_outcomes_open) {
            return;
        }
        answer.type = REEVE_GATEWAY_FRAME_OUTCOME_ACK;
        answer.as.outcome_ack.audit_sequence = audit_sequence;
        send(answer);
        return;
    default:
        return;
    }
}

void LittleGateway::on_entry(const reeve_audit_entry &entry)
{
    reeve_audit_record record;
    ASSERT_EQ(reeve_audit_record_decode(entry.record, &arena_, &record), REEVE_OK);
    if (record.sequence > audit_sequence) {
        audit_sequence = record.sequence;
        audit_hash_ = reeve_audit_record_hash(entry.record);
    }
}

// ---- out ----

void LittleGateway::welcome(const reeve_hello &hello)
{
    reeve_gateway_frame frame = {};
    const reeve_bytes pool = reeve_bytes_cstr("desk");
    build.assign(reinterpret_cast<const char *>(hello.build.data), hello.build.len);
    epoch_ = (hello.last_epoch > epoch_ ? hello.last_epoch : epoch_) + 1;
    frame.type = REEVE_GATEWAY_FRAME_WELCOME;
    reeve_welcome &w = frame.as.welcome;
    w.version = 1;
    w.epoch = epoch_;
    w.gateway_id.bytes[0] = 7;
    w.tenant = reeve_bytes_cstr("acme");
    w.pools.items = &pool;
    w.pools.count = 1;
    w.dispatch_mark = hello.dispatch_mark > sequence_ ? hello.dispatch_mark : sequence_;
    w.dispatch_base = sequence_;
    w.audit_sequence = audit_sequence;
    w.audit_hash = audit_hash_;
    w.heartbeat_interval_ms = 200;
    w.lease_ms = 5000;
    w.max_frame_bytes = 1 << 20;
    w.max_job_spec_bytes = 1 << 20;
    w.max_result_bytes = 1 << 20;
    w.time_unix_ms = reeve_now_read().unix_ms;
    w.aligned_tasks = static_cast<uint32_t>(hello.tasks.count);
    send(frame);
}

void LittleGateway::dispatch(const std::string &task, const std::string &input,
                             uint64_t time_left_ms)
{
    reeve_job_spec spec = {};
    reeve_buffer bytes;
    const int64_t now = reeve_now_read().unix_ms;
    spec.tenant = reeve_bytes_cstr("acme");
    spec.job_id.bytes[0] = 1;
    spec.job_id.bytes[15] = static_cast<uint8_t>(++job_);
    spec.plan_id.bytes[0] = 2;
    spec.task = reeve_bytes_cstr(task.c_str());
    spec.input = reeve_bytes_of(input.data(), input.size());
    spec.pool = reeve_bytes_cstr("desk");
    spec.not_before_unix_ms = now - 1000;
    spec.not_after_unix_ms = now + 60000;
    for (uint32_t i = 0; i < tasks_->count; i++) {
        if (task == tasks_->tasks[i]->name) {
            ASSERT_EQ(reeve_digest_from_bytes(reeve_bytes_of(tasks_->tasks[i]->fingerprint, 32),
                                              &spec.fingerprint),
                      REEVE_OK);
        }
    }
    reeve_buffer_init(&bytes, nullptr, 1 << 20);
    ASSERT_EQ(reeve_job_spec_encode(&spec, &bytes), REEVE_OK);
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_DISPATCH;
    frame.as.dispatch.sequence = ++sequence_;
    frame.as.dispatch.attempt = 1;
    frame.as.dispatch.time_left_ms = time_left_ms;
    frame.as.dispatch.job_spec = reeve_buffer_view(&bytes);
    send(frame);
    reeve_buffer_clear(&bytes);
}

void LittleGateway::send(const reeve_gateway_frame &frame)
{
    reeve_buffer buffer;
    reeve_batch_writer writer;
    reeve_buffer_init(&buffer, nullptr, 4 << 20);
    reeve_batch_writer_init(&writer, &buffer, 4 << 20);
    ASSERT_EQ(reeve_batch_writer_add_gateway(&writer, &frame), REEVE_OK);
    queue_.emplace_back(reinterpret_cast<const char *>(buffer.data), buffer.len);
    reeve_buffer_clear(&buffer);
    flush();
}

void LittleGateway::flush()
{
    if (sending_ || queue_.empty() || end_ == nullptr) {
        return;
    }
    reeve_buffer buffer;
    reeve_buffer_init(&buffer, nullptr, 4 << 20);
    ASSERT_EQ(
        reeve_buffer_append(&buffer, reeve_bytes_of(queue_.front().data(), queue_.front().size())),
        REEVE_OK);
    sending_ = reeve_transport_send(end_, &buffer) == REEVE_OK;
    if (sending_) {
        queue_.pop_front();
    }
    reeve_buffer_clear(&buffer);
}

} // namespace reeve::test

// SPDX-License-Identifier: Apache-2.0
//
// What the gateway sends.
#include "tests/support/engine_world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "tests/support/bytes.h"

using reeve::test::Key;
using reeve::test::Text;

std::string EngineWorld::Encode(const reeve_gateway_frame &frame) const
{
    reeve_buffer buffer;
    reeve_buffer_init(&buffer, nullptr, size_t{64} << 20);
    reeve_batch_writer writer;
    reeve_batch_writer_init(&writer, &buffer, size_t{32} << 20);
    EXPECT_EQ(reeve_batch_writer_add_gateway(&writer, &frame), REEVE_OK);
    std::string bytes = Text(reeve_buffer_view(&buffer));
    reeve_buffer_clear(&buffer);
    return bytes;
}

void EngineWorld::Send(const reeve_gateway_frame &frame)
{
    Message(Encode(frame));
}

WorldStream &EngineWorld::StreamOf(const WorldJob &job)
{
    return streams[{job.key(), job.attempt}];
}

void EngineWorld::SendResultAck(const std::string &job, uint32_t attempt)
{
    WorldStream &stream = streams[{job, attempt}];
    stream.limit = stream.durable + gw_result_window;
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_RESULT_ACK;
    std::memcpy(frame.as.result_ack.job_id.bytes, job.data(), job.size());
    frame.as.result_ack.attempt = attempt;
    frame.as.result_ack.next_index = stream.durable;
    frame.as.result_ack.limit = stream.limit;
    Send(frame);
}

void EngineWorld::AckResults(const WorldJob &job, size_t durable)
{
    WorldStream &stream = StreamOf(job);
    ASSERT_LE(durable, stream.messages.size());
    stream.durable = std::max(stream.durable, durable);
    SendResultAck(job.key(), job.attempt);
}

void EngineWorld::AckResults()
{
    for (int i = 0; i < 10000; i++) {
        std::vector<std::pair<std::string, uint32_t>> waiting;
        for (auto &[key, stream] : streams) {
            if (stream.durable < stream.messages.size()) {
                waiting.push_back(key);
                stream.durable = stream.messages.size();
            }
        }
        if (waiting.empty()) {
            return;
        }
        for (const auto &[job, attempt] : waiting) {
            SendResultAck(job, attempt);
        }
    }
    ADD_FAILURE() << "results without end";
}

void EngineWorld::Welcome(const std::function<void(reeve_welcome &)> &change)
{
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_WELCOME;
    reeve_welcome &w = frame.as.welcome;
    reeve_bytes pool = reeve_bytes_cstr("desk");
    w.version = 1;
    w.epoch = std::max(gw_epoch, hello.last_epoch) + 1;
    w.gateway_id = gw_id;
    w.tenant = reeve_bytes_cstr("acme");
    w.pools.items = &pool;
    w.pools.count = 1;
    w.dispatch_mark = gw_sequence;
    w.dispatch_base = gw_sequence;
    w.audit_sequence = gw_durable.sequence;
    w.audit_hash = gw_durable.head;
    w.heartbeat_interval_ms = gw_interval_ms;
    w.lease_ms = gw_lease_ms;
    w.max_frame_bytes = gw_max_frame;
    w.max_job_spec_bytes = 1u << 20;
    w.max_result_bytes = gw_max_result;
    w.result_limit = gw_result_window;
    w.max_job_results = gw_max_job_results;
    w.max_job_result_bytes = gw_max_job_result_bytes;
    w.time_unix_ms = now.unix_ms;
    w.rolled_back = gw_rolled_back;
    w.has_countersign_public_key = true;
    w.countersign_public_key = gateway_key_.public_key;
    if (change) {
        change(w);
    }
    gw_epoch = w.epoch;
    if (other_.welcomed && other_.link_up) {
        // The store compares Hello's marks with what it has by now.
        EXPECT_GE(hello.audit_sequence, gw_durable.sequence)
            << "P4: a gateway would take this worker for rolled back";
        other_.fenced = true;
    }
    Supersede();
    welcomed_ = true;
    lease_base_ms_ = hello_ms_;
    Send(frame);
}

// The contract: a gateway says for each running job behind its Resume what it holds.
void EngineWorld::AnswerResumed()
{
    for (const reeve_resume_entry &entry : std::vector<reeve_resume_entry>(resumed)) {
        if (streams.count({Key(entry.job_id), entry.attempt}) != 0) {
            SendResultAck(Key(entry.job_id), entry.attempt);
        }
    }
}

void EngineWorld::DrainSession()
{
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_DRAIN;
    Send(frame);
}

void EngineWorld::Ack()
{
    gw_durable = gw_received;
    if (!link_up || !welcomed_) {
        return;
    }
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_OUTCOME_ACK;
    frame.as.outcome_ack.audit_sequence = gw_durable.sequence;
    Send(frame);
}

void EngineWorld::Beat()
{
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_HEARTBEAT;
    frame.as.heartbeat.sequence = ++beat_sequence_;
    frame.as.heartbeat.answers = last_beat_;
    frame.as.heartbeat.ready = true;
    if (last_beat_ > 0) {
        lease_base_ms_ = std::max(lease_base_ms_, beat_sent_ms_[last_beat_]);
    }
    Send(frame);
}

void EngineWorld::Cancel(const WorldJob &job)
{
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_CANCEL;
    frame.as.cancel.job_id = job.job_id;
    Send(frame);
}

void EngineWorld::Retry(reeve_session_code code, uint64_t after_ms)
{
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_RETRY;
    frame.as.retry.code = code;
    frame.as.retry.after_ms = after_ms;
    frame.as.retry.message = reeve_bytes_cstr("later, please");
    Send(frame);
}

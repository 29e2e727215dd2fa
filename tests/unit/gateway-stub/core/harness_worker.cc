// SPDX-License-Identifier: Apache-2.0
//
// The worker: what it says, and what it was told.
#include "tests/unit/gateway-stub/core/harness.h"

#include <algorithm>

#include "agent/audit/commitment.h"
#include "agent/base/hash.h"

namespace reeve_test
{

Worker::Worker(Gateway &g, uint8_t number) : gateway(g)
{
    reeve_id journal{};
    journal.bytes[0] = 9;
    journal.bytes[15] = number;
    reeve_audit_chain_init(&chain, journal);
    audit_key = key_of(number);
    next.version_min = 1;
    next.version_max = 1;
    next.build = reeve_bytes_cstr("reeve-agent/test");
    next.journal_id = journal;
    next.boot_id = journal;
    next.nonce = journal;
    next.max_frame_bytes = 1 << 20;
    next.max_in_flight = 100;
    next.audit_public_key = audit_key.public_key;
    for (const char *task : {"demo.native.v1.Native/Echo", "demo.native.v1.Native/Step",
                             "demo.crm.v1.Tickets/CreateTicket", "demo.native.v1.Native/Count"}) {
        offers.push_back({task, fingerprint_of(task), 100, true, {}});
    }
}

Worker::~Worker()
{
    reeve_key_clear(&audit_key);
}

std::string Worker::encode(const std::vector<reeve_worker_frame> &all)
{
    reeve_buffer buffer;
    reeve_batch_writer writer;
    reeve_buffer_init(&buffer, nullptr, 1 << 24);
    reeve_batch_writer_init(&writer, &buffer, 1 << 24);
    for (const reeve_worker_frame &frame : all) {
        EXPECT_EQ(reeve_batch_writer_add_worker(&writer, &frame), REEVE_OK);
    }
    std::string bytes = to_string(reeve_buffer_view(&buffer));
    reeve_buffer_clear(&buffer);
    return bytes;
}

void Worker::send(const std::vector<reeve_worker_frame> &all)
{
    gateway.message(session, encode(all));
    read();
}

void Worker::hello()
{
    std::vector<reeve_task_offer> tasks;
    std::deque<std::vector<reeve_bytes>> accepted;
    for (const Offer &offer : offers) {
        reeve_task_offer task{};
        accepted.emplace_back();
        for (const reeve_digest &older : offer.accepted) {
            accepted.back().push_back(reeve_digest_view(&older));
        }
        task.accepted_fingerprints = {accepted.back().data(), accepted.back().size()};
        task.task = reeve_bytes_of(offer.task.data(), offer.task.size());
        task.fingerprint = offer.fingerprint;
        task.allowed = offer.allowed;
        task.max_in_flight = offer.max_in_flight;
        tasks.push_back(task);
    }
    session = gateway.open_session(identity.c_str(), tenant.c_str());
    welcomed = false;
    next.tasks = {tasks.data(), tasks.size()};
    next.audit_sequence = chain.sequence;
    next.audit_hash = chain.head;
    reeve_worker_frame frame{};
    frame.type = REEVE_WORKER_FRAME_HELLO;
    frame.as.hello = next;
    send({frame});
}

bool Worker::take_welcome()
{
    read();
    return welcomed;
}

void Worker::resume(const std::vector<reeve_resume_entry> &running)
{
    reeve_worker_frame page{};
    page.type = REEVE_WORKER_FRAME_RESUME;
    page.as.resume.entries = {running.data(), running.size()};
    reeve_worker_frame end{};
    end.type = REEVE_WORKER_FRAME_RESUME_DONE;
    end.as.resume_done.entries = running.size();
    send({page, end});
}

void Worker::limit(uint64_t dispatches)
{
    reeve_worker_frame frame{};
    frame.type = REEVE_WORKER_FRAME_LIMIT;
    frame.as.limit.dispatches = dispatches;
    send({frame});
}

void Worker::heartbeat()
{
    reeve_worker_frame frame{};
    frame.type = REEVE_WORKER_FRAME_HEARTBEAT;
    frame.as.heartbeat.sequence = ++heartbeats;
    frame.as.heartbeat.ready = true;
    send({frame});
}

void Worker::connect(const std::vector<reeve_resume_entry> &running)
{
    hello();
    ASSERT_TRUE(take_welcome()) << gateway.closed[session].code;
    next.last_epoch = welcome.epoch;
    next.nonce.bytes[1]++;
    resume(running);
    limit(limit_granted);
}

void Worker::disconnect()
{
    gateway.close_session(session);
    gateway.settle();
    session = 0;
}

void Worker::read()
{
    for (Frame &frame : gateway.take(session)) {
        if (frame.frame.type == REEVE_GATEWAY_FRAME_WELCOME) {
            welcome = frame.frame.as.welcome;
            welcomed = true;
        } else if (frame.frame.type == REEVE_GATEWAY_FRAME_OUTCOME_ACK) {
            acked = frame.frame.as.outcome_ack.audit_sequence;
        } else if (frame.frame.type == REEVE_GATEWAY_FRAME_AUDIT_ACK) {
            countersigned++;
        } else if (frame.frame.type == REEVE_GATEWAY_FRAME_CANCEL) {
            cancelled.push_back(to_string(frame.frame.as.cancel.job_id));
        } else if (frame.frame.type == REEVE_GATEWAY_FRAME_RECALL) {
            const reeve_numbers &numbers = frame.frame.as.recall.sequences;
            recalled.insert(recalled.end(), numbers.items, numbers.items + numbers.count);
        } else if (frame.frame.type == REEVE_GATEWAY_FRAME_RESULT_ACK) {
            const reeve_result_ack &ack = frame.frame.as.result_ack;
            result_acks[to_string(ack.job_id) + std::to_string(ack.attempt)] = ack;
        } else if (frame.frame.type == REEVE_GATEWAY_FRAME_DISPATCH) {
            next.dispatch_mark = frame.frame.as.dispatch.sequence;
        }
        inbox.push_back(frame);
    }
}

std::vector<Frame> Worker::dispatches()
{
    read();
    std::vector<Frame> found;
    for (Frame &frame : inbox) {
        if (frame.frame.type == REEVE_GATEWAY_FRAME_DISPATCH) {
            found.push_back(frame);
        }
    }
    inbox.clear();
    return found;
}

void Worker::outcome(const reeve_dispatch &dispatch, enum reeve_outcome_status status,
                     const std::string &output)
{
    reeve_job_spec spec{};
    ASSERT_EQ(reeve_job_spec_decode(dispatch.job_spec, &spec), REEVE_OK);
    reeve_audit_record record{};
    record.event = REEVE_AUDIT_JOB_ENDED;
    record.as.job_ended.job_id = spec.job_id;
    record.as.job_ended.plan_id = spec.plan_id;
    record.as.job_ended.attempt = dispatch.attempt;
    record.as.job_ended.dispatch_sequence = dispatch.sequence;
    record.as.job_ended.task = spec.task;
    record.as.job_ended.fingerprint = spec.fingerprint;
    record.as.job_ended.job_digest = reeve_sha256_of(dispatch.job_spec);
    record.as.job_ended.ended_unix_ms = gateway.now.unix_ms;
    record.as.job_ended.status = status;
    record.as.job_ended.effect = effect;
    record.as.job_ended.reason = reason;
    record.as.job_ended.results = results;
    const reeve_id salt{{7}};
    const bool commits = results > 0 || !chunked_output.empty();
    if (commits) {
        const reeve_bytes complete =
            results > 0 ? reeve_digest_view(&results_head)
                        : reeve_bytes_of(chunked_output.data(), chunked_output.size());
        record.as.job_ended.has_output = true;
        record.as.job_ended.output = reeve_audit_commit(salt, complete, reeve_bytes_of(nullptr, 0));
    }
    reeve_buffer bytes;
    reeve_buffer_init(&bytes, nullptr, 1 << 16);
    std::vector<reeve_worker_frame> all;
    std::vector<std::string> records;
    records.reserve(2);
    if (chain.sequence == 0) { // every chain begins with its key
        reeve_audit_record first{};
        first.event = REEVE_AUDIT_CHAIN_OPENED;
        first.as.chain_opened.audit_public_key = audit_key.public_key;
        first.as.chain_opened.identity = reeve_bytes_cstr("spiffe://d/worker");
        ASSERT_EQ(reeve_audit_chain_append(&chain, &first, gateway.now.unix_ms, &bytes), REEVE_OK);
        records.push_back(to_string(reeve_buffer_view(&bytes)));
        reeve_buffer_reset(&bytes);
    }
    ASSERT_EQ(reeve_audit_chain_append(&chain, &record, gateway.now.unix_ms, &bytes), REEVE_OK);
    const std::string last = to_string(reeve_buffer_view(&bytes));
    reeve_buffer_clear(&bytes);
    reeve_audit_entry first_entry{};
    if (!records.empty()) {
        first_entry.record = reeve_bytes_of(records[0].data(), records[0].size());
        reeve_worker_frame frame{};
        frame.type = REEVE_WORKER_FRAME_AUDIT;
        frame.as.audit_batch.entries = {&first_entry, 1};
        all.push_back(frame);
    }
    reeve_worker_frame frame{};
    frame.type = REEVE_WORKER_FRAME_OUTCOME;
    reeve_outcome &o = frame.as.outcome;
    o.job_id = spec.job_id;
    o.attempt = dispatch.attempt;
    o.sequence = dispatch.sequence;
    o.status = status;
    o.effect = effect;
    o.error.reason = reason;
    o.output = reeve_bytes_of(output.data(), output.size());
    o.has_error = status != REEVE_OUTCOME_SUCCEEDED;
    o.results = results;
    o.audit.has_output_salt = commits;
    o.audit.output_salt = salt;
    o.has_audit = true;
    o.audit.record = reeve_bytes_of(last.data(), last.size());
    all.push_back(frame);
    send(all);
}

void Worker::result(const reeve_dispatch &dispatch, uint64_t index, const std::string &message,
                    size_t size)
{
    reeve_job_spec spec{};
    ASSERT_EQ(reeve_job_spec_decode(dispatch.job_spec, &spec), REEVE_OK);
    size_t offset = 0;
    do {
        const size_t len = std::min(size, message.size() - offset);
        reeve_worker_frame frame{};
        frame.type = REEVE_WORKER_FRAME_RESULT_CHUNK;
        reeve_result_chunk &chunk = frame.as.result_chunk;
        chunk.job_id = spec.job_id;
        chunk.attempt = dispatch.attempt;
        chunk.index = index;
        chunk.offset = offset;
        chunk.data = reeve_bytes_of(message.data() + offset, len);
        chunk.total_size = offset == 0 ? message.size() : 0;
        chunk.last = offset + len == message.size();
        chunk.has_digest = chunk.last && offset > 0;
        if (chunk.has_digest) {
            chunk.digest = reeve_sha256_of(reeve_bytes_of(message.data(), message.size()));
        }
        send({frame});
        offset += len;
    } while (offset < message.size());
}

void Worker::checkpoint()
{
    reeve_buffer bytes;
    reeve_signed signature;
    reeve_buffer_init(&bytes, nullptr, 1 << 12);
    ASSERT_EQ(reeve_audit_checkpoint_make(&chain, gateway.now.unix_ms, &bytes), REEVE_OK);
    ASSERT_EQ(reeve_audit_checkpoint_sign(&audit_key, reeve_buffer_view(&bytes), &signature),
              REEVE_OK);
    reeve_worker_frame frame{};
    frame.type = REEVE_WORKER_FRAME_AUDIT;
    frame.as.audit_batch.has_checkpoint = true;
    frame.as.audit_batch.checkpoint.checkpoint = reeve_buffer_view(&bytes);
    frame.as.audit_batch.checkpoint.has_signature = true;
    frame.as.audit_batch.checkpoint.signature = reeve_signed_view(&signature);
    send({frame});
    reeve_buffer_clear(&bytes);
}

} // namespace reeve_test

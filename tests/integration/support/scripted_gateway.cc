// SPDX-License-Identifier: Apache-2.0
//
// The gateway behind scripted_gateway.h.
#include "tests/integration/support/scripted_gateway.h"

#include <algorithm>

#include "agent/base/hash.h"
#include "agent/base/random.h"
#include "agent/codec/job_spec.h"
#include "agent/trust/dsse.h"
#include "tests/integration/support/wait.h"

namespace reeve::test
{

namespace
{

/* An owned buffer for one encoding. */
class Encoding
{
  public:
    Encoding()
    {
        reeve_buffer_init(&buffer, nullptr, size_t{64} << 20);
    }
    ~Encoding()
    {
        reeve_buffer_clear(&buffer);
    }
    Encoding(const Encoding &) = delete;
    Encoding &operator=(const Encoding &) = delete;
    std::string text() const
    {
        return text_of(reeve_buffer_view(&buffer));
    }
    struct reeve_buffer buffer;
};

std::string varint(uint64_t value)
{
    std::string out;
    for (; value >= 128; value >>= 7) {
        out += static_cast<char>(value | 128);
    }
    return out + static_cast<char>(value);
}

} // namespace

std::string text_of_id(const struct reeve_id &id)
{
    char text[REEVE_ID_TEXT_SIZE];
    reeve_id_format(id, text);
    return text;
}

std::string proto_text(unsigned field, const std::string &text)
{
    return varint(field << 3 | 2) + varint(text.size()) + text;
}

std::string proto_varint(unsigned field, uint64_t value)
{
    return varint(field << 3) + varint(value);
}

ScriptedGateway::ScriptedGateway(const World &world)
    : world_(world), server_(loop_, world.credential("gateway"), world.pki().ca_pem(),
                             [this](Side &side) { open(side); })
{
    for (struct reeve_key *key : {&stranger_, &countersigner_}) {
        reeve_key_init(key);
        EXPECT_EQ(REEVE_OK, reeve_key_generate(key, reeve_random_system()));
    }
    reeve_arena_init(&arena_, nullptr, size_t{64} << 20, 0);
}

ScriptedGateway::~ScriptedGateway()
{
    reeve_arena_clear(&arena_);
    reeve_key_clear(&stranger_);
    reeve_key_clear(&countersigner_);
}

bool ScriptedGateway::until(const std::function<bool()> &holds)
{
    const auto end = std::chrono::steady_clock::now() + patience();
    while (!holds()) {
        if (std::chrono::steady_clock::now() >= end) {
            return false;
        }
        const enum reeve_status polled =
            reeve_rpc_loop_poll(loop_.get(), reeve_now_read().boot_ms + 5);
        EXPECT_TRUE(polled == REEVE_OK || polled == REEVE_TIMEOUT) << reeve_status_name(polled);
    }
    return true;
}

// ---- what comes ----

void ScriptedGateway::open(Side &side)
{
    granted_ = given_ = beats_ = 0;
    resumed_ = false;
    side.when_message = [this](Side &s, const std::string &message) { take(s, message); };
    side.when_half_closed = [](Side &s) {
        const enum reeve_status status =
            reeve_rpc_call_finish(s.call, REEVE_RPC_OK, "bye", reeve_bytes_of(nullptr, 0));
        EXPECT_TRUE(status == REEVE_OK || status == REEVE_CLOSED);
    };
}

void ScriptedGateway::take(Side &side, const std::string &message)
{
    if (keep) {
        received += message;
    }
    struct reeve_batch_reader reader;
    struct reeve_batch_frame raw;
    reeve_batch_reader_init(&reader, bytes_of(message), size_t{64} << 20);
    while (reeve_batch_reader_next(&reader, &raw) == REEVE_OK && raw.number != 0) {
        struct reeve_worker_frame frame;
        reeve_arena_reset(&arena_);
        ASSERT_EQ(REEVE_OK, reeve_worker_frame_decode(raw.number, raw.payload, &arena_, &frame));
        handle(side, frame);
    }
    if (&side == &session()) {
        acknowledge();
    }
}

void ScriptedGateway::handle(Side &side, const struct reeve_worker_frame &frame)
{
    if (frame.type == REEVE_WORKER_FRAME_OUTCOME) {
        on_outcome(frame.as.outcome);
        return;
    }
    if (frame.type == REEVE_WORKER_FRAME_AUDIT) {
        for (size_t i = 0; i < frame.as.audit_batch.entries.count; i++) {
            (void)follow(frame.as.audit_batch.entries.items[i]);
        }
        return;
    }
    if (&side != &session()) {
        return; /* an older stream: only what is durable counts */
    }
    if (frame.type == REEVE_WORKER_FRAME_HELLO) {
        welcome(frame.as.hello);
    } else if (frame.type == REEVE_WORKER_FRAME_RESUME_DONE) {
        resumed_ = true;
    } else if (frame.type == REEVE_WORKER_FRAME_LIMIT) {
        granted_ = std::max(granted_, frame.as.limit.dispatches);
    } else if (frame.type == REEVE_WORKER_FRAME_HEARTBEAT && answers_heartbeats) {
        struct reeve_gateway_frame answer = {};
        answer.type = REEVE_GATEWAY_FRAME_HEARTBEAT;
        answer.as.heartbeat.sequence = ++beats_;
        answer.as.heartbeat.answers = frame.as.heartbeat.sequence;
        answer.as.heartbeat.ready = true;
        send(answer);
    }
}

void ScriptedGateway::welcome(const struct reeve_hello &hello)
{
    journal_id = hello.journal_id;
    for (size_t i = 0; i < hello.tasks.count; i++) {
        fingerprints[text_of(hello.tasks.items[i].task)] = hello.tasks.items[i].fingerprint;
    }
    if (epoch_ == 0) {
        reeve_audit_chain_init(&chain_, journal_id);
    }
    epoch_ = std::max(epoch_, hello.last_epoch) + 1;
    end_older();
    send_raw(encode_welcome(epoch_));
}

/* The sessions that this Hello supersedes: Retry, then the status. */
void ScriptedGateway::end_older()
{
    struct reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_RETRY;
    frame.as.retry.code = REEVE_SESSION_SUPERSEDED;
    for (const std::unique_ptr<Side> &side : server_.calls) {
        if (side.get() == &session() || side->closed != 0) {
            continue;
        }
        side->offer(encode(frame));
    }
}

std::string ScriptedGateway::encode_welcome(uint64_t epoch)
{
    struct reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_WELCOME;
    struct reeve_welcome &w = frame.as.welcome;
    const struct reeve_bytes pool = reeve_bytes_cstr("default");
    w.version = 1;
    w.epoch = epoch;
    w.gateway_id.bytes[0] = 7;
    w.tenant = reeve_bytes_cstr("acme");
    w.pools = {&pool, 1};
    w.dispatch_mark = w.dispatch_base = sequence_;
    w.audit_sequence = chain_.sequence;
    w.audit_hash = chain_.head;
    w.heartbeat_interval_ms = heartbeat_interval_ms;
    w.lease_ms = lease_ms;
    w.max_frame_bytes = 1u << 20;
    w.max_job_spec_bytes = 256u << 10;
    w.max_result_bytes = 1u << 20;
    w.time_unix_ms = reeve_now_read().unix_ms;
    w.aligned_tasks = static_cast<uint32_t>(fingerprints.size());
    w.has_countersign_public_key = true;
    w.countersign_public_key = countersigner_.public_key;
    if (adjust_welcome) {
        adjust_welcome(w);
    }
    return encode(frame);
}

/* True: it is the next of the chain. False: it came before. */
bool ScriptedGateway::follow(const struct reeve_audit_entry &entry)
{
    struct reeve_audit_record record;
    EXPECT_EQ(REEVE_OK, reeve_audit_record_decode(entry.record, &arena_, &record));
    if (record.sequence <= chain_.sequence) {
        return false;
    }
    EXPECT_EQ(REEVE_OK, reeve_audit_chain_follow(&chain_, entry.record, &arena_))
        << "P5: record " << record.sequence << " does not follow " << chain_.sequence;
    note(record);
    return true;
}

void ScriptedGateway::note(const struct reeve_audit_record &record)
{
    Record seen = {};
    seen.event = record.event;
    if (record.event == REEVE_AUDIT_SESSION) {
        seen.kind = record.as.session.kind;
        seen.code = text_of(record.as.session.code);
    }
    if (record.event == REEVE_AUDIT_JOB_ENDED) {
        seen.job_id = record.as.job_ended.job_id;
        seen.status = record.as.job_ended.status;
        seen.reason = record.as.job_ended.reason;
    }
    records.push_back(seen);
}

void ScriptedGateway::on_outcome(const struct reeve_outcome &o)
{
    ASSERT_TRUE(o.has_audit);
    if (!follow(o.audit)) {
        return;
    }
    ended.push_back({o.job_id, o.sequence, o.status, o.effect, o.error.reason, text_of(o.output),
                     text_of(o.error.message), o.error.violations_total});
}

void ScriptedGateway::acknowledge()
{
    if (!acknowledges || !resumed_ || chain_.sequence == acknowledged_) {
        return;
    }
    acknowledged_ = chain_.sequence;
    struct reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_OUTCOME_ACK;
    frame.as.outcome_ack.audit_sequence = chain_.sequence;
    send(frame);
}

bool ScriptedGateway::live() const
{
    return !server_.calls.empty() && session().closed == 0 && resumed_ && granted_ > given_;
}

const Ended *ScriptedGateway::end_of(const Work &work) const
{
    const auto found = std::find_if(ended.rbegin(), ended.rend(), [&](const Ended &e) {
        return reeve_id_equal(e.job_id, work.job_id);
    });
    return found == ended.rend() ? nullptr : &*found;
}

size_t ScriptedGateway::ends_of(const Work &work) const
{
    return static_cast<size_t>(std::count_if(ended.begin(), ended.end(), [&](const Ended &e) {
        return reeve_id_equal(e.job_id, work.job_id);
    }));
}

size_t ScriptedGateway::violations(const std::string &code) const
{
    return static_cast<size_t>(std::count_if(records.begin(), records.end(), [&](const Record &r) {
        return r.event == REEVE_AUDIT_SESSION && r.kind == REEVE_SESSION_EVENT_VIOLATION &&
               r.code == code;
    }));
}

// ---- what goes ----

std::string ScriptedGateway::encode(const struct reeve_gateway_frame &frame) const
{
    Encoding out;
    struct reeve_batch_writer writer;
    reeve_batch_writer_init(&writer, &out.buffer, size_t{32} << 20);
    EXPECT_EQ(REEVE_OK, reeve_batch_writer_add_gateway(&writer, &frame));
    return out.text();
}

void ScriptedGateway::send_raw(const std::string &message)
{
    if (session().closed == 0) {
        session().offer(message);
    }
}

void ScriptedGateway::send(const struct reeve_gateway_frame &frame)
{
    send_raw(encode(frame));
}

Work ScriptedGateway::make(const std::string &task, const std::string &input) const
{
    Work work;
    work.task = task;
    work.input = input;
    work.job_id = reeve_random_id(reeve_random_system());
    work.plan_id = reeve_random_id(reeve_random_system());
    return work;
}

std::string ScriptedGateway::spec_of(const Work &work) const
{
    if (!work.raw_spec.empty()) {
        return work.raw_spec;
    }
    const int64_t now_ms = reeve_now_read().unix_ms;
    const auto known = fingerprints.find(work.task);
    struct reeve_job_spec spec = {};
    spec.tenant = bytes_of(work.tenant);
    spec.job_id = work.job_id;
    spec.plan_id = work.plan_id;
    spec.task = bytes_of(work.task);
    spec.fingerprint = known == fingerprints.end() || work.wrong_fingerprint
                           ? reeve_sha256_of(bytes_of("another schema"))
                           : known->second;
    spec.input = bytes_of(work.input);
    spec.has_journal_id = !reeve_id_is_zero(work.journal_id);
    spec.journal_id = work.journal_id;
    spec.pool = spec.has_journal_id ? reeve_bytes_of(nullptr, 0) : bytes_of(work.pool);
    spec.not_before_unix_ms = now_ms + work.not_before_s * 1000;
    spec.not_after_unix_ms = now_ms + work.not_after_s * 1000;
    Encoding out;
    EXPECT_EQ(REEVE_OK, reeve_job_spec_encode(&spec, &out.buffer));
    return out.text();
}

std::string ScriptedGateway::statement_of(const Work &work, const std::string &spec) const
{
    const std::string covered = work.approval == Approval::kOtherPlan ? "another job" : spec;
    const struct reeve_digest digest = reeve_sha256_of(bytes_of(covered));
    const struct reeve_bytes view = reeve_digest_view(&digest);
    struct reeve_plan_statement statement = {};
    statement.tenant = reeve_bytes_cstr(work.approval == Approval::kOtherTenant ? "other" : "acme");
    statement.plan_id = work.plan_id;
    statement.job_digests = {&view, 1};
    statement.issued_at_unix_ms = reeve_now_read().unix_ms;
    Encoding out;
    EXPECT_EQ(REEVE_OK, reeve_plan_statement_encode(&statement, &out.buffer));
    return out.text();
}

std::string ScriptedGateway::encode_dispatch(const Work &work)
{
    const std::string spec = spec_of(work);
    const std::string statement = statement_of(work, spec);
    const bool stranger = work.approval == Approval::kStranger;
    struct reeve_signed made;
    EXPECT_EQ(REEVE_OK,
              reeve_dsse_sign(stranger ? &stranger_ : &world_.approver(), REEVE_PLAN_STATEMENT_TYPE,
                              bytes_of(statement), nullptr, &made));
    if (work.approval == Approval::kForged) {
        made.signature[17] ^= 1;
    }
    const struct reeve_signature signature = reeve_signed_view(&made);
    struct reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_DISPATCH;
    struct reeve_dispatch &d = frame.as.dispatch;
    d.sequence = work.sequence != 0 ? work.sequence : ++sequence_;
    d.attempt = work.attempt;
    d.time_left_ms = work.time_left_ms;
    d.job_spec = bytes_of(spec);
    d.has_plan = work.approval != Approval::kNone;
    if (d.has_plan) {
        d.plan.statement = bytes_of(statement);
        d.plan.signatures = {&signature, 1};
    }
    given_++;
    return encode(frame);
}

void ScriptedGateway::give(const Work &work)
{
    ASSERT_TRUE(until([this] { return live(); })) << "the worker grants nothing";
    send_raw(encode_dispatch(work));
}

} // namespace reeve::test

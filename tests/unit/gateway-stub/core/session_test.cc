// SPDX-License-Identifier: Apache-2.0
// Sessions: order, garbage, bounds, liveness (P7, P8); each end has its code.
#include "tests/unit/gateway-stub/core/harness.h"

namespace reeve_test
{

class Session : public CoreTest
{
  protected:
    void SetUp() override
    {
        CoreTest::SetUp();
        register_tasks();
    }
};

TEST_F(Session, EndsOnGarbageWithATypedCode)
{
    Worker worker(*gateway);
    worker.connect();
    gateway->message(worker.session, "\xff\xff\xff");
    EXPECT_EQ(gateway->closed[worker.session].code, "MALFORMED");
    EXPECT_EQ(reeve_gateway_count(gateway->core).sessions, 0u);
}

TEST_F(Session, SurvivesAHelloCutAnywhere)
{
    Worker worker(*gateway);
    reeve_worker_frame frame{};
    frame.type = REEVE_WORKER_FRAME_HELLO;
    frame.as.hello = worker.next;
    frame.as.hello.tasks = {};
    const std::string whole = worker.encode({frame});
    for (size_t cut = 1; cut < whole.size(); cut++) {
        const uint64_t session = gateway->open_session();
        gateway->message(session, whole.substr(0, cut));
        EXPECT_EQ(gateway->closed.count(session), 1u) << "cut at " << cut;
    }
    EXPECT_EQ(reeve_gateway_count(gateway->core).sessions, 0u);
}

TEST_F(Session, RefusesFramesOutOfOrder)
{
    Worker worker(*gateway);
    worker.session = gateway->open_session();
    worker.limit(5);
    EXPECT_EQ(gateway->closed[worker.session].code, "OUT_OF_ORDER");
    worker.connect();
    worker.resume();
    EXPECT_EQ(gateway->closed[worker.session].code, "OUT_OF_ORDER");
}

// P7.
TEST_F(Session, RefusesAFrameOverTheLimit)
{
    gateway->crash();
    gateway->options.limits.max_frame_bytes = 1;
    gateway->start();
    Worker worker(*gateway);
    worker.connect();
    ASSERT_NE(submit(echo, 2), nullptr);
    auto got = worker.dispatches();
    ASSERT_EQ(got.size(), 2u);
    worker.outcome(got[0].frame.as.dispatch);
    worker.outcome(got[1].frame.as.dispatch, REEVE_OUTCOME_SUCCEEDED, std::string(100000, 'x'));
    EXPECT_EQ(gateway->closed[worker.session].code, "FRAME_TOO_LARGE");
}

TEST_F(Session, EndsWhenTheAuditChainBreaks)
{
    Worker worker(*gateway);
    worker.connect();
    ASSERT_NE(submit(step, 2), nullptr);
    auto got = worker.dispatches();
    worker.outcome(got[0].frame.as.dispatch);
    worker.chain.head.bytes[0] ^= 1;
    worker.outcome(got[1].frame.as.dispatch);
    EXPECT_EQ(gateway->closed[worker.session].code, "AUDIT_BROKEN");
    EXPECT_EQ(reeve_gateway_count(gateway->core).jobs, 1u) << "nothing of it was taken";
}

TEST_F(Session, RefusesAClone)
{
    Worker worker(*gateway);
    worker.connect();
    Worker copy(*gateway);
    copy.next.nonce.bytes[5] = 1;
    copy.hello();
    EXPECT_FALSE(copy.take_welcome());
    EXPECT_EQ(gateway->closed[copy.session].code, "CLONED");
}

// A Hello that lay in the network while its worker dialled anew must not end the session that came
// of that, nor shut the worker out with an epoch that it never hears of (P6).
TEST_F(Session, RefusesAHelloThatComesLate)
{
    Worker worker(*gateway);
    worker.connect();
    const reeve_hello first = worker.next; // its answer never came, so the next one is the same
    worker.hello();
    ASSERT_TRUE(worker.take_welcome());
    Worker late(*gateway);
    late.next = first;
    late.hello();
    EXPECT_TRUE(late.take_welcome()) << "nothing says that Welcome arrived: a lost one is repeated";
    worker.next.last_epoch = first.last_epoch;
    worker.connect();
    const uint64_t session = worker.session;
    late.next = first;
    late.hello();
    EXPECT_EQ(gateway->closed[late.session].code, "CLONED");
    EXPECT_EQ(gateway->closed.count(session), 0u) << "it stands";
    worker.heartbeat();
    worker.disconnect();
    worker.connect();
    EXPECT_EQ(gateway->closed.count(worker.session), 0u) << "and is known again";
}

TEST_F(Session, RefusesAHelloOfAStreamThatIsOlderThanTheSession)
{
    Worker worker(*gateway);
    worker.connect();
    const uint64_t old = gateway->open_session();
    worker.hello();
    ASSERT_TRUE(worker.take_welcome());
    reeve_worker_frame frame{};
    frame.type = REEVE_WORKER_FRAME_HELLO;
    frame.as.hello = worker.next;
    frame.as.hello.tasks = {};
    gateway->message(old, worker.encode({frame}));
    gateway->settle();
    EXPECT_EQ(gateway->closed[old].code, "CLONED");
    worker.resume();
    EXPECT_EQ(gateway->closed.count(worker.session), 0u);
}

TEST_F(Session, RefusesAForeignJournal)
{
    Worker worker(*gateway);
    worker.connect();
    Worker thief(*gateway);
    thief.identity = "spiffe://d/thief";
    thief.next.last_epoch = 1;
    thief.hello();
    EXPECT_EQ(gateway->closed[thief.session].code, "JOURNAL_FOREIGN");
}

// P8: a worker that is gone is not shown as connected.
TEST_F(Session, NoticesASilentPeerWithinTenSeconds)
{
    Worker worker(*gateway);
    worker.connect();
    gateway->advance(8000);
    worker.heartbeat();
    gateway->advance(8000);
    EXPECT_EQ(gateway->closed.count(worker.session), 0u);
    gateway->advance(2000);
    EXPECT_EQ(gateway->closed[worker.session].code, "LIVENESS_LOST");
}

TEST_F(Session, AnswersHeartbeatsAtOnce)
{
    Worker worker(*gateway);
    worker.connect();
    gateway->take(worker.session);
    reeve_worker_frame frame{};
    frame.type = REEVE_WORKER_FRAME_HEARTBEAT;
    frame.as.heartbeat.sequence = 41;
    gateway->message(worker.session, worker.encode({frame}));
    auto frames = gateway->take(worker.session);
    ASSERT_EQ(frames.size(), 1u);
    EXPECT_EQ(frames[0].frame.as.heartbeat.answers, 41u);
}

// Only the last record's head is at hand; a checkpoint over an earlier one is no lie.
TEST_F(Session, PassesOverACheckpointThatComesLate)
{
    Worker worker(*gateway);
    worker.connect();
    ASSERT_NE(submit(step, 2), nullptr);
    const auto given = worker.dispatches();
    ASSERT_EQ(given.size(), 2u);
    worker.outcome(given[0].frame.as.dispatch);
    const reeve_audit_chain early = worker.chain;
    worker.outcome(given[1].frame.as.dispatch);
    const reeve_audit_chain whole = worker.chain;
    worker.chain = early;
    worker.checkpoint();
    worker.chain = whole;
    EXPECT_EQ(gateway->closed.count(worker.session), 0u);
    worker.checkpoint();
    worker.dispatches();
    EXPECT_EQ(worker.countersigned, 1u);
}

// A heartbeat that goes back, or answers one that was never sent, would keep a wrong lease alive.
TEST_F(Session, RefusesHeartbeatsOutOfSequence)
{
    const struct {
        uint64_t sequence;
        uint64_t answers;
    } wrong[] = {{0, 0}, {5, 0}, {6, 1000}};
    for (const auto &w : wrong) {
        Worker worker(*gateway, static_cast<uint8_t>(w.sequence + 40));
        worker.connect();
        reeve_worker_frame first{};
        first.type = REEVE_WORKER_FRAME_HEARTBEAT;
        first.as.heartbeat.sequence = 5;
        reeve_worker_frame second = first;
        second.as.heartbeat.sequence = w.sequence;
        second.as.heartbeat.answers = w.answers;
        gateway->message(worker.session, worker.encode({first, second}));
        EXPECT_EQ(gateway->closed[worker.session].code, "SEQUENCE_INVALID") << w.sequence;
    }
}

TEST_F(Session, TakesNoIntervalThatWorkersCannotLiveWith)
{
    reeve_gateway_options options = gateway->options;
    options.delivery.heartbeat_interval_ms = REEVE_HEARTBEAT_INTERVAL_MAX_MS + 1;
    reeve_gateway *core = nullptr;
    EXPECT_EQ(reeve_gateway_new(&options, &core), REEVE_INVALID);
}

TEST_F(Session, TakesNoMoreWorkersThanItMay)
{
    gateway->crash();
    gateway->options.limits.max_workers = 1;
    gateway->start();
    Worker one(*gateway, 1);
    Worker two(*gateway, 2);
    one.connect();
    two.hello();
    EXPECT_EQ(gateway->closed[two.session].code, "OVERLOADED");
}

// P6: a worker whose second connection takes over is one worker.
TEST_F(Session, ATakeoverFindsRoomWhereTheGatewayIsFull)
{
    gateway->crash();
    gateway->options.limits.max_workers = 1;
    gateway->start();
    Worker worker(*gateway, 1);
    Worker other(*gateway, 2);
    for (int round = 0; round < 3; round++) {
        const uint64_t older = worker.session;
        worker.connect();
        if (round > 0) {
            EXPECT_EQ(gateway->closed[older].code, "SUPERSEDED");
        }
        other.hello();
        EXPECT_EQ(gateway->closed[other.session].code, "OVERLOADED") << "it counts once, and does";
    }
    worker.disconnect();
    other.connect();
    worker.hello();
    EXPECT_EQ(gateway->closed[worker.session].code, "OVERLOADED") << "it has no place of its own";
}

// P7: streams without a Hello are bounded, too.
TEST_F(Session, TakesNoMoreStreamsThanItMay)
{
    gateway->crash();
    gateway->options.limits.max_workers = 1;
    gateway->start();
    std::vector<uint64_t> streams;
    for (unsigned i = 0; i < 1 + REEVE_GATEWAY_TAKEOVERS; i++) {
        streams.push_back(gateway->open_session());
    }
    for (uint64_t stream : streams) {
        EXPECT_EQ(gateway->closed.count(stream), 0u);
    }
    const uint64_t over = gateway->open_session();
    gateway->settle();
    EXPECT_EQ(gateway->closed[over].code, "OVERLOADED");
}

// P8: an operator reads from the log who came and went, and why.
TEST_F(Session, SaysWhoCameAndWentAndWhy)
{
    Worker worker(*gateway, 1);
    char journal[REEVE_ID_TEXT_SIZE];
    reeve_id_format(worker.next.journal_id, journal);
    const std::string who = std::string("spiffe://d/worker, journal ") + journal + ", epoch ";
    gateway->notes.clear();
    worker.connect();
    worker.connect();
    worker.disconnect();
    const std::vector<std::string> expected = {
        "session opened: " + who + "1",
        "session closed (SUPERSEDED): " + who + "1",
        "session opened: " + who + "2",
        "session closed (its stream ended): " + who + "2",
    };
    EXPECT_EQ(gateway->notes, expected);
    gateway->notes.clear();
    worker.identity = "spiffe://d/" + std::string(400, 'x');
    worker.hello();
    ASSERT_EQ(gateway->notes.size(), 1u);
    EXPECT_EQ(gateway->notes[0], "session refused (JOURNAL_FOREIGN): spiffe://d/" +
                                     std::string(109, 'x') + ", journal " + journal + ", epoch 0");
}

TEST_F(Session, QueuesNothingForASlowReader)
{
    Worker worker(*gateway);
    worker.connect();
    EXPECT_EQ(reeve_gateway_count(gateway->core).sessions, 1u);
    // A slow reader: one message under way, the next waits in flags, not in memory.
    gateway->hold_sends = true;
    for (int i = 0; i < 50; i++) {
        worker.heartbeat();
    }
    EXPECT_LE(gateway->take(worker.session).size(), 2u);
}

TEST_F(Session, AsksForANewSessionWhenTheRegistryGrew)
{
    Worker worker(*gateway);
    worker.tenant = "u";
    worker.connect();
    EXPECT_EQ(worker.welcome.aligned_tasks, 0u);
    gateway->take(worker.session);
    register_tasks("u");
    auto frames = gateway->take(worker.session);
    ASSERT_FALSE(frames.empty());
    EXPECT_EQ(frames[0].frame.type, REEVE_GATEWAY_FRAME_DRAIN);
}

// The gateway's own chain names the violation, once.
TEST_F(Session, RecordsAViolationOnce)
{
    Worker worker(*gateway);
    worker.connect();
    gateway->message(worker.session, "\xff\xff\xff");
    const Reply reply = gateway->reply(gateway->call(REEVE_CONTROL_LIST_AUDIT, ""));
    ASSERT_EQ(reply.code, 0) << reply.text;
    const auto *list =
        as<reeve_v1_list_audit_response>(reeve_v1_list_audit_response_message, reply.bytes);
    reeve_arena arena;
    reeve_arena_init(&arena, nullptr, 1 << 16, 0);
    size_t violations = 0;
    for (size_t i = 0; i < list->n_entries; i++) {
        reeve_audit_record record{};
        const auto &bytes = list->entries[i]->entry->record;
        ASSERT_EQ(reeve_audit_record_decode(reeve_bytes_of(bytes.data, bytes.len), &arena, &record),
                  REEVE_OK);
        violations += record.event == REEVE_AUDIT_SESSION &&
                              record.as.session.kind == REEVE_SESSION_EVENT_VIOLATION &&
                              to_string(record.as.session.code) == "MALFORMED" &&
                              reeve_id_equal(record.as.session.journal_id, worker.next.journal_id)
                          ? 1
                          : 0;
    }
    reeve_arena_clear(&arena);
    EXPECT_EQ(violations, 1u);
}

TEST_F(Session, DrainsWhenTheGatewayStops)
{
    Worker worker(*gateway);
    worker.connect();
    gateway->drain(1000);
    EXPECT_EQ(gateway->closed[worker.session].code, "RESTARTING");
    EXPECT_EQ(gateway->notes.back(), "drained");
    worker.hello();
    EXPECT_EQ(gateway->closed[worker.session].code, "RESTARTING");
    EXPECT_EQ(gateway->reply(gateway->call(REEVE_CONTROL_LIST_PLANS, "")).code, 14);
}

static void readmit(Gateway &gateway, Worker &worker)
{
    reeve_v1_readmit_worker_request request = REEVE_V1_READMIT_WORKER_REQUEST_INIT;
    request.journal_id = {16, worker.next.journal_id.bytes};
    const Reply reply = gateway.reply(gateway.call(
        REEVE_CONTROL_READMIT_WORKER, encode(reeve_v1_readmit_worker_request_message, &request)));
    EXPECT_EQ(reply.code, 0) << reply.text;
}

TEST_F(Session, ReadmitsARolledBackWorker)
{
    Worker worker(*gateway);
    worker.connect();
    ASSERT_NE(submit(step), nullptr);
    worker.outcome(worker.dispatches()[0].frame.as.dispatch);
    worker.disconnect();
    worker.next.dispatch_mark = 0; // the journal came back from a backup
    worker.connect();
    EXPECT_TRUE(worker.welcome.rolled_back);
    ASSERT_NE(submit(step), nullptr);
    ASSERT_NE(submit(echo), nullptr);
    auto got = worker.dispatches();
    ASSERT_EQ(got.size(), 1u) << "idempotent jobs only";
    worker.outcome(got[0].frame.as.dispatch);
    readmit(*gateway, worker);
    worker.next.rolled_back = true;
    worker.connect();
    EXPECT_FALSE(worker.welcome.rolled_back);
    EXPECT_EQ(worker.dispatches().size(), 1u);
}

// P4: what the journal knew of it may be among the records that it lost, readmitted or not.
TEST_F(Session, P4GivesNothingOutAgainThatAReadmittedJournalForgot)
{
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(step);
    auto got = worker.dispatches();
    ASSERT_EQ(got.size(), 1u);
    reeve_resume_entry entry{};
    reeve_job_spec spec{};
    ASSERT_EQ(reeve_job_spec_decode(got[0].frame.as.dispatch.job_spec, &spec), REEVE_OK);
    entry.job_id = spec.job_id;
    entry.attempt = got[0].frame.as.dispatch.attempt;
    entry.sequence = got[0].frame.as.dispatch.sequence;
    entry.state = REEVE_RESUME_RUNNING;
    worker.disconnect();
    worker.next.rolled_back = true; // the journal came back from a backup, and says so
    worker.connect({entry});
    EXPECT_TRUE(worker.welcome.rolled_back);
    readmit(*gateway, worker);
    worker.connect(); // what it had to say of the job is behind the gap
    EXPECT_FALSE(worker.welcome.rolled_back);
    EXPECT_TRUE(worker.dispatches().empty()) << "never silently run again";
    auto *ended = job(plan->jobs[0]->job_id);
    EXPECT_EQ(ended->status, REEVE_V1_OUTCOME_STATUS_UNKNOWN);
    EXPECT_EQ(ended->error->reason, REEVE_V1_REASON_ROLLED_BACK);
}

TEST_F(Session, SendsEverybodyAwayOnAStoreThatFails)
{
    Worker worker(*gateway);
    worker.connect();
    ASSERT_NE(submit(step), nullptr);
    auto got = worker.dispatches();
    gateway->fail_store = REEVE_DISK_FULL;
    worker.outcome(got[0].frame.as.dispatch);
    EXPECT_EQ(worker.acked, 0u) << "nothing is acknowledged that is not durable";
    EXPECT_EQ(gateway->closed[worker.session].code, "OVERLOADED");
    gateway->fail_store = REEVE_OK;
    EXPECT_EQ(reeve_gateway_count(gateway->core).jobs, 1u);
}

} // namespace reeve_test

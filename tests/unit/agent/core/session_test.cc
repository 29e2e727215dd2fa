// SPDX-License-Identifier: Apache-2.0
//
// How a session opens, what is refused on the way, and how it is opened again (P4, P6).
#include <gtest/gtest.h>

#include "tests/support/engine_world.h"

using Lines = std::vector<std::string>;

TEST(Session, OpensStepByStepBehindTheJournal)
{
    EngineWorld w;
    ASSERT_TRUE(w.Boot());
    EXPECT_EQ(w.Trace(), (Lines{"APPEND AUDIT", "APPEND HELLO", "CONNECT"}));
    w.Up();
    EXPECT_EQ(w.Trace(), Lines{}) << "Hello waits for its nonce";
    w.Sync();
    EXPECT_EQ(w.Trace(), (Lines{"SYNC", "SEND HELLO"}));
    w.Welcome();
    EXPECT_EQ(w.Trace(), (Lines{"APPEND EPOCH", "APPEND AUDIT"})) << "nothing before the epoch";
    w.Sync();
    EXPECT_EQ(w.Trace(), (Lines{"SYNC", "SEND RESUME_DONE", "SEND HEARTBEAT", "SEND LIMIT",
                                "SEND AUDIT", "SEND AUDIT"}));
    EXPECT_STREQ(w.Status().link_state, "LIVE");
    EXPECT_TRUE(w.Status().ready);
    EXPECT_EQ(w.Credit(), 16u);
}

TEST(Session, RepeatsItsNonceUntilAWelcomeWasStored)
{
    EngineWorld w;
    ASSERT_TRUE(w.Boot());
    w.Sync();
    w.Up();
    reeve_id first = w.hello.nonce;
    EXPECT_FALSE(reeve_id_is_zero(first));
    w.Reconnect();
    EXPECT_TRUE(reeve_id_equal(first, w.hello.nonce)) << "its Welcome was lost";
    w.Reconnect();
    EXPECT_FALSE(reeve_id_equal(first, w.hello.nonce)) << "its Welcome was stored";
    EXPECT_EQ(w.hello.last_epoch, 1u);
}

TEST(Session, RepeatsItsNonceAcrossARestart)
{
    EngineWorld w;
    ASSERT_TRUE(w.Boot());
    w.Sync();
    w.Up();
    reeve_id first = w.hello.nonce;
    w.Restart();
    w.Sync();
    w.Up();
    EXPECT_TRUE(reeve_id_equal(first, w.hello.nonce));
}

// P7: a gateway cannot use up the numbers that a journal has for its life; when it is in good hands
// again, the worker comes back and works.
TEST(Session, P7NumbersThatJumpToTheirEndAreRefused)
{
    const std::function<void(reeve_welcome &)> hostile[] = {
        [](reeve_welcome &w) { w.epoch = UINT64_MAX; },
        [](reeve_welcome &w) { w.epoch = uint64_t{1} << 41; },
        [](reeve_welcome &w) { w.dispatch_base = UINT64_MAX - 1; },
    };
    EngineWorld w;
    w.Boot();
    for (const auto &change : hostile) {
        w.closed_code = -1;
        while (!w.connect_asked) {
            w.Advance(100);
        }
        w.Sync();
        w.Up();
        w.Welcome(change);
        w.gw_epoch = 0;
        EXPECT_EQ(w.closed_code, REEVE_SESSION_SEQUENCE_INVALID);
        w.Down();
    }
    w.Reconnect();
    EXPECT_EQ(w.StartsOf(w.Give(kGet)), 1u);
    WorldJob last = w.Job(kGet);
    last.sequence = UINT64_MAX;
    w.Dispatch(last);
    EXPECT_EQ(w.closed_code, REEVE_SESSION_SEQUENCE_INVALID);
    EXPECT_EQ(w.StartsOf(last), 0u);
}

TEST(Session, BacksOffWithFullJitterForEver)
{
    EngineWorld w;
    ASSERT_TRUE(w.Boot());
    uint64_t longest = 0;
    for (int i = 0; i < 60; i++) {
        w.Down();
        uint64_t wait = reeve_engine_next_deadline(w.engine) - w.now.boot_ms;
        uint64_t ceiling = std::min<uint64_t>(30000, uint64_t{200} << std::min(i, 20));
        EXPECT_LE(wait, ceiling) << "try " << i;
        longest = std::max(longest, wait);
        w.Advance(wait);
        ASSERT_TRUE(w.connect_asked);
    }
    EXPECT_GT(longest, 10000u);
}

TEST(Session, StartsTheBackoffAnewAfterASessionThatLived)
{
    EngineWorld w;
    ASSERT_TRUE(w.Boot());
    for (int i = 0; i < 10; i++) {
        w.Down();
        w.Advance(30000);
    }
    w.Sync();
    w.Up();
    w.Welcome();
    w.Sync();
    for (int i = 0; i < 11; i++) {
        w.Advance(1000);
        w.Beat();
    }
    w.Down();
    EXPECT_LE(reeve_engine_next_deadline(w.engine) - w.now.boot_ms, 200u);
}

// P6: nothing needs a restart: whoever corrects the configuration is not kept waiting.
TEST(Session, P6ANewConfigurationIsTriedSoon)
{
    EngineWorld w;
    ASSERT_TRUE(w.Boot());
    for (int i = 0; i < 12; i++) {
        w.Down();
        w.Advance(30000);
    }
    w.Down();
    w.Configure(true);
    EXPECT_LE(reeve_engine_next_deadline(w.engine) - w.now.boot_ms, 200u);
    w.Advance(200);
    w.Sync();
    w.Up();
    w.Retry(REEVE_SESSION_OVERLOADED, 5000);
    w.Down(REEVE_OK);
    w.Configure(true);
    EXPECT_GE(w.Status().connect_at_ms, w.now.boot_ms + 5000) << "the gateway asked for it";
}

TEST(Session, P6ANewConfigurationBoundsThePauseAnew)
{
    EngineWorld w;
    ASSERT_TRUE(w.Boot());
    w.backoff_cap_ms = 1000;
    w.Configure(true);
    for (int i = 0; i < 40; i++) {
        w.Down();
        const uint64_t wait = reeve_engine_next_deadline(w.engine) - w.now.boot_ms;
        EXPECT_LE(wait, 1000u) << "try " << i;
        w.Advance(wait);
        ASSERT_TRUE(w.connect_asked);
    }
}

TEST(Session, HonoursRetryAndComesBackSlowlyWhenRefused)
{
    EngineWorld w;
    ASSERT_TRUE(w.Boot());
    w.Sync();
    w.Up();
    w.Retry(REEVE_SESSION_OVERLOADED, 5000);
    w.Down(REEVE_OK);
    EXPECT_GE(w.Status().connect_at_ms, w.now.boot_ms + 5000);
    w.Advance(5000);
    w.Sync();
    w.Up();
    w.Retry(REEVE_SESSION_CLONED, 0);
    w.Down(REEVE_OK);
    EXPECT_GE(w.Status().connect_at_ms, w.now.boot_ms + 60000) << "tried on, slowly";
    EXPECT_EQ(w.notes[REEVE_NOTE_SESSION_REFUSED], 1);
    EXPECT_TRUE(w.Status().conditions & (1u << REEVE_CONDITION_REFUSED)) << "P8";
    EXPECT_EQ(w.SessionEvents(), std::vector{REEVE_SESSION_EVENT_CLONED});
    w.Reconnect();
    EXPECT_TRUE(w.Status().ready) << "the cause is gone";
}

// P4: a gateway that forgot what it had stored learns it from Resume, and takes the outcome.
TEST(Session, P4ListsHowManyResultsAnEndedJobHas)
{
    EngineWorld w;
    w.Live();
    WorldJob job = w.Give(kStream);
    const reeve_job_handle handle = w.HandleOf(job);
    w.Emit(handle, "one");
    w.Emit(handle, "two");
    w.AckResults();
    w.Finish(handle, REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_NONE);
    w.Sync();
    w.Reconnect(); // its outcome was not acknowledged
    ASSERT_EQ(w.resumed.size(), 1u);
    EXPECT_EQ(w.resumed[0].state, REEVE_RESUME_ENDED);
    EXPECT_EQ(w.resumed[0].next_index, 2u);
}

// A gateway that stops sends away whoever comes, whether Hello has reached it or not.
TEST(Session, P6NoRetryKeepsAWorkerAwayForGood)
{
    for (const uint64_t after_ms : {uint64_t{3600001}, UINT64_MAX / 2, UINT64_MAX}) {
        EngineWorld w;
        w.Live();
        w.Retry(REEVE_SESSION_OVERLOADED, after_ms);
        w.Down();
        w.Advance(3599000);
        EXPECT_FALSE(w.connect_asked) << after_ms;
        w.Advance(2000);
        EXPECT_TRUE(w.connect_asked) << after_ms;
    }
}

TEST(Session, P6TakesRetryBeforeHelloIsDurable)
{
    EngineWorld w;
    ASSERT_TRUE(w.Boot());
    w.Up();
    w.Retry(REEVE_SESSION_RESTARTING, 3000);
    w.Down(REEVE_OK);
    EXPECT_EQ(w.Status().violations, 0u);
    EXPECT_GE(w.Status().connect_at_ms, w.now.boot_ms + 3000);
}

TEST(Session, GivesUpALinkThatIsNeverWelcomed)
{
    EngineWorld w;
    ASSERT_TRUE(w.Boot());
    w.Sync();
    w.Up();
    w.Trace();
    w.Advance(15000);
    EXPECT_EQ(w.Trace().back(), "CLOSE LIVENESS_LOST");
}

// P8: within two intervals status says that it is not ready.
TEST(Session, NoticesASilentGatewayWithinThreeIntervals)
{
    EngineWorld w;
    w.Live();
    EXPECT_TRUE(w.Status().ready);
    w.Trace();
    w.Advance(2999);
    EXPECT_EQ(w.closed_code, -1);
    EXPECT_FALSE(w.Status().ready) << "P8: within two intervals";
    EXPECT_EQ(w.Status().conditions, 1u << REEVE_CONDITION_HEARTBEAT_LATE);
    w.Advance(1);
    EXPECT_EQ(w.closed_code, REEVE_SESSION_LIVENESS_LOST);
    EXPECT_EQ(w.heartbeats, 3u);
}

TEST(Session, NoticesASilentGatewayWithinTenSecondsWhateverTheInterval)
{
    EngineWorld w;
    w.gw_interval_ms = 60000;
    w.gw_lease_ms = 200000;
    w.Live();
    w.Advance(10000);
    EXPECT_EQ(w.closed_code, REEVE_SESSION_LIVENESS_LOST);
}

TEST(Session, StaysUpWhileHeartbeatsAreAnswered)
{
    EngineWorld w;
    w.Live();
    for (int i = 0; i < 100; i++) {
        w.Advance(1000);
        w.Beat();
    }
    EXPECT_EQ(w.closed_code, -1);
    EXPECT_TRUE(w.Status().ready);
    EXPECT_GE(w.heartbeats, 100u);
}

TEST(Session, StartsNothingAfterTheLease)
{
    EngineWorld w;
    w.gw_interval_ms = 1000;
    w.gw_lease_ms = 3000;
    w.Live();
    // Beats come but answer nothing: the gateway hears us no more, say.
    for (int i = 1; i <= 4; i++) {
        w.Advance(1000);
        reeve_gateway_frame frame = {};
        frame.type = REEVE_GATEWAY_FRAME_HEARTBEAT;
        frame.as.heartbeat.sequence = static_cast<uint64_t>(i);
        w.Send(frame);
    }
    WorldJob job = w.Give(kGet);
    EXPECT_EQ(w.StartsOf(job), 0u);
    EXPECT_EQ(w.notes[REEVE_NOTE_LEASE_EXPIRED], 1);
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_HEARTBEAT;
    frame.as.heartbeat.sequence = 5;
    frame.as.heartbeat.answers = w.heartbeats;
    w.gw_lease_ms = 1000000; // the world's own count follows Beat() only
    w.Send(frame);
    EXPECT_EQ(w.StartsOf(job), 1u);
}

TEST(Session, RefusesAnAnswerToAHeartbeatThatWasNeverSent)
{
    EngineWorld w;
    w.Live();
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_HEARTBEAT;
    frame.as.heartbeat.sequence = 1;
    frame.as.heartbeat.answers = 1000;
    w.Send(frame);
    EXPECT_EQ(w.closed_code, REEVE_SESSION_SEQUENCE_INVALID);
}

TEST(Session, RefusesAWelcomeThatBreaksTheContract)
{
    const std::function<void(reeve_welcome &)> changes[] = {
        [](reeve_welcome &w) { w.version = 2; },
        [](reeve_welcome &w) { w.epoch = 0; },
        [](reeve_welcome &w) { w.tenant = reeve_bytes_cstr(""); },
        [](reeve_welcome &w) { w.heartbeat_interval_ms = 0; },
        [](reeve_welcome &w) { w.lease_ms = 2 * w.heartbeat_interval_ms; },
        [](reeve_welcome &w) { w.max_frame_bytes = 100; },
        [](reeve_welcome &w) { w.audit_sequence = UINT64_MAX; },
    };
    for (const auto &change : changes) {
        EngineWorld w;
        ASSERT_TRUE(w.Boot());
        w.Sync();
        w.Up();
        w.Welcome(change);
        EXPECT_GE(w.closed_code, 16);
        EXPECT_EQ(w.CountRecords(REEVE_JOURNAL_EPOCH), 0u) << "taken over whole or not at all";
        EXPECT_EQ(w.SessionEvents(), std::vector{REEVE_SESSION_EVENT_VIOLATION});
    }
}

TEST(Session, EndsOnFramesOutOfOrder)
{
    EngineWorld w;
    ASSERT_TRUE(w.Boot());
    w.Sync();
    w.Up();
    w.Give(kGet); // before Welcome
    EXPECT_EQ(w.closed_code, REEVE_SESSION_OUT_OF_ORDER);
    w.closed_code = -1;
    w.Reconnect();
    w.gw_epoch++;
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_WELCOME; // a second one
    frame.as.welcome.epoch = 99;
    frame.as.welcome.version = 1;
    frame.as.welcome.gateway_id = w.gw_id;
    frame.as.welcome.tenant = reeve_bytes_cstr("acme");
    w.Send(frame);
    EXPECT_EQ(w.closed_code, REEVE_SESSION_OUT_OF_ORDER);
}

TEST(Session, AcknowledgingWhatWasNeverSentEndsIt)
{
    EngineWorld w;
    w.Live();
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_OUTCOME_ACK;
    frame.as.outcome_ack.audit_sequence = 1000;
    w.Send(frame);
    EXPECT_EQ(w.closed_code, REEVE_SESSION_AUDIT_BROKEN);
}

// P7: a truncated message ends the session with a typed code and one audit record, and nothing else
// changes; the same worker then works on.
TEST(Session, GarbageCutAfterEveryByte)
{
    EngineWorld w;
    w.Live();
    WorldJob job = w.Job(kGet);
    w.gw_sequence += 100;
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_DISPATCH;
    std::string spec = w.Spec(job);
    frame.as.dispatch.sequence = 50;
    frame.as.dispatch.attempt = 1;
    frame.as.dispatch.time_left_ms = 1000;
    frame.as.dispatch.job_spec = reeve_bytes_of(spec.data(), spec.size());
    std::string bytes = w.Encode(frame);
    size_t violations = 0;
    for (size_t cut = 1; cut < bytes.size(); cut++) {
        w.closed_code = -1;
        w.Message(bytes.substr(0, cut));
        EXPECT_EQ(w.closed_code, REEVE_SESSION_MALFORMED) << "cut at " << cut;
        violations++;
        w.Reconnect();
        w.Ack();
        w.Advance(2000);
    }
    size_t recorded = 0;
    for (reeve_session_event_kind kind : w.SessionEvents()) {
        recorded += kind == REEVE_SESSION_EVENT_VIOLATION ? 1 : 0;
    }
    EXPECT_EQ(recorded, violations);
    EXPECT_EQ(w.starts.size(), 0u);
    EXPECT_EQ(w.Status().dispatch_mark, 0u);
    w.Reconnect();
    WorldJob good = w.Give(kGet);
    EXPECT_EQ(w.StartsOf(good), 1u);
}

TEST(Session, RandomGarbageNeverDoesMoreThanEndIt)
{
    reeve_random_seeded random;
    reeve_random_seed(&random, 99);
    EngineWorld w;
    w.Live();
    for (int i = 0; i < 300; i++) {
        std::string bytes(1 + reeve_random_below(&random.random, 200), '\0');
        random.random.fill(random.random.ctx, bytes.data(), bytes.size());
        w.Message(bytes);
        if (w.closed_code != -1) {
            w.closed_code = -1;
            w.Reconnect();
            w.Ack();
        }
    }
    EXPECT_EQ(w.starts.size(), 0u);
}

TEST(Session, EndsOnAFrameOverItsBound)
{
    WorldOptions options;
    options.max_frame_bytes = 70000;
    EngineWorld w(options);
    w.Live();
    WorldJob job = w.Job(kGet);
    job.input = std::string(80000, 'x');
    w.Dispatch(job);
    EXPECT_EQ(w.closed_code, REEVE_SESSION_FRAME_TOO_LARGE);
}

TEST(Session, RecordsOfBrokenSessionsAreBounded)
{
    EngineWorld w;
    ASSERT_TRUE(w.Boot());
    for (int i = 0; i < 1500; i++) {
        w.Sync();
        w.Up();
        w.Message("\xff"); // and nothing is ever acknowledged
        w.Down(REEVE_OK);
        w.Advance(w.Status().connect_at_ms - w.now.boot_ms);
        ASSERT_TRUE(w.connect_asked);
    }
    EXPECT_LE(w.CountRecords(REEVE_JOURNAL_AUDIT), 1100u) << "P7";
    w.Reconnect();
    EXPECT_TRUE(w.Status().ready) << "and it goes on";
}

TEST(Session, IgnoresEventsOfAnOldLink)
{
    EngineWorld w;
    w.Live();
    uint32_t old = w.link;
    w.Reconnect();
    w.Trace();
    std::swap(old, w.link);
    w.Message("\xff\xff\xff");
    std::swap(old, w.link);
    EXPECT_EQ(w.Trace(), Lines{});
    EXPECT_STREQ(w.Status().link_state, "LIVE");
}

// ---- rollback ----

TEST(Rollback, AGatewayThatForgotDispatchesStopsWhatIsNotIdempotent)
{
    EngineWorld w;
    w.Live();
    w.Give(kCreate);
    w.Sync();
    w.FinishAll();
    w.Sync();
    w.Ack();
    uint64_t mark = w.gw_sequence;
    w.Down();
    w.gw_sequence = 0; // restored from a backup
    w.Reconnect();
    EXPECT_TRUE(w.Status().rolled_back) << "P4: detected on connect";
    EXPECT_TRUE(w.Status().conditions & (1u << REEVE_CONDITION_ROLLED_BACK));
    w.gw_sequence = mark;
    WorldJob create = w.Give(kCreate);
    w.Sync();
    ASSERT_NE(w.OutcomeOf(create), nullptr);
    EXPECT_EQ(w.OutcomeOf(create)->reason, REEVE_REASON_ROLLED_BACK);
    WorldJob get = w.Give(kGet);
    EXPECT_EQ(w.StartsOf(get), 1u) << "harmless ones go on";
    EXPECT_EQ(w.CountRecords(REEVE_JOURNAL_STATE), 1u);
    // It stays so over a restart, and until the gateway says otherwise.
    w.Restart();
    EXPECT_TRUE(w.Status().rolled_back);
    w.gw_rolled_back = true;
    w.Reconnect();
    EXPECT_TRUE(w.hello.rolled_back);
    EXPECT_TRUE(w.Status().rolled_back);
    w.gw_rolled_back = false; // an operator readmitted it
    w.Reconnect();
    EXPECT_FALSE(w.Status().rolled_back);
    WorldJob after = w.Give(kCreate);
    w.Sync();
    EXPECT_EQ(w.StartsOf(after), 1u);
}

TEST(Rollback, AJournalThatForgotRecordsSaysSoAndNamesTheGap)
{
    EngineWorld w;
    w.Live();
    w.Sync();
    w.Give(kGet);
    w.FinishAll();
    w.Sync();
    w.Ack();
    uint64_t held = w.gw_durable.sequence;
    // The disk comes back as it was before the session.
    w.Crash();
    w.journal.resize(2);
    w.synced = 2;
    ASSERT_TRUE(w.Boot());
    w.Reconnect();
    EXPECT_TRUE(w.Status().rolled_back);
    EXPECT_GT(w.Status().audit_sequence, held);
    w.Sync();
    w.Ack(); // the world checked that the chain goes on behind the gap
    EXPECT_EQ(w.gw_durable.sequence, w.Status().audit_sequence);
}

// P4: a readmission that meets a journal restored once more. The gateway's records are not this
// chain's: they acknowledge nothing of it, and the job that ended here is still listed.
TEST(Rollback, AReadmissionSettlesNothingOfAnotherChain)
{
    EngineWorld w;
    w.Live();
    WorldJob job = w.Give(kCreate);
    w.Sync();
    ASSERT_EQ(w.StartsOf(job), 1u);
    w.Down();
    w.gw_rolled_back = true;
    w.Reconnect();
    ASSERT_TRUE(w.Status().rolled_back);
    w.Crash(); // and with it the job
    ASSERT_TRUE(w.Boot());
    w.gw_rolled_back = false;
    reeve_audit_chain_restore(&w.gw_durable, w.gw_durable.journal_id, w.Status().audit_sequence + 5,
                              {{9}}, 0);
    w.Reconnect();
    EXPECT_FALSE(w.Status().rolled_back) << "taken as it is";
    ASSERT_EQ(w.resumed.size(), 1u);
    EXPECT_TRUE(reeve_id_equal(w.resumed[0].job_id, job.job_id));
    EXPECT_EQ(w.resumed[0].state, REEVE_RESUME_ENDED);
}

TEST(Rollback, AnotherGatewayIsNoticed)
{
    EngineWorld w;
    w.Live();
    w.Ack();
    w.gw_id = {{9}};
    w.Reconnect();
    EXPECT_TRUE(w.Status().rolled_back);
}

// About 6 MB of jobs that need no approval, one after the other, all of it acknowledged.
static void PassMuch(EngineWorld &w)
{
    for (int i = 0; i < 64; i++) {
        WorldJob job = w.Job(kCreate);
        job.input = std::string(100000, 'x');
        w.Dispatch(job);
        w.Sync();
        w.FinishAll();
        w.Sync();
        w.Ack();
        w.Beat();
        w.Advance(500);
        w.Sync();
    }
}

static WorldJob ApprovedAndDone(EngineWorld &w, int64_t life_ms)
{
    WorldJob job = w.Job(kApproved);
    job.not_after = w.now.unix_ms + life_ms;
    w.Dispatch(job);
    w.Sync();
    w.FinishAll();
    w.Sync();
    w.Ack();
    EXPECT_EQ(w.StartsOf(job), 1u);
    return job;
}

// P3, P4, P7: one approval is one execution for as long as it counts, and that keeps one small
// record, not everything since.
TEST(Session, P7AnApprovedJobIsRememberedWithoutTheJournalSinceThen)
{
    EngineWorld w;
    w.Live();
    WorldJob job = ApprovedAndDone(w, INT64_C(30) * 24 * 3600 * 1000);
    const uint64_t ran = reeve_engine_read_marks(w.engine).oldest_needed_lsn;
    PassMuch(w);
    const uint64_t needed = reeve_engine_read_marks(w.engine).oldest_needed_lsn;
    EXPECT_GT(needed, ran + 100);
    for (WorldRecord &record : w.journal) {
        if (record.lsn < needed && record.type != REEVE_JOURNAL_OPENED) {
            record.type = 255; // gone: of no type that means anything
        }
    }
    w.Restart();
    w.Reconnect();
    EXPECT_EQ(reeve_engine_read_marks(w.engine).oldest_needed_lsn, needed);
    w.outcomes.clear();
    job.sequence = 0;
    job.attempt++;
    w.Dispatch(job);
    w.Sync();
    ASSERT_NE(w.OutcomeOf(job), nullptr);
    EXPECT_EQ(w.OutcomeOf(job)->reason, REEVE_REASON_REPLAYED);
    EXPECT_EQ(w.StartsOf(job), 1u);
}

TEST(Session, P7AnApprovalThatIsOverKeepsNothing)
{
    EngineWorld w;
    w.Live();
    ApprovedAndDone(w, 5000);
    w.Reconnect(); // all else is written anew
    const uint64_t ran = reeve_engine_read_marks(w.engine).oldest_needed_lsn;
    w.now.unix_ms += 5000 + 61000;
    w.Beat();
    w.Sync();
    EXPECT_GT(reeve_engine_read_marks(w.engine).oldest_needed_lsn, ran);
    w.Restart();
    w.Reconnect();
    EXPECT_GT(reeve_engine_read_marks(w.engine).oldest_needed_lsn, ran);
}

TEST(Session, P7ALongSessionDoesNotKeepTheWholeJournal)
{
    EngineWorld w;
    w.Live();
    const uint64_t begun = reeve_engine_read_marks(w.engine).oldest_needed_lsn;
    PassMuch(w);
    const reeve_engine_marks marks = reeve_engine_read_marks(w.engine);
    EXPECT_GT(marks.oldest_needed_lsn, begun + 100) << "one session, and its beginning can go";
    std::vector<WorldRecord> kept;
    for (const WorldRecord &record : w.journal) {
        if (record.lsn >= marks.oldest_needed_lsn) {
            kept.push_back(record);
        }
    }
    EXPECT_LT(kept.size(), w.journal.size() / 2);
    EXPECT_EQ(REEVE_JOURNAL_EPOCH, kept.front().type);
}

// SPDX-License-Identifier: Apache-2.0
//
// The SQLite store: whole transitions or nothing (P4), fencing, marks, bounds.
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "tests/unit/gateway-stub/store/store_fixture.h"

namespace
{

using reeve_test::digest_of;
using reeve_test::id_of;
using reeve_test::Request;
using reeve_test::SqliteStore;
using reeve_test::Store;
using reeve_test::text;

TEST_F(SqliteStore, KeepsAPlanOverReopening)
{
    {
        Store store(path);
        ASSERT_EQ(store.status, REEVE_OK) << store.problem;
        register_task(store);
        ASSERT_EQ(submit(store, 1), REEVE_OK);
    }
    Store store(path);
    ASSERT_EQ(store.status, REEVE_OK) << store.problem;
    Request r(REEVE_STORE_LOAD_PLANS);
    r->u.load_plans.limit = 10;
    ASSERT_EQ(store.run(r.r), REEVE_OK);
    ASSERT_EQ(r->u.load_plans.count, 1u);
    EXPECT_EQ(r->u.load_plans.plans[0].jobs_count, 2u);
    EXPECT_EQ(r->u.load_plans.plans[0].jobs[1].state, REEVE_JOB_QUEUED);
    Request meta(REEVE_STORE_LOAD_META);
    ASSERT_EQ(store.run(meta.r), REEVE_OK);
    EXPECT_EQ(meta->u.load_meta.generation, 2u);
}

// P4: results of one attempt are never continued by another that began after a restart.
TEST_F(SqliteStore, LoadsTheAttemptThatStreamedLast)
{
    Store store(path);
    register_task(store);
    ASSERT_EQ(submit(store, 1, 0, "", true), REEVE_OK);
    ASSERT_EQ(open_session(store).status, REEVE_OK);
    Request settled(REEVE_STORE_SETTLE);
    reeve_store_result result{};
    result.job_id = id_of(11);
    result.attempt = 2;
    result.message = text("first");
    reeve_store_settle &s = settled->u.settle;
    s.tenant = text("t");
    s.identity = text("spiffe://d/w");
    s.journal_id = id_of(200);
    s.epoch = 1;
    s.results = &result;
    s.results_count = 1;
    ASSERT_EQ(store.run(settled.r), REEVE_OK);
    Request r(REEVE_STORE_LOAD_PLANS);
    r->u.load_plans.limit = 10;
    ASSERT_EQ(store.run(r.r), REEVE_OK);
    ASSERT_EQ(r->u.load_plans.plans[0].jobs_count, 2u);
    EXPECT_EQ(r->u.load_plans.plans[0].jobs[0].end.attempt, 0u);
    EXPECT_EQ(r->u.load_plans.plans[0].jobs[1].end.attempt, 2u);
}

TEST_F(SqliteStore, IsHeldByOneGateway)
{
    Store first(path);
    ASSERT_EQ(first.status, REEVE_OK);
    Store second(path);
    EXPECT_EQ(second.status, REEVE_LOCKED);
    EXPECT_NE(std::string(second.problem).find("another gateway"), std::string::npos);
}

TEST_F(SqliteStore, RefusesADamagedFile)
{
    {
        Store store(path);
        register_task(store);
    }
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file.write(std::string(8192, 'x').data(), 8192);
    file.close();
    Store store(path);
    EXPECT_EQ(store.status, REEVE_CORRUPT);
}

TEST_F(SqliteStore, ReturnsThePlanOfAnIdempotencyKey)
{
    Store store(path);
    register_task(store);
    ASSERT_EQ(submit(store, 1, 0, "key"), REEVE_OK);
    EXPECT_EQ(submit(store, 2, 0, "key"), REEVE_EXISTS);
    Request r(REEVE_STORE_LIST_JOBS);
    r->u.list_jobs.tenant = text("t");
    r->u.list_jobs.limit = 10;
    ASSERT_EQ(store.run(r.r), REEVE_OK);
    EXPECT_EQ(r->u.list_jobs.count, 2u);
}

TEST_F(SqliteStore, LeavesNoTraceOfAFailedTransition)
{
    Store store(path);
    register_task(store);
    ASSERT_EQ(submit(store, 1), REEVE_OK);
    // The second job's id is taken: the plan, its first job and its statement go with it.
    Request r(REEVE_STORE_SUBMIT_PLAN);
    reeve_store_job jobs[2]{};
    for (auto &job : jobs) {
        job.task = text("a.B/C");
        job.fingerprint = digest_of(1);
        job.spec = text("s");
    }
    jobs[0].job_id = id_of(99);
    jobs[1].job_id = id_of(10);
    r->u.submit_plan.plan.plan_id = id_of(9);
    r->u.submit_plan.plan.tenant = text("t");
    r->u.submit_plan.plan.state = REEVE_PLAN_APPROVED;
    r->u.submit_plan.plan.jobs = jobs;
    r->u.submit_plan.plan.jobs_count = 2;
    EXPECT_EQ(store.run(r.r), REEVE_EXISTS);
    Request list(REEVE_STORE_LIST_JOBS);
    list->u.list_jobs.tenant = text("t");
    list->u.list_jobs.limit = 10;
    ASSERT_EQ(store.run(list.r), REEVE_OK);
    EXPECT_EQ(list->u.list_jobs.count, 2u);
}

TEST_F(SqliteStore, NeedsDistinctKeysAndOperators)
{
    Store store(path);
    register_task(store);
    ASSERT_EQ(submit(store, 1, 2), REEVE_OK);
    const auto approve = [&](const char *by, const char *key) {
        Request r(REEVE_STORE_APPROVE_PLAN);
        r->u.approve_plan.tenant = text("t");
        r->u.approve_plan.plan_id = id_of(1);
        r->u.approve_plan.approval.by = text(by);
        r->u.approve_plan.approval.key_id = text(key);
        r->u.approve_plan.approval.signature = text("signature");
        const enum reeve_status status = store.run(r.r);
        return std::make_pair(status, static_cast<int>(r->u.approve_plan.state));
    };
    EXPECT_EQ(approve("anna", "k1"), std::make_pair(REEVE_OK, int{REEVE_PLAN_PENDING}));
    EXPECT_EQ(approve("anna", "k2").first, REEVE_EXISTS);
    EXPECT_EQ(approve("bert", "k1").first, REEVE_EXISTS);
    EXPECT_EQ(approve("bert", "k2"), std::make_pair(REEVE_OK, int{REEVE_PLAN_APPROVED}));
    EXPECT_EQ(approve("carl", "k3").first, REEVE_STATE);
}

TEST_F(SqliteStore, GivesEpochsAndFencesTheOldOne)
{
    Store store(path);
    register_task(store);
    ASSERT_EQ(submit(store, 1), REEVE_OK);
    Opened first = open_session(store);
    ASSERT_EQ(first.status, REEVE_OK);
    EXPECT_EQ(first.out.epoch, 1u);
    EXPECT_EQ(first.out.dispatch_base, 0u);
    EXPECT_EQ(first.out.dispatch_limit, 100u);
    Opened second = open_session(store, [](reeve_store_open_session &s) { s.last_epoch = 1; });
    ASSERT_EQ(second.status, REEVE_OK);
    EXPECT_EQ(second.out.epoch, 2u);
    EXPECT_EQ(second.out.dispatch_base, 100u) << "numbers never come again";
    EXPECT_EQ(settle(store, 1, 1, 10), REEVE_STATE) << "epoch 1 is fenced";
    EXPECT_EQ(settle(store, 2, 1, 10), REEVE_OK);
}

TEST_F(SqliteStore, TellsACloneFromALostWelcome)
{
    Store store(path);
    ASSERT_EQ(open_session(store).status, REEVE_OK);
    // The Welcome of epoch 1 got lost: the same Hello comes again.
    EXPECT_EQ(open_session(store).out.epoch, 2u);
    Opened clone = open_session(store, [](reeve_store_open_session &s) { s.nonce = id_of(250); });
    EXPECT_EQ(clone.status, REEVE_CLONED);
    Opened foreign = open_session(store, [](reeve_store_open_session &s) {
        s.identity = text("spiffe://d/other");
        s.last_epoch = 2;
    });
    EXPECT_EQ(foreign.status, REEVE_NOT_ALLOWED);
}

TEST_F(SqliteStore, P5KnowsSinceWhenAJournalIsAway)
{
    Store store(path);
    store.now = 2000;
    ASSERT_EQ(open_session(store).status, REEVE_OK);
    EXPECT_EQ(away_of(store), 0) << "connected";
    store.now = 3000;
    ASSERT_EQ(close_session(store, 1, true, true), REEVE_OK);
    EXPECT_EQ(away_of(store), 3000) << "nobody saw it end: away from now on";
    store.now = 4000;
    ASSERT_EQ(close_session(store, 1, true, true), REEVE_OK);
    EXPECT_EQ(away_of(store), 3000) << "and not anew";
    ASSERT_EQ(open_session(store, [](reeve_store_open_session &s) { s.last_epoch = 1; }).status,
              REEVE_OK);
    EXPECT_EQ(away_of(store), 0);
    store.now = 5000;
    EXPECT_EQ(close_session(store, 1, true, false), REEVE_STATE) << "fenced";
    ASSERT_EQ(close_session(store, 2, true, false), REEVE_OK);
    EXPECT_EQ(away_of(store), 5000);
}

// A file of the version before has no such column; what it knows is when sessions were closed.
TEST_F(SqliteStore, P5TakesOverSinceWhenJournalsOfAnOlderFileAreAway)
{
    {
        Store store(path);
        ASSERT_EQ(open_session(store).status, REEVE_OK);
        store.now = 3000;
        ASSERT_EQ(close_session(store, 1, true, false), REEVE_OK);
    }
    sqlite3 *db = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db,
                           "ALTER TABLE journals DROP COLUMN away_ms; DROP TABLE cancels;"
                           " ALTER TABLE meta DROP COLUMN doubtful; PRAGMA user_version = 2",
                           nullptr, nullptr, nullptr),
              SQLITE_OK)
        << sqlite3_errmsg(db);
    sqlite3_close(db);
    Store store(path);
    ASSERT_EQ(store.status, REEVE_OK) << store.problem;
    EXPECT_EQ(away_of(store), 3000);
}

TEST_F(SqliteStore, FindsRollbacksBothWays)
{
    Store store(path);
    register_task(store);
    ASSERT_EQ(submit(store, 1), REEVE_OK);
    ASSERT_EQ(open_session(store).status, REEVE_OK);
    ASSERT_EQ(settle(store, 1, 1, 10), REEVE_OK);
    Opened behind = open_session(store, [](reeve_store_open_session &s) { s.last_epoch = 1; });
    EXPECT_TRUE(behind.out.worker_was_behind) << "dispatch 1 was answered, the journal forgot it";
    EXPECT_TRUE(behind.out.is_rolled_back);
    Opened ahead = open_session(store, [](reeve_store_open_session &s) {
        s.journal_id = id_of(210);
        s.last_epoch = 7;
        s.dispatch_mark = 900;
    });
    EXPECT_TRUE(ahead.out.store_was_behind);
    EXPECT_EQ(ahead.out.epoch, 8u);
    EXPECT_EQ(ahead.out.dispatch_base, 900u);

    Request readmit(REEVE_STORE_READMIT);
    readmit->u.readmit.tenant = text("t");
    readmit->u.readmit.journal_id = id_of(200);
    ASSERT_EQ(store.run(readmit.r), REEVE_OK);
    Opened again = open_session(store, [](reeve_store_open_session &s) {
        s.last_epoch = 2;
        s.rolled_back = true;
    });
    EXPECT_FALSE(again.out.is_rolled_back);
}

TEST_F(SqliteStore, AcknowledgesDuplicatesAndRecordsLateWords)
{
    Store store(path);
    register_task(store);
    ASSERT_EQ(submit(store, 1), REEVE_OK);
    ASSERT_EQ(open_session(store).status, REEVE_OK);
    enum reeve_settled settled = REEVE_SETTLED_NONE;
    ASSERT_EQ(settle(store, 1, 1, 10, &settled), REEVE_OK);
    EXPECT_EQ(settled, REEVE_SETTLED_APPLIED);
    ASSERT_EQ(settle(store, 1, 1, 10, &settled), REEVE_OK);
    EXPECT_EQ(settled, REEVE_SETTLED_DUPLICATE);
    ASSERT_EQ(settle(store, 1, 2, 10, &settled), REEVE_OK);
    EXPECT_EQ(settled, REEVE_SETTLED_LATE);
    ASSERT_EQ(settle(store, 1, 3, 77, &settled), REEVE_OK);
    EXPECT_EQ(settled, REEVE_SETTLED_UNKNOWN);
    EXPECT_EQ(settle(store, 1, 5, 11), REEVE_CHAIN_BROKEN) << "record 4 is missing";
    Request r(REEVE_STORE_GET_PLAN);
    reeve_store_plan plan = get(store, r, 1);
    EXPECT_EQ(plan.open_jobs, 1u);
    EXPECT_EQ(plan.jobs[0].state, REEVE_JOB_ENDED);
    EXPECT_TRUE(reeve_bytes_equal_cstr(plan.jobs[0].end.output, "out"));
}

// P4, P5: a failed attempt is on record and ends nothing, before and after reopening; a dead letter
// is requeued once.
TEST_F(SqliteStore, KeepsFailedAttemptsAndRequeuesDeadLetters)
{
    const auto fail = [](Store &store, uint64_t epoch, uint64_t sequence, uint8_t effect,
                         bool dead) {
        Request r(REEVE_STORE_SETTLE);
        reeve_store_item item{};
        item.audit.sequence = sequence;
        item.audit.hash = digest_of(static_cast<uint8_t>(sequence));
        item.audit.record = text("record");
        item.has_end = true;
        item.dispatch_sequence = sequence;
        item.ended_unix_ms = 77;
        item.end = {id_of(10), static_cast<uint32_t>(sequence), 2, effect, 34, text("why"), {}, 0,
                    0};
        item.again = {true, dead, dead ? 0 : 5000};
        r->u.settle.tenant = text("t");
        r->u.settle.identity = text("spiffe://d/w");
        r->u.settle.journal_id = id_of(200);
        r->u.settle.epoch = epoch;
        r->u.settle.previous_hash =
            sequence == 1 ? reeve_digest{} : digest_of(static_cast<uint8_t>(sequence - 1));
        r->u.settle.items = &item;
        r->u.settle.count = 1;
        EXPECT_EQ(store.run(r.r), REEVE_OK);
        return item.settled;
    };
    const auto requeue = [](Store &store) {
        Request r(REEVE_STORE_REQUEUE);
        r->u.requeue.tenant = text("t");
        r->u.requeue.job_id = id_of(10);
        const enum reeve_status status = store.run(r.r);
        return std::make_pair(status, r->u.requeue.base);
    };
    {
        Store store(path);
        register_task(store);
        ASSERT_EQ(submit(store, 1), REEVE_OK);
        ASSERT_EQ(open_session(store).status, REEVE_OK);
        EXPECT_EQ(requeue(store).first, REEVE_STATE);
        EXPECT_EQ(fail(store, 1, 1, 1, false), REEVE_SETTLED_RETRIED);
        EXPECT_EQ(fail(store, 1, 1, 1, false), REEVE_SETTLED_DUPLICATE);
        EXPECT_EQ(fail(store, 1, 2, 1, true), REEVE_SETTLED_RETRIED);
    }
    Store store(path);
    ASSERT_EQ(store.status, REEVE_OK) << store.problem;
    Request load(REEVE_STORE_LOAD_PLANS);
    load->u.load_plans.limit = 10;
    ASSERT_EQ(store.run(load.r), REEVE_OK);
    const reeve_store_retry &retry = load->u.load_plans.plans[0].jobs[0].retry;
    EXPECT_EQ(retry.attempt, 2u);
    EXPECT_EQ(retry.answered, 2u);
    EXPECT_TRUE(retry.dead);
    Request r(REEVE_STORE_GET_PLAN);
    const reeve_store_job &job = get(store, r, 1).jobs[0];
    EXPECT_EQ(job.state, REEVE_JOB_DEAD);
    ASSERT_EQ(job.attempts_count, 2u);
    EXPECT_EQ(job.attempts[1].end.attempt, 1u);
    EXPECT_EQ(job.attempts[1].end.reason, 34u);
    EXPECT_TRUE(reeve_bytes_equal_cstr(job.attempts[1].worker, "spiffe://d/w"));
    EXPECT_EQ(requeue(store), std::make_pair(REEVE_OK, 2u));
    EXPECT_EQ(requeue(store).first, REEVE_STATE);
    EXPECT_EQ(open_session(store, [](reeve_store_open_session &s) { s.last_epoch = 1; }).status,
              REEVE_OK);
    EXPECT_EQ(fail(store, 2, 3, 3, true), REEVE_SETTLED_APPLIED)
        << "P4: not idempotent, and it may have had an effect";
    EXPECT_EQ(requeue(store).first, REEVE_STATE);
}

TEST_F(SqliteStore, CompletesAPlanWithItsLastJob)
{
    Store store(path);
    register_task(store);
    ASSERT_EQ(submit(store, 1), REEVE_OK);
    ASSERT_EQ(open_session(store).status, REEVE_OK);
    ASSERT_EQ(settle(store, 1, 1, 10), REEVE_OK);
    ASSERT_EQ(settle(store, 1, 2, 11), REEVE_OK);
    Request r(REEVE_STORE_GET_PLAN);
    EXPECT_EQ(get(store, r, 1).state, REEVE_PLAN_COMPLETED);
}

TEST_F(SqliteStore, AssignsOnceAndTakesBack)
{
    Store store(path);
    register_task(store);
    ASSERT_EQ(submit(store, 1), REEVE_OK);
    ASSERT_EQ(open_session(store).status, REEVE_OK);
    ASSERT_EQ(
        open_session(store, [](reeve_store_open_session &s) { s.journal_id = id_of(210); }).status,
        REEVE_OK);
    const auto assign = [&](uint8_t journal, uint64_t epoch) {
        Request r(REEVE_STORE_ASSIGN);
        reeve_store_assignment job{id_of(10), 1, false};
        r->u.assign = {id_of(journal), epoch, &job, 1};
        const enum reeve_status status = store.run(r.r);
        return std::make_pair(status, job.applied);
    };
    EXPECT_EQ(assign(200, 1), std::make_pair(REEVE_OK, true));
    EXPECT_EQ(assign(210, 1), std::make_pair(REEVE_OK, false)) << "another journal has it";
    EXPECT_EQ(assign(210, 9).first, REEVE_STATE);
    Request release(REEVE_STORE_RELEASE);
    reeve_store_assignment job{id_of(10), 1, false};
    release->u.release = {id_of(200), &job, 1};
    ASSERT_EQ(store.run(release.r), REEVE_OK);
    EXPECT_TRUE(job.applied);
    EXPECT_EQ(assign(210, 1), std::make_pair(REEVE_OK, true));
}

// P7: a full store refuses and keeps what it has.
TEST_F(SqliteStore, SaysWhenItIsFull)
{
    Store store(path, 512 * 1024);
    ASSERT_EQ(store.status, REEVE_OK) << store.problem;
    register_task(store);
    enum reeve_status status = REEVE_OK;
    uint8_t kept = 0;
    while (status == REEVE_OK && kept < 20) {
        status = submit(store, static_cast<uint8_t>(kept + 1), 0, "", false, 60000);
        kept = static_cast<uint8_t>(kept + (status == REEVE_OK ? 1 : 0));
    }
    EXPECT_EQ(status, REEVE_DISK_FULL);
    ASSERT_GT(kept, 0);
    EXPECT_EQ(open_session(store).status, REEVE_OK) << "a small transition still fits";
    Request r(REEVE_STORE_LIST_PLANS);
    r->u.list_plans.tenant = text("t");
    r->u.list_plans.limit = 100;
    ASSERT_EQ(store.run(r.r), REEVE_OK);
    EXPECT_EQ(r->u.list_plans.count, kept);
}

// P4: what was acknowledged is there after a kill at any moment.
TEST_F(SqliteStore, LosesNothingWhenKilled)
{
    for (int round = 0; round < 3; round++) {
        int out[2];
        ASSERT_EQ(pipe(out), 0);
        const pid_t child = fork();
        if (child == 0) {
            Store store(path);
            if (round == 0) {
                register_task(store);
            }
            for (uint8_t i = 1; i < 24; i++) {
                const auto plan = static_cast<uint8_t>(round * 8 + i);
                if (submit(store, plan) == REEVE_OK && write(out[1], &plan, 1) != 1) {
                    break;
                }
            }
            pause();
            _exit(0);
        }
        close(out[1]);
        uint8_t last = 0;
        for (int i = 0; i < 3 + round; i++) {
            ASSERT_EQ(read(out[0], &last, 1), 1);
        }
        kill(child, SIGKILL);
        int ended = 0;
        waitpid(child, &ended, 0);
        while (read(out[0], &last, 1) == 1) {
        }
        close(out[0]);
        Store store(path);
        ASSERT_EQ(store.status, REEVE_OK) << store.problem;
        Request r(REEVE_STORE_GET_PLAN);
        EXPECT_EQ(get(store, r, last).jobs_count, 2u) << "plan " << int{last};
    }
}

// A Hello may claim any epoch; the next one is still above it, or there is none.
TEST_F(SqliteStore, P4RefusesAnEpochThatHasNoNext)
{
    Store store(path);
    for (uint64_t epoch : {UINT64_MAX, UINT64_MAX - 1, uint64_t{INT64_MAX}}) {
        auto opened = open_session(store, [&](auto &s) { s.last_epoch = epoch; });
        EXPECT_EQ(opened.status, REEVE_SEQUENCE) << epoch;
    }
}

} // namespace

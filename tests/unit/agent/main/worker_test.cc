// SPDX-License-Identifier: Apache-2.0
//
// The driver from start to end: what is on the disk, what the status says, what signals do.
#include "worker_fixture.h"

#include <sys/stat.h>
#include <unistd.h>

#include "agent/main/journal_check.h"

namespace reeve::test
{

constexpr int64_t kPatienceMs = 20000;

/* Echo{text: "hello"} and Step{name: "a"} */
const std::string kEcho = {0x0a, 5, 'h', 'e', 'l', 'l', 'o'};
const std::string kStep = {0x0a, 1, 'a'};

TEST_F(WorkerTest, TheFirstStartMakesJournalAndKeyForTheOwnerOnly)
{
    ASSERT_EQ(start(), REEVE_OK) << why_;
    struct stat about;
    ASSERT_EQ(stat(path("journal").c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777u, 0700u);
    ASSERT_EQ(stat(path("journal/audit.key").c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777u, 0600u);
    ASSERT_EQ(stat(path("journal/agent.sock").c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777u, 0600u);
    stop();
    EXPECT_NE(stat(path("journal/agent.sock").c_str(), &about), 0) << "removed at the end";
}

// P5: the chain begins with the audit key, introduced by the identity.
TEST_F(WorkerTest, P5TheChainIsIntroducedByTheIdentity)
{
    ASSERT_EQ(start(), REEVE_OK) << why_;
    EXPECT_EQ(run([&] { reeve_worker_signal_stop(worker_); }), REEVE_OK);
    stop();
    reeve_journal_verdict verdict;
    ASSERT_EQ(reeve_journal_verify(path("journal").c_str(), &verdict), REEVE_OK);
    EXPECT_TRUE(verdict.intact) << verdict.problem;
    EXPECT_GE(verdict.audit_records, 1u);
}

// P8: within moments the status names what is missing.
TEST_F(WorkerTest, P8WithoutAGatewayItSaysSo)
{
    gateway_.closed = true;
    ASSERT_EQ(start(), REEVE_OK) << why_;
    std::string said;
    EXPECT_EQ(run([&] {
                  if (gateway_.connects >= 2 || elapsed() > kPatienceMs) {
                      said = status();
                      stop_once();
                  }
              }),
              REEVE_OK);
    EXPECT_NE(said.find("\"ready\": false"), std::string::npos) << said;
    EXPECT_NE(said.find("\"not_connected\""), std::string::npos) << said;
    EXPECT_NE(said.find("check gateway.address"), std::string::npos) << said;
    EXPECT_NE(said.find("spiffe://test.reeve/worker/one"), std::string::npos) << said;
}

TEST_F(WorkerTest, WithAGatewayItIsReadyAndRunsJobs)
{
    ASSERT_EQ(start(), REEVE_OK) << why_;
    bool dispatched = false;
    std::string said;
    EXPECT_EQ(run([&] {
                  if (gateway_.live && gateway_.heartbeats > 0 && !dispatched) {
                      dispatched = true;
                      said = status();
                      gateway_.dispatch("demo.native.v1.Native/Echo", kEcho);
                      gateway_.dispatch("demo.native.v1.Native/Step", kStep);
                      gateway_.dispatch("demo.crm.v1.Tickets/GetTicket", "");
                  }
                  if (gateway_.outcomes.size() == 3 || elapsed() > kPatienceMs) {
                      stop_once();
                  }
              }),
              REEVE_OK);
    EXPECT_NE(said.find("\"ready\": true"), std::string::npos) << said;
    EXPECT_NE(said.find("\"tenant\": \"acme\""), std::string::npos) << said;
    EXPECT_EQ(gateway_.build, "reeve-agent/0.1.0");
    EXPECT_TRUE(gateway_.draining);
    ASSERT_EQ(gateway_.outcomes.size(), 3u);
    size_t succeeded = 0;
    for (const LittleOutcome &outcome : gateway_.outcomes) {
        if (outcome.status == REEVE_OUTCOME_REJECTED) {
            EXPECT_EQ(outcome.reason, REEVE_REASON_NOT_ALLOWED) << "P3";
            continue;
        }
        EXPECT_EQ(outcome.status, REEVE_OUTCOME_SUCCEEDED);
        succeeded++;
    }
    EXPECT_EQ(succeeded, 2u);
    stop();
    reeve_journal_verdict verdict;
    ASSERT_EQ(reeve_journal_verify(path("journal").c_str(), &verdict), REEVE_OK);
    EXPECT_TRUE(verdict.intact) << verdict.problem;
    EXPECT_EQ(verdict.audit_sequence, gateway_.audit_sequence);
}

// P6: a cut changes nothing but the connection.
TEST_F(WorkerTest, P6ACutIsFollowedByANewSession)
{
    ASSERT_EQ(start(), REEVE_OK) << why_;
    bool cut = false;
    bool dispatched = false;
    EXPECT_EQ(run([&] {
                  if (gateway_.live && !cut) {
                      cut = true;
                      gateway_.cut();
                      return;
                  }
                  if (cut && gateway_.live && gateway_.connects >= 2 && !dispatched) {
                      dispatched = true;
                      gateway_.dispatch("demo.native.v1.Native/Echo", kEcho);
                  }
                  if (!gateway_.outcomes.empty() || elapsed() > kPatienceMs) {
                      stop_once();
                  }
              }),
              REEVE_OK);
    EXPECT_GE(gateway_.connects, 2);
    ASSERT_EQ(gateway_.outcomes.size(), 1u);
    EXPECT_EQ(gateway_.outcomes[0].status, REEVE_OUTCOME_SUCCEEDED);
}

TEST_F(WorkerTest, ASecondStartGoesOnWithTheSameJournal)
{
    ASSERT_EQ(start(), REEVE_OK) << why_;
    const std::string first = status();
    EXPECT_EQ(run([&] { reeve_worker_signal_stop(worker_); }), REEVE_OK);
    stop();
    ASSERT_EQ(start(), REEVE_OK) << why_;
    const std::string second = status();
    const size_t at = first.find("\"journal\"");
    ASSERT_NE(at, std::string::npos);
    const std::string id = first.substr(first.find("\"id\"", at), 44);
    EXPECT_NE(second.find(id), std::string::npos) << second;
}

// Two at once on one journal: the second is told who has it.
TEST_F(WorkerTest, TwoWorkersDoNotShareAJournal)
{
    ASSERT_EQ(start(), REEVE_OK) << why_;
    const std::string said = start_second();
    EXPECT_NE(said.find("journal"), std::string::npos) << said;
}

// The audit key is part of the journal: without it nothing may be appended to its chain.
TEST_F(WorkerTest, AJournalWithoutItsKeyIsRefused)
{
    ASSERT_EQ(start(), REEVE_OK) << why_;
    EXPECT_EQ(run([&] { reeve_worker_signal_stop(worker_); }), REEVE_OK);
    stop();
    ASSERT_EQ(unlink(path("journal/audit.key").c_str()), 0);
    EXPECT_EQ(start(), REEVE_CORRUPT);
    EXPECT_NE(std::string(why_).find("restore audit.key"), std::string::npos) << why_;
}

TEST_F(WorkerTest, AKeyThatOthersMayReadIsRefused)
{
    ASSERT_EQ(start(), REEVE_OK) << why_;
    stop();
    ASSERT_EQ(chmod(path("journal/audit.key").c_str(), 0644), 0);
    EXPECT_EQ(start(), REEVE_PERMISSION);
    EXPECT_NE(std::string(why_).find("0600"), std::string::npos) << why_;
}

/* Longer than the time in which two signals are one. */
constexpr int64_t kNextStopMs = 600;

// A gateway that does not close its side keeps the worker draining; the next signal ends that.
TEST_F(WorkerTest, ASecondStopExitsAtOnceAndLeavesTheJournalWhole)
{
    configure(std::string(kWorkerConfig).replace(std::string(kWorkerConfig).find("2s"), 2, "60s"));
    ASSERT_EQ(start(), REEVE_OK) << why_;
    int64_t first = -1;
    const int64_t before = elapsed();
    EXPECT_EQ(run([&] {
                  if (gateway_.live && first < 0) {
                      gateway_.keep_outcomes_open = true;
                      gateway_.dispatch("demo.native.v1.Native/Step", kStep);
                      first = 0;
                  }
                  if (first == 0 && !gateway_.outcomes.empty()) {
                      first = elapsed();
                      reeve_worker_signal_stop(worker_);
                      reeve_worker_signal_stop(worker_); // the same wish, passed on twice
                  }
                  if (first > 0 && elapsed() > first + kNextStopMs) {
                      reeve_worker_signal_stop(worker_);
                  }
              }),
              REEVE_TIMEOUT);
    EXPECT_GE(elapsed(), first + kNextStopMs) << "two at once are one";
    EXPECT_LT(elapsed() - before, kPatienceMs);
    stop();
    reeve_journal_verdict verdict;
    ASSERT_EQ(reeve_journal_verify(path("journal").c_str(), &verdict), REEVE_OK);
    EXPECT_TRUE(verdict.intact) << verdict.problem;
}

TEST_F(WorkerTest, AReloadIsTakenOverAsAWhole)
{
    ASSERT_EQ(start(), REEVE_OK) << why_;
    int asked = 0;
    std::string said;
    EXPECT_EQ(run([&] {
                  if (asked++ == 0) {
                      configure(std::string(kWorkerConfig) + "trust: { approvers: [] }\n" +
                                "limits: { max_output_bytes: 70000 }\n");
                      reeve_worker_reload(worker_);
                  }
                  said = status();
                  if (said.find("\"config_reloads\": 1") != std::string::npos ||
                      elapsed() > kPatienceMs) {
                      stop_once();
                  }
              }),
              REEVE_OK);
    EXPECT_NE(said.find("\"config_reloads\": 1"), std::string::npos) << said;
}

/* What was only seen to happen to the file is news when it says something else. */
TEST_F(WorkerTest, AFileThatOnlyLooksDifferentIsReadForWhoAsks)
{
    ASSERT_EQ(start(), REEVE_OK) << why_;
    int asked = 0;
    int64_t at = 0;
    std::string said;
    EXPECT_EQ(run([&] {
                  if (asked++ == 0) {
                      configure(std::string(kWorkerConfig) + "# by hand\n");
                      reeve_worker_reload_changed(worker_);
                      reeve_worker_reload_changed(worker_);
                      reeve_worker_reload(worker_); // behind the first, and with the second
                      at = elapsed();
                  }
                  if (elapsed() > at + 300) {
                      said = status();
                      stop_once();
                  }
              }),
              REEVE_OK);
    EXPECT_NE(said.find("\"config_reloads\": 1"), std::string::npos) << said;
}

TEST_F(WorkerTest, AReloadThatIsWrongChangesNothing)
{
    ASSERT_EQ(start(), REEVE_OK) << why_;
    int asked = 0;
    int64_t at = 0;
    std::string said;
    EXPECT_EQ(run([&] {
                  if (asked++ == 0) {
                      configure(std::string(kWorkerConfig) + "limits: { max_in_flight: 7 }\n");
                      reeve_worker_reload(worker_);
                      at = elapsed();
                  }
                  if (elapsed() > at + 300) {
                      said = status();
                      stop_once();
                  }
              }),
              REEVE_OK);
    EXPECT_NE(said.find("\"config_reloads\": 0"), std::string::npos) << said;
}

} // namespace reeve::test

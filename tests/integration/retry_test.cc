// SPDX-License-Identifier: Apache-2.0
//
// P4, P5: attempts that fail, from end to end: an internal system that does not work for a while, a
// policy that tries again where that is harmless, a gateway that is killed meanwhile, and an
// operator who is left with what would not go. Each job has one end, and its trail is whole.
#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "tests/integration/support/control.h"
#include "tests/integration/support/files.h"
#include "tests/integration/support/scripted_gateway.h"
#include "tests/integration/support/wait.h"

namespace reeve::test
{
namespace
{

constexpr char kBroken[] = "U-503"; /* a customer that cannot be had until release() */

class Retry : public testing::Test
{
  protected:
    void start(const std::string &policy)
    {
        world.gateway_settings.retries = "[ { task: \"demo.crm.*\", " + policy + " } ]";
        world.start_gateway();
        planner = std::make_unique<Control>(world, "planner");
        planner->register_tasks();
        world.start_agent();
        ASSERT_TRUE(world.wait_ready());
    }
    void start_broken(const std::string &policy)
    {
        world.start_api("tests/integration/support/hostile_api.py");
        start(policy);
    }
    void release() const
    {
        write_file(world.path("run/hold"), "go");
    }
    void kill_gateway()
    {
        planner->hang_up();
        world.gateway->kill();
        world.start_gateway();
    }
    std::string submit_read()
    {
        return planner->submit({{kGetCustomer, proto_text(1, kBroken)}}).jobs.at(0).id;
    }
    std::string submit_ticket(const std::string &subject)
    {
        Control approver(world, "approver");
        const PlanView plan =
            planner->submit({{kCreateTicket, proto_text(1, subject) + proto_text(4, "C-1001")}});
        approver.approve(plan.id);
        return plan.jobs.at(0).id;
    }
    JobView wait_for(const std::string &id, const std::string &what)
    {
        JobView job = {};
        EXPECT_TRUE(eventually([&] {
            job = planner->job(id);
            return job.waiting_for == what || job.ended();
        }));
        EXPECT_EQ(what, job.waiting_for) << reeve_reason_name(job.reason);
        return job;
    }
    JobView wait_end(const std::string &id)
    {
        JobView job = {};
        EXPECT_TRUE(eventually([&] {
            job = planner->job(id);
            return job.ended();
        })) << job.waiting_for;
        return job;
    }
    /* When the system was asked for that customer, by the clock of this machine. */
    std::vector<int64_t> asked_at() const
    {
        std::vector<int64_t> times;
        std::istringstream log(world.log("crm"));
        const std::regex line("asked for .*" + std::string(kBroken) + " at ([0-9]+)");
        std::smatch found;
        for (std::string text; std::getline(log, text);) {
            if (std::regex_search(text, found, line)) {
                times.push_back(std::stoll(found[1]));
            }
        }
        return times;
    }
    std::string dead_letters(bool json) const
    {
        const Finished said =
            world.ctl("operator", json ? std::vector<std::string>{"jobs", "--dead", "--json"}
                                       : std::vector<std::string>{"jobs", "--dead"});
        EXPECT_EQ(0, said.status) << said.output << said.error;
        return said.output;
    }

    World world;
    std::unique_ptr<Control> planner;
};

/* Three attempts, a dead letter that outlives the gateway, and an operator who tries again once the
 * system is repaired. */
TEST_F(Retry, P5ADeadLetterWaitsForAnOperatorAndThenSucceeds)
{
    start_broken("max_attempts: 3, backoff: 0.1s, dead_letters: true");
    const std::string id = submit_read();
    const std::vector<enum reeve_reason> thrice(3, REEVE_REASON_UPSTREAM_FAILED);
    EXPECT_EQ(thrice, wait_for(id, "REQUEUE").failures);
    EXPECT_EQ(3u, asked_at().size()) << "P4: once for each attempt";
    kill_gateway();
    EXPECT_EQ(3u, wait_for(id, "REQUEUE").attempt);

    EXPECT_NE(std::string::npos, dead_letters(true).find(text_of_id(id)));
    const std::string shown = dead_letters(false);
    for (const char *attempt : {"attempt 1 ", "attempt 2 ", "attempt 3 ", "reevectl requeue"}) {
        EXPECT_NE(std::string::npos, shown.find(attempt)) << shown;
    }
    EXPECT_EQ(4, world.ctl("planner", {"requeue", text_of_id(id)}).status) << "not a planner's";

    EXPECT_EQ(0, world.ctl("operator", {"requeue", text_of_id(id)}).status);
    ASSERT_TRUE(eventually([&] { return planner->job(id).failures.size() == 6; }));
    wait_for(id, "REQUEUE");
    EXPECT_EQ(6u, asked_at().size()) << "as many again, and no more";

    release();
    EXPECT_EQ(0, world.ctl("operator", {"requeue", text_of_id(id)}).status);
    const JobView ended = wait_end(id);
    EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, ended.status) << reeve_reason_name(ended.reason);
    EXPECT_EQ(7u, ended.attempt);
    EXPECT_EQ(7u, asked_at().size());
    EXPECT_EQ(std::string::npos, dead_letters(true).find(text_of_id(id)));
    EXPECT_EQ(3, world.ctl("operator", {"requeue", text_of_id(id)}).status) << "it has ended";
    world.expect_unbroken_audit();
}

/* The second attempt comes no earlier than was said, although the gateway was started anew. */
TEST_F(Retry, P5TheSecondAttemptKeepsItsBackoffOverAKilledGateway)
{
    start_broken("max_attempts: 5, backoff: 6s");
    const std::string id = submit_read();
    const JobView waiting = wait_for(id, "RETRY_BACKOFF");
    EXPECT_EQ(std::vector<enum reeve_reason>{REEVE_REASON_UPSTREAM_FAILED}, waiting.failures);
    ASSERT_EQ(1u, asked_at().size());
    EXPECT_GE(waiting.next_attempt_unix_ms, asked_at()[0] + 3000) << "half of it is certain";
    release();
    kill_gateway();
    const JobView ended = wait_end(id);
    EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, ended.status) << reeve_reason_name(ended.reason);
    EXPECT_EQ(2u, ended.attempt);
    ASSERT_EQ(2u, asked_at().size());
    EXPECT_GE(asked_at()[1], waiting.next_attempt_unix_ms);
    world.expect_unbroken_audit();
}

/* Not idempotent: tried again while nothing was sent, and then there is one ticket. */
TEST_F(Retry, P4WhatHadNoEffectIsTriedAgain)
{
    world.start_crm();
    start("max_attempts: 100, backoff: 0.2s, max_backoff: 0.5s");
    world.crm->kill();
    const std::string id = submit_ticket("Refund order 4711");
    ASSERT_TRUE(eventually([&] { return planner->job(id).failures.size() >= 2; }));
    world.start_crm();
    const JobView ended = wait_end(id);
    EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, ended.status) << reeve_reason_name(ended.reason);
    EXPECT_EQ(REEVE_EFFECT_DONE, ended.effect);
    EXPECT_EQ(ended.failures.size() + 1, ended.attempt);
    for (const enum reeve_reason reason : ended.failures) {
        EXPECT_EQ(REEVE_REASON_UPSTREAM_UNREACHABLE, reason) << reeve_reason_name(reason);
    }
    const std::string data = read_file(world.path("crm/data.json"));
    EXPECT_NE(std::string::npos, data.find("T-00001")) << data;
    EXPECT_EQ(std::string::npos, data.find("T-00002")) << data;
    world.expect_unbroken_audit();
}

/* The same policy, and a system that may have done it: one attempt, one end. */
TEST_F(Retry, P4WhatMayHaveHadAnEffectIsNot)
{
    start_broken("max_attempts: 100, backoff: 0.1s, dead_letters: true");
    const JobView ended = wait_end(submit_ticket("E-503"));
    EXPECT_EQ(REEVE_OUTCOME_FAILED, ended.status);
    EXPECT_EQ(REEVE_EFFECT_MAYBE, ended.effect);
    EXPECT_EQ(REEVE_REASON_UPSTREAM_FAILED, ended.reason) << reeve_reason_name(ended.reason);
    EXPECT_EQ(1u, ended.attempt);
    EXPECT_TRUE(ended.failures.empty());
    const Finished refused = world.ctl("operator", {"requeue", text_of_id(ended.id)});
    EXPECT_EQ(3, refused.status) << "it has ended: " << refused.output << refused.error;
}

} // namespace
} // namespace reeve::test

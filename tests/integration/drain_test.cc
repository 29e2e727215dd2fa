// SPDX-License-Identifier: Apache-2.0
//
// P6: drain, a gateway's restart and new certificates cause no outcome that P4 does not allow. P4:
// what really ran when its worker was killed is UNKNOWN, and nothing else is.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <functional>

#include "tests/integration/support/control.h"
#include "tests/integration/support/files.h"
#include "tests/integration/support/proxy.h"
#include "tests/integration/support/scripted_gateway.h"
#include "tests/integration/support/wait.h"

namespace reeve::test
{
namespace
{

constexpr char kAsked[] = "holding /api/v2/tickets";
constexpr uint64_t kLongMs = 300000;

class P6Drain : public testing::Test
{
  protected:
    void SetUp() override
    {
        world.start_api("tests/integration/support/hostile_api.py");
        world.start_gateway();
        planner = std::make_unique<Control>(world, "planner");
        planner->register_tasks();
        world.start_agent();
        ASSERT_TRUE(world.wait_ready());
    }
    /* A ticket that takes until release(), and a read that does. Both run when this returns. */
    std::string submit_slow()
    {
        Control approver(world, "approver");
        const std::string plan =
            planner
                ->submit(
                    {{kCreateTicket, proto_text(1, "slow") + proto_text(4, "C-1"), "", "", kLongMs},
                     {kGetCustomer, proto_text(1, "S-LOW"), "", "", kLongMs}})
                .id;
        approver.approve(plan);
        EXPECT_TRUE(eventually([&] {
            const std::string log = world.log("crm");
            return log.find("holding /api/v2/tickets") != std::string::npos &&
                   log.find("holding /api/v1/customers/S-LOW") != std::string::npos;
        }));
        return plan;
    }
    void release() const
    {
        write_file(world.path("run/hold"), "go");
    }
    size_t tickets_asked_for() const
    {
        const std::string log = world.log("crm");
        size_t count = 0;
        for (size_t at = log.find(kAsked); at != std::string::npos; at = log.find(kAsked, at + 1)) {
            count++;
        }
        return count;
    }

    World world;
    std::unique_ptr<Control> planner;
};

TEST_F(P6Drain, WhatRunsIsFinishedAndNothingIsLost)
{
    const std::string slow = submit_slow();
    world.agent->signal(SIGTERM);
    ASSERT_TRUE(eventually([&] { return world.status().has("draining"); }));
    const std::string later = planner->submit({{kStep, proto_text(1, "later")}}).id;
    EXPECT_TRUE(world.agent->running());
    release();
    EXPECT_EQ(0, world.agent->wait()) << world.log("agent");
    for (const JobView &job : planner->wait_ended(slow).jobs) {
        EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, job.status) << reeve_reason_name(job.reason);
    }
    EXPECT_TRUE(world.steps().empty()) << "a draining worker starts nothing";
    world.start_agent();
    EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, planner->wait_ended(later).jobs[0].status);
    EXPECT_EQ(1u, world.steps().size());
    EXPECT_EQ(1u, tickets_asked_for());
}

TEST_F(P6Drain, WhatEndsWhileTheGatewayIsAwayIsToldLater)
{
    const std::string slow = submit_slow();
    world.gateway->kill();
    release();
    ASSERT_TRUE(eventually([&] { return world.status().unsettled >= 2; }));
    world.start_gateway();
    for (const JobView &job : planner->wait_ended(slow).jobs) {
        EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, job.status) << reeve_reason_name(job.reason);
        EXPECT_EQ(1u, job.attempt) << "it went on meanwhile";
    }
    EXPECT_EQ(1u, tickets_asked_for());
}

TEST_F(P6Drain, AGatewaysRestartUnderLoadIsNoMoreThanAPause)
{
    const std::string plan =
        planner->submit(std::vector<Planned>(250, Planned{kStep, proto_text(1, "load")})).id;
    ASSERT_TRUE(eventually([&] { return world.steps().size() >= 5; }));
    planner->hang_up();
    world.gateway->signal(SIGTERM);
    EXPECT_EQ(0, world.gateway->wait()) << world.log("gateway");
    world.start_gateway();
    for (const JobView &job : planner->wait_ended(plan).jobs) {
        EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, job.status) << reeve_reason_name(job.reason);
    }
    EXPECT_EQ(250u, world.steps().size());
}

/* Jobs without end are under way while sessions change under them. */
class P6Takeover : public P6Drain
{
  protected:
    static constexpr size_t kPlan = 250;

    void submit_load()
    {
        plans_.push_back(
            planner->submit(std::vector<Planned>(kPlan, Planned{kStep, proto_text(1, "load")})).id);
    }
    /* While `change` is carried out and taken over, there is always more to do. */
    void under_load(int times, const std::function<void()> &change)
    {
        const std::string slow = submit_slow();
        for (int i = 0; i < times; i++) {
            const uint64_t epoch = world.status().epoch;
            submit_load();
            ASSERT_TRUE(eventually([&] { return world.steps().size() > kPlan * i; }));
            change();
            ASSERT_TRUE(eventually([&] {
                const Status status = world.status();
                return status.epoch > epoch && status.link == "LIVE";
            })) << world.log("agent");
        }
        EXPECT_TRUE(world.status().ready);
        release();
        for (const JobView &job : planner->wait_ended(slow).jobs) {
            EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, job.status) << reeve_reason_name(job.reason);
            EXPECT_EQ(1u, job.attempt);
        }
        EXPECT_EQ(1u, tickets_asked_for());
        expect_untouched(times);
    }
    size_t said(const std::string &words) const
    {
        const std::string log = world.log("agent");
        size_t count = 0;
        for (size_t at = log.find(words); at != std::string::npos; at = log.find(words, at + 1)) {
            count++;
        }
        return count;
    }

  private:
    void expect_untouched(int times)
    {
        for (const std::string &plan : plans_) {
            for (const JobView &job : planner->wait_ended(plan).jobs) {
                EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, job.status) << reeve_reason_name(job.reason);
                EXPECT_EQ(1u, job.attempt) << "not even given out again";
            }
        }
        EXPECT_EQ(kPlan * plans_.size(), world.steps().size()) << "P4: each once";
        EXPECT_EQ(static_cast<size_t>(times), said("a new connection takes over"));
        EXPECT_EQ(0u, said("a new connection could not take over"));
        EXPECT_EQ(static_cast<size_t>(times) + 1, world.status().connects);
        EXPECT_FALSE(world.status().has("rolled_back"));
    }

    std::vector<std::string> plans_;
};

TEST_F(P6Takeover, NewCertificatesUnderLoadChangeNothingForJobs)
{
    under_load(3, [&] {
        world.renew_agent_certificate();
        world.agent->signal(SIGHUP);
    });
}

TEST_F(P6Takeover, AGatewaysDrainUnderLoadChangesNothingForJobs)
{
    under_load(3, [&] {
        // The worker is asked for a new session, so that Welcome tells it.
        const Finished said =
            world.ctl("operator", {"worker", "readmit", world.status().journal_id});
        EXPECT_EQ(0, said.status) << said.output << said.error;
    });
}

/* A proxy in between is restarted: GOAWAY, and the stream goes on. */
class P6Goaway : public P6Takeover
{
  protected:
    void SetUp() override
    {
        world.start_api("tests/integration/support/hostile_api.py");
        world.start_gateway();
        planner = std::make_unique<Control>(world, "planner");
        planner->register_tasks();
        proxy = std::make_unique<RecordingProxy>(world);
        world.agent_settings.gateway_port = proxy->port();
        world.start_agent();
        ASSERT_TRUE(world.wait_ready());
    }

    std::unique_ptr<RecordingProxy> proxy;
};

TEST_F(P6Goaway, AProxyThatGoesAwayUnderLoadIsLeftAndNothingChangesForJobs)
{
    under_load(1, [&] { proxy->go_away(); });
    EXPECT_EQ(1u, said("the connection's peer goes away"));
}

/* A worker at a gateway that sees which certificate it shows. */
class P6Rotation : public testing::Test
{
  protected:
    void SetUp() override
    {
        world.agent_settings.gateway_port = gateway.port();
        world.start_agent();
        ASSERT_TRUE(gateway.until([&] { return gateway.live(); }));
        first = gateway.session().peer_pem;
    }
    /* The session that stands shows the new certificate, and jobs run on it. */
    void expect_renewed()
    {
        EXPECT_NE(first, gateway.session().peer_pem) << "a connection of its own";
        EXPECT_EQ(world.credential("agent").chain_pem, gateway.session().peer_pem);
        const Work work = gateway.make(kStep, proto_text(1, "renewed"));
        gateway.give(work);
        ASSERT_TRUE(gateway.until([&] { return gateway.end_of(work) != nullptr; }));
        EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, gateway.end_of(work)->status);
    }

    World world;
    ScriptedGateway gateway{world};
    std::string first; /* the certificate that it was started with */
};

TEST_F(P6Rotation, ANewCertificateIsUsedAtOnceAndTheOldConnectionEndsBehindIt)
{
    const Side &old = gateway.session();
    world.renew_agent_certificate();
    bool stood = false;
    ASSERT_TRUE(gateway.until([&] {
        stood = stood || (gateway.sessions() == 2 && old.closed == 0);
        return gateway.sessions() == 2 && gateway.live() && old.closed == 1;
    })) << "without a signal, and without an end of the old one";
    EXPECT_TRUE(stood) << "make before break";
    expect_renewed();
}

TEST_F(P6Rotation, ANewCertificateIsTakenUpWithoutARestart)
{
    world.renew_agent_certificate();
    reeve_rpc_call_cancel(gateway.session().call);
    ASSERT_TRUE(gateway.until([&] { return gateway.sessions() == 2 && gateway.live(); }));
    expect_renewed();
    EXPECT_TRUE(world.agent->running());
}

TEST_F(P6Drain, P4WhatRanWhenItsWorkerWasKilledIsUnknownAndNotRunAgain)
{
    const std::string slow = submit_slow();
    world.agent->kill();
    release();
    world.start_agent();
    for (const JobView &job : planner->wait_ended(slow).jobs) {
        if (job.task == kGetCustomer) {
            EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, job.status) << "a read is run again";
            continue;
        }
        EXPECT_EQ(REEVE_OUTCOME_UNKNOWN, job.status);
        EXPECT_EQ(REEVE_EFFECT_MAYBE, job.effect);
        EXPECT_EQ(REEVE_REASON_WORKER_RESTARTED, job.reason) << reeve_reason_name(job.reason);
    }
    EXPECT_EQ(1u, tickets_asked_for()) << "P4: nobody asks for a second ticket";
}

} // namespace
} // namespace reeve::test

// SPDX-License-Identifier: Apache-2.0
//
// The load behind load.h.
#include "tests/integration/support/load.h"

#include <gtest/gtest.h>

#include "tests/integration/support/scripted_gateway.h"
#include "tests/integration/support/wait.h"

namespace reeve::test
{

void Load::submit(size_t jobs)
{
    std::vector<Planned> planned;
    for (size_t i = 0; i < jobs; i++) {
        planned.push_back(i % 2 == 0 ? Planned{kStep, proto_text(1, "step")}
                                     : Planned{kEchoTask, proto_text(1, "hello")});
    }
    plans_.push_back(planner_.submit(planned).id);
    submitted_ += jobs;
}

void Load::wait_steps(size_t count) const
{
    ASSERT_TRUE(eventually([&] { return steps_started() >= count; })) << steps_started();
}

std::map<std::string, size_t> Load::starts() const
{
    std::map<std::string, size_t> counts;
    for (const std::string &line : world_.steps()) {
        counts[line.substr(line.find(' ') + 1)]++;
    }
    return counts;
}

void Load::expect_ended_once(const JobView &job, size_t started)
{
    if (job.task == kEchoTask) {
        EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, job.status)
            << "idempotent jobs are simply run again; " << reeve_reason_name(job.reason);
        return;
    }
    EXPECT_LE(started, 1u) << "P4: started twice";
    if (job.status == REEVE_OUTCOME_UNKNOWN) {
        unknown_++;
        EXPECT_EQ(REEVE_EFFECT_MAYBE, job.effect);
        return;
    }
    EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, job.status) << reeve_reason_name(job.reason);
    EXPECT_EQ(1u, started) << "P4: SUCCEEDED and never started";
}

void Load::expect_all_ended(size_t unknown_max)
{
    size_t ended = 0;
    std::vector<PlanView> views;
    for (const std::string &plan : plans_) {
        views.push_back(planner_.wait_ended(plan));
    }
    std::map<std::string, size_t> counts = starts();
    for (const PlanView &view : views) {
        for (const JobView &job : view.jobs) {
            struct reeve_id id;
            ASSERT_EQ(REEVE_OK, reeve_id_from_bytes(bytes_of(job.id), &id));
            expect_ended_once(job, counts[text_of_id(id)]);
            ended++;
        }
    }
    EXPECT_EQ(submitted_, ended) << "P4: none is lost";
    expect_unbroken_audit();
    EXPECT_LE(unknown_, unknown_max) << "UNKNOWN only where nobody can know";
}

/* The trail of all that is one unbroken chain for each journal. */
void Load::expect_unbroken_audit() const
{
    const std::string file = world_.path("audit.reeve");
    const Finished exported = world_.ctl("auditor", {"audit", "export", file});
    EXPECT_EQ(0, exported.status) << exported.error;
    const Finished verified = world_.ctl("auditor", {"audit", "verify", file});
    EXPECT_EQ(0, verified.status) << verified.output << verified.error;
}

} // namespace reeve::test

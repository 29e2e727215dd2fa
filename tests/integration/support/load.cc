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

/* The job in a line that a step left. */
static std::string job_of(const std::string &line)
{
    return line.substr(line.find(' ') + 1);
}

void Load::note_kill()
{
    kills_.push_back({plans_.size(), steps_started()});
}

void Load::expect_kills_hit_work() const
{
    const std::vector<std::string> lines = world_.steps();
    for (const Kill &kill : kills_) {
        size_t begun_later = 0;
        for (size_t i = kill.steps; i < lines.size(); i++) {
            begun_later += plan_of_.at(job_of(lines[i])) < kill.plans ? 1 : 0;
        }
        EXPECT_GT(kill.steps, 0u) << "P4: the kill came before any work";
        EXPECT_GT(begun_later, 0u) << "P4: the kill came when all work was done";
    }
}

std::map<std::string, size_t> Load::starts() const
{
    std::map<std::string, size_t> counts;
    for (const std::string &line : world_.steps()) {
        counts[job_of(line)]++;
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
    for (size_t plan = 0; plan < views.size(); plan++) {
        for (const JobView &job : views[plan].jobs) {
            expect_ended_once(job, counts[text_of_id(job.id)]);
            plan_of_[text_of_id(job.id)] = plan;
            ended++;
        }
    }
    EXPECT_EQ(submitted_, ended) << "P4: none is lost";
    world_.expect_unbroken_audit();
    expect_kills_hit_work();
    EXPECT_LE(unknown_, unknown_max) << "UNKNOWN only where nobody can know";
}

} // namespace reeve::test

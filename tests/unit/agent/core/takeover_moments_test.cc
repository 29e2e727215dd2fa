// SPDX-License-Identifier: Apache-2.0
//
// One takeover, cut behind each of its steps in each way (P4, P5, P6).
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/agent/core/takeover.h"

namespace
{

enum class Cut { kOlder, kNewer, kBoth, kCrash };

// One takeover with everything under way: what runs, waits, streams, has ended and was not
// acknowledged; dispatches that cross Welcome.
class Story
{
  public:
    static constexpr int kSteps = 11;

    Story()
    {
        w.Live();
        old_ = w.link;
        for (const char *task : {kCreate, kPut, kPut, kPut, kStream, kTail, kGet}) {
            jobs.push_back(w.Give(task));
        }
        w.Sync();
        w.Emit(w.HandleOf(jobs[4]), "first");
        w.Emit(w.HandleOf(jobs[4]), "second");
        w.AckResults(jobs[4], 1);
        w.Finish(w.HandleOf(jobs[6]), REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_NONE, "got");
        crossing_ = w.Job(kCreate);
        later_ = w.Job(kPut);
    }

    void Look(bool older)
    {
        if ((w.link == old_) != older) {
            w.Other();
        }
    }

    void Step(int step)
    {
        switch (step) {
        case 0:
            w.Renew();
            return;
        case 1:
            Look(false);
            w.Up();
            return;
        case 2:
            w.Sync();
            return;
        case 3: // an outcome behind Hello's marks
            w.Finish(w.HandleOf(jobs[1]), REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_DONE);
            w.Sync();
            return;
        case 4:
            crossing_.sequence = ++w.gw_sequence;
            later_.sequence = ++w.gw_sequence;
            jobs.push_back(crossing_);
            jobs.push_back(later_);
            Look(true);
            w.Dispatch(crossing_);
            return;
        case 5:
            Look(false);
            w.Welcome();
            return;
        case 6:
            w.Beat();
            return;
        case 7:
            Look(true);
            w.Dispatch(later_);
            return;
        case 8:
            w.Sync();
            return;
        case 9:
            Look(true);
            w.Retry(REEVE_SESSION_SUPERSEDED, 0);
            return;
        case 10:
            Look(false);
            w.Sync();
            w.AnswerResumed();
            return;
        default:
            FAIL();
        }
    }

    void Down(bool older)
    {
        Look(older);
        if ((w.link == old_) == older && w.connect_asked) {
            w.Down(REEVE_UNAVAILABLE);
        }
    }

    void Do(Cut cut)
    {
        if (cut == Cut::kCrash) {
            w.Crash();
            w.Boot();
            return;
        }
        if (cut != Cut::kNewer) {
            Down(true);
        }
        if (cut != Cut::kOlder) {
            Down(false);
        }
    }

    // Whatever the engine is left with becomes a live session.
    void Recover()
    {
        for (int i = 0; i < 50 && !(IsLive(w) && w.Welcomed() && !w.HasOther()); i++) {
            if (!w.connect_asked && w.HasOther()) {
                w.Other();
            }
            if (!w.connect_asked) {
                w.Reconnect();
                return;
            }
            if (!IsLive(w) && w.closed_link == w.link) {
                w.Down(REEVE_CANCELLED);
                continue;
            }
            if (w.HasOther() && IsLive(w)) { // the older stays: the newer is tried again
                Look(false);
                w.Down(REEVE_UNAVAILABLE);
                Look(true);
                continue;
            }
            if (!w.link_up) {
                w.Sync();
                w.Up();
            }
            w.Sync();
            if (!w.Welcomed()) {
                w.Welcome();
            }
            w.Sync();
            w.AnswerResumed();
        }
        EXPECT_TRUE(IsLive(w));
    }

    // As a gateway does behind ResumeDone.
    void GiveOutAgain(bool same_session)
    {
        for (WorldJob &job : jobs) {
            const bool held = same_session || Resumed(w, job, REEVE_RESUME_RUNNING) ||
                              Resumed(w, job, REEVE_RESUME_ENDED) || w.OutcomeOf(job) != nullptr;
            if (held) {
                continue;
            }
            job.sequence = 0;
            job.attempt++;
            w.Dispatch(job);
        }
    }

    void End()
    {
        for (int i = 0; i < 20; i++) {
            w.Beat();
            w.Sync();
            w.FinishAll();
            w.Sync();
            w.AckResults();
            w.Sync();
            w.Ack();
        }
    }

    EngineWorld w;
    std::vector<WorldJob> jobs;

  private:
    uint32_t old_ = 0;
    WorldJob crossing_;
    WorldJob later_;
};

class EveryMoment : public testing::TestWithParam<std::tuple<int, Cut>>
{
};

TEST_P(EveryMoment, P4_P5_P6_NothingIsLostAndNothingRunsTwice)
{
    const auto [cut_behind, cut] = GetParam();
    Story story;
    EngineWorld &w = story.w;
    for (int step = 0; step <= cut_behind; step++) {
        story.Step(step);
    }
    const uint64_t epoch = w.Status().epoch;
    story.Do(cut);
    story.Recover();
    const bool same_session = w.Status().epoch == epoch && cut != Cut::kCrash && cut_behind < 10;
    story.GiveOutAgain(same_session);
    story.End();
    EXPECT_FALSE(w.Status().rolled_back) << "P4: a takeover is no rollback";
    for (const WorldJob &job : story.jobs) {
        const WorldOutcome *outcome = w.OutcomeOf(job);
        ASSERT_NE(outcome, nullptr) << job.task << " is lost";
        const bool unknown = outcome->status == REEVE_OUTCOME_UNKNOWN;
        EXPECT_TRUE(outcome->status == REEVE_OUTCOME_SUCCEEDED || (unknown && cut == Cut::kCrash))
            << job.task << ": " << reeve_outcome_status_name(outcome->status) << " "
            << reeve_reason_name(outcome->reason);
        const auto ends =
            std::count_if(w.outcomes.begin(), w.outcomes.end(),
                          [&](const WorldOutcome &other) { return other.job == job.key(); });
        EXPECT_EQ(ends, 1) << job.task;
    }
    EXPECT_EQ(w.Status().jobs_running, 0u);
    EXPECT_EQ(w.Status().unsettled, 0u);
}

std::string Name(const testing::TestParamInfo<std::tuple<int, Cut>> &info)
{
    static const char *const names[] = {"Older", "Newer", "Both", "Crash"};
    return std::string(names[static_cast<int>(std::get<1>(info.param))]) + "Behind" +
           std::to_string(std::get<0>(info.param));
}

INSTANTIATE_TEST_SUITE_P(Takeover, EveryMoment,
                         testing::Combine(testing::Range(0, Story::kSteps),
                                          testing::Values(Cut::kOlder, Cut::kNewer, Cut::kBoth,
                                                          Cut::kCrash)),
                         Name);

} // namespace

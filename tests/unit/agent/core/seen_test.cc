// SPDX-License-Identifier: Apache-2.0
//
// Ids of jobs with approvals: known for as long as they could come again, and no longer (P7).
#include <gtest/gtest.h>

#include "tests/support/engine_world.h"

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

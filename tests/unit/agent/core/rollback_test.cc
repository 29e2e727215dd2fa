// SPDX-License-Identifier: Apache-2.0
//
// A gateway or a journal that forgot what the other knows.
#include <gtest/gtest.h>

#include "tests/support/engine_world.h"

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

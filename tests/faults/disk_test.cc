// SPDX-License-Identifier: Apache-2.0
//
// P4, P7: a disk without room under the gateway's store. (The worker's: honesty_test.)
#include "tests/faults/fault.h"
#include "tests/integration/support/scripted_gateway.h"
#include "tests/integration/support/small_disk.h"

namespace reeve::test
{
namespace
{

class Disk : public Fault
{
  protected:
    void SetUp() override
    {
        disk = std::make_unique<SmallDisk>(world.path("gateway"), 16);
        if (!disk->mounted()) {
            GTEST_SKIP() << "only root can mount a small file system";
        }
    }
    void TearDown() override
    {
        world.agent.reset();
        world.gateway.reset();
        disk.reset();
    }
    /* Plans until the gateway takes no more: SQLite had some room of its own left. */
    Answer submit_until_refused()
    {
        Answer answer;
        const std::vector<Planned> large(
            10, Planned{kEchoTask, proto_text(2, std::string(100000, 'x'))});
        EXPECT_TRUE(eventually([&] {
            answer = planner->try_submit(large);
            return answer.code != REEVE_RPC_OK;
        }));
        return answer;
    }

    std::unique_ptr<SmallDisk> disk;
};

TEST_F(Disk, GatewayStoreIsFull)
{
    start();
    load->submit(250);
    load->wait_steps(5);
    disk->fill();
    const Answer refused = submit_until_refused();
    EXPECT_EQ(REEVE_RPC_UNAVAILABLE, refused.code) << refused.text;
    EXPECT_NE(std::string::npos, refused.error.find("STORE_UNAVAILABLE")) << refused.error;
    EXPECT_TRUE(world.gateway->running());
    EXPECT_TRUE(world.agent->running());
    saw("submits are refused: UNAVAILABLE, STORE_UNAVAILABLE");
    disk->make_room();
    load->submit(100);
    load->expect_all_ended(0);
    saw("goes on when there is room");
    saw_load();
}

TEST_F(Disk, GatewayStartsOnAFullDisk)
{
    start();
    load->submit(250);
    load->wait_steps(5);
    world.gateway->kill();
    disk->fill();
    const Finished full = run({built::kGateway, "serve", "--config", world.path("gateway.yaml")});
    EXPECT_EQ(3, full.status);
    EXPECT_NE(std::string::npos, full.error.find("no space left on the disk")) << full.error;
    saw("exit status 3, \"no space left on the disk; look at the disk, then start again\"");
    disk->make_room();
    world.start_gateway();
    load->expect_all_ended(0);
    saw_load();
}

} // namespace
} // namespace reeve::test

// SPDX-License-Identifier: Apache-2.0
//
// Tasks of the sql binding through everything: gateway, approvals, worker, a real PostgreSQL, and
// reevectl. What is approved is what is done (P3), and the database's password stays (P2).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/integration/support/control.h"
#include "tests/integration/support/files.h"
#include "tests/integration/support/leak.h"
#include "tests/integration/support/scripted_gateway.h"
#include "tests/support/postgres.h"

namespace reeve::test
{
namespace
{

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kListOrders[] = "warehouse.v1.Orders/ListOrders";   /* streams rows */
constexpr char kCancelOrder[] = "warehouse.v1.Orders/CancelOrder"; /* writes, one approval */
constexpr char kTable[] = "CREATE TABLE orders (id bigint PRIMARY KEY, region text NOT NULL, "
                          "total numeric(12, 2) NOT NULL, note text, cancelled_for text, "
                          "created_at timestamptz NOT NULL DEFAULT now(), "
                          "tags text[] NOT NULL DEFAULT '{}', address jsonb); "
                          "INSERT INTO orders (id, region, total) "
                          "SELECT i, CASE i % 2 WHEN 0 THEN 'eu' ELSE 'us' END, i FROM "
                          "generate_series(1, 400) AS i; GRANT ALL ON orders TO reeve";

class SqlWorker : public testing::Test
{
  protected:
    void SetUp() override
    {
        ASSERT_EQ("", server.sql(kTable));
        write_file(world.path("warehouse-password"), Postgres::kPassword);
        world.agent_program = REEVE_SQL_WORKER;
        world.agent_settings.systems = systems();
        world.agent_settings.allow = {"warehouse.v1.Orders/*"};
        world.start_gateway();
        planner = std::make_unique<Control>(world, "planner");
        approver = std::make_unique<Control>(world, "approver");
        planner->register_tasks(REEVE_SQL_MANIFEST);
        world.start_agent();
        ASSERT_TRUE(world.wait_ready());
    }
    std::string systems() const
    {
        std::ostringstream out;
        out << "systems:\n  warehouse:\n    sql:\n"
            << "      address: localhost:" << server.port() << "\n      database: reeve\n"
            << "      user: reeve\n      password_secret: warehouse-password\n"
            << "      ca_file: " << server.ca_file() << "\n      statements:\n"
            << "        orders_by_region:\n          text: SELECT id, region, total, note, "
               "created_at, tags, address FROM orders WHERE region = :region AND "
               "(:since::timestamptz IS NULL OR created_at >= :since) ORDER BY id LIMIT :limit\n"
            << "        CancelOrder:\n          text: UPDATE orders SET cancelled_for = :reason "
               "WHERE id = :id\n"
            << "secrets:\n  warehouse-password: { file: { path: warehouse-password } }\n";
        return out.str();
    }
    static std::string list_input(const std::string &region)
    {
        return proto_text(1, region) + std::string("\x18\xe8\x07"); /* limit: 1000 */
    }

    const Postgres &server = Postgres::fresh();
    World world;
    std::unique_ptr<Control> planner;
    std::unique_ptr<Control> approver;
};

TEST_F(SqlWorker, RowsAreWatchedAsTheyCome)
{
    const PlanView plan = planner->submit({{kListOrders, list_input("eu")}});
    const Finished watched = world.ctl("planner", {"watch", text_of_id(plan.id)});
    ASSERT_EQ(0, watched.status) << watched.output << watched.error;
    EXPECT_THAT(watched.output,
                AllOf(HasSubstr(R"(#0  {"id":"2","region":"eu","total":"2.00")"),
                      HasSubstr(R"(#199  {"id":"400",)"), HasSubstr("200 results")));
    const JobView job = planner->wait_ended(plan.id).jobs.at(0);
    EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, job.status) << reeve_reason_name(job.reason);
    EXPECT_EQ(200u, job.results);
    EXPECT_EQ(REEVE_EFFECT_NONE, job.effect);
}

TEST_F(SqlWorker, P3AStatementThatWritesWaitsForItsApproval)
{
    const std::string what = "cancelled_for FROM orders WHERE id = 7";
    const PlanView plan =
        planner->submit({{kCancelOrder, std::string("\x08\x07") + proto_text(2, "it's late")}});
    EXPECT_EQ(REEVE_V1_PLAN_STATE_PENDING_APPROVAL, plan.state);
    EXPECT_EQ("", server.sql("SELECT " + what));
    approver->approve(plan.id);
    const JobView job = planner->wait_ended(plan.id).jobs.at(0);
    EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, job.status) << reeve_reason_name(job.reason);
    EXPECT_EQ(REEVE_EFFECT_DONE, job.effect);
    EXPECT_EQ(std::string("\x08\x01"), planner->job(job.id).output) << "affected_rows";
    EXPECT_EQ("it's late", server.sql("SELECT " + what));
}

TEST_F(SqlWorker, P2ThePasswordAndTheServersWordsStay)
{
    EXPECT_EQ("", server.sql("CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS "
                             "$$ BEGIN RAISE EXCEPTION 'crm-db-1 knows % of reeve', '" +
                             std::string(Postgres::kPassword) +
                             "'; END $$; CREATE TRIGGER tell BEFORE UPDATE ON orders FOR EACH "
                             "ROW EXECUTE FUNCTION tell()"));
    const PlanView plan =
        planner->submit({{kCancelOrder, std::string("\x08\x07") + proto_text(2, "x")}});
    approver->approve(plan.id);
    const JobView job = planner->wait_ended(plan.id).jobs.at(0);
    EXPECT_EQ(REEVE_OUTCOME_FAILED, job.status);
    EXPECT_EQ(std::string::npos, job.message.find("crm-db-1")) << job.message;
    const std::string stars(std::string(Postgres::kPassword).size(), '*');
    EXPECT_NE(std::string::npos, world.log("agent").find("crm-db-1 knows " + stars + " of reeve"))
        << "the server's words are in the local log, without the password";
    world.agent->signal(SIGTERM);
    EXPECT_EQ(0, world.agent->wait());
    const LeakDetector detector(Postgres::kPassword);
    for (const auto &[path, content] : read_tree(world.path(""))) {
        if (path.find("warehouse-password") == std::string::npos) {
            EXPECT_TRUE(detector.find(content).empty()) << path;
        }
    }
}

} // namespace
} // namespace reeve::test

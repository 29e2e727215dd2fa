/* SPDX-License-Identifier: Apache-2.0 */
/* The example of docs/reference/sql-binding.md is run as it stands there: its proto is the one that
 * is compiled, its table is made, its configuration is loaded, and its tasks are carried out. */
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "agent/config/agent_config.h"
#include "agent/config/credentials.h"
#include "creds/secrets/redactor.h"
#include "tests/support/http_world.h"
#include "tests/support/postgres.h"

extern "C" const struct reeve_task_table sql_example_tasks;

namespace reeve::test
{
namespace
{

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string read_file(const std::string &path)
{
    std::ifstream in(std::string(REEVE_SOURCE_DIR) + "/" + path);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

/* The page's first block of that language. */
std::string block(const std::string &language)
{
    const std::string page = read_file("docs/reference/sql-binding.md");
    const std::string head = "```" + language + "\n";
    const size_t from = page.find(head);
    EXPECT_NE(from, std::string::npos) << language;
    const size_t begin = from + head.size();
    return page.substr(begin, page.find("```", begin) - begin);
}

std::string with(std::string text, const std::string &part, const std::string &other)
{
    const size_t at = text.find(part);
    EXPECT_NE(at, std::string::npos) << part;
    return text.replace(at, part.size(), other);
}

const struct reeve_task *task(const std::string &name)
{
    for (uint32_t i = 0; i < sql_example_tasks.count; i++) {
        if ("warehouse.v1.Orders/" + name == sql_example_tasks.tasks[i]->name) {
            return sql_example_tasks.tasks[i];
        }
    }
    return nullptr;
}

TEST(SqlExample, HasTheProtoThatIsCompiled)
{
    EXPECT_THAT(read_file("tests/integration/sql/protos/warehouse/v1/warehouse.proto"),
                HasSubstr(block("proto")));
}

/* The example's table with two rows, and its configuration for this server; its path. */
std::string prepare(const Postgres &server)
{
    EXPECT_EQ(server.sql(block("sql")), "");
    EXPECT_EQ(server.sql("INSERT INTO orders (id, region, total, created_at, tags, address) VALUES "
                         "(1, 'eu', 12.5, '2024-01-01 00:00:00+00', '{a,b}', '{\"city\": "
                         "\"Berlin\"}'), (2, 'us', 1, now(), '{}', NULL); "
                         "GRANT ALL ON orders TO reeve"),
              "");
    server.files().write("warehouse-password", Postgres::kPassword, 0600);
    std::string yaml = "gateway: { address: 127.0.0.1:1, ca_file: ca.pem }\n"
                       "identity: { certificate_file: a.pem, key_file: a.key }\n"
                       "journal: { directory: journal }\n" +
                       block("yaml");
    yaml = with(yaml, "db.internal:5432", "localhost:" + std::to_string(server.port()));
    yaml = with(yaml, "database: warehouse", "database: reeve");
    return server.files().write("agent.yaml", yaml, 0600);
}

std::string work(const std::string &config, const std::vector<std::string> &more)
{
    std::vector<std::string> argv = {
        REEVE_SQL_WORKER, "run",     "warehouse.v1.Orders/ListOrders", "--config",
        config,           "--input", R"({"region":"eu","limit":10})"};
    argv.insert(argv.end(), more.begin(), more.end());
    Child child(argv);
    return child.rest();
}

/* The whole program: configuration, threads, binding. */
TEST(SqlExample, RunsInAWorker)
{
    Postgres &server = Postgres::fresh();
    const std::string config = prepare(server);
    EXPECT_THAT(work(config, {}), AllOf(HasSubstr("12.50"), HasSubstr("Berlin")));
    server.crash();
    EXPECT_THAT(work(config, {"--explain"}),
                AllOf(HasSubstr("BEGIN READ ONLY"), HasSubstr("WHERE region = $1"),
                      HasSubstr("$1 = :region = 'eu' (string)"), HasSubstr("$2 = :since = NULL"),
                      Not(HasSubstr(Postgres::kPassword))));
}

TEST(SqlExample, Runs)
{
    const Postgres &server = Postgres::fresh();
    const std::string path = prepare(server);

    struct reeve_config_report report = {};
    struct reeve_agent_config *config = nullptr;
    struct reeve_secret_registry *secrets = nullptr;
    struct reeve_pool *pool = nullptr;
    struct reeve_sql_loop *loop = nullptr;
    struct reeve_binding *binding = nullptr;
    reeve_config_report_init(&report, path.c_str());
    ASSERT_EQ(reeve_agent_config_load(path.c_str(), &sql_example_tasks, &report, &config),
              REEVE_OK);
    EXPECT_EQ(report.warnings, 0u);
    struct reeve_redactor *redactor = reeve_redactor_new();
    struct reeve_environment *environment = reeve_environment_new();
    ASSERT_EQ(reeve_credentials_open(config, environment, redactor, &report, &secrets), REEVE_OK);
    ASSERT_EQ(reeve_pool_new(1, &pool), REEVE_OK);
    ASSERT_EQ(reeve_sql_loop_new(&loop), REEVE_OK);
    ASSERT_EQ(reeve_sql_binding_new(&config->systems[0].u.sql, loop, pool, secrets, &binding),
              REEVE_OK);
    {
        HttpJob list(binding, task("ListOrders"), R"({"region":"eu","limit":10})", 20000);
        list.start();
        EXPECT_EQ(list.wait().answer().status, REEVE_OUTCOME_SUCCEEDED) << list.summary();
        EXPECT_THAT(list.emitted(),
                    ElementsAre(R"({"id":"1","region":"eu","total":"12.50",)"
                                R"("createdAt":"2024-01-01T00:00:00Z","tags":["a","b"],)"
                                R"("address":{"city":"Berlin"}})"));
        HttpJob cancel(binding, task("CancelOrder"), R"({"id":1,"reason":"it's late"})", 20000);
        cancel.start();
        EXPECT_EQ(cancel.wait().summary(), R"(SUCCEEDED DONE {"affectedRows":"1"})");
    }
    EXPECT_EQ(server.sql("SELECT cancelled_for FROM orders WHERE id = 1"), "it's late");

    reeve_binding_free(binding);
    reeve_sql_loop_free(loop);
    reeve_pool_free(pool);
    reeve_secret_registry_free(secrets);
    reeve_redactor_free(redactor);
    reeve_environment_free(environment);
    reeve_agent_config_free(config);
    reeve_config_report_clear(&report);
}

} // namespace
} // namespace reeve::test

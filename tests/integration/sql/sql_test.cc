/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks as SQL, from a configuration file to a real PostgreSQL over TLS: every type there and back,
 * effects (P4), what leaves and what does not (P2, P3), bounds (P7). */
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "agent/base/log.h"
#include "agent/config/agent_config.h"
#include "agent/config/credentials.h"
#include "creds/secrets/redactor.h"
#include "proto/runtime/message.h"
#include "sqltest/v1/sql.reeve.h"
#include "tests/support/http_world.h"
#include "tests/support/postgres.h"

extern "C" const struct reeve_task_table sql_test_tasks;

namespace reeve::test
{
namespace
{

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const struct reeve_task *task(const std::string &name)
{
    for (uint32_t i = 0; i < sql_test_tasks.count; i++) {
        if ("sqltest.v1.Warehouse/" + name == sql_test_tasks.tasks[i]->name) {
            return sql_test_tasks.tasks[i];
        }
    }
    return nullptr;
}

std::string read_file(const std::string &path)
{
    std::ifstream in(path);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

/* A configuration whose one system is the given text, loaded or not. */
class Loaded
{
  public:
    Loaded(const TempDir &directory, const std::string &system)
    {
        path_ = directory.write("agent.yaml",
                                "gateway: { address: 127.0.0.1:1, ca_file: ca.pem }\n"
                                "identity: { certificate_file: a.pem, key_file: a.key }\n"
                                "journal: { directory: journal }\n"
                                "secrets: { db: { file: { path: password } } }\n"
                                "allow: [ { task: sqltest.v1.Warehouse/* } ]\n"
                                "systems:\n  warehouse:\n    sql:\n" +
                                    system,
                                0600);
        reeve_config_report_init(&report_, path_.c_str());
        status_ = reeve_agent_config_load(path_.c_str(), &sql_test_tasks, &report_, &config_);
    }
    ~Loaded()
    {
        reeve_agent_config_free(config_);
        reeve_config_report_clear(&report_);
    }
    Loaded(const Loaded &) = delete;
    Loaded &operator=(const Loaded &) = delete;

    enum reeve_status status() const
    {
        return status_;
    }
    struct reeve_agent_config *config() const
    {
        return config_;
    }
    struct reeve_config_report *report()
    {
        return &report_;
    }
    std::string text() const
    {
        struct reeve_buffer out;
        reeve_buffer_init(&out, nullptr, 1 << 20);
        EXPECT_EQ(reeve_config_report_print(&report_, &out), REEVE_OK);
        std::string text(reinterpret_cast<const char *>(out.data), out.len);
        reeve_buffer_clear(&out);
        return text;
    }

  private:
    std::string path_;
    struct reeve_config_report report_ = {};
    struct reeve_agent_config *config_ = nullptr;
    enum reeve_status status_;
};

/* "f: :f::type AS f" for every field of All. */
std::string echo_statement()
{
    const std::vector<std::pair<std::string, std::string>> columns = {
        {"f_double", "float8"},     {"f_float", "float4"},     {"f_int64", "int8"},
        {"f_uint64", "numeric"},    {"f_int32", "int4"},       {"f_fixed64", "numeric"},
        {"f_fixed32", "int8"},      {"f_bool", "bool"},        {"f_string", "text"},
        {"f_bytes", "bytea"},       {"f_uint32", "int8"},      {"f_enum", "text"},
        {"f_sfixed32", "int4"},     {"f_sfixed64", "int8"},    {"f_sint32", "int4"},
        {"f_sint64", "int8"},       {"o_int32", "int4"},       {"o_string", "varchar"},
        {"o_bytes", "bytea"},       {"at", "timestamptz"},     {"length", "interval"},
        {"w_int64", "int8"},        {"w_string", "text"},      {"w_bytes", "bytea"},
        {"w_bool", "bool"},         {"w_double", "float8"},    {"mask", "text"},
        {"inner", "jsonb"},         {"r_int64", "int8[]"},     {"r_string", "text[]"},
        {"r_bytes", "bytea[]"},     {"r_double", "float8[]"},  {"r_bool", "bool[]"},
        {"r_enum", "text[]"},       {"r_at", "timestamptz[]"}, {"r_inner", "jsonb"},
        {"m_int32", "json"},        {"c_string", "text"},      {"c_int64", "int8"},
        {"r_length", "interval[]"}, {"rw_string", "text[]"}};
    std::string text = "SELECT ";
    for (const auto &[name, type] : columns) {
        text += (name == "f_double" ? "" : ", ") + (":" + name + "::" + type + " AS " + name);
    }
    return text;
}

class SqlTasks : public ::testing::Test
{
  protected:
    SqlTasks()
    {
        const std::string path = server_.files().write("log", "", 0600);
        log_fd_ = open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
        reeve_log_configure(REEVE_LOG_INFO, REEVE_LOG_FORMAT_TEXT, log_fd_);
        server_.sql("CREATE TYPE shade AS ENUM ('RED', 'BLUE')");
        server_.sql("CREATE TABLE orders (id int8 PRIMARY KEY, region text, total numeric(12, 2), "
                    "created_at timestamptz, hidden text DEFAULT 'not declared')");
        server_.sql("INSERT INTO orders SELECT i, CASE WHEN i % 2 = 0 THEN 'eu' ELSE 'us' END, "
                    "i * 1.5, timestamptz '2024-01-01 00:00:00+00' + i * interval '1 hour' FROM "
                    "generate_series(1, 10) i; GRANT ALL ON orders TO reeve");
        server_.files().write("password", std::string(Postgres::kPassword) + "\n", 0600);
        statements_ = {
            {"Echo", echo_statement()},
            {"GetOrder", "SELECT * FROM orders WHERE id = :id"},
            {"orders_by_region", "SELECT id, region, total, created_at FROM orders WHERE region = "
                                 ":region ORDER BY id"},
            {"AddOrder", "INSERT INTO orders (id, region, total, created_at) VALUES (:id, "
                         ":region, :total, :created_at)"},
            {"SetTotal", "UPDATE orders SET total = total + 1 WHERE id = :id RETURNING id, region, "
                         "total, created_at"},
            {"Touch", "UPDATE orders SET region = region WHERE id = :id"},
        };
    }
    ~SqlTasks() override
    {
        close_binding();
        reeve_log_configure(REEVE_LOG_INFO, REEVE_LOG_FORMAT_TEXT, 2);
        close(log_fd_);
    }

    std::string system(const std::string &more = "") const
    {
        std::string text = "      address: localhost:" + std::to_string(server_.port()) +
                           "\n      database: reeve\n      user: reeve\n"
                           "      password_secret: db\n      ca_file: ca.pem\n" +
                           more + "      statements:\n";
        for (const auto &[name, statement] : statements_) {
            text += "        " + name + ": { text: \"" + statement + "\" }\n";
        }
        return text;
    }
    void statement(const std::string &name, const std::string &text)
    {
        for (auto &entry : statements_) {
            if (entry.first == name) {
                entry.second = text;
            }
        }
    }
    void open_binding(const std::string &more = "")
    {
        loaded_ = std::make_unique<Loaded>(server_.files(), system(more));
        ASSERT_EQ(loaded_->status(), REEVE_OK) << loaded_->text();
        redactor_ = reeve_redactor_new();
        environment_ = reeve_environment_new();
        ASSERT_EQ(reeve_credentials_open(loaded_->config(), environment_, redactor_,
                                         loaded_->report(), &secrets_),
                  REEVE_OK)
            << loaded_->text();
        ASSERT_EQ(reeve_pool_new(2, &pool_), REEVE_OK);
        ASSERT_EQ(reeve_sql_loop_new(&loop_), REEVE_OK);
        ASSERT_EQ(reeve_sql_binding_new(&loaded_->config()->systems[0].u.sql, loop_, pool_,
                                        secrets_, &binding_),
                  REEVE_OK);
    }
    void close_binding()
    {
        reeve_binding_free(binding_);
        reeve_sql_loop_free(loop_);
        reeve_pool_free(pool_);
        reeve_secret_registry_free(secrets_);
        reeve_redactor_free(redactor_);
        reeve_environment_free(environment_);
        binding_ = nullptr;
        loop_ = nullptr;
        pool_ = nullptr;
        secrets_ = nullptr;
        redactor_ = nullptr;
        environment_ = nullptr;
        loaded_.reset();
    }
    std::unique_ptr<HttpJob> job(const std::string &name, const std::string &json,
                                 uint64_t time_ms = 20000)
    {
        if (binding_ == nullptr) {
            open_binding();
        }
        return std::make_unique<HttpJob>(binding_, task(name), json, time_ms);
    }
    std::string run(const std::string &name, const std::string &json, uint64_t time_ms = 20000)
    {
        const std::unique_ptr<HttpJob> one = job(name, json, time_ms);
        one->start();
        const std::string summary = one->wait().summary();
        message_ = reeve_answer_message(&one->answer());
        reference_ = one->answer().reference;
        return summary;
    }
    std::string explain(const std::string &name, const std::string &json)
    {
        struct reeve_arena arena;
        struct reeve_buffer text;
        void *request = nullptr;
        struct reeve_problem problem = {};
        const struct reeve_json_options options = {};
        reeve_arena_init(&arena, nullptr, 1 << 20, 0);
        reeve_buffer_init(&text, nullptr, 1 << 20);
        EXPECT_EQ(reeve_message_from_json(task(name)->input, reeve_bytes_cstr(json.c_str()),
                                          &options, &arena, &request, &problem),
                  REEVE_OK);
        EXPECT_EQ(binding_->vtable->explain(binding_, task(name), request, &arena, &text),
                  REEVE_OK);
        std::string out(reinterpret_cast<const char *>(text.data), text.len);
        reeve_buffer_clear(&text);
        reeve_arena_clear(&arena);
        return out;
    }
    std::string log() const
    {
        return read_file(server_.files().path() + "/log");
    }
    bool wait_active(const std::string &query) const
    {
        return server_.wait_for("SELECT count(*) FROM pg_stat_activity WHERE usename = 'reeve' AND "
                                "state = 'active' AND query LIKE '" +
                                    query + "'",
                                "1");
    }

    Postgres &server_ = Postgres::fresh();
    int log_fd_ = -1;
    std::vector<std::pair<std::string, std::string>> statements_;
    std::unique_ptr<Loaded> loaded_;
    struct reeve_redactor *redactor_ = nullptr;
    struct reeve_environment *environment_ = nullptr;
    struct reeve_secret_registry *secrets_ = nullptr;
    struct reeve_pool *pool_ = nullptr;
    struct reeve_sql_loop *loop_ = nullptr;
    struct reeve_binding *binding_ = nullptr;
    std::string message_;
    std::string reference_;
};

/* ---- types: the rows of docs/reference/sql-binding.md's table ---- */

TEST_F(SqlTasks, EchoEveryType)
{
    const std::vector<std::string> bodies = {
        R"({})",
        R"("fDouble":-1.7976931348623157e+308,"fFloat":3.4028235e+38,"fInt64":"-9223372036854775808")",
        R"("fDouble":"NaN","fFloat":"-Infinity")",
        R"("fDouble":1e-300,"fUint64":"18446744073709551615","fInt32":-2147483648)",
        R"("fFixed64":"18446744073709551615","fFixed32":4294967295,"fUint32":4294967295)",
        R"("fBool":true,"fString":"it's \"quoted\" \\ $1 :x; -- ☃","fBytes":"AAECf/8=")",
        R"("fEnum":"BLUE","fSfixed32":2147483647,"fSfixed64":"9223372036854775807")",
        R"("fSint32":-1,"fSint64":"-1","oInt32":0,"oString":"","oBytes":"")",
        R"("at":"0001-01-01T00:00:00Z","length":"-1.500s")",
        R"("at":"9999-12-31T23:59:59.999999Z","length":"315576000000s")",
        R"("at":"2024-02-29T12:00:00.000001Z","length":"0.000001s")",
        R"("wInt64":"0","wString":"","wBytes":"","wBool":false,"wDouble":0)",
        R"("mask":"fInt32,inner.n","inner":{"name":"x","n":3})",
        R"("rInt64":["1","-9223372036854775808"],"rString":["","NULL","a,b","{\"\\}"," "])",
        R"("rBytes":["","/w=="],"rDouble":[0.1,"NaN"],"rBool":[true,false],"rEnum":["RED","BLUE"])",
        R"("rAt":["2024-01-01T00:00:00Z"],"rInner":[{"n":1},{"name":"y"}],"mInt32":{"a":1,"b":-2})",
        R"("cString":"")",
        R"("cInt64":"0")",
        R"("rLength":["1s","-0.500s"],"rwString":["a",""])"};
    for (const std::string &body : bodies) {
        const std::string json = body[0] == '{' ? body : "{" + body + "}";
        EXPECT_EQ(run("Echo", json), "SUCCEEDED NONE " + json) << message_ << log();
    }
}

struct TypeRow {
    const char *column; /* an SQL expression for field … */
    const char *field;
    const char *json; /* … of the output; or a reason */
};

TEST_F(SqlTasks, ReadEveryTypeOfColumn)
{
    const std::vector<TypeRow> rows = {
        {"12.50::numeric", "f_string", R"({"fString":"12.50"})"},
        {"12.50::numeric", "f_double", R"({"fDouble":12.5})"},
        {"12.00::numeric", "f_int64", R"({"fInt64":"12"})"},
        {"12.50::numeric", "f_int64", "OUTPUT_INVALID"},
        {"99999999999::int8", "f_int32", "OUTPUT_INVALID"},
        {"-1::int4", "f_uint32", "OUTPUT_INVALID"},
        {"5::int2", "f_int32", R"({"fInt32":5})"},
        {"5::oid", "f_uint32", R"({"fUint32":5})"},
        {"9007199254740993::int8", "f_double", "OUTPUT_INVALID"},
        {"1e39::float8", "f_float", "OUTPUT_INVALID"},
        {"true", "f_int32", "OUTPUT_INVALID"},
        {"'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid", "f_string",
         R"({"fString":"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"})"},
        {"'10.0.0.0/8'::inet", "f_string", R"({"fString":"10.0.0.0/8"})"},
        {"'x'::char(3)", "f_string", R"({"fString":"x  "})"},
        {"'12:30'::time", "f_string", R"({"fString":"12:30:00"})"},
        {"'{}'::jsonb", "f_string", R"({"fString":"{}"})"},
        {"'\\\\x00'::bytea", "f_string", "OUTPUT_INVALID"},
        {"'BLUE'::shade", "f_enum", R"({"fEnum":"BLUE"})"},
        {"7", "f_enum", R"({"fEnum":"BLUE"})"},
        {"'PINK'", "f_enum", "OUTPUT_INVALID"},
        {"'{RED,BLUE}'::shade[]", "r_enum", R"({"rEnum":["RED","BLUE"]})"},
        {"'2024-01-01 12:00'::timestamp", "at", R"({"at":"2024-01-01T12:00:00Z"})"},
        {"'2024-01-01'::date", "at", R"({"at":"2024-01-01T00:00:00Z"})"},
        {"'2024-01-01 12:00+02'::timestamptz", "at", R"({"at":"2024-01-01T10:00:00Z"})"},
        {"'infinity'::timestamptz", "at", "OUTPUT_INVALID"},
        {"'44-03-15 BC'::timestamptz", "at", "OUTPUT_INVALID"},
        {"'1 day 2 hours'::interval", "length", R"({"length":"93600s"})"},
        {"'-1 day 0.5 seconds'::interval", "length", R"({"length":"-86399.500s"})"},
        {"'1 month'::interval", "length", "OUTPUT_INVALID"},
        {"'{1,2}'::int4[]", "r_int64", R"({"rInt64":["1","2"]})"},
        {"'[0:1]={1,2}'::int4[]", "r_int64", R"({"rInt64":["1","2"]})"},
        {"'{1,NULL}'::int4[]", "r_int64", "OUTPUT_INVALID"},
        {"'{{1},{2}}'::int4[]", "r_int64", "OUTPUT_INVALID"},
        {"NULL::int4[]", "r_int64", "{}"},
        {"NULL::text", "f_string", "{}"},
        {"NULL::int4", "o_int32", "{}"},
        {"NULL::int8", "w_int64", "{}"},
        {"'null'::jsonb", "inner", "{}"},
        {"'[1, 2]'::jsonb", "r_int64", R"({"rInt64":["1","2"]})"},
        {"jsonb_build_object('n', 5, 'undeclared', 'x')", "inner", R"({"inner":{"n":5}})"},
        {"'5'", "inner", "OUTPUT_INVALID"},
    };
    for (const TypeRow &row : rows) {
        close_binding();
        statement("Echo", std::string("SELECT ") + row.column + " AS " + row.field);
        const std::string wanted = row.json[0] == '{' ? std::string("SUCCEEDED NONE ") + row.json
                                                      : std::string("FAILED NONE ") + row.json;
        EXPECT_EQ(run("Echo", "{}").substr(0, wanted.size()), wanted)
            << row.column << " AS " << row.field << ": " << message_;
    }
    EXPECT_THAT(log(), HasSubstr("column f_string has a type"));
}

/* ---- rows ---- */

TEST_F(SqlTasks, GiveOneRowAndNothingThatIsNotDeclared)
{
    EXPECT_EQ(
        run("GetOrder", R"({"id":2})"),
        R"(SUCCEEDED NONE {"id":"2","region":"eu","total":"3.00","createdAt":"2024-01-01T02:00:00Z"})");
    EXPECT_EQ(run("GetOrder", R"({"id":99})"), "FAILED NONE UPSTREAM_REFUSED");
    EXPECT_EQ(message_, "the statement found no row");
    EXPECT_THAT(log(), AllOf(HasSubstr("the statement found no row"), Not(HasSubstr("not fit"))));
    close_binding();
    statement("GetOrder", "SELECT id FROM orders");
    EXPECT_EQ(run("GetOrder", R"({"id":2})"), "FAILED NONE OUTPUT_INVALID");
    EXPECT_EQ(message_, "the statement gives more than one row");
    EXPECT_THAT(log(), HasSubstr("the statement gives more than one row"));
}

TEST_F(SqlTasks, CollectRowsInAList)
{
    EXPECT_THAT(run("ListOrders", R"({"region":"eu"})"),
                AllOf(StartsWith(R"(SUCCEEDED NONE {"orders":[{"id":"2")"),
                      HasSubstr(R"("affectedRows":"5")")));
    EXPECT_EQ(run("ListOrders", R"({"region":"none"})"), "SUCCEEDED NONE {}");
    close_binding();
    statement("orders_by_region",
              "SELECT i AS id, repeat('x', 5000) AS region FROM generate_series(1, 2000) i");
    EXPECT_EQ(run("ListOrders", "{}"), "FAILED NONE OUTPUT_TOO_LARGE");
    EXPECT_EQ(run("ListOrders", "{}"), "FAILED NONE OUTPUT_TOO_LARGE");
}

TEST_F(SqlTasks, StreamRowsWithBackPressure)
{
    statement("orders_by_region",
              "SELECT i AS id, repeat('x', 5000) AS region FROM generate_series(1, 500) i");
    const std::unique_ptr<HttpJob> all = job("StreamOrders", R"({"region":"eu"})");
    all->pause_always = true;
    all->start();
    for (size_t i = 1; i <= 500; i++) {
        all->wait_emitted(i);
        EXPECT_EQ(all->emitted().size(), i);
        all->resume();
    }
    EXPECT_THAT(all->wait().summary(), StartsWith("SUCCEEDED NONE"));
    EXPECT_EQ(all->emitted().size(), 500u);
    const std::unique_ptr<HttpJob> cut = job("StreamOrders", "{}");
    cut->pause_always = true;
    cut->start();
    cut->wait_emitted(1);
    cut->cancel();
    EXPECT_EQ(cut->wait().summary(), "CANCELLED NONE CANCEL_REQUESTED");
}

/* ---- effects ---- */

TEST_F(SqlTasks, WriteOnceAndSaySo)
{
    const std::string order = R"({"id":77,"region":"eu","total":"12.50"})";
    EXPECT_EQ(run("AddOrder", order), R"(SUCCEEDED DONE {"affectedRows":1})");
    EXPECT_EQ(server_.sql("SELECT total FROM orders WHERE id = 77"), "12.50");
    EXPECT_EQ(run("AddOrder", order), "FAILED NONE UPSTREAM_REFUSED");
    EXPECT_EQ(message_, "a constraint of the database does not allow it (SQLSTATE 23505)");
    EXPECT_EQ(run("Touch", R"({"id":1})"), "SUCCEEDED DONE {}");
    EXPECT_EQ(run("SetTotal", R"({"id":9999})"), "FAILED NONE UPSTREAM_REFUSED");
}

TEST_F(SqlTasks, RollBackWhatDoesNotFitTheOutput)
{
    statement("SetTotal", "UPDATE orders SET total = 5 WHERE id = 1 RETURNING repeat('9', 101) AS "
                          "total, id");
    EXPECT_EQ(run("SetTotal", "{}"), "FAILED NONE OUTPUT_INVALID"); /* its max_len is 100 */
    EXPECT_EQ(server_.sql("SELECT total FROM orders WHERE id = 1"), "1.50");
}

TEST_F(SqlTasks, ReadOnlyTasksCannotWrite)
{
    statement("GetOrder", "DELETE FROM orders RETURNING id");
    EXPECT_EQ(run("GetOrder", R"({"id":1})"), "FAILED NONE UPSTREAM_REFUSED");
    EXPECT_THAT(message_, HasSubstr("SQLSTATE 25006"));
    EXPECT_EQ(server_.sql("SELECT count(*) FROM orders"), "10");
}

/* P4 */
TEST_F(SqlTasks, SayMaybeOnlyWhenCommitWasNotAnswered)
{
    server_.sql("CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM "
                "pg_sleep(1000); RETURN NULL; END $$; CREATE CONSTRAINT TRIGGER late AFTER INSERT "
                "ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow()");
    const std::unique_ptr<HttpJob> in_commit = job("AddOrder", R"({"id":50,"total":"1"})");
    in_commit->start();
    ASSERT_TRUE(wait_active("COMMIT"));
    server_.crash();
    EXPECT_EQ(in_commit->wait().summary(), "FAILED MAYBE UPSTREAM_INTERRUPTED");
    EXPECT_EQ(run("AddOrder", R"({"id":51,"total":"1"})"), "FAILED NONE UPSTREAM_UNREACHABLE");
    server_.start();
    close_binding();
    statement("Touch", "UPDATE orders SET region = pg_sleep(1000)::text WHERE id = :id");
    const std::unique_ptr<HttpJob> before = job("Touch", R"({"id":1})");
    before->start();
    ASSERT_TRUE(wait_active("UPDATE%"));
    server_.crash();
    EXPECT_EQ(before->wait().summary(), "FAILED NONE UPSTREAM_INTERRUPTED");
}

TEST_F(SqlTasks, EndInTimeAndOnRequest)
{
    statement("GetOrder", "SELECT :id AS id, pg_sleep(1000)");
    EXPECT_EQ(run("GetOrder", "{}", 300), "TIMED_OUT NONE DEADLINE");
    const std::unique_ptr<HttpJob> one = job("GetOrder", "{}");
    one->start();
    ASSERT_TRUE(wait_active("SELECT%pg_sleep%"));
    one->cancel();
    EXPECT_EQ(one->wait().summary(), "CANCELLED NONE CANCEL_REQUESTED");
    EXPECT_TRUE(server_.wait_for("SELECT count(*) FROM pg_stat_activity WHERE usename = 'reeve' "
                                 "AND state = 'active'",
                                 "0"));
}

/* ---- what leaves ---- */

/* P3: a value is never text of the statement. */
TEST_F(SqlTasks, CannotBeInjectedInto)
{
    for (const char *value : {"' OR 1=1 --", "'; DROP TABLE orders; --", "$1", ":id", "\\'",
                              "eu' /*", "\xef\xbc\x87 OR 1=1"}) {
        std::string json = R"({"region":")";
        for (const char *c = value; *c != '\0'; c++) {
            json += (*c == '\\' ? "\\\\" : std::string(1, *c));
        }
        EXPECT_EQ(run("ListOrders", json + R"("})"), "SUCCEEDED NONE {}") << value;
    }
    EXPECT_EQ(server_.sql("SELECT count(*) FROM orders"), "10");
}

/* P2: the server's words and the password stay. */
TEST_F(SqlTasks, KeepTheServersWordsAtHome)
{
    server_.sql("CREATE FUNCTION tell(t text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE "
                "EXCEPTION 'the row of %', t; END $$");
    statement("GetOrder", "SELECT tell('" + std::string(Postgres::kPassword) +
                              "' || ' and Ada') AS id WHERE :id = 1");
    EXPECT_EQ(run("GetOrder", R"({"id":1})"), "FAILED NONE UPSTREAM_REFUSED");
    EXPECT_EQ(message_, "a function of the database refused (SQLSTATE P0001)");
    EXPECT_NE(reference_, "");
    EXPECT_THAT(log(), AllOf(HasSubstr(reference_), HasSubstr("the row of"),
                             Not(HasSubstr(Postgres::kPassword))));
}

TEST_F(SqlTasks, ExplainWithoutTouching)
{
    open_binding();
    server_.crash();
    const std::string text =
        explain("ListOrders", R"({"region":"it's","pin":"1234","inner":{"n":5}})");
    EXPECT_THAT(text, AllOf(HasSubstr("database    reeve, as user reeve\n"),
                            HasSubstr("TLS, certificate and name checked against "),
                            HasSubstr("password    from secret db\n"),
                            HasSubstr("transaction BEGIN READ ONLY, statement_timeout at most "
                                      "20000 ms\n"),
                            HasSubstr("WHERE region = $1 ORDER BY id\n"),
                            HasSubstr("  $1 = :region = 'it''s' (string)\n"),
                            Not(HasSubstr(Postgres::kPassword))));
    server_.start();
    close_binding();
    statement("orders_by_region", "SELECT 1 AS id WHERE :pin = 'x' AND :inner.n = 5 AND :inner IS "
                                  "NULL");
    open_binding();
    EXPECT_THAT(explain("ListOrders", R"({"pin":"1234","inner":{"n":5}})"),
                AllOf(HasSubstr("$1 = :pin = (sensitive) (string)"),
                      HasSubstr("$2 = :inner.n = '5' (int32)"), Not(HasSubstr("1234"))));
}

/* `run --explain` exits with 1 then. */
TEST_F(SqlTasks, ExplainThatThereIsNoStatement)
{
    open_binding();
    const struct reeve_task other = *task("GetOrder"); /* no task of the configuration's */
    struct reeve_arena arena;
    struct reeve_buffer text;
    reeve_arena_init(&arena, nullptr, 1 << 20, 0);
    reeve_buffer_init(&text, nullptr, 1 << 20);
    const void *request = reeve_message_new(other.input, &arena);
    EXPECT_EQ(binding_->vtable->explain(binding_, &other, request, &arena, &text), REEVE_INVALID);
    EXPECT_EQ(std::string(reinterpret_cast<const char *>(text.data), text.len),
              "the task's statement is not configured here\n");
    reeve_buffer_clear(&text);
    reeve_arena_clear(&arena);
}

/* ---- credentials ---- */

TEST_F(SqlTasks, FollowARotatedPassword)
{
    EXPECT_THAT(run("GetOrder", R"({"id":1})"), StartsWith("SUCCEEDED"));
    server_.sql("ALTER ROLE reeve PASSWORD 'the next password of 27 b'");
    server_.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'reeve'");
    EXPECT_EQ(run("GetOrder", R"({"id":1})"), "FAILED NONE CREDENTIAL_REFUSED");
    server_.files().write("password", "the next password of 27 b\n", 0600);
    EXPECT_THAT(run("GetOrder", R"({"id":1})"), StartsWith("SUCCEEDED")) << log();
    EXPECT_THAT(log(), Not(HasSubstr("the next password")));
}

/* ---- configuration ---- */

class SqlConfig : public ::testing::Test
{
  protected:
    std::string complaints(const std::string &system)
    {
        directory_.write("ca.pem", "", 0600);
        const Loaded loaded(directory_, system);
        return loaded.text();
    }
    static std::string with(const std::string &statement, const std::string &more = "")
    {
        return "      address: db.internal:5433\n      database: d\n      user: u\n"
               "      ca_file: ca.pem\n" +
               more + "      statements:\n        GetOrder:\n          text: " + statement + "\n";
    }
    TempDir directory_;
};

TEST_F(SqlConfig, NamesLineAndNextStepOfAWrongStatement)
{
    EXPECT_THAT(complaints(with("SELECT * FROM orders WHERE id = :idd")),
                AllOf(HasSubstr("agent.yaml:15:"), HasSubstr(":idd is no field of sqltest.v1.Key"),
                      HasSubstr("did you mean id?")));
    EXPECT_THAT(complaints(with("SELECT 1; DROP TABLE orders")),
                AllOf(HasSubstr("more than one statement (line 1, column 9 of the statement)"),
                      HasSubstr("write one statement")));
    EXPECT_THAT(complaints(with("COMMIT")), HasSubstr("cannot be a task"));
    EXPECT_THAT(complaints(with("SELECT :id.x")), HasSubstr("nothing can be named in it"));
}

TEST_F(SqlConfig, NamesTheStatementThatAnAllowedTaskLacks)
{
    const std::string text = complaints(with("SELECT 1 AS id"));
    EXPECT_THAT(text, HasSubstr("sqltest.v1.Warehouse/ListOrders is allowed, and its statement "
                                "\"orders_by_region\" is not here"));
    EXPECT_THAT(text, HasSubstr("region of sqltest.v1.Warehouse/GetOrder is not used"));
}

TEST_F(SqlConfig, WantsTlsAndOneServer)
{
    EXPECT_THAT(complaints("      address: db\n      database: d\n      user: u\n"),
                HasSubstr("TCP needs the CA"));
    EXPECT_THAT(complaints("      address: db\n      database: d\n      user: u\n      insecure: "
                           "true\n"),
                HasSubstr("travel unprotected"));
    EXPECT_THAT(complaints("      database: d\n      user: u\n"),
                HasSubstr("neither an address nor a Unix socket"));
    EXPECT_THAT(complaints("      address: a,b:1\n      ca_file: ca.pem\n      database: d\n"
                           "      user: u\n"),
                HasSubstr("not a host and a port"));
    EXPECT_THAT(complaints(with("SELECT 1", "      password_secret: dbb\n")),
                HasSubstr("did you mean db?"));
    EXPECT_THAT(complaints(with("SELECT 1", "      certificate_file: c.pem\n")),
                HasSubstr("certificate and its key"));
}

} // namespace
} // namespace reeve::test

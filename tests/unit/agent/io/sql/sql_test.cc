/* SPDX-License-Identifier: Apache-2.0 */
/* agent/io/sql against a real PostgreSQL over TLS: transactions, rows, cancelling, passwords, and a
 * server that goes away. P4 (an effect is told as it is), P7 (bounds), P2 (what a server gets). */
#include "agent/io/sql/sql.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/postgres.h"
#include "tests/unit/agent/io/sql/ask.h"

namespace reeve::test
{
namespace
{

/* Passwords from a list, the last one for ever; answered on another thread. */
struct Passwords {
    std::vector<std::string> values = {Postgres::kPassword};
    std::atomic<uint64_t> version{1};
    std::atomic<int> asked{0};
    std::atomic<int> refused{0};
    enum reeve_status status = REEVE_OK;
    struct reeve_sql_passwords seam = {ask, refuse, this};
    std::vector<std::thread> threads;

    ~Passwords()
    {
        for (std::thread &t : threads) {
            t.join();
        }
    }
    static void ask(void *ctx, struct reeve_sql_password *question)
    {
        auto *self = static_cast<Passwords *>(ctx);
        self->asked++;
        self->threads.emplace_back([self, question] {
            const uint64_t version = self->version;
            const std::string &value =
                self->values[std::min<size_t>(version, self->values.size()) - 1];
            question->status = self->status;
            question->version = version;
            reeve_format_cut(question->problem, sizeof question->problem, "no password");
            if (question->status == REEVE_OK) {
                question->status = reeve_secret_set(
                    &question->secret, reeve_bytes_of(value.c_str(), value.size() + 1));
            }
            reeve_sql_password_answer(question);
        });
    }
    static void refuse(void *ctx, uint64_t)
    {
        static_cast<Passwords *>(ctx)->refused++;
    }
};

class Sql : public ::testing::Test
{
  protected:
    Sql()
    {
        EXPECT_EQ(reeve_sql_loop_new(&loop_), REEVE_OK);
        ca_ = server_.ca_file();
        database_.host = "localhost";
        database_.port = server_.port();
        database_.name = "reeve";
        database_.user = "reeve";
        database_.ca_file = ca_.c_str();
    }
    ~Sql() override
    {
        close();
        reeve_sql_loop_free(loop_);
    }
    struct reeve_sql_pool *open()
    {
        EXPECT_EQ(reeve_sql_pool_new(&database_, &passwords_.seam, loop_, &pool_), REEVE_OK);
        return pool_;
    }
    void close()
    {
        reeve_sql_pool_free(pool_);
        pool_ = nullptr;
    }

    Postgres &server_ = Postgres::fresh();
    Passwords passwords_;
    struct reeve_sql_database database_ = {};
    std::string ca_;
    struct reeve_sql_loop *loop_ = nullptr;
    struct reeve_sql_pool *pool_ = nullptr;
};

/* ---- the connection ---- */

TEST_F(Sql, SpeaksTlsWithScramAndPinnedSettings)
{
    Ask ask(open(),
            "SELECT ssl, version, current_setting('TimeZone'), current_setting('DateStyle'),"
            " current_setting('IntervalStyle'), current_setting('bytea_output'),"
            " current_setting('search_path'), current_setting('application_name'),"
            " current_setting('transaction_read_only'), current_setting('client_encoding')"
            " FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    ASSERT_EQ(ask.run(), REEVE_OK) << ask.problem();
    EXPECT_EQ(ask.request().commit, REEVE_SQL_COMMIT_DONE);
    EXPECT_EQ(ask.rows().at(0), (Row{"t", "TLSv1.3", "UTC", "ISO, YMD", "iso_8601", "hex",
                                     "pg_catalog, public", "reeve-agent", "on", "UTF8"}));
    EXPECT_EQ(passwords_.asked, 1);
}

/* SCRAM-SHA-256-PLUS or nothing: what is proved is proved for this very TLS connection. */
TEST_F(Sql, BindsTheChannelToTheCertificate)
{
    database_.channel_binding = true;
    Ask bound(open(), "SELECT 1");
    EXPECT_EQ(bound.run(), REEVE_OK) << bound.problem();
    close();
    server_.sql("SET password_encryption = 'md5'; ALTER ROLE reeve PASSWORD 'another password'");
    passwords_.values = {"another password"};
    Ask unbound(open(), "SELECT 1");
    EXPECT_NE(unbound.run(), REEVE_OK);
}

TEST_F(Sql, SpeaksOverAUnixSocket)
{
    const std::string directory = server_.socket_directory();
    database_.host = nullptr;
    database_.socket_directory = directory.c_str();
    Ask local(open(), "SELECT inet_client_addr() IS NULL");
    ASSERT_EQ(local.run(), REEVE_OK) << local.problem();
    EXPECT_EQ(local.rows().at(0), Row{"t"});
}

TEST_F(Sql, RefusesAServerOfAnotherAuthority)
{
    const TestPki other("another CA");
    const std::string path = server_.files().write("other.pem", other.ca_pem(), 0644);
    database_.ca_file = path.c_str();
    Ask ask(open(), "SELECT 1");
    EXPECT_EQ(ask.run(), REEVE_UPSTREAM_UNREACHABLE);
    EXPECT_NE(ask.problem().find("CERTIFICATE_VERIFY_FAILED"), std::string::npos) << ask.problem();
    EXPECT_EQ(ask.request().commit, REEVE_SQL_COMMIT_NOT_SENT);
}

TEST_F(Sql, RefusesANameThatTheCertificateDoesNotHave)
{
    /* The certificate is for 127.0.0.1 and localhost. */
    database_.host = "127.0.0.2";
    Ask ask(open(), "SELECT 1");
    EXPECT_EQ(ask.run(), REEVE_UPSTREAM_UNREACHABLE);
}

TEST_F(Sql, NeverGoesOnWithoutTls)
{
    EXPECT_EQ(server_.sql("ALTER SYSTEM SET ssl = off; "), "");
    EXPECT_EQ(server_.sql("SELECT pg_reload_conf()"), "t");
    ASSERT_TRUE(server_.wait_for("SHOW ssl", "off"));
    Ask ask(open(), "SELECT 1");
    EXPECT_EQ(ask.run(), REEVE_UPSTREAM_UNREACHABLE);
    EXPECT_NE(ask.problem().find("SSL"), std::string::npos) << ask.problem();
    EXPECT_EQ(server_.sql("ALTER SYSTEM RESET ssl"), "");
    EXPECT_EQ(server_.sql("SELECT pg_reload_conf()"), "t");
    EXPECT_TRUE(server_.wait_for("SHOW ssl", "on"));
}

TEST_F(Sql, ShowsAClientCertificate)
{
    database_.user = "certified";
    Ask without(open(), "SELECT 1");
    EXPECT_EQ(without.run(), REEVE_CREDENTIAL_REFUSED) << without.problem();
    close();
    const TempDir::Files files = server_.files().write_credential("client", server_.pki().worker());
    database_.certificate_file = files.certificate.c_str();
    database_.key_file = files.key.c_str();
    Ask with(open(), "SELECT client_serial IS NOT NULL FROM pg_stat_ssl "
                     "WHERE pid = pg_backend_pid()");
    ASSERT_EQ(with.run(), REEVE_OK) << with.problem();
    EXPECT_EQ(with.rows().at(0), Row{"t"});
}

TEST_F(Sql, SaysThatANameHasNoAddress)
{
    database_.host = "no-such-name.invalid";
    database_.connect_timeout_ms = 5000;
    Ask ask(open(), "SELECT 1");
    EXPECT_EQ(ask.run(), REEVE_UPSTREAM_UNREACHABLE);
}

TEST_F(Sql, SaysThatNobodyListens)
{
    server_.crash();
    Ask ask(open(), "SELECT 1");
    EXPECT_EQ(ask.run(), REEVE_UPSTREAM_UNREACHABLE);
    EXPECT_EQ(reeve_sql_pool_connections(pool_), 0u);
}

/* ---- statements ---- */

TEST_F(Sql, BindsParametersAsValuesOnly)
{
    const std::string nasty = "'; DROP TABLE t; -- \" $1 \\";
    Ask ask(open(), "SELECT $1::text, $2::int + 1, $3::text", {nasty, "41", std::nullopt});
    ASSERT_EQ(ask.run(), REEVE_OK) << ask.problem();
    EXPECT_EQ(ask.rows().at(0), (Row{nasty, "42", std::nullopt}));
    EXPECT_EQ(ask.types, (std::vector<uint32_t>{25, 23, 25}));
}

TEST_F(Sql, ReadsOnlyUnlessToldToWrite)
{
    server_.sql("CREATE TABLE t (x int); GRANT ALL ON t TO reeve");
    Ask reads(open(), "INSERT INTO t VALUES (1)");
    EXPECT_EQ(reads.run(), REEVE_UPSTREAM_REFUSED);
    EXPECT_EQ(reads.state(), "25006");
    EXPECT_EQ(reads.request().commit, REEVE_SQL_COMMIT_NOT_SENT);
    Ask escapes(pool_, "SELECT set_config('transaction_read_only', 'off', false)");
    EXPECT_EQ(escapes.run(), REEVE_UPSTREAM_REFUSED);
    Ask writes(pool_, "INSERT INTO t VALUES (1), (2)");
    EXPECT_EQ(writes.write().run(), REEVE_OK) << writes.problem();
    EXPECT_EQ(writes.affected, 2u);
    EXPECT_EQ(server_.sql("SELECT count(*) FROM t"), "2");
}

TEST_F(Sql, RollsBackWhatItsCallerDoesNotWant)
{
    database_.max_connections = 1;
    server_.sql("CREATE TABLE t (x int); GRANT ALL ON t TO reeve");
    Ask ask(open(), "INSERT INTO t VALUES (1) RETURNING x");
    ask.commits = false;
    EXPECT_EQ(ask.write().run(), REEVE_STATE);
    EXPECT_EQ(ask.request().commit, REEVE_SQL_COMMIT_NOT_SENT);
    Ask after(pool_, "SELECT count(*) FROM t");
    ASSERT_EQ(after.run(), REEVE_OK);
    EXPECT_EQ(after.rows().at(0), Row{"0"});
    EXPECT_EQ(reeve_sql_pool_connections(pool_), 1u);
}

TEST_F(Sql, LeavesNothingBehindInASession)
{
    database_.max_connections = 1;
    Ask first(open(), "SELECT set_config('timezone', 'Asia/Tokyo', false), "
                      "set_config('search_path', 'evil', false), pg_advisory_lock(7), "
                      "pg_backend_pid()");
    ASSERT_EQ(first.run(), REEVE_OK) << first.problem();
    Ask second(pool_, "SELECT current_setting('timezone'), current_setting('search_path'), "
                      "(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'), "
                      "pg_backend_pid()");
    ASSERT_EQ(second.run(), REEVE_OK) << second.problem();
    EXPECT_EQ(second.rows().at(0),
              (Row{"UTC", "pg_catalog, public", "0", first.rows().at(0).at(3)}));
}

TEST_F(Sql, SaysWhatTheServerRefused)
{
    Ask ask(open(), "SELECT 1/0");
    EXPECT_EQ(ask.run(), REEVE_UPSTREAM_REFUSED);
    EXPECT_EQ(ask.state(), "22012");
    EXPECT_NE(ask.problem().find("division by zero"), std::string::npos);
    Ask copy(pool_, "COPY (SELECT 1) TO STDOUT");
    EXPECT_EQ(copy.run(), REEVE_UNSUPPORTED);
    Ask two(pool_, "SELECT 1; SELECT 2");
    EXPECT_EQ(two.run(), REEVE_UPSTREAM_REFUSED);
    EXPECT_EQ(two.state(), "42601");
}

TEST_F(Sql, RefusesAtCommitWithoutDoubt)
{
    server_.sql("CREATE TABLE t (x int UNIQUE DEFERRABLE INITIALLY DEFERRED); INSERT INTO t VALUES "
                "(1); GRANT ALL ON t TO reeve");
    Ask ask(open(), "INSERT INTO t VALUES (1)");
    EXPECT_EQ(ask.write().run(), REEVE_UPSTREAM_REFUSED);
    EXPECT_EQ(ask.state(), "23505");
    EXPECT_EQ(ask.request().commit, REEVE_SQL_COMMIT_NOT_SENT);
}

TEST_F(Sql, TriesAgainAfterASerializationFailureIfItMay)
{
    server_.sql("CREATE SEQUENCE s; GRANT ALL ON SEQUENCE s TO reeve; "
                "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN "
                "IF nextval('s') < 3 THEN RAISE SQLSTATE '40001'; END IF; RETURN 5; END $$");
    Ask ask(open(), "SELECT f()");
    ask.request().retries = 2;
    ASSERT_EQ(ask.write().run(), REEVE_OK) << ask.problem();
    EXPECT_EQ(ask.begins, 3u);
    EXPECT_EQ(ask.rows().at(0), Row{"5"});
    server_.sql("SELECT setval('s', 1)");
    Ask once(pool_, "SELECT f()");
    EXPECT_EQ(once.write().run(), REEVE_UPSTREAM_REFUSED);
    EXPECT_EQ(once.state(), "40001");
    EXPECT_EQ(once.begins, 1u);
}

/* ---- rows ---- */

TEST_F(Sql, PausesReadingAndGoesOn)
{
    constexpr size_t kRows = 20000;
    Ask ask(open(), "SELECT i, repeat('x', 1000) FROM generate_series(1, 20000) i");
    ask.flow = [](size_t n) { return n % 1000 == 0 ? REEVE_SQL_PAUSE : REEVE_SQL_GO_ON; };
    ask.start();
    for (size_t n = 1000; n <= kRows; n += 1000) {
        ask.wait_for_rows(n);
        EXPECT_EQ(ask.rows().size(), n);
        reeve_sql_resume(&ask.request());
    }
    EXPECT_EQ(ask.wait().request().status, REEVE_OK) << ask.problem();
    EXPECT_EQ(ask.rows().size(), kRows);
}

TEST_F(Sql, StopsInTheMiddle)
{
    Ask ask(open(), "SELECT generate_series(1, 100000000)");
    ask.flow = [](size_t n) { return n == 10 ? REEVE_SQL_STOP : REEVE_SQL_GO_ON; };
    EXPECT_EQ(ask.run(), REEVE_STATE);
    EXPECT_EQ(ask.rows().size(), 10u);
    Ask next(pool_, "SELECT 1");
    EXPECT_EQ(next.run(), REEVE_OK);
}

TEST_F(Sql, BoundsTheSizeOfARow)
{
    Ask ask(open(), "SELECT repeat('x', 17 * 1024 * 1024)");
    EXPECT_EQ(ask.run(), REEVE_OUTPUT_TOO_LARGE) << ask.problem();
    EXPECT_TRUE(ask.rows().empty());
    Ask next(pool_, "SELECT length(repeat('x', 15 * 1024 * 1024))");
    EXPECT_EQ(next.run(), REEVE_OK) << next.problem();
}

/* ---- time and cancelling ---- */

TEST_F(Sql, ACancelReachesTheServer)
{
    Ask ask(open(), "SELECT pg_sleep(1000)");
    ask.within(3600000).start();
    ASSERT_TRUE(server_.wait_for("SELECT count(*) FROM pg_stat_activity WHERE usename = 'reeve' "
                                 "AND query LIKE '%pg_sleep%' AND state = 'active'",
                                 "1"));
    reeve_sql_cancel(&ask.request());
    EXPECT_EQ(ask.wait().request().status, REEVE_CANCELLED);
    EXPECT_EQ(ask.request().commit, REEVE_SQL_COMMIT_NOT_SENT);
    EXPECT_TRUE(
        server_.wait_for("SELECT count(*) FROM pg_stat_activity WHERE usename = 'reeve'", "0"));
}

TEST_F(Sql, ACancelReachesTheServerOverAUnixSocket)
{
    const std::string directory = server_.socket_directory();
    database_.host = nullptr;
    database_.socket_directory = directory.c_str();
    Ask ask(open(), "SELECT pg_sleep(1000)");
    ask.within(3600000).start();
    ASSERT_TRUE(server_.wait_for("SELECT count(*) FROM pg_stat_activity WHERE usename = 'reeve' "
                                 "AND query LIKE '%pg_sleep%' AND state = 'active'",
                                 "1"));
    reeve_sql_cancel(&ask.request());
    EXPECT_EQ(ask.wait().request().status, REEVE_CANCELLED);
    EXPECT_TRUE(
        server_.wait_for("SELECT count(*) FROM pg_stat_activity WHERE usename = 'reeve'", "0"));
}

TEST_F(Sql, ADeadlineEndsItOnBothSides)
{
    Ask ask(open(), "SELECT pg_sleep(1000)");
    EXPECT_EQ(ask.within(600).run(), REEVE_TIMEOUT);
    EXPECT_TRUE(server_.wait_for("SELECT count(*) FROM pg_stat_activity WHERE usename = 'reeve' "
                                 "AND state = 'active'",
                                 "0"));
}

TEST_F(Sql, ACancelledPauseEnds)
{
    Ask ask(open(), "SELECT generate_series(1, 1000)");
    ask.flow = [](size_t) { return REEVE_SQL_PAUSE; };
    ask.start().wait_for_rows(1);
    reeve_sql_cancel(&ask.request());
    reeve_sql_resume(&ask.request());
    EXPECT_EQ(ask.wait().request().status, REEVE_CANCELLED);
}

TEST_F(Sql, ADeadlineEndsAPause)
{
    Ask ask(open(), "SELECT generate_series(1, 1000)");
    ask.flow = [](size_t) { return REEVE_SQL_PAUSE; };
    EXPECT_EQ(ask.within(300).run(), REEVE_TIMEOUT);
}

/* ---- the pool ---- */

TEST_F(Sql, KeepsToItsBoundAndToTheOrder)
{
    database_.max_connections = 2;
    open();
    std::vector<std::unique_ptr<Ask>> asks;
    for (int i = 0; i < 12; i++) {
        asks.push_back(std::make_unique<Ask>(pool_, "SELECT pg_sleep(0.02), pg_backend_pid()"));
        asks.back()->start();
    }
    for (const std::unique_ptr<Ask> &ask : asks) {
        EXPECT_EQ(ask->wait().request().status, REEVE_OK) << ask->problem();
        EXPECT_LE(reeve_sql_pool_connections(pool_), 2u);
    }
    EXPECT_LE(
        std::stoi(server_.sql("SELECT count(*) FROM pg_stat_activity WHERE usename = 'reeve'")), 2);
}

TEST_F(Sql, AWaitingRequestEndsByItsDeadlineOrCancel)
{
    database_.max_connections = 1;
    Ask first(open(), "SELECT pg_sleep(1000)");
    first.start();
    ASSERT_TRUE(server_.wait_for("SELECT count(*) FROM pg_stat_activity WHERE usename = 'reeve' "
                                 "AND query LIKE '%pg_sleep%' AND state = 'active'",
                                 "1"));
    Ask late(pool_, "SELECT 1");
    EXPECT_EQ(late.within(50).run(), REEVE_TIMEOUT);
    Ask unwanted(pool_, "SELECT 1");
    unwanted.start();
    reeve_sql_cancel(&unwanted.request());
    EXPECT_EQ(unwanted.wait().request().status, REEVE_CANCELLED);
    reeve_sql_cancel(&first.request());
    EXPECT_EQ(first.wait().request().status, REEVE_CANCELLED);
}

TEST_F(Sql, ClosesIdleAndOldConnections)
{
    database_.idle_timeout_ms = 50;
    Ask first(open(), "SELECT 1");
    ASSERT_EQ(first.run(), REEVE_OK);
    EXPECT_TRUE(
        server_.wait_for("SELECT count(*) FROM pg_stat_activity WHERE usename = 'reeve'", "0"));
    close();
    database_.idle_timeout_ms = 0;
    database_.max_lifetime_ms = 1;
    Ask old(open(), "SELECT pg_sleep(0.01)");
    ASSERT_EQ(old.run(), REEVE_OK);
    EXPECT_TRUE(
        server_.wait_for("SELECT count(*) FROM pg_stat_activity WHERE usename = 'reeve'", "0"));
}

TEST_F(Sql, APoolOutlivesItsLoop)
{
    Ask ask(open(), "SELECT 1");
    ASSERT_EQ(ask.run(), REEVE_OK);
    reeve_sql_loop_free(loop_);
    loop_ = nullptr;
    EXPECT_EQ(reeve_sql_pool_connections(pool_), 0u);
    close();
}

/* ---- passwords ---- */

TEST_F(Sql, TriesARefusedPasswordOnce)
{
    passwords_.values = {"a wrong password of mine"};
    open();
    std::vector<std::unique_ptr<Ask>> asks;
    for (int i = 0; i < 5; i++) {
        asks.push_back(std::make_unique<Ask>(pool_, "SELECT 1"));
        asks.back()->start();
    }
    for (const std::unique_ptr<Ask> &ask : asks) {
        EXPECT_EQ(ask->wait().request().status, REEVE_CREDENTIAL_REFUSED) << ask->problem();
        EXPECT_EQ(ask->problem().find("a wrong password"), std::string::npos);
    }
    EXPECT_EQ(passwords_.refused, 1);
}

TEST_F(Sql, TakesTheNewPasswordAfterARotation)
{
    passwords_.values = {Postgres::kPassword, "the next password of 27 b"};
    Ask before(open(), "SELECT 1");
    ASSERT_EQ(before.run(), REEVE_OK);
    server_.sql("ALTER ROLE reeve PASSWORD 'the next password of 27 b'");
    server_.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'reeve'");
    Ask refused(pool_, "SELECT 1");
    EXPECT_EQ(refused.run(), REEVE_CREDENTIAL_REFUSED) << refused.problem();
    passwords_.version = 2;
    Ask after(pool_, "SELECT 1");
    EXPECT_EQ(after.run(), REEVE_OK) << after.problem();
    EXPECT_EQ(passwords_.refused, 1);
}

TEST_F(Sql, SaysThatThereIsNoPassword)
{
    passwords_.status = REEVE_CREDENTIAL_UNAVAILABLE;
    Ask ask(open(), "SELECT 1");
    EXPECT_EQ(ask.run(), REEVE_CREDENTIAL_UNAVAILABLE);
}

/* ---- a server that goes away ---- */

TEST_F(Sql, AConnectionThatDiedWhileIdleCostsNothing)
{
    Ask before(open(), "SELECT 1");
    ASSERT_EQ(before.run(), REEVE_OK);
    server_.crash();
    server_.start();
    Ask after(pool_, "SELECT 1");
    EXPECT_EQ(after.run(), REEVE_OK) << after.problem();
}

TEST_F(Sql, ACrashBeforeCommitHasNoEffect)
{
    server_.sql("CREATE TABLE t (x int); GRANT ALL ON t TO reeve");
    Ask ask(open(), "INSERT INTO t SELECT 1 FROM pg_sleep(1000)");
    ask.write().start();
    ASSERT_TRUE(server_.wait_for("SELECT count(*) FROM pg_stat_activity WHERE usename = 'reeve' "
                                 "AND query LIKE '%pg_sleep%' AND state = 'active'",
                                 "1"));
    server_.crash();
    EXPECT_EQ(ask.wait().request().status, REEVE_UPSTREAM_INTERRUPTED) << ask.problem();
    EXPECT_EQ(ask.request().commit, REEVE_SQL_COMMIT_NOT_SENT);
    server_.start();
    EXPECT_EQ(server_.sql("SELECT count(*) FROM t"), "0");
}

/* P4: a COMMIT that nobody answered may have happened. */
TEST_F(Sql, ACrashWithinCommitLeavesADoubt)
{
    server_.sql("CREATE TABLE t (x int); GRANT ALL ON t TO reeve; CREATE FUNCTION slow() RETURNS "
                "trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1000); RETURN NULL; END $$; "
                "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED "
                "FOR EACH ROW EXECUTE FUNCTION slow()");
    Ask ask(open(), "INSERT INTO t VALUES (1)");
    ask.write().start();
    ASSERT_TRUE(server_.wait_for("SELECT count(*) FROM pg_stat_activity WHERE usename = 'reeve' "
                                 "AND query = 'COMMIT' AND state = 'active'",
                                 "1"));
    reeve_sql_cancel(&ask.request()); /* is waited for: the answer to COMMIT may still come */
    server_.crash();
    EXPECT_EQ(ask.wait().request().status, REEVE_UPSTREAM_INTERRUPTED) << ask.problem();
    EXPECT_EQ(ask.request().commit, REEVE_SQL_COMMIT_SENT);
}

} // namespace
} // namespace reeve::test

/* SPDX-License-Identifier: Apache-2.0 */
/* agent/io/sql against servers that say what PostgreSQL never says. P7: no internal system pushes
 * past the worker's bounds, or ends it; P4: what was not confirmed does not count. */
#include <fcntl.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "agent/io/sql/sql.h"
#include "tests/support/scripted_postgres.h"
#include "tests/unit/agent/io/sql/ask.h"

extern "C" __attribute__((weak)) size_t __sanitizer_get_current_allocated_bytes();

namespace reeve::test
{
namespace
{

using P = ScriptedPostgres;

size_t AllocatedBytes()
{
    if (__sanitizer_get_current_allocated_bytes != nullptr) {
        return __sanitizer_get_current_allocated_bytes();
    }
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

/* Answers as usual, but for one query: its prefix, "" for the statement. */
class HostileSql : public ::testing::Test
{
  protected:
    HostileSql()
    {
        EXPECT_EQ(reeve_sql_loop_new(&loop_), REEVE_OK);
    }
    ~HostileSql() override
    {
        close();
        reeve_sql_loop_free(loop_);
    }
    /* The pool, and the server: it may still answer, and what it answers with goes. */
    void close()
    {
        reeve_sql_pool_free(pool_);
        pool_ = nullptr;
        server_.reset();
    }
    struct reeve_sql_pool *open(P::Answer answer)
    {
        server_.emplace(std::move(answer));
        struct reeve_sql_database database = {};
        database.host = "127.0.0.1";
        database.port = server_->port();
        database.name = "reeve";
        database.user = "reeve";
        database.plaintext = true;
        database.max_connections = 1;
        EXPECT_EQ(reeve_sql_pool_new(&database, &passwords_, loop_, &pool_), REEVE_OK);
        return pool_;
    }
    /* `answer` to the first query that is `to`; the usual to all others. */
    struct reeve_sql_pool *open(const std::string &to, const std::string &answer)
    {
        return open([this, to, answer](int fd, const std::string &query) {
            const bool is_it = to.empty() ? query.empty() : query.rfind(to, 0) == 0;
            return P::Write(fd, is_it && said_++ == 0 ? answer : P::Usual(query));
        });
    }
    /* The pool goes on with a connection of its own. */
    void expect_next_to_work()
    {
        Ask next(pool_, "SELECT 1");
        EXPECT_EQ(next.run(), REEVE_OK) << next.problem();
        EXPECT_EQ(next.rows().size(), 1u);
    }

    struct reeve_sql_passwords passwords_ = {};
    std::atomic<int> said_{0};
    struct reeve_sql_loop *loop_ = nullptr;
    struct reeve_sql_pool *pool_ = nullptr;
    std::optional<P> server_;
};

TEST_F(HostileSql, TheScriptedServerIsServed)
{
    Ask ask(open("nothing", ""), "SELECT 1");
    ASSERT_EQ(ask.run(), REEVE_OK) << ask.problem();
    EXPECT_EQ(ask.rows().at(0), Row{"1"});
    EXPECT_EQ(ask.request().commit, REEVE_SQL_COMMIT_DONE);
    expect_next_to_work();
    EXPECT_EQ(server_->connections(), 1);
}

/* P4: a job without a deadline commits, and is told so. */
TEST_F(HostileSql, ARequestWithoutADeadlineCommits)
{
    Ask ask(open([](int fd, const std::string &query) {
                if (query == "COMMIT") { // not in the turn in which it is asked for
                    std::this_thread::sleep_for(std::chrono::milliseconds(50));
                }
                return P::Write(fd, P::Usual(query));
            }),
            "UPDATE x SET y = 1");
    ask.request().deadline_ms = REEVE_NEVER_MS;
    ASSERT_EQ(ask.run(), REEVE_OK) << ask.problem();
    EXPECT_EQ(ask.request().commit, REEVE_SQL_COMMIT_DONE);
}

/* ---- more than was asked for ---- */

const std::string kUsual = P::RowDescription("x") + P::Row("1") + P::Complete("SELECT 1");
const std::string kMore[] = {
    P::RowDescription("y") + P::Complete("SELECT 0"),
    P::RowDescription("y") + P::Row("2") + P::Complete("SELECT 1"),
    P::Complete("SELECT 0"),
    P::Complete("INSERT 0 7"),
    P::Complete("SELECT 0") + P::Complete("SELECT 0"),
    P::Message('I', ""),
    P::Error("ERROR", "22012", "no") + P::Error("ERROR", "22012", "no"),
};

TEST_F(HostileSql, AResultBehindTheEndCountsForNothing)
{
    for (const std::string &more : kMore) {
        said_ = 0;
        Ask ask(open("", kUsual + more + P::Ready()), "SELECT 1");
        EXPECT_EQ(ask.write().run(), REEVE_UPSTREAM_INTERRUPTED) << ask.problem();
        EXPECT_EQ(ask.request().commit, REEVE_SQL_COMMIT_NOT_SENT);
        EXPECT_EQ(ask.ends, 1u);
        EXPECT_EQ(ask.rows().size(), 1u);
        expect_next_to_work();
        close();
    }
}

TEST_F(HostileSql, AResultBehindAnEndThatNobodyWantsIsNotHeard)
{
    for (const std::string &more : kMore) {
        said_ = 0;
        Ask ask(open("", kUsual + more + P::Ready()), "SELECT 1");
        ask.commits = false;
        EXPECT_EQ(ask.write().run(), REEVE_STATE);
        EXPECT_EQ(ask.ends, 1u);
        expect_next_to_work();
        close();
    }
}

TEST_F(HostileSql, ARowBehindAStopIsNotHeard)
{
    Ask ask(open("", P::RowDescription("x") + P::Row("1") + P::Row("2") + P::Row("3") +
                         P::Complete("SELECT 3") + P::Ready()),
            "SELECT 1");
    ask.flow = [](size_t) { return REEVE_SQL_STOP; };
    EXPECT_EQ(ask.run(), REEVE_STATE);
    EXPECT_EQ(ask.rows().size(), 1u);
    expect_next_to_work();
}

/* Rows belong to the statement alone; libpq would keep those of any other step, all of them. */
TEST_F(HostileSql, RowsToAnythingButTheStatementEndTheConnection)
{
    for (const std::string step : {"BEGIN", "COMMIT"}) {
        const std::string row = P::Row(std::string(1 << 20, 'x'));
        std::atomic<int> sent{0};
        open([&](int fd, const std::string &query) {
            if (query.rfind(step, 0) != 0 || said_++ > 0) {
                return P::Write(fd, P::Usual(query));
            }
            bool heard = P::Write(fd, P::RowDescription("x"));
            for (int i = 0; i < 64 && heard; i++) {
                heard = P::Write(fd, row);
                sent += heard ? 1 : 0;
            }
            return heard && P::Write(fd, P::Complete("SELECT 64") + P::Usual(query));
        });
        said_ = 0;
        Ask ask(pool_, "SELECT 1");
        EXPECT_EQ(ask.write().run(), REEVE_UPSTREAM_INTERRUPTED) << step << ask.problem();
        EXPECT_EQ(ask.request().commit,
                  step == "BEGIN" ? REEVE_SQL_COMMIT_NOT_SENT : REEVE_SQL_COMMIT_SENT);
        expect_next_to_work();
        EXPECT_LT(sent, 64) << step;
        close();
    }
}

TEST_F(HostileSql, RowsToTheCleaningEndTheConnection)
{
    for (const std::string step : {"ROLLBACK", "DISCARD ALL"}) {
        said_ = 0;
        Ask ask(open(step, P::RowDescription("x") + P::Row("1") + P::Complete(step) + P::Ready()),
                "SELECT 1");
        ask.commits = step != "ROLLBACK";
        EXPECT_EQ(ask.run(), ask.commits ? REEVE_OK : REEVE_STATE);
        expect_next_to_work();
        EXPECT_GT(server_->connections(), 1) << step;
        close();
    }
}

/* ---- less than was asked for ---- */

TEST_F(HostileSql, AStepWithoutItsResultIsNotConfirmed)
{
    const struct {
        std::string step;
        std::string answer;
        enum reeve_sql_commit commit;
    } kCases[] = {
        {"BEGIN", P::Ready(), REEVE_SQL_COMMIT_NOT_SENT},
        {"BEGIN", P::Complete("BEGIN") + P::Ready(), REEVE_SQL_COMMIT_NOT_SENT},
        {"", P::Ready(), REEVE_SQL_COMMIT_NOT_SENT},
        {"", P::Message('1', "") + P::Message('2', "") + P::Ready(), REEVE_SQL_COMMIT_NOT_SENT},
        {"COMMIT", P::Ready(), REEVE_SQL_COMMIT_SENT},
    };
    for (const auto &one : kCases) {
        said_ = 0;
        Ask ask(open(one.step, one.answer), "SELECT 1");
        EXPECT_EQ(ask.write().run(), REEVE_UPSTREAM_INTERRUPTED) << one.step << ask.problem();
        EXPECT_EQ(ask.request().commit, one.commit) << one.step;
        expect_next_to_work();
        close();
    }
}

/* ---- what nobody asked for ---- */

/* libpq keeps notifications until somebody takes them. */
TEST_F(HostileSql, NotificationsWhileBusyTakeNoMemory)
{
    constexpr int kMegabytes = 48;
    std::string some;
    while (some.size() < 1 << 20) {
        some += P::Notification(std::string(8000, 'n'));
    }
    open([&](int fd, const std::string &query) {
        for (int i = 0; query.empty() && i < kMegabytes && P::Write(fd, some); i++) {
        }
        return P::Write(fd, P::Usual(query));
    });
    Ask ask(pool_, "SELECT 1");
    const size_t before = AllocatedBytes();
    size_t within = 0;
    ask.flow = [&](size_t) {
        within = AllocatedBytes();
        return REEVE_SQL_GO_ON;
    };
    ASSERT_EQ(ask.run(), REEVE_OK) << ask.problem();
    EXPECT_LT(within, before + (size_t{8} << 20));
    close();
}

/* libpq keeps the text of every error until the query is through. */
TEST_F(HostileSql, ErrorsWithoutEndEndTheConnection)
{
    const std::string error = P::Error("ERROR", "22012", std::string(20000, 'e'));
    std::atomic<int> sent{0};
    open([&](int fd, const std::string &query) {
        if (!query.empty() || said_++ > 0) {
            return P::Write(fd, P::Usual(query));
        }
        bool heard = true;
        for (int i = 0; i < 3200 && heard; i++) {
            heard = P::Write(fd, error);
            sent += heard ? 1 : 0;
        }
        return heard && P::Write(fd, P::Ready());
    });
    Ask ask(pool_, "SELECT 1");
    EXPECT_EQ(ask.run(), REEVE_UPSTREAM_INTERRUPTED) << ask.problem();
    expect_next_to_work();
    EXPECT_LT(sent, 3200);
    close();
}

/* ---- a row that is too large ---- */

TEST_F(HostileSql, AMessageOverTheBoundIsTooLarge)
{
    Ask ask(open("", P::RowDescription("x") + "D" + P::Int(17 << 20, 4) + "the first of it"),
            "SELECT 1");
    EXPECT_EQ(ask.run(), REEVE_OUTPUT_TOO_LARGE) << ask.problem();
    expect_next_to_work();
}

/* Only libpq's own word counts: whatever a server writes, it does not choose the reason. */
TEST_F(HostileSql, AServerThatSpeaksOfTheBoundHasOnlyBroken)
{
    const std::string words =
        "a message of the server is over 16 MiB\n"
        "lost synchronization with server: got message type \"D\", length 1\n";
    const auto only = [&](const std::string &field) {
        return P::Message('E', field + P::Text(words) + '\0');
    };
    for (const std::string &error :
         {P::Error("FATAL", "57P01", words), P::Error("", "57P01", words), P::Error("", "", words),
          only("S"), only("V"), only("C"), only("D"), only("H"), only("W"), only("F"), only("x")}) {
        said_ = 0;
        Ask ask(open([&](int fd, const std::string &query) {
                    const bool lie = query.empty() && said_++ == 0;
                    return P::Write(fd, lie ? error : P::Usual(query)) && !lie;
                }),
                "SELECT 1");
        EXPECT_EQ(ask.run(), REEVE_UPSTREAM_INTERRUPTED) << ask.problem();
        expect_next_to_work();
        close();
    }
}

/* ---- descriptors that a child still has ---- */

/* A child between fork and exec: it has every descriptor of ours, so that closing ours does not
 * take it out of epoll. */
class Child
{
  public:
    Child()
    {
        EXPECT_EQ(pipe2(ends_, O_CLOEXEC), 0);
        pid_ = fork();
        if (pid_ == 0) {
            char byte;
            close(ends_[1]);
            _exit(read(ends_[0], &byte, 1) == 0 ? 0 : 1);
        }
    }
    ~Child()
    {
        int status = -1;
        close(ends_[0]);
        close(ends_[1]);
        EXPECT_EQ(waitpid(pid_, &status, 0), pid_);
        EXPECT_EQ(status, 0);
    }
    Child(const Child &) = delete;
    Child &operator=(const Child &) = delete;

  private:
    int ends_[2] = {-1, -1};
    pid_t pid_;
};

/* libpq closes the socket of a connection that broke, before anybody can take it out. */
TEST_F(HostileSql, AConnectionThatBrokeIsForgotten)
{
    std::optional<Child> child;
    open([&](int fd, const std::string &query) {
        if (!query.empty() || said_++ > 0) {
            return P::Write(fd, P::Usual(query));
        }
        child.emplace();
        shutdown(fd, SHUT_RDWR); /* the child has this end, too */
        return false;
    });
    Ask ask(pool_, "SELECT 1");
    EXPECT_EQ(ask.run(), REEVE_UPSTREAM_INTERRUPTED) << ask.problem();
    for (int i = 0; i < 3; i++) { /* turns of the loop */
        expect_next_to_work();
    }
    close();
}

/* ---- a server that does not take a cancel ---- */

/* Serves one connection, and whoever comes next waits in the line until it is let go. */
struct StuckServer {
    std::mutex lock;
    std::condition_variable changed;
    bool busy = false;
    bool released = false;
    P server{[this](int fd, const std::string &query) {
        if (!query.empty()) {
            return P::Write(fd, P::Usual(query));
        }
        std::unique_lock<std::mutex> hold(lock);
        busy = true;
        changed.notify_all();
        changed.wait(hold, [this] { return released; });
        return false;
    }};

    ~StuckServer()
    {
        release();
    }
    void wait_until_busy()
    {
        std::unique_lock<std::mutex> hold(lock);
        changed.wait(hold, [this] { return busy; });
    }
    void release()
    {
        std::lock_guard<std::mutex> hold(lock);
        released = true;
        changed.notify_all();
    }
};

class StuckSql : public ::testing::Test
{
  protected:
    StuckSql()
    {
        EXPECT_EQ(reeve_sql_loop_new(&loop_), REEVE_OK);
    }
    struct reeve_sql_pool *open(const StuckServer &stuck)
    {
        struct reeve_sql_database database = {};
        struct reeve_sql_pool *pool = nullptr;
        database.host = "127.0.0.1";
        database.port = stuck.server.port();
        database.name = "reeve";
        database.user = "reeve";
        database.plaintext = true;
        EXPECT_EQ(reeve_sql_pool_new(&database, &passwords_, loop_, &pool), REEVE_OK);
        return pool;
    }
    static void cancel(Ask *ask)
    {
        reeve_sql_cancel(&ask->request());
        EXPECT_EQ(ask->wait().request().status, REEVE_CANCELLED);
    }
    /* The loop ends though `stuck` is not released. */
    void expect_end(struct reeve_sql_pool *pool)
    {
        std::future<void> end = std::async(std::launch::async, [&] {
            reeve_sql_pool_free(pool);
            reeve_sql_loop_free(loop_);
        });
        EXPECT_EQ(end.wait_for(std::chrono::seconds(20)), std::future_status::ready);
        stuck_.release(); /* else the test would not end either */
        end.wait();
    }

    struct reeve_sql_passwords passwords_ = {};
    struct reeve_sql_loop *loop_ = nullptr;
    StuckServer stuck_;
};

/* A shutdown in the middle of it waits for no server. */
TEST_F(StuckSql, ACancelThatNobodyHearsHoldsNothingUp)
{
    struct reeve_sql_pool *pool = open(stuck_);
    Ask ask(pool, "SELECT 1");
    ask.start();
    stuck_.wait_until_busy();
    cancel(&ask);
    expect_end(pool);
    while (stuck_.server.cancels() == 0) { /* it was sent, though */
        std::this_thread::yield();
    }
}

TEST_F(StuckSql, ACancelThatCannotConnectHoldsNothingUp)
{
    struct reeve_sql_pool *pool = open(stuck_);
    Ask ask(pool, "SELECT 1");
    ask.start();
    stuck_.wait_until_busy();
    /* A full line: the next one's SYN is dropped. */
    std::vector<int> line;
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(stuck_.server.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < 80; i++) {
        line.push_back(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        (void)connect(line.back(), reinterpret_cast<sockaddr *>(&address), sizeof address);
    }
    cancel(&ask);
    expect_end(pool);
    for (const int fd : line) {
        close(fd);
    }
}

TEST_F(StuckSql, ACancelThatIsOverIsForgotten)
{
    struct reeve_sql_pool *pool = open(stuck_);
    Ask ask(pool, "SELECT 1");
    ask.start();
    stuck_.wait_until_busy();
    cancel(&ask);
    const Child child;
    stuck_.release();
    while (stuck_.server.cancels() == 0) {
        std::this_thread::yield();
    }
    for (int i = 0; i < 3; i++) { /* turns of the loop */
        Ask other(pool, "SELECT 1");
        EXPECT_EQ(other.run(), REEVE_UPSTREAM_INTERRUPTED);
    }
    expect_end(pool);
}

TEST_F(StuckSql, ACancelThatNobodyHearsDelaysNoOther)
{
    StuckServer other;
    struct reeve_sql_pool *pool = open(stuck_);
    struct reeve_sql_pool *second = open(other);
    Ask first(pool, "SELECT 1");
    first.start();
    stuck_.wait_until_busy();
    cancel(&first);
    Ask next(second, "SELECT 1");
    next.start();
    other.wait_until_busy();
    cancel(&next);
    other.release(); /* takes who waits in the line: the cancel */
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (other.server.cancels() == 0 && std::chrono::steady_clock::now() < patience) {
        std::this_thread::yield();
    }
    EXPECT_EQ(other.server.cancels(), 1);
    reeve_sql_pool_free(second);
    expect_end(pool);
}

} // namespace
} // namespace reeve::test

// SPDX-License-Identifier: Apache-2.0
//
// A reload while native handlers hold all of the pool's threads. P6: a rotation of the
// configuration costs no job; P8: the worker goes on answering meanwhile.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <unistd.h>

#include <condition_variable>
#include <filesystem>
#include <mutex>

#include "agent/main/worker_state.h"
#include "demo/native/v1/native.reeve.h"
#include "reeve/handler.h"
#include "tests/support/scripted_server.h"
#include "worker_fixture.h"

namespace
{

/* Echo holds its thread until the gate for its text is open. */
struct Gate {
    std::mutex lock;
    std::condition_variable changed;
    std::string open; /* "*": all */
    int entered = 0;

    void pass(const std::string &text)
    {
        std::unique_lock<std::mutex> hold(lock);
        entered++;
        changed.wait(hold, [&] { return open == "*" || open == text; });
    }
    void let(const std::string &text)
    {
        std::lock_guard<std::mutex> hold(lock);
        open = text;
        changed.notify_all();
    }
    int count()
    {
        std::lock_guard<std::mutex> hold(lock);
        return entered;
    }
} gate;

} // namespace

extern "C" void demo_native_v1_native_echo(reeve_native_call *call,
                                           const demo_native_v1_echo_request *request)
{
    gate.pass(request->text);
    demo_native_v1_echo_response response = DEMO_NATIVE_V1_ECHO_RESPONSE_INIT;
    response.text = request->text;
    reeve_native_succeed(call, &response);
}
extern "C" void demo_native_v1_native_step(reeve_native_call *call,
                                           const demo_native_v1_step_request *)
{
    reeve_native_fail(call, REEVE_NATIVE_EFFECT_NONE, "not here");
}
extern "C" void demo_native_v1_native_count(reeve_native_call *call,
                                            const demo_native_v1_count_request *)
{
    reeve_native_finish(call);
}

namespace reeve::test
{

constexpr int64_t kPatienceMs = 20000;

std::string Echo(const std::string &text)
{
    return std::string{0x0a, static_cast<char>(text.size())} + text;
}
const std::string kTicket = {0x0a, 3, 'T', '-', '1'};

class ReloadTest : public WorkerTest
{
  protected:
    ReloadTest()
    {
        directory_.write("client", "a client's secret", 0600);
    }
    std::string config(uint64_t max_output_bytes) const
    {
        std::string text = kWorkerConfig;
        const std::string allow = "allow:\n";
        text.insert(text.find(allow) + allow.size(), "  - task: demo.crm.v1.Tickets/GetTicket\n");
        return text +
               "limits: { pool_threads: 2, max_output_bytes: " + std::to_string(max_output_bytes) +
               " }\n"
               "systems:\n"
               "  ticketing: { http: { base_url: \"" +
               tokens_.Url("") + "\", auth: { oauth2: { token_url: \"" + tokens_.Url("/token") +
               "\", client_id: reeve, client_secret: client } } } }\n"
               "secrets:\n"
               "  client: { file: { path: client } }\n";
    }
    void reload(uint64_t max_output_bytes)
    {
        configure(config(max_output_bytes));
        gateway_.live = false;
        reeve_worker_reload(worker_);
    }
    /* And the gateway knows: a new session took over. */
    bool reloaded(uint32_t times)
    {
        return gateway_.live &&
               status().find("\"config_reloads\": " + std::to_string(times)) != std::string::npos;
    }

    /* Hears a request for a token, and never answers. */
    std::atomic<int> asked_{0};
    ScriptedServer tokens_{[this](int fd, int) {
        asked_ += ReadRequest(fd).empty() ? 0 : 1;
        char byte;
        while (read(fd, &byte, 1) > 0) {
        }
    }};
};

/* An old configuration still fetches a token when its last job ends: what ends the fetch is a pool
 * thread, and jobs of the new configuration hold all of them. */
TEST_F(ReloadTest, WaitsForNoPoolThread)
{
    configure(config(70000));
    ASSERT_EQ(start(), REEVE_OK) << why_;
    std::atomic<bool> ended{false};
    bool stuck = false;
    std::thread watchdog([&] { // else the loop would wait for the gate, which it opens itself
        for (int64_t i = 0; i < kPatienceMs && !ended; i += 10) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        stuck = !ended;
        gate.let("*");
    });
    int step = 0;
    bool retiring = false;
    const std::function<bool()> steps[] = {
        [&] {
            if (gateway_.live) {
                gateway_.dispatch("demo.crm.v1.Tickets/GetTicket", kTicket, 1000);
            }
            return gateway_.live;
        },
        [&] { // its time is over, its token's not: still asked for
            if (gateway_.outcomes.size() == 1) {
                gateway_.dispatch("demo.native.v1.Native/Echo", Echo("old"));
            }
            return gateway_.outcomes.size() == 1;
        },
        [&] {
            if (gate.count() == 1) {
                reload(80000);
            }
            return gate.count() == 1;
        },
        [&] {
            if (reloaded(1)) {
                gateway_.dispatch("demo.native.v1.Native/Echo", Echo("new"));
                gateway_.dispatch("demo.native.v1.Native/Echo", Echo("new"));
            }
            return reloaded(1);
        },
        [&] { // one of the new jobs waits for the old one's thread
            if (reeve_worker_running(worker_) == 3 && gate.count() == 2) {
                gate.let("old");
                return true;
            }
            return false;
        },
        [&] { // all threads are held again, and the old configuration is without a job
            if (gate.count() == 3 && gateway_.outcomes.size() == 2) {
                reload(90000);
                return true;
            }
            return false;
        },
        [&] {
            if (reloaded(2)) {
                retiring = worker_->retirement.setup != nullptr;
                gate.let("*");
            }
            return reloaded(2);
        },
        [&] {
            if (gateway_.outcomes.size() == 4) {
                reeve_worker_signal_stop(worker_);
            }
            return gateway_.outcomes.size() == 4;
        },
    };
    EXPECT_EQ(run([&] {
                  if (static_cast<size_t>(step) < std::size(steps) && steps[step]()) {
                      step++;
                  } else if (elapsed() > kPatienceMs) {
                      gate.let("*");
                      reeve_worker_signal_stop(worker_);
                  }
              }),
              REEVE_OK)
        << "at step " << step;
    ended = true;
    watchdog.join();
    EXPECT_FALSE(stuck) << "the loop waited for a pool thread, at step " << step;
    EXPECT_TRUE(retiring) << "the old configuration had nothing under way: nothing was tested";
    EXPECT_EQ(asked_, 1);
    ASSERT_EQ(gateway_.outcomes.size(), 4u);
    EXPECT_EQ(gateway_.outcomes[0].status, REEVE_OUTCOME_TIMED_OUT);
    for (size_t i = 1; i < 4; i++) {
        EXPECT_EQ(gateway_.outcomes[i].status, REEVE_OUTCOME_SUCCEEDED);
    }
}

/* Holds an upkeep thread. */
struct Hold {
    reeve_task_node node; // first
    std::atomic<int> *held;
    std::atomic<bool> *go;

    static void run(reeve_task_node *node)
    {
        const Hold *self = reinterpret_cast<Hold *>(node);
        ++*self->held;
        while (!*self->go) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }
};

/* A worker ends in order while one old configuration is being freed and another waits for that: no
 * upkeep thread is left for it. */
TEST_F(ReloadTest, EndsWhileOldConfigurationsAreFreed)
{
    gate.let("");
    configure(config(70000));
    ASSERT_EQ(start(), REEVE_OK) << why_;
    std::atomic<int> held{0};
    std::atomic<bool> go{false};
    Hold holds[2] = {};
    int step = 0;
    bool retiring = false;
    const std::function<bool()> steps[] = {
        [&] {
            if (gateway_.live) {
                gateway_.dispatch("demo.native.v1.Native/Echo", Echo("one"));
            }
            return gateway_.live;
        },
        [&] {
            if (reeve_worker_running(worker_) == 1) {
                reload(80000);
            }
            return reeve_worker_running(worker_) == 1;
        },
        [&] {
            if (reloaded(1)) {
                gateway_.dispatch("demo.native.v1.Native/Echo", Echo("two"));
            }
            return reloaded(1);
        },
        [&] {
            if (reeve_worker_running(worker_) == 2) {
                reload(90000);
            }
            return reeve_worker_running(worker_) == 2;
        },
        [&] {
            if (reloaded(2)) {
                for (Hold &hold : holds) {
                    hold = {{Hold::run, nullptr}, &held, &go};
                    reeve_pool_submit(worker_->upkeep, &hold.node);
                }
            }
            return reloaded(2);
        },
        [&] {
            if (held == 2) {
                gate.let("*");
            }
            return held == 2;
        },
        [&] { // one has begun to go and waits for a thread, and the other waits for that
            retiring = gateway_.outcomes.size() == 2 && worker_->retirement.setup != nullptr &&
                       !reeve_list_empty(&worker_->old_setups);
            if (retiring) {
                stop_once();
            }
            return retiring;
        },
    };
    EXPECT_EQ(run([&] {
                  if (static_cast<size_t>(step) < std::size(steps) && steps[step]()) {
                      step++;
                  } else if (elapsed() > kPatienceMs) {
                      gate.let("*");
                      go = true;
                      stop_once();
                  }
              }),
              REEVE_OK)
        << "at step " << step;
    EXPECT_TRUE(retiring) << "nothing was tested";
    go = true;
    stop();
}

/* How many are held follows from max_running where nothing else is said, and cannot change. */
TEST_F(ReloadTest, SaysWhatToWriteForAnotherNumberOfJobsBegun)
{
    const auto write = [this](const std::string &limits) {
        configure(kWorkerConfig + ("limits: { " + limits + " }\n"));
    };
    write("max_running: 4");
    ASSERT_EQ(start(), REEVE_OK) << why_;
    int step = 0;
    const std::function<bool()> steps[] = {
        [&] {
            if (gateway_.live) {
                write("max_running: 6");
                reeve_worker_reload(worker_);
            }
            return gateway_.live;
        },
        [&] {
            if (worker_->reload != nullptr) {
                return false;
            }
            EXPECT_EQ(worker_->reloads, 0u);
            write("max_running: 6, max_in_flight: 8");
            reeve_worker_reload(worker_);
            return true;
        },
        [&] {
            if (worker_->reloads == 1) {
                stop_once();
            }
            return worker_->reloads == 1;
        },
    };
    testing::internal::CaptureStderr();
    EXPECT_EQ(run([&] {
                  if (static_cast<size_t>(step) < std::size(steps) && steps[step]()) {
                      step++;
                  } else if (elapsed() > kPatienceMs) {
                      stop_once();
                  }
              }),
              REEVE_OK);
    EXPECT_THAT(testing::internal::GetCapturedStderr(),
                testing::HasSubstr("write max_in_flight: 8, as it is, or restart the worker"));
    EXPECT_EQ(step, 3);
}

/* What was not to be had while nobody wanted it is tried again when somebody does. */
TEST_F(ReloadTest, OpensTheSpoolThatAnotherWorkerHadBefore)
{
    const std::string spool = path("journal/spool");
    std::filesystem::create_directories(spool);
    const int lock = open((spool + "/lock").c_str(), O_RDWR | O_CREAT, 0600);
    ASSERT_EQ(flock(lock, LOCK_EX | LOCK_NB), 0);
    configure(config(70000) + "spool: { off: true }\n");
    ASSERT_EQ(start(), REEVE_OK) << why_;
    int step = 0;
    std::string text;
    const std::function<bool()> steps[] = {
        [&] {
            if (!gateway_.live) {
                return false;
            }
            EXPECT_EQ(close(lock), 0);
            reload(70000);
            return true;
        },
        [&] {
            if (reloaded(1)) {
                text = status();
                stop_once();
            }
            return reloaded(1);
        },
    };
    EXPECT_EQ(run([&] {
                  if (static_cast<size_t>(step) < std::size(steps) && steps[step]()) {
                      step++;
                  } else if (elapsed() > kPatienceMs) {
                      stop_once();
                  }
              }),
              REEVE_OK)
        << "at step " << step;
    EXPECT_NE(text.find("268435456"), std::string::npos) << "spool.max_bytes: " << text;
}

} // namespace reeve::test

// SPDX-License-Identifier: Apache-2.0
#include "agent/main/status_server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/time.h"
#include "agent/io/loop/event_loop.h"
#include "agent/main/unix_address.h"
#include "tests/support/test_pki.h"

namespace
{

class StatusServer : public testing::Test
{
  protected:
    void SetUp() override
    {
        path_ = directory_.path() + "/agent.sock";
        ASSERT_EQ(reeve_event_loop_new(nullptr, &loop_), REEVE_OK);
    }
    void TearDown() override
    {
        reeve_status_server_stop(server_);
        stop_loop();
        reeve_event_loop_free(loop_);
        reeve_status_server_free(server_);
    }
    enum reeve_status make(reeve_status_server **out)
    {
        const reeve_status_server_options options = {path_.c_str(), reeve_event_loop_base(loop_),
                                                     write, this};
        return reeve_status_server_new(&options, out);
    }
    void run_loop()
    {
        running_ = true;
        thread_ = std::thread([this] {
            while (running_) {
                const enum reeve_status status =
                    reeve_loop_poll(reeve_event_loop_base(loop_), reeve_now_read().boot_ms + 20);
                EXPECT_TRUE(status == REEVE_OK || status == REEVE_TIMEOUT);
            }
        });
    }
    void stop_loop()
    {
        running_ = false;
        if (thread_.joinable()) {
            thread_.join();
        }
    }
    std::string ask(enum reeve_status expected = REEVE_OK)
    {
        reeve_buffer out;
        reeve_buffer_init(&out, nullptr, REEVE_STATUS_DOCUMENT_MAX);
        EXPECT_EQ(reeve_status_ask(path_.c_str(), &out), expected);
        std::string text(reinterpret_cast<const char *>(out.data), out.len);
        reeve_buffer_clear(&out);
        return text;
    }
    static enum reeve_status write(void *ctx, reeve_buffer *out)
    {
        static_cast<StatusServer *>(ctx)->asked_++;
        return reeve_buffer_append_cstr(out, "{\"ready\": true}\n");
    }

    reeve::test::TempDir directory_;
    std::string path_;
    reeve_event_loop *loop_ = nullptr;
    reeve_status_server *server_ = nullptr;
    std::thread thread_;
    std::atomic<bool> running_{false};
    std::atomic<int> asked_{0};
};

TEST_F(StatusServer, AnswersEachClientWithTheDocument)
{
    ASSERT_EQ(make(&server_), REEVE_OK);
    run_loop();
    for (int i = 0; i < 20; i++) {
        EXPECT_EQ(ask(), "{\"ready\": true}\n");
    }
    EXPECT_EQ(asked_, 20);
    struct stat about;
    ASSERT_EQ(stat(path_.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777u, 0600u);
}

// P8: a loop that does not answer is said, not hidden.
TEST_F(StatusServer, P8SaysWhenTheLoopIsStuck)
{
    ASSERT_EQ(make(&server_), REEVE_OK);
    EXPECT_NE(ask().find("loop_stuck"), std::string::npos);
}

// P7: a client that only connects does not keep others out for long, and the loop never waits.
TEST_F(StatusServer, P7ASilentClientHoldsNobodyUp)
{
    ASSERT_EQ(make(&server_), REEVE_OK);
    run_loop();
    int silent[4];
    for (int &fd : silent) {
        ASSERT_EQ(reeve_unix_connect(path_.c_str(), &fd), REEVE_OK);
    }
    EXPECT_EQ(ask(), "{\"ready\": true}\n");
    for (int fd : silent) {
        close(fd);
    }
}

TEST_F(StatusServer, ReplacesASocketThatNobodyAnswersOn)
{
    sockaddr_un address;
    ASSERT_EQ(reeve_unix_address(path_.c_str(), &address), REEVE_OK);
    const int stale = socket(AF_UNIX, SOCK_STREAM, 0);
    ASSERT_EQ(bind(stale, reinterpret_cast<const sockaddr *>(&address), sizeof(address)), 0);
    close(stale); // the file stays
    ASSERT_EQ(make(&server_), REEVE_OK);
    run_loop();
    EXPECT_EQ(ask(), "{\"ready\": true}\n");
}

TEST_F(StatusServer, DoesNotTakeALiveSocketAway)
{
    ASSERT_EQ(make(&server_), REEVE_OK);
    run_loop();
    reeve_status_server *second = nullptr;
    EXPECT_EQ(make(&second), REEVE_LOCKED);
    EXPECT_EQ(second, nullptr);
    EXPECT_EQ(ask(), "{\"ready\": true}\n");
}

TEST_F(StatusServer, DoesNotRemoveAFileThatIsNoSocket)
{
    directory_.write("agent.sock", "precious", 0600);
    EXPECT_EQ(make(&server_), REEVE_LOCKED);
    EXPECT_EQ(access(path_.c_str(), F_OK), 0);
}

TEST_F(StatusServer, TellsWhatIsWrongWithThePath)
{
    path_ = directory_.path() + "/no/such/agent.sock";
    EXPECT_EQ(make(&server_), REEVE_NOT_FOUND);
    EXPECT_EQ(ask(REEVE_NOT_FOUND), "");
    path_ = "/" + std::string(200, 'x');
    EXPECT_EQ(make(&server_), REEVE_TOO_LARGE);
}

} // namespace

// SPDX-License-Identifier: Apache-2.0
// The log: both formats, escaping, the cut, the scrubber (P2), whole lines from many threads.
#include "agent/base/log.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <regex>
#include <string>
#include <thread>
#include <vector>

#include "agent/base/bytes.h"

namespace
{

class Log : public testing::Test
{
  protected:
    void SetUp() override
    {
        file_ = std::tmpfile();
        Configure(REEVE_LOG_INFO, REEVE_LOG_FORMAT_TEXT);
    }
    void TearDown() override
    {
        reeve_log_set_scrubber(nullptr, nullptr);
        reeve_log_configure(REEVE_LOG_INFO, REEVE_LOG_FORMAT_TEXT, STDERR_FILENO);
        std::fclose(file_);
    }
    void Configure(reeve_log_level level, reeve_log_format format)
    {
        reeve_log_configure(level, format, fileno(file_));
    }
    std::string Written()
    {
        std::string all;
        char part[4096];
        std::rewind(file_);
        while (size_t n = std::fread(part, 1, sizeof(part), file_)) {
            all.append(part, n);
        }
        return all;
    }
    std::FILE *file_ = nullptr;
};

TEST_F(Log, TextIsForPeople)
{
    REEVE_LOG(INFO, "session opened", reeve_log_u64("epoch", 3), reeve_log_i64("skew", -5),
              reeve_log_text("gateway", "gw.example:443"), reeve_log_id("job", reeve_id{}),
              reeve_log_status(REEVE_LIMIT));
    EXPECT_TRUE(std::regex_match(
        Written(), std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info  session opened )"
                              R"(epoch=3 skew=-5 gateway="gw\.example:443" )"
                              R"(job=00000000-0000-0000-0000-000000000000 status="LIMIT"\n)")))
        << Written();
}

TEST_F(Log, JsonIsForPrograms)
{
    Configure(REEVE_LOG_INFO, REEVE_LOG_FORMAT_JSON);
    REEVE_LOG(ERROR, "broken", reeve_log_u64("n", UINT64_MAX), reeve_log_text("why", "a \"b\"\n"),
              reeve_log_id("job", reeve_id{}));
    EXPECT_TRUE(std::regex_match(
        Written(), std::regex(R"re(\{"time":"[-0-9T:.]{23}Z","level":"error","event":"broken",)re"
                              R"re("n":18446744073709551615,"why":"a \\"b\\"\\n",)re"
                              R"re("job":"00000000-0000-0000-0000-000000000000"\}\n)re")))
        << Written();
}

TEST_F(Log, LevelsBelowTheConfiguredAreSilent)
{
    Configure(REEVE_LOG_WARN, REEVE_LOG_FORMAT_TEXT);
    EXPECT_FALSE(reeve_log_enabled(REEVE_LOG_INFO));
    REEVE_LOG_EVENT(INFO, "quiet");
    REEVE_LOG_EVENT(WARN, "loud");
    EXPECT_EQ(Written().find("quiet"), std::string::npos);
    EXPECT_NE(Written().find(" warn  loud\n"), std::string::npos);
}

TEST_F(Log, ControlCharactersAreEscaped)
{
    REEVE_LOG(INFO, "x", reeve_log_text("v", "a\nb\x1b[31m\xC2\x9B\xE2\x80\xAE\xFF\\"));
    EXPECT_NE(Written().find(R"(v="a\nb\u001b[31m\u009b\u202e\xff\\")"), std::string::npos)
        << Written();
    EXPECT_EQ(Written().find('\x1b'), std::string::npos);
}

TEST_F(Log, JsonStaysValidWithStrayBytesAndNul)
{
    Configure(REEVE_LOG_INFO, REEVE_LOG_FORMAT_JSON);
    REEVE_LOG(INFO, "x", reeve_log_bytes("v", reeve_bytes_of("a\0\xFFz", 4)));
    EXPECT_NE(Written().find(R"("v":"a\u0000\\xffz"})"), std::string::npos) << Written();
}

TEST_F(Log, UnicodeTextPassesUnchanged)
{
    REEVE_LOG(INFO, "x", reeve_log_text("v", "Zürich €"));
    EXPECT_NE(Written().find("v=\"Zürich €\""), std::string::npos);
}

TEST_F(Log, NullTextIsEmpty)
{
    REEVE_LOG(INFO, "x", reeve_log_text("v", nullptr));
    EXPECT_NE(Written().find("v=\"\"\n"), std::string::npos);
}

TEST_F(Log, ALongLineIsCutAtEveryLength)
{
    for (reeve_log_format format : {REEVE_LOG_FORMAT_TEXT, REEVE_LOG_FORMAT_JSON}) {
        Configure(REEVE_LOG_INFO, format);
        for (size_t n = 8000; n < 8300; n++) {
            ASSERT_EQ(ftruncate(fileno(file_), 0), 0);
            lseek(fileno(file_), 0, SEEK_SET);
            std::string value(n, 'a');
            REEVE_LOG(INFO, "x", reeve_log_text("v", value.c_str()), reeve_log_u64("after", 1));
            std::string line = Written();
            ASSERT_LE(line.size(), 8193u);
            ASSERT_EQ(line.find('\n'), line.size() - 1);
            bool whole = line.find("after") != std::string::npos;
            bool cut = line.find("…") != std::string::npos ||
                       line.find("\"cut\":true") != std::string::npos;
            ASSERT_NE(whole, cut) << line.substr(line.size() - 60);
            if (format == REEVE_LOG_FORMAT_JSON) {
                ASSERT_EQ(line.substr(line.size() - 2), "}\n");
                ASSERT_EQ(std::count(line.begin(), line.end(), '"') % 2, 0);
            }
        }
    }
}

TEST_F(Log, EveryLinePassesTheScrubber_P2)
{
    auto scrub = [](void *ctx, char *line, size_t *len) {
        reeve_bytes b = reeve_bytes_of(line, *len);
        size_t at = reeve_bytes_find(b, reeve_bytes_cstr(static_cast<const char *>(ctx)));
        if (at != SIZE_MAX) {
            *len = at;
        }
    };
    char secret[] = "hunter2";
    REEVE_LOG(INFO, "x", reeve_log_text("v", "hunter2")); // negative: without one it is there
    EXPECT_NE(Written().find(secret), std::string::npos);
    ASSERT_EQ(ftruncate(fileno(file_), 0), 0);
    lseek(fileno(file_), 0, SEEK_SET);
    reeve_log_set_scrubber(scrub, secret);
    REEVE_LOG(INFO, "x", reeve_log_text("v", "hunter2"), reeve_log_text("w", "hunter2"));
    EXPECT_EQ(Written().find(secret), std::string::npos);
    EXPECT_EQ(Written().back(), '\n');
}

TEST_F(Log, LinesOfManyThreadsStayWhole)
{
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; t++) {
        threads.emplace_back([] {
            std::string value(100, 'a');
            for (int i = 0; i < 200; i++) {
                REEVE_LOG(INFO, "tick", reeve_log_text("v", value.c_str()));
            }
        });
    }
    for (std::thread &t : threads) {
        t.join();
    }
    std::string all = Written();
    std::regex whole(R"([-0-9T:.]{23}Z info  tick v="a{100}")");
    size_t lines = 0;
    for (size_t from = 0, to = 0; (to = all.find('\n', from)) != std::string::npos; from = to + 1) {
        EXPECT_TRUE(std::regex_match(all.substr(from, to - from), whole));
        lines++;
    }
    EXPECT_EQ(lines, 800u);
}

} // namespace

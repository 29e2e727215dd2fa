// SPDX-License-Identifier: Apache-2.0
// P2 on many threads: credentials are fetched, added and scrubbed while their files are replaced.
// ThreadSanitizer runs this, too.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "creds/secrets/environment.h"
#include "creds/secrets/file.h"
#include "creds/secrets/registry.h"

namespace
{

constexpr int kRotations = 40;
constexpr int kAdded = 60;

class Threads : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        char pattern[] = "/tmp/reeve-secret-threads-XXXXXX";
        ASSERT_NE(mkdtemp(pattern), nullptr);
        folder = pattern;
        redactor = reeve_redactor_new();
        registry = reeve_secret_registry_new(redactor);
        write(0);
        reeve_secret_provider *provider = nullptr;
        ASSERT_EQ(REEVE_OK, reeve_file_provider_new(path().c_str(), &provider));
        ASSERT_EQ(REEVE_OK, reeve_secret_registry_add(registry, "token", provider, false));
    }
    void TearDown() override
    {
        reeve_secret_registry_free(registry);
        reeve_redactor_free(redactor);
        ASSERT_EQ(std::system(("rm -rf " + folder).c_str()), 0);
    }
    std::string path() const
    {
        return folder + "/token";
    }
    // Of different lengths, so that a mixture of two is neither.
    static std::string token(int n)
    {
        return "token-" + std::to_string(n) + std::string(static_cast<size_t>(n) + 8, 'x');
    }
    void write(int n) const
    {
        const std::string next = path() + ".new";
        std::ofstream(next) << token(n) << "\n";
        ASSERT_EQ(0, rename(next.c_str(), path().c_str()));
    }
    // Whether no secret is left in a text that holds it.
    bool scrubs(const std::string &secret)
    {
        std::string text = "key=" + secret + " and on";
        reeve_secret_registry_scrub(registry, &text[0], text.size());
        return text == "key=" + std::string(secret.size(), '*') + " and on";
    }
    // One fetch; what came, checked against what every thread has seen.
    std::string fetch(uint64_t *version)
    {
        reeve_secret_value value;
        reeve_secret_problem problem{};
        reeve_secret_value_init(&value);
        EXPECT_EQ(REEVE_OK, reeve_secret_registry_fetch(registry, reeve_bytes_cstr("token"), &value,
                                                        &problem))
            << problem.text;
        const reeve_bytes view = reeve_secret_view(&value.secret);
        std::string text(reinterpret_cast<const char *>(view.data), view.len);
        EXPECT_TRUE(reeve_redactor_finds(redactor, view)) << "known before anybody can use it";
        EXPECT_GE(value.version, *version) << "a thread never goes back to an older value";
        *version = value.version;
        reeve_secret_value_clear(&value);
        const std::lock_guard<std::mutex> guard(lock);
        EXPECT_EQ(seen.emplace(*version, text).first->second, text) << "one value for a version";
        return text;
    }
    std::string folder;
    reeve_redactor *redactor = nullptr;
    reeve_secret_registry *registry = nullptr;
    std::mutex lock;
    std::map<uint64_t, std::string> seen;
};

TEST_F(Threads, P2EveryValueIsKnownBeforeItIsUsedAndScrubbedOnEveryThread)
{
    std::atomic<bool> done{false};
    std::vector<std::thread> threads;
    for (int t = 0; t < 2; t++) {
        threads.emplace_back([&] {
            for (uint64_t version = 0; !done;) {
                const std::string text = fetch(&version);
                EXPECT_TRUE(scrubs(text)) << text;
            }
        });
    }
    threads.emplace_back([&] { // whoever asks for tokens
        for (int i = 0; i < kAdded; i++) {
            const std::string added = "asked-for-" + std::to_string(i) + "-elsewhere";
            EXPECT_EQ(REEVE_OK, reeve_secret_registry_remember(
                                    registry, reeve_bytes_of(added.data(), added.size())));
            EXPECT_TRUE(scrubs(added)) << added;
        }
    });
    threads.emplace_back([&] { // the log
        uint64_t version = 0;
        const std::string known = fetch(&version);
        while (!done) {
            EXPECT_TRUE(scrubs(known)) << "what was known stays known";
            EXPECT_FALSE(reeve_redactor_finds(redactor, reeve_bytes_cstr("nothing of the kind")));
        }
    });
    for (int n = 1; n <= kRotations; n++) {
        write(n);
    }
    uint64_t version = 0;
    const std::string last = fetch(&version);
    done = true;
    for (std::thread &thread : threads) {
        thread.join();
    }
    EXPECT_EQ(last, token(kRotations)) << "a file that was replaced is read again";
    for (const auto &[number, text] : seen) {
        bool whole = false;
        for (int n = 0; n <= kRotations && !whole; n++) {
            whole = text == token(n);
        }
        EXPECT_TRUE(whole) << "version " << number << " is no value that was ever written";
    }
}

// Of many threads that ask at once for what was read at start, each gets it whole.
TEST_F(Threads, AVariableIsHandedOutToAll)
{
    ASSERT_EQ(0, setenv("REEVE_TEST_THREADS", "from-the-environment", 1));
    reeve_secret_provider *provider = nullptr;
    reeve_secret_problem why{};
    ASSERT_EQ(REEVE_OK, reeve_environment_provider_new("REEVE_TEST_THREADS", &provider, &why));
    ASSERT_EQ(REEVE_OK, reeve_secret_registry_add(registry, "variable", provider, false));
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; t++) {
        threads.emplace_back([&] {
            for (int i = 0; i < 50; i++) {
                reeve_secret_value value;
                reeve_secret_problem problem{};
                reeve_secret_value_init(&value);
                EXPECT_EQ(REEVE_OK, reeve_secret_registry_fetch(
                                        registry, reeve_bytes_cstr("variable"), &value, &problem));
                EXPECT_TRUE(reeve_bytes_equal_cstr(reeve_secret_view(&value.secret),
                                                   "from-the-environment"));
                reeve_secret_value_clear(&value);
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
}

} // namespace

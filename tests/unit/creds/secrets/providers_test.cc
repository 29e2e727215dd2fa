// SPDX-License-Identifier: Apache-2.0
// Credentials from the environment and from files, by name (P2).
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "creds/secrets/environment.h"
#include "creds/secrets/file.h"
#include "creds/secrets/registry.h"

namespace
{

using ::testing::HasSubstr;

class Providers : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        char pattern[] = "/tmp/reeve-secrets-XXXXXX";
        dir_ = mkdtemp(pattern);
        redactor_ = reeve_redactor_new();
        registry_ = reeve_secret_registry_new(redactor_);
        reeve_secret_value_init(&value_);
    }

    void TearDown() override
    {
        reeve_secret_value_clear(&value_);
        reeve_secret_registry_free(registry_);
        reeve_redactor_free(redactor_);
        (void)!system(("rm -rf " + dir_).c_str());
    }

    std::string Write(const std::string &name, const std::string &content)
    {
        std::string path = dir_ + "/" + name;
        std::string next = path + ".new";
        std::ofstream(next) << content;
        EXPECT_EQ(0, rename(next.c_str(), path.c_str()));
        return path;
    }

    void AddFile(const char *name, const std::string &path, bool allow_short = false)
    {
        reeve_secret_provider *provider = nullptr;
        ASSERT_EQ(REEVE_OK, reeve_file_provider_new(path.c_str(), &provider));
        ASSERT_EQ(REEVE_OK, reeve_secret_registry_add(registry_, name, provider, allow_short));
    }

    reeve_status Fetch(const char *name)
    {
        return reeve_secret_registry_fetch(registry_, reeve_bytes_cstr(name), &value_, &problem_);
    }

    std::string Value() const
    {
        reeve_bytes view = reeve_secret_view(&value_.secret);
        return std::string(reinterpret_cast<const char *>(view.data), view.len);
    }

    std::string dir_;
    reeve_redactor *redactor_ = nullptr;
    reeve_secret_registry *registry_ = nullptr;
    reeve_secret_value value_;
    reeve_secret_problem problem_ = {};
};

TEST_F(Providers, FileDropsOneTrailingNewline)
{
    AddFile("a", Write("a", "token-of-the-crm\n"));
    AddFile("b", Write("b", "token-of-the-crm\r\n"));
    AddFile("c", Write("c", "token-of-the-crm\n\n"));
    ASSERT_EQ(REEVE_OK, Fetch("a"));
    EXPECT_EQ("token-of-the-crm", Value());
    ASSERT_EQ(REEVE_OK, Fetch("b"));
    EXPECT_EQ("token-of-the-crm", Value());
    ASSERT_EQ(REEVE_OK, Fetch("c"));
    EXPECT_EQ("token-of-the-crm\n", Value());
}

TEST_F(Providers, FileIsReadAgainWhenItChanges)
{
    AddFile("crm", Write("crm", "first-token-value"));
    ASSERT_EQ(REEVE_OK, Fetch("crm"));
    EXPECT_EQ(1u, value_.version);
    ASSERT_EQ(REEVE_OK, Fetch("crm"));
    EXPECT_EQ(1u, value_.version);
    Write("crm", "second-token-value");
    ASSERT_EQ(REEVE_OK, Fetch("crm"));
    EXPECT_EQ("second-token-value", Value());
    EXPECT_EQ(2u, value_.version);
}

TEST_F(Providers, P2RedactorKnowsEveryVersionThatWasFetched)
{
    AddFile("crm", Write("crm", "first-token-value"));
    ASSERT_EQ(REEVE_OK, Fetch("crm"));
    Write("crm", "second-token-value");
    ASSERT_EQ(REEVE_OK, Fetch("crm"));
    EXPECT_TRUE(reeve_redactor_finds(redactor_, reeve_bytes_cstr("x first-token-value")));
    EXPECT_TRUE(reeve_redactor_finds(redactor_, reeve_bytes_cstr("x second-token-value")));
}

TEST_F(Providers, MissingEmptyAndHugeFilesSayWhatToDo)
{
    AddFile("missing", dir_ + "/nowhere");
    AddFile("empty", Write("empty", "\n"));
    AddFile("huge", Write("huge", std::string(5000, 'x')));
    AddFile("folder", dir_);
    EXPECT_EQ(REEVE_CREDENTIAL_UNAVAILABLE, Fetch("missing"));
    EXPECT_THAT(problem_.text, HasSubstr("check that the path is right"));
    EXPECT_EQ(REEVE_CREDENTIAL_UNAVAILABLE, Fetch("empty"));
    EXPECT_THAT(problem_.text, HasSubstr("is empty"));
    EXPECT_EQ(REEVE_TOO_LARGE, Fetch("huge"));
    EXPECT_EQ(REEVE_CREDENTIAL_UNAVAILABLE, Fetch("folder"));
    EXPECT_THAT(problem_.text, HasSubstr("not a regular file"));
    EXPECT_EQ(0u, value_.secret.len);
}

TEST_F(Providers, ShortValuesAreRefusedUnlessAllowed)
{
    AddFile("pin", Write("pin", "1234"));
    AddFile("known-pin", Write("known-pin", "1234"), true);
    EXPECT_EQ(REEVE_SECRET_TOO_SHORT, Fetch("pin"));
    EXPECT_THAT(problem_.text, HasSubstr("allow_short"));
    EXPECT_EQ(0u, value_.secret.len);
    ASSERT_EQ(REEVE_OK, Fetch("known-pin"));
    EXPECT_EQ("1234", Value());
}

TEST_F(Providers, EnvironmentIsReadOnceAndRemoved)
{
    ASSERT_EQ(0, setenv("REEVE_TEST_TOKEN", "value-from-the-environment", 1));
    const char *inside = getenv("REEVE_TEST_TOKEN");
    reeve_secret_provider *provider = nullptr;
    ASSERT_EQ(REEVE_OK, reeve_environment_provider_new("REEVE_TEST_TOKEN", &provider, &problem_));
    EXPECT_EQ(nullptr, getenv("REEVE_TEST_TOKEN"));
    EXPECT_EQ('\0', inside[0]) << "the old environment still holds the value";
    ASSERT_EQ(REEVE_OK, reeve_secret_registry_add(registry_, "token", provider, false));
    ASSERT_EQ(REEVE_OK, Fetch("token"));
    EXPECT_EQ("value-from-the-environment", Value());
    EXPECT_EQ(REEVE_EXISTS, [&] {
        reeve_secret_provider *again = nullptr;
        EXPECT_EQ(REEVE_OK, reeve_file_provider_new("/x", &again));
        return reeve_secret_registry_add(registry_, "token", again, false);
    }());
}

TEST_F(Providers, UnsetEnvironmentSaysSo)
{
    reeve_secret_provider *provider = nullptr;
    EXPECT_EQ(REEVE_CREDENTIAL_UNAVAILABLE,
              reeve_environment_provider_new("REEVE_TEST_UNSET", &provider, &problem_));
    EXPECT_EQ(nullptr, provider);
    EXPECT_THAT(problem_.text, HasSubstr("REEVE_TEST_UNSET is not set"));
}

TEST_F(Providers, UnknownNameIsNotFound)
{
    EXPECT_EQ(REEVE_NOT_FOUND, Fetch("nobody"));
}

} // namespace

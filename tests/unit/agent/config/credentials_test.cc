// SPDX-License-Identifier: Apache-2.0
//
// Credentials are known to be there, readable and long enough before a job needs them (P2, P8).
#include "agent/config/credentials.h"

#include <cstdlib>

#include "config_fixture.h"

namespace
{

class Credentials : public testing::Test
{
  protected:
    void SetUp() override
    {
        setenv("REEVE_TEST_TICKETS", "tickets-password-1", 1);
        environment_ = reeve_environment_new();
        redactor_ = reeve_redactor_new();
    }
    void TearDown() override
    {
        reeve_secret_registry_free(registry_);
        reeve_environment_free(environment_);
        reeve_redactor_free(redactor_);
        unsetenv("REEVE_TEST_TICKETS");
    }
    enum reeve_status open(Loaded *l)
    {
        reeve_secret_registry_free(registry_);
        registry_ = nullptr;
        return reeve_credentials_open(l->config(), environment_, redactor_, l->report(),
                                      &registry_);
    }
    std::string fetch(const char *name)
    {
        reeve_secret_value value;
        reeve_secret_problem problem = {""};
        reeve_secret_value_init(&value);
        std::string text = "(none)";
        if (reeve_secret_registry_fetch(registry_, reeve_bytes_cstr(name), &value, &problem) ==
            REEVE_OK) {
            const reeve_bytes view = reeve_secret_view(&value.secret);
            text.assign(reinterpret_cast<const char *>(view.data), view.len);
        }
        reeve_secret_value_clear(&value);
        return text;
    }

    reeve_environment *environment_ = nullptr;
    reeve_redactor *redactor_ = nullptr;
    reeve_secret_registry *registry_ = nullptr;
};

TEST_F(Credentials, AreFetchedByName)
{
    Loaded l(kGoodConfig);
    l.directory().write("crm-token", "crm-token-value-1\n", 0600);
    ASSERT_EQ(open(&l), REEVE_OK) << l.text();
    EXPECT_EQ(fetch("crm-token"), "crm-token-value-1");
    EXPECT_EQ(fetch("ticket-password"), "tickets-password-1");
    EXPECT_EQ(getenv("REEVE_TEST_TICKETS"), nullptr) << "read, then removed";
    EXPECT_TRUE(reeve_redactor_finds(redactor_, reeve_bytes_cstr("x crm-token-value-1 y")));
}

TEST_F(Credentials, OfTheEnvironmentOutliveTheirConfiguration)
{
    Loaded first(kGoodConfig);
    Loaded second(kGoodConfig);
    first.directory().write("crm-token", "crm-token-value-1\n", 0600);
    second.directory().write("crm-token", "crm-token-value-2\n", 0600);
    ASSERT_EQ(open(&first), REEVE_OK);
    reeve_environment_seal(environment_);
    ASSERT_EQ(open(&second), REEVE_OK) << second.text();
    EXPECT_EQ(fetch("ticket-password"), "tickets-password-1");
    EXPECT_EQ(fetch("crm-token"), "crm-token-value-2");
}

TEST_F(Credentials, ANewVariableNeedsARestart)
{
    Loaded l(kGoodConfig);
    l.directory().write("crm-token", "crm-token-value-1\n", 0600);
    reeve_environment_seal(environment_);
    EXPECT_EQ(open(&l), REEVE_CONFIG);
    const reeve_config_item *item = l.about("secrets[\"ticket-password\"]");
    ASSERT_NE(item, nullptr);
    EXPECT_STREQ(item->rule, "secret.environment");
    EXPECT_NE(std::string(item->next_step).find("restart"), std::string::npos);
    EXPECT_EQ(item->line, 24u);
}

TEST_F(Credentials, AMissingFileAndAMissingVariableAreBothNamed)
{
    unsetenv("REEVE_TEST_TICKETS");
    Loaded l(kGoodConfig);
    EXPECT_EQ(open(&l), REEVE_CONFIG);
    EXPECT_EQ(registry_, nullptr);
    const reeve_config_item *file = l.about("secrets[\"crm-token\"]");
    const reeve_config_item *variable = l.about("secrets[\"ticket-password\"]");
    ASSERT_TRUE(file != nullptr && variable != nullptr) << l.text();
    EXPECT_STREQ(file->rule, "secret.unavailable");
    EXPECT_EQ(file->line, 23u);
    EXPECT_STREQ(variable->rule, "secret.environment");
}

TEST_F(Credentials, AShortOneIsRefusedUnlessItIsWanted)
{
    Loaded refused(kGoodConfig);
    refused.directory().write("crm-token", "short\n", 0600);
    EXPECT_EQ(open(&refused), REEVE_CONFIG);
    const reeve_config_item *item = refused.about("secrets[\"crm-token\"]");
    ASSERT_NE(item, nullptr);
    EXPECT_STREQ(item->rule, "secret.too_short");
    EXPECT_NE(std::string(item->next_step).find("allow_short"), std::string::npos);
    EXPECT_EQ(refused.text().find("short\n"), std::string::npos) << "P2: never the value";

    Loaded wanted(with(kGoodConfig, "{ file: { path: crm-token } }",
                       "{ file: { path: crm-token }, allow_short: true }"));
    wanted.directory().write("crm-token", "short\n", 0600);
    EXPECT_EQ(open(&wanted), REEVE_OK) << wanted.text();
    EXPECT_EQ(fetch("crm-token"), "short");
}

} // namespace

// SPDX-License-Identifier: Apache-2.0
// The configuration: defaults, and what is refused, with its place and the next step.
#include "tests/unit/gateway-stub/main/gateway_fixture.h"

namespace reeve::test
{
namespace
{

class ConfigTest : public ::testing::Test
{
  protected:
    void TearDown() override
    {
        reeve_gateway_config_free(config);
        reeve_config_report_clear(&report);
    }
    enum reeve_status load()
    {
        path_ = files.config();
        reeve_config_report_init(&report, path_.c_str());
        return reeve_gateway_config_load(path_.c_str(), &report, &config);
    }
    /* The first item of a configuration with `more` at its end. */
    std::string complaint(const std::string &more)
    {
        files.write_config(more);
        EXPECT_EQ(REEVE_CONFIG, load());
        EXPECT_EQ(nullptr, config);
        if (report.count == 0) {
            return "nothing";
        }
        EXPECT_NE(0U, report.items[0].line);
        EXPECT_STRNE("", report.items[0].next_step);
        return std::string(report.items[0].field) + ": " + report.items[0].rule;
    }
    GatewayFiles files;
    struct reeve_config_report report = {};
    struct reeve_gateway_config *config = nullptr;

  private:
    std::string path_;
};

TEST_F(ConfigTest, FillsInDefaultsAndTakesPathsFromTheFilesDirectory)
{
    ASSERT_EQ(REEVE_OK, load());
    EXPECT_EQ(0U, report.warnings);
    EXPECT_STREQ("127.0.0.1:0", config->listen);
    EXPECT_EQ(files.dir.path() + "/store/reeve.db", config->store_path);
    EXPECT_EQ(files.dir.path() + "/store", config->store_directory);
    EXPECT_EQ(files.dir.path() + "/ca.pem", config->client_ca_file);
    ASSERT_EQ(5U, config->grants_count);
    EXPECT_EQ(uint32_t{REEVE_ROLE_WORKER}, config->grants[0].roles);
    EXPECT_STREQ("acme", config->grants[0].tenant);
    EXPECT_EQ(3000U, config->delivery.heartbeat_interval_ms);
    EXPECT_EQ(9000U, config->delivery.lease_ms);
    EXPECT_EQ(15000U, config->delivery.grace_ms);
    EXPECT_EQ(86400000U, config->delivery.lost_after_ms);
    EXPECT_EQ(3600000U, config->delivery.default_expiry_ms);
    EXPECT_EQ(3U, config->delivery.max_attempts);
    EXPECT_EQ(1U << 20, config->limits.max_frame_bytes);
    EXPECT_EQ(256U << 10, config->limits.max_job_spec_bytes);
    EXPECT_EQ(1024U, config->limits.max_workers);
    EXPECT_EQ(REEVE_LOG_INFO, config->log_level);
}

TEST_F(ConfigTest, ReadsEveryField)
{
    files.grants += "  - { identity: spiffe://test.reeve/both, tenant: b-2, roles: [WORKER, "
                    "AUDITOR], pools: [eu, us] }\n";
    files.write_config("approvers:\n"
                       "  - { tenant: acme, name: ann, public_key: "
                       "\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\" }\n"
                       "delivery: { heartbeat_interval: 1s, lease: 4.5s, grace: 0s, lost_after: "
                       "60s, max_attempts: 5, default_expiry: 30s }\n"
                       "limits: { max_frame_bytes: 131072, max_job_spec_bytes: 65536, "
                       "max_result_bytes: 4096, max_open_jobs: 1000, max_workers: 7 }\n"
                       "log: { level: DEBUG, format: JSON }\n");
    ASSERT_EQ(REEVE_OK, load()) << report.items[0].text;
    ASSERT_EQ(6U, config->grants_count);
    EXPECT_EQ(uint32_t{REEVE_ROLE_WORKER | REEVE_ROLE_AUDITOR}, config->grants[5].roles);
    ASSERT_EQ(2U, config->grants[5].pools_count);
    EXPECT_STREQ("us", config->grants[5].pools[1]);
    ASSERT_EQ(1U, config->approvers_count);
    EXPECT_EQ(31, config->approvers[0].public_key[31]);
    EXPECT_EQ(4500U, config->delivery.lease_ms);
    EXPECT_EQ(0U, config->delivery.grace_ms);
    EXPECT_EQ(5U, config->delivery.max_attempts);
    EXPECT_EQ(30000U, config->delivery.default_expiry_ms);
    EXPECT_EQ(131072U, config->limits.max_frame_bytes);
    EXPECT_EQ(7U, config->limits.max_workers);
    EXPECT_EQ(REEVE_LOG_DEBUG, config->log_level);
    EXPECT_EQ(REEVE_LOG_FORMAT_JSON, config->log_format);
}

TEST_F(ConfigTest, ReadsRetries)
{
    files.write_config("delivery:\n  retries:\n"
                       "    - { task: acme.crm.v1.Tickets/Create, max_attempts: 5, backoff: 0.5s,\n"
                       "        max_backoff: 10s, on: [REASON_UPSTREAM_UNREACHABLE, "
                       "REASON_DEADLINE], dead_letters: true }\n"
                       "    - { task: \"acme.*\" }\n");
    ASSERT_EQ(REEVE_OK, load()) << report.items[0].text;
    ASSERT_EQ(2U, config->retries_count);
    const reeve_gateway_retry &first = config->retries[0];
    EXPECT_STREQ("acme.crm.v1.Tickets/Create", first.task);
    EXPECT_EQ(5U, first.max_attempts);
    EXPECT_EQ(500U, first.backoff_ms);
    EXPECT_EQ(10000U, first.max_backoff_ms);
    EXPECT_EQ(uint64_t{1} << 34, first.reasons[0]);
    EXPECT_EQ(uint64_t{1} << 1, first.reasons[1]);
    EXPECT_TRUE(first.dead_letters);
    EXPECT_FALSE(config->retries[1].dead_letters);
}

TEST_F(ConfigTest, RefusesToRepeatWhatIsFinal)
{
    EXPECT_EQ("delivery.retries[0].on[0]: reason",
              complaint("delivery: { retries: [{ task: a.B/C, on: [REASON_REPLAYED] }] }\n"));
}

TEST_F(ConfigTest, RefusesANegativeBackoff)
{
    EXPECT_EQ("delivery.retries[0].backoff: duration.range",
              complaint("delivery: { retries: [{ task: a.B/C, backoff: -1s }] }\n"));
}

TEST_F(ConfigTest, RefusesABackoffThatShrinks)
{
    EXPECT_EQ(
        "delivery.retries[0].max_backoff: backoff",
        complaint("delivery: { retries: [{ task: a.B/C, backoff: 5s, max_backoff: 2s }] }\n"));
}

TEST_F(ConfigTest, ALongerHeartbeatMakesTheDefaultLeaseLonger)
{
    files.write_config("delivery: { heartbeat_interval: 5s }\n");
    ASSERT_EQ(REEVE_OK, load());
    EXPECT_EQ(15000U, config->delivery.lease_ms);
}

TEST_F(ConfigTest, RefusesAFieldThatDoesNotExist)
{
    EXPECT_EQ("limitz: unknown_field", complaint("limitz: {}\n"));
    EXPECT_STREQ("did you mean limits?", report.items[0].next_step);
}

TEST_F(ConfigTest, RefusesALeaseBelowThreeHeartbeats)
{
    EXPECT_EQ("delivery.lease: lease",
              complaint("delivery: { heartbeat_interval: 3s, lease: 8s }\n"));
}

TEST_F(ConfigTest, RefusesTimesOutOfRange)
{
    EXPECT_EQ("delivery.lost_after: duration.range", complaint("delivery: { lost_after: 0s }\n"));
}

TEST_F(ConfigTest, RefusesNegativeTimes)
{
    EXPECT_EQ("delivery.heartbeat_interval: duration.range",
              complaint("delivery: { heartbeat_interval: -3s }\n"));
}

TEST_F(ConfigTest, RefusesEnormousTimes)
{
    EXPECT_EQ("delivery.grace: duration.range", complaint("delivery: { grace: 315576000000s }\n"));
}

TEST_F(ConfigTest, RefusesBoundsOutOfRange)
{
    EXPECT_EQ("limits.max_frame_bytes: range", complaint("limits: { max_frame_bytes: 1000 }\n"));
}

TEST_F(ConfigTest, RefusesAJobSpecThatFitsNoFrame)
{
    EXPECT_EQ("limits.max_job_spec_bytes: range",
              complaint("limits: { max_frame_bytes: 262144, max_job_spec_bytes: 262144 }\n"));
}

TEST_F(ConfigTest, RefusesTheSameIdentityTwice)
{
    files.grants += "  - { identity: spiffe://test.reeve/worker/*, tenant: b, roles: [AUDITOR] }\n";
    EXPECT_EQ("grants[5].identity: grant.duplicate", complaint(""));
}

TEST_F(ConfigTest, RefusesWhatIsNoSpiffeId)
{
    files.grants += "  - { identity: \"spiffe://Test/*/x\", tenant: b, roles: [AUDITOR] }\n";
    EXPECT_EQ("grants[5].identity: spiffe", complaint(""));
}

TEST_F(ConfigTest, RefusesTheRoleThatIsNone)
{
    files.grants +=
        "  - { identity: spiffe://test.reeve/x, tenant: b, roles: [ROLE_UNSPECIFIED] }\n";
    EXPECT_EQ("grants[5].roles[0]: role", complaint(""));
}

TEST_F(ConfigTest, RefusesAPoolThatNoJobCanName)
{
    files.grants +=
        "  - { identity: spiffe://test.reeve/x, tenant: b, roles: [WORKER], pools: [A_B] }\n";
    EXPECT_EQ("grants[5].pools[0]: pool", complaint(""));
}

TEST_F(ConfigTest, RefusesAnApproversKeyTwice)
{
    const std::string key = "public_key: \"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\" }\n";
    EXPECT_EQ("approvers[1].public_key: approver.duplicate",
              complaint("approvers:\n  - { tenant: acme, name: a, " + key +
                        "  - { tenant: acme, name: b, " + key));
}

TEST_F(ConfigTest, WarnsAboutAnApproverOfNoTenant)
{
    files.write_config("approvers:\n  - { tenant: acne, name: a, public_key: "
                       "\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\" }\n");
    ASSERT_EQ(REEVE_OK, load());
    ASSERT_EQ(1U, report.warnings);
    EXPECT_STREQ("approvers[0].tenant", report.items[0].field);
}

TEST_F(ConfigTest, WarnsWhenNoWorkerCanConnect)
{
    files.grants = "  - { identity: spiffe://test.reeve/x, tenant: b, roles: [AUDITOR] }\n";
    files.write_config("");
    ASSERT_EQ(REEVE_OK, load());
    ASSERT_EQ(1U, report.warnings);
    EXPECT_STREQ("grant.worker", report.items[0].rule);
}

/* One "listen" each, in a file of its own. */
TEST_F(ConfigTest, ListensOnAddressAndPortOnly)
{
    const std::map<std::string, bool> cases = {
        {"127.0.0.1:0", true}, {"0.0.0.0:65535", true},  {"\"[::]:8443\"", true},
        {"localhost:1", true}, {"0.0.0.0:65536", false}, {"\":8443\"", false},
        {"::1:8443", false},
    };
    const std::string text = read_file(files.config());
    for (const auto &[listen, good] : cases) {
        std::string changed = text;
        changed.replace(changed.find("127.0.0.1:0"), 11, listen);
        files.dir.write("gateway.yaml", changed, 0600);
        EXPECT_EQ(good ? REEVE_OK : REEVE_CONFIG, load()) << listen;
        reeve_gateway_config_free(config);
        config = nullptr;
        reeve_config_report_clear(&report);
    }
}

} // namespace
} // namespace reeve::test

// SPDX-License-Identifier: Apache-2.0
//
// Every way to be wrong is named: the line, the field, the rule and the next step (P8).
#include "config_fixture.h"

namespace
{

struct WrongLine {
    const char *name;
    const char *part;        // of the good file
    const char *replacement; // that makes it wrong
    uint32_t line;
    const char *field;
    const char *rule;
    const char *next_step; // contained
};

class ConfigError : public testing::TestWithParam<WrongLine>
{
};

// P8: the cause and the next step.
TEST_P(ConfigError, NamesLineFieldRuleAndNextStep)
{
    const WrongLine &wrong = GetParam();
    Loaded l(with(kGoodConfig, wrong.part, wrong.replacement));
    EXPECT_EQ(l.status(), REEVE_CONFIG);
    EXPECT_EQ(l.config(), nullptr);
    const reeve_config_item *item = l.about(wrong.field);
    ASSERT_NE(item, nullptr) << l.text();
    EXPECT_FALSE(item->warning);
    EXPECT_EQ(item->line, wrong.line) << l.text();
    EXPECT_GT(item->column, 0u);
    EXPECT_STREQ(item->rule, wrong.rule);
    EXPECT_STRNE(item->text, "");
    EXPECT_NE(std::string(item->next_step).find(wrong.next_step), std::string::npos)
        << item->next_step;
}

const WrongLine kWrong[] = {
    {"UnknownField", "drain_timeout: 7s", "drain_timeuot: 7s", 42, "drain_timeuot", "unknown_field",
     "did you mean drain_timeout?"},
    {"UnknownFieldInside", "      connect_timeout: 3s", "      conect_timeout: 3s", 17,
     "systems[\"crm\"].http.conect_timeout", "unknown_field", "did you mean connect_timeout?"},
    {"UnknownFieldLikeNone", "pools: [desk]", "qqqqqqqqqq: 1", 43, "qqqqqqqqqq", "unknown_field",
     "docs/reference/agent-configuration.md"},
    {"Syntax", "labels: { site: berlin }", "labels: { site: berlin", 45, "labels[\"site\"]",
     "syntax", "indentation"},
    {"Type", "max_in_flight: 32", "max_in_flight: many", 38, "limits.max_in_flight", "type", ""},
    {"Duplicate", "pools: [desk]", "drain_timeout: 1s", 43, "drain_timeout", "duplicate",
     "leave one"},
    {"MissingRequired", "identity:\n  certificate_file: worker.pem\n  key_file: worker.key\n", "",
     1, "identity", "required", "certificate_file"},
    {"EmptyRequired", "key_file: worker.key", "key_file: ''", 6, "identity.key_file",
     "string.min_len", "mode 0600"},
    {"AddressPattern", "address: gateway.example.com:8443", "address: gateway.example.com", 2,
     "gateway.address", "string.pattern", "host:port"},
    {"AddressPort", "gateway.example.com:8443", "gateway.example.com:70000", 2, "gateway.address",
     "address", "host:port"},
    {"AddressHost", "gateway.example.com:8443", "gate/way:8443", 2, "gateway.address", "address",
     "host:port"},
    {"BaseUrlPattern", "https://crm.internal:8443/base", "ftp://crm.internal", 13,
     "systems[\"crm\"].http.base_url", "string.pattern", "http(s)://"},
    {"BaseUrlUser", "https://crm.internal:8443/base", "https://me@crm.internal", 13,
     "systems[\"crm\"].http.base_url", "string.pattern", "http(s)://"},
    {"BaseUrlPort", "https://crm.internal:8443/base", "https://crm.internal:99999/base", 13,
     "systems[\"crm\"].http.base_url", "base_url", "http(s)://"},
    {"UnknownSecret", "secret: crm-token", "secret: crm-tokem", 15,
     "systems[\"crm\"].http.auth.bearer.secret", "secret.unknown", "did you mean crm-token?"},
    {"UnknownPassword", "password_secret: ticket-password", "password_secret: other", 21,
     "systems[\"ticketing\"].http.auth.basic.password_secret", "secret.unknown", "secrets:"},
    {"AuthWithoutScheme", "auth: { bearer: { secret: crm-token } }", "auth: {}", 15,
     "systems[\"crm\"].http.auth", "auth.scheme", "bearer"},
    {"SystemWithoutKind",
     "  ticketing:\n    http:\n      base_url: http://127.0.0.1:9000\n      auth: { basic: { "
     "username: reeve, password_secret: ticket-password } }\n",
     "  ticketing: {}\n", 18, "systems[\"ticketing\"]", "system.kind", "base_url"},
    {"ClientSecret", "auth: { bearer: { secret: crm-token } }",
     "auth: { oauth2: { token_url: 'https://id/t', client_id: w, client_secret: crm-tokem } }", 15,
     "systems[\"crm\"].http.auth.oauth2.client_secret", "secret.unknown",
     "did you mean crm-token?"},
    {"ProxyPassword", "headers: { X-Tenant: blue }",
     "proxy: { url: 'http://p:1', username: me, password_secret: no }", 16,
     "systems[\"crm\"].http.proxy.password_secret", "secret.unknown", "secrets:"},
    {"GatewayProxyPassword", "  ca_file: ca.pem\nidentity:",
     "  ca_file: ca.pem\n  proxy: { url: 'http://p:1', username: me, password_secret: no "
     "}\nidentity:",
     4, "gateway.proxy.password_secret", "secret.unknown", "secrets:"},
    {"GatewayProxyHalf", "  ca_file: ca.pem\nidentity:",
     "  ca_file: ca.pem\n  proxy: { url: 'http://p:1', username: me }\nidentity:", 4,
     "gateway.proxy", "proxy", "write both, or neither"},
    {"ProxyHalf", "headers: { X-Tenant: blue }", "proxy: { url: 'http://p:1', username: me }", 16,
     "systems[\"crm\"].http.proxy", "proxy", "write both, or neither"},
    {"TooManyAttempts", "headers: { X-Tenant: blue }", "retries: { max_attempts: 11 }", 16,
     "systems[\"crm\"].http.retries.max_attempts", "uint32.gte_lte", ""},
    {"ReservedHeader", "X-Tenant: blue", "Authorization: blue", 16,
     "systems[\"crm\"].http.headers[\"Authorization\"]", "header", "auth"},
    {"ReservedContentHeader", "X-Tenant: blue", "Content-Encoding: gzip", 16,
     "systems[\"crm\"].http.headers[\"Content-Encoding\"]", "header", "remove it"},
    {"ReservedKeyHeader", "X-Tenant: blue", "idempotency-Key: one-for-all", 16,
     "systems[\"crm\"].http.headers[\"idempotency-Key\"]", "header", "remove it"},
    {"MalformedHeader", "X-Tenant: blue", "'X Tenant': blue", 16,
     "systems[\"crm\"].http.headers[\"X Tenant\"]", "header", "X-Tenant"},
    {"SecretWithoutSource", "crm-token: { file: { path: crm-token } }",
     "crm-token: { allow_short: true }", 23, "secrets[\"crm-token\"]", "secret.source", "file:"},
    {"VariableName", "variable: REEVE_TEST_TICKETS", "variable: REEVE-TEST", 24,
     "secrets[\"ticket-password\"].environment.variable", "string.pattern", "letters"},
    {"UnknownTask", "demo.crm.v1.Tickets/CreateTicket", "demo.crm.v1.Tickets/CreateTickte", 28,
     "allow[1].task", "allow.unknown_task", "did you mean demo.crm.v1.Tickets/CreateTicket?"},
    {"UnknownService", "demo.crm.v1.Customers/*", "some.thing.Else/*", 26, "allow[0].task",
     "allow.unknown_task", "reeve-agent tasks"},
    {"TaskPattern", "demo.native.v1.Native/Echo", "Echo", 30, "allow[2].task", "string.pattern",
     "package.Service/Method"},
    {"AllowedTwice", "demo.native.v1.Native/Echo", "demo.crm.v1.Customers/*", 30, "allow[2].task",
     "allow.duplicate", "leave one"},
    {"MoreApprovalsThanApprovers", "approvals: 2", "approvals: 3", 29, "allow[1].approvals",
     "allow.approvals", "trust.approvers"},
    {"TooManyApprovals", "approvals: 2", "approvals: 17", 29, "allow[1].approvals", "uint32.lte",
     "smaller"},
    {"MissingSystem", "  crm:\n", "  crn:\n", 26, "allow[0].task", "allow.system",
     "rename the system \"crn\" to \"crm\""},
    {"NativeForHttp",
     "    http:\n      base_url: http://127.0.0.1:9000\n      auth: { basic: { username: reeve, "
     "password_secret: ticket-password } }\n",
     "    native: {}\n", 18, "systems[\"ticketing\"]", "system.kind", "http:"},
    {"SameKey", "AwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
     "AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", 36, "trust.approvers[1].public_key",
     "approver.duplicate", "count once"},
    {"WeakKey", "AwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", 36, "trust.approvers[1].public_key",
     "approver.weak", "reevectl key show"},
    {"SameName", "name: bob", "name: ann", 35, "trust.approvers[1].name", "approver.duplicate",
     "name of their own"},
    {"KeyLength", "AwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "AAAA", 36,
     "trust.approvers[1].public_key", "bytes.len", "reevectl key show"},
    {"SmallJournal", "max_bytes: 33554432", "max_bytes: 1000", 9, "journal.max_bytes", "range",
     "16777216"},
    {"SmallSpool", "log: { level: WARN, format: JSON }", "spool: { max_bytes: 1000 }", 40,
     "spool.max_bytes", "range", "16777216"},
    {"LargeInput", "max_input_bytes: 65536", "max_input_bytes: 99000000", 39,
     "limits.max_input_bytes", "range", "or less"},
    {"ManyRunning", "max_input_bytes: 65536", "max_running: 33", 39, "limits.max_running", "range",
     "max_in_flight, here 32"},
    {"LittleMemory", "max_input_bytes: 65536", "max_memory_bytes: 65536", 39,
     "limits.max_memory_bytes", "range", "max_input_bytes + max_output_bytes"},
    {"LongDrain", "drain_timeout: 7s", "drain_timeout: 7200s", 42, "drain_timeout",
     "duration.range", "25s"},
    {"NegativeTimeout", "connect_timeout: 3s", "connect_timeout: -3s", 17,
     "systems[\"crm\"].http.connect_timeout", "duration.range", "25s"},
    {"LogLevel", "level: WARN", "level: LOUD", 40, "log.level", "enum", "DEBUG"},
    {"EmptyPool", "pools: [desk]", "pools: ['']", 43, "pools[0]", "name", "grants"},
};

INSTANTIATE_TEST_SUITE_P(All, ConfigError, testing::ValuesIn(kWrong),
                         [](const testing::TestParamInfo<WrongLine> &about) {
                             return std::string(about.param.name);
                         });

TEST(ConfigErrors, SeveralAreListedAtOnce)
{
    Loaded l(with(with(kGoodConfig, "secret: crm-token", "secret: crm-tokem"),
                  "max_bytes: 33554432", "max_bytes: 1000"));
    EXPECT_EQ(l.status(), REEVE_CONFIG);
    EXPECT_EQ(l.text(),
              "agent.yaml:9:14: error: journal.max_bytes: a journal needs at least 16 MiB (range)\n"
              "  next: write 16777216 or more, or leave it out for 1 GiB\n"
              "agent.yaml:15:33: error: systems[\"crm\"].http.auth.bearer.secret: there is no "
              "credential \"crm-tokem\" under secrets (secret.unknown)\n"
              "  next: did you mean crm-token?\n");
}

TEST(ConfigErrors, SchemaErrorsAreListedAtOnce)
{
    Loaded l(with(with(kGoodConfig, "address: gateway.example.com:8443", "address: gateway"),
                  "ca_file: ca.pem", "ca_file: ''"));
    EXPECT_EQ(l.status(), REEVE_CONFIG);
    EXPECT_NE(l.about("gateway.address"), nullptr) << l.text();
    EXPECT_NE(l.about("gateway.ca_file"), nullptr) << l.text();
}

TEST(ConfigErrors, TheListIsBounded)
{
    std::string allow = "allow:\n";
    for (int i = 0; i < 100; i++) {
        allow += "  - task: nobody.Knows/T" + std::to_string(i) + "\n";
    }
    Loaded l("gateway: { address: 'localhost:1', ca_file: /ca.pem }\n"
             "identity: { certificate_file: /c, key_file: /k }\n"
             "journal: { directory: /j }\n" +
             allow);
    EXPECT_EQ(l.status(), REEVE_CONFIG);
    EXPECT_EQ(l.report()->errors, 100u);
    EXPECT_EQ(l.report()->count, REEVE_CONFIG_ITEMS_MAX);
    EXPECT_NE(l.text().find("and 68 more"), std::string::npos);
}

TEST(ConfigErrors, AFileThatIsNotThere)
{
    reeve_config_report report;
    reeve_agent_config *config;
    reeve_config_report_init(&report, "/nowhere/agent.yaml");
    EXPECT_EQ(reeve_agent_config_load("/nowhere/agent.yaml", &reeve_demo_tasks, &report, &config),
              REEVE_CONFIG);
    ASSERT_EQ(report.count, 1u);
    EXPECT_STREQ(report.items[0].rule, "file");
    EXPECT_STRNE(report.items[0].next_step, "");
    reeve_config_report_clear(&report);
}

TEST(ConfigErrors, AFileThatIsTooLarge)
{
    Loaded l(std::string(kGoodConfig) + "#" + std::string(1 << 20, 'x') + "\n");
    EXPECT_EQ(l.status(), REEVE_CONFIG);
    EXPECT_NE(l.text().find("at most 1048576 bytes"), std::string::npos) << l.text();
}

TEST(ConfigErrors, ASocketPathThatNoSocketCanHave)
{
    Loaded l(with(kGoodConfig, "run/agent.sock", "/" + std::string(120, 'x')));
    EXPECT_EQ(l.status(), REEVE_CONFIG);
    const reeve_config_item *item = l.about("status.socket");
    ASSERT_NE(item, nullptr);
    EXPECT_STREQ(item->rule, "length");
}

// Streams are cut after every byte: no prefix of a file crashes, and only a whole meaning is taken.
TEST(ConfigErrors, EveryPrefixEndsInOrder)
{
    const std::string good = kGoodConfig;
    for (size_t len = 0; len < good.size(); len += 7) {
        Loaded l(good.substr(0, len));
        EXPECT_TRUE(l.status() == REEVE_OK || l.status() == REEVE_CONFIG) << len;
        EXPECT_EQ(l.status() == REEVE_OK, l.config() != nullptr);
        EXPECT_EQ(l.status() == REEVE_CONFIG, l.report()->errors > 0) << len;
    }
}

} // namespace

// SPDX-License-Identifier: Apache-2.0
//
// Systems of kind grpc: what they become, and every way to be wrong about them.
#include "agent/config/files.h"
#include "config_fixture.h"

namespace
{

/* The good file with one more system, "app", whose one line is given. */
std::string with_app(const std::string &app)
{
    return with(kGoodConfig, "secrets:\n", "  app:\n    grpc: { " + app + " }\nsecrets:\n");
}

const reeve_grpc_system &app_of(const Loaded &l)
{
    const reeve_config_system &system = l.config()->systems[2];
    EXPECT_STREQ(system.name, "app");
    EXPECT_EQ(system.binding, REEVE_BINDING_GRPC);
    EXPECT_STREQ(reeve_config_system_kind(&system), "grpc");
    return system.u.grpc;
}

TEST(GrpcSystem, TheSidecarsSocket)
{
    Loaded l(with_app("unix_socket: run/app.sock"));
    ASSERT_EQ(l.status(), REEVE_OK) << l.text();
    const reeve_grpc_system &app = app_of(l);
    EXPECT_EQ(app.unix_socket, l.in_directory("run/app.sock"));
    EXPECT_EQ(app.target, nullptr);
    EXPECT_TRUE(app.plaintext);
    EXPECT_EQ(l.about("systems[\"app\"].grpc.insecure"), nullptr) << "nobody is warned";
    EXPECT_EQ(app.connect_timeout_ms, 10000u);
    EXPECT_EQ(app.auth, REEVE_GRPC_AUTH_NONE);
}

TEST(GrpcSystem, BecomesPlainOptions)
{
    Loaded l(with_app("target: 'crm.internal:8443', ca_file: ca.pem, certificate_file: own.pem, "
                      "key_file: own.key, server_name: crm, auth: { header: { name: X-Api-Key, "
                      "secret: crm-token } }, metadata: { X-Tenant: blue }, connect_timeout: 3s, "
                      "max_response_bytes: 2000, max_attempts: 2"));
    ASSERT_EQ(l.status(), REEVE_OK) << l.text();
    const reeve_grpc_system &app = app_of(l);
    EXPECT_STREQ(app.target, "crm.internal:8443");
    EXPECT_FALSE(app.plaintext);
    EXPECT_EQ(app.ca_file, l.in_directory("ca.pem"));
    EXPECT_EQ(app.certificate_file, l.in_directory("own.pem"));
    EXPECT_EQ(app.key_file, l.in_directory("own.key"));
    EXPECT_STREQ(app.server_name, "crm");
    EXPECT_EQ(app.auth, REEVE_GRPC_AUTH_HEADER);
    EXPECT_STREQ(app.auth_name, "x-api-key");
    EXPECT_STREQ(app.auth_secret, "crm-token");
    ASSERT_EQ(app.headers_count, 1u);
    EXPECT_STREQ(app.headers[0].name, "x-tenant");
    EXPECT_STREQ(app.headers[0].value, "blue");
    EXPECT_EQ(app.connect_timeout_ms, 3000u);
    EXPECT_EQ(app.max_response_bytes, 2000u);
    EXPECT_EQ(app.max_attempts, 2u);
    reeve_arena arena;
    reeve_arena_init(&arena, nullptr, 1 << 16, 0);
    EXPECT_STREQ(reeve_config_system_endpoint(&l.config()->systems[2], &arena),
                 "crm.internal:8443");
    EXPECT_STREQ(reeve_config_system_auth(&l.config()->systems[2], &arena),
                 "client certificate, metadata x-api-key from secret crm-token");
    reeve_arena_clear(&arena);
}

TEST(GrpcSystem, PlaintextIsForLoopbackUnlessItIsMeant)
{
    for (const char *target : {"127.0.0.1:80", "127.8.9.10:80", "localhost:80", "'[::1]:80'"}) {
        Loaded l(with_app(std::string("target: ") + target));
        EXPECT_EQ(l.status(), REEVE_OK) << target << l.text();
    }
    for (const char *target : {"crm.internal:80", "10.0.0.1:80", "127.0.0.1.evil.example:80",
                               "localhost.evil.example:80", "'[::2]:80'"}) {
        Loaded refused(with_app(std::string("target: ") + target));
        EXPECT_EQ(refused.status(), REEVE_CONFIG) << target;
        EXPECT_NE(refused.text().find("unencrypted"), std::string::npos) << refused.text();
        Loaded meant(with_app(std::string("insecure: true, target: ") + target));
        EXPECT_EQ(meant.status(), REEVE_OK) << meant.text();
        const reeve_config_item *item = meant.about("systems[\"app\"].grpc.insecure");
        ASSERT_NE(item, nullptr);
        EXPECT_TRUE(item->warning);
    }
}

struct WrongApp {
    const char *app;
    const char *field;
    const char *rule;
};

class GrpcSystemError : public testing::TestWithParam<WrongApp>
{
};

TEST_P(GrpcSystemError, NamesFieldAndRule)
{
    Loaded l(with_app(GetParam().app));
    EXPECT_EQ(l.status(), REEVE_CONFIG);
    const reeve_config_item *item = l.about(GetParam().field);
    ASSERT_NE(item, nullptr) << l.text();
    EXPECT_STREQ(item->rule, GetParam().rule) << l.text();
    EXPECT_STRNE(item->next_step, "");
    EXPECT_GT(item->line, 0u);
}

const WrongApp kWrong[] = {
    {"max_attempts: 2", "systems[\"app\"].grpc", "target"},
    {"target: 'localhost:1', unix_socket: a.sock", "systems[\"app\"].grpc", "target"},
    {"target: 'localhost:70000'", "systems[\"app\"].grpc.target", "target"},
    {"target: localhost", "systems[\"app\"].grpc.target", "string.pattern"},
    {"target: 'a:1', ca_file: a, key_file: k", "systems[\"app\"].grpc.key_file", "certificate"},
    {"target: 'a:1', ca_file: a, certificate_file: k", "systems[\"app\"].grpc.certificate_file",
     "certificate"},
    {"target: 'a:1', ca_file: a, insecure: true", "systems[\"app\"].grpc.insecure", "insecure"},
    {"target: 'localhost:1', server_name: a", "systems[\"app\"].grpc", "ca_file"},
    {"target: 'localhost:1', auth: { bearer: { secret: nobody } }",
     "systems[\"app\"].grpc.auth.bearer.secret", "secret.unknown"},
    {"target: 'localhost:1', auth: {}", "systems[\"app\"].grpc.auth", "auth.scheme"},
    {"target: 'localhost:1', metadata: { Authorization: x }",
     "systems[\"app\"].grpc.metadata[\"Authorization\"]", "metadata"},
    {"target: 'localhost:1', metadata: { grpc-timeout: 1S }",
     "systems[\"app\"].grpc.metadata[\"grpc-timeout\"]", "metadata"},
    {"target: 'localhost:1', metadata: { a-bin: x }", "systems[\"app\"].grpc.metadata[\"a-bin\"]",
     "metadata"},
    {"target: 'localhost:1', auth: { header: { name: GRPC-Timeout, secret: crm-token } }",
     "systems[\"app\"].grpc.auth.header.name", "metadata"},
    {"target: 'localhost:1', auth: { header: { name: Content-Type, secret: crm-token } }",
     "systems[\"app\"].grpc.auth.header.name", "metadata"},
    {"target: 'localhost:1', auth: { header: { name: key-bin, secret: crm-token } }",
     "systems[\"app\"].grpc.auth.header.name", "metadata"},
    {"target: 'localhost:1', auth: { header: { name: x!key, secret: crm-token } }",
     "systems[\"app\"].grpc.auth.header.name", "string.pattern"},
    {"target: 'localhost:1', metadata: { x-a: \"a\\nb\" }",
     "systems[\"app\"].grpc.metadata[\"x-a\"]", "metadata"},
    {"target: 'localhost:1', max_attempts: 11", "systems[\"app\"].grpc.max_attempts", "uint32.lte"},
    {"target: 'localhost:1', max_response_bytes: 67108865",
     "systems[\"app\"].grpc.max_response_bytes", "range"},
    {"target: 'localhost:1', connect_timeout: 1h", "systems[\"app\"].grpc.connect_timeout",
     "duration.range"},
};

INSTANTIATE_TEST_SUITE_P(All, GrpcSystemError, testing::ValuesIn(kWrong));

// Basic and other schemes: a credential that is written with its scheme.
TEST(GrpcSystem, CredentialMayBeTheAuthorization)
{
    Loaded l(with_app("target: 'localhost:1', auth: { header: { name: Authorization, secret: "
                      "crm-token } }"));
    EXPECT_EQ(l.status(), REEVE_OK) << l.text();
}

TEST(GrpcSystem, FilesThatDoNotFitAreNamed)
{
    reeve::test::TestPki pki;
    const reeve::test::Credential own = pki.worker();
    const reeve::test::Credential other = pki.worker();
    Loaded l(
        with_app("target: 'crm.internal:8443', ca_file: app-ca.pem, certificate_file: own.pem, "
                 "key_file: own.key"));
    ASSERT_EQ(l.status(), REEVE_OK) << l.text();
    const auto rule = [&](const char *field) {
        EXPECT_EQ(reeve_config_check_files(l.config(), l.report()), REEVE_OK);
        const reeve_config_item *item = l.about(field);
        return std::string(item == nullptr ? "" : item->rule);
    };
    l.directory().write("app-ca.pem", pki.ca_pem(), 0600);
    l.directory().write("own.pem", own.chain_pem, 0600);
    l.directory().write("own.key", own.key_pem, 0600);
    EXPECT_EQ(rule("systems[\"app\"].grpc.certificate_file"), "");
    EXPECT_EQ(rule("systems[\"app\"].grpc.ca_file"), "");
    l.directory().write("own.key", other.key_pem, 0600);
    EXPECT_EQ(rule("systems[\"app\"].grpc.certificate_file"), "certificate");
    EXPECT_EQ(l.text().find("PRIVATE KEY"), std::string::npos) << "P2";
}

} // namespace

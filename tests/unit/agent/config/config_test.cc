// SPDX-License-Identifier: Apache-2.0
//
// The good path: a whole file becomes plain options, defaults and all.
#include "config_fixture.h"

namespace
{

const reeve_config_task *task_of(const reeve_agent_config *config, const std::string &name)
{
    for (uint32_t i = 0; i < config->table->count; i++) {
        if (name == config->table->tasks[i]->name) {
            return &config->tasks[i];
        }
    }
    return nullptr;
}

TEST(Config, BecomesPlainOptions)
{
    Loaded l(kGoodConfig);
    ASSERT_EQ(l.status(), REEVE_OK) << l.text();
    EXPECT_EQ(l.text(), "");
    const reeve_agent_config *c = l.config();
    EXPECT_STREQ(c->gateway_address, "gateway.example.com:8443");
    EXPECT_EQ(c->gateway_ca_file, l.in_directory("ca.pem"));
    EXPECT_EQ(c->gateway_server_name, nullptr);
    EXPECT_EQ(c->identity.certificate_file, l.in_directory("worker.pem"));
    EXPECT_EQ(c->identity.key_file, l.in_directory("worker.key"));
    EXPECT_EQ(c->journal_directory, l.in_directory("journal"));
    EXPECT_EQ(c->journal_max_bytes, 33554432u);
    EXPECT_EQ(c->status_socket, l.in_directory("run/agent.sock"));
    EXPECT_EQ(c->limits.max_in_flight, 32u);
    EXPECT_EQ(c->limits.max_input_bytes, 65536u);
    EXPECT_EQ(c->limits.max_output_bytes, 1u << 20);
    EXPECT_EQ(c->limits.max_memory_bytes, 256u << 20);
    EXPECT_EQ(c->log_level, REEVE_LOG_WARN);
    EXPECT_EQ(c->log_format, REEVE_LOG_FORMAT_JSON);
    EXPECT_EQ(c->drain_timeout_ms, 7000u);
    EXPECT_EQ(c->max_backoff_ms, 5000u);
    ASSERT_EQ(c->pools_count, 1u);
    EXPECT_STREQ(c->pools[0], "desk");
    ASSERT_EQ(c->labels_count, 1u);
    EXPECT_STREQ(c->labels[0].key, "site");
    EXPECT_STREQ(c->labels[0].value, "berlin");
}

TEST(Config, EverythingAboutHttpSystems)
{
    std::string text = kGoodConfig;
    const std::string before = "connect_timeout: 3s";
    ASSERT_NE(text.find(before), std::string::npos);
    text.replace(text.find(before), before.size(), R"(connect_timeout: 3s
      timeout: 5s
      client_certificate: { certificate_file: crm.pem, key_file: crm.key }
      retries: { max_attempts: 4, backoff: 50ms, max_backoff: 2s }
      max_redirects: 3
      proxy: { url: "http://proxy:3128", username: me, password_secret: crm-token }
      version: HTTP_2)");
    const std::string bearer = "auth: { bearer: { secret: crm-token } }";
    ASSERT_NE(text.find(bearer), std::string::npos) << text;
    text.replace(text.find(bearer), bearer.size(),
                 R"(auth: { oauth2: { token_url: "https://id.internal/token", client_id: worker,
        client_secret: crm-token, scopes: [read, write], audience: crm, secret_in_body: true } })");
    Loaded l(text);
    ASSERT_EQ(l.status(), REEVE_OK) << l.text();
    const reeve_http_system &http = l.config()->systems[0].u.http;
    EXPECT_EQ(http.timeout_ms, 5000u);
    EXPECT_EQ(http.certificate_file, l.in_directory("crm.pem"));
    EXPECT_EQ(http.key_file, l.in_directory("crm.key"));
    EXPECT_EQ(http.retries.max_attempts, 4u);
    EXPECT_EQ(http.retries.backoff_ms, 50u);
    EXPECT_EQ(http.retries.max_backoff_ms, 2000u);
    EXPECT_EQ(http.max_redirects, 3u);
    EXPECT_STREQ(http.proxy, "http://proxy:3128");
    EXPECT_STREQ(http.proxy_user, "me");
    EXPECT_STREQ(http.proxy_secret, "crm-token");
    EXPECT_EQ(http.version, REEVE_HTTP_VERSION_2);
    EXPECT_EQ(http.auth, REEVE_HTTP_AUTH_OAUTH2);
    EXPECT_STREQ(http.oauth2.token_url, "https://id.internal/token");
    EXPECT_STREQ(http.oauth2.client_id, "worker");
    EXPECT_STREQ(http.oauth2.client_secret, "crm-token");
    EXPECT_STREQ(http.oauth2.scope, "read write");
    EXPECT_STREQ(http.oauth2.audience, "crm");
    EXPECT_TRUE(http.oauth2.secret_in_body);
}

TEST(Config, SystemsAreHttpOptions)
{
    Loaded l(kGoodConfig);
    ASSERT_EQ(l.status(), REEVE_OK) << l.text();
    ASSERT_EQ(l.config()->systems_count, 2u);
    const reeve_config_system &crm = l.config()->systems[0];
    EXPECT_STREQ(crm.name, "crm");
    EXPECT_EQ(crm.binding, REEVE_BINDING_HTTP);
    EXPECT_STREQ(reeve_config_system_kind(&crm), "http");
    EXPECT_EQ(crm.tasks, 2u);
    EXPECT_STREQ(crm.u.http.base_url, "https://crm.internal:8443/base");
    EXPECT_EQ(crm.u.http.ca_file, l.in_directory("crm-ca.pem"));
    EXPECT_EQ(crm.u.http.auth, REEVE_HTTP_AUTH_BEARER);
    EXPECT_STREQ(crm.u.http.auth_secret, "crm-token");
    EXPECT_EQ(crm.u.http.connect_timeout_ms, 3000u);
    ASSERT_EQ(crm.u.http.headers_count, 1u);
    EXPECT_STREQ(crm.u.http.headers[0], "X-Tenant: blue");
    const reeve_config_system &tickets = l.config()->systems[1];
    EXPECT_EQ(tickets.u.http.auth, REEVE_HTTP_AUTH_BASIC);
    EXPECT_STREQ(tickets.u.http.auth_name, "reeve");
    EXPECT_STREQ(tickets.u.http.auth_secret, "ticket-password");
}

// P3: what no entry names is not allowed.
TEST(Config, P3TasksAreAllowedByEntriesOnly)
{
    Loaded l(kGoodConfig);
    ASSERT_EQ(l.status(), REEVE_OK) << l.text();
    const reeve_config_task *get = task_of(l.config(), "demo.crm.v1.Customers/GetCustomer");
    const reeve_config_task *create = task_of(l.config(), "demo.crm.v1.Tickets/CreateTicket");
    const reeve_config_task *close = task_of(l.config(), "demo.crm.v1.Tickets/CloseTicket");
    const reeve_config_task *step = task_of(l.config(), "demo.native.v1.Native/Step");
    ASSERT_TRUE(get && create && close && step);
    EXPECT_EQ(get->state, REEVE_CONFIG_TASK_ALLOWED);
    EXPECT_EQ(get->system, 0u);
    EXPECT_EQ(get->max_in_flight, 3u);
    EXPECT_EQ(create->approvals, 2u);
    EXPECT_EQ(create->max_in_flight, 8u) << "the author's";
    EXPECT_EQ(close->state, REEVE_CONFIG_TASK_NOT_ALLOWED);
    EXPECT_EQ(step->state, REEVE_CONFIG_TASK_NOT_ALLOWED);
    EXPECT_EQ(step->system, REEVE_CONFIG_NO_SYSTEM);
    EXPECT_EQ(l.config()->allowed_count, 4u);
}

TEST(Config, DefaultsAreFilledIn)
{
    Loaded l("gateway: { address: 'localhost:1', ca_file: /ca.pem }\n"
             "identity: { certificate_file: /c, key_file: /k }\n"
             "journal: { directory: /j }\n"
             "allow: [{ task: demo.native.v1.Native/Echo }]\n");
    ASSERT_EQ(l.status(), REEVE_OK) << l.text();
    const reeve_agent_config *c = l.config();
    EXPECT_EQ(c->journal_max_bytes, 1u << 30);
    EXPECT_STREQ(c->status_socket, "/j/agent.sock");
    EXPECT_STREQ(c->gateway_ca_file, "/ca.pem") << "an absolute path stays as it is";
    EXPECT_EQ(c->limits.max_in_flight, 256u);
    EXPECT_EQ(c->limits.max_running, 256u);
    EXPECT_EQ(c->log_level, REEVE_LOG_INFO);
    EXPECT_EQ(c->log_format, REEVE_LOG_FORMAT_TEXT);
    EXPECT_EQ(c->drain_timeout_ms, 25000u);
    EXPECT_EQ(c->max_backoff_ms, 0u) << "the engine's own";
    EXPECT_EQ(c->spool_max_bytes, 256u << 20);
    EXPECT_STREQ(c->spool_directory, "/j/spool");
}

TEST(Config, FewerJobsMayBeBegunThanAreHeld)
{
    Loaded l(with(kGoodConfig, "max_input_bytes: 65536", "max_running: 4"));
    ASSERT_EQ(l.status(), REEVE_OK) << l.text();
    EXPECT_EQ(l.config()->limits.max_in_flight, 32u);
    EXPECT_EQ(l.config()->limits.max_running, 4u);
    Loaded ahead(with(kGoodConfig, "max_in_flight: 32", "max_running: 4"));
    ASSERT_EQ(ahead.status(), REEVE_OK) << ahead.text();
    EXPECT_EQ(ahead.config()->limits.max_in_flight, 8u) << "no more than can begin next";
    Loaded most(with(kGoodConfig, "max_in_flight: 32", "max_running: 100000"));
    ASSERT_EQ(most.status(), REEVE_OK) << most.text();
    EXPECT_EQ(most.config()->limits.max_in_flight, 100000u);
}

TEST(Config, TheSpoolMayBeElsewhereOrOff)
{
    const std::string rest = "gateway: { address: 'localhost:1', ca_file: /ca.pem }\n"
                             "identity: { certificate_file: /c, key_file: /k }\n"
                             "journal: { directory: /j }\n"
                             "allow: [{ task: demo.native.v1.Native/Echo }]\n";
    Loaded elsewhere(rest + "spool: { directory: results, max_bytes: 20000000 }\n");
    ASSERT_EQ(elsewhere.status(), REEVE_OK) << elsewhere.text();
    EXPECT_EQ(elsewhere.config()->spool_directory, elsewhere.in_directory("results"));
    EXPECT_EQ(elsewhere.config()->spool_max_bytes, 20000000u);
    Loaded off(rest + "spool: { off: true }\n");
    ASSERT_EQ(off.status(), REEVE_OK) << off.text();
    EXPECT_EQ(off.config()->spool_max_bytes, 0u);
    EXPECT_STREQ(off.config()->spool_directory, "/j/spool") << "to be emptied";
    Loaded same(rest + "spool: { directory: /j }\n");
    EXPECT_EQ(same.status(), REEVE_CONFIG) << "else it would find the journal's lock taken";
    EXPECT_NE(same.text().find("spool.directory"), std::string::npos) << same.text();
}

TEST(Config, TheDigestIsThatOfTheMeaning)
{
    Loaded a(kGoodConfig);
    Loaded b("# another text that means the same\n" +
             with(kGoodConfig, "{ site: berlin }", "\n  site: \"berlin\""));
    Loaded c(with(kGoodConfig, "max_in_flight: 3\n", "max_in_flight: 4\n"));
    ASSERT_EQ(a.status(), REEVE_OK);
    ASSERT_EQ(b.status(), REEVE_OK) << b.text();
    ASSERT_EQ(c.status(), REEVE_OK);
    EXPECT_TRUE(reeve_digest_equal(a.config()->digest, b.config()->digest));
    EXPECT_FALSE(reeve_digest_equal(a.config()->digest, c.config()->digest));
}

// A credential over http:// to another machine is said; over https://, a Unix socket or to this
// machine it is not.
TEST(Config, P2ACredentialInTheOpenIsWarnedOf)
{
    const char *const url = "https://crm.internal:8443/base";
    for (const char *open : {"http://crm.internal:8443/base", "http://127.evil.example/",
                             "http://[2001:db8::1]:80/", "http://localhost.example"}) {
        Loaded l(with(kGoodConfig, url, open));
        EXPECT_EQ(l.status(), REEVE_OK) << l.text();
        const reeve_config_item *item = l.about("systems[\"crm\"].http.base_url");
        ASSERT_NE(item, nullptr) << open;
        EXPECT_TRUE(item->warning);
        EXPECT_STREQ(item->rule, "insecure");
    }
    for (const char *closed :
         {url, "http://127.0.0.1:80/x", "http://localhost", "http://[::1]:1"}) {
        Loaded l(with(kGoodConfig, url, closed));
        EXPECT_EQ(l.about("systems[\"crm\"].http.base_url"), nullptr) << closed;
    }
}

TEST(Config, WithoutAllowItWarns)
{
    Loaded l("gateway: { address: 'localhost:1', ca_file: /ca.pem }\n"
             "identity: { certificate_file: /c, key_file: /k }\n"
             "journal: { directory: /j }\n");
    EXPECT_EQ(l.status(), REEVE_OK);
    const reeve_config_item *item = l.about("allow");
    ASSERT_NE(item, nullptr);
    EXPECT_TRUE(item->warning);
    EXPECT_STREQ(item->rule, "allow.none");
}

} // namespace

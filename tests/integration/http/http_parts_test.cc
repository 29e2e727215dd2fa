// SPDX-License-Identifier: Apache-2.0
// The http binding against real servers: nginx with TLS client authentication, HTTP/2 and a Unix
// socket in front of an API, etcd's JSON gateway with authentication on, docker-registry with
// passwords, tinyproxy.
#include <crypt.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "httpreal/v1/real.reeve.h"
#include "tests/integration/http/server_process.h"
#include "tests/support/http_world.h"

namespace
{

using reeve::test::Credential;
using reeve::test::free_port;
using reeve::test::HttpJob;
using reeve::test::HttpWorld;
using reeve::test::LeafOptions;
using reeve::test::ServerProcess;
using reeve::test::start_nginx;
using reeve::test::TempDir;
using reeve::test::TestPki;
using ::testing::HasSubstr;
using ::testing::Not;

const reeve_task &kHello = httpreal_v1_nginx_hello_task;

std::string Url(const std::string &scheme, int port)
{
    return scheme + "://127.0.0.1:" + std::to_string(port);
}

// ---- nginx ----

struct Nginx : ::testing::Test {
    HttpWorld world;
    TestPki pki;
    TempDir directory;
    int tls = free_port();
    int h2c = free_port();
    std::string socket = directory.path() + "/api.sock";
    std::string ca = directory.write("ca.pem", pki.ca_pem(), 0644);
    std::string url = Url("https", tls);
    TempDir::Files client = directory.write_credential("client", Client());
    std::unique_ptr<ServerProcess> server;
    reeve_http_system system = {};

    Credential Client() const
    {
        return pki.worker("spiffe://test.reeve/worker/http");
    }
    void SetUp() override
    {
        const TempDir::Files own = directory.write_credential("server", pki.server());
        const std::string answer =
            "location /hello { return 200 '{\"verified\":\"$ssl_client_verify\",\"serial\":"
            "\"$ssl_client_serial\",\"protocol\":\"$server_protocol\",\"method\":"
            "\"$request_method\",\"internal\":\"x\"}'; }\n"
            "location = /token { return 200 '{\"access_token\":\"fresh-token\",\"token_type\":"
            "\"bearer\",\"expires_in\":600}'; }\n"
            "location = /guarded/hello { if ($http_authorization != \"Bearer fresh-token\") "
            "{ return 401; } return 200 '{\"verified\":\"$ssl_client_verify\"}'; }\n";
        server = start_nginx(
            directory,
            "server { listen 127.0.0.1:" + std::to_string(tls) + " ssl http2;\nssl_certificate " +
                own.certificate + ";\nssl_certificate_key " + own.key +
                ";\nssl_client_certificate " + ca + ";\nssl_verify_client on;\n" + answer +
                "}\nserver { listen unix:" + socket + ";\n" + answer +
                "}\nserver { listen 127.0.0.1:" + std::to_string(h2c) + " http2;\n" + answer + "}",
            tls);
        system.base_url = url.c_str();
        system.ca_file = ca.c_str();
    }
    void UseClient()
    {
        system.certificate_file = client.certificate.c_str();
        system.key_file = client.key.c_str();
    }
    static std::string Serial(const std::string &summary)
    {
        const size_t at = summary.find("\"serial\":\"") + 10;
        return summary.substr(at, summary.find('"', at) - at);
    }
};

TEST_F(Nginx, ClientCertificateIsShownAndHttp2IsSpoken)
{
    UseClient();
    world.open(system);
    const std::string hello = world.run(kHello, "{}");
    EXPECT_THAT(hello, HasSubstr(R"("verified":"SUCCESS")"));
    EXPECT_THAT(hello, HasSubstr(R"("protocol":"HTTP/2.0","method":"GET"})"));
    EXPECT_THAT(world.run(httpreal_v1_nginx_make_task, "{}"),
                HasSubstr(R"("protocol":"HTTP/2.0","method":"POST"})"));
}

TEST_F(Nginx, WithoutACertificateItIsRefused)
{
    world.open(system);
    EXPECT_EQ("FAILED NONE UPSTREAM_REFUSED", world.run(kHello, "{}"));
    EXPECT_THAT(world.log(), HasSubstr("No required SSL certificate was sent"));
}

TEST_F(Nginx, AServerOfAnotherCaIsNotTrusted)
{
    const TestPki other("another CA");
    const std::string wrong = directory.write("other.pem", other.ca_pem(), 0644);
    UseClient();
    system.ca_file = wrong.c_str();
    world.open(system);
    EXPECT_EQ("FAILED NONE UPSTREAM_UNREACHABLE", world.run(httpreal_v1_nginx_make_task, "{}"));
}

// P6: a new certificate is used as soon as its files are there, on new connections.
TEST_F(Nginx, P6AReplacedCertificateIsUsed)
{
    UseClient();
    system.version = REEVE_HTTP_VERSION_1_1;
    world.open(system);
    const std::string first = Serial(world.run(kHello, "{}"));
    EXPECT_EQ(first, Serial(world.run(kHello, "{}")));
    const TempDir::Files next = directory.write_credential("next", Client());
    std::filesystem::rename(next.key, client.key);
    std::filesystem::rename(next.certificate, client.certificate);
    std::string now = first;
    for (int i = 0; i < 500 && now == first; i++) { // looked at once a second
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        const std::string hello = world.run(kHello, "{}");
        ASSERT_THAT(hello, HasSubstr("SUCCEEDED"));
        now = Serial(hello);
    }
    EXPECT_NE(first, now);
}

// P2: the key is known to the redactor as its file has it and in one piece, and is never logged.
TEST_F(Nginx, P2TheKeyIsKnownToTheRedactor)
{
    UseClient();
    world.open(system);
    ASSERT_THAT(world.run(kHello, "{}"), HasSubstr("SUCCEEDED"));
    std::string pem = reeve::test::Credential(Client()).key_pem; // another key: not known
    EXPECT_FALSE(reeve_redactor_finds(world.redactor(), reeve_bytes_of(pem.data(), pem.size())));
    std::ifstream file(client.key);
    std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    EXPECT_TRUE(reeve_redactor_finds(world.redactor(), reeve_bytes_of(text.data(), text.size())));
    std::string joined;
    const size_t from = text.find("-----\n") + 6;
    for (char c : text.substr(from, text.find("-----END") - from)) {
        joined += c == '\n' ? "" : std::string(1, c);
    }
    EXPECT_TRUE(
        reeve_redactor_finds(world.redactor(), reeve_bytes_of(joined.data(), joined.size())));
    EXPECT_THAT(world.log(), Not(HasSubstr(joined.substr(0, 40))));
}

// P2: a key that others may read is used by nobody.
TEST_F(Nginx, P2AKeyThatIsNotPrivateIsRefused)
{
    UseClient();
    std::filesystem::permissions(client.key, std::filesystem::perms(0644));
    world.open(system);
    EXPECT_EQ("FAILED NONE CREDENTIAL_UNAVAILABLE", world.run(kHello, "{}"));
    EXPECT_THAT(world.log(), HasSubstr("chmod 600 " + client.key));
    std::filesystem::permissions(client.key, std::filesystem::perms(0600));
    EXPECT_THAT(world.run(kHello, "{}"), HasSubstr("SUCCEEDED")) << world.log();
}

TEST_F(Nginx, AKeyOfAnotherCertificateIsRefused)
{
    UseClient();
    const TempDir::Files other = directory.write_credential("other", Client());
    system.key_file = other.key.c_str();
    world.open(system);
    EXPECT_EQ("FAILED NONE CREDENTIAL_UNAVAILABLE", world.run(kHello, "{}"));
    EXPECT_THAT(world.log(), HasSubstr("does not belong to certificate"));
}

// A chain with its intermediates is larger than what fits one secret.
TEST_F(Nginx, ALongChainIsShown)
{
    Credential whole = Client();
    while (whole.chain_pem.size() < 8192) {
        whole.chain_pem += pki.ca_pem();
    }
    client = directory.write_credential("long", whole);
    UseClient();
    world.open(system);
    EXPECT_THAT(world.run(kHello, "{}"), HasSubstr(R"("verified":"SUCCESS")")) << world.log();
}

TEST_F(Nginx, Http11WhenAskedFor)
{
    UseClient();
    system.version = REEVE_HTTP_VERSION_1_1;
    world.open(system);
    EXPECT_THAT(world.run(kHello, "{}"), HasSubstr(R"("protocol":"HTTP/1.1")"));
}

TEST_F(Nginx, Http2WithoutTlsByPriorKnowledge)
{
    const std::string plain = Url("http", h2c);
    system.base_url = plain.c_str();
    system.version = REEVE_HTTP_VERSION_2;
    world.open(system);
    std::vector<std::unique_ptr<HttpJob>> jobs;
    for (int i = 0; i < 100; i++) {
        jobs.push_back(world.job(kHello, "{}"));
        jobs.back()->start();
    }
    for (auto &job : jobs) {
        ASSERT_THAT(job->wait().summary(), HasSubstr(R"("protocol":"HTTP/2.0")")) << world.log();
    }
}

TEST_F(Nginx, OverAUnixSocket)
{
    system.base_url = "http://api.internal/";
    system.unix_socket = socket.c_str();
    world.open(system);
    EXPECT_THAT(world.run(kHello, "{}"), HasSubstr(R"("protocol":"HTTP/1.1")"));
}

// ---- tinyproxy ----

struct Proxy : Nginx {
    int proxy_port = free_port();
    std::string proxy = Url("http", proxy_port);
    std::unique_ptr<ServerProcess> tinyproxy;

    void SetUp() override
    {
        Nginx::SetUp();
        const std::string config =
            directory.write("tinyproxy.conf",
                            "Port " + std::to_string(proxy_port) +
                                "\nListen 127.0.0.1\nTimeout 60\nAllow 127.0.0.1\nMaxClients 50\n"
                                "BasicAuth reeve proxy-password\nLogLevel Info\n",
                            0644);
        tinyproxy = std::make_unique<ServerProcess>(
            std::vector<std::string>{"/usr/bin/tinyproxy", "-d", "-c", config}, proxy_port,
            directory.path());
        UseClient();
        system.proxy = proxy.c_str();
        system.proxy_user = "reeve";
        system.proxy_secret = "proxy";
    }
};

TEST_F(Proxy, P2RequestsGoThroughATunnelWithTheProxysCredential)
{
    world.secret("proxy", "proxy-password");
    world.open(system);
    EXPECT_THAT(world.run(kHello, "{}"), HasSubstr(R"("verified":"SUCCESS")"));
    EXPECT_THAT(world.log(), Not(HasSubstr("proxy-password")));
}

TEST_F(Proxy, P2AWrongCredentialReachesNothing)
{
    world.secret("proxy", "not-the-password");
    world.open(system);
    EXPECT_EQ("FAILED NONE UPSTREAM_UNREACHABLE", world.run(httpreal_v1_nginx_make_task, "{}"));
    EXPECT_THAT(world.log(), HasSubstr("CONNECT tunnel failed"));
    EXPECT_THAT(world.log(), Not(HasSubstr("not-the-password")));
}

// The token comes the way that the answer does: through the tunnel, with the client certificate,
// without which nginx answers nobody.
struct ProxyToken : Proxy {
    std::string guarded = url + "/guarded";
    std::string token_url = url + "/token";

    void SetUp() override
    {
        Proxy::SetUp();
        world.secret("client", "client-secret");
        system.base_url = guarded.c_str();
        system.auth = REEVE_HTTP_AUTH_OAUTH2;
        system.oauth2.token_url = token_url.c_str();
        system.oauth2.client_id = "reeve";
        system.oauth2.client_secret = "client";
    }
};

TEST_F(ProxyToken, P2ATokenComesThroughTheTunnelWithTheClientCertificate)
{
    world.secret("proxy", "proxy-password");
    world.open(system);
    EXPECT_THAT(world.run(kHello, "{}"), HasSubstr(R"("verified":"SUCCESS")")) << world.log();
    EXPECT_THAT(world.log(), Not(HasSubstr("proxy-password")));
    EXPECT_THAT(world.log(), Not(HasSubstr("client-secret")));
    EXPECT_THAT(world.log(), Not(HasSubstr("fresh-token")));
}

TEST_F(ProxyToken, P2NoTokenWithoutTheProxysCredential)
{
    world.secret("proxy", "not-the-password");
    world.open(system);
    EXPECT_EQ("FAILED NONE CREDENTIAL_UNAVAILABLE", world.run(kHello, "{}"));
    EXPECT_THAT(world.log(), HasSubstr("no access token to be had"));
    EXPECT_THAT(world.log(), HasSubstr("CONNECT tunnel failed"));
    EXPECT_THAT(world.log(), Not(HasSubstr("not-the-password")));
}

TEST_F(ProxyToken, NoTokenWithoutTheClientCertificate)
{
    world.secret("proxy", "proxy-password");
    system.certificate_file = nullptr;
    system.key_file = nullptr;
    world.open(system);
    EXPECT_EQ("FAILED NONE CREDENTIAL_UNAVAILABLE", world.run(kHello, "{}"));
}

// ---- etcd ----

struct Etcd : ::testing::Test {
    TempDir directory;
    int client = free_port();
    int peer = free_port();
    std::string url = Url("http", client);
    std::unique_ptr<ServerProcess> server;
    HttpWorld world;

    void SetUp() override
    {
        server = std::make_unique<ServerProcess>(
            std::vector<std::string>{"/usr/bin/etcd", "--data-dir", directory.path() + "/etcd",
                                     "--listen-client-urls", url, "--advertise-client-urls", url,
                                     "--listen-peer-urls", Url("http", peer),
                                     "--initial-advertise-peer-urls", Url("http", peer),
                                     "--initial-cluster", "default=" + Url("http", peer)},
            client, directory.path());
        HttpWorld setup;
        reeve_http_system open = {};
        open.base_url = url.c_str();
        open.retries = {10, 50, 500};
        setup.open(open);
        // Ready once it answers a read; the port is open before.
        for (int i = 0;
             i < 1000 &&
             setup.run(httpreal_v1_etcd_range_task, R"({"key":"YQ=="})").find("SUCCEEDED") != 0;
             i++) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        const char *account = R"({"name":"root","password":"root-password"})";
        EXPECT_EQ("SUCCEEDED DONE {}", setup.run(httpreal_v1_etcd_add_user_task, account));
        EXPECT_EQ("SUCCEEDED DONE {}",
                  setup.run(httpreal_v1_etcd_add_role_task, R"({"name":"root"})"));
        EXPECT_EQ("SUCCEEDED DONE {}",
                  setup.run(httpreal_v1_etcd_grant_task, R"({"user":"root","role":"root"})"));
        EXPECT_EQ("SUCCEEDED DONE {}", setup.run(httpreal_v1_etcd_enable_task, "{}"));
        const std::string token = setup.run(httpreal_v1_etcd_authenticate_task, account);
        ASSERT_THAT(token, HasSubstr(R"("token":")"));
        const size_t at = token.find("\"token\":\"") + 9;
        world.secret("etcd", token.substr(at, token.find('"', at) - at));
    }
    void Open()
    {
        reeve_http_system system = {};
        system.base_url = url.c_str();
        system.auth = REEVE_HTTP_AUTH_HEADER;
        system.auth_name = "Authorization"; // etcd's tokens have no scheme in front
        system.auth_secret = "etcd";
        world.open(system);
    }
};

TEST_F(Etcd, KeysAndValuesAreBytesThroughBase64)
{
    Open();
    EXPECT_EQ("SUCCEEDED DONE {}",
              world.run(httpreal_v1_etcd_put_task, R"({"key":"AP8=","value":"dmFsdWU="})"));
    EXPECT_EQ(R"(SUCCEEDED NONE {"kvs":[{"key":"AP8=","version":"1","value":"dmFsdWU="}],)"
              R"("count":"1"})",
              world.run(httpreal_v1_etcd_range_task, R"({"key":"AP8=","limit":"5"})"));
    EXPECT_EQ("SUCCEEDED NONE {}", world.run(httpreal_v1_etcd_range_task, R"({"key":"AA=="})"));
}

TEST_F(Etcd, ABadTokenIsRefusedAndHadNoEffect)
{
    world.secret("etcd", "no-token-of-etcds.1");
    Open();
    EXPECT_EQ("FAILED NONE CREDENTIAL_REFUSED",
              world.run(httpreal_v1_etcd_put_task, R"({"key":"AA==","value":"AA=="})"));
}

TEST_F(Etcd, AWatchStreamsUntilItIsCancelled)
{
    Open();
    std::unique_ptr<HttpJob> watch =
        world.job(httpreal_v1_etcd_watch_task, R"({"createRequest":{"key":"aw=="}})", 60000);
    watch->start();
    watch->wait_emitted(1);
    for (const char *value : {"MQ==", "Mg=="}) {
        const std::string put = std::string(R"({"key":"aw==","value":")") + value + "\"}";
        EXPECT_EQ("SUCCEEDED DONE {}", world.run(httpreal_v1_etcd_put_task, put));
    }
    watch->wait_emitted(3);
    watch->cancel();
    EXPECT_EQ("CANCELLED NONE CANCEL_REQUESTED", watch->wait().summary());
    const std::vector<std::string> got = watch->emitted();
    EXPECT_EQ(R"({"result":{"created":true}})", got[0]);
    EXPECT_EQ(R"({"result":{"events":[{"kv":{"key":"aw==","version":"1","value":"MQ=="}}]}})",
              got[1]);
    EXPECT_EQ(R"({"result":{"events":[{"kv":{"key":"aw==","version":"2","value":"Mg=="}}]}})",
              got[2]);
}

// ---- docker-registry ----

struct Registry : ::testing::Test {
    TempDir directory;
    int port = free_port();
    std::string url = Url("http", port);
    std::unique_ptr<ServerProcess> server;
    HttpWorld world;
    reeve_http_system system = {};

    void SetUp() override
    {
        const std::string root = directory.path() + "/registry";
        const std::string repositories = root + "/docker/registry/v2/repositories/";
        for (const char *name : {"library/alpine", "tools/deep/one", "plain"}) {
            const std::string folder = repositories + name;
            std::filesystem::create_directories(folder + "/_layers");
            std::filesystem::create_directories(folder + "/_manifests/tags/v1/current");
        }
        struct crypt_data data = {};
        const std::string passwords = directory.write(
            "htpasswd",
            std::string("reeve:") +
                crypt_r("registry-password", "$2b$05$abcdefghijklmnopqrstuu", &data) + "\n",
            0644);
        const std::string config =
            directory.write("registry.yml",
                            "version: 0.1\nlog: {level: warn}\nstorage:\n  filesystem: "
                            "{rootdirectory: " +
                                root + "}\nhttp:\n  addr: 127.0.0.1:" + std::to_string(port) +
                                "\nauth:\n  htpasswd: {realm: r, path: " + passwords + "}\n",
                            0644);
        server = std::make_unique<ServerProcess>(
            std::vector<std::string>{"/usr/bin/docker-registry", "serve", config}, port,
            directory.path());
        system.base_url = url.c_str();
        system.auth = REEVE_HTTP_AUTH_BASIC;
        system.auth_name = "reeve";
        system.auth_secret = "registry";
    }
};

TEST_F(Registry, CatalogAndTagsWithAPassword)
{
    world.secret("registry", "registry-password");
    world.open(system);
    EXPECT_EQ(R"(SUCCEEDED NONE {"repositories":["library/alpine","plain","tools/deep/one"]})",
              world.run(httpreal_v1_registry_catalog_task, "{}"));
    EXPECT_EQ(R"(SUCCEEDED NONE {"repositories":["plain"]})",
              world.run(httpreal_v1_registry_catalog_task, R"({"n":1,"last":"library/alpine"})"));
    EXPECT_EQ(R"(SUCCEEDED NONE {"name":"tools/deep/one","tags":["v1"]})",
              world.run(httpreal_v1_registry_tags_task, R"({"name":"tools/deep/one"})"));
    EXPECT_EQ("FAILED NONE UPSTREAM_REFUSED",
              world.run(httpreal_v1_registry_tags_task, R"({"name":"not/there"})"));
    EXPECT_EQ("REJECTED NONE BAD_INPUT",
              world.run(httpreal_v1_registry_tags_task, R"({"name":"library/../../_catalog"})"));
}

TEST_F(Registry, P2AWrongPasswordIsRefusedAndNotLogged)
{
    world.secret("registry", "wrong-password");
    world.open(system);
    EXPECT_EQ("FAILED NONE CREDENTIAL_REFUSED", world.run(httpreal_v1_registry_catalog_task, "{}"));
    EXPECT_THAT(world.log(), Not(HasSubstr("wrong-password")));
}

} // namespace

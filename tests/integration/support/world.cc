// SPDX-License-Identifier: Apache-2.0
//
// The world behind world.h.
#include "tests/integration/support/world.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "agent/base/random.h"
#include "agent/trust/key_file.h"
#include "tests/integration/support/files.h"
#include "tests/integration/support/wait.h"

namespace reeve::test
{

namespace built
{
const char *const kAgent = REEVE_AGENT;
const char *const kStockWorker = REEVE_STOCK_WORKER;
const char *const kStockManifest = REEVE_STOCK_MANIFEST;
const char *const kDevPki = REEVE_DEV_PKI;
const char *const kGateway = REEVE_GATEWAY;
const char *const kControl = REEVE_CONTROL;
const char *const kManifest = REEVE_MANIFEST;
const char *const kSource = REEVE_SOURCE_DIR;
} // namespace built

namespace
{

constexpr size_t kLogShown = 8000;

std::string public_text(const struct reeve_key &key)
{
    char text[REEVE_KEY_TEXT_SIZE];
    reeve_public_key_format(&key.public_key, text);
    return text;
}

} // namespace

World::World()
{
    agent_program = built::kAgent;
    for (const char *folder : {"agent", "crm", "gateway", "keys", "logs", "pki", "run"}) {
        std::filesystem::create_directory(path(folder));
    }
    reeve_key_init(&approver_);
    EXPECT_EQ(REEVE_OK, reeve_key_generate(&approver_, reeve_random_system()));
    EXPECT_EQ(REEVE_OK, reeve_key_store(path("keys/approver.key").c_str(), &approver_));
    agent_settings.approver_key = public_text(approver_);
    gateway_settings.approver_key = public_text(approver_);
    write_file(path("pki/ca.pem"), pki_.ca_pem());
    make_credential("agent", kWorkerId);
    for (const char *role : {"planner", "approver", "auditor", "operator"}) {
        make_credential(role, std::string("spiffe://test.reeve/acme/") + role + "/ann");
    }
    const Credential server = pki_.server();
    write_file(path("pki/gateway.pem"), server.chain_pem);
    write_file(path("pki/gateway.key"), server.key_pem);
}

World::~World()
{
    agent.reset();
    gateway.reset();
    crm.reset();
    reeve_key_clear(&approver_);
    EXPECT_EQ("", races());
    if (!testing::Test::HasFailure()) {
        return;
    }
    for (const char *name : {"gateway", "agent", "crm"}) {
        const std::string text = log(name);
        const size_t from = text.size() > kLogShown ? text.size() - kLogShown : 0;
        std::fprintf(stderr, "---- the end of %s.log ----\n%s\n", name, text.c_str() + from);
    }
}

void World::make_credential(const std::string &name, const std::string &id)
{
    const Credential credential = pki_.worker(id);
    write_file(path("pki/" + name + ".pem"), credential.chain_pem);
    write_file(path("pki/" + name + ".key"), credential.key_pem);
}

Credential World::credential(const std::string &name) const
{
    return {read_file(path("pki/" + name + ".pem")), read_file(path("pki/" + name + ".key"))};
}

void World::renew_agent_certificate()
{
    make_credential("agent", kWorkerId);
}

std::vector<std::string> World::steps() const
{
    std::vector<std::string> lines;
    std::istringstream text(read_file(path("run/steps")));
    for (std::string line; std::getline(text, line);) {
        lines.push_back(line);
    }
    return lines;
}

std::string World::log(const std::string &name) const
{
    return read_file(path("logs/" + name + ".log"));
}

void World::expect_unbroken_audit() const
{
    const std::string file = path("audit.reeve");
    const Finished exported = ctl("auditor", {"audit", "export", file});
    EXPECT_EQ(0, exported.status) << exported.error;
    const Finished verified = ctl("auditor", {"audit", "verify", file});
    EXPECT_EQ(0, verified.status) << verified.output << verified.error;
}

std::string World::races() const
{
    std::string reports;
    for (const auto &[file, content] : read_tree(path("logs"))) {
        const size_t at = content.find("WARNING: ThreadSanitizer");
        reports += at == std::string::npos ? "" : file + "\n" + content.substr(at, kLogShown);
    }
    return reports;
}

// ---- processes ----

std::unique_ptr<Process> World::start(const std::string &name, const std::vector<std::string> &argv,
                                      const Launch &launch) const
{
    const std::string file = path("logs/" + name + ".log");
    std::vector<std::string> words = launch.prefix;
    words.insert(words.end(), argv.begin(), argv.end());
    std::vector<std::string> environment = launch.environment;
    environment.push_back("REEVE_DEMO_STEPS=" + path("run/steps"));
    environment.push_back("REEVE_DEMO_STEP_MS=" + std::to_string(step_ms));
    return std::make_unique<Process>(words, file, file, environment);
}

int World::wait_port(const std::string &file, Process &process, const std::string &name) const
{
    const bool there = eventually([&] { return !read_file(file).empty() || !process.running(); });
    const std::string text = read_file(file);
    EXPECT_TRUE(there && !text.empty()) << name << " did not start:\n" << log(name);
    return text.empty() ? 0 : std::stoi(text);
}

void World::write_token() const
{
    write_file(path("crm/token"), token + "\n");
}

void World::start_crm(bool misbehave)
{
    write_token();
    const std::string port_file = path("run/crm.port");
    std::filesystem::remove(port_file);
    std::vector<std::string> argv = {std::string(built::kSource) + "/scripts/demo.d/crm_api.py",
                                     "--data",
                                     path("crm/data.json"),
                                     "--token-file",
                                     path("crm/token"),
                                     "--port",
                                     std::to_string(agent_settings.crm_port),
                                     "--port-file",
                                     port_file};
    if (misbehave) {
        argv.emplace_back("--misbehave");
    }
    crm = start("crm", argv);
    agent_settings.crm_port = wait_port(port_file, *crm, "crm");
}

void World::start_api(const std::string &script)
{
    write_token();
    const std::string port_file = path("run/crm.port");
    std::filesystem::remove(port_file);
    crm = start("crm", {std::string(built::kSource) + "/" + script, "--port-file", port_file,
                        "--hold-file", path("run/hold")});
    agent_settings.crm_port = wait_port(port_file, *crm, "crm");
}

void World::start_gateway()
{
    const std::string port_file = path("run/gateway.port");
    std::filesystem::remove(port_file);
    write_file(path("gateway.yaml"), gateway_yaml(gateway_settings));
    gateway = start(
        "gateway",
        {built::kGateway, "serve", "--config", path("gateway.yaml"), "--port-file", port_file},
        gateway_launch);
    gateway_settings.port = wait_port(port_file, *gateway, "gateway");
    if (agent_settings.gateway_port == 0) {
        agent_settings.gateway_port = gateway_settings.port;
    }
    for (const char *role : {"planner", "approver", "auditor", "operator"}) {
        write_file(path(std::string(role) + ".yaml"), control_yaml(role, gateway_settings.port));
    }
}

Finished World::ctl(const std::string &role, const std::vector<std::string> &words) const
{
    std::vector<std::string> argv = {built::kControl, "--config", path(role + ".yaml")};
    argv.insert(argv.end(), words.begin(), words.end());
    return run(argv);
}

void World::start_agent()
{
    write_file(path("agent.yaml"), agent_yaml(agent_settings));
    agent = start("agent", {agent_program, "serve", "--config", path("agent.yaml")}, agent_launch);
    const bool answers = eventually([this] { return status().answered || !agent->running(); });
    EXPECT_TRUE(answers && agent->running()) << "reeve-agent did not start:\n" << log("agent");
}

std::unique_ptr<Process> World::start_worker(const std::string &name, const std::string &program)
{
    AgentSettings settings = agent_settings;
    settings.journal_directory = name + "/journal";
    settings.status_socket = name + "/agent.sock";
    std::filesystem::create_directory(path(name));
    write_file(path(name + ".yaml"), agent_yaml(settings));
    auto worker = start(name, {program, "serve", "--config", path(name + ".yaml")});
    const bool ready = eventually(
        [&] { return ask_status(path(settings.status_socket)).ready || !worker->running(); });
    EXPECT_TRUE(ready && worker->running()) << name << " is not ready:\n" << log(name);
    return worker;
}

bool World::wait_ready() const
{
    const bool ready = eventually([this] { return status().ready; });
    EXPECT_TRUE(ready) << "reeve-agent is not ready: " << status().document;
    return ready;
}

} // namespace reeve::test

// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/support/agent_process.h"

#include <chrono>
#include <csignal>
#include <thread>
#include <utility>

namespace reeve::test
{

AgentProcess::AgentProcess(std::string binary, const std::string &gateway_address,
                           const std::string &more)
    : binary_(std::move(binary)), gateway_address_(gateway_address)
{
    directory_.write("ca.pem", pki_.ca_pem(), 0600);
    directory_.write_credential("worker", pki_.worker());
    configure(more);
}

AgentProcess::~AgentProcess() = default;

void AgentProcess::configure(const std::string &more)
{
    config_path_ = directory_.write("agent.yaml",
                                    "gateway: { address: \"" + gateway_address_ +
                                        "\", ca_file: ca.pem }\n"
                                        "identity: { certificate_file: worker.pem, key_file: "
                                        "worker.key }\n"
                                        "journal: { directory: journal }\n" +
                                        more,
                                    0600);
}

void AgentProcess::start(const std::vector<std::string> &environment)
{
    log_.clear();
    child_ = std::make_unique<Child>(
        std::vector<std::string>{binary_, "serve", "--config", config_path_}, environment);
}

CommandResult AgentProcess::run(const std::vector<std::string> &words) const
{
    std::vector<std::string> argv = {binary_};
    argv.insert(argv.end(), words.begin(), words.end());
    argv.insert(argv.end(), {"--config", config_path_});
    Child command(argv);
    CommandResult result;
    result.output = command.rest();
    result.code = command.wait();
    return result;
}

bool AgentProcess::wait_for_status(int code, int timeout_ms)
{
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
    while (std::chrono::steady_clock::now() < end) {
        if (run({"status"}).code == code) {
            return true;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
}

void AgentProcess::kill(int signal) const
{
    child_->kill(signal);
}

int AgentProcess::wait()
{
    log_ += child_->rest();
    return child_->wait();
}

bool AgentProcess::wait_for_log(const std::string &words)
{
    for (std::string line = child_->line(); !line.empty(); line = child_->line()) {
        log_ += line + "\n";
        if (line.find(words) != std::string::npos) {
            return true;
        }
    }
    return false;
}

pid_t AgentProcess::pid() const
{
    return child_->pid();
}

} // namespace reeve::test

/* SPDX-License-Identifier: Apache-2.0 */
/* The real reeve-agent as a process, with certificates, configuration and journal in a directory of
 * its own. */
#ifndef REEVE_TESTS_INTEGRATION_SUPPORT_AGENT_PROCESS_H
#define REEVE_TESTS_INTEGRATION_SUPPORT_AGENT_PROCESS_H

#include <memory>
#include <string>
#include <vector>

#include "tests/support/child.h"
#include "tests/support/test_pki.h"

namespace reeve::test
{

/* What a command printed (both streams) and how it ended. */
struct CommandResult {
    int code;
    std::string output;
};

class AgentProcess
{
  public:
    /* `binary`: the program. The gateway's address and whatever else goes into the configuration,
     * as YAML, behind gateway, identity and journal. */
    AgentProcess(std::string binary, const std::string &gateway_address, const std::string &more);
    ~AgentProcess();

    /* Starts `serve`; `environment` is added. */
    void start(const std::vector<std::string> &environment = {});
    /* Waits until `status` exits with `code`; false after `timeout_ms`. */
    bool wait_for_status(int code, int timeout_ms = 20000);
    /* Waits until `serve` has printed a line with these words. */
    bool wait_for_log(const std::string &words);
    /* Runs a subcommand with --config. */
    CommandResult run(const std::vector<std::string> &words) const;
    /* Sends a signal to `serve`. */
    void kill(int signal) const;
    /* Waits for `serve`; its exit status, or minus the signal. */
    int wait();
    pid_t pid() const;
    /* What `serve` printed; whole after wait(). */
    const std::string &log() const
    {
        return log_;
    }

    const std::string &config_path() const
    {
        return config_path_;
    }
    std::string path(const std::string &name) const
    {
        return directory_.path() + "/" + name;
    }
    const TestPki &pki() const
    {
        return pki_;
    }
    const TempDir &directory() const
    {
        return directory_;
    }
    /* Replaces the configuration's last part. */
    void configure(const std::string &more);

  private:
    std::string binary_;
    std::string gateway_address_;
    TestPki pki_;
    TempDir directory_;
    std::string config_path_;
    std::unique_ptr<Child> child_;
    std::string log_;
};

} // namespace reeve::test
#endif

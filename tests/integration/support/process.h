/* SPDX-License-Identifier: Apache-2.0 */
/* A program under test: started by posix_spawn (this process may hold gRPC's threads), its
 * outputs appended to files, killed by its pid when the object goes. */
#ifndef REEVE_TESTS_INTEGRATION_SUPPORT_PROCESS_H
#define REEVE_TESTS_INTEGRATION_SUPPORT_PROCESS_H

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace reeve::test
{

class Process
{
  public:
    /* `environment` ("NAME=value") is added to this process's own. */
    Process(const std::vector<std::string> &argv, const std::string &out, const std::string &err,
            const std::vector<std::string> &environment = {});
    ~Process();
    Process(const Process &) = delete;
    Process &operator=(const Process &) = delete;

    pid_t pid() const
    {
        return pid_;
    }
    bool running();
    void signal(int number) const;
    /* kill -9, and waits until it is gone. */
    void kill();
    /* The exit status, or minus the number of the signal that ended it; empty when it still runs
     * after the deadline of wait.h. */
    std::optional<int> wait();

  private:
    bool reap(bool block);

    pid_t pid_ = -1;
    std::optional<int> ended_;
};

/* A program that ends by itself. */
struct Finished {
    int status = -1; /* as Process::wait(); -1000 when it had to be killed */
    std::string output;
    std::string error;
};
Finished run(const std::vector<std::string> &argv,
             const std::vector<std::string> &environment = {});

} // namespace reeve::test
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A child process for tests: started by posix_spawn (never fork: gRPC may be running), its standard
 * output and error read line by line, ended with the object. */
#ifndef REEVE_TESTS_SUPPORT_CHILD_H
#define REEVE_TESTS_SUPPORT_CHILD_H

#include <string>
#include <vector>

#include <sys/types.h>

namespace reeve::test
{

class Child
{
  public:
    /* argv[0] is looked up in PATH. `environment` ("NAME=value") is added to this process's own. */
    explicit Child(const std::vector<std::string> &argv,
                   const std::vector<std::string> &environment = {});
    ~Child();
    Child(const Child &) = delete;
    Child &operator=(const Child &) = delete;

    bool started() const
    {
        return pid_ > 0;
    }
    pid_t pid() const
    {
        return pid_;
    }
    /* The next line of output without its end; empty at the end of output or after `timeout_ms`. */
    std::string line(int timeout_ms = 20000);
    /* All output until the end of output. */
    std::string rest(int timeout_ms = 60000);
    void kill(int signal) const;
    /* Waits; the exit status, or minus the number of the signal that ended it. */
    int wait();

  private:
    bool read_more(int timeout_ms);
    pid_t pid_ = -1;
    int out_ = -1;
    int status_ = 0;
    std::string buffered_;
};

} // namespace reeve::test
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Networks of a test's own. The test's process moves into a fresh network namespace before it has
 * threads; the worker may live in a second one that a cable joins to it. Nothing here has a name
 * outside: when the processes are gone, so are the namespaces and all that was in them, also when a
 * test was killed. Needs root. */
#ifndef REEVE_TESTS_FAULTS_NETWORK_H
#define REEVE_TESTS_FAULTS_NETWORK_H

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/integration/support/process.h"

namespace reeve::test
{

/* Empty when this process has a network of its own, else why not: to be skipped with. */
std::string why_no_network();

inline constexpr char kNearAddress[] = "10.66.0.1"; /* the test's and the gateway's end */
inline constexpr char kFarAddress[] = "10.66.0.2";

/* A second namespace. */
class Elsewhere
{
  public:
    Elsewhere();
    /* Words that make a program run there. */
    std::vector<std::string> prefix() const;
    pid_t pid() const
    {
        return holder_->pid();
    }
    /* Runs a program there, which must succeed. */
    void run(const std::vector<std::string> &argv) const;

  private:
    std::unique_ptr<Process> holder_;
};

/* The kernel's own cable: a pair of virtual Ethernet devices between here and there. */
class Cable
{
  public:
    explicit Cable(const Elsewhere &there);
    ~Cable();
    Cable(const Cable &) = delete;
    Cable &operator=(const Cable &) = delete;

    /* What arrives at this end is dropped without a word, and so is what arrives at the other:
     * neither side gets a RST. */
    void cut();
    void mend();
    /* `tc netem` at both ends; what tc says when the kernel has none, else empty. */
    std::string impair(const std::string &netem);

  private:
    const Elsewhere &there_;
};

/* A cable of our own, for kernels without netem: packets go through this process, which lets them
 * wait and loses some. */
class Wire
{
  public:
    Wire(const Elsewhere &there, unsigned delay_ms, unsigned lost_percent);
    ~Wire();
    Wire(const Wire &) = delete;
    Wire &operator=(const Wire &) = delete;

    uint64_t carried() const
    {
        return carried_;
    }
    uint64_t lost() const
    {
        return lost_;
    }

  private:
    void carry(unsigned delay_ms, unsigned lost_percent);

    int near_ = -1;
    int far_ = -1;
    std::atomic<bool> stop_{false};
    std::atomic<uint64_t> carried_{0};
    std::atomic<uint64_t> lost_{0};
    std::thread thread_;
};

} // namespace reeve::test
#endif

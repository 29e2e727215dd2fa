/* SPDX-License-Identifier: Apache-2.0 */
/* One fault that is done to the real programs. What is expected of each stands in faults.json,
 * under the test's name; docs/faults.md is made of the same rows, and scripts/faults prints them
 * beside what a run has seen. */
#ifndef REEVE_TESTS_FAULTS_FAULT_H
#define REEVE_TESTS_FAULTS_FAULT_H

#include <chrono>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "tests/integration/support/load.h"
#include "tests/integration/support/wait.h"

namespace reeve::test
{

class Fault : public testing::Test
{
  protected:
    Fault();
    /* Gateway and worker, from the world's settings as they are; the tasks are registered and the
     * worker is ready. */
    void start();
    void start_gateway();
    void restart_agent();
    void restart_gateway();
    /* What the table shows as seen; several are joined. */
    void saw(const std::string &text);
    /* "312 jobs, 0 of them UNKNOWN". */
    void saw_load();

    World world;
    std::unique_ptr<Control> planner;
    std::unique_ptr<Load> load;

  private:
    std::string seen_;
};

/* Time that passes from its making on. */
class Stopwatch
{
  public:
    double seconds() const
    {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - since_).count();
    }
    std::string text() const; /* "7.4 s" */

  private:
    std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

/* A whole number from the environment, or `otherwise`. */
size_t asked_for(const char *variable, size_t otherwise);

} // namespace reeve::test
#endif

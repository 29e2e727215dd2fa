/* SPDX-License-Identifier: Apache-2.0 */
/* Load for worker and gateway while something is done to them, and the account of it afterwards:
 * half of the jobs are steps that must not happen twice, each of which leaves a line on disk when
 * it starts, the other half may be run again. */
#ifndef REEVE_TESTS_INTEGRATION_SUPPORT_LOAD_H
#define REEVE_TESTS_INTEGRATION_SUPPORT_LOAD_H

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/integration/support/control.h"

namespace reeve::test
{

class Load
{
  public:
    Load(const World &world, Control &planner) : world_(world), planner_(planner)
    {
    }
    /* At most 256 in one plan. */
    void submit(size_t jobs);
    size_t submitted() const
    {
        return submitted_;
    }
    /* Waits until that many steps have been started. */
    void wait_steps(size_t count) const;
    size_t steps_started() const
    {
        return world_.steps().size();
    }
    /* Called right behind a kill, for expect_kills_hit_work(). */
    void note_kill();
    /* P4, P5: waits until every job has ended, and accounts for each: what may be repeated
     * succeeded, no step was started twice, at most `unknown_max` ended as UNKNOWN, the audit trail
     * of it is unbroken, and every kill hit work. */
    void expect_all_ended(size_t unknown_max);
    /* After that: each kill came when steps had begun, and others that had been submitted had not:
     * those began later. */
    void expect_kills_hit_work() const;
    size_t unknown() const
    {
        return unknown_;
    }

  private:
    struct Kill {
        size_t plans;
        size_t steps;
    };

    std::map<std::string, size_t> starts() const;
    void expect_ended_once(const JobView &job, size_t started);

    const World &world_;
    Control &planner_;
    std::vector<std::string> plans_;
    std::vector<Kill> kills_;               /* what was submitted and begun when each came */
    std::map<std::string, size_t> plan_of_; /* which of plans_ a job is of, once all have ended */
    size_t submitted_ = 0;
    size_t unknown_ = 0;
};

} // namespace reeve::test
#endif

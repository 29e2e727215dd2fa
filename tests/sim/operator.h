// SPDX-License-Identifier: Apache-2.0
// Submits, approves, cancels, resolves, readmits; tries again what got no answer.
#ifndef REEVE_TESTS_SIM_OPERATOR_H
#define REEVE_TESTS_SIM_OPERATOR_H

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "agent/base/bytes.h"

namespace reeve_sim
{

class Sim;

class Operator
{
  public:
    explicit Operator(Sim &sim) : sim_(sim)
    {
    }
    void Begin();

  private:
    struct Plan {
        std::string request;
        std::string id;
        std::string statement;
        bool approve = false;
    };
    std::string MakeRequest(size_t number, bool *approve);
    void Submit(size_t plan);
    void Submitted(size_t plan, int code, const std::string &bytes);
    void Approve(size_t plan);
    void CancelSome();
    void ResolveSome();
    void Watch();
    void Readmit(const reeve_id &journal_id);

    Sim &sim_;
    std::vector<Plan> plans_;
    std::vector<std::string> jobs_; // confirmed
    std::set<std::string> readmitting_;
};

} // namespace reeve_sim

#endif

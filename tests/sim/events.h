// SPDX-License-Identifier: Apache-2.0
// Events for both cores, and the little that whoever drives one of them needs besides: the
// simulation, and the fuzzers of either session.
#ifndef REEVE_TESTS_SIM_EVENTS_H
#define REEVE_TESTS_SIM_EVENTS_H

#include <cstdint>
#include <string>
#include <vector>

#include "agent/core/engine.h"
#include "agent/trust/policy.h"
#include "gateway-stub/core/gateway.h"
#include "proto/runtime/message.h"

namespace reeve_sim
{

class Store;

reeve_engine_event EngineEvent(reeve_engine_event_type type);
reeve_engine_event LinkEvent(reeve_engine_event_type type, uint32_t link,
                             reeve_status status = REEVE_OK);
reeve_gateway_event GatewayEvent(reeve_gateway_event_kind kind);
reeve_gateway_event SessionEvent(reeve_gateway_event_kind kind, uint64_t session);

// A message in a block of exactly its length, so that the sanitizer sees a read behind its end.
class Exact
{
  public:
    explicit Exact(const std::string &bytes) : bytes_(bytes.begin(), bytes.end())
    {
    }
    reeve_bytes View() const
    {
        return reeve_bytes_of(bytes_.data(), bytes_.size());
    }

  private:
    std::vector<char> bytes_;
};

// Everything of the task table but Denied, and but Create unless `allow_create`; approved by
// "boss". The caller frees it.
reeve_policy *PolicyOf(const reeve_public_key &approver, bool allow_create);

// `request` alone in one batch; the caller gives it back to the core.
void CarryOut(Store &store, reeve_store_request *request);

std::string Encoded(const reeve_message &type, const void *message);

} // namespace reeve_sim

#endif

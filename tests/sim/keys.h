// SPDX-License-Identifier: Apache-2.0
// Keys that are the same in every run, and what a gateway signs with one.
#ifndef REEVE_TESTS_SIM_KEYS_H
#define REEVE_TESTS_SIM_KEYS_H

#include <cstdint>
#include <string>

#include "agent/trust/key.h"
#include "gateway-stub/core/gateway.h"
#include "gateway-stub/store/store.h"

namespace reeve_sim
{

// Made from the digest of `seed`; the caller clears it.
reeve_key KeyFrom(const std::string &seed);
// Made from a seed that begins with `number`; the caller clears it.
reeve_key KeyOf(uint8_t number);

// The gateway signs with `key`, which is borrowed for as long as the gateway lives.
void SignWith(reeve_key &key, reeve_gateway_options *options);
// Seals the store's own records in the name of `build`, which is borrowed.
reeve_store_sealer SealerOf(const reeve_key &key, const char *build);
// The approver "boss" of tenant "t".
reeve_gateway_approver ApproverOf(const reeve_key &key);

} // namespace reeve_sim

#endif

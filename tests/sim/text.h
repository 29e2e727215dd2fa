// SPDX-License-Identifier: Apache-2.0
// Bytes of the programs as text, and back.
#ifndef REEVE_TESTS_SIM_TEXT_H
#define REEVE_TESTS_SIM_TEXT_H

#include <cstdint>
#include <string>

#include "agent/base/bytes.h"

namespace reeve_sim
{

constexpr unsigned long long U(uint64_t n) // for %llu
{
    return n;
}
std::string Text(reeve_bytes bytes);
std::string Key(const reeve_id &id);
reeve_bytes View(const std::string &text);
reeve_id IdOf(const std::string &key);

} // namespace reeve_sim

#endif

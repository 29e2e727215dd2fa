// SPDX-License-Identifier: Apache-2.0
//
// Messages as tests write and read them: as JSON.
#ifndef REEVE_TESTS_SUPPORT_MESSAGE_JSON_H
#define REEVE_TESTS_SUPPORT_MESSAGE_JSON_H

#include <string>

#include "agent/base/arena.h"
#include "proto/runtime/table.h"

namespace reeve::test
{

// A struct of this type, in the arena. Fails the test when the JSON does not fit it.
void *FromJson(const reeve_message *type, const std::string &json, reeve_arena *arena);
// The binary form of what the JSON says.
std::string EncodeJson(const reeve_message *type, const std::string &json);
// The JSON of a binary form.
std::string DecodeJson(const reeve_message *type, reeve_bytes bytes);

} // namespace reeve::test

#endif

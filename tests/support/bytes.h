// SPDX-License-Identifier: Apache-2.0
//
// Bytes as strings, and strings as bytes.
#ifndef REEVE_TESTS_SUPPORT_BYTES_H
#define REEVE_TESTS_SUPPORT_BYTES_H

#include <string>

#include "agent/base/buffer.h"

namespace reeve::test
{

// Valid for as long as the string is.
inline reeve_bytes View(const std::string &s)
{
    return reeve_bytes_of(s.data(), s.size());
}

inline std::string Text(reeve_bytes b)
{
    return b.len == 0 ? std::string() : std::string(reinterpret_cast<const char *>(b.data), b.len);
}

inline std::string Text(const reeve_buffer &b)
{
    return Text(reeve_buffer_view(&b));
}

// For maps: an id's bytes.
inline std::string Key(const reeve_id &id)
{
    return Text(reeve_id_view(&id));
}

} // namespace reeve::test

#endif

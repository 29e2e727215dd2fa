// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/text.h"

namespace reeve_sim
{

std::string Text(reeve_bytes bytes)
{
    return bytes.len == 0 ? std::string()
                          : std::string(reinterpret_cast<const char *>(bytes.data), bytes.len);
}

std::string Key(const reeve_id &id)
{
    return std::string(reinterpret_cast<const char *>(id.bytes), sizeof id.bytes);
}

reeve_bytes View(const std::string &text)
{
    return reeve_bytes_of(text.data(), text.size());
}

reeve_id IdOf(const std::string &key)
{
    reeve_id id = {};
    reeve_move(id.bytes, key.data(), key.size() < sizeof id.bytes ? key.size() : sizeof id.bytes);
    return id;
}

} // namespace reeve_sim

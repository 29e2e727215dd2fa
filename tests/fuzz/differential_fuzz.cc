// SPDX-License-Identifier: Apache-2.0
// The strict decoder against C++ protobuf (P3): what we accept, C++ protobuf accepts, and means the
// same by it, in binary and in JSON. What C++ protobuf accepts we accept too, but for what is
// strict on purpose. The first byte says which message it is.
#include "runtime_testing.reeve.h"
#include "tests/fuzz/runtime_fuzz.h"
#include "tests/unit/proto/runtime/cxx_peer.h"

namespace
{

using namespace reeve::fuzz;

const struct {
    const char *name;
    const reeve_message *table;
} kMessages[] = {
    {"Everything", &runtime_testing_everything_message},
    {"Scalars", &runtime_testing_scalars_message},
    {"Optionals", &runtime_testing_optionals_message},
    {"Lists", &runtime_testing_lists_message},
    {"Maps", &runtime_testing_maps_message},
    {"Choices", &runtime_testing_choices_message},
    {"WellKnown", &runtime_testing_well_known_message},
    {"Node", &runtime_testing_node_message},
    {"Loose", &runtime_testing_loose_message},
    {"Boxed", &runtime_testing_boxed_message},
};
constexpr size_t kCount = sizeof(kMessages) / sizeof(kMessages[0]);

// A NUL in a string; nesting, which C++ protobuf counts in another way (unknown groups); a varint
// of more than 64 bits, whose excess it drops.
bool IsStricterOnPurpose(reeve_status s)
{
    return s == REEVE_EMBEDDED_NUL || s == REEVE_DEPTH || s == REEVE_MALFORMED ||
           s == REEVE_TOO_LARGE || s == REEVE_NO_MEMORY;
}

// With unknown fields kept, all that differs is what is strict on purpose.
void Lenient(const reeve_message *table, const std::string &name, const std::string &bytes,
             bool they_accept, const std::string &theirs)
{
    Message ours(table);
    const reeve_status status = ours.Decode(bytes, REEVE_UNKNOWN_KEEP, 100);
    if (!they_accept) {
        Require(status != REEVE_OK, "only we accept", name);
        return;
    }
    if (status != REEVE_OK) {
        Require(IsStricterOnPurpose(status), "only they accept", reeve_status_name(status));
        return;
    }
    auto back = NewCxx(name);
    Require(Parse(ours.Encode(), back.get()), "they do not read what we wrote");
    Require(Serialize(*back) == theirs, "another meaning", name);
}

void ThroughJson(const Message &ours, const std::string &name, const std::string &theirs)
{
    std::string json;
    if (!ours.ToJson(&json)) {
        return; // a time out of range, a Value without a member, an Any
    }
    auto back = NewCxx(name);
    Require(FromJson(json, back.get()), "they do not read our JSON", json);
    auto cxx = NewCxx(name);
    Require(Parse(theirs, cxx.get()), "they do not read their own bytes");
    Require(ToJson(*back) == ToJson(*cxx), "JSON of another meaning", json);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > 4096) {
        return 0;
    }
    const auto &m = kMessages[data[0] % kCount];
    const std::string bytes(reinterpret_cast<const char *>(data + 1), size - 1);
    auto cxx = NewCxx(m.name);
    const bool they_accept = Parse(bytes, cxx.get());
    const std::string theirs = they_accept ? Serialize(*cxx) : "";
    Lenient(m.table, m.name, bytes, they_accept, theirs);

    Message ours(m.table);
    if (ours.Decode(bytes, REEVE_UNKNOWN_REFUSE, 100) != REEVE_OK) {
        return 0;
    }
    Require(they_accept, "only we accept, strictly", m.name);
    Require(ours.Encode() == theirs, "bytes of another meaning", m.name);
    ThroughJson(ours, m.name, theirs);
    return 0;
}

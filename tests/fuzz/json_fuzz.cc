// SPDX-License-Identifier: Apache-2.0
// Arbitrary text as JSON: what is read is written as JSON that reads back the same, and C++
// protobuf's own JSON reader takes what we write and means the same by it. Where it takes the text
// itself, it means the same, too. The first byte says which message it is.
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
};
constexpr size_t kCount = sizeof(kMessages) / sizeof(kMessages[0]);

// C++ protobuf takes "BC" for "_bc" in a FieldMask; the specification, and we, for "_b_c".
bool HasMaskTheyMisread(const std::string &json)
{
    static const std::string kMember = "\"mask\":\"";
    for (size_t at = json.find(kMember); at != std::string::npos; at = json.find(kMember, at)) {
        at += kMember.size();
        char before = '.';
        for (; json[at] != '"'; before = json[at++]) {
            const bool capital = json[at] >= 'A' && json[at] <= 'Z';
            if (capital && !(before >= 'a' && before <= 'z')) {
                return true;
            }
        }
    }
    return false;
}

// C++ protobuf reads -0 as an integer, and so without its sign, whatever the field is.
bool HasZeroTheyMisread(const std::string &text)
{
    for (size_t at = text.find("-0"); at != std::string::npos; at = text.find("-0", at + 2)) {
        const char next = at + 2 < text.size() ? text[at + 2] : ' ';
        if (next != '.' && !(next >= '0' && next <= '9')) {
            return true;
        }
    }
    return false;
}

// C++ protobuf takes null for a repeated Value as a list of one null; for other lists, and to us,
// it is an absent list.
void ForgetNullList(google::protobuf::Message *theirs, const std::string &json)
{
    const auto *field = theirs->GetDescriptor()->FindFieldByName("values");
    const auto *r = theirs->GetReflection();
    if (field != nullptr && json.find("\"values\":") == std::string::npos &&
        r->FieldSize(*theirs, field) == 1) {
        r->ClearField(theirs, field);
    }
}

// What was read, by way of our JSON.
std::string Again(const reeve_message *table, const Message &ours, std::string *json)
{
    std::string second;
    Message again(table);
    Require(ours.ToJson(json), "what was read as JSON has no JSON");
    Require(again.FromJson(*json) == REEVE_OK, "our JSON is refused", *json);
    Require(again.ToJson(&second) && second == *json, "our JSON is not stable", *json);
    return again.Encode();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > 4096) {
        return 0;
    }
    const auto &m = kMessages[data[0] / 2 % kCount];
    const std::string text(reinterpret_cast<const char *>(data + 1), size - 1);
    Message ours(m.table);
    std::string json;
    if (ours.FromJson(text, data[0] % 2 == 1) != REEVE_OK) {
        return 0;
    }
    const std::string bytes = ours.Encode();
    Require(Again(m.table, ours, &json) == bytes, "JSON changed the message", json);
    Message decoded(m.table);
    Require(decoded.Decode(bytes, REEVE_UNKNOWN_REFUSE, 100) == REEVE_OK, "cannot be decoded",
            json);

    if (HasMaskTheyMisread(json)) {
        return 0;
    }
    auto theirs = NewCxx(m.name);
    Require(FromJson(json, theirs.get()), "C++ protobuf does not read our JSON", json);
    Require(Serialize(*theirs) == bytes, "C++ protobuf reads something else", json);
    auto direct = NewCxx(m.name);
    if (!HasZeroTheyMisread(text) && FromJson(text, direct.get(), true)) {
        ForgetNullList(direct.get(), json);
        Require(Serialize(*direct) == bytes, "C++ protobuf reads the text otherwise", json);
    }
    return 0;
}

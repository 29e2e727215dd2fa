// SPDX-License-Identifier: Apache-2.0
// Arbitrary text as a YAML configuration: what is read is a message like any other (it encodes, and
// its JSON reads back the same); what is refused has a place in the text; every path is found in
// any text, or not, without harm. The first byte says which message it is, and which path.
#include "proto/runtime/yaml_locate.h"
#include "reeve/v1/config.reeve.h"
#include "runtime_testing.reeve.h"
#include "tests/fuzz/runtime_fuzz.h"

namespace
{

using namespace reeve::fuzz;

const reeve_message *const kTables[] = {
    &reeve_v1_agent_config_message,
    &reeve_v1_gateway_config_message,
    &runtime_testing_everything_message,
    &runtime_testing_loose_message,
};

const char *const kPaths[] = {"systems[\"crm\"].http.base_url",
                              "allow[2].task",
                              "scalars.f_int32",
                              "maps.by_string[\"a.b\"]",
                              "",
                              "]["};

void Locate(const std::string &text, unsigned which)
{
    uint32_t line = 0;
    uint32_t column = 0;
    const char *path = kPaths[which % (sizeof(kPaths) / sizeof(kPaths[0]))];
    if (reeve_yaml_locate(View(text), path, &line, &column) == REEVE_OK) {
        Require(line >= 1 && column >= 1 && line <= text.size() + 1, "a place outside the text");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > 8192) {
        return 0;
    }
    const reeve_message *table = kTables[data[0] % 4];
    const std::string text(reinterpret_cast<const char *>(data + 1), size - 1);
    Locate(text, data[0] / 4);
    Message ours(table);
    if (ours.FromYaml(text) != REEVE_OK) {
        Require(ours.problem().line <= text.size() + 1, "a problem outside the text");
        return 0;
    }
    std::string json;
    std::string second;
    Message again(table);
    Require(ours.ToJson(&json), "what was read has no JSON");
    Require(again.FromJson(json) == REEVE_OK, "our JSON is refused", json);
    Require(again.ToJson(&second) && second == json, "our JSON is not stable", json);
    Require(again.Encode() == ours.Encode(), "JSON changed the message", json);
    return 0;
}

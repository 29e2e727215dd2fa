// SPDX-License-Identifier: Apache-2.0
// A hostile task schema, as whoever may register tasks could send it (P3, P7): it is refused, or
// it is canonical to the byte, and its tables read a message like printed ones do. The input is a
// TaskSchema as JSON, which is encoded canonically (first byte even) or in binary as it is (odd),
// then, behind two NUL bytes, a message for the task's input.
#include "proto/runtime/fingerprint.h"
#include "proto/schema/dynamic.h"
#include "reeve/v1/manifest.reeve.h"
#include "tests/fuzz/runtime_fuzz.h"

namespace
{

using namespace reeve::fuzz;

void UseInput(const reeve_message *table, const std::string &bytes)
{
    Message read(table);
    std::string json;
    reeve_problem room[2];
    reeve_problems problems = {room, 2, 0, 0};
    if (read.Decode(bytes, REEVE_UNKNOWN_REFUSE) != REEVE_OK) {
        return;
    }
    (void)!reeve_message_validate(table, read.get(), 0, &problems);
    Message again(table);
    Require(again.Decode(read.Encode(), REEVE_UNKNOWN_REFUSE) == REEVE_OK, "cannot be read again");
    Require(again.Encode() == read.Encode(), "another meaning");
    if (read.ToJson(&json)) {
        Message from(table);
        Require(from.FromJson(json) == REEVE_OK, "our JSON is refused", json);
    }
}

void Build(const std::string &schema, const std::string &message)
{
    reeve_dynamic *d = nullptr;
    reeve_problem problem = {};
    if (reeve_dynamic_new(View(schema), nullptr, nullptr, &d, &problem) != REEVE_OK) {
        Require(d == nullptr, "a refused schema left tables");
        return;
    }
    reeve_buffer again;
    reeve_buffer_init(&again, nullptr, 4 * kMax);
    Require(reeve_task_schema_write(reeve_dynamic_task(d), &again) == REEVE_OK, "write the schema");
    Require(reeve_bytes_equal(reeve_buffer_view(&again), View(schema)), "not canonical");
    reeve_buffer_clear(&again);
    UseInput(reeve_dynamic_task(d)->input, message);
    reeve_dynamic_free(d);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    const std::string all(reinterpret_cast<const char *>(data + 1), size - 1);
    const size_t end = all.rfind(std::string(2, '\0'));
    const std::string schema = all.substr(0, end);
    const std::string message = end == std::string::npos ? "" : all.substr(end + 2);
    if (data[0] % 2 == 1) {
        Build(schema, message);
        return 0;
    }
    Message described(&reeve_v1_task_schema_message);
    if (described.FromJson(schema, true) == REEVE_OK) {
        Build(described.Encode(), message);
    }
    return 0;
}

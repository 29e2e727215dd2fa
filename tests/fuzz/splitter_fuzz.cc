// SPDX-License-Identifier: Apache-2.0
// Arbitrary bytes as a stream of JSON: cut into pieces in any way, they give the same values and
// the same end, and no value is over its bound. The first byte chooses the layout, and how the
// stream is cut.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "agent/bindings/http/splitter.h"

namespace
{

constexpr size_t kMax = 200;

struct Result {
    std::vector<std::string> values;
    reeve_status status = REEVE_OK;
};

void Take(const reeve_json_splitter &s, Result &result)
{
    if (s.value.len == 0 || s.value.len > kMax) {
        abort();
    }
    result.values.emplace_back(reinterpret_cast<const char *>(s.value.data), s.value.len);
}

Result Split(reeve_json_layout layout, reeve_bytes text, size_t step)
{
    Result result;
    reeve_json_splitter s;
    reeve_json_splitter_init(&s, layout, kMax);
    for (size_t at = 0; at < text.len && result.status == REEVE_OK; at += step) {
        reeve_bytes piece = reeve_bytes_slice(text, at, step);
        bool ready = true;
        while (ready && result.status == REEVE_OK) {
            result.status = reeve_json_split(&s, &piece, &ready);
            if (ready) {
                Take(s, result);
            }
        }
    }
    bool ready = false;
    if (result.status == REEVE_OK) {
        result.status = reeve_json_split_end(&s, &ready);
    }
    if (ready) {
        Take(s, result);
    }
    reeve_json_splitter_clear(&s);
    return result;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    const auto layout = static_cast<reeve_json_layout>(data[0] % 3);
    const reeve_bytes text = reeve_bytes_of(data + 1, size - 1);
    const Result whole = Split(layout, text, SIZE_MAX / 2);
    for (size_t step : {size_t{1}, size_t{data[0]} + 1}) {
        const Result pieces = Split(layout, text, step);
        if (pieces.status != whole.status || pieces.values != whole.values) {
            abort();
        }
    }
    return 0;
}

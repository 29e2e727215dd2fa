// SPDX-License-Identifier: Apache-2.0
// Arbitrary text as a path template of google.api.http: what is read lies inside the text, part
// behind part, and covers it; what is refused says why and what to do.
#include <cstdint>
#include <cstdlib>

#include "proto/gen/http_template.h"

namespace
{

void Require(bool holds)
{
    if (!holds) {
        abort();
    }
}

bool Inside(reeve_bytes part, reeve_bytes whole)
{
    return part.len == 0 ||
           (part.data >= whole.data && part.data + part.len <= whole.data + whole.len);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static reeve_gen_template t;
    const reeve_bytes text = reeve_bytes_of(data, size);
    if (!reeve_gen_template_read(text, &t)) {
        Require(t.problem != nullptr && t.next != nullptr);
        return 0;
    }
    Require(size > 0 && data[0] == '/' && t.count > 0 && t.problem == nullptr);
    const uint8_t *at = data;
    for (unsigned i = 0; i < t.count; i++) {
        const reeve_gen_template_part &part = t.parts[i];
        Require(Inside(part.literal, text) && Inside(part.path, text) &&
                Inside(part.pattern, text));
        if (part.literal.len > 0) {
            Require(part.literal.data == at);
            at += part.literal.len;
            continue;
        }
        Require(part.path.len > 0 && part.path.data == at + 1);
        while (at < data + size && *at != '}') {
            at++;
        }
        Require(at < data + size);
        at++;
    }
    Require(at == data + size);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* RE2 behind a C seam: no exception crosses it. */
#include "proto/runtime/pattern.h"

#include <re2/re2.h>

#include <new>

struct reeve_pattern {
    re2::RE2 expression;
    reeve_pattern(const re2::StringPiece &text, const re2::RE2::Options &options)
        : expression(text, options)
    {
    }
};

namespace
{

constexpr int64_t kMaxMemory = 1 << 20;

re2::StringPiece Piece(struct reeve_bytes b)
{
    return re2::StringPiece(reinterpret_cast<const char *>(b.data), b.len);
}

} // namespace

enum reeve_status reeve_pattern_new(struct reeve_bytes expression, struct reeve_pattern **out)
{
    *out = nullptr;
    try {
        re2::RE2::Options options;
        options.set_log_errors(false);
        options.set_max_mem(kMaxMemory);
        auto *pattern = new reeve_pattern(Piece(expression), options);
        if (!pattern->expression.ok()) {
            delete pattern;
            return REEVE_INVALID;
        }
        *out = pattern;
        return REEVE_OK;
    } catch (const std::bad_alloc &) {
        return REEVE_NO_MEMORY;
    }
}

void reeve_pattern_free(struct reeve_pattern *pattern)
{
    delete pattern;
}

bool reeve_pattern_matches(const struct reeve_pattern *pattern, struct reeve_bytes text)
{
    try {
        return re2::RE2::PartialMatch(Piece(text), pattern->expression);
    } catch (const std::bad_alloc &) {
        return false;
    }
}

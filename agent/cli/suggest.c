/* SPDX-License-Identifier: Apache-2.0 */
/* Levenshtein's distance with one row of memory. */
#include "agent/cli/suggest.h"

#include "agent/base/character.h"

enum { NAME_MAX_BYTES = 255 };

static size_t least(size_t a, size_t b, size_t c)
{
    const size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

static size_t distance(struct reeve_bytes a, struct reeve_bytes b)
{
    size_t row[NAME_MAX_BYTES + 1];
    for (size_t j = 0; j <= b.len; j++) {
        row[j] = j;
    }
    for (size_t i = 0; i < a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < b.len; j++) {
            const size_t change = reeve_lower(a.data[i]) == reeve_lower(b.data[j]) ? 0 : 1;
            const size_t next = least(row[j] + 1, row[j + 1] + 1, diagonal + change);
            diagonal = row[j + 1];
            row[j + 1] = next;
        }
    }
    return row[b.len];
}

void reeve_suggestion_try(struct reeve_suggestion *s, const char *candidate)
{
    const struct reeve_bytes name = reeve_bytes_cstr(candidate);
    if (name.len > NAME_MAX_BYTES || s->wrong.len > NAME_MAX_BYTES || s->wrong.len == 0) {
        return;
    }
    const size_t d = distance(s->wrong, name);
    const size_t near_enough = s->wrong.len / 3 + 1;
    if (d > near_enough || (s->best != NULL && d >= s->distance)) {
        return;
    }
    s->best = candidate;
    s->distance = d;
}

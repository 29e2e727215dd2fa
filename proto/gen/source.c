/* SPDX-License-Identifier: Apache-2.0 */
/* An index of SourceCodeInfo by path; comments made fit for C files and for people. */
#include "proto/gen/source.h"

#include <stdlib.h>

#include "agent/base/utf8.h"
#include "proto/gen/memory.h"

struct reeve_gen_path reeve_gen_path_add(struct reeve_gen_path path, int32_t number, size_t index)
{
    if (path.count + 2 > REEVE_GEN_PATH_MAX) {
        path.count = REEVE_GEN_PATH_MAX;
        return path;
    }
    path.parts[path.count] = number;
    path.parts[path.count + 1] = (int32_t)index;
    path.count += 2;
    return path;
}

static int compare_paths(const int32_t *a, size_t a_count, const int32_t *b, size_t b_count)
{
    for (size_t i = 0; i < a_count && i < b_count; i++) {
        if (a[i] != b[i]) {
            return a[i] < b[i] ? -1 : 1;
        }
    }
    if (a_count == b_count) {
        return 0;
    }
    return a_count < b_count ? -1 : 1;
}

static int compare_locations(const void *a, const void *b)
{
    const Google__Protobuf__SourceCodeInfo__Location *x =
        *(const Google__Protobuf__SourceCodeInfo__Location *const *)a;
    const Google__Protobuf__SourceCodeInfo__Location *y =
        *(const Google__Protobuf__SourceCodeInfo__Location *const *)b;
    return compare_paths(x->path, x->n_path, y->path, y->n_path);
}

void reeve_gen_source_init(struct reeve_gen_source *source,
                           const Google__Protobuf__SourceCodeInfo *info)
{
    *source = (struct reeve_gen_source){0};
    if (info == NULL || info->n_location == 0) {
        return;
    }
    source->count = info->n_location;
    source->by_path = reeve_gen_alloc_array(source->count, sizeof(void *));
    for (size_t i = 0; i < source->count; i++) {
        source->by_path[i] = info->location[i];
    }
    qsort(source->by_path, source->count, sizeof(void *), compare_locations);
}

static const Google__Protobuf__SourceCodeInfo__Location *find(const struct reeve_gen_source *source,
                                                              const struct reeve_gen_path *path)
{
    size_t low = 0;
    size_t high = source->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const Google__Protobuf__SourceCodeInfo__Location *at = source->by_path[middle];
        int order = compare_paths(at->path, at->n_path, path->parts, path->count);
        if (order == 0) {
            return at;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

int32_t reeve_gen_source_line(const struct reeve_gen_source *source,
                              const struct reeve_gen_path *path)
{
    const Google__Protobuf__SourceCodeInfo__Location *at = find(source, path);
    return at != NULL && at->n_span > 0 ? at->span[0] + 1 : 0;
}

/* What a reader or a compiler would see otherwise than it is: control characters and those that
 * change the direction of writing. */
static bool is_fit(uint32_t code)
{
    const bool control = (code < 0x20 && code != '\n' && code != '\t') || code == 0x7f;
    const bool direction = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
    return !control && !direction;
}

static const char *cleaned(const char *comment)
{
    struct reeve_buffer b = reeve_gen_buffer();
    struct reeve_bytes rest = reeve_bytes_cstr(comment);
    while (rest.len > 0) {
        uint32_t code = 0;
        const size_t step = reeve_utf8_step(rest, &code);
        const size_t length = step == 0 ? 1 : step;
        if (step != 0 && is_fit(code)) {
            reeve_gen_must(reeve_buffer_append(&b, reeve_bytes_slice(rest, 0, length)));
        } else if (rest.data[0] != '\r') {
            reeve_gen_must(reeve_buffer_append_cstr(&b, "\xef\xbf\xbd")); /* U+FFFD */
        }
        rest = reeve_bytes_slice(rest, length, rest.len - length);
    }
    return reeve_gen_copy(reeve_buffer_view(&b));
}

const char *reeve_gen_source_comment(const struct reeve_gen_source *source,
                                     const struct reeve_gen_path *path)
{
    const Google__Protobuf__SourceCodeInfo__Location *at = find(source, path);
    if (at == NULL) {
        return NULL;
    }
    const char *comment =
        at->leading_comments != NULL ? at->leading_comments : at->trailing_comments;
    return comment == NULL ? NULL : cleaned(comment);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* An index of SourceCodeInfo by path. */
#include "proto/gen/source.h"

#include <stdlib.h>

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

const char *reeve_gen_source_comment(const struct reeve_gen_source *source,
                                     const struct reeve_gen_path *path)
{
    const Google__Protobuf__SourceCodeInfo__Location *at = find(source, path);
    if (at == NULL) {
        return NULL;
    }
    return at->leading_comments != NULL ? at->leading_comments : at->trailing_comments;
}

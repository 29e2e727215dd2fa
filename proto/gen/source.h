/* SPDX-License-Identifier: Apache-2.0 */
/* Lines and comments of a .proto file, found by the path of an element in its descriptor
 * (google.protobuf.SourceCodeInfo). */
#ifndef REEVE_PROTO_GEN_SOURCE_H
#define REEVE_PROTO_GEN_SOURCE_H

#include "google/protobuf/descriptor.pb-c.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Field numbers and indexes in turn. Deeper elements than fit have no line and no comment. */
#define REEVE_GEN_PATH_MAX 64
struct reeve_gen_path {
    int32_t parts[REEVE_GEN_PATH_MAX];
    size_t count;
};

struct reeve_gen_path reeve_gen_path_add(struct reeve_gen_path path, int32_t number, size_t index);

struct reeve_gen_source {
    const Google__Protobuf__SourceCodeInfo__Location **by_path;
    size_t count;
};

void reeve_gen_source_init(struct reeve_gen_source *source,
                           const Google__Protobuf__SourceCodeInfo *info);
/* From 1; 0: not known. */
int32_t reeve_gen_source_line(const struct reeve_gen_source *source,
                              const struct reeve_gen_path *path);
/* The comment in front of the element, or behind it on its line; NULL: none. Lines are separated by
 * \n, without comment signs; UTF-8 without control characters and without those that change the
 * direction of writing (U+FFFD stands for them). */
const char *reeve_gen_source_comment(const struct reeve_gen_source *source,
                                     const struct reeve_gen_path *path);

#ifdef __cplusplus
}
#endif
#endif

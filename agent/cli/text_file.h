/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a small text file whole, blocking; and the paths in it. */
#ifndef REEVE_AGENT_CLI_TEXT_FILE_H
#define REEVE_AGENT_CLI_TEXT_FILE_H

#include "agent/base/arena.h"
#include "agent/base/buffer.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Appends the file's content. NOT_FOUND, PERMISSION, IO, NO_MEMORY; TOO_LARGE: over the buffer's
 * maximum. A directory is IO. */
enum reeve_status reeve_text_file_read(const char *path, struct reeve_buffer *out) REEVE_MUST_CHECK;

/* The part of a path up to its last slash, with it: where a file's neighbours are. Empty without
 * one. Borrowed from `path`. */
struct reeve_bytes reeve_text_file_directory(const char *path);
/* A path that a file in `directory` names, from the process's point of view: joined in the arena,
 * or `path` itself where it is absolute. NULL for "". NO_MEMORY. */
enum reeve_status reeve_text_file_resolve(struct reeve_bytes directory, const char *path,
                                          struct reeve_arena *arena,
                                          const char **out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif

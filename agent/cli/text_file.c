/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a small text file whole: see text_file.h. */
#include "agent/cli/text_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { CHUNK = 16 * 1024 };

static enum reeve_status status_of(int error)
{
    if (error == ENOENT || error == ENOTDIR) {
        return REEVE_NOT_FOUND;
    }
    return error == EACCES || error == EPERM ? REEVE_PERMISSION : REEVE_IO;
}

static enum reeve_status read_all(int fd, struct reeve_buffer *out)
{
    for (;;) {
        uint8_t chunk[CHUNK];
        const ssize_t count = read(fd, chunk, sizeof(chunk));
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return count == 0 ? REEVE_OK : status_of(errno);
        }
        const enum reeve_status status =
            reeve_buffer_append(out, reeve_bytes_of(chunk, (size_t)count));
        if (status != REEVE_OK) {
            return status == REEVE_LIMIT ? REEVE_TOO_LARGE : status;
        }
    }
}

enum reeve_status reeve_text_file_read(const char *path, struct reeve_buffer *out)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return status_of(errno);
    }
    const enum reeve_status status = read_all(fd, out);
    (void)close(fd);
    return status;
}

struct reeve_bytes reeve_text_file_directory(const char *path)
{
    struct reeve_bytes text = reeve_bytes_cstr(path);
    while (text.len > 0 && text.data[text.len - 1] != '/') {
        text.len--;
    }
    return text;
}

enum reeve_status reeve_text_file_resolve(struct reeve_bytes directory, const char *path,
                                          struct reeve_arena *arena, const char **out)
{
    const struct reeve_bytes text = reeve_bytes_cstr(path);
    *out = text.len > 0 ? path : NULL;
    if (text.len == 0 || text.data[0] == '/' || directory.len == 0) {
        return REEVE_OK;
    }
    char *joined = reeve_arena_alloc(arena, directory.len + text.len + 1);
    if (joined == NULL) {
        return REEVE_NO_MEMORY;
    }
    reeve_move(joined, directory.data, directory.len);
    reeve_move(joined + directory.len, text.data, text.len);
    *out = joined;
    return REEVE_OK;
}

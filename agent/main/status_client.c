/* SPDX-License-Identifier: Apache-2.0 */
/* The asking side of the status socket: see status_server.h. */
#include <errno.h>
#include <sys/time.h>
#include <unistd.h>

#include "agent/main/status_server.h"
#include "agent/main/unix_address.h"

enum { TIMEOUT_S = 3 };

static enum reeve_status read_document(int fd, struct reeve_buffer *out)
{
    for (;;) {
        uint8_t chunk[4096];
        const ssize_t count = read(fd, chunk, sizeof(chunk));
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return count == 0 ? REEVE_OK : reeve_unix_status(errno);
        }
        const enum reeve_status status =
            reeve_buffer_append(out, reeve_bytes_of(chunk, (size_t)count));
        if (status != REEVE_OK) {
            return status == REEVE_LIMIT ? REEVE_TOO_LARGE : status;
        }
    }
}

enum reeve_status reeve_status_ask(const char *path, struct reeve_buffer *out)
{
    const struct timeval patience = {.tv_sec = TIMEOUT_S};
    int fd;
    REEVE_TRY(reeve_unix_connect(path, &fd));
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    enum reeve_status status = read_document(fd, out);
    (void)close(fd);
    if (status == REEVE_OK && out->len == 0) {
        status = REEVE_UNAVAILABLE; /* the worker went away in between */
    }
    return status;
}

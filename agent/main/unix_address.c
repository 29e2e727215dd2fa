/* SPDX-License-Identifier: Apache-2.0 */
/* A path as the address of a Unix socket: see unix_address.h. */
#include "agent/main/unix_address.h"

#include <errno.h>
#include <unistd.h>

enum reeve_status reeve_unix_address(const char *path, struct sockaddr_un *out)
{
    *out = (struct sockaddr_un){.sun_family = AF_UNIX};
    return reeve_copy(out->sun_path, sizeof(out->sun_path) - 1, reeve_bytes_cstr(path));
}

enum reeve_status reeve_unix_status(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return REEVE_NOT_FOUND;
    case ECONNREFUSED:
        return REEVE_UNAVAILABLE;
    case EACCES:
    case EPERM:
        return REEVE_PERMISSION;
    case EAGAIN:
        return REEVE_TIMEOUT;
    default:
        return REEVE_IO;
    }
}

enum reeve_status reeve_unix_connect(const char *path, int *fd)
{
    struct sockaddr_un address;
    *fd = -1;
    REEVE_TRY(reeve_unix_address(path, &address));
    const int made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (made < 0) {
        return REEVE_IO;
    }
    if (connect(made, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        const enum reeve_status status = reeve_unix_status(errno);
        (void)close(made);
        return status;
    }
    *fd = made;
    return REEVE_OK;
}

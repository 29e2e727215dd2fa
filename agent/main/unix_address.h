/* SPDX-License-Identifier: Apache-2.0 */
/* A path as the address of a Unix socket. */
#ifndef REEVE_AGENT_MAIN_UNIX_ADDRESS_H
#define REEVE_AGENT_MAIN_UNIX_ADDRESS_H

#include <sys/socket.h>
#include <sys/un.h>

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* TOO_LARGE: the path is over 107 bytes. */
enum reeve_status reeve_unix_address(const char *path, struct sockaddr_un *out) REEVE_MUST_CHECK;
/* A stream socket that is connected to it: *fd, else -1. NOT_FOUND: there is no such socket.
 * UNAVAILABLE: nobody listens on it. TOO_LARGE, PERMISSION, IO. */
enum reeve_status reeve_unix_connect(const char *path, int *fd) REEVE_MUST_CHECK;
/* The status for errno after a call about such a path. */
enum reeve_status reeve_unix_status(int error);

#ifdef __cplusplus
}
#endif
#endif

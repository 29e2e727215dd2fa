/* SPDX-License-Identifier: Apache-2.0 */
/* A PEM file: what it held when it was read, and whether it changed since. Shared by this folder
 * and by bindings that show a TLS identity to an internal system. */
#ifndef REEVE_CREDS_IDENTITY_FILE_H
#define REEVE_CREDS_IDENTITY_FILE_H

#include <sys/stat.h>

#include "agent/base/buffer.h"
#include "agent/io/watch/file_stamp.h"
#include "creds/identity/identity.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The files of one end of a TLS connection as they were. Any thread; blocking; NULL: there is no
 * such file. */
struct reeve_identity_stamps {
    struct reeve_file_stamp ca;
    struct reeve_file_stamp certificate;
    struct reeve_file_stamp key;
};

struct reeve_identity_stamps
reeve_identity_stamps_of(const char *ca_file, const char *certificate_file, const char *key_file);
bool reeve_identity_stamps_equal(const struct reeve_identity_stamps *a,
                                 const struct reeve_identity_stamps *b);

/* Whether a file holds its key for the process of `user` alone: nobody but the owner may read or
 * write it. Where the owner is root and the process is not, `in_group` says that the process is in
 * the file's group, and that group may read it: so Kubernetes (fsGroup) and systemd hand out keys.
 */
bool reeve_identity_is_private(const struct stat *file, uid_t user, bool in_group);

/* Reads a file of at most `out`'s maximum. `secret`: it must be a regular file that is private, see
 * above. The permissions are checked on the open file, so nobody can swap it in
 * between. `what` names it in `why`: "certificate", "key". */
enum reeve_status reeve_identity_read(const char *path, const char *what, bool secret,
                                      struct reeve_buffer *out,
                                      struct reeve_identity_error *why) REEVE_MUST_CHECK;

/* Writes into `why` (may be NULL); cut when too long. */
#define REEVE_IDENTITY_SAY(why, ...)                                                               \
    do {                                                                                           \
        if ((why) != NULL) {                                                                       \
            reeve_format_cut((why)->text, sizeof(why)->text, __VA_ARGS__);                         \
        }                                                                                          \
    } while (0)

#ifdef __cplusplus
}
#endif
#endif

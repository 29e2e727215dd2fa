/* SPDX-License-Identifier: Apache-2.0 */
/* Reading certificate and key files, with words for what is wrong with them. */
#include "creds/identity/file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "agent/base/secret.h"

struct reeve_identity_stamps
reeve_identity_stamps_of(const char *ca_file, const char *certificate_file, const char *key_file)
{
    return (struct reeve_identity_stamps){.ca = reeve_file_stamp_of(ca_file),
                                          .certificate = reeve_file_stamp_of(certificate_file),
                                          .key = reeve_file_stamp_of(key_file)};
}

bool reeve_identity_stamps_equal(const struct reeve_identity_stamps *a,
                                 const struct reeve_identity_stamps *b)
{
    return reeve_file_stamp_equal(&a->ca, &b->ca) &&
           reeve_file_stamp_equal(&a->certificate, &b->certificate) &&
           reeve_file_stamp_equal(&a->key, &b->key);
}

static enum reeve_status open_failed(const char *path, const char *what,
                                     struct reeve_identity_error *why)
{
    if (errno == ENOENT || errno == ENOTDIR) {
        REEVE_IDENTITY_SAY(why,
                           "identity %s %s does not exist; next: create it, or correct its path in "
                           "the configuration",
                           what, path);
        return REEVE_NOT_FOUND;
    }
    if (errno == EACCES || errno == EPERM) {
        REEVE_IDENTITY_SAY(why,
                           "identity %s %s may not be read by user %u; next: chown it to that user",
                           what, path, (unsigned)geteuid());
        return REEVE_PERMISSION;
    }
    REEVE_IDENTITY_SAY(why, "identity %s %s cannot be opened (error %d); next: check the disk",
                       what, path, errno);
    return REEVE_IO;
}

bool reeve_identity_is_private(const struct stat *file, uid_t user, bool in_group)
{
    const bool by_group = file->st_uid == 0 && user != 0 && in_group;
    const mode_t forbidden = S_IWGRP | S_IXGRP | S_IRWXO | (by_group ? 0 : S_IRGRP);
    return (file->st_mode & forbidden) == 0;
}

static bool is_in_group(gid_t group)
{
    gid_t groups[256];
    if (group == getegid()) {
        return true;
    }
    const int count = getgroups(sizeof groups / sizeof groups[0], groups);
    for (int i = 0; i < count; i++) {
        if (groups[i] == group) {
            return true;
        }
    }
    return false;
}

static enum reeve_status check_open(int fd, const char *path, const char *what, bool secret,
                                    struct reeve_identity_error *why)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        REEVE_IDENTITY_SAY(
            why, "identity %s %s is not a regular file; next: give the path of a PEM file", what,
            path);
        return REEVE_INVALID;
    }
    if (secret && !reeve_identity_is_private(&st, geteuid(), is_in_group(st.st_gid))) {
        REEVE_IDENTITY_SAY(why,
                           "identity %s %s may be read or written by others than its owner (mode "
                           "%04o); next: chmod 600 %s",
                           what, path, (unsigned)(st.st_mode & 07777), path);
        return REEVE_PERMISSION;
    }
    return REEVE_OK;
}

static enum reeve_status read_all(int fd, const char *path, const char *what,
                                  struct reeve_buffer *out, struct reeve_identity_error *why)
{
    /* Room for the largest file at once: a buffer that grew would leave parts of a key behind. */
    uint8_t piece[4096];
    ssize_t got = 0;
    enum reeve_status status = reeve_buffer_reserve(out, out->max);
    while (status == REEVE_OK && (got = read(fd, piece, sizeof piece)) != 0) {
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            status = REEVE_IO;
            break;
        }
        status = reeve_buffer_append(out, reeve_bytes_of(piece, (size_t)got));
    }
    reeve_wipe(piece, sizeof piece);
    if (status == REEVE_LIMIT) {
        REEVE_IDENTITY_SAY(why, "identity %s %s is larger than %zu bytes; next: give a PEM file",
                           what, path, out->max);
        return REEVE_TOO_LARGE;
    }
    if (status != REEVE_OK) {
        REEVE_IDENTITY_SAY(why, "identity %s %s cannot be read: %s; next: check the disk", what,
                           path, reeve_status_text(status));
    }
    return status;
}

enum reeve_status reeve_identity_read(const char *path, const char *what, bool secret,
                                      struct reeve_buffer *out, struct reeve_identity_error *why)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) {
        return open_failed(path, what, why);
    }
    enum reeve_status status = check_open(fd, path, what, secret, why);
    if (status == REEVE_OK) {
        status = read_all(fd, path, what, out, why);
    }
    (void)close(fd);
    return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Keys in files (key_file.h). */
#include "agent/trust/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/base64.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEED_BEGIN "-----BEGIN REEVE ED25519 SEED-----\n"
#define SEED_END "\n-----END REEVE ED25519 SEED-----\n"
#define FILE_MAX_BYTES 512u
#define SEED_TEXT_LENGTH 44u /* base64 of 32 bytes */

static enum reeve_status of_errno(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return REEVE_NOT_FOUND;
    case EACCES:
    case EPERM:
    case EROFS:
        return REEVE_PERMISSION;
    case EEXIST:
        return REEVE_EXISTS;
    case ENOSPC:
    case EDQUOT:
        return REEVE_DISK_FULL;
    case ENOMEM:
        return REEVE_NO_MEMORY;
    default:
        return REEVE_IO;
    }
}

/* ---- reading ---- */

/* A secret key file belongs to us or to root, and nobody else has any right on it. */
static enum reeve_status check_private(int fd)
{
    struct stat info;
    if (fstat(fd, &info) != 0) {
        return of_errno(errno);
    }
    if (!S_ISREG(info.st_mode) || (info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return REEVE_PERMISSION;
    }
    return info.st_uid == geteuid() || info.st_uid == 0 ? REEVE_OK : REEVE_PERMISSION;
}

static enum reeve_status read_all(int fd, uint8_t *to, size_t size, size_t *len)
{
    *len = 0;
    while (*len < size) {
        ssize_t n = read(fd, to + *len, size - *len);
        if (n == 0) {
            return REEVE_OK;
        }
        if (n < 0 && errno != EINTR) {
            return of_errno(errno);
        }
        *len += n > 0 ? (size_t)n : 0;
    }
    return REEVE_SYNTAX; /* longer than any key file */
}

static enum reeve_status read_file(const char *path, bool secret, uint8_t *to, size_t size,
                                   size_t *len)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return of_errno(errno);
    }
    enum reeve_status status = secret ? check_private(fd) : REEVE_OK;
    if (status == REEVE_OK) {
        status = read_all(fd, to, size, len);
    }
    (void)close(fd);
    return status;
}

static struct reeve_bytes trim(struct reeve_bytes text)
{
    while (text.len > 0 && (text.data[text.len - 1] == '\n' || text.data[text.len - 1] == '\r' ||
                            text.data[text.len - 1] == ' ')) {
        text.len--;
    }
    return text;
}

static enum reeve_status parse_seed(struct reeve_bytes text, struct reeve_key *key)
{
    const struct reeve_bytes begin = reeve_bytes_cstr(SEED_BEGIN);
    const struct reeve_bytes end = trim(reeve_bytes_cstr(SEED_END));
    uint8_t seed[SEED_TEXT_LENGTH];
    size_t len = 0;
    text = trim(text);
    if (text.len != begin.len + SEED_TEXT_LENGTH + end.len ||
        !reeve_bytes_starts_with(text, begin) ||
        !reeve_bytes_equal(reeve_bytes_slice(text, begin.len + SEED_TEXT_LENGTH, end.len), end)) {
        return REEVE_SYNTAX;
    }
    int ok = EVP_DecodeBase64(seed, &len, sizeof seed, text.data + begin.len, SEED_TEXT_LENGTH);
    enum reeve_status status = REEVE_SYNTAX;
    if (ok == 1 && len == REEVE_KEY_SEED_LENGTH) {
        status = reeve_key_from_seed(key, reeve_bytes_of(seed, len));
    }
    reeve_wipe(seed, sizeof seed);
    return status;
}

enum reeve_status reeve_key_load(const char *path, struct reeve_key *key)
{
    uint8_t text[FILE_MAX_BYTES];
    size_t len = 0;
    enum reeve_status status = read_file(path, true, text, sizeof text, &len);
    if (status == REEVE_OK) {
        status = parse_seed(reeve_bytes_of(text, len), key);
    }
    reeve_wipe(text, sizeof text);
    return status;
}

enum reeve_status reeve_public_key_load(const char *path, struct reeve_public_key *out)
{
    uint8_t text[FILE_MAX_BYTES];
    size_t len = 0;
    REEVE_TRY(read_file(path, false, text, sizeof text, &len));
    return reeve_public_key_parse(trim(reeve_bytes_of(text, len)), out);
}

/* ---- writing ---- */

static enum reeve_status write_all(int fd, struct reeve_bytes bytes)
{
    while (bytes.len > 0) {
        ssize_t n = write(fd, bytes.data, bytes.len);
        if (n < 0 && errno != EINTR) {
            return of_errno(errno);
        }
        bytes = reeve_bytes_slice(bytes, n > 0 ? (size_t)n : 0, SIZE_MAX);
    }
    return fsync(fd) == 0 ? REEVE_OK : of_errno(errno);
}

static enum reeve_status sync_folder(const char *path)
{
    char folder[PATH_MAX];
    size_t cut = 0;
    for (size_t i = 0; path[i] != '\0'; i++) {
        cut = path[i] == '/' ? i + 1 : cut;
    }
    REEVE_TRY(reeve_format(folder, sizeof folder, "%.*s", (int)cut, path));
    int fd = open(cut == 0 ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return of_errno(errno);
    }
    enum reeve_status status = fsync(fd) == 0 ? REEVE_OK : of_errno(errno);
    (void)close(fd);
    return status;
}

static enum reeve_status write_new(const char *path, mode_t mode, struct reeve_bytes content)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0) {
        return of_errno(errno);
    }
    enum reeve_status status = write_all(fd, content);
    if (close(fd) != 0 && status == REEVE_OK) {
        status = of_errno(errno);
    }
    return status;
}

/* Whole or not at all: written beside, then linked to its name, which refuses an existing one. */
static enum reeve_status create_file(const char *path, mode_t mode, struct reeve_bytes content)
{
    char beside[PATH_MAX];
    REEVE_TRY(reeve_format(beside, sizeof beside, "%s.new", path));
    if (access(path, F_OK) == 0) {
        return REEVE_EXISTS;
    }
    (void)unlink(beside); /* left by an interrupted run */
    enum reeve_status status = write_new(beside, mode, content);
    if (status == REEVE_OK && link(beside, path) != 0) {
        status = of_errno(errno);
    }
    (void)unlink(beside);
    REEVE_TRY(status);
    return sync_folder(path);
}

enum reeve_status reeve_key_store(const char *path, const struct reeve_key *key)
{
    uint8_t text[FILE_MAX_BYTES];
    uint8_t base64[SEED_TEXT_LENGTH + 1];
    struct reeve_bytes seed = reeve_secret_view(&key->seed);
    const struct reeve_bytes begin = reeve_bytes_cstr(SEED_BEGIN);
    const struct reeve_bytes end = reeve_bytes_cstr(SEED_END);
    if (seed.len != REEVE_KEY_SEED_LENGTH) {
        return REEVE_STATE;
    }
    (void)EVP_EncodeBlock(base64, seed.data, seed.len);
    reeve_move(text, begin.data, begin.len);
    reeve_move(text + begin.len, base64, SEED_TEXT_LENGTH);
    reeve_move(text + begin.len + SEED_TEXT_LENGTH, end.data, end.len);
    enum reeve_status status = create_file(
        path, S_IRUSR | S_IWUSR, reeve_bytes_of(text, begin.len + SEED_TEXT_LENGTH + end.len));
    reeve_wipe(text, sizeof text);
    reeve_wipe(base64, sizeof base64);
    return status;
}

enum reeve_status reeve_key_load_or_create(const char *path, const struct reeve_random *random,
                                           struct reeve_key *key, bool *created)
{
    *created = false;
    enum reeve_status status = reeve_key_load(path, key);
    if (status != REEVE_NOT_FOUND) {
        return status;
    }
    REEVE_TRY(reeve_key_generate(key, random));
    status = reeve_key_store(path, key);
    if (status == REEVE_EXISTS) {
        return reeve_key_load(path, key); /* another process was faster */
    }
    *created = status == REEVE_OK;
    return status;
}

enum reeve_status reeve_public_key_store(const char *path,
                                         const struct reeve_public_key *public_key)
{
    char text[REEVE_KEY_TEXT_SIZE];
    reeve_public_key_format(public_key, text);
    text[REEVE_KEY_TEXT_SIZE - 1] = '\n';
    return create_file(path, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH,
                       reeve_bytes_of(text, sizeof text));
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Files of one directory, by openat() and its kin. Modes are 0600 and 0700: the journal holds what
 * jobs were given and what they returned. */
#include "agent/journal/posix_storage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h> /* renameat */
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

struct reeve_posix_storage {
    struct reeve_storage interface;
    const struct reeve_allocator *allocator;
    int directory;
    int lock; /* -1: not held */
};

struct reeve_storage_file {
    const struct reeve_allocator *allocator;
    int fd;
};

static const char LOCK_NAME[] = "lock";

static enum reeve_status status_of(int error)
{
    switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return REEVE_DISK_FULL;
    case EACCES:
    case EPERM:
    case EROFS:
        return REEVE_PERMISSION;
    case ENOENT:
    case ENOTDIR:
        return REEVE_NOT_FOUND;
    case ENOMEM:
        return REEVE_NO_MEMORY;
    default:
        return REEVE_IO;
    }
}

static int openat_retrying(int directory, const char *name, int flags)
{
    int fd;
    do {
        fd = openat(directory, name, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
    } while (fd < 0 && errno == EINTR);
    return fd;
}

static enum reeve_status posix_lock(void *ctx)
{
    struct reeve_posix_storage *s = ctx;
    int fd = openat_retrying(s->directory, LOCK_NAME, O_RDWR | O_CREAT);
    if (fd < 0) {
        return status_of(errno);
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        enum reeve_status status = errno == EWOULDBLOCK ? REEVE_LOCKED : status_of(errno);
        (void)close(fd);
        return status;
    }
    s->lock = fd;
    return REEVE_OK;
}

static void posix_unlock(void *ctx)
{
    struct reeve_posix_storage *s = ctx;
    if (s->lock >= 0) {
        (void)close(s->lock);
        s->lock = -1;
    }
}

static enum reeve_status posix_list(void *ctx, void (*visit)(void *visit_ctx, const char *name),
                                    void *visit_ctx)
{
    const struct reeve_posix_storage *s = ctx;
    int fd = openat_retrying(s->directory, ".", O_RDONLY | O_DIRECTORY);
    if (fd < 0) {
        return status_of(errno);
    }
    DIR *directory = fdopendir(fd);
    if (directory == NULL) {
        enum reeve_status failed = status_of(errno);
        (void)close(fd);
        return failed;
    }
    const struct dirent *entry;
    while (errno = 0, (entry = readdir(directory)) != NULL) {
        visit(visit_ctx, entry->d_name);
    }
    enum reeve_status status = errno == 0 ? REEVE_OK : status_of(errno);
    (void)closedir(directory);
    return status;
}

static enum reeve_status open_file(struct reeve_posix_storage *s, const char *name, int flags,
                                   struct reeve_storage_file **out)
{
    struct reeve_storage_file *file = reeve_alloc(s->allocator, sizeof(*file));
    if (file == NULL) {
        return REEVE_NO_MEMORY;
    }
    file->allocator = s->allocator;
    file->fd = openat_retrying(s->directory, name, flags);
    if (file->fd < 0) {
        enum reeve_status status = status_of(errno);
        reeve_free(s->allocator, file, sizeof(*file));
        return status;
    }
    *out = file;
    return REEVE_OK;
}

static void posix_close(struct reeve_storage_file *file)
{
    if (file == NULL) {
        return;
    }
    (void)close(file->fd);
    reeve_free(file->allocator, file, sizeof(*file));
}

static enum reeve_status posix_open(void *ctx, const char *name, bool writable,
                                    struct reeve_storage_file **out)
{
    return open_file(ctx, name, writable ? O_RDWR : O_RDONLY, out);
}

static enum reeve_status posix_size(struct reeve_storage_file *file, uint64_t *out)
{
    struct stat st;
    if (fstat(file->fd, &st) != 0) {
        return status_of(errno);
    }
    *out = (uint64_t)st.st_size;
    return REEVE_OK;
}

/* Blocks that are there before they are written spare each sync the file's metadata, and say now,
 * not later, that the disk is full. Where the filesystem cannot, a hole has to do. */
static enum reeve_status preallocate_to(int fd, uint64_t size)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        return status_of(errno);
    }
    if ((uint64_t)st.st_size >= size) {
        return REEVE_OK;
    }
    if (fallocate(fd, 0, 0, (off_t)size) == 0) {
        return REEVE_OK;
    }
    if (errno != EOPNOTSUPP && errno != ENOSYS) {
        return status_of(errno);
    }
    return ftruncate(fd, (off_t)size) == 0 ? REEVE_OK : status_of(errno);
}

static enum reeve_status posix_truncate(struct reeve_storage_file *file, uint64_t size,
                                        uint64_t preallocate)
{
    if (ftruncate(file->fd, (off_t)size) != 0) {
        return status_of(errno);
    }
    return preallocate_to(file->fd, preallocate);
}

static enum reeve_status posix_create(void *ctx, const char *name, uint64_t preallocate,
                                      struct reeve_storage_file **out)
{
    struct reeve_storage_file *file = NULL;
    REEVE_TRY(open_file(ctx, name, O_RDWR | O_CREAT | O_TRUNC, &file));
    enum reeve_status status = preallocate_to(file->fd, preallocate);
    if (status != REEVE_OK) {
        posix_close(file);
        return status;
    }
    *out = file;
    return REEVE_OK;
}

static enum reeve_status posix_read(struct reeve_storage_file *file, uint64_t offset, void *to,
                                    size_t len)
{
    uint8_t *next = to;
    while (len > 0) {
        ssize_t got = pread(file->fd, next, len, (off_t)offset);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return status_of(errno);
        }
        if (got == 0) {
            return REEVE_TRUNCATED;
        }
        next += got;
        offset += (uint64_t)got;
        len -= (size_t)got;
    }
    return REEVE_OK;
}

static enum reeve_status posix_write(struct reeve_storage_file *file, uint64_t offset,
                                     struct reeve_bytes bytes)
{
    while (bytes.len > 0) {
        ssize_t put = pwrite(file->fd, bytes.data, bytes.len, (off_t)offset);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put < 0) {
            return status_of(errno);
        }
        offset += (uint64_t)put;
        bytes = reeve_bytes_slice(bytes, (size_t)put, SIZE_MAX);
    }
    return REEVE_OK;
}

static enum reeve_status posix_sync(struct reeve_storage_file *file)
{
    return fdatasync(file->fd) == 0 ? REEVE_OK : status_of(errno);
}

/* After a failed fdatasync Linux marks the pages clean although the disk does not hold them;
 * dropping clean pages makes the next read come from the disk. Best effort. */
static void posix_forget(struct reeve_storage_file *file)
{
    (void)posix_fadvise(file->fd, 0, 0, POSIX_FADV_DONTNEED);
}

static enum reeve_status posix_rename(void *ctx, const char *from, const char *to)
{
    const struct reeve_posix_storage *s = ctx;
    return renameat(s->directory, from, s->directory, to) == 0 ? REEVE_OK : status_of(errno);
}

static enum reeve_status posix_remove(void *ctx, const char *name)
{
    const struct reeve_posix_storage *s = ctx;
    return unlinkat(s->directory, name, 0) == 0 ? REEVE_OK : status_of(errno);
}

static enum reeve_status posix_sync_dir(void *ctx)
{
    const struct reeve_posix_storage *s = ctx;
    return fsync(s->directory) == 0 ? REEVE_OK : status_of(errno);
}

static const struct reeve_storage POSIX_INTERFACE = {
    .lock = posix_lock,
    .unlock = posix_unlock,
    .list = posix_list,
    .create = posix_create,
    .open = posix_open,
    .size = posix_size,
    .read = posix_read,
    .write = posix_write,
    .truncate = posix_truncate,
    .sync = posix_sync,
    .forget = posix_forget,
    .close = posix_close,
    .rename = posix_rename,
    .remove = posix_remove,
    .sync_dir = posix_sync_dir,
};

/* Makes the directory's own name durable. */
static enum reeve_status sync_parent(int directory)
{
    int parent = openat_retrying(directory, "..", O_RDONLY | O_DIRECTORY);
    if (parent < 0) {
        return status_of(errno);
    }
    enum reeve_status status = fsync(parent) == 0 ? REEVE_OK : status_of(errno);
    (void)close(parent);
    return status;
}

static enum reeve_status open_directory(const char *path, bool create, int *out)
{
    bool made = create && mkdir(path, 0700) == 0;
    if (create && !made && errno != EEXIST) {
        return status_of(errno);
    }
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return status_of(errno);
    }
    enum reeve_status status = made ? sync_parent(fd) : REEVE_OK;
    if (status != REEVE_OK) {
        (void)close(fd);
        return status;
    }
    *out = fd;
    return REEVE_OK;
}

enum reeve_status reeve_posix_storage_new(const struct reeve_allocator *allocator,
                                          const char *directory, bool create,
                                          struct reeve_posix_storage **out)
{
    struct reeve_posix_storage *s = reeve_alloc(allocator, sizeof(*s));
    if (s == NULL) {
        return REEVE_NO_MEMORY;
    }
    enum reeve_status status = open_directory(directory, create, &s->directory);
    if (status != REEVE_OK) {
        reeve_free(allocator, s, sizeof(*s));
        return status;
    }
    s->interface = POSIX_INTERFACE;
    s->interface.ctx = s;
    s->allocator = allocator;
    s->lock = -1;
    *out = s;
    return REEVE_OK;
}

void reeve_posix_storage_free(struct reeve_posix_storage *s)
{
    if (s == NULL) {
        return;
    }
    posix_unlock(s);
    (void)close(s->directory);
    reeve_free(s->allocator, s, sizeof(*s));
}

enum reeve_status reeve_posix_storage_space(const struct reeve_posix_storage *s, uint64_t *device,
                                            uint64_t *free_bytes)
{
    struct stat st;
    struct statvfs vfs;
    if (fstat(s->directory, &st) != 0 || fstatvfs(s->directory, &vfs) != 0) {
        return status_of(errno);
    }
    *device = (uint64_t)st.st_dev;
    *free_bytes = (uint64_t)vfs.f_bavail * (uint64_t)vfs.f_frsize;
    return REEVE_OK;
}

const struct reeve_storage *reeve_posix_storage_interface(const struct reeve_posix_storage *s)
{
    return &s->interface;
}

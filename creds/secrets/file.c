/* SPDX-License-Identifier: Apache-2.0 */
/* The file provider: see file.h. A stat() per fetch decides whether the kept value still holds. */
#include "creds/secrets/file.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/list.h"

struct file_provider {
    struct reeve_secret_provider base;
    char *path;
    size_t path_size;
    pthread_mutex_t lock; /* guards all below */
    struct reeve_secret value;
    struct stat seen;
    uint64_t version; /* 0: nothing read yet */
};

static void explain(struct reeve_secret_problem *problem, const char *path, const char *what,
                    const char *next)
{
    reeve_format_cut(problem->text, sizeof(problem->text), "%s: %s; %s", path, what, next);
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

static struct reeve_bytes without_newline(struct reeve_bytes text)
{
    if (text.len > 0 && text.data[text.len - 1] == '\n') {
        text.len--;
        if (text.len > 0 && text.data[text.len - 1] == '\r') {
            text.len--;
        }
    }
    return text;
}

/* Fills `to` until the end of the file or `size`; -1 on error. */
static ssize_t read_all(int fd, uint8_t *to, size_t size)
{
    size_t used = 0;

    while (used < size) {
        ssize_t n = read(fd, to + used, size - used);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return -1;
        }
        if (n == 0) {
            break;
        }
        used += (size_t)n;
    }
    return (ssize_t)used;
}

static enum reeve_status take_content(struct file_provider *self, int fd,
                                      struct reeve_secret_problem *problem)
{
    uint8_t content[4096 + 1];
    ssize_t len = read_all(fd, content, sizeof(content));
    enum reeve_status status = REEVE_CREDENTIAL_UNAVAILABLE;
    struct reeve_bytes text = without_newline(reeve_bytes_of(content, len < 0 ? 0 : (size_t)len));

    if (len < 0) {
        explain(problem, self->path, strerrordesc_np(errno), "check the file system");
    } else if ((size_t)len == sizeof(content)) {
        explain(problem, self->path, "larger than 4096 bytes", "name a file that holds one secret");
        status = REEVE_TOO_LARGE;
    } else if (text.len == 0) {
        explain(problem, self->path, "is empty", "write the secret into it");
    } else {
        status = reeve_secret_set(&self->value, text);
    }
    reeve_wipe(content, sizeof(content));
    return status;
}

/* Reads the file; the kept value stays when that fails. Under the lock. */
static enum reeve_status reload(struct file_provider *self, struct reeve_secret_problem *problem)
{
    struct stat now;
    int fd = open(self->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0) {
        explain(problem, self->path, strerrordesc_np(errno),
                "check that the path is right and that the worker's user may read it");
        return REEVE_CREDENTIAL_UNAVAILABLE;
    }
    enum reeve_status status = REEVE_CREDENTIAL_UNAVAILABLE;
    if (fstat(fd, &now) != 0 || !S_ISREG(now.st_mode)) {
        explain(problem, self->path, "is not a regular file", "name a file that holds one secret");
    } else {
        status = take_content(self, fd, problem);
    }
    (void)close(fd);
    if (status == REEVE_OK) {
        self->seen = now;
        self->version++;
    }
    return status;
}

static bool is_current(const struct file_provider *self)
{
    struct stat now;

    return self->version > 0 && stat(self->path, &now) == 0 && same_file(&now, &self->seen);
}

static enum reeve_status file_fetch(struct reeve_secret_provider *provider,
                                    struct reeve_secret_value *out,
                                    struct reeve_secret_problem *problem)
{
    struct file_provider *self = REEVE_OWNER(provider, struct file_provider, base);
    enum reeve_status status = REEVE_OK;

    (void)pthread_mutex_lock(&self->lock);
    if (!is_current(self)) {
        status = reload(self, problem);
    }
    if (status == REEVE_OK) {
        status = reeve_secret_set(&out->secret, reeve_secret_view(&self->value));
        out->version = self->version;
    }
    (void)pthread_mutex_unlock(&self->lock);
    return status;
}

static void file_free(struct reeve_secret_provider *provider)
{
    struct file_provider *self = REEVE_OWNER(provider, struct file_provider, base);

    reeve_secret_clear(&self->value);
    (void)pthread_mutex_destroy(&self->lock);
    reeve_free(NULL, self->path, self->path_size);
    reeve_free(NULL, self, sizeof(*self));
}

static const struct reeve_secret_provider_vtable FILE_VTABLE = {
    .kind = "file", .fetch = file_fetch, .free = file_free};

enum reeve_status reeve_file_provider_new(const char *path, struct reeve_secret_provider **out)
{
    struct file_provider *self = reeve_alloc(NULL, sizeof(*self));
    struct reeve_bytes text = reeve_bytes_cstr(path);

    *out = NULL;
    if (self == NULL) {
        return REEVE_NO_MEMORY;
    }
    self->base.vtable = &FILE_VTABLE;
    reeve_secret_init(&self->value);
    self->path_size = text.len + 1;
    self->path = reeve_alloc(NULL, self->path_size);
    if (self->path == NULL) {
        reeve_free(NULL, self, sizeof(*self));
        return REEVE_NO_MEMORY;
    }
    reeve_move(self->path, text.data, text.len);
    (void)pthread_mutex_init(&self->lock, NULL);
    *out = &self->base;
    return REEVE_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Files that live as long as the process: see spool.h. */
#include "agent/spool/spool.h"

#include <pthread.h>

enum { NAME_SIZE = 64 };

/* Of every block's name; names of any other form are left alone. */
static const char SUFFIX[] = ".spool";

enum operation { NOTHING, WRITE, READ, REMOVE };

struct request {
    enum operation operation;
    uint64_t stream;
    uint64_t number; /* of REMOVE: the first */
    uint64_t until;
    uint64_t len;
    struct reeve_buffer bytes;
};

struct reeve_spool {
    struct reeve_spool_options options;
    pthread_mutex_t lock; /* guards request.operation and closing; the rest changes hands by it */
    pthread_cond_t work;
    pthread_t thread;
    bool has_thread;
    bool closing;
    struct request request;
};

static const struct reeve_storage *storage_of(const struct reeve_spool *s)
{
    return s->options.storage;
}

/* ---- one operation ---- */

static enum reeve_status name_of(const struct request *r, uint64_t number, char name[NAME_SIZE])
{
    return reeve_format(name, NAME_SIZE, "%016llx-%016llx%s", (unsigned long long)r->stream,
                        (unsigned long long)number, SUFFIX);
}

static enum reeve_status write_file(const struct reeve_spool *s, const struct request *r,
                                    const char *name)
{
    struct reeve_storage_file *file = NULL;
    REEVE_TRY(storage_of(s)->create(storage_of(s)->ctx, name, 0, &file));
    enum reeve_status status = storage_of(s)->write(file, 0, reeve_buffer_view(&r->bytes));
    storage_of(s)->close(file);
    return status;
}

static enum reeve_status read_content(const struct reeve_spool *s, struct request *r,
                                      struct reeve_storage_file *file)
{
    uint64_t size = 0;
    REEVE_TRY(storage_of(s)->size(file, &size));
    if (size != r->len) {
        return REEVE_CORRUPT;
    }
    REEVE_TRY(reeve_buffer_reserve(&r->bytes, (size_t)size));
    REEVE_TRY(storage_of(s)->read(file, 0, r->bytes.data, (size_t)size));
    r->bytes.len = (size_t)size;
    return REEVE_OK;
}

static enum reeve_status read_file(const struct reeve_spool *s, struct request *r, const char *name)
{
    struct reeve_storage_file *file = NULL;
    REEVE_TRY(storage_of(s)->open(storage_of(s)->ctx, name, false, &file));
    enum reeve_status status = read_content(s, r, file);
    storage_of(s)->close(file);
    return status;
}

static enum reeve_status remove_files(const struct reeve_spool *s, const struct request *r)
{
    enum reeve_status first = REEVE_OK;
    for (uint64_t number = r->number; number < r->until; number++) {
        char name[NAME_SIZE];
        enum reeve_status status = name_of(r, number, name);
        if (status == REEVE_OK) {
            status = storage_of(s)->remove(storage_of(s)->ctx, name);
        }
        if (status != REEVE_OK && status != REEVE_NOT_FOUND && first == REEVE_OK) {
            first = status;
        }
    }
    return first;
}

static enum reeve_status carry_out(const struct reeve_spool *s, struct request *r)
{
    char name[NAME_SIZE];
    REEVE_TRY(name_of(r, r->number, name));
    switch (r->operation) {
    case WRITE:
        return write_file(s, r, name);
    case READ:
        return read_file(s, r, name);
    case REMOVE:
        return remove_files(s, r);
    case NOTHING:
        break;
    }
    return REEVE_INTERNAL;
}

/* The next operation may be asked for while on_done() runs: the request is given back before. */
static void answer(struct reeve_spool *s, enum reeve_status status)
{
    struct reeve_buffer bytes;
    bool has_bytes = s->request.operation == READ && status == REEVE_OK;
    reeve_buffer_init(&bytes, s->options.allocator, SIZE_MAX);
    reeve_buffer_take(&bytes, &s->request.bytes);
    (void)pthread_mutex_lock(&s->lock);
    s->request.operation = NOTHING;
    (void)pthread_mutex_unlock(&s->lock);
    s->options.on_done(s->options.ctx, status, has_bytes ? &bytes : NULL);
    reeve_buffer_clear(&bytes);
}

bool reeve_spool_step(struct reeve_spool *s)
{
    (void)pthread_mutex_lock(&s->lock);
    bool work = s->request.operation != NOTHING;
    (void)pthread_mutex_unlock(&s->lock);
    if (work) {
        answer(s, carry_out(s, &s->request));
    }
    return work;
}

/* ---- the thread ---- */

static bool wait_for_work(struct reeve_spool *s)
{
    (void)pthread_mutex_lock(&s->lock);
    while (s->request.operation == NOTHING && !s->closing) {
        (void)pthread_cond_wait(&s->work, &s->lock);
    }
    bool work = s->request.operation != NOTHING;
    (void)pthread_mutex_unlock(&s->lock);
    return work;
}

static void *run(void *spool)
{
    struct reeve_spool *s = spool;
    while (wait_for_work(s)) {
        (void)reeve_spool_step(s);
    }
    return NULL;
}

static bool has_somebody(struct reeve_spool *s)
{
    if (!s->has_thread && !s->options.manual) {
        s->has_thread = pthread_create(&s->thread, NULL, run, s) == 0;
    }
    return s->has_thread || s->options.manual;
}

static void ask(struct reeve_spool *s, enum operation operation)
{
    bool done_by_somebody = has_somebody(s);
    (void)pthread_mutex_lock(&s->lock);
    s->request.operation = operation;
    (void)pthread_cond_signal(&s->work);
    (void)pthread_mutex_unlock(&s->lock);
    if (!done_by_somebody) {
        answer(s, REEVE_LIMIT);
    }
}

void reeve_spool_write(struct reeve_spool *s, uint64_t stream, uint64_t number,
                       struct reeve_buffer *bytes)
{
    s->request.stream = stream;
    s->request.number = number;
    reeve_buffer_take(&s->request.bytes, bytes);
    ask(s, WRITE);
}

void reeve_spool_read(struct reeve_spool *s, uint64_t stream, uint64_t number, uint64_t len)
{
    s->request.stream = stream;
    s->request.number = number;
    s->request.len = len;
    ask(s, READ);
}

void reeve_spool_remove(struct reeve_spool *s, uint64_t stream, uint64_t from, uint64_t until)
{
    s->request.stream = stream;
    s->request.number = from;
    s->request.until = until;
    ask(s, REMOVE);
}

/* ---- life ---- */

static bool is_block(const char *name)
{
    const struct reeve_bytes whole = reeve_bytes_cstr(name);
    const struct reeve_bytes suffix = reeve_bytes_cstr(SUFFIX);
    return whole.len > suffix.len &&
           reeve_bytes_equal(reeve_bytes_slice(whole, whole.len - suffix.len, SIZE_MAX), suffix);
}

/* While a directory is listed, it is not changed: so many names are kept at a time. */
struct search {
    char names[512][NAME_SIZE];
    size_t count;
};

static void visit(void *ctx, const char *name)
{
    struct search *search = ctx;
    if (search->count < sizeof search->names / sizeof search->names[0] && is_block(name) &&
        reeve_format(search->names[search->count], NAME_SIZE, "%s", name) == REEVE_OK) {
        search->count++;
    }
}

static enum reeve_status remove_some(const struct reeve_storage *storage, struct search *search)
{
    search->count = 0;
    REEVE_TRY(storage->list(storage->ctx, visit, search));
    for (size_t i = 0; i < search->count; i++) {
        REEVE_TRY(storage->remove(storage->ctx, search->names[i]));
    }
    return REEVE_OK;
}

static enum reeve_status remove_all(const struct reeve_spool *s)
{
    struct search *search = reeve_alloc(s->options.allocator, sizeof *search);
    if (search == NULL) {
        return REEVE_NO_MEMORY;
    }
    enum reeve_status status = REEVE_OK;
    do {
        status = remove_some(storage_of(s), search);
    } while (status == REEVE_OK && search->count > 0);
    reeve_free(s->options.allocator, search, sizeof *search);
    return status;
}

static void free_spool(struct reeve_spool *s)
{
    (void)pthread_cond_destroy(&s->work);
    (void)pthread_mutex_destroy(&s->lock);
    reeve_buffer_clear(&s->request.bytes);
    reeve_free(s->options.allocator, s, sizeof *s);
}

enum reeve_status reeve_spool_open(const struct reeve_spool_options *options,
                                   struct reeve_spool **out)
{
    const struct reeve_storage *storage = options->storage;
    *out = NULL;
    struct reeve_spool *s = reeve_alloc(options->allocator, sizeof *s);
    if (s == NULL) {
        return REEVE_NO_MEMORY;
    }
    s->options = *options;
    reeve_buffer_init(&s->request.bytes, options->allocator, SIZE_MAX);
    (void)pthread_mutex_init(&s->lock, NULL);
    (void)pthread_cond_init(&s->work, NULL);
    enum reeve_status status = storage->lock(storage->ctx);
    if (status == REEVE_OK) {
        status = remove_all(s);
        if (status != REEVE_OK) {
            storage->unlock(storage->ctx);
        }
    }
    if (status != REEVE_OK) {
        free_spool(s);
        return status;
    }
    *out = s;
    return REEVE_OK;
}

void reeve_spool_close(struct reeve_spool *s)
{
    if (s == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&s->lock);
    s->closing = true;
    (void)pthread_cond_signal(&s->work);
    (void)pthread_mutex_unlock(&s->lock);
    if (s->has_thread) {
        (void)pthread_join(s->thread, NULL);
    }
    (void)reeve_spool_step(s);
    /* What cannot be removed now is removed by the next start. */
    (void)remove_all(s);
    storage_of(s)->unlock(storage_of(s)->ctx);
    free_spool(s);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The disk in memory: two directories of shared inodes. */
#include "tests/support/memory_storage.h"

#include <stdlib.h>
#include <string.h>

struct reeve_storage_file {
    struct reeve_memory_storage *disk;
    struct reeve_memory_inode *inode;
};

/* A test without memory cannot go on. */
static void need(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void copy_content(struct reeve_buffer *to, const struct reeve_buffer *from)
{
    reeve_buffer_reset(to);
    need(reeve_buffer_append(to, reeve_buffer_view(from)) == REEVE_OK);
}

static struct reeve_memory_inode *new_inode(void)
{
    struct reeve_memory_inode *inode = calloc(1, sizeof(*inode));
    need(inode != NULL);
    reeve_buffer_init(&inode->seen, NULL, SIZE_MAX);
    reeve_buffer_init(&inode->durable, NULL, SIZE_MAX);
    return inode;
}

static void unlink_inode(struct reeve_memory_inode *inode)
{
    if (--inode->links == 0) {
        reeve_buffer_clear(&inode->seen);
        reeve_buffer_clear(&inode->durable);
        free(inode);
    }
}

static struct reeve_memory_entry *find(struct reeve_memory_entry *directory, const char *name)
{
    for (size_t i = 0; i < REEVE_MEMORY_FILES; i++) {
        if (directory[i].inode != NULL && strcmp(directory[i].name, name) == 0) {
            return &directory[i];
        }
    }
    return NULL;
}

static void drop(struct reeve_memory_entry *entry)
{
    if (entry == NULL || entry->inode == NULL) {
        return;
    }
    unlink_inode(entry->inode);
    entry->inode = NULL;
    entry->name[0] = '\0';
}

static void enter(struct reeve_memory_entry *directory, const char *name,
                  struct reeve_memory_inode *inode)
{
    inode->links++;
    drop(find(directory, name));
    for (size_t i = 0; i < REEVE_MEMORY_FILES; i++) {
        if (directory[i].inode == NULL) {
            need(reeve_format(directory[i].name, REEVE_MEMORY_NAME, "%s", name) == REEVE_OK);
            directory[i].inode = inode;
            return;
        }
    }
    need(false); /* more files than a test should make */
}

static bool counts_down(uint64_t *left)
{
    return *left > 0 && --*left == 0;
}

static enum reeve_status called(struct reeve_memory_storage *m, enum reeve_memory_operation op)
{
    bool dies = counts_down(&m->dies_in);
    dies = counts_down(&m->dies_at[op]) || dies;
    m->dead = m->dead || dies;
    if (m->dead) {
        return REEVE_IO;
    }
    if (op == REEVE_MEMORY_RENAME && m->dies_behind_rename) {
        m->dies_in = 1;
    }
    if (m->broken != REEVE_OK && op != REEVE_MEMORY_READ) {
        return m->broken;
    }
    m->calls[op]++;
    return m->calls[op] == m->fail_at[op] ? m->fail_with[op] : REEVE_OK;
}

static enum reeve_status memory_lock(void *ctx)
{
    struct reeve_memory_storage *m = ctx;
    if (m->locked) {
        return REEVE_LOCKED;
    }
    m->locked = true;
    return REEVE_OK;
}

static void memory_unlock(void *ctx)
{
    struct reeve_memory_storage *m = ctx;
    m->locked = false;
}

static enum reeve_status memory_list(void *ctx, void (*visit)(void *visit_ctx, const char *name),
                                     void *visit_ctx)
{
    struct reeve_memory_storage *m = ctx;
    for (size_t i = 0; i < REEVE_MEMORY_FILES; i++) {
        if (m->seen[i].inode != NULL) {
            visit(visit_ctx, m->seen[i].name);
        }
    }
    return REEVE_OK;
}

static struct reeve_storage_file *new_handle(struct reeve_memory_storage *m,
                                             struct reeve_memory_inode *inode)
{
    struct reeve_storage_file *file = calloc(1, sizeof(*file));
    need(file != NULL);
    file->disk = m;
    file->inode = inode;
    inode->links++;
    m->open_files++;
    return file;
}

static void resize(struct reeve_buffer *content, uint64_t size)
{
    if (content->len < size) {
        size_t more = (size_t)size - content->len;
        need(reeve_buffer_reserve(content, more) == REEVE_OK);
        reeve_zero(content->data + content->len, more);
    }
    content->len = (size_t)size;
}

static enum reeve_status memory_create(void *ctx, const char *name, uint64_t preallocate,
                                       struct reeve_storage_file **out)
{
    struct reeve_memory_storage *m = ctx;
    REEVE_TRY(called(m, REEVE_MEMORY_CREATE));
    struct reeve_memory_inode *inode = new_inode();
    enter(m->seen, name, inode);
    resize(&inode->seen, preallocate);
    *out = new_handle(m, inode);
    return REEVE_OK;
}

static enum reeve_status memory_open(void *ctx, const char *name, bool writable,
                                     struct reeve_storage_file **out)
{
    struct reeve_memory_storage *m = ctx;
    (void)writable;
    struct reeve_memory_entry *entry = find(m->seen, name);
    if (entry == NULL) {
        return REEVE_NOT_FOUND;
    }
    *out = new_handle(m, entry->inode);
    return REEVE_OK;
}

static enum reeve_status memory_size(struct reeve_storage_file *file, uint64_t *out)
{
    *out = file->inode->seen.len;
    return REEVE_OK;
}

static enum reeve_status memory_read(struct reeve_storage_file *file, uint64_t offset, void *to,
                                     size_t len)
{
    REEVE_TRY(called(file->disk, REEVE_MEMORY_READ));
    struct reeve_bytes part =
        reeve_bytes_slice(reeve_buffer_view(&file->inode->seen), (size_t)offset, len);
    if (part.len != len) {
        return REEVE_TRUNCATED;
    }
    return reeve_copy(to, len, part);
}

static enum reeve_status memory_write(struct reeve_storage_file *file, uint64_t offset,
                                      struct reeve_bytes bytes)
{
    enum reeve_status status = called(file->disk, REEVE_MEMORY_WRITE);
    /* A failing write has written some of it. */
    if (status != REEVE_OK) {
        bool nothing = file->disk->dead || file->disk->broken != REEVE_OK;
        bytes = reeve_bytes_slice(bytes, 0, nothing ? 0 : bytes.len / 2);
    }
    struct reeve_buffer *content = &file->inode->seen;
    if (content->len < offset + bytes.len) {
        resize(content, offset + bytes.len);
    }
    reeve_move(content->data + offset, bytes.data, bytes.len);
    return status;
}

static enum reeve_status memory_truncate(struct reeve_storage_file *file, uint64_t size,
                                         uint64_t preallocate)
{
    REEVE_TRY(file->disk->broken);
    resize(&file->inode->seen, size);
    if (preallocate > size) {
        resize(&file->inode->seen, preallocate);
    }
    return REEVE_OK;
}

static enum reeve_status memory_sync(struct reeve_storage_file *file)
{
    enum reeve_status status = called(file->disk, REEVE_MEMORY_SYNC);
    if (status != REEVE_OK && (file->disk->dead || !file->disk->sync_loses)) {
        return status;
    }
    if (status != REEVE_OK) {
        copy_content(&file->inode->seen, &file->inode->durable);
        return status;
    }
    copy_content(&file->inode->durable, &file->inode->seen);
    return REEVE_OK;
}

static void memory_forget(struct reeve_storage_file *file)
{
    (void)file;
}

static void memory_close(struct reeve_storage_file *file)
{
    if (file == NULL) {
        return;
    }
    file->disk->open_files--;
    unlink_inode(file->inode);
    free(file);
}

static enum reeve_status memory_rename(void *ctx, const char *from, const char *to)
{
    struct reeve_memory_storage *m = ctx;
    REEVE_TRY(called(m, REEVE_MEMORY_RENAME));
    struct reeve_memory_entry *entry = find(m->seen, from);
    if (entry == NULL) {
        return REEVE_NOT_FOUND;
    }
    enter(m->seen, to, entry->inode);
    drop(entry);
    return REEVE_OK;
}

static enum reeve_status memory_remove(void *ctx, const char *name)
{
    struct reeve_memory_storage *m = ctx;
    REEVE_TRY(called(m, REEVE_MEMORY_REMOVE));
    struct reeve_memory_entry *entry = find(m->seen, name);
    if (entry == NULL) {
        return REEVE_NOT_FOUND;
    }
    drop(entry);
    return REEVE_OK;
}

static void copy_directory(struct reeve_memory_entry *to, const struct reeve_memory_entry *from)
{
    struct reeve_memory_entry old[REEVE_MEMORY_FILES];
    reeve_move(old, to, sizeof(old));
    reeve_move(to, from, sizeof(old));
    for (size_t i = 0; i < REEVE_MEMORY_FILES; i++) {
        if (to[i].inode != NULL) {
            to[i].inode->links++;
        }
    }
    for (size_t i = 0; i < REEVE_MEMORY_FILES; i++) {
        drop(&old[i]);
    }
}

static enum reeve_status memory_sync_dir(void *ctx)
{
    struct reeve_memory_storage *m = ctx;
    REEVE_TRY(called(m, REEVE_MEMORY_SYNC_DIR));
    copy_directory(m->durable, m->seen);
    return REEVE_OK;
}

void reeve_memory_storage_init(struct reeve_memory_storage *m)
{
    reeve_zero(m, sizeof(*m));
    m->storage = (struct reeve_storage){
        .ctx = m,
        .lock = memory_lock,
        .unlock = memory_unlock,
        .list = memory_list,
        .create = memory_create,
        .open = memory_open,
        .size = memory_size,
        .read = memory_read,
        .write = memory_write,
        .truncate = memory_truncate,
        .sync = memory_sync,
        .forget = memory_forget,
        .close = memory_close,
        .rename = memory_rename,
        .remove = memory_remove,
        .sync_dir = memory_sync_dir,
    };
}

void reeve_memory_storage_clear(struct reeve_memory_storage *m)
{
    for (size_t i = 0; i < REEVE_MEMORY_FILES; i++) {
        drop(&m->seen[i]);
        drop(&m->durable[i]);
    }
}

void reeve_memory_storage_fail(struct reeve_memory_storage *m, enum reeve_memory_operation op,
                               uint64_t more, enum reeve_status status)
{
    m->fail_at[op] = m->calls[op] + more + 1;
    m->fail_with[op] = status;
}

/* Sector by sector, the seen or the durable content; sizes likewise. */
static void tear(struct reeve_memory_inode *inode, const struct reeve_random *random)
{
    struct reeve_buffer *durable = &inode->durable;
    const struct reeve_buffer *seen = &inode->seen;
    if (durable->len != seen->len && reeve_random_below(random, 2) == 0) {
        resize(durable, seen->len);
    }
    size_t common = durable->len < seen->len ? durable->len : seen->len;
    for (size_t at = 0; at < common; at += REEVE_MEMORY_SECTOR) {
        size_t part = common - at < REEVE_MEMORY_SECTOR ? common - at : REEVE_MEMORY_SECTOR;
        if (reeve_random_below(random, 2) == 0) {
            reeve_move(durable->data + at, seen->data + at, part);
        }
    }
}

static void crash_inode(struct reeve_memory_inode *inode, enum reeve_crash how,
                        const struct reeve_random *random)
{
    if (how == REEVE_CRASH_KEEP_ALL) {
        copy_content(&inode->durable, &inode->seen);
        return;
    }
    if (how == REEVE_CRASH_TEAR) {
        tear(inode, random);
    }
    copy_content(&inode->seen, &inode->durable);
}

/* Each change of names since the last sync_dir is kept or lost for itself. */
static void tear_names(struct reeve_memory_storage *m, const struct reeve_random *random)
{
    for (size_t i = 0; i < REEVE_MEMORY_FILES; i++) {
        struct reeve_memory_entry *gone = &m->durable[i];
        if (gone->inode != NULL && find(m->seen, gone->name) == NULL &&
            reeve_random_below(random, 2) == 0) {
            drop(gone);
        }
    }
    for (size_t i = 0; i < REEVE_MEMORY_FILES; i++) {
        const struct reeve_memory_entry *made = &m->seen[i];
        if (made->inode != NULL && reeve_random_below(random, 2) == 0) {
            enter(m->durable, made->name, made->inode);
        }
    }
}

void reeve_memory_storage_crash(struct reeve_memory_storage *m, enum reeve_crash how,
                                const struct reeve_random *random)
{
    m->locked = false;
    if (how == REEVE_CRASH_KEEP_ALL) {
        copy_directory(m->durable, m->seen);
    }
    if (how == REEVE_CRASH_TEAR) {
        tear_names(m, random);
    }
    copy_directory(m->seen, m->durable);
    for (size_t i = 0; i < REEVE_MEMORY_FILES; i++) {
        if (m->seen[i].inode != NULL) {
            crash_inode(m->seen[i].inode, how, random);
        }
    }
}

struct reeve_memory_inode *reeve_memory_storage_find(struct reeve_memory_storage *m,
                                                     const char *name)
{
    struct reeve_memory_entry *entry = find(m->seen, name);
    return entry != NULL ? entry->inode : NULL;
}

void reeve_memory_storage_put(struct reeve_memory_storage *m, const char *name,
                              struct reeve_bytes content)
{
    struct reeve_memory_inode *inode = new_inode();
    need(reeve_buffer_append(&inode->seen, content) == REEVE_OK);
    copy_content(&inode->durable, &inode->seen);
    inode->links++; /* while `content` may still be the old inode's */
    enter(m->seen, name, inode);
    enter(m->durable, name, inode);
    unlink_inode(inode);
}

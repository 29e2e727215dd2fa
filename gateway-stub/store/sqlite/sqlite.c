/* SPDX-License-Identifier: Apache-2.0 */
/* Opening and closing the SQLite store. */
#include "gateway-stub/store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "gateway-stub/store/sqlite/lane.h"
#include "gateway-stub/store/sqlite/schema.h"

#define DEFAULT_MAX_BATCH 1024u
#define PAGE_BYTES 4096u
#define RECORD_MAX ((size_t)64 * 1024)

struct sqlite_store {
    struct reeve_store store;
    const struct reeve_allocator *allocator;
    struct reeve_sqlite_lane writer;
    struct reeve_sqlite_lane reader;
    int lock;
};

static void submit(struct reeve_store *store, struct reeve_store_request *request)
{
    struct sqlite_store *s = REEVE_OWNER(store, struct sqlite_store, store);
    bool query = reeve_store_request_is_query(request);
    reeve_sqlite_lane_submit(query ? &s->reader : &s->writer, request);
}

static void close_store(struct reeve_store *store)
{
    struct sqlite_store *s = REEVE_OWNER(store, struct sqlite_store, store);
    reeve_sqlite_lane_stop(&s->reader);
    reeve_sqlite_lane_stop(&s->writer);
    if (s->lock >= 0) {
        (void)close(s->lock);
    }
    reeve_free(s->allocator, s, sizeof(*s));
}

static const struct reeve_store_vtable vtable = {.submit = submit, .close = close_store};

static enum reeve_status take_lock(const char *path, int *lock)
{
    char name[4096];
    REEVE_TRY(reeve_format(name, sizeof(name), "%s.lock", path));
    *lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (*lock < 0) {
        return errno == EACCES || errno == EPERM || errno == EROFS ? REEVE_PERMISSION : REEVE_IO;
    }
    return flock(*lock, LOCK_EX | LOCK_NB) == 0 ? REEVE_OK : REEVE_LOCKED;
}

static enum reeve_status limit_size(struct reeve_db *db, uint64_t max_bytes)
{
    if (max_bytes == 0) {
        return REEVE_OK;
    }
    char sql[64];
    REEVE_TRY(reeve_format(sql, sizeof(sql), "PRAGMA max_page_count = %llu",
                           (unsigned long long)(max_bytes / PAGE_BYTES)));
    return reeve_db_execute(db, sql);
}

static enum reeve_status open_writer(struct sqlite_store *s,
                                     const struct reeve_sqlite_options *options)
{
    struct reeve_db *db = &s->writer.context.db;
    REEVE_TRY(reeve_db_open(db, options->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
    REEVE_TRY(reeve_db_execute(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                                   "PRAGMA wal_autocheckpoint = 4000;"
                                   "PRAGMA journal_size_limit = 67108864;"));
    REEVE_TRY(reeve_schema_check(db));
    REEVE_TRY(reeve_schema_migrate(db));
    const struct reeve_random *random =
        options->random != NULL ? options->random : reeve_random_system();
    REEVE_TRY(reeve_schema_mint(db, random));
    return limit_size(db, options->max_bytes);
}

static enum reeve_status read_gateway_id(struct reeve_db *db, struct reeve_id *id)
{
    struct reeve_db_query q = reeve_db_query(db, "SELECT gateway_id FROM meta");
    REEVE_TRY(reeve_db_step(&q));
    *id = reeve_db_id(&q, 0);
    reeve_db_finish(&q);
    return reeve_id_is_zero(*id) ? REEVE_CORRUPT : REEVE_OK;
}

static void set_up(struct sqlite_store *s, struct reeve_sqlite_lane *lane,
                   const struct reeve_sqlite_options *options)
{
    lane->context.sealer = options->sealer;
    lane->max_batch = options->max_batch == 0 ? DEFAULT_MAX_BATCH : options->max_batch;
    reeve_buffer_init(&lane->context.sealed, s->allocator, RECORD_MAX);
}

static enum reeve_status open_all(struct sqlite_store *s,
                                  const struct reeve_sqlite_options *options)
{
    set_up(s, &s->writer, options);
    set_up(s, &s->reader, options);
    s->writer.carry_out = reeve_sqlite_write_batch;
    s->reader.carry_out = reeve_sqlite_read_batch;
    s->reader.max_batch = 1;
    REEVE_TRY(take_lock(options->path, &s->lock));
    REEVE_TRY(open_writer(s, options));
    REEVE_TRY(read_gateway_id(&s->writer.context.db, &s->writer.context.gateway_id));
    s->reader.context.gateway_id = s->writer.context.gateway_id;
    REEVE_TRY(reeve_db_open(&s->reader.context.db, options->path, SQLITE_OPEN_READWRITE));
    REEVE_TRY(reeve_db_execute(&s->reader.context.db, "PRAGMA query_only = 1"));
    REEVE_TRY(reeve_sqlite_lane_start(&s->reader));
    return reeve_sqlite_lane_start(&s->writer);
}

static const char *next_step(enum reeve_status status)
{
    switch (reeve_status_class(status)) {
    case REEVE_CLASS_OK:
        return "";
    case REEVE_CLASS_RETRY:
        return "look at the disk, then start again";
    case REEVE_CLASS_AUTH:
    case REEVE_CLASS_REJECT:
    case REEVE_CLASS_PEER:
        return "check store.sqlite.path in the configuration";
    case REEVE_CLASS_FATAL:
        break;
    }
    if (status == REEVE_LOCKED) {
        return "another gateway is using it: stop that one first";
    }
    if (status == REEVE_VERSION) {
        return "it was made by a newer gateway: use that version";
    }
    if (status == REEVE_PERMISSION) {
        return "give the gateway's user read and write access to the directory";
    }
    return "move it aside and restore a backup; workers then show what is missing";
}

static void describe(char problem[256], const char *path, enum reeve_status status)
{
    if (problem == NULL) {
        return;
    }
    reeve_format_cut(problem, 256, "store %s: %s; %s", path, reeve_status_text(status),
                     next_step(status));
}

enum reeve_status reeve_sqlite_open(const struct reeve_sqlite_options *options,
                                    struct reeve_store **store, char problem[256])
{
    *store = NULL;
    struct sqlite_store *s = reeve_alloc(options->allocator, sizeof(*s));
    if (s == NULL) {
        return REEVE_NO_MEMORY;
    }
    s->store.vtable = &vtable;
    s->allocator = options->allocator;
    s->lock = -1;
    enum reeve_status status = open_all(s, options);
    if (status != REEVE_OK) {
        describe(problem, options->path, status);
        close_store(&s->store);
        return status;
    }
    *store = &s->store;
    return REEVE_OK;
}

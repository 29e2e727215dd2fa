/* SPDX-License-Identifier: Apache-2.0 */
/* The spool, from the loop's side: its directory, the disk that it may share with the journal, and
 * the spool's thread, whose answer waits here until the loop hears it. */
#include "agent/spool/spool.h"

#include "agent/base/log.h"
#include "agent/main/worker_state.h"

/* What stays free on a disk beside what the journal may still take of it. */
#define DISK_MARGIN (UINT64_C(32) << 20)

/* ---- answers ---- */

static void hear(struct reeve_task_node *node)
{
    struct reeve_worker_spool *spool = REEVE_OWNER(node, struct reeve_worker_spool, node);
    struct reeve_worker *w = REEVE_OWNER(spool, struct reeve_worker, spool);
    struct reeve_buffer bytes;
    reeve_buffer_init(&bytes, NULL, SIZE_MAX);
    (void)pthread_mutex_lock(&spool->lock);
    const enum reeve_status status = spool->done_status;
    const bool has_bytes = spool->has_bytes;
    reeve_buffer_take(&bytes, &spool->bytes);
    (void)pthread_mutex_unlock(&spool->lock);
    struct reeve_engine_event event = {.type = REEVE_EVENT_SPOOL_DONE};
    event.u.spool.status = status;
    event.u.spool.bytes = has_bytes ? &bytes : NULL;
    if (w->engine != NULL && !w->exiting) {
        reeve_worker_handle(w, &event);
    }
    reeve_buffer_clear(&bytes);
}

/* The spool's thread. One operation at a time, so one answer. */
static void on_done(void *ctx, enum reeve_status status, struct reeve_buffer *bytes)
{
    struct reeve_worker *w = ctx;
    struct reeve_worker_spool *spool = &w->spool;
    (void)pthread_mutex_lock(&spool->lock);
    spool->done_status = status;
    spool->has_bytes = bytes != NULL;
    if (bytes != NULL) {
        reeve_buffer_take(&spool->bytes, bytes);
    }
    (void)pthread_mutex_unlock(&spool->lock);
    reeve_loop_post(w->tools.loop, &spool->node);
}

/* ---- the disk ---- */

/* The journal comes first: it may always grow to its bound, spool or not. */
static bool disk_has_room(struct reeve_worker *w, uint64_t bytes)
{
    uint64_t device = 0;
    uint64_t free_bytes = 0;
    uint64_t kept = DISK_MARGIN;
    if (reeve_posix_storage_space(w->spool.storage, &device, &free_bytes) != REEVE_OK) {
        return true; /* the write will say what is wrong */
    }
    if (w->spool.shares_disk) {
        const struct reeve_journal_stats stat = reeve_journal_stat(w->journal, 0);
        kept += stat.max_bytes > stat.bytes ? stat.max_bytes - stat.bytes : 0;
    }
    return free_bytes >= bytes && free_bytes - bytes >= kept;
}

void reeve_worker_spool_write(struct reeve_worker *w, uint64_t stream, uint64_t number,
                              struct reeve_buffer *bytes)
{
    if (disk_has_room(w, bytes->len)) {
        reeve_spool_write(w->spool.spool, stream, number, bytes);
        return;
    }
    reeve_buffer_clear(bytes);
    w->deferred.spool_status = REEVE_DISK_FULL;
}

/* ---- opening and closing ---- */

static bool shares_disk(const struct reeve_worker *w)
{
    uint64_t journal = 0;
    uint64_t spool = 0;
    uint64_t free_bytes = 0;
    return reeve_posix_storage_space(w->storage, &journal, &free_bytes) != REEVE_OK ||
           reeve_posix_storage_space(w->spool.storage, &spool, &free_bytes) != REEVE_OK ||
           journal == spool;
}

static enum reeve_status open_spool(struct reeve_worker *w)
{
    struct reeve_worker_spool *spool = &w->spool;
    REEVE_TRY(
        reeve_posix_storage_new(NULL, w->setup->config->spool_directory, true, &spool->storage));
    const struct reeve_spool_options options = {
        .storage = reeve_posix_storage_interface(spool->storage),
        .on_done = on_done,
        .ctx = w,
    };
    REEVE_TRY(reeve_spool_open(&options, &spool->spool));
    spool->shares_disk = shares_disk(w);
    return REEVE_OK;
}

/* Also one that is off, or that could not be opened before: the configuration was read again. */
void reeve_worker_reopen_spool(struct reeve_worker *w)
{
    char why[1024];
    if (w->spool.spool != NULL || w->setup->config->spool_max_bytes == 0) {
        return;
    }
    reeve_posix_storage_free(w->spool.storage);
    w->spool.storage = NULL;
    w->spool.status = REEVE_OK;
    const enum reeve_status status = reeve_worker_open_spool(w, why);
    if (status != REEVE_OK) {
        w->spool.status = status;
        REEVE_LOG(ERROR, "the spool cannot be used; streaming jobs wait for the gateway",
                  reeve_log_text("why", why));
    }
}

/* Also when it is off: what an earlier process left there must go. */
enum reeve_status reeve_worker_open_spool(struct reeve_worker *w, char why[1024])
{
    const struct reeve_agent_config *config = w->setup->config;
    w->spool.node.run = hear;
    const enum reeve_status status = open_spool(w);
    if (status == REEVE_OK) {
        return REEVE_OK;
    }
    if (status == REEVE_LOCKED && config->spool_max_bytes > 0) {
        reeve_worker_say(why,
                         "another worker uses the spool in %s; next: stop it, or give this one a "
                         "spool.directory of its own",
                         config->spool_directory);
        return status;
    }
    w->spool.status = config->spool_max_bytes > 0 ? status : REEVE_OK;
    if (config->spool_max_bytes > 0) {
        REEVE_LOG(ERROR, "the spool cannot be used; streaming jobs wait for the gateway",
                  reeve_log_text("directory", config->spool_directory), reeve_log_status(status));
    }
    return REEVE_OK;
}

void reeve_worker_close_spool(struct reeve_worker *w)
{
    reeve_spool_close(w->spool.spool);
    w->spool.spool = NULL;
}

void reeve_worker_free_spool(struct reeve_worker *w)
{
    reeve_worker_close_spool(w);
    reeve_posix_storage_free(w->spool.storage);
    reeve_buffer_clear(&w->spool.bytes);
    (void)pthread_mutex_destroy(&w->spool.lock);
}

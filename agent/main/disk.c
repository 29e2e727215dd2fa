/* SPDX-License-Identifier: Apache-2.0 */
/* The journal, from the loop's side. The journal's thread says what is durable; the newest word is
 * kept until the loop hears it, so one task is enough for any number of syncs. */
#include "agent/base/log.h"
#include "agent/codec/journal_record.h"
#include "agent/main/worker_state.h"

/* ---- what is durable ---- */

/* Once for each sync: finding the oldest record that is needed means a look at every open job. */
static void trim(struct reeve_worker *w)
{
    const uint64_t needed = reeve_engine_read_marks(w->engine).oldest_needed_lsn;
    if (needed > w->trimmed_lsn) {
        w->trimmed_lsn = needed;
        reeve_journal_trim(w->journal, needed);
    }
}

static void hear(struct reeve_task_node *node)
{
    struct reeve_worker_disk *disk = REEVE_OWNER(node, struct reeve_worker_disk, node);
    struct reeve_worker *w = REEVE_OWNER(disk, struct reeve_worker, disk);
    (void)pthread_mutex_lock(&disk->lock);
    const uint64_t lsn = disk->lsn;
    const enum reeve_status status = disk->status;
    disk->posted = false;
    (void)pthread_mutex_unlock(&disk->lock);
    if (w->engine == NULL || w->exiting) {
        return;
    }
    const struct reeve_journal_stats stat =
        reeve_journal_stat(w->journal, reeve_now_read().boot_ms);
    struct reeve_engine_event event = {.type = REEVE_EVENT_JOURNAL_SYNCED};
    event.u.synced.lsn = lsn;
    event.u.synced.free_bytes = stat.free_bytes;
    if (lsn > 0) {
        reeve_worker_handle(w, &event);
        trim(w);
    }
    if (status != REEVE_OK) {
        REEVE_LOG(ERROR, "journal failed", reeve_log_status(status));
        event = (struct reeve_engine_event){.type = REEVE_EVENT_JOURNAL_FAILED};
        event.u.failed.status = status;
        reeve_worker_handle(w, &event);
    }
}

/* The journal's thread. */
static void on_synced(void *ctx, uint64_t lsn, enum reeve_status status)
{
    struct reeve_worker *w = ctx;
    (void)pthread_mutex_lock(&w->disk.lock);
    w->disk.lsn = lsn > w->disk.lsn ? lsn : w->disk.lsn;
    w->disk.status = status != REEVE_OK ? status : w->disk.status;
    const bool post = !w->disk.posted;
    w->disk.posted = true;
    (void)pthread_mutex_unlock(&w->disk.lock);
    if (post) {
        reeve_loop_post(w->tools.loop, &w->disk.node);
    }
}

/* ---- segments ---- */

static enum reeve_status write_head(void *ctx, const struct reeve_journal_segment *segment,
                                    struct reeve_buffer *out)
{
    const struct reeve_worker *w = ctx;
    struct reeve_journal_record record = {.type = REEVE_JOURNAL_OPENED};
    struct reeve_journal_opened *opened = &record.as.journal_opened;
    opened->format = REEVE_JOURNAL_FORMAT;
    opened->journal_id = segment->journal_id;
    opened->segment = segment->number;
    opened->time_unix_ms = reeve_now_read().unix_ms;
    if (w->engine != NULL) {
        const struct reeve_engine_marks marks = reeve_engine_read_marks(w->engine);
        opened->audit_sequence = marks.audit_sequence;
        opened->audit_hash = marks.audit_hash;
        opened->dispatch_mark = marks.dispatch_mark;
    }
    return reeve_journal_record_encode(&record, out);
}

/* ---- opening ---- */

static void explain_open(const struct reeve_worker *w, enum reeve_status status,
                         const struct reeve_journal_problem *problem, char why[1024])
{
    const char *directory = w->setup->config->journal_directory;
    if (problem->text[0] != '\0') {
        reeve_worker_say(why, "journal: %s", problem->text);
        return;
    }
    reeve_worker_say(why,
                     "the journal in %s cannot be opened: %s; next: check the directory, its "
                     "owner and its disk",
                     directory, reeve_status_text(status));
}

enum reeve_status reeve_worker_open_disk(struct reeve_worker *w, char why[1024])
{
    const char *directory = w->setup->config->journal_directory;
    struct reeve_journal_problem problem = {""};
    enum reeve_status status = reeve_posix_storage_new(NULL, directory, true, &w->storage);
    if (status != REEVE_OK) {
        explain_open(w, status, &problem, why);
        return status;
    }
    REEVE_TRY(reeve_worker_load_audit_key(w, why));
    w->disk.node.run = hear;
    const struct reeve_journal_options options = {
        .directory = directory,
        .storage = reeve_posix_storage_interface(w->storage),
        .max_bytes = w->setup->config->journal_max_bytes,
        .head = write_head,
        .on_synced = on_synced,
        .ctx = w,
    };
    status = reeve_journal_open(&options, &w->journal, &problem);
    if (status != REEVE_OK) {
        explain_open(w, status, &problem, why);
    }
    return status;
}

/* ---- replay ---- */

static enum reeve_status replay_record(void *ctx, const struct reeve_journal_record_view *record)
{
    struct reeve_worker *w = ctx;
    return reeve_engine_replay(w->engine, record->type, record->lsn, record->bytes);
}

enum reeve_status reeve_worker_replay(struct reeve_worker *w, char why[1024])
{
    struct reeve_journal_problem problem = {""};
    const struct reeve_journal_stats stat = reeve_journal_stat(w->journal, 0);
    if (w->audit_key_created && stat.next_lsn > 1) {
        reeve_worker_say(why,
                         "the journal in %s has records and its audit.key was gone; next: "
                         "restore audit.key, or move the journal away to begin a new one",
                         w->setup->config->journal_directory);
        return REEVE_CORRUPT;
    }
    enum reeve_status status = reeve_journal_replay(w->journal, replay_record, w, &problem);
    if (status == REEVE_OK) {
        status = reeve_engine_start(w->engine, stat.next_lsn, reeve_now_read());
    }
    if (status != REEVE_OK) {
        explain_open(w, status, &problem, why);
    }
    return status;
}

/* ---- appending ---- */

void reeve_worker_append(struct reeve_worker *w, uint8_t type, uint64_t lsn,
                         struct reeve_bytes record)
{
    uint64_t given = 0;
    enum reeve_status status = reeve_journal_append(w->journal, type, record, &given);
    if (status == REEVE_OK && given != lsn) {
        status = REEVE_INTERNAL;
    }
    w->appended = true;
    if (status == REEVE_CLOSED) {
        /* The journal's thread found out first, and its word is still on the way: say why. */
        status = reeve_journal_stat(w->journal, 0).status;
    }
    if (status != REEVE_OK && w->deferred.journal_status == REEVE_OK) {
        REEVE_LOG(ERROR, "cannot append to the journal", reeve_log_status(status),
                  reeve_log_u64("lsn", lsn));
        w->deferred.journal_status = status;
    }
}

void reeve_worker_commit(struct reeve_worker *w)
{
    if (!w->appended) {
        return;
    }
    w->appended = false;
    const enum reeve_status status = reeve_journal_commit(w->journal, reeve_now_read().boot_ms);
    if (status != REEVE_OK && status != REEVE_CLOSED) {
        /* The records are written nevertheless; a new segment will be tried again. */
        REEVE_LOG(WARN, "the journal could not begin a segment", reeve_log_status(status));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* SIGHUP, or a changed file: the file is read and checked on an upkeep thread, so that jobs which
 * hold the pool's do not put it off; on the loop it becomes the configuration in use as a whole, or
 * nothing changes.
 *
 *   loop: reeve_worker_reload → upkeep: load → loop: apply or refuse
 *
 * Who signals gets an answer each time. What was only seen is read once: the same bytes, good or
 * bad, are not read again, so that a change and the signal behind it make one line in the log. */
#include "agent/main/reload.h"

#include <inttypes.h>

#include "agent/base/hash.h"
#include "agent/base/log.h"
#include "agent/cli/text_file.h"
#include "agent/config/files.h"

struct reeve_reload {
    struct reeve_worker *worker;
    struct reeve_task_node node; /* the upkeep's, then the loop's */
    struct reeve_config_report report;
    struct reeve_agent_config *config;
    struct reeve_secret_registry *secrets;
    enum reeve_status status;
    bool asked; /* by a signal */
    bool known; /* nothing was done: it is what was read before */
    struct reeve_digest digest;
    enum reeve_status read;
};

#define FILE_MAX ((size_t)64 * 1024 * 1024)

void reeve_reload_free(struct reeve_reload *reload)
{
    if (reload == NULL) {
        return;
    }
    reeve_secret_registry_free(reload->secrets);
    reeve_agent_config_free(reload->config);
    reeve_config_report_clear(&reload->report);
    reeve_free(NULL, reload, sizeof(*reload));
}

/* ---- what cannot change while the worker runs ---- */

static bool same(const char *a, const char *b)
{
    return reeve_bytes_equal(reeve_bytes_cstr(a), reeve_bytes_cstr(b));
}

static bool same_pools(const struct reeve_agent_config *a, const struct reeve_agent_config *b)
{
    bool equal = a->pools_count == b->pools_count;
    for (uint32_t i = 0; equal && i < a->pools_count; i++) {
        equal = same(a->pools[i], b->pools[i]);
    }
    return equal;
}

static bool same_labels(const struct reeve_agent_config *a, const struct reeve_agent_config *b)
{
    bool equal = a->labels_count == b->labels_count;
    for (uint32_t i = 0; equal && i < a->labels_count; i++) {
        equal = same(a->labels[i].key, b->labels[i].key) &&
                same(a->labels[i].value, b->labels[i].value);
    }
    return equal;
}

static void refuse_change(const struct reeve_agent_config *config,
                          struct reeve_config_report *report, const char *field, bool unchanged)
{
    if (unchanged) {
        return;
    }
    struct reeve_config_item *item =
        reeve_agent_config_complain(config, report, false, field, "reload");
    reeve_config_item_text(item, "cannot change while the worker runs");
    reeve_config_item_next(item, "restart the worker, or undo the change");
}

/* Whoever changed max_running alone may never have written it. */
static void refuse_other_in_flight(const struct reeve_agent_config *now,
                                   const struct reeve_agent_config *next,
                                   struct reeve_config_report *report)
{
    if (now->limits.max_in_flight == next->limits.max_in_flight) {
        return;
    }
    struct reeve_config_item *item =
        reeve_agent_config_complain(next, report, false, "limits.max_in_flight", "reload");
    reeve_config_item_text(item, "cannot change while the worker runs, and follows max_running "
                                 "where it is not set");
    reeve_config_item_next(item,
                           "write max_in_flight: %" PRIu32 ", as it is, or restart the worker",
                           now->limits.max_in_flight);
}

static void compare(const struct reeve_agent_config *now, const struct reeve_agent_config *next,
                    struct reeve_config_report *report)
{
    refuse_change(next, report, "journal.directory",
                  same(now->journal_directory, next->journal_directory));
    refuse_change(next, report, "journal.max_bytes",
                  now->journal_max_bytes == next->journal_max_bytes);
    refuse_change(next, report, "spool.directory",
                  same(now->spool_directory, next->spool_directory));
    refuse_change(next, report, "status.socket", same(now->status_socket, next->status_socket));
    refuse_change(next, report, "identity",
                  same(now->identity.certificate_file, next->identity.certificate_file) &&
                      same(now->identity.key_file, next->identity.key_file));
    refuse_other_in_flight(now, next, report);
    refuse_change(next, report, "limits.pool_threads",
                  now->limits.pool_threads == next->limits.pool_threads);
    refuse_change(next, report, "pools", same_pools(now, next));
    refuse_change(next, report, "labels", same_labels(now, next));
}

/* ---- loading: an upkeep thread ---- */

enum reeve_status reeve_reload_look(const char *path, struct reeve_digest *out)
{
    struct reeve_buffer bytes;
    reeve_buffer_init(&bytes, NULL, FILE_MAX);
    const enum reeve_status status = reeve_text_file_read(path, &bytes);
    *out = reeve_sha256_of(reeve_buffer_view(&bytes));
    reeve_buffer_clear(&bytes);
    return status;
}

/* The worker's own fields do not change while a reload is under way. */
static bool is_known(const struct reeve_reload *r)
{
    const struct reeve_worker *w = r->worker;
    return r->read == w->config_status && reeve_digest_equal(r->digest, w->config_digest);
}

static enum reeve_status load(struct reeve_reload *r)
{
    struct reeve_worker *w = r->worker;
    r->read = reeve_reload_look(w->config_path, &r->digest);
    r->known = !r->asked && is_known(r);
    if (r->known) {
        return REEVE_OK;
    }
    REEVE_TRY(reeve_agent_config_load(w->config_path, w->tools.tasks, &r->report, &r->config));
    REEVE_TRY(reeve_config_check_files(r->config, &r->report));
    REEVE_TRY(reeve_credentials_open(r->config, w->environment, w->tools.redactor, &r->report,
                                     &r->secrets));
    return r->report.errors > 0 ? REEVE_CONFIG : REEVE_OK;
}

/* ---- taking over: the loop's thread ---- */

static void log_report(const struct reeve_config_report *report)
{
    for (size_t i = 0; i < report->count; i++) {
        const struct reeve_config_item *item = &report->items[i];
        const struct reeve_log_field fields[] = {
            reeve_log_text("file", report->file),
            reeve_log_u64("line", item->line),
            reeve_log_text("field", item->field),
            reeve_log_text("rule", item->rule),
            reeve_log_text("why", item->text),
            reeve_log_text("next", item->next_step),
            {.key = NULL},
        };
        reeve_log_write(item->warning ? REEVE_LOG_WARN : REEVE_LOG_ERROR, "configuration", fields);
    }
}

static enum reeve_status apply(struct reeve_reload *r)
{
    struct reeve_worker *w = r->worker;
    struct reeve_setup *setup;
    compare(w->setup->config, r->config, &r->report);
    if (r->report.errors > 0) {
        return REEVE_CONFIG;
    }
    REEVE_TRY(reeve_worker_make_setup(w, r->config, r->secrets, &setup));
    r->config = NULL;
    r->secrets = NULL;
    reeve_list_push_back(&w->old_setups, &w->setup->node);
    w->setup = setup;
    w->reloads++;
    reeve_worker_reopen_spool(w);
    const struct reeve_engine_policy policy = reeve_worker_policy(w, setup);
    const struct reeve_engine_event event = {.type = REEVE_EVENT_CONFIGURATION,
                                             .u.policy = &policy};
    reeve_log_configure(setup->config->log_level, setup->config->log_format, 2);
    reeve_worker_handle(w, &event);
    return REEVE_OK;
}

static void take(struct reeve_reload *r)
{
    struct reeve_worker *w = r->worker;
    enum reeve_status status = r->status;
    if (w->exiting) {
        return;
    }
    if (status == REEVE_OK) {
        status = apply(r);
    }
    log_report(&r->report);
    if (status == REEVE_OK) {
        REEVE_LOG(INFO, "configuration reloaded", reeve_log_text("file", w->config_path));
        return;
    }
    REEVE_LOG(ERROR, "configuration not reloaded; going on as before",
              reeve_log_text("file", w->config_path), reeve_log_status(status));
    const struct reeve_now now = reeve_now_read();
    reeve_worker_renew(w, &now); /* whoever signals may mean the identity */
}

/* Nobody asked, and it says what is in use: a comment, or what happened before the first look. */
static bool says_nothing_new(const struct reeve_reload *r)
{
    return r->known || (!r->asked && r->status == REEVE_OK &&
                        reeve_digest_equal(r->config->digest, r->worker->setup->config->digest));
}

static void reload(struct reeve_worker *w, bool asked);

static void finish(struct reeve_task_node *node)
{
    struct reeve_reload *r = REEVE_OWNER(node, struct reeve_reload, node);
    struct reeve_worker *w = r->worker;
    if (!says_nothing_new(r)) {
        take(r);
    }
    w->config_digest = r->digest;
    w->config_status = r->read;
    w->reload = NULL;
    reeve_reload_free(r);
    if (w->reload_again && !w->exiting) {
        const bool asked = w->reload_asked;
        w->reload_again = false;
        w->reload_asked = false;
        reload(w, asked);
    }
}

static void load_aside(struct reeve_task_node *node)
{
    struct reeve_reload *r = REEVE_OWNER(node, struct reeve_reload, node);
    r->status = load(r);
    r->node.run = finish;
    reeve_loop_post(r->worker->tools.loop, &r->node);
}

static void reload(struct reeve_worker *w, bool asked)
{
    if (w->reload != NULL || w->exiting) {
        w->reload_again = true;
        w->reload_asked = w->reload_asked || asked;
        return;
    }
    struct reeve_reload *r = reeve_alloc(NULL, sizeof(*r));
    if (r == NULL) {
        REEVE_LOG_EVENT(ERROR, "configuration not reloaded: memory is short; next: SIGHUP again");
        return;
    }
    r->worker = w;
    r->asked = asked;
    r->node.run = load_aside;
    reeve_config_report_init(&r->report, w->config_path);
    w->reload = r;
    reeve_pool_submit(w->upkeep, &r->node);
}

void reeve_worker_reload(struct reeve_worker *w)
{
    reload(w, true);
}

void reeve_worker_reload_changed(struct reeve_worker *w)
{
    reload(w, false);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Taking over a changed configuration while the gateway runs: as a whole or not at all. */
#include <unistd.h>

#include "agent/base/log.h"
#include "gateway-stub/main/service_state.h"

/* What was read anew. */
struct fresh {
    struct reeve_config_report report;
    struct reeve_gateway_config *config;
    struct reeve_tls_files *tls;
};

static void log_report(const struct reeve_config_report *report)
{
    for (size_t i = 0; i < report->count; i++) {
        const struct reeve_config_item *item = &report->items[i];
        const struct reeve_log_field fields[] = {
            reeve_log_text("file", report->file),    reeve_log_u64("line", item->line),
            reeve_log_text("field", item->field),    reeve_log_text("text", item->text),
            reeve_log_text("next", item->next_step), {.key = NULL}};
        reeve_log_write(item->warning ? REEVE_LOG_WARN : REEVE_LOG_ERROR, "configuration", fields);
    }
}

static enum reeve_status load(struct reeve_service *s, struct fresh *f)
{
    const struct reeve_now now = reeve_now_read();
    struct reeve_rpc_tls material;
    REEVE_TRY(reeve_gateway_config_load(s->config_path, &f->report, &f->config));
    REEVE_TRY(reeve_tls_files_open(f->config, &now, &f->report, &f->tls));
    material = reeve_tls_files_material(f->tls);
    /* The last two that can fail: approvers first, since they can be put back. */
    REEVE_TRY(
        reeve_gateway_set_approvers(s->gateway, f->config->approvers, f->config->approvers_count));
    return s->server != NULL ? reeve_rpc_server_set_tls(s->server, &material) : REEVE_OK;
}

/* ---- what needs a restart ---- */

static void say_restart(const char *field)
{
    REEVE_LOG(WARN, "this change takes effect after a restart only",
              reeve_log_text("field", field));
}

static bool same_text(const char *a, const char *b)
{
    return reeve_bytes_equal_cstr(reeve_bytes_cstr(a), b);
}

static void name_the_rest(const struct reeve_gateway_config *before,
                          const struct reeve_gateway_config *after)
{
    if (!same_text(before->listen, after->listen)) {
        say_restart("listen");
    }
    if (!same_text(before->store_path, after->store_path)) {
        say_restart("store");
    }
    if (!reeve_bytes_equal(reeve_bytes_of(&before->delivery, sizeof(before->delivery)),
                           reeve_bytes_of(&after->delivery, sizeof(after->delivery)))) {
        say_restart("delivery");
    }
    if (!reeve_bytes_equal(reeve_bytes_of(&before->limits, sizeof(before->limits)),
                           reeve_bytes_of(&after->limits, sizeof(after->limits)))) {
        say_restart("limits");
    }
}

/* ---- whose grant has changed ---- */

struct comparison {
    const struct reeve_gateway_config *before;
    const struct reeve_gateway_config *after;
};

static bool same_pools(const struct reeve_grant *a, const struct reeve_grant *b)
{
    if (a->pools_count != b->pools_count) {
        return false;
    }
    for (size_t i = 0; i < a->pools_count; i++) {
        if (!same_text(a->pools[i], b->pools[i])) {
            return false;
        }
    }
    return true;
}

static bool keeps(const void *ctx, const char *identity)
{
    const struct comparison *c = ctx;
    const struct reeve_grant *before =
        reeve_grant_find(c->before->grants, c->before->grants_count, identity);
    const struct reeve_grant *after =
        reeve_grant_find(c->after->grants, c->after->grants_count, identity);
    return before != NULL && after != NULL && before->roles == after->roles &&
           same_text(before->tenant, after->tenant) && same_pools(before, after);
}

static void take_over(struct reeve_service *s, struct fresh *f)
{
    struct reeve_gateway_config *old = s->config;
    const struct comparison comparison = {.before = old, .after = f->config};
    name_the_rest(old, f->config);
    reeve_tls_files_free(s->tls);
    s->config = f->config;
    s->tls = f->tls;
    reeve_log_configure(s->config->log_level, s->config->log_format, STDERR_FILENO);
    reeve_service_review_sessions(s, keeps, &comparison);
    reeve_service_review_calls(s, keeps, &comparison);
    reeve_gateway_config_free(old);
    REEVE_LOG(INFO, "configuration taken over", reeve_log_u64("grants", s->config->grants_count),
              reeve_log_u64("approvers", s->config->approvers_count));
}

static void keep_old(struct reeve_service *s, struct fresh *f, enum reeve_status status)
{
    if (reeve_gateway_set_approvers(s->gateway, s->config->approvers, s->config->approvers_count) !=
        REEVE_OK) {
        REEVE_LOG_EVENT(ERROR, "out of memory: the new approvers may be in use");
    }
    reeve_tls_files_free(f->tls);
    reeve_gateway_config_free(f->config);
    REEVE_LOG(ERROR, "configuration not taken over; the old one stays in use",
              reeve_log_text("file", s->config_path), reeve_log_status(status));
}

void reeve_service_reload(struct reeve_service *s)
{
    struct fresh f = {.config = NULL};
    if (s->config_path == NULL || s->phase != REEVE_SERVICE_SERVING) {
        return;
    }
    reeve_config_report_init(&f.report, s->config_path);
    const enum reeve_status status = load(s, &f);
    log_report(&f.report);
    if (status == REEVE_OK) {
        take_over(s, &f);
    } else {
        keep_old(s, &f, status);
    }
    reeve_config_report_clear(&f.report);
}

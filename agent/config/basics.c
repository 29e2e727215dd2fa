/* SPDX-License-Identifier: Apache-2.0 */
/* Gateway, identity, journal, status, limits, log, drain, pools and labels. */
#include <inttypes.h>

#include "agent/config/builder.h"

#define KIB UINT64_C(1024)
#define MIB (1024 * KIB)

/* One message of the stream is at most 4 MiB, and carries more than the body. */
#define BODY_MAX (3 * MIB)
#define JOURNAL_DEFAULT (1024 * MIB)
#define JOURNAL_MIN (16 * MIB)
#define SPOOL_DEFAULT (256 * MIB)
/* Several of the largest messages. */
#define SPOOL_MIN (16 * MIB)
#define DRAIN_DEFAULT_MS UINT64_C(25000)
#define DRAIN_MAX_MS UINT64_C(3600000)
#define IN_FLIGHT 256u
#define IN_FLIGHT_MAX 100000u
#define BACKOFF_MAX_MS UINT64_C(3600000)
/* What sockaddr_un holds, with its NUL. */
#define SOCKET_PATH_MAX 107u

enum { POOLS_MAX = 16, LABELS_MAX = 16, NAME_MAX_BYTES = 63 };

static void check_address(struct reeve_config_builder *b)
{
    const struct reeve_v1_gateway_address *gateway = b->source->gateway;
    if (reeve_config_address(reeve_bytes_cstr(gateway->address))) {
        return;
    }
    struct reeve_config_item *item = reeve_config_error(b, "address", "gateway.address");
    reeve_config_item_text(item, "not a host and a port from 1 to 65535");
    reeve_config_item_next(
        item, "write host:port, for example gateway.example.com:8443 or [2001:db8::1]:8443");
}

static enum reeve_status build_gateway(struct reeve_config_builder *b)
{
    check_address(b);
    b->config->gateway_address = b->source->gateway->address;
    b->config->gateway_server_name = reeve_config_text(b->source->gateway->server_name);
    REEVE_TRY(reeve_config_path(b, b->source->gateway->ca_file, &b->config->gateway_ca_file));
    REEVE_TRY(reeve_config_path(b, b->source->identity->certificate_file,
                                &b->config->identity.certificate_file));
    return reeve_config_path(b, b->source->identity->key_file, &b->config->identity.key_file);
}

static enum reeve_status build_journal(struct reeve_config_builder *b)
{
    const struct reeve_v1_journal_config *journal = b->source->journal;
    b->config->journal_max_bytes = journal->max_bytes != 0 ? journal->max_bytes : JOURNAL_DEFAULT;
    if (b->config->journal_max_bytes < JOURNAL_MIN) {
        struct reeve_config_item *item = reeve_config_error(b, "range", "journal.max_bytes");
        reeve_config_item_text(item, "a journal needs at least 16 MiB");
        reeve_config_item_next(item, "write 16777216 or more, or leave it out for 1 GiB");
    }
    return reeve_config_path(b, journal->directory, &b->config->journal_directory);
}

/* A path in the journal's directory. */
static enum reeve_status beside_journal(struct reeve_config_builder *b, const char *name,
                                        const char **out)
{
    const char *directory = b->config->journal_directory;
    const size_t size = reeve_bytes_cstr(directory).len + reeve_bytes_cstr(name).len + 2;
    char *path = reeve_arena_alloc(b->arena, size);
    if (path == NULL) {
        return REEVE_NO_MEMORY;
    }
    *out = path;
    return reeve_format(path, size, "%s/%s", directory, name);
}

static enum reeve_status build_spool(struct reeve_config_builder *b)
{
    const struct reeve_v1_spool_config *spool = b->source->spool;
    const char *given = spool != NULL ? reeve_config_text(spool->directory) : NULL;
    uint64_t max = spool != NULL && spool->max_bytes != 0 ? spool->max_bytes : SPOOL_DEFAULT;
    b->config->spool_max_bytes = spool != NULL && spool->off ? 0 : max;
    if (max < SPOOL_MIN) {
        struct reeve_config_item *item = reeve_config_error(b, "range", "spool.max_bytes");
        reeve_config_item_text(item, "a spool needs at least 16 MiB");
        reeve_config_item_next(item, "write 16777216 or more, leave it out for 256 MiB, or have "
                                     "none: spool: { off: true }");
    }
    if (given == NULL) {
        return beside_journal(b, "spool", &b->config->spool_directory);
    }
    REEVE_TRY(reeve_config_path(b, given, &b->config->spool_directory));
    if (reeve_bytes_equal_cstr(reeve_bytes_cstr(b->config->spool_directory),
                               b->config->journal_directory)) {
        struct reeve_config_item *item = reeve_config_error(b, "distinct", "spool.directory");
        reeve_config_item_text(item, "it is the journal's directory");
        reeve_config_item_next(item, "leave it out, or name one that nobody else uses");
    }
    return REEVE_OK;
}

static enum reeve_status build_status(struct reeve_config_builder *b)
{
    const struct reeve_v1_status_config *status = b->source->status;
    const char *given = status != NULL ? reeve_config_text(status->socket) : NULL;
    if (given != NULL) {
        REEVE_TRY(reeve_config_path(b, given, &b->config->status_socket));
    } else {
        REEVE_TRY(beside_journal(b, "agent.sock", &b->config->status_socket));
    }
    if (reeve_bytes_cstr(b->config->status_socket).len <= SOCKET_PATH_MAX) {
        return REEVE_OK;
    }
    struct reeve_config_item *item =
        reeve_config_error(b, "length", given != NULL ? "status.socket" : "journal.directory");
    reeve_config_item_text(item, "the status socket's path %s is longer than %u bytes",
                           b->config->status_socket, SOCKET_PATH_MAX);
    reeve_config_item_next(item, "give a short path: status: { socket: /run/reeve/agent.sock }");
    return REEVE_OK;
}

/* ---- limits ---- */

static uint64_t bounded(struct reeve_config_builder *b, uint64_t given, uint64_t fallback,
                        uint64_t max, const char *field)
{
    if (given == 0) {
        return fallback;
    }
    if (given <= max) {
        return given;
    }
    struct reeve_config_item *item = reeve_config_error(b, "range", "limits.%s", field);
    reeve_config_item_text(item, "more than %llu bytes do not fit into one message of the stream",
                           (unsigned long long)max);
    reeve_config_item_next(item, "write %llu or less, or leave it out for %llu",
                           (unsigned long long)max, (unsigned long long)fallback);
    return fallback;
}

static void check_memory(struct reeve_config_builder *b)
{
    const struct reeve_config_limits *limits = &b->config->limits;
    const uint64_t least = limits->max_input_bytes + limits->max_output_bytes;
    if (limits->max_memory_bytes >= least) {
        return;
    }
    struct reeve_config_item *item = reeve_config_error(b, "range", "limits.max_memory_bytes");
    reeve_config_item_text(item, "less than one input and one output: no job would ever fit");
    reeve_config_item_next(item, "write at least max_input_bytes + max_output_bytes, here %" PRIu64,
                           least);
}

/* Beside those that are begun, no more than can begin next: a job's time runs while it is held. */
static uint32_t held_jobs(const struct reeve_v1_worker_limits *given)
{
    if (given->max_in_flight != 0) {
        return given->max_in_flight;
    }
    const uint32_t twice = given->max_running * 2;
    if (twice == 0) {
        return IN_FLIGHT;
    }
    return twice < IN_FLIGHT_MAX ? twice : IN_FLIGHT_MAX;
}

static void check_running(struct reeve_config_builder *b)
{
    struct reeve_config_limits *limits = &b->config->limits;
    if (limits->max_running <= limits->max_in_flight) {
        return;
    }
    struct reeve_config_item *item = reeve_config_error(b, "range", "limits.max_running");
    reeve_config_item_text(item, "more than all jobs that are held");
    reeve_config_item_next(item, "write at most max_in_flight, here %" PRIu32,
                           limits->max_in_flight);
}

static void build_limits(struct reeve_config_builder *b)
{
    const struct reeve_v1_worker_limits none = {.max_in_flight = 0};
    const struct reeve_v1_worker_limits *given =
        b->source->limits != NULL ? b->source->limits : &none;
    struct reeve_config_limits *limits = &b->config->limits;
    limits->max_in_flight = held_jobs(given);
    limits->max_running = given->max_running != 0 ? given->max_running : limits->max_in_flight;
    check_running(b);
    limits->max_input_bytes = bounded(b, given->max_input_bytes, MIB, BODY_MAX, "max_input_bytes");
    limits->max_output_bytes =
        bounded(b, given->max_output_bytes, MIB, BODY_MAX, "max_output_bytes");
    limits->max_memory_bytes = given->max_memory_bytes != 0 ? given->max_memory_bytes : 256 * MIB;
    limits->pool_threads = given->pool_threads;
    check_memory(b);
}

/* ---- log ---- */

static enum reeve_log_level log_level(enum reeve_v1_log_level level)
{
    return level == 0 ? REEVE_LOG_INFO : (enum reeve_log_level)((int)level - 1);
}

static void build_log(struct reeve_config_builder *b)
{
    const struct reeve_v1_log_config *log = b->source->log;
    const int level = log != NULL ? (int)log->level : 0;
    const int format = log != NULL ? (int)log->format : 0;
    b->config->log_level = REEVE_LOG_INFO;
    if (level >= 0 && level <= 4) {
        b->config->log_level = log_level((enum reeve_v1_log_level)level);
    }
    b->config->log_format = format == 2 ? REEVE_LOG_FORMAT_JSON : REEVE_LOG_FORMAT_TEXT;
}

/* ---- pools and labels ---- */

static bool is_short_name(const char *text)
{
    const struct reeve_bytes name = reeve_bytes_cstr(text);
    return name.len > 0 && name.len <= NAME_MAX_BYTES;
}

static void build_pools(struct reeve_config_builder *b)
{
    const size_t count = b->source->n_pools;
    if (count > POOLS_MAX) {
        struct reeve_config_item *item = reeve_config_error(b, "count", "pools");
        reeve_config_item_text(item, "more than %d pools", POOLS_MAX);
        reeve_config_item_next(item, "name fewer pools, or none for all that the identity may use");
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_short_name(b->source->pools[i])) {
            struct reeve_config_item *item = reeve_config_error(b, "name", "pools[%zu]", i);
            reeve_config_item_text(item, "a pool's name has 1 to %d bytes", NAME_MAX_BYTES);
            reeve_config_item_next(item, "write the pool's name as the gateway's grants have it");
        }
    }
    b->config->pools = (const char *const *)b->source->pools;
    b->config->pools_count = (uint32_t)count;
}

static void check_label(struct reeve_config_builder *b,
                        const struct reeve_v1_agent_config_labels_entry *label)
{
    if (is_short_name(label->key) && reeve_bytes_cstr(label->value).len <= NAME_MAX_BYTES) {
        return;
    }
    struct reeve_config_item *item = reeve_config_error(b, "label", "labels[\"%s\"]", label->key);
    reeve_config_item_text(item, "a label is a key of 1 to %d bytes and a value of at most %d",
                           NAME_MAX_BYTES, NAME_MAX_BYTES);
    reeve_config_item_next(item, "shorten it");
}

static enum reeve_status build_labels(struct reeve_config_builder *b)
{
    const size_t count = b->source->n_labels;
    struct reeve_config_label *labels =
        reeve_arena_alloc_array(b->arena, count + 1, sizeof(*labels));
    if (labels == NULL) {
        return REEVE_NO_MEMORY;
    }
    if (count > LABELS_MAX) {
        struct reeve_config_item *item = reeve_config_error(b, "count", "labels");
        reeve_config_item_text(item, "more than %d labels", LABELS_MAX);
        reeve_config_item_next(item, "remove labels");
    }
    for (size_t i = 0; i < count; i++) {
        check_label(b, b->source->labels[i]);
        labels[i].key = b->source->labels[i]->key;
        labels[i].value = b->source->labels[i]->value;
    }
    b->config->labels = labels;
    b->config->labels_count = (uint32_t)count;
    return REEVE_OK;
}

enum reeve_status reeve_config_build_basics(struct reeve_config_builder *b)
{
    REEVE_TRY(build_gateway(b));
    REEVE_TRY(build_journal(b));
    REEVE_TRY(build_spool(b));
    REEVE_TRY(build_status(b));
    build_limits(b);
    build_log(b);
    b->config->drain_timeout_ms = reeve_config_ms(b, b->source->drain_timeout, DRAIN_DEFAULT_MS,
                                                  DRAIN_MAX_MS, "drain_timeout");
    b->config->max_backoff_ms =
        (uint32_t)reeve_config_ms(b, b->source->max_backoff, 0, BACKOFF_MAX_MS, "max_backoff");
    build_pools(b);
    return build_labels(b);
}

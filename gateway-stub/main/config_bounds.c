/* SPDX-License-Identifier: Apache-2.0 */
/* How long things take and how much there may be of them. */
#include "gateway-stub/main/config_builder.h"

#define KIB UINT64_C(1024)
#define MIB (1024 * KIB)
#define DAY_MS UINT64_C(86400000)

/* What a frame holds besides the JobSpec in it. */
#define FRAME_OVERHEAD (32 * KIB)

struct range {
    const char *field;
    uint64_t min;
    uint64_t max;
    uint64_t fallback;
};

/* ---- times ---- */

/* Milliseconds, rounded up; UINT64_MAX when there are too many. */
static uint64_t in_ms(const struct google_protobuf_duration *duration)
{
    if (duration->seconds < 0 || duration->nanos < 0) {
        return 0;
    }
    if ((uint64_t)duration->seconds > UINT64_MAX / 2000) {
        return UINT64_MAX;
    }
    return (uint64_t)duration->seconds * 1000 + ((uint64_t)duration->nanos + 999999) / 1000000;
}

static uint64_t time_of(struct reeve_gateway_config_builder *b,
                        const struct google_protobuf_duration *duration, const struct range *range)
{
    const uint64_t ms = duration != NULL ? in_ms(duration) : range->fallback;
    if (ms >= range->min && ms <= range->max) {
        return ms;
    }
    struct reeve_config_item *item =
        reeve_gateway_config_error(b, "duration.range", "delivery.%s", range->field);
    reeve_config_item_text(item, "the time is not between %llu ms and %llu s",
                           (unsigned long long)range->min, (unsigned long long)(range->max / 1000));
    reeve_config_item_next(item, "write a time in that range, or leave it out for %llu s",
                           (unsigned long long)(range->fallback / 1000));
    return range->fallback;
}

static void check_lease(struct reeve_gateway_config_builder *b)
{
    const struct reeve_gateway_delivery *d = &b->config->delivery;
    if (d->lease_ms / 3 >= d->heartbeat_interval_ms) {
        return;
    }
    struct reeve_config_item *item = reeve_gateway_config_error(b, "lease", "delivery.lease");
    reeve_config_item_text(item, "the lease is shorter than three heartbeat intervals");
    reeve_config_item_next(item, "write at least %llu ms, or a shorter heartbeat_interval",
                           (unsigned long long)d->heartbeat_interval_ms * 3);
}

static void build_delivery(struct reeve_gateway_config_builder *b)
{
    static const struct range HEARTBEAT = {"heartbeat_interval", 50,
                                           REEVE_HEARTBEAT_INTERVAL_MAX_MS, 3000};
    static const struct range LEASE = {"lease", 150, 600000, 9000};
    static const struct range GRACE = {"grace", 0, DAY_MS, 15000};
    static const struct range LOST = {"lost_after", 1000, 365 * DAY_MS, DAY_MS};
    static const struct range EXPIRY = {"default_expiry", 1000, 365 * DAY_MS, DAY_MS / 24};
    static const struct reeve_v1_delivery NONE = {.heartbeat_interval = NULL};
    const struct reeve_v1_delivery *from =
        b->source->delivery != NULL ? b->source->delivery : &NONE;
    struct reeve_gateway_delivery *d = &b->config->delivery;
    d->heartbeat_interval_ms = (uint32_t)time_of(b, from->heartbeat_interval, &HEARTBEAT);
    d->lease_ms = from->lease == NULL && d->heartbeat_interval_ms * 3 > LEASE.fallback
                      ? d->heartbeat_interval_ms * 3
                      : (uint32_t)time_of(b, from->lease, &LEASE);
    d->grace_ms = (uint32_t)time_of(b, from->grace, &GRACE);
    d->lost_after_ms = time_of(b, from->lost_after, &LOST);
    d->default_expiry_ms = time_of(b, from->default_expiry, &EXPIRY);
    d->max_attempts = from->max_attempts != 0 ? from->max_attempts : 3;
    check_lease(b);
}

/* ---- bounds ---- */

static uint64_t bound_of(struct reeve_gateway_config_builder *b, uint64_t value,
                         const struct range *range)
{
    if (value == 0) {
        return range->fallback;
    }
    if (value >= range->min && value <= range->max) {
        return value;
    }
    struct reeve_config_item *item =
        reeve_gateway_config_error(b, "range", "limits.%s", range->field);
    reeve_config_item_text(item, "not between %llu and %llu", (unsigned long long)range->min,
                           (unsigned long long)range->max);
    reeve_config_item_next(item, "write a number in that range, or leave it out for %llu",
                           (unsigned long long)range->fallback);
    return range->fallback;
}

static void check_job_spec(struct reeve_gateway_config_builder *b)
{
    const struct reeve_gateway_limits *l = &b->config->limits;
    if (l->max_job_spec_bytes + FRAME_OVERHEAD <= l->max_frame_bytes) {
        return;
    }
    struct reeve_config_item *item =
        reeve_gateway_config_error(b, "range", "limits.max_job_spec_bytes");
    reeve_config_item_text(item, "a JobSpec of this size, with its approvals, does not fit into a "
                                 "frame of max_frame_bytes");
    reeve_config_item_next(item, "write at most max_frame_bytes less 32 KiB");
}

void reeve_gateway_config_build_bounds(struct reeve_gateway_config_builder *b)
{
    static const struct range FRAME = {"max_frame_bytes", 64 * KIB, 16 * MIB, MIB};
    static const struct range SPEC = {"max_job_spec_bytes", KIB, 8 * MIB, 256 * KIB};
    static const struct range RESULT = {"max_result_bytes", KIB, 16 * MIB, MIB};
    static const struct range JOBS = {"max_open_jobs", 256, 100000000, 1000000};
    static const struct range RESULTS = {"max_job_results", 1, 1000000000, 1000000};
    static const struct range RESULT_BYTES = {"max_job_result_bytes", KIB, 64 * 1024 * MIB,
                                              256 * MIB};
    static const struct range WORKERS = {"max_workers", 1, 100000, 1024};
    static const struct reeve_v1_gateway_limits NONE = {.max_workers = 0};
    const struct reeve_v1_gateway_limits *from =
        b->source->limits != NULL ? b->source->limits : &NONE;
    struct reeve_gateway_limits *l = &b->config->limits;
    l->max_frame_bytes = (uint32_t)bound_of(b, from->max_frame_bytes, &FRAME);
    l->max_job_spec_bytes = (uint32_t)bound_of(b, from->max_job_spec_bytes, &SPEC);
    l->max_result_bytes = bound_of(b, from->max_result_bytes, &RESULT);
    l->max_open_jobs = bound_of(b, from->max_open_jobs, &JOBS);
    l->max_job_results = bound_of(b, from->max_job_results, &RESULTS);
    l->max_job_result_bytes = bound_of(b, from->max_job_result_bytes, &RESULT_BYTES);
    l->max_workers = (uint32_t)bound_of(b, from->max_workers, &WORKERS);
    check_job_spec(b);
    build_delivery(b);
}

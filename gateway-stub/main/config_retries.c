/* SPDX-License-Identifier: Apache-2.0 */
/* Which failed attempts are followed by another one: delivery.retries. */
#include "gateway-stub/main/config_builder.h"

#define DAY_MS UINT64_C(86400000)
#define REASONS_MAX 128

/* Whole and fractional seconds as milliseconds; 0 when absent; UINT64_MAX when out of range. */
static uint64_t in_ms(const struct google_protobuf_duration *duration)
{
    if (duration == NULL) {
        return 0;
    }
    bool good = duration->seconds >= 0 && duration->nanos >= 0 &&
                (uint64_t)duration->seconds <= DAY_MS / 1000;
    uint64_t ms =
        good ? (uint64_t)duration->seconds * 1000 + ((uint64_t)duration->nanos + 999999) / 1000000
             : UINT64_MAX;
    return ms == 0 ? UINT64_MAX : ms;
}

static uint64_t time_of(struct reeve_gateway_config_builder *b, size_t index, const char *field,
                        const struct google_protobuf_duration *duration)
{
    uint64_t ms = in_ms(duration);
    if (ms <= DAY_MS) {
        return ms;
    }
    struct reeve_config_item *item =
        reeve_gateway_config_error(b, "duration.range", "delivery.retries[%zu].%s", index, field);
    reeve_config_item_text(item, "the time is not between 1 ms and 24 h");
    reeve_config_item_next(item, "write a time such as 5s, or leave it out");
    return 0;
}

/* Ends that are final by what they mean cannot be tried again. */
static bool is_failure(int reason)
{
    return reason > 0 && reason < REASONS_MAX && reason != REEVE_V1_REASON_REPLAYED &&
           reason != REEVE_V1_REASON_EXPIRED && reason != REEVE_V1_REASON_CANCEL_REQUESTED &&
           reason != REEVE_V1_REASON_ATTEMPTS_EXHAUSTED && reason != REEVE_V1_REASON_PLAN_REJECTED;
}

static void add_reasons(struct reeve_gateway_config_builder *b, size_t index,
                        struct reeve_gateway_retry *policy)
{
    const struct reeve_v1_retry_policy *from = b->source->delivery->retries[index];
    for (size_t i = 0; i < from->n_on; i++) {
        const int reason = (int)from->on[i];
        if (is_failure(reason)) {
            policy->reasons[reason / 64] |= UINT64_C(1) << (reason % 64);
            continue;
        }
        struct reeve_config_item *item =
            reeve_gateway_config_error(b, "reason", "delivery.retries[%zu].on[%zu]", index, i);
        reeve_config_item_text(item, "no attempt that could be repeated ends with this reason");
        reeve_config_item_next(item, "write a reason of a failed attempt, such as "
                                     "REASON_UPSTREAM_UNREACHABLE, or leave `on` out");
    }
}

static void check_backoff(struct reeve_gateway_config_builder *b, size_t index,
                          const struct reeve_gateway_retry *policy)
{
    if (policy->max_backoff_ms == 0 || policy->backoff_ms <= policy->max_backoff_ms) {
        return;
    }
    struct reeve_config_item *item =
        reeve_gateway_config_error(b, "backoff", "delivery.retries[%zu].max_backoff", index);
    reeve_config_item_text(item, "max_backoff is shorter than backoff");
    reeve_config_item_next(item, "write at least as much as backoff");
}

enum reeve_status reeve_gateway_config_build_retries(struct reeve_gateway_config_builder *b)
{
    struct reeve_gateway_config *config = b->config;
    const struct reeve_v1_delivery *delivery = b->source->delivery;
    size_t count = delivery == NULL ? 0 : delivery->n_retries;
    config->retries = reeve_arena_alloc_array(b->arena, count, sizeof(*config->retries));
    if (config->retries == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        const struct reeve_v1_retry_policy *from = delivery->retries[i];
        struct reeve_gateway_retry *policy = &config->retries[config->retries_count++];
        *policy = (struct reeve_gateway_retry){
            .task = from->task,
            .max_attempts = from->max_attempts,
            .backoff_ms = time_of(b, i, "backoff", from->backoff),
            .max_backoff_ms = time_of(b, i, "max_backoff", from->max_backoff),
            .dead_letters = from->dead_letters,
        };
        check_backoff(b, i, policy);
        add_reasons(b, i, policy);
    }
    return REEVE_OK;
}

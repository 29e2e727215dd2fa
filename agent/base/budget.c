/* SPDX-License-Identifier: Apache-2.0 */
/* The shared bound: see budget.h. Growth is counted before it is done and given back when it fails,
 * so that two users cannot both take the last of it. */
#include "agent/base/budget.h"

static bool take(struct reeve_budget *b, uint64_t bytes)
{
    uint64_t used = __atomic_load_n(&b->used, __ATOMIC_RELAXED);

    do {
        if (bytes > b->max - used) {
            return false;
        }
    } while (!__atomic_compare_exchange_n(&b->used, &used, used + bytes, true, __ATOMIC_RELAXED,
                                          __ATOMIC_RELAXED));
    return true;
}

static void give_back(struct reeve_budget *b, uint64_t bytes)
{
    (void)__atomic_sub_fetch(&b->used, bytes, __ATOMIC_RELAXED);
}

static void *budget_realloc(void *ctx, void *p, size_t old_size, size_t new_size)
{
    struct reeve_budget *b = ctx;
    const size_t more = new_size > old_size ? new_size - old_size : 0;

    if (!take(b, more)) {
        return NULL;
    }
    void *resized = b->from->realloc(b->from->ctx, p, old_size, new_size);
    if (resized == NULL && new_size > 0) {
        give_back(b, more);
        return NULL;
    }
    give_back(b, old_size > new_size ? old_size - new_size : 0);
    return resized;
}

void reeve_budget_init(struct reeve_budget *budget, const struct reeve_allocator *from,
                       uint64_t max)
{
    *budget = (struct reeve_budget){.allocator = {.realloc = budget_realloc, .ctx = budget},
                                    .from = from != NULL ? from : reeve_heap(),
                                    .max = max};
}

uint64_t reeve_budget_used(const struct reeve_budget *budget)
{
    return __atomic_load_n(&budget->used, __ATOMIC_RELAXED);
}

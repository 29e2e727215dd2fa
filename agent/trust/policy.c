/* SPDX-License-Identifier: Apache-2.0 */
/* Allowlist and approvers, immutable once built (policy.h). */
#include "agent/trust/policy.h"

#include <stdlib.h>

#include "agent/base/arena.h"
#include "agent/base/character.h"
#include "agent/trust/key.h"

#define POLICY_MAX_BYTES ((size_t)8 * 1024 * 1024)
#define TASK_MAX_BYTES 255u

struct approver {
    struct reeve_approver approver;
    char id[REEVE_KEY_ID_SIZE];
};

struct reeve_policy {
    struct reeve_arena arena; /* everything below */
    const struct reeve_allocator *allocator;
    struct reeve_allow *allow; /* sorted by task; a star sorts as written */
    size_t allow_count;
    struct approver *approvers; /* sorted by key id */
    size_t approver_count;
    uint32_t min_approvals;
};

/* ---- patterns ---- */

static bool is_word_byte(uint8_t c)
{
    return reeve_is_alphanumeric(c) || c == '_';
}

/* Position of the one '/', or SIZE_MAX. */
static size_t find_slash(struct reeve_bytes task)
{
    return reeve_bytes_find(task, reeve_bytes_cstr("/"));
}

static bool is_pattern(struct reeve_bytes task)
{
    size_t slash = find_slash(task);
    if (task.len > TASK_MAX_BYTES || slash == SIZE_MAX || slash == 0 || slash + 1 == task.len) {
        return false;
    }
    for (size_t i = 0; i < slash; i++) {
        if (!is_word_byte(task.data[i]) && task.data[i] != '.') {
            return false;
        }
    }
    struct reeve_bytes method = reeve_bytes_slice(task, slash + 1, SIZE_MAX);
    if (reeve_bytes_equal_cstr(method, "*")) {
        return true;
    }
    for (size_t i = 0; i < method.len; i++) {
        if (!is_word_byte(method.data[i])) {
            return false;
        }
    }
    return true;
}

/* ---- building ---- */

static int compare_allow(const void *a, const void *b)
{
    const struct reeve_allow *left = a;
    const struct reeve_allow *right = b;
    return reeve_bytes_compare(left->task, right->task);
}

static int compare_approver(const void *a, const void *b)
{
    const struct approver *left = a;
    const struct approver *right = b;
    return reeve_bytes_compare(reeve_bytes_cstr(left->id), reeve_bytes_cstr(right->id));
}

static enum reeve_status copy_allow(struct reeve_policy *p, const struct reeve_policy_options *o)
{
    p->allow = reeve_arena_alloc_array(&p->arena, o->allow_count, sizeof *p->allow);
    if (p->allow == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < o->allow_count; i++) {
        if (!is_pattern(o->allow[i].task)) {
            return REEVE_INVALID;
        }
        if (o->allow[i].approvals > o->approver_count) {
            return REEVE_LIMIT;
        }
        p->allow[i] = o->allow[i];
        REEVE_TRY(reeve_arena_dup(&p->arena, o->allow[i].task, &p->allow[i].task));
    }
    p->allow_count = o->allow_count;
    if (p->allow_count > 0) {
        qsort(p->allow, p->allow_count, sizeof *p->allow, compare_allow);
    }
    for (size_t i = 1; i < p->allow_count; i++) {
        if (compare_allow(&p->allow[i - 1], &p->allow[i]) == 0) {
            return REEVE_INVALID;
        }
    }
    return REEVE_OK;
}

static enum reeve_status copy_approvers(struct reeve_policy *p,
                                        const struct reeve_policy_options *o)
{
    p->approvers = reeve_arena_alloc_array(&p->arena, o->approver_count, sizeof *p->approvers);
    if (p->approvers == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < o->approver_count; i++) {
        struct approver *to = &p->approvers[i];
        to->approver = o->approvers[i];
        reeve_key_id(&to->approver.key, to->id);
        REEVE_TRY(reeve_arena_dup(&p->arena, o->approvers[i].name, &to->approver.name));
    }
    p->approver_count = o->approver_count;
    if (p->approver_count > 0) {
        qsort(p->approvers, p->approver_count, sizeof *p->approvers, compare_approver);
    }
    for (size_t i = 1; i < p->approver_count; i++) {
        if (compare_approver(&p->approvers[i - 1], &p->approvers[i]) == 0) {
            return REEVE_EXISTS;
        }
    }
    return REEVE_OK;
}

static enum reeve_status fill(struct reeve_policy *p, const struct reeve_policy_options *o)
{
    if (o->min_approvals > o->approver_count) {
        return REEVE_LIMIT;
    }
    p->min_approvals = o->min_approvals;
    REEVE_TRY(copy_allow(p, o));
    return copy_approvers(p, o);
}

enum reeve_status reeve_policy_new(const struct reeve_policy_options *options,
                                   const struct reeve_allocator *a, struct reeve_policy **out)
{
    *out = NULL;
    if (options->allow_count > REEVE_POLICY_ENTRIES_MAX ||
        options->approver_count > REEVE_POLICY_APPROVERS_MAX) {
        return REEVE_LIMIT;
    }
    struct reeve_policy *p = reeve_alloc(a, sizeof *p);
    if (p == NULL) {
        return REEVE_NO_MEMORY;
    }
    p->allocator = a;
    reeve_arena_init(&p->arena, a, POLICY_MAX_BYTES, 0);
    enum reeve_status status = fill(p, options);
    if (status != REEVE_OK) {
        reeve_policy_free(p);
        return status;
    }
    *out = p;
    return REEVE_OK;
}

void reeve_policy_free(struct reeve_policy *policy)
{
    if (policy == NULL) {
        return;
    }
    reeve_arena_clear(&policy->arena);
    reeve_free(policy->allocator, policy, sizeof *policy);
}

/* ---- asking ---- */

static const struct reeve_allow *find_allow(const struct reeve_policy *policy,
                                            struct reeve_bytes task)
{
    const struct reeve_allow wanted = {.task = task};
    if (policy->allow_count == 0) {
        return NULL;
    }
    return bsearch(&wanted, policy->allow, policy->allow_count, sizeof wanted, compare_allow);
}

const struct reeve_allow *reeve_policy_allows(const struct reeve_policy *policy,
                                              struct reeve_bytes task)
{
    uint8_t star[TASK_MAX_BYTES + 2u];
    size_t slash = find_slash(task);
    if (task.len > TASK_MAX_BYTES || slash == SIZE_MAX || slash + 1 == task.len ||
        task.data[slash + 1] == '*') {
        return NULL;
    }
    const struct reeve_allow *exact = find_allow(policy, task);
    if (exact != NULL) {
        return exact;
    }
    reeve_move(star, task.data, slash + 1);
    star[slash + 1] = '*';
    return find_allow(policy, reeve_bytes_of(star, slash + 2));
}

const struct reeve_approver *reeve_policy_approver(const struct reeve_policy *policy,
                                                   struct reeve_bytes key_id)
{
    struct approver wanted = {.id = ""};
    if (key_id.len != REEVE_KEY_ID_LENGTH || policy->approver_count == 0) {
        return NULL;
    }
    reeve_move(wanted.id, key_id.data, key_id.len);
    const struct approver *found = bsearch(&wanted, policy->approvers, policy->approver_count,
                                           sizeof wanted, compare_approver);
    return found == NULL ? NULL : &found->approver;
}

uint32_t reeve_policy_approvals(const struct reeve_policy *policy, const struct reeve_allow *entry,
                                uint32_t task_approvals)
{
    uint32_t most = policy->min_approvals;
    most = entry->approvals > most ? entry->approvals : most;
    return task_approvals > most ? task_approvals : most;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* SubmitPlan: everything is checked before anything is stored; the JobSpec and PlanStatement bytes
 * are made here, once. */
#include "agent/base/character.h"
#include "agent/base/hash.h"
#include "agent/codec/job_spec.h"
#include "agent/codec/plan.h"
#include "gateway-stub/core/control.h"
#include "gateway-stub/core/job.h"
#include "gateway-stub/core/out.h"
#include "gateway-stub/core/own.h"
#include "gateway-stub/core/plan.h"
#include "gateway-stub/core/registry.h"
#include "gateway-stub/core/schema.h"

#define PROBLEMS_MAX 16u
#define INPUT_ARENA_BYTES ((size_t)32 * 1024 * 1024)
#define EXPIRY_MAX_MS ((uint64_t)366 * 24 * 3600 * 1000)

struct submit {
    struct reeve_gateway *g;
    struct reeve_call *call;
    const struct reeve_v1_submit_plan_request *in;
    struct reeve_store_request *request;
    struct reeve_store_plan *plan;
    struct reeve_problems problems;
    size_t bytes;     /* of all JobSpecs */
    const char *code; /* of the first problem */
};

static void problem_at(struct submit *s, const char *path, const char *rule, const char *text,
                       const char *code)
{
    struct reeve_problems *p = &s->problems;
    p->total++;
    if (p->count == p->capacity) {
        return;
    }
    struct reeve_problem *to = &p->items[p->count++];
    reeve_zero(to, sizeof(*to));
    reeve_format_cut(to->field, sizeof(to->field), "%s", path);
    reeve_format_cut(to->rule, sizeof(to->rule), "%s", rule);
    reeve_format_cut(to->text, sizeof(to->text), "%s", text);
    s->code = s->code == NULL ? code : s->code;
}

static void problem(struct submit *s, size_t job, const char *field, const char *rule,
                    const char *text, const char *code)
{
    char path[REEVE_PROBLEM_TEXT];
    reeve_format_cut(path, sizeof(path), "jobs[%zu]%s%s", job, field[0] ? "." : "", field);
    problem_at(s, path, rule, text, code);
}

static struct reeve_version *find_version(struct submit *s, size_t i)
{
    const struct reeve_v1_planned_job *job = s->in->jobs[i];
    struct reeve_task_versions *task =
        reeve_registry_task(s->g, s->call->tenant, reeve_bytes_cstr(job->task));
    if (task == NULL) {
        problem(s, i, "task", "registered", "this task is not registered", "UNKNOWN_TASK");
        return NULL;
    }
    if (job->fingerprint.len == 0) {
        return reeve_registry_newest(task);
    }
    struct reeve_digest fingerprint;
    struct reeve_version *version = NULL;
    if (reeve_digest_from_bytes(reeve_bytes_of(job->fingerprint.data, job->fingerprint.len),
                                &fingerprint) == REEVE_OK) {
        version = reeve_registry_version(task, &fingerprint);
    }
    if (version == NULL) {
        problem(s, i, "fingerprint", "registered", "this version of the task is not registered",
                "UNKNOWN_FINGERPRINT");
    }
    return version;
}

static void input_problems(struct submit *s, size_t i, const struct reeve_problems *found)
{
    for (size_t k = 0; k < found->count; k++) {
        char field[REEVE_PROBLEM_TEXT];
        const struct reeve_problem *p = &found->items[k];
        reeve_format_cut(field, sizeof(field), "input%s%s", p->field[0] ? "." : "", p->field);
        problem(s, i, field, p->rule, p->text, "INPUT_INVALID");
    }
}

static void check_input(struct submit *s, size_t i, const struct reeve_version *version)
{
    const struct reeve_v1_planned_job *job = s->in->jobs[i];
    const struct reeve_decode_options options = {.unknown = REEVE_UNKNOWN_REFUSE};
    struct reeve_problem items[PROBLEMS_MAX];
    struct reeve_problems found = {.items = items, .capacity = PROBLEMS_MAX};
    const struct reeve_message *type = NULL;
    void *message = NULL;
    if (reeve_schema_input(s->g, version, &type) != REEVE_OK) {
        problem(s, i, "task", "schema", "the registered schema cannot be used", "SCHEMA_INVALID");
        return;
    }
    struct reeve_arena arena;
    reeve_arena_init(&arena, s->g->allocator, INPUT_ARENA_BYTES, 0);
    reeve_zero(&items[0], sizeof(items[0]));
    enum reeve_status status =
        reeve_message_decode(type, reeve_bytes_of(job->input.data, job->input.len), &options,
                             &arena, &message, &items[0]);
    if (status != REEVE_OK) {
        found.count = 1;
    } else {
        status = reeve_message_validate(type, message, s->g->now.unix_ms, &found);
    }
    if (status != REEVE_OK) {
        input_problems(s, i, &found);
    }
    reeve_arena_clear(&arena);
}

static bool pool_is_good(struct reeve_bytes pool)
{
    for (size_t i = 0; i < pool.len; i++) {
        uint8_t c = pool.data[i];
        if (!(reeve_is_lower(c) || reeve_is_digit(c) || c == '-')) {
            return false;
        }
    }
    return pool.len >= 1 && pool.len <= REEVE_JOB_SPEC_POOL_MAX;
}

static enum reeve_status make_spec(struct submit *s, size_t i, const struct reeve_version *version,
                                   struct reeve_store_job *to)
{
    const struct reeve_v1_planned_job *job = s->in->jobs[i];
    const struct reeve_job_spec spec = {
        .tenant = s->call->tenant->name,
        .job_id = to->job_id,
        .plan_id = s->plan->plan_id,
        .task = version->task->name,
        .fingerprint = version->fingerprint,
        .input = reeve_bytes_of(job->input.data, job->input.len),
        .pool = to->pool,
        .not_before_unix_ms = to->not_before_unix_ms,
        .not_after_unix_ms = to->not_after_unix_ms,
    };
    struct reeve_buffer bytes;
    reeve_buffer_init(&bytes, s->g->allocator, s->g->limits.max_job_spec_bytes);
    enum reeve_status status = reeve_job_spec_encode(&spec, &bytes);
    if (status == REEVE_OK) {
        status = reeve_arena_dup(&s->request->arena, reeve_buffer_view(&bytes), &to->spec);
    }
    reeve_buffer_clear(&bytes);
    if (status == REEVE_LIMIT || status == REEVE_INVALID) {
        problem(s, i, "input", "size", "the job is larger than max_job_spec_bytes",
                "JOB_TOO_LARGE");
        return REEVE_OK;
    }
    s->bytes += to->spec.len;
    return status;
}

static enum reeve_status make_job(struct submit *s, size_t i)
{
    const struct reeve_v1_planned_job *job = s->in->jobs[i];
    struct reeve_store_job *to = &s->plan->jobs[i];
    struct reeve_version *version = find_version(s, i);
    struct reeve_bytes pool = reeve_bytes_cstr(job->pool[0] == 0 ? "default" : job->pool);
    if (version == NULL) {
        return REEVE_OK;
    }
    if (!pool_is_good(pool)) {
        problem(s, i, "pool", "string.pattern", "a pool has 1 to 63 of a-z, 0-9 and -",
                "POOL_INVALID");
        return REEVE_OK;
    }
    check_input(s, i, version);
    *to = (struct reeve_store_job){
        .job_id = reeve_random_uuid7(s->g->random, s->g->now.unix_ms),
        .plan_id = s->plan->plan_id,
        .index = (uint32_t)i,
        .tenant = s->call->tenant->name,
        .task = version->task->name,
        .fingerprint = version->fingerprint,
        .timeout_ms = job->timeout_ms != 0 ? job->timeout_ms : version->timeout_ms,
        .idempotent = version->idempotency != 0,
        .priority = (uint8_t)s->in->priority,
        .not_before_unix_ms = s->in->not_before_unix_ms,
        .not_after_unix_ms = s->plan->not_after_unix_ms,
        .state = REEVE_JOB_PENDING,
    };
    if (version->approvals > s->plan->approvals_needed) {
        s->plan->approvals_needed = version->approvals;
    }
    REEVE_TRY(reeve_arena_dup(&s->request->arena, pool, &to->pool));
    return make_spec(s, i, version, to);
}

static enum reeve_status make_statement(struct submit *s)
{
    struct reeve_arena *arena = &s->request->arena;
    size_t count = s->plan->jobs_count;
    struct reeve_digest *digests = reeve_arena_alloc_array(arena, count, sizeof(*digests));
    struct reeve_bytes *views = reeve_arena_alloc_array(arena, count, sizeof(*views));
    if (digests == NULL || views == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        digests[i] = reeve_sha256_of(s->plan->jobs[i].spec);
        views[i] = reeve_digest_view(&digests[i]);
    }
    const struct reeve_plan_statement statement = {
        .tenant = s->call->tenant->name,
        .plan_id = s->plan->plan_id,
        .job_digests = {.items = views, .count = count},
        .issued_at_unix_ms = s->g->now.unix_ms,
    };
    struct reeve_buffer bytes;
    reeve_buffer_init(&bytes, s->g->allocator, (size_t)64 * 1024);
    enum reeve_status status = reeve_plan_statement_encode(&statement, &bytes);
    if (status == REEVE_OK) {
        status = reeve_arena_dup(arena, reeve_buffer_view(&bytes), &s->plan->statement);
    }
    reeve_buffer_clear(&bytes);
    return status;
}

static enum reeve_status begin_plan(struct submit *s)
{
    struct reeve_arena *arena = &s->request->arena;
    uint64_t expires_in_ms =
        s->in->expires_in_ms == 0 ? s->g->delivery.default_expiry_ms : s->in->expires_in_ms;
    expires_in_ms = expires_in_ms > EXPIRY_MAX_MS ? EXPIRY_MAX_MS : expires_in_ms;
    *s->plan = (struct reeve_store_plan){
        .plan_id = reeve_random_uuid7(s->g->random, s->g->now.unix_ms),
        .tenant = s->call->tenant->name,
        .submitted_unix_ms = s->g->now.unix_ms,
        .not_after_unix_ms = s->g->now.unix_ms + (int64_t)expires_in_ms,
        .jobs = reeve_arena_alloc_array(arena, s->in->n_jobs, sizeof(struct reeve_store_job)),
        .jobs_count = s->in->n_jobs,
        .open_jobs = (uint32_t)s->in->n_jobs,
    };
    if (s->plan->jobs == NULL) {
        return REEVE_NO_MEMORY;
    }
    REEVE_TRY(reeve_arena_dup(arena, reeve_bytes_cstr(s->in->title), &s->plan->title));
    REEVE_TRY(reeve_arena_dup(arena, reeve_bytes_cstr(s->in->idempotency_key),
                              &s->plan->idempotency_key));
    return reeve_arena_dup(arena, s->call->identity, &s->plan->submitted_by);
}

static enum reeve_status end_plan(struct submit *s)
{
    s->plan->state = s->plan->approvals_needed == 0 ? REEVE_PLAN_APPROVED : REEVE_PLAN_PENDING;
    for (size_t i = 0; s->plan->approvals_needed == 0 && i < s->plan->jobs_count; i++) {
        s->plan->jobs[i].state = REEVE_JOB_QUEUED;
        s->plan->jobs[i].queued_unix_ms = s->g->now.unix_ms;
    }
    REEVE_TRY(make_statement(s));
    REEVE_TRY(reeve_own_begin(s->request, s->call->tenant, 1));
    *reeve_own_next(s->request) = (struct reeve_own_record){
        .kind = REEVE_OWN_PLAN_DECIDED,
        .plan_id = s->plan->plan_id,
        .decision = reeve_bytes_cstr("submitted"),
        .by = s->plan->submitted_by,
        .statement_digest = reeve_sha256_of(s->plan->statement),
    };
    return REEVE_OK;
}

/* A delayed start that comes when everything is over already. */
static enum reeve_status check_start(struct submit *s)
{
    if (s->in->not_before_unix_ms < s->plan->not_after_unix_ms) {
        return REEVE_OK;
    }
    problem_at(s, "not_before_unix_ms", "not_before", "the plan expires before it may start",
               "NOT_BEFORE_INVALID");
    return REEVE_INVALID;
}

static enum reeve_status make_plan(struct submit *s)
{
    REEVE_TRY(begin_plan(s));
    REEVE_TRY(check_start(s));
    for (size_t i = 0; i < s->in->n_jobs; i++) {
        REEVE_TRY(make_job(s, i));
    }
    return s->problems.total != 0 ? REEVE_INVALID : end_plan(s);
}

static void refuse_problems(struct submit *s)
{
    const struct reeve_refusal refusal = {
        .status = REEVE_INVALID,
        .code = s->code,
        .message = "the plan is refused; nothing was stored",
        .hint = "correct the fields that are named, then submit the whole plan again",
        .problems = &s->problems,
    };
    reeve_refuse(s->g, s->call, &refusal);
}

static bool over_bounds(struct reeve_gateway *g, struct reeve_call *call, size_t jobs, size_t bytes)
{
    size_t open = reeve_map_count(g->jobs);
    if (open + jobs <= g->limits.max_open_jobs &&
        g->open_bytes + bytes <= g->limits.max_open_bytes) {
        return false;
    }
    const struct reeve_refusal refusal = {
        .status = REEVE_LIMIT,
        .code = "TOO_MANY_OPEN_JOBS",
        .message = "the gateway holds as many open jobs as it may; nothing was stored",
        .hint = "wait for jobs to end, or raise limits.max_open_jobs",
    };
    reeve_refuse(g, call, &refusal);
    return true;
}

void reeve_control_submit(struct reeve_gateway *g, struct reeve_call *call, const void *message)
{
    struct reeve_problem items[PROBLEMS_MAX];
    struct submit s = {
        .g = g,
        .call = call,
        .in = message,
        .problems = {.items = items, .capacity = PROBLEMS_MAX},
    };
    s.request = reeve_control_request(g, call, REEVE_STORE_SUBMIT_PLAN);
    if (s.request == NULL) {
        return;
    }
    s.plan = &s.request->u.submit_plan.plan;
    enum reeve_status status = make_plan(&s);
    if (status != REEVE_OK || over_bounds(g, call, s.plan->jobs_count, s.bytes)) {
        reeve_store_request_free(s.request);
        if (status == REEVE_INVALID) {
            refuse_problems(&s);
        } else if (status != REEVE_OK) {
            reeve_refuse_memory(g, call);
        }
        return;
    }
    /* Taken up before it is stored, so that what is stored has its place in memory. */
    struct reeve_plan *plan = NULL;
    if (reeve_plan_adopt(g, s.plan, false, &plan) != REEVE_OK) {
        reeve_store_request_free(s.request);
        reeve_refuse_memory(g, call);
        return;
    }
    reeve_out_store(g, s.request);
}

void reeve_control_apply_submitted(struct reeve_gateway *g, struct reeve_store_request *request)
{
    struct reeve_store_submit_plan *s = &request->u.submit_plan;
    struct reeve_plan *plan = reeve_plan_by_id(g, &s->plan.plan_id);
    if (plan == NULL) {
        return;
    }
    if (request->status != REEVE_OK || s->existing) {
        reeve_plan_forget(g, plan);
        return;
    }
    if (plan->state == REEVE_PLAN_APPROVED) {
        reeve_plan_approved(g, plan);
    }
}

void reeve_control_submitted(struct reeve_gateway *g, struct reeve_call *call,
                             struct reeve_store_request *request)
{
    if (request->kind == REEVE_STORE_SUBMIT_PLAN && request->u.submit_plan.existing) {
        reeve_control_read_plan(g, call, &request->u.submit_plan.existing_plan_id, NULL);
        return;
    }
    bool existing = request->kind == REEVE_STORE_GET_PLAN;
    const struct reeve_store_plan *plan =
        existing ? &request->u.get_plan.plan : &request->u.submit_plan.plan;
    struct reeve_v1_submit_plan_response *response =
        reeve_message_new(&reeve_v1_submit_plan_response_message, &call->arena);
    if (response != NULL) {
        response->existing = existing;
        response->plan = reeve_view_plan(g, &call->arena, plan, REEVE_VIEW_SPECS);
    }
    if (response == NULL || response->plan == NULL) {
        reeve_refuse_memory(g, call);
        return;
    }
    reeve_reply(g, call, &reeve_v1_submit_plan_response_message, response);
}

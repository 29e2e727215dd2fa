/* SPDX-License-Identifier: Apache-2.0 */
/* How many jobs and rows a second the SQLite store takes, each job written at submit and at its end
 * with an audit record, everything fsynced before it counts. A job is three rows (job, outcome,
 * audit record), a plan of many jobs two more; rows that are only changed are not counted. Prints
 * one JSON object.
 *
 *   store_rows FILE [JOBS [JOBS_PER_REQUEST [REQUESTS_UNDER_WAY]]] */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "agent/base/time.h"
#include "gateway-stub/store/sqlite.h"

struct run {
    struct reeve_store *store;
    uint64_t jobs;
    uint32_t per_request;
    uint32_t window;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    uint32_t under_way;
    enum reeve_status failure;
    uint64_t next_sequence;
    struct reeve_digest last_hash;
};

static enum reeve_status seal(void *ctx, const struct reeve_own_record *record,
                              const struct reeve_store_place *place, struct reeve_buffer *to)
{
    (void)ctx;
    (void)record;
    (void)place;
    return reeve_buffer_append_cstr(to, "record");
}

static struct reeve_id id_of(uint8_t kind, uint64_t n)
{
    struct reeve_id id = {{kind}};
    reeve_store_be64(id.bytes + 8, n);
    return id;
}

static struct reeve_digest hash_of(uint64_t n)
{
    struct reeve_digest digest = {{0}};
    reeve_store_be64(digest.bytes, n);
    return digest;
}

static void done(void *ctx, struct reeve_store_request *request)
{
    struct run *run = ctx;
    (void)pthread_mutex_lock(&run->mutex);
    run->under_way--;
    if (request->status != REEVE_OK && run->failure == REEVE_OK) {
        run->failure = request->status;
    }
    (void)pthread_cond_signal(&run->wake);
    (void)pthread_mutex_unlock(&run->mutex);
    reeve_store_request_free(request);
}

static void submit(struct run *run, struct reeve_store_request *request)
{
    request->done = done;
    request->done_ctx = run;
    request->now_unix_ms = 1;
    (void)pthread_mutex_lock(&run->mutex);
    while (run->under_way >= run->window) {
        (void)pthread_cond_wait(&run->wake, &run->mutex);
    }
    run->under_way++;
    (void)pthread_mutex_unlock(&run->mutex);
    reeve_store_submit(run->store, request);
}

static void wait_all(struct run *run)
{
    (void)pthread_mutex_lock(&run->mutex);
    while (run->under_way > 0) {
        (void)pthread_cond_wait(&run->wake, &run->mutex);
    }
    (void)pthread_mutex_unlock(&run->mutex);
}

static struct reeve_store_request *make(enum reeve_store_kind kind)
{
    struct reeve_store_request *request = reeve_store_request_new(NULL, kind, 0);
    if (request == NULL) {
        (void)fprintf(stderr, "store_rows: out of memory\n");
        exit(1);
    }
    return request;
}

static void *array(struct reeve_store_request *request, size_t count, size_t size)
{
    void *items = reeve_arena_alloc_array(&request->arena, count, size);
    if (items == NULL) {
        (void)fprintf(stderr, "store_rows: out of memory\n");
        exit(1);
    }
    return items;
}

static void prepare(struct run *run)
{
    struct reeve_store_request *r = make(REEVE_STORE_REGISTER_TASKS);
    struct reeve_store_task *task = array(r, 1, sizeof(*task));
    task->tenant = reeve_bytes_cstr("bench");
    task->task = reeve_bytes_cstr("bench.Bench/Step");
    r->u.register_tasks.tasks = task;
    r->u.register_tasks.count = 1;
    submit(run, r);
    r = make(REEVE_STORE_OPEN_SESSION);
    r->u.open_session.tenant = reeve_bytes_cstr("bench");
    r->u.open_session.identity = reeve_bytes_cstr("spiffe://bench/worker");
    r->u.open_session.journal_id = id_of(3, 1);
    r->u.open_session.boot_id = id_of(4, 1);
    r->u.open_session.nonce = id_of(5, 1);
    r->u.open_session.block = 1u << 30;
    r->u.open_session.max_journals = 10;
    submit(run, r);
    wait_all(run);
}

static uint8_t bytes[400];

static void submit_plan(struct run *run, uint64_t first)
{
    struct reeve_store_request *r = make(REEVE_STORE_SUBMIT_PLAN);
    struct reeve_store_plan *plan = &r->u.submit_plan.plan;
    plan->plan_id = id_of(1, first);
    plan->tenant = reeve_bytes_cstr("bench");
    plan->state = REEVE_PLAN_APPROVED;
    plan->statement = reeve_bytes_of(bytes, 100);
    plan->submitted_by = reeve_bytes_cstr("spiffe://bench/planner");
    plan->jobs = array(r, run->per_request, sizeof(*plan->jobs));
    plan->jobs_count = run->per_request;
    for (uint32_t i = 0; i < run->per_request; i++) {
        plan->jobs[i].job_id = id_of(2, first + i);
        plan->jobs[i].task = reeve_bytes_cstr("bench.Bench/Step");
        plan->jobs[i].pool = reeve_bytes_cstr("default");
        plan->jobs[i].spec = reeve_bytes_of(bytes, 200);
        plan->jobs[i].idempotent = true;
    }
    submit(run, r);
}

static void settle(struct run *run, uint64_t first)
{
    struct reeve_store_request *r = make(REEVE_STORE_SETTLE);
    struct reeve_store_settle *s = &r->u.settle;
    s->tenant = reeve_bytes_cstr("bench");
    s->identity = reeve_bytes_cstr("spiffe://bench/worker");
    s->journal_id = id_of(3, 1);
    s->epoch = 1;
    s->previous_hash = run->last_hash;
    s->items = array(r, run->per_request, sizeof(*s->items));
    s->count = run->per_request;
    for (uint32_t i = 0; i < run->per_request; i++) {
        struct reeve_store_item *item = &s->items[i];
        item->audit.sequence = run->next_sequence++;
        item->audit.hash = hash_of(item->audit.sequence);
        item->audit.record = reeve_bytes_of(bytes, 400);
        item->audit.input_salt = reeve_bytes_of(bytes, 16);
        item->has_end = true;
        item->dispatch_sequence = item->audit.sequence;
        item->end.job_id = id_of(2, first + i);
        item->end.status = 1;
        item->end.output = reeve_bytes_of(bytes, 32);
        run->last_hash = item->audit.hash;
    }
    submit(run, r);
}

static double per_second(struct run *run, void (*step)(struct run *run, uint64_t first))
{
    uint64_t start = reeve_monotonic_ns();
    for (uint64_t first = 0; first < run->jobs; first += run->per_request) {
        step(run, first);
    }
    wait_all(run);
    return (double)run->jobs * 1e9 / (double)(reeve_monotonic_ns() - start);
}

/* Job, outcome, audit record; and a job's part of its plan and statement. */
static double rows_of_a_job(const struct run *run)
{
    return 3.0 + 2.0 / (double)run->per_request;
}

static uint64_t argument(int argc, char **argv, int n, uint64_t fallback)
{
    unsigned long long value = argc > n ? strtoull(argv[n], NULL, 10) : 0;
    return value == 0 ? fallback : value;
}

int main(int argc, char **argv)
{
    struct run run = {.next_sequence = 1};
    char problem[256] = "";
    if (argc < 2) {
        (void)fprintf(stderr, "usage: store_rows FILE [JOBS [PER_REQUEST [UNDER_WAY]]]\n");
        return 2;
    }
    const struct reeve_sqlite_options options = {.path = argv[1], .sealer = {.seal = seal}};
    run.per_request = (uint32_t)argument(argc, argv, 3, 64);
    run.per_request = run.per_request > REEVE_PLAN_JOBS_MAX ? REEVE_PLAN_JOBS_MAX : run.per_request;
    run.window = (uint32_t)argument(argc, argv, 4, 64);
    run.jobs = argument(argc, argv, 2, 100000) / run.per_request * run.per_request;
    (void)pthread_mutex_init(&run.mutex, NULL);
    (void)pthread_cond_init(&run.wake, NULL);
    if (reeve_sqlite_open(&options, &run.store, problem) != REEVE_OK) {
        (void)fprintf(stderr, "store_rows: %s\n", problem);
        return 1;
    }
    prepare(&run);
    double submitted = per_second(&run, submit_plan);
    double settled = per_second(&run, settle);
    reeve_store_close(run.store);
    if (run.failure != REEVE_OK) {
        (void)fprintf(stderr, "store_rows: %s\n", reeve_status_text(run.failure));
        return 1;
    }
    double jobs_per_s = 1.0 / (1.0 / submitted + 1.0 / settled);
    printf("{\"bench\": \"store_rows\", \"jobs\": %llu, \"jobs_per_request\": %u,"
           " \"requests_under_way\": %u, \"submitted_per_s\": %.0f, \"settled_per_s\": %.0f,"
           " \"jobs_per_s\": %.0f, \"rows_per_s\": %.0f}\n",
           (unsigned long long)run.jobs, run.per_request, run.window, submitted, settled,
           jobs_per_s, jobs_per_s * rows_of_a_job(&run));
    return 0;
}

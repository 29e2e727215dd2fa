/* SPDX-License-Identifier: Apache-2.0 */
/* The handlers of demo.native.v1.Native: what a native task looks like, as small as it gets. They
 * run on pool threads, several at once.
 *
 * Step stands for everything that must not happen twice. With REEVE_DEMO_STEPS=FILE in the
 * environment it also appends one line to FILE for each time it ran: whoever wants to see that a
 * crash makes no step run twice counts the lines. With REEVE_DEMO_STEP_MS=N a step takes that long
 * behind its line, one after the other, so that a crash can be timed to come amid one. */
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "agent/base/bytes.h"
#include "demo/native/v1/native.reeve.h"
#include "reeve/handler.h"

enum { COUNTERS_MAX = 64, NAME_SIZE = 64, STEP_MS_MAX = 999 };

static struct {
    pthread_mutex_t lock; /* guards what follows */
    size_t count;
    struct {
        char name[NAME_SIZE];
        uint64_t value;
    } counters[COUNTERS_MAX];
} steps = {.lock = PTHREAD_MUTEX_INITIALIZER};

void demo_native_v1_native_echo(struct reeve_native_call *call,
                                const struct demo_native_v1_echo_request *request)
{
    struct demo_native_v1_echo_response response;
    demo_native_v1_echo_response_init(&response);
    response.text = request->text;
    response.data = request->data;
    reeve_native_succeed(call, &response);
}

/* One line, written whole: processes may append to the file together. */
static bool record(const char *name, const uint8_t *job_id)
{
    char line[NAME_SIZE + 64];
    char id[REEVE_ID_TEXT_SIZE];
    struct reeve_id job;
    const char *path = getenv("REEVE_DEMO_STEPS");
    if (path == NULL) {
        return true;
    }
    reeve_move(job.bytes, job_id, sizeof(job.bytes));
    reeve_id_format(job, id);
    if (reeve_format(line, sizeof(line), "%s %s\n", name, id) != REEVE_OK) {
        return false;
    }
    const int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        return false;
    }
    const struct reeve_bytes text = reeve_bytes_cstr(line);
    const bool written = write(fd, text.data, text.len) == (ssize_t)text.len;
    (void)close(fd);
    return written;
}

static void take_time(void)
{
    const char *text = getenv("REEVE_DEMO_STEP_MS");
    const long ms = text != NULL ? strtol(text, NULL, 10) : 0;
    if (ms > 0 && ms <= STEP_MS_MAX) {
        const struct timespec duration = {.tv_nsec = ms * 1000000};
        (void)nanosleep(&duration, NULL);
    }
}

/* The counter's new value; 0 when there are too many counters. */
static uint64_t advance(const char *name, uint64_t by)
{
    const struct reeve_bytes text = reeve_bytes_cstr(name);
    size_t i = 0;
    while (i < steps.count && !reeve_bytes_equal_cstr(text, steps.counters[i].name)) {
        i++;
    }
    if (i == COUNTERS_MAX || text.len >= NAME_SIZE) {
        return 0;
    }
    if (i == steps.count) {
        reeve_move(steps.counters[i].name, text.data, text.len);
        steps.count++;
    }
    steps.counters[i].value += by;
    return steps.counters[i].value;
}

void demo_native_v1_native_step(struct reeve_native_call *call,
                                const struct demo_native_v1_step_request *request)
{
    struct demo_native_v1_step_response response;
    demo_native_v1_step_response_init(&response);
    if (!record(request->name, reeve_native_job_id(call))) {
        reeve_native_fail(call, REEVE_NATIVE_EFFECT_MAYBE, "the step could not be recorded");
        return;
    }
    (void)pthread_mutex_lock(&steps.lock);
    take_time();
    response.value = advance(request->name, request->by != 0 ? request->by : 1);
    (void)pthread_mutex_unlock(&steps.lock);
    if (response.value == 0) {
        reeve_native_fail(call, REEVE_NATIVE_EFFECT_NONE, "there are too many counters");
        return;
    }
    reeve_native_succeed(call, &response);
}

/* Waits on its pool thread when the gateway is behind; the simplest way to stream. */
void demo_native_v1_native_count(struct reeve_native_call *call,
                                 const struct demo_native_v1_count_request *request)
{
    struct demo_native_v1_count_response response;
    enum reeve_native_flow flow = REEVE_NATIVE_GO_ON;
    demo_native_v1_count_response_init(&response);
    response.padding.len = request->padding_bytes;
    response.padding.data = reeve_native_alloc(call, (size_t)request->padding_bytes + 1);
    if (response.padding.data == NULL) {
        reeve_native_fail(call, REEVE_NATIVE_EFFECT_NONE, "the padding needs too much memory");
        return;
    }
    while (flow != REEVE_NATIVE_STOP && response.value < request->to) {
        response.value++;
        flow = reeve_native_emit(call, &response);
        if (flow == REEVE_NATIVE_PAUSE && !reeve_native_wait(call)) {
            break;
        }
    }
    reeve_native_finish(call);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Calls that are answered later, by another call: the list of them lives in their own memory. */
#include <pthread.h>
#include <stddef.h>

#include "acme/parking/v1/parking.reeve.h"
#include "reeve/handler.h"

struct parked {
    struct parked *next;
    struct reeve_native_call *call;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards what follows */
static pthread_cond_t came = PTHREAD_COND_INITIALIZER;
static struct parked *lot;
static uint32_t waiting;

static void park(struct reeve_native_call *call)
{
    struct parked *place = reeve_native_alloc(call, sizeof(*place));
    if (place == NULL) {
        reeve_native_fail(call, REEVE_NATIVE_EFFECT_NONE, "there is no place");
        return;
    }
    place->call = call;
    (void)pthread_mutex_lock(&lock);
    place->next = lot;
    lot = place;
    waiting++;
    (void)pthread_cond_signal(&came);
    (void)pthread_mutex_unlock(&lock);
}

void acme_parking_v1_lot_park(struct reeve_native_call *call,
                              const struct acme_parking_v1_park_request *request)
{
    (void)request;
    park(call);
}

void acme_parking_v1_lot_look(struct reeve_native_call *call,
                              const struct acme_parking_v1_park_request *request)
{
    (void)request;
    park(call);
}

void acme_parking_v1_lot_leave(struct reeve_native_call *call,
                               const struct acme_parking_v1_leave_request *request)
{
    struct acme_parking_v1_leave_response response;
    acme_parking_v1_leave_response_init(&response);
    (void)pthread_mutex_lock(&lock);
    /* Those that were begun before may still be on another thread of the pool. */
    while (waiting < request->waiting) {
        (void)pthread_cond_wait(&came, &lock);
    }
    struct parked *place = lot;
    lot = NULL;
    waiting = 0;
    (void)pthread_mutex_unlock(&lock);
    while (place != NULL) {
        struct parked *next = place->next; /* its memory goes with the answer */
        const struct acme_parking_v1_park_request *parked = reeve_native_request(place->call);
        struct acme_parking_v1_park_response answer;
        acme_parking_v1_park_response_init(&answer);
        answer.plate = parked->plate;
        reeve_native_succeed(place->call, &answer);
        response.left++;
        place = next;
    }
    reeve_native_succeed(call, &response);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The planted race: a count that pool threads change without a lock. Each holds its thread for a
 * while in between, so that another one is at it without anything that orders the two. */
#include <time.h>

#include "acme/parking/v1/parking.reeve.h"
#include "reeve/handler.h"

#define HOLD_NS 20000000

static unsigned planted_count;

static void park(struct reeve_native_call *call)
{
    const struct timespec hold = {.tv_nsec = HOLD_NS};
    struct acme_parking_v1_park_response response;
    acme_parking_v1_park_response_init(&response);
    planted_count++;
    (void)nanosleep(&hold, NULL);
    planted_count++;
    reeve_native_succeed(call, &response);
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
    (void)request;
    acme_parking_v1_leave_response_init(&response);
    reeve_native_succeed(call, &response);
}

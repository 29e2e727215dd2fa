/* SPDX-License-Identifier: Apache-2.0 */
/* What a native task's handler looks like: the one of docs/getting-started.md. */
#include "acme/lamp/v1/lamp.reeve.h"
#include "reeve/handler.h"

void acme_lamp_v1_lamps_dim_lamp(struct reeve_native_call *call,
                                 const struct acme_lamp_v1_dim_lamp_request *request)
{
    struct acme_lamp_v1_lamp response;
    acme_lamp_v1_lamp_init(&response);
    response.room = request->room;
    response.percent = request->percent;
    reeve_native_succeed(call, &response);
}

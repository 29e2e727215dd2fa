/* SPDX-License-Identifier: Apache-2.0 */
/* Fetching plans: see plan_fetch.h. */
#include "gateway-stub/reevectl/plan_fetch.h"

#include "gateway-stub/reevectl/api.h"
#include "gateway-stub/reevectl/complaint.h"
#include "gateway-stub/reevectl/ids.h"

enum reeve_ctl_exit reeve_plan_fetch(struct reeve_ctl *c, ProtobufCBinaryData id,
                                     const struct reeve_v1_plan **out)
{
    struct reeve_v1_get_plan_request *request = reeve_api_request(c, &reeve_api_get_plan);
    const void *answer;
    *out = NULL;
    if (request != NULL) {
        request->plan_id = id;
    }
    const enum reeve_ctl_exit status = reeve_api_ask(c, &reeve_api_get_plan, request, &answer);
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    *out = ((const struct reeve_v1_get_plan_response *)answer)->plan;
    return *out != NULL ? REEVE_CTL_DONE : reeve_ctl_refuse_answer(c, "the plan");
}

enum reeve_ctl_exit reeve_plan_fetch_named(struct reeve_ctl *c, ProtobufCBinaryData *id,
                                           const struct reeve_v1_plan **out)
{
    const enum reeve_ctl_exit status = reeve_ids_plan(c, reeve_ctl_word(c, 0), id);
    return status == REEVE_CTL_DONE ? reeve_plan_fetch(c, *id, out) : status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* `reevectl plans`, `get plan`, `reject` and `cancel plan`. */
#include "gateway-stub/reevectl/api.h"
#include "gateway-stub/reevectl/command.h"
#include "gateway-stub/reevectl/complaint.h"
#include "gateway-stub/reevectl/ids.h"
#include "gateway-stub/reevectl/plan_fetch.h"
#include "gateway-stub/reevectl/plan_text.h"
#include "gateway-stub/reevectl/view.h"
#include "gateway-stub/reevectl/words.h"

#define LIMIT_MAX 1000u

/* ---- plans ---- */

enum { PLANS_STATE, PLANS_LIMIT };
static const struct reeve_option PLANS_OPTIONS[] = {
    [PLANS_STATE] = {"--state", "pending|approved|rejected|cancelled|expired|completed",
                     "only plans in this state"},
    [PLANS_LIMIT] = {"--limit", "N", "at most so many, newest first [100]"},
};

static const struct {
    const char *name;
    enum reeve_v1_plan_state state;
} PLAN_STATES[] = {
    {"pending", REEVE_V1_PLAN_STATE_PENDING_APPROVAL},
    {"approved", REEVE_V1_PLAN_STATE_APPROVED},
    {"rejected", REEVE_V1_PLAN_STATE_PLAN_REJECTED},
    {"cancelled", REEVE_V1_PLAN_STATE_PLAN_CANCELLED},
    {"expired", REEVE_V1_PLAN_STATE_PLAN_EXPIRED},
    {"completed", REEVE_V1_PLAN_STATE_COMPLETED},
};

static enum reeve_ctl_exit read_state(const struct reeve_ctl *c, const char *text,
                                      enum reeve_v1_plan_state *out)
{
    if (text == NULL) {
        return REEVE_CTL_DONE;
    }
    for (size_t i = 0; i < sizeof(PLAN_STATES) / sizeof(PLAN_STATES[0]); i++) {
        if (reeve_bytes_equal_cstr(reeve_bytes_cstr(text), PLAN_STATES[i].name)) {
            *out = PLAN_STATES[i].state;
            return REEVE_CTL_DONE;
        }
    }
    return reeve_ctl_refuse(
        c, REEVE_CTL_USAGE,
        reeve_output_text(c->arena, "write one of %s", PLANS_OPTIONS[PLANS_STATE].value),
        "--state: there is no \"%s\"", text);
}

static enum reeve_ctl_exit run_plans(struct reeve_ctl *c)
{
    struct reeve_v1_list_plans_request *request = reeve_api_request(c, &reeve_api_list_plans);
    const struct reeve_view view = {.c = c};
    enum reeve_v1_plan_state state = REEVE_V1_PLAN_STATE_UNSPECIFIED;
    uint32_t limit = 0;
    const void *answer;
    enum reeve_ctl_exit status = read_state(c, reeve_ctl_option(c, PLANS_STATE), &state);
    status = status == REEVE_CTL_DONE
                 ? reeve_ctl_number(c, PLANS_LIMIT, "--limit", LIMIT_MAX, &limit)
                 : status;
    if (request != NULL) {
        request->state = state;
        request->limit = limit;
    }
    status = status == REEVE_CTL_DONE ? reeve_api_ask(c, &reeve_api_list_plans, request, &answer)
                                      : status;
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    const struct reeve_v1_list_plans_response *response = answer;
    if (c->json) {
        reeve_view_say(&view, &reeve_v1_list_plans_response_message, response);
        return REEVE_CTL_DONE;
    }
    reeve_plan_text_list(c, response->plans, response->n_plans);
    return REEVE_CTL_DONE;
}

const struct reeve_ctl_command reeve_ctl_plans = {
    .group = "Plans",
    .name = "plans",
    .words = "",
    .summary = "list plans, newest first",
    .text = "  reevectl plans --state pending             what waits for an approval\n"
            "  reevectl plans --json | jq -r '.plans[0].planId'\n",
    REEVE_CTL_OPTIONS(PLANS_OPTIONS),
    .run = run_plans,
};

/* ---- one plan ---- */

static void show(struct reeve_ctl *c, const struct reeve_v1_plan *plan)
{
    const struct reeve_view view = {.c = c};
    if (c->json) {
        reeve_view_say(&view, &reeve_v1_plan_message, plan);
        return;
    }
    reeve_plan_text(c, plan);
}

static enum reeve_ctl_exit run_get(struct reeve_ctl *c)
{
    ProtobufCBinaryData id = {0};
    const struct reeve_v1_plan *plan;
    enum reeve_ctl_exit status = reeve_plan_fetch_named(c, &id, &plan);
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    status = c->json ? reeve_view_prepare(c, plan->jobs, plan->n_jobs) : REEVE_CTL_DONE;
    show(c, plan);
    return status;
}

const struct reeve_ctl_command reeve_ctl_get_plan = {
    .group = "Plans",
    .name = "get plan",
    .words = "PLAN",
    .summary = "show a plan, its approvals and its jobs",
    .text = "  reevectl get plan 0198c1a2\n"
            "  reevectl get plan 0198c1a2 --json | jq '.jobs[].status'\n",
    .words_least = 1,
    .words_most = 1,
    .run = run_get,
};

/* ---- reject ---- */

enum { REJECT_REASON };
static const struct reeve_option REJECT_OPTIONS[] = {
    [REJECT_REASON] = {"--reason", "TEXT", "why, for whoever planned it (required)"},
};

static enum reeve_ctl_exit run_reject(struct reeve_ctl *c)
{
    struct reeve_v1_reject_plan_request *request = reeve_api_request(c, &reeve_api_reject_plan);
    const char *reason = reeve_ctl_option(c, REJECT_REASON);
    ProtobufCBinaryData id = {0};
    const void *answer;
    if (reason == NULL) {
        return reeve_ctl_refuse(c, REEVE_CTL_USAGE, "say why with --reason TEXT",
                                "reject needs a reason");
    }
    enum reeve_ctl_exit status = reeve_ids_plan(c, reeve_ctl_word(c, 0), &id);
    if (request != NULL) {
        request->plan_id = id;
        request->reason = reeve_output_text(c->arena, "%s", reason);
    }
    status = status == REEVE_CTL_DONE ? reeve_api_ask(c, &reeve_api_reject_plan, request, &answer)
                                      : status;
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    const struct reeve_v1_reject_plan_response *response = answer;
    if (response->plan != NULL) {
        show(c, response->plan);
    }
    return REEVE_CTL_DONE;
}

const struct reeve_ctl_command reeve_ctl_reject = {
    .group = "Plans",
    .name = "reject",
    .words = "PLAN",
    .summary = "refuse a plan that waits for approval",
    .text = "None of its jobs will run. Needs the role APPROVER.\n"
            "\n"
            "  reevectl reject 0198c1a2 --reason \"refund over 1000 EUR\"\n",
    REEVE_CTL_OPTIONS(REJECT_OPTIONS),
    .words_least = 1,
    .words_most = 1,
    .run = run_reject,
};

/* ---- cancel plan ---- */

static enum reeve_ctl_exit run_cancel(struct reeve_ctl *c)
{
    struct reeve_v1_cancel_plan_request *request = reeve_api_request(c, &reeve_api_cancel_plan);
    ProtobufCBinaryData id = {0};
    const void *answer;
    enum reeve_ctl_exit status = reeve_ids_plan(c, reeve_ctl_word(c, 0), &id);
    if (request != NULL) {
        request->plan_id = id;
    }
    status = status == REEVE_CTL_DONE ? reeve_api_ask(c, &reeve_api_cancel_plan, request, &answer)
                                      : status;
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    const struct reeve_v1_cancel_plan_response *response = answer;
    if (response->plan != NULL) {
        show(c, response->plan);
    }
    return REEVE_CTL_DONE;
}

const struct reeve_ctl_command reeve_ctl_cancel_plan = {
    .group = "Plans",
    .name = "cancel plan",
    .words = "PLAN",
    .summary = "stop a plan: jobs that run are asked to stop, others never start",
    .text = "A job that already ran keeps its outcome. Needs the role PLANNER, for one's own "
            "plans, or\n"
            "OPERATOR.\n"
            "\n"
            "  reevectl cancel plan 0198c1a2\n",
    .words_least = 1,
    .words_most = 1,
    .run = run_cancel,
};

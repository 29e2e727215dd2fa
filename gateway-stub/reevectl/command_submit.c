/* SPDX-License-Identifier: Apache-2.0 */
/* `reevectl submit` */
#include "gateway-stub/reevectl/api.h"
#include "gateway-stub/reevectl/command.h"
#include "gateway-stub/reevectl/complaint.h"
#include "gateway-stub/reevectl/plan_file.h"
#include "gateway-stub/reevectl/plan_text.h"
#include "gateway-stub/reevectl/view.h"
#include "gateway-stub/reevectl/watch.h"
#include "gateway-stub/reevectl/words.h"

enum { WATCH, NO_CHECK, KEY, SHOW_SENSITIVE };
static const struct reeve_option OPTIONS[] = {
    [WATCH] = {"--watch", NULL, "then follow the plan until every job has ended"},
    [NO_CHECK] = {"--no-check", NULL, "leave the schema's constraints to the gateway"},
    [KEY] = {"--key", "KEY", "idempotency key: the same key gives the same plan"},
    [SHOW_SENSITIVE] = {"--show-sensitive", NULL, "print fields that are marked sensitive, too"},
};

static void say_next(struct reeve_ctl *c, const struct reeve_v1_plan *plan)
{
    const char *id = reeve_words_id(c, plan->plan_id);
    if (plan->state == REEVE_V1_PLAN_STATE_PENDING_APPROVAL) {
        reeve_ctl_say(c, "\nnext: an approver says reevectl approve %s\n", id);
        return;
    }
    reeve_ctl_say(c, "\nnext: reevectl watch %s\n", id);
}

static void show(struct reeve_ctl *c, const struct reeve_v1_submit_plan_response *response)
{
    const struct reeve_view view = {.c = c, .one_line = reeve_ctl_option(c, WATCH) != NULL};
    if (c->json) {
        reeve_view_say(&view, &reeve_v1_submit_plan_response_message, response);
        return;
    }
    if (response->existing) {
        reeve_ctl_say(c, "this idempotency key had a plan already:\n");
    }
    reeve_plan_text(c, response->plan);
    if (reeve_ctl_option(c, WATCH) == NULL) {
        say_next(c, response->plan);
    } else {
        reeve_ctl_say(c, "\n");
    }
}

static enum reeve_ctl_exit run(struct reeve_ctl *c)
{
    struct reeve_v1_submit_plan_request *request = reeve_api_request(c, &reeve_api_submit_plan);
    const void *answer;
    if (request == NULL) {
        return reeve_ctl_refuse_memory(c);
    }
    enum reeve_ctl_exit status = reeve_plan_file_read(
        c, reeve_ctl_word(c, 0), reeve_ctl_option(c, NO_CHECK) == NULL, request);
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    if (reeve_ctl_option(c, KEY) != NULL) {
        request->idempotency_key = reeve_output_text(c->arena, "%s", reeve_ctl_option(c, KEY));
    }
    status = reeve_api_ask(c, &reeve_api_submit_plan, request, &answer);
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    const struct reeve_v1_submit_plan_response *response = answer;
    if (response->plan == NULL) {
        return reeve_ctl_refuse_answer(c, "the plan");
    }
    show(c, response);
    reeve_ctl_flush(c);
    return reeve_ctl_option(c, WATCH) == NULL
               ? REEVE_CTL_DONE
               : reeve_watch_plan(c, response->plan->plan_id,
                                  reeve_ctl_option(c, SHOW_SENSITIVE) != NULL);
}

const struct reeve_ctl_command reeve_ctl_submit = {
    .group = "Plans",
    .name = "submit",
    .words = "FILE",
    .summary = "submit a plan: jobs that belong together, approved as one",
    .text =
        "FILE is JSON; - reads stdin. Each input is written in place and is checked against the\n"
        "schema that the gateway has of its task before anything is sent: an error names file,\n"
        "line, column and field.\n"
        "\n"
        "  { \"title\": \"Refund for Harbour Bikes\",\n"
        "    \"jobs\": [ { \"task\": \"demo.crm.v1.Tickets/CreateTicket\",\n"
        "                \"input\": { \"subject\": \"Refund order 4711\", \"customerId\": "
        "\"C-1001\" } } ] }\n"
        "\n"
        "  reevectl submit plan.json\n"
        "  reevectl submit plan.json --watch           and see what comes back\n"
        "  planner | reevectl submit - --key RUN-17    safe to repeat: the same key, the same "
        "plan\n",
    REEVE_CTL_OPTIONS(OPTIONS),
    .words_least = 1,
    .words_most = 1,
    .run = run,
};

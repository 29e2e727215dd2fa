/* SPDX-License-Identifier: Apache-2.0 */
/* From gRPC codes to words and exit statuses: see failure.h. */
#include "gateway-stub/reevectl/failure.h"

#include "agent/io/rpc/call.h"
#include "gateway-stub/reevectl/complaint.h"
#include "gateway-stub/reevectl/config.h"

struct kind {
    int code;
    enum reeve_ctl_exit exit;
    const char *next; /* when the gateway gives no hint */
};

static const struct kind KINDS[] = {
    {REEVE_RPC_CANCELLED, REEVE_CTL_UNREACHABLE, "try again"},
    {REEVE_RPC_DEADLINE_EXCEEDED, REEVE_CTL_UNREACHABLE,
     "try again, or wait longer with --timeout"},
    {REEVE_RPC_UNAVAILABLE, REEVE_CTL_UNREACHABLE,
     "check gateway.address, ca_file and server_name in the configuration, and that the gateway "
     "runs"},
    {REEVE_RPC_PERMISSION_DENIED, REEVE_CTL_DENIED,
     "`reevectl whoami` says which roles this identity has"},
    {REEVE_RPC_UNAUTHENTICATED, REEVE_CTL_DENIED,
     "ask for a grant for this certificate's identity in the gateway's configuration"},
    {REEVE_RPC_UNIMPLEMENTED, REEVE_CTL_REFUSED,
     "this gateway cannot do that; `reevectl whoami` prints its version"},
    {REEVE_RPC_RESOURCE_EXHAUSTED, REEVE_CTL_REFUSED,
     "a bound of the gateway is reached: wait for jobs to end"},
};

static const struct kind *kind_of(int code)
{
    static const struct kind OTHER = {-1, REEVE_CTL_REFUSED,
                                      "`reevectl whoami` says what the gateway takes you for"};
    for (size_t i = 0; i < sizeof(KINDS) / sizeof(KINDS[0]); i++) {
        if (KINDS[i].code == code) {
            return &KINDS[i];
        }
    }
    return &OTHER;
}

static const char *first_of(const char *a, const char *b)
{
    return a != NULL && a[0] != '\0' ? a : b;
}

/* ---- for people ---- */

static void print_problems(const struct reeve_v1_error_detail *detail)
{
    for (size_t i = 0; detail != NULL && i < detail->n_problems; i++) {
        const struct reeve_v1_problem *problem = detail->problems[i];
        reeve_ctl_complain("  %s: %s (%s)", problem->field, problem->message, problem->rule);
    }
}

static void print_text(const struct reeve_ctl *c, const struct reeve_client_failure *failure,
                       const struct kind *kind)
{
    const struct reeve_v1_error_detail *detail = failure->detail;
    const char *message = first_of(detail != NULL ? detail->message : NULL, failure->text);
    const char *name = reeve_rpc_code_name(failure->code);
    if (detail == NULL && kind->exit == REEVE_CTL_UNREACHABLE) {
        reeve_ctl_complain("%s cannot be reached or does not answer: %s (%s)",
                           c->config != NULL ? c->config->address : "the gateway", message, name);
    } else {
        reeve_ctl_complain("the gateway refused: %s (%s)", first_of(message, name),
                           first_of(detail != NULL ? detail->code : NULL, name));
    }
    print_problems(detail);
    reeve_ctl_complain("next: %s", first_of(detail != NULL ? detail->hint : NULL, kind->next));
}

enum reeve_ctl_exit reeve_ctl_failure(struct reeve_ctl *c, enum reeve_status status,
                                      const struct reeve_client_failure *failure)
{
    const struct kind *kind = kind_of(failure->code);
    reeve_ctl_flush(c);
    if (failure->code == 0) { /* not the call's end: something here, or an answer that is none */
        return reeve_ctl_refuse(
            c, status == REEVE_MALFORMED ? REEVE_CTL_REFUSED : REEVE_CTL_USAGE,
            "check the configuration; `reevectl whoami` says whether the gateway answers", "%s%s%s",
            reeve_status_text(status), failure->text[0] != '\0' ? ": " : "", failure->text);
    }
    if (!c->json) {
        print_text(c, failure, kind);
        return kind->exit;
    }
    struct reeve_v1_error_detail *detail =
        reeve_message_new(&reeve_v1_error_detail_message, c->arena);
    if (detail != NULL) {
        detail->code = reeve_output_text(c->arena, "%s", reeve_rpc_code_name(failure->code));
        detail->message = reeve_output_text(c->arena, "%s", failure->text);
        detail->hint = reeve_output_text(c->arena, "%s", kind->next);
        reeve_ctl_error_json(reeve_rpc_code_name(failure->code),
                             failure->detail != NULL ? failure->detail : detail);
    }
    return kind->exit;
}

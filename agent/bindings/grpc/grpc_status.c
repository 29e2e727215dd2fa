/* SPDX-License-Identifier: Apache-2.0 */
/* The table of gRPC's status codes: see grpc_status.h. */
#include "agent/bindings/grpc/grpc_status.h"

#define REFUSED(words)                                                                             \
    {                                                                                              \
        REEVE_REASON_UPSTREAM_REFUSED, REEVE_GRPC_EFFECT_NONE, false,                              \
            "the internal service refused the call: " words                                        \
    }
#define FAILED(again, words)                                                                       \
    {                                                                                              \
        REEVE_REASON_UPSTREAM_FAILED, REEVE_GRPC_EFFECT_DOUBT, again, words                        \
    }

static const struct reeve_grpc_verdict VERDICTS[] = {
    [REEVE_RPC_OK] = FAILED(false, "the internal service failed"),
    [REEVE_RPC_CANCELLED] = FAILED(false, "the internal service cancelled the call"),
    [REEVE_RPC_UNKNOWN] = FAILED(false, "the internal service failed"),
    [REEVE_RPC_INVALID_ARGUMENT] = REFUSED("invalid argument"),
    [REEVE_RPC_DEADLINE_EXCEEDED] = {REEVE_REASON_DEADLINE, REEVE_GRPC_EFFECT_DOUBT, false,
                                     "the time ran out"},
    [REEVE_RPC_NOT_FOUND] = REFUSED("not found"),
    [REEVE_RPC_ALREADY_EXISTS] = REFUSED("exists already"),
    [REEVE_RPC_PERMISSION_DENIED] = REFUSED("permission denied"),
    [REEVE_RPC_RESOURCE_EXHAUSTED] =
        FAILED(true, "the internal service is out of some resource or over a quota"),
    [REEVE_RPC_FAILED_PRECONDITION] = REFUSED("a precondition does not hold"),
    [REEVE_RPC_ABORTED] = FAILED(true, "the internal service aborted the call"),
    [REEVE_RPC_OUT_OF_RANGE] = REFUSED("out of range"),
    [REEVE_RPC_UNIMPLEMENTED] = REFUSED("it does not have this method"),
    [REEVE_RPC_INTERNAL] = FAILED(false, "the internal service failed"),
    [REEVE_RPC_UNAVAILABLE] = {REEVE_REASON_UPSTREAM_INTERRUPTED, REEVE_GRPC_EFFECT_DOUBT, true,
                               "the connection to the internal service broke, or it went away"},
    [REEVE_RPC_DATA_LOSS] = FAILED(false, "the internal service lost data"),
    [REEVE_RPC_UNAUTHENTICATED] = {REEVE_REASON_CREDENTIAL_REFUSED, REEVE_GRPC_EFFECT_NONE, false,
                                   "the internal service refused the worker's credential"},
};

static const struct reeve_grpc_verdict UNREACHABLE = {REEVE_REASON_UPSTREAM_UNREACHABLE,
                                                      REEVE_GRPC_EFFECT_NONE, true,
                                                      "the internal service could not be reached"};
static const struct reeve_grpc_verdict TOO_LARGE = {
    REEVE_REASON_OUTPUT_TOO_LARGE, REEVE_GRPC_EFFECT_DOUBT, false,
    "the internal service's answer is over the response limit"};
static const struct reeve_grpc_verdict COMPRESSED = {
    REEVE_REASON_OUTPUT_INVALID, REEVE_GRPC_EFFECT_DOUBT, false,
    "the internal service sent a compressed answer, which is not taken"};
static const struct reeve_grpc_verdict NO_MEMORY = {REEVE_REASON_OUT_OF_MEMORY,
                                                    REEVE_GRPC_EFFECT_NONE, false, "out of memory"};

static struct reeve_grpc_verdict verdict_of_code(int code)
{
    const size_t count = sizeof(VERDICTS) / sizeof(VERDICTS[0]);

    return VERDICTS[code >= 0 && (size_t)code < count ? (size_t)code : REEVE_RPC_UNKNOWN];
}

/* Nothing left this worker, whoever says so. A service may still have answered, before it saw the
 * request: what it said then stands. */
static struct reeve_grpc_verdict verdict_unsent(int code)
{
    struct reeve_grpc_verdict verdict = verdict_of_code(code);

    if (code == REEVE_RPC_UNAVAILABLE) {
        return UNREACHABLE;
    }
    verdict.effect = REEVE_GRPC_EFFECT_NONE;
    return verdict;
}

struct reeve_grpc_verdict reeve_grpc_verdict_of(const struct reeve_rpc_request *request)
{
    if (request->no_memory) {
        return NO_MEMORY;
    }
    if (!request->may_have_arrived) {
        return verdict_unsent(request->code);
    }
    if (request->refusal == REEVE_RPC_REFUSED_TOO_LARGE) {
        return TOO_LARGE;
    }
    if (request->refusal == REEVE_RPC_REFUSED_COMPRESSED) {
        return COMPRESSED;
    }
    struct reeve_grpc_verdict verdict = verdict_of_code(request->code);
    if (request->messages > 0) {
        verdict.effect = REEVE_GRPC_EFFECT_DOUBT;
    }
    return verdict;
}

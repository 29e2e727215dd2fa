/* SPDX-License-Identifier: Apache-2.0 */
/* gRPC's status codes: what each means to a caller, and its name. */
#include "agent/io/rpc/call.h"

static const struct {
    const char *name;
    enum reeve_status status;
} codes[] = {
    {"OK", REEVE_OK},
    {"CANCELLED", REEVE_CANCELLED},
    {"UNKNOWN", REEVE_UNAVAILABLE},
    {"INVALID_ARGUMENT", REEVE_INVALID},
    {"DEADLINE_EXCEEDED", REEVE_TIMEOUT},
    {"NOT_FOUND", REEVE_NOT_FOUND},
    {"ALREADY_EXISTS", REEVE_EXISTS},
    {"PERMISSION_DENIED", REEVE_UNAUTHENTICATED},
    {"RESOURCE_EXHAUSTED", REEVE_LIMIT},
    {"FAILED_PRECONDITION", REEVE_STATE},
    {"ABORTED", REEVE_UNAVAILABLE},
    {"OUT_OF_RANGE", REEVE_OVERFLOW},
    {"UNIMPLEMENTED", REEVE_UNSUPPORTED},
    {"INTERNAL", REEVE_UNAVAILABLE},
    {"UNAVAILABLE", REEVE_UNAVAILABLE},
    {"DATA_LOSS", REEVE_UNAVAILABLE},
    {"UNAUTHENTICATED", REEVE_UNAUTHENTICATED},
};

static size_t index_of(int code)
{
    const size_t unknown = 2;
    if (code < 0 || (size_t)code >= sizeof codes / sizeof codes[0]) {
        return unknown;
    }
    return (size_t)code;
}

enum reeve_status reeve_rpc_status_of(int code)
{
    return codes[index_of(code)].status;
}

const char *reeve_rpc_code_name(int code)
{
    return codes[index_of(code)].name;
}

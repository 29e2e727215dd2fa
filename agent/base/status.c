/* SPDX-License-Identifier: Apache-2.0 */
/* The table behind enum reeve_status: one row a status, printed from REEVE_STATUS_MAP. */
#include "agent/base/status.h"

#include <stddef.h>

struct status_row {
    const char *name;
    const char *text;
    enum reeve_status_class class_;
    int grpc_code;
    int reason;
};

static const struct status_row STATUS_ROWS[] = {
#define X(name, class_, grpc, reason, text) {#name, text, REEVE_CLASS_##class_, grpc, reason},
    REEVE_STATUS_MAP(X)
#undef X
};

/* gRPC's UNKNOWN (2): a status that is none of ours says nothing about its cause. */
static const struct status_row INVALID_ROW = {"INVALID_STATUS", "not a status", REEVE_CLASS_FATAL,
                                              2, 0};

static const struct status_row *row_of(enum reeve_status status)
{
    size_t index = (size_t)status;
    if (index >= sizeof(STATUS_ROWS) / sizeof(STATUS_ROWS[0])) {
        return &INVALID_ROW;
    }
    return &STATUS_ROWS[index];
}

const char *reeve_status_name(enum reeve_status status)
{
    return row_of(status)->name;
}

const char *reeve_status_text(enum reeve_status status)
{
    return row_of(status)->text;
}

enum reeve_status_class reeve_status_class(enum reeve_status status)
{
    return row_of(status)->class_;
}

int reeve_status_grpc_code(enum reeve_status status)
{
    return row_of(status)->grpc_code;
}

int reeve_status_reason(enum reeve_status status)
{
    return row_of(status)->reason;
}

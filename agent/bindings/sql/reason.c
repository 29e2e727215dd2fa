/* SPDX-License-Identifier: Apache-2.0 */
/* SQLSTATE classes (PostgreSQL 15, appendix A) as reasons: see reason.h. */
#include "agent/bindings/sql/reason.h"

static const struct reeve_sql_reason REASONS[] = {
    {"08", REEVE_REASON_UPSTREAM_INTERRUPTED, "the connection to the database broke"},
    {"21", REEVE_REASON_UPSTREAM_REFUSED, "the database refused the statement"},
    {"22", REEVE_REASON_UPSTREAM_REFUSED, "the database refused a value"},
    {"23", REEVE_REASON_UPSTREAM_REFUSED, "a constraint of the database does not allow it"},
    {"25006", REEVE_REASON_UPSTREAM_REFUSED, "the task reads only, and its statement writes"},
    {"25", REEVE_REASON_UPSTREAM_FAILED, "the database's transaction failed"},
    {"26", REEVE_REASON_UPSTREAM_REFUSED, "the database refused the statement"},
    {"28", REEVE_REASON_CREDENTIAL_REFUSED, "the database refused the worker's credential"},
    {"3D", REEVE_REASON_UPSTREAM_REFUSED, "the database is not there"},
    {"3F", REEVE_REASON_UPSTREAM_REFUSED, "a schema of the database is not there"},
    {"40", REEVE_REASON_UPSTREAM_FAILED, "the transaction lost against another one"},
    {"42501", REEVE_REASON_UPSTREAM_REFUSED, "the database does not permit it"},
    {"42", REEVE_REASON_UPSTREAM_REFUSED, "the database refused the statement"},
    {"44", REEVE_REASON_UPSTREAM_REFUSED, "a constraint of the database does not allow it"},
    {"53", REEVE_REASON_UPSTREAM_FAILED, "the database is short of resources"},
    {"54", REEVE_REASON_UPSTREAM_REFUSED, "a bound of the database was reached"},
    {"55", REEVE_REASON_UPSTREAM_FAILED, "something is in use in the database"},
    {"57014", REEVE_REASON_UPSTREAM_FAILED, "the database cancelled the statement"},
    {"57", REEVE_REASON_UPSTREAM_INTERRUPTED, "the database is shutting down"},
    {"P0", REEVE_REASON_UPSTREAM_REFUSED, "a function of the database refused"},
    {"", REEVE_REASON_UPSTREAM_FAILED, "the database failed"},
};

const struct reeve_sql_reason *reeve_sql_reason_of(const char *state)
{
    const struct reeve_bytes all = reeve_bytes_cstr(state);
    const struct reeve_sql_reason *reason = REASONS;

    while (!reeve_bytes_starts_with(all, reeve_bytes_cstr(reason->prefix))) {
        reason++;
    }
    return reason;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* gRPC core reports on its own to stderr; here its lines become events of our log. What it calls an
 * error is mostly a peer's doing (a handshake that failed), so it is a warning here. */
#include "agent/io/rpc/log.h"

#include <grpc/support/log.h>

#include "agent/base/log.h"

static void write_line(gpr_log_func_args *args)
{
    if (args->severity != GPR_LOG_SEVERITY_ERROR) {
        REEVE_LOG(DEBUG, "grpc", reeve_log_text("text", args->message));
        return;
    }
    REEVE_LOG(WARN, "grpc", reeve_log_text("text", args->message));
}

void reeve_rpc_log_install(void)
{
    gpr_set_log_function(write_line);
}

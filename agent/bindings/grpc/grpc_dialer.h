/* SPDX-License-Identifier: Apache-2.0 */
/* One system's line: made when it is first needed, shared by all calls, and made anew when the
 * files of its TLS identity have changed; calls under way end on the old one. Files that cannot be
 * read or do not fit together never replace a line that works. */
#ifndef REEVE_AGENT_BINDINGS_GRPC_GRPC_DIALER_H
#define REEVE_AGENT_BINDINGS_GRPC_GRPC_DIALER_H

#include "agent/base/time.h"
#include "agent/bindings/grpc/grpc_system.h"
#include "agent/io/rpc/line.h"
#include "creds/secrets/registry.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_grpc_dialer;

/* For the local log: names a file and what to do. */
struct reeve_grpc_dialer_problem {
    char text[1024];
};

/* Reads no file yet. All are borrowed and outlive the dialer. NO_MEMORY. */
enum reeve_status reeve_grpc_dialer_new(const struct reeve_grpc_system *system,
                                        struct reeve_rpc_loop *loop,
                                        struct reeve_secret_registry *secrets,
                                        struct reeve_grpc_dialer **out) REEVE_MUST_CHECK;
void reeve_grpc_dialer_free(struct reeve_grpc_dialer *dialer); /* NULL is fine */

/* Pool threads. The line with one more reference. Looks at the files at most once a second.
 * CREDENTIAL_UNAVAILABLE with a problem; NO_MEMORY. */
enum reeve_status
reeve_grpc_dialer_take(struct reeve_grpc_dialer *dialer, const struct reeve_now *now,
                       struct reeve_rpc_line **out,
                       struct reeve_grpc_dialer_problem *problem) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Internal. Leads what gRPC core says into our log, where it is scrubbed like every line. */
#ifndef REEVE_AGENT_IO_RPC_LOG_H
#define REEVE_AGENT_IO_RPC_LOG_H

#ifdef __cplusplus
extern "C" {
#endif

/* Any thread, any number of times. */
void reeve_rpc_log_install(void);

#ifdef __cplusplus
}
#endif
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The gateway as it runs: carries out what the core decides, and tells it what happened. The core
 * does no I/O, this does nothing else. Everything here is the loop's thread; the store's threads
 * hand completed requests over through the loop.
 *
 *   reeve_service_new    opens key and store
 *   reeve_service_run    loads, listens, serves until it was stopped and is drained
 *   reeve_service_stop   ends what is left
 *   reeve_rpc_loop_free
 *   reeve_service_free
 *
 * Bounds (P7): sessions and calls are counted here and in the core; each has at most one message
 * under way in each direction; a call whose request does not come, and a call or session whose end
 * the peer does not take, is cut after 30 s. */
#ifndef REEVE_GATEWAY_STUB_MAIN_SERVICE_H
#define REEVE_GATEWAY_STUB_MAIN_SERVICE_H

#include "agent/io/rpc/loop.h"
#include "gateway-stub/main/tls_files.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_service;

/* Paths are borrowed, as is the loop. */
struct reeve_service_options {
    struct reeve_rpc_loop *loop;
    struct reeve_gateway_config *config; /* taken over, also when _new fails */
    struct reeve_tls_files *tls;         /* likewise */
    const char *config_path;             /* for reloads; NULL: there are none */
    const char *port_file;               /* gets the port as a decimal number; NULL: none */
};

/* `why` is filled on anything but OK: cause and next step. Statuses: reeve_store_files_open(),
 * NO_MEMORY. *out is NULL unless OK. */
enum reeve_status reeve_service_new(const struct reeve_service_options *options,
                                    struct reeve_service **out, char why[1024]) REEVE_MUST_CHECK;

/* OK: stopped and drained. CANCELLED: stopped twice, before it was drained. Anything else: it could
 * not start (the store cannot be read, the address cannot be bound, the port file cannot be
 * written) or the loop broke; `why` says it. */
enum reeve_status reeve_service_run(struct reeve_service *s, char why[1024]) REEVE_MUST_CHECK;

/* While it runs. The first time: stops listening, sends workers away, finishes what is under way;
 * at most 10 s. The second time: ends at once. */
void reeve_service_signal_stop(struct reeve_service *s);
/* While it runs: reads configuration and certificates again and takes grants, approvers, log and
 * certificates over, as a whole or not at all. Sessions and streams of identities whose grant has
 * changed are ended. What else changed waits for a restart and is said in the log. */
void reeve_service_reload(struct reeve_service *s);
/* 0 until it listens. */
int reeve_service_port(const struct reeve_service *s);

/* After run, before the loop is freed: completes what the store has, cuts what is open. */
void reeve_service_stop(struct reeve_service *s);
/* After the loop. NULL is fine. */
void reeve_service_free(struct reeve_service *s);

#ifdef __cplusplus
}
#endif
#endif

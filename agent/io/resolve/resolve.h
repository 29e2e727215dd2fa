/* SPDX-License-Identifier: Apache-2.0 */
/* Names to addresses, for a thread that waits on descriptors: c-ares, the way that works in a
 * static program. The only place that includes <ares.h>.
 *
 * Everything here belongs to one thread. A question is owned by its caller and lent from _start
 * until on_done, which comes exactly once, from within _tick() and never from _start(); or until
 * _forget(), after which it never comes. */
#ifndef REEVE_AGENT_IO_RESOLVE_RESOLVE_H
#define REEVE_AGENT_IO_RESOLVE_RESOLVE_H

#include "agent/base/list.h"
#include "agent/base/status.h"
#include "agent/base/time.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_RESOLVE_ADDRESSES 8u
#define REEVE_RESOLVE_ADDRESS_SIZE 46u

struct reeve_resolver;

/* Which descriptors the thread has to wait for; neither: the descriptor is about to be closed. */
struct reeve_resolver_watch {
    void (*watch)(void *ctx, int fd, bool readable, bool writable);
    void *ctx;
};

struct reeve_resolve {
    /* ---- set by the caller ---- */
    const char *host; /* borrowed until _start returns */
    void (*on_done)(struct reeve_resolve *question);

    /* ---- valid from on_done on ---- */
    /* OK: at least one address. NOT_FOUND: the name has none. UNAVAILABLE: nobody answered.
     * NO_MEMORY. */
    enum reeve_status status;
    char addresses[REEVE_RESOLVE_ADDRESSES][REEVE_RESOLVE_ADDRESS_SIZE];
    uint32_t count;
    const char *problem; /* static text; "" when OK */

    /* ---- private ---- */
    void *query;
};

/* NO_MEMORY; IO: the machine's resolver configuration is not usable. `watch` is borrowed. */
enum reeve_status reeve_resolver_new(const struct reeve_resolver_watch *watch,
                                     struct reeve_resolver **out) REEVE_MUST_CHECK;
/* Forgets what is still asked. NULL is fine. */
void reeve_resolver_free(struct reeve_resolver *resolver);

/* NO_MEMORY: nothing was asked, and on_done does not come. */
enum reeve_status reeve_resolver_start(struct reeve_resolver *resolver,
                                       struct reeve_resolve *question) REEVE_MUST_CHECK;
void reeve_resolver_forget(struct reeve_resolver *resolver, struct reeve_resolve *question);

/* A watched descriptor is ready. */
void reeve_resolver_ready(struct reeve_resolver *resolver, int fd, bool readable, bool writable);
/* When _tick() wants to be called at the latest (boot time); REEVE_NEVER_MS. */
uint64_t reeve_resolver_deadline(struct reeve_resolver *resolver, uint64_t now_ms);
/* Timeouts, and on_done of every question that is answered. */
void reeve_resolver_tick(struct reeve_resolver *resolver);

#ifdef __cplusplus
}
#endif
#endif

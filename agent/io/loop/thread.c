/* SPDX-License-Identifier: Apache-2.0 */
/* Starting a thread: see thread.h. */
#include "agent/io/loop/thread.h"

#include <signal.h>

enum reeve_status reeve_thread_start(pthread_t *thread, size_t stack_bytes, void *(*run)(void *),
                                     void *ctx)
{
    pthread_attr_t attributes;
    sigset_t all;
    sigset_t before;

    if (pthread_attr_init(&attributes) != 0) {
        return REEVE_NO_MEMORY;
    }
    (void)pthread_attr_setstacksize(&attributes, stack_bytes);
    (void)sigfillset(&all);
    /* The mask is inherited: the new thread never has a moment with signals. */
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    const int error = pthread_create(thread, &attributes, run, ctx);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    (void)pthread_attr_destroy(&attributes);
    return error == 0 ? REEVE_OK : REEVE_LIMIT;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Internal. What every void* that gRPC's completion queue carries is: a tag, embedded in the object
 * whose operation it stands for, one for each kind of operation.
 *
 * gRPC's own code is not built with ThreadSanitizer, so what orders our writes before a batch and
 * our reads behind its completion has to be said: release before, acquire after. What gRPC itself
 * reads and writes on our thread, between ENTER and LEAVE, is not looked at: there is nothing to
 * learn, and GCC's runtime has been seen to hang in reporting it. */
#ifndef REEVE_AGENT_IO_RPC_TAG_H
#define REEVE_AGENT_IO_RPC_TAG_H

#include <stdbool.h>

#if defined(__SANITIZE_THREAD__)
#define REEVE_RPC_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define REEVE_RPC_TSAN 1
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

#ifdef REEVE_RPC_TSAN
#include <sanitizer/tsan_interface.h>
/* In the runtime, but in none of its headers. */
void __tsan_ignore_thread_begin(void);
void __tsan_ignore_thread_end(void);
#define REEVE_RPC_RELEASE(p) __tsan_release(p)
#define REEVE_RPC_ACQUIRE(p) __tsan_acquire(p)
#define REEVE_RPC_ENTER() __tsan_ignore_thread_begin()
#define REEVE_RPC_LEAVE() __tsan_ignore_thread_end()
#else
#define REEVE_RPC_RELEASE(p) ((void)(p))
#define REEVE_RPC_ACQUIRE(p) ((void)(p))
#define REEVE_RPC_ENTER() ((void)0)
#define REEVE_RPC_LEAVE() ((void)0)
#endif

struct reeve_rpc_tag {
    void (*on_done)(struct reeve_rpc_tag *self, bool ok);
    const char *name; /* for messages about bugs */
};

#ifdef __cplusplus
}
#endif
#endif

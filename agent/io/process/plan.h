/* SPDX-License-Identifier: Apache-2.0 */
/* What is to be run and how: handed from the worker to its own binary in the role `exec-child`,
 * through an anonymous file in memory, never through argv. Both ends are the same build, so the
 * form has no versions; it is still read with every bound checked. */
#ifndef REEVE_AGENT_IO_PROCESS_PLAN_H
#define REEVE_AGENT_IO_PROCESS_PLAN_H

#include "agent/base/buffer.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Hands a secret to the program, by one of the two ways. */
struct reeve_process_secret {
    const char *variable; /* name of an environment variable; NULL: by descriptor */
    int descriptor;       /* number under which the program finds a file with the value */
    struct reeve_bytes value;
};

/* 0: what the worker itself has. Soft and hard limit alike; never more than the worker's own. */
struct reeve_process_limits {
    uint64_t cpu_seconds;
    uint64_t memory_bytes; /* address space */
    uint64_t files;
    uint64_t processes; /* of the user, in all; without meaning for root */
    uint64_t file_bytes;
};

#define REEVE_PROCESS_SECRETS_MAX 16u
/* Descriptors of secrets are 3 up to and with this. */
#define REEVE_PROCESS_DESCRIPTOR_MAX 31
#define REEVE_PROCESS_TEXTS_MAX 1024u
#define REEVE_PROCESS_PLAN_MAX (2u * 1024u * 1024u)

/* Everything is borrowed. */
struct reeve_process_plan {
    const char *path;             /* absolute */
    const char *const *arguments; /* behind the path */
    size_t arguments_count;
    const char *const *environment; /* "NAME=value", all that there is */
    size_t environment_count;
    const struct reeve_process_secret *secrets;
    size_t secrets_count;
    const char *directory; /* absolute */
    bool has_user;         /* else the worker's own user, group and groups */
    uint32_t user;
    uint32_t group;
    struct reeve_process_limits limits;
};

/* Appends the plan with the secrets that go into the environment: `to` has all its memory before
 * the first of them is copied, and the caller wipes it. LIMIT: too many or too long texts;
 * NO_MEMORY. */
enum reeve_status reeve_process_plan_write(const struct reeve_process_plan *plan,
                                           struct reeve_buffer *to) REEVE_MUST_CHECK;

/* A plan as the role reads it: argv and environment as execve takes them. Points into the bytes
 * that it was read from. */
struct reeve_process_order {
    char *argv[REEVE_PROCESS_TEXTS_MAX + 2];
    char *envp[REEVE_PROCESS_TEXTS_MAX + 1];
    const char *path;
    const char *directory;
    bool has_user;
    uint32_t user;
    uint32_t group;
    struct reeve_process_limits limits;
    int descriptors[REEVE_PROCESS_SECRETS_MAX]; /* wanted numbers, in the order of passing */
    size_t descriptors_count;
};

/* MALFORMED: not a whole plan. */
enum reeve_status reeve_process_order_read(uint8_t *bytes, size_t len,
                                           struct reeve_process_order *out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif

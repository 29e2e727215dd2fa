/* SPDX-License-Identifier: Apache-2.0 */
/* From a plan to a running keeper: pipes, files in memory, posix_spawn. See launch.h. */
#include "agent/io/process/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/base/secret.h"
#include "agent/io/process/keeper.h"

/* The numbers that the keeper expects are below this; what goes there comes from above, so no
 * dup2 overwrites what another still needs. */
#define LOWEST_SOURCE 64

enum { IN, OUT, ERR, CONTROL, PLAN, SECRETS, SOURCES = SECRETS + REEVE_PROCESS_SECRETS_MAX };

/* The keeper's ends while it is being started, by the number that they get. */
struct sources {
    int fds[SOURCES];
    size_t count;
};

void reeve_launch_init(struct reeve_launch *launch)
{
    *launch = (struct reeve_launch){-1, -1, -1, -1, -1, -1};
}

void reeve_launch_close(int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
        *fd = -1;
    }
}

void reeve_launch_clear(struct reeve_launch *launch)
{
    reeve_launch_close(&launch->input);
    reeve_launch_close(&launch->output);
    reeve_launch_close(&launch->problems);
    reeve_launch_close(&launch->control);
    reeve_launch_close(&launch->keeper);
}

static void clear_sources(struct sources *s)
{
    for (size_t i = 0; i < SOURCES; i++) {
        reeve_launch_close(&s->fds[i]);
    }
}

/* Takes `fd` over, out of the way of the numbers that are wanted. */
static bool put_source(struct sources *s, size_t at, int fd)
{
    s->fds[at] = fcntl(fd, F_DUPFD_CLOEXEC, LOWEST_SOURCE);
    const int error = errno;
    (void)close(fd);
    errno = error;
    return s->fds[at] >= 0;
}

/* ---- pipes ---- */

static bool set_nonblocking(int fd)
{
    const int flags = fcntl(fd, F_GETFL);
    return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

/* A pipe of which the worker has one end: the writing one for the program's input. */
static bool make_pipe(struct sources *s, size_t at, bool input, int *ours)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return false;
    }
    *ours = ends[input ? 1 : 0];
    return put_source(s, at, ends[input ? 0 : 1]) && set_nonblocking(*ours);
}

static bool make_control(struct sources *s, int *ours)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        return false;
    }
    *ours = ends[0];
    return put_source(s, CONTROL, ends[1]) && set_nonblocking(*ours);
}

/* ---- files in memory ---- */

/* At their own places: the offset, which the program shares, stays at the beginning. */
static bool write_all(int fd, struct reeve_bytes bytes)
{
    size_t at = 0;
    while (at < bytes.len) {
        const ssize_t put = pwrite(fd, bytes.data + at, bytes.len - at, (off_t)at);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return false;
        }
        at += (size_t)put;
    }
    return true;
}

static bool make_file(struct sources *s, size_t at, struct reeve_bytes content)
{
    const int fd = memfd_create("reeve", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0) {
        return false;
    }
    return put_source(s, at, fd) && write_all(s->fds[at], content) &&
           fcntl(s->fds[at], F_ADD_SEALS,
                 F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0;
}

static bool make_secrets(struct sources *s, const struct reeve_process_plan *plan)
{
    for (size_t i = 0; i < plan->secrets_count; i++) {
        if (plan->secrets[i].variable != NULL) {
            continue;
        }
        if (!make_file(s, s->count, plan->secrets[i].value)) {
            return false;
        }
        s->count++;
    }
    return true;
}

static enum reeve_status make_plan(struct sources *s, const struct reeve_process_plan *plan)
{
    struct reeve_buffer bytes;
    reeve_buffer_init(&bytes, NULL, REEVE_PROCESS_PLAN_MAX);
    enum reeve_status status = reeve_process_plan_write(plan, &bytes);
    if (status == REEVE_OK && !make_file(s, PLAN, reeve_buffer_view(&bytes))) {
        status = REEVE_LIMIT;
    } else if (status == REEVE_LIMIT) {
        status = REEVE_TOO_LARGE;
    }
    const int error = errno;
    reeve_wipe(bytes.data, bytes.capacity);
    reeve_buffer_clear(&bytes);
    errno = error;
    return status;
}

static enum reeve_status make_ends(struct sources *s, const struct reeve_process_plan *plan,
                                   struct reeve_launch *launch)
{
    const bool made = make_pipe(s, IN, true, &launch->input) &&
                      make_pipe(s, OUT, false, &launch->output) &&
                      make_pipe(s, ERR, false, &launch->problems) &&
                      make_control(s, &launch->control) && make_secrets(s, plan);
    return made ? make_plan(s, plan) : REEVE_LIMIT;
}

/* ---- spawning ---- */

static int place_all(const struct sources *s, posix_spawn_file_actions_t *actions)
{
    int error = 0;
    for (size_t i = 0; i < s->count && error == 0; i++) {
        error = posix_spawn_file_actions_adddup2(actions, s->fds[i], (int)i);
    }
    return error != 0 ? error : posix_spawn_file_actions_addclosefrom_np(actions, (int)s->count);
}

/* Every signal blocked and at its standard, a session of its own: what a terminal or a supervisor
 * sends to the worker's group is the worker's to answer. */
static int set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t all;
    (void)sigfillset(&all);
    int error = posix_spawnattr_setflags(
        attributes, (short)(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID));
    error = error != 0 ? error : posix_spawnattr_setsigmask(attributes, &all);
    return error != 0 ? error : posix_spawnattr_setsigdefault(attributes, &all);
}

static int spawn_with(const char *executable, const struct sources *s,
                      posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes,
                      pid_t *pid)
{
    char name[] = "reeve-agent";
    char role[] = REEVE_PROCESS_ROLE;
    char *argv[] = {name, role, NULL};
    char *environment[] = {NULL};
    int error = place_all(s, actions);
    error = error != 0 ? error : set_attributes(attributes);
    return error != 0 ? error
                      : posix_spawn(pid, executable, actions, attributes, argv, environment);
}

static int spawn(const char *executable, const struct sources *s, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    if (posix_spawn_file_actions_init(&actions) != 0) {
        return ENOMEM;
    }
    if (posix_spawnattr_init(&attributes) != 0) {
        (void)posix_spawn_file_actions_destroy(&actions);
        return ENOMEM;
    }
    const int error = spawn_with(executable, s, &actions, &attributes, pid);
    (void)posix_spawnattr_destroy(&attributes);
    (void)posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* A keeper that cannot be watched is not kept. */
static int watch(struct reeve_launch *launch)
{
    launch->keeper = pidfd_open(launch->pid, 0);
    if (launch->keeper >= 0) {
        return 0;
    }
    const int error = errno;
    (void)kill(launch->pid, SIGKILL);
    (void)waitpid(launch->pid, NULL, 0);
    return error;
}

enum reeve_status reeve_launch_start(const char *executable, const struct reeve_process_plan *plan,
                                     struct reeve_launch *launch, int *error)
{
    struct sources s = {.count = SECRETS};
    for (size_t i = 0; i < SOURCES; i++) {
        s.fds[i] = -1;
    }
    enum reeve_status status = make_ends(&s, plan, launch);
    *error = status == REEVE_LIMIT ? errno : 0;
    if (status == REEVE_OK) {
        *error = spawn(executable, &s, &launch->pid);
        *error = *error == 0 ? watch(launch) : *error;
        status = *error == 0 ? REEVE_OK : REEVE_LIMIT;
    }
    clear_sources(&s);
    return status;
}

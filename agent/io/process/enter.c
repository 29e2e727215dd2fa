/* SPDX-License-Identifier: Apache-2.0 */
/* From a copy of the keeper to the program. The order matters: what needs privileges comes before
 * they are given up, the parent-death signal after, since a change of user clears it; limits come
 * last, so that nothing of ours runs into them. */
#include "agent/io/process/enter.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/io/process/process.h"

static bool make_session(struct reeve_process_entry *entry)
{
    (void)entry;
    return setsid() >= 0;
}

/* Secrets arrive side by side; each goes to the number that the configuration gives it. They are
 * moved out of the way first, since one may stand where another belongs. */
static bool arrange_descriptors(struct reeve_process_entry *entry)
{
    const struct reeve_process_order *order = entry->order;
    int moved[REEVE_PROCESS_SECRETS_MAX];
    const int above = REEVE_PROCESS_DESCRIPTOR_MAX + 1;
    for (size_t i = 0; i < order->descriptors_count; i++) {
        moved[i] = fcntl(entry->first_descriptor + (int)i, F_DUPFD_CLOEXEC, above);
        if (moved[i] < 0) {
            return false;
        }
    }
    const int control = fcntl(entry->control, F_DUPFD_CLOEXEC, above);
    if (control < 0) {
        return false;
    }
    entry->control = control; /* what fails from here on is told on this one */
    if (close_range(3, (unsigned)above - 1, 0) != 0) {
        return false;
    }
    for (size_t i = 0; i < order->descriptors_count; i++) {
        if (dup2(moved[i], order->descriptors[i]) < 0) {
            return false;
        }
    }
    return close_range((unsigned)above, ~0u, CLOSE_RANGE_CLOEXEC) == 0;
}

/* Its new user opens /dev/stderr and the like by name: the pipes have to be its own. */
static bool give_groups_up(struct reeve_process_entry *entry)
{
    const struct reeve_process_order *order = entry->order;
    if (!order->has_user) {
        return true;
    }
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fchown(fd, order->user, order->group) != 0) {
            continue; /* a pipe that stays ours still serves whoever does not open it by name */
        }
    }
    return setgroups(0, NULL) == 0;
}

static bool change_group(struct reeve_process_entry *entry)
{
    const gid_t group = entry->order->group;
    return !entry->order->has_user || setresgid(group, group, group) == 0;
}

static bool change_user(struct reeve_process_entry *entry)
{
    const uid_t user = entry->order->user;
    uid_t real = 0;
    uid_t effective = 0;
    uid_t saved = 0;
    if (!entry->order->has_user) {
        return true;
    }
    return setresuid(user, user, user) == 0 && getresuid(&real, &effective, &saved) == 0 &&
           real == user && effective == user && saved == user;
}

static bool give_privileges_up(struct reeve_process_entry *entry)
{
    (void)entry;
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0;
}

static bool enter_directory(struct reeve_process_entry *entry)
{
    return chdir(entry->order->directory) == 0;
}

/* Dispositions that are ignored would stay ignored in the program. By the kernel's call, since the
 * library keeps two signals to itself and has them ignored in what it spawns; all zero is SIG_DFL
 * in the kernel's struct, on every architecture. */
static bool reset_signals(struct reeve_process_entry *entry)
{
    static const unsigned long STANDARD[8] = {0};
    sigset_t none;
    (void)entry;
    for (int number = 1; number < NSIG; number++) {
        /* Fails for the two that cannot be changed. */
        (void)syscall(SYS_rt_sigaction, number, STANDARD, NULL, (size_t)(NSIG - 1) / 8);
    }
    return sigemptyset(&none) == 0 && sigprocmask(SIG_SETMASK, &none, NULL) == 0;
}

/* The kernel sends the signal when the keeper ends; that may have happened already. */
static bool stay_under_keeper(struct reeve_process_entry *entry)
{
    errno = ESRCH;
    return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && getppid() == entry->keeper;
}

static bool set_limit(int resource, uint64_t value)
{
    struct rlimit now;
    if (value == 0) {
        return true;
    }
    if (getrlimit((__rlimit_resource_t)resource, &now) != 0) {
        return false;
    }
    const rlim_t wanted = (rlim_t)value < now.rlim_max ? (rlim_t)value : now.rlim_max;
    const struct rlimit limit = {wanted, wanted};
    return setrlimit((__rlimit_resource_t)resource, &limit) == 0;
}

static bool set_limits(struct reeve_process_entry *entry)
{
    const struct reeve_process_limits *limits = &entry->order->limits;
    const struct rlimit none = {0, 0};
    return setrlimit(RLIMIT_CORE, &none) == 0 && set_limit(RLIMIT_CPU, limits->cpu_seconds) &&
           set_limit(RLIMIT_NOFILE, limits->files) && set_limit(RLIMIT_NPROC, limits->processes) &&
           set_limit(RLIMIT_FSIZE, limits->file_bytes) &&
           set_limit(RLIMIT_AS, limits->memory_bytes);
}

static bool execute(struct reeve_process_entry *entry)
{
    (void)execve(entry->order->path, entry->order->argv, entry->order->envp);
    return false;
}

struct step {
    enum reeve_process_step name;
    bool (*take)(struct reeve_process_entry *entry);
};

static const struct step STEPS[] = {
    {REEVE_PROCESS_STEP_SESSION, make_session},
    {REEVE_PROCESS_STEP_DESCRIPTORS, arrange_descriptors},
    {REEVE_PROCESS_STEP_GROUPS, give_groups_up},
    {REEVE_PROCESS_STEP_GROUP, change_group},
    {REEVE_PROCESS_STEP_USER, change_user},
    {REEVE_PROCESS_STEP_PRIVILEGES, give_privileges_up},
    {REEVE_PROCESS_STEP_DIRECTORY, enter_directory},
    {REEVE_PROCESS_STEP_SIGNALS, reset_signals},
    {REEVE_PROCESS_STEP_KEEPER, stay_under_keeper},
    {REEVE_PROCESS_STEP_LIMITS, set_limits},
    {REEVE_PROCESS_STEP_EXECUTE, execute},
};

enum reeve_process_step reeve_process_enter(struct reeve_process_entry *entry, int *error)
{
    for (size_t i = 0; i < sizeof(STEPS) / sizeof(STEPS[0]); i++) {
        if (!STEPS[i].take(entry)) {
            *error = errno;
            return STEPS[i].name;
        }
    }
    *error = 0;
    return REEVE_PROCESS_STEP_EXECUTE;
}

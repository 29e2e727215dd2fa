/* SPDX-License-Identifier: Apache-2.0 */
/* One program's keeper: see keeper.h. It is the program's parent and a subreaper, so whatever the
 * program starts and abandons becomes its child, in whichever session it hides. Nothing is reaped
 * before it was signalled by a number that is still its own. */
#include "agent/io/process/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/base/character.h"
#include "agent/base/secret.h"
#include "agent/io/process/enter.h"
#include "agent/io/process/process.h"

/* How long what was killed may take to die before the keeper goes without it. */
#define SWEEP_TURNS 500
#define SWEEP_TURN_MS 10
#define CHILDREN_TEXT 4096

enum { EXIT_GONE = 0, EXIT_NOT_STARTED = 1, EXIT_MISUSED = 2 };

struct keeper {
    pid_t program;
    int signals; /* signalfd */
    bool over;   /* the program ended and that was told */
};

bool reeve_process_is_role(int argc, char *const *argv)
{
    return argc == 2 && reeve_bytes_equal_cstr(reeve_bytes_cstr(argv[1]), REEVE_PROCESS_ROLE);
}

static void tell(int control, enum reeve_process_report_kind kind, enum reeve_process_step step,
                 int value)
{
    const struct reeve_process_report report = {kind, step, value};
    uint8_t bytes[REEVE_PROCESS_REPORT_SIZE];
    reeve_process_report_write(&report, bytes);
    (void)send(control, bytes, sizeof(bytes), MSG_NOSIGNAL); /* nobody listens: we end anyway */
}

/* ---- the plan ---- */

static bool read_all(int fd, uint8_t *to, size_t len)
{
    size_t at = 0;
    while (at < len) {
        const ssize_t got = pread(fd, to + at, len - at, (off_t)at);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return false;
        }
        at += (size_t)got;
    }
    return true;
}

/* *bytes is the caller's to wipe and free, also when it fails. */
static bool read_plan(struct reeve_buffer *bytes, struct reeve_process_order *order)
{
    struct stat about;
    if (fstat(REEVE_KEEPER_PLAN, &about) != 0 || about.st_size <= 0 ||
        about.st_size > (off_t)REEVE_PROCESS_PLAN_MAX ||
        reeve_buffer_reserve(bytes, (size_t)about.st_size) != REEVE_OK ||
        !read_all(REEVE_KEEPER_PLAN, bytes->data, (size_t)about.st_size)) {
        return false;
    }
    bytes->len = (size_t)about.st_size;
    (void)close(REEVE_KEEPER_PLAN);
    return reeve_process_order_read(bytes->data, bytes->len, order) == REEVE_OK;
}

/* ---- the program's process ---- */

/* In the new process. Ends it in every case. */
static void become_program(const struct reeve_process_order *order, pid_t keeper)
{
    struct reeve_process_entry entry = {.order = order,
                                        .keeper = keeper,
                                        .control = REEVE_KEEPER_CONTROL,
                                        .first_descriptor = REEVE_KEEPER_SECRETS};
    int error = 0;
    const enum reeve_process_step step = reeve_process_enter(&entry, &error);
    tell(entry.control, REEVE_REPORT_FAILED, step, error);
    reeve_process_leave(EXIT_NOT_STARTED);
}

/* The keeper keeps nothing open that the program or its readers wait for. */
static void let_go(const struct reeve_process_order *order)
{
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (null < 0 || dup2(null, fd) < 0) {
            (void)close(fd);
        }
    }
    for (size_t i = 0; i < order->descriptors_count; i++) {
        (void)close(REEVE_KEEPER_SECRETS + (int)i);
    }
    if (null > STDERR_FILENO) {
        (void)close(null);
    }
}

static bool start_program(struct keeper *k, const struct reeve_process_order *order)
{
    const pid_t self = getpid();
    k->program = fork();
    if (k->program == 0) {
        become_program(order, self);
    }
    let_go(order);
    if (k->program < 0) {
        tell(REEVE_KEEPER_CONTROL, REEVE_REPORT_FAILED, REEVE_PROCESS_STEP_FORK, errno);
        return false;
    }
    return true;
}

/* ---- its end ---- */

/* Kills the processes that are this one's children now: the program's, once it is gone. */
static void kill_children(void)
{
    char text[CHILDREN_TEXT];
    const int fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
    const ssize_t got = fd < 0 ? 0 : read(fd, text, sizeof(text));
    pid_t pid = 0;
    if (fd >= 0) {
        (void)close(fd);
    }
    for (ssize_t i = 0; i < got; i++) {
        if (reeve_is_digit(text[i])) {
            pid = pid * 10 + (text[i] - '0');
            continue;
        }
        if (pid > 1) {
            (void)kill(pid, SIGKILL);
        }
        pid = 0; /* a number that was cut at the end is left for the next turn */
    }
}

/* False when there is nobody left. */
static bool reap_some(void)
{
    for (;;) {
        const pid_t pid = waitpid(-1, NULL, WNOHANG);
        if (pid > 0 || (pid < 0 && errno == EINTR)) {
            continue;
        }
        return pid == 0;
    }
}

/* Until all that came of the program has died. The group goes first and at once: a signal to a
 * group leaves no gap for a fork, and its number is the program's while that is not reaped. */
static void sweep(const struct keeper *k)
{
    (void)kill(-k->program, SIGKILL);
    (void)kill(k->program, SIGKILL);
    for (int turn = 0; turn < SWEEP_TURNS && reap_some(); turn++) {
        struct pollfd woken = {.fd = k->signals, .events = POLLIN};
        struct signalfd_siginfo info;
        kill_children();
        if (poll(&woken, 1, SWEEP_TURN_MS) > 0) {
            (void)!read(k->signals, &info, sizeof(info));
        }
    }
}

static void tell_end(const siginfo_t *end)
{
    const bool exited = end->si_code == CLD_EXITED;
    tell(REEVE_KEEPER_CONTROL, exited ? REEVE_REPORT_EXITED : REEVE_REPORT_KILLED,
         REEVE_PROCESS_STEP_NONE, end->si_status);
}

/* Looks before it reaps: the program's number stays its own until the sweep is through. */
static void look_at_children(struct keeper *k)
{
    while (!k->over) {
        siginfo_t end = {.si_pid = 0};
        if (waitid(P_ALL, 0, &end, WEXITED | WNOHANG | WNOWAIT) != 0 || end.si_pid == 0) {
            return;
        }
        if (end.si_pid == k->program) {
            tell_end(&end);
            k->over = true;
            return;
        }
        (void)waitpid(end.si_pid, NULL, WNOHANG);
    }
}

/* False when the worker is gone or wants everything dead. */
static bool obey(struct keeper *k)
{
    char word = 0;
    const ssize_t got = recv(REEVE_KEEPER_CONTROL, &word, 1, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        return true;
    }
    if (got == 1 && word == REEVE_KEEPER_TERMINATE) {
        /* Before it has a session of its own there is no group; the signal waits until then. */
        if (kill(-k->program, SIGTERM) != 0) {
            (void)kill(k->program, SIGTERM);
        }
        return true;
    }
    return false;
}

static void keep(struct keeper *k)
{
    bool wanted = true;
    while (wanted && !k->over) {
        struct pollfd woken[] = {{.fd = REEVE_KEEPER_CONTROL, .events = POLLIN},
                                 {.fd = k->signals, .events = POLLIN}};
        struct signalfd_siginfo info;
        if (poll(woken, 2, -1) < 0 && errno != EINTR) {
            return;
        }
        if (woken[0].revents != 0) {
            wanted = obey(k);
        }
        if (woken[1].revents != 0) {
            (void)!read(k->signals, &info, sizeof(info));
            look_at_children(k);
        }
    }
}

/* Told after the kill as before it: the worker learns which signal it was. */
static void end_all(struct keeper *k)
{
    siginfo_t end = {.si_pid = 0};
    (void)kill(-k->program, SIGKILL);
    (void)kill(k->program, SIGKILL);
    if (!k->over && waitid(P_PID, (id_t)k->program, &end, WEXITED | WNOWAIT) == 0) {
        tell_end(&end);
    }
    sweep(k);
}

/* ---- the role ---- */

static bool is_ours(void)
{
    int type = 0;
    socklen_t size = sizeof(type);
    return getsockopt(REEVE_KEEPER_CONTROL, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
           type == SOCK_SEQPACKET && fcntl(REEVE_KEEPER_CONTROL, F_SETFD, FD_CLOEXEC) == 0;
}

/* A limit of 0 keeps no program that takes core dumps through a pipe from getting one, with the
 * program's secrets in it; this leaves nothing in it. Inherited, and kept by execve. To be done
 * while the process still owns its files under /proc. */
static void empty_core_dumps(void)
{
    const int fd = open("/proc/self/coredump_filter", O_WRONLY | O_CLOEXEC);
    if (fd >= 0) {
        (void)!write(fd, "0", 1);
        (void)close(fd);
    }
}

/* Every signal that can be blocked is: what is meant for the program reaches it by its group. */
static bool prepare(struct keeper *k)
{
    sigset_t all;
    sigset_t child;
    (void)sigfillset(&all);
    (void)sigemptyset(&child);
    (void)sigaddset(&child, SIGCHLD);
    if (sigprocmask(SIG_SETMASK, &all, NULL) != 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) {
        return false;
    }
    k->signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    return k->signals >= 0;
}

static int run(struct keeper *k)
{
    struct reeve_process_order *order = reeve_alloc(NULL, sizeof(*order));
    struct reeve_buffer bytes;
    reeve_buffer_init(&bytes, NULL, REEVE_PROCESS_PLAN_MAX);
    const bool read = order != NULL && prepare(k) && read_plan(&bytes, order);
    if (!read) {
        tell(REEVE_KEEPER_CONTROL, REEVE_REPORT_FAILED, REEVE_PROCESS_STEP_PLAN, errno);
    }
    const bool started = read && start_program(k, order);
    reeve_wipe(bytes.data, bytes.capacity);
    reeve_buffer_clear(&bytes);
    reeve_free(NULL, order, sizeof(*order));
    if (!started) {
        return EXIT_NOT_STARTED;
    }
    keep(k);
    end_all(k);
    return EXIT_GONE;
}

int reeve_process_role_main(void)
{
    static const char MISUSED[] =
        "exec-child is a role that the worker starts by itself, for a program that a job runs; "
        "next: see --help for the commands\n";
    struct keeper k = {.program = -1};
    if (!is_ours()) {
        (void)!write(STDERR_FILENO, MISUSED, sizeof(MISUSED) - 1);
        return EXIT_MISUSED;
    }
    empty_core_dumps();
    if (reeve_process_hide() != REEVE_OK) {
        tell(REEVE_KEEPER_CONTROL, REEVE_REPORT_FAILED, REEVE_PROCESS_STEP_PRIVILEGES, errno);
        return EXIT_NOT_STARTED;
    }
    /* Nothing of what the binary's libraries do at an orderly exit is wanted here. */
    reeve_process_leave(run(&k));
    return EXIT_GONE;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What a process of ours takes away from itself, and what it takes: see process.h. */
#include "agent/io/process/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* LeakSanitizer attaches to the process by ptrace. */
#if defined(__SANITIZE_ADDRESS__)
#define MAY_BE_TRACED 1
#else
#define MAY_BE_TRACED 0
#endif

static bool close_stdin(void)
{
    const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null < 0) {
        return false;
    }
    const bool done = dup2(null, STDIN_FILENO) == STDIN_FILENO;
    if (null != STDIN_FILENO) {
        (void)close(null);
    }
    return done;
}

enum reeve_status reeve_process_hide(void)
{
    const struct rlimit none = {0, 0};
    (void)umask(077);
    bool done = setrlimit(RLIMIT_CORE, &none) == 0;
    done = (MAY_BE_TRACED || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0) && done;
    return done ? REEVE_OK : REEVE_IO;
}

enum reeve_status reeve_process_harden(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    bool done = reeve_process_hide() == REEVE_OK;
    done = sigaction(SIGPIPE, &ignore, NULL) == 0 && done;
    done = sigaction(SIGXFSZ, &ignore, NULL) == 0 && done;
    done = close_stdin() && done;
    return done ? REEVE_OK : REEVE_IO;
}

void reeve_process_raise_descriptors(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

void reeve_process_leave(int code)
{
    _exit(code);
}

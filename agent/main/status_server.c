/* SPDX-License-Identifier: Apache-2.0 */
/* The status socket: see status_server.h.
 *
 *   thread: accept → post a task to the loop → wait for the document → send it → close
 *
 * When the loop does not answer in time, that is the answer: the task stays posted, and the next
 * client waits for the same one. */
#include "agent/main/status_server.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/list.h"
#include "agent/base/time.h"
#include "agent/io/loop/thread.h"
#include "agent/main/unix_address.h"

enum {
    STACK_SIZE = 256 * 1024,
    BACKLOG = 8,
    LOOP_PATIENCE_MS = 2000,
    CLIENT_PATIENCE_S = 1,
};

static const char STUCK[] =
    "{\"ready\":false,\"conditions\":[{\"name\":\"loop_stuck\",\"next_step\":\"the worker does not "
    "answer itself: look at its log, then restart it\"}]}\n";

struct reeve_status_server {
    struct reeve_status_server_options options;
    char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
    int socket; /* -1: none */
    int wake;   /* eventfd: the thread is to end; -1: none */
    pthread_t thread;
    bool running; /* the owner's */
    struct reeve_task_node node;

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t answered;
    bool posted; /* the node is the loop's */
    bool stopping;
    struct reeve_buffer document;
};

/* ---- the loop's side ---- */

static void answer(struct reeve_task_node *node)
{
    struct reeve_status_server *s = REEVE_OWNER(node, struct reeve_status_server, node);
    struct reeve_buffer document;
    reeve_buffer_init(&document, NULL, REEVE_STATUS_DOCUMENT_MAX);
    if (s->options.write(s->options.ctx, &document) != REEVE_OK) {
        reeve_buffer_reset(&document); /* an empty one: the client is told to try again */
    }
    (void)pthread_mutex_lock(&s->lock);
    reeve_buffer_take(&s->document, &document);
    s->posted = false;
    (void)pthread_cond_signal(&s->answered);
    (void)pthread_mutex_unlock(&s->lock);
    reeve_buffer_clear(&document);
}

/* ---- the thread ---- */

static struct timespec patience_end(void)
{
    const struct reeve_now now = reeve_now_read();
    const int64_t end_ms = now.unix_ms + LOOP_PATIENCE_MS;
    const struct timespec end = {.tv_sec = (time_t)(end_ms / 1000),
                                 .tv_nsec = (long)(end_ms % 1000) * 1000000};
    return end;
}

/* Moves the loop's document out; false when the loop did not answer. */
static bool ask_loop(struct reeve_status_server *s, struct reeve_buffer *out)
{
    const struct timespec end = patience_end();
    int waited = 0;
    (void)pthread_mutex_lock(&s->lock);
    const bool post = !s->posted;
    s->posted = true;
    (void)pthread_mutex_unlock(&s->lock);
    if (post) {
        reeve_loop_post(s->options.loop, &s->node);
    }
    (void)pthread_mutex_lock(&s->lock);
    while (s->posted && waited == 0 && !s->stopping) {
        waited = pthread_cond_timedwait(&s->answered, &s->lock, &end);
    }
    const bool done = !s->posted;
    if (done) {
        reeve_buffer_take(out, &s->document);
    }
    (void)pthread_mutex_unlock(&s->lock);
    return done;
}

static void send_all(int client, struct reeve_bytes text)
{
    while (text.len > 0) {
        const ssize_t count = send(client, text.data, text.len, MSG_NOSIGNAL);
        if (count <= 0 && errno != EINTR) {
            return; /* too slow, or gone */
        }
        const size_t sent = count > 0 ? (size_t)count : 0;
        text = reeve_bytes_slice(text, sent, text.len - sent);
    }
}

static void serve_client(struct reeve_status_server *s, int client)
{
    const struct timeval patience = {.tv_sec = CLIENT_PATIENCE_S};
    struct reeve_buffer document;
    reeve_buffer_init(&document, NULL, REEVE_STATUS_DOCUMENT_MAX);
    (void)setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    if (ask_loop(s, &document)) {
        send_all(client, reeve_buffer_view(&document));
    } else {
        send_all(client, reeve_bytes_cstr(STUCK));
    }
    reeve_buffer_clear(&document);
}

static void *serve(void *ctx)
{
    struct reeve_status_server *s = ctx;
    struct pollfd fds[2] = {{.fd = s->socket, .events = POLLIN}, {.fd = s->wake, .events = POLLIN}};
    for (;;) {
        if (poll(fds, 2, -1) < 0 && errno != EINTR) {
            return NULL;
        }
        if (fds[1].revents != 0) {
            return NULL;
        }
        const int client = accept4(s->socket, NULL, NULL, SOCK_CLOEXEC);
        if (client >= 0) {
            serve_client(s, client);
            (void)close(client);
        } else if (errno != EAGAIN && errno != EINTR) {
            (void)poll(&fds[1], 1, 100); /* no descriptor to be had: not at full speed */
        }
    }
}

/* ---- making ---- */

/* Removes a socket that nobody listens on. LOCKED: somebody does, or it is no socket. */
static enum reeve_status remove_stale(const char *path)
{
    struct stat about;
    int fd;
    if (lstat(path, &about) != 0) {
        return errno == ENOENT ? REEVE_OK : reeve_unix_status(errno);
    }
    if (!S_ISSOCK(about.st_mode)) {
        return REEVE_LOCKED;
    }
    const enum reeve_status status = reeve_unix_connect(path, &fd);
    if (status == REEVE_OK) {
        (void)close(fd);
        return REEVE_LOCKED;
    }
    if (status != REEVE_UNAVAILABLE) {
        return status;
    }
    return unlink(path) == 0 ? REEVE_OK : reeve_unix_status(errno);
}

static enum reeve_status bind_socket(struct reeve_status_server *s)
{
    struct sockaddr_un address;
    REEVE_TRY(reeve_unix_address(s->options.path, &address));
    REEVE_TRY(remove_stale(s->options.path));
    s->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (s->socket < 0) {
        return REEVE_IO;
    }
    if (bind(s->socket, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        return reeve_unix_status(errno);
    }
    REEVE_TRY(reeve_copy(s->path, sizeof(s->path) - 1, reeve_bytes_cstr(s->options.path)));
    if (chmod(s->path, 0600) != 0 || listen(s->socket, BACKLOG) != 0) {
        return reeve_unix_status(errno);
    }
    return REEVE_OK;
}

static enum reeve_status start_thread(struct reeve_status_server *s)
{
    s->wake = eventfd(0, EFD_CLOEXEC);
    if (s->wake < 0) {
        return REEVE_IO;
    }
    const enum reeve_status status = reeve_thread_start(&s->thread, STACK_SIZE, serve, s);
    s->running = status == REEVE_OK;
    return status;
}

enum reeve_status reeve_status_server_new(const struct reeve_status_server_options *options,
                                          struct reeve_status_server **out)
{
    struct reeve_status_server *s = reeve_alloc(NULL, sizeof(*s));
    *out = NULL;
    if (s == NULL) {
        return REEVE_NO_MEMORY;
    }
    s->options = *options;
    s->socket = -1;
    s->wake = -1;
    s->node.run = answer;
    reeve_buffer_init(&s->document, NULL, REEVE_STATUS_DOCUMENT_MAX);
    (void)pthread_mutex_init(&s->lock, NULL);
    (void)pthread_cond_init(&s->answered, NULL);
    enum reeve_status status = bind_socket(s);
    if (status == REEVE_OK) {
        status = start_thread(s);
    }
    if (status != REEVE_OK) {
        reeve_status_server_free(s);
        return status;
    }
    *out = s;
    return REEVE_OK;
}

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
        *fd = -1;
    }
}

void reeve_status_server_stop(struct reeve_status_server *s)
{
    const uint64_t one = 1;
    if (s == NULL) {
        return;
    }
    if (s->running) {
        (void)pthread_mutex_lock(&s->lock);
        s->stopping = true;
        (void)pthread_cond_signal(&s->answered);
        (void)pthread_mutex_unlock(&s->lock);
        while (write(s->wake, &one, sizeof(one)) < 0 && errno == EINTR) {
        }
        (void)pthread_join(s->thread, NULL);
        s->running = false;
    }
    if (s->path[0] != '\0') {
        (void)unlink(s->path);
        s->path[0] = '\0';
    }
    close_fd(&s->socket);
    close_fd(&s->wake);
}

void reeve_status_server_free(struct reeve_status_server *s)
{
    if (s == NULL) {
        return;
    }
    reeve_status_server_stop(s);
    reeve_buffer_clear(&s->document);
    (void)pthread_cond_destroy(&s->answered);
    (void)pthread_mutex_destroy(&s->lock);
    reeve_free(NULL, s, sizeof(*s));
}

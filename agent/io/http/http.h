/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP requests to internal systems: one thread with libcurl's multi interface on epoll, thousands
 * in flight. The only place that includes <curl/…>.
 *
 * A request is owned by its caller and lent from _start until on_done, which comes exactly once, on
 * the HTTP thread, never from within _start or _cancel.
 *
 * Nothing is followed, retried or taken from the environment behind the caller's back: no
 * redirects, no proxies; cookies and .netrc are not even built in. libcurl sends a request again by
 * itself when a reused connection turns out to be dead; `fresh_connection` rules that out for
 * requests that must not be sent twice. */
#ifndef REEVE_AGENT_IO_HTTP_HTTP_H
#define REEVE_AGENT_IO_HTTP_HTTP_H

#include "agent/base/buffer.h"
#include "agent/io/loop/loop.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_http_loop;

/* Zero means the default in brackets. */
struct reeve_http_loop_options {
    uint32_t max_connections; /* in all [1,024] */
    uint32_t max_idle;        /* kept open for reuse [64] */
};

/* Starts the thread. NO_MEMORY, IO (no epoll or eventfd to be had), LIMIT (no thread). */
enum reeve_status reeve_http_loop_new(const struct reeve_http_loop_options *options,
                                      struct reeve_http_loop **out) REEVE_MUST_CHECK;
/* Cancels what is still there (on_done comes with CANCELLED), joins the thread, frees. Nobody
 * starts or cancels any more. NULL is fine. */
void reeve_http_loop_free(struct reeve_http_loop *loop);

/* "Name: value" without line breaks. Every header is wiped as soon as the request is done. */
struct reeve_http_header {
    const char *line;
};

#define REEVE_HTTP_PROBLEM_SIZE 256

struct reeve_http_request {
    /* ---- set by the caller; everything borrowed until on_done ---- */
    const char *method; /* "GET" … */
    const char *url;
    const struct reeve_http_header *headers;
    size_t headers_count;
    struct reeve_bytes body;     /* empty: none is sent */
    bool has_body;               /* an empty body is sent as one */
    const char *ca_file;         /* PEM; NULL: the machine's bundle */
    const char *unix_socket;     /* NULL: connect to the URL's host */
    bool fresh_connection;       /* see above */
    uint64_t timeout_ms;         /* the whole request; not 0 */
    uint64_t connect_timeout_ms; /* 0: 10,000 */
    size_t max_response_bytes;   /* headers not counted: they have 256 KiB of their own */
    void (*on_done)(struct reeve_http_request *request);

    /* ---- valid from on_done on ---- */
    /* OK: an answer came, whatever its code. UPSTREAM_UNREACHABLE: nothing was sent.
     * UPSTREAM_INTERRUPTED: the connection broke. TIMEOUT. CANCELLED. OUTPUT_TOO_LARGE.
     * NO_MEMORY. INVALID: the URL or a header is not usable. */
    enum reeve_status status;
    bool may_have_arrived;        /* a connection stood: the request may have had its effect */
    int code;                     /* HTTP status; 0 without an answer */
    struct reeve_buffer response; /* the caller clears it, always */
    char content_type[128];       /* "" when there is none or it is longer */
    char problem[REEVE_HTTP_PROBLEM_SIZE]; /* local text: names the endpoint */

    /* ---- private ---- */
    struct reeve_task_node start_node;
    struct reeve_task_node cancel_node;
    int phase;
    void *transfer;
};

/* Any thread. */
void reeve_http_start(struct reeve_http_loop *loop, struct reeve_http_request *request);
/* Any thread, after _start and before the caller has handled on_done. on_done follows soon, with
 * CANCELLED or with what came first. A second call does nothing. */
void reeve_http_cancel(struct reeve_http_loop *loop, struct reeve_http_request *request);

#ifdef __cplusplus
}
#endif
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP requests to internal systems: one thread with libcurl's multi interface on epoll, thousands
 * in flight. The only place that includes <curl/…>.
 *
 * A request is owned by its caller and lent from _start until on_done, which comes exactly once, on
 * the HTTP thread, never from within _start, _cancel or _resume.
 *
 * Nothing is followed or taken from the environment behind the caller's back: no redirects, no
 * proxies, no compression; cookies and .netrc are not even built in. libcurl sends a request again
 * by itself when a reused connection turns out to be dead; `once` rules that out: every sending
 * passes a gate that opens a single time. */
#ifndef REEVE_AGENT_IO_HTTP_HTTP_H
#define REEVE_AGENT_IO_HTTP_HTTP_H

#include "agent/base/buffer.h"
#include "agent/base/list.h"
#include "agent/base/secret.h"
#include "agent/io/loop/loop.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_http_loop;

/* Zero means the default in brackets. */
struct reeve_http_loop_options {
    /* In all, those in use and those kept for reuse; a request beyond it waits for one, while its
     * timeout runs [1,024]. Idle ones are used again for at most a minute, and closed when the next
     * request finds them older or dead. */
    uint32_t max_connections;
};

/* Starts the thread. NO_MEMORY, IO (no epoll or eventfd to be had), LIMIT (no thread). */
enum reeve_status reeve_http_loop_new(const struct reeve_http_loop_options *options,
                                      struct reeve_http_loop **out) REEVE_MUST_CHECK;
/* Cancels what is still there (on_done comes with CANCELLED), joins the thread, frees. Nobody
 * starts, cancels or resumes any more. NULL is fine. */
void reeve_http_loop_free(struct reeve_http_loop *loop);

enum reeve_http_version {
    REEVE_HTTP_VERSION_AUTO, /* HTTP/2 where TLS agrees on it, else HTTP/1.1 */
    REEVE_HTTP_VERSION_1_1,
    REEVE_HTTP_VERSION_2, /* without TLS: with prior knowledge (RFC 9113, section 3.3) */
};

/* How a system is reached: what all its requests share. Plain memory of the caller's, which does
 * not change while a request that names it is under way. */
struct reeve_http_peer {
    /* From reeve_http_peer_id(): two peers with one id are equal in every member. 0: handles and
     * connections are not kept for it. */
    uint64_t id;
    const char *ca_file;     /* PEM; NULL: the machine's bundle */
    const char *unix_socket; /* NULL: connect to the URL's host */
    /* PEM, both or neither: the chain, leaf first, and its key. */
    struct reeve_bytes certificate;
    struct reeve_bytes key;
    const char *proxy; /* "http://host:port": every request by CONNECT; NULL: none */
    enum reeve_http_version version;
    uint64_t connect_timeout_ms; /* 0: 10,000 */
};

/* A number that no other peer of this process has. Any thread. */
uint64_t reeve_http_peer_id(void);

/* "Name: value" without line breaks. No copy of ours is made of it. */
struct reeve_http_header {
    const char *line;
};

#define REEVE_HTTP_PROBLEM_SIZE 256

enum reeve_http_take {
    REEVE_HTTP_TAKEN,
    REEVE_HTTP_WAIT, /* not taken: the same bytes come again, after reeve_http_resume() */
};

struct reeve_http_request {
    /* ---- set by the caller; everything borrowed until on_done ---- */
    const struct reeve_http_peer *peer;
    const char *method; /* "GET" … */
    const char *url;
    const struct reeve_http_header *headers;
    size_t headers_count;
    const char *proxy_header;  /* "Proxy-Authorization: …" for the proxy alone; NULL: none */
    struct reeve_bytes body;   /* empty: none is sent */
    bool has_body;             /* an empty body is sent as one */
    bool once;                 /* see above; status INTERRUPTED where libcurl would send again */
    uint64_t delay_ms;         /* nothing happens before; not part of the timeout */
    uint64_t timeout_ms;       /* the whole request; not 0 */
    size_t max_response_bytes; /* headers not counted: they have 256 KiB of their own */
    void (*on_done)(struct reeve_http_request *request);
    /* The body of a 2xx answer, piece by piece as it comes, not bounded by max_response_bytes; the
     * HTTP thread; code and content_type are set. NULL: it goes into `response`, as every other
     * answer's body does. */
    enum reeve_http_take (*on_body)(struct reeve_http_request *request, struct reeve_bytes piece);

    /* ---- valid from on_done on ---- */
    /* OK: an answer came, whatever its code. UPSTREAM_UNREACHABLE: nothing was sent.
     * UPSTREAM_INTERRUPTED: the connection broke. TIMEOUT. CANCELLED. OUTPUT_TOO_LARGE.
     * NO_MEMORY. INVALID: the URL, a header or the client certificate is not usable. */
    enum reeve_status status;
    bool may_have_arrived;        /* a connection stood: the request may have had its effect */
    int code;                     /* HTTP status; 0 without an answer */
    uint64_t retry_after_ms;      /* Retry-After; 0: none */
    struct reeve_buffer response; /* the caller clears it, always */
    struct reeve_buffer redirect; /* where a 3xx leads, absolute and terminated; cleared likewise */
    char content_type[128];       /* "" when there is none or it is longer */
    char problem[REEVE_HTTP_PROBLEM_SIZE]; /* local text: names the endpoint */

    /* ---- private ---- */
    struct reeve_task_node start_node;
    struct reeve_task_node cancel_node;
    struct reeve_task_node resume_node;
    struct reeve_list_node delayed_node;
    uint64_t start_at_ms;
    int flags;
    bool cancel_ran;
    void *transfer;
};

/* Any thread. */
void reeve_http_start(struct reeve_http_loop *loop, struct reeve_http_request *request);
/* Any thread, after _start and before the caller has handled on_done. on_done follows soon, with
 * CANCELLED or with what came first. A second call does nothing. */
void reeve_http_cancel(struct reeve_http_loop *loop, struct reeve_http_request *request);
/* Likewise: on_body has room again. Without a WAIT before it, it does nothing. */
void reeve_http_resume(struct reeve_http_loop *loop, struct reeve_http_request *request);

#ifdef __cplusplus
}
#endif
#endif

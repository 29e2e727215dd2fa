/* SPDX-License-Identifier: Apache-2.0 */
/* One request as libcurl sees it: an easy handle, its header list, and what its end means. Internal
 * to this folder; the HTTP thread only. */
#ifndef REEVE_AGENT_IO_HTTP_TRANSFER_H
#define REEVE_AGENT_IO_HTTP_TRANSFER_H

#include <curl/curl.h>

#include "agent/base/list.h"
#include "agent/io/http/http.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Outlives its request: the handle is kept for the next one to the same peer, because making one
 * costs more than a request does. */
struct reeve_http_transfer {
    struct reeve_list_node node; /* in one of the loop's lists */
    struct reeve_http_loop *loop;
    CURL *easy;
    uint64_t peer_id; /* whose options the handle has; 0: nobody's */
    struct curl_slist *lines;
    size_t lines_count; /* room */
    /* ---- of one request ---- */
    struct reeve_http_request *request;
    struct curl_slist *headers; /* of `lines`, which point into the request */
    struct curl_slist *proxy_headers;
    size_t head_bytes;  /* of all header lines so far: 1xx answers and trailers, too */
    bool head_complete; /* the empty line behind the headers has come */
    bool body_begun;    /* from here on a line of a header is one of a trailer */
    bool streams;       /* the body goes to on_body */
    bool waiting;       /* paused, until a resume */
    bool too_large;
    bool no_memory;
    bool unwatched;    /* epoll took its socket not: nothing would wake it */
    unsigned sendings; /* that were about to begin */
    char error[CURL_ERROR_SIZE];
};

/* A handle without a peer. NO_MEMORY. */
enum reeve_status reeve_http_transfer_new(struct reeve_http_loop *loop,
                                          struct reeve_http_transfer **out) REEVE_MUST_CHECK;
/* Fits the handle to `request`. NO_MEMORY, INVALID: release and free it. */
enum reeve_status reeve_http_transfer_prepare(struct reeve_http_transfer *transfer,
                                              struct reeve_http_request *request) REEVE_MUST_CHECK;
/* Fills the request's results from how libcurl ended it. */
void reeve_http_transfer_finish(struct reeve_http_transfer *transfer, CURLcode result);
/* Forgets what is the request's. The handle is no longer in the multi. */
void reeve_http_transfer_release(struct reeve_http_transfer *transfer);
void reeve_http_transfer_free(struct reeve_http_transfer *transfer); /* released before */

#ifdef __cplusplus
}
#endif
#endif

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

struct reeve_http_transfer {
    struct reeve_list_node node; /* in the loop's list of those in flight */
    struct reeve_http_loop *loop;
    struct reeve_http_request *request;
    CURL *easy;
    struct curl_slist *headers;
    size_t head_bytes;  /* of all header lines so far: 1xx answers and trailers, too */
    bool head_complete; /* the empty line behind the headers has come */
    bool too_large;
    bool no_memory;
    char error[CURL_ERROR_SIZE];
};

/* Makes the handle for `request`. NO_MEMORY, INVALID. */
enum reeve_status reeve_http_transfer_new(struct reeve_http_loop *loop,
                                          struct reeve_http_request *request,
                                          struct reeve_http_transfer **out) REEVE_MUST_CHECK;
/* Fills the request's results from how libcurl ended it. */
void reeve_http_transfer_finish(struct reeve_http_transfer *transfer, CURLcode result);
/* Wipes the headers. The handle is no longer in the multi. */
void reeve_http_transfer_free(struct reeve_http_transfer *transfer);

#ifdef __cplusplus
}
#endif
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A task's request as an HTTP message, by its google.api.http rule: which fields go into the path,
 * which into the body, and the rest into the query; and the answer's JSON as a response message. */
#ifndef REEVE_AGENT_BINDINGS_HTTP_HTTP_MESSAGE_H
#define REEVE_AGENT_BINDINGS_HTTP_HTTP_MESSAGE_H

#include "agent/base/arena.h"
#include "agent/base/buffer.h"
#include "agent/bindings/http/path.h"
#include "proto/runtime/message.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_HTTP_URL_MAX (16u * 1024u)

/* A request as text. _init before, _clear after, on every path. */
struct reeve_http_parts {
    const struct reeve_http_rule *rule; /* the one of the task's rules that fits the request */
    struct reeve_buffer url;            /* terminated */
    struct reeve_buffer body;           /* JSON; see reeve_http_has_body() */
    bool mask;                          /* by the caller: what is sensitive is not shown */
    char field[REEVE_HTTP_FIELD_SIZE];  /* what does not fit, when INVALID: "customer.id" */
};

/* Every buffer of the writing is the allocator's (NULL: heap). */
void reeve_http_parts_init(struct reeve_http_parts *parts, const struct reeve_allocator *a);
void reeve_http_parts_clear(struct reeve_http_parts *parts);

/* Why a variable is refused, for people: behind "field NAME ". */
#define REEVE_HTTP_UNFIT                                                                           \
    "cannot be part of the path: it is empty, has a segment that is . or .., or does not match "   \
    "its pattern"

/* Chooses the rule (path.h), writes base URL, path and query, and the JSON body, if the rule has
 * one. INVALID: no rule's path variables fit. LIMIT: the URL is over its bound. NO_MEMORY. Copies
 * are made in the arena. */
enum reeve_status reeve_http_write_request(const struct reeve_task *task, const void *request,
                                           const char *base_url, struct reeve_arena *arena,
                                           struct reeve_http_parts *out) REEVE_MUST_CHECK;

bool reeve_http_has_body(const struct reeve_http_rule *rule);

/* Reads an answer's body, or one message of a stream: undeclared members are dropped, an empty body
 * is the empty message. As reeve_message_from_json(). */
enum reeve_status reeve_http_read_response(const struct reeve_task *task,
                                           const struct reeve_http_rule *rule,
                                           struct reeve_bytes json, struct reeve_arena *arena,
                                           void **response,
                                           struct reeve_problem *problem) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Questions to c-ares: see resolve.h. A query outlives a question that was forgotten, since c-ares
 * takes none back; its answer is then dropped. */
#include "agent/io/resolve/resolve.h"

#include <ares.h>
#include <arpa/inet.h>
#include <netdb.h>

#include "agent/base/alloc.h"
#include "agent/base/bytes.h"

#define TRY_MS 2000
#define TRIES 3

struct reeve_resolver {
    ares_channel channel;
    const struct reeve_resolver_watch *watch;
    struct reeve_list answered; /* struct query */
};

struct query {
    struct reeve_list_node node; /* in `answered` */
    struct reeve_resolver *resolver;
    struct reeve_resolve *question; /* NULL: forgotten */
};

static void on_socket(void *ctx, ares_socket_t fd, int readable, int writable)
{
    const struct reeve_resolver *resolver = ctx;

    resolver->watch->watch(resolver->watch->ctx, fd, readable != 0, writable != 0);
}

/* ---- answers ---- */

static enum reeve_status status_of(int code)
{
    switch (code) {
    case ARES_SUCCESS:
        return REEVE_OK;
    case ARES_ENOMEM:
        return REEVE_NO_MEMORY;
    case ARES_ENOTFOUND:
    case ARES_ENODATA:
    case ARES_ENONAME:
    case ARES_EBADNAME:
        return REEVE_NOT_FOUND;
    default:
        return REEVE_UNAVAILABLE;
    }
}

static const void *address_of(const struct ares_addrinfo_node *node)
{
    if (node->ai_family == AF_INET) {
        return &((const struct sockaddr_in *)(const void *)node->ai_addr)->sin_addr;
    }
    return &((const struct sockaddr_in6 *)(const void *)node->ai_addr)->sin6_addr;
}

static void take_addresses(struct reeve_resolve *question, const struct ares_addrinfo *found)
{
    for (const struct ares_addrinfo_node *n = found->nodes;
         n != NULL && question->count < REEVE_RESOLVE_ADDRESSES; n = n->ai_next) {
        if (n->ai_family != AF_INET && n->ai_family != AF_INET6) {
            continue;
        }
        char *to = question->addresses[question->count];
        if (inet_ntop(n->ai_family, address_of(n), to, REEVE_RESOLVE_ADDRESS_SIZE) != NULL) {
            question->count++;
        }
    }
}

static void on_answer(void *ctx, int code, int timeouts, struct ares_addrinfo *found)
{
    struct query *query = ctx;
    struct reeve_resolve *question = query->question;

    (void)timeouts;
    if (question != NULL) {
        question->status = status_of(code);
        if (found != NULL) {
            take_addresses(question, found);
        }
        if (question->status == REEVE_OK && question->count == 0) {
            question->status = REEVE_NOT_FOUND;
        }
        question->problem = code == ARES_SUCCESS ? "" : ares_strerror(code);
    }
    ares_freeaddrinfo(found);
    reeve_list_push_back(&query->resolver->answered, &query->node);
}

static void deliver(struct query *query)
{
    struct reeve_resolve *question = query->question;

    reeve_free(NULL, query, sizeof(*query));
    if (question != NULL) {
        question->query = NULL;
        question->on_done(question);
    }
}

/* ---- questions ---- */

enum reeve_status reeve_resolver_start(struct reeve_resolver *resolver,
                                       struct reeve_resolve *question)
{
    const struct ares_addrinfo_hints hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct query *query = reeve_alloc(NULL, sizeof(*query));

    question->status = REEVE_UNAVAILABLE;
    question->count = 0;
    question->problem = "";
    question->query = query;
    if (query == NULL) {
        return REEVE_NO_MEMORY;
    }
    query->resolver = resolver;
    query->question = question;
    ares_getaddrinfo(resolver->channel, question->host, NULL, &hints, on_answer, query);
    return REEVE_OK;
}

void reeve_resolver_forget(struct reeve_resolver *resolver, struct reeve_resolve *question)
{
    struct query *query = question->query;

    (void)resolver;
    if (query != NULL) {
        query->question = NULL;
        question->query = NULL;
    }
}

/* ---- the thread ---- */

void reeve_resolver_ready(struct reeve_resolver *resolver, int fd, bool readable, bool writable)
{
    ares_process_fd(resolver->channel, readable ? fd : ARES_SOCKET_BAD,
                    writable ? fd : ARES_SOCKET_BAD);
}

uint64_t reeve_resolver_deadline(struct reeve_resolver *resolver, uint64_t now_ms)
{
    struct timeval left;

    if (!reeve_list_empty(&resolver->answered)) {
        return 0;
    }
    if (ares_timeout(resolver->channel, NULL, &left) == NULL) {
        return REEVE_NEVER_MS;
    }
    return now_ms + (uint64_t)left.tv_sec * 1000 + (uint64_t)left.tv_usec / 1000 + 1;
}

void reeve_resolver_tick(struct reeve_resolver *resolver)
{
    ares_process_fd(resolver->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    for (struct reeve_list_node *n = reeve_list_pop_front(&resolver->answered); n != NULL;
         n = reeve_list_pop_front(&resolver->answered)) {
        deliver(REEVE_OWNER(n, struct query, node));
    }
}

/* ---- life ---- */

enum reeve_status reeve_resolver_new(const struct reeve_resolver_watch *watch,
                                     struct reeve_resolver **out)
{
    struct reeve_resolver *resolver = reeve_alloc(NULL, sizeof(*resolver));
    struct ares_options options = {.timeout = TRY_MS, .tries = TRIES};

    *out = NULL;
    if (resolver == NULL) {
        return REEVE_NO_MEMORY;
    }
    resolver->watch = watch;
    reeve_list_init(&resolver->answered);
    options.sock_state_cb = on_socket;
    options.sock_state_cb_data = resolver;
    int code = ares_library_init(ARES_LIB_INIT_ALL);
    if (code == ARES_SUCCESS) {
        code = ares_init_options(&resolver->channel, &options,
                                 ARES_OPT_SOCK_STATE_CB | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES);
    }
    if (code != ARES_SUCCESS) {
        reeve_free(NULL, resolver, sizeof(*resolver));
        return code == ARES_ENOMEM ? REEVE_NO_MEMORY : REEVE_IO;
    }
    *out = resolver;
    return REEVE_OK;
}

static void forget_all(struct reeve_resolver *resolver)
{
    for (struct reeve_list_node *n = reeve_list_pop_front(&resolver->answered); n != NULL;
         n = reeve_list_pop_front(&resolver->answered)) {
        struct query *query = REEVE_OWNER(n, struct query, node);
        if (query->question != NULL) {
            query->question->query = NULL;
        }
        reeve_free(NULL, query, sizeof(*query));
    }
}

void reeve_resolver_free(struct reeve_resolver *resolver)
{
    if (resolver == NULL) {
        return;
    }
    ares_destroy(resolver->channel); /* answers every question with ARES_EDESTRUCTION */
    forget_all(resolver);
    reeve_free(NULL, resolver, sizeof(*resolver));
}

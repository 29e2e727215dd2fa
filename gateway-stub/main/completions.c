/* SPDX-License-Identifier: Apache-2.0 */
/* From the store's threads to the loop: one task for any number of completed requests. */
#include "gateway-stub/main/service_state.h"

/* Takes one off; false when the list is empty, and then the next completion posts again. */
static struct reeve_store_request *take(struct reeve_completions *c)
{
    (void)pthread_mutex_lock(&c->lock);
    struct reeve_list_node *n = reeve_list_pop_front(&c->list);
    c->posted = n != NULL;
    (void)pthread_mutex_unlock(&c->lock);
    return n != NULL ? REEVE_OWNER(n, struct reeve_store_request, node) : NULL;
}

static void run(struct reeve_task_node *node)
{
    struct reeve_completions *c = REEVE_OWNER(node, struct reeve_completions, node);
    struct reeve_service *s = REEVE_OWNER(c, struct reeve_service, completions);
    struct reeve_store_request *request = NULL;
    while ((request = take(c)) != NULL) {
        reeve_service_completed(s, request);
    }
}

enum reeve_status reeve_completions_init(struct reeve_completions *c, struct reeve_rpc_loop *loop)
{
    c->node.run = run;
    c->loop = loop;
    reeve_list_init(&c->list);
    return pthread_mutex_init(&c->lock, NULL) == 0 ? REEVE_OK : REEVE_NO_MEMORY;
}

void reeve_completions_clear(struct reeve_completions *c)
{
    struct reeve_store_request *request = NULL;
    while ((request = take(c)) != NULL) {
        reeve_store_request_free(request);
    }
    (void)pthread_mutex_destroy(&c->lock);
}

void reeve_completions_done(void *ctx, struct reeve_store_request *request)
{
    struct reeve_completions *c = ctx;
    (void)pthread_mutex_lock(&c->lock);
    const bool post = !c->posted;
    c->posted = true;
    reeve_list_push_back(&c->list, &request->node);
    (void)pthread_mutex_unlock(&c->lock);
    if (post) {
        reeve_rpc_loop_post(c->loop, &c->node);
    }
}

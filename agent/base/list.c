/* SPDX-License-Identifier: Apache-2.0 */
/* The intrusive list: a ring through its root. */
#include "agent/base/list.h"

void reeve_list_init(struct reeve_list *l)
{
    l->root.next = &l->root;
    l->root.prev = &l->root;
    l->count = 0;
}

bool reeve_list_empty(const struct reeve_list *l)
{
    return l->count == 0;
}

static void link_between(struct reeve_list *l, struct reeve_list_node *before,
                         struct reeve_list_node *n)
{
    n->prev = before;
    n->next = before->next;
    before->next->prev = n;
    before->next = n;
    l->count++;
}

void reeve_list_push_back(struct reeve_list *l, struct reeve_list_node *n)
{
    link_between(l, l->root.prev, n);
}

void reeve_list_push_front(struct reeve_list *l, struct reeve_list_node *n)
{
    link_between(l, &l->root, n);
}

void reeve_list_insert_before(struct reeve_list *l, struct reeve_list_node *at,
                              struct reeve_list_node *n)
{
    link_between(l, at == NULL ? l->root.prev : at->prev, n);
}

struct reeve_list_node *reeve_list_front(const struct reeve_list *l)
{
    return l->count != 0 ? l->root.next : NULL;
}

struct reeve_list_node *reeve_list_pop_front(struct reeve_list *l)
{
    struct reeve_list_node *n = reeve_list_front(l);
    if (n != NULL) {
        reeve_list_remove(l, n);
    }
    return n;
}

struct reeve_list_node *reeve_list_next(const struct reeve_list *l, const struct reeve_list_node *n)
{
    return n->next != &l->root ? n->next : NULL;
}

struct reeve_list_node *reeve_list_back(const struct reeve_list *l)
{
    return l->count != 0 ? l->root.prev : NULL;
}

struct reeve_list_node *reeve_list_previous(const struct reeve_list *l,
                                            const struct reeve_list_node *n)
{
    return n->prev != &l->root ? n->prev : NULL;
}

void reeve_list_remove(struct reeve_list *l, struct reeve_list_node *n)
{
    n->prev->next = n->next;
    n->next->prev = n->prev;
    n->next = NULL;
    n->prev = NULL;
    l->count--;
}

bool reeve_list_linked(const struct reeve_list_node *n)
{
    return n->next != NULL;
}

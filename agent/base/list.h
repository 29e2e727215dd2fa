/* SPDX-License-Identifier: Apache-2.0 */
/* An intrusive doubly linked list: the node sits inside its owner, so linking cannot fail.
 *
 *   struct job { struct reeve_list_node node; … };
 *   struct job *j = REEVE_OWNER(n, struct job, node);
 */
#ifndef REEVE_AGENT_BASE_LIST_H
#define REEVE_AGENT_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_list_node {
    struct reeve_list_node *next;
    struct reeve_list_node *prev;
};

struct reeve_list {
    struct reeve_list_node root;
    size_t count;
};

#define REEVE_OWNER(pointer, type, member) ((type *)((char *)(pointer)-offsetof(type, member)))

void reeve_list_init(struct reeve_list *l);
bool reeve_list_empty(const struct reeve_list *l);
void reeve_list_push_back(struct reeve_list *l, struct reeve_list_node *n);
void reeve_list_push_front(struct reeve_list *l, struct reeve_list_node *n);
/* In front of `at`, which is in the list; NULL: at the back. */
void reeve_list_insert_before(struct reeve_list *l, struct reeve_list_node *at,
                              struct reeve_list_node *n);
struct reeve_list_node *reeve_list_pop_front(struct reeve_list *l); /* NULL when empty */
struct reeve_list_node *reeve_list_front(const struct reeve_list *l);
/* The one behind `n`, NULL at the end. */
struct reeve_list_node *reeve_list_next(const struct reeve_list *l,
                                        const struct reeve_list_node *n);
struct reeve_list_node *reeve_list_back(const struct reeve_list *l); /* NULL when empty */
/* The one in front of `n`, NULL at the beginning. */
struct reeve_list_node *reeve_list_previous(const struct reeve_list *l,
                                            const struct reeve_list_node *n);
void reeve_list_remove(struct reeve_list *l, struct reeve_list_node *n);
/* Not in any list: set by _remove and by zeroed memory. */
bool reeve_list_linked(const struct reeve_list_node *n);

#ifdef __cplusplus
}
#endif
#endif

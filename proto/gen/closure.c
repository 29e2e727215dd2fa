/* SPDX-License-Identifier: Apache-2.0 */
/* Walks from message to message. */
#include "proto/gen/closure.h"

#include <stdlib.h>

/* Lists of table pointers; tables are only read through them. */
static bool add_once(struct reeve_gen_list *list, const void *item)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i] == item) {
            return false;
        }
    }
    reeve_gen_list_add(list, (void *)(uintptr_t)item);
    return true;
}

static void visit(const struct reeve_message *m, struct reeve_gen_closure *closure,
                  struct reeve_gen_list *seen)
{
    if (!add_once(seen, m)) {
        return;
    }
    if (!m->map_entry) {
        (void)add_once(&closure->messages, m);
    }
    for (uint16_t i = 0; m->well_known == REEVE_WELL_KNOWN_NONE && i < m->fields_count; i++) {
        if (m->fields[i].message != NULL) {
            visit(m->fields[i].message, closure, seen);
        }
        if (m->fields[i].enumeration != NULL) {
            (void)add_once(&closure->enums, m->fields[i].enumeration);
        }
    }
}

static int compare_messages(const void *a, const void *b)
{
    return reeve_gen_order((*(const struct reeve_message *const *)a)->name,
                           (*(const struct reeve_message *const *)b)->name);
}

static int compare_enums(const void *a, const void *b)
{
    return reeve_gen_order((*(const struct reeve_enum *const *)a)->name,
                           (*(const struct reeve_enum *const *)b)->name);
}

struct reeve_gen_closure reeve_gen_closure_of(const struct reeve_task *task)
{
    struct reeve_gen_closure closure = {0};
    struct reeve_gen_list seen = {0};
    visit(task->input, &closure, &seen);
    visit(task->output, &closure, &seen);
    if (closure.messages.count > 0) {
        qsort(closure.messages.items, closure.messages.count, sizeof(void *), compare_messages);
    }
    if (closure.enums.count > 0) {
        qsort(closure.enums.items, closure.enums.count, sizeof(void *), compare_enums);
    }
    return closure;
}

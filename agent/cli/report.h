/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with a configuration file: a bounded list in which every item names the place
 * (file, line, column), the field, the rule and the next step. Local text: it may name files and
 * endpoints, never a secret's value (P2). */
#ifndef REEVE_AGENT_CLI_REPORT_H
#define REEVE_AGENT_CLI_REPORT_H

#include "agent/base/buffer.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_CONFIG_ITEMS_MAX 32u
#define REEVE_CONFIG_TEXT_SIZE 512u

struct reeve_config_item {
    bool warning;    /* the file can be used as it is */
    uint32_t line;   /* from 1; 0: no place in the file */
    uint32_t column; /* from 1 */
    char field[256]; /* "systems[\"crm\"].http.base_url"; "" for the whole file */
    char rule[64];   /* "string.pattern", "allow.unknown_task" … */
    char text[REEVE_CONFIG_TEXT_SIZE];
    char next_step[REEVE_CONFIG_TEXT_SIZE];
};

/* In the caller's memory is only the head; the items are the report's. One thread at a time. */
struct reeve_config_report {
    const char *file; /* borrowed */
    struct reeve_config_item *items;
    size_t count; /* stored */
    size_t errors;
    size_t warnings; /* both count what did not fit, too */
};

void reeve_config_report_init(struct reeve_config_report *r, const char *file);
void reeve_config_report_clear(struct reeve_config_report *r);

/* The next item with its field and rule set, to be filled in; NULL when the list is full or memory
 * is short. Counts in any case. */
struct reeve_config_item *reeve_config_report_add(struct reeve_config_report *r, bool warning,
                                                  const char *field, const char *rule);
/* Texts that are too long are cut. `item` may be NULL. */
void reeve_config_item_text(struct reeve_config_item *item, const char *format, ...)
    REEVE_PRINTF(2, 3);
void reeve_config_item_next(struct reeve_config_item *item, const char *format, ...)
    REEVE_PRINTF(2, 3);

/* A cause and its next step that come in one text, "CAUSE; next: STEP"; `otherwise` is the step
 * where it names none. */
void reeve_config_item_cause(struct reeve_config_item *item, const char *text,
                             const char *otherwise);

/* Appends the items for people, each as
 *   agent.yaml:12:15: error: systems["crm"].http.base_url: TEXT (string.pattern)
 *     next: NEXT STEP
 * with what a terminal would obey as escapes: a file may come from anywhere. LIMIT, NO_MEMORY. */
enum reeve_status reeve_config_report_print(const struct reeve_config_report *r,
                                            struct reeve_buffer *out) REEVE_MUST_CHECK;
/* The same to a file descriptor; nothing when memory is short or the other end gone. */
void reeve_config_report_write(const struct reeve_config_report *r, int fd);

#ifdef __cplusplus
}
#endif
#endif

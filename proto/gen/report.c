/* SPDX-License-Identifier: Apache-2.0 */
/* Collects refusals. */
#include "proto/gen/report.h"

#include <stdlib.h>

#define PRINTED_MAX 50

struct refusal {
    struct reeve_gen_place place;
    const char *what;
    const char *next;
    size_t found; /* keeps the order of finding within a line */
};

void reeve_gen_refuse(struct reeve_gen_report *report, const struct reeve_gen_place *place,
                      const char *what, const char *next)
{
    struct refusal *refusal = reeve_gen_alloc(sizeof *refusal);
    *refusal = (struct refusal){
        .place = *place, .what = what, .next = next, .found = report->refusals.count};
    reeve_gen_list_add(&report->refusals, refusal);
    report->count++;
}

static int compare_refusals(const void *a, const void *b)
{
    const struct refusal *x = *(const struct refusal *const *)a;
    const struct refusal *y = *(const struct refusal *const *)b;
    const int order = reeve_gen_order(x->place.file == NULL ? "" : x->place.file,
                                      y->place.file == NULL ? "" : y->place.file);
    if (order != 0) {
        return order;
    }
    if (x->place.line != y->place.line) {
        return x->place.line < y->place.line ? -1 : 1;
    }
    return x->found < y->found ? -1 : 1;
}

static const char *text_of(const struct refusal *refusal)
{
    struct reeve_buffer text = reeve_gen_buffer();
    if (refusal->place.file != NULL) {
        REEVE_GEN_PRINT(&text, "%s:", refusal->place.file);
    }
    if (refusal->place.line > 0) {
        REEVE_GEN_PRINT(&text, "%d:", refusal->place.line);
    }
    REEVE_GEN_PRINT(&text, "%s%s: %s. %s.", text.len > 0 ? " " : "", refusal->place.element,
                    refusal->what, refusal->next);
    return reeve_gen_copy(reeve_buffer_view(&text));
}

struct reeve_bytes reeve_gen_report_text(const struct reeve_gen_report *report)
{
    struct reeve_buffer text = reeve_gen_buffer();
    const size_t count = report->refusals.count;
    const char *before = "";
    size_t left_out = 0;
    size_t printed = 0;
    if (count > 0) {
        qsort(report->refusals.items, count, sizeof(void *), compare_refusals);
    }
    for (size_t i = 0; i < count; i++) {
        const char *line = text_of(report->refusals.items[i]);
        if (reeve_gen_same(line, before)) {
            continue;
        }
        before = line;
        if (printed == PRINTED_MAX) {
            left_out++;
            continue;
        }
        REEVE_GEN_PRINT(&text, "%s%s", printed == 0 ? "" : "\n", line);
        printed++;
    }
    if (left_out > 0) {
        REEVE_GEN_PRINT(&text, "\nand %zu more", left_out);
    }
    return reeve_buffer_view(&text);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Collects refusals. */
#include "proto/gen/report.h"

#include "proto/gen/memory.h"

#define KEPT_MAX 50

void reeve_gen_report_init(struct reeve_gen_report *report)
{
    report->text = reeve_gen_buffer();
    report->count = 0;
}

void reeve_gen_refuse(struct reeve_gen_report *report, const struct reeve_gen_place *place,
                      const char *what, const char *next)
{
    report->count++;
    if (report->count > KEPT_MAX) {
        return;
    }
    if (report->count > 1) {
        REEVE_GEN_PRINT(&report->text, "\n");
    }
    if (place->file != NULL) {
        REEVE_GEN_PRINT(&report->text, "%s:", place->file);
    }
    if (place->line > 0) {
        REEVE_GEN_PRINT(&report->text, "%d:", place->line);
    }
    REEVE_GEN_PRINT(&report->text, " %s: %s. %s.", place->element, what, next);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Packets between worker and keeper: see report.h. */
#include "agent/io/process/report.h"

struct step_words {
    const char *what;
    const char *next;
};

static const struct step_words STEPS[] = {
#define X(name, what, next) {what, next},
    REEVE_PROCESS_STEP_MAP(X)
#undef X
};

enum { STEPS_COUNT = sizeof(STEPS) / sizeof(STEPS[0]) };

const char *reeve_process_step_text(enum reeve_process_step step)
{
    return (size_t)step < STEPS_COUNT ? STEPS[step].what : "an unknown step";
}

const char *reeve_process_step_next(enum reeve_process_step step)
{
    return (size_t)step < STEPS_COUNT ? STEPS[step].next : "";
}

void reeve_process_report_write(const struct reeve_process_report *report,
                                uint8_t out[REEVE_PROCESS_REPORT_SIZE])
{
    reeve_store_le32(out, (uint32_t)report->kind);
    reeve_store_le32(out + 4, (uint32_t)report->step);
    reeve_store_le32(out + 8, (uint32_t)report->value);
}

enum reeve_status reeve_process_report_read(struct reeve_bytes bytes,
                                            struct reeve_process_report *out)
{
    if (bytes.len != REEVE_PROCESS_REPORT_SIZE) {
        return REEVE_MALFORMED;
    }
    const uint32_t kind = reeve_load_le32(bytes.data);
    const uint32_t step = reeve_load_le32(bytes.data + 4);
    const uint32_t value = reeve_load_le32(bytes.data + 8);
    if (kind < REEVE_REPORT_FAILED || kind > REEVE_REPORT_KILLED || step >= STEPS_COUNT ||
        value > INT32_MAX) {
        return REEVE_MALFORMED;
    }
    out->kind = (enum reeve_process_report_kind)kind;
    out->step = (enum reeve_process_step)step;
    out->value = (int)value;
    return REEVE_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What the generator refuses: every reason that it finds, each with file, line, element and what to
 * do, in the order of the source. Returned to protoc as CodeGeneratorResponse.error. */
#ifndef REEVE_PROTO_GEN_REPORT_H
#define REEVE_PROTO_GEN_REPORT_H

#include "agent/base/buffer.h"
#include "proto/gen/memory.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Where an element stands. */
struct reeve_gen_place {
    const char *file;    /* as imported; NULL: in no file */
    int32_t line;        /* from 1; 0: not known */
    const char *element; /* full name: "demo.crm.v1.Ticket.subject" */
};

/* All zero is empty. */
struct reeve_gen_report {
    struct reeve_gen_list refusals; /* struct refusal, as found */
    size_t count;
};

/* Both texts without the final full stop; they must outlive the report. */
void reeve_gen_refuse(struct reeve_gen_report *report, const struct reeve_gen_place *place,
                      const char *what, const char *next);
/* "FILE:LINE: ELEMENT: WHAT. NEXT." a line, by file and line, each once; of more than 50 the rest
 * is counted. */
struct reeve_bytes reeve_gen_report_text(const struct reeve_gen_report *report);

#ifdef __cplusplus
}
#endif
#endif

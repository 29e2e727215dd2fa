/* SPDX-License-Identifier: Apache-2.0 */
/* What the generator refuses: every reason that it finds, each with file, line, element and what to
 * do, in the order of finding. Returned to protoc as CodeGeneratorResponse.error. */
#ifndef REEVE_PROTO_GEN_REPORT_H
#define REEVE_PROTO_GEN_REPORT_H

#include "agent/base/buffer.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Where an element stands. */
struct reeve_gen_place {
    const char *file;    /* as imported */
    int32_t line;        /* from 1; 0: not known */
    const char *element; /* full name: "demo.crm.v1.Ticket.subject" */
};

struct reeve_gen_report {
    struct reeve_buffer text;
    unsigned count;
};

void reeve_gen_report_init(struct reeve_gen_report *report);
/* "FILE:LINE: ELEMENT: WHAT. NEXT." Both texts without the final full stop. At most 50 are kept. */
void reeve_gen_refuse(struct reeve_gen_report *report, const struct reeve_gen_place *place,
                      const char *what, const char *next);

#ifdef __cplusplus
}
#endif
#endif

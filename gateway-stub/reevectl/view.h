/* SPDX-License-Identifier: Apache-2.0 */
/* Answers as JSON for programs: protobuf's mapping, but ids are UUID text, digests hex, audit
 * records and jobs' inputs and outputs objects; other bytes are base64. */
#ifndef REEVE_GATEWAY_STUB_REEVECTL_VIEW_H
#define REEVE_GATEWAY_STUB_REEVECTL_VIEW_H

#include "gateway-stub/reevectl/ctl.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_view {
    struct reeve_ctl *c;
    bool show_sensitive;
    bool one_line; /* one object on one line, as in a stream of them */
};

/* Says the message. Inputs and outputs whose schema was not fetched are base64. */
void reeve_view_say(const struct reeve_view *view, const struct reeve_message *table,
                    const void *message);
/* Fetches the schemas of all tasks that these jobs name, so that they can be shown; what the
 * gateway no longer knows is passed over. */
enum reeve_ctl_exit reeve_view_prepare(struct reeve_ctl *c, struct reeve_v1_job *const *jobs,
                                       size_t count);

#ifdef __cplusplus
}
#endif
#endif

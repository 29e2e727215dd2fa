/* SPDX-License-Identifier: Apache-2.0 */
/* Results of server-streaming jobs, one line each: JSON by the task's schema. */
#ifndef REEVE_GATEWAY_STUB_REEVECTL_RESULT_TEXT_H
#define REEVE_GATEWAY_STUB_REEVECTL_RESULT_TEXT_H

#include "gateway-stub/reevectl/ctl.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Whose results, and how they are shown. The schema was fetched before, else they are base64. */
struct reeve_result_text {
    struct reeve_ctl *c;
    bool show_sensitive;
    const char *task;
    ProtobufCBinaryData fingerprint;
};

/* Says one: with --json the JobResult with its message in it, else `prefix` and the message alone.
 * Takes no memory of the call that would stay: there may be millions. */
void reeve_result_text_say(const struct reeve_result_text *text, const char *prefix,
                           const struct reeve_v1_job_result *result);

/* Asks for all of a job's results, page by page, and says them. */
enum reeve_ctl_exit reeve_result_text_pages(const struct reeve_result_text *text,
                                            ProtobufCBinaryData job_id);

#ifdef __cplusplus
}
#endif
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a manifest from a file. */
#include "gateway-stub/reevectl/manifest_file.h"

#include "agent/cli/text_file.h"
#include "gateway-stub/reevectl/complaint.h"
#include "proto/runtime/message.h"

#define MANIFEST_MAX (16u * 1024u * 1024u)

struct reeve_v1_manifest *reeve_manifest_file_read(struct reeve_ctl *c, const char *file,
                                                   const char *next)
{
    const struct reeve_decode_options options = {.unknown = REEVE_UNKNOWN_REFUSE};
    struct reeve_problem problem = {.line = 0};
    struct reeve_buffer bytes;
    void *manifest = NULL;
    reeve_buffer_init(&bytes, NULL, MANIFEST_MAX);
    enum reeve_status status = reeve_text_file_read(file, &bytes);
    if (status == REEVE_OK) {
        status = reeve_message_decode(&reeve_v1_manifest_message, reeve_buffer_view(&bytes),
                                      &options, c->arena, &manifest, &problem);
    }
    reeve_buffer_clear(&bytes);
    if (status != REEVE_OK) {
        (void)reeve_ctl_refuse(c, REEVE_CTL_USAGE, next, "%s: %s%s%s", file,
                               reeve_status_text(status), problem.text[0] != '\0' ? ": " : "",
                               problem.text);
    }
    return manifest;
}

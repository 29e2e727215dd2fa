/* SPDX-License-Identifier: Apache-2.0 */
/* Both versions of the ledger: what was posted goes as a line "VERSION JOB" into the file that
 * REEVE_DEMO_STEPS names. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "acme/ledger/v1/ledger.reeve.h"
#include "agent/base/bytes.h"
#include "reeve/handler.h"

static bool write_line(const uint8_t *job_id)
{
    char line[96];
    char id[REEVE_ID_TEXT_SIZE];
    struct reeve_id job;
    const char *path = getenv("REEVE_DEMO_STEPS");
    reeve_move(job.bytes, job_id, sizeof job.bytes);
    reeve_id_format(job, id);
    if (path == NULL ||
        reeve_format(line, sizeof line, REEVE_LEDGER_VERSION " %s\n", id) != REEVE_OK) {
        return false;
    }
    const int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        return false;
    }
    const struct reeve_bytes text = reeve_bytes_cstr(line);
    const bool written = write(fd, text.data, text.len) == (ssize_t)text.len;
    (void)close(fd);
    return written;
}

void acme_ledger_v1_ledger_post(struct reeve_native_call *call,
                                const struct acme_ledger_v1_post_request *request)
{
    struct acme_ledger_v1_post_response response;
    acme_ledger_v1_post_response_init(&response);
    response.line = request->account;
    if (!write_line(reeve_native_job_id(call))) {
        reeve_native_fail(call, REEVE_NATIVE_EFFECT_MAYBE, "the line was not written");
        return;
    }
    reeve_native_succeed(call, &response);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* From a job's reason to the next step: see advice.h. */
#include "gateway-stub/reevectl/advice.h"

#include <stddef.h>

struct advice {
    enum reeve_v1_reason reason;
    const char *text;
};

static const struct advice ADVICE[] = {
    {REEVE_V1_REASON_UNKNOWN_TASK, "`reevectl workers -v` says which tasks each worker has"},
    {REEVE_V1_REASON_NOT_ALLOWED,
     "if it is meant to run there, allow it in the worker's configuration"},
    {REEVE_V1_REASON_FINGERPRINT_MISMATCH,
     "register the manifest of the worker's build, and submit again"},
    {REEVE_V1_REASON_BAD_INPUT, "correct the input, and submit again"},
    {REEVE_V1_REASON_CONSTRAINT_VIOLATED, "correct the input, and submit again"},
    {REEVE_V1_REASON_EXPIRED, "submit again"},
    {REEVE_V1_REASON_NOT_YET_VALID, "compare the clocks of worker and gateway"},
    {REEVE_V1_REASON_REPLAYED, "if it is meant to run once more, submit it as a new plan"},
    {REEVE_V1_REASON_TOO_LARGE, "ask for less at once, or raise the worker's limits"},
    {REEVE_V1_REASON_NOT_APPROVED,
     "allow and trust in the worker's configuration say how many approvals it wants, and whose"},
    {REEVE_V1_REASON_DRAINING, "submit again; another worker, or this one restarted, takes it"},
    {REEVE_V1_REASON_ROLLED_BACK, "find out what ran, then: reevectl worker readmit"},
    {REEVE_V1_REASON_NOT_CONFIGURED,
     "`reeve-agent check-config` at the worker says what is missing"},
    {REEVE_V1_REASON_REPLAY_TABLE_FULL, "submit again when earlier approved jobs have expired"},
    {REEVE_V1_REASON_UPSTREAM_UNREACHABLE, "the worker's log names what it could not reach"},
    {REEVE_V1_REASON_CREDENTIAL_UNAVAILABLE, "`reeve-agent check-config` at the worker says which"},
    {REEVE_V1_REASON_CREDENTIAL_REFUSED, "renew the secret at the worker; it needs no restart"},
    {REEVE_V1_REASON_RESULTS_LOST, "look at the disk of the worker's spool; its log has the cause. "
                                   "Then submit again what is safe to "
                                   "run again"},
    {REEVE_V1_REASON_WORKER_RESTARTED,
     "look into the internal system for what it did, then: reevectl job resolve"},
    {REEVE_V1_REASON_WORKER_LOST,
     "look into the internal system for what it did, then: reevectl job resolve"},
    {REEVE_V1_REASON_ATTEMPTS_EXHAUSTED, "the workers' logs say what became of each attempt"},
    {REEVE_V1_REASON_NO_ALIGNED_WORKER, "`reevectl workers -v` says which versions of its task are "
                                        "there, and whether they are allowed"},
};

const char *reeve_advice(enum reeve_v1_reason reason)
{
    for (size_t i = 0; i < sizeof(ADVICE) / sizeof(ADVICE[0]); i++) {
        if (ADVICE[i].reason == reason) {
            return ADVICE[i].text;
        }
    }
    return NULL;
}

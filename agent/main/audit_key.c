/* SPDX-License-Identifier: Apache-2.0 */
/* The key that signs the audit chain's checkpoints: one per journal, in its directory, made with
 * it. The identity's private key signs that it is ours. */
#include "agent/audit/introduction.h"
#include "agent/main/worker_state.h"
#include "agent/trust/key_file.h"

enum { PATH_SIZE = 4096, SIGNATURE_MAX = 1024 };

enum reeve_status reeve_worker_load_audit_key(struct reeve_worker *w, char why[1024])
{
    char path[PATH_SIZE];
    reeve_key_init(&w->audit_key);
    enum reeve_status status =
        reeve_format(path, sizeof(path), "%s/audit.key", w->setup->config->journal_directory);
    if (status == REEVE_OK) {
        status = reeve_key_load_or_create(path, reeve_random_system(), &w->audit_key,
                                          &w->audit_key_created);
    }
    if (status != REEVE_OK) {
        reeve_worker_say(why,
                         "the audit key %s cannot be used: %s; next: check that this user owns "
                         "it and that its mode is 0600",
                         path, reeve_status_text(status));
    }
    return status;
}

enum reeve_status reeve_worker_introduce(struct reeve_worker *w)
{
    uint8_t bytes[REEVE_AUDIT_INTRODUCTION_BYTES];
    const struct reeve_id journal_id = reeve_journal_stat(w->journal, 0).journal_id;
    reeve_audit_introduction_bytes(journal_id, &w->audit_key.public_key, bytes);
    reeve_buffer_init(&w->introduction, NULL, SIGNATURE_MAX);
    return reeve_identity_sign(w->identity, reeve_bytes_of(bytes, sizeof(bytes)), &w->introduction);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The identity's word for an audit key (introduction.h). */
#include "agent/audit/introduction.h"

#include "agent/trust/certificate.h"

#define PREFIX "reeve.audit.key.v1" /* with its NUL */

_Static_assert(REEVE_AUDIT_INTRODUCTION_BYTES ==
                   sizeof PREFIX + sizeof(struct reeve_id) + sizeof(struct reeve_public_key),
               "the contract's three parts");

void reeve_audit_introduction_bytes(struct reeve_id journal_id,
                                    const struct reeve_public_key *audit_key,
                                    uint8_t out[REEVE_AUDIT_INTRODUCTION_BYTES])
{
    reeve_move(out, PREFIX, sizeof PREFIX);
    reeve_move(out + sizeof PREFIX, journal_id.bytes, sizeof journal_id.bytes);
    reeve_move(out + sizeof PREFIX + sizeof journal_id.bytes, audit_key->bytes,
               sizeof audit_key->bytes);
}

enum reeve_status reeve_audit_introduction_verify(struct reeve_id journal_id,
                                                  const struct reeve_chain_opened *opened)
{
    uint8_t message[REEVE_AUDIT_INTRODUCTION_BYTES];
    reeve_audit_introduction_bytes(journal_id, &opened->audit_public_key, message);
    REEVE_TRY(reeve_certificate_verify(opened->identity_certificate, opened->identity_scheme,
                                       reeve_bytes_of(message, sizeof message),
                                       opened->identity_signature));
    return reeve_certificate_check_identity(opened->identity_certificate, opened->identity);
}

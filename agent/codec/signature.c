/* SPDX-License-Identifier: Apache-2.0 */
/* A signature with the name of its key (signature.h). */
#include "agent/codec/signature.h"

#include "agent/codec/bind.h"
#include "agent/codec/check.h"
#include "agent/codec/message.h"
#include "agent/codec/read.h"

PB_BIND(reeve_v1_Signature, reeve_signature, 4)

enum reeve_status reeve_signature_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                       void *out)
{
    reeve_signature *signature = out;
    (void)arena;
    REEVE_TRY(reeve_pb_decode(&reeve_signature_msg, bytes, out));
    REEVE_TRY(reeve_check_length(signature->key_id, REEVE_KEY_ID_LENGTH));
    return reeve_check_length(signature->signature, REEVE_SIGNATURE_LENGTH);
}

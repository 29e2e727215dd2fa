/* SPDX-License-Identifier: Apache-2.0 */
/* The few fields of TaskEntry and TaskSchema (manifest.proto) that dispatch depends on. */
#include "gateway-stub/core/task_entry.h"

#include "agent/codec/wire.h"

#define DEFAULT_TIMEOUT_MS 30000u

static enum reeve_status schema_read(struct reeve_bytes schema, struct reeve_version *version)
{
    struct reeve_wire_field field;
    for (;;) {
        REEVE_TRY(reeve_wire_next(&schema, &field));
        switch (field.number) {
        case 0:
            return REEVE_OK;
        case 4:
            version->server_streaming = field.varint != 0;
            break;
        case 5:
            version->idempotency = (uint8_t)(field.varint & 0xff);
            break;
        case 6:
            version->approvals = field.varint > 16 ? 16 : (uint32_t)field.varint;
            break;
        default:
            break;
        }
    }
}

enum reeve_status reeve_task_entry_read(struct reeve_version *version)
{
    struct reeve_bytes rest = version->entry;
    struct reeve_wire_field field;
    version->timeout_ms = DEFAULT_TIMEOUT_MS;
    for (;;) {
        if (reeve_wire_next(&rest, &field) != REEVE_OK) {
            return REEVE_INVALID;
        }
        if (field.number == 0) {
            return REEVE_OK;
        }
        if (field.number == 1 && schema_read(field.bytes, version) != REEVE_OK) {
            return REEVE_INVALID;
        }
        if (field.number == 4 && field.varint != 0) {
            version->timeout_ms = field.varint;
        }
    }
}

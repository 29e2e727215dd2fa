/* SPDX-License-Identifier: Apache-2.0 */
/* Writing an export: see trail.h. */
#include <unistd.h>

#include "agent/base/hash.h"
#include "agent/cli/output.h"
#include "gateway-stub/reevectl/trail.h"
#include "proto/runtime/message.h"

#define LENGTH_MAX 10u /* bytes of a varint */

void reeve_trail_writer_init(struct reeve_trail_writer *w, int fd)
{
    *w = (struct reeve_trail_writer){.fd = fd};
    reeve_buffer_init(&w->checksums, NULL, REEVE_TRAIL_ITEM_MAX);
    reeve_buffer_init(&w->scratch, NULL, REEVE_TRAIL_ITEM_MAX);
}

void reeve_trail_writer_clear(struct reeve_trail_writer *w)
{
    reeve_buffer_clear(&w->checksums);
    reeve_buffer_clear(&w->scratch);
}

static struct reeve_bytes put_varint(uint64_t value, uint8_t out[LENGTH_MAX])
{
    size_t len = 0;
    while (value >= 0x80) {
        out[len++] = (uint8_t)(value | 0x80u);
        value >>= 7;
    }
    out[len++] = (uint8_t)value;
    return reeve_bytes_of(out, len);
}

static enum reeve_status write_item(struct reeve_trail_writer *w,
                                    const struct reeve_v1_export_audit_response *item)
{
    uint8_t length[LENGTH_MAX];
    reeve_buffer_reset(&w->scratch);
    const enum reeve_status status =
        reeve_message_encode(&reeve_v1_export_audit_response_message, item, &w->scratch);
    if (status != REEVE_OK) {
        return status == REEVE_LIMIT ? REEVE_TOO_LARGE : status;
    }
    const bool written = reeve_output_write(w->fd, put_varint(w->scratch.len, length)) &&
                         reeve_output_write(w->fd, reeve_buffer_view(&w->scratch));
    return written ? REEVE_OK : REEVE_IO;
}

enum reeve_status reeve_trail_write(struct reeve_trail_writer *w,
                                    const struct reeve_v1_export_audit_response *item)
{
    uint8_t checksum[4];
    REEVE_TRY(write_item(w, item));
    reeve_store_le32(checksum, reeve_crc32c(0, reeve_buffer_view(&w->scratch)));
    w->items++;
    return reeve_buffer_append(&w->checksums, reeve_bytes_of(checksum, sizeof(checksum)));
}

enum reeve_status reeve_trail_finish(struct reeve_trail_writer *w)
{
    struct reeve_v1_export_end end;
    struct reeve_v1_export_audit_response item;
    reeve_v1_export_end_init(&end);
    reeve_v1_export_audit_response_init(&item);
    end.items = w->items;
    end.item_checksums.data = w->checksums.data;
    end.item_checksums.len = w->checksums.len;
    end.checksum = reeve_crc32c(0, reeve_buffer_view(&w->checksums));
    item.item_case = REEVE_V1_EXPORT_AUDIT_RESPONSE_ITEM_END;
    item.end = &end;
    REEVE_TRY(write_item(w, &item));
    return fsync(w->fd) == 0 ? REEVE_OK : REEVE_IO;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Segment headers and record frames; all numbers little-endian. */
#include "agent/journal/format.h"

#include "agent/base/hash.h"

static const char MAGIC[] = "reevejnl";

/* Where the header's fields stand. Magic, format, id and checksum keep their places in every
 * format, so that an older build can name the version it does not know. */
enum {
    AT_MAGIC = 0,
    AT_FORMAT = 8,
    AT_HEADER_SIZE = 12,
    AT_JOURNAL_ID = 16,
    AT_NUMBER = 32,
    AT_FIRST_LSN = 40,
    AT_RESERVED = 48,
    AT_HEADER_CHECKSUM = 60,
};

/* Where a frame's fields stand. */
enum {
    AT_CHECKSUM = 0,
    AT_LENGTH = 4,
    AT_LSN = 8,
    AT_POSITION = 16,
    AT_TYPE = 20,
    AT_ZEROS = 21,
};

uint32_t reeve_journal_header_encode(const struct reeve_journal_segment *segment,
                                     uint8_t out[REEVE_JOURNAL_HEADER_SIZE])
{
    reeve_zero(out, REEVE_JOURNAL_HEADER_SIZE);
    reeve_move(out + AT_MAGIC, MAGIC, sizeof(MAGIC) - 1);
    reeve_store_le32(out + AT_FORMAT, REEVE_JOURNAL_FORMAT);
    reeve_store_le32(out + AT_HEADER_SIZE, REEVE_JOURNAL_HEADER_SIZE);
    reeve_move(out + AT_JOURNAL_ID, segment->journal_id.bytes, sizeof(segment->journal_id.bytes));
    reeve_store_le64(out + AT_NUMBER, segment->number);
    reeve_store_le64(out + AT_FIRST_LSN, segment->first_lsn);
    uint32_t checksum = reeve_crc32c(0, reeve_bytes_of(out, AT_HEADER_CHECKSUM));
    reeve_store_le32(out + AT_HEADER_CHECKSUM, checksum);
    return checksum;
}

enum reeve_status reeve_journal_header_decode(struct reeve_bytes image,
                                              struct reeve_journal_segment *segment, uint32_t *seed)
{
    if (image.len < REEVE_JOURNAL_HEADER_SIZE ||
        !reeve_bytes_starts_with(image, reeve_bytes_cstr(MAGIC))) {
        return REEVE_CORRUPT;
    }
    uint32_t checksum = reeve_crc32c(0, reeve_bytes_slice(image, 0, AT_HEADER_CHECKSUM));
    if (checksum != reeve_load_le32(image.data + AT_HEADER_CHECKSUM)) {
        return REEVE_CORRUPT;
    }
    if (reeve_load_le32(image.data + AT_FORMAT) != REEVE_JOURNAL_FORMAT) {
        return REEVE_VERSION;
    }
    if (reeve_load_le32(image.data + AT_HEADER_SIZE) != REEVE_JOURNAL_HEADER_SIZE ||
        !reeve_bytes_is_zero(
            reeve_bytes_slice(image, AT_RESERVED, AT_HEADER_CHECKSUM - AT_RESERVED))) {
        return REEVE_CORRUPT;
    }
    reeve_move(segment->journal_id.bytes, image.data + AT_JOURNAL_ID,
               sizeof(segment->journal_id.bytes));
    segment->number = reeve_load_le64(image.data + AT_NUMBER);
    segment->first_lsn = reeve_load_le64(image.data + AT_FIRST_LSN);
    *seed = checksum;
    return REEVE_OK;
}

static uint32_t frame_checksum(uint32_t seed, const uint8_t *frame, struct reeve_bytes content)
{
    uint32_t checksum =
        reeve_crc32c(seed, reeve_bytes_of(frame + AT_LENGTH, REEVE_JOURNAL_FRAME_SIZE - AT_LENGTH));
    return reeve_crc32c(checksum, content);
}

void reeve_journal_frame_encode(uint32_t seed, const struct reeve_journal_frame *frame,
                                uint8_t out[REEVE_JOURNAL_FRAME_SIZE])
{
    reeve_zero(out, REEVE_JOURNAL_FRAME_SIZE);
    reeve_store_le32(out + AT_LENGTH, (uint32_t)frame->content.len);
    reeve_store_le64(out + AT_LSN, frame->lsn);
    reeve_store_le32(out + AT_POSITION, frame->position);
    out[AT_TYPE] = frame->type;
    reeve_store_le32(out + AT_CHECKSUM, frame_checksum(seed, out, frame->content));
}

/* Everything that can be judged without reading the content. */
static bool plausible(struct reeve_bytes image, uint64_t lowest, uint64_t highest)
{
    if (image.len < REEVE_JOURNAL_FRAME_SIZE || image.data[AT_TYPE] == 0) {
        return false;
    }
    uint64_t lsn = reeve_load_le64(image.data + AT_LSN);
    if (lsn < lowest || lsn > highest) {
        return false;
    }
    size_t length = reeve_load_le32(image.data + AT_LENGTH);
    return length <= REEVE_JOURNAL_RECORD_MAX && length <= image.len - REEVE_JOURNAL_FRAME_SIZE &&
           reeve_bytes_is_zero(
               reeve_bytes_slice(image, AT_ZEROS, REEVE_JOURNAL_FRAME_SIZE - AT_ZEROS));
}

bool reeve_journal_frame_decode(uint32_t seed, struct reeve_bytes image, uint64_t lowest,
                                uint64_t highest, struct reeve_journal_frame *frame)
{
    if (!plausible(image, lowest, highest)) {
        return false;
    }
    struct reeve_bytes content =
        reeve_bytes_slice(image, REEVE_JOURNAL_FRAME_SIZE, reeve_load_le32(image.data + AT_LENGTH));
    if (frame_checksum(seed, image.data, content) != reeve_load_le32(image.data + AT_CHECKSUM)) {
        return false;
    }
    frame->type = image.data[AT_TYPE];
    frame->lsn = reeve_load_le64(image.data + AT_LSN);
    frame->position = reeve_load_le32(image.data + AT_POSITION);
    frame->content = content;
    return true;
}

uint64_t reeve_journal_frame_size(const struct reeve_journal_frame *frame)
{
    return REEVE_JOURNAL_FRAME_SIZE + (uint64_t)frame->content.len;
}

// SPDX-License-Identifier: Apache-2.0
// Feeds arbitrary bytes to the batch reader and every frame decoder, in both directions; what was
// decoded must encode again, and read back as the same bytes (P7).
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "agent/codec/batch.h"

namespace
{

constexpr size_t kMax = 1u << 20;

void Require(bool holds)
{
    if (!holds) {
        std::abort(); // a finding
    }
}

template <typename Frame, typename Decode, typename Add>
void RoundTrip(const reeve_batch_frame &raw, Decode decode, Add add)
{
    reeve_arena arena;
    reeve_buffer first, second;
    reeve_batch_writer writer;
    Frame frame;
    reeve_arena_init(&arena, nullptr, 4 * kMax, 0);
    reeve_buffer_init(&first, nullptr, 4 * kMax);
    reeve_buffer_init(&second, nullptr, 4 * kMax);
    if (decode(raw.number, raw.payload, &arena, &frame) == REEVE_OK) {
        reeve_batch_reader reader;
        reeve_batch_frame again;
        reeve_batch_writer_init(&writer, &first, 4 * kMax);
        Require(add(&writer, &frame) == REEVE_OK);
        reeve_batch_reader_init(&reader, reeve_buffer_view(&first), 4 * kMax);
        Require(reeve_batch_reader_next(&reader, &again) == REEVE_OK);
        Require(decode(again.number, again.payload, &arena, &frame) == REEVE_OK);
        reeve_batch_writer_init(&writer, &second, 4 * kMax);
        Require(add(&writer, &frame) == REEVE_OK);
        Require(reeve_bytes_equal(reeve_buffer_view(&first), reeve_buffer_view(&second)));
    }
    reeve_buffer_clear(&second);
    reeve_buffer_clear(&first);
    reeve_arena_clear(&arena);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    reeve_batch_reader reader;
    reeve_batch_reader_init(&reader, reeve_bytes_of(data, size), kMax);
    for (;;) {
        reeve_batch_frame raw;
        if (reeve_batch_reader_next(&reader, &raw) != REEVE_OK || raw.number == 0) {
            return 0;
        }
        RoundTrip<reeve_worker_frame>(raw, reeve_worker_frame_decode,
                                      reeve_batch_writer_add_worker);
        RoundTrip<reeve_gateway_frame>(raw, reeve_gateway_frame_decode,
                                       reeve_batch_writer_add_gateway);
    }
}

// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/frames.h"

#include "agent/codec/batch.h"

namespace reeve_sim
{

namespace
{

constexpr size_t kMaxFrame = size_t{1} << 24;

template <typename Frame, typename Decode>
bool ReadAll(const std::string &bytes, reeve_arena *arena, Decode decode, std::vector<Frame> *to)
{
    reeve_batch_reader reader;
    reeve_batch_frame raw;
    reeve_batch_reader_init(&reader, reeve_bytes_of(bytes.data(), bytes.size()), kMaxFrame);
    for (;;) {
        Frame frame;
        if (reeve_batch_reader_next(&reader, &raw) != REEVE_OK) {
            return false;
        }
        if (raw.number == 0) {
            return true;
        }
        if (decode(raw.number, raw.payload, arena, &frame) != REEVE_OK) {
            return false;
        }
        to->push_back(frame);
    }
}

} // namespace

bool ReadFrames(const std::string &bytes, reeve_arena *arena, std::vector<reeve_worker_frame> *to)
{
    return ReadAll(bytes, arena, reeve_worker_frame_decode, to);
}

bool ReadFrames(const std::string &bytes, reeve_arena *arena, std::vector<reeve_gateway_frame> *to)
{
    return ReadAll(bytes, arena, reeve_gateway_frame_decode, to);
}

} // namespace reeve_sim

// SPDX-License-Identifier: Apache-2.0
// Batches: order, bounds, what is ignored; every cut and random damage end in a typed status (P7).
#include "agent/codec/batch.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/alloc_sweep.h"
#include "tests/unit/agent/codec/contract.h"

namespace
{

constexpr size_t kMaxFrame = 1u << 20;

// Statuses that end a session as the peer's fault; NO_MEMORY where the arena is small.
bool IsTyped(enum reeve_status status)
{
    enum reeve_session_code code = reeve_session_code_of(status);
    return status == REEVE_OK || status == REEVE_NOT_FOUND || code == REEVE_SESSION_MALFORMED ||
           code == REEVE_SESSION_FRAME_TOO_LARGE;
}

struct Counts {
    int good = 0, bad = 0;
};

// Reads everything both ways round and re-encodes what was taken.
void ReadAll(const std::string &wire, Counts *counts)
{
    Memory memory(1u << 20);
    // In a block of its own, so that a sanitizer sees a read behind its end.
    std::vector<uint8_t> exact(wire.begin(), wire.end());
    reeve_batch_reader reader;
    reeve_batch_writer writer;
    reeve_batch_reader_init(&reader, reeve_bytes_of(exact.data(), exact.size()), kMaxFrame);
    reeve_batch_writer_init(&writer, &memory.buffer, kMaxFrame);
    for (;;) {
        reeve_batch_frame raw;
        enum reeve_status status = reeve_batch_reader_next(&reader, &raw);
        ASSERT_TRUE(IsTyped(status)) << reeve_status_name(status);
        if (status != REEVE_OK || raw.number == 0) {
            (status == REEVE_OK ? counts->good : counts->bad)++;
            return;
        }
        reeve_worker_frame worker;
        reeve_gateway_frame gateway;
        status = reeve_worker_frame_decode(raw.number, raw.payload, &memory.arena, &worker);
        ASSERT_TRUE(IsTyped(status)) << reeve_status_name(status);
        if (status == REEVE_OK) {
            status = reeve_batch_writer_add_worker(&writer, &worker);
            ASSERT_TRUE(status == REEVE_OK || status == REEVE_LIMIT);
        }
        status = reeve_gateway_frame_decode(raw.number, raw.payload, &memory.arena, &gateway);
        ASSERT_TRUE(IsTyped(status)) << reeve_status_name(status);
        if (status == REEVE_OK) {
            status = reeve_batch_writer_add_gateway(&writer, &gateway);
            ASSERT_TRUE(status == REEVE_OK || status == REEVE_LIMIT);
        }
    }
}

std::string Len(int number, const std::string &payload)
{
    std::string out;
    out.push_back(static_cast<char>(number << 3 | 2));
    for (size_t n = payload.size();; n >>= 7) {
        out.push_back(static_cast<char>((n & 0x7f) | (n >= 0x80 ? 0x80 : 0)));
        if (n < 0x80) {
            break;
        }
    }
    return out + payload;
}

enum reeve_status First(const std::string &wire, reeve_batch_frame *frame, size_t max = kMaxFrame)
{
    reeve_batch_reader reader;
    reeve_batch_reader_init(&reader, View(wire), max);
    return reeve_batch_reader_next(&reader, frame);
}

reeve_worker_frame Heartbeat(uint64_t sequence)
{
    reeve_worker_frame frame = {};
    frame.type = REEVE_WORKER_FRAME_HEARTBEAT;
    frame.as.heartbeat.sequence = sequence;
    return frame;
}

} // namespace

TEST(Batch, KeepsOrderAndEnds)
{
    Memory memory;
    reeve_batch_writer writer;
    reeve_batch_writer_init(&writer, &memory.buffer, kMaxFrame);
    for (uint64_t i = 1; i <= 100; i++) {
        reeve_worker_frame frame = Heartbeat(i);
        ASSERT_EQ(reeve_batch_writer_add_worker(&writer, &frame), REEVE_OK);
    }
    EXPECT_EQ(writer.frames, 100u);
    reeve_batch_reader reader;
    reeve_batch_reader_init(&reader, reeve_buffer_view(&memory.buffer), kMaxFrame);
    for (uint64_t i = 1; i <= 100; i++) {
        reeve_batch_frame raw;
        reeve_worker_frame frame;
        ASSERT_EQ(reeve_batch_reader_next(&reader, &raw), REEVE_OK);
        ASSERT_EQ(reeve_worker_frame_decode(raw.number, raw.payload, &memory.arena, &frame),
                  REEVE_OK);
        EXPECT_EQ(frame.as.heartbeat.sequence, i);
    }
    reeve_batch_frame end;
    for (int i = 0; i < 2; i++) {
        EXPECT_EQ(reeve_batch_reader_next(&reader, &end), REEVE_OK);
        EXPECT_EQ(end.number, 0u);
    }
}

TEST(Batch, UnknownFramesAreLeftToTheCaller)
{
    reeve_batch_frame raw;
    ASSERT_EQ(First(Len(1, Len(15, "future")), &raw), REEVE_OK);
    EXPECT_EQ(raw.number, 15u);
    Memory memory;
    reeve_worker_frame worker;
    reeve_gateway_frame gateway;
    EXPECT_EQ(reeve_worker_frame_decode(15, raw.payload, &memory.arena, &worker), REEVE_NOT_FOUND);
    EXPECT_EQ(reeve_gateway_frame_decode(12, raw.payload, &memory.arena, &gateway),
              REEVE_NOT_FOUND);
    EXPECT_EQ(reeve_worker_frame_decode(0, raw.payload, &memory.arena, &worker), REEVE_NOT_FOUND);
    EXPECT_EQ(worker.type, REEVE_WORKER_FRAME_NONE);
    reeve_batch_reader reader;
    std::string message = Len(2, "other field") + Len(1, "") + Len(1, Len(10, ""));
    reeve_batch_reader_init(&reader, View(message), kMaxFrame);
    ASSERT_EQ(reeve_batch_reader_next(&reader, &raw), REEVE_OK);
    EXPECT_EQ(raw.number, 10u);
    EXPECT_EQ(reader.ignored, 2u);
}

TEST(Batch, RefusesByLength)
{
    reeve_batch_frame raw;
    std::string message = Len(1, Len(8, std::string(1000, 'x')));
    EXPECT_EQ(First(message, &raw, 1000), REEVE_OK);
    EXPECT_EQ(First(message, &raw, 999), REEVE_FRAME_TOO_LARGE);
    EXPECT_EQ(First(Len(1, Len(8, "a") + Len(10, "b")), &raw), REEVE_MALFORMED)
        << "two frames in one oneof";
    EXPECT_EQ(First(std::string("\x08\x01", 2), &raw), REEVE_WIRE_TYPE);
    EXPECT_EQ(First(Len(1, std::string("\x40\x01", 2)), &raw), REEVE_WIRE_TYPE);
    EXPECT_EQ(First(std::string("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11), &raw),
              REEVE_TRUNCATED)
        << "a length of 2^64-1";
    EXPECT_EQ(First(std::string(11, '\xff'), &raw), REEVE_MALFORMED);
}

TEST(Batch, WriterStopsAt64KiBUnlessOneFrameIsLarger)
{
    Memory memory;
    reeve_batch_writer writer;
    reeve_batch_writer_init(&writer, &memory.buffer, kMaxFrame);
    std::string large(REEVE_BATCH_BYTES + 1, 'x');
    reeve_worker_frame chunk = {};
    chunk.type = REEVE_WORKER_FRAME_RESULT_CHUNK;
    chunk.as.result_chunk.job_id.bytes[0] = 1;
    chunk.as.result_chunk.data = View(large);
    EXPECT_EQ(reeve_batch_writer_add_worker(&writer, &chunk), REEVE_OK) << "alone it may be larger";
    EXPECT_TRUE(reeve_batch_writer_full(&writer));
    reeve_worker_frame heartbeat = Heartbeat(1);
    size_t len = memory.buffer.len;
    EXPECT_EQ(reeve_batch_writer_add_worker(&writer, &heartbeat), REEVE_LIMIT);
    EXPECT_EQ(memory.buffer.len, len);
    reeve_buffer_reset(&memory.buffer);
    reeve_batch_writer_init(&writer, &memory.buffer, 100);
    EXPECT_EQ(reeve_batch_writer_add_worker(&writer, &chunk), REEVE_FRAME_TOO_LARGE);
    while (reeve_batch_writer_add_worker(&writer, &heartbeat) == REEVE_OK) {
    }
    EXPECT_LE(memory.buffer.len, size_t{REEVE_BATCH_BYTES});
    EXPECT_GT(memory.buffer.len, size_t{REEVE_BATCH_BYTES} - 20);
    reeve_worker_frame none = {};
    EXPECT_EQ(reeve_batch_writer_add_worker(&writer, &none), REEVE_INVALID);
}

TEST(Batch, EncodedFrameIsTheSameAsItsStruct)
{
    std::mt19937 rng(5);
    for (int i = 0; i < 50; i++) {
        Memory memory, structs, encoded;
        std::string wire = Wire(*Contract::Get().Random("Outcome", rng));
        reeve_batch_writer writer;
        reeve_worker_frame frame = {};
        frame.type = REEVE_WORKER_FRAME_OUTCOME;
        ASSERT_EQ(reeve_outcome_decode(View(wire), &memory.arena, &frame.as.outcome), REEVE_OK);
        reeve_batch_writer_init(&writer, &structs.buffer, kMaxFrame);
        ASSERT_EQ(reeve_batch_writer_add_worker(&writer, &frame), REEVE_OK);
        reeve_batch_writer_init(&writer, &encoded.buffer, kMaxFrame);
        ASSERT_EQ(reeve_batch_writer_add_encoded(&writer, REEVE_WORKER_FRAME_OUTCOME, View(wire)),
                  REEVE_OK);
        EXPECT_EQ(structs.Written(), encoded.Written());
    }
}

// P7.
TEST(Batch, EveryCutHasATypedEnd)
{
    std::mt19937 rng(3);
    Counts counts;
    for (const char *type : {"WorkerMessage", "GatewayMessage"}) {
        for (int i = 0; i < 40; i++) {
            std::string wire = Wire(*Contract::Get().Random(type, rng));
            for (size_t n = 0; n < wire.size() && !HasFatalFailure(); n++) {
                ReadAll(wire.substr(0, n), &counts);
            }
        }
    }
    EXPECT_GT(counts.bad, 1000);
    EXPECT_GT(counts.good, 0) << "cuts between two frames";
}

// Cuts of the payload itself: what the batch's own lengths would hide.
TEST(Batch, EveryCutPayloadHasATypedEnd)
{
    std::mt19937 rng(4);
    Counts counts;
    for (const char *type : {"WorkerMessage", "GatewayMessage"}) {
        for (int i = 0; i < 40; i++) {
            std::string wire = Wire(*Contract::Get().Random(type, rng));
            reeve_batch_frame raw;
            ASSERT_EQ(First(wire, &raw), REEVE_OK);
            if (raw.number == 0) {
                continue; // an empty batch
            }
            std::string payload = Text(raw.payload);
            for (size_t n = 0; n < payload.size() && !HasFatalFailure(); n++) {
                ReadAll(Len(1, Len(static_cast<int>(raw.number), payload.substr(0, n))), &counts);
            }
        }
    }
}

TEST(Batch, DamageHasATypedEnd)
{
    std::mt19937 rng(6);
    Counts counts;
    for (const char *type : {"WorkerMessage", "GatewayMessage"}) {
        for (int i = 0; i < 150; i++) {
            std::string wire = Wire(*Contract::Get().Random(type, rng));
            for (int n = 0; n < 60 && !wire.empty() && !HasFatalFailure(); n++) {
                std::string damaged = wire;
                for (unsigned k = 0; k <= rng() % 4; k++) {
                    damaged[rng() % damaged.size()] = static_cast<char>(rng());
                }
                ReadAll(damaged, &counts);
            }
        }
    }
    EXPECT_GT(counts.bad, 0);
}

// P7.
TEST(Batch, ListsAreBoundedBeforeMemoryIsTaken)
{
    reeve_worker_frame frame;
    std::string labels, entries, numbers;
    for (int i = 0; i < 17; i++) {
        labels += Len(13, Len(1, "k"));
    }
    Memory memory;
    std::mt19937 rng(1);
    std::string hello = Wire(*Contract::Get().Random("Hello", rng));
    EXPECT_EQ(reeve_worker_frame_decode(1, View(hello), &memory.arena, &frame), REEVE_OK);
    size_t used = memory.arena.used;
    hello += labels;
    EXPECT_EQ(reeve_worker_frame_decode(1, View(hello), &memory.arena, &frame), REEVE_TOO_LARGE);
    std::string huge = hello + std::string(REEVE_HELLO_MAX_BYTES, 'x');
    EXPECT_EQ(reeve_worker_frame_decode(1, View(huge), &memory.arena, &frame), REEVE_TOO_LARGE);
    for (int i = 0; i < 513; i++) {
        entries += Len(1, Len(1, std::string(16, 'j')) + std::string("\x20\x01", 2));
    }
    EXPECT_EQ(reeve_worker_frame_decode(2, View(entries), &memory.arena, &frame), REEVE_TOO_LARGE);
    entries.resize(entries.size() / 513 * 512);
    EXPECT_EQ(reeve_worker_frame_decode(2, View(entries), &memory.arena, &frame), REEVE_OK);
    EXPECT_LT(memory.arena.used, used + 512 * 64 + 65536);
    numbers = Len(1, std::string(4097, '\x01'));
    EXPECT_EQ(reeve_worker_frame_decode(13, View(numbers), &memory.arena, &frame), REEVE_TOO_LARGE);
    numbers = Len(1, std::string(4096, '\x01'));
    ASSERT_EQ(reeve_worker_frame_decode(13, View(numbers), &memory.arena, &frame), REEVE_OK);
    EXPECT_EQ(frame.as.recalled.sequences.count, 4096u);
    numbers = std::string("\x08\x05\x08\x06", 4) + Len(1, std::string("\x07\x08", 2));
    ASSERT_EQ(reeve_worker_frame_decode(13, View(numbers), &memory.arena, &frame), REEVE_OK);
    ASSERT_EQ(frame.as.recalled.sequences.count, 4u) << "packed and not, mixed";
    EXPECT_EQ(frame.as.recalled.sequences.items[3], 8u);
}

TEST(Batch, OutcomeRules)
{
    std::mt19937 rng(1);
    Memory memory;
    reeve_worker_frame frame;
    auto outcome = Contract::Get().Random("Outcome", rng);
    auto decode = [&](int status, bool error) {
        const auto *r = outcome->GetReflection();
        const auto *d = outcome->GetDescriptor();
        r->SetEnumValue(outcome.get(), d->FindFieldByName("status"), status);
        r->ClearField(outcome.get(), d->FindFieldByName("error"));
        if (error) {
            r->MutableMessage(outcome.get(), d->FindFieldByName("error"));
        }
        std::string wire = Wire(*outcome);
        return reeve_worker_frame_decode(8, View(wire), &memory.arena, &frame);
    };
    EXPECT_EQ(decode(1, false), REEVE_OK);
    EXPECT_EQ(decode(1, true), REEVE_MALFORMED);
    EXPECT_EQ(decode(2, true), REEVE_OK);
    EXPECT_EQ(decode(2, false), REEVE_MALFORMED);
    EXPECT_EQ(decode(0, true), REEVE_MALFORMED);
    EXPECT_EQ(decode(7, true), REEVE_MALFORMED);
}

// Frames of a later version: their unknown fields are passed over.
TEST(Batch, UnknownFieldsInFramesAreIgnored)
{
    Memory memory;
    reeve_gateway_frame frame;
    std::string limit = std::string("\x08\x07", 2) + Len(14, "future") + std::string("\x78\x01", 2);
    ASSERT_EQ(reeve_gateway_frame_decode(REEVE_GATEWAY_FRAME_OUTCOME_ACK, View(limit),
                                         &memory.arena, &frame),
              REEVE_OK);
    EXPECT_EQ(frame.as.outcome_ack.audit_sequence, 7u);
}

TEST(Batch, AllocationSweep)
{
    std::mt19937 rng(9);
    std::string wire = Wire(*Contract::Get().Random("Hello", rng));
    SweepAllocations([&](const reeve_allocator *a) {
        reeve_arena arena;
        reeve_buffer buffer;
        reeve_worker_frame frame;
        reeve_arena_init(&arena, a, 1 << 20, 64);
        reeve_buffer_init(&buffer, a, 1 << 20);
        enum reeve_status status = reeve_worker_frame_decode(1, View(wire), &arena, &frame);
        EXPECT_TRUE(status == REEVE_OK || status == REEVE_NO_MEMORY) << reeve_status_name(status);
        if (status == REEVE_OK) {
            reeve_batch_writer writer;
            reeve_batch_writer_init(&writer, &buffer, kMaxFrame);
            status = reeve_batch_writer_add_worker(&writer, &frame);
            EXPECT_TRUE(status == REEVE_OK || status == REEVE_NO_MEMORY);
            EXPECT_EQ(writer.frames, status == REEVE_OK ? 1u : 0u);
        }
        reeve_buffer_clear(&buffer);
        reeve_arena_clear(&arena);
    });
}

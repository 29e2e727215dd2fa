// SPDX-License-Identifier: Apache-2.0
// The strict decoder on hostile bytes (P3, P7): what is refused, at which field, and that cost is
// bounded.
#include <gtest/gtest.h>

#include "tests/support/alloc_sweep.h"
#include "tests/unit/proto/runtime/cxx_peer.h"
#include "tests/unit/proto/runtime/runtime_fixture.h"

namespace
{

#define SCALARS &runtime_testing_scalars_message
#define LISTS &runtime_testing_lists_message
#define MAPS &runtime_testing_maps_message
#define CHOICES &runtime_testing_choices_message
#define NODE &runtime_testing_node_message
#define ALL &runtime_testing_everything_message

using std::string_literals::operator""s;

struct Refusal {
    const reeve_message *table;
    std::string bytes;
    reeve_status status;
    const char *where;
};

const Refusal kRefusals[] = {
    {SCALARS, "\x18"s, REEVE_TRUNCATED, "f_int32 encoding 0:0"},
    {SCALARS, "\x18\x80"s, REEVE_TRUNCATED, "f_int32 encoding 0:0"},
    {SCALARS, "\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"s, REEVE_MALFORMED,
     "f_int32 encoding 0:0"},
    {SCALARS, "\x18\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00"s, REEVE_MALFORMED,
     "f_int32 encoding 0:0"},
    {SCALARS, "\x80"s, REEVE_TRUNCATED, " encoding 0:0"},
    {SCALARS, "\x00\x00"s, REEVE_MALFORMED, " encoding 0:0"},
    {SCALARS, "\x1e\x00"s, REEVE_MALFORMED, " encoding 0:0"},
    {SCALARS, "\x1f\x00"s, REEVE_MALFORMED, " encoding 0:0"},
    {SCALARS, "\xf8\xff\xff\xff\x7f\x00"s, REEVE_MALFORMED, " encoding 0:0"},
    {SCALARS, "\x1c"s, REEVE_WIRE_TYPE, "f_int32 wire_type 0:0"},
    {SCALARS, "\x1a\x00"s, REEVE_WIRE_TYPE, "f_int32 wire_type 0:0"},
    {SCALARS, "\x70\x00"s, REEVE_WIRE_TYPE, "f_string wire_type 0:0"},
    {SCALARS, "\x09\x00\x00\x00"s, REEVE_TRUNCATED, "f_double encoding 0:0"},
    {SCALARS, "\x15\x00\x00\x00"s, REEVE_TRUNCATED, "f_float encoding 0:0"},
    {SCALARS,
     "\x72\x05"
     "abcd"s,
     REEVE_TRUNCATED, "f_string encoding 0:0"},
    {SCALARS, "\x72\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s, REEVE_TRUNCATED,
     "f_string encoding 0:0"},
    {SCALARS, "\x72\x01\xff"s, REEVE_UTF8, "f_string utf8 0:0"},
    {SCALARS, "\x72\x03\xed\xa0\x80"s, REEVE_UTF8, "f_string utf8 0:0"},
    {SCALARS, "\x72\x02\xc0\x80"s, REEVE_UTF8, "f_string utf8 0:0"},
    {SCALARS,
     "\x72\x03"
     "a\0b"s,
     REEVE_EMBEDDED_NUL, "f_string embedded_nul 0:0"},
    {SCALARS, "\x88\x01\x00"s, REEVE_UNKNOWN_FIELD, " unknown_field 0:0"},
    {LISTS, "\x1a\x02\x01\x80"s, REEVE_TRUNCATED, "f_int32 encoding 0:0"},
    {LISTS, "\x1a\x01\x80"s, REEVE_TRUNCATED, "f_int32 encoding 0:0"},
    {LISTS, "\x0a\x07\0\0\0\0\0\0\0"s, REEVE_TRUNCATED, "f_double encoding 0:0"},
    {LISTS, "\x0a\x09\0\0\0\0\0\0\0\0\0"s, REEVE_TRUNCATED, "f_double encoding 0:0"},
    {LISTS, "\x72\x00\x72\x01\xff"s, REEVE_UTF8, "f_string utf8 0:0"},
    {LISTS, "\x8a\x01\x00\x8a\x01\x02\x72\x05"s, REEVE_TRUNCATED,
     "f_scalars[1].f_string encoding 0:0"},
    {MAPS, "\x0a\x03\x0a\x01\xff"s, REEVE_UTF8, "by_string[0].key utf8 0:0"},
    {MAPS, "\x0a\x02\x18\x01"s, REEVE_UNKNOWN_FIELD, "by_string[0] unknown_field 0:0"},
    {ALL, "\x3a\x04\x12\x02\x0a\x05"s, REEVE_TRUNCATED, "node.next.name encoding 0:0"},
};

// P3: what is not exactly a declared input is refused.
TEST(Decode, RefusalsNameThePlace)
{
    for (const Refusal &r : kRefusals) {
        Subject s(r.table);
        EXPECT_EQ(s.Decode(r.bytes), r.status) << testing::PrintToString(r.bytes);
        EXPECT_EQ(s.Where(), r.where) << testing::PrintToString(r.bytes);
        EXPECT_EQ(s.message(), nullptr);
    }
}

TEST(Decode, AbsentStringsAreEmptyAndNeverNull)
{
    Subject s(SCALARS);
    ASSERT_EQ(s.Decode(""), REEVE_OK);
    EXPECT_STREQ(s.As<runtime_testing_scalars>()->f_string, "");
    EXPECT_EQ(s.As<runtime_testing_scalars>()->f_bytes.data, nullptr);
    EXPECT_EQ(s.As<runtime_testing_scalars>()->base.descriptor,
              &runtime_testing_scalars_descriptor);
}

TEST(Decode, PaddedVarintsMeanTheSame)
{
    Subject s(SCALARS);
    ASSERT_EQ(s.Decode("\x98\x80\x00\x81\x80\x80\x00"s), REEVE_OK);
    EXPECT_EQ(s.As<runtime_testing_scalars>()->f_int32, 1);
}

TEST(Decode, AOneofHoldsItsLastMember)
{
    Subject s(CHOICES);
    ASSERT_EQ(s.Decode("\x12\x01x\x08\x05\x12\x01y"s), REEVE_OK);
    const auto *m = s.As<runtime_testing_choices>();
    EXPECT_EQ(static_cast<int>(m->choice_case), 2);
    EXPECT_STREQ(m->text, "y");
    ASSERT_EQ(s.Decode("\x22\x02\x18\x01\x22\x02\x20\x02"s), REEVE_OK);
    m = s.As<runtime_testing_choices>();
    EXPECT_EQ(m->scalars->f_int32, 1) << "the same member again merges";
    EXPECT_EQ(m->scalars->f_int64, 2);
    ASSERT_EQ(s.Decode("\x22\x02\x18\x01\x08\x07\x22\x02\x20\x02"s), REEVE_OK);
    m = s.As<runtime_testing_choices>();
    EXPECT_EQ(m->scalars->f_int32, 0) << "another member in between forgets it";
}

TEST(Decode, AMapKeepsEachKeyOnceInOrderOfAppearance)
{
    Subject s(MAPS);
    ASSERT_EQ(s.Decode("\x0a\x06\x0a\x01"
                       "b\x12\x01"
                       "1\x0a\x06\x0a\x01"
                       "a\x12\x01"
                       "2\x0a\x06\x0a\x01"
                       "b\x12\x01"
                       "3\x0a\x03\x0a\x01"
                       "a"s),
              REEVE_OK);
    EXPECT_EQ(s.ToJson(), "{\"byString\":{\"b\":\"3\",\"a\":\"\"}}");
    ASSERT_EQ(s.Decode("\x12\x00"s), REEVE_OK);
    EXPECT_EQ(s.ToJson(), "{\"byInt32\":{\"0\":{}}}") << "a message value is never absent";
}

TEST(Decode, UnknownFieldsAreDroppedOrKept)
{
    const std::string bytes = "\x18\x07\x88\x01\x2a\x93\x01\x08\x01\x94\x01\xa2\x01\x02hi"s;
    reeve_decode_options o = {};
    Subject s(SCALARS);
    EXPECT_EQ(s.Decode(bytes), REEVE_UNKNOWN_FIELD);
    o.unknown = REEVE_UNKNOWN_DROP;
    ASSERT_EQ(s.Decode(bytes, o), REEVE_OK);
    EXPECT_EQ(s.Encode(), "\x18\x07"s);
    o.unknown = REEVE_UNKNOWN_KEEP;
    ASSERT_EQ(s.Decode(bytes, o), REEVE_OK);
    EXPECT_EQ(s.Encode(), bytes);
    for (const std::string &bad : {"\x93\x01"s, "\x93\x01\x9c\x01"s, "\x94\x01"s}) {
        EXPECT_NE(s.Decode(bad, o), REEVE_OK) << testing::PrintToString(bad);
    }
}

// Tag and length for a chain of Node.next.
std::string Chain(int n)
{
    std::string inner;
    for (int i = 0; i < n; i++) {
        std::string length;
        for (size_t rest = inner.size();; rest >>= 7) {
            length.push_back(static_cast<char>((rest & 0x7f) | (rest >= 0x80 ? 0x80 : 0)));
            if (rest < 0x80) {
                break;
            }
        }
        inner = "\x12" + length + inner;
    }
    return inner;
}

// P7.
TEST(Decode, DepthIsBounded)
{
    Subject s(NODE);
    EXPECT_EQ(s.Decode(Chain(63)), REEVE_OK);
    EXPECT_EQ(s.Decode(Chain(64)), REEVE_DEPTH);
    EXPECT_EQ(s.Decode(Chain(20000)), REEVE_DEPTH);
    reeve_decode_options o = {};
    o.max_depth = 3;
    EXPECT_EQ(s.Decode(Chain(2), o), REEVE_OK);
    EXPECT_EQ(s.Decode(Chain(3), o), REEVE_DEPTH);
    o.max_depth = 1000000;
    EXPECT_EQ(s.Decode(Chain(100), o), REEVE_DEPTH) << "no option passes the hard bound";
    o.unknown = REEVE_UNKNOWN_DROP;
    std::string groups;
    for (int i = 0; i < 100000; i++) {
        groups += "\x33";
    }
    EXPECT_EQ(s.Decode(groups, o), REEVE_DEPTH);
}

// P7.
TEST(Decode, SizesAndCountsAreBounded)
{
    Subject s(LISTS);
    reeve_decode_options o = {};
    o.max_elements = 3;
    EXPECT_EQ(s.Decode("\x1a\x03\x01\x02\x03"s, o), REEVE_OK);
    EXPECT_EQ(s.Decode("\x1a\x04\x01\x02\x03\x04"s, o), REEVE_TOO_LARGE);
    EXPECT_EQ(s.Decode("\x72\x00\x72\x00\x72\x00\x72\x00"s, o), REEVE_TOO_LARGE);
    EXPECT_EQ(s.Decode("\x72\x00\x1a\x02\x01\x02\x72\x00"s, o), REEVE_TOO_LARGE);
    o = {};
    o.max_size = 4;
    EXPECT_EQ(s.Decode("\x1a\x03\x01\x02\x03"s, o), REEVE_TOO_LARGE);
}

// P7.
TEST(Decode, MemoryStaysNearTheInput)
{
    // One byte on the wire is eight in memory, and not one more for growing the array.
    const std::string run(120000, '\x01');
    std::string bytes = "\x22\xc0\xa9\x07" + run;
    Subject s(LISTS, 8 * run.size() + 8192);
    EXPECT_EQ(s.Decode(bytes), REEVE_OK);
    Subject tight(LISTS, 8 * run.size() - 4096);
    EXPECT_EQ(tight.Decode(bytes), REEVE_NO_MEMORY);
    EXPECT_STREQ(tight.problem().field, "f_int64");
}

TEST(Decode, AlternatingRunsGrowByDoubling)
{
    std::string bytes;
    for (int i = 0; i < 20000; i++) {
        bytes += "\x72\x00\x7a\x00"s;
    }
    // Two arrays of 8 and 16 bytes an element, each at most doubled and copied once over.
    Subject s(LISTS, 20000 * 24 * 4 + (64 << 10));
    EXPECT_EQ(s.Decode(bytes), REEVE_OK);
    EXPECT_EQ(s.As<runtime_testing_lists>()->n_f_string, 20000u);
}

TEST(Decode, CutAfterEveryByte)
{
    std::mt19937_64 random(9);
    auto cxx = NewCxx("Everything");
    FillAtRandom(cxx.get(), &random, 3);
    const std::string bytes = Serialize(*cxx);
    for (size_t n = 0; n < bytes.size(); n++) {
        Subject s(ALL);
        auto theirs = NewCxx("Everything");
        const bool accepted = Parse(bytes.substr(0, n), theirs.get());
        EXPECT_EQ(s.Decode(bytes.substr(0, n)) == REEVE_OK, accepted) << n;
    }
}

TEST(Decode, EveryAllocationMayFail)
{
    std::mt19937_64 random(10);
    auto cxx = NewCxx("Everything");
    FillAtRandom(cxx.get(), &random, 2);
    const std::string bytes = Serialize(*cxx) + Serialize(*cxx);
    const uint64_t requests = SweepAllocations([&](const reeve_allocator *a) {
        reeve_arena arena;
        reeve_buffer b;
        void *m;
        reeve_arena_init(&arena, a, 1 << 20, 256);
        reeve_buffer_init(&b, a, 1 << 20);
        const reeve_status status =
            reeve_message_decode(ALL, View(bytes), nullptr, &arena, &m, nullptr);
        EXPECT_TRUE(status == REEVE_OK || status == REEVE_NO_MEMORY) << reeve_status_name(status);
        if (status == REEVE_OK) {
            const reeve_status written = reeve_message_encode(ALL, m, &b);
            EXPECT_TRUE(written == REEVE_OK || written == REEVE_NO_MEMORY);
            EXPECT_TRUE(written == REEVE_OK || b.len == 0);
        }
        reeve_buffer_clear(&b);
        reeve_arena_clear(&arena);
    });
    EXPECT_GT(requests, 10u);
}

TEST(Encode, RefusesWhatCannotBeWritten)
{
    runtime_testing_scalars m = {};
    char text[] = "\xff";
    reeve_buffer b;
    reeve_buffer_init(&b, nullptr, 16);
    m.f_string = text;
    EXPECT_EQ(reeve_message_encode(SCALARS, &m, &b), REEVE_UTF8);
    EXPECT_EQ(b.len, 0u);
    char longer[] = "0123456789abcdef";
    m.f_string = longer;
    m.f_int32 = 1;
    EXPECT_EQ(reeve_message_encode(SCALARS, &m, &b), REEVE_LIMIT);
    EXPECT_EQ(b.len, 0u) << "nothing half-written stays";
    runtime_testing_node node = {};
    node.next = &node;
    reeve_buffer_clear(&b);
    reeve_buffer_init(&b, nullptr, 1 << 20);
    EXPECT_EQ(reeve_message_encode(NODE, &node, &b), REEVE_DEPTH);
    EXPECT_EQ(reeve_message_to_json(NODE, &node, nullptr, &b), REEVE_DEPTH);
    reeve_buffer_clear(&b);
}

} // namespace

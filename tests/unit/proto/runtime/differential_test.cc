// SPDX-License-Identifier: Apache-2.0
// The runtime against C++ protobuf: the same bytes and the same JSON mean the same message, and
// what one of them refuses the other refuses, but for what is strict on purpose (P3).
#include <gtest/gtest.h>

#include "tests/unit/proto/runtime/cxx_peer.h"
#include "tests/unit/proto/runtime/runtime_fixture.h"

namespace
{

const struct {
    const char *name;
    const reeve_message *table;
} kMessages[] = {
    {"Scalars", &runtime_testing_scalars_message},
    {"Optionals", &runtime_testing_optionals_message},
    {"Lists", &runtime_testing_lists_message},
    {"Maps", &runtime_testing_maps_message},
    {"Choices", &runtime_testing_choices_message},
    {"WellKnown", &runtime_testing_well_known_message},
    {"Node", &runtime_testing_node_message},
    {"Everything", &runtime_testing_everything_message},
    {"Loose", &runtime_testing_loose_message},
};

constexpr int kRounds = 150;

template <typename Body>
void ForRandomMessages(uint64_t seed, Body body)
{
    std::mt19937_64 random(seed);
    for (const auto &m : kMessages) {
        for (int i = 0; i < kRounds && !testing::Test::HasFailure(); i++) {
            auto cxx = NewCxx(m.name);
            FillAtRandom(cxx.get(), &random, 3);
            SCOPED_TRACE(std::string(m.name) + " round " + std::to_string(i));
            body(m.table, m.name, cxx.get(), &random);
        }
    }
}

TEST(Differential, BinaryIsReadAndWrittenAlike)
{
    ForRandomMessages(1, [](const reeve_message *table, const char *, auto *cxx, auto *) {
        const std::string bytes = Serialize(*cxx);
        Subject ours(table);
        ASSERT_EQ(ours.Decode(bytes), REEVE_OK) << ours.Where();
        EXPECT_EQ(ours.Encode(), bytes);
    });
}

TEST(Differential, BorrowedBytesReadAlike)
{
    ForRandomMessages(2, [](const reeve_message *table, const char *, auto *cxx, auto *) {
        const std::string bytes = Serialize(*cxx);
        Subject ours(table);
        reeve_decode_options o = {};
        o.borrow_bytes = true;
        ASSERT_EQ(ours.Decode(bytes, o), REEVE_OK) << ours.Where();
        EXPECT_EQ(ours.Encode(), bytes);
    });
}

TEST(Differential, OurJsonIsReadByProtobuf)
{
    ForRandomMessages(3, [](const reeve_message *table, const char *name, auto *cxx, auto *) {
        const std::string bytes = Serialize(*cxx);
        Subject ours(table);
        ASSERT_EQ(ours.Decode(bytes), REEVE_OK) << ours.Where();
        auto back = NewCxx(name);
        ASSERT_TRUE(FromJson(ours.ToJson(), back.get())) << ours.ToJson();
        EXPECT_EQ(ToJson(*back), ToJson(*cxx)) << ours.ToJson();
    });
}

TEST(Differential, ProtobufsJsonIsReadByUs)
{
    ForRandomMessages(4, [](const reeve_message *table, const char *name, auto *cxx, auto *) {
        const std::string json = ToJson(*cxx);
        Subject ours(table);
        ASSERT_EQ(ours.Json(json), REEVE_OK) << ours.Where() << json;
        auto back = NewCxx(name);
        ASSERT_TRUE(Parse(ours.Encode(), back.get()));
        EXPECT_EQ(ToJson(*back), json);
    });
}

TEST(Differential, OurJsonReadsBackToTheSameBytes)
{
    ForRandomMessages(5, [](const reeve_message *table, const char *, auto *cxx, auto *random) {
        Subject ours(table);
        ASSERT_EQ(ours.Decode(Serialize(*cxx)), REEVE_OK);
        reeve_json_options o = {};
        o.indent = (*random)() % 3;
        o.proto_names = (*random)() % 2 == 0;
        o.emit_defaults = (*random)() % 2 == 0;
        Subject again(table);
        ASSERT_EQ(again.Json(ours.ToJson(o)), REEVE_OK) << again.Where() << ours.ToJson(o);
        // A NaN's payload does not survive text, and so bytes are compared after one trip.
        EXPECT_EQ(again.ToJson(), ours.ToJson());
        Subject third(table);
        ASSERT_EQ(third.Json(again.ToJson()), REEVE_OK);
        EXPECT_EQ(third.Encode(), again.Encode());
    });
}

// Two serialisations behind one another are one message, merged.
TEST(Differential, RepeatedAppearancesMergeAlike)
{
    ForRandomMessages(6, [](const reeve_message *table, const char *name, auto *cxx, auto *random) {
        auto other = NewCxx(name);
        FillAtRandom(other.get(), random, 3);
        const std::string both = Serialize(*cxx) + Serialize(*other) + Serialize(*cxx);
        auto merged = NewCxx(name);
        ASSERT_TRUE(Parse(both, merged.get()));
        Subject ours(table);
        ASSERT_EQ(ours.Decode(both), REEVE_OK) << ours.Where();
        EXPECT_EQ(ours.Encode(), Serialize(*merged));
    });
}

std::string Mutate(std::string bytes, std::mt19937_64 *random)
{
    for (uint64_t n = 1 + (*random)() % 3; n > 0 && !bytes.empty(); n--) {
        const size_t at = (*random)() % bytes.size();
        switch ((*random)() % 4) {
        case 0:
            bytes[at] = static_cast<char>((*random)());
            break;
        case 1:
            bytes.erase(at, 1 + (*random)() % 4);
            break;
        case 2:
            bytes.insert(at, bytes.substr((*random)() % bytes.size(), (*random)() % 8));
            break;
        default:
            bytes[at] = static_cast<char>(bytes[at] ^ (1 << ((*random)() % 8)));
        }
    }
    return bytes;
}

bool IsStricterOnPurpose(reeve_status s)
{
    // MALFORMED: a varint of more than 64 bits, whose excess C++ protobuf drops.
    return s == REEVE_EMBEDDED_NUL || s == REEVE_DEPTH || s == REEVE_MALFORMED;
}

TEST(Differential, DamagedBytesAreAcceptedAlike)
{
    int accepted = 0;
    int refused = 0;
    ForRandomMessages(
        7, [&](const reeve_message *table, const char *name, auto *cxx, auto *random) {
            const std::string good = Serialize(*cxx);
            for (int i = 0; i < 20; i++) {
                const std::string bytes = Mutate(good, random);
                auto theirs = NewCxx(name);
                const bool they_accept = Parse(bytes, theirs.get());
                Subject ours(table);
                reeve_decode_options o = {};
                o.unknown = REEVE_UNKNOWN_KEEP;
                o.max_depth = 100;
                const reeve_status status = ours.Decode(bytes, o);
                if (!they_accept) {
                    EXPECT_NE(status, REEVE_OK) << testing::PrintToString(bytes);
                    refused++;
                    continue;
                }
                if (status != REEVE_OK) {
                    EXPECT_TRUE(IsStricterOnPurpose(status))
                        << reeve_status_name(status) << " " << testing::PrintToString(bytes);
                    continue;
                }
                accepted++;
                auto back = NewCxx(name);
                ASSERT_TRUE(Parse(ours.Encode(), back.get()));
                EXPECT_EQ(Serialize(*back), Serialize(*theirs)) << testing::PrintToString(bytes);
            }
        });
    EXPECT_GT(accepted, 1000);
    EXPECT_GT(refused, 1000);
}

TEST(Differential, StrictAndLenientModesAgreeOnWhatIsKnown)
{
    ForRandomMessages(8, [&](const reeve_message *table, const char *, auto *cxx, auto *random) {
        const std::string bytes = Mutate(Serialize(*cxx), random);
        Subject strict(table);
        Subject lenient(table);
        reeve_decode_options drop = {};
        drop.unknown = REEVE_UNKNOWN_DROP;
        if (strict.Decode(bytes) != REEVE_OK) {
            EXPECT_EQ(strict.message(), nullptr);
            return;
        }
        ASSERT_EQ(lenient.Decode(bytes, drop), REEVE_OK);
        EXPECT_EQ(lenient.Encode(), strict.Encode());
    });
}

} // namespace

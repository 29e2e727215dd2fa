// SPDX-License-Identifier: Apache-2.0
// SHA-256, CRC-32C and SipHash against published vectors.
#include "agent/base/hash.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "agent/base/crc32c.h"
#include "agent/base/siphash.h"
#include "tests/support/seed.h"

namespace
{

std::string Hex(reeve_digest d)
{
    std::string out;
    for (uint8_t byte : d.bytes) {
        char two[3];
        std::snprintf(two, sizeof(two), "%02x", byte);
        out += two;
    }
    return out;
}

TEST(Sha256, VectorsOfFips180)
{
    EXPECT_EQ(Hex(reeve_sha256_of(reeve_bytes_cstr(""))),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(Hex(reeve_sha256_of(reeve_bytes_cstr("abc"))),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, PartsAreOneMessage)
{
    const reeve_bytes parts[] = {reeve_bytes_cstr("a"), reeve_bytes_of(nullptr, 0),
                                 reeve_bytes_cstr("bc")};
    EXPECT_TRUE(
        reeve_digest_equal(reeve_sha256(parts, 3), reeve_sha256_of(reeve_bytes_cstr("abc"))));
}

TEST(Crc32c, VectorsOfRfc3720)
{
    std::vector<uint8_t> zeros(32, 0);
    std::vector<uint8_t> ones(32, 0xFF);
    std::vector<uint8_t> up(32);
    for (size_t i = 0; i < up.size(); i++) {
        up[i] = static_cast<uint8_t>(i);
    }
    EXPECT_EQ(reeve_crc32c(0, reeve_bytes_cstr("123456789")), 0xE3069283u);
    EXPECT_EQ(reeve_crc32c(0, reeve_bytes_of(zeros.data(), 32)), 0x8A9136AAu);
    EXPECT_EQ(reeve_crc32c(0, reeve_bytes_of(ones.data(), 32)), 0x62A8AB43u);
    EXPECT_EQ(reeve_crc32c(0, reeve_bytes_of(up.data(), 32)), 0x46DD794Eu);
    EXPECT_EQ(reeve_crc32c(0, reeve_bytes_of(nullptr, 0)), 0u);
}

TEST(Crc32c, HardwareAndTableAgreeAtEveryLengthAlignmentAndSplit)
{
    Seeded seeded;
    uint8_t bytes[80];
    seeded.random()->fill(seeded.random()->ctx, bytes, sizeof(bytes));
    for (size_t from = 0; from < 8; from++) {
        for (size_t len = 0; len <= 64; len++) {
            reeve_bytes b = reeve_bytes_of(bytes + from, len);
            uint32_t whole = reeve_crc32c_portable(0, b);
            ASSERT_EQ(reeve_crc32c(0, b), whole);
            size_t cut = len / 3;
            uint32_t first = reeve_crc32c(0, reeve_bytes_slice(b, 0, cut));
            ASSERT_EQ(reeve_crc32c(first, reeve_bytes_slice(b, cut, SIZE_MAX)), whole);
        }
    }
}

TEST(SipHash, VectorsOfThePaper)
{
    const reeve_siphash_key key = {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)};
    uint8_t input[15];
    for (size_t i = 0; i < sizeof(input); i++) {
        input[i] = static_cast<uint8_t>(i);
    }
    EXPECT_EQ(reeve_siphash24(key, reeve_bytes_of(input, 0)), UINT64_C(0x726fdb47dd0e0e31));
    EXPECT_EQ(reeve_siphash24(key, reeve_bytes_of(input, 1)), UINT64_C(0x74f839c593dc67fd));
    EXPECT_EQ(reeve_siphash24(key, reeve_bytes_of(input, 8)), UINT64_C(0x93f5f5799a932462));
    EXPECT_EQ(reeve_siphash24(key, reeve_bytes_of(input, 15)), UINT64_C(0xa129ca6149be45e5));
}

} // namespace

// SPDX-License-Identifier: Apache-2.0
// Ed25519 keys: the vectors of RFC 8032 section 7.1, names, text forms, and what does not verify
// (P3).
#include "agent/trust/key.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/support/bytes.h"

namespace
{

std::string FromHex(const std::string &hex)
{
    std::string out;
    for (size_t i = 0; i + 1 < hex.size(); i += 2) {
        out.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
    }
    return out;
}

using reeve::test::View;

struct Vector {
    const char *seed, *public_key, *message, *signature;
};

const Vector kVectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b"
     "46b"
     "d25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11"
     "d8c"
     "387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc"
     "659"
     "4a7c15e9716ed28dc027beceea1ec40a"},
};

struct Key {
    Key()
    {
        reeve_key_init(&key);
    }
    ~Key()
    {
        reeve_key_clear(&key);
    }
    reeve_key key;
};

} // namespace

TEST(Key, Rfc8032Vectors)
{
    for (const Vector &v : kVectors) {
        Key k;
        reeve_signed s;
        std::string message = FromHex(v.message);
        ASSERT_EQ(reeve_key_from_seed(&k.key, View(FromHex(v.seed))), REEVE_OK);
        EXPECT_EQ(std::string(reinterpret_cast<char *>(k.key.public_key.bytes), 32),
                  FromHex(v.public_key));
        ASSERT_EQ(reeve_key_sign(&k.key, View(message), &s), REEVE_OK);
        EXPECT_EQ(std::string(reinterpret_cast<char *>(s.signature), 64), FromHex(v.signature));
        EXPECT_EQ(reeve_public_key_verify(&k.key.public_key, View(message),
                                          reeve_signed_view(&s).signature),
                  REEVE_OK);
    }
}

TEST(Key, NoChangedBitVerifies)
{
    Key k;
    reeve_signed s;
    std::string message = "checkpoint";
    ASSERT_EQ(reeve_key_from_seed(&k.key, View(FromHex(kVectors[0].seed))), REEVE_OK);
    ASSERT_EQ(reeve_key_sign(&k.key, View(message), &s), REEVE_OK);
    for (size_t bit = 0; bit < 64 * 8; bit++) {
        reeve_signed changed = s;
        changed.signature[bit / 8] =
            static_cast<uint8_t>(changed.signature[bit / 8] ^ (1u << (bit % 8)));
        EXPECT_EQ(reeve_public_key_verify(&k.key.public_key, View(message),
                                          reeve_signed_view(&changed).signature),
                  REEVE_SIGNATURE);
    }
    EXPECT_EQ(
        reeve_public_key_verify(&k.key.public_key, View("other"), reeve_signed_view(&s).signature),
        REEVE_SIGNATURE);
    EXPECT_EQ(
        reeve_public_key_verify(&k.key.public_key, View(message), reeve_bytes_of(s.signature, 63)),
        REEVE_SIGNATURE);
}

// P3: R = identity, S = 0 is a signature of everything under the identity point as a key. A key
// that was left at zero is one of this kind.
TEST(Key, P3NothingVerifiesUnderAWeakKey)
{
    const std::string one = FromHex("01" + std::string(62, '0'));
    const std::string forged = one + std::string(32, '\0');
    reeve_public_key key{};
    key.bytes[0] = 1;
    EXPECT_TRUE(reeve_public_key_is_weak(&key));
    EXPECT_EQ(REEVE_SIGNATURE, reeve_public_key_verify(&key, View("any plan"), View(forged)));
    key.bytes[31] = 0x80;
    EXPECT_TRUE(reeve_public_key_is_weak(&key)) << "with the sign bit of x";
    EXPECT_TRUE(reeve_public_key_is_weak(std::make_unique<reeve_public_key>().get())) << "zero";
    for (const Vector &v : kVectors) {
        const std::string good = FromHex(v.public_key);
        reeve_move(key.bytes, good.data(), sizeof(key.bytes));
        EXPECT_FALSE(reeve_public_key_is_weak(&key));
    }
}

TEST(Key, NameIsHalfADigestInHex)
{
    Key k;
    ASSERT_EQ(reeve_key_from_seed(&k.key, View(FromHex(kVectors[0].seed))), REEVE_OK);
    EXPECT_STREQ(k.key.id, "21fe31dfa154a261626bf854046fd227");
}

TEST(Key, EmptyOneSignsNothing)
{
    Key k;
    reeve_signed s;
    EXPECT_EQ(reeve_key_sign(&k.key, View("x"), &s), REEVE_STATE);
    EXPECT_EQ(reeve_key_from_seed(&k.key, View("short")), REEVE_INVALID);
    ASSERT_EQ(reeve_key_generate(&k.key, reeve_random_system()), REEVE_OK);
    EXPECT_EQ(reeve_key_sign(&k.key, View("x"), &s), REEVE_OK);
    reeve_key_clear(&k.key);
    EXPECT_EQ(reeve_key_sign(&k.key, View("x"), &s), REEVE_STATE);
}

TEST(Key, TextForms)
{
    Key k;
    char text[REEVE_KEY_TEXT_SIZE];
    reeve_public_key back;
    ASSERT_EQ(reeve_key_from_seed(&k.key, View(FromHex(kVectors[0].seed))), REEVE_OK);
    reeve_public_key_format(&k.key.public_key, text);
    EXPECT_STREQ(text, "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
    ASSERT_EQ(reeve_public_key_parse(reeve_bytes_cstr(text), &back), REEVE_OK);
    EXPECT_TRUE(reeve_public_key_equal(&back, &k.key.public_key));
    back = {};
    ASSERT_EQ(reeve_public_key_parse(reeve_bytes_cstr(kVectors[0].public_key), &back), REEVE_OK);
    EXPECT_TRUE(reeve_public_key_equal(&back, &k.key.public_key));
    for (const char *bad : {"", "11qY", "!1qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
                            "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURoA",
                            "g75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"}) {
        EXPECT_EQ(reeve_public_key_parse(reeve_bytes_cstr(bad), &back), REEVE_SYNTAX) << bad;
    }
}

// SPDX-License-Identifier: Apache-2.0
// DSSE: the vector of its protocol page, and no signature passes for another type or body (P3).
#include "agent/trust/dsse.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/alloc_sweep.h"

namespace
{

std::string Pae(const char *type, const std::string &body)
{
    reeve_buffer out;
    reeve_buffer_init(&out, nullptr, 4096);
    EXPECT_EQ(reeve_dsse_pae(type, reeve_bytes_of(body.data(), body.size()), &out), REEVE_OK);
    std::string text(reinterpret_cast<char *>(out.data), out.len);
    reeve_buffer_clear(&out);
    return text;
}

} // namespace

TEST(Dsse, ProtocolVector)
{
    EXPECT_EQ(Pae("http://example.com/HelloWorld", "hello world"),
              "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    EXPECT_EQ(Pae("", ""), "DSSEv1 0  0 ");
    EXPECT_EQ(Pae("t", std::string("\0\n", 2)), std::string("DSSEv1 1 t 2 \0\n", 15));
}

TEST(Dsse, SignatureHoldsForOneTypeAndBody)
{
    reeve_key key;
    reeve_signed s;
    reeve_key_init(&key);
    ASSERT_EQ(reeve_key_generate(&key, reeve_random_system()), REEVE_OK);
    reeve_bytes body = reeve_bytes_cstr("body");
    ASSERT_EQ(reeve_dsse_sign(&key, "a", body, nullptr, &s), REEVE_OK);
    reeve_bytes signature = reeve_signed_view(&s).signature;
    EXPECT_EQ(reeve_dsse_verify(&key.public_key, "a", body, signature, nullptr), REEVE_OK);
    EXPECT_EQ(reeve_dsse_verify(&key.public_key, "b", body, signature, nullptr), REEVE_SIGNATURE);
    EXPECT_EQ(reeve_dsse_verify(&key.public_key, "a", reeve_bytes_cstr("bodx"), signature, nullptr),
              REEVE_SIGNATURE);
    EXPECT_EQ(reeve_public_key_verify(&key.public_key, body, signature), REEVE_SIGNATURE)
        << "a bare signature is another thing";
    SweepAllocations([&](const reeve_allocator *a) {
        enum reeve_status status = reeve_dsse_verify(&key.public_key, "a", body, signature, a);
        EXPECT_TRUE(status == REEVE_OK || status == REEVE_NO_MEMORY);
    });
    reeve_key_clear(&key);
}

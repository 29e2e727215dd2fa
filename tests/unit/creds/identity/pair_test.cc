// SPDX-License-Identifier: Apache-2.0
// Certificates and keys that belong together, and those that do not.
#include "creds/identity/pair.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/test_pki.h"

namespace
{

using reeve::test::Credential;
using reeve::test::TestPki;

reeve_status Check(const std::string &chain, const std::string &key)
{
    return reeve_identity_check_pair(reeve_bytes_of(chain.data(), chain.size()),
                                     reeve_bytes_of(key.data(), key.size()));
}

TEST(Pair, OnlyTheLeafsKeyFits)
{
    TestPki pki;
    const Credential one = pki.worker();
    const Credential other = pki.worker();
    EXPECT_EQ(REEVE_OK, Check(one.chain_pem, one.key_pem));
    EXPECT_EQ(REEVE_OK, Check(one.chain_pem + pki.ca_pem(), one.key_pem)) << "a chain";
    EXPECT_EQ(REEVE_CONSTRAINT, Check(one.chain_pem, other.key_pem));
    EXPECT_EQ(REEVE_CONSTRAINT, Check(pki.ca_pem() + one.chain_pem, one.key_pem))
        << "the leaf comes first";
}

// Cut after every byte: never anything but MALFORMED.
TEST(Pair, WhatIsNoPemIsMalformed)
{
    TestPki pki;
    const Credential one = pki.worker();
    EXPECT_EQ(REEVE_MALFORMED, Check("", one.key_pem));
    EXPECT_EQ(REEVE_MALFORMED, Check(one.chain_pem, ""));
    EXPECT_EQ(REEVE_MALFORMED, Check(one.key_pem, one.chain_pem));
    for (size_t len = 0; len + 2 < one.chain_pem.size(); len++) {
        EXPECT_EQ(REEVE_MALFORMED, Check(one.chain_pem.substr(0, len), one.key_pem)) << len;
    }
    for (size_t len = 0; len + 2 < one.key_pem.size(); len++) {
        EXPECT_EQ(REEVE_MALFORMED, Check(one.chain_pem, one.key_pem.substr(0, len))) << len;
    }
}

} // namespace

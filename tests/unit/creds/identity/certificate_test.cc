/* SPDX-License-Identifier: Apache-2.0 */
/* What certificates say, good ones and every kind of wrong one. */
#include "creds/identity/certificate.h"

#include <ctime>
#include <memory>

#include <gtest/gtest.h>

#include "tests/support/bytes.h"
#include "tests/support/test_pki.h"

using namespace reeve::test;

namespace
{

using reeve::test::View;

enum reeve_status parse(const std::string &pem, struct reeve_certificate *out = nullptr)
{
    auto own = std::make_unique<struct reeve_certificate>();
    return reeve_certificate_parse(View(pem), out != nullptr ? out : own.get());
}

std::string leaf(const TestPki &pki, std::vector<std::string> uris, bool is_ca = false)
{
    LeafOptions options;
    options.uris = std::move(uris);
    options.dns = {"localhost"};
    options.is_ca = is_ca;
    return pki.leaf(options).chain_pem;
}

TEST(CertificateTest, SaysWhoAndHowLong)
{
    const TestPki pki;
    struct reeve_certificate c = {};
    const int64_t now = std::time(nullptr);
    ASSERT_EQ(REEVE_OK, parse(leaf(pki, {"spiffe://test.reeve/worker/one"}), &c));
    EXPECT_STREQ("spiffe://test.reeve/worker/one", c.spiffe_id);
    EXPECT_NEAR(static_cast<double>((now - 60) * 1000), static_cast<double>(c.not_before_unix_ms),
                2000);
    EXPECT_NEAR(static_cast<double>((now + 3600) * 1000), static_cast<double>(c.not_after_unix_ms),
                2000);
}

TEST(CertificateTest, TakesExactlyOneSpiffeId)
{
    const TestPki pki;
    EXPECT_EQ(REEVE_NOT_FOUND, parse(leaf(pki, {})));
    EXPECT_EQ(REEVE_CONSTRAINT, parse(leaf(pki, {"spiffe://a/b", "spiffe://a/c"})));
    EXPECT_EQ(REEVE_CONSTRAINT, parse(leaf(pki, {"spiffe://a/b", "https://x.org/"})));
    EXPECT_EQ(REEVE_SYNTAX, parse(leaf(pki, {"https://x.org/"})));
    EXPECT_EQ(REEVE_SYNTAX, parse(leaf(pki, {"spiffe://a/b/"})));
    EXPECT_EQ(REEVE_TOO_LARGE, parse(leaf(pki, {"spiffe://a/" + std::string(3000, 'x')})));
    EXPECT_EQ(REEVE_CONSTRAINT, parse(leaf(pki, {"spiffe://a/b"}, true))) << "a CA's";
    EXPECT_EQ(REEVE_CONSTRAINT, parse(pki.ca_pem()));
}

TEST(CertificateTest, RefusesEveryTruncation)
{
    const TestPki pki;
    const std::string pem = leaf(pki, {"spiffe://a/b"});
    const size_t last_dash = pem.find_last_of('-');
    for (size_t n = 0; n < last_dash; n++) {
        EXPECT_EQ(REEVE_MALFORMED, parse(pem.substr(0, n))) << n;
    }
    EXPECT_EQ(REEVE_MALFORMED, parse("no PEM at all"));
    EXPECT_EQ(REEVE_MALFORMED,
              parse("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
}

} // namespace

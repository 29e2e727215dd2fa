/* SPDX-License-Identifier: Apache-2.0 */
/* reeve-dev-pki: what it writes is an identity that loads. */
#include <ctime>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "creds/identity/identity.h"
#include "tests/support/child.h"
#include "tests/support/test_pki.h"

using namespace reeve::test;
using ::testing::HasSubstr;

namespace
{

int run(std::vector<std::string> arguments, std::string *output)
{
    arguments.insert(arguments.begin(), REEVE_DEV_PKI);
    Child child(arguments);
    *output = child.rest();
    return child.wait();
}

TEST(DevPkiTest, MakesAnIdentityThatLoads)
{
    const TempDir dir;
    const std::string out = dir.path() + "/pki";
    std::string said;
    ASSERT_EQ(0, run({"--out", out, "--ca"}, &said)) << said;
    ASSERT_EQ(0, run({"--out", out, "--ca"}, &said)) << "an existing CA stays";
    ASSERT_EQ(0, run({"--out", out, "--leaf", "gateway", "--spiffe", "spiffe://dev.reeve/gateway",
                      "--dns", "localhost", "--ip", "127.0.0.1", "--ip", "::1"},
                     &said))
        << said;
    struct stat st = {};
    ASSERT_EQ(0, stat((out + "/ca.key").c_str(), &st));
    EXPECT_EQ(0600u, st.st_mode & 07777u);

    const std::string certificate = out + "/gateway.pem";
    const std::string key = out + "/gateway.key";
    const struct reeve_identity_files files = {certificate.c_str(), key.c_str()};
    const struct reeve_now now = reeve_now_read();
    struct reeve_identity *id = nullptr;
    struct reeve_identity_error why = {};
    ASSERT_EQ(REEVE_OK, reeve_identity_new(&files, &now, &id, &why)) << why.text;
    EXPECT_STREQ("spiffe://dev.reeve/gateway", reeve_identity_spiffe_id(id));
    reeve_identity_free(id);
}

TEST(DevPkiTest, SaysWhatIsWrong)
{
    const TempDir dir;
    std::string said;
    EXPECT_EQ(2, run({}, &said));
    EXPECT_THAT(said, HasSubstr("FOR DEVELOPMENT ONLY"));
    EXPECT_EQ(2, run({"--out", dir.path(), "--leaf", "x"}, &said));
    EXPECT_EQ(2, run({"--out", dir.path(), "--ca", "--days", "0"}, &said));
    EXPECT_EQ(1, run({"--out", dir.path(), "--leaf", "x", "--spiffe", "spiffe://a/b"}, &said));
    EXPECT_THAT(said, HasSubstr("--ca"));
    ASSERT_EQ(0, run({"--out", dir.path(), "--ca"}, &said));
    EXPECT_EQ(1, run({"--out", dir.path(), "--leaf", "../x", "--spiffe", "spiffe://a/b"}, &said));
    EXPECT_EQ(1, run({"--out", dir.path(), "--leaf", "x", "--spiffe", "https://a/b"}, &said));
    EXPECT_EQ(1, run({"--out", dir.path(), "--leaf", "x", "--spiffe", "spiffe://a/b", "--ip",
                      "300.1.1.1"},
                     &said));
}

} // namespace

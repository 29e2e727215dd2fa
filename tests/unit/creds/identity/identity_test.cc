/* SPDX-License-Identifier: Apache-2.0 */
/* The identity: what is loaded, what is refused and in which words, how files change, signing. */
#include "creds/identity/file.h"
#include "creds/identity/identity.h"

#include <cstdio>
#include <ctime>
#include <memory>
#include <utime.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "agent/trust/certificate.h"
#include "tests/support/bytes.h"
#include "tests/support/test_pki.h"

using namespace reeve::test;
using ::testing::HasSubstr;

namespace
{

constexpr const char *kWorker = "spiffe://test.reeve/worker/one";

using reeve::test::Text;

class IdentityTest : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        now.unix_ms = static_cast<int64_t>(std::time(nullptr)) * 1000;
        write(pki.worker());
    }
    void TearDown() override
    {
        reeve_identity_free(id);
    }
    void write(const Credential &credential)
    {
        files = dir.write_credential("worker", credential);
    }
    enum reeve_status load()
    {
        const struct reeve_identity_files f = {files.certificate.c_str(), files.key.c_str()};
        reeve_identity_free(id);
        id = nullptr;
        return reeve_identity_new(&f, &now, &id, &why);
    }
    enum reeve_identity_change poll()
    {
        return reeve_identity_poll(id, &now, &why);
    }
    /* Every refusal names the file and what to do. */
    void expect_refused(enum reeve_status status, const std::string &path, const char *words)
    {
        EXPECT_EQ(status, load()) << why.text;
        EXPECT_EQ(nullptr, id);
        EXPECT_THAT(why.text, HasSubstr(path));
        EXPECT_THAT(why.text, HasSubstr(words));
        EXPECT_THAT(why.text, HasSubstr("next: "));
        EXPECT_THAT(why.text, ::testing::Not(HasSubstr("PRIVATE KEY-----")));
    }

    TestPki pki;
    TempDir dir;
    TempDir::Files files;
    struct reeve_now now = {0, 0};
    struct reeve_identity *id = nullptr;
    struct reeve_identity_error why = {};
};

TEST_F(IdentityTest, LoadsChainAndKey)
{
    const Credential credential = pki.worker();
    write(Credential{credential.chain_pem + pki.ca_pem(), credential.key_pem});
    ASSERT_EQ(REEVE_OK, load()) << why.text;
    EXPECT_STREQ(kWorker, reeve_identity_spiffe_id(id));
    EXPECT_EQ(credential.chain_pem + pki.ca_pem(), Text(reeve_identity_chain_pem(id)));
    EXPECT_EQ(credential.key_pem, Text(reeve_identity_key_pem(id)));
    EXPECT_GT(reeve_identity_certificate(id)->not_after_unix_ms, now.unix_ms);
    EXPECT_STREQ("ecdsa-p256-sha256", reeve_identity_scheme(id));
    EXPECT_STREQ("", why.text);
}

TEST_F(IdentityTest, RefusesMissingFiles)
{
    std::remove(files.key.c_str());
    expect_refused(REEVE_NOT_FOUND, files.key, "does not exist");
    std::remove(files.certificate.c_str());
    expect_refused(REEVE_NOT_FOUND, files.certificate, "does not exist");
}

TEST_F(IdentityTest, P2RefusesAKeyThatOthersMayReadOrWrite)
{
    for (const mode_t mode : {0640, 0604, 0620, 0602, 0610, 0644, 0660}) {
        ASSERT_EQ(0, chmod(files.key.c_str(), mode));
        expect_refused(REEVE_PERMISSION, files.key, "chmod 600");
    }
    ASSERT_EQ(0, chmod(files.key.c_str(), 0400));
    EXPECT_EQ(REEVE_OK, load()) << why.text;
}

// P2: as Kubernetes mounts it for a pod with fsGroup (root:fsGroup, 0440), a key is private to the
// pod; in no other constellation may a group read one, and never write it.
TEST(IdentityFile, P2OnlyRootsFileMayBeReadByOurGroup)
{
    const uid_t us = 65532;
    struct stat file = {};
    file.st_mode = S_IFREG | 0440;
    EXPECT_TRUE(reeve_identity_is_private(&file, us, true));
    EXPECT_FALSE(reeve_identity_is_private(&file, us, false)) << "somebody else's group";
    EXPECT_FALSE(reeve_identity_is_private(&file, 0, true)) << "root needs no group";
    for (const mode_t mode : {0444, 0460, 0450, 0442, 0441}) {
        file.st_mode = S_IFREG | mode;
        EXPECT_FALSE(reeve_identity_is_private(&file, us, true)) << std::oct << mode;
    }
    file.st_mode = S_IFREG | 0440;
    file.st_uid = us;
    EXPECT_FALSE(reeve_identity_is_private(&file, us, true)) << "the owner could say 0400";
    file.st_mode = S_IFREG | 0600;
    EXPECT_TRUE(reeve_identity_is_private(&file, us, false));
}

TEST_F(IdentityTest, RefusesAKeyThatIsNoFile)
{
    files.key = dir.path();
    expect_refused(REEVE_INVALID, files.key, "not a regular file");
}

TEST_F(IdentityTest, RefusesWhatIsNotPem)
{
    const Credential good = pki.worker();
    write(Credential{"garbage", good.key_pem});
    expect_refused(REEVE_MALFORMED, files.certificate, "not a PEM chain");
    write(Credential{good.chain_pem.substr(0, 200), good.key_pem});
    expect_refused(REEVE_MALFORMED, files.certificate, "not a PEM chain");
    write(Credential{good.chain_pem + good.chain_pem.substr(0, 200), good.key_pem});
    expect_refused(REEVE_MALFORMED, files.certificate, "not a PEM chain");
    write(Credential{good.chain_pem, "garbage"});
    expect_refused(REEVE_MALFORMED, files.key, "not a PEM private key");
    write(Credential{good.chain_pem, good.chain_pem});
    expect_refused(REEVE_MALFORMED, files.key, "not a PEM private key");
    write(Credential{good.chain_pem, good.key_pem.substr(0, 100)});
    expect_refused(REEVE_MALFORMED, files.key, "not a PEM private key");
}

TEST_F(IdentityTest, RefusesTooLargeFiles)
{
    write(Credential{std::string(300 << 10, 'x'), pki.worker().key_pem});
    expect_refused(REEVE_TOO_LARGE, files.certificate, "larger than");
    write(Credential{pki.worker().chain_pem, std::string(70 << 10, 'x')});
    expect_refused(REEVE_TOO_LARGE, files.key, "larger than");
}

TEST_F(IdentityTest, RefusesAKeyOfAnotherCertificate)
{
    write(Credential{pki.worker().chain_pem, pki.worker().key_pem});
    expect_refused(REEVE_CONSTRAINT, files.key, "does not belong to");
}

TEST_F(IdentityTest, RefusesCertificatesWithoutOneSpiffeId)
{
    LeafOptions options;
    write(pki.leaf(options));
    expect_refused(REEVE_CONSTRAINT, files.certificate, "no SPIFFE ID");
    options.uris = {"spiffe://a/b", "spiffe://a/c"};
    write(pki.leaf(options));
    expect_refused(REEVE_CONSTRAINT, files.certificate, "more than one URI SAN");
    options.uris = {"https://a/b"};
    write(pki.leaf(options));
    expect_refused(REEVE_CONSTRAINT, files.certificate, "not a SPIFFE ID");
}

TEST_F(IdentityTest, RefusesByTheClock)
{
    LeafOptions options;
    options.uris = {kWorker};
    options.not_before_s = -7200;
    options.not_after_s = -3600;
    write(pki.leaf(options));
    expect_refused(REEVE_EXPIRED, files.certificate, "expired 3600 s ago");
    options.not_before_s = 3600;
    options.not_after_s = 7200;
    write(pki.leaf(options));
    expect_refused(REEVE_NOT_YET_VALID, files.certificate, "valid only in");
}

TEST_F(IdentityTest, P6TakesAChangeOverAsAWhole)
{
    ASSERT_EQ(REEVE_OK, load());
    EXPECT_EQ(REEVE_IDENTITY_SAME, poll());
    const std::string old_chain = Text(reeve_identity_chain_pem(id));
    const Credential next = pki.worker();

    dir.write("worker.pem", next.chain_pem, 0644);
    EXPECT_EQ(REEVE_IDENTITY_KEPT, poll()) << "half of a change";
    EXPECT_THAT(why.text, HasSubstr("does not belong to"));
    EXPECT_EQ(REEVE_IDENTITY_SAME, poll()) << "said once";
    EXPECT_EQ(old_chain, Text(reeve_identity_chain_pem(id)));

    dir.write("worker.key", next.key_pem, 0600);
    EXPECT_EQ(REEVE_IDENTITY_CHANGED, poll()) << why.text;
    EXPECT_EQ(next.chain_pem, Text(reeve_identity_chain_pem(id)));
    EXPECT_EQ(next.key_pem, Text(reeve_identity_key_pem(id)));
    EXPECT_EQ(REEVE_IDENTITY_SAME, poll());
}

TEST_F(IdentityTest, P6KeepsTheOldIdentityWhileTheNewOneIsWrong)
{
    ASSERT_EQ(REEVE_OK, load());
    const std::string old_chain = Text(reeve_identity_chain_pem(id));
    std::remove(files.key.c_str());
    EXPECT_EQ(REEVE_IDENTITY_KEPT, poll());
    EXPECT_THAT(why.text, HasSubstr("does not exist"));
    EXPECT_EQ(REEVE_IDENTITY_SAME, poll());
    const Credential next = pki.worker();
    write(next);
    ASSERT_EQ(0, chmod(files.key.c_str(), 0644));
    EXPECT_EQ(REEVE_IDENTITY_KEPT, poll());
    EXPECT_THAT(why.text, HasSubstr("chmod 600"));
    EXPECT_EQ(old_chain, Text(reeve_identity_chain_pem(id)));
    ASSERT_EQ(0, chmod(files.key.c_str(), 0600));
    EXPECT_EQ(REEVE_IDENTITY_CHANGED, poll()) << why.text;
    EXPECT_EQ(next.chain_pem, Text(reeve_identity_chain_pem(id)));
}

class SignTest : public IdentityTest, public ::testing::WithParamInterface<enum reeve_pki_key_type>
{
};

TEST_P(SignTest, SignsWhatVerifies)
{
    LeafOptions options;
    options.uris = {kWorker};
    options.key_type = GetParam();
    write(pki.leaf(options));
    ASSERT_EQ(REEVE_OK, load()) << why.text;
    const char *const schemes[] = {"ecdsa-p256-sha256", "ed25519", "rsa-pss-sha256"};
    EXPECT_STREQ(schemes[GetParam()], reeve_identity_scheme(id));
    const struct reeve_bytes scheme = reeve_bytes_cstr(reeve_identity_scheme(id));

    struct reeve_buffer signature;
    reeve_buffer_init(&signature, nullptr, 2048);
    const struct reeve_bytes message = reeve_bytes_cstr("reeve.audit.key.v1");
    ASSERT_EQ(REEVE_OK, reeve_identity_sign(id, message, &signature));
    const struct reeve_bytes der = reeve_identity_leaf_der(id);
    const struct reeve_bytes sig = reeve_buffer_view(&signature);
    EXPECT_EQ(REEVE_OK, reeve_certificate_verify(der, scheme, message, sig));
    EXPECT_EQ(REEVE_SIGNATURE,
              reeve_certificate_verify(der, scheme, reeve_bytes_cstr("reeve.audit.key.v2"), sig));
    for (const char *other : schemes) {
        EXPECT_EQ(reeve_bytes_equal_cstr(scheme, other) ? REEVE_OK : REEVE_SIGNATURE,
                  reeve_certificate_verify(der, reeve_bytes_cstr(other), message, sig));
    }
    EXPECT_EQ(REEVE_UNSUPPORTED,
              reeve_certificate_verify(der, reeve_bytes_cstr("ed448"), message, sig));
    EXPECT_EQ(REEVE_MALFORMED, reeve_certificate_verify(reeve_bytes_slice(der, 0, der.len - 1),
                                                        scheme, message, sig));
    for (size_t n = 0; n < sig.len; n++) {
        EXPECT_EQ(REEVE_SIGNATURE,
                  reeve_certificate_verify(der, scheme, message, reeve_bytes_slice(sig, 0, n)));
    }
    signature.data[signature.len / 2] ^= 1;
    EXPECT_EQ(REEVE_SIGNATURE, reeve_certificate_verify(der, scheme, message, sig));
    reeve_buffer_clear(&signature);
}

INSTANTIATE_TEST_SUITE_P(Keys, SignTest,
                         ::testing::Values(REEVE_PKI_P256, REEVE_PKI_ED25519, REEVE_PKI_RSA2048));

} // namespace

// SPDX-License-Identifier: Apache-2.0
// The identity's signature over the audit key, with each of the three schemes, and what does not
// pass for one (P5).
#include "agent/audit/introduction.h"

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/mem.h>
#include <openssl/nid.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <string>
#include <vector>

#include "tests/support/bytes.h"

namespace
{

using Key = bssl::UniquePtr<EVP_PKEY>;

Key NewKey(int type)
{
    bssl::UniquePtr<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_id(type, nullptr));
    EVP_PKEY *key = nullptr;
    EXPECT_EQ(EVP_PKEY_keygen_init(context.get()), 1);
    if (type == EVP_PKEY_EC) {
        EXPECT_EQ(EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context.get(), NID_X9_62_prime256v1), 1);
    }
    if (type == EVP_PKEY_RSA) {
        EXPECT_EQ(EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), 2048), 1);
    }
    EXPECT_EQ(EVP_PKEY_keygen(context.get(), &key), 1);
    return Key(key);
}

// Self-signed, with these URIs.
std::string Certificate(EVP_PKEY *key, const std::vector<std::string> &uris)
{
    bssl::UniquePtr<X509> x(X509_new());
    X509_set_version(x.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x.get()), 1);
    X509_gmtime_adj(X509_get_notBefore(x.get()), 0);
    X509_gmtime_adj(X509_get_notAfter(x.get()), 3600);
    X509_set_pubkey(x.get(), key);
    GENERAL_NAMES *names = GENERAL_NAMES_new();
    for (const std::string &uri : uris) {
        GENERAL_NAME *name = GENERAL_NAME_new();
        ASN1_IA5STRING *text = ASN1_IA5STRING_new();
        ASN1_STRING_set(text, uri.data(), static_cast<int>(uri.size()));
        GENERAL_NAME_set0_value(name, GEN_URI, text);
        sk_GENERAL_NAME_push(names, name);
    }
    X509_add1_ext_i2d(x.get(), NID_subject_alt_name, names, 0, 0);
    GENERAL_NAMES_free(names);
    const EVP_MD *digest = EVP_PKEY_id(key) == EVP_PKEY_ED25519 ? nullptr : EVP_sha256();
    EXPECT_NE(X509_sign(x.get(), key, digest), 0);
    uint8_t *der = nullptr;
    int len = i2d_X509(x.get(), &der);
    std::string out(reinterpret_cast<char *>(der), static_cast<size_t>(len));
    OPENSSL_free(der);
    return out;
}

std::string Sign(EVP_PKEY *key, const uint8_t *message, size_t len, int pss_salt = -1)
{
    bssl::UniquePtr<EVP_MD_CTX> context(EVP_MD_CTX_new());
    EVP_PKEY_CTX *key_context;
    const EVP_MD *digest = EVP_PKEY_id(key) == EVP_PKEY_ED25519 ? nullptr : EVP_sha256();
    EXPECT_EQ(EVP_DigestSignInit(context.get(), &key_context, digest, nullptr, key), 1);
    if (EVP_PKEY_id(key) == EVP_PKEY_RSA) {
        EVP_PKEY_CTX_set_rsa_padding(key_context, RSA_PKCS1_PSS_PADDING);
        EVP_PKEY_CTX_set_rsa_pss_saltlen(key_context, pss_salt);
    }
    size_t size = 1024;
    std::string out(size, '\0');
    EXPECT_EQ(
        EVP_DigestSign(context.get(), reinterpret_cast<uint8_t *>(&out[0]), &size, message, len),
        1);
    out.resize(size);
    return out;
}

using reeve::test::View;

// A whole introduction for one kind of key.
struct Introduction {
    Introduction(int type, const char *scheme_name,
                 std::vector<std::string> uris = {"spiffe://acme/worker"})
        : key(NewKey(type)), certificate(Certificate(key.get(), uris)), scheme(scheme_name)
    {
        journal.bytes[0] = 1;
        audit_key.bytes[0] = 2;
        reeve_audit_introduction_bytes(journal, &audit_key, message);
        signature = Sign(key.get(), message, sizeof message);
    }
    enum reeve_status Verify() const
    {
        reeve_chain_opened opened = {};
        opened.audit_public_key = audit_key;
        opened.identity = View(identity);
        opened.identity_signature = View(signature);
        opened.identity_scheme = View(scheme);
        opened.identity_certificate = View(certificate);
        return reeve_audit_introduction_verify(journal, &opened);
    }
    Key key;
    std::string certificate, scheme, signature;
    std::string identity = "spiffe://acme/worker";
    reeve_id journal = {};
    reeve_public_key audit_key = {};
    uint8_t message[REEVE_AUDIT_INTRODUCTION_BYTES];
};

} // namespace

TEST(Introduction, BytesAreThoseOfTheContract)
{
    reeve_id journal = {};
    reeve_public_key key = {};
    journal.bytes[0] = 'j';
    key.bytes[0] = 'k';
    uint8_t out[REEVE_AUDIT_INTRODUCTION_BYTES];
    reeve_audit_introduction_bytes(journal, &key, out);
    std::string expected = std::string("reeve.audit.key.v1") + '\0' + "j" + std::string(15, '\0') +
                           "k" + std::string(31, '\0');
    EXPECT_EQ(std::string(reinterpret_cast<char *>(out), sizeof out), expected);
}

TEST(Introduction, ThreeSchemes)
{
    EXPECT_EQ(Introduction(EVP_PKEY_ED25519, "ed25519").Verify(), REEVE_OK);
    EXPECT_EQ(Introduction(EVP_PKEY_EC, "ecdsa-p256-sha256").Verify(), REEVE_OK);
    EXPECT_EQ(Introduction(EVP_PKEY_RSA, "rsa-pss-sha256").Verify(), REEVE_OK);
}

TEST(Introduction, KeyAndSchemeBelongTogether)
{
    EXPECT_EQ(Introduction(EVP_PKEY_EC, "ed25519").Verify(), REEVE_SIGNATURE);
    EXPECT_EQ(Introduction(EVP_PKEY_ED25519, "rsa-pss-sha256").Verify(), REEVE_SIGNATURE);
    EXPECT_EQ(Introduction(EVP_PKEY_EC, "ecdsa-p384-sha384").Verify(), REEVE_UNSUPPORTED);
    EXPECT_EQ(Introduction(EVP_PKEY_EC, "").Verify(), REEVE_UNSUPPORTED);
}

TEST(Introduction, SaltMustBeAsLongAsTheDigest)
{
    Introduction i(EVP_PKEY_RSA, "rsa-pss-sha256");
    i.signature = Sign(i.key.get(), i.message, sizeof i.message, 0);
    EXPECT_EQ(i.Verify(), REEVE_SIGNATURE);
}

TEST(Introduction, AnotherJournalOrKeyIsNotIntroduced)
{
    Introduction i(EVP_PKEY_EC, "ecdsa-p256-sha256");
    i.journal.bytes[1] = 1;
    EXPECT_EQ(i.Verify(), REEVE_SIGNATURE);
    i.journal.bytes[1] = 0;
    i.audit_key.bytes[1] = 1;
    EXPECT_EQ(i.Verify(), REEVE_SIGNATURE);
}

TEST(Introduction, IdentityIsTheOneUri)
{
    Introduction i(EVP_PKEY_EC, "ecdsa-p256-sha256");
    i.identity = "spiffe://acme/worker2";
    EXPECT_EQ(i.Verify(), REEVE_WRONG_AUDIENCE);
    EXPECT_EQ(Introduction(EVP_PKEY_EC, "ecdsa-p256-sha256", {}).Verify(), REEVE_WRONG_AUDIENCE);
    EXPECT_EQ(Introduction(EVP_PKEY_EC, "ecdsa-p256-sha256",
                           {"spiffe://acme/worker", "spiffe://acme/other"})
                  .Verify(),
              REEVE_WRONG_AUDIENCE);
}

TEST(Introduction, EveryCutCertificateIsMalformed)
{
    Introduction i(EVP_PKEY_EC, "ecdsa-p256-sha256");
    std::string whole = i.certificate;
    for (size_t n = 0; n < whole.size(); n++) {
        i.certificate = whole.substr(0, n);
        EXPECT_EQ(i.Verify(), REEVE_MALFORMED) << n;
    }
    i.certificate = whole + "x";
    EXPECT_EQ(i.Verify(), REEVE_MALFORMED);
}

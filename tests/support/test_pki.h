/* SPDX-License-Identifier: Apache-2.0 */
/* A certificate authority for tests, in memory: a CA and leaves with SPIFFE IDs, DNS names and
 * addresses, good ones and deliberately bad ones. Keys are fresh in every run. */
#ifndef REEVE_TESTS_SUPPORT_TEST_PKI_H
#define REEVE_TESTS_SUPPORT_TEST_PKI_H

#include <cstdint>
#include <string>
#include <vector>

#include "creds/identity/dev_pki/pki.h"

namespace reeve::test
{

/* A certificate chain and its key, as PEM. */
struct Credential {
    std::string chain_pem;
    std::string key_pem;
};

/* What a leaf says. The defaults make a certificate that is valid now, for an hour. */
struct LeafOptions {
    std::vector<std::string> uris;     /* URI SANs: a SPIFFE ID */
    std::vector<std::string> dns = {}; /* "localhost" */
    std::vector<std::string> ips = {}; /* "127.0.0.1" */
    int64_t not_before_s = -60;        /* relative to now */
    int64_t not_after_s = 3600;
    enum reeve_pki_key_type key_type = REEVE_PKI_P256;
    bool is_ca = false;
};

class TestPki
{
  public:
    explicit TestPki(const std::string &common_name = "reeve test CA");
    ~TestPki();
    TestPki(const TestPki &) = delete;
    TestPki &operator=(const TestPki &) = delete;

    std::string ca_pem() const;
    Credential leaf(const LeafOptions &options) const;
    /* For 127.0.0.1, ::1 and localhost. */
    Credential server(const std::string &uri = "spiffe://test.reeve/gateway") const;
    Credential worker(const std::string &uri = "spiffe://test.reeve/worker/one") const;
    Credential operator_(const std::string &uri = "spiffe://test.reeve/operator/ann") const;

  private:
    struct reeve_pki_ca *ca_;
};

/* A directory that is removed with all its files when the object goes. */
class TempDir
{
  public:
    TempDir();
    ~TempDir();
    TempDir(const TempDir &) = delete;
    TempDir &operator=(const TempDir &) = delete;

    const std::string &path() const
    {
        return path_;
    }
    /* Writes a file in it, with the given permissions; its whole path. */
    std::string write(const std::string &name, const std::string &content, unsigned mode) const;
    /* NAME.pem and NAME.key (0600); their paths. */
    struct Files {
        std::string certificate;
        std::string key;
    };
    Files write_credential(const std::string &name, const Credential &credential) const;

  private:
    std::string path_;
};

} // namespace reeve::test
#endif

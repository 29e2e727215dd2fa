/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates for tests: the development PKI behind C++ strings. */
#include "tests/support/test_pki.h"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>

#include <sys/stat.h>

namespace reeve::test
{
namespace
{

void must(enum reeve_status status, const char *what)
{
    if (status != REEVE_OK) {
        std::fprintf(stderr, "test pki: %s: %s\n", what, reeve_status_name(status));
        std::abort();
    }
}

std::vector<const char *> list_of(const std::vector<std::string> &strings)
{
    std::vector<const char *> list;
    for (const std::string &s : strings) {
        list.push_back(s.c_str());
    }
    list.push_back(nullptr);
    return list;
}

class Text
{
  public:
    Text()
    {
        reeve_buffer_init(&buffer_, nullptr, 64 * 1024);
    }
    ~Text()
    {
        reeve_buffer_clear(&buffer_);
    }
    Text(const Text &) = delete;
    Text &operator=(const Text &) = delete;
    struct reeve_buffer *get()
    {
        return &buffer_;
    }
    std::string str() const
    {
        return std::string(reinterpret_cast<const char *>(buffer_.data), buffer_.len);
    }

  private:
    struct reeve_buffer buffer_;
};

} // namespace

TestPki::TestPki(const std::string &common_name) : ca_(nullptr)
{
    must(reeve_pki_ca_new(common_name.c_str(), std::time(nullptr), 86400, &ca_), "make a CA");
}

TestPki::~TestPki()
{
    reeve_pki_ca_free(ca_);
}

std::string TestPki::ca_pem() const
{
    Text certificate;
    Text key;
    must(reeve_pki_ca_export(ca_, certificate.get(), key.get()), "export the CA");
    return certificate.str();
}

Credential TestPki::leaf(const LeafOptions &options) const
{
    const std::vector<const char *> uris = list_of(options.uris);
    const std::vector<const char *> dns = list_of(options.dns);
    const std::vector<const char *> ips = list_of(options.ips);
    const int64_t now = std::time(nullptr);
    struct reeve_pki_leaf leaf = {};
    leaf.common_name = "reeve test leaf";
    leaf.uris = uris.data();
    leaf.dns = dns.data();
    leaf.ips = ips.data();
    leaf.not_before_unix_s = now + options.not_before_s;
    leaf.not_after_unix_s = now + options.not_after_s;
    leaf.key_type = options.key_type;
    leaf.is_ca = options.is_ca;
    Text certificate;
    Text key;
    must(reeve_pki_ca_sign(ca_, &leaf, certificate.get(), key.get()), "sign a leaf");
    return Credential{certificate.str(), key.str()};
}

Credential TestPki::server(const std::string &uri) const
{
    LeafOptions options;
    options.uris = {uri};
    options.dns = {"localhost"};
    options.ips = {"127.0.0.1", "::1"};
    return leaf(options);
}

Credential TestPki::worker(const std::string &uri) const
{
    LeafOptions options;
    options.uris = {uri};
    return leaf(options);
}

Credential TestPki::operator_(const std::string &uri) const
{
    return worker(uri);
}

TempDir::TempDir()
{
    std::string path = (std::filesystem::temp_directory_path() / "reeve-test-XXXXXX").string();
    if (mkdtemp(path.data()) == nullptr) {
        std::perror("mkdtemp");
        std::abort();
    }
    path_ = path;
}

TempDir::~TempDir()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string TempDir::write(const std::string &name, const std::string &content, unsigned mode) const
{
    const std::string path = path_ + "/" + name;
    std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
    if (chmod(path.c_str(), mode) != 0) {
        std::perror("chmod");
        std::abort();
    }
    return path;
}

TempDir::Files TempDir::write_credential(const std::string &name,
                                         const Credential &credential) const
{
    return Files{write(name + ".pem", credential.chain_pem, 0644),
                 write(name + ".key", credential.key_pem, 0600)};
}

} // namespace reeve::test

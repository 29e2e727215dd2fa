/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Holds scripts/deps.d/grpc/0001-require-tls-1.3.patch: neither a gRPC core server nor a gRPC core
 * client goes below TLS 1.3, whatever its peer offers. The peer is BoringSSL on a blocking socket,
 * limited to one version.
 */
#include <arpa/inet.h>
#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

namespace
{

using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using CertificatePtr = std::unique_ptr<X509, decltype(&X509_free)>;
using ContextPtr = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using SslPtr = std::unique_ptr<SSL, decltype(&SSL_free)>;

KeyPtr new_key()
{
    EVP_PKEY *key = nullptr;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nullptr);
    EVP_PKEY_keygen_init(context);
    EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1);
    EVP_PKEY_keygen(context, &key);
    EVP_PKEY_CTX_free(context);
    return KeyPtr(key, EVP_PKEY_free);
}

CertificatePtr new_certificate(EVP_PKEY *key)
{
    CertificatePtr made(X509_new(), X509_free);
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
    X509_NAME *name = X509_get_subject_name(made.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const uint8_t *>("localhost"), -1, -1, 0);
    X509_set_issuer_name(made.get(), name);
    X509_set_pubkey(made.get(), key);
    char names[] = "DNS:localhost,IP:127.0.0.1";
    X509_EXTENSION *alternative =
        X509V3_EXT_nconf_nid(nullptr, nullptr, NID_subject_alt_name, names);
    X509_add_ext(made.get(), alternative, -1);
    X509_EXTENSION_free(alternative);
    X509_sign(made.get(), key, EVP_sha256());
    return made;
}

std::string text_of(BIO *bio)
{
    const uint8_t *bytes = nullptr;
    size_t length = 0;
    BIO_mem_contents(bio, &bytes, &length);
    std::string text(reinterpret_cast<const char *>(bytes), length);
    BIO_free(bio);
    return text;
}

struct sockaddr_in loopback(int port)
{
    struct sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/* A TCP socket whose calls give up after ten seconds. */
int new_socket()
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval limit = {10, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    return fd;
}

class TlsVersion : public testing::TestWithParam<uint16_t>
{
  protected:
    TlsVersion() : key_(new_key()), certificate_(new_certificate(key_.get()))
    {
        BIO *key = BIO_new(BIO_s_mem());
        PEM_write_bio_PrivateKey(key, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
        key_pem_ = text_of(key);
        BIO *certificate = BIO_new(BIO_s_mem());
        PEM_write_bio_X509(certificate, certificate_.get());
        certificate_pem_ = text_of(certificate);
        grpc_init();
        queue_ = grpc_completion_queue_create_for_next(nullptr);
    }

    ~TlsVersion() override
    {
        grpc_completion_queue_shutdown(queue_);
        while (next_event(10000).type != GRPC_QUEUE_SHUTDOWN) {
        }
        grpc_completion_queue_destroy(queue_);
        grpc_shutdown_blocking();
    }

    grpc_event next_event(int timeout_ms)
    {
        gpr_timespec wait = gpr_time_from_millis(timeout_ms, GPR_TIMESPAN);
        return grpc_completion_queue_next(queue_, gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), wait),
                                          nullptr);
    }

    /* gRPC core reads its sockets only while somebody waits on the queue: the peer has a thread. */
    template <typename Handshake>
    bool shakes_hands(int fd, Handshake handshake)
    {
        std::atomic<bool> done{false};
        bool agreed = false;
        std::thread peer([&] {
            ContextPtr context = one_version();
            SslPtr ssl(SSL_new(context.get()), SSL_free);
            SSL_set_fd(ssl.get(), fd);
            agreed = handshake(ssl.get()) == 1;
            done = true;
        });
        while (!done)
            next_event(10);
        peer.join();
        return agreed;
    }

    /* A peer of gRPC that speaks exactly the version under test, and HTTP/2 by ALPN. */
    ContextPtr one_version() const
    {
        ContextPtr context(SSL_CTX_new(TLS_method()), SSL_CTX_free);
        SSL_CTX_set_min_proto_version(context.get(), GetParam());
        SSL_CTX_set_max_proto_version(context.get(), GetParam());
        SSL_CTX_use_PrivateKey(context.get(), key_.get());
        SSL_CTX_use_certificate(context.get(), certificate_.get());
        const uint8_t http2[] = {2, 'h', '2'};
        SSL_CTX_set_alpn_protos(context.get(), http2, sizeof http2);
        SSL_CTX_set_alpn_select_cb(context.get(), choose_http2, nullptr);
        return context;
    }

    static int choose_http2(SSL *, const uint8_t **out, uint8_t *out_length, const uint8_t *,
                            unsigned, void *)
    {
        static const uint8_t name[] = {'h', '2'};
        *out = name;
        *out_length = sizeof name;
        return SSL_TLSEXT_ERR_OK;
    }

    grpc_ssl_pem_key_cert_pair pair() const
    {
        return {key_pem_.c_str(), certificate_pem_.c_str()};
    }
    bool is_tls_1_3() const
    {
        return GetParam() == TLS1_3_VERSION;
    }

    KeyPtr key_;
    CertificatePtr certificate_;
    std::string key_pem_, certificate_pem_;
    grpc_completion_queue *queue_ = nullptr;
};

TEST_P(TlsVersion, GrpcServerAcceptsOnly13)
{
    grpc_server *server = grpc_server_create(nullptr, nullptr);
    grpc_server_register_completion_queue(server, queue_, nullptr);
    grpc_ssl_pem_key_cert_pair own = pair();
    grpc_server_credentials *credentials =
        grpc_ssl_server_credentials_create(nullptr, &own, 1, 0, nullptr);
    int port = grpc_server_add_http2_port(server, "127.0.0.1:0", credentials);
    grpc_server_credentials_release(credentials);
    ASSERT_GT(port, 0);
    grpc_server_start(server);

    int fd = new_socket();
    struct sockaddr_in address = loopback(port);
    ASSERT_EQ(connect(fd, reinterpret_cast<struct sockaddr *>(&address), sizeof address), 0);
    EXPECT_EQ(shakes_hands(fd, SSL_connect), is_tls_1_3());
    close(fd);

    grpc_server_shutdown_and_notify(server, queue_, nullptr);
    grpc_server_cancel_all_calls(server);
    EXPECT_EQ(next_event(10000).type, GRPC_OP_COMPLETE);
    grpc_server_destroy(server);
}

TEST_P(TlsVersion, GrpcClientOffersOnly13)
{
    int listener = new_socket();
    struct sockaddr_in address = loopback(0);
    socklen_t length = sizeof address;
    ASSERT_EQ(bind(listener, reinterpret_cast<struct sockaddr *>(&address), length), 0);
    ASSERT_EQ(listen(listener, 1), 0);
    ASSERT_EQ(getsockname(listener, reinterpret_cast<struct sockaddr *>(&address), &length), 0);

    grpc_channel_credentials *credentials =
        grpc_ssl_credentials_create(certificate_pem_.c_str(), nullptr, nullptr, nullptr);
    std::string target = "ipv4:127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    grpc_channel *channel = grpc_channel_create(target.c_str(), credentials, nullptr);
    grpc_channel_credentials_release(credentials);
    grpc_channel_check_connectivity_state(channel, 1);
    grpc_channel_watch_connectivity_state(channel, GRPC_CHANNEL_IDLE,
                                          gpr_inf_future(GPR_CLOCK_REALTIME), queue_, nullptr);
    next_event(1000);

    int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    ASSERT_GE(fd, 0);
    EXPECT_EQ(shakes_hands(fd, SSL_accept), is_tls_1_3());
    close(fd);
    close(listener);
    grpc_channel_destroy(channel);
}

std::string version_name(const testing::TestParamInfo<uint16_t> &info)
{
    return info.param == TLS1_3_VERSION ? "Against13" : "Against12";
}

INSTANTIATE_TEST_SUITE_P(Peer, TlsVersion, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         version_name);

} // namespace

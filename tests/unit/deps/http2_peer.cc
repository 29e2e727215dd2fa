/* SPDX-License-Identifier: Apache-2.0 */
/* Frames by hand: see the header. */
#include "tests/unit/deps/http2_peer.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace reeve::test
{

namespace http2
{

std::string frame(uint8_t type, uint8_t flags, uint32_t stream, const std::string &payload)
{
    std::string made;
    for (const int shift : {16, 8, 0}) {
        made += static_cast<char>(payload.size() >> shift & 0xff);
    }
    made += static_cast<char>(type);
    made += static_cast<char>(flags);
    for (const int shift : {24, 16, 8, 0}) {
        made += static_cast<char>(stream >> shift & 0xff);
    }
    return made + payload;
}

std::string headers(uint32_t stream, uint8_t flags, const std::string &block, bool ends,
                    size_t most)
{
    std::string made;
    size_t at = 0;
    do {
        const std::string part = block.substr(at, most);
        at += part.size();
        const bool is_first = made.empty();
        const bool is_last = at == block.size();
        const unsigned own = is_first ? flags : 0u;
        made +=
            frame(is_first ? kHeaders : kContinuation,
                  static_cast<uint8_t>(own | (is_last && ends ? kEndHeaders : 0u)), stream, part);
    } while (at < block.size());
    return made;
}

std::string integer(uint8_t first, unsigned prefix_bits, uint32_t value, size_t padding)
{
    const uint32_t prefix = (1u << prefix_bits) - 1;
    if (value < prefix) {
        return std::string(1, static_cast<char>(first | value));
    }
    std::string made(1, static_cast<char>(first | prefix));
    value -= prefix;
    /* Padding comes behind the fifth byte: up to there gRPC reads an integer as it must. */
    for (int i = 0; i < 4 && (value >= 128 || padding > 0); i++) {
        made += static_cast<char>(0x80u | (value & 0x7fu));
        value >>= 7;
    }
    if (padding > 0) {
        made += static_cast<char>(0x80u | value);
        return made + std::string(padding - 1, '\x80') + '\0';
    }
    return made + static_cast<char>(value);
}

std::string field(const std::string &name, const std::string &value)
{
    return '\0' + integer(0, 7, static_cast<uint32_t>(name.size())) + name +
           integer(0, 7, static_cast<uint32_t>(value.size())) + value;
}

} // namespace http2

namespace
{

struct sockaddr_in loopback(int port)
{
    struct sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/* A socket whose calls give up after ten seconds. */
int limited(int fd)
{
    const struct timeval limit = {10, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    return fd;
}

int new_socket()
{
    return limited(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

using BioPtr = std::unique_ptr<BIO, decltype(&BIO_free)>;

void use_credential(SSL_CTX *context, const Credential &credential)
{
    const BioPtr chain(
        BIO_new_mem_buf(credential.chain_pem.data(), static_cast<int>(credential.chain_pem.size())),
        BIO_free);
    const BioPtr key(
        BIO_new_mem_buf(credential.key_pem.data(), static_cast<int>(credential.key_pem.size())),
        BIO_free);
    X509 *certificate = PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr);
    EVP_PKEY *own = PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, nullptr);
    SSL_CTX_use_certificate(context, certificate);
    SSL_CTX_use_PrivateKey(context, own);
    X509_free(certificate);
    EVP_PKEY_free(own);
}

int choose_http2(SSL *, const uint8_t **out, uint8_t *out_length, const uint8_t *, unsigned, void *)
{
    static const uint8_t name[] = {'h', '2'};
    *out = name;
    *out_length = sizeof name;
    return SSL_TLSEXT_ERR_OK;
}

/* Whoever the other side is: what is tested is what it reads. */
SSL_CTX *new_context(const Credential &credential)
{
    SSL_CTX *context = SSL_CTX_new(TLS_method());
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    use_credential(context, credential);
    const uint8_t http2[] = {2, 'h', '2'};
    SSL_CTX_set_alpn_protos(context, http2, sizeof http2);
    SSL_CTX_set_alpn_select_cb(context, choose_http2, nullptr);
    return context;
}

constexpr char kPreface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

} // namespace

Http2Peer::Http2Peer(int fd, const Credential &credential, bool is_server)
    : fd_(fd), is_server_(is_server), context_(new_context(credential), SSL_CTX_free),
      ssl_(SSL_new(context_.get()), SSL_free)
{
    SSL_set_fd(ssl_.get(), fd_);
}

Http2Peer::~Http2Peer()
{
    close(fd_);
}

std::unique_ptr<Http2Peer> Http2Peer::dial(int port, const Credential &credential)
{
    const int fd = new_socket();
    const struct sockaddr_in address = loopback(port);
    if (connect(fd, reinterpret_cast<const struct sockaddr *>(&address), sizeof address) != 0) {
        close(fd);
        return nullptr;
    }
    return std::unique_ptr<Http2Peer>(new Http2Peer(fd, credential, false));
}

bool Http2Peer::open()
{
    std::string preface;
    const std::string settings = http2::frame(http2::kSettings, 0, 0, "");
    if (is_server_) {
        return SSL_accept(ssl_.get()) == 1 && read(sizeof kPreface - 1, &preface) && send(settings);
    }
    return SSL_connect(ssl_.get()) == 1 && send(kPreface + settings);
}

bool Http2Peer::confirm_settings()
{
    return next(http2::kSettings) && send(http2::frame(http2::kSettings, http2::kAck, 0, ""));
}

bool Http2Peer::send(const std::string &bytes)
{
    return SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) > 0;
}

bool Http2Peer::read(size_t count, std::string *out)
{
    out->resize(count);
    for (size_t at = 0; at < count;) {
        const int got = SSL_read(ssl_.get(), out->data() + at, static_cast<int>(count - at));
        if (got <= 0) {
            silent_ = SSL_get_error(ssl_.get(), got) == SSL_ERROR_WANT_READ;
            return false;
        }
        at += static_cast<size_t>(got);
    }
    return true;
}

std::optional<http2::Frame> Http2Peer::next_frame()
{
    std::string head;
    if (!read(9, &head)) {
        return std::nullopt;
    }
    const auto byte = [&head](size_t at) { return static_cast<uint32_t>(head[at]) & 0xffu; };
    http2::Frame made = {static_cast<uint8_t>(byte(3)), static_cast<uint8_t>(byte(4)),
                         byte(5) << 24 | byte(6) << 16 | byte(7) << 8 | byte(8), ""};
    const size_t length = byte(0) << 16 | byte(1) << 8 | byte(2);
    if (!read(length, &made.payload)) {
        return std::nullopt;
    }
    return made;
}

std::optional<http2::Frame> Http2Peer::next(uint8_t type)
{
    std::optional<http2::Frame> found;
    do {
        found = next_frame();
    } while (found && found->type != type);
    return found;
}

bool Http2Peer::is_ended()
{
    while (next_frame()) {
    }
    return !silent_;
}

Http2Listener::Http2Listener() : fd_(new_socket())
{
    const struct sockaddr_in address = loopback(0);
    bind(fd_, reinterpret_cast<const struct sockaddr *>(&address), sizeof address);
    listen(fd_, 4);
}

Http2Listener::~Http2Listener()
{
    close(fd_);
}

int Http2Listener::port() const
{
    struct sockaddr_in address = {};
    socklen_t length = sizeof address;
    getsockname(fd_, reinterpret_cast<struct sockaddr *>(&address), &length);
    return ntohs(address.sin_port);
}

std::unique_ptr<Http2Peer> Http2Listener::accept(const Credential &credential) const
{
    const int fd = accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) {
        return nullptr;
    }
    return std::unique_ptr<Http2Peer>(new Http2Peer(limited(fd), credential, true));
}

} // namespace reeve::test

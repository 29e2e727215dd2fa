/* SPDX-License-Identifier: Apache-2.0 */
/* A peer that writes HTTP/2 frames by hand over BoringSSL and a blocking socket, as a client or as
 * a server: for what no HTTP/2 library would send. */
#ifndef REEVE_TESTS_UNIT_DEPS_HTTP2_PEER_H
#define REEVE_TESTS_UNIT_DEPS_HTTP2_PEER_H

#include <openssl/ssl.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "tests/support/test_pki.h"

namespace reeve::test
{

/* RFC 9113, section 6. */
namespace http2
{
inline constexpr uint8_t kHeaders = 1;
inline constexpr uint8_t kReset = 3;
inline constexpr uint8_t kSettings = 4;
inline constexpr uint8_t kContinuation = 9;
inline constexpr uint8_t kEndStream = 0x1;
inline constexpr uint8_t kAck = 0x1;
inline constexpr uint8_t kEndHeaders = 0x4;

struct Frame {
    uint8_t type;
    uint8_t flags;
    uint32_t stream;
    std::string payload;
};

std::string frame(uint8_t type, uint8_t flags, uint32_t stream, const std::string &payload);
/* `block` as one HEADERS frame and as many CONTINUATION frames as it takes; the last says that the
 * block ends if `ends`. No frame carries more than `most` bytes. */
std::string headers(uint32_t stream, uint8_t flags, const std::string &block, bool ends = true,
                    size_t most = 16384);
/* HPACK (RFC 7541, section 6.2.2): a field that enters no table, not compressed. */
std::string field(const std::string &name, const std::string &value);
/* HPACK: an integer of `prefix_bits` after the bits of `first`, with `padding` bytes of zeros. */
std::string integer(uint8_t first, unsigned prefix_bits, uint32_t value, size_t padding = 0);
} // namespace http2

class Http2Peer
{
  public:
    /* Connects to `port` of the loopback as a client. */
    static std::unique_ptr<Http2Peer> dial(int port, const Credential &credential);
    ~Http2Peer();
    Http2Peer(const Http2Peer &) = delete;
    Http2Peer &operator=(const Http2Peer &) = delete;

    /* The handshake, then preface and SETTINGS, an empty one. */
    bool open();
    /* Reads the other side's SETTINGS and confirms them. */
    bool confirm_settings();
    bool send(const std::string &bytes);
    /* The next frame of `type`; none when the connection ended first. */
    std::optional<http2::Frame> next(uint8_t type);
    /* Whether the other side ends the connection: what it still says is read and dropped. */
    bool is_ended();

  private:
    friend class Http2Listener;
    Http2Peer(int fd, const Credential &credential, bool is_server);
    bool read(size_t count, std::string *out);
    std::optional<http2::Frame> next_frame();

    int fd_;
    bool is_server_;
    bool silent_ = false; /* ten seconds brought nothing */
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
    std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
};

/* A port of the loopback where a client connects to a peer of this kind. */
class Http2Listener
{
  public:
    Http2Listener();
    ~Http2Listener();
    Http2Listener(const Http2Listener &) = delete;
    Http2Listener &operator=(const Http2Listener &) = delete;

    int port() const;
    std::unique_ptr<Http2Peer> accept(const Credential &credential) const;

  private:
    int fd_;
};

} // namespace reeve::test
#endif

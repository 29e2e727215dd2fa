/* SPDX-License-Identifier: Apache-2.0 */
/* A server on loopback that speaks PostgreSQL's protocol up to a point, and says then exactly what
 * a test wants: plain TCP, no password. */
#ifndef REEVE_TESTS_SUPPORT_SCRIPTED_POSTGRES_H
#define REEVE_TESTS_SUPPORT_SCRIPTED_POSTGRES_H

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/scripted_server.h"

namespace reeve::test
{

class ScriptedPostgres
{
  public:
    // Answers one query: its text, or "" for a prepared statement. False ends the connection.
    using Answer = std::function<bool(int fd, const std::string &query)>;

    explicit ScriptedPostgres(Answer answer)
        : answer_(std::move(answer)), server_([this](int fd, int) { Serve(fd); })
    {
    }

    uint16_t port() const
    {
        return static_cast<uint16_t>(server_.port());
    }
    int connections() const
    {
        return server_.connections();
    }
    std::vector<std::string> queries()
    {
        std::lock_guard<std::mutex> hold(lock_);
        return queries_;
    }
    int cancels()
    {
        std::lock_guard<std::mutex> hold(lock_);
        return cancels_;
    }

    static std::string Int(uint32_t value, int bytes)
    {
        std::string text;
        for (int i = bytes - 1; i >= 0; i--) {
            text.push_back(static_cast<char>(value >> (8 * i)));
        }
        return text;
    }
    static std::string Message(char type, const std::string &body)
    {
        return type + Int(static_cast<uint32_t>(body.size() + 4), 4) + body;
    }
    static std::string Text(const std::string &text)
    {
        return text + '\0';
    }
    // A column of type text.
    static std::string RowDescription(const std::string &name)
    {
        return Message('T', Int(1, 2) + Text(name) + Int(0, 4) + Int(0, 2) + Int(25, 4) +
                                Int(0xffff, 2) + Int(0xffffffff, 4) + Int(0, 2));
    }
    static std::string Row(const std::string &value)
    {
        return Message('D', Int(1, 2) + Int(static_cast<uint32_t>(value.size()), 4) + value);
    }
    static std::string Complete(const std::string &tag)
    {
        return Message('C', Text(tag));
    }
    static std::string Error(const std::string &severity, const std::string &state,
                             const std::string &text)
    {
        return Message('E', (severity.empty() ? "" : "S" + Text(severity) + "V" + Text(severity)) +
                                (state.empty() ? "" : "C" + Text(state)) + "M" + Text(text) + '\0');
    }
    static std::string Notification(const std::string &payload)
    {
        return Message('A', Int(1, 4) + Text("channel") + Text(payload));
    }
    static std::string Ready()
    {
        return Message('Z', "I");
    }
    // What a server says that means well.
    static std::string Usual(const std::string &query)
    {
        if (query.rfind("BEGIN", 0) == 0) {
            return Complete("BEGIN") + Complete("SET") + Ready();
        }
        if (query.empty()) {
            return RowDescription("x") + Row("1") + Complete("SELECT 1") + Ready();
        }
        return Complete(query) + Ready(); /* COMMIT, ROLLBACK, DISCARD ALL */
    }
    // False: the client has gone.
    static bool Write(int fd, const std::string &text)
    {
        for (size_t at = 0; at < text.size();) {
            const ssize_t n = send(fd, text.data() + at, text.size() - at, MSG_NOSIGNAL);
            if (n <= 0) {
                return false;
            }
            at += static_cast<size_t>(n);
        }
        return true;
    }

  private:
    static constexpr uint32_t kCancelRequest = 80877102;

    static bool Read(int fd, size_t size, std::string *out)
    {
        out->resize(size);
        for (size_t at = 0; at < size;) {
            const ssize_t n = read(fd, out->data() + at, size - at);
            if (n <= 0) {
                return false;
            }
            at += static_cast<size_t>(n);
        }
        return true;
    }
    static uint32_t Number(const std::string &bytes)
    {
        uint32_t value = 0;
        for (size_t i = 0; i < 4; i++) {
            value = value << 8 | static_cast<uint8_t>(bytes[i]);
        }
        return value;
    }
    static bool ReadBody(int fd, std::string *out)
    {
        std::string length;
        return Read(fd, 4, &length) && Number(length) >= 4 && Read(fd, Number(length) - 4, out);
    }
    bool Welcome(int fd)
    {
        std::string startup;
        if (!ReadBody(fd, &startup) || startup.size() < 4) {
            return false;
        }
        if (Number(startup) == kCancelRequest) {
            std::lock_guard<std::mutex> hold(lock_);
            cancels_++;
            return false;
        }
        return Write(fd, Message('R', Int(0, 4)) + Message('K', Int(1, 4) + Int(2, 4)) + Ready());
    }
    void Serve(int fd)
    {
        bool open = Welcome(fd);
        std::string type;
        std::string body;
        while (open && Read(fd, 1, &type) && ReadBody(fd, &body)) {
            if (type == "X") {
                return;
            }
            if (type != "Q" && type != "S") {
                continue; /* Parse, Bind, Describe, Execute: Sync asks for the answer */
            }
            const std::string query = type == "Q" ? body.substr(0, body.size() - 1) : "";
            {
                std::lock_guard<std::mutex> hold(lock_);
                queries_.push_back(query);
            }
            open = answer_(fd, query);
        }
    }

    Answer answer_;
    std::mutex lock_;
    std::vector<std::string> queries_;
    int cancels_ = 0;
    ScriptedServer server_; /* last: its thread uses the others */
};

} // namespace reeve::test
#endif

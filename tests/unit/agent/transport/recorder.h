/* SPDX-License-Identifier: Apache-2.0 */
/* A driver of a transport that writes down what happens. */
#ifndef REEVE_TESTS_UNIT_AGENT_TRANSPORT_RECORDER_H
#define REEVE_TESTS_UNIT_AGENT_TRANSPORT_RECORDER_H

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/transport/transport.h"

namespace reeve::test
{

struct Recorder {
    struct reeve_transport *transport = nullptr;
    std::vector<std::string> events;
    int closed = 0;
    enum reeve_status status = REEVE_INTERNAL;
    int code = -1;
    std::string text;
    bool keep_asking = true;
    std::function<void()> when_opened;
    std::function<void(const std::string &)> when_message;
    std::function<void()> when_closed;

    void start()
    {
        ASSERT_EQ(REEVE_OK, reeve_transport_start(transport, table(), this));
        EXPECT_TRUE(events.empty()) << "an event came from within start";
        EXPECT_EQ(REEVE_STATE, reeve_transport_start(transport, table(), this));
    }
    enum reeve_status send(const std::string &text_) const
    {
        struct reeve_buffer b;
        reeve_buffer_init(&b, nullptr, 8u << 20);
        enum reeve_status s = reeve_buffer_append(&b, reeve_bytes_of(text_.data(), text_.size()));
        if (s == REEVE_OK) {
            s = reeve_transport_send(transport, &b);
        }
        reeve_buffer_clear(&b);
        return s;
    }
    void free()
    {
        reeve_transport_free(transport);
        transport = nullptr;
    }
    bool saw(const std::string &event) const
    {
        for (const std::string &e : events) {
            if (e == event) {
                return true;
            }
        }
        return false;
    }
    size_t count(const std::string &event) const
    {
        return static_cast<size_t>(std::count(events.begin(), events.end(), event));
    }
    ~Recorder()
    {
        free();
    }

    static std::string str(struct reeve_bytes b)
    {
        return b.len == 0 ? "" : std::string(reinterpret_cast<const char *>(b.data), b.len);
    }
    static const struct reeve_transport_events *table()
    {
        static const struct reeve_transport_events events = {
            [](void *ctx) {
                Recorder &r = note(ctx, "opened");
                if (r.keep_asking) {
                    reeve_transport_ready_to_receive(r.transport);
                }
                if (r.when_opened) {
                    r.when_opened();
                }
            },
            [](void *ctx, struct reeve_bytes message) {
                const std::string m = str(message);
                Recorder &r = note(ctx, m);
                if (r.keep_asking) {
                    reeve_transport_ready_to_receive(r.transport);
                }
                if (r.when_message) {
                    r.when_message(m);
                }
            },
            [](void *ctx) { note(ctx, "sent"); },
            [](void *ctx, const struct reeve_transport_end *end) {
                Recorder &r = note(ctx, "closed");
                r.closed++;
                r.status = end->status;
                r.code = end->code;
                r.text = str(end->text);
                if (r.when_closed) {
                    r.when_closed();
                }
            },
            [](void *ctx) { note(ctx, "leaving"); },
        };
        return &events;
    }

  private:
    static Recorder &note(void *ctx, const std::string &event)
    {
        Recorder &r = *static_cast<Recorder *>(ctx);
        EXPECT_EQ(0, r.closed) << event << " after closed";
        r.events.push_back(event);
        return r;
    }
};

} // namespace reeve::test
#endif

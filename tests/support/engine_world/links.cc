// SPDX-License-Identifier: Apache-2.0
//
// The connection, or the two of them while one takes over, up to LIVE.
#include "tests/support/engine_world.h"

#include <gtest/gtest.h>

#include <utility>

void EngineWorld::Other()
{
    std::swap(link, other_.link);
    std::swap(link_up, other_.link_up);
    std::swap(connect_asked, other_.connect_asked);
    std::swap(send_in_flight, other_.send_in_flight);
    std::swap(welcomed_, other_.welcomed);
    std::swap(resume_done_, other_.resume_done);
    std::swap(fenced_, other_.fenced);
    std::swap(resumed, other_.resumed);
    std::swap(gw_received, other_.gw_received);
    std::swap(gw_granted, other_.gw_granted);
    std::swap(gw_given, other_.gw_given);
    std::swap(beat_sequence_, other_.beat_sequence);
    std::swap(last_beat_, other_.last_beat);
    std::swap(beat_sent_ms_, other_.beat_sent_ms);
    std::swap(hello_ms_, other_.hello_ms);
}

// Carries out what is about one link as if that one were looked at.
void EngineWorld::OnLink(uint32_t number, const std::function<void()> &run)
{
    if (number == link) {
        run();
        return;
    }
    ASSERT_EQ(number, other_.link) << "an action for a link that is gone";
    Other();
    run();
    Other();
}

void EngineWorld::NextSaysHello()
{
    ASSERT_TRUE(HasOther());
    Other();
    Up();
    Sync();
}

void EngineWorld::Up()
{
    ASSERT_TRUE(connect_asked);
    link_up = true;
    welcomed_ = false;
    resume_done_ = false;
    fenced_ = false;
    resumed.clear();
    if (!other_.link_up) {
        Supersede();
    }
    gw_granted = 0;
    gw_given = 0;
    beat_sequence_ = 0;
    last_beat_ = 0;
    beat_sent_ms_.clear();
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_LINK_UP;
    event.u.link.link = link;
    Fire(event);
}

// What the gateway had not made durable is gone with the older session.
void EngineWorld::Supersede()
{
    gw_received = gw_durable;
    while (!outcomes.empty() && outcomes.back().audit_sequence > gw_durable.sequence) {
        outcomes.pop_back();
    }
    for (auto &[key, stream] : streams) {
        stream.messages.resize(stream.durable);
        stream.partial.clear();
    }
    unary.clear();
}

void EngineWorld::Leaving()
{
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_LINK_LEAVING;
    event.u.link.link = link;
    Fire(event);
}

void EngineWorld::Down(reeve_status status)
{
    ASSERT_TRUE(connect_asked);
    connect_asked = false;
    link_up = false;
    send_in_flight = false;
    Line("DOWN");
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_LINK_DOWN;
    event.u.link.link = link;
    event.u.link.status = status;
    Fire(event);
}

void EngineWorld::Live(const std::function<void(reeve_welcome &)> &change)
{
    ASSERT_TRUE(Boot());
    ASSERT_TRUE(connect_asked);
    Sync();
    Up();
    Welcome(change);
    Sync();
}

void EngineWorld::Reconnect()
{
    if (link_up) {
        Down();
    }
    for (int i = 0; i < 1000 && !connect_asked; i++) {
        uint64_t next = reeve_engine_next_deadline(engine);
        ASSERT_NE(next, REEVE_NEVER_MS);
        Advance(next > now.boot_ms ? next - now.boot_ms : 0);
    }
    ASSERT_TRUE(connect_asked);
    Sync();
    Up();
    Welcome();
    Sync();
    AnswerResumed();
}

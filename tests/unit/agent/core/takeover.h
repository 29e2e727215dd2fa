// SPDX-License-Identifier: Apache-2.0
//
// The steps of a takeover, for the tests of it.
#ifndef REEVE_TESTS_UNIT_AGENT_CORE_TAKEOVER_H
#define REEVE_TESTS_UNIT_AGENT_CORE_TAKEOVER_H

#include <algorithm>
#include <string>

#include "tests/support/engine_world.h"

// The older link's last frame, and its end.
inline void Superseded(EngineWorld &w)
{
    w.Other();
    w.Retry(REEVE_SESSION_SUPERSEDED, 0);
    w.Down(REEVE_CANCELLED);
    w.Other();
}

inline void TakeOver(EngineWorld &w)
{
    w.NextSaysHello();
    w.Welcome();
    Superseded(w);
    w.Sync();
    w.AnswerResumed();
}

inline bool Resumed(const EngineWorld &w, const WorldJob &job, reeve_resume_state state)
{
    return std::any_of(w.resumed.begin(), w.resumed.end(), [&](const reeve_resume_entry &entry) {
        return reeve_id_equal(entry.job_id, job.job_id) && entry.state == state;
    });
}

inline bool IsLive(const EngineWorld &w)
{
    return std::string(w.Status().link_state) == "LIVE";
}

#endif

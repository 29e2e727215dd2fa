// SPDX-License-Identifier: Apache-2.0
//
// Carries the engine's actions out and checks what must hold of each.
#include "tests/support/engine_world.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/bytes.h"

using reeve::test::Key;
using reeve::test::Text;
using reeve::test::View;

void EngineWorld::Fire(const reeve_engine_event &event)
{
    if (engine == nullptr || (exited && event.type != REEVE_EVENT_JOB_FINISHED)) {
        return;
    }
    reeve_engine_handle(engine, &event, now);
    Drive();
}

void EngineWorld::Drive()
{
    reeve_engine_action action;
    for (int i = 0; reeve_engine_next_action(engine, &action); i++) {
        if (i > 1000000) {
            ADD_FAILURE() << "the engine never stops giving actions";
            return;
        }
        Carry(action);
    }
    if (auto_sent && send_in_flight && link_up) {
        send_in_flight = false;
        reeve_engine_event event = {};
        event.type = REEVE_EVENT_LINK_SENT;
        event.u.link.link = link;
        Fire(event);
    }
    if (auto_sent && other_.send_in_flight && other_.link_up) {
        other_.send_in_flight = false;
        reeve_engine_event event = {};
        event.type = REEVE_EVENT_LINK_SENT;
        event.u.link.link = other_.link;
        Fire(event);
    }
    while (auto_spool && spool_asked && !in_spool_ && !exited) {
        in_spool_ = true;
        SpoolDone();
        in_spool_ = false;
    }
}

void EngineWorld::Carry(reeve_engine_action &action)
{
    switch (action.type) {
    case REEVE_ACTION_CONNECT:
        EXPECT_GT(action.u.connect.link, std::max(link, other_.link));
        EXPECT_FALSE(connect_asked && other_.connect_asked) << "P7: a third link";
        if (connect_asked) { // make before break
            EXPECT_TRUE(welcomed_ && resume_done_) << "a second link beside one that is not live";
            other_ = {};
            other_.link = action.u.connect.link;
            other_.connect_asked = true;
        } else {
            link = action.u.connect.link;
            connect_asked = true;
        }
        Line("CONNECT");
        return;
    case REEVE_ACTION_CLOSE:
        EXPECT_TRUE(action.u.close.link == link || action.u.close.link == other_.link);
        closed_link = action.u.close.link;
        closed_code = static_cast<int>(action.u.close.session_code);
        Line(std::string("CLOSE ") +
             reeve_session_code_name(static_cast<reeve_session_code>(closed_code)));
        return;
    case REEVE_ACTION_SEND:
        OnLink(action.u.send.link, [&] { OnSend(action); });
        return;
    case REEVE_ACTION_APPEND:
        OnAppend(action);
        return;
    case REEVE_ACTION_START_JOB:
        OnStart(action.u.start);
        return;
    case REEVE_ACTION_CANCEL_JOB:
        EXPECT_EQ(running.count(action.u.cancel.handle), 1u);
        running[action.u.cancel.handle].cancelled = static_cast<int>(action.u.cancel.why);
        Line("CANCEL " + running[action.u.cancel.handle].task);
        return;
    case REEVE_ACTION_RELEASE_RESULTS:
        EXPECT_EQ(running.count(action.u.release.handle), 1u);
        EXPECT_GT(action.u.release.results, running[action.u.release.handle].released);
        running[action.u.release.handle].released = action.u.release.results;
        running[action.u.release.handle].released_bytes = action.u.release.bytes;
        Line("RELEASE " + std::to_string(action.u.release.results));
        return;
    case REEVE_ACTION_SPOOL_WRITE:
    case REEVE_ACTION_SPOOL_READ:
    case REEVE_ACTION_SPOOL_REMOVE:
        OnSpool(action);
        return;
    case REEVE_ACTION_NOTE:
        notes[action.u.note.code]++;
        if (action.u.note.code == REEVE_NOTE_INVARIANT) {
            ADD_FAILURE() << "invariant: " << (action.u.note.state ? action.u.note.state : "");
        }
        return;
    case REEVE_ACTION_EXIT:
        exited = true;
        exit_status = action.u.exit.status;
        Line(std::string("EXIT ") + reeve_status_name(exit_status));
        return;
    }
    ADD_FAILURE() << "unknown action";
}

void EngineWorld::OnAppend(const reeve_engine_action &action)
{
    EXPECT_EQ(action.u.append.lsn, journal.size() + 1) << "the journal numbers without holes";
    journal.push_back({action.u.append.type, action.u.append.lsn, Text(action.u.append.record)});
    Line(std::string("APPEND ") +
         reeve_journal_record_name(static_cast<reeve_journal_record_type>(action.u.append.type)));
}

bool EngineWorld::IsDurable(uint8_t type,
                            const std::function<bool(const reeve_journal_record &)> &match)
{
    for (size_t i = synced; i-- > 0;) {
        if (journal[i].type != type) {
            continue;
        }
        reeve_journal_record record;
        EXPECT_EQ(reeve_journal_record_decode(type, View(journal[i].bytes), &arena_, &record),
                  REEVE_OK);
        if (match(record)) {
            return true;
        }
    }
    return false;
}

void EngineWorld::OnStart(const reeve_engine_start_job &start)
{
    std::string job = Key(start.job_id);
    Line(std::string("START ") + start.task->name);
    EXPECT_EQ(running.count(start.handle), 0u) << "P4: a handle was used twice";
    EXPECT_TRUE(link_up || other_.link_up || start.task->idempotency == REEVE_NOT_IDEMPOTENT)
        << "P4: started without a session, and without a durable intent";
    EXPECT_LE(now.boot_ms, lease_base_ms_ + gw_lease_ms) << "P4: started after the lease ran out";
    WorldRunning &run = running[start.handle];
    run = {job, start.task->name, Text(start.input), start.deadline_ms};
    run.max_output_bytes = start.max_output_bytes;
    if (start.task->idempotency == REEVE_NOT_IDEMPOTENT) {
        EXPECT_TRUE(starts[job].empty()) << "P4: not idempotent, and started twice";
        EXPECT_TRUE(IsDurable(REEVE_JOURNAL_INTENT, [&](const reeve_journal_record &r) {
            return Key(r.as.job_intent.job_id) == job;
        })) << "P4: started before its intent was durable";
    }
    starts[job].push_back(start.attempt);
}

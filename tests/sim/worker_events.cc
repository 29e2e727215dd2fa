// SPDX-License-Identifier: Apache-2.0
//
// Events into a worker's engine, actions out of it, as agent/main carries them.
#include "agent/codec/journal_record.h"
#include "tests/sim/events.h"
#include "tests/sim/world.h"

namespace reeve_sim
{

void Worker::Fire(const reeve_engine_event &event)
{
    if (!up || exiting_) {
        return;
    }
    reeve_engine_handle(engine, &event, Now());
    Act();
}

void Worker::LinkUp(uint32_t link)
{
    open_links.insert(link);
    Fire(LinkEvent(REEVE_EVENT_LINK_UP, link));
}

void Worker::LinkMessage(uint32_t link, const std::string &bytes)
{
    const Exact exact(bytes);
    reeve_engine_event event = LinkEvent(REEVE_EVENT_LINK_MESSAGE, link);
    event.u.link.message = exact.View();
    Fire(event);
}

void Worker::LinkSent(uint32_t link)
{
    sending.erase(link);
    Fire(LinkEvent(REEVE_EVENT_LINK_SENT, link));
}

void Worker::LinkDown(uint32_t link, reeve_status status)
{
    sending.erase(link);
    open_links.erase(link);
    session_link = link == session_link ? 0 : session_link;
    sim.Trace("%s link %u is down: %s", Name().c_str(), link, reeve_status_name(status));
    Fire(LinkEvent(REEVE_EVENT_LINK_DOWN, link, status));
}

// P6: it makes another connection, however long this one would still serve.
void Worker::LinkLeaving(uint32_t link)
{
    const bool alone = open_links.size() == 1 && link == session_link && !dialled_since_welcome;
    const bool serves = alone && !draining_ && Status().link_state == std::string("LIVE");
    sim.Trace("%s link %u: its peer goes away", Name().c_str(), link);
    believed[link].leaving = true;
    if (serves) {
        Later(kBackoffCapMs + 100, [this, link] {
            if (link == session_link && !dialled_since_welcome && !draining_ &&
                failure == REEVE_OK) {
                sim.Fail("P6", "%s stays on a connection whose peer goes away", Name().c_str());
            }
        });
    }
    Fire(LinkEvent(REEVE_EVENT_LINK_LEAVING, link));
}

// P6: a session that still serves is not left before another stands, unless the gateway says so.
void Worker::CheckFarewell(uint32_t link, uint32_t code)
{
    if (link != session_link) {
        return;
    }
    session_link = 0;
    const Believed &b = believed[link];
    const bool told = b.told_to_drain || draining_ || failure != REEVE_OK;
    if (b.leaving && !told && code == REEVE_SESSION_DRAINED) {
        sim.Fail("P6", "%s leaves a connection before another stands", Name().c_str());
    }
}

void Worker::Act()
{
    reeve_engine_action action;
    for (;;) {
        while (reeve_engine_next_action(engine, &action)) {
            Carry(action);
        }
        if (journal_status_ == REEVE_OK || exiting_) {
            break;
        }
        const reeve_engine_event event = Failed(journal_status_);
        journal_status_ = REEVE_OK;
        reeve_engine_handle(engine, &event, Now());
    }
    if (appended_) {
        appended_ = false;
        const reeve_status status = reeve_journal_commit(journal, Now().boot_ms);
        if (status != REEVE_OK && status != REEVE_CLOSED) {
            sim.Trace("%s begins no segment: %s", Name().c_str(), reeve_status_name(status));
        }
        PlanSync();
    }
    sim.ledger.Step(*this);
    if (exiting_) {
        const reeve_status status = exit_status_;
        sim.Trace("%s exits: %s", Name().c_str(), reeve_status_name(status));
        if (failure != REEVE_OK && status != failure) {
            sim.Fail("P6", "%s ends with %s, and its journal failed with %s", Name().c_str(),
                     reeve_status_name(status), reeve_status_name(failure));
        }
        if (status == REEVE_OK) {
            while (reeve_journal_step(journal)) {
            }
        }
        exited_well = status == REEVE_OK && draining_;
        power_cut_next = false;
        sim.forced = sim.forced || status != REEVE_OK;
        const bool again = !last_drain;
        Stop(false);
        disk.locked = false;
        if (again) {
            sim.In(rng_->Between(50, 1500), [this] { Start(); });
        }
        return;
    }
    PlanTick();
}

void Worker::PlanTick()
{
    if (!alarm_.Move(reeve_engine_next_deadline(engine), Now().boot_ms, sim.now_ms)) {
        return;
    }
    Later(alarm_.at - sim.now_ms, [this, version = alarm_.version] {
        if (alarm_.Rings(version)) {
            Fire(EngineEvent(REEVE_EVENT_TICK));
        }
    });
}

void Worker::Carry(reeve_engine_action &action)
{
    switch (action.type) {
    case REEVE_ACTION_CONNECT:
        dialled_since_welcome = true;
        sim.network.Dial(*this, action.u.connect.link);
        return;
    case REEVE_ACTION_CLOSE:
        sim.Trace("%s closes link %u: %s", Name().c_str(), action.u.close.link,
                  reeve_status_name(action.u.close.status));
        CheckFarewell(action.u.close.link, action.u.close.session_code);
        sim.network.WorkerCloses(*this, action.u.close.link, action.u.close.status);
        return;
    case REEVE_ACTION_SEND: {
        std::string bytes = Text(reeve_buffer_view(&action.u.send.message));
        reeve_buffer_clear(&action.u.send.message);
        if (!sending.insert(action.u.send.link).second) {
            sim.Fail("P7", "%s has two sends under way on one link", Name().c_str());
        }
        if (failure != REEVE_OK) {
            sim.Fail("P4", "%s speaks when its journal has failed", Name().c_str());
        }
        sim.ledger.WorkerFrames(*this, action.u.send.link, bytes, true);
        sim.network.WorkerSends(*this, action.u.send.link, std::move(bytes));
        return;
    }
    case REEVE_ACTION_APPEND: {
        uint64_t given = 0;
        reeve_status status =
            reeve_journal_append(journal, action.u.append.type, action.u.append.record, &given);
        if (status == REEVE_OK && given != action.u.append.lsn) {
            sim.Fail("P4", "%s: the journal numbers otherwise than the engine", Name().c_str());
        }
        appended_ = true;
        if (status == REEVE_OK) {
            sim.Trace("%s appends lsn %llu: %s", Name().c_str(),
                      static_cast<unsigned long long>(given),
                      reeve_journal_record_name(
                          static_cast<reeve_journal_record_type>(action.u.append.type)));
            OnAppend(action.u.append.type, given, action.u.append.record);
        }
        if (status == REEVE_CLOSED) {
            status = reeve_journal_stat(journal, 0).status;
        }
        if (status != REEVE_OK && journal_status_ == REEVE_OK) {
            sim.Trace("%s cannot append type %u: %s", Name().c_str(), action.u.append.type,
                      reeve_status_name(status));
            if (status == REEVE_LIMIT) {
                sim.Fail("P7", "%s: the limits let the journal fill up (record type %u)",
                         Name().c_str(), action.u.append.type);
            }
            journal_status_ = status;
        }
        return;
    }
    case REEVE_ACTION_START_JOB:
        OnStart(action.u.start);
        return;
    case REEVE_ACTION_CANCEL_JOB:
        OnCancel(action.u.cancel.handle);
        return;
    case REEVE_ACTION_RELEASE_RESULTS: {
        auto run = runs.find(action.u.release.handle);
        if (run != runs.end()) {
            run->second.released = action.u.release.results;
        }
        return;
    }
    case REEVE_ACTION_SPOOL_WRITE:
    case REEVE_ACTION_SPOOL_READ:
    case REEVE_ACTION_SPOOL_REMOVE:
        CarrySpool(action);
        return;
    case REEVE_ACTION_NOTE:
        sim.ledger.Noted(*this, action.u.note);
        return;
    case REEVE_ACTION_EXIT:
        exiting_ = true;
        exit_status_ = action.u.exit.status;
        return;
    }
}

reeve_engine_status Worker::Status() const
{
    reeve_engine_status status;
    reeve_engine_read_status(engine, Now(), &status);
    return status;
}

bool Worker::Quiet() const
{
    return !up || (runs.empty() && Status().unsettled == 0);
}

} // namespace reeve_sim

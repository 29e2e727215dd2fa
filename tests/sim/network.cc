// SPDX-License-Identifier: Apache-2.0
//
// Connections: ordered, delayed, and sometimes less than that. A message arrives whole or not at
// all, as a transport delivers it; one that is cut arrives as the frames that lie before the cut,
// which is what a sender that had batched otherwise would have sent.
#include "agent/codec/batch.h"
#include "tests/sim/world.h"

namespace reeve_sim
{

namespace
{

// The longest prefix of whole frames within the first `length` bytes.
std::string WholeFrames(const std::string &message, size_t length)
{
    reeve_batch_reader reader;
    reeve_batch_frame frame;
    size_t good = 0;
    reeve_batch_reader_init(&reader, View(message), size_t{1} << 30);
    for (;;) {
        if (reeve_batch_reader_next(&reader, &frame) != REEVE_OK || frame.number == 0) {
            return message.substr(0, good);
        }
        const size_t end = message.size() - reader.rest.len;
        if (end > length) {
            return message.substr(0, good);
        }
        good = end;
    }
}

} // namespace

uint64_t Network::Delay(const Conn &conn)
{
    auto slow = slow_until_.find(conn.id);
    if (slow != slow_until_.end() && slow->second > sim_.now_ms) {
        return sim_.rng.Between(50, 900);
    }
    return sim_.rng.OneIn(20) ? sim_.rng.Between(5, 60) : sim_.rng.Between(0, 4);
}

Conn *Network::Find(uint64_t id)
{
    auto found = conns_.find(id);
    return found == conns_.end() ? nullptr : &found->second;
}

Conn *Network::FindLink(const Worker &worker, uint32_t link)
{
    for (auto &[id, conn] : conns_) {
        if (conn.worker == &worker && conn.worker_life == worker.life && conn.link == link) {
            return &conn;
        }
    }
    return nullptr;
}

void Network::Later(const Conn &conn, uint64_t ms, std::function<void(Conn &)> what)
{
    sim_.In(ms, [this, id = conn.id, what = std::move(what)] {
        if (Conn *still = Find(id)) {
            what(*still);
        }
    });
}

// ---- coming ----

void Network::Dial(Worker &worker, uint32_t link)
{
    const uint64_t id = ++ids_;
    Conn &conn = conns_[id];
    conn.id = id;
    conn.worker = &worker;
    conn.worker_life = worker.life;
    conn.link = link;
    const bool apart = apart_until_[worker.number] > sim_.now_ms;
    if (apart && sim_.rng.OneIn(2)) {
        return; // nobody answers; the engine gives up by itself
    }
    const uint64_t delay = apart ? sim_.rng.Between(1, 500) : Delay(conn) + 1;
    sim_.In(delay, [this, id] { Accept(id); });
}

void Network::Accept(uint64_t id)
{
    Conn *conn = Find(id);
    if (conn == nullptr || !conn->worker_end) {
        return;
    }
    const bool apart = apart_until_[conn->worker->number] > sim_.now_ms;
    if (apart || !sim_.gateway->up || !reeve_gateway_ready(sim_.gateway->core)) {
        EndWorker(*conn, REEVE_UNAVAILABLE);
        return;
    }
    conn->gateway_end = true;
    conn->gateway_life = sim_.gateway->life;
    sim_.Trace("conn%llu opens: %s", static_cast<unsigned long long>(id),
               conn->worker->Name().c_str());
    Worker *worker = conn->worker;
    const uint32_t link = conn->link;
    sim_.gateway->Opened(id, *worker);
    sim_.In(Delay(*conn), [this, worker, link, life = conn->worker_life, id] {
        const Conn *still = Find(id);
        if (still != nullptr && still->worker_end && worker->up && worker->life == life) {
            worker->LinkUp(link);
        }
    });
}

// ---- sending ----

void Network::Plan(Conn &conn, Pipe &pipe)
{
    if (pipe.items.empty()) {
        return;
    }
    const bool up = &pipe == &conn.up;
    sim_.At(pipe.items.front().at,
            [this, id = conn.id, up, version = pipe.version] { Deliver(id, up, version); });
}

void Network::Put(Conn &conn, Pipe &pipe, Pipe::Item item)
{
    pipe.last_at = std::max(pipe.last_at, sim_.now_ms + Delay(conn));
    item.at = pipe.last_at;
    if (pipe.swallows) {
        return;
    }
    pipe.items.push_back(std::move(item));
    if (pipe.items.size() == 1) {
        Plan(conn, pipe);
    }
}

uint64_t Network::TimeToSend(const Conn &conn)
{
    return conn.slow_reader ? sim_.rng.Between(50, 700) : sim_.rng.Below(3);
}

void Network::WorkerSends(Worker &worker, uint32_t link, std::string bytes)
{
    Conn *conn = FindLink(worker, link);
    if (conn == nullptr || !conn->worker_end) {
        return;
    }
    Put(*conn, conn->up, {std::move(bytes), 0, false, REEVE_OK});
    sim_.In(TimeToSend(*conn), [this, id = conn->id] {
        const Conn *still = Find(id);
        if (still != nullptr && still->worker_end && still->worker->life == still->worker_life) {
            still->worker->LinkSent(still->link);
        }
    });
}

void Network::GatewaySends(uint64_t session, std::string bytes)
{
    Conn *conn = Find(session);
    if (conn == nullptr || !conn->gateway_end) {
        return;
    }
    if (forge > 0) {
        bytes = Forge(*conn, bytes);
    }
    Put(*conn, conn->down, {std::move(bytes), 0, false, REEVE_OK});
    sim_.In(TimeToSend(*conn), [this, session] {
        const Conn *still = Find(session);
        if (still != nullptr && still->gateway_end && still->gateway_life == sim_.gateway->life) {
            sim_.gateway->Sent(session);
        }
    });
}

// ---- arriving ----

void Network::Deliver(uint64_t id, bool up, uint64_t version)
{
    Conn *conn = Find(id);
    if (conn == nullptr) {
        return;
    }
    Pipe &pipe = up ? conn->up : conn->down;
    if (pipe.version != version || pipe.items.empty()) {
        return;
    }
    Pipe::Item item = std::move(pipe.items.front());
    pipe.items.pop_front();
    Plan(*conn, pipe);
    if (up) {
        ArriveUp(*conn, std::move(item));
    } else {
        ArriveDown(*conn, std::move(item));
    }
    Forget();
}

void Network::ArriveUp(Conn &conn, Pipe::Item item)
{
    if (!conn.gateway_end || conn.gateway_life != sim_.gateway->life) {
        return;
    }
    if (item.close) {
        EndGateway(conn);
        return;
    }
    sim_.ledger.WorkerFrames(*conn.worker, conn.id, item.bytes, false);
    sim_.gateway->Message(conn.id, item.bytes);
}

void Network::ArriveDown(Conn &conn, Pipe::Item item)
{
    if (!conn.worker_end || conn.worker_life != conn.worker->life) {
        return;
    }
    if (item.close) {
        EndWorker(conn, item.status);
        return;
    }
    sim_.ledger.GatewayFrames(conn.worker, conn.link, item.bytes, false);
    conn.worker->LinkMessage(conn.link, item.bytes);
}

// ---- going ----

// What is still on its way into an end that is gone.
void Network::Empty(Pipe &pipe)
{
    pipe.items.clear();
    pipe.version++;
}

void Network::EndWorker(Conn &conn, reeve_status status)
{
    if (!conn.worker_end) {
        return;
    }
    conn.worker_end = false;
    Empty(conn.down);
    if (conn.worker->up && conn.worker->life == conn.worker_life) {
        conn.worker->LinkDown(conn.link, status);
    }
}

void Network::EndGateway(Conn &conn)
{
    if (!conn.gateway_end) {
        return;
    }
    conn.gateway_end = false;
    Empty(conn.up);
    if (sim_.gateway->up && sim_.gateway->life == conn.gateway_life) {
        sim_.gateway->Closed(conn.id);
    }
}

void Network::WorkerCloses(Worker &worker, uint32_t link, reeve_status status)
{
    Conn *conn = FindLink(worker, link);
    if (conn == nullptr || !conn->worker_end) {
        return;
    }
    Put(*conn, conn->up, {std::string(), 0, true, status});
    Later(*conn, sim_.rng.Below(3), [this, status](Conn &still) { EndWorker(still, status); });
}

void Network::GatewayCloses(uint64_t session, reeve_status status)
{
    Conn *conn = Find(session);
    if (conn == nullptr || !conn->gateway_end) {
        return;
    }
    Put(*conn, conn->down, {std::string(), 0, true, status});
    Later(*conn, sim_.rng.Below(3), [this](Conn &still) { EndGateway(still); });
}

// One end is gone; the other is told, if somebody is left who can tell.
void Network::Abandon(Conn &conn, bool silently, const std::function<void(Conn &)> &tell)
{
    if (silently) {
        conn.up.swallows = true;
        conn.down.swallows = true;
        return;
    }
    Later(conn, Delay(conn), tell);
}

void Network::WorkerDied(Worker &worker, bool silently)
{
    for (auto &[id, conn] : conns_) {
        if (conn.worker == &worker && conn.worker_end) {
            conn.worker_end = false;
            Empty(conn.down);
            Abandon(conn, silently, [this](Conn &still) { EndGateway(still); });
        }
    }
}

void Network::GatewayDied(bool silently)
{
    for (auto &[id, conn] : conns_) {
        if (conn.gateway_end) {
            conn.gateway_end = false;
            Empty(conn.up);
            Abandon(conn, silently, [this](Conn &still) { EndWorker(still, REEVE_UNAVAILABLE); });
        }
    }
}

void Network::Forget()
{
    for (auto at = conns_.begin(); at != conns_.end();) {
        const Conn &conn = at->second;
        const bool over = !conn.worker_end && !conn.gateway_end && conn.up.items.empty() &&
                          conn.down.items.empty() && conn.id + 64 < ids_;
        at = over ? conns_.erase(at) : std::next(at);
    }
}

// ---- faults ----

std::vector<Conn *> Network::Open()
{
    std::vector<Conn *> open;
    for (auto &[id, conn] : conns_) {
        if (conn.worker_end && conn.gateway_end) {
            open.push_back(&conn);
        }
    }
    return open;
}

// What is under way is lost behind some point, each way for itself. `cut`: that point lies inside
// the next message.
void Network::Break(Conn &conn, bool cut)
{
    for (Pipe *pipe : {&conn.up, &conn.down}) {
        const size_t kept = pipe->items.empty() ? 0 : sim_.rng.Below(pipe->items.size() + 1);
        if (cut && kept < pipe->items.size() && !pipe->items[kept].close) {
            const std::string &message = pipe->items[kept].bytes;
            const std::string part = WholeFrames(message, sim_.rng.Below(message.size() + 1));
            const uint64_t at = pipe->items[kept].at;
            pipe->items.resize(kept);
            if (!part.empty()) {
                pipe->items.push_back({part, at, false, REEVE_OK});
            }
        } else {
            pipe->items.resize(kept);
        }
        pipe->swallows = true;
        const uint64_t at = pipe->last_at > sim_.now_ms ? pipe->last_at : sim_.now_ms;
        pipe->items.push_back({std::string(), at + sim_.rng.Below(20), true, REEVE_UNAVAILABLE});
        pipe->version++;
        Plan(conn, *pipe);
    }
}

void Network::HalfOpen(Conn &conn)
{
    const uint64_t which = sim_.rng.Below(3);
    if (which != 1) {
        conn.up.swallows = true;
    }
    if (which != 0) {
        conn.down.swallows = true;
    }
}

void Network::Slow(Conn &conn)
{
    slow_until_[conn.id] = sim_.now_ms + sim_.rng.Between(500, 4000);
}

void Network::SlowReader(Conn &conn)
{
    conn.slow_reader = true;
}

void Network::GoAway(Conn &conn, uint64_t within_ms)
{
    Later(conn, Delay(conn), [](Conn &still) {
        const bool hears = still.worker_end && still.gateway_end && !still.down.swallows;
        if (hears && still.worker->up && still.worker->life == still.worker_life) {
            still.worker->LinkLeaving(still.link);
        }
    });
    Later(conn, within_ms, [this](Conn &still) {
        if (still.worker_end && still.gateway_end) {
            Break(still, false);
        }
    });
}

void Network::Partition(Worker &worker, uint64_t ms)
{
    apart_until_[worker.number] = sim_.now_ms + ms;
    for (Conn *conn : Open()) {
        if (conn->worker == &worker) {
            conn->up.swallows = true;
            conn->down.swallows = true;
        }
    }
}

void Network::Heal()
{
    apart_until_.clear();
    slow_until_.clear();
    for (auto &[id, conn] : conns_) {
        conn.slow_reader = false;
    }
}

} // namespace reeve_sim

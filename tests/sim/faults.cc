// SPDX-License-Identifier: Apache-2.0
//
// What goes wrong, and when: one thing at a time, at random moments, of the kinds that the world's
// profile knows.
#include "tests/sim/world.h"

namespace reeve_sim
{

void Faults::Begin()
{
    if (sim_.profile.faults != 0) {
        Plan();
    }
}

void Faults::Plan()
{
    sim_.In(sim_.rng.OneIn(3) ? sim_.rng.Between(1, 60) : sim_.rng.Between(60, 1500), [this] {
        if (!sim_.Calm()) {
            One();
            Plan();
        }
    });
}

void Faults::One()
{
    std::vector<int> known;
    for (int fault = 0; fault < kFaults; fault++) {
        if (sim_.Knows(fault)) {
            known.push_back(fault);
        }
    }
    if (sim_.Knows(kStoreBack) && sim_.gateway->up && sim_.rng.OneIn(3)) {
        sim_.gateway->TakeSnapshot();
    }
    Worker &worker = *sim_.workers[sim_.rng.Below(sim_.workers.size())];
    if (sim_.Knows(kJournalBack) && worker.up && sim_.rng.OneIn(3)) {
        worker.TakeSnapshot();
    }
    const int fault = known[sim_.rng.Below(known.size())];
    if (Do(fault) && fault != kForge) {
        counts[fault]++;
        sim_.Trace("FAULT %s", FaultText(fault));
    }
}

bool Faults::Do(int fault)
{
    Worker &worker = *sim_.workers[sim_.rng.Below(sim_.workers.size())];
    switch (fault) {
    case kDisconnect:
    case kCut:
    case kHalfOpen:
    case kSlowLink:
    case kSlowReader:
    case kGoaway:
        return DoNetwork(fault);
    case kGatewayKilled:
    case kGatewayDrains:
    case kStoreFails:
    case kStoreSlow:
    case kStoreBack:
        return DoGateway(fault);
    case kForge:
        sim_.network.forge += sim_.rng.Between(1, 3);
        return true;
    default:
        return !worker.retired && DoWorker(fault, worker);
    }
}

bool Faults::DoNetwork(int fault)
{
    const std::vector<Conn *> open = sim_.network.Open();
    if (open.empty()) {
        return false;
    }
    Conn &conn = *open[sim_.rng.Below(open.size())];
    if (fault == kDisconnect || fault == kCut) {
        sim_.network.Break(conn, fault == kCut);
    } else if (fault == kHalfOpen) {
        sim_.network.HalfOpen(conn);
    } else if (fault == kSlowLink) {
        sim_.network.Slow(conn);
    } else if (fault == kGoaway) {
        sim_.network.GoAway(conn, sim_.rng.Between(500, 8000));
    } else {
        sim_.network.SlowReader(conn);
    }
    return true;
}

bool Faults::DoProcess(int fault, Worker &worker)
{
    Rng &rng = sim_.rng;
    const reeve_crash how = fault == kWorkerKilled  ? REEVE_CRASH_KEEP_ALL
                            : fault == kWorkerPower ? REEVE_CRASH_KEEP_NONE
                                                    : REEVE_CRASH_TEAR;
    if (!worker.up) {
        return false;
    }
    switch (fault) {
    case kWorkerKilled:
    case kWorkerPower:
    case kWorkerTorn:
        if (rng.OneIn(2)) {
            worker.CrashInsideStorage(how);
        } else {
            worker.Crash(how);
        }
        worker.power_cut_next = fault == kWorkerKilled && sim_.Knows(kWorkerPower) && !rng.OneIn(4);
        return true;
    case kWorkerDrains:
        worker.Drain(rng.Between(50, 4000));
        return true;
    case kReload:
        worker.Reload();
        return true;
    default:
        worker.Rotate();
        return true;
    }
}

bool Faults::DoDisk(int fault, Worker &worker)
{
    static const reeve_memory_operation spool[] = {REEVE_MEMORY_CREATE, REEVE_MEMORY_WRITE,
                                                   REEVE_MEMORY_READ, REEVE_MEMORY_REMOVE};
    static const reeve_memory_operation journal[] = {REEVE_MEMORY_WRITE,  REEVE_MEMORY_SYNC,
                                                     REEVE_MEMORY_SYNC,   REEVE_MEMORY_CREATE,
                                                     REEVE_MEMORY_RENAME, REEVE_MEMORY_SYNC_DIR};
    Rng &rng = sim_.rng;
    switch (fault) {
    case kSyncSlow:
        worker.slow_sync_until = sim_.now_ms + rng.Between(200, 3000);
        return true;
    case kSpoolFails:
        reeve_memory_storage_fail(&worker.spool_disk, spool[rng.Below(std::size(spool))],
                                  rng.Below(3), rng.OneIn(2) ? REEVE_DISK_FULL : REEVE_IO);
        return true;
    case kSyncFails:
        reeve_memory_storage_fail(&worker.disk, journal[rng.Below(std::size(journal))],
                                  rng.Below(3), REEVE_IO);
        return true;
    case kDiskFull:
        reeve_memory_storage_fail(&worker.disk,
                                  rng.OneIn(2) ? REEVE_MEMORY_CREATE : REEVE_MEMORY_WRITE,
                                  rng.Below(3), REEVE_DISK_FULL);
        return true;
    default:
        worker.BreakDisk(rng.Between(200, 6000));
        return true;
    }
}

bool Faults::DoLoss(int fault, Worker &worker)
{
    if (worker.original != nullptr || !sim_.rng.OneIn(fault == kDiskLost ? 3 : 2)) {
        return false;
    }
    if (fault == kDiskLost) {
        worker.LoseDisk();
        return true;
    }
    if (fault == kJournalBack) {
        if (worker.snapshot.taken) {
            worker.RollBack();
        }
        return worker.snapshot.taken;
    }
    if (sim_.workers.size() > 3 || !worker.up) {
        return false;
    }
    const int number = static_cast<int>(sim_.workers.size());
    sim_.workers.push_back(std::make_unique<Worker>(sim_, number, worker.identity));
    sim_.workers.back()->CopyDiskFrom(worker);
    return true;
}

void Faults::JumpClock(Worker &worker)
{
    const int64_t by = static_cast<int64_t>(sim_.rng.Below(180000)) - 90000;
    if (sim_.rng.OneIn(4)) {
        sim_.gateway->wall_offset_ms = by / 6;
    } else {
        worker.wall_offset_ms = by;
    }
}

bool Faults::DoWorker(int fault, Worker &worker)
{
    switch (fault) {
    case kPartition:
        sim_.network.Partition(worker, sim_.rng.Between(100, 5000));
        return true;
    case kClockJump:
        JumpClock(worker);
        return true;
    case kSyncSlow:
    case kSyncFails:
    case kDiskFull:
    case kDiskBroken:
    case kSpoolFails:
        return DoDisk(fault, worker);
    case kDiskLost:
    case kJournalBack:
    case kJournalCopied:
        return DoLoss(fault, worker);
    default:
        return DoProcess(fault, worker);
    }
}

bool Faults::DoGateway(int fault)
{
    Rng &rng = sim_.rng;
    GatewayNode &gateway = *sim_.gateway;
    if (!gateway.up) {
        return false;
    }
    switch (fault) {
    case kGatewayDrains:
        gateway.Drain();
        return true;
    case kStoreFails:
        gateway.fail_until = sim_.now_ms + rng.Between(20, 1500);
        gateway.fail_with = rng.OneIn(2) ? REEVE_DISK_FULL : REEVE_IO;
        return true;
    case kStoreSlow:
        gateway.slow_until = sim_.now_ms + rng.Between(100, 2500);
        return true;
    case kStoreBack:
        if (!gateway.snapshot.taken || !rng.OneIn(2)) {
            return false;
        }
        break;
    default:
        break;
    }
    sim_.Trace("gateway is killed");
    gateway.Crash();
    sim_.network.GatewayDied(rng.OneIn(3));
    if (fault == kStoreBack) {
        gateway.RollBack();
    }
    sim_.In(rng.OneIn(4) ? rng.Between(500, 5000) : rng.Between(20, 500),
            [&gateway] { gateway.Start(); });
    return true;
}

} // namespace reeve_sim

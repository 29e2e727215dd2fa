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

bool Faults::DoWorker(int fault, Worker &worker)
{
    Rng &rng = sim_.rng;
    const reeve_crash how = fault == kWorkerKilled  ? REEVE_CRASH_KEEP_ALL
                            : fault == kWorkerPower ? REEVE_CRASH_KEEP_NONE
                                                    : REEVE_CRASH_TEAR;
    switch (fault) {
    case kPartition:
        sim_.network.Partition(worker, rng.Between(100, 5000));
        return true;
    case kWorkerKilled:
    case kWorkerPower:
    case kWorkerTorn:
        if (!worker.up) {
            return false;
        }
        if (rng.OneIn(2)) {
            worker.CrashInsideStorage(how);
        } else {
            worker.Crash(how);
        }
        worker.power_cut_next = fault == kWorkerKilled && sim_.Knows(kWorkerPower) && !rng.OneIn(4);
        return true;
    case kWorkerDrains:
        if (!worker.up) {
            return false;
        }
        worker.Drain(rng.Between(50, 4000));
        return true;
    case kSyncSlow:
        worker.slow_sync_until = sim_.now_ms + rng.Between(200, 3000);
        return true;
    case kSpoolFails: {
        static const reeve_memory_operation operations[] = {REEVE_MEMORY_CREATE, REEVE_MEMORY_WRITE,
                                                            REEVE_MEMORY_READ, REEVE_MEMORY_REMOVE};
        reeve_memory_storage_fail(&worker.spool_disk, operations[rng.Below(std::size(operations))],
                                  rng.Below(3), rng.OneIn(2) ? REEVE_DISK_FULL : REEVE_IO);
        return true;
    }
    case kSyncFails:
    case kDiskFull: {
        static const reeve_memory_operation operations[] = {
            REEVE_MEMORY_WRITE,  REEVE_MEMORY_SYNC,   REEVE_MEMORY_SYNC,
            REEVE_MEMORY_CREATE, REEVE_MEMORY_RENAME, REEVE_MEMORY_SYNC_DIR};
        const reeve_memory_operation operation =
            fault == kDiskFull ? (rng.OneIn(2) ? REEVE_MEMORY_CREATE : REEVE_MEMORY_WRITE)
                               : operations[rng.Below(std::size(operations))];
        reeve_memory_storage_fail(&worker.disk, operation, rng.Below(3),
                                  fault == kDiskFull ? REEVE_DISK_FULL : REEVE_IO);
        return true;
    }
    case kDiskBroken:
        worker.BreakDisk(rng.Between(200, 6000));
        return true;
    case kClockJump: {
        const int64_t by = static_cast<int64_t>(rng.Below(180000)) - 90000;
        if (rng.OneIn(4)) {
            sim_.gateway->wall_offset_ms = by / 6;
        } else {
            worker.wall_offset_ms = by;
        }
        return true;
    }
    case kReload:
    case kRotation:
        if (!worker.up) {
            return false;
        }
        if (fault == kReload) {
            worker.Reload();
        } else {
            worker.Rotate();
        }
        return true;
    case kDiskLost:
        if (worker.original != nullptr || !rng.OneIn(3)) {
            return false;
        }
        worker.LoseDisk();
        return true;
    case kJournalBack:
        if (!worker.snapshot.taken || worker.original != nullptr || !rng.OneIn(2)) {
            return false;
        }
        worker.RollBack();
        return true;
    case kJournalCopied: {
        if (sim_.workers.size() > 3 || worker.original != nullptr || !worker.up || !rng.OneIn(2)) {
            return false;
        }
        const int number = static_cast<int>(sim_.workers.size());
        sim_.workers.push_back(std::make_unique<Worker>(sim_, number, worker.identity));
        sim_.workers.back()->CopyDiskFrom(worker);
        return true;
    }
    default:
        return false;
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

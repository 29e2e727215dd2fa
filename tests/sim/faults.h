// SPDX-License-Identifier: Apache-2.0
// What goes wrong, and when.
#ifndef REEVE_TESTS_SIM_FAULTS_H
#define REEVE_TESTS_SIM_FAULTS_H

#include <cstdint>

namespace reeve_sim
{

class Sim;
class Worker;

#define REEVE_SIM_FAULTS(X)                                                                        \
    X(kDisconnect, "disconnect")                                                                   \
    X(kCut, "cut inside a batch")                                                                  \
    X(kHalfOpen, "half-open link")                                                                 \
    X(kPartition, "partition")                                                                     \
    X(kSlowLink, "slow link")                                                                      \
    X(kSlowReader, "slow reader")                                                                  \
    X(kGoaway, "GOAWAY")                                                                           \
    X(kWorkerKilled, "worker killed")                                                              \
    X(kWorkerPower, "worker power cut")                                                            \
    X(kWorkerTorn, "worker power cut, torn writes")                                                \
    X(kWorkerDrains, "worker drains")                                                              \
    X(kGatewayKilled, "gateway killed")                                                            \
    X(kGatewayDrains, "gateway drains")                                                            \
    X(kSyncSlow, "slow fsync")                                                                     \
    X(kSyncFails, "failing write or fsync")                                                        \
    X(kDiskFull, "worker's disk full")                                                             \
    X(kDiskBroken, "worker's disk fails for good")                                                 \
    X(kSpoolFails, "spool full or failing")                                                        \
    X(kStoreFails, "store full or failing")                                                        \
    X(kStoreSlow, "slow store")                                                                    \
    X(kClockJump, "wall clock jumps")                                                              \
    X(kRotation, "identity rotated")                                                               \
    X(kReload, "configuration reloaded")                                                           \
    X(kForge, "forged dispatch")                                                                   \
    X(kDiskLost, "worker's disk lost")                                                             \
    X(kJournalBack, "journal rolled back")                                                         \
    X(kJournalCopied, "journal copied to a second worker")                                         \
    X(kStoreBack, "store rolled back")

enum Fault {
#define X(name, text) name,
    REEVE_SIM_FAULTS(X)
#undef X
        kFaults
};
const char *FaultText(int fault);

// A kind of world: which faults it knows, and what it may therefore not excuse.
struct Profile {
    const char *name;
    uint32_t faults; // bits 1 << Fault
};
const Profile &ProfileOf(uint64_t seed);

class Faults
{
  public:
    explicit Faults(Sim &sim) : sim_(sim)
    {
    }
    void Begin();
    void Plan();
    uint64_t counts[kFaults] = {};

  private:
    void One();
    bool Do(int fault);
    bool DoNetwork(int fault);
    bool DoWorker(int fault, Worker &worker);
    bool DoProcess(int fault, Worker &worker);
    bool DoDisk(int fault, Worker &worker);
    bool DoLoss(int fault, Worker &worker);
    void JumpClock(Worker &worker);
    bool DoGateway(int fault);
    Sim &sim_;
};

} // namespace reeve_sim

#endif

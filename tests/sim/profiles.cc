// SPDX-License-Identifier: Apache-2.0
//
// Which worlds there are.
#include "tests/sim/faults.h"

namespace reeve_sim
{

const char *FaultText(int fault)
{
    static const char *const texts[] = {
#define X(name, text) text,
        REEVE_SIM_FAULTS(X)
#undef X
    };
    return fault >= 0 && fault < kFaults ? texts[fault] : "";
}

namespace
{

constexpr uint32_t Bit(int fault)
{
    return 1u << fault;
}

constexpr uint32_t kNetworkFaults = Bit(kDisconnect) | Bit(kCut) | Bit(kHalfOpen) |
                                    Bit(kPartition) | Bit(kSlowLink) | Bit(kSlowReader) |
                                    Bit(kGoaway);
constexpr uint32_t kRestarts = Bit(kWorkerDrains) | Bit(kGatewayKilled) | Bit(kGatewayDrains) |
                               Bit(kSyncSlow) | Bit(kStoreSlow) | Bit(kReload) | Bit(kRotation) |
                               Bit(kSpoolFails);
constexpr uint32_t kCrashes = Bit(kWorkerKilled) | Bit(kWorkerPower) | Bit(kWorkerTorn) |
                              Bit(kSyncFails) | Bit(kDiskFull) | Bit(kDiskBroken) |
                              Bit(kStoreFails);
constexpr uint32_t kLosses =
    Bit(kDiskLost) | Bit(kJournalBack) | Bit(kJournalCopied) | Bit(kStoreBack);

const Profile kProfiles[] = {
    {"calm", 0},
    {"network", kNetworkFaults},
    {"restarts", kNetworkFaults | kRestarts},
    {"crashes", kNetworkFaults | kRestarts | kCrashes},
    {"crashes", kNetworkFaults | kRestarts | kCrashes},
    {"disks", kCrashes | Bit(kSyncSlow) | Bit(kDisconnect)},
    {"hostile", kNetworkFaults | kRestarts | Bit(kForge) | Bit(kClockJump)},
    {"lost disks", kCrashes | Bit(kDisconnect) | Bit(kDiskLost)},
    {"lost state", kNetworkFaults | kCrashes | Bit(kGatewayKilled) | kLosses},
    {"everything", (1u << kFaults) - 1u},
};

} // namespace

const Profile &ProfileOf(uint64_t seed)
{
    return kProfiles[seed % (sizeof kProfiles / sizeof kProfiles[0])];
}

} // namespace reeve_sim

// SPDX-License-Identifier: Apache-2.0
//
// What can become of a worker's disk: lost, copied, restored.
#include "tests/sim/keys.h"
#include "tests/sim/world.h"

namespace reeve_sim
{

void Worker::LoseDisk()
{
    if (up) {
        Stop(true);
    }
    sim.Trace("%s loses its disk", Name().c_str());
    exited_well = false;
    reeve_memory_storage_clear(&disk);
    reeve_memory_storage_init(&disk);
    disk.sync_loses = true;
    reeve_key_clear(&audit_key); // lay beside the journal
    audit_key = KeyFrom(identity + " " + std::to_string(++disks));
    snapshot = Snapshot();
    sim.In(rng_->Between(50, 2000), [this] { Start(); });
}

// As a disk that the kernel mounts read-only; a person mends it, or brings another with the same
// content.
void Worker::BreakDisk(uint64_t ms)
{
    disk.broken = REEVE_IO;
    sim.In(ms, [this] {
        disk.broken = REEVE_OK;
        sim.Trace("the disk of %s is mended", Name().c_str());
    });
}

void Worker::Retire()
{
    sim.Trace("%s is taken away", Name().c_str());
    retired = true;
    if (up) {
        Stop(true);
    }
}

std::map<std::string, std::string> Worker::Files()
{
    std::map<std::string, std::string> files;
    for (const reeve_memory_entry &entry : disk.durable) {
        if (entry.inode != nullptr) {
            files[entry.name] = Text(reeve_buffer_view(&entry.inode->durable));
        }
    }
    return files;
}

void Worker::PutFiles(const std::map<std::string, std::string> &files)
{
    reeve_memory_storage_clear(&disk);
    reeve_memory_storage_init(&disk);
    disk.sync_loses = true;
    synced_lsn = 0; // of another time, or of another worker
    for (const auto &[name, content] : files) {
        reeve_memory_storage_put(&disk, name.c_str(), View(content));
    }
}

// As a backup of a running machine would have it: what is durable at one moment.
void Worker::TakeSnapshot()
{
    snapshot = {true, sim.now_ms, durable_epoch, nonce_pending, journal_id, Files()};
}

void Worker::RollBack()
{
    if (up) {
        Stop(true);
    }
    exited_well = false;
    sim.Trace("%s is restored to %llu ms, epoch %llu", Name().c_str(),
              static_cast<unsigned long long>(snapshot.at),
              static_cast<unsigned long long>(snapshot.epoch));
    PutFiles(snapshot.files);
    sim.ledger.Copied(snapshot.journal_id, snapshot.epoch, snapshot.nonce_pending, snapshot.at);
    sim.In(rng_->Between(50, 2000), [this] { Start(); });
}

void Worker::CopyDiskFrom(Worker &other)
{
    sim.Trace("%s is a copy of %s", Name().c_str(), other.Name().c_str());
    original = &other;
    reeve_key_clear(&audit_key);
    audit_key = KeyFrom(other.disks == 0 ? other.identity
                                         : other.identity + " " + std::to_string(other.disks));
    PutFiles(other.Files());
    sim.ledger.Copied(other.journal_id, other.durable_epoch, other.nonce_pending, sim.now_ms);
    sim.In(rng_->Between(10, 3000), [this] { Start(); });
}

} // namespace reeve_sim

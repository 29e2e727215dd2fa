// SPDX-License-Identifier: Apache-2.0
// What a gateway has on disk.
#ifndef REEVE_TESTS_SIM_STORE_H
#define REEVE_TESTS_SIM_STORE_H

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/base/random.h"
#include "gateway-stub/store/store.h"

struct reeve_sqlite_context;

namespace reeve_sim
{

struct OutcomeRow {
    uint8_t status = 0;
    uint8_t effect = 0;
    uint32_t reason = 0;
    uint32_t attempt = 0;
    uint64_t results = 0;
    std::string output;
    bool operator==(const OutcomeRow &o) const
    {
        return status == o.status && effect == o.effect && reason == o.reason &&
               attempt == o.attempt && results == o.results && output == o.output;
    }
};

struct SettlementRow {
    std::string job;
    uint8_t status;
    uint8_t effect;
    std::string source;
};

// The SQLite store's own transitions on a database in memory: no thread, no file.
class Store
{
  public:
    Store();
    ~Store();
    Store(const Store &) = delete;
    Store &operator=(const Store &) = delete;
    void Open(const reeve_store_sealer &sealer, const reeve_random *random);
    void Load(const std::string &image); // instead of what is there; then Open
    std::string Image() const;
    void Write(reeve_list *batch);
    void Read(reeve_list *batch);
    // What is stored, for the ledger.
    std::map<std::string, OutcomeRow> Outcomes();
    std::vector<SettlementRow> Settlements();
    std::map<std::string, int64_t> Jobs(); // id: not_after
    uint64_t MiscountedPlans(); // that count other jobs as open than those without an end
    std::map<uint64_t, std::string> Results(const std::string &job, uint32_t attempt);
    uint64_t AuditSequence(const reeve_id &chain);
    struct Chain {
        std::string id;
        bool own;
        uint64_t sequence;
        std::string hash;
        struct Record {
            uint64_t sequence;
            std::string bytes;
        };
        std::vector<Record> records;
    };
    std::vector<Chain> Chains();

  private:
    std::unique_ptr<reeve_sqlite_context> context_;
    std::string image_; // to be opened
};

} // namespace reeve_sim

#endif

// SPDX-License-Identifier: Apache-2.0
//
// The store: the same C functions and the same SQL that the gateway's writer and reader threads
// carry out, called in turn on one database in memory. A commit is durable when it returns, as with
// synchronous=FULL; a process that dies takes only what was not carried out with it.
// A struct and a function of one name: C as the store is written, a warning here.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#include "gateway-stub/store/sqlite/lane.h"
#include "gateway-stub/store/sqlite/schema.h"
#pragma GCC diagnostic pop
#include "tests/sim/world.h"

namespace reeve_sim
{

namespace
{

void Need(bool condition, const char *what)
{
    if (!condition) {
        std::fprintf(stderr, "sim: the store's database: %s\n", what);
        std::terminate();
    }
}

std::string Blob(sqlite3_stmt *statement, int column)
{
    const void *data = sqlite3_column_blob(statement, column);
    const int size = sqlite3_column_bytes(statement, column);
    return data == nullptr
               ? std::string()
               : std::string(static_cast<const char *>(data), static_cast<size_t>(size));
}

// Rows of a query that only the ledger asks.
class Rows
{
  public:
    Rows(sqlite3 *db, const char *sql)
    {
        Need(sqlite3_prepare_v2(db, sql, -1, &statement, nullptr) == SQLITE_OK, sql);
    }
    ~Rows()
    {
        (void)sqlite3_finalize(statement);
    }
    Rows(const Rows &) = delete;
    Rows &operator=(const Rows &) = delete;
    bool Next()
    {
        return sqlite3_step(statement) == SQLITE_ROW;
    }
    uint64_t Number(int column)
    {
        return static_cast<uint64_t>(sqlite3_column_int64(statement, column));
    }

    sqlite3_stmt *statement = nullptr;
};

} // namespace

Store::Store() : context_(std::make_unique<reeve_sqlite_context>())
{
    *context_ = {};
    reeve_buffer_init(&context_->sealed, nullptr, size_t{1} << 16);
}

Store::~Store()
{
    reeve_db_close(&context_->db);
    reeve_buffer_clear(&context_->sealed);
}

void Store::Load(const std::string &image)
{
    reeve_db_close(&context_->db);
    image_ = image;
}

// Each start of a gateway opens its store anew, and counts it.
void Store::Open(const reeve_store_sealer &sealer, const reeve_random *random)
{
    if (context_->db.connection == nullptr) {
        Need(reeve_db_open(&context_->db, ":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) ==
                 REEVE_OK,
             "open");
        if (!image_.empty()) {
            auto *copy = static_cast<unsigned char *>(sqlite3_malloc64(image_.size()));
            Need(copy != nullptr, "memory");
            reeve_move(copy, image_.data(), image_.size());
            Need(sqlite3_deserialize(context_->db.connection, "main", copy,
                                     static_cast<sqlite3_int64>(image_.size()),
                                     static_cast<sqlite3_int64>(image_.size()),
                                     SQLITE_DESERIALIZE_FREEONCLOSE |
                                         SQLITE_DESERIALIZE_RESIZEABLE) == SQLITE_OK,
                 "deserialize");
        }
        Need(reeve_schema_migrate(&context_->db) == REEVE_OK, "schema");
    }
    context_->sealer = sealer;
    Need(reeve_schema_mint(&context_->db, random) == REEVE_OK, "mint");
    Rows rows(context_->db.connection, "SELECT gateway_id FROM meta");
    Need(rows.Next(), "meta");
    context_->gateway_id = IdOf(Blob(rows.statement, 0));
}

std::string Store::Image() const
{
    sqlite3_int64 size = 0;
    unsigned char *bytes = sqlite3_serialize(context_->db.connection, "main", &size, 0);
    Need(bytes != nullptr, "serialize");
    std::string image(reinterpret_cast<char *>(bytes), static_cast<size_t>(size));
    sqlite3_free(bytes);
    return image;
}

void Store::Write(reeve_list *batch)
{
    reeve_sqlite_write_batch(context_.get(), batch);
}

void Store::Read(reeve_list *batch)
{
    reeve_sqlite_read_batch(context_.get(), batch);
}

std::map<std::string, OutcomeRow> Store::Outcomes()
{
    std::map<std::string, OutcomeRow> all;
    Rows rows(context_->db.connection,
              "SELECT j.job_id, o.status, o.effect, o.reason, o.attempt, o.results, o.output"
              " FROM outcomes o JOIN jobs j ON j.seq = o.job");
    while (rows.Next()) {
        OutcomeRow row;
        row.status = static_cast<uint8_t>(rows.Number(1));
        row.effect = static_cast<uint8_t>(rows.Number(2));
        row.reason = static_cast<uint32_t>(rows.Number(3));
        row.attempt = static_cast<uint32_t>(rows.Number(4));
        row.results = rows.Number(5);
        row.output = Blob(rows.statement, 6);
        all[Blob(rows.statement, 0)] = row;
    }
    return all;
}

std::vector<SettlementRow> Store::Settlements()
{
    std::vector<SettlementRow> all;
    Rows rows(context_->db.connection,
              "SELECT j.job_id, s.status, s.effect, s.source FROM settlements s JOIN jobs j"
              " ON j.seq = s.job ORDER BY s.seq");
    while (rows.Next()) {
        all.push_back({Blob(rows.statement, 0), static_cast<uint8_t>(rows.Number(1)),
                       static_cast<uint8_t>(rows.Number(2)), Blob(rows.statement, 3)});
    }
    return all;
}

uint64_t Store::MiscountedPlans()
{
    Rows rows(context_->db.connection,
              "SELECT count(*) FROM plans p WHERE p.open_jobs <> (SELECT count(*) FROM jobs j"
              " LEFT JOIN outcomes o ON o.job = j.seq WHERE j.plan = p.seq AND o.job IS NULL)");
    return rows.Next() ? rows.Number(0) : 0;
}

std::map<std::string, int64_t> Store::Jobs()
{
    std::map<std::string, int64_t> all;
    Rows rows(context_->db.connection,
              "SELECT j.job_id, p.not_after_ms FROM jobs j JOIN plans p ON p.seq = j.plan");
    while (rows.Next()) {
        all[Blob(rows.statement, 0)] = static_cast<int64_t>(rows.Number(1));
    }
    return all;
}

std::map<uint64_t, std::string> Store::Results(const std::string &job, uint32_t attempt)
{
    std::map<uint64_t, std::string> all;
    Rows rows(context_->db.connection, "SELECT r.idx, r.message FROM results r JOIN jobs j ON"
                                       " j.seq = r.job WHERE j.job_id = ? AND r.attempt = ?");
    (void)sqlite3_bind_blob(rows.statement, 1, job.data(), static_cast<int>(job.size()),
                            SQLITE_TRANSIENT);
    (void)sqlite3_bind_int64(rows.statement, 2, attempt);
    while (rows.Next()) {
        all[rows.Number(0)] = Blob(rows.statement, 1);
    }
    return all;
}

uint64_t Store::AuditSequence(const reeve_id &chain)
{
    Rows rows(context_->db.connection, "SELECT sequence FROM chains WHERE chain_id = ?");
    (void)sqlite3_bind_blob(rows.statement, 1, chain.bytes, sizeof chain.bytes, SQLITE_TRANSIENT);
    return rows.Next() ? rows.Number(0) : 0;
}

std::vector<Store::Chain> Store::Chains()
{
    std::vector<Chain> all;
    Rows rows(context_->db.connection,
              "SELECT seq, chain_id, journal IS NULL, sequence, hash FROM chains ORDER BY seq");
    while (rows.Next()) {
        Chain chain;
        chain.id = Blob(rows.statement, 1);
        chain.own = rows.Number(2) != 0;
        chain.sequence = rows.Number(3);
        chain.hash = Blob(rows.statement, 4);
        Rows records(context_->db.connection,
                     "SELECT sequence, record FROM audit WHERE chain = ? ORDER BY sequence");
        (void)sqlite3_bind_int64(records.statement, 1, sqlite3_column_int64(rows.statement, 0));
        while (records.Next()) {
            chain.records.push_back({records.Number(0), Blob(records.statement, 1)});
        }
        all.push_back(std::move(chain));
    }
    return all;
}

} // namespace reeve_sim

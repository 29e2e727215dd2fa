// SPDX-License-Identifier: Apache-2.0
// Journals that nobody should find (P4, P7). The input is one of two programs:
//
//   - it builds segment files by hand, checksums and all, with anything in them;
//   - it drives a real journal through appends, commits, failing disks and crashes, and at the end
//     changes bytes of its files behind its back.
//
// Then the journal is opened. It is refused with a typed status and nothing of it is changed, or
// what it shows is records in one row; what is appended to that stands behind it after a power cut.
// A journal that only crashed is never refused, shows what was said to be durable, and nothing
// that was not appended.
#include <iterator>
#include <map>
#include <utility>
#include <vector>

#include "agent/journal/format.h"
#include "agent/journal/reader.h"
#include "agent/journal/segments.h"
#include "tests/fuzz/memory.h"
#include "tests/support/memory_storage.h"

using reeve::fuzz::Input;
using reeve::fuzz::Require;
using reeve::fuzz::Text;
using reeve::fuzz::View;
using reeve::fuzz::WasShort;

namespace
{

constexpr size_t kMaxSteps = 300;
constexpr size_t kMaxFile = 48 * 1024;
constexpr size_t kMaxRecord = 9000;

struct Record {
    uint8_t type = 0;
    uint64_t lsn = 0;
    std::string bytes;
    bool operator==(const Record &o) const
    {
        return type == o.type && lsn == o.lsn && bytes == o.bytes;
    }
};
using Records = std::vector<Record>;
using Files = std::map<std::string, std::string>;

reeve_status Gather(void *ctx, const reeve_journal_record_view *r)
{
    if (r->type != REEVE_JOURNAL_HEAD_TYPE) {
        static_cast<Records *>(ctx)->push_back({r->type, r->lsn, Text(r->bytes)});
    }
    return REEVE_OK;
}

// Whether `part` is some of `whole` in one row.
bool IsRowOf(const Records &part, const Records &whole)
{
    if (part.empty()) {
        return true;
    }
    const auto at = std::find(whole.begin(), whole.end(), part.front());
    return static_cast<size_t>(whole.end() - at) >= part.size() &&
           std::equal(part.begin(), part.end(), at);
}

class World
{
  public:
    explicit World(Input &in) : in_(in)
    {
        reeve_memory_storage_init(&disk_);
        disk_.sync_loses = true;
        reeve_random_seed(&random_, 11);
        options_.storage = &disk_.storage;
        options_.allocator = memory_.allocator();
        options_.max_bytes = 96 * 1024;
        options_.segment_bytes = 4096;
        options_.head = Head;
        options_.on_synced = Synced;
        options_.ctx = this;
        options_.manual = true;
        options_.random = &random_.random;
    }
    ~World()
    {
        Close();
        memory_.RequireEmpty();
        Require(disk_.open_files == 0, "a file was left open");
        Require(!disk_.locked, "the lock was left");
        reeve_memory_storage_clear(&disk_);
    }
    World(const World &) = delete;
    World &operator=(const World &) = delete;

    void Build();
    bool Live(); // false: nothing was damaged
    void Check(bool ours);

  private:
    static reeve_status Head(void *ctx, const reeve_journal_segment *segment, reeve_buffer *out)
    {
        (void)ctx;
        return reeve_buffer_append_format(out, "head of %d", static_cast<int>(segment->number));
    }
    static void Synced(void *ctx, uint64_t lsn, reeve_status status)
    {
        auto *self = static_cast<World *>(ctx);
        if (status == REEVE_OK) {
            self->synced_ = std::max(self->synced_, lsn);
        }
    }

    // What memory was too short for is tried again: it is short once.
    template <typename Try>
    static reeve_status Patiently(Try attempt)
    {
        const reeve_status status = attempt();
        return status == REEVE_NO_MEMORY && WasShort() ? attempt() : status;
    }
    reeve_status Open()
    {
        return Patiently([this] {
            problem_ = {};
            return reeve_journal_open(&options_, &journal_, &problem_);
        });
    }
    reeve_status Replay(Records *shown)
    {
        return Patiently([&] {
            shown->clear();
            return reeve_journal_replay(journal_, Gather, shown, &problem_);
        });
    }
    reeve_status Read(Records *read)
    {
        return Patiently([&] {
            reeve_journal_report report = {};
            read->clear();
            return reeve_journal_read(nullptr, &disk_.storage, memory_.allocator(), Gather, read,
                                      &report, &problem_);
        });
    }
    void Close()
    {
        (void)reeve_journal_close(journal_);
        journal_ = nullptr;
    }
    void Commit(uint64_t now_ms)
    {
        const reeve_status status = reeve_journal_commit(journal_, now_ms);
        Require(status == REEVE_OK || status == REEVE_CLOSED ||
                    (status == REEVE_NO_MEMORY && WasShort()),
                "commit", reeve_status_name(status));
    }
    void Run()
    {
        while (reeve_journal_step(journal_)) {
        }
    }
    // A process that dies, or power that goes.
    void Crash(reeve_crash how)
    {
        disk_.dead = true;
        Close();
        disk_.dead = false;
        disk_.dies_in = 0;
        std::fill(std::begin(disk_.fail_at), std::end(disk_.fail_at), 0);
        reeve_memory_storage_crash(&disk_, how, &random_.random);
    }
    void Append(uint8_t type, size_t length);
    void Reopen();
    void Damage();
    Files Segments() const;
    std::string *Pick();
    void BuildRecord(uint8_t type);

    Input &in_;
    reeve::fuzz::Memory memory_;
    reeve_memory_storage disk_ = {};
    reeve_random_seeded random_ = {};
    reeve_journal_options options_ = {};
    reeve_journal *journal_ = nullptr;
    reeve_journal_problem problem_ = {};
    Records written_;      // everything that a journal may hold
    uint64_t synced_ = 0;  // said to be durable
    uint64_t trimmed_ = 0; // records below may be gone
    // While files are built by hand.
    Files files_;
    std::string current_;
    std::map<std::string, reeve_journal_frame> next_; // by file
    std::map<std::string, uint32_t> seeds_;
};

Files World::Segments() const
{
    Files files;
    for (const reeve_memory_entry &entry : disk_.seen) {
        uint64_t number = 0;
        bool temporary = false;
        if (entry.inode != nullptr && reeve_segment_name_parse(entry.name, &number, &temporary) &&
            !temporary) {
            files[entry.name] = Text(reeve_buffer_view(&entry.inode->seen));
        }
    }
    return files;
}

// ---- files by hand ----

void World::BuildRecord(uint8_t type)
{
    reeve_journal_frame &next = next_[current_];
    reeve_journal_frame frame = {};
    uint8_t header[REEVE_JOURNAL_FRAME_SIZE];
    const std::string content = in_.Bytes(in_.Below(400));
    frame.type = type;
    frame.lsn = in_.Near(next.lsn);
    frame.position = static_cast<uint32_t>(in_.Near(in_.Flag() ? next.position : 0));
    frame.content = View(content);
    reeve_journal_frame_encode(seeds_[current_], &frame, header);
    files_[current_] += Text(reeve_bytes_of(header, sizeof header)) + content;
    if (type != REEVE_JOURNAL_HEAD_TYPE) {
        next.lsn = frame.lsn + 1;
        next.position = frame.position + 1;
    }
}

void World::Build()
{
    char name[REEVE_SEGMENT_NAME_SIZE];
    uint64_t number = 0;
    uint64_t lsn = 1;
    for (size_t steps = 0; !in_.Empty() && steps < kMaxSteps; steps++) {
        const uint64_t kind = in_.Below(8);
        if (kind == 0 || current_.empty()) {
            reeve_journal_segment segment = {};
            uint8_t header[REEVE_JOURNAL_HEADER_SIZE];
            number = in_.Near(number + 1);
            lsn = in_.Near(current_.empty() ? 1 : next_[current_].lsn);
            reeve_segment_name(number % 12, in_.Below(16) == 15, name);
            current_ = name;
            segment.journal_id.bytes[0] = in_.Below(16) == 15 ? 2 : 1;
            segment.number = in_.Near(number % 12);
            segment.first_lsn = lsn;
            seeds_[current_] = reeve_journal_header_encode(&segment, header);
            files_[current_] = Text(reeve_bytes_of(header, sizeof header));
            next_[current_] = {};
            next_[current_].lsn = lsn;
            BuildRecord(REEVE_JOURNAL_HEAD_TYPE);
            continue;
        }
        std::string &file = files_[current_];
        if (file.size() > kMaxFile) {
            continue;
        }
        if (kind < 4) {
            BuildRecord(static_cast<uint8_t>(in_.Near(5)));
        } else if (kind == 4) {
            file += in_.Bytes(in_.Below(300));
        } else if (kind == 5) {
            file += std::string(in_.Below(5000), '\0');
        } else if (kind == 6 && !file.empty()) { // again, elsewhere
            const size_t at = in_.Below(file.size());
            file += file.substr(at, in_.Below(1024));
        } else if (kind == 7 && !file.empty()) {
            const size_t at = in_.Below(file.size());
            file[at] = static_cast<char>(file[at] ^ in_.Byte());
        }
    }
    for (const auto &[path, content] : files_) {
        reeve_memory_storage_put(&disk_, path.c_str(), View(content));
    }
}

// ---- a real journal ----

void World::Append(uint8_t type, size_t length)
{
    const std::string bytes(length, static_cast<char>('a' + written_.size() % 26));
    uint64_t lsn = 0;
    const reeve_status status = reeve_journal_append(journal_, type, View(bytes), &lsn);
    if (status != REEVE_OK) {
        Require(status == REEVE_LIMIT || status == REEVE_CLOSED || status == REEVE_INVALID ||
                    (status == REEVE_NO_MEMORY && WasShort()),
                "append", reeve_status_name(status));
        return;
    }
    Require(written_.empty() || lsn == written_.back().lsn + 1, "append: its number");
    written_.push_back({type, lsn, bytes});
}

// What a crash left opens, and holds what was durable.
void World::Reopen()
{
    Records shown;
    const reeve_status status = Open();
    Require(status == REEVE_OK, "P4: a crash left a journal that is refused", problem_.text);
    Require(Replay(&shown) == REEVE_OK, "P4: a crash left a journal that cannot be read",
            problem_.text);
    Require(IsRowOf(shown, written_), "P4: shown, and never appended");
    const uint64_t last = reeve_journal_stat(journal_, 0).next_lsn - 1;
    Require(last >= synced_, "P4: a durable record is lost");
    Require(shown.empty() || shown.back().lsn == last, "the last is not the last");
    if (last > 0 && last >= trimmed_) {
        Require(!shown.empty() && shown.front().lsn <= std::max<uint64_t>(trimmed_, 1),
                "P4: a record that was needed is lost");
    }
    while (!written_.empty() && written_.back().lsn > last) {
        written_.pop_back();
    }
    synced_ = last;
}

std::string *World::Pick()
{
    files_ = Segments();
    if (files_.empty()) {
        return nullptr;
    }
    auto at = files_.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(in_.Below(files_.size())));
    current_ = at->first;
    return &at->second;
}

void World::Damage()
{
    for (size_t steps = 0; !in_.Empty() && steps < 16; steps++) {
        std::string *file = Pick();
        if (file == nullptr || file->empty()) {
            return;
        }
        const size_t at = in_.Below(file->size());
        const uint64_t kind = in_.Below(5);
        if (kind == 0) {
            (*file)[at] = static_cast<char>((*file)[at] ^ in_.Byte());
        } else if (kind == 1) {
            file->resize(at);
        } else if (kind == 2) {
            std::fill_n(file->begin() + static_cast<std::ptrdiff_t>(at),
                        std::min<size_t>(in_.Below(1024), file->size() - at), '\0');
        } else if (kind == 3) { // a sector of another place
            const size_t from = in_.Below(file->size());
            file->replace(at, 64, file->substr(from, 64));
        } else {
            (void)disk_.storage.remove(disk_.storage.ctx, current_.c_str());
            (void)disk_.storage.sync_dir(disk_.storage.ctx);
            continue;
        }
        reeve_memory_storage_put(&disk_, current_.c_str(), View(*file));
    }
}

bool World::Live()
{
    Reopen();
    for (size_t steps = 0; !in_.Empty() && steps < kMaxSteps; steps++) {
        const uint64_t kind = in_.Below(12);
        if (kind < 4) {
            Append(static_cast<uint8_t>(2 + in_.Below(8)), in_.Below(kind == 3 ? kMaxRecord : 200));
        } else if (kind == 4) {
            Commit(1000 + steps);
        } else if (kind == 5) {
            (void)reeve_journal_step(journal_);
        } else if (kind == 6) {
            Commit(1000 + steps);
            Run();
        } else if (kind == 7) {
            trimmed_ = std::max(trimmed_, std::min(synced_, in_.Number()));
            reeve_journal_trim(journal_, trimmed_);
        } else if (kind == 8) {
            reeve_memory_storage_fail(
                &disk_,
                static_cast<reeve_memory_operation>(in_.Below(REEVE_MEMORY_READ)), // not reads
                in_.Below(4), in_.Flag() ? REEVE_IO : REEVE_DISK_FULL);
        } else if (kind == 9) {
            disk_.dies_in = 1 + in_.Below(8);
        } else if (kind == 10) {
            Crash(static_cast<reeve_crash>(in_.Below(3)));
            Reopen();
        } else {
            break;
        }
    }
    Crash(static_cast<reeve_crash>(in_.Below(3)));
    if (in_.Empty()) {
        Reopen();
        Close();
        return false;
    }
    Damage();
    return true;
}

// ---- what must hold of any directory ----

void World::Check(bool ours)
{
    const Records written = written_;
    const Files before = Segments();
    Records read;
    const reeve_status readable = Read(&read);
    const reeve_status status = Open();
    if (status != REEVE_OK) {
        Require(status == REEVE_CORRUPT || status == REEVE_VERSION, "open",
                reeve_status_name(status));
        Require(problem_.text[0] != '\0', "P8: a refusal without a word");
        Require(Segments() == before, "P4: refused, and changed all the same");
        Require(readable != REEVE_OK, "refused by one, read by the other");
        return;
    }
    Records shown;
    if (Replay(&shown) != REEVE_OK) {
        Require(problem_.text[0] != '\0', "P8: a refusal without a word");
        Require(readable != REEVE_OK, "refused by one, read by the other");
        return;
    }
    Require(before.empty() || readable == REEVE_OK, "read by one, refused by the other",
            reeve_status_name(readable));
    Require(shown == read, "two readers, two journals");
    for (size_t i = 1; i < shown.size(); i++) {
        Require(shown[i].lsn == shown[i - 1].lsn + 1, "a hole between records");
    }
    const uint64_t next = reeve_journal_stat(journal_, 0).next_lsn;
    Require(shown.empty() || shown.back().lsn + 1 == next, "the next is not the next");
    Require(!ours || IsRowOf(shown, written), "P4: shown, and never appended");

    written_ = shown;
    synced_ = next - 1;
    trimmed_ = shown.empty() ? next : shown.front().lsn;
    for (size_t i = 0; i < 3; i++) {
        Append(5, 10 + i);
    }
    Commit(1);
    Run();
    Require(written_.empty() || written_.back().lsn == synced_ || WasShort(),
            "appended, and not durable");
    Crash(REEVE_CRASH_KEEP_NONE);
    Reopen();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Input in(data, size);
    World world(in);
    if (in.Flag()) {
        world.Build();
        world.Check(false);
    } else if (world.Live()) {
        world.Check(true);
    }
    return 0;
}

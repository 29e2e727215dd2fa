// SPDX-License-Identifier: Apache-2.0
// Configuration files of both programs, by the way that the programs load them (P7, P8): what is
// refused is refused with a place that is in the file and a next step, what is taken can be used
// and means the same when it is read again. The first byte says whose it is: 'w' the worker's,
// anything else the gateway's.
#include <sys/mman.h>
#include <unistd.h>

#include "agent/config/agent_config.h"
#include "gateway-stub/main/gateway_config.h"
#include "reeve_demo_tasks.reeve.h"
#include "tests/fuzz/input.h"

using reeve::fuzz::Require;
using reeve::fuzz::Text;

namespace
{

// A file that is nowhere but in memory.
class File
{
  public:
    explicit File(const std::string &text) : fd_(memfd_create("config", MFD_CLOEXEC))
    {
        Require(fd_ >= 0, "memfd_create");
        Require(write(fd_, text.data(), text.size()) == static_cast<ssize_t>(text.size()), "write");
        path = "/proc/self/fd/" + std::to_string(fd_);
    }
    ~File()
    {
        (void)close(fd_);
    }
    File(const File &) = delete;
    File &operator=(const File &) = delete;
    std::string path;

  private:
    int fd_;
};

// One load, of either kind.
template <typename Config>
struct Loaded {
    reeve_config_report report = {};
    Config *config = nullptr;
    reeve_status status = REEVE_OK;
    std::string printed;
};

// YAML has five line breaks. The end of a file counts as a line of its own.
uint64_t Lines(const std::string &text)
{
    uint64_t lines = 2;
    for (const std::string end : {"\n", "\r", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9"}) {
        for (size_t at = text.find(end); at != std::string::npos; at = text.find(end, at + 1)) {
            lines++;
        }
    }
    return lines;
}

void CheckReport(const reeve_config_report &report, reeve_status status, const std::string &text)
{
    const uint64_t lines = Lines(text);
    Require(status == REEVE_OK || status == REEVE_CONFIG, "load", reeve_status_name(status));
    Require((status == REEVE_OK) == (report.errors == 0), "P8: refused without a word");
    Require(report.count <= REEVE_CONFIG_ITEMS_MAX, "P7: more items than may be");
    for (size_t i = 0; i < report.count; i++) {
        const reeve_config_item &item = report.items[i];
        Require(item.text[0] != '\0', "P8: no cause", item.rule);
        Require(item.next_step[0] != '\0', "P8: no next step", item.rule);
        Require(item.line <= lines, "P8: a place behind the file", item.field);
    }
}

template <typename Config, typename Load>
void LoadOnce(Loaded<Config> *l, const std::string &path, const std::string &text, Load load)
{
    reeve_buffer printed;
    reeve_config_report_init(&l->report, path.c_str());
    l->status = load(path.c_str(), &l->report, &l->config);
    Require((l->status == REEVE_OK) == (l->config != nullptr), "a configuration, or none");
    CheckReport(l->report, l->status, text);
    reeve_buffer_init(&printed, nullptr, size_t{1} << 20);
    Require(reeve_config_report_print(&l->report, &printed) == REEVE_OK, "print");
    l->printed = Text(reeve_buffer_view(&printed));
    reeve_buffer_clear(&printed);
}

reeve_status LoadAgent(const char *path, reeve_config_report *report, reeve_agent_config **out)
{
    return reeve_agent_config_load(path, &reeve_demo_tasks, report, out);
}

// What the rest of the program asks of one that was taken.
void Use(const reeve_agent_config &c)
{
    reeve_arena arena;
    reeve_arena_init(&arena, nullptr, size_t{1} << 22, 0);
    Require(c.gateway_address != nullptr && c.journal_directory != nullptr, "something is missing");
    Require(c.limits.max_in_flight > 0 && c.limits.max_memory_bytes > 0, "P7: no bound");
    uint32_t allowed = 0;
    for (uint32_t i = 0; i < c.table->count; i++) {
        const reeve_config_task &task = c.tasks[i];
        allowed += task.state == REEVE_CONFIG_TASK_ALLOWED ? 1 : 0;
        Require(task.system == REEVE_CONFIG_NO_SYSTEM || task.system < c.systems_count,
                "P3: system");
        Require(task.state != REEVE_CONFIG_TASK_ALLOWED || !c.unconfigured[i], "P3: no system");
    }
    Require(allowed == c.allowed_count, "P3: allowed tasks");
    for (uint32_t i = 0; i < c.systems_count; i++) {
        const reeve_config_system &system = c.systems[i];
        Require(reeve_config_system_kind(&system) != nullptr, "kind");
        Require(reeve_config_system_endpoint(&system, &arena) != nullptr, "endpoint");
        Require(reeve_config_system_auth(&system, &arena) != nullptr, "auth");
    }
    reeve_arena_clear(&arena);
}

bool Same(const reeve_agent_config &a, const reeve_agent_config &b)
{
    return reeve_digest_equal(a.digest, b.digest) && a.systems_count == b.systems_count &&
           a.allowed_count == b.allowed_count;
}

void Use(const reeve_gateway_config &c)
{
    Require(c.listen != nullptr && c.store_path != nullptr && c.client_ca_file != nullptr,
            "something is missing");
    Require(c.delivery.heartbeat_interval_ms <= REEVE_HEARTBEAT_INTERVAL_MAX_MS, "heartbeat");
    for (size_t i = 0; i < c.grants_count; i++) {
        Require(c.grants[i].roles != 0, "P3: a grant of nothing");
    }
    // The core takes what the file may say.
    reeve_random_seeded random;
    reeve_random_seed(&random, 1);
    reeve_gateway_options o = {};
    reeve_gateway *core = nullptr;
    o.build = "fuzz";
    o.limits = c.limits;
    o.delivery = c.delivery;
    o.approvers = c.approvers;
    o.approvers_count = c.approvers_count;
    o.retries = c.retries;
    o.retries_count = c.retries_count;
    o.signer.sign = [](void *, reeve_bytes, uint8_t *) -> reeve_status { return REEVE_INTERNAL; };
    o.random = &random.random;
    const reeve_status status = reeve_gateway_new(&o, &core);
    Require(status == REEVE_OK, "the file is taken, and the core refuses it",
            reeve_status_name(status));
    reeve_gateway_free(core);
}

bool Same(const reeve_gateway_config &a, const reeve_gateway_config &b)
{
    return a.grants_count == b.grants_count && a.approvers_count == b.approvers_count &&
           a.retries_count == b.retries_count && std::string(a.listen) == b.listen;
}

template <typename Config, typename Load, typename Free>
void Run(const std::string &text, Load load, Free release)
{
    const File file(text);
    Loaded<Config> first, again;
    LoadOnce(&first, file.path, text, load);
    LoadOnce(&again, file.path, text, load);
    Require(first.status == again.status && first.printed == again.printed, "two loads differ");
    if (first.config != nullptr) {
        Use(*first.config);
        Require(Same(*first.config, *again.config), "two loads differ");
    }
    for (Loaded<Config> *l : {&first, &again}) {
        release(l->config);
        reeve_config_report_clear(&l->report);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    reeve::fuzz::Input in(data, size);
    const bool worker = in.Byte() == 'w';
    const std::string text = in.Bytes(size);
    if (worker) {
        Run<reeve_agent_config>(text, LoadAgent, reeve_agent_config_free);
    } else {
        Run<reeve_gateway_config>(text, reeve_gateway_config_load, reeve_gateway_config_free);
    }
    return 0;
}

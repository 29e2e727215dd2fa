// SPDX-License-Identifier: Apache-2.0
//
// Namespaces, cables and a wire.
#include "tests/faults/network.h"

#include <chrono>
#include <cstring>
#include <deque>
#include <random>
#include <set>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/integration/support/wait.h"

namespace reeve::test
{

namespace
{

constexpr char kNear[] = "near0";
constexpr char kFar[] = "far0";
constexpr char kPrefix[] = "/24";

std::string no_network = "not asked yet";

/* Before any test and any thread: threads that come later live there, too. */
class OwnNetwork : public testing::Environment
{
  public:
    void SetUp() override
    {
        no_network.clear();
        if (unshare(CLONE_NEWNET) != 0) {
            no_network = std::string("no network namespace of its own: ") + std::strerror(errno);
            return;
        }
        const Finished up = run({"ip", "link", "set", "lo", "up"});
        no_network = up.status == 0 ? "" : up.error;
    }
};

testing::Environment *const registered = testing::AddGlobalTestEnvironment(new OwnNetwork);

void must(const std::vector<std::string> &argv)
{
    const Finished finished = run(argv);
    EXPECT_EQ(0, finished.status) << argv[0] << " " << argv[1] << ": " << finished.error;
}

std::string namespace_of(pid_t pid)
{
    return "/proc/" + std::to_string(pid) + "/ns/net";
}

ino_t inode_of(const std::string &path)
{
    struct stat entry = {};
    return stat(path.c_str(), &entry) == 0 ? entry.st_ino : 0;
}

/* Cables carry one network only; offloads would hand checksums over that nobody has made yet. */
const std::vector<std::string> kDropArriving = {
    "nft",
    "add table inet cut; add chain inet cut arriving { type filter hook input priority 0; }; "
    "add rule inet cut arriving iifname != \"lo\" drop"};
const std::vector<std::string> kAcceptAgain = {"nft", "delete table inet cut"};

} // namespace

std::string why_no_network()
{
    return no_network;
}

// ---- a second namespace ----

Elsewhere::Elsewhere()
    : holder_(std::make_unique<Process>(
          std::vector<std::string>{"unshare", "--net", "sleep", "infinity"}, "/dev/null",
          "/dev/null"))
{
    const ino_t here = inode_of(namespace_of(getpid()));
    EXPECT_TRUE(eventually([&] {
        const ino_t there = inode_of(namespace_of(pid()));
        return there != 0 && there != here;
    }));
    run({"ip", "link", "set", "lo", "up"});
}

std::vector<std::string> Elsewhere::prefix() const
{
    return {"nsenter", "--net=" + namespace_of(pid())};
}

void Elsewhere::run(const std::vector<std::string> &argv) const
{
    std::vector<std::string> words = prefix();
    words.insert(words.end(), argv.begin(), argv.end());
    must(words);
}

// ---- the kernel's cable ----

Cable::Cable(const Elsewhere &there) : there_(there)
{
    must({"ip", "link", "add", kNear, "type", "veth", "peer", "name", kFar, "netns",
          std::to_string(there.pid())});
    must({"ip", "address", "add", std::string(kNearAddress) + kPrefix, "dev", kNear});
    must({"ip", "link", "set", kNear, "up"});
    there.run({"ip", "address", "add", std::string(kFarAddress) + kPrefix, "dev", kFar});
    there.run({"ip", "link", "set", kFar, "up"});
}

Cable::~Cable()
{
    must({"ip", "link", "delete", kNear}); /* the other end goes along */
}

void Cable::cut()
{
    must(kDropArriving);
    there_.run(kDropArriving);
}

void Cable::mend()
{
    must(kAcceptAgain);
    there_.run(kAcceptAgain);
}

std::string Cable::impair(const std::string &netem)
{
    const auto words = [&](const char *device) {
        return std::vector<std::string>{
            "/bin/sh", "-c", std::string("tc qdisc add dev ") + device + " root netem " + netem};
    };
    const Finished finished = ::reeve::test::run(words(kNear));
    if (finished.status != 0) {
        return finished.error;
    }
    there_.run(words(kFar));
    return "";
}

// ---- a wire of our own ----

namespace
{

using Time = std::chrono::steady_clock::time_point;

struct Packet {
    Time due;
    std::string bytes;
};

int open_tun(const char *name)
{
    struct ifreq request = {};
    const int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    std::strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
    if (fd < 0 || ioctl(fd, TUNSETIFF, &request) != 0) {
        ADD_FAILURE() << "/dev/net/tun: " << std::strerror(errno);
    }
    return fd;
}

/* A thread may live in another namespace; what it opened there stays usable here. */
int open_tun_in(const std::string &space, const char *name)
{
    int fd = -1;
    std::thread([&] {
        const int ns = open(space.c_str(), O_RDONLY | O_CLOEXEC);
        EXPECT_EQ(0, setns(ns, CLONE_NEWNET)) << std::strerror(errno);
        close(ns);
        fd = open_tun(name);
    }).join();
    return fd;
}

/* One direction: packets wait in their order. */
class Direction
{
  public:
    Direction(int from, int to) : from_(from), to_(to)
    {
    }
    /* Takes what is there; `keep` says whether a packet is carried on. */
    template <typename Keep>
    void take(unsigned delay_ms, Keep keep)
    {
        char bytes[2048];
        for (ssize_t count = 0; (count = read(from_, bytes, sizeof bytes)) > 0;) {
            if (keep()) {
                waiting_.push_back(
                    {std::chrono::steady_clock::now() + std::chrono::milliseconds(delay_ms),
                     std::string(bytes, static_cast<size_t>(count))});
            }
        }
    }
    void deliver()
    {
        const Time now = std::chrono::steady_clock::now();
        while (!waiting_.empty() && waiting_.front().due <= now) {
            (void)!write(to_, waiting_.front().bytes.data(), waiting_.front().bytes.size());
            waiting_.pop_front();
        }
    }
    bool empty() const
    {
        return waiting_.empty();
    }

  private:
    int from_;
    int to_;
    std::deque<Packet> waiting_;
};

} // namespace

Wire::Wire(const Elsewhere &there, unsigned delay_ms, unsigned lost_percent)
    : near_(open_tun(kNear)), far_(open_tun_in(namespace_of(there.pid()), kFar))
{
    must({"ip", "address", "add", kNearAddress, "peer", kFarAddress, "dev", kNear});
    must({"ip", "link", "set", kNear, "up"});
    there.run({"ip", "address", "add", kFarAddress, "peer", kNearAddress, "dev", kFar});
    there.run({"ip", "link", "set", kFar, "up"});
    thread_ = std::thread([this, delay_ms, lost_percent] { carry(delay_ms, lost_percent); });
}

Wire::~Wire()
{
    stop_ = true;
    thread_.join();
    close(near_);
    close(far_);
}

void Wire::carry(unsigned delay_ms, unsigned lost_percent)
{
    std::mt19937 random(1);
    const auto keep = [&] {
        carried_++;
        const bool kept = random() % 100 >= lost_percent;
        lost_ += kept ? 0 : 1;
        return kept;
    };
    Direction there(near_, far_);
    Direction back(far_, near_);
    struct pollfd ready[] = {{near_, POLLIN, 0}, {far_, POLLIN, 0}};
    while (!stop_) {
        (void)poll(ready, 2, there.empty() && back.empty() ? 20 : 1);
        there.take(delay_ms, keep);
        back.take(delay_ms, keep);
        there.deliver();
        back.deliver();
    }
}

} // namespace reeve::test

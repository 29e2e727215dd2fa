// SPDX-License-Identifier: Apache-2.0
//
// The ceiling of everything durable: what the disk takes, in the way the journal writes (a file
// that is preallocated with zeros, written in sequence, fdatasync after each write).
//
//   sync_p10_us, …_p50_us, …_p99_us, syncs_per_s
//                                           a write of 4 KiB and its fdatasync, one at a time; p10
//                                           is what the disk takes when nobody disturbs
//   append_mb_per_s                         the same with writes of 1 MiB, in 10^6 bytes a second
#include <fcntl.h>
#include <unistd.h>

#include "tests/bench/support/bench.h"

namespace
{

using namespace reeve::bench;

constexpr size_t kFile = size_t{64} << 20;

class File
{
  public:
    explicit File(const std::string &path) : path_(path)
    {
        fd_ = open(path.c_str(), O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600);
        if (fd_ < 0) {
            fail("cannot create " + path);
        }
        const std::string zeros(size_t{1} << 20, '\0');
        for (size_t at = 0; at < kFile; at += zeros.size()) {
            write(zeros, at);
        }
        sync();
    }
    ~File()
    {
        close(fd_);
        unlink(path_.c_str());
    }
    File(const File &) = delete;
    File &operator=(const File &) = delete;

    void write(const std::string &bytes, size_t at) const
    {
        if (pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(at)) !=
            static_cast<ssize_t>(bytes.size())) {
            fail("cannot write " + path_);
        }
    }
    void sync() const
    {
        if (fdatasync(fd_) != 0) {
            fail("cannot sync " + path_);
        }
    }

  private:
    std::string path_;
    int fd_;
};

std::vector<uint64_t> measure(const File &file, size_t size, double seconds)
{
    const std::string bytes(size, 'x');
    std::vector<uint64_t> took;
    size_t at = 0;
    const Watch all;
    while (all.seconds() < seconds) {
        const Watch one;
        file.write(bytes, at);
        file.sync();
        took.push_back(one.ns());
        at = (at + size) % kFile;
    }
    return took;
}

double sum_s(const std::vector<uint64_t> &took)
{
    double sum = 0;
    for (uint64_t ns : took) {
        sum += static_cast<double>(ns);
    }
    return sum / 1e9;
}

} // namespace

int main(int argc, char **argv)
{
    const Arguments arguments(argc, argv, {{"dir", ""}, {"seconds", "1"}});
    const File file(arguments["dir"] + "/fdatasync.tmp");
    std::vector<uint64_t> small = measure(file, 4096, arguments.seconds("seconds") / 2);
    const std::vector<uint64_t> large =
        measure(file, size_t{1} << 20, arguments.seconds("seconds") / 2);

    Json json;
    json.add("bench", "fdatasync");
    json.add_percentiles("sync", &small); // sorts
    json.add("sync_p10_us", static_cast<double>(small[small.size() / 10]) / 1000);
    json.add("syncs_per_s", static_cast<double>(small.size()) / sum_s(small));
    json.add("append_mb_per_s", static_cast<double>(large.size()) * 1048576.0 / 1e6 / sum_s(large));
    json.print();
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A file system of a few MiB, gone with the object. Only root can mount one. */
#ifndef REEVE_TESTS_INTEGRATION_SUPPORT_SMALL_DISK_H
#define REEVE_TESTS_INTEGRATION_SUPPORT_SMALL_DISK_H

#include <string>

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "tests/integration/support/process.h"

namespace reeve::test
{

class SmallDisk
{
  public:
    explicit SmallDisk(const std::string &folder, unsigned mib = 24) : folder_(folder)
    {
        (void)mkdir(folder.c_str(), 0700);
        const std::string options = "size=" + std::to_string(mib) + "m,mode=0700";
        mounted_ =
            geteuid() == 0 && mount("tmpfs", folder.c_str(), "tmpfs", 0, options.c_str()) == 0;
    }
    ~SmallDisk()
    {
        if (mounted_) {
            EXPECT_EQ(0, umount2(folder_.c_str(), MNT_DETACH));
        }
    }
    SmallDisk(const SmallDisk &) = delete;
    SmallDisk &operator=(const SmallDisk &) = delete;
    bool mounted() const
    {
        return mounted_;
    }
    /* To the last byte. */
    void fill() const
    {
        (void)run({"/bin/sh", "-c", "cat /dev/zero > " + folder_ + "/ballast"});
    }
    void make_room() const
    {
        unlink((folder_ + "/ballast").c_str());
    }

  private:
    std::string folder_;
    bool mounted_ = false;
};

} // namespace reeve::test
#endif

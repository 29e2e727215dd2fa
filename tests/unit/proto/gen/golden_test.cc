/* SPDX-License-Identifier: Apache-2.0 */
/* What the generator prints, byte for byte, against tests/golden/gen. After a wanted change run
 * scripts/update-golden (REEVE_UPDATE_GOLDEN=1 makes this test write instead of compare), read the
 * diff, and commit it. */
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/unit/proto/gen/protoc.h"

namespace
{

const char kGolden[] = REEVE_SOURCE_DIR "/tests/golden/gen/";

void Compare(const Protoc &protoc, const std::string &name)
{
    const std::string printed = protoc.Output(name);
    const std::string path = kGolden + name;
    ASSERT_NE(printed, "") << name << " was not printed";
    if (std::getenv("REEVE_UPDATE_GOLDEN") != nullptr) {
        std::filesystem::create_directories(std::filesystem::path(path).parent_path());
        std::ofstream(path, std::ios::binary) << printed;
    }
    EXPECT_TRUE(ReadFile(path) == printed)
        << name << " differs from tests/golden/gen: run scripts/update-golden and read the diff";
}

TEST(Golden, DemoTasks)
{
    Protoc protoc;
    ASSERT_TRUE(protoc.Run({"demo/crm/v1/crm.proto", "demo/native/v1/native.proto"},
                           "tasks,table=reeve_demo_tasks,manifest=demo"))
        << protoc.Messages();
    EXPECT_EQ(protoc.Messages(), "");
    for (const char *name :
         {"demo/crm/v1/crm.reeve.h", "demo/crm/v1/crm.reeve.c", "demo/native/v1/native.reeve.h",
          "demo/native/v1/native.reeve.c", "reeve_demo_tasks.reeve.h", "reeve_demo_tasks.reeve.c",
          "demo.manifest.txtpb", "demo.manifest.json"}) {
        Compare(protoc, name);
    }
}

TEST(Golden, EverythingAndNasty)
{
    Protoc protoc;
    ASSERT_TRUE(protoc.Run({"gentest/nopackage.proto", "gentest/v1/everything.proto",
                            "gentest/v1/nasty.proto", "gentest/v2/same.proto"},
                           "tasks,manifest=gen_test"))
        << protoc.Messages();
    for (const char *name :
         {"gentest/nopackage.reeve.h", "gentest/nopackage.reeve.c", "gentest/v1/everything.reeve.h",
          "gentest/v1/everything.reeve.c", "gentest/v1/nasty.reeve.h", "gentest/v1/nasty.reeve.c",
          "gentest/v2/same.reeve.h", "gentest/v2/same.reeve.c", "gen_test.manifest.json"}) {
        Compare(protoc, name);
    }
}

/* The order of files on the command line and the directory that protoc runs in change nothing. */
TEST(Golden, OutputDependsOnTheFilesAlone)
{
    Protoc one;
    Protoc two;
    two.StartFrom("/");
    ASSERT_TRUE(one.Run({"demo/crm/v1/crm.proto", "demo/native/v1/native.proto"},
                        "tasks,table=t,manifest=m"));
    ASSERT_TRUE(two.Run({"demo/native/v1/native.proto", "demo/crm/v1/crm.proto"},
                        "manifest=m,table=t,tasks"));
    for (const char *name :
         {"demo/crm/v1/crm.reeve.c", "t.reeve.c", "m.manifest.txtpb", "m.manifest.json"}) {
        EXPECT_EQ(one.Output(name), two.Output(name)) << name;
    }
}

/* Code that was made for other tables does not compile, and says what to do. */
TEST(Golden, VersionSkewStopsTheCompiler)
{
    Protoc protoc;
    protoc.Add("skew.proto", "syntax = \"proto3\";\nmessage M { int32 a = 1; }\n");
    ASSERT_TRUE(protoc.Run({"skew.proto"})) << protoc.Messages();
    ASSERT_TRUE(protoc.CompileC("-std=c11", {"skew.reeve.c"})) << protoc.Messages();
    for (const char *name : {"skew.reeve.h", "skew.reeve.c"}) {
        const std::string text = protoc.Output(name);
        const std::string check = "#if REEVE_TABLE_VERSION != ";
        const size_t at = text.find(check);
        ASSERT_NE(at, std::string::npos) << name;
        std::string older = text;
        older.insert(at + check.size(), "9");
        std::ofstream(protoc.Directory() + "/" + name, std::ios::binary) << older;
        EXPECT_FALSE(protoc.CompileC("-std=c11", {"skew.reeve.c"})) << name;
        EXPECT_NE(protoc.Messages().find("generate it again with the protoc-gen-reeve of these"),
                  std::string::npos)
            << protoc.Messages();
        std::ofstream(protoc.Directory() + "/" + name, std::ios::binary) << text;
    }
}

} // namespace

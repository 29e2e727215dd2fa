// SPDX-License-Identifier: Apache-2.0
// Programs in the configuration: read as they are meant, refused with place, rule and next step,
// and looked at on disk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

#include "agent/config/agent_config.h"
#include "agent/config/files.h"
#include "exec_test_tasks.reeve.h"

namespace
{

using testing::HasSubstr;

const char HEAD[] = R"(gateway: { address: "gateway.example.com:8443", ca_file: ca.pem }
identity: { certificate_file: worker.pem, key_file: worker.key }
journal: { directory: journal }
secrets: { token: { file: { path: token } } }
allow: [ { task: exectest.v1.Scripts/Look } ]
systems:
  scripts:
    exec:
      programs:
        look:
)";

class ExecSystem : public testing::Test
{
  protected:
    void SetUp() override
    {
        char name[] = "/tmp/reeve-config-XXXXXX";
        dir = mkdtemp(name);
    }
    void TearDown() override
    {
        if (config != nullptr) {
            reeve_agent_config_free(config);
        }
        reeve_config_report_clear(&report);
        std::filesystem::remove_all(dir);
    }
    // Loads a configuration with this program, one line an element, and says all that was found.
    std::string load(const std::string &program)
    {
        path = dir + "/agent.yaml";
        std::ofstream(path) << HEAD << program;
        reeve_config_report_init(&report, path.c_str());
        status = reeve_agent_config_load(path.c_str(), &exec_test_tasks, &report, &config);
        return said();
    }
    std::string check()
    {
        EXPECT_EQ(reeve_config_check_system(config, 0, &report), REEVE_OK);
        return said();
    }
    std::string said()
    {
        reeve_buffer text;
        reeve_buffer_init(&text, nullptr, 1 << 20);
        EXPECT_EQ(reeve_config_report_print(&report, &text), REEVE_OK);
        std::string out(reinterpret_cast<const char *>(text.data), text.len);
        reeve_buffer_clear(&text);
        return out;
    }
    std::string dir, path;
    reeve_config_report report = {};
    reeve_agent_config *config = nullptr;
    reeve_status status = REEVE_OK;
};

TEST_F(ExecSystem, EverythingIsTakenOver)
{
    const std::string found = load("          path: /bin/true\n"
                                   "          arguments: [\"a\", \"b c\"]\n"
                                   "          working_directory: /tmp\n"
                                   "          environment: { LANG: C.UTF-8 }\n"
                                   "          secrets:\n"
                                   "            - { secret: token, variable: TOKEN }\n"
                                   "            - { secret: token, descriptor: 5 }\n"
                                   "          user: 0\n"
                                   "          group: 12\n"
                                   "          limits: { cpu_seconds: 1, memory_bytes: 2, files: 30,"
                                   " processes: 4, file_bytes: 5 }\n"
                                   "          max_output_bytes: 1000\n"
                                   "          max_concurrent: 3\n"
                                   "          grace: 500ms\n");
    ASSERT_EQ(status, REEVE_OK) << found;
    ASSERT_EQ(config->systems_count, 1u);
    const reeve_exec_system &system = config->systems[0].u.exec;
    ASSERT_EQ(system.programs_count, 1u);
    const reeve_exec_program &p = system.programs[0];
    EXPECT_STREQ(p.operation, "look");
    EXPECT_STREQ(p.path, "/bin/true");
    ASSERT_EQ(p.arguments_count, 2u);
    EXPECT_STREQ(p.arguments[1], "b c");
    EXPECT_STREQ(p.directory, "/tmp");
    ASSERT_EQ(p.environment_count, 1u);
    EXPECT_STREQ(p.environment[0], "LANG=C.UTF-8");
    ASSERT_EQ(p.secrets_count, 2u);
    EXPECT_STREQ(p.secrets[0].variable, "TOKEN");
    EXPECT_EQ(p.secrets[1].variable, nullptr);
    EXPECT_EQ(p.secrets[1].descriptor, 5);
    EXPECT_TRUE(p.has_user) << "user 0 is a user, too";
    EXPECT_EQ(p.group, 12u);
    EXPECT_EQ(p.limits.processes, 4u);
    EXPECT_EQ(p.max_output_bytes, 1000u);
    EXPECT_EQ(p.max_concurrent, 3u);
    EXPECT_EQ(p.grace_ms, 500u);
}

TEST_F(ExecSystem, DefaultsAreFilledIn)
{
    const std::string found = load("          path: /bin/true\n");
    ASSERT_EQ(status, REEVE_OK) << found;
    const reeve_exec_program &p = config->systems[0].u.exec.programs[0];
    EXPECT_STREQ(p.directory, "/");
    EXPECT_FALSE(p.has_user);
    EXPECT_EQ(p.limits.files, 1024u);
    EXPECT_EQ(p.max_output_bytes, 1024u * 1024);
    EXPECT_EQ(p.max_concurrent, 16u);
    EXPECT_EQ(p.grace_ms, 2000u);
}

struct Wrong {
    const char *name;
    const char *line;
    const char *rule;
};

class WrongProgram : public ExecSystem, public testing::WithParamInterface<Wrong>
{
};

TEST_P(WrongProgram, IsRefusedWithPlaceRuleAndNextStep)
{
    const std::string found =
        load("          path: /bin/true\n" + std::string(GetParam().line) + "\n");
    EXPECT_EQ(status, REEVE_CONFIG);
    EXPECT_THAT(found, HasSubstr(std::string("(") + GetParam().rule + ")"));
    EXPECT_THAT(found, HasSubstr("agent.yaml:1"));
    EXPECT_THAT(found, HasSubstr("next: "));
}

const Wrong kWrong[] = {
    {"RelativeDirectory", "          working_directory: work", "string.pattern"},
    {"VariableName", "          environment: { \"A-B\": x }", "string.pattern"},
    {"ReservedVariable", "          environment: { REEVE_JOB_ID: x }", "environment.reserved"},
    {"ReservedSecret", "          secrets: [ { secret: token, variable: REEVE_X } ]",
     "environment.reserved"},
    {"UnknownSecret", "          secrets: [ { secret: tokn, variable: X } ]", "secret.unknown"},
    {"SecretByNothing", "          secrets: [ { secret: token } ]", "required"},
    {"LowDescriptor", "          secrets: [ { secret: token, descriptor: 2 } ]", "uint32.gte_lte"},
    {"DescriptorTwice",
     "          secrets: [ { secret: token, descriptor: 3 }, { secret: token, descriptor: 3 } ]",
     "secrets.unique"},
    {"VariableTwice",
     "          environment: { X: y }\n          secrets: [ { secret: token, variable: X } ]",
     "secrets.unique"},
    {"UserWithoutGroup", "          user: 5", "user.group"},
    {"GroupWithoutUser", "          group: 5", "user.group"},
    {"NobodysNumber", "          user: 4294967295\n          group: 1", "user.range"},
    {"FewFiles", "          limits: { files: 3 }", "range"},
    {"HugeOutput", "          max_output_bytes: 100000000", "range"},
    {"UnknownField", "          shell: true", "unknown_field"},
};
INSTANTIATE_TEST_SUITE_P(All, WrongProgram, testing::ValuesIn(kWrong),
                         [](const auto &one) { return std::string(one.param.name); });

TEST_F(ExecSystem, RelativePathIsRefused)
{
    EXPECT_THAT(load("          path: bin/true\n"), HasSubstr("(string.pattern)"));
    EXPECT_EQ(status, REEVE_CONFIG);
}

TEST_F(ExecSystem, AllowedTaskNeedsItsProgram)
{
    const std::string found = load("          path: /bin/true\n        lok: { path: /bin/true }\n");
    ASSERT_EQ(status, REEVE_OK) << found;
    reeve_agent_config_free(config);
    config = nullptr;
    reeve_config_report_clear(&report);
    std::string text(HEAD);
    text.replace(text.find("        look:\n"), 14, "        lok:\n");
    std::ofstream(path) << text << "          path: /bin/true\n";
    reeve_config_report_init(&report, path.c_str());
    EXPECT_EQ(reeve_agent_config_load(path.c_str(), &exec_test_tasks, &report, &config),
              REEVE_CONFIG);
    EXPECT_THAT(said(), HasSubstr("(allow.program)"));
    EXPECT_THAT(said(), HasSubstr("rename the program \"lok\" to \"look\""));
}

// ---- what is on disk ----

TEST_F(ExecSystem, FilesAreLookedAt)
{
    struct Row {
        const char *what;
        mode_t file, directory;
        const char *rule;
    };
    const Row rows[] = {
        {"right", 0755, 0755, ""},
        {"not executable", 0644, 0755, "program.path"},
        {"others may write", 0757, 0755, "program.writable"},
        {"its group may write", 0775, 0755, "program.writable"},
        {"others may replace it", 0755, 0777, "program.writable"},
        {"others may not replace it", 0755, 01777, ""},
        {"set-user-ID", 04755, 0755, "program.setuid"},
    };
    const std::string folder = dir + "/bin";
    ASSERT_EQ(mkdir(folder.c_str(), 0755), 0);
    std::ofstream(folder + "/program") << "#!/bin/sh\n";
    const std::string found = load("          path: " + folder + "/program\n");
    ASSERT_EQ(status, REEVE_OK) << found;
    for (const Row &row : rows) {
        SCOPED_TRACE(row.what);
        ASSERT_EQ(chmod((folder + "/program").c_str(), row.file), 0);
        ASSERT_EQ(chmod(folder.c_str(), row.directory), 0);
        reeve_config_report_clear(&report);
        reeve_config_report_init(&report, path.c_str());
        const std::string now = check();
        if (row.rule[0] == '\0') {
            EXPECT_EQ(report.errors, 0u) << now;
            continue;
        }
        EXPECT_THAT(now, HasSubstr(std::string("(") + row.rule + ")"));
        EXPECT_THAT(now, HasSubstr("next: "));
    }
}

TEST_F(ExecSystem, SymbolicLinksDoNotHideWhatIsExecuted)
{
    std::ofstream(dir + "/program") << "#!/bin/sh\n";
    ASSERT_EQ(chmod((dir + "/program").c_str(), 0777), 0);
    ASSERT_EQ(symlink((dir + "/program").c_str(), (dir + "/link").c_str()), 0);
    const std::string loaded = load("          path: " + dir + "/link\n");
    ASSERT_EQ(status, REEVE_OK) << loaded;
    EXPECT_THAT(check(), HasSubstr("(program.writable)"));
}

TEST_F(ExecSystem, MissingProgramAndDirectoryAreNamed)
{
    const std::string loaded = load("          path: /no/such/program\n"
                                    "          working_directory: /no/such/folder\n");
    ASSERT_EQ(status, REEVE_OK) << loaded;
    const std::string found = check();
    EXPECT_THAT(found, HasSubstr("(program.path)"));
    EXPECT_THAT(found, HasSubstr("No such file or directory"));
    EXPECT_THAT(found, HasSubstr("(directory)"));
}

TEST_F(ExecSystem, RootIsWarnedOf)
{
    if (geteuid() != 0) {
        GTEST_SKIP() << "not root";
    }
    const std::string loaded = load("          path: /bin/true\n");
    ASSERT_EQ(status, REEVE_OK) << loaded;
    EXPECT_THAT(check(), HasSubstr("warning: systems[\"scripts\"].exec.programs[\"look\"]: the "
                                   "program runs as root"));
    EXPECT_EQ(report.errors, 0u);
}

} // namespace

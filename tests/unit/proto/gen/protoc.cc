/* SPDX-License-Identifier: Apache-2.0 */
/* protoc as a child process. */
#include "tests/unit/proto/gen/protoc.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace fs = std::filesystem;

std::string ReadFile(const std::string &path)
{
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

Protoc::Protoc()
{
    std::string name = (fs::temp_directory_path() / "reeve-gen-XXXXXX").string();
    directory_ = mkdtemp(name.data());
    fs::create_directories(directory_ + "/in");
    fs::create_directories(directory_ + "/out");
}

Protoc::~Protoc()
{
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
}

void Protoc::Add(const std::string &name, const std::string &text)
{
    const fs::path path = fs::path(directory_) / "in" / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

static std::string Quoted(const std::string &word)
{
    std::string quoted = "'";
    for (const char c : word) {
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return quoted + "'";
}

bool Protoc::Start(const std::string &plugin, const std::string &arguments)
{
    std::string command = "/usr/bin/protoc --plugin=protoc-gen-reeve=" + plugin;
    for (const std::string &from :
         {directory_ + "/in", std::string(REEVE_TEST_PROTOS),
          std::string(REEVE_SOURCE_DIR "/proto"), std::string(REEVE_SOURCE_DIR "/proto/tasks"),
          std::string(REEVE_SOURCE_DIR "/proto/third_party")}) {
        command += " --proto_path=" + from;
    }
    return Shell(command + arguments);
}

bool Protoc::Shell(const std::string &command)
{
    FILE *pipe = popen(("cd " + Quoted(start_from_) + " && " + command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) {
        messages_ = "cannot start " + command;
        return false;
    }
    messages_.clear();
    char chunk[4096];
    size_t n;
    while ((n = fread(chunk, 1, sizeof chunk, pipe)) > 0) {
        messages_.append(chunk, n);
    }
    return pclose(pipe) == 0;
}

bool Protoc::Run(const std::vector<std::string> &protos, const std::string &parameters)
{
    std::string arguments = " '--reeve_out=" + parameters + ":" + directory_ + "/out'";
    for (const std::string &proto : protos) {
        arguments += " " + Quoted(proto);
    }
    return Start(REEVE_GENERATOR, arguments);
}

bool Protoc::Compile(const std::string &compiler, const std::string &flags,
                     const std::vector<std::string> &files)
{
    std::string command = compiler + " -fsyntax-only -Wall -Wextra -Werror -pedantic " + flags +
                          " -isystem " REEVE_SOURCE_DIR "/agent/include -I" REEVE_SOURCE_DIR
                          " -I" REEVE_WELL_KNOWN_DIR " -I" +
                          Quoted(Directory());
    for (const std::string &file : files) {
        command += " " + Quoted(Directory() + "/" + file);
    }
    return Shell(command);
}

bool Protoc::CompileC(const std::string &flags, const std::vector<std::string> &files)
{
    return Compile(REEVE_C_COMPILER, "-Wconversion " + flags, files);
}

bool Protoc::CompileCxx(const std::string &flags, const std::vector<std::string> &files)
{
    return Compile(REEVE_CXX_COMPILER, flags, files);
}

std::string Protoc::Request(const std::string &proto)
{
    const std::string plugin = directory_ + "/record";
    std::ofstream(plugin) << "#!/bin/sh\ncat > '" << directory_ << "/request'\n";
    fs::permissions(plugin, fs::perms::owner_all);
    (void)Start(plugin, " --reeve_out=" + directory_ + "/out " + proto);
    return ReadFile(directory_ + "/request");
}

int RunGenerator(const std::string &input)
{
    FILE *pipe = popen(REEVE_GENERATOR " >/dev/null 2>&1", "w");
    if (pipe == nullptr) {
        return -1;
    }
    (void)fwrite(input.data(), 1, input.size(), pipe);
    return pclose(pipe);
}

std::string Protoc::Output(const std::string &name) const
{
    return ReadFile(directory_ + "/out/" + name);
}

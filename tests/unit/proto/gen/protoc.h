/* SPDX-License-Identifier: Apache-2.0 */
/* Runs protoc with the generator, in a directory that goes away with the object. */
#ifndef REEVE_TESTS_UNIT_PROTO_GEN_PROTOC_H
#define REEVE_TESTS_UNIT_PROTO_GEN_PROTOC_H

#include <string>
#include <vector>

class Protoc
{
  public:
    Protoc();
    ~Protoc();
    Protoc(const Protoc &) = delete;
    Protoc &operator=(const Protoc &) = delete;

    /* Adds a .proto to the import path, in front of the tree's own. */
    void Add(const std::string &name, const std::string &text);
    /* Where protoc is started; this program's own directory otherwise. */
    void StartFrom(const std::string &directory)
    {
        start_from_ = directory;
    }
    /* True when protoc ends well; Messages() has what it printed. */
    bool Run(const std::vector<std::string> &protos, const std::string &parameters = "");
    /* The CodeGeneratorRequest that protoc sends a plugin for this file. */
    std::string Request(const std::string &proto);
    const std::string &Messages() const
    {
        return messages_;
    }
    /* Where the generated files are. */
    std::string Directory() const
    {
        return directory_ + "/out";
    }
    /* The compiler, on the generated `files` with the headers that they need: true when it has no
     * word to say. Messages() has what it said. */
    bool CompileC(const std::string &flags, const std::vector<std::string> &files);
    bool CompileCxx(const std::string &flags, const std::vector<std::string> &files);
    /* A generated file's content; "" when there is none. */
    std::string Output(const std::string &name) const;

  private:
    bool Start(const std::string &plugin, const std::string &arguments);
    bool Shell(const std::string &command);
    bool Compile(const std::string &compiler, const std::string &flags,
                 const std::vector<std::string> &files);

    std::string directory_;
    std::string messages_;
    std::string start_from_ = ".";
};

/* The generator alone, with these bytes on stdin; its wait status. */
int RunGenerator(const std::string &input);
std::string ReadFile(const std::string &path);

#endif

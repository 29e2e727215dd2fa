/* SPDX-License-Identifier: Apache-2.0 */
/* What protoc accepts, the C and the C++ compiler accept too: generated files of hostile names,
 * comments, numbers and file names compile without a warning, alone and behind the headers that a
 * handler may include. */
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/support/seed.h"
#include "tests/unit/proto/gen/protoc.h"

namespace
{

const char *const kWords[] = {
    "_",
    "_1",
    "_Bool",
    "_x",
    "__LINE__",
    "__linux__",
    "__unix",
    "__x",
    "alignas",
    "alignof",
    "and",
    "asm",
    "assert",
    "atomic",
    "auto",
    "base",
    "bool",
    "break",
    "BUFSIZ",
    "C_",
    "call",
    "case",
    "case_",
    "catch",
    "char",
    "char8_t",
    "class",
    "co_await",
    "compl",
    "complex",
    "concept",
    "const",
    "constexpr",
    "continue",
    "Curl",
    "decltype",
    "default",
    "delete",
    "descriptor",
    "do",
    "double",
    "E",
    "else",
    "enum",
    "EOF",
    "errno",
    "explicit",
    "export",
    "extern",
    "fail",
    "false",
    "float",
    "for",
    "friend",
    "goto",
    "Grpc",
    "h_addr",
    "has_x",
    "I",
    "i386",
    "if",
    "inline",
    "int",
    "int32_t",
    "INT_MAX",
    "isnan",
    "init",
    "linux",
    "long",
    "major",
    "makedev",
    "max",
    "message",
    "Message",
    "min",
    "minor",
    "n_x",
    "NAN",
    "NULL",
    "namespace",
    "new",
    "noexcept",
    "not_set",
    "noreturn",
    "nullptr",
    "o",
    "O_RDONLY",
    "o_case",
    "offsetof",
    "operator",
    "or",
    "private",
    "protected",
    "pthread",
    "public",
    "register",
    "requires",
    "restrict",
    "return",
    "sa_handler",
    "setjmp",
    "short",
    "signals",
    "signed",
    "SIGTERM",
    "size_t",
    "sizeof",
    "slots",
    "st_mtime",
    "stat",
    "static",
    "stdin",
    "struct",
    "switch",
    "task",
    "tasks",
    "template",
    "this",
    "throw",
    "time_t",
    "tm",
    "true",
    "typedef",
    "typeid",
    "typename",
    "typeof",
    "union",
    "unix",
    "unsigned",
    "using",
    "virtual",
    "void",
    "volatile",
    "wchar_t",
    "while",
    "x",
    "x_",
    "X_INIT",
    "x_message",
    "xor",
    "protobuf_c_boolean",
    "ProtobufCMessage",
    "ProtobufCBinaryData",
    "REEVE_TABLE_VERSION",
};

/* What a handler's source may well include first. */
const char kHeaders[] = "-std=gnu11 -D_GNU_SOURCE -include complex.h -include errno.h "
                        "-include fcntl.h -include float.h -include inttypes.h -include math.h "
                        "-include netdb.h -include netinet/in.h -include pthread.h "
                        "-include setjmp.h -include signal.h -include stdatomic.h "
                        "-include stdio.h -include stdlib.h -include string.h "
                        "-include sys/socket.h -include sys/stat.h -include sys/sysmacros.h "
                        "-include sys/wait.h -include threads.h -include time.h "
                        "-include unistd.h";

/* Everything twice: as strict C11 and behind the system's headers; the headers as C++17 too. */
void ExpectCompiles(Protoc &protoc, const std::vector<std::string> &stems)
{
    std::vector<std::string> sources;
    std::vector<std::string> headers;
    for (const std::string &stem : stems) {
        sources.push_back(stem + ".reeve.c");
        headers.push_back(stem + ".reeve.h");
        ASSERT_NE(protoc.Output(sources.back()), "") << stem;
    }
    EXPECT_TRUE(protoc.CompileC("-std=c11", sources)) << protoc.Messages();
    EXPECT_TRUE(protoc.CompileC(kHeaders, sources)) << protoc.Messages();
    EXPECT_TRUE(protoc.CompileCxx("-std=c++17 -x c++", headers)) << protoc.Messages();
}

std::string Lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/* protoc itself refuses fields of one message that differ in case and '_' alone. */
bool IsNewField(std::set<std::string> *seen, const std::string &name)
{
    std::string key = Lower(name);
    key.erase(std::remove(key.begin(), key.end(), '_'), key.end());
    return seen->insert(key).second;
}

std::string MessageOfWords(const std::string &name, const std::string &before,
                           const std::string &type)
{
    std::set<std::string> seen;
    std::string text = "message " + name + " {\n";
    int number = 0;
    for (const char *word : kWords) {
        if (IsNewField(&seen, word)) {
            text += before + type + " " + word + " = " + std::to_string(++number) + ";\n";
        }
    }
    return text + "}\n";
}

struct Hostile {
    const char *name;
    std::vector<std::pair<std::string, std::string>> files; /* behind syntax = "proto3"; */
    const char *parameters = "";
};

void PrintTo(const Hostile &hostile, std::ostream *to)
{
    *to << hostile.name;
}

std::string Deep(int levels)
{
    std::string text;
    for (int i = 0; i < levels; i++) {
        text += "message L" + std::to_string(i) + " { L0 top = 1; ";
    }
    return text + std::string(static_cast<size_t>(levels), '}') + "\n";
}

std::string Wide(int fields)
{
    std::string text = "message Wide {\n";
    for (int i = 1; i <= fields; i++) {
        const std::string name = "f" + std::to_string(i);
        text += (i % 3 == 0 ? "repeated " : "") + std::string("int64 ") + name + " = " +
                std::to_string(i) + ";\n";
    }
    return text + "string last = 536870911;\n}\n";
}

std::string Chain(int messages)
{
    std::string text;
    for (int i = 0; i < messages; i++) {
        text += "message C" + std::to_string(i) + " { C" + std::to_string((i + 1) % messages) +
                " next = 1; }\n";
    }
    return text;
}

const Hostile kHostile[] = {
    {"WordsAsFields",
     {{"w.proto",
       "package w;\n" + MessageOfWords("Plain", "", "int32") +
           MessageOfWords("Many", "repeated ", "string") +
           MessageOfWords("Maybe", "optional ", "bytes") + MessageOfWords("Itself", "", "Itself") +
           "message Picked { oneof picked_one {\n" +
           MessageOfWords("", "", "bool").substr(std::string("message  {").size()) + "}\n"}}},
    {"MembersNeedEachOther",
     {{"m.proto",
       "message A { repeated string base = 1; int32 n_base_ = 2; int32 Base_x = 3; }\n"
       "message B { repeated int32 x = 1; repeated int32 n_x = 2; optional int32 n_n_x = 3; }\n"
       "message C { optional int32 x = 1; optional int32 has_x = 2; int32 has_has_x = 3; }\n"
       "message D { oneof o { int32 o_case = 1; } optional int32 a_case = 3; oneof has_a { int32 "
       "b = 4; } }\n"
       "message E { int32 int = 1; repeated int32 char = 3; int32 n_char_ = 4; }\n"
       "message f { oneof o { int32 f = 1; } }\n"
       "message G { oneof o { string not_set = 1; int32 x = 2; } oneof p { int32 X_INIT = 3; } "
       "}\n"}}},
    {"WordsAsSharedNamesWithoutAPackage",
     {{"n.proto",
       "message short {}\nmessage Stat {}\nmessage Tm {}\nmessage time_t {}\nmessage Grpc {}\n"
       "message Atomic {}\nmessage Pthread { message Mutex {} }\nmessage Size_t {}\n"
       "message Option {}\nmessage Curl { message Easy {} }\nmessage reeve {}\n"
       "message ReeveTask {}\nmessage Mtx {}\nmessage NULL {}\nmessage __x {}\n"
       "message _ {}\nmessage _1 {}\nmessage A_ {}\nmessage Linux { Linux linux = 1; }\n"
       "enum Int { MAX = 0; MIN = 1; }\nenum O { RDONLY = 0; EXCL = 1; }\n"
       "enum Sock { STREAM = 0; }\nenum M { PI = 0; }\nenum Class { CLASS_ = 0; CLASS = 0; option "
       "allow_alias = true; }\n"
       "service Sem { rpc Post(Tm) returns (Tm); }\nservice Grpc_ { rpc Shutdown(short) returns "
       "(short); }\nservice Pthread_ { rpc Create(short) returns (stream short); }\n"}},
     "tasks"},
    {"EqualNamesInTwoPackages",
     {{"a.proto", "package a.b;\nmessage C { message D {} }\nenum E { X = 0; }\n"},
      {"b.proto", "package a.b2;\nimport \"a.proto\";\nmessage C { a.b.C c = 1; a.b.C.D d = 2; }\n"
                  "enum E { X = 0; }\n"}}},
    {"CaseOfConstants",
     {{"c.proto", "package c;\nenum E { option allow_alias = true; lower = 0; LOWER = 0; Lower = "
                  "0; E_LOWER = 0; E_ = 3; E_E_LOWER = 0; MAX = 2147483647; MIN = -2147483648; }\n"
                  "message Uses { E e = 1; repeated E es = 2; map<string, E> by = 3; }\n"}}},
    {"FileNames",
     {{"a-b.proto", "message One {}\n"},
      {"a_b.proto", "message Two {}\n"},
      {"a.b.proto", "message Three {}\n"},
      {"a/b.proto", "message Four {}\n"},
      {"A_B.proto", "message Five {}\n"},
      {"x*/y z.proto", "message Six {}\n"},
      {"\303\244.proto", "message Seven {}\n"},
      {"1.proto", "message Eight {}\n"},
      {"table/t.proto", "message Nine {}\n"},
      {"all.proto",
       "import \"a-b.proto\"; import \"a_b.proto\"; import \"a.b.proto\"; import \"a/b.proto\";\n"
       "import \"A_B.proto\"; import \"x*/y z.proto\"; import \"\303\244.proto\"; import "
       "\"1.proto\"; import \"table/t.proto\";\n"
       "message All { One a = 1; Two b = 2; Three c = 3; Four d = 4; Five e = 5; Six f = 6; Seven "
       "g = 7; Eight h = 8; Nine i = 9; }\nservice S { rpc R(All) returns (All); }\n"}},
     "tasks,table=t"},
    {"Guards",
     {{"g.proto", "package reeve.generated;\nmessage G_H {}\nenum G { H = 0; }\n"
                  "message ReeveGeneratedG { int32 REEVE_GENERATED_G_H = 1; }\n"}}},
    {"Comments",
     {{"c.proto",
       "package c;\n"
       "// ends */ and /* opens, /*/ both **/ and a trigraph ?\?/\n"
       "// a line that ends in a backslash \\\n/// one that starts with a slash\n"
       "// \"quotes\" 'and' ?\?' percent %s %n\n"
       "// bytes \377\376 that are no UTF-8, \303\251 that are, direction \342\200\256 "
       "\342\201\246 "
       "and controls \001 \033[31m\r\n"
       "message M {\n  /* a block *\\\n/ with a splice ?\?/\n/ */\n  int32 a = 1; // trailing */\n"
       "  //*\n  int32 b = 2;\n  ///\n  int32 c = 3;\n  //*/\n  oneof o { int32 d = 4; }\n}\n"
       "// /\nenum E {\n  // */\n  A = 0; // ?\?/\n}\n"
       "// Service */\nservice S {\n  // Does */ \"it\" ?\?/\n  // \342\200\256 \377 \\\n"
       "  rpc R(M) returns (M);\n}\n"}},
     "tasks,manifest=c"},
    {"Shapes",
     {{"s.proto",
       "package s;\nimport public \"p.proto\";\nimport \"google/protobuf/wrappers.proto\";\n" +
           Deep(28) + Wide(700) + Chain(400) +
           "message Nothing { reserved 1 to 10; reserved \"x\"; }\nmessage Mutual { repeated "
           "Mutual "
           "a = 1; map<string, Mutual> b = 2; oneof c { Mutual d = 3; Nothing e = 4; } }\n"
           "message Old { option deprecated = true; int32 a = 1 [deprecated = true, json_name = "
           "\"\\\"\\\\\\u00e9 ?\?/\"]; google.protobuf.BoolValue b = 2; p.P c = 3; }\n"},
      {"p.proto", "package p;\nmessage P { int32 x = 1; }\n"}}},
    {"ManyServices",
     {{"one.proto",
       "package one;\nmessage M {}\nservice A { rpc X(M) returns (M); rpc Y(M) returns "
       "(stream M); }\nservice B { rpc X(M) returns (M); }\nservice Empty {}\n"},
      {"two.proto",
       "package two;\nimport \"one.proto\";\nservice A { rpc X(one.M) returns (one.M); "
       "}\n"}},
     "tasks,table=all_of_them"},
};

class HostileProto : public testing::TestWithParam<Hostile>
{
};

TEST_P(HostileProto, P3_CompilesAsCAndAsCxx)
{
    Protoc protoc;
    std::vector<std::string> files;
    std::vector<std::string> stems;
    for (const auto &[name, text] : GetParam().files) {
        protoc.Add(name, "syntax = \"proto3\";\n" + text);
        files.push_back(name);
        stems.push_back(name.substr(0, name.size() - 6));
    }
    ASSERT_TRUE(protoc.Run(files, GetParam().parameters)) << protoc.Messages();
    ExpectCompiles(protoc, stems);
}

INSTANTIATE_TEST_SUITE_P(Table, HostileProto, testing::ValuesIn(kHostile),
                         [](const auto &row) { return std::string(row.param.name); });

/* ---- at random ---- */

class Inventor
{
  public:
    explicit Inventor(const struct reeve_random *random) : random_(random)
    {
    }

    size_t Below(size_t n)
    {
        return static_cast<size_t>(reeve_random_below(random_, n));
    }

    /* A word of the list, at times grown by what generated names are made of. */
    std::string Word()
    {
        static const char *const behind[] = {"_",     "_case", "_message", "_init",
                                             "_enum", "_task", "_INIT",    "2"};
        std::string word = kWords[Below(sizeof kWords / sizeof *kWords)];
        switch (Below(6)) {
        case 0:
            return (Below(2) == 0 ? "n_" : "has_") + word;
        case 1:
            return word + behind[Below(sizeof behind / sizeof *behind)];
        case 2:
            word[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(word[0])));
            return word;
        default:
            return word;
        }
    }

    /* One that no other of the scope has, whatever '_' and case make of it. */
    std::string New(std::set<std::string> *scope)
    {
        for (;;) {
            std::string word = Word();
            if (word != "option" && word != "reserved" && IsNewField(scope, word)) {
                return word;
            }
        }
    }

    std::string Fields(int count)
    {
        static const char *const types[] = {"int32 ",  "repeated bool ",  "optional bytes ",
                                            "string ", "optional int64 ", "map<string, string> ",
                                            "double ", "repeated string "};
        std::set<std::string> scope;
        std::string text;
        int number = 0;
        for (int i = 0; i < count; i++) {
            text += types[Below(sizeof types / sizeof *types)] + New(&scope) + " = " +
                    std::to_string(++number) + ";\n";
        }
        text += "oneof " + New(&scope) + " {\n";
        for (int i = 0; i < 4; i++) {
            text += "int32 " + New(&scope) + " = " + std::to_string(++number) + ";\n";
        }
        return text + "}\n";
    }

    std::string File(const std::string &package)
    {
        std::set<std::string> scope;
        std::string text = "syntax = \"proto3\";\n";
        text += package.empty() ? "" : "package " + package + ";\n";
        std::string type;
        for (int i = 0; i < 4; i++) {
            type = New(&scope);
            text += "message " + type + " {\n" + Fields(12) + "}\n";
        }
        text += "enum " + New(&scope) + " {\n";
        for (int i = 0; i < 10; i++) {
            text += New(&scope) + " = " + std::to_string(i) + ";\n";
        }
        std::set<std::string> methods;
        const std::string full = (package.empty() ? "." : "." + package + ".") + type;
        text += "}\nservice " + New(&scope) + " {\n";
        for (int i = 0; i < 2; i++) {
            text += "rpc " + New(&methods) + "(" + full + ") returns (" + full + ");\n";
        }
        return text + "}\n";
    }

  private:
    const struct reeve_random *random_;
};

/* Whatever is not compiled is refused with both elements. */
TEST(RandomNames, P3_CompileOrAreRefusedWithBothElementsNamed)
{
    const size_t rounds = 12;
    Seeded seeded;
    Inventor inventor(seeded.random());
    size_t compiled = 0;
    for (size_t round = 0; round < rounds; round++) {
        Protoc protoc;
        const std::string package = round % 2 == 0 ? "" : "p" + inventor.Word();
        const std::string text = inventor.File(package);
        protoc.Add("r.proto", text);
        if (!protoc.Run({"r.proto"}, "tasks,table=the_table")) {
            /* Or protoc itself has refused it. */
            EXPECT_TRUE(protoc.Messages().find("--reeve_out: ") == std::string::npos ||
                        protoc.Messages().find("\" is also that of ") != std::string::npos)
                << protoc.Messages() << text;
            continue;
        }
        compiled++;
        ExpectCompiles(protoc, {"r"});
        if (testing::Test::HasFailure()) {
            GTEST_FAIL() << text;
        }
    }
    EXPECT_GT(compiled, rounds / 2);
}

/* The test sees what the compiler says. */
TEST(RandomNames, ANameThatIsNotRenamedDoesNotCompile)
{
    Protoc protoc;
    protoc.Add("r.proto", "syntax = \"proto3\";\nmessage M { int32 harmless = 1; }\n");
    ASSERT_TRUE(protoc.Run({"r.proto"})) << protoc.Messages();
    EXPECT_TRUE(protoc.CompileC("-std=c11", {"r.reeve.c"})) << protoc.Messages();
    EXPECT_FALSE(protoc.CompileC("-std=c11 -Dharmless=goto", {"r.reeve.c"}));
    EXPECT_FALSE(protoc.CompileCxx("-std=c++17 -x c++ -Dharmless=class", {"r.reeve.h"}));
}

} // namespace

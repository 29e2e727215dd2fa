/* SPDX-License-Identifier: Apache-2.0 */
/* The lexer of statements: what is a parameter and what is not, and what is refused. */
#include "agent/bindings/sql/statement.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace reeve::test
{
namespace
{

struct Parsed {
    enum reeve_status status;
    std::string text;
    std::vector<std::string> names;
    struct reeve_sql_fault fault;
};

Parsed parse(const std::string &source)
{
    Parsed out = {};
    struct reeve_arena arena;
    struct reeve_sql_statement statement = {};
    reeve_arena_init(&arena, nullptr, 1 << 20, 0);
    out.status = reeve_sql_statement_parse(reeve_bytes_of(source.data(), source.size()), &arena,
                                           &statement, &out.fault);
    if (out.status == REEVE_OK) {
        out.text = statement.text;
        for (uint32_t i = 0; i < statement.count; i++) {
            out.names.emplace_back(reinterpret_cast<const char *>(statement.names[i].data),
                                   statement.names[i].len);
        }
    }
    reeve_arena_clear(&arena);
    return out;
}

using Names = std::vector<std::string>;

TEST(SqlStatement, NumbersParametersByName)
{
    const Parsed p = parse("SELECT id FROM orders WHERE region = :region AND at >= :since "
                           "AND (:region = 'x' OR owner = :customer.id) LIMIT :limit;");
    ASSERT_EQ(p.status, REEVE_OK) << p.fault.text;
    EXPECT_EQ(p.text, "SELECT id FROM orders WHERE region = $1 AND at >= $2 "
                      "AND ($1 = 'x' OR owner = $3) LIMIT $4");
    EXPECT_EQ(p.names, (Names{"region", "since", "customer.id", "limit"}));
}

/* Each source is carried over as it is: it has no parameters. */
class Untouched : public ::testing::TestWithParam<const char *>
{
};

TEST_P(Untouched, HasNoParameter)
{
    const Parsed p = parse(GetParam());
    ASSERT_EQ(p.status, REEVE_OK) << p.fault.text;
    EXPECT_EQ(p.text, GetParam());
    EXPECT_TRUE(p.names.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Sql, Untouched,
    ::testing::Values("SELECT ':a', 'it''s :a', ':a''' ", "SELECT E'\\':a', e'\\\\', 1",
                      "SELECT 'back\\', 1", "SELECT \":a\", \"x\"\":a\"",
                      "SELECT $$ :a ' \" $$, $t$ :a $$ $ $t$", "SELECT 1 -- :a '\n, 2",
                      "SELECT /* :a /* ' */ :b */ 1", "SELECT 1::int, '1'::text::varchar",
                      "SELECT f(a := 1)", "SELECT a[1:2], a[:2], a[1:], a[:]",
                      "SELECT ARRAY[[1,2],[3,4]][1:2][1:1]", "SELECT a[1: n], a[x.y: n]",
                      "SELECT N'x', B'01', X'ff', U&'\\0061:a'", "SELECT a$b, \xc3\xa9t\xc3\xa9",
                      "VALUES (1)", "(SELECT 1) UNION (SELECT 2)", "SELECT a ? 'b', a @> '{}'",
                      "WITH x AS (SELECT 1) TABLE x", "SELECT 1 'a'\n ':b'", "SELECT xe':a'",
                      "CALL p(1)", "SELECT 1e5, 0.5, .5, 1_000"));

TEST(SqlStatement, FindsParametersInEveryPlace)
{
    EXPECT_EQ(parse("SELECT :a::int, :b ::text, :c||:d, -:e, (:f)").text,
              "SELECT $1::int, $2 ::text, $3||$4, -$5, ($6)");
    EXPECT_EQ(parse("SELECT ARRAY[:a, :b], a[(:c)], f(x := :d)").text,
              "SELECT ARRAY[$1, $2], a[($3)], f(x := $4)");
    EXPECT_EQ(parse("SELECT array[[:a],[:b]]").text, "SELECT array[[$1],[$2]]");
    EXPECT_EQ(parse("SELECT 'x':a").text, "SELECT 'x'$1");
    EXPECT_EQ(parse("SELECT a:b").text, "SELECT a $1");
    EXPECT_EQ(parse("SELECT 1:b").text, "SELECT 1 $1");
    EXPECT_EQ(parse("SELECT ':a' || :a || $$:a$$ -- :a").names, Names{"a"});
    EXPECT_EQ(parse("SELECT :a.b.c, :a. b").names, (Names{"a.b.c", "a"}));
}

// A carriage return ends a comment for the server: what follows is looked at here, too.
TEST(SqlStatement, CommentsEndWhereTheServersDo)
{
    EXPECT_EQ(parse("SELECT 1 -- one\r, :two").names, (Names{"two"}));
    EXPECT_EQ(parse("SELECT 1 -- one\r; DELETE FROM t").status, REEVE_SYNTAX);
}

TEST(SqlStatement, DropsWhatFollowsTheSemicolon)
{
    EXPECT_EQ(parse("SELECT 1 ; -- done\n /* really */ ").text, "SELECT 1 ");
}

struct Refusal {
    const char *source;
    uint32_t line;
    uint32_t column;
    const char *text;
};

class Refused : public ::testing::TestWithParam<Refusal>
{
};

TEST_P(Refused, SaysWhereAndWhy)
{
    const Parsed p = parse(GetParam().source);
    EXPECT_EQ(p.status, REEVE_SYNTAX);
    EXPECT_EQ(p.fault.line, GetParam().line);
    EXPECT_EQ(p.fault.column, GetParam().column);
    EXPECT_NE(std::string(p.fault.text).find(GetParam().text), std::string::npos) << p.fault.text;
    EXPECT_NE(std::string(p.fault.next), "");
}

INSTANTIATE_TEST_SUITE_P(
    Sql, Refused,
    ::testing::Values(
        Refusal{"", 1, 1, "no statement"}, Refusal{" -- only this", 1, 14, "no statement"},
        Refusal{"SELECT 1; DROP TABLE t", 1, 9, "more than one"},
        Refusal{"SELECT 1;;", 1, 9, "more than one"},
        Refusal{"SELECT\n 'abc", 2, 2, "quote is not closed"},
        Refusal{"SELECT \"abc", 1, 8, "quote is not closed"},
        Refusal{"SELECT E'abc\\'", 1, 9, "quote is not closed"},
        Refusal{"SELECT E'a'\n'b'", 1, 12, "goes on"},
        Refusal{"SELECT /* /* */", 1, 8, "comment is not closed"},
        Refusal{"SELECT $x$ $y$", 1, 8, "dollar quote is not closed"},
        Refusal{"SELECT $1", 1, 8, "names here"}, Refusal{"SELECT $ 1", 1, 8, "quotes nothing"},
        Refusal{"SELECT a[:n]", 1, 10, "slice"}, Refusal{"SELECT a[1:n]", 1, 11, "slice"},
        Refusal{"SELECT a.b[1][:n]", 1, 15, "slice"}, Refusal{"SELECT :caf\xc3\xa9", 1, 8, "name"},
        Refusal{"SELECT (1", 1, 10, "not closed"}, Refusal{"SELECT 1)", 1, 9, "closes nothing"},
        Refusal{"SELECT (1]", 1, 10, "closes nothing"}, Refusal{"BEGIN", 1, 1, "of this kind"},
        Refusal{"commit", 1, 1, "of this kind"}, Refusal{"SET ROLE x", 1, 1, "of this kind"},
        Refusal{"COPY t FROM STDIN", 1, 1, "of this kind"},
        Refusal{"; SELECT 1", 1, 1, "begin with a word"}, Refusal{":a", 1, 1, "begin with a word"},
        Refusal{"SELECT '\xff'", 1, 1, "not text"}));

TEST(SqlStatement, RefusesNulAndLength)
{
    EXPECT_EQ(parse(std::string("SELECT 1\0", 9)).status, REEVE_SYNTAX);
    EXPECT_EQ(parse("SELECT '" + std::string(REEVE_SQL_STATEMENT_MAX, 'x') + "'").status,
              REEVE_TOO_LARGE);
    std::string many = "SELECT :a0";
    for (int i = 1; i <= 256; i++) {
        many += ",:a" + std::to_string(i);
    }
    EXPECT_EQ(parse(many).status, REEVE_SYNTAX);
    std::string deep = "SELECT " + std::string(65, '(') + "1" + std::string(65, ')');
    EXPECT_EQ(parse(deep).status, REEVE_SYNTAX);
}

TEST(SqlStatement, SurvivesEveryCut)
{
    const std::string whole = "SELECT :a::int, 'x', E'\\'', $t$ $t$, a[1:2] /* /* */ */ -- :b\n;";
    for (size_t n = 0; n <= whole.size(); n++) {
        (void)parse(whole.substr(0, n));
    }
}

} // namespace
} // namespace reeve::test

// SPDX-License-Identifier: Apache-2.0
// Hostile inputs, as a table: what, which limit meets it, with which status (P3, P7). And what the
// worst messages make of memory: bytes of arena for a byte of input.
// docs/reference/messages.md names the limits and the factors.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "tests/support/alloc_sweep.h"
#include "tests/unit/proto/runtime/runtime_fixture.h"

namespace
{

using std::string_literals::operator""s;

#define SCALARS &runtime_testing_scalars_message
#define LISTS &runtime_testing_lists_message
#define MAPS &runtime_testing_maps_message
#define CHOICES &runtime_testing_choices_message
#define KNOWN &runtime_testing_well_known_message
#define NODE &runtime_testing_node_message
#define LOOSE &runtime_testing_loose_message

std::string Times(size_t n, const std::string &piece)
{
    std::string all;
    all.reserve(n * piece.size());
    for (size_t i = 0; i < n; i++) {
        all += piece;
    }
    return all;
}

std::string Varint(uint64_t v)
{
    std::string out;
    for (; v >= 0x80; v >>= 7) {
        out.push_back(static_cast<char>(v | 0x80));
    }
    out.push_back(static_cast<char>(v));
    return out;
}

std::string Measured(const std::string &tag, const std::string &content)
{
    return tag + Varint(content.size()) + content;
}

// `levels` messages inside one another, by the field whose tag this is.
std::string Nested(size_t levels, const std::string &tag)
{
    std::string inner;
    for (size_t i = 0; i < levels; i++) {
        inner = Measured(tag, inner);
    }
    return inner;
}

// The inside of a google.protobuf.Value: a list of one Value, and so on.
std::string Lists(size_t levels)
{
    std::string inner;
    for (size_t i = 0; i < levels; i++) {
        inner = Measured("\x32", Measured("\x0a", inner));
    }
    return inner;
}

enum class Limit { kNone, kDepth3, kSize10, kElements3, kLenient };

struct Hostile {
    const char *what;
    const reeve_message *table;
    Limit limit;
    std::string bytes;
    reeve_status status;
    const char *rule;
};

const Hostile kBinary[] = {
    // depth
    {"64 levels, the default's last", NODE, Limit::kNone, Nested(63, "\x12"), REEVE_OK, ""},
    {"65 levels", NODE, Limit::kNone, Nested(64, "\x12"), REEVE_DEPTH, "depth"},
    {"a configured depth", NODE, Limit::kDepth3, Nested(3, "\x12"), REEVE_DEPTH, "depth"},
    {"depth through a list", NODE, Limit::kDepth3, Nested(3, "\x1a"), REEVE_DEPTH, "depth"},
    {"depth through a map, whose entries count", NODE, Limit::kDepth3,
     Measured("\x22", Measured("\x12", Nested(1, "\x12"))), REEVE_DEPTH, "depth"},
    {"20,000 levels", NODE, Limit::kNone, Nested(20000, "\x12"), REEVE_DEPTH, "depth"},
    {"30 ListValues in Values", LOOSE, Limit::kNone, Measured("\x12", Lists(30)), REEVE_OK, ""},
    {"32 ListValues in Values", LOOSE, Limit::kNone, Measured("\x12", Lists(32)), REEVE_DEPTH,
     "depth"},
    {"100,000 groups, unknown and dropped", NODE, Limit::kLenient, Times(100000, "\x33"),
     REEVE_DEPTH, "encoding"},
    // size and counts
    {"more bytes than configured", SCALARS, Limit::kSize10, Measured("\x72", "abcdefghij"),
     REEVE_TOO_LARGE, "size"},
    {"elements in one list", LISTS, Limit::kElements3, Measured("\x1a", "\x01\x02\x03\x04"),
     REEVE_TOO_LARGE, "elements"},
    {"elements over several lists", LISTS, Limit::kElements3, "\x72\0\x7a\0\x72\0\x7a\0"s,
     REEVE_TOO_LARGE, "elements"},
    {"elements of a map", MAPS, Limit::kElements3, Times(4, "\x0a\0"s), REEVE_TOO_LARGE,
     "elements"},
    {"a million and one packed elements", LISTS, Limit::kNone,
     Measured("\x6a", std::string(1000001, '\1')), REEVE_TOO_LARGE, "elements"},
    {"a million and one empty messages", LISTS, Limit::kNone, Times(1000001, "\x8a\x01\0"s),
     REEVE_TOO_LARGE, "elements"},
    // lengths
    {"a length past the end", SCALARS, Limit::kNone, "\x72\x05"s + "abcd", REEVE_TRUNCATED,
     "encoding"},
    {"a length of 2^63", SCALARS, Limit::kNone, "\x72" + Varint(UINT64_C(1) << 63) + "a",
     REEVE_TRUNCATED, "encoding"},
    {"a length of 2^64-1", LISTS, Limit::kNone, "\x1a" + Varint(UINT64_MAX), REEVE_TRUNCATED,
     "encoding"},
    {"a length of six bytes", SCALARS, Limit::kNone, "\x72\x80\x80\x80\x80\x80\0"s, REEVE_MALFORMED,
     "encoding"},
    {"a length of five bytes", SCALARS, Limit::kNone, "\x72\x81\x80\x80\x80\0a"s, REEVE_OK, ""},
    {"an unknown field's length of six bytes", SCALARS, Limit::kLenient,
     "\xa2\x06\x80\x80\x80\x80\x80\0"s, REEVE_MALFORMED, "encoding"},
    {"a message longer than the one around it", NODE, Limit::kNone, "\x12\x02\x12\x05"s,
     REEVE_TRUNCATED, "encoding"},
    {"fixed numbers that end in the middle", LISTS, Limit::kNone, Measured("\x0a", "1234567"),
     REEVE_TRUNCATED, "encoding"},
    {"a packed run that ends in a varint", LISTS, Limit::kNone, Measured("\x1a", "\x01\x80"),
     REEVE_TRUNCATED, "encoding"},
    // varints and tags
    {"a varint of eleven bytes", SCALARS, Limit::kNone, "\x18" + std::string(10, '\x80') + "\0"s,
     REEVE_MALFORMED, "encoding"},
    {"a varint of 65 bits", SCALARS, Limit::kNone, "\x18" + std::string(9, '\xff') + "\x02",
     REEVE_MALFORMED, "encoding"},
    {"field number 0", SCALARS, Limit::kNone, "\0\0"s, REEVE_MALFORMED, "encoding"},
    {"field number 0 in two bytes", SCALARS, Limit::kNone, "\x80\0\0"s, REEVE_MALFORMED,
     "encoding"},
    {"a field number of 2^29", SCALARS, Limit::kLenient, Varint(UINT64_C(1) << 32) + "\0"s,
     REEVE_MALFORMED, "encoding"},
    {"a tag of 64 bits", SCALARS, Limit::kLenient, Varint(UINT64_MAX) + "\0"s, REEVE_MALFORMED,
     "encoding"},
    {"a tag of six bytes", SCALARS, Limit::kLenient, "\xa8\x86\x80\x80\x80\0\0"s, REEVE_MALFORMED,
     "encoding"},
    {"a tag of five bytes", SCALARS, Limit::kLenient, "\xa8\x86\x80\x80\0\0"s, REEVE_OK, ""},
    {"wire type 6", SCALARS, Limit::kLenient, "\xae\x06\0"s, REEVE_MALFORMED, "encoding"},
    {"wire type 7", SCALARS, Limit::kLenient, "\xaf\x06\0"s, REEVE_MALFORMED, "encoding"},
    // wire types
    {"a number as text", SCALARS, Limit::kLenient, "\x1a\0"s, REEVE_WIRE_TYPE, "wire_type"},
    {"a text as number", SCALARS, Limit::kLenient, "\x70\0"s, REEVE_WIRE_TYPE, "wire_type"},
    {"a message as number", NODE, Limit::kLenient, "\x10\0"s, REEVE_WIRE_TYPE, "wire_type"},
    {"a message as group", NODE, Limit::kLenient, "\x13\x14"s, REEVE_WIRE_TYPE, "wire_type"},
    {"a list of texts as numbers", LISTS, Limit::kLenient, "\x70\0"s, REEVE_WIRE_TYPE, "wire_type"},
    {"a double as float", SCALARS, Limit::kLenient, "\x0d\0\0\0\0"s, REEVE_WIRE_TYPE, "wire_type"},
    // groups
    {"the end of no group", SCALARS, Limit::kLenient, "\xa4\x06"s, REEVE_MALFORMED, "encoding"},
    {"a group that another one ends", SCALARS, Limit::kLenient, "\xa3\x06\xac\x06"s,
     REEVE_MALFORMED, "encoding"},
    {"a group without end", SCALARS, Limit::kLenient, "\xa3\x06\x08\x01"s, REEVE_TRUNCATED,
     "encoding"},
    // text
    {"NUL in a text", SCALARS, Limit::kNone, Measured("\x72", "a\0b"s), REEVE_EMBEDDED_NUL,
     "embedded_nul"},
    {"NUL at the end of a text", LISTS, Limit::kNone, Measured("\x72", "ab\0"s), REEVE_EMBEDDED_NUL,
     "embedded_nul"},
    {"NUL in a map's key", MAPS, Limit::kNone, Measured("\x0a", Measured("\x0a", "\0"s)),
     REEVE_EMBEDDED_NUL, "embedded_nul"},
    {"a byte that continues nothing", SCALARS, Limit::kNone, Measured("\x72", "\x80"), REEVE_UTF8,
     "utf8"},
    {"a character cut short", SCALARS, Limit::kNone, Measured("\x72", "\xe2\x82"), REEVE_UTF8,
     "utf8"},
    {"NUL in two bytes", SCALARS, Limit::kNone, Measured("\x72", "\xc0\x80"), REEVE_UTF8, "utf8"},
    {"a slash in three bytes", SCALARS, Limit::kNone, Measured("\x72", "\xe0\x80\xaf"), REEVE_UTF8,
     "utf8"},
    {"a surrogate", SCALARS, Limit::kNone, Measured("\x72", "\xed\xa0\x80"), REEVE_UTF8, "utf8"},
    {"beyond U+10FFFF", SCALARS, Limit::kNone, Measured("\x72", "\xf4\x90\x80\x80"), REEVE_UTF8,
     "utf8"},
    {"no UTF-8 in a map's value", MAPS, Limit::kNone, Measured("\x0a", Measured("\x12", "\xff")),
     REEVE_UTF8, "utf8"},
    {"no UTF-8 in the name of a Struct", LOOSE, Limit::kNone,
     Measured("\x0a", Measured("\x0a", Measured("\x0a", "\xff"))), REEVE_UTF8, "utf8"},
    // what is not declared
    {"an unknown field", SCALARS, Limit::kNone, "\xa0\x06\x01"s, REEVE_UNKNOWN_FIELD,
     "unknown_field"},
    {"an unknown field in a map's entry", MAPS, Limit::kNone, Measured("\x0a", "\x18\x01"),
     REEVE_UNKNOWN_FIELD, "unknown_field"},
};

reeve_decode_options Options(Limit limit)
{
    reeve_decode_options o = {};
    o.max_depth = limit == Limit::kDepth3 ? 3 : 0;
    o.max_size = limit == Limit::kSize10 ? 10 : 0;
    o.max_elements = limit == Limit::kElements3 ? 3 : 0;
    o.unknown = limit == Limit::kLenient ? REEVE_UNKNOWN_DROP : REEVE_UNKNOWN_REFUSE;
    return o;
}

TEST(Hostile, P3_BinaryMeetsItsLimit)
{
    for (const Hostile &h : kBinary) {
        Subject s(h.table, size_t(256) << 20);
        const reeve_status status = s.Decode(h.bytes, Options(h.limit));
        EXPECT_EQ(status, h.status) << h.what << ": " << reeve_status_name(status);
        EXPECT_STREQ(s.problem().rule, h.rule) << h.what;
        EXPECT_EQ(s.message() == nullptr, h.status != REEVE_OK) << h.what;
    }
}

// The same in memory that is too small for most: never anything but the status, or NO_MEMORY.
TEST(Hostile, P7_BinaryInLittleMemory)
{
    for (const Hostile &h : kBinary) {
        for (size_t room = 128; room < 16384; room *= 2) {
            Subject s(h.table, room);
            const reeve_status status = s.Decode(h.bytes, Options(h.limit));
            EXPECT_TRUE(status == h.status || status == REEVE_NO_MEMORY)
                << h.what << ": " << reeve_status_name(status);
            EXPECT_LE(s.arena()->used, room) << h.what;
        }
    }
}

struct HostileText {
    const char *what;
    const reeve_message *table;
    std::string text;
    reeve_status status;
    const char *rule;
};

const HostileText kJson[] = {
    {"65 levels", NODE, Times(65, "{\"next\":"), REEVE_DEPTH, "depth"},
    {"100,000 brackets where no list is", SCALARS, Times(100000, "["), REEVE_TYPE, "type"},
    {"100,000 brackets in a Value", LOOSE, "{\"anyValue\":" + Times(100000, "["), REEVE_DEPTH,
     "depth"},
    {"a map in a map in a Struct", LOOSE, "{\"object\":" + Times(100000, "{\"a\":"), REEVE_DEPTH,
     "depth"},
    {"a million and one elements", LISTS, "{\"fInt32\":[0" + Times(1000000, ",0") + "]}",
     REEVE_TOO_LARGE, "elements"},
    {"a million and one paths", KNOWN, "{\"mask\":\"a" + Times(1000000, ",a") + "\"}",
     REEVE_TOO_LARGE, "elements"},
    {"a number of 2,000 digits", SCALARS, "{\"fDouble\":" + std::string(2000, '1') + "}",
     REEVE_RANGE, "range"},
    {"an exponent of a thousand digits", SCALARS, "{\"fInt32\":1e" + std::string(1000, '9') + "}",
     REEVE_RANGE, "range"},
    {"zero with a large exponent", SCALARS, "{\"fInt32\":0e99999}", REEVE_OK, ""},
    {"an integer with many zeros behind the point", SCALARS,
     "{\"fInt32\":1." + std::string(900, '0') + "}", REEVE_OK, ""},
    {"NUL, escaped", SCALARS, "{\"fString\":\"\\u0000\"}", REEVE_EMBEDDED_NUL, "embedded_nul"},
    {"NUL, as it is", SCALARS, "{\"fString\":\"\0\"}"s, REEVE_SYNTAX, "syntax"},
    {"NUL in a key", LOOSE, "{\"object\":{\"\\u0000\":1}}", REEVE_EMBEDDED_NUL, "embedded_nul"},
    {"half a surrogate pair", SCALARS, "{\"fString\":\"\\udc00\\ud800\"}", REEVE_UTF8, "utf8"},
    {"half a surrogate pair in a key", LOOSE, "{\"object\":{\"\\ud800\":1}}", REEVE_UTF8, "utf8"},
    {"no UTF-8", SCALARS, "{\"fString\":\"\xff\"}", REEVE_SYNTAX, "syntax"},
    {"a key of a map, twice", MAPS, "{\"byString\":{\"a\":\"\",\"\\u0061\":\"\"}}",
     REEVE_DUPLICATE_FIELD, "duplicate"},
    {"a key of a map in two forms", MAPS, "{\"byInt64\":{\"1\":0,\"1.0\":0}}",
     REEVE_DUPLICATE_FIELD, "duplicate"},
    {"a field in two spellings", SCALARS, "{\"fInt32\":1,\"f_int32\":null}", REEVE_DUPLICATE_FIELD,
     "duplicate"},
    {"two members of a oneof", CHOICES, "{\"number\":1,\"text\":\"\"}", REEVE_DUPLICATE_FIELD,
     "oneof"},
    {"year 0", KNOWN, "{\"at\":\"0000-01-01T00:00:00Z\"}", REEVE_TYPE, "type"},
    {"year 10000", KNOWN, "{\"at\":\"9999-12-31T23:59:59-00:01\"}", REEVE_RANGE, "range"},
    {"a duration past its range", KNOWN, "{\"span\":\"315576000001s\"}", REEVE_RANGE, "range"},
    {"two texts behind one another", SCALARS, "{}{}", REEVE_SYNTAX, "syntax"},
    {"a comment", SCALARS, "{/**/}", REEVE_SYNTAX, "syntax"},
    {"a byte order mark", SCALARS, "\xef\xbb\xbf{}", REEVE_SYNTAX, "syntax"},
};

TEST(Hostile, P3_JsonMeetsItsLimit)
{
    for (const HostileText &h : kJson) {
        Subject s(h.table, size_t(256) << 20);
        const reeve_status status = s.Json(h.text);
        EXPECT_EQ(status, h.status) << h.what << ": " << reeve_status_name(status);
        EXPECT_STREQ(s.problem().rule, h.rule) << h.what;
        EXPECT_EQ(s.message() == nullptr, h.status != REEVE_OK) << h.what;
    }
}

const HostileText kYaml[] = {
    {"ten aliases of ten aliases", NODE, "a: &a [x]\nb: &b [*a, *a]\n", REEVE_UNKNOWN_FIELD,
     "unknown_field"},
    {"an anchor", NODE, "name: &a x\n", REEVE_SYNTAX, "syntax"},
    {"a tag", NODE, "name: !!binary x\n", REEVE_SYNTAX, "syntax"},
    {"65 levels", NODE, Times(65, "{next: "), REEVE_DEPTH, "depth"},
    {"10,000 levels of a list in a Value", LOOSE, "any_value: " + Times(10000, "["), REEVE_DEPTH,
     "depth"},
    {"two documents", NODE, "name: a\n---\nname: b\n", REEVE_SYNTAX, "syntax"},
    {"a key twice", NODE, "name: a\nname: b\n", REEVE_DUPLICATE_FIELD, "duplicate"},
    {"NUL", NODE, "name: \"a\\0b\"\n", REEVE_EMBEDDED_NUL, "embedded_nul"},
    {"a merge key", NODE, "<<: {name: a}\n", REEVE_UNKNOWN_FIELD, "unknown_field"},
    {"over 4 MiB", NODE, std::string(size_t(5) << 20, ' '), REEVE_TOO_LARGE, "size"},
};

TEST(Hostile, P3_YamlMeetsItsLimit)
{
    for (const HostileText &h : kYaml) {
        Subject s(h.table);
        const reeve_status status = s.Yaml(h.text);
        EXPECT_EQ(status, h.status) << h.what << ": " << reeve_status_name(status);
        EXPECT_STREQ(s.problem().rule, h.rule) << h.what;
    }
}

// ---- amplification ----

constexpr size_t kInput = 60000; // about; well past what a first block costs

struct Worst {
    const char *what;
    const reeve_message *table;
    std::function<std::string()> make;
    double factor; // at most: bytes of arena for a byte of input
    reeve_unknown_fields unknown = REEVE_UNKNOWN_REFUSE;
};

double StructFactor(const reeve_message *table, double input_bytes)
{
    // Its struct, rounded up, and the pointer to it.
    return (static_cast<double>(table->size) + 8 + 8) / input_bytes;
}

const Worst kWorst[] = {
    {"packed varints of one byte", LISTS,
     [] { return Measured("\x22", std::string(kInput, '\1')); }, 8},
    {"packed bools", LISTS, [] { return Measured("\x6a", std::string(kInput, '\1')); }, 4},
    {"unpacked numbers", LISTS, [] { return Times(kInput / 2, "\x20\x01"); }, 4},
    {"empty texts", LISTS, [] { return Times(kInput / 2, "\x72\0"s); }, 4},
    {"texts of one character", LISTS, [] { return Times(kInput / 3, "\x72\x01x"); }, 16.0 / 3},
    {"empty bytes", LISTS, [] { return Times(kInput / 2, "\x7a\0"s); }, 8},
    {"bytes of one byte", LISTS, [] { return Times(kInput / 3, "\x7a\x01x"); }, 8},
    {"two lists in turn, whose arrays double", LISTS,
     [] { return Times(kInput / 4, "\x72\0\x7a\0"s); }, 4 * 6},
    {"one text over and over, the last wins", SCALARS,
     [] { return Times(kInput / 3, "\x72\x01x"); }, 8.0 / 3},
    {"empty messages", LISTS, [] { return Times(kInput / 3, "\x8a\x01\0"s); },
     StructFactor(SCALARS, 3)},
    {"empty messages with a short tag", NODE, [] { return Times(kInput / 2, "\x1a\0"s); },
     StructFactor(NODE, 2)},
    {"empty entries of a map, one key", MAPS, [] { return Times(kInput / 2, "\x0a\0"s); }, 48},
    {"empty entries that hold a message", NODE, [] { return Times(kInput / 2, "\x22\0"s); },
     48 + StructFactor(NODE, 2)},
    {"a oneof that changes its member", CHOICES, [] { return Times(kInput / 4, "\x22\0\x3a\0"s); },
     StructFactor(SCALARS, 2)},
    {"levels of nesting, as often as depth allows", NODE,
     [] { return Times(kInput / 128, Measured("\x1a", Nested(31, "\x12"))); },
     StructFactor(NODE, 2)},
    {"unknown fields, kept", SCALARS, [] { return Times(kInput / 3, "\xa0\x06\x01"s); },
     (4 * 32 + 8) / 3.0, REEVE_UNKNOWN_KEEP},
};

// The arena's memory against the input's: what a hostile sender can multiply, and by how much.
TEST(Hostile, P7_AmplificationStaysBelowTheDocumentedFactors)
{
    for (const Worst &w : kWorst) {
        const std::string bytes = w.make();
        Subject s(w.table, size_t(1) << 30);
        reeve_decode_options o = {};
        o.unknown = w.unknown;
        ASSERT_EQ(s.Decode(bytes, o), REEVE_OK) << w.what << ' ' << s.Where();
        // The blocks themselves: a little over, and at most one that is not full.
        const double slack = 0.05 * w.factor * static_cast<double>(bytes.size()) + 3 * 4096;
        const auto used = static_cast<double>(s.arena()->used);
        EXPECT_LE(used, w.factor * static_cast<double>(bytes.size()) + slack) << w.what;
        EXPECT_GE(used, w.factor * static_cast<double>(bytes.size()) / 5)
            << w.what << ": the factor says too much";
        RecordProperty(w.what, std::to_string(used / static_cast<double>(bytes.size())));
        std::printf("%6.1f of %6.1f  %s\n", used / static_cast<double>(bytes.size()), w.factor,
                    w.what);
    }
}

struct WorstText {
    const char *what;
    const reeve_message *table;
    std::string text;
    double factor;
};

// JSON's lists double: the arrays before the last one stay in the arena.
const WorstText kWorstJson[] = {
    {"numbers of one digit", LISTS, "{\"fInt64\":[1" + Times(kInput / 2, ",1") + "]}", 16},
    {"empty texts", LISTS, "{\"fString\":[\"\"" + Times(kInput / 3, ",\"\"") + "]}", 32.0 / 3},
    {"empty messages", NODE, "{\"children\":[{}" + Times(kInput / 3, ",{}") + "]}",
     StructFactor(NODE, 3) + 24.0 / 3},
    {"nulls in a ListValue", LOOSE, "{\"list\":[null" + Times(kInput / 5, ",null") + "]}", 20},
    {"digits in a ListValue", LOOSE, "{\"list\":[1" + Times(kInput / 2, ",1") + "]}", 48},
    {"lists in a ListValue", LOOSE, "{\"list\":[[]" + Times(kInput / 3, ",[]") + "]}", 52},
    {"paths of one letter", KNOWN, "{\"mask\":\"a" + Times(kInput / 2, ",a") + "\"}", 8},
};

TEST(Hostile, P7_AmplificationOfJsonStaysBelowTheDocumentedFactors)
{
    for (const WorstText &w : kWorstJson) {
        Subject s(w.table, size_t(1) << 30);
        ASSERT_EQ(s.Json(w.text), REEVE_OK) << w.what << ' ' << s.Where();
        const double factor =
            static_cast<double>(s.arena()->used) / static_cast<double>(w.text.size());
        EXPECT_LE(factor, 1.05 * w.factor + 0.2) << w.what;
        EXPECT_GE(factor, w.factor / 3) << w.what << ": the factor says too much";
        std::printf("%6.1f of %6.1f  %s\n", factor, w.factor, w.what);
    }
}

// A bound that the factors cannot pass: whatever is sent, the arena's own maximum holds.
TEST(Hostile, P7_TheArenaIsTheLastWord)
{
    for (const Worst &w : kWorst) {
        const std::string bytes = w.make();
        Subject s(w.table, bytes.size());
        reeve_decode_options o = {};
        o.unknown = w.unknown;
        const reeve_status status = s.Decode(bytes, o);
        EXPECT_EQ(status, REEVE_NO_MEMORY) << w.what;
        EXPECT_LE(s.arena()->used, bytes.size()) << w.what;
    }
}

// ---- memory that runs out ----

TEST(Hostile, EveryAllocationMayFailInAnyFormat)
{
    const std::string json =
        "{\"object\":{\"a\":{\"b\":[1,[],{}],\"c\":\"text\"},\"n\":null},\"values\":[null,true,[1]]"
        ","
        "\"byName\":{\"x\":{\"y\":1.5}},\"some\":[\"a\",\"b\",\"c\",\"d\",\"e\"]}";
    const std::string yaml = "object: {a: 1, b: [x, {}]}\nvalues: [~, true, [1, 2, 3, 4, 5]]\n";
    for (const bool is_json : {true, false}) {
        const uint64_t requests = SweepAllocations([&](const reeve_allocator *a) {
            Subject s(LOOSE, 1 << 20, a);
            reeve_buffer b;
            reeve_buffer_init(&b, a, 1 << 20);
            const reeve_status status = is_json ? s.Json(json) : s.Yaml(yaml);
            EXPECT_TRUE(status == REEVE_OK || status == REEVE_NO_MEMORY) << s.Where();
            if (status == REEVE_OK) {
                const reeve_status encoded = reeve_message_encode(LOOSE, s.message(), &b);
                EXPECT_TRUE(encoded == REEVE_OK || (encoded == REEVE_NO_MEMORY && b.len == 0));
                reeve_buffer_reset(&b);
                const reeve_status written = reeve_message_to_json(LOOSE, s.message(), nullptr, &b);
                EXPECT_TRUE(written == REEVE_OK || (written == REEVE_NO_MEMORY && b.len == 0));
            }
            reeve_buffer_clear(&b);
        });
        EXPECT_GT(requests, 2u);
    }
}

} // namespace

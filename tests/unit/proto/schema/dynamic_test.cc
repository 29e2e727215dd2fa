// SPDX-License-Identifier: Apache-2.0
// Tables built from a schema do what printed ones do, and a hostile schema is refused with a typed
// error that names the place (P3, P7).
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "proto/runtime/fingerprint.h"
#include "proto/schema/dynamic.h"
#include "reeve/v1/manifest.reeve.h"
#include "runtime_rules.reeve.h"
#include "tests/support/alloc_sweep.h"
#include "tests/unit/proto/runtime/cxx_peer.h"
#include "tests/unit/proto/runtime/runtime_fixture.h"

namespace
{

reeve_task TaskOf(const reeve_message *input, const reeve_message *output)
{
    reeve_task t = {};
    t.name = "runtime_testing.Service/Do";
    t.input = input;
    t.output = output;
    t.server_streaming = true;
    t.idempotency = REEVE_NO_SIDE_EFFECTS;
    t.approvals = 3;
    return t;
}

std::string SchemaOf(const reeve_task &t)
{
    reeve_buffer b;
    reeve_buffer_init(&b, nullptr, 1 << 20);
    EXPECT_EQ(reeve_task_schema_write(&t, &b), REEVE_OK);
    std::string out(reinterpret_cast<const char *>(b.data), b.len);
    reeve_buffer_clear(&b);
    return out;
}

class Dynamic
{
  public:
    explicit Dynamic(const std::string &schema, const reeve_digest *fingerprint = nullptr)
    {
        status_ = reeve_dynamic_new(View(schema), fingerprint, nullptr, &d_, &problem_);
    }
    ~Dynamic()
    {
        reeve_dynamic_free(d_);
    }
    Dynamic(const Dynamic &) = delete;
    Dynamic &operator=(const Dynamic &) = delete;
    reeve_status status() const
    {
        return status_;
    }
    std::string Where() const
    {
        return std::string(reeve_status_name(status_)) + " " + problem_.field + " " + problem_.rule;
    }
    const reeve_task *task() const
    {
        return reeve_dynamic_task(d_);
    }

  private:
    reeve_dynamic *d_ = nullptr;
    reeve_problem problem_ = {};
    reeve_status status_;
};

const reeve_message *const kTables[] = {
    &runtime_testing_scalars_message, &runtime_testing_optionals_message,
    &runtime_testing_lists_message,   &runtime_testing_maps_message,
    &runtime_testing_choices_message, &runtime_testing_well_known_message,
    &runtime_testing_node_message,    &runtime_testing_everything_message,
};

TEST(Dynamic, TablesReadAndWriteWhatPrintedOnesDo)
{
    std::mt19937_64 random(21);
    for (const reeve_message *printed : kTables) {
        const reeve_task t = TaskOf(printed, &runtime_rules_lists_message);
        Dynamic d(SchemaOf(t));
        ASSERT_EQ(d.status(), REEVE_OK) << printed->name << d.Where();
        EXPECT_STREQ(d.task()->name, t.name);
        EXPECT_EQ(d.task()->idempotency, t.idempotency);
        EXPECT_EQ(d.task()->approvals, t.approvals);
        EXPECT_TRUE(d.task()->server_streaming);
        const std::string name = std::string(printed->name).substr(std::strlen("runtime_testing."));
        for (int i = 0; i < 60; i++) {
            auto cxx = NewCxx(name);
            FillAtRandom(cxx.get(), &random, 3);
            const std::string bytes = Serialize(*cxx);
            Subject ours(d.task()->input);
            ASSERT_EQ(ours.Decode(bytes), REEVE_OK) << ours.Where();
            EXPECT_EQ(ours.Encode(), bytes);
            Subject other(printed);
            ASSERT_EQ(other.Decode(bytes), REEVE_OK);
            EXPECT_EQ(ours.ToJson(), other.ToJson());
            Subject again(d.task()->input);
            ASSERT_EQ(again.Json(ours.ToJson()), REEVE_OK) << again.Where();
            EXPECT_EQ(again.ToJson(), ours.ToJson());
        }
    }
}

std::string Violations(const reeve_message *table, const std::string &json)
{
    Subject s(table);
    EXPECT_EQ(s.Json(json), REEVE_OK) << s.Where();
    reeve_problem room[20];
    reeve_problems problems = {room, 20, 0, 0};
    EXPECT_EQ(reeve_message_prepare(table, nullptr), REEVE_OK);
    (void)!reeve_message_validate(table, s.message(), 0, &problems);
    std::string all;
    for (size_t i = 0; i < problems.count; i++) {
        all += std::string(room[i].field) + " " + room[i].rule + " " + room[i].text + "\n";
    }
    return all;
}

TEST(Dynamic, RulesAreThoseOfThePrintedTables)
{
    const struct {
        const reeve_message *table;
        const char *json;
    } cases[] = {
        {&runtime_rules_numbers_message, "{\"small\":10,\"some\":4,\"none\":7,\"ratio\":2,\"real\":"
                                         "\"NaN\",\"on\":true,\"kind\":9,\"chosen\":1}"},
        {&runtime_rules_texts_message,
         "{\"name\":\"a\",\"code\":\"A\",\"affixed\":\"q\",\"choice\":"
         "\"x\",\"other\":\"root\",\"blob\":\"Ag==\"}"},
        {&runtime_rules_lists_message, "{\"items\":[\"a\",\"a\",\"\"],\"labels\":{\"long\":0},"
                                       "\"inner\":[{}],\"named\":{\"x\":{}}}"},
        {&runtime_rules_forms_message,
         "{\"email\":\"\",\"ipPrefix\":\"::1/8\",\"headerName\":\" \",\"looseValue\":\"\\n\"}"},
        {&runtime_rules_octets_message, "{\"pattern\":\"Yf8=\",\"ip\":\"\",\"choice\":\"Yg==\"}"},
        {&runtime_rules_times_message,
         "{\"past\":\"2000-01-01T00:00:00Z\",\"near\":\"2000-01-01T00:00:00Z\",\"none\":\"1s\"}"},
        {&runtime_rules_masks_message, "{\"exact\":\"a\",\"none\":\"a\",\"empty\":\"a\"}"},
        {&runtime_rules_ignores_message,
         "{\"present\":0,\"inner\":{},\"empty\":[{\"next\":{}}],\"texts\":{\"a\":\"b\"}}"},
        {&runtime_rules_several_message, "{\"inner\":{\"first\":\"a\",\"second\":0}}"},
        {&runtime_rules_presence_message, "{\"maybe\":1,\"wrapped\":9,\"at\":\"1970-01-01T00:00:00Z"
                                          "\",\"span\":\"0s\"}"},
    };
    for (const auto &c : cases) {
        Dynamic d(SchemaOf(TaskOf(c.table, c.table)));
        ASSERT_EQ(d.status(), REEVE_OK) << d.Where();
        EXPECT_NE(Violations(c.table, c.json), "");
        EXPECT_EQ(Violations(d.task()->input, c.json), Violations(c.table, c.json));
        EXPECT_EQ(d.task()->input->has_rules, c.table->has_rules);
    }
    Dynamic unruled(
        SchemaOf(TaskOf(&runtime_rules_unruled_message, &runtime_testing_node_message)));
    EXPECT_FALSE(unruled.task()->input->has_rules);
    EXPECT_TRUE(reeve_message_has_sensitive(unruled.task()->output));
}

TEST(Dynamic, TheFingerprintHasToBeTheSchemas)
{
    const reeve_task t = TaskOf(&runtime_rules_texts_message, &runtime_testing_maps_message);
    reeve_digest fingerprint = {};
    ASSERT_EQ(reeve_task_fingerprint(&t, &fingerprint), REEVE_OK);
    Dynamic d(SchemaOf(t), &fingerprint);
    ASSERT_EQ(d.status(), REEVE_OK);
    EXPECT_EQ(std::memcmp(d.task()->fingerprint, fingerprint.bytes, 32), 0);
    reeve_digest again = {};
    ASSERT_EQ(reeve_task_fingerprint(d.task(), &again), REEVE_OK);
    EXPECT_TRUE(reeve_digest_equal(again, fingerprint));
    fingerprint.bytes[31] ^= 1;
    EXPECT_EQ(Dynamic(SchemaOf(t), &fingerprint).Where(), "FINGERPRINT  fingerprint");
}

// ---- hostile schemas ----

// A small schema to be spoiled: message "a.B" with `text` and `list`, enum "a.E".
class Spoiled
{
  public:
    Spoiled()
    {
        number_.type = REEVE_V1_FIELD_TYPE_INT32;
        number_.cardinality = REEVE_V1_CARDINALITY_IMPLICIT;
        Name(&number_, 1, "number");
        kind_.type = REEVE_V1_FIELD_TYPE_ENUM;
        kind_.cardinality = REEVE_V1_CARDINALITY_REPEATED;
        kind_.type_name = text("a.E");
        kind_.packed = 1;
        Name(&kind_, 2, "kind");
        rule_.id = text("int32.lt");
        rule_.operand_case = REEVE_V1_RULE_OPERAND_SIGNED_VALUE;
        rule_.signed_value = 5;
        number_.rules = &rules_[0];
        number_.n_rules = 1;
        message_.name = text("a.B");
        message_.fields = fields_;
        message_.n_fields = 2;
        oneof_rule_.fields = numbers_;
        oneof_rule_.n_fields = 2;
        message_.oneof_rules = oneof_rules_;
        message_.n_oneof_rules = 1;
        value_.name = text("ZERO");
        enum_.name = text("a.E");
        enum_.values = values_;
        enum_.n_values = 1;
        schema_.task = text("a.S/M");
        schema_.input = text("a.B");
        schema_.output = text("a.B");
        schema_.messages = messages_;
        schema_.n_messages = 1;
        schema_.enums = enums_;
        schema_.n_enums = 1;
    }
    std::string Build() const
    {
        reeve_buffer b;
        reeve_buffer_init(&b, nullptr, 1 << 21);
        EXPECT_EQ(reeve_message_encode(&reeve_v1_task_schema_message, &schema_, &b), REEVE_OK);
        std::string out(reinterpret_cast<const char *>(b.data), b.len);
        reeve_buffer_clear(&b);
        return Dynamic(out).Where();
    }
    static char *text(const char *t)
    {
        return const_cast<char *>(t);
    }
    static void Name(reeve_v1_field_schema *f, uint32_t number, const char *name)
    {
        f->number = number;
        f->name = text(name);
        f->json_name = text(name);
    }

    /* "in" with two values. */
    void List(int64_t first, int64_t second)
    {
        values_of_list_[0] = first;
        values_of_list_[1] = second;
        list_.signed_values = values_of_list_;
        list_.n_signed_values = 2;
        rule_.id = text("int32.in");
        rule_.operand_case = REEVE_V1_RULE_OPERAND_LIST;
        rule_.list = &list_;
    }

    int64_t values_of_list_[2] = {};
    reeve_v1_rule_list list_ = REEVE_V1_RULE_LIST_INIT;
    reeve_v1_rule rule_ = REEVE_V1_RULE_INIT;
    reeve_v1_field_schema number_ = REEVE_V1_FIELD_SCHEMA_INIT;
    reeve_v1_field_schema kind_ = REEVE_V1_FIELD_SCHEMA_INIT;
    reeve_v1_message_schema message_ = REEVE_V1_MESSAGE_SCHEMA_INIT;
    reeve_v1_oneof_rule oneof_rule_ = REEVE_V1_ONEOF_RULE_INIT;
    uint32_t numbers_[3] = {1, 2, 2};
    reeve_v1_oneof_rule *oneof_rules_[2] = {&oneof_rule_, &oneof_rule_};
    reeve_v1_enum_value_schema value_ = REEVE_V1_ENUM_VALUE_SCHEMA_INIT;
    reeve_v1_enum_schema enum_ = REEVE_V1_ENUM_SCHEMA_INIT;
    reeve_v1_task_schema schema_ = REEVE_V1_TASK_SCHEMA_INIT;
    reeve_v1_rule *rules_[2] = {&rule_, &rule_};
    reeve_v1_field_schema *fields_[2] = {&number_, &kind_};
    reeve_v1_message_schema *messages_[2] = {&message_, &message_};
    reeve_v1_enum_value_schema *values_[2] = {&value_, &value_};
    reeve_v1_enum_schema *enums_[2] = {&enum_, &enum_};
};

struct Spoiling {
    const char *what;
    std::function<void(Spoiled *)> spoil;
    const char *where;
};

const Spoiling kSpoilings[] = {
    {"nothing", [](Spoiled *) {}, "OK  "},
    {"number 0", [](Spoiled *s) { s->number_.number = 0; }, "INVALID a.B.number number"},
    {"number too high", [](Spoiled *s) { s->kind_.number = 1u << 29; }, "INVALID a.B.kind number"},
    {"number twice", [](Spoiled *s) { s->kind_.number = 1; }, "INVALID a.B.kind number"},
    {"order", [](Spoiled *s) { std::swap(s->fields_[0], s->fields_[1]); },
     "INVALID a.B.number number"},
    {"name twice", [](Spoiled *s) { s->kind_.name = s->number_.name; }, "INVALID a.B.number name"},
    {"json name of another", [](Spoiled *s) { s->kind_.json_name = s->number_.name; },
     "INVALID a.B.kind name"},
    {"bad name", [](Spoiled *s) { s->kind_.name = Spoiled::text("a\nb"); }, "INVALID a.B name"},
    {"no name", [](Spoiled *s) { s->kind_.name = Spoiled::text(""); }, "INVALID a.B name"},
    {"no type", [](Spoiled *s) { s->kind_.type = REEVE_V1_FIELD_TYPE_UNSPECIFIED; },
     "INVALID a.B.kind type"},
    {"group", [](Spoiled *s) { s->kind_.type = static_cast<reeve_v1_field_type>(10); },
     "INVALID a.B.kind type"},
    {"type 99", [](Spoiled *s) { s->kind_.type = static_cast<reeve_v1_field_type>(99); },
     "INVALID a.B.kind type"},
    {"negative type", [](Spoiled *s) { s->kind_.type = static_cast<reeve_v1_field_type>(-1); },
     "INVALID a.B.kind type"},
    {"unknown enum", [](Spoiled *s) { s->kind_.type_name = Spoiled::text("a.X"); },
     "INVALID a.B.kind type"},
    {"message as enum", [](Spoiled *s) { s->kind_.type_name = Spoiled::text("a.B"); },
     "INVALID a.B.kind type"},
    {"type name of a number", [](Spoiled *s) { s->number_.type_name = Spoiled::text("a.E"); },
     "INVALID  canonical"},
    {"no cardinality",
     [](Spoiled *s) { s->number_.cardinality = REEVE_V1_CARDINALITY_UNSPECIFIED; },
     "INVALID a.B.number cardinality"},
    {"cardinality 9",
     [](Spoiled *s) { s->number_.cardinality = static_cast<reeve_v1_cardinality>(9); },
     "INVALID a.B.number cardinality"},
    {"implicit message",
     [](Spoiled *s) {
         s->number_.type = REEVE_V1_FIELD_TYPE_MESSAGE;
         s->number_.type_name = Spoiled::text("a.B");
     },
     "INVALID a.B.number cardinality"},
    {"map without key", [](Spoiled *s) { s->kind_.cardinality = REEVE_V1_CARDINALITY_MAP; },
     "INVALID a.B.kind map_key"},
    {"map with a double as key",
     [](Spoiled *s) {
         s->kind_.cardinality = REEVE_V1_CARDINALITY_MAP;
         s->kind_.map_key = REEVE_V1_FIELD_TYPE_DOUBLE;
     },
     "INVALID a.B.kind map_key"},
    {"key without map", [](Spoiled *s) { s->number_.map_key = REEVE_V1_FIELD_TYPE_INT32; },
     "INVALID  canonical"},
    {"oneof that is not there", [](Spoiled *s) { s->number_.oneof = 1; },
     "INVALID a.B.number oneof"},
    {"packed number", [](Spoiled *s) { s->number_.packed = 1; }, "INVALID a.B.number packed"},
    {"unknown rule", [](Spoiled *s) { s->rule_.id = Spoiled::text("int32.nope"); },
     "INVALID a.B.number rule"},
    {"rule of another type", [](Spoiled *s) { s->rule_.id = Spoiled::text("int64.lt"); },
     "INVALID a.B.number rule"},
    {"rule twice", [](Spoiled *s) { s->number_.n_rules = 2; }, "INVALID a.B.number rule"},
    {"rule target", [](Spoiled *s) { s->rule_.target = REEVE_V1_RULE_TARGET_ITEM; },
     "INVALID a.B.number rule"},
    {"rule target 7", [](Spoiled *s) { s->rule_.target = static_cast<reeve_v1_rule_target>(7); },
     "INVALID a.B.number rule"},
    {"no operand", [](Spoiled *s) { s->rule_.operand_case = REEVE_V1_RULE_OPERAND_NOT_SET; },
     "INVALID a.B.number rule"},
    {"operand of another kind",
     [](Spoiled *s) { s->rule_.operand_case = REEVE_V1_RULE_OPERAND_UNSIGNED_VALUE; },
     "INVALID a.B.number rule"},
    {"ascending list", [](Spoiled *s) { s->List(-3, 2); }, "OK  "},
    {"list in another order", [](Spoiled *s) { s->List(2, -3); }, "INVALID  canonical"},
    {"list with a value twice", [](Spoiled *s) { s->List(2, 2); }, "INVALID  canonical"},
    {"bad pattern",
     [](Spoiled *s) {
         s->number_.type = REEVE_V1_FIELD_TYPE_STRING;
         s->rule_.id = Spoiled::text("string.pattern");
         s->rule_.operand_case = REEVE_V1_RULE_OPERAND_STRING_VALUE;
         s->rule_.string_value = Spoiled::text("(");
     },
     "INVALID number string.pattern"},
    {"rule over a field that is not there", [](Spoiled *s) { s->numbers_[1] = 3; },
     "INVALID a.B rule"},
    {"rule over field 0", [](Spoiled *s) { s->numbers_[0] = 0; }, "INVALID a.B rule"},
    {"rule over no field", [](Spoiled *s) { s->oneof_rule_.n_fields = 0; }, "INVALID a.B rule"},
    {"rule over a field twice", [](Spoiled *s) { s->oneof_rule_.n_fields = 3; },
     "INVALID a.B rule"},
    {"rule over fields in another order",
     [](Spoiled *s) { std::swap(s->numbers_[0], s->numbers_[1]); }, "INVALID a.B rule"},
    {"rules over fields twice", [](Spoiled *s) { s->message_.n_oneof_rules = 2; }, "OK  "},
    {"message twice", [](Spoiled *s) { s->schema_.n_messages = 2; }, "INVALID a.B order"},
    {"enum twice", [](Spoiled *s) { s->schema_.n_enums = 2; }, "INVALID a.E order"},
    {"empty enum", [](Spoiled *s) { s->enum_.n_values = 0; }, "INVALID a.E values"},
    {"no input", [](Spoiled *s) { s->schema_.input = Spoiled::text("a.X"); }, "INVALID  task"},
    {"no output", [](Spoiled *s) { s->schema_.output = Spoiled::text(""); }, "INVALID  task"},
    {"no name of the task", [](Spoiled *s) { s->schema_.task = Spoiled::text(""); },
     "INVALID  task"},
    {"approvals", [](Spoiled *s) { s->schema_.approvals = 17; }, "INVALID  task"},
    {"approvals that wrap", [](Spoiled *s) { s->schema_.approvals = 256; }, "INVALID  task"},
    {"idempotency",
     [](Spoiled *s) { s->schema_.idempotency = static_cast<reeve_v1_idempotency>(3); },
     "INVALID  task"},
    {"a type that nothing reaches",
     [](Spoiled *s) {
         s->message_.n_fields = 1;
         s->oneof_rule_.n_fields = 1;
     },
     "INVALID  canonical"},
    {"a type without a fixed shape",
     [](Spoiled *s) { s->message_.name = Spoiled::text("google.protobuf.Struct"); },
     "INVALID google.protobuf.Struct shape"},
    {"a well-known type with fields",
     [](Spoiled *s) {
         s->message_.name = s->schema_.input = s->schema_.output =
             Spoiled::text("google.protobuf.Empty");
     },
     "INVALID  canonical"},
};

TEST(Dynamic, HostileSchemasAreRefusedByName)
{
    for (const Spoiling &c : kSpoilings) {
        Spoiled s;
        c.spoil(&s);
        EXPECT_EQ(s.Build(), c.where) << c.what;
    }
}

TEST(Dynamic, RecursiveTypesAreFine)
{
    Spoiled s;
    s.number_.type = REEVE_V1_FIELD_TYPE_MESSAGE;
    s.number_.type_name = Spoiled::text("a.B");
    s.number_.cardinality = REEVE_V1_CARDINALITY_MAP;
    s.number_.map_key = REEVE_V1_FIELD_TYPE_STRING;
    s.number_.n_rules = 0;
    EXPECT_EQ(s.Build(), "OK  ");
}

TEST(Dynamic, BytesThatAreNotCanonical)
{
    const std::string good = SchemaOf(TaskOf(kTables[0], kTables[1]));
    EXPECT_EQ(Dynamic(good + std::string("\x20\x01")).status(), REEVE_INVALID) << "out of order";
    EXPECT_EQ(Dynamic(good + std::string("\x78\x01")).status(), REEVE_UNKNOWN_FIELD);
    EXPECT_EQ(Dynamic(std::string(2 << 20, '\0')).status(), REEVE_TOO_LARGE);
    for (size_t n = 0; n < good.size(); n += 3) {
        EXPECT_NE(Dynamic(good.substr(0, n)).status(), REEVE_OK) << n;
    }
}

TEST(Dynamic, FlippedBitsAreRefusedOrMeanWhatTheySay)
{
    const std::string good =
        SchemaOf(TaskOf(&runtime_rules_lists_message, &runtime_rules_several_message));
    std::mt19937_64 random(5);
    for (int i = 0; i < 3000; i++) {
        std::string bad = good;
        for (uint64_t n = 1 + random() % 3; n > 0; n--) {
            bad[random() % bad.size()] ^= static_cast<char>(1 << (random() % 8));
        }
        Dynamic d(bad);
        if (d.status() == REEVE_OK) {
            EXPECT_EQ(SchemaOf(*d.task()), bad);
        }
    }
}

TEST(Dynamic, EveryAllocationMayFail)
{
    const std::string schema =
        SchemaOf(TaskOf(&runtime_rules_texts_message, &runtime_rules_several_message));
    const uint64_t requests = SweepAllocations([&](const reeve_allocator *a) {
        reeve_dynamic *d = nullptr;
        reeve_problem problem = {};
        const reeve_status status = reeve_dynamic_new(View(schema), nullptr, a, &d, &problem);
        EXPECT_TRUE(status == REEVE_OK || status == REEVE_NO_MEMORY) << reeve_status_name(status);
        reeve_dynamic_free(d);
    });
    EXPECT_GT(requests, 5u);
}

} // namespace

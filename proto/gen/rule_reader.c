/* SPDX-License-Identifier: Apache-2.0 */
/* Reads operands of buf.validate's rules. */
#include "proto/gen/rule_reader.h"

#include "proto/gen/memory.h"
#include "proto/gen/wire.h"

/* String literals over 4,095 bytes are beyond what C promises to compile. */
#define TEXT_MAX 4000
#define FIELD_MASK_PATHS 1
#define NANOS_PER_SECOND INT64_C(1000000000)

#define ORDERED(how)                                                                               \
    {1, "const", REEVE_GEN_READ_##how, false}, {2, "lt", REEVE_GEN_READ_##how, false},             \
        {3, "lte", REEVE_GEN_READ_##how, false}, {4, "gt", REEVE_GEN_READ_##how, false},           \
        {5, "gte", REEVE_GEN_READ_##how, false}, {6, "in", REEVE_GEN_READ_##how, true},            \
    {                                                                                              \
        7, "not_in", REEVE_GEN_READ_##how, true                                                    \
    }
#define INTEGER(name, how)                                                                         \
    static const struct reeve_gen_rule_member name[] = {                                           \
        ORDERED(how), {8, "example", REEVE_GEN_READ_NOTHING, true}, {0}}
#define FLOATING(name, how)                                                                        \
    static const struct reeve_gen_rule_member name[] = {                                           \
        ORDERED(how),                                                                              \
        {8, "finite", REEVE_GEN_READ_FLAG, false},                                                 \
        {9, "example", REEVE_GEN_READ_NOTHING, true},                                              \
        {0}}

FLOATING(float_members, FLOAT);
FLOATING(double_members, DOUBLE);
INTEGER(int32_members, SIGNED);
/* Published with another number for `example` than its siblings. */
static const struct reeve_gen_rule_member int64_members[] = {
    ORDERED(SIGNED), {9, "example", REEVE_GEN_READ_NOTHING, true}, {0}};
INTEGER(unsigned_members, UNSIGNED);
INTEGER(zigzag_members, ZIGZAG);
INTEGER(fixed_members, FIXED);
INTEGER(sfixed32_members, SFIXED32);
INTEGER(sfixed64_members, SFIXED64);

static const struct reeve_gen_rule_member bool_members[] = {
    {1, "const", REEVE_GEN_READ_BOOL, false},
    {2, "example", REEVE_GEN_READ_NOTHING, true},
    {0},
};

static const struct reeve_gen_rule_member string_members[] = {
    {1, "const", REEVE_GEN_READ_BYTES, false},
    {2, "min_len", REEVE_GEN_READ_UNSIGNED, false},
    {3, "max_len", REEVE_GEN_READ_UNSIGNED, false},
    {4, "min_bytes", REEVE_GEN_READ_UNSIGNED, false},
    {5, "max_bytes", REEVE_GEN_READ_UNSIGNED, false},
    {6, "pattern", REEVE_GEN_READ_BYTES, false},
    {7, "prefix", REEVE_GEN_READ_BYTES, false},
    {8, "suffix", REEVE_GEN_READ_BYTES, false},
    {9, "contains", REEVE_GEN_READ_BYTES, false},
    {10, "in", REEVE_GEN_READ_BYTES, true},
    {11, "not_in", REEVE_GEN_READ_BYTES, true},
    {12, "email", REEVE_GEN_READ_FLAG, false},
    {13, "hostname", REEVE_GEN_READ_FLAG, false},
    {14, "ip", REEVE_GEN_READ_FLAG, false},
    {15, "ipv4", REEVE_GEN_READ_FLAG, false},
    {16, "ipv6", REEVE_GEN_READ_FLAG, false},
    {17, "uri", REEVE_GEN_READ_FLAG, false},
    {18, "uri_ref", REEVE_GEN_READ_FLAG, false},
    {19, "len", REEVE_GEN_READ_UNSIGNED, false},
    {20, "len_bytes", REEVE_GEN_READ_UNSIGNED, false},
    {21, "address", REEVE_GEN_READ_FLAG, false},
    {22, "uuid", REEVE_GEN_READ_FLAG, false},
    {23, "not_contains", REEVE_GEN_READ_BYTES, false},
    {24, "well_known_regex", REEVE_GEN_READ_NOTHING, false},
    {25, "strict", REEVE_GEN_READ_NOTHING, false},
    {26, "ip_with_prefixlen", REEVE_GEN_READ_FLAG, false},
    {27, "ipv4_with_prefixlen", REEVE_GEN_READ_FLAG, false},
    {28, "ipv6_with_prefixlen", REEVE_GEN_READ_FLAG, false},
    {29, "ip_prefix", REEVE_GEN_READ_FLAG, false},
    {30, "ipv4_prefix", REEVE_GEN_READ_FLAG, false},
    {31, "ipv6_prefix", REEVE_GEN_READ_FLAG, false},
    {32, "host_and_port", REEVE_GEN_READ_FLAG, false},
    {33, "tuuid", REEVE_GEN_READ_FLAG, false},
    {34, "example", REEVE_GEN_READ_NOTHING, true},
    {35, "ulid", REEVE_GEN_READ_FLAG, false},
    {37, "protobuf_fqn", REEVE_GEN_READ_FLAG, false},
    {38, "protobuf_dot_fqn", REEVE_GEN_READ_FLAG, false},
    {0},
};

static const struct reeve_gen_rule_member bytes_members[] = {
    {1, "const", REEVE_GEN_READ_BYTES, false},      {2, "min_len", REEVE_GEN_READ_UNSIGNED, false},
    {3, "max_len", REEVE_GEN_READ_UNSIGNED, false}, {4, "pattern", REEVE_GEN_READ_BYTES, false},
    {5, "prefix", REEVE_GEN_READ_BYTES, false},     {6, "suffix", REEVE_GEN_READ_BYTES, false},
    {7, "contains", REEVE_GEN_READ_BYTES, false},   {8, "in", REEVE_GEN_READ_BYTES, true},
    {9, "not_in", REEVE_GEN_READ_BYTES, true},      {10, "ip", REEVE_GEN_READ_FLAG, false},
    {11, "ipv4", REEVE_GEN_READ_FLAG, false},       {12, "ipv6", REEVE_GEN_READ_FLAG, false},
    {13, "len", REEVE_GEN_READ_UNSIGNED, false},    {14, "example", REEVE_GEN_READ_NOTHING, true},
    {15, "uuid", REEVE_GEN_READ_FLAG, false},       {0},
};

static const struct reeve_gen_rule_member enum_members[] = {
    {1, "const", REEVE_GEN_READ_SIGNED, false},   {2, "defined_only", REEVE_GEN_READ_FLAG, false},
    {3, "in", REEVE_GEN_READ_SIGNED, true},       {4, "not_in", REEVE_GEN_READ_SIGNED, true},
    {5, "example", REEVE_GEN_READ_NOTHING, true}, {0},
};

static const struct reeve_gen_rule_member repeated_members[] = {
    {1, "min_items", REEVE_GEN_READ_UNSIGNED, false},
    {2, "max_items", REEVE_GEN_READ_UNSIGNED, false},
    {3, "unique", REEVE_GEN_READ_FLAG, false},
    {4, "items", REEVE_GEN_READ_NOTHING, false},
    {0},
};

static const struct reeve_gen_rule_member map_members[] = {
    {1, "min_pairs", REEVE_GEN_READ_UNSIGNED, false},
    {2, "max_pairs", REEVE_GEN_READ_UNSIGNED, false},
    {4, "keys", REEVE_GEN_READ_NOTHING, false},
    {5, "values", REEVE_GEN_READ_NOTHING, false},
    {0},
};

static const struct reeve_gen_rule_member any_members[] = {
    {2, "in", REEVE_GEN_READ_BYTES, true},
    {3, "not_in", REEVE_GEN_READ_BYTES, true},
    {0},
};

static const struct reeve_gen_rule_member field_mask_members[] = {
    {1, "const", REEVE_GEN_READ_PATHS, true},
    {2, "in", REEVE_GEN_READ_BYTES, true},
    {3, "not_in", REEVE_GEN_READ_BYTES, true},
    {4, "example", REEVE_GEN_READ_NOTHING, true},
    {0},
};

#define TIME_ORDERED                                                                               \
    {2, "const", REEVE_GEN_READ_TIME, false}, {3, "lt", REEVE_GEN_READ_TIME, false},               \
        {4, "lte", REEVE_GEN_READ_TIME, false}, {5, "gt", REEVE_GEN_READ_TIME, false},             \
    {                                                                                              \
        6, "gte", REEVE_GEN_READ_TIME, false                                                       \
    }

static const struct reeve_gen_rule_member duration_members[] = {
    TIME_ORDERED,
    {7, "in", REEVE_GEN_READ_TIME, true},
    {8, "not_in", REEVE_GEN_READ_TIME, true},
    {9, "example", REEVE_GEN_READ_NOTHING, true},
    {0},
};

static const struct reeve_gen_rule_member timestamp_members[] = {
    TIME_ORDERED,
    {7, "lt_now", REEVE_GEN_READ_FLAG, false},
    {8, "gt_now", REEVE_GEN_READ_FLAG, false},
    {9, "within", REEVE_GEN_READ_TIME, false},
    {10, "example", REEVE_GEN_READ_NOTHING, true},
    {0},
};

static const struct reeve_gen_rule_group groups[] = {
    {1, "float", float_members},
    {2, "double", double_members},
    {3, "int32", int32_members},
    {4, "int64", int64_members},
    {5, "uint32", unsigned_members},
    {6, "uint64", unsigned_members},
    {7, "sint32", zigzag_members},
    {8, "sint64", zigzag_members},
    {9, "fixed32", fixed_members},
    {10, "fixed64", fixed_members},
    {11, "sfixed32", sfixed32_members},
    {12, "sfixed64", sfixed64_members},
    {13, "bool", bool_members},
    {14, "string", string_members},
    {15, "bytes", bytes_members},
    {16, "enum", enum_members},
    {18, "repeated", repeated_members},
    {19, "map", map_members},
    {20, "any", any_members},
    {21, "duration", duration_members},
    {22, "timestamp", timestamp_members},
    {28, "field_mask", field_mask_members},
};

const struct reeve_gen_rule_group *reeve_gen_rule_group_find(uint32_t number)
{
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        if (groups[i].number == number) {
            return &groups[i];
        }
    }
    return NULL;
}

const struct reeve_gen_rule_member *
reeve_gen_rule_member_find(const struct reeve_gen_rule_group *group, uint32_t number)
{
    for (const struct reeve_gen_rule_member *m = group->members; m->name != NULL; m++) {
        if (m->number == number) {
            return m;
        }
    }
    return NULL;
}

/* One operand, whatever its type. */
struct operand {
    uint64_t u64;
    int64_t i64;
    double f64;
    struct reeve_bytes bytes;
};

static double float_of(uint64_t bits)
{
    const uint32_t low = (uint32_t)bits;
    float f;
    reeve_move(&f, &low, sizeof f);
    return (double)f;
}

static double double_of(uint64_t bits)
{
    double d;
    reeve_move(&d, &bits, sizeof d);
    return d;
}

/* Seconds and nanoseconds as nanoseconds; false when they do not fit. */
static bool read_time(struct reeve_bytes message, int64_t *out)
{
    uint64_t seconds = 0;
    uint64_t nanos = 0;
    int64_t product;
    (void)reeve_gen_wire_number(message, 1, &seconds);
    (void)reeve_gen_wire_number(message, 2, &nanos);
    return !__builtin_mul_overflow((int64_t)seconds, NANOS_PER_SECOND, &product) &&
           !__builtin_add_overflow(product, (int64_t)nanos, out);
}

static bool read_operand(enum reeve_gen_rule_reading reading, const struct reeve_gen_entry *entry,
                         struct operand *out)
{
    const uint64_t v = entry->value;
    switch (reading) {
    case REEVE_GEN_READ_NOTHING:
        return true;
    case REEVE_GEN_READ_UNSIGNED:
    case REEVE_GEN_READ_FIXED:
    case REEVE_GEN_READ_BOOL:
    case REEVE_GEN_READ_FLAG:
        out->u64 = v;
        return true;
    case REEVE_GEN_READ_SIGNED:
    case REEVE_GEN_READ_SFIXED64:
        out->i64 = (int64_t)v;
        return true;
    case REEVE_GEN_READ_ZIGZAG:
        out->i64 = (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
        return true;
    case REEVE_GEN_READ_SFIXED32:
        out->i64 = (int32_t)(uint32_t)v;
        return true;
    case REEVE_GEN_READ_FLOAT:
        out->f64 = float_of(v);
        return true;
    case REEVE_GEN_READ_DOUBLE:
        out->f64 = double_of(v);
        return true;
    case REEVE_GEN_READ_BYTES:
    case REEVE_GEN_READ_PATHS:
        out->bytes = reeve_bytes_of(reeve_gen_copy(entry->bytes), entry->bytes.len);
        return entry->bytes.len <= TEXT_MAX;
    case REEVE_GEN_READ_TIME:
        return read_time(entry->bytes, &out->i64);
    }
    return false;
}

/* `lt.seconds = 1, lt.nanos = 5` comes in two entries. */
static bool read_merged_time(const struct reeve_gen_rule_member *member, struct reeve_bytes message,
                             struct reeve_gen_list *out)
{
    bool present;
    struct reeve_bytes merged = reeve_gen_wire_message(message, member->number, &present);
    if (!present) {
        return true;
    }
    struct operand *one = reeve_gen_alloc(sizeof *one);
    reeve_gen_list_add(out, one);
    return read_time(merged, &one->i64);
}

/* Entries of one number in a message, as a list. */
static bool read_entries(enum reeve_gen_rule_reading reading, uint32_t number,
                         struct reeve_bytes message, struct reeve_gen_list *out)
{
    struct reeve_gen_entry entry;
    while (reeve_gen_wire_next(&message, &entry)) {
        if (entry.number != number) {
            continue;
        }
        struct operand *one = reeve_gen_alloc(sizeof *one);
        if (!read_operand(reading, &entry, one)) {
            return false;
        }
        reeve_gen_list_add(out, one);
    }
    return true;
}

/* The paths of a FieldMask, of which there may be none. */
static bool read_paths(const struct reeve_gen_rule_member *member, struct reeve_bytes message,
                       bool *present, struct reeve_gen_list *out)
{
    const struct reeve_bytes mask = reeve_gen_wire_message(message, member->number, present);
    return read_entries(member->reading, FIELD_MASK_PATHS, mask, out);
}

/* All operands under the member's number. Lists come unpacked: the rule messages are proto2. */
static bool read_all(const struct reeve_gen_rule_member *member, struct reeve_bytes message,
                     struct reeve_gen_list *out)
{
    if (member->reading == REEVE_GEN_READ_TIME && !member->list) {
        return read_merged_time(member, message, out);
    }
    return read_entries(member->reading, member->number, message, out);
}

static void keep_list(const struct reeve_gen_rule_member *member, const struct reeve_gen_list *all,
                      struct reeve_rule *rule)
{
    rule->count = (uint32_t)all->count;
    uint64_t *u64 = reeve_gen_alloc_array(all->count, sizeof *u64);
    int64_t *i64 = reeve_gen_alloc_array(all->count, sizeof *i64);
    double *f64 = reeve_gen_alloc_array(all->count, sizeof *f64);
    struct reeve_bytes *bytes = reeve_gen_alloc_array(all->count, sizeof *bytes);
    for (size_t i = 0; i < all->count; i++) {
        const struct operand *one = all->items[i];
        u64[i] = one->u64;
        i64[i] = one->i64;
        f64[i] = one->f64;
        bytes[i] = one->bytes;
    }
    if (member->reading == REEVE_GEN_READ_UNSIGNED || member->reading == REEVE_GEN_READ_FIXED) {
        rule->operand.u64_list = u64;
    } else if (member->reading == REEVE_GEN_READ_FLOAT ||
               member->reading == REEVE_GEN_READ_DOUBLE) {
        rule->operand.f64_list = f64;
    } else if (member->reading == REEVE_GEN_READ_BYTES || member->reading == REEVE_GEN_READ_PATHS) {
        rule->operand.bytes_list = bytes;
    } else {
        rule->operand.i64_list = i64;
    }
}

static void keep_one(const struct reeve_gen_rule_member *member, const struct operand *one,
                     struct reeve_rule *rule)
{
    switch (member->reading) {
    case REEVE_GEN_READ_NOTHING:
    case REEVE_GEN_READ_FLAG:
        return;
    case REEVE_GEN_READ_UNSIGNED:
    case REEVE_GEN_READ_FIXED:
        rule->operand.u64 = one->u64;
        return;
    case REEVE_GEN_READ_BOOL:
        rule->operand.boolean = one->u64 != 0;
        return;
    case REEVE_GEN_READ_FLOAT:
    case REEVE_GEN_READ_DOUBLE:
        rule->operand.f64 = one->f64;
        return;
    case REEVE_GEN_READ_BYTES:
    case REEVE_GEN_READ_PATHS:
        rule->operand.bytes = one->bytes;
        return;
    case REEVE_GEN_READ_SIGNED:
    case REEVE_GEN_READ_ZIGZAG:
    case REEVE_GEN_READ_SFIXED32:
    case REEVE_GEN_READ_SFIXED64:
    case REEVE_GEN_READ_TIME:
        rule->operand.i64 = one->i64;
        return;
    }
}

enum reeve_gen_rule_found reeve_gen_rule_read(const struct reeve_gen_rule_member *member,
                                              struct reeve_bytes message, struct reeve_rule *rule)
{
    struct reeve_gen_list all = {0};
    bool present = false;
    const bool in_range = member->reading == REEVE_GEN_READ_PATHS
                              ? read_paths(member, message, &present, &all)
                              : read_all(member, message, &all);
    if (!in_range) {
        return REEVE_GEN_RULE_OUT_OF_RANGE;
    }
    if (present || (member->list && all.count > 0)) {
        keep_list(member, &all, rule);
        return REEVE_GEN_RULE_PRESENT;
    }
    if (all.count == 0) {
        return REEVE_GEN_RULE_ABSENT;
    }
    const struct operand *last = all.items[all.count - 1];
    if (member->reading == REEVE_GEN_READ_FLAG && last->u64 == 0) {
        return REEVE_GEN_RULE_ABSENT;
    }
    keep_one(member, last, rule);
    return REEVE_GEN_RULE_PRESENT;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* PostgreSQL's text as fields: see value.h. Scalars go through the same conversion as JSON's
 * (proto/runtime/scalar.h), which knows every type's range. */
#include "agent/bindings/sql/value.h"

#include "agent/base/buffer.h"
#include "proto/runtime/instant.h"
#include "proto/runtime/message.h"
#include "proto/runtime/number.h"
#include "proto/runtime/scalar.h"
#include "proto/runtime/slot.h"

#define NANOS_PER_SECOND 1000000000
#define WRAPPED_MAX ((size_t)20 * 1024 * 1024)

struct value {
    const struct reeve_message *m;
    const struct reeve_field *field;
    struct reeve_sql_type type;
    struct reeve_bytes text;
    struct reeve_arena *arena;
    const char *why;
};

/* ---- types ---- */

struct known_type {
    uint32_t oid;
    uint32_t array_oid;
    enum reeve_sql_class class_;
};

/* pg_type.dat of PostgreSQL 15; these numbers never change. */
static const struct known_type KNOWN[] = {
    {16, 1000, REEVE_SQL_BOOL},          {17, 1001, REEVE_SQL_BYTEA},
    {18, 1002, REEVE_SQL_OTHER},         {19, 1003, REEVE_SQL_OTHER},
    {20, 1016, REEVE_SQL_INTEGER},       {21, 1005, REEVE_SQL_INTEGER},
    {23, 1007, REEVE_SQL_INTEGER},       {25, 1009, REEVE_SQL_OTHER},
    {26, 1028, REEVE_SQL_INTEGER},       {114, 199, REEVE_SQL_JSON},
    {142, 143, REEVE_SQL_OTHER},         {650, 651, REEVE_SQL_OTHER},
    {700, 1021, REEVE_SQL_FLOAT},        {701, 1022, REEVE_SQL_FLOAT},
    {790, 791, REEVE_SQL_OTHER},         {829, 1040, REEVE_SQL_OTHER},
    {869, 1041, REEVE_SQL_OTHER},        {1042, 1014, REEVE_SQL_OTHER},
    {1043, 1015, REEVE_SQL_OTHER},       {1082, 1182, REEVE_SQL_DATE},
    {1083, 1183, REEVE_SQL_OTHER},       {1114, 1115, REEVE_SQL_TIMESTAMP},
    {1184, 1185, REEVE_SQL_TIMESTAMPTZ}, {1186, 1187, REEVE_SQL_INTERVAL},
    {1266, 1270, REEVE_SQL_OTHER},       {1560, 1561, REEVE_SQL_OTHER},
    {1562, 1563, REEVE_SQL_OTHER},       {1700, 1231, REEVE_SQL_NUMERIC},
    {2950, 2951, REEVE_SQL_OTHER},       {3802, 3807, REEVE_SQL_JSON},
};

struct reeve_sql_type reeve_sql_type_of(uint32_t oid)
{
    for (size_t i = 0; i < sizeof(KNOWN) / sizeof(KNOWN[0]); i++) {
        if (KNOWN[i].oid == oid || KNOWN[i].array_oid == oid) {
            return (struct reeve_sql_type){KNOWN[i].class_, KNOWN[i].array_oid == oid, true};
        }
    }
    return (struct reeve_sql_type){REEVE_SQL_OTHER, false, false};
}

static bool is_list(const struct reeve_field *f)
{
    return f->cardinality == REEVE_REPEATED || f->cardinality == REEVE_MAP;
}

static bool message_fits(const struct reeve_field *f, enum reeve_sql_class class_);

static bool one_fits(const struct reeve_field *f, enum reeve_sql_class class_)
{
    switch ((enum reeve_field_type)f->type) {
    case REEVE_TYPE_BOOL:
        return class_ == REEVE_SQL_BOOL;
    case REEVE_TYPE_STRING:
        return class_ != REEVE_SQL_BYTEA;
    case REEVE_TYPE_BYTES:
        return class_ == REEVE_SQL_BYTEA;
    case REEVE_TYPE_ENUM:
        return class_ == REEVE_SQL_INTEGER || class_ == REEVE_SQL_OTHER;
    case REEVE_TYPE_FLOAT:
    case REEVE_TYPE_DOUBLE:
        return class_ == REEVE_SQL_INTEGER || class_ == REEVE_SQL_NUMERIC ||
               class_ == REEVE_SQL_FLOAT;
    case REEVE_TYPE_MESSAGE:
        return message_fits(f, class_);
    case REEVE_TYPE_INT64:
    case REEVE_TYPE_UINT64:
    case REEVE_TYPE_INT32:
    case REEVE_TYPE_FIXED64:
    case REEVE_TYPE_FIXED32:
    case REEVE_TYPE_UINT32:
    case REEVE_TYPE_SFIXED32:
    case REEVE_TYPE_SFIXED64:
    case REEVE_TYPE_SINT32:
    case REEVE_TYPE_SINT64:
        break;
    }
    return class_ == REEVE_SQL_INTEGER || class_ == REEVE_SQL_NUMERIC;
}

static bool message_fits(const struct reeve_field *f, enum reeve_sql_class class_)
{
    switch ((enum reeve_well_known)f->message->well_known) {
    case REEVE_WELL_KNOWN_TIMESTAMP:
        return class_ == REEVE_SQL_TIMESTAMPTZ || class_ == REEVE_SQL_TIMESTAMP ||
               class_ == REEVE_SQL_DATE;
    case REEVE_WELL_KNOWN_DURATION:
        return class_ == REEVE_SQL_INTERVAL;
    case REEVE_WELL_KNOWN_WRAPPER:
        return one_fits(&f->message->fields[0], class_);
    case REEVE_WELL_KNOWN_FIELD_MASK:
        return class_ == REEVE_SQL_OTHER;
    case REEVE_WELL_KNOWN_NONE:
    case REEVE_WELL_KNOWN_EMPTY:
    case REEVE_WELL_KNOWN_STRUCT:
    case REEVE_WELL_KNOWN_VALUE:
    case REEVE_WELL_KNOWN_LIST_VALUE:
    case REEVE_WELL_KNOWN_ANY:
        break;
    }
    return class_ == REEVE_SQL_JSON;
}

/* Lists that only JSON can hold: maps, and messages without a scalar form. */
static bool is_json_list(const struct reeve_field *f)
{
    return f->cardinality == REEVE_MAP ||
           (f->type == REEVE_TYPE_MESSAGE && message_fits(f, REEVE_SQL_JSON));
}

bool reeve_sql_value_fits(const struct reeve_field *f, struct reeve_sql_type type)
{
    if (!is_list(f)) {
        return !type.array && one_fits(f, type.class_);
    }
    if (type.class_ == REEVE_SQL_JSON && !type.array) {
        return true;
    }
    return !is_json_list(f) && (type.array || !type.known) && one_fits(f, type.class_);
}

/* ---- scalars ---- */

static enum reeve_status refuse(struct value *v, enum reeve_status status, const char *why)
{
    v->why = why;
    return status;
}

static enum reeve_status store_scalar(struct value *v, void *slot, enum reeve_scalar_kind kind,
                                      struct reeve_bytes text)
{
    static const struct reeve_scalar_options options = {.max_elements = 100000};
    const struct reeve_scalar scalar = {.kind = kind, .text = text};
    struct reeve_scalar_error error = {.rule = "", .text = ""};
    const enum reeve_status status =
        reeve_scalar_store(v->field, slot, scalar, &options, v->arena, &error);

    if (status != REEVE_OK) {
        v->why = error.text;
    }
    return status;
}

static enum reeve_status store_bool(struct value *v, void *slot)
{
    const bool is_true = reeve_bytes_equal_cstr(v->text, "t");

    if (!is_true && !reeve_bytes_equal_cstr(v->text, "f")) {
        return refuse(v, REEVE_TYPE, "it is neither true nor false");
    }
    return store_scalar(v, slot, is_true ? REEVE_SCALAR_TRUE : REEVE_SCALAR_FALSE, v->text);
}

/* Whole numbers that a double or float would round are refused: they were exact. */
static enum reeve_status check_exact(struct value *v)
{
    const int64_t bound =
        v->field->type == REEVE_TYPE_FLOAT ? INT64_C(16777216) : INT64_C(9007199254740992);
    int64_t number = 0;

    if (v->type.class_ != REEVE_SQL_INTEGER) {
        return REEVE_OK;
    }
    if (reeve_number_to_int64(v->text, &number) != REEVE_OK || number > bound || number < -bound) {
        return refuse(v, REEVE_RANGE, "the whole number is not exact in this type");
    }
    return REEVE_OK;
}

static enum reeve_status store_real(struct value *v, void *slot)
{
    REEVE_TRY(check_exact(v));
    const uint8_t last = v->text.len == 0 ? 0 : v->text.data[v->text.len - 1];
    const bool is_word = last == 'N' || last == 'y'; /* NaN, Infinity, -Infinity */
    return store_scalar(v, slot, is_word ? REEVE_SCALAR_STRING : REEVE_SCALAR_NUMBER, v->text);
}

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "\x0aff": bytea_output is pinned to hex. */
static enum reeve_status store_bytes(struct value *v, void *slot)
{
    ProtobufCBinaryData *out = slot;

    if (!reeve_bytes_starts_with(v->text, reeve_bytes_cstr("\\x")) || v->text.len % 2 != 0) {
        return refuse(v, REEVE_TYPE, "it is not bytea in hex form");
    }
    const size_t len = v->text.len / 2 - 1;
    uint8_t *data = reeve_arena_alloc(v->arena, len + 1);
    if (data == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < len; i++) {
        const int high = hex_digit(v->text.data[2 + 2 * i]);
        const int low = hex_digit(v->text.data[3 + 2 * i]);
        if (high < 0 || low < 0) {
            return refuse(v, REEVE_TYPE, "it is not bytea in hex form");
        }
        data[i] = (uint8_t)(high * 16 + low);
    }
    out->len = len;
    out->data = data;
    return REEVE_OK;
}

/* ---- times ---- */

/* "2024-01-02 03:04:05.123456+00" becomes RFC 3339; dates are midnight in UTC. Years before Christ
 * and infinity have no such form. */
static enum reeve_status store_timestamp(struct value *v, void *slot)
{
    char text[64];
    const struct reeve_bytes t = v->text;
    const char *zone = "Z";
    size_t time_len = t.len > 11 ? t.len - 11 : 0;

    if (t.len < 10 || t.data[0] == '-' || t.data[0] == 'i') {
        return refuse(v, REEVE_RANGE, "infinity is no timestamp here");
    }
    if (v->type.class_ == REEVE_SQL_TIMESTAMPTZ) {
        if (t.len < 22 || !reeve_bytes_equal_cstr(reeve_bytes_slice(t, t.len - 3, 3), "+00")) {
            return refuse(v, REEVE_RANGE, "the time is outside the years 1 to 9999");
        }
        time_len -= 3;
    }
    const char *clock_text =
        v->type.class_ == REEVE_SQL_DATE ? "00:00:00" : (const char *)t.data + 11;
    if (v->type.class_ == REEVE_SQL_DATE) {
        time_len = t.len == 10 ? 8 : 64;
    }
    if (time_len > 15 || reeve_format(text, sizeof(text), "%.10sT%.*s%s", (const char *)t.data,
                                      (int)time_len, clock_text, zone) != REEVE_OK) {
        return refuse(v, REEVE_RANGE, "the time is outside the years 1 to 9999");
    }
    return store_scalar(v, slot, REEVE_SCALAR_STRING, reeve_bytes_cstr(text));
}

/* Reads "-12.5" of an ISO 8601 interval at *at. False: there is no number. */
static bool read_part(struct reeve_bytes t, size_t *at, int64_t *whole, int64_t *nanos, char *unit)
{
    const bool negative = *at < t.len && t.data[*at] == '-';
    size_t digits = 0;
    int64_t scale = NANOS_PER_SECOND;

    *whole = *nanos = 0;
    *at += negative ? 1 : 0;
    for (; *at < t.len && t.data[*at] >= '0' && t.data[*at] <= '9'; (*at)++, digits++) {
        if (*whole > REEVE_DURATION_SECONDS_MAX) {
            return false;
        }
        *whole = *whole * 10 + (t.data[*at] - '0');
    }
    if (digits > 0 && *at < t.len && t.data[*at] == '.') {
        for ((*at)++; *at < t.len && t.data[*at] >= '0' && t.data[*at] <= '9'; (*at)++) {
            scale /= 10;
            *nanos += (t.data[*at] - '0') * scale;
        }
    }
    *whole = negative ? -*whole : *whole;
    *nanos = negative ? -*nanos : *nanos;
    if (digits == 0 || *at >= t.len) {
        return false;
    }
    *unit = (char)t.data[(*at)++];
    return true;
}

/* Seconds of one unit; 0: it has no fixed length, or there is no such unit. */
static int64_t seconds_of(char unit, bool in_time)
{
    switch (unit) {
    case 'D':
        return in_time ? 0 : 86400;
    case 'H':
        return in_time ? 3600 : 0;
    case 'M':
        return in_time ? 60 : 0;
    case 'S':
        return in_time ? 1 : 0;
    default:
        return 0;
    }
}

/* "P1DT2H3M4.5S": a day is 24 hours; months and years have no fixed length and must be 0. */
static enum reeve_status read_interval(struct value *v, struct reeve_instant *out)
{
    const struct reeve_bytes t = v->text;
    bool in_time = false;
    int64_t seconds = 0;
    int64_t nanos = 0;

    for (size_t at = 1; at < t.len;) {
        int64_t whole = 0;
        int64_t part = 0;
        char unit = 0;
        if (t.data[at] == 'T') {
            in_time = true;
            at++;
            continue;
        }
        if (t.data[0] != 'P' || !read_part(t, &at, &whole, &part, &unit)) {
            return refuse(v, REEVE_TYPE, "it is not an ISO 8601 interval");
        }
        const int64_t length = seconds_of(unit, in_time);
        if (length == 0 && whole != 0) {
            return refuse(v, REEVE_RANGE, "an interval of months has no fixed length");
        }
        if (whole > REEVE_DURATION_SECONDS_MAX || whole < -REEVE_DURATION_SECONDS_MAX) {
            return refuse(v, REEVE_RANGE, "the interval is too long");
        }
        seconds += whole * length;
        nanos += part;
    }
    /* PostgreSQL gives each part a sign of its own; a Duration has one. */
    if (seconds > 0 && nanos < 0) {
        seconds--;
        nanos += NANOS_PER_SECOND;
    } else if (seconds < 0 && nanos > 0) {
        seconds++;
        nanos -= NANOS_PER_SECOND;
    }
    *out = (struct reeve_instant){.seconds = seconds, .nanos = (int32_t)nanos};
    return REEVE_OK;
}

static enum reeve_status store_duration(struct value *v, void *slot)
{
    struct reeve_instant duration = {.seconds = 0, .nanos = 0};
    char text[REEVE_INSTANT_TEXT];

    REEVE_TRY(read_interval(v, &duration));
    if (reeve_duration_format(duration, text) != REEVE_OK) {
        return refuse(v, REEVE_RANGE, "the interval is too long");
    }
    void *message = reeve_message_new(v->field->message, v->arena);
    if (message == NULL) {
        return REEVE_NO_MEMORY;
    }
    reeve_instant_store(v->field->message, message, duration);
    reeve_store_pointer(slot, message);
    return REEVE_OK;
}

/* ---- one value ---- */

static enum reeve_status store_one(struct value *v, void *slot);

static enum reeve_status store_wrapped(struct value *v, void *slot)
{
    const struct reeve_field *outer = v->field;
    const struct reeve_field *inner = &outer->message->fields[0];
    void *message = reeve_message_new(outer->message, v->arena);

    if (message == NULL) {
        return REEVE_NO_MEMORY;
    }
    v->field = inner;
    const enum reeve_status status = store_one(v, reeve_slot(inner, message));
    v->field = outer;
    REEVE_TRY(status);
    reeve_store_pointer(slot, message);
    return REEVE_OK;
}

static enum reeve_status store_json(struct value *v, void *slot)
{
    const struct reeve_json_options options = {.ignore_unknown = true};
    struct reeve_problem problem = {.line = 0};
    void *message = NULL;
    const enum reeve_status status =
        reeve_message_from_json(v->field->message, v->text, &options, v->arena, &message, &problem);

    if (status != REEVE_OK) {
        return refuse(v, status, "its JSON does not fit the message");
    }
    reeve_store_pointer(slot, message);
    return REEVE_OK;
}

static enum reeve_status store_message(struct value *v, void *slot)
{
    switch ((enum reeve_well_known)v->field->message->well_known) {
    case REEVE_WELL_KNOWN_TIMESTAMP:
        return store_timestamp(v, slot);
    case REEVE_WELL_KNOWN_DURATION:
        return store_duration(v, slot);
    case REEVE_WELL_KNOWN_WRAPPER:
        return store_wrapped(v, slot);
    case REEVE_WELL_KNOWN_FIELD_MASK:
        return store_scalar(v, slot, REEVE_SCALAR_STRING, v->text);
    case REEVE_WELL_KNOWN_NONE:
    case REEVE_WELL_KNOWN_EMPTY:
    case REEVE_WELL_KNOWN_STRUCT:
    case REEVE_WELL_KNOWN_VALUE:
    case REEVE_WELL_KNOWN_LIST_VALUE:
    case REEVE_WELL_KNOWN_ANY:
        break;
    }
    return store_json(v, slot);
}

static enum reeve_status store_one(struct value *v, void *slot)
{
    switch ((enum reeve_field_type)v->field->type) {
    case REEVE_TYPE_BOOL:
        return store_bool(v, slot);
    case REEVE_TYPE_STRING:
        return store_scalar(v, slot, REEVE_SCALAR_STRING, v->text);
    case REEVE_TYPE_BYTES:
        return store_bytes(v, slot);
    case REEVE_TYPE_MESSAGE:
        return store_message(v, slot);
    case REEVE_TYPE_FLOAT:
    case REEVE_TYPE_DOUBLE:
        return store_real(v, slot);
    case REEVE_TYPE_ENUM:
        return store_scalar(v, slot,
                            v->type.class_ == REEVE_SQL_INTEGER ? REEVE_SCALAR_NUMBER
                                                                : REEVE_SCALAR_STRING,
                            v->text);
    case REEVE_TYPE_INT64:
    case REEVE_TYPE_UINT64:
    case REEVE_TYPE_INT32:
    case REEVE_TYPE_FIXED64:
    case REEVE_TYPE_FIXED32:
    case REEVE_TYPE_UINT32:
    case REEVE_TYPE_SFIXED32:
    case REEVE_TYPE_SFIXED64:
    case REEVE_TYPE_SINT32:
    case REEVE_TYPE_SINT64:
        break;
    }
    return store_scalar(v, slot, REEVE_SCALAR_NUMBER, v->text);
}

/* ---- arrays ---- */

/* Splits "{a,\"b\\\"c\",NULL}". */
struct array_reader {
    struct reeve_bytes text;
    size_t at;
    struct reeve_buffer element;
    bool quoted;
};

static uint8_t array_char(const struct array_reader *r)
{
    return r->at < r->text.len ? r->text.data[r->at] : 0;
}

/* The next element, unescaped, in r->element; r->at is behind the comma or brace that ends it. */
static enum reeve_status next_element(struct value *v, struct array_reader *r)
{
    reeve_buffer_reset(&r->element);
    r->quoted = array_char(r) == '"';
    r->at += r->quoted ? 1 : 0;
    while (r->at < r->text.len) {
        const uint8_t c = r->text.data[r->at];
        if (r->quoted ? c == '"' : c == ',' || c == '}') {
            break;
        }
        if (c == '{' && !r->quoted) {
            return refuse(v, REEVE_TYPE, "the array has more than one dimension");
        }
        r->at += c == '\\' ? 1 : 0;
        if (r->at < r->text.len) {
            REEVE_TRY(reeve_buffer_append_byte(&r->element, r->text.data[r->at]));
            r->at++;
        }
    }
    r->at += r->quoted ? 1 : 0;
    if (array_char(r) != ',' && array_char(r) != '}') {
        return refuse(v, REEVE_TYPE, "it is not an array");
    }
    if (!r->quoted && reeve_bytes_equal_cstr(reeve_buffer_view(&r->element), "NULL")) {
        return refuse(v, REEVE_TYPE, "the array has a NULL in it");
    }
    return REEVE_OK;
}

/* Room for one more element of the list, whose memory doubles. */
static void *grow(struct value *v, void *message, size_t *capacity)
{
    const size_t count = reeve_slot_count(v->field, message);
    const size_t size = reeve_types[v->field->type].size;

    if (count == *capacity) {
        const size_t wanted = *capacity == 0 ? 8 : *capacity * 2;
        uint8_t *bigger = reeve_arena_alloc_array(v->arena, wanted, size);
        if (bigger == NULL) {
            return NULL;
        }
        if (count > 0) {
            reeve_move(bigger, reeve_slot_element(v->field, message, 0), count * size);
        }
        reeve_store_pointer(reeve_slot(v->field, message), bigger);
        *capacity = wanted;
    }
    reeve_slot_set_count(v->field, message, count + 1);
    return reeve_slot_element(v->field, message, count);
}

static enum reeve_status read_elements(struct value *v, struct array_reader *r, void *message)
{
    size_t capacity = 0;

    for (;;) {
        REEVE_TRY(next_element(v, r));
        void *slot = grow(v, message, &capacity);
        if (slot == NULL) {
            return REEVE_NO_MEMORY;
        }
        REEVE_TRY(reeve_arena_dup(v->arena, reeve_buffer_view(&r->element), &v->text));
        REEVE_TRY(store_one(v, slot));
        if (array_char(r) == '}') {
            return r->at + 1 == r->text.len ? REEVE_OK
                                            : refuse(v, REEVE_TYPE, "it is not an array");
        }
        r->at++;
    }
}

static enum reeve_status store_array(struct value *v, void *message)
{
    struct array_reader r = {.text = v->text};

    reeve_slot_clear(v->field, message);
    if (reeve_bytes_equal_cstr(v->text, "{}")) {
        return REEVE_OK;
    }
    if (array_char(&r) == '[') {
        /* "[0:2]={…}": other bounds than from 1. */
        const size_t equals = reeve_bytes_find(v->text, reeve_bytes_cstr("="));
        r.at = equals == SIZE_MAX ? 0 : equals + 1;
    }
    if (array_char(&r) != '{') {
        return refuse(v, REEVE_TYPE, "it is not an array");
    }
    r.at++;
    reeve_buffer_init(&r.element, NULL, v->text.len + 1);
    const enum reeve_status status = read_elements(v, &r, message);
    reeve_buffer_clear(&r.element);
    return status;
}

/* JSON for a list or map: the mapper reads it as the one member of its message. */
static enum reeve_status store_json_list(struct value *v, void *message)
{
    const struct reeve_json_options options = {.ignore_unknown = true};
    struct reeve_problem problem = {.line = 0};
    struct reeve_buffer text;
    void *only = NULL;

    reeve_buffer_init(&text, NULL, WRAPPED_MAX);
    enum reeve_status status = reeve_buffer_append_format(&text, "{\"%s\":", v->field->name);
    status = status == REEVE_OK ? reeve_buffer_append(&text, v->text) : status;
    status = status == REEVE_OK ? reeve_buffer_append_byte(&text, '}') : status;
    if (status == REEVE_OK) {
        status = reeve_message_from_json(v->m, reeve_buffer_view(&text), &options, v->arena, &only,
                                         &problem);
    }
    reeve_buffer_clear(&text);
    if (status != REEVE_OK) {
        return refuse(v, status, "its JSON does not fit the field");
    }
    reeve_store_pointer(reeve_slot(v->field, message),
                        reeve_load_pointer(reeve_slot_of(v->field, only)));
    reeve_slot_set_count(v->field, message, reeve_slot_count(v->field, only));
    return REEVE_OK;
}

/* ---- the whole ---- */

static enum reeve_status store(struct value *v, void *message)
{
    const bool is_json = v->type.class_ == REEVE_SQL_JSON && !v->type.array;

    if (is_json && v->field->type != REEVE_TYPE_STRING && reeve_bytes_equal_cstr(v->text, "null")) {
        return REEVE_OK;
    }
    if (is_list(v->field)) {
        return is_json ? store_json_list(v, message) : store_array(v, message);
    }
    if ((v->field->flags & REEVE_FIELD_ONEOF) != 0) {
        reeve_slot_mark(v->field, message);
    }
    REEVE_TRY(store_one(v, reeve_slot(v->field, message)));
    reeve_slot_mark(v->field, message);
    return REEVE_OK;
}

enum reeve_status reeve_sql_value_store(const struct reeve_message *m,
                                        const struct reeve_field *field, void *message,
                                        struct reeve_sql_type type, struct reeve_bytes text,
                                        struct reeve_arena *arena, const char **why)
{
    struct value v = {
        .m = m, .field = field, .type = type, .text = text, .arena = arena, .why = ""};
    const enum reeve_status status = reeve_sql_value_fits(field, type)
                                         ? store(&v, message)
                                         : refuse(&v, REEVE_TYPE, "the types do not fit");

    *why = v.why;
    return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The strict decoder. One pass over the input; a repeated field's run of elements is counted first,
 * so that its array is made once and in the right size. Work and memory are bounded by the input's
 * size, the count of elements and the arena. */
#include "proto/runtime/bounds.h"
#include "proto/runtime/map_entry.h"
#include "proto/runtime/message.h"
#include "proto/runtime/path.h"
#include "proto/runtime/slot.h"
#include "proto/runtime/text.h"
#include "proto/runtime/wire.h"

struct decoder {
    struct reeve_arena *arena;
    struct reeve_problem *problem;
    enum reeve_unknown_fields unknown;
    bool borrow_bytes;
    size_t elements_left;
};

/* One message that is being decoded. */
struct frame {
    struct decoder *decoder;
    const struct reeve_message *table;
    void *message;
    struct reeve_path *path; /* the step that leads here; NULL for the outermost */
    uint32_t depth_left;
    uint16_t next; /* the field that is expected next */
    bool has_map;
    size_t *capacities; /* of the arrays that had to grow; NULL while none had */
};

static enum reeve_status decode_message(struct frame *f, struct reeve_bytes input);

/* ---- problems ---- */

/* The statuses that decoding can end with, in our words; `field` is NULL for the message itself. */
static enum reeve_status fail(const struct frame *f, const struct reeve_field *field,
                              enum reeve_status status, const char *rule)
{
    if (field == NULL) {
        reeve_problem_set(f->decoder->problem, f->path, rule, reeve_status_text(status));
        return status;
    }
    const struct reeve_path path = reeve_path_to(f->path, field);
    reeve_problem_set(f->decoder->problem, &path, rule, reeve_status_text(status));
    return status;
}

#define TRY_WIRE(frame, field, expression)                                                         \
    do {                                                                                           \
        const enum reeve_status status_ = (expression);                                            \
        if (status_ != REEVE_OK) {                                                                 \
            return fail(frame, field, status_, "encoding");                                        \
        }                                                                                          \
    } while (0)

/* ---- fields by number ---- */

static const struct reeve_field *search_field(const struct reeve_message *m, uint32_t number)
{
    size_t low = 0;
    size_t high = m->fields_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (m->fields[middle].number == number) {
            return &m->fields[middle];
        }
        if (m->fields[middle].number < number) {
            low = middle + 1;
            continue;
        }
        high = middle;
    }
    return NULL;
}

/* Encoders write fields in order, and most messages number theirs from 1 without gaps. */
static const struct reeve_field *find_field(struct frame *f, uint32_t number)
{
    const struct reeve_message *m = f->table;
    const struct reeve_field *field = NULL;
    if (f->next < m->fields_count && m->fields[f->next].number == number) {
        field = &m->fields[f->next];
    } else if (number <= m->fields_count && m->fields[number - 1].number == number) {
        field = &m->fields[number - 1];
    } else {
        field = search_field(m, number);
    }
    if (field != NULL) {
        f->next = (uint16_t)(field - m->fields + 1);
    }
    return field;
}

/* ---- single values ---- */

static inline void store_varint(uint8_t type, uint64_t v, void *slot)
{
    switch (type) {
    case REEVE_TYPE_BOOL:
        *(reeve_slot_bool *)slot = v != 0;
        return;
    case REEVE_TYPE_SINT32:
        *(reeve_slot_i32 *)slot = (int32_t)reeve_unzigzag((uint32_t)v);
        return;
    case REEVE_TYPE_SINT64:
        *(reeve_slot_i64 *)slot = reeve_unzigzag(v);
        return;
    case REEVE_TYPE_INT64:
    case REEVE_TYPE_UINT64:
        *(reeve_slot_u64 *)slot = v;
        return;
    default: /* INT32, UINT32, ENUM: the lower half, as protobuf does */
        *(reeve_slot_u32 *)slot = (uint32_t)v;
    }
}

/* A number of any kind. */
static inline enum reeve_status read_number(struct reeve_reader *r, uint8_t type, void *slot)
{
    if (reeve_type_wire(type) == REEVE_WIRE_FIXED64) {
        uint64_t v;
        REEVE_TRY(reeve_read_fixed64(r, &v));
        *(reeve_slot_u64 *)slot = v;
        return REEVE_OK;
    }
    if (reeve_type_wire(type) == REEVE_WIRE_FIXED32) {
        uint32_t v;
        REEVE_TRY(reeve_read_fixed32(r, &v));
        *(reeve_slot_u32 *)slot = v;
        return REEVE_OK;
    }
    uint64_t v;
    REEVE_TRY(reeve_read_varint(r, &v));
    store_varint(type, v, slot);
    return REEVE_OK;
}

static enum reeve_status store_text(struct frame *f, const struct reeve_field *field,
                                    struct reeve_bytes value, void *slot)
{
    const enum reeve_status status = reeve_text_check(value);
    if (status != REEVE_OK) {
        return fail(f, field, status, status == REEVE_UTF8 ? "utf8" : "embedded_nul");
    }
    char *text = value.len == 0 ? reeve_empty_text : reeve_arena_strdup(f->decoder->arena, value);
    if (text == NULL) {
        return fail(f, field, REEVE_NO_MEMORY, "memory");
    }
    reeve_store_pointer(slot, text);
    return REEVE_OK;
}

static enum reeve_status store_bytes(struct frame *f, const struct reeve_field *field,
                                     struct reeve_bytes value, void *slot)
{
    ProtobufCBinaryData *to = slot;
    struct reeve_bytes kept = value;
    if (value.len == 0) {
        kept.data = NULL;
    } else if (!f->decoder->borrow_bytes &&
               reeve_arena_dup(f->decoder->arena, value, &kept) != REEVE_OK) {
        return fail(f, field, REEVE_NO_MEMORY, "memory");
    }
    to->data = (uint8_t *)(uintptr_t)kept.data;
    to->len = kept.len;
    return REEVE_OK;
}

/* Decodes into the message of `slot`, which is made when there is none: a message that comes twice
 * is merged. */
static enum reeve_status store_message(struct frame *f, const struct reeve_field *field,
                                       struct reeve_bytes value, void *slot, size_t index)
{
    if (f->depth_left == 0) {
        return fail(f, field, REEVE_DEPTH, "depth");
    }
    void *message = reeve_load_pointer(slot);
    if (message == NULL) {
        message = reeve_message_new(field->message, f->decoder->arena);
        if (message == NULL) {
            return fail(f, field, REEVE_NO_MEMORY, "memory");
        }
        reeve_store_pointer(slot, message);
    }
    struct reeve_path path = reeve_path_to(f->path, field);
    if (field->cardinality == REEVE_REPEATED || field->cardinality == REEVE_MAP) {
        path.subscript = REEVE_SUBSCRIPT_INDEX;
        path.index = index;
    }
    struct frame below = {.decoder = f->decoder,
                          .table = field->message,
                          .message = message,
                          .path = &path,
                          .depth_left = f->depth_left - 1};
    return decode_message(&below, value);
}

/* A value with a length in front of it. */
static enum reeve_status read_measured(struct frame *f, const struct reeve_field *field,
                                       struct reeve_reader *r, void *slot, size_t index)
{
    struct reeve_bytes value;
    TRY_WIRE(f, field, reeve_read_length(r, &value));
    if (field->type == REEVE_TYPE_STRING) {
        return store_text(f, field, value, slot);
    }
    if (field->type == REEVE_TYPE_BYTES) {
        return store_bytes(f, field, value, slot);
    }
    return store_message(f, field, value, slot, index);
}

static inline enum reeve_status read_value(struct frame *f, const struct reeve_field *field,
                                           struct reeve_reader *r, void *slot, size_t index)
{
    if (reeve_type_wire(field->type) == REEVE_WIRE_LENGTH) {
        return read_measured(f, field, r, slot, index);
    }
    TRY_WIRE(f, field, read_number(r, field->type, slot));
    return REEVE_OK;
}

/* ---- repeated fields and maps ---- */

static size_t power_of_two_above(size_t n)
{
    size_t p = 4;
    while (p < n) {
        p *= 2;
    }
    return p;
}

static size_t *capacity_of(struct frame *f, const struct reeve_field *field)
{
    if (f->capacities == NULL) {
        f->capacities = reeve_arena_alloc_array(f->decoder->arena, f->table->fields_count,
                                                sizeof *f->capacities);
    }
    return f->capacities == NULL ? NULL : &f->capacities[field - f->table->fields];
}

/* Room for `more` elements. The first run of a field gets exactly what it needs; should the field
 * come again after others, its array grows by doubling. */
static enum reeve_status make_room(struct frame *f, const struct reeve_field *field, size_t more)
{
    struct decoder *d = f->decoder;
    if (more > d->elements_left) {
        return fail(f, field, REEVE_TOO_LARGE, "elements");
    }
    d->elements_left -= more;
    const size_t count = reeve_slot_count(field, f->message);
    size_t wanted = count + more;
    if (count > 0) {
        size_t *capacity = capacity_of(f, field);
        if (capacity == NULL) {
            return fail(f, field, REEVE_NO_MEMORY, "memory");
        }
        if (wanted <= *capacity) {
            return REEVE_OK;
        }
        wanted = power_of_two_above(wanted);
        *capacity = wanted;
    }
    const size_t size = reeve_types[field->type].size;
    void *array = reeve_arena_alloc_array(d->arena, wanted, size);
    if (array == NULL) {
        return fail(f, field, REEVE_NO_MEMORY, "memory");
    }
    void *slot = reeve_slot(field, f->message);
    if (count > 0) {
        reeve_move(array, reeve_load_pointer(slot), count * size);
    }
    reeve_store_pointer(slot, array);
    return REEVE_OK;
}

/* How many of the values that follow belong to the same run, the first one (whose tag was read)
 * included. Damage ends the count; reading then finds it. */
static size_t count_run(struct reeve_reader r, uint32_t number, uint8_t wire, size_t max)
{
    size_t count = 0;
    uint32_t next_number = number;
    uint8_t next_wire = wire;
    do {
        count++;
        if (reeve_skip_value(&r, number, wire, 0) != REEVE_OK || r.at == r.end ||
            reeve_read_tag(&r, &next_number, &next_wire) != REEVE_OK) {
            break;
        }
    } while (next_number == number && next_wire == wire && count <= max);
    return count;
}

/* A map's value is never absent. */
static enum reeve_status complete_entry(struct frame *f, const struct reeve_field *field,
                                        void *entry)
{
    const struct reeve_field *value = reeve_map_value_field(field);
    void *slot = reeve_slot(value, entry);
    if (value->type != REEVE_TYPE_MESSAGE || reeve_load_pointer(slot) != NULL) {
        return REEVE_OK;
    }
    void *message = reeve_message_new(value->message, f->decoder->arena);
    if (message == NULL) {
        return fail(f, field, REEVE_NO_MEMORY, "memory");
    }
    reeve_store_pointer(slot, message);
    return REEVE_OK;
}

static enum reeve_status read_element(struct frame *f, const struct reeve_field *field,
                                      struct reeve_reader *r)
{
    const size_t count = reeve_slot_count(field, f->message);
    void *slot = reeve_slot_element(field, f->message, count);
    REEVE_TRY(read_value(f, field, r, slot, count));
    if (field->cardinality == REEVE_MAP) {
        REEVE_TRY(complete_entry(f, field, reeve_load_pointer(slot)));
    }
    reeve_slot_set_count(field, f->message, count + 1);
    return REEVE_OK;
}

static enum reeve_status decode_run(struct frame *f, const struct reeve_field *field,
                                    struct reeve_reader *r, uint8_t wire)
{
    const size_t run = count_run(*r, field->number, wire, f->decoder->elements_left);
    REEVE_TRY(make_room(f, field, run));
    f->has_map |= field->cardinality == REEVE_MAP;
    for (size_t i = 0; i < run; i++) {
        uint32_t number;
        uint8_t again;
        TRY_WIRE(f, field, i == 0 ? REEVE_OK : reeve_read_tag(r, &number, &again));
        REEVE_TRY(read_element(f, field, r));
    }
    return REEVE_OK;
}

/* Elements of a packed run; varints end at a byte below 0x80. */
static size_t count_packed(uint8_t type, struct reeve_bytes run)
{
    if (reeve_type_wire(type) == REEVE_WIRE_FIXED32) {
        return (run.len + 3) / 4;
    }
    if (reeve_type_wire(type) == REEVE_WIRE_FIXED64) {
        return (run.len + 7) / 8;
    }
    size_t count = 0;
    for (size_t i = 0; i < run.len; i++) {
        count += run.data[i] < 0x80;
    }
    return count;
}

static enum reeve_status decode_packed(struct frame *f, const struct reeve_field *field,
                                       struct reeve_reader *r)
{
    struct reeve_bytes run;
    TRY_WIRE(f, field, reeve_read_length(r, &run));
    const size_t elements = count_packed(field->type, run);
    if (elements == 0) {
        return run.len == 0 ? REEVE_OK : fail(f, field, REEVE_TRUNCATED, "encoding");
    }
    REEVE_TRY(make_room(f, field, elements));
    struct reeve_reader inner = reeve_reader_of(run);
    const size_t before = reeve_slot_count(field, f->message);
    for (size_t i = 0; i < elements; i++) {
        void *slot = reeve_slot_element(field, f->message, before + i);
        TRY_WIRE(f, field, read_number(&inner, field->type, slot));
    }
    if (inner.at != inner.end) {
        return fail(f, field, REEVE_TRUNCATED, "encoding");
    }
    reeve_slot_set_count(field, f->message, before + elements);
    return REEVE_OK;
}

/* ---- unknown fields ---- */

static enum reeve_status keep_unknown(struct frame *f, uint32_t number, uint8_t wire,
                                      struct reeve_bytes raw)
{
    ProtobufCMessage *base = f->message;
    const size_t count = base->n_unknown_fields;
    /* Grows at powers of two, so no capacity need be kept. */
    if ((count & (count - 1)) == 0) {
        ProtobufCMessageUnknownField *grown =
            reeve_arena_alloc_array(f->decoder->arena, count == 0 ? 1 : 2 * count, sizeof *grown);
        if (grown == NULL) {
            return fail(f, NULL, REEVE_NO_MEMORY, "memory");
        }
        if (count > 0) {
            reeve_move(grown, base->unknown_fields, count * sizeof *grown);
        }
        base->unknown_fields = grown;
    }
    struct reeve_bytes copy;
    if (reeve_arena_dup(f->decoder->arena, raw, &copy) != REEVE_OK) {
        return fail(f, NULL, REEVE_NO_MEMORY, "memory");
    }
    base->unknown_fields[count] = (ProtobufCMessageUnknownField){
        number, (ProtobufCWireType)wire, copy.len, (uint8_t *)(uintptr_t)copy.data};
    base->n_unknown_fields++;
    return REEVE_OK;
}

static enum reeve_status decode_unknown(struct frame *f, uint32_t number, uint8_t wire,
                                        struct reeve_reader *r)
{
    if (wire == REEVE_WIRE_GROUP_END) {
        return fail(f, NULL, REEVE_MALFORMED, "encoding");
    }
    if (f->decoder->unknown == REEVE_UNKNOWN_REFUSE) {
        return fail(f, NULL, REEVE_UNKNOWN_FIELD, "unknown_field");
    }
    const uint8_t *start = r->at;
    TRY_WIRE(f, NULL, reeve_skip_value(r, number, wire, f->depth_left));
    if (f->decoder->unknown == REEVE_UNKNOWN_DROP) {
        return REEVE_OK;
    }
    return keep_unknown(f, number, wire, reeve_bytes_of(start, (size_t)(r->at - start)));
}

/* ---- messages ---- */

static enum reeve_status decode_singular(struct frame *f, const struct reeve_field *field,
                                         struct reeve_reader *r)
{
    if (field->cardinality == REEVE_EXPLICIT) {
        reeve_slot_mark(field, f->message);
    }
    return read_value(f, field, r, reeve_slot(field, f->message), 0);
}

static enum reeve_status decode_field(struct frame *f, struct reeve_reader *r)
{
    uint32_t number;
    uint8_t wire;
    TRY_WIRE(f, NULL, reeve_read_tag(r, &number, &wire));
    const struct reeve_field *field = find_field(f, number);
    if (field == NULL) {
        return decode_unknown(f, number, wire, r);
    }
    const bool repeated = field->cardinality == REEVE_REPEATED || field->cardinality == REEVE_MAP;
    if (repeated && wire == REEVE_WIRE_LENGTH && reeve_type_is_packable(field->type)) {
        return decode_packed(f, field, r);
    }
    if (wire != reeve_type_wire(field->type)) {
        /* To protobuf a known number with another wire type is an unknown field. */
        return f->decoder->unknown == REEVE_UNKNOWN_KEEP
                   ? decode_unknown(f, number, wire, r)
                   : fail(f, field, REEVE_WIRE_TYPE, "wire_type");
    }
    return repeated ? decode_run(f, field, r, wire) : decode_singular(f, field, r);
}

static enum reeve_status unite_maps(struct frame *f)
{
    for (uint16_t i = 0; i < f->table->fields_count; i++) {
        const struct reeve_field *field = &f->table->fields[i];
        if (field->cardinality == REEVE_MAP &&
            reeve_map_unite(field, f->message, f->decoder->arena, NULL) != REEVE_OK) {
            return fail(f, field, REEVE_NO_MEMORY, "memory");
        }
    }
    return REEVE_OK;
}

static enum reeve_status decode_message(struct frame *f, struct reeve_bytes input)
{
    struct reeve_reader r = reeve_reader_of(input);
    while (r.at != r.end) {
        REEVE_TRY(decode_field(f, &r));
    }
    return f->has_map ? unite_maps(f) : REEVE_OK;
}

enum reeve_status reeve_message_decode(const struct reeve_message *m, struct reeve_bytes input,
                                       const struct reeve_decode_options *options,
                                       struct reeve_arena *arena, void **message,
                                       struct reeve_problem *problem)
{
    static const struct reeve_decode_options defaults = {0};
    const struct reeve_decode_options *o = options == NULL ? &defaults : options;
    *message = NULL;
    struct decoder d = {.arena = arena,
                        .problem = problem,
                        .unknown = o->unknown,
                        .borrow_bytes = o->borrow_bytes,
                        .elements_left =
                            o->max_elements == 0 ? REEVE_ELEMENTS_DEFAULT : o->max_elements};
    struct frame f = {.decoder = &d, .table = m, .depth_left = reeve_depth_bound(o->max_depth) - 1};
    if (input.len > (o->max_size == 0 ? REEVE_SIZE_DEFAULT : o->max_size)) {
        return fail(&f, NULL, REEVE_TOO_LARGE, "size");
    }
    f.message = reeve_message_new(m, arena);
    if (f.message == NULL) {
        return fail(&f, NULL, REEVE_NO_MEMORY, "memory");
    }
    REEVE_TRY(decode_message(&f, input));
    *message = f.message;
    return REEVE_OK;
}

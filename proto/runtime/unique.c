/* SPDX-License-Identifier: Apache-2.0 */
/* Sorts pointers to the elements, or to the scalars in wrappers, and looks at neighbours, so that a
 * long list cannot cost its square. */
#include "proto/runtime/unique.h"

#include <math.h>

#include "proto/runtime/slot.h"
#include "proto/runtime/sort.h"

static int compare_doubles(double x, double y)
{
    if (isnan(x) || isnan(y)) {
        return (isnan(x) ? 1 : 0) - (isnan(y) ? 1 : 0);
    }
    return (x > y) - (x < y);
}

/* Of a wrapper, the field inside. */
static const struct reeve_field *scalar_of(const struct reeve_field *field)
{
    return field->type == REEVE_TYPE_MESSAGE ? &field->message->fields[0] : field;
}

static int compare_elements(const void *a, const void *b, const void *ctx)
{
    const uint8_t type = ((const struct reeve_field *)ctx)->type;
    if (type == REEVE_TYPE_STRING || type == REEVE_TYPE_BYTES) {
        return reeve_bytes_compare(reeve_load_view(type, a), reeve_load_view(type, b));
    }
    if (type == REEVE_TYPE_DOUBLE || type == REEVE_TYPE_FLOAT) {
        return compare_doubles(reeve_load_double(type, a), reeve_load_double(type, b));
    }
    if (reeve_type_is_unsigned(type)) {
        const uint64_t x = reeve_load_unsigned(type, a);
        const uint64_t y = reeve_load_unsigned(type, b);
        return (x > y) - (x < y);
    }
    const int64_t x = reeve_load_signed(type, a);
    const int64_t y = reeve_load_signed(type, b);
    return (x > y) - (x < y);
}

static bool is_nan(uint8_t type, const void *slot)
{
    return (type == REEVE_TYPE_DOUBLE || type == REEVE_TYPE_FLOAT) &&
           isnan(reeve_load_double(type, slot));
}

static bool has_equal_neighbours(const struct reeve_field *scalar, const void **sorted,
                                 size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (compare_elements(sorted[i - 1], sorted[i], scalar) == 0 &&
            !is_nan(scalar->type, sorted[i])) {
            return true;
        }
    }
    return false;
}

static const void *scalar_slot(const struct reeve_field *field, const void *slot)
{
    return field->type == REEVE_TYPE_MESSAGE
               ? reeve_slot_of(scalar_of(field), reeve_load_pointer(slot))
               : slot;
}

enum reeve_status reeve_check_unique(const struct reeve_field *field, const void *message,
                                     const struct reeve_allocator *allocator)
{
    const size_t count = reeve_slot_count(field, message);
    const struct reeve_field *scalar = scalar_of(field);
    if (count < 2) {
        return REEVE_OK;
    }
    const void **sorted = reeve_alloc_array(allocator, count, 2 * sizeof *sorted);
    if (sorted == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        sorted[i] = scalar_slot(field, reeve_slot_element(field, message, i));
    }
    reeve_sort(sorted, sorted + count, count, compare_elements, scalar);
    const bool twice = has_equal_neighbours(scalar, sorted, count);
    reeve_free(allocator, sorted, count * 2 * sizeof *sorted);
    return twice ? REEVE_CONSTRAINT : REEVE_OK;
}

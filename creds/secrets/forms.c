/* SPDX-License-Identifier: Apache-2.0 */
/* Encodings of a secret: see forms.h. Everything is written into one scratch block that is wiped.
 */
#include "creds/secrets/forms.h"

#include "agent/base/alloc.h"

/* All forms together: 1 plain, 2 × 2 hex, 6 × 4/3 base64 for every byte of the value. */
#define ALL_FORMS_FACTOR 13u

struct writer {
    uint8_t *memory;
    size_t capacity;
    size_t used;
    size_t start; /* of the form being written */
    struct reeve_forms *forms;
};

static void put(struct writer *w, uint8_t byte)
{
    if (w->used < w->capacity) {
        w->memory[w->used++] = byte;
    }
}

static void put_hex(struct writer *w, uint8_t byte, bool upper)
{
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";

    put(w, (uint8_t)digits[byte >> 4]);
    put(w, (uint8_t)digits[byte & 15]);
}

/* Keeps what was written since the last call as a form, unless it is there already. */
static void finish(struct writer *w)
{
    struct reeve_bytes form = reeve_bytes_of(w->memory + w->start, w->used - w->start);
    struct reeve_forms *forms = w->forms;

    for (size_t i = 0; i < forms->count; i++) {
        struct reeve_bytes known =
            reeve_bytes_of(w->memory + forms->spans[i].at, forms->spans[i].len);
        if (reeve_bytes_equal(known, form)) {
            w->used = w->start;
            return;
        }
    }
    forms->spans[forms->count].at = w->start;
    forms->spans[forms->count].len = form.len;
    forms->count++;
    w->start = w->used;
}

static void write_plain(struct writer *w, struct reeve_bytes value)
{
    for (size_t i = 0; i < value.len; i++) {
        put(w, value.data[i]);
    }
    finish(w);
}

static void write_hex(struct writer *w, struct reeve_bytes value, bool upper)
{
    for (size_t i = 0; i < value.len; i++) {
        put_hex(w, value.data[i], upper);
    }
    finish(w);
}

/* The characters that only this value's bytes decide: whole groups of three from `skip` on, as they
 * stand in the base64 of any longer text that has the value at such an alignment. */
static void write_base64(struct writer *w, struct reeve_bytes value, size_t skip, bool url)
{
    static const char STANDARD[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static const char URL_SAFE[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *digits = url ? URL_SAFE : STANDARD;

    for (size_t i = skip; i + 3 <= value.len; i += 3) {
        uint32_t group = (uint32_t)value.data[i] << 16 | (uint32_t)value.data[i + 1] << 8 |
                         (uint32_t)value.data[i + 2];
        put(w, (uint8_t)digits[group >> 18]);
        put(w, (uint8_t)digits[group >> 12 & 63]);
        put(w, (uint8_t)digits[group >> 6 & 63]);
        put(w, (uint8_t)digits[group & 63]);
    }
    finish(w);
}

static void write_all(struct writer *w, struct reeve_bytes value)
{
    write_plain(w, value);
    write_hex(w, value, false);
    write_hex(w, value, true);
    for (size_t skip = 0; skip < 3; skip++) {
        write_base64(w, value, skip, false);
        write_base64(w, value, skip, true);
    }
}

void reeve_forms_init(struct reeve_forms *forms)
{
    reeve_secret_init(&forms->memory);
    forms->count = 0;
}

void reeve_forms_clear(struct reeve_forms *forms)
{
    reeve_secret_clear(&forms->memory);
    forms->count = 0;
}

enum reeve_status reeve_forms_make(struct reeve_forms *forms, struct reeve_bytes value)
{
    if (value.len > REEVE_SECRET_MAX / ALL_FORMS_FACTOR) {
        return REEVE_TOO_LARGE;
    }
    size_t capacity = value.len * ALL_FORMS_FACTOR;
    uint8_t *memory = reeve_alloc(NULL, capacity);
    if (memory == NULL) {
        return REEVE_NO_MEMORY;
    }
    forms->count = 0;
    struct writer w = {.memory = memory, .capacity = capacity, .forms = forms};
    write_all(&w, value);
    enum reeve_status status = reeve_secret_set(&forms->memory, reeve_bytes_of(memory, w.used));
    reeve_wipe(memory, capacity);
    reeve_free(NULL, memory, capacity);
    if (status != REEVE_OK) {
        forms->count = 0;
    }
    return status;
}

struct reeve_bytes reeve_forms_get(const struct reeve_forms *forms, size_t index)
{
    return reeve_bytes_slice(reeve_secret_view(&forms->memory), forms->spans[index].at,
                             forms->spans[index].len);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The redactor: see redactor.h.
 *
 * Search: at each position of the text the next eight bytes are hashed into a bit filter. Ordinary
 * text misses there and costs a load, a multiplication and a bit test. A hit looks through the
 * chain of forms with that hash and compares. */
#include "creds/secrets/redactor.h"

#include <pthread.h>

#include "agent/base/alloc.h"
#include "agent/base/list.h"
#include "creds/secrets/forms.h"

#define BUCKET_BITS 12u
#define BUCKETS (1u << BUCKET_BITS)
#define PREFIX 8u

struct form_ref {
    struct form_ref *next; /* in its bucket */
    struct reeve_bytes bytes;
};

struct known_value {
    struct reeve_list_node node; /* oldest first */
    struct reeve_forms forms;
    struct form_ref refs[REEVE_FORMS_MAX];
};

struct reeve_redactor {
    pthread_rwlock_t lock; /* readers search, the writer adds */
    struct reeve_list values;
    uint64_t filter[BUCKETS / 64];
    struct form_ref *buckets[BUCKETS];
};

static uint32_t bucket_of(const uint8_t *prefix)
{
    return (uint32_t)((reeve_load_le64(prefix) * UINT64_C(0x9E3779B97F4A7C15)) >>
                      (64u - BUCKET_BITS));
}

struct reeve_redactor *reeve_redactor_new(void)
{
    struct reeve_redactor *r = reeve_alloc(NULL, sizeof(*r));

    if (r == NULL) {
        return NULL;
    }
    (void)pthread_rwlock_init(&r->lock, NULL);
    reeve_list_init(&r->values);
    return r;
}

static void free_value(struct known_value *value)
{
    reeve_forms_clear(&value->forms);
    reeve_free(NULL, value, sizeof(*value));
}

void reeve_redactor_free(struct reeve_redactor *r)
{
    if (r == NULL) {
        return;
    }
    for (struct reeve_list_node *n = reeve_list_pop_front(&r->values); n != NULL;
         n = reeve_list_pop_front(&r->values)) {
        free_value(REEVE_OWNER(n, struct known_value, node));
    }
    (void)pthread_rwlock_destroy(&r->lock);
    reeve_free(NULL, r, sizeof(*r));
}

static void index_value(struct reeve_redactor *r, struct known_value *value)
{
    for (size_t i = 0; i < value->forms.count; i++) {
        struct form_ref *ref = &value->refs[i];
        ref->bytes = reeve_forms_get(&value->forms, i);
        if (ref->bytes.len < PREFIX) {
            continue;
        }
        uint32_t b = bucket_of(ref->bytes.data);
        ref->next = r->buckets[b];
        r->buckets[b] = ref;
        r->filter[b / 64] |= UINT64_C(1) << (b % 64);
    }
}

static void index_all(struct reeve_redactor *r)
{
    reeve_zero(r->filter, sizeof(r->filter));
    reeve_zero(r->buckets, sizeof(r->buckets));
    for (struct reeve_list_node *n = reeve_list_front(&r->values); n != NULL;
         n = reeve_list_next(&r->values, n)) {
        index_value(r, REEVE_OWNER(n, struct known_value, node));
    }
}

static bool knows(const struct reeve_redactor *r, struct reeve_bytes value)
{
    for (struct reeve_list_node *n = reeve_list_front(&r->values); n != NULL;
         n = reeve_list_next(&r->values, n)) {
        const struct known_value *known = REEVE_OWNER(n, struct known_value, node);
        if (reeve_bytes_equal(reeve_forms_get(&known->forms, 0), value)) {
            return true;
        }
    }
    return false;
}

static enum reeve_status add_locked(struct reeve_redactor *r, struct reeve_bytes value)
{
    if (knows(r, value)) {
        return REEVE_OK;
    }
    struct known_value *known = reeve_alloc(NULL, sizeof(*known));
    if (known == NULL) {
        return REEVE_NO_MEMORY;
    }
    reeve_forms_init(&known->forms);
    enum reeve_status status = reeve_forms_make(&known->forms, value);
    if (status != REEVE_OK) {
        free_value(known);
        return status;
    }
    reeve_list_push_back(&r->values, &known->node);
    if (r->values.count <= REEVE_REDACTOR_MAX_VALUES) {
        index_value(r, known);
        return REEVE_OK;
    }
    free_value(REEVE_OWNER(reeve_list_pop_front(&r->values), struct known_value, node));
    index_all(r);
    return REEVE_OK;
}

enum reeve_status reeve_redactor_add(struct reeve_redactor *r, struct reeve_bytes value)
{
    if (value.len < REEVE_SECRET_MIN_LENGTH) {
        return REEVE_SECRET_TOO_SHORT;
    }
    (void)pthread_rwlock_wrlock(&r->lock);
    enum reeve_status status = add_locked(r, value);
    (void)pthread_rwlock_unlock(&r->lock);
    return status;
}

/* Length of the longest form that stands at the start of `text`, 0 if none does. */
static size_t form_at(const struct reeve_redactor *r, struct reeve_bytes text)
{
    uint32_t b = bucket_of(text.data);
    size_t longest = 0;

    if ((r->filter[b / 64] >> (b % 64) & 1) == 0) {
        return 0;
    }
    for (const struct form_ref *ref = r->buckets[b]; ref != NULL; ref = ref->next) {
        if (ref->bytes.len > longest && reeve_bytes_starts_with(text, ref->bytes)) {
            longest = ref->bytes.len;
        }
    }
    return longest;
}

bool reeve_redactor_finds(struct reeve_redactor *r, struct reeve_bytes text)
{
    bool found = false;

    (void)pthread_rwlock_rdlock(&r->lock);
    for (size_t i = 0; !found && i + PREFIX <= text.len; i++) {
        found = form_at(r, reeve_bytes_of(text.data + i, text.len - i)) > 0;
    }
    (void)pthread_rwlock_unlock(&r->lock);
    return found;
}

static void overwrite(char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        text[i] = '*';
    }
}

/* Looks at every position of the original text before it changes it: two secrets may overlap. */
static size_t scrub_locked(const struct reeve_redactor *r, char *text, size_t len)
{
    size_t count = 0;
    size_t covered_from = 0;
    size_t covered_to = 0; /* [from, to) is to be overwritten */

    for (size_t i = 0; i + PREFIX <= len; i++) {
        size_t hit = form_at(r, reeve_bytes_of(text + i, len - i));
        if (hit == 0) {
            continue;
        }
        count++;
        if (i > covered_to) {
            overwrite(text + covered_from, covered_to - covered_from);
            covered_from = i;
        }
        if (i + hit > covered_to) {
            covered_to = i + hit;
        }
    }
    overwrite(text + covered_from, covered_to - covered_from);
    return count;
}

size_t reeve_redactor_scrub(struct reeve_redactor *r, char *text, size_t len)
{
    (void)pthread_rwlock_rdlock(&r->lock);
    size_t count = scrub_locked(r, text, len);
    (void)pthread_rwlock_unlock(&r->lock);
    return count;
}

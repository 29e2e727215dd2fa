/* SPDX-License-Identifier: Apache-2.0 */
/* The redactor: see redactor.h.
 *
 * Search: at each position of the text the next eight bytes are hashed into a bit filter. Ordinary
 * text misses there and costs a load, a multiplication and a bit test. A hit looks through the
 * chain of forms with that hash and compares. Where an escape begins within those eight bytes, the
 * bytes that it stands for are hashed as well. */
#include "creds/secrets/redactor.h"

#include <pthread.h>

#include "agent/base/alloc.h"
#include "agent/base/list.h"
#include "creds/secrets/escape.h"
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

static inline uint32_t bucket_of(const uint8_t *prefix)
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

/* A walk over one text. */
struct search {
    const struct reeve_redactor *redactor;
    struct reeve_bytes text;
    size_t at;
    size_t next_escape; /* first character at or behind `at` that begins one; text.len: none */
    bool cut_counts;    /* a form's beginning that ends where the text was cut is a find */
};

/* Whether the text ends here, or somebody who cut a value would have ended it so. */
static bool is_cut(struct reeve_bytes rest)
{
    return rest.len == 0 || rest.data[0] == '"' ||
           reeve_bytes_starts_with(rest, reeve_bytes_cstr("\xE2\x80\xA6"));
}

/* How many bytes of `text`, read through `escape`, stand for `form`; 0: it is not there. */
static size_t match(const struct search *s, enum reeve_escape escape, struct reeve_bytes text,
                    struct reeve_bytes form)
{
    size_t used = 0;
    size_t same = 0;

    while (same < form.len && used < text.len) {
        struct reeve_unescaped c =
            reeve_unescape(escape, reeve_bytes_of(text.data + used, text.len - used));
        struct reeve_bytes rest = reeve_bytes_of(form.data + same, form.len - same);
        if (!reeve_bytes_starts_with(rest, reeve_bytes_of(c.bytes, c.len))) {
            break;
        }
        used += c.used;
        same += c.len;
    }
    bool cut = s->cut_counts && same >= PREFIX &&
               is_cut(reeve_bytes_of(text.data + used, text.len - used));
    return same == form.len || cut ? used : 0;
}

/* Length in the text of the longest form that stands at the search's position, through whatever
 * escape; 0 if none does. */
static size_t longest_in_bucket(const struct search *s, uint32_t bucket)
{
    struct reeve_bytes text = reeve_bytes_of(s->text.data + s->at, s->text.len - s->at);
    size_t longest = 0;

    for (const struct form_ref *ref = s->redactor->buckets[bucket]; ref != NULL; ref = ref->next) {
        for (int escape = 0; escape < REEVE_ESCAPES; escape++) {
            size_t length = match(s, (enum reeve_escape)escape, text, ref->bytes);
            longest = length > longest ? length : longest;
        }
    }
    return longest;
}

/* The same of the forms that begin with `prefix`. */
static inline size_t longest_match(const struct search *s, const uint8_t *prefix)
{
    const uint32_t b = bucket_of(prefix);

    return (s->redactor->filter[b / 64] >> (b % 64) & 1) == 0 ? 0 : longest_in_bucket(s, b);
}

/* The first eight bytes that the text stands for from here on; false when it ends before. */
static bool read_prefix(const struct search *s, enum reeve_escape escape, uint8_t out[PREFIX])
{
    size_t from = s->at;
    size_t len = 0;

    while (len < PREFIX && from < s->text.len) {
        struct reeve_unescaped c =
            reeve_unescape(escape, reeve_bytes_of(s->text.data + from, s->text.len - from));
        for (size_t i = 0; i < c.len && len < PREFIX; i++) {
            out[len++] = c.bytes[i];
        }
        from += c.used;
    }
    return len == PREFIX;
}

static size_t longest_escaped_match(const struct search *s)
{
    uint8_t prefix[PREFIX];
    size_t longest = 0;

    for (int escape = REEVE_ESCAPE_PERCENT; escape < REEVE_ESCAPES; escape++) {
        if (read_prefix(s, (enum reeve_escape)escape, prefix)) {
            size_t length = longest_match(s, prefix);
            longest = length > longest ? length : longest;
        }
    }
    reeve_wipe(prefix, sizeof(prefix));
    return longest;
}

static void find_escape(struct search *s, size_t from)
{
    while (from < s->text.len && !reeve_begins_escape(s->text.data[from])) {
        from++;
    }
    s->next_escape = from;
}

static struct search begin_search(const struct reeve_redactor *r, struct reeve_bytes text,
                                  bool cut_counts)
{
    struct search s = {.redactor = r, .text = text, .cut_counts = cut_counts};

    find_escape(&s, 0);
    return s;
}

/* Moves to the next find at or behind the position; its length, or 0 at the end. */
static size_t next_find(struct search *s)
{
    for (; s->at + PREFIX <= s->text.len; s->at++) {
        if (s->next_escape < s->at) {
            find_escape(s, s->at);
        }
        size_t length = longest_match(s, s->text.data + s->at);
        if (length == 0 && s->next_escape < s->at + PREFIX) {
            length = longest_escaped_match(s);
        }
        if (length > 0) {
            return length;
        }
    }
    return 0;
}

bool reeve_redactor_finds(struct reeve_redactor *r, struct reeve_bytes text)
{
    (void)pthread_rwlock_rdlock(&r->lock);
    struct search s = begin_search(r, text, false);
    bool found = next_find(&s) > 0;
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

    struct search s = begin_search(r, reeve_bytes_of(text, len), true);
    for (size_t hit = next_find(&s); hit > 0; hit = next_find(&s)) {
        count++;
        if (s.at > covered_to) {
            overwrite(text + covered_from, covered_to - covered_from);
            covered_from = s.at;
        }
        if (s.at + hit > covered_to) {
            covered_to = s.at + hit;
        }
        s.at++;
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

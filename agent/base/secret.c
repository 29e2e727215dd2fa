/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets in pages of their own: an unreadable page before and behind, and the bytes moved up
 * against the one behind, so that reading one byte too far is a fault, not a leak. */
#include "agent/base/secret.h"

#include <openssl/mem.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void reeve_wipe(void *data, size_t len)
{
    if (len != 0) {
        explicit_bzero(data, len);
    }
}

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

/* The mapping that `len` bytes need: their pages and the two guards. */
static size_t mapping_size(size_t len)
{
    size_t page = page_size();
    return (len + page - 1) / page * page + 2 * page;
}

void reeve_secret_init(struct reeve_secret *s)
{
    s->data = NULL;
    s->len = 0;
    s->mapped = 0;
}

static enum reeve_status map_guarded(struct reeve_secret *s, size_t len)
{
    size_t mapped = mapping_size(len);
    size_t page = page_size();
    uint8_t *base = mmap(NULL, mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED) {
        return REEVE_NO_MEMORY;
    }
    uint8_t *pages = base + page;
    size_t inside = mapped - 2 * page;
    if (mprotect(pages, inside, PROT_READ | PROT_WRITE) != 0 ||
        madvise(pages, inside, MADV_DONTDUMP) != 0) {
        (void)munmap(base, mapped);
        return REEVE_NO_MEMORY;
    }
    /* RLIMIT_MEMLOCK may be tiny; staying out of swap is then the machine's business. */
    (void)mlock(pages, inside);
    s->data = pages + inside - len;
    s->len = len;
    s->mapped = mapped;
    return REEVE_OK;
}

enum reeve_status reeve_secret_set(struct reeve_secret *s, struct reeve_bytes from)
{
    if (from.len > REEVE_SECRET_MAX) {
        return REEVE_TOO_LARGE;
    }
    struct reeve_secret fresh;
    reeve_secret_init(&fresh);
    if (from.len != 0) {
        REEVE_TRY(map_guarded(&fresh, from.len));
        memcpy(fresh.data, from.data, from.len);
    }
    reeve_secret_move(s, &fresh);
    return REEVE_OK;
}

void reeve_secret_clear(struct reeve_secret *s)
{
    if (s->data != NULL) {
        reeve_wipe(s->data, s->len);
        (void)munmap(s->data + s->len + page_size() - s->mapped, s->mapped);
    }
    reeve_secret_init(s);
}

void reeve_secret_move(struct reeve_secret *to, struct reeve_secret *from)
{
    if (to == from) {
        return;
    }
    reeve_secret_clear(to);
    *to = *from;
    reeve_secret_init(from);
}

struct reeve_bytes reeve_secret_view(const struct reeve_secret *s)
{
    return reeve_bytes_of(s->data, s->len);
}

bool reeve_secret_equal(const struct reeve_secret *a, struct reeve_bytes b)
{
    return a->len == b.len && (b.len == 0 || CRYPTO_memcmp(a->data, b.data, b.len) == 0);
}

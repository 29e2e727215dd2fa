/* SPDX-License-Identifier: Apache-2.0 */
/* The registry of credentials: see registry.h. A plain list: workers have a handful. */
#include "creds/secrets/registry.h"

#include "agent/base/alloc.h"
#include "agent/base/buffer.h"
#include "agent/base/list.h"

struct entry {
    struct reeve_list_node node;
    char *name;
    size_t name_size;
    struct reeve_secret_provider *provider;
    bool allow_short;
};

struct reeve_secret_registry {
    struct reeve_redactor *redactor;
    struct reeve_list entries;
};

struct reeve_secret_registry *reeve_secret_registry_new(struct reeve_redactor *redactor)
{
    struct reeve_secret_registry *registry = reeve_alloc(NULL, sizeof(*registry));

    if (registry == NULL) {
        return NULL;
    }
    registry->redactor = redactor;
    reeve_list_init(&registry->entries);
    return registry;
}

static void free_entry(struct entry *entry)
{
    reeve_secret_provider_free(entry->provider);
    reeve_free(NULL, entry->name, entry->name_size);
    reeve_free(NULL, entry, sizeof(*entry));
}

void reeve_secret_registry_free(struct reeve_secret_registry *registry)
{
    if (registry == NULL) {
        return;
    }
    for (struct reeve_list_node *n = reeve_list_pop_front(&registry->entries); n != NULL;
         n = reeve_list_pop_front(&registry->entries)) {
        free_entry(REEVE_OWNER(n, struct entry, node));
    }
    reeve_free(NULL, registry, sizeof(*registry));
}

static struct entry *find(const struct reeve_secret_registry *registry, struct reeve_bytes name)
{
    for (struct reeve_list_node *n = reeve_list_front(&registry->entries); n != NULL;
         n = reeve_list_next(&registry->entries, n)) {
        struct entry *entry = REEVE_OWNER(n, struct entry, node);
        if (reeve_bytes_equal_cstr(name, entry->name)) {
            return entry;
        }
    }
    return NULL;
}

static struct entry *new_entry(const char *name)
{
    struct entry *entry = reeve_alloc(NULL, sizeof(*entry));
    struct reeve_bytes text = reeve_bytes_cstr(name);

    if (entry == NULL) {
        return NULL;
    }
    entry->name_size = text.len + 1;
    entry->name = reeve_alloc(NULL, entry->name_size);
    if (entry->name == NULL) {
        reeve_free(NULL, entry, sizeof(*entry));
        return NULL;
    }
    reeve_move(entry->name, text.data, text.len);
    return entry;
}

enum reeve_status reeve_secret_registry_add(struct reeve_secret_registry *registry,
                                            const char *name,
                                            struct reeve_secret_provider *provider,
                                            bool allow_short)
{
    if (find(registry, reeve_bytes_cstr(name)) != NULL) {
        reeve_secret_provider_free(provider);
        return REEVE_EXISTS;
    }
    struct entry *entry = new_entry(name);
    if (entry == NULL) {
        reeve_secret_provider_free(provider);
        return REEVE_NO_MEMORY;
    }
    entry->provider = provider;
    entry->allow_short = allow_short;
    reeve_list_push_back(&registry->entries, &entry->node);
    return REEVE_OK;
}

/* The redactor learns the value before the caller does. */
static enum reeve_status remember(struct reeve_secret_registry *registry, const struct entry *entry,
                                  const struct reeve_secret_value *value,
                                  struct reeve_secret_problem *problem)
{
    enum reeve_status status =
        reeve_redactor_add(registry->redactor, reeve_secret_view(&value->secret));

    if (status != REEVE_SECRET_TOO_SHORT || entry->allow_short) {
        return status == REEVE_SECRET_TOO_SHORT ? REEVE_OK : status;
    }
    reeve_format_cut(problem->text, sizeof(problem->text),
                     "secret %s is shorter than %u bytes and could not be scrubbed from "
                     "outputs; use a longer one, or set allow_short for it",
                     entry->name, REEVE_SECRET_MIN_LENGTH);
    return status;
}

enum reeve_status reeve_secret_registry_fetch(struct reeve_secret_registry *registry,
                                              struct reeve_bytes name,
                                              struct reeve_secret_value *out,
                                              struct reeve_secret_problem *problem)
{
    struct entry *entry = find(registry, name);

    if (entry == NULL) {
        reeve_format_cut(problem->text, sizeof(problem->text),
                         "no secret of that name; add it under `secrets:`");
        return REEVE_NOT_FOUND;
    }
    enum reeve_status status = entry->provider->vtable->fetch(entry->provider, out, problem);
    if (status == REEVE_OK) {
        status = remember(registry, entry, out, problem);
    }
    if (status != REEVE_OK) {
        reeve_secret_value_clear(out);
    }
    return status;
}

/* As its file has it, and its base64 in one piece. */
enum reeve_status reeve_secret_registry_remember_key(struct reeve_secret_registry *registry,
                                                     struct reeve_bytes pem)
{
    struct reeve_buffer base64;
    size_t from = reeve_bytes_find(pem, reeve_bytes_cstr("-----\n"));

    reeve_buffer_init(&base64, NULL, pem.len + 1);
    enum reeve_status status = reeve_buffer_reserve(&base64, pem.len);
    for (size_t i = from == SIZE_MAX ? pem.len : from + 6;
         status == REEVE_OK && i < pem.len && pem.data[i] != '-'; i++) {
        if (pem.data[i] != '\n' && pem.data[i] != '\r') {
            status = reeve_buffer_append_byte(&base64, pem.data[i]);
        }
    }
    if (status == REEVE_OK && base64.len >= REEVE_SECRET_MIN_LENGTH) {
        status = reeve_secret_registry_remember(registry, reeve_buffer_view(&base64));
    }
    if (status == REEVE_OK) {
        status = reeve_secret_registry_remember(registry, pem);
    }
    reeve_buffer_wipe(&base64);
    return status;
}

void reeve_secret_registry_scrub(struct reeve_secret_registry *registry, char *text, size_t len)
{
    (void)reeve_redactor_scrub(registry->redactor, text, len);
}

enum reeve_status reeve_secret_registry_remember(struct reeve_secret_registry *registry,
                                                 struct reeve_bytes value)
{
    return reeve_redactor_add(registry->redactor, value);
}

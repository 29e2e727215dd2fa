/* SPDX-License-Identifier: Apache-2.0 */
/* The plan's form: a mark and numbers of 64 bits, the descriptors' numbers, then texts with a
 * NUL behind each: path, directory, arguments, environment. */
#include "agent/io/process/plan.h"

enum number {
    MARK,
    ARGUMENTS,
    ENVIRONMENT,
    DESCRIPTORS,
    HAS_USER,
    USER,
    GROUP,
    CPU_SECONDS,
    MEMORY_BYTES,
    FILES,
    PROCESSES,
    FILE_BYTES,
    NUMBERS
};

#define MARK_VALUE UINT64_C(0x6e616c7020657672)

/* ---- writing ---- */

static size_t text_size(const char *text)
{
    return reeve_bytes_cstr(text).len + 1;
}

static size_t count_variables(const struct reeve_process_plan *plan)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->secrets_count; i++) {
        count += plan->secrets[i].variable != NULL ? 1u : 0u;
    }
    return count;
}

static size_t measure(const struct reeve_process_plan *plan)
{
    size_t size = (NUMBERS + plan->secrets_count) * sizeof(uint64_t);
    size += text_size(plan->path) + text_size(plan->directory);
    for (size_t i = 0; i < plan->arguments_count; i++) {
        size += text_size(plan->arguments[i]);
    }
    for (size_t i = 0; i < plan->environment_count; i++) {
        size += text_size(plan->environment[i]);
    }
    for (size_t i = 0; i < plan->secrets_count; i++) {
        const struct reeve_process_secret *secret = &plan->secrets[i];
        size += secret->variable == NULL ? 0 : text_size(secret->variable) + secret->value.len + 1;
    }
    return size;
}

static enum reeve_status put_number(struct reeve_buffer *to, uint64_t number)
{
    uint8_t bytes[sizeof(number)];
    reeve_store_le64(bytes, number);
    return reeve_buffer_append(to, reeve_bytes_of(bytes, sizeof(bytes)));
}

static enum reeve_status put_numbers(const struct reeve_process_plan *plan, struct reeve_buffer *to)
{
    const size_t variables = count_variables(plan);
    const uint64_t numbers[NUMBERS] = {
        [MARK] = MARK_VALUE,
        [ARGUMENTS] = plan->arguments_count,
        [ENVIRONMENT] = plan->environment_count + variables,
        [DESCRIPTORS] = plan->secrets_count - variables,
        [HAS_USER] = plan->has_user ? 1u : 0u,
        [USER] = plan->user,
        [GROUP] = plan->group,
        [CPU_SECONDS] = plan->limits.cpu_seconds,
        [MEMORY_BYTES] = plan->limits.memory_bytes,
        [FILES] = plan->limits.files,
        [PROCESSES] = plan->limits.processes,
        [FILE_BYTES] = plan->limits.file_bytes,
    };
    for (size_t i = 0; i < NUMBERS; i++) {
        REEVE_TRY(put_number(to, numbers[i]));
    }
    for (size_t i = 0; i < plan->secrets_count; i++) {
        if (plan->secrets[i].variable == NULL) {
            REEVE_TRY(put_number(to, (uint64_t)plan->secrets[i].descriptor));
        }
    }
    return REEVE_OK;
}

static enum reeve_status put_text(struct reeve_buffer *to, const char *text)
{
    return reeve_buffer_append(to, reeve_bytes_of(text, text_size(text)));
}

static enum reeve_status put_variable(struct reeve_buffer *to,
                                      const struct reeve_process_secret *secret)
{
    REEVE_TRY(reeve_buffer_append_cstr(to, secret->variable));
    REEVE_TRY(reeve_buffer_append_byte(to, '='));
    REEVE_TRY(reeve_buffer_append(to, secret->value));
    return reeve_buffer_append_byte(to, 0);
}

enum reeve_status reeve_process_plan_write(const struct reeve_process_plan *plan,
                                           struct reeve_buffer *to)
{
    if (plan->arguments_count > REEVE_PROCESS_TEXTS_MAX ||
        plan->environment_count > REEVE_PROCESS_TEXTS_MAX - REEVE_PROCESS_SECRETS_MAX ||
        plan->secrets_count > REEVE_PROCESS_SECRETS_MAX) {
        return REEVE_LIMIT;
    }
    REEVE_TRY(reeve_buffer_reserve(to, measure(plan)));
    REEVE_TRY(put_numbers(plan, to));
    REEVE_TRY(put_text(to, plan->path));
    REEVE_TRY(put_text(to, plan->directory));
    for (size_t i = 0; i < plan->arguments_count; i++) {
        REEVE_TRY(put_text(to, plan->arguments[i]));
    }
    for (size_t i = 0; i < plan->environment_count; i++) {
        REEVE_TRY(put_text(to, plan->environment[i]));
    }
    for (size_t i = 0; i < plan->secrets_count; i++) {
        if (plan->secrets[i].variable != NULL) {
            REEVE_TRY(put_variable(to, &plan->secrets[i]));
        }
    }
    return REEVE_OK;
}

/* ---- reading ---- */

struct cursor {
    uint8_t *at;
    size_t left;
};

static enum reeve_status take_number(struct cursor *c, uint64_t *out)
{
    if (c->left < sizeof(*out)) {
        return REEVE_MALFORMED;
    }
    *out = reeve_load_le64(c->at);
    c->at += sizeof(*out);
    c->left -= sizeof(*out);
    return REEVE_OK;
}

static enum reeve_status take_text(struct cursor *c, char **out)
{
    const uint8_t nul = 0;
    const size_t len = reeve_bytes_find(reeve_bytes_of(c->at, c->left), reeve_bytes_of(&nul, 1));
    if (len == SIZE_MAX) {
        return REEVE_MALFORMED;
    }
    *out = (char *)c->at;
    c->at += len + 1;
    c->left -= len + 1;
    return REEVE_OK;
}

static enum reeve_status take_texts(struct cursor *c, char **out, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        REEVE_TRY(take_text(c, &out[i]));
    }
    out[count] = NULL;
    return REEVE_OK;
}

static enum reeve_status take_descriptors(struct cursor *c, uint64_t count,
                                          struct reeve_process_order *out)
{
    for (uint64_t i = 0; i < count; i++) {
        uint64_t number = 0;
        REEVE_TRY(take_number(c, &number));
        if (number < 3 || number > REEVE_PROCESS_DESCRIPTOR_MAX) {
            return REEVE_MALFORMED;
        }
        out->descriptors[i] = (int)number;
    }
    out->descriptors_count = (size_t)count;
    return REEVE_OK;
}

static enum reeve_status take_numbers(struct cursor *c, uint64_t numbers[NUMBERS])
{
    for (size_t i = 0; i < NUMBERS; i++) {
        REEVE_TRY(take_number(c, &numbers[i]));
    }
    const bool whole = numbers[MARK] == MARK_VALUE &&
                       numbers[ARGUMENTS] <= REEVE_PROCESS_TEXTS_MAX &&
                       numbers[ENVIRONMENT] <= REEVE_PROCESS_TEXTS_MAX &&
                       numbers[DESCRIPTORS] <= REEVE_PROCESS_SECRETS_MAX;
    return whole ? REEVE_OK : REEVE_MALFORMED;
}

enum reeve_status reeve_process_order_read(uint8_t *bytes, size_t len,
                                           struct reeve_process_order *out)
{
    struct cursor c = {bytes, len};
    uint64_t numbers[NUMBERS];
    char *directory = NULL;
    REEVE_TRY(take_numbers(&c, numbers));
    out->has_user = numbers[HAS_USER] != 0;
    out->user = (uint32_t)numbers[USER];
    out->group = (uint32_t)numbers[GROUP];
    out->limits = (struct reeve_process_limits){.cpu_seconds = numbers[CPU_SECONDS],
                                                .memory_bytes = numbers[MEMORY_BYTES],
                                                .files = numbers[FILES],
                                                .processes = numbers[PROCESSES],
                                                .file_bytes = numbers[FILE_BYTES]};
    REEVE_TRY(take_descriptors(&c, numbers[DESCRIPTORS], out));
    REEVE_TRY(take_text(&c, &out->argv[0]));
    REEVE_TRY(take_text(&c, &directory));
    REEVE_TRY(take_texts(&c, out->argv + 1, numbers[ARGUMENTS]));
    REEVE_TRY(take_texts(&c, out->envp, numbers[ENVIRONMENT]));
    out->path = out->argv[0];
    out->directory = directory;
    return c.left == 0 ? REEVE_OK : REEVE_MALFORMED;
}

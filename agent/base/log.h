/* SPDX-License-Identifier: Apache-2.0 */
/* Structured local log: one event a line, as text for people or JSON for programs, on stderr.
 * Local text may name endpoints, never secrets (P2): every line passes the scrubber that
 * reeve_log_set_scrubber() installed before it is written. Thread-safe.
 *
 *   REEVE_LOG(INFO, "session opened", reeve_log_u64("epoch", e), reeve_log_text("gateway", g));
 */
#ifndef REEVE_AGENT_BASE_LOG_H
#define REEVE_AGENT_BASE_LOG_H

#include "agent/base/bytes.h"
#include "agent/base/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum reeve_log_level { REEVE_LOG_DEBUG, REEVE_LOG_INFO, REEVE_LOG_WARN, REEVE_LOG_ERROR };
enum reeve_log_format { REEVE_LOG_FORMAT_TEXT, REEVE_LOG_FORMAT_JSON };

struct reeve_log_field {
    const char *key; /* NULL ends a list */
    enum { REEVE_LOG_TEXT, REEVE_LOG_U64, REEVE_LOG_I64, REEVE_LOG_ID, REEVE_LOG_BYTES } type;
    union {
        const char *text;
        uint64_t u64;
        int64_t i64;
        struct reeve_id id;
        struct reeve_bytes bytes; /* printed as text, control characters escaped */
    } value;
};

struct reeve_log_field reeve_log_text(const char *key, const char *value); /* NULL prints "" */
struct reeve_log_field reeve_log_u64(const char *key, uint64_t value);
struct reeve_log_field reeve_log_i64(const char *key, int64_t value);
struct reeve_log_field reeve_log_id(const char *key, struct reeve_id value);
struct reeve_log_field reeve_log_bytes(const char *key, struct reeve_bytes value);
struct reeve_log_field reeve_log_status(enum reeve_status status); /* key "status" */

void reeve_log_configure(enum reeve_log_level level, enum reeve_log_format format, int fd);
/* Called with each finished line (up to 8 KiB, without its newline) before it is written, one call
 * at a time; changes it in place, never lengthens it, and must not log. NULL removes it; once this
 * returns, the old one is not called any more. */
void reeve_log_set_scrubber(void (*scrub)(void *ctx, char *line, size_t *len), void *ctx);
bool reeve_log_enabled(enum reeve_log_level level);
/* `fields` ends with a NULL key, or is NULL. Control characters, bidirectional controls and bytes
 * that are not UTF-8 are escaped. A line over 8 KiB is cut with "…" (JSON stays valid and says
 * "cut":true). Never fails. */
void reeve_log_write(enum reeve_log_level level, const char *event,
                     const struct reeve_log_field *fields);

#define REEVE_LOG(level, event, ...)                                                               \
    do {                                                                                           \
        if (reeve_log_enabled(REEVE_LOG_##level)) {                                                \
            const struct reeve_log_field reeve_log_fields_[] = {__VA_ARGS__, {0}};                 \
            reeve_log_write(REEVE_LOG_##level, event, reeve_log_fields_);                          \
        }                                                                                          \
    } while (0)

/* An event without fields. */
#define REEVE_LOG_EVENT(level, event) reeve_log_write(REEVE_LOG_##level, event, NULL)

#ifdef __cplusplus
}
#endif
#endif

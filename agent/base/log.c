/* SPDX-License-Identifier: Apache-2.0 */
/* One line an event, put together on the stack, scrubbed, written with one write().
 *
 * What does not fit is left out from the first token that does not fit; TAIL bytes are kept free so
 * that a string and a JSON object can always be closed. */
#include "agent/base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "agent/base/time.h"
#include "agent/base/utf8.h"

enum { LINE_SIZE = 8192, TAIL = 32 };

#define CUT_MARK "\xE2\x80\xA6" /* … */

struct line {
    char text[LINE_SIZE];
    size_t len;
    enum reeve_log_format format;
    bool cut;    /* something did not fit */
    bool marked; /* and the mark that says so is there */
};

static struct {
    pthread_mutex_t lock; /* guards what follows, and keeps lines whole */
    enum reeve_log_format format;
    int fd;
    void (*scrub)(void *ctx, char *line, size_t *len);
    void *scrub_ctx;
} sink = {PTHREAD_MUTEX_INITIALIZER, REEVE_LOG_FORMAT_TEXT, STDERR_FILENO, NULL, NULL};

static atomic_int lowest_level = REEVE_LOG_INFO;

struct reeve_log_field reeve_log_text(const char *key, const char *value)
{
    struct reeve_log_field f = {.key = key, .type = REEVE_LOG_TEXT};
    f.value.text = value != NULL ? value : "";
    return f;
}

struct reeve_log_field reeve_log_u64(const char *key, uint64_t value)
{
    struct reeve_log_field f = {.key = key, .type = REEVE_LOG_U64};
    f.value.u64 = value;
    return f;
}

struct reeve_log_field reeve_log_i64(const char *key, int64_t value)
{
    struct reeve_log_field f = {.key = key, .type = REEVE_LOG_I64};
    f.value.i64 = value;
    return f;
}

struct reeve_log_field reeve_log_id(const char *key, struct reeve_id value)
{
    struct reeve_log_field f = {.key = key, .type = REEVE_LOG_ID};
    f.value.id = value;
    return f;
}

struct reeve_log_field reeve_log_bytes(const char *key, struct reeve_bytes value)
{
    struct reeve_log_field f = {.key = key, .type = REEVE_LOG_BYTES};
    f.value.bytes = value;
    return f;
}

struct reeve_log_field reeve_log_status(enum reeve_status status)
{
    return reeve_log_text("status", reeve_status_name(status));
}

/* Into the space that put() leaves free: closing tokens only. */
static void put_tail(struct line *l, struct reeve_bytes token)
{
    if (token.len <= LINE_SIZE - l->len) {
        reeve_move(l->text + l->len, token.data, token.len);
        l->len += token.len;
    }
}

/* The whole token or nothing; false from the first that does not fit on. */
static bool put(struct line *l, struct reeve_bytes token)
{
    if (l->cut || token.len > LINE_SIZE - TAIL - l->len) {
        l->cut = true;
        return false;
    }
    put_tail(l, token);
    return true;
}

static bool put_cstr(struct line *l, const char *token)
{
    return put(l, reeve_bytes_cstr(token));
}

/* What would let a line pretend to be two, steer a terminal (C0, DEL, C1) or change the order that
 * a reader sees (line and paragraph separators, bidirectional controls). */
static bool is_control(uint32_t code)
{
    return code < 0x20u || (code >= 0x7Fu && code < 0xA0u) || code == 0x200Eu || code == 0x200Fu ||
           (code >= 0x2028u && code <= 0x202Eu) || (code >= 0x2066u && code <= 0x2069u);
}

static bool put_code(struct line *l, uint32_t code, struct reeve_bytes raw)
{
    char escaped[16];
    if (code == '"' || code == '\\') {
        escaped[0] = '\\';
        escaped[1] = (char)code;
        return put(l, reeve_bytes_of(escaped, 2));
    }
    if (code == '\n' || code == '\r' || code == '\t') {
        return put_cstr(l, code == '\n' ? "\\n" : code == '\r' ? "\\r" : "\\t");
    }
    if (!is_control(code)) {
        return put(l, raw);
    }
    if (reeve_format(escaped, sizeof(escaped), "\\u%04" PRIx32, code) != REEVE_OK) {
        return false;
    }
    return put_cstr(l, escaped);
}

/* A byte that is not UTF-8: \xNN, the backslash itself escaped in JSON, which has no such form. */
static bool put_stray_byte(struct line *l, uint8_t byte)
{
    char escaped[16];
    const char *backslash = l->format == REEVE_LOG_FORMAT_JSON ? "\\\\" : "\\";
    if (reeve_format(escaped, sizeof(escaped), "%sx%02x", backslash, (unsigned)byte) != REEVE_OK) {
        return false;
    }
    return put_cstr(l, escaped);
}

static void put_escaped(struct line *l, struct reeve_bytes text)
{
    bool room = true;
    while (room && text.len > 0) {
        uint32_t code = 0;
        size_t step = reeve_utf8_step(text, &code);
        if (step == 0) {
            step = 1;
            room = put_stray_byte(l, text.data[0]);
        } else {
            room = put_code(l, code, reeve_bytes_slice(text, 0, step));
        }
        text = reeve_bytes_slice(text, step, SIZE_MAX);
    }
}

static void put_quoted(struct line *l, struct reeve_bytes text)
{
    put_escaped(l, text);
    if (l->cut) {
        put_tail(l, reeve_bytes_cstr(CUT_MARK));
        l->marked = true;
    }
    put_tail(l, reeve_bytes_cstr("\""));
}

static bool json(const struct line *l)
{
    return l->format == REEVE_LOG_FORMAT_JSON;
}

/* `, "key":` or ` key=`, with what opens the value, as one token. */
static bool put_key(struct line *l, const char *key, const char *opening)
{
    char token[128];
    enum reeve_status status = json(l)
                                   ? reeve_format(token, sizeof(token), ",\"%s\":%s", key, opening)
                                   : reeve_format(token, sizeof(token), " %s=%s", key, opening);
    if (status != REEVE_OK) {
        l->cut = true;
        return false;
    }
    return put_cstr(l, token);
}

static void put_text_field(struct line *l, const char *key, struct reeve_bytes text)
{
    if (put_key(l, key, "\"")) {
        put_quoted(l, text);
    }
}

static void put_id_field(struct line *l, const char *key, struct reeve_id id)
{
    char token[REEVE_ID_TEXT_SIZE + 2];
    char text[REEVE_ID_TEXT_SIZE];
    reeve_id_format(id, text);
    const char *quote = json(l) ? "\"" : "";
    if (reeve_format(token, sizeof(token), "%s%s%s", quote, text, quote) == REEVE_OK) {
        (void)put_key(l, key, token);
    }
}

static void put_field(struct line *l, const struct reeve_log_field *f)
{
    char number[24] = "";
    enum reeve_status status = REEVE_OK;
    switch (f->type) {
    case REEVE_LOG_TEXT:
        put_text_field(l, f->key, reeve_bytes_cstr(f->value.text));
        return;
    case REEVE_LOG_BYTES:
        put_text_field(l, f->key, f->value.bytes);
        return;
    case REEVE_LOG_ID:
        put_id_field(l, f->key, f->value.id);
        return;
    case REEVE_LOG_U64:
        status = reeve_format(number, sizeof(number), "%" PRIu64, f->value.u64);
        break;
    case REEVE_LOG_I64:
        status = reeve_format(number, sizeof(number), "%" PRId64, f->value.i64);
        break;
    }
    if (status == REEVE_OK) {
        (void)put_key(l, f->key, number);
    }
}

/* 2026-01-02T03:04:05.678Z */
static void put_time(struct line *l, int64_t unix_ms)
{
    time_t seconds = (time_t)(unix_ms / 1000);
    struct tm t;
    char text[40];
    char milliseconds[16];
    if (gmtime_r(&seconds, &t) == NULL ||
        strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &t) == 0 ||
        reeve_format(milliseconds, sizeof(milliseconds), ".%03dZ", (int)(unix_ms % 1000)) !=
            REEVE_OK) {
        return;
    }
    (void)put_cstr(l, text);
    (void)put_cstr(l, milliseconds);
}

static const char *level_name(enum reeve_log_level level)
{
    static const char *const NAMES[] = {"debug", "info", "warn", "error"};
    return NAMES[level];
}

static void put_text_head(struct line *l, enum reeve_log_level level, const char *event)
{
    static const char *const PADDED[] = {" debug ", " info  ", " warn  ", " error "};
    put_time(l, reeve_now_read().unix_ms);
    (void)put_cstr(l, PADDED[level]);
    put_escaped(l, reeve_bytes_cstr(event));
}

static void put_json_head(struct line *l, enum reeve_log_level level, const char *event)
{
    (void)put_cstr(l, "{\"time\":\"");
    put_time(l, reeve_now_read().unix_ms);
    (void)put_cstr(l, "\",\"level\":\"");
    (void)put_cstr(l, level_name(level));
    (void)put_cstr(l, "\"");
    put_text_field(l, "event", reeve_bytes_cstr(event));
}

static void close_line(struct line *l)
{
    if (json(l)) {
        put_tail(l, reeve_bytes_cstr(l->cut ? ",\"cut\":true}" : "}"));
        return;
    }
    if (l->cut && !l->marked) {
        put_tail(l, reeve_bytes_cstr(CUT_MARK));
    }
}

/* A log that cannot be written has nowhere to say so. */
static void write_all(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t written = write(fd, text, len);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return;
        }
        text += written;
        len -= (size_t)written;
    }
}

/* Scrubs and writes; the lock is held. */
static void emit(struct line *l)
{
    size_t len = l->len;
    if (sink.scrub != NULL) {
        sink.scrub(sink.scrub_ctx, l->text, &len);
        len = len < l->len ? len : l->len;
    }
    l->text[len] = '\n'; /* TAIL leaves room */
    write_all(sink.fd, l->text, len + 1);
}

void reeve_log_configure(enum reeve_log_level level, enum reeve_log_format format, int fd)
{
    (void)pthread_mutex_lock(&sink.lock);
    sink.format = format;
    sink.fd = fd;
    (void)pthread_mutex_unlock(&sink.lock);
    atomic_store_explicit(&lowest_level, (int)level, memory_order_relaxed);
}

void reeve_log_set_scrubber(void (*scrub)(void *ctx, char *line, size_t *len), void *ctx)
{
    (void)pthread_mutex_lock(&sink.lock);
    sink.scrub = scrub;
    sink.scrub_ctx = ctx;
    (void)pthread_mutex_unlock(&sink.lock);
}

bool reeve_log_enabled(enum reeve_log_level level)
{
    return (int)level >= atomic_load_explicit(&lowest_level, memory_order_relaxed);
}

void reeve_log_write(enum reeve_log_level level, const char *event,
                     const struct reeve_log_field *fields)
{
    if (!reeve_log_enabled(level)) {
        return;
    }
    struct line l; /* not cleared as a whole: 8 KiB */
    l.len = 0;
    l.cut = false;
    l.marked = false;
    (void)pthread_mutex_lock(&sink.lock);
    l.format = sink.format;
    if (json(&l)) {
        put_json_head(&l, level, event);
    } else {
        put_text_head(&l, level, event);
    }
    for (const struct reeve_log_field *f = fields; f != NULL && f->key != NULL && !l.cut; f++) {
        put_field(&l, f);
    }
    close_line(&l);
    emit(&l);
    (void)pthread_mutex_unlock(&sink.lock);
}

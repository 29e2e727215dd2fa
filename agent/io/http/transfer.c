/* SPDX-License-Identifier: Apache-2.0 */
/* Options and results of one transfer: see transfer.h. */
#include "agent/io/http/transfer.h"

#include "agent/base/secret.h"

#define CONNECT_TIMEOUT_MS 10000u
#define HEAD_BYTES_MAX ((size_t)256 * 1024)
#define MACHINE_CA_FILE "/etc/ssl/certs/ca-certificates.crt"

static size_t on_body(char *data, size_t size, size_t count, void *ctx)
{
    struct reeve_http_transfer *transfer = ctx;
    struct reeve_bytes piece = reeve_bytes_of(data, size * count);
    enum reeve_status status = reeve_buffer_append(&transfer->request->response, piece);

    if (status == REEVE_OK) {
        return piece.len;
    }
    transfer->too_large = status == REEVE_LIMIT;
    transfer->no_memory = !transfer->too_large;
    return 0; /* ends the transfer with CURLE_WRITE_ERROR */
}

/* libcurl takes an answer that is cut within its headers for a whole one without a body: the empty
 * line is what makes the head complete. */
static size_t on_header(char *data, size_t size, size_t count, void *ctx)
{
    struct reeve_http_transfer *transfer = ctx;
    struct reeve_bytes line = reeve_bytes_of(data, size * count);

    /* libcurl keeps every line for as long as the answer lasts, and bounds only the single one. */
    if (line.len > HEAD_BYTES_MAX - transfer->head_bytes) {
        transfer->too_large = true;
        return 0;
    }
    transfer->head_bytes += line.len;
    if (reeve_bytes_starts_with(line, reeve_bytes_cstr("HTTP/"))) {
        transfer->head_complete = false; /* a new head, behind a 1xx one */
    } else if (reeve_bytes_equal_cstr(line, "\r\n") || reeve_bytes_equal_cstr(line, "\n")) {
        transfer->head_complete = true; /* trailers come later and change nothing */
    }
    return line.len;
}

/* libcurl's answers to setopt are collected: any failure makes the handle unusable. */
struct setter {
    CURL *easy;
    CURLcode first_error;
};

static void keep(struct setter *s, CURLcode code)
{
    if (s->first_error == CURLE_OK) {
        s->first_error = code;
    }
}

#define SET(setter, option, value) keep(setter, curl_easy_setopt((setter)->easy, option, value))

static long as_long(uint64_t ms)
{
    return ms > INT32_MAX ? (long)INT32_MAX : (long)ms;
}

/* What holds for every request: nothing implicit, nothing from the environment. */
static void set_rules(struct setter *s)
{
    SET(s, CURLOPT_NOSIGNAL, 1L);
    SET(s, CURLOPT_PROTOCOLS_STR, "http,https");
    SET(s, CURLOPT_FOLLOWLOCATION, 0L);
    SET(s, CURLOPT_PROXY, "");
    SET(s, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(s, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    SET(s, CURLOPT_PATH_AS_IS, 1L);
    SET(s, CURLOPT_USERAGENT, "reeve-agent");
    SET(s, CURLOPT_TCP_KEEPALIVE, 1L);
    SET(s, CURLOPT_MAXAGE_CONN, 60L);
}

static void set_endpoint(struct setter *s, const struct reeve_http_request *request)
{
    SET(s, CURLOPT_URL, request->url);
    if (request->unix_socket != NULL) {
        SET(s, CURLOPT_UNIX_SOCKET_PATH, request->unix_socket);
    }
    SET(s, CURLOPT_CAINFO, request->ca_file != NULL ? request->ca_file : MACHINE_CA_FILE);
    SET(s, CURLOPT_CAPATH, NULL);
    SET(s, CURLOPT_FRESH_CONNECT, request->fresh_connection ? 1L : 0L);
    SET(s, CURLOPT_TIMEOUT_MS, as_long(request->timeout_ms));
    SET(s, CURLOPT_CONNECTTIMEOUT_MS,
        as_long(request->connect_timeout_ms == 0 ? CONNECT_TIMEOUT_MS
                                                 : request->connect_timeout_ms));
}

static void set_message(struct setter *s, const struct reeve_http_request *request,
                        struct curl_slist *headers)
{
    if (request->has_body || request->body.len > 0) {
        SET(s, CURLOPT_POST, 1L);
        SET(s, CURLOPT_POSTFIELDS, request->body.len > 0 ? (const char *)request->body.data : "");
        SET(s, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
    } else if (reeve_bytes_equal_cstr(reeve_bytes_cstr(request->method), "HEAD")) {
        SET(s, CURLOPT_NOBODY, 1L);
    }
    SET(s, CURLOPT_CUSTOMREQUEST, request->method);
    SET(s, CURLOPT_HTTPHEADER, headers);
}

static void set_callbacks(struct setter *s, struct reeve_http_transfer *transfer)
{
    SET(s, CURLOPT_WRITEFUNCTION, on_body);
    SET(s, CURLOPT_WRITEDATA, transfer);
    SET(s, CURLOPT_HEADERFUNCTION, on_header);
    SET(s, CURLOPT_HEADERDATA, transfer);
    SET(s, CURLOPT_PRIVATE, transfer);
    SET(s, CURLOPT_ERRORBUFFER, transfer->error);
}

static bool is_safe_line(struct reeve_bytes line)
{
    for (size_t i = 0; i < line.len; i++) {
        if (line.data[i] == '\r' || line.data[i] == '\n') {
            return false;
        }
    }
    return line.len > 0;
}

static enum reeve_status add_header(struct reeve_http_transfer *transfer, const char *line)
{
    if (!is_safe_line(reeve_bytes_cstr(line))) {
        return REEVE_INVALID;
    }
    struct curl_slist *longer = curl_slist_append(transfer->headers, line);
    if (longer == NULL) {
        return REEVE_NO_MEMORY;
    }
    transfer->headers = longer;
    return REEVE_OK;
}

static enum reeve_status prepare(struct reeve_http_transfer *transfer)
{
    const struct reeve_http_request *request = transfer->request;
    struct setter s = {.easy = transfer->easy, .first_error = CURLE_OK};

    /* A 100-continue round trip only costs time here. */
    REEVE_TRY(add_header(transfer, "Expect:"));
    for (size_t i = 0; i < request->headers_count; i++) {
        REEVE_TRY(add_header(transfer, request->headers[i].line));
    }
    set_rules(&s);
    set_endpoint(&s, request);
    set_message(&s, request, transfer->headers);
    set_callbacks(&s, transfer);
    if (s.first_error == CURLE_OUT_OF_MEMORY) {
        return REEVE_NO_MEMORY;
    }
    return s.first_error == CURLE_OK ? REEVE_OK : REEVE_INVALID;
}

enum reeve_status reeve_http_transfer_new(struct reeve_http_loop *loop,
                                          struct reeve_http_request *request,
                                          struct reeve_http_transfer **out)
{
    struct reeve_http_transfer *transfer = reeve_alloc(NULL, sizeof(*transfer));

    *out = NULL;
    if (transfer == NULL) {
        return REEVE_NO_MEMORY;
    }
    transfer->loop = loop;
    transfer->request = request;
    transfer->easy = curl_easy_init();
    enum reeve_status status = transfer->easy == NULL ? REEVE_NO_MEMORY : prepare(transfer);
    if (status != REEVE_OK) {
        reeve_http_transfer_free(transfer);
        return status;
    }
    *out = transfer;
    return REEVE_OK;
}

void reeve_http_transfer_free(struct reeve_http_transfer *transfer)
{
    for (struct curl_slist *line = transfer->headers; line != NULL; line = line->next) {
        reeve_wipe(line->data, reeve_bytes_cstr(line->data).len);
    }
    curl_slist_free_all(transfer->headers);
    curl_easy_cleanup(transfer->easy);
    reeve_free(NULL, transfer, sizeof(*transfer));
}

static enum reeve_status status_of(const struct reeve_http_transfer *transfer, CURLcode result)
{
    if (transfer->too_large) {
        return REEVE_OUTPUT_TOO_LARGE;
    }
    if (transfer->no_memory || result == CURLE_OUT_OF_MEMORY) {
        return REEVE_NO_MEMORY;
    }
    if (result == CURLE_OK && transfer->head_complete) {
        return REEVE_OK;
    }
    if (result == CURLE_OPERATION_TIMEDOUT) {
        return REEVE_TIMEOUT;
    }
    if (result == CURLE_URL_MALFORMAT || result == CURLE_UNSUPPORTED_PROTOCOL) {
        return REEVE_INVALID;
    }
    return transfer->request->may_have_arrived ? REEVE_UPSTREAM_INTERRUPTED
                                               : REEVE_UPSTREAM_UNREACHABLE;
}

/* The time at which libcurl was ready to send is set only when a connection stood. */
static bool was_connected(CURL *easy)
{
    curl_off_t pretransfer_us = 0;

    return curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &pretransfer_us) == CURLE_OK &&
           pretransfer_us > 0;
}

void reeve_http_transfer_finish(struct reeve_http_transfer *transfer, CURLcode result)
{
    struct reeve_http_request *request = transfer->request;
    const char *type = NULL;
    long code = 0;

    (void)curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &code);
    (void)curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_TYPE, &type);
    request->may_have_arrived = was_connected(transfer->easy);
    request->status = status_of(transfer, result);
    request->code = (int)code;
    if (type != NULL && reeve_format(request->content_type, sizeof(request->content_type), "%s",
                                     type) != REEVE_OK) {
        request->content_type[0] = '\0';
    }
    if (request->status != REEVE_OK) {
        const char *why = transfer->error[0] != '\0' ? transfer->error : curl_easy_strerror(result);
        why = result == CURLE_OK ? "the answer ends within its headers" : why;
        reeve_format_cut(request->problem, sizeof(request->problem), "%s", why);
    }
}

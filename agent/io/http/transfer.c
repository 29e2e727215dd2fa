/* SPDX-License-Identifier: Apache-2.0 */
/* Options and results of one transfer: see transfer.h. */
#include "agent/io/http/transfer.h"

#include "agent/base/alloc.h"

#define CONNECT_TIMEOUT_MS 10000u
#define HEAD_BYTES_MAX ((size_t)256 * 1024)
/* How long a connection may have been idle to be used again. A server that closes it at that moment
 * leaves a request that must not be sent twice in doubt: for those the time is far below what
 * servers keep connections for. */
#define IDLE_S 60L
#define IDLE_ONCE_S 2L
#define MACHINE_CA_FILE "/etc/ssl/certs/ca-certificates.crt"

static size_t on_body(char *data, size_t size, size_t count, void *ctx)
{
    struct reeve_http_transfer *transfer = ctx;
    struct reeve_http_request *request = transfer->request;
    struct reeve_bytes piece = reeve_bytes_of(data, size * count);

    transfer->body_begun = true;
    if (transfer->streams) {
        transfer->waiting = request->on_body(request, piece) == REEVE_HTTP_WAIT;
        return transfer->waiting ? CURL_WRITEFUNC_PAUSE : piece.len;
    }
    enum reeve_status status = reeve_buffer_append(&request->response, piece);
    if (status == REEVE_OK) {
        return piece.len;
    }
    transfer->too_large = status == REEVE_LIMIT;
    transfer->no_memory = !transfer->too_large;
    return 0; /* ends the transfer with CURLE_WRITE_ERROR */
}

/* Called in front of every sending on a connection that stands, the first one and those that
 * libcurl does by itself, whatever it thinks the server has seen of the one before. */
static int on_sending(void *ctx, char *ip, char *local_ip, int port, int local_port)
{
    struct reeve_http_transfer *transfer = ctx;

    (void)ip;
    (void)local_ip;
    (void)port;
    (void)local_port;
    transfer->sendings++;
    return transfer->request->once && transfer->sendings > 1 ? CURL_PREREQFUNC_ABORT
                                                             : CURL_PREREQFUNC_OK;
}

static void take_content_type(struct reeve_http_transfer *transfer)
{
    struct reeve_http_request *request = transfer->request;
    const char *type = NULL;
    long code = 0;

    (void)curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &code);
    (void)curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_TYPE, &type);
    request->code = (int)code;
    if (type == NULL || reeve_format(request->content_type, sizeof(request->content_type), "%s",
                                     type) != REEVE_OK) {
        request->content_type[0] = '\0';
    }
}

static void complete_head(struct reeve_http_transfer *transfer)
{
    if (transfer->head_complete) {
        return; /* trailers come later and change nothing */
    }
    transfer->head_complete = true;
    take_content_type(transfer);
    const int code = transfer->request->code;
    transfer->streams = transfer->request->on_body != NULL && code >= 200 && code < 300;
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
    if (!transfer->body_begun && reeve_bytes_starts_with(line, reeve_bytes_cstr("HTTP/"))) {
        transfer->head_complete = false; /* a new head, behind a 1xx one */
    } else if (reeve_bytes_equal_cstr(line, "\r\n") || reeve_bytes_equal_cstr(line, "\n")) {
        complete_head(transfer);
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
    SET(s, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(s, CURLOPT_PATH_AS_IS, 1L);
    SET(s, CURLOPT_USERAGENT, "reeve-agent");
    SET(s, CURLOPT_TCP_KEEPALIVE, 1L);
    SET(s, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    SET(s, CURLOPT_WRITEFUNCTION, on_body);
    SET(s, CURLOPT_HEADERFUNCTION, on_header);
    SET(s, CURLOPT_PREREQFUNCTION, on_sending);
}

static void set_callbacks(struct setter *s, struct reeve_http_transfer *transfer)
{
    SET(s, CURLOPT_WRITEDATA, transfer);
    SET(s, CURLOPT_HEADERDATA, transfer);
    SET(s, CURLOPT_PREREQDATA, transfer);
    SET(s, CURLOPT_PRIVATE, transfer);
    SET(s, CURLOPT_ERRORBUFFER, transfer->error);
}

static void set_version(struct setter *s, const struct reeve_http_request *request)
{
    const bool tls =
        reeve_bytes_starts_with(reeve_bytes_cstr(request->url), reeve_bytes_cstr("https:"));
    long version = (long)CURL_HTTP_VERSION_2TLS;

    if (request->peer->version == REEVE_HTTP_VERSION_1_1) {
        version = (long)CURL_HTTP_VERSION_1_1;
    }
    if (request->peer->version == REEVE_HTTP_VERSION_2 && tls) {
        SET(s, CURLOPT_PIPEWAIT, 1L); /* many streams on one connection */
    }
    if (request->peer->version == REEVE_HTTP_VERSION_2 && !tls) {
        version = (long)CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE;
        /* libcurl before 8.0 begins HTTP/2 once more on such a connection when it uses it again,
         * and the server closes it. */
        SET(s, CURLOPT_FRESH_CONNECT, 1L);
        SET(s, CURLOPT_FORBID_REUSE, 1L);
    }
    SET(s, CURLOPT_HTTP_VERSION, version);
}

static struct curl_blob as_blob(struct reeve_bytes pem)
{
    /* NOCOPY: the key stays where its owner guards and wipes it. */
    return (struct curl_blob){
        .data = (void *)(uintptr_t)pem.data, .len = pem.len, .flags = CURL_BLOB_NOCOPY};
}

static void set_peer(struct setter *s, const struct reeve_http_request *request)
{
    const struct reeve_http_peer *peer = request->peer;

    if (peer->unix_socket != NULL) {
        SET(s, CURLOPT_UNIX_SOCKET_PATH, peer->unix_socket);
    }
    SET(s, CURLOPT_PROXY, peer->proxy == NULL ? "" : peer->proxy);
    SET(s, CURLOPT_HTTPPROXYTUNNEL, peer->proxy == NULL ? 0L : 1L);
    SET(s, CURLOPT_CAINFO, peer->ca_file != NULL ? peer->ca_file : MACHINE_CA_FILE);
    SET(s, CURLOPT_CAPATH, NULL);
    if (peer->certificate.len > 0) {
        struct curl_blob certificate = as_blob(peer->certificate);
        struct curl_blob key = as_blob(peer->key);
        SET(s, CURLOPT_SSLCERT_BLOB, &certificate);
        SET(s, CURLOPT_SSLKEY_BLOB, &key);
    }
    SET(s, CURLOPT_CONNECTTIMEOUT_MS,
        as_long(peer->connect_timeout_ms == 0 ? CONNECT_TIMEOUT_MS : peer->connect_timeout_ms));
    set_version(s, request);
}

static bool has_body(const struct reeve_http_request *request)
{
    return request->has_body || request->body.len > 0;
}

/* Every option that differs between the requests of one peer is set here, each time. */
static void set_message(struct setter *s, const struct reeve_http_transfer *transfer)
{
    const struct reeve_http_request *request = transfer->request;
    const bool head = reeve_bytes_equal_cstr(reeve_bytes_cstr(request->method), "HEAD");

    SET(s, CURLOPT_URL, request->url);
    SET(s, CURLOPT_TIMEOUT_MS, as_long(request->timeout_ms));
    SET(s, CURLOPT_MAXAGE_CONN, request->once ? IDLE_ONCE_S : IDLE_S);
    SET(s, CURLOPT_HTTPGET, 1L);
    if (has_body(request)) {
        SET(s, CURLOPT_POST, 1L);
        SET(s, CURLOPT_POSTFIELDS, request->body.len > 0 ? (const char *)request->body.data : "");
        SET(s, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
    } else if (head) {
        SET(s, CURLOPT_NOBODY, 1L);
    }
    SET(s, CURLOPT_CUSTOMREQUEST, request->method);
    SET(s, CURLOPT_HTTPHEADER, transfer->headers);
    SET(s, CURLOPT_PROXYHEADER, transfer->proxy_headers);
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

static enum reeve_status link_line(struct curl_slist *node, const char *line,
                                   struct curl_slist *next)
{
    /* libcurl reads its lists only. */
    *node = (struct curl_slist){.data = (char *)(uintptr_t)line, .next = next};
    return is_safe_line(reeve_bytes_cstr(line)) ? REEVE_OK : REEVE_INVALID;
}

/* One for each of the request's headers, one of our own, one for the proxy. */
static enum reeve_status reserve_lines(struct reeve_http_transfer *transfer)
{
    const size_t count = transfer->request->headers_count + 2;
    void *lines = transfer->lines;

    if (count <= transfer->lines_count) {
        return REEVE_OK;
    }
    REEVE_TRY(
        reeve_realloc_array(NULL, &lines, transfer->lines_count, count, sizeof(*transfer->lines)));
    transfer->lines = lines;
    transfer->lines_count = count;
    return REEVE_OK;
}

/* The lists that libcurl wants are made of the request's own lines: a copy would be one more place
 * with a credential in it. */
static enum reeve_status link_headers(struct reeve_http_transfer *transfer)
{
    const struct reeve_http_request *request = transfer->request;
    struct curl_slist *next = NULL;

    REEVE_TRY(reserve_lines(transfer));
    struct curl_slist *line = transfer->lines;
    if (request->proxy_header != NULL) {
        REEVE_TRY(link_line(line, request->proxy_header, NULL));
        transfer->proxy_headers = line++;
    }
    if (has_body(request)) {
        /* A 100-continue round trip only costs time here. */
        REEVE_TRY(link_line(line, "Expect:", next));
        next = line++;
    }
    for (size_t i = request->headers_count; i-- > 0; next = line++) {
        REEVE_TRY(link_line(line, request->headers[i].line, next));
    }
    transfer->headers = next;
    return REEVE_OK;
}

enum reeve_status reeve_http_transfer_prepare(struct reeve_http_transfer *transfer,
                                              struct reeve_http_request *request)
{
    struct setter s = {.easy = transfer->easy, .first_error = CURLE_OK};

    transfer->request = request;
    transfer->head_bytes = 0;
    transfer->head_complete = transfer->body_begun = false;
    transfer->streams = transfer->waiting = false;
    transfer->too_large = transfer->no_memory = transfer->unwatched = false;
    transfer->sendings = 0;
    transfer->error[0] = '\0';
    REEVE_TRY(link_headers(transfer));
    if (transfer->peer_id == 0 || transfer->peer_id != request->peer->id) {
        curl_easy_reset(transfer->easy);
        set_rules(&s);
        set_callbacks(&s, transfer);
        set_peer(&s, request);
        transfer->peer_id = request->peer->id;
    }
    set_message(&s, transfer);
    if (s.first_error == CURLE_OUT_OF_MEMORY) {
        return REEVE_NO_MEMORY;
    }
    return s.first_error == CURLE_OK ? REEVE_OK : REEVE_INVALID;
}

enum reeve_status reeve_http_transfer_new(struct reeve_http_loop *loop,
                                          struct reeve_http_transfer **out)
{
    struct reeve_http_transfer *transfer = reeve_alloc(NULL, sizeof(*transfer));

    *out = NULL;
    if (transfer == NULL) {
        return REEVE_NO_MEMORY;
    }
    transfer->loop = loop;
    transfer->easy = curl_easy_init();
    if (transfer->easy == NULL) {
        reeve_http_transfer_free(transfer);
        return REEVE_NO_MEMORY;
    }
    *out = transfer;
    return REEVE_OK;
}

void reeve_http_transfer_release(struct reeve_http_transfer *transfer)
{
    transfer->headers = NULL;
    transfer->proxy_headers = NULL;
    transfer->request = NULL;
}

void reeve_http_transfer_free(struct reeve_http_transfer *transfer)
{
    curl_easy_cleanup(transfer->easy);
    reeve_free(NULL, transfer->lines, transfer->lines_count * sizeof(*transfer->lines));
    reeve_free(NULL, transfer, sizeof(*transfer));
}

/* What cannot be sent, whoever is on the other side. */
static bool is_unusable(CURLcode result)
{
    return result == CURLE_URL_MALFORMAT || result == CURLE_UNSUPPORTED_PROTOCOL ||
           result == CURLE_SSL_CERTPROBLEM;
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
    if (is_unusable(result) && !transfer->request->may_have_arrived) {
        return REEVE_INVALID;
    }
    return transfer->request->may_have_arrived ? REEVE_UPSTREAM_INTERRUPTED
                                               : REEVE_UPSTREAM_UNREACHABLE;
}

static void take_hints(struct reeve_http_transfer *transfer)
{
    struct reeve_http_request *request = transfer->request;
    const char *url = NULL;
    curl_off_t seconds = 0;

    if (curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &seconds) == CURLE_OK &&
        seconds > 0) {
        request->retry_after_ms = seconds > 86400 ? UINT64_C(86400000) : (uint64_t)seconds * 1000;
    }
    if (request->code < 300 || request->code > 399 ||
        curl_easy_getinfo(transfer->easy, CURLINFO_REDIRECT_URL, &url) != CURLE_OK || url == NULL) {
        return;
    }
    if (reeve_buffer_append_cstr(&request->redirect, url) != REEVE_OK ||
        reeve_buffer_terminate(&request->redirect) != REEVE_OK) {
        reeve_buffer_clear(&request->redirect);
    }
}

void reeve_http_transfer_finish(struct reeve_http_transfer *transfer, CURLcode result)
{
    struct reeve_http_request *request = transfer->request;

    if (!transfer->head_complete) {
        take_content_type(transfer); /* else whoever takes the body may be reading it */
    }
    take_hints(transfer);
    request->may_have_arrived = transfer->sendings > 0;
    request->status = status_of(transfer, result);
    if (request->status != REEVE_OK) {
        const char *why = transfer->error[0] != '\0' ? transfer->error : curl_easy_strerror(result);
        why = result == CURLE_OK ? "the answer ends within its headers" : why;
        reeve_format_cut(request->problem, sizeof(request->problem), "%s", why);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The server: its credentials, its port, its requests for calls, and how it stops. */
#include "agent/io/rpc/server_internal.h"

#include "agent/base/log.h"
#include "agent/io/rpc/call_internal.h"
#include "agent/io/rpc/channel_internal.h"
#include "agent/io/rpc/pem.h"

/* ---- TLS ---------------------------------------------------------------------------------------
 */

/* gRPC asks at each handshake, on threads of its own. */
static grpc_ssl_certificate_config_reload_status
fetch_tls(void *user_data, grpc_ssl_server_certificate_config **config)
{
    struct reeve_rpc_server *server = user_data;
    pthread_mutex_lock(&server->tls_lock);
    *config = server->tls_next;
    server->tls_next = NULL;
    pthread_mutex_unlock(&server->tls_lock);
    return *config != NULL ? GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW
                           : GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
}

enum reeve_status reeve_rpc_server_set_tls(struct reeve_rpc_server *server,
                                           const struct reeve_rpc_tls *tls)
{
    struct reeve_rpc_pem pem;
    if (tls->ca_pem.len == 0 || tls->chain_pem.len == 0 || tls->key_pem.len == 0) {
        return REEVE_INVALID;
    }
    REEVE_TRY(reeve_rpc_pem_init(&pem, tls));
    const grpc_ssl_pem_key_cert_pair pair = {reeve_rpc_pem_key(&pem), reeve_rpc_pem_chain(&pem)};
    grpc_ssl_server_certificate_config *next =
        grpc_ssl_server_certificate_config_create(reeve_rpc_pem_ca(&pem), &pair, 1);
    reeve_rpc_pem_clear(&pem);
    pthread_mutex_lock(&server->tls_lock);
    grpc_ssl_server_certificate_config *before = server->tls_next;
    server->tls_next = next;
    pthread_mutex_unlock(&server->tls_lock);
    grpc_ssl_server_certificate_config_destroy(before);
    return REEVE_OK;
}

static grpc_server_credentials *make_credentials(struct reeve_rpc_server *server)
{
    return grpc_ssl_server_credentials_create_with_options(
        grpc_ssl_server_credentials_create_options_using_config_fetcher(
            GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY, fetch_tls, server));
}

/* ---- calls -------------------------------------------------------------------------------------
 */

static void reset_request(struct reeve_rpc_request *r)
{
    grpc_call_details_destroy(&r->details);
    grpc_metadata_array_destroy(&r->metadata);
    grpc_call_details_init(&r->details);
    grpc_metadata_array_init(&r->metadata);
    r->call = NULL;
}

static void request_call(struct reeve_rpc_server *server, struct reeve_rpc_request *r)
{
    server->references++;
    reeve_rpc_loop_expect(server->loop, &r->arrived);
    const grpc_call_error error =
        grpc_server_request_call(server->server, &r->call, &r->details, &r->metadata,
                                 server->loop->queue, server->loop->queue, &r->arrived);
    if (error != GRPC_CALL_OK) {
        server->loop->pending--;
        server->references--;
        REEVE_LOG(ERROR, "grpc refused to wait for a call",
                  reeve_log_text("error", grpc_call_error_to_string(error)));
    }
}

static void on_arrived(struct reeve_rpc_tag *tag, bool ok)
{
    struct reeve_rpc_request *r = REEVE_OWNER(tag, struct reeve_rpc_request, arrived);
    struct reeve_rpc_server *server = r->server;
    if (ok) {
        reeve_rpc_server_dispatch(server, r);
        reset_request(r);
    }
    if (ok && !server->stopping) {
        request_call(server, r);
    }
    reeve_rpc_server_unreference(server);
}

void reeve_rpc_server_call_ended(struct reeve_rpc_server *server)
{
    server->calls--;
    reeve_rpc_server_unreference(server);
}

size_t reeve_rpc_server_calls(const struct reeve_rpc_server *server)
{
    return server->calls;
}

/* ---- starting ----------------------------------------------------------------------------------
 */

static void fill_args(struct reeve_rpc_args *args, const struct reeve_rpc_server_options *o)
{
    const struct reeve_rpc_bounds bounds = {
        .max_message_bytes = o->max_message_bytes,
        .max_metadata_bytes = o->max_metadata_bytes,
        .window_bytes = o->window_bytes,
        .keepalive_ms = o->keepalive_ms,
        .keepalive_timeout_ms = o->keepalive_timeout_ms,
    };
    reeve_rpc_args_bounds(args, &bounds);
    reeve_rpc_args_int(args, GRPC_ARG_MAX_CONCURRENT_STREAMS,
                       reeve_rpc_or_default(o->max_calls_per_connection, 128));
    reeve_rpc_args_int(args, GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS,
                       reeve_rpc_or_default(o->handshake_timeout_ms, 10000));
    /* Two gateways on one port would share its connections in silence. */
    reeve_rpc_args_int(args, GRPC_ARG_ALLOW_REUSEPORT, 0);
    reeve_rpc_args_int(args, GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 4000);
    reeve_rpc_args_int(args, GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
}

static void make_server(struct reeve_rpc_server *server, const struct reeve_rpc_server_options *o)
{
    struct reeve_rpc_args args = {.count = 0};
    grpc_resource_quota *quota = NULL;
    fill_args(&args, o);
    if (o->max_memory_bytes > 0) {
        quota = grpc_resource_quota_create("reeve");
        grpc_resource_quota_resize(quota, o->max_memory_bytes);
        reeve_rpc_args_pointer(&args, GRPC_ARG_RESOURCE_QUOTA, quota,
                               grpc_resource_quota_arg_vtable());
    }
    const grpc_channel_args list = {args.count, args.list};
    server->server = grpc_server_create(&list, NULL);
    if (quota != NULL) {
        grpc_resource_quota_unref(quota);
    }
    grpc_server_register_completion_queue(server->server, server->loop->queue, NULL);
}

static enum reeve_status bind_port(struct reeve_rpc_server *server,
                                   const struct reeve_rpc_server_options *o)
{
    REEVE_TRY(reeve_rpc_server_set_tls(server, &o->tls));
    grpc_server_credentials *credentials = make_credentials(server);
    server->port = grpc_server_add_http2_port(server->server, o->address, credentials);
    grpc_server_credentials_release(credentials);
    return server->port > 0 ? REEVE_OK : REEVE_IO;
}

static void on_stopped(struct reeve_rpc_tag *tag, bool ok);

static struct reeve_rpc_server *make(struct reeve_rpc_loop *loop,
                                     const struct reeve_rpc_server_options *o)
{
    struct reeve_rpc_server *server = reeve_alloc(loop->allocator, sizeof *server);
    if (server == NULL) {
        return NULL;
    }
    grpc_init();
    server->loop = loop;
    server->allocator = loop->allocator;
    server->methods = o->methods;
    server->method_count = o->method_count;
    server->max_calls = (size_t)reeve_rpc_or_default(o->max_calls, 4096);
    server->references = 1;
    server->stopped = (struct reeve_rpc_tag){on_stopped, "stopped"};
    pthread_mutex_init(&server->tls_lock, NULL);
    reeve_list_push_back(&loop->servers, &server->node);
    return server;
}

static void listen_for_calls(struct reeve_rpc_server *server)
{
    grpc_server_start(server->server);
    for (size_t i = 0; i < REEVE_RPC_REQUESTS; i++) {
        struct reeve_rpc_request *r = &server->requests[i];
        r->arrived = (struct reeve_rpc_tag){NULL, "arrived"};
        r->arrived.on_done = on_arrived;
        r->server = server;
        grpc_call_details_init(&r->details);
        grpc_metadata_array_init(&r->metadata);
        request_call(server, r);
    }
}

enum reeve_status reeve_rpc_server_new(struct reeve_rpc_loop *loop,
                                       const struct reeve_rpc_server_options *options,
                                       struct reeve_rpc_server **out)
{
    if (options->address == NULL || options->methods == NULL || loop->closing) {
        return REEVE_INVALID;
    }
    struct reeve_rpc_server *server = make(loop, options);
    if (server == NULL) {
        return REEVE_NO_MEMORY;
    }
    make_server(server, options);
    const enum reeve_status status = bind_port(server, options);
    if (status != REEVE_OK) {
        reeve_rpc_server_release(server);
        return status;
    }
    listen_for_calls(server);
    *out = server;
    return REEVE_OK;
}

int reeve_rpc_server_port(const struct reeve_rpc_server *server)
{
    return server->port;
}

/* ---- stopping ----------------------------------------------------------------------------------
 */

static void on_stopped(struct reeve_rpc_tag *tag, bool ok)
{
    (void)ok;
    struct reeve_rpc_server *server = REEVE_OWNER(tag, struct reeve_rpc_server, stopped);
    server->gone = true;
    reeve_list_remove(&server->loop->servers, &server->node);
    REEVE_RPC_ENTER();
    grpc_server_destroy(server->server);
    REEVE_RPC_LEAVE();
    server->server = NULL;
    if (server->on_stopped != NULL) {
        server->on_stopped(server->on_stopped_ctx);
    }
    reeve_rpc_server_unreference(server);
}

void reeve_rpc_server_stop(struct reeve_rpc_server *server, void (*on_stopped_)(void *ctx),
                           void *ctx)
{
    if (server->stopping) {
        return;
    }
    server->stopping = true;
    server->on_stopped = on_stopped_;
    server->on_stopped_ctx = ctx;
    server->references++;
    reeve_rpc_loop_expect(server->loop, &server->stopped);
    grpc_server_shutdown_and_notify(server->server, server->loop->queue, &server->stopped);
}

void reeve_rpc_server_cancel_calls(struct reeve_rpc_server *server)
{
    if (!server->gone) {
        grpc_server_cancel_all_calls(server->server);
    }
}

void reeve_rpc_server_release(struct reeve_rpc_server *server)
{
    if (server == NULL) {
        return;
    }
    server->on_stopped = NULL;
    if (!server->gone) {
        reeve_rpc_server_stop(server, NULL, NULL);
        reeve_rpc_server_cancel_calls(server);
    }
    reeve_rpc_server_unreference(server);
}

void reeve_rpc_server_unreference(struct reeve_rpc_server *server)
{
    if (--server->references > 0) {
        return;
    }
    for (size_t i = 0; i < REEVE_RPC_REQUESTS; i++) {
        grpc_call_details_destroy(&server->requests[i].details);
        grpc_metadata_array_destroy(&server->requests[i].metadata);
    }
    grpc_ssl_server_certificate_config_destroy(server->tls_next);
    pthread_mutex_destroy(&server->tls_lock);
    reeve_free(server->allocator, server, sizeof *server);
    grpc_shutdown_blocking();
}

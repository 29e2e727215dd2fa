/* SPDX-License-Identifier: Apache-2.0 */
/* Binding the address and saying which port it became. */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/base/log.h"
#include "agent/transport/grpc.h"
#include "gateway-stub/main/service_state.h"

enum { PATH_SIZE = 4096, CALLS_PER_CONNECTION = 128 };

/* What a message is at least allowed to be: a submitted plan holds many JobSpecs. */
#define MESSAGE_MIN ((size_t)8 * 1024 * 1024)
#define HANDSHAKES_MAX 256u

/* ---- why an address cannot be bound ---- */

/* Splits "host:port" and "[host]:port"; false when it does not fit. */
static bool split(const char *address, char host[256], char port[8])
{
    struct reeve_bytes text = reeve_bytes_cstr(address);
    size_t colon = text.len;
    while (colon > 0 && text.data[colon - 1] != ':') {
        colon--;
    }
    const bool bracketed = colon > 2 && text.data[0] == '[';
    const size_t from = bracketed ? 1 : 0;
    const size_t to = bracketed ? colon - 2 : colon - 1;
    return colon > 1 && to > from &&
           reeve_format(host, 256, "%.*s", (int)(to - from), address + from) == REEVE_OK &&
           reeve_format(port, 8, "%s", address + colon) == REEVE_OK;
}

/* Binds for a moment, for the system's own reason; 0: it would work now. */
static int bind_error(const struct addrinfo *found)
{
    const int fd = socket(found->ai_family, found->ai_socktype | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return errno;
    }
    const int error = bind(fd, found->ai_addr, found->ai_addrlen) == 0 ? 0 : errno;
    (void)close(fd);
    return error;
}

static const char *reason_of(const char *address)
{
    const struct addrinfo hints = {.ai_family = AF_UNSPEC,
                                   .ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    char host[256];
    char port[8];
    if (!split(address, host, port) || getaddrinfo(host, port, &hints, &found) != 0) {
        return "the address is not known; next: write an IP address of this machine";
    }
    const int error = bind_error(found);
    freeaddrinfo(found);
    if (error == EADDRINUSE) {
        return "the port is in use; next: stop the program that has it (ss -ltnp shows it) or "
               "choose another port";
    }
    if (error == EACCES) {
        return "this user may not bind the port; next: choose one from 1024 on";
    }
    if (error == EADDRNOTAVAIL) {
        return "this machine does not have the address; next: choose one of its own, or 0.0.0.0";
    }
    return "the system refuses; next: look at the log above for gRPC's reason";
}

/* ---- the port file ---- */

static bool write_text(const char *path, int port)
{
    FILE *file = fopen(path, "we");
    if (file == NULL) {
        return false;
    }
    const bool written = fprintf(file, "%d\n", port) > 0;
    return fclose(file) == 0 && written;
}

/* Whole or not at all: whoever waits for it may read it at any moment. */
static enum reeve_status write_port_file(const struct reeve_service *s, char why[1024])
{
    char temporary[PATH_SIZE];
    if (s->port_file == NULL) {
        return REEVE_OK;
    }
    if (reeve_format(temporary, sizeof(temporary), "%s.new", s->port_file) == REEVE_OK &&
        write_text(temporary, reeve_service_port(s)) && rename(temporary, s->port_file) == 0) {
        return REEVE_OK;
    }
    reeve_service_say(why, "the port file %s cannot be written; next: check its directory",
                      s->port_file);
    return REEVE_IO;
}

/* ---- listening ---- */

static void fill_methods(struct reeve_service *s)
{
    s->methods[0] = (struct reeve_rpc_method){
        .path = REEVE_TRANSPORT_CONNECT_METHOD, .on_call = reeve_service_on_connect, .ctx = s};
    for (size_t i = 0; i < REEVE_CONTROL_METHODS; i++) {
        s->contexts[i] =
            (struct reeve_service_method){.service = s, .method = (enum reeve_control_method)i};
        s->methods[i + 1] =
            (struct reeve_rpc_method){.path = reeve_control_method_path(s->contexts[i].method),
                                      .on_call = reeve_service_on_call,
                                      .ctx = &s->contexts[i]};
    }
}

enum reeve_status reeve_service_listen(struct reeve_service *s, char why[1024])
{
    const size_t frame = s->config->limits.max_frame_bytes;
    fill_methods(s);
    const struct reeve_rpc_server_options options = {
        .address = s->config->listen,
        .tls = reeve_tls_files_material(s->tls),
        .methods = s->methods,
        .method_count = REEVE_CONTROL_METHODS + 1,
        .max_calls = (size_t)s->config->limits.max_workers + REEVE_GATEWAY_TAKEOVERS +
                     REEVE_SERVICE_CALLS_MAX + HANDSHAKES_MAX,
        .max_calls_per_connection = CALLS_PER_CONNECTION,
        .max_message_bytes = 2 * frame > MESSAGE_MIN ? 2 * frame : MESSAGE_MIN,
    };
    const enum reeve_status status = reeve_rpc_server_new(s->loop, &options, &s->server);
    if (status != REEVE_OK) {
        s->server = NULL;
        reeve_service_say(why, "cannot listen on %s: %s", s->config->listen,
                          status == REEVE_IO ? reason_of(s->config->listen)
                                             : reeve_status_text(status));
        return status;
    }
    REEVE_LOG(INFO, "listening", reeve_log_text("address", s->config->listen),
              reeve_log_i64("port", reeve_service_port(s)),
              reeve_log_text("identity", reeve_tls_files_identity(s->tls)));
    return write_port_file(s, why);
}

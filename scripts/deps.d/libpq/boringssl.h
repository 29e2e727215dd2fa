/* SPDX-License-Identifier: Apache-2.0 */
/* What libpq expects of OpenSSL and BoringSSL spells differently, and an environment that says
 * nothing. Included before every file of libpq. */
#ifndef REEVE_DEPS_LIBPQ_BORINGSSL_H
#define REEVE_DEPS_LIBPQ_BORINGSSL_H

#include <stdlib.h>

#include <openssl/bio.h>
#include <openssl/ssl.h>

/* libpq asks by #ifdef whether these macros are there, and brings weaker ones of its own if not. */
#define SSL_CTX_set_min_proto_version SSL_CTX_set_min_proto_version
#define SSL_CTX_set_max_proto_version SSL_CTX_set_max_proto_version

/* The socket BIO keeps its descriptor in `num`, so `ptr` is free for the connection. */
#define BIO_get_app_data(bio) BIO_get_data(bio)
#define BIO_set_app_data(bio, data) BIO_set_data(bio, data)

/* Reasons that BoringSSL never reports: they only choose a hint that follows an error message. */
#define SSL_R_NO_PROTOCOLS_AVAILABLE 100001
#define SSL_R_BAD_PROTOCOL_VERSION_NUMBER 100002
#define SSL_R_UNSUPPORTED_SSL_VERSION 100003

/* PGHOST, PGOPTIONS, PGSERVICE, HOME and some thirty more would change connections behind a
 * worker's configuration. */
#define getenv(name) ((char *)NULL)

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Self-check: BoringSSL links, its known-answer tests pass, and it makes a context that speaks
 * TLS 1.3. */
#include <openssl/crypto.h>
#include <openssl/ssl.h>
#include <stdio.h>

int main(void)
{
    SSL_CTX *context = SSL_CTX_new(TLS_method());
    if (context == NULL || !SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION))
        return 1;
    SSL_CTX_free(context);
    if (!BORINGSSL_self_test())
        return 2;
    printf("%s\n", OpenSSL_version(OPENSSL_VERSION));
    return 0;
}

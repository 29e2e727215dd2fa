/* SPDX-License-Identifier: Apache-2.0 */
/* Self-check: libcurl has the TLS, HTTP/2 and resolver libraries it should have, and no protocol
 * but HTTP and HTTPS. */
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

static int has(const char *text, const char *word)
{
    return text != NULL && strstr(text, word) != NULL;
}

int main(void)
{
    const char *version = curl_version();
    const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
    printf("%s\n", version);
    for (const char *const *name = info->protocols; *name != NULL; name++) {
        if (strcmp(*name, "http") != 0 && strcmp(*name, "https") != 0)
            return 1;
    }
    if (!has(version, "BoringSSL") || !has(version, "nghttp2") || !has(version, "c-ares"))
        return 2;
    return (info->features & CURL_VERSION_HTTP2) != 0 ? 0 : 3;
}

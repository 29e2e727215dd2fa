/* SPDX-License-Identifier: Apache-2.0 */
/* Fetches $WEB_URL/NAME with Debian's libcurl, trusting $WEB_CA. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reeve/handler.h"
#include "web/v1/web.reeve.h"

struct body {
    char text[4096];
    size_t len;
};

static size_t on_data(char *data, size_t size, size_t count, void *user)
{
    struct body *body = user;
    size_t len = size * count;
    if (len >= sizeof body->text - body->len) {
        return 0;
    }
    memcpy(body->text + body->len, data, len);
    body->len += len;
    body->text[body->len] = '\0';
    return len;
}

static CURLcode fetch(const char *url, struct body *body)
{
    CURL *curl = curl_easy_init();
    if (curl == NULL) {
        return CURLE_FAILED_INIT;
    }
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CAINFO, getenv("WEB_CA"));
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
    CURLcode code = curl_easy_perform(curl);
    curl_easy_cleanup(curl);
    return code;
}

void web_v1_handler_fetch(struct reeve_native_call *call,
                          const struct web_v1_fetch_request *request)
{
    struct body body = {.len = 0};
    char url[512];
    snprintf(url, sizeof url, "%s/%s", getenv("WEB_URL"), request->name);
    if (fetch(url, &body) != CURLE_OK) {
        reeve_native_fail(call, REEVE_NATIVE_EFFECT_NONE, "the page could not be fetched");
        return;
    }
    struct web_v1_fetch_response response;
    web_v1_fetch_response_init(&response);
    response.text = body.text;
    response.library = curl_version();
    reeve_native_succeed(call, &response);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses of this machine: see loopback.h. */
#include "agent/config/loopback.h"

bool reeve_config_is_loopback(struct reeve_bytes address)
{
    const bool v6 = reeve_bytes_starts_with(address, reeve_bytes_cstr("["));
    const size_t end = reeve_bytes_find(address, reeve_bytes_cstr(v6 ? "]" : ":"));
    const struct reeve_bytes host =
        reeve_bytes_slice(address, 0, end == SIZE_MAX ? address.len : end);

    if (v6) {
        return reeve_bytes_equal_cstr(host, "[::1");
    }
    if (reeve_bytes_equal_cstr(host, "localhost")) {
        return true;
    }
    /* A name that only begins like an address may be anybody's. */
    for (size_t i = 0; i < host.len; i++) {
        if (host.data[i] != '.' && (host.data[i] < '0' || host.data[i] > '9')) {
            return false;
        }
    }
    return reeve_bytes_starts_with(host, reeve_bytes_cstr("127."));
}

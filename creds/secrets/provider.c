/* SPDX-License-Identifier: Apache-2.0 */
/* The life cycle that all providers share. */
#include "creds/secrets/provider.h"

void reeve_secret_value_init(struct reeve_secret_value *value)
{
    reeve_secret_init(&value->secret);
    value->version = 0;
}

void reeve_secret_value_clear(struct reeve_secret_value *value)
{
    reeve_secret_clear(&value->secret);
    value->version = 0;
}

void reeve_secret_provider_free(struct reeve_secret_provider *provider)
{
    if (provider != NULL) {
        provider->vtable->free(provider);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The list of kinds: see system_kind.h. */
#include "agent/config/system_kind.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Carried out by functions that are linked in: nothing to configure. */
const struct reeve_config_kind REEVE_CONFIG_NATIVE = {
    .name = "native", .example = "native: {}", .member = 2, .binding = REEVE_BINDING_NATIVE};

static const struct reeve_config_kind *const KINDS[] = {
    &REEVE_CONFIG_HTTP, &REEVE_CONFIG_NATIVE, &REEVE_CONFIG_GRPC,
    &REEVE_CONFIG_SQL,  &REEVE_CONFIG_EXEC,
};

const struct reeve_config_kind *reeve_config_kind_of_member(int member)
{
    for (size_t i = 0; i < COUNT(KINDS); i++) {
        if (KINDS[i]->member == member) {
            return KINDS[i];
        }
    }
    return NULL;
}

const struct reeve_config_kind *reeve_config_kind_of_binding(uint8_t binding)
{
    for (size_t i = 0; i < COUNT(KINDS); i++) {
        if (KINDS[i]->binding == binding) {
            return KINDS[i];
        }
    }
    return NULL;
}

/* ---- for people ---- */

const char *reeve_config_system_kind(const struct reeve_config_system *system)
{
    return system->kind == NULL ? "" : system->kind->name;
}

const char *reeve_config_system_endpoint(const struct reeve_config_system *system,
                                         struct reeve_arena *arena)
{
    const bool has_one = system->kind != NULL && system->kind->endpoint != NULL;
    return has_one ? system->kind->endpoint(system, arena) : "";
}

const char *reeve_config_system_auth(const struct reeve_config_system *system,
                                     struct reeve_arena *arena)
{
    const bool has_one = system->kind != NULL && system->kind->auth != NULL;
    return has_one ? system->kind->auth(system, arena) : "";
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Names of outcomes, effects and reasons (outcome_status.h). */
#include "agent/codec/outcome_status.h"

const char *reeve_outcome_status_name(enum reeve_outcome_status status)
{
    switch (status) {
#define X(name, number)                                                                            \
    case REEVE_OUTCOME_##name:                                                                     \
        return #name;
        REEVE_OUTCOME_STATUS_MAP(X)
#undef X
    }
    return "UNRECOGNISED";
}

const char *reeve_effect_name(enum reeve_effect effect)
{
    switch (effect) {
#define X(name, number)                                                                            \
    case REEVE_EFFECT_##name:                                                                      \
        return #name;
        REEVE_EFFECT_MAP(X)
#undef X
    }
    return "UNRECOGNISED";
}

const char *reeve_reason_name(enum reeve_reason reason)
{
    switch (reason) {
#define X(name, number)                                                                            \
    case REEVE_REASON_##name:                                                                      \
        return #name;
        REEVE_REASON_MAP(X)
#undef X
    }
    return "UNRECOGNISED";
}

enum reeve_reason reeve_reason_of(enum reeve_status status)
{
    return (enum reeve_reason)reeve_status_reason(status);
}

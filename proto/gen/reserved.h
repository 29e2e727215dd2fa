/* SPDX-License-Identifier: Apache-2.0 */
/* Words that cannot be a C name in a header that C and C++ programs include. */
#ifndef REEVE_PROTO_GEN_RESERVED_H
#define REEVE_PROTO_GEN_RESERVED_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Keywords of C and C++, macros that compilers and common system headers define. */
bool reeve_gen_is_reserved(const char *word);

#ifdef __cplusplus
}
#endif
#endif

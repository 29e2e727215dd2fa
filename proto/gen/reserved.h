/* SPDX-License-Identifier: Apache-2.0 */
/* Words that cannot be a C name in a header that C and C++ programs include beside others. */
#ifndef REEVE_PROTO_GEN_RESERVED_H
#define REEVE_PROTO_GEN_RESERVED_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What no member can be called: keywords of C and C++, macros that compilers and common system
 * headers define, and those of reeve's and of generated headers (REEVE_…, …_INIT), names of types
 * that members have, and the compiler's own. */
bool reeve_gen_is_reserved(const char *word);
/* Names that C gives to the compiler ("__x", "_X"), but for those that end in "___". */
bool reeve_gen_is_compilers(const char *word);
/* What nothing that a whole program shares can be called: the keywords and macros of systems, and
 * the tags, types and functions of their common headers. */
bool reeve_gen_is_reserved_shared(const char *word);
/* Names with the prefix of a library that is part of a worker: "grpc_init". */
bool reeve_gen_is_library_name(const char *name);

/* reserved_system.c; each sorted by bytes. */
extern const char *const reeve_gen_system_macros[];
extern const size_t reeve_gen_system_macros_count;
extern const char *const reeve_gen_system_names[];
extern const size_t reeve_gen_system_names_count;

#ifdef __cplusplus
}
#endif
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The list, sorted. A word that is missing here shows up as a compile error of the generated
 * header; add it. */
#include "proto/gen/reserved.h"

#include "proto/gen/memory.h"

/* clang-format off */
static const char *const words[] = {
    "BIG_ENDIAN", "BUFSIZ", "BYTE_ORDER", "CHAR_BIT", "DOMAIN", "EDOM", "EILSEQ", "EOF", "ERANGE",
    "EXIT_FAILURE", "EXIT_SUCCESS", "FALSE", "HUGE_VAL", "I", "INFINITY", "INT_MAX", "INT_MIN",
    "LITTLE_ENDIAN", "LONG_MAX", "LONG_MIN", "NAME_MAX", "NAN", "NULL", "OVERFLOW", "PAGE_SIZE",
    "PATH_MAX", "RAND_MAX", "SIZE_MAX", "TRUE", "UINT_MAX", "UNDERFLOW", "_Alignas", "_Alignof",
    "_Atomic", "_Bool", "_Complex", "_Generic", "_Imaginary", "_Noreturn", "_Static_assert",
    "_Thread_local", "alignas", "alignof", "and", "and_eq", "arm", "asm", "assert", "auto",
    "bitand", "bitor", "bool", "break", "case", "catch", "char", "char16_t", "char32_t",
    "char8_t", "class", "co_await", "co_return", "co_yield", "compl", "complex", "concept",
    "const", "const_cast", "consteval", "constexpr", "constinit", "continue", "d_fileno",
    "decltype", "default", "delete", "do", "double", "dynamic_cast", "else", "enum", "errno",
    "explicit", "export", "extern", "false", "float", "for", "friend", "goto", "h_addr",
    "h_errno", "hpux", "i386", "if", "imaginary", "inline", "int", "isfinite", "isinf", "isnan",
    "isnormal", "linux", "long", "major", "makedev", "minor", "mips", "mutable", "namespace",
    "new", "noexcept", "noreturn", "not", "not_eq", "nullptr", "offsetof", "operator", "or",
    "or_eq", "private", "protected", "public", "register", "reinterpret_cast", "requires",
    "restrict", "return", "s6_addr", "s_addr", "sa_handler", "sa_sigaction", "setjmp", "short",
    "si_addr", "si_band", "si_fd", "si_pid", "si_status", "si_uid", "si_value",
    "sigev_notify_function", "signbit", "signed", "sizeof", "st_atime", "st_ctime", "st_mtime",
    "static", "static_assert", "static_cast", "stderr", "stdin", "stdout", "struct", "sun",
    "sv_onstack", "switch", "template", "this", "thread_local", "throw", "true", "try", "typedef",
    "typeid", "typename", "typeof", "union", "unix", "unsigned", "using", "va_arg", "va_copy",
    "va_end", "va_start", "virtual", "void", "volatile", "wchar_t", "while", "xor", "xor_eq",
};
/* clang-format on */

bool reeve_gen_is_reserved(const char *word)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (reeve_gen_same(words[i], word)) {
            return true;
        }
    }
    return false;
}

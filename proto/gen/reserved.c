/* SPDX-License-Identifier: Apache-2.0 */
/* The words. One that is missing here shows up as a compile error of the generated header; add
 * it. */
#include "proto/gen/reserved.h"

#include "agent/base/character.h"
#include "proto/gen/memory.h"

/* Keywords, macros of compilers and of headers that reserved_system.c does not know, and the types
 * that members have. Sorted by bytes. */
/* clang-format off */
static const char *const words[] = {
    "BIG_ENDIAN", "BUFSIZ", "BYTE_ORDER", "CHAR_BIT", "DOMAIN", "EDOM", "EILSEQ", "EOF", "ERANGE",
    "EXIT_FAILURE", "EXIT_SUCCESS", "FALSE", "HUGE_VAL", "I", "INFINITY", "INT_MAX", "INT_MIN",
    "LITTLE_ENDIAN", "LONG_MAX", "LONG_MIN", "NAME_MAX", "NAN", "NDEBUG", "NULL", "OVERFLOW",
    "PAGE_SIZE", "PATH_MAX", "ProtobufCBinaryData", "ProtobufCMessage", "RAND_MAX", "SIZE_MAX",
    "TRUE", "UINT_MAX", "UNDERFLOW", "WIN32", "_Alignas", "_Alignof", "_Atomic", "_Bool",
    "_Complex", "_Decimal128", "_Decimal32", "_Decimal64", "_Generic", "_Imaginary", "_Noreturn",
    "_Static_assert", "_Thread_local", "alignas", "alignof", "and", "and_eq", "arm", "asm",
    "assert", "auto", "bitand", "bitor", "bool", "break", "case", "catch", "char", "char16_t",
    "char32_t", "char8_t", "class", "co_await", "co_return", "co_yield", "compl", "complex",
    "concept", "const", "const_cast", "consteval", "constexpr", "constinit", "continue", "d_fileno",
    "decltype", "default", "delete", "do", "double", "dynamic_cast", "else", "enum", "errno",
    "explicit", "export", "extern", "false", "float", "for", "friend", "goto", "h_addr", "h_errno",
    "hpux", "i386", "i486", "i586", "i686", "if", "imaginary", "inline", "int", "int32_t",
    "int64_t", "isfinite", "isinf", "isnan", "isnormal", "linux", "long", "m68k", "major",
    "makedev", "minor", "mips", "mutable", "namespace", "new", "noexcept", "noreturn", "not",
    "not_eq", "nullptr", "offsetof", "operator", "or", "or_eq", "powerpc", "ppc", "private",
    "protected", "protobuf_c_boolean", "public", "register", "reinterpret_cast", "requires",
    "restrict", "return", "s6_addr", "s_addr", "sa_handler", "sa_sigaction", "setjmp", "short",
    "si_addr", "si_band", "si_fd", "si_pid", "si_status", "si_uid", "si_value",
    "sigev_notify_function", "signbit", "signed", "size_t", "sizeof", "sparc", "st_atime",
    "st_ctime", "st_mtime", "static", "static_assert", "static_cast", "stderr", "stdin", "stdout",
    "struct", "sun", "sv_onstack", "switch", "template", "this", "thread_local", "throw", "true",
    "try", "typedef", "typeid", "typename", "typeof", "typeof_unqual", "uint32_t", "uint64_t",
    "union", "unix", "unsigned", "using", "va_arg", "va_copy", "va_end", "va_start", "vax",
    "virtual", "void", "volatile", "wchar_t", "while", "xor", "xor_eq",
};

/* Of libraries that are linked into a worker, and of C's generic macros. */
static const char *const prefixes[] = {
    "ares_", "atomic_", "curl_", "gpr_", "grpc_", "nghttp2_", "pb_", "protobuf_c_", "pthread_",
    "reeve_", "sqlite3_", "yajl_", "yaml_",
};
/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool is_among(const char *const *sorted, size_t count, const char *word)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = reeve_gen_order(sorted[middle], word);
        if (order == 0) {
            return true;
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return false;
}

static bool ends_in(const char *word, const char *end)
{
    const struct reeve_bytes text = reeve_bytes_cstr(word);
    const struct reeve_bytes last = reeve_bytes_cstr(end);
    return text.len >= last.len &&
           reeve_bytes_equal(reeve_bytes_slice(text, text.len - last.len, last.len), last);
}

/* C gives these to compilers: who knows which of them are macros. */
bool reeve_gen_is_compilers(const char *word)
{
    const bool theirs = word[0] == '_' && (word[1] == '_' || reeve_is_upper(word[1]));
    return theirs && !ends_in(word, "___");
}

/* Macros of our headers and of generated ones: guards, X_INIT. None ends in '_'. */
static bool is_our_macro(const char *word)
{
    const bool prefixed =
        reeve_gen_has_prefix(word, "REEVE_") || reeve_gen_has_prefix(word, "PROTOBUF_C_");
    return (prefixed && !ends_in(word, "_")) || ends_in(word, "_INIT");
}

static bool is_word(const char *word)
{
    return is_among(words, COUNT(words), word) ||
           is_among(reeve_gen_system_macros, reeve_gen_system_macros_count, word);
}

bool reeve_gen_is_reserved(const char *word)
{
    return reeve_gen_is_compilers(word) || is_our_macro(word) || is_word(word);
}

bool reeve_gen_is_reserved_shared(const char *word)
{
    return is_word(word) || is_among(reeve_gen_system_names, reeve_gen_system_names_count, word);
}

bool reeve_gen_is_library_name(const char *name)
{
    const char *with_end = reeve_gen_concat(name, "_", NULL);
    for (size_t i = 0; i < COUNT(prefixes); i++) {
        if (reeve_gen_has_prefix(with_end, prefixes[i])) {
            return true;
        }
    }
    return false;
}

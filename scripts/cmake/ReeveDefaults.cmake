# Compiler settings that every target of this tree shares.
option(REEVE_TESTS "Build the tests" ON)
option(REEVE_WERROR "Treat warnings as errors" OFF)
option(REEVE_FUZZ "Build the libFuzzer targets of tests/fuzz (clang only)" OFF)
set(REEVE_SANITIZE "" CACHE STRING "Sanitizers, as a list: address;undefined or thread")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
endif()

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# Linux interfaces (epoll, eventfd, pidfd, accept4 …) are used throughout; C11 stays strict otherwise.
add_compile_definitions(_GNU_SOURCE _FILE_OFFSET_BITS=64)
# Builds of the same sources in two places are byte-identical.
add_compile_options("-ffile-prefix-map=${PROJECT_SOURCE_DIR}=." "-ffile-prefix-map=${PROJECT_BINARY_DIR}=build")
add_compile_options(-fno-omit-frame-pointer -fstack-protector-strong -ffunction-sections -fdata-sections)
if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  add_compile_definitions(_FORTIFY_SOURCE=2)
endif()
add_link_options(-Wl,--gc-sections -Wl,-z,relro,-z,now,-z,noexecstack)

if(REEVE_SANITIZE)
  list(JOIN REEVE_SANITIZE "," reeve_sanitizers)
  add_compile_options(-fsanitize=${reeve_sanitizers} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${reeve_sanitizers})
endif()

if(REEVE_FUZZ)
  if(NOT CMAKE_C_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "REEVE_FUZZ needs clang: -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Warnings for our own sources only; reeve_library() and reeve_executable() apply them.
set(REEVE_C_WARNINGS
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes
    -Wmissing-prototypes -Wold-style-definition -Wundef -Wpointer-arith -Wwrite-strings -Wvla
    -Wformat=2 -Wswitch-enum -Wcast-qual)
set(REEVE_CXX_WARNINGS -Wall -Wextra -Wshadow -Wno-missing-field-initializers)
if(REEVE_WERROR)
  list(APPEND REEVE_C_WARNINGS -Werror)
  list(APPEND REEVE_CXX_WARNINGS -Werror)
endif()

# Where the libraries come from that are not ours, as imported targets named reeve::<library>.
#
# Two origins. Debian's packages supply static archives that are linked by absolute path. What Debian does not build the
# way a worker needs it (one TLS library, no shared objects) is built by scripts/deps into a prefix outside the tree;
# that prefix is asked for here and never built from here. Include directories of imported targets are SYSTEM ones.

# --- the prefix of scripts/deps -------------------------------------------------------------------------------------
execute_process(
  COMMAND "${PROJECT_SOURCE_DIR}/scripts/deps" --print-prefix
  OUTPUT_VARIABLE REEVE_DEPS_PREFIX OUTPUT_STRIP_TRAILING_WHITESPACE
  ERROR_VARIABLE reeve_deps_error ERROR_STRIP_TRAILING_WHITESPACE
  RESULT_VARIABLE reeve_deps_status)
if(NOT reeve_deps_status EQUAL 0)
  message(FATAL_ERROR "The libraries that reeve links are not built yet: run scripts/deps (about seven minutes, once "
                      "per machine), then configure again.\n${reeve_deps_error}")
endif()
# Another lock or recipe means another prefix, so a build tree that outlives one asks again.
file(GLOB_RECURSE reeve_deps_recipes CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/scripts/deps.d/*")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${reeve_deps_recipes})

# --- Debian's static archives ---------------------------------------------------------------------------------------
# reeve_debian_archive(NAME ARCHIVE PACKAGE [DEPENDS …]): reeve::NAME from ARCHIVE of Debian's PACKAGE.
function(reeve_debian_archive name archive package)
  cmake_parse_arguments(PARSE_ARGV 3 arg "" "" "DEPENDS")
  find_library(REEVE_ARCHIVE_${name} NAMES ${archive} NO_CACHE
               PATHS "/usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}" NO_DEFAULT_PATH)
  if(NOT REEVE_ARCHIVE_${name})
    message(FATAL_ERROR "${archive} is missing: Debian's package ${package} is not installed. Run scripts/setup build.")
  endif()
  add_library(reeve::${name} STATIC IMPORTED GLOBAL)
  set_target_properties(reeve::${name} PROPERTIES
    IMPORTED_LOCATION "${REEVE_ARCHIVE_${name}}"
    IMPORTED_LINK_INTERFACE_LANGUAGES C
    INTERFACE_LINK_LIBRARIES "${arg_DEPENDS}")
endfunction()

find_package(Threads REQUIRED)
reeve_debian_archive(zlib libz.a zlib1g-dev)
reeve_debian_archive(cares libcares.a libc-ares-dev DEPENDS Threads::Threads)
reeve_debian_archive(re2 libre2.a libre2-dev DEPENDS Threads::Threads)
set_target_properties(reeve::re2 PROPERTIES IMPORTED_LINK_INTERFACE_LANGUAGES CXX)
reeve_debian_archive(nghttp2 libnghttp2.a libnghttp2-dev)
reeve_debian_archive(protobuf_c libprotobuf-c.a libprotobuf-c-dev)
reeve_debian_archive(sqlite libsqlite3.a libsqlite3-dev DEPENDS Threads::Threads m)
reeve_debian_archive(yajl libyajl_s.a libyajl-dev DEPENDS m)
reeve_debian_archive(yaml libyaml.a libyaml-dev)

# The C++ runtime inside our executables is static, so that they ask a machine for libc and libm only. The sanitizers
# bring a runtime of their own that wants the shared one.
add_library(reeve_cxx_runtime INTERFACE)
add_library(reeve::cxx_runtime ALIAS reeve_cxx_runtime)
if(NOT REEVE_SANITIZE)
  target_link_options(reeve_cxx_runtime INTERFACE -static-libstdc++ -static-libgcc)
endif()
set_property(TARGET reeve::re2 APPEND PROPERTY INTERFACE_LINK_LIBRARIES reeve::cxx_runtime)

# --- built by scripts/deps ------------------------------------------------------------------------------------------
# reeve_built_archive(NAME LANGUAGE ARCHIVE [DEPENDS …]): reeve::NAME from ARCHIVE in the prefix.
function(reeve_built_archive name language archive)
  cmake_parse_arguments(PARSE_ARGV 3 arg "" "" "DEPENDS")
  add_library(reeve::${name} STATIC IMPORTED GLOBAL)
  set_target_properties(reeve::${name} PROPERTIES
    IMPORTED_LOCATION "${REEVE_DEPS_PREFIX}/lib/${archive}"
    IMPORTED_LINK_INTERFACE_LANGUAGES ${language}
    INTERFACE_INCLUDE_DIRECTORIES "${REEVE_DEPS_PREFIX}/include"
    INTERFACE_LINK_LIBRARIES "${arg_DEPENDS}")
endfunction()

reeve_built_archive(boringssl_crypto C libcrypto.a DEPENDS Threads::Threads)
reeve_built_archive(boringssl CXX libssl.a DEPENDS reeve::boringssl_crypto reeve::cxx_runtime)
reeve_built_archive(curl C libcurl.a DEPENDS reeve::boringssl reeve::nghttp2 reeve::cares reeve::zlib)
reeve_built_archive(libpq C libpq.a DEPENDS reeve::boringssl)
set_target_properties(reeve::libpq PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${REEVE_DEPS_PREFIX}/include/libpq")

# gRPC core and what it alone uses. abseil's archives refer to one another in circles, hence the group.
file(GLOB reeve_absl_archives "/usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/libabsl_*.a")
list(JOIN reeve_absl_archives "," reeve_absl_joined)
reeve_built_archive(grpc_gpr CXX libgpr.a)
reeve_built_archive(grpc_upb C libupb.a)
reeve_built_archive(grpc_address_sorting C libaddress_sorting.a)
reeve_built_archive(grpc CXX libgrpc.a
  DEPENDS reeve::grpc_gpr reeve::grpc_upb reeve::grpc_address_sorting
          "$<LINK_GROUP:RESCAN,${reeve_absl_joined}>"
          reeve::boringssl reeve::cares reeve::re2 reeve::zlib reeve::cxx_runtime Threads::Threads m)

# Both macros change nanopb's struct layouts: whoever includes pb.h must see the values the library was built with.
reeve_built_archive(nanopb C libprotobuf-nanopb.a)
set_target_properties(reeve::nanopb PROPERTIES
  INTERFACE_COMPILE_DEFINITIONS "PB_FIELD_32BIT=1;PB_VALIDATE_UTF8=1"
  INTERFACE_INCLUDE_DIRECTORIES "${REEVE_DEPS_PREFIX}/include/nanopb")

# reeve_nanopb(TARGET PROTOS reeve/v1/a.proto … [OPTIONS_DIR DIR] [IMPORT_DIRS DIR …] [EXCLUDE x.proto …])
#   A static library TARGET (alias reeve::TARGET) of nanopb's C for the named protos, which are given relative to an
#   import directory (proto and proto/third_party unless IMPORT_DIRS says otherwise; protobuf's own are always found).
#   Generated headers are included as "reeve/v1/a.pb.h". Options for reeve/v1/a.proto are read from
#   OPTIONS_DIR/reeve/v1/a.options; a line there that matches no field is an error. Imports that carry only annotations
#   are left out of the generated #includes: some are known, further ones are named after EXCLUDE.
function(reeve_nanopb target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "OPTIONS_DIR" "PROTOS;IMPORT_DIRS;EXCLUDE")
  if(NOT arg_IMPORT_DIRS)
    set(arg_IMPORT_DIRS "${PROJECT_SOURCE_DIR}/proto" "${PROJECT_SOURCE_DIR}/proto/third_party")
  endif()
  set(out "${CMAKE_CURRENT_BINARY_DIR}/${target}")
  set(generator "${REEVE_DEPS_PREFIX}/share/nanopb/generator/nanopb_generator.py")
  set(flags --quiet --error-on-unmatched "--output-dir=${out}")
  foreach(excluded IN LISTS arg_EXCLUDE ITEMS google/protobuf/descriptor.proto google/api/annotations.proto
                                              google/api/http.proto buf/validate/validate.proto)
    list(APPEND flags "-x${excluded}")
  endforeach()
  set(options)
  if(arg_OPTIONS_DIR)
    list(APPEND flags "--options-path=${arg_OPTIONS_DIR}")
    file(GLOB_RECURSE options CONFIGURE_DEPENDS "${arg_OPTIONS_DIR}/*.options")
  endif()
  set(import_flags ${arg_IMPORT_DIRS} /usr/include)
  list(TRANSFORM import_flags PREPEND "--proto_path=")

  # protoc writes down which files it read; the generator then works from its descriptor set alone, so that a second
  # protoc, which nanopb would take from Python's grpc_tools, is never used.
  set(sources)
  foreach(proto IN LISTS arg_PROTOS)
    string(REGEX REPLACE "\\.proto$" "" stem "${out}/${proto}")
    cmake_path(GET stem PARENT_PATH directory)
    file(MAKE_DIRECTORY "${directory}")
    add_custom_command(
      OUTPUT "${stem}.pb"
      COMMAND /usr/bin/protoc ${import_flags} --include_imports --include_source_info
              "--descriptor_set_out=${stem}.pb" "--dependency_out=${stem}.d" "${proto}"
      DEPFILE "${stem}.d"
      COMMENT "protoc: ${proto}"
      VERBATIM)
    add_custom_command(
      OUTPUT "${stem}.pb.c" "${stem}.pb.h"
      COMMAND /usr/bin/python3 "${generator}" ${flags} "${stem}.pb"
      DEPENDS "${stem}.pb" "${generator}" ${options}
      COMMENT "nanopb: ${proto}"
      VERBATIM)
    list(APPEND sources "${stem}.pb.c" "${stem}.pb.h")
  endforeach()
  add_library(${target} STATIC ${sources})
  add_library(reeve::${target} ALIAS ${target})
  target_include_directories(${target} SYSTEM PUBLIC "${out}")
  target_link_libraries(${target} PUBLIC reeve::nanopb)
endfunction()

# --- tests ----------------------------------------------------------------------------------------------------------
if(REEVE_TESTS)
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()

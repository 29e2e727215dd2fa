# `cmake --install`: the programs, and what a worker of somebody's own is built from.
#
# bin/              reeve-gateway, reevectl, reeve-dev-pki, reeve-new-worker, protoc-gen-reeve
# include/reeve/    the include directory of reeve::worker: "reeve/handler.h", "proto/runtime/table.h" …
# lib/reeve/        libreeve-worker.a
# lib/cmake/reeve/  find_package(reeve)
# share/reeve/      the contracts, with the option and well-known protos that tasks import; what a new project is made of
#
# libreeve-worker.a is one relocatable object with everything a worker needs (gRPC core, BoringSSL, libcurl …) linked
# into it, in which only reeve's own names are visible (docs/decisions/0012-one-object-for-workers.md).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# reeve_link_closure(VAR TARGET): the static archives behind TARGET as generator expressions: ours, which are made here,
# and the imported ones.
function(reeve_link_closure ours_var theirs_var target)
  set(pending ${target})
  set(seen)
  set(ours)
  set(theirs)
  while(pending)
    list(POP_FRONT pending item)
    string(REGEX REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1" item "${item}")
    if(item IN_LIST seen)
      continue()
    endif()
    list(APPEND seen "${item}")
    if(item MATCHES "^\\$<LINK_GROUP:RESCAN,(.*)>$")
      string(REPLACE "," ";" members "${CMAKE_MATCH_1}")
      list(APPEND theirs ${members})
      continue()
    endif()
    if(NOT TARGET ${item})
      continue() # m, dl: the C library's own
    endif()
    get_target_property(real ${item} ALIASED_TARGET)
    if(real)
      list(APPEND pending ${real})
      continue()
    endif()
    get_target_property(links ${item} INTERFACE_LINK_LIBRARIES)
    if(links)
      list(APPEND pending ${links})
    endif()
    get_target_property(type ${item} TYPE)
    get_target_property(imported ${item} IMPORTED)
    if(NOT type STREQUAL "STATIC_LIBRARY")
      continue()
    elseif(imported)
      get_target_property(location ${item} IMPORTED_LOCATION)
      list(APPEND theirs "${location}")
    else()
      list(APPEND ours "$<TARGET_FILE:${item}>")
    endif()
  endwhile()
  set(${ours_var} ${ours} PARENT_SCOPE)
  set(${theirs_var} ${theirs} PARENT_SCOPE)
endfunction()

# The visible names: ours, and the structs and tables of protobuf's well-known types. protobuf-c's empty string is what
# generated code initialises text with; weak, so that a user's libprotobuf-c may bring its own.
reeve_link_closure(reeve_ours reeve_theirs reeve_worker)
set(reeve_object "${PROJECT_BINARY_DIR}/libreeve-worker.o")
set(reeve_archive "${PROJECT_BINARY_DIR}/libreeve-worker.a")
add_custom_command(
  OUTPUT "${reeve_archive}"
  COMMAND "${CMAKE_LINKER}" -r --force-group-allocation -o "${reeve_object}" --whole-archive ${reeve_ours}
          --no-whole-archive --start-group ${reeve_theirs} --end-group
  COMMAND "${CMAKE_OBJCOPY}" --wildcard "--keep-global-symbol=reeve_*" "--keep-global-symbol=google_protobuf_*"
          --keep-global-symbol=protobuf_c_empty_string --weaken-symbol=protobuf_c_empty_string "${reeve_object}"
  COMMAND "${CMAKE_COMMAND}" -E rm -f "${reeve_archive}"
  COMMAND "${CMAKE_AR}" qcD "${reeve_archive}" "${reeve_object}"
  COMMAND "${CMAKE_COMMAND}" -E rm -f "${reeve_object}"
  DEPENDS ${reeve_ours} ${reeve_theirs}
  COMMENT "Linking libreeve-worker.a"
  VERBATIM)
add_custom_target(reeve_worker_archive ALL DEPENDS "${reeve_archive}")

install(TARGETS reeve-gateway reevectl reeve-dev-pki protoc-gen-reeve RUNTIME)
# The worker with the example tasks is no part of that: workers are built outside. It is what scripts/deploy/container
# puts into an image: cmake --install build/default --component worker --strip --prefix build/image
install(TARGETS reeve-agent RUNTIME COMPONENT worker EXCLUDE_FROM_ALL)
install(FILES "${reeve_archive}" DESTINATION "${CMAKE_INSTALL_LIBDIR}/reeve")

# Everything that the public headers and the generated code include, under the names by which they do.
set(reeve_include "${CMAKE_INSTALL_INCLUDEDIR}/reeve")
install(FILES agent/include/reeve/handler.h agent/include/reeve/worker.h DESTINATION "${reeve_include}/reeve")
install(FILES agent/base/alloc.h agent/base/arena.h agent/base/buffer.h agent/base/bytes.h agent/base/status.h
        DESTINATION "${reeve_include}/agent/base")
install(FILES proto/runtime/fingerprint.h proto/runtime/message.h proto/runtime/rule.h proto/runtime/table.h
        DESTINATION "${reeve_include}/proto/runtime")
get_target_property(reeve_well_known reeve_proto_well_known REEVE_PROTO_DIR)
install(DIRECTORY "${reeve_well_known}/google" DESTINATION "${reeve_include}" FILES_MATCHING PATTERN "*.h")
install(FILES /usr/include/protobuf-c/protobuf-c.h DESTINATION "${reeve_include}/protobuf-c")

install(PROGRAMS scripts/new-worker TYPE BIN RENAME reeve-new-worker)
install(DIRECTORY scripts/new-worker.d/ DESTINATION "${CMAKE_INSTALL_DATADIR}/reeve/new-worker")

set(reeve_protos "${CMAKE_INSTALL_DATADIR}/reeve/proto")
install(DIRECTORY proto/reeve DESTINATION "${reeve_protos}" FILES_MATCHING PATTERN "*.proto")
install(DIRECTORY proto/third_party/ DESTINATION "${reeve_protos}" FILES_MATCHING PATTERN "*.proto")
foreach(name IN ITEMS any descriptor duration empty field_mask struct timestamp wrappers)
  install(FILES /usr/include/google/protobuf/${name}.proto DESTINATION "${reeve_protos}/google/protobuf")
endforeach()

set(reeve_package "${CMAKE_INSTALL_LIBDIR}/cmake/reeve")
configure_package_config_file("${PROJECT_SOURCE_DIR}/scripts/cmake/reeve-config.cmake.in"
                              "${PROJECT_BINARY_DIR}/reeve-config.cmake" INSTALL_DESTINATION "${reeve_package}"
                              PATH_VARS CMAKE_INSTALL_LIBDIR CMAKE_INSTALL_BINDIR reeve_include reeve_protos)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/reeve-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/reeve-config.cmake" "${PROJECT_BINARY_DIR}/reeve-config-version.cmake"
              scripts/cmake/ReeveGenerate.cmake scripts/cmake/ReeveWorker.cmake
        DESTINATION "${reeve_package}")

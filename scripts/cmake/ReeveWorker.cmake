# A worker of your own: your .proto files, your handlers, reeve's program.

# reeve_add_worker(NAME PROTOS acme/lamp/v1/lamp.proto … [SOURCES lamp.c …] [IMPORT_DIRS DIR …] [LIBRARIES …]
#                  [MANIFEST stem] [ACCEPTS FILE …] [NO_MAIN])
#   An executable NAME that carries out every rpc of the services in PROTOS. They are given relative to an import
#   directory: proto in the current source directory where there is one, else that directory itself, unless IMPORT_DIRS
#   says otherwise; reeve's own, google/api, buf/validate and protobuf's are always found. Files of yours that these
#   import are named too.
#   SOURCES: the handlers of native tasks, one function each (reeve/handler.h); tasks of other bindings need none.
#   LIBRARIES: what the handlers link. Nothing of reeve's own libraries is visible to them, nor theirs to reeve.
#   MANIFEST: NAME unless said otherwise; <stem>.manifest.binpb, which `reevectl register` sends to a gateway, is
#   written into the directory that the target's property REEVE_PROTO_DIR names.
#   ACCEPTS: manifests (.manifest.binpb) of older versions whose jobs are taken too; the build fails where they are not
#   compatible.
#   NO_MAIN: SOURCES bring main(), which returns reeve_worker_main(argc, argv, &<NAME>_tasks) (reeve/worker.h).
function(reeve_add_worker name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "NO_MAIN" "MANIFEST" "PROTOS;SOURCES;IMPORT_DIRS;LIBRARIES;ACCEPTS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "reeve_add_worker(${name}): unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT arg_PROTOS)
    message(FATAL_ERROR "reeve_add_worker(${name}): there are no tasks; next: name your .proto files after PROTOS")
  endif()
  if(NOT arg_IMPORT_DIRS)
    set(arg_IMPORT_DIRS "${CMAKE_CURRENT_SOURCE_DIR}")
    if(IS_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}/proto")
      set(arg_IMPORT_DIRS "${CMAKE_CURRENT_SOURCE_DIR}/proto")
    endif()
  endif()
  if(NOT arg_MANIFEST)
    set(arg_MANIFEST "${name}")
  endif()
  list(GET REEVE_PROTO_DIRS 0 contract)
  set(out "${CMAKE_CURRENT_BINARY_DIR}/${name}.reeve")
  string(MAKE_C_IDENTIFIER "${name}_tasks" REEVE_TABLE)
  reeve_generate(OUT_DIR "${out}" PROTOS ${arg_PROTOS} IMPORT_DIRS ${arg_IMPORT_DIRS}
                 SYSTEM_IMPORT_DIRS ${REEVE_PROTO_DIRS} CONTRACT_DIR "${contract}" TASKS TABLE "${REEVE_TABLE}"
                 MANIFEST "${arg_MANIFEST}" ACCEPTS ${arg_ACCEPTS} SOURCES_VAR files MANIFESTS_VAR manifests)
  set(main)
  if(NOT arg_NO_MAIN)
    set(main "${out}/main.c")
    file(CONFIGURE OUTPUT "${main}" @ONLY CONTENT [[
/* Made by reeve_add_worker(). */
#include "@REEVE_TABLE@.reeve.h"
#include "reeve/worker.h"

int main(int argc, char **argv)
{
    return reeve_worker_main(argc, argv, &@REEVE_TABLE@);
}
]])
  endif()
  add_executable(${name} ${files} ${manifests} ${arg_SOURCES} ${main})
  target_include_directories(${name} PRIVATE "${out}")
  target_compile_features(${name} PRIVATE c_std_11)
  target_link_libraries(${name} PRIVATE reeve::worker ${arg_LIBRARIES})
  if(TARGET reeve::proto_well_known)
    target_link_libraries(${name} PRIVATE reeve::proto_well_known) # in reeve's own tree; installed, it is in the worker
  endif()
  # gRPC core inside the worker is C++.
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX REEVE_PROTO_DIR "${out}")
endfunction()

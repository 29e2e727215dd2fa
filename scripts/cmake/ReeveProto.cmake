# C code from .proto files, made at build time by protoc and protoc-gen-reeve (docs/reference/generator.md).
include(ReeveGenerate)
set(REEVE_PROTOC /usr/bin/protoc)
# Where reeve_add_worker() finds reeve's own protos and protobuf's.
set(REEVE_PROTO_DIRS "${PROJECT_SOURCE_DIR}/proto" "${PROJECT_SOURCE_DIR}/proto/third_party" /usr/include)
include(ReeveWorker)

# reeve_proto_library(NAME PROTOS demo/crm/v1/crm.proto … [IMPORT_DIRS DIR …] [DEPENDS reeve::other …]
#                     [TASKS [TABLE c_name] [MANIFEST stem] [ACCEPTS FILE …]] [GENERATOR target])
#   A static library reeve_NAME, alias reeve::NAME, of the structs and tables of the named files, which are given
#   relative to an import directory (proto, proto/tasks and proto/third_party of this tree unless IMPORT_DIRS says
#   otherwise; protobuf's own files are always found). Code that links it includes "demo/crm/v1/crm.reeve.h".
#   DEPENDS: libraries of files that these import.
#   TASKS: the services are task services; TABLE prints all of them as one struct reeve_task_table c_name
#   ("c_name.reeve.h"); MANIFEST writes stem.manifest.binpb (for `reevectl register`), stem.manifest.txtpb (the same as
#   text) and stem.manifest.json (schemas opened up, for people) into the directory that the target's property
#   REEVE_PROTO_DIR names. ACCEPTS: manifests of older versions whose jobs are taken too, if they are compatible.
#   GENERATOR: for what the generator itself is made of.
function(reeve_proto_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "TASKS" "TABLE;MANIFEST;GENERATOR" "PROTOS;IMPORT_DIRS;DEPENDS;ACCEPTS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "reeve_proto_library(${name}): unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  cmake_path(SET root NORMALIZE "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../..")
  if(NOT arg_IMPORT_DIRS)
    set(arg_IMPORT_DIRS "${root}proto" "${root}proto/tasks" "${root}proto/third_party")
  endif()
  set(out "${CMAKE_CURRENT_BINARY_DIR}/${name}")
  set(tasks)
  if(arg_TASKS)
    set(tasks TASKS)
  endif()
  reeve_generate(OUT_DIR "${out}" PROTOS ${arg_PROTOS} IMPORT_DIRS ${arg_IMPORT_DIRS}
                 SYSTEM_IMPORT_DIRS /usr/include CONTRACT_DIR "${root}proto" ${tasks} TABLE ${arg_TABLE} MANIFEST ${arg_MANIFEST}
                 ACCEPTS ${arg_ACCEPTS} GENERATOR ${arg_GENERATOR}
                 SOURCES_VAR files MANIFESTS_VAR manifests)

  set(depends reeve::protobuf_c ${arg_DEPENDS})
  if(NOT name STREQUAL "proto_well_known")
    list(APPEND depends reeve::proto_well_known)
  endif()
  reeve_library(${name} SOURCES ${files} DEPENDS ${depends})
  target_include_directories(reeve_${name} PUBLIC "${out}")
  set_target_properties(reeve_${name} PROPERTIES REEVE_PROTO_DIR "${out}")
  # A target that uses only the headers waits for them too.
  add_custom_target(reeve_${name}_files DEPENDS ${files} ${manifests})
  add_dependencies(reeve_${name} reeve_${name}_files)
endfunction()

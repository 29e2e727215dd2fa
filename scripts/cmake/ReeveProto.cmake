# C code from .proto files, made at build time by protoc and protoc-gen-reeve (docs/reference/generator.md).

# reeve_proto_library(NAME PROTOS demo/crm/v1/crm.proto … [IMPORT_DIRS DIR …] [DEPENDS reeve::other …]
#                     [TASKS [TABLE c_name] [MANIFEST stem]])
#   A static library reeve_NAME, alias reeve::NAME, of the structs and tables of the named files, which are given
#   relative to an import directory (proto, proto/tasks and proto/third_party of this tree unless IMPORT_DIRS says
#   otherwise; protobuf's own files are always found). Code that links it includes "demo/crm/v1/crm.reeve.h".
#   DEPENDS: libraries of files that these import.
#   TASKS: the services are task services; TABLE prints all of them as one struct reeve_task_table c_name
#   ("c_name.reeve.h"); MANIFEST writes stem.manifest.binpb (for `reevectl register`), stem.manifest.txtpb (the same as
#   text) and stem.manifest.json (schemas opened up, for people) into the directory that the target's property
#   REEVE_PROTO_DIR names.
function(reeve_proto_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "TASKS" "TABLE;MANIFEST" "PROTOS;IMPORT_DIRS;DEPENDS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "reeve_proto_library(${name}): unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  cmake_path(SET root NORMALIZE "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../..")
  if(NOT arg_IMPORT_DIRS)
    set(arg_IMPORT_DIRS "${root}proto" "${root}proto/tasks" "${root}proto/third_party")
  endif()
  set(out "${CMAKE_CURRENT_BINARY_DIR}/${name}")
  file(MAKE_DIRECTORY "${out}")

  set(parameters)
  set(files)
  foreach(proto IN LISTS arg_PROTOS)
    string(REGEX REPLACE "\\.proto$" "" stem "${proto}")
    list(APPEND files "${out}/${stem}.reeve.c" "${out}/${stem}.reeve.h")
  endforeach()
  if(arg_TASKS)
    list(APPEND parameters tasks)
  endif()
  if(arg_TABLE)
    list(APPEND parameters "table=${arg_TABLE}")
    list(APPEND files "${out}/${arg_TABLE}.reeve.c" "${out}/${arg_TABLE}.reeve.h")
  endif()
  set(manifests)
  if(arg_MANIFEST)
    list(APPEND parameters "manifest=${arg_MANIFEST}")
    set(manifests "${out}/${arg_MANIFEST}.manifest.txtpb" "${out}/${arg_MANIFEST}.manifest.json")
  endif()
  list(JOIN parameters "," parameters)

  # protoc writes dependency files for one input at a time only, so everything that could be imported counts.
  set(inputs)
  foreach(directory IN LISTS arg_IMPORT_DIRS)
    file(GLOB_RECURSE found CONFIGURE_DEPENDS "${directory}/*.proto")
    list(APPEND inputs ${found})
  endforeach()
  list(REMOVE_DUPLICATES inputs)
  set(import_flags ${arg_IMPORT_DIRS} /usr/include)
  list(TRANSFORM import_flags PREPEND "--proto_path=")
  add_custom_command(
    OUTPUT ${files} ${manifests}
    COMMAND /usr/bin/protoc "--plugin=protoc-gen-reeve=$<TARGET_FILE:protoc-gen-reeve>" ${import_flags}
            "--reeve_out=${parameters}:${out}" ${arg_PROTOS}
    DEPENDS protoc-gen-reeve ${inputs}
    COMMENT "protoc-gen-reeve: ${name}"
    VERBATIM)

  if(arg_MANIFEST)
    set(manifest "${out}/${arg_MANIFEST}.manifest")
    set(contract "${root}proto/reeve/v1/manifest.proto")
    add_custom_command(
      OUTPUT "${manifest}.binpb"
      COMMAND /usr/bin/protoc "--proto_path=${root}proto" --encode=reeve.v1.Manifest "${contract}"
              < "${manifest}.txtpb" > "${manifest}.binpb"
      DEPENDS "${manifest}.txtpb" "${contract}"
      COMMENT "protoc --encode: ${arg_MANIFEST}.manifest.binpb"
      VERBATIM)
    list(APPEND manifests "${manifest}.binpb")
  endif()

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

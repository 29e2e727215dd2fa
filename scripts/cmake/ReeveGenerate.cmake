# How C code is made from .proto files: one call of protoc with protoc-gen-reeve. Used by reeve_proto_library() in this
# tree and by reeve_add_worker() in a project of its own (docs/reference/generator.md).

# reeve_generate(OUT_DIR DIR PROTOS demo/crm/v1/crm.proto … IMPORT_DIRS DIR … [SYSTEM_IMPORT_DIRS DIR …]
#                CONTRACT_DIR DIR [TASKS [TABLE c_name] [MANIFEST stem] [ACCEPTS FILE …]] [GENERATOR target]
#                SOURCES_VAR v MANIFESTS_VAR w)
#   Build rules for DIR/<proto>.reeve.{c,h} of every named proto, which is given relative to an import directory (a
#   change to anything in one, save in a system one, runs the generator again); for
#   DIR/<c_name>.reeve.{c,h}, all tasks as one struct reeve_task_table c_name; and for DIR/<stem>.manifest.binpb (what
#   `reevectl register` sends), .manifest.txtpb (the same as text) and .manifest.json (schemas opened up, for people).
#   CONTRACT_DIR holds reeve/v1/manifest.proto. The variables get the generated sources and manifests.
#   ACCEPTS names manifests (.manifest.binpb) of older versions whose jobs the tasks take too; the build fails where they
#   are not compatible.
#   REEVE_PROTOC names protoc; the target reeve::protoc_gen is the generator, unless GENERATOR names another.
function(reeve_generate)
  cmake_parse_arguments(PARSE_ARGV 0 arg "TASKS" "OUT_DIR;TABLE;MANIFEST;CONTRACT_DIR;GENERATOR;SOURCES_VAR;MANIFESTS_VAR"
                        "PROTOS;IMPORT_DIRS;SYSTEM_IMPORT_DIRS;ACCEPTS")
  if(NOT arg_GENERATOR)
    set(arg_GENERATOR reeve::protoc_gen)
  endif()
  set(out "${arg_OUT_DIR}")
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
  foreach(manifest IN LISTS arg_ACCEPTS)
    list(APPEND parameters "accepts=${manifest}")
  endforeach()
  list(JOIN parameters "," parameters)

  # protoc writes dependency files for one input at a time only, so everything that could be imported counts.
  set(inputs)
  foreach(directory IN LISTS arg_IMPORT_DIRS)
    file(GLOB_RECURSE found CONFIGURE_DEPENDS "${directory}/*.proto")
    list(APPEND inputs ${found})
  endforeach()
  list(REMOVE_DUPLICATES inputs)
  set(import_flags ${arg_IMPORT_DIRS} ${arg_SYSTEM_IMPORT_DIRS})
  list(TRANSFORM import_flags PREPEND "--proto_path=")
  add_custom_command(
    OUTPUT ${files} ${manifests}
    COMMAND "${REEVE_PROTOC}" "--plugin=protoc-gen-reeve=$<TARGET_FILE:${arg_GENERATOR}>" ${import_flags}
            "--reeve_out=${parameters}:${out}" ${arg_PROTOS}
    DEPENDS ${arg_GENERATOR} ${inputs} ${arg_ACCEPTS}
    COMMENT "protoc-gen-reeve: ${arg_PROTOS}"
    VERBATIM)

  if(arg_MANIFEST)
    set(manifest "${out}/${arg_MANIFEST}.manifest")
    set(contract "${arg_CONTRACT_DIR}/reeve/v1/manifest.proto")
    add_custom_command(
      OUTPUT "${manifest}.binpb"
      COMMAND "${REEVE_PROTOC}" "--proto_path=${arg_CONTRACT_DIR}" --encode=reeve.v1.Manifest "${contract}"
              < "${manifest}.txtpb" > "${manifest}.binpb"
      DEPENDS "${manifest}.txtpb" "${contract}"
      COMMENT "protoc --encode: ${arg_MANIFEST}.manifest.binpb"
      VERBATIM)
    list(APPEND manifests "${manifest}.binpb")
  endif()
  set(${arg_SOURCES_VAR} ${files} PARENT_SCOPE)
  set(${arg_MANIFESTS_VAR} ${manifests} PARENT_SCOPE)
endfunction()

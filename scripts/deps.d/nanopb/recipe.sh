# shellcheck shell=bash disable=SC2034,SC2154 # sourced by scripts/lib/deps_build.sh, which sets and reads the variables
# nanopb: the codec of the stream's frames, and its generator.
recipe_source=$recipe_dir
recipe_flags=("-DNANOPB_SOURCE=$src")
recipe_targets=(protobuf-nanopb)

# The generator compiles its own options on first use, into its own folder; doing that here keeps the prefix read-only.
recipe_install() {
  cmake --install "$build" --prefix "$stage"
  local generator=$stage/share/nanopb/generator
  /usr/bin/protoc "--proto_path=$generator/proto" "--python_out=$generator/proto" nanopb.proto
  /usr/bin/python3 -m compileall -q "$generator"
}

recipe_check() {
  printf 'syntax = "proto3";\nmessage Check { string name = 1; }\n' >"$build/check.proto"
  printf 'Check.name max_size:8\n' >"$build/check.options"
  /usr/bin/protoc "--proto_path=$build" -o "$build/check.pb" check.proto
  /usr/bin/python3 "$stage/share/nanopb/generator/nanopb_generator.py" --quiet "--options-path=$build" \
    "--output-dir=$build" "$build/check.pb"
  compile_check nanopb "-I$stage/include/nanopb" "-I$build" -DPB_FIELD_32BIT=1 -DPB_VALIDATE_UTF8=1 \
    -x c "$build/check.pb.c" -x none "$stage/lib/libprotobuf-nanopb.a"
}

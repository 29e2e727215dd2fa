# shellcheck shell=bash disable=SC2034,SC2154 # sourced by scripts/lib/deps_build.sh, which sets and reads the variables
# protobuf's conformance_test_runner and the messages that its cases are made of.
recipe_source=$recipe_dir
recipe_flags=("-DPROTOBUF_SOURCE=$src")
recipe_targets=(conformance_test_runner)

recipe_install() {
  cmake --install "$build" --prefix "$stage"
}

# Without a testee it says how it is used, on standard error, and fails.
recipe_check() {
  local words
  words=$("$stage/bin/conformance_test_runner" --help 2>&1 || true)
  [[ $words == *'--enforce_recommended'* ]]
  /usr/bin/protoc "--proto_path=$stage/share/protobuf-conformance" --descriptor_set_out=/dev/null \
    conformance.proto google/protobuf/test_messages_proto3.proto
}

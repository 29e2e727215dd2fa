# shellcheck shell=bash disable=SC2034,SC2154 # sourced by scripts/lib/deps_build.sh, which sets and reads the variables
# BoringSSL: the one TLS and crypto library of the process.
recipe_source=$recipe_dir
recipe_flags=("-DBORINGSSL_SOURCE=$src")
recipe_targets=(crypto ssl)

recipe_install() {
  cmake --install "$build" --prefix "$stage"
}

recipe_check() {
  compile_check boringssl "$stage/lib/libssl.a" "$stage/lib/libcrypto.a" -lpthread
}

# shellcheck shell=bash disable=SC2034,SC2154 # sourced by scripts/lib/deps_build.sh, which sets and reads the variables
# libpq: PostgreSQL's client, on our BoringSSL. No GSSAPI, LDAP or ICU; no environment, home directory or service file.
recipe_source=$recipe_dir
recipe_flags=("-DLIBPQ_SOURCE=$src" "-DLIBPQ_STAGE=$stage")
recipe_targets=(pq)

recipe_install() {
  cmake --install "$build" --prefix "$stage"
}

recipe_check() {
  compile_check libpq "-I$stage/include/libpq" "$stage"/lib/lib{pq,ssl,crypto}.a -lpthread
}

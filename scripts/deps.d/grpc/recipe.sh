# shellcheck shell=bash disable=SC2034,SC2154 # sourced by scripts/lib/deps_build.sh, which sets and reads the variables
# gRPC core: the C library only, on our BoringSSL and Debian's abseil, RE2, c-ares and zlib.
# xDS and RLS are left out of the plugin registry: code that nothing here calls would be 3 MB and an attack surface.
recipe_source=$src
recipe_flags=(
  -DgRPC_BUILD_TESTS=OFF -DgRPC_BUILD_CODEGEN=OFF -DgRPC_BUILD_CSHARP_EXT=OFF -DgRPC_INSTALL=OFF
  -DgRPC_ABSL_PROVIDER=package -DgRPC_CARES_PROVIDER=package -DgRPC_PROTOBUF_PROVIDER=package
  -DgRPC_RE2_PROVIDER=package -DgRPC_SSL_PROVIDER=package -DgRPC_ZLIB_PROVIDER=package
  "-DOPENSSL_ROOT_DIR=$stage" "-DOPENSSL_INCLUDE_DIR=$stage/include"
  "-DOPENSSL_SSL_LIBRARY=$stage/lib/libssl.a" "-DOPENSSL_CRYPTO_LIBRARY=$stage/lib/libcrypto.a"
  -DCMAKE_CXX_STANDARD=17
)
recipe_defines=(-DGRPC_NO_XDS -DGRPC_NO_RLS)
recipe_targets=(grpc)

recipe_install() {
  install -d "$stage/lib" "$stage/include"
  install -m 644 "$build"/lib{grpc,gpr,upb,address_sorting}.a "$stage/lib/"
  cp -R "$src/include/grpc" "$stage/include/"
}

recipe_check() {
  compile_check grpc -Wl,--start-group "$stage"/lib/lib{grpc,gpr,upb,address_sorting,ssl,crypto}.a \
    "$debian_lib"/libabsl_*.a "$debian_lib"/lib{cares,re2,z}.a -Wl,--end-group -lpthread -lm
}

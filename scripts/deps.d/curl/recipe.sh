# shellcheck shell=bash disable=SC2034,SC2154 # sourced by scripts/lib/deps_build.sh, which sets and reads the variables
# libcurl: HTTP and HTTPS only, HTTP/2 by nghttp2, names by c-ares, TLS by our BoringSSL. No cookies, netrc, DoH or
# alternative services: what a binding does not use is not there to be misused.
recipe_source=$src
recipe_flags=(
  -DBUILD_SHARED_LIBS=OFF -DBUILD_CURL_EXE=OFF -DBUILD_TESTING=OFF -DENABLE_MANUAL=OFF -DPICKY_COMPILER=OFF
  -DHTTP_ONLY=ON -DENABLE_ARES=ON -DUSE_NGHTTP2=ON -DCURL_ZLIB=ON
  -DCURL_USE_OPENSSL=ON -DCURL_DISABLE_OPENSSL_AUTO_LOAD_CONFIG=ON
  "-DOPENSSL_ROOT_DIR=$stage" "-DOPENSSL_INCLUDE_DIR=$stage/include"
  "-DOPENSSL_SSL_LIBRARY=$stage/lib/libssl.a" "-DOPENSSL_CRYPTO_LIBRARY=$stage/lib/libcrypto.a"
  "-DCARES_LIBRARY=$debian_lib/libcares.a" "-DNGHTTP2_LIBRARY=$debian_lib/libnghttp2.a"
  "-DZLIB_LIBRARY=$debian_lib/libz.a"
  -DCURL_DISABLE_COOKIES=ON -DCURL_DISABLE_NETRC=ON -DCURL_DISABLE_DOH=ON -DCURL_DISABLE_ALTSVC=ON
  -DCURL_DISABLE_HSTS=ON -DCURL_DISABLE_NTLM=ON -DCURL_DISABLE_LIBCURL_OPTION=ON
  -DUSE_LIBIDN2=OFF -DCURL_USE_LIBPSL=OFF -DCURL_USE_LIBSSH2=OFF -DCURL_USE_LIBSSH=OFF -DCURL_USE_GSSAPI=OFF
  -DCURL_BROTLI=OFF -DCURL_ZSTD=OFF -DCURL_CA_BUNDLE=none -DCURL_CA_PATH=none
)
recipe_targets=(libcurl)

recipe_install() {
  install -d "$stage/lib" "$stage/include/curl"
  install -m 644 "$build/lib/libcurl.a" "$stage/lib/"
  install -m 644 "$src"/include/curl/*.h "$stage/include/curl/"
}

recipe_check() {
  compile_check curl "$stage"/lib/lib{curl,ssl,crypto}.a "$debian_lib"/lib{nghttp2,cares,z}.a -lpthread
}

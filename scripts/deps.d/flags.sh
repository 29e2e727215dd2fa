# shellcheck shell=bash disable=SC2034,SC2154 # sourced by scripts/lib/deps_build.sh
# The compiler and the flags that every dependency is built with. This file is part of the cache's key.
compile_flags="-O2 -g1 -DNDEBUG -fPIC -fno-omit-frame-pointer -ffunction-sections -fdata-sections"
compile_flags+=" -fstack-protector-strong -D_FORTIFY_SOURCE=2"
cmake_flags=(
  -DCMAKE_C_COMPILER=/usr/bin/gcc -DCMAKE_CXX_COMPILER=/usr/bin/g++ -DCMAKE_BUILD_TYPE=None
  -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DBUILD_SHARED_LIBS=OFF -DCMAKE_INSTALL_LIBDIR=lib
)

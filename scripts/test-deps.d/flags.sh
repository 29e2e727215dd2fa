# shellcheck shell=bash disable=SC2034 # sourced by scripts/lib/deps_build.sh
# Plain builds: these programs run in tests only.
compile_flags="-O1 -g0"
cmake_flags=(-DCMAKE_CXX_COMPILER=/usr/bin/g++ -DCMAKE_BUILD_TYPE=None)

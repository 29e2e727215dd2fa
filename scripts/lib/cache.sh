# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Where the cache is and which prefix belongs to this checkout. Everything the scripts keep lives outside the tree.
#   downloads/NAME/   source packages          work/KEY/   unfinished builds, their logs and stamps
#   deps/KEY/         finished prefixes        ccache/     compiled objects of our own tree

lib_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scripts_dir=$(dirname "$lib_dir")
deps_recipes=${REEVE_DEPS_RECIPES:-$scripts_dir/deps.d}
deps_lock=${REEVE_DEPS_LOCK:-$deps_recipes/lock}

# cache_dir: an absolute path, whatever the environment says.
cache_dir() {
  realpath --canonicalize-missing --no-symlinks "${REEVE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/reeve}"
}

# The static archives of Debian that end up beside ours: another version of one asks for another build.
deps_debian_packages=(libabsl-dev libre2-dev libc-ares-dev zlib1g-dev libnghttp2-dev)

# deps_key: 16 hex digits over everything that decides what comes out: lock, flags, recipes, patches,
# compiler, archives. The self-checks decide nothing.
deps_key() {
  {
    cat "$deps_lock"
    find "$deps_recipes" -type f -not -name lock -not -name 'check.*' -printf '%P\n' | LC_ALL=C sort |
      while IFS= read -r file; do
        printf '%s\n' "$file"
        cat "$deps_recipes/$file"
      done
    gcc -dumpfullversion -dumpmachine 2>/dev/null || echo "no compiler"
    # shellcheck disable=SC2016 # dpkg's own format
    dpkg-query -W -f '${Package} ${Version}\n' "${deps_debian_packages[@]}" 2>/dev/null || true
  } | sha256sum | cut -c 1-16
}

deps_prefix() {
  printf '%s/deps/%s\n' "$(cache_dir)" "$1"
}

# deps_use_tests: the set that only tests need, in place of what reeve links. Its key is its own: a change of one set
# leaves the other as it is.
deps_use_tests() {
  deps_recipes=$scripts_dir/test-deps.d
  deps_lock=$deps_recipes/lock
  deps_debian_packages=(libprotobuf-dev libprotoc-dev)
}

# A prefix is renamed into place when it is whole, so being there is being complete.
deps_complete() {
  [ -f "$(deps_prefix "$1")/versions" ]
}

# deps_each FUNCTION: calls FUNCTION name package version sha256 weight for each line of the lock.
deps_each() {
  local name package version sha256 weight
  while read -r name package version sha256 weight; do
    case $name in '' | '#'*) continue ;; esac
    "$1" "$name" "$package" "$version" "$sha256" "$weight" </dev/null
  done <"$deps_lock"
}

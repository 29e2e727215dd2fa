# shellcheck shell=bash disable=SC2154 # sourced by scripts/deps, which sets and reads the variables
# SPDX-License-Identifier: Apache-2.0
#
# Compares a built set with what apt's mirror has now. A set stays as it was built: its key knows nothing of Debian's
# revisions, which carry the security fixes, and downloads are kept.

# newest_version: the highest of the Debian versions on standard input; nothing when there is none.
newest_version() {
  local newest='' version
  while read -r version; do
    if [ -z "$newest" ] || dpkg --compare-versions "$version" gt "$newest"; then
      newest=$version
    fi
  done
  printf '%s\n' "$newest"
}

# offered_versions PACKAGE: each version of a source package that the mirror has. That it has none is no failure.
offered_versions() {
  { apt-cache "${apt_source_options[@]}" showsrc --only-source "$1" 2>/dev/null || true; } |
    awk '$1 == "Version:" { print $2 }'
}

# compare_dependency NAME PACKAGE VERSION …: one line about it; what needs doing is counted in newer_revisions and
# newer_releases. A version's epoch says nothing about which release it is.
compare_dependency() {
  local name=$1 package=$2 upstream=$3 built offered newest
  built=$(awk -v name="$name" '$1 == name { print $3 }' "$prefix/versions")
  newest=$(offered_versions "$package" | newest_version)
  offered=$(offered_versions "$package" | awk -v upstream="$upstream" \
    '{ plain = $1; sub(/^[0-9]+:/, "", plain) } index(plain, upstream "-") == 1' | newest_version)
  if [ -n "$offered" ] && dpkg --compare-versions "$offered" gt "$built"; then
    newer_revisions=$((newer_revisions + 1))
    say "$name: $built is built, the mirror has $offered"
  elif [ -z "$newest" ]; then
    gone=$((gone + 1))
    say "$name: $built is built, the mirror has no $package at all"
  elif dpkg --compare-versions "$newest" gt "$built"; then
    newer_releases=$((newer_releases + 1))
    say "$name: $built is built, the mirror has another release: $newest"
  else
    say "$name: $built is built, the mirror has nothing newer"
  fi
}

# refresh_indexes: apt goes on with old indexes where it cannot fetch one, and calls that success; here it is none.
refresh_indexes() {
  local log=$cache/apt/update.log
  apt_source_configure "$cache/apt"
  apt-get "${apt_source_options[@]}" update >"$log" 2>&1 && ! grep -qE '^(Err:|E:)' "$log" && return
  cat "$log" >&2
  die "the mirror's indexes could not be fetched." "Next: check the network and 'apt-get update'; then run this again."
}

# report_outdated: exit status 0 when there is nothing newer, 4 when there is, 3 when nothing is built.
report_outdated() {
  local prefix newer_revisions=0 newer_releases=0 gone=0
  prefix=$(deps_prefix "$(deps_key)")
  if ! deps_complete "$(deps_key)"; then
    say "not built yet; run $again"
    exit 3
  fi
  cache=$(cache_dir)
  lock_cache
  refresh_indexes
  deps_each compare_dependency
  [ $((newer_revisions + newer_releases + gone)) -gt 0 ] || return 0
  [ "$newer_revisions" -eq 0 ] || say "Next: scripts/deps --clean=all, then $again, which builds with the newer revisions."
  [ "$newer_releases" -eq 0 ] || say "Next: move the release's line in $deps_lock, then run $again."
  [ "$gone" -eq 0 ] || say "Next: check this machine's apt sources; what is built came from them."
  exit 4
}

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# scripts/deps without building anything: what it prints, its exit statuses, the key, the checksum, the lock, the choice
# of Debian's entries among the machine's.
set -u
. "$(dirname "$0")/expect.sh"
deps=$repository/scripts/deps
export REEVE_CACHE=$scratch/cache

helps_and_refuses_wrong_usage() {
  run "$deps" --help
  expect_status 0
  expect_says "usage: scripts/deps"
  expect_says "$REEVE_CACHE"
  run "$deps" --no-such-option
  expect_status 2
}

prints_the_prefix_and_builds_nothing() {
  run "$deps" --print-prefix
  expect_status 3
  expect_says "$REEVE_CACHE/deps/"
  expect_says "run scripts/deps"
  expect_equal "$(find "$scratch" -mindepth 1)" ""
}

reports_its_state_as_json() {
  run "$deps" --json
  expect_status 0
  expect_says '"complete":false'
  expect_equal "$(/usr/bin/python3 -c 'import json,sys; print(len(json.load(sys.stdin)["dependencies"]))' <<<"$output")" 5
}

the_tests_own_set_is_another() {
  run "$deps" --tests --print-prefix
  expect_status 3
  expect_says "run scripts/deps --tests"
  [ "$("$deps" --print-prefix 2>/dev/null)" != "$("$deps" --tests --print-prefix 2>/dev/null)" ]
  expect_equal "$?" 0
  run "$deps" --tests --clean
  expect_status 2
}

# prefix_with_lock FILE: the prefix that belongs to a lock file.
prefix_with_lock() {
  REEVE_DEPS_LOCK=$1 "$deps" --print-prefix 2>/dev/null
}

key_follows_the_lock_file() {
  local lock=$scratch/lock first
  cp "$repository/scripts/deps.d/lock" "$lock"
  first=$(prefix_with_lock "$lock")
  expect_equal "$(prefix_with_lock "$lock")" "$first"
  sed -i 's/^nanopb .*//' "$lock"
  [ "$(prefix_with_lock "$lock")" != "$first" ]
  expect_equal "$?" 0
}

# downloaded_as SHA256: a cache in which one package was fetched already, and a lock that pins it to SHA256.
downloaded_as() {
  export REEVE_DEPS_LOCK=$scratch/fake.lock
  printf 'boringssl some-package 1.0 %s 1\n' "$1" >"$REEVE_DEPS_LOCK"
  local work kept=$REEVE_CACHE/downloads/boringssl-1.0
  work=$REEVE_CACHE/work/$(basename "$(prefix_with_lock "$REEVE_DEPS_LOCK")")
  mkdir -p "$work/stamps" "$kept"
  : >"$work/stamps/boringssl.fetch"
  printf 'Version: 1.0-1\n' >"$kept/some-package_1.0-1.dsc"
  printf 'these are the bytes' >"$kept/some-package_1.0.orig.tar.gz"
}

refuses_a_tarball_with_another_checksum() {
  downloaded_as "$(printf 'other bytes' | sha256sum | cut -d ' ' -f 1)"
  run "$deps"
  expect_status 1
  expect_says "checksum mismatch"
  expect_says "boringssl: the step 'unpack' failed"
  expect_says "Next: "
  run "$deps" --print-prefix
  expect_status 3

  # The counter-check: with the right checksum it gets past this, to the package description that is none.
  downloaded_as "$(printf 'these are the bytes' | sha256sum | cut -d ' ' -f 1)"
  run "$deps"
  expect_status 1
  expect_does_not_say "checksum mismatch"
  unset REEVE_DEPS_LOCK
}

second_run_waits_for_the_first() {
  local prefix
  prefix=$("$deps" --print-prefix 2>/dev/null)
  mkdir -p "$REEVE_CACHE"
  exec 8>"$REEVE_CACHE/.lock"
  flock 8
  "$deps" >"$scratch/waiting" 2>&1 8>&- &
  local second=$!
  for _ in $(seq 100); do
    grep -q waiting "$scratch/waiting" && break
    sleep 0.1
  done
  mkdir -p "$prefix"
  : >"$prefix/versions"
  flock --unlock 8
  wait "$second"
  expect_equal "$?" 0
  output=$(cat "$scratch/waiting")
  expect_says "another scripts/deps is at work"
  expect_says "already built"
}

cleans_only_what_is_not_this_checkouts() {
  local prefix tests
  prefix=$("$deps" --print-prefix 2>/dev/null)
  tests=$("$deps" --tests --print-prefix 2>/dev/null)
  rm -rf "$REEVE_CACHE"
  mkdir -p "$prefix" "$tests" "$REEVE_CACHE/deps/0123456789abcdef" "$REEVE_CACHE/work/0123456789abcdef" "$REEVE_CACHE/downloads/x"
  : >"$prefix/versions"
  run "$deps" --clean
  expect_status 0
  expect_equal "$(find "$REEVE_CACHE/deps" "$REEVE_CACHE/downloads" -mindepth 1 -maxdepth 1 | LC_ALL=C sort)" \
    "$(printf '%s\n' "$prefix" "$tests" | LC_ALL=C sort)
$REEVE_CACHE/downloads/x"
  run "$deps" --clean=all
  expect_status 0
  run "$deps" --print-prefix
  expect_status 3
  expect_equal "$(find "$REEVE_CACHE" -mindepth 1 -not -name .lock)" ""
}

refuses_a_cache_that_no_flag_can_name() {
  run env "REEVE_CACHE=$scratch/with space" "$deps"
  expect_status 1
  expect_says "REEVE_CACHE"
  run env -C "$scratch" REEVE_CACHE=relative "$deps" --print-prefix
  expect_says "$scratch/relative/deps/"
}

chooses_debians_entries_of_both_forms() {
  local apt=$scratch/apt
  mkdir -p "$apt/sources.list.d" "$apt/lists/partial"
  cat >"$apt/sources.list" <<'LIST'
deb [arch=amd64] http://mirror.example/debian bookworm main contrib
deb http://mirror.example/debian trixie main
deb http://apt.example/docker bookworm stable
LIST
  cat >"$apt/sources.list.d/security.sources" <<'LIST'
Types: deb
URIs: http://mirror.example/security
Suites: bookworm-security
Components: main
LIST
  printf 'Dir::Etc::sourcelist "%s";\nDir::Etc::sourceparts "%s";\nDir::State::lists "%s";\n' \
    "$apt/sources.list" "$apt/sources.list.d" "$apt/lists" >"$apt/apt.conf"
  output=$(
    . "$repository/scripts/lib/apt_source.sh"
    APT_CONFIG=$apt/apt.conf apt_source_addresses | sort
  )
  expect_equal "$output" "http://mirror.example/debian bookworm
http://mirror.example/security bookworm-security"
}

helps_and_refuses_wrong_usage
prints_the_prefix_and_builds_nothing
reports_its_state_as_json
the_tests_own_set_is_another
key_follows_the_lock_file
refuses_a_tarball_with_another_checksum
second_run_waits_for_the_first
cleans_only_what_is_not_this_checkouts
refuses_a_cache_that_no_flag_can_name
chooses_debians_entries_of_both_forms
expect_report

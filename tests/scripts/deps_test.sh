#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# scripts/deps without building anything real: what it prints, its exit statuses, the key, the checksum, the lock, the
# choice of Debian's entries among the machine's, runs that are interrupted or at once, what a mirror has that is newer.
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

# --- two libraries that are built in no time, by tools that only write down that they were called --------------------

# fake_tool NAME BODY: NAME in a folder that comes first in PATH.
fake_tool() {
  mkdir -p "$scratch/bin"
  printf '#!/usr/bin/env bash\n%s\n' "$2" >"$scratch/bin/$1"
  chmod +x "$scratch/bin/$1"
}

# fake_library NAME INSTALLS: its recipe, its line in the lock, its download. INSTALLS is what its install step does.
fake_library() {
  local kept=$REEVE_CACHE/downloads/$1-1.0
  mkdir -p "$REEVE_DEPS_RECIPES/$1" "$kept"
  cat >"$REEVE_DEPS_RECIPES/$1/recipe.sh" <<RECIPE
recipe_source=\$src recipe_targets=($1)
recipe_install() {
  echo "$1 install" >>"$calls"
  $2
  install -d "\$stage/lib"
  : >"\$stage/lib/lib$1.a"
}
recipe_check() { echo "$1 check" >>"$calls"; }
RECIPE
  printf 'Version: 1.0-1\n' >"$kept/$1_1.0-1.dsc"
  printf 'the bytes of %s' "$1" >"$kept/$1_1.0.orig.tar.gz"
  printf '%s %s 1.0 %s 1\n' "$1" "$1" "$(sha256sum <"$kept/$1_1.0.orig.tar.gz" | cut -d ' ' -f 1)" >>"$REEVE_DEPS_LOCK"
}

# with_two_libraries: the second one's install step says in $reached that it began, and goes on when $gate is written to.
with_two_libraries() {
  rm -rf "$REEVE_CACHE" "$scratch/fake" "${scratch:?}/bin"
  export REEVE_DEPS_RECIPES=$scratch/fake REEVE_DEPS_LOCK=$scratch/fake/lock
  calls=$scratch/calls reached=$scratch/reached gate=$scratch/gate
  rm -f "$calls" "$reached" "$gate"
  mkfifo "$reached" "$gate"
  mkdir -p "$REEVE_DEPS_RECIPES"
  : >"$REEVE_DEPS_LOCK"
  printf 'compile_flags="" cmake_flags=()\n' >"$REEVE_DEPS_RECIPES/flags.sh"
  fake_tool dpkg-source "for to; do :; done; echo \"\$(basename \"\${to%.part}\") unpack\" >>'$calls'
mkdir -p \"\$to/debian\"; : >\"\$to/debian/copyright\""
  fake_tool cmake "while [ \"\$1\" != -B ]; do shift; done; echo \"\$(basename \"\$2\") configure\" >>'$calls'"
  fake_tool ninja "for target; do :; done; echo \"\$target compile\" >>'$calls'; echo '@1/1 done'"
  fake_library first :
  fake_library second "echo >$reached; read -r _ <$gate"
}

without_libraries() {
  unset REEVE_DEPS_RECIPES REEVE_DEPS_LOCK
  rm -rf "${scratch:?}/bin"
}

# deps_in_background FILE: a run whose output goes to FILE, in a process group of its own; its id in $started.
deps_in_background() {
  PATH=$scratch/bin:$PATH setsid "$deps" >"$1" 2>&1 </dev/null &
  started=$!
}

wait_until_it_says() {
  for _ in $(seq 300); do
    grep -q "$2" "$1" && return
    sleep 0.1
  done
}

every_step_once="first unpack
first configure
first compile
first install
first check
second unpack
second configure
second compile
second install"

a_run_killed_in_a_step_goes_on_from_there() {
  with_two_libraries
  deps_in_background "$scratch/killed"
  read -r _ <"$reached"
  kill -KILL -- "-$started"
  wait "$started" 2>/dev/null
  expect_equal "$(cat "$calls")" "$every_step_once"
  run "$deps" --print-prefix
  expect_status 3

  deps_in_background "$scratch/rerun"
  read -r _ <"$reached"
  echo >"$gate"
  wait "$started"
  expect_equal "$?" 0
  output=$(cat "$scratch/rerun")
  expect_says "first 1.0 is already built"
  expect_says "second 1.0-1 is built"
  expect_equal "$(cat "$calls")" "$every_step_once
second install
second check"
  run "$deps" --print-prefix
  expect_status 0
  expect_equal "$(cd "$output/lib" && echo *)" "libfirst.a libsecond.a"
  without_libraries
}

# What a killed run had started still works in the folder: nobody builds beside it.
a_step_that_outlives_its_run_is_waited_for() {
  with_two_libraries
  deps_in_background "$scratch/killed"
  read -r _ <"$reached"
  kill -KILL "$started"
  wait "$started" 2>/dev/null
  deps_in_background "$scratch/rerun"
  wait_until_it_says "$scratch/rerun" "another scripts/deps is at work"
  expect_equal "$(cat "$calls")" "$every_step_once"
  echo >"$gate"
  read -r _ <"$reached"
  echo >"$gate"
  wait "$started"
  expect_equal "$?" 0
  expect_equal "$(grep -c 'second install' "$calls")" 2
  without_libraries
}

two_runs_at_once_build_once() {
  with_two_libraries
  local first second
  deps_in_background "$scratch/one"
  first=$started
  read -r _ <"$reached"
  deps_in_background "$scratch/two"
  second=$started
  wait_until_it_says "$scratch/two" "another scripts/deps is at work"
  echo >"$gate"
  wait "$first"
  expect_equal "$?" 0
  wait "$second"
  expect_equal "$?" 0
  output=$(cat "$scratch/two")
  expect_says "already built, by the run that this one waited for"
  expect_equal "$(cat "$calls")" "$every_step_once
second check"
  without_libraries
}

# --- what the mirror has --------------------------------------------------------------------------------------------

# with_mirror NAME=VERSIONS…: a built set of two libraries, and a mirror that has those versions of their packages.
with_mirror() {
  local pair prefix
  with_two_libraries
  prefix=$("$deps" --print-prefix 2>/dev/null)
  mkdir -p "$prefix" "$scratch/offers"
  rm -f "$scratch/offers"/*
  printf 'first 1.0 1.0-9+deb12u1 7\nsecond 1.0 1:1.0-2 7\n' >"$prefix/versions"
  for pair; do
    # shellcheck disable=SC2086 # a list of versions
    printf 'Version: %s\n' ${pair#*=} >"$scratch/offers/${pair%%=*}"
  done
  fake_tool apt-get "case \" \$* \" in
  *--print-uris*) echo \"'http://mirror.example/debian/dists/bookworm/main/binary-amd64/Packages.xz' x 0\" ;;
  *) ${fetches:-:} ;;
esac"
  fake_tool apt-cache "for package; do :; done; cat '$scratch/offers/'\$package"
  run env "PATH=$scratch/bin:$PATH" "$deps" --outdated
  without_libraries
}

compares_a_set_with_the_mirror() {
  with_mirror first="1.0-9 1.0-9+deb12u1" second="1:1.0-2 1:0.9-7"
  expect_status 0
  expect_says "first: 1.0-9+deb12u1 is built, the mirror has nothing newer"
  expect_does_not_say "Next: "

  # As Debian orders versions, not as text.
  with_mirror first="1.0-9+deb12u10 1.0-9+deb12u9" second="1:1.0-2"
  expect_status 4
  expect_says "first: 1.0-9+deb12u1 is built, the mirror has 1.0-9+deb12u10"
  expect_says "second: 1:1.0-2 is built, the mirror has nothing newer"
  expect_says "Next: scripts/deps --clean=all, then scripts/deps"

  with_mirror first="1.0-9+deb12u1" second="1:1.0.1-1"
  expect_status 4
  expect_says "second: 1:1.0-2 is built, the mirror has another release: 1:1.0.1-1"
  expect_says "Next: move the release's line"

  with_mirror first="1.0-9+deb12u1"
  expect_status 4
  expect_says "second: 1:1.0-2 is built, the mirror has no second at all"
}

does_not_take_silence_for_nothing_newer() {
  fetches="echo 'Err:1 http://mirror.example bookworm InRelease'" with_mirror first="1.0-9+deb12u1" second="1:1.0-2"
  expect_status 1
  expect_says "could not be fetched"
  expect_says "Next: "
  rm -rf "$REEVE_CACHE"
  run "$deps" --outdated
  expect_status 3
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
a_run_killed_in_a_step_goes_on_from_there
a_step_that_outlives_its_run_is_waited_for
two_runs_at_once_build_once
compares_a_set_with_the_mirror
does_not_take_silence_for_nothing_newer
expect_report

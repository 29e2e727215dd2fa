# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Builds one dependency in steps: fetch, unpack, configure, compile, install, check. Each finished step leaves a stamp,
# so that an interrupted run goes on where it was. All of it happens in $work; the caller renames the stage when whole.

# shellcheck source=scripts/deps.d/flags.sh
. "$deps_recipes/flags.sh"
debian_lib=/usr/lib/$(gcc -dumpmachine 2>/dev/null || true)

# build_dependency NAME PACKAGE VERSION SHA256 WEIGHT
build_dependency() {
  name=$1 package=$2 version=$3 sha256=$4 weight=$5
  recipe_dir=$deps_recipes/$name src=$work/src/$name build=$work/build/$name log=$work/logs/$name.log
  position=$((position + 1)) fraction=0
  if [ -f "$work/stamps/$name.check" ]; then
    say "$position of $count: $name $version is already built"
    weight_done=$((weight_done + weight)) weight_skipped=$((weight_skipped + weight))
    return
  fi
  local began=$SECONDS
  step fetch fetch_source
  step unpack unpack_source
  load_recipe
  step configure configure_source
  step compile compile_source
  fraction=100
  step install recipe_install
  step licences keep_licences
  step check recipe_check
  weight_done=$((weight_done + weight))
  printf '%s %s %s %s\n' "$name" "$version" "$(cat "$work/stamps/$name.revision")" "$((SECONDS - began))" \
    >"$work/stamps/$name.version"
  say "$position of $count: $name $(cat "$work/stamps/$name.revision") is built ($(ui_duration $((SECONDS - began))))"
}

# step STEP FUNCTION: runs FUNCTION once. Its output goes to the log; progress goes to descriptor 3, the person.
step() {
  local stamp=$work/stamps/$name.$1 status
  [ ! -f "$stamp" ] || return 0
  show_progress "$1"
  set +e
  (
    set -e
    "$2"
  ) 3>&2 >>"$log" 2>&1
  status=$?
  set -e
  [ "$status" -eq 0 ] || fail_step "$1" "$status"
  : >"$stamp"
}

fail_step() {
  ui_end_line
  printf -- '---- the last lines of %s\n' "$log" >&2
  tail -n 30 "$log" >&2
  printf -- '----\n' >&2
  local next="Next: read the log ($log), then run $again again: it goes on from this step."
  if [ "$1" = fetch ]; then
    next="Next: check the network and 'apt-get update'; then run $again again. A wrong checksum is never accepted: see $deps_lock."
  fi
  die "$name: the step '$1' failed (status $2)." "$next"
}

show_progress() {
  local done_now=$((weight_done * 100 + weight * fraction)) skipped=$((weight_skipped * 100)) elapsed=$SECONDS left
  left=$(((weight_total * 100 - done_now) / 100))
  # With a minute's worth of work behind us the machine's own pace counts, not the lock's.
  if [ "$elapsed" -ge 20 ] && [ $((done_now - skipped)) -ge 1500 ]; then
    left=$((elapsed * (weight_total * 100 - done_now) / (done_now - skipped)))
  fi
  ui_progress "$position of $count: $name $version, $1$([ "$1" != compile ] || printf ' %d%%' "$fraction"); $(
    ui_duration "$elapsed") so far, about $(ui_duration "$left") left"
}

# --- the steps ------------------------------------------------------------------------------------------------------

# tarball_of DIR: the upstream tarball among the files of a downloaded source package.
tarball_of() {
  find "$1" -maxdepth 1 -name "${package}_*.orig.tar.*" -not -name '*.asc' 2>/dev/null | LC_ALL=C sort | head -n 1
}

tarball_is_good() {
  local tarball
  tarball=$(tarball_of "$1")
  [ -n "$tarball" ] && printf '%s  %s\n' "$sha256" "$tarball" | sha256sum --check --status
}

# Downloaded packages are kept; one that is whole and has the locked checksum needs no network.
fetch_source() {
  local kept=$cache/downloads/$name-$version
  if ! { compgen -G "$kept/*.dsc" >/dev/null && tarball_is_good "$kept"; }; then
    rm -rf "$kept" "$kept.part"
    apt_source_prepare "$cache/apt"
    apt_source_download "$package" "$version" "$kept.part"
    check_tarball "$kept.part"
    mv "$kept.part" "$kept"
  fi
  awk '$1 == "Version:" { print $2; exit }' "$kept"/*.dsc >"$work/stamps/$name.revision"
}

check_tarball() {
  tarball_is_good "$1" && return
  printf 'checksum mismatch: %s\n  locked:     %s\n  downloaded: %s\n' "$(tarball_of "$1")" "$sha256" \
    "$(sha256sum "$(tarball_of "$1")" | cut -d ' ' -f 1)" >&2
  return 1
}

# dpkg-source applies Debian's patches; ours come on top. apt has already verified the archive's signature.
unpack_source() {
  local kept=$cache/downloads/$name-$version patch
  tarball_is_good "$kept" || check_tarball "$kept"
  rm -rf "$src" "$src.part"
  dpkg-source --no-check --no-copy -x "$kept"/*.dsc "$src.part"
  for patch in "$recipe_dir"/*.patch; do
    [ ! -f "$patch" ] || patch --directory "$src.part" --strip 1 --forward --no-backup-if-mismatch <"$patch"
  done
  mv "$src.part" "$src"
}

load_recipe() {
  recipe_source='' recipe_flags=() recipe_defines=() recipe_targets=()
  # shellcheck source=/dev/null
  . "$recipe_dir/recipe.sh"
}

# Paths of this machine stay out of the objects: the same sources give the same archives anywhere.
configure_source() {
  local flags="$compile_flags -ffile-prefix-map=$src=$name -ffile-prefix-map=$build=$name-build -ffile-prefix-map=$stage=deps"
  flags+=" ${recipe_defines[*]}"
  cmake -G Ninja -S "$recipe_source" -B "$build" -Wno-dev \
    -DCMAKE_C_FLAGS="$flags" -DCMAKE_CXX_FLAGS="$flags" -DCMAKE_ASM_FLAGS="$flags" \
    "${cmake_flags[@]}" "${recipe_flags[@]}"
}

# ninja says "@done/total" before each command; that is where the percentage comes from.
compile_source() {
  NINJA_STATUS='@%f/%t ' ninja -C "$build" -j "$jobs" "${recipe_targets[@]}" 2>&1 | watch_ninja
  return "${PIPESTATUS[0]}"
}

watch_ninja() {
  local line status
  while true; do
    status=0
    IFS= read -r -t 1 line || status=$?
    # Above 128 nothing came within the second; between that and 0 the stream has ended.
    [ "$status" -eq 0 ] || [ "$status" -gt 128 ] || break
    if [ "$status" -eq 0 ]; then
      printf '%s\n' "$line"
      [[ ! $line =~ ^@([0-9]+)/([0-9]+) ]] || fraction=$((BASH_REMATCH[1] * 100 / BASH_REMATCH[2]))
    fi
    show_progress compile 2>&3
  done
}

# Whoever ships a binary that links these has to ship their licences: Debian's copyright file names them all.
keep_licences() {
  local directory=$stage/share/licenses/$name
  install -d "$directory"
  install -m 644 "$src/debian/copyright" "$directory/"
  find "$src" -maxdepth 1 -type f \( -name 'LICENSE*' -o -name 'COPYING*' -o -name 'NOTICE*' \) \
    -exec install -m 644 {} "$directory/" \;
}

# compile_check NAME ARGUMENTS…: builds the recipe's check.cc with ARGUMENTS and runs it; linked as our programs are.
compile_check() {
  local name=$1
  shift
  g++ -O1 -I"$stage/include" -ffunction-sections -Wl,--gc-sections "$recipe_dir/check.cc" "$@" \
    -static-libstdc++ -static-libgcc -o "$build/check"
  ! ldd "$build/check" | grep -E 'lib(ssl|crypto|grpc|absl|curl|stdc\+\+)' || return 1
  "$build/check" | tee "$build/check.out"
  strip -o "$build/check.stripped" "$build/check"
  printf 'stripped check program of %s: %s bytes\n' "$name" "$(stat -c %s "$build/check.stripped")"
}

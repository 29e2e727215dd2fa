#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The worker's image without a container engine: the Containerfile's own steps in a folder, and the program that lies
# there, run with that folder as its root.
#
# usage: image_test.sh BUILD-DIRECTORY
set -u
. "$(dirname "$0")/expect.sh"
build=$1
file=$repository/scripts/deploy/container/Containerfile
rootfs=$scratch/rootfs

# What the file copies is what the command above it installs, small and without a debugger's notes.
installs_what_it_copies() {
  local program=$scratch/build/image/bin/reeve-agent
  run cmake --install "$build" --component worker --strip --prefix "$scratch/build/image"
  expect_status 0
  expect_equal "$(cd "$scratch/build/image" && find . -type f)" ./bin/reeve-agent
  expect_equal "$(readelf --sections --wide "$program" | grep -cE '\.(debug_info|symtab)')" 0
  [ "$(stat -c %s "$program")" -le 10485760 ]
  expect_equal "$?" 0
  output=$(cat "$file")
  expect_says "cmake --install build/default --component worker --strip --prefix build/image"
}

# Nothing else of a developer's tree goes to whoever builds the image.
sends_nothing_else() {
  expect_equal "$(grep -v '^#' "$repository/.containerignore")" "*
!$(sed -n 's#^COPY \(build/[^ ]*\) .*#\1#p' "$file")"
}

# Its RUN and COPY lines, with folders of ours.
steps() {
  sed -n -e 's/^RUN //p' -e 's/^COPY \(build.*\)/cp \1/p' "$file" | sed "s#/rootfs#$rootfs#g"
}

runs_on_an_empty_base() {
  local user
  if [ "$(id -u)" -ne 0 ]; then
    echo "not root: the steps of the Containerfile are left out"
    return
  fi
  user=$(sed -n 's/^USER //p' "$file")
  run bash -euc "cd $scratch; $(steps)"
  expect_status 0
  run chroot "--userspec=$user" "$rootfs" /usr/bin/reeve-agent tasks
  expect_status 0
  expect_says "demo.native.v1.Native/Echo"
  expect_equal "$(stat -c %u:%g:%a "$rootfs/var/lib/reeve")" "$user:700"
  # The counter-check: with nothing of libc beside it, it does not start.
  rm -rf "${rootfs:?}"/lib*
  run chroot "--userspec=$user" "$rootfs" /usr/bin/reeve-agent tasks
  expect_equal "$((status != 0))" 1
}

installs_what_it_copies
sends_nothing_else
runs_on_an_empty_base
expect_report

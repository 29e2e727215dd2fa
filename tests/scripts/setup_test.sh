#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# scripts/setup without installing anything: usage, and what it finds missing among packages that it is told are there.
set -u
. "$(dirname "$0")/expect.sh"
setup=$repository/scripts/setup

run "$setup" --help
expect_status 0
expect_says "usage: scripts/setup"
run "$setup" everything
expect_status 2

# A dpkg-query that knows every package but two stands in for the machine's.
mkdir "$scratch/bin"
cat >"$scratch/bin/dpkg-query" <<'FAKE'
#!/usr/bin/env bash
for package in "${@:3}"; do
  case $package in
    ninja-build) ;;
    libabsl-dev) printf 'config-files=libabsl-dev ' ;;
    *) printf 'installed=%s ' "$package" ;;
  esac
done
exit 1
FAKE
chmod +x "$scratch/bin/dpkg-query"
run env "PATH=$scratch/bin:$PATH" "$setup" build --dry-run
expect_status 0
expect_says "installing 2 Debian packages: ninja-build libabsl-dev"
expect_says "root"
run env "PATH=$scratch/bin:$PATH" "$setup" test --dry-run
expect_status 0
expect_says "already installed"
expect_report

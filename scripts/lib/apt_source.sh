# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Debian source packages without touching the machine's own apt configuration: a private list of deb-src entries whose
# addresses are read from the machine's list, with package indexes in our cache. Only what Debian's archive key signed
# is accepted. Needs no root.

debian_keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# apt_source_addresses: "address suite" of each Debian 12 entry of the machine. apt itself parses its configuration, so
# that .sources and .list files are both understood, and says what an update would fetch, even where none was done yet.
apt_source_addresses() {
  apt-get update --print-uris 2>/dev/null |
    sed -nE "s#^'([^' ]+)/dists/(bookworm(-updates|-security)?)/main/binary-[^/]+/Packages.*#\\1 \\2#p" | awk '!seen[$0]++'
}

# apt_source_write_list FILE ADDRESSES: FILE in apt's deb822 form.
apt_source_write_list() {
  local file=$1 address suite
  : >"$file"
  while read -r address suite; do
    printf 'Types: deb-src\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n\n' \
      "$address" "$suite" "$debian_keyring" >>"$file"
  done <<<"$2"
}

# apt_source_configure DIR: makes DIR the home of the private configuration. Sets apt_source_options.
apt_source_configure() {
  local dir=$1 addresses
  addresses=$(apt_source_addresses)
  [ -n "$addresses" ] || die "this machine's apt has no entry for Debian 12 (bookworm)." \
    "Next: add Debian's main archive to /etc/apt/sources.list.d/, then run this again."
  mkdir -p "$dir"
  chmod 700 "$dir"
  mkdir -p "$dir/parts" "$dir/lists/partial" "$dir/cache/archives/partial"
  apt_source_write_list "$dir/parts/debian.sources" "$addresses"
  apt_source_options=(
    -q -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$dir/parts" -o "Dir::State::lists=$dir/lists"
    -o "Dir::Cache=$dir/cache" -o Acquire::Languages=none -o Acquire::Retries=3 -o APT::Get::Only-Source=true
    -o "Debug::NoLocking=true"
  )
  [ "$(id -u)" -ne 0 ] || apt_source_options+=(-o APT::Sandbox::User=root)
}

# apt_source_prepare DIR: the same, and refreshes its indexes. An entry that Debian did not sign is left out by apt; what
# matters is that one is good.
apt_source_prepare() {
  apt_source_configure "$1"
  apt-get "${apt_source_options[@]}" update
}

# apt_source_download PACKAGE UPSTREAM DIR: the newest Debian revision of PACKAGE's UPSTREAM release into DIR.
apt_source_download() {
  local package=$1 upstream=$2 dir=$3 revision
  revision=$(apt-cache "${apt_source_options[@]}" showsrc --only-source "$package" |
    awk '$1 == "Version:" { print $2 }' | while read -r version; do
      case ${version#*:} in "$upstream"-*) printf '%s\n' "$version" ;; esac
    done | sort -V | tail -n 1)
  if [ -z "$revision" ]; then
    echo "Debian's archive has no $package $upstream any more" >&2
    return 1
  fi
  mkdir -p "$dir"
  (cd "$dir" && apt-get "${apt_source_options[@]}" source --download-only "$package=$revision")
}

# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Python packages that only tests use and Debian does not have, in an environment of their own in the cache. Needs
# cache.sh.

python_requirements=$scripts_dir/../tests/interop/constraints/requirements.txt

# python_venv: the environment's directory, keyed by what is to be in it.
python_venv() {
  local key
  key=$({ /usr/bin/python3 --version; cat "$python_requirements"; } 2>&1 | sha256sum | cut -c 1-16)
  printf '%s/python/%s\n' "$(cache_dir)" "$key"
}

# python_install: makes it unless it is there; it is renamed into place when it is whole. Fails where packages cannot be
# fetched; the tests that want them are then skipped.
python_install() {
  local venv new
  venv=$(python_venv)
  [ ! -x "$venv/bin/python" ] || return 0
  mkdir -p "$(dirname "$venv")"
  new=$(mktemp -d "$venv.XXXXXX")
  if /usr/bin/python3 -m venv "$new" >/dev/null 2>&1 &&
    "$new/bin/python" -m pip --quiet --disable-pip-version-check install --only-binary :all: --no-warn-script-location \
      --retries 1 --timeout 20 -r "$python_requirements" >/dev/null 2>&1 &&
    mv -T "$new" "$venv"; then
    return 0
  fi
  rm -rf "$new"
  [ -x "$venv/bin/python" ]
}

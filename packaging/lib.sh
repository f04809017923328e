# SPDX-License-Identifier: Apache-2.0
# Shared by packaging/run and packaging/test; sourced, not run.

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jobs=$(nproc)
started=$(date +%s)

say() { printf 'holdfast: %s\n' "$*"; }
fail() { printf 'holdfast: FAILED: %s\n' "$*" >&2; exit 1; }
seconds() { echo $(($(date +%s) - started)); }

# The packages of Debian 12 and Ubuntu 24.04 that a build needs, and those that running it needs.
packages=(
  g++ cmake ninja-build ccache
  qt6-base-dev qt6-websockets-dev libqt6websockets6 libqt6sql6-sqlite libqt6svg6-dev libqt6svg6
  qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools libgl-dev libexpected-dev
  fonts-inter fonts-jetbrains-mono
)

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "packages are missing and there is no sudo; as root, run: apt-get install ${missing[*]}"
  fi
}

is_installed() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }

install_missing() {
  command -v dpkg-query >/dev/null || fail "this script knows Debian and Ubuntu only; README.md lists what a build needs"
  missing=()
  local each
  for each in "${packages[@]}"; do
    is_installed "$each" || missing+=("$each")
  done
  if [ ${#missing[@]} -eq 0 ]; then
    say "every package is there"
    return
  fi
  say "installing ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q </dev/null || say "the package lists could not be refreshed; going on with the old ones"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" </dev/null \
    || fail "apt-get could not install ${missing[*]}"
}

# build PRESET
build() {
  say "building ($1, $jobs jobs)"
  (cd "$project" && cmake --preset "$1" && cmake --build "build/$1" -j "$jobs") </dev/null || fail "the build stopped"
  say "built after $(seconds) s"
}

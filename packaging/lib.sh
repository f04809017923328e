# SPDX-License-Identifier: Apache-2.0
# What packaging/run and packaging/test share: find what is missing, install it, build a preset. Sourced, not run.
# Nothing here reads stdin.
# shellcheck shell=bash

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Debian 12 and Ubuntu 24.04 know all of these under the same names. Without the first group nothing is built; the
# second makes it faster or prettier, and is left out where a system does not have it.
needed_packages=(
  g++ cmake ninja-build
  qt6-base-dev qt6-websockets-dev qt6-svg-dev qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools
  libqt6sql6-sqlite libgl-dev libexpected-dev
)
welcome_packages=(ccache fonts-inter fonts-jetbrains-mono fonts-dejavu-core)

say() { printf 'holdfast: %s\n' "$*"; }

fail() {
  say "error: $*" >&2
  exit 1
}

is_installed() {
  [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

# Prints those of its arguments that are not installed.
missing_of() {
  local package
  for package in "$@"; do
    is_installed "$package" || printf '%s\n' "$package"
  done
}

is_known_to_apt() { [[ -n $(apt-cache madison "$1" 2>/dev/null) ]]; }

# Runs its arguments as root: directly, or with sudo, which may ask for a password only at a terminal.
as_root() {
  if [[ $(id -u) == 0 ]]; then
    env DEBIAN_FRONTEND=noninteractive "$@" </dev/null
  elif [[ -t 0 ]]; then
    sudo env DEBIAN_FRONTEND=noninteractive "$@"
  else
    sudo -n env DEBIAN_FRONTEND=noninteractive "$@" </dev/null
  fi
}

# Installs what is missing; asks for the package lists only when they do not know a package.
install_missing() {
  local needed=() welcome=() wanted=() package
  if ! command -v dpkg-query >/dev/null; then
    say 'this is no Debian or Ubuntu, so nothing is installed; the build says what it misses'
    return
  fi
  mapfile -t needed < <(missing_of "${needed_packages[@]}")
  mapfile -t welcome < <(missing_of "${welcome_packages[@]}")
  if ((${#needed[@]} == 0)) && { ((${#welcome[@]} == 0)) || ! may_install; }; then
    say 'everything needed is installed'
    return
  fi
  if ! may_install; then
    fail "these packages are missing, and only root may install them: apt-get install ${needed[*]}"
  fi
  for package in "${needed[@]}" "${welcome[@]}"; do
    is_known_to_apt "$package" && continue
    say 'fetching the package lists'
    as_root apt-get update || fail 'apt-get update did not work (its own words are above)'
    break
  done
  wanted=("${needed[@]}")
  for package in "${welcome[@]}"; do
    is_known_to_apt "$package" && wanted+=("$package")
  done
  ((${#wanted[@]} == 0)) && return
  say "installing ${wanted[*]}"
  apt_install "${wanted[@]}" && return
  say 'that did not work; once more with fresh package lists'
  as_root apt-get update || say 'the package lists could not be refreshed'
  apt_install "${wanted[@]}" || fail "apt-get could not install: ${wanted[*]} (its own words are above)"
}

apt_install() { as_root apt-get install --yes --no-install-recommends "$@"; }

may_install() {
  [[ $(id -u) == 0 ]] && return 0
  command -v sudo >/dev/null || return 1
  [[ -t 0 ]] || sudo -n true 2>/dev/null
}

# build_preset PRESET [-D… for cmake] [--target NAME]: configures and builds below build/PRESET, with progress.
build_preset() {
  local preset=$1 options=() target=()
  shift
  while (($#)); do
    case $1 in
      --target) target=(--target "$2"); shift 2 ;;
      *) options+=("$1"); shift ;;
    esac
  done
  local cache=$top/build/$preset/CMakeCache.txt
  if [[ -f $cache ]] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$top" "$cache"; then
    options+=(--fresh) # the tree was moved or copied, and CMake refuses a cache of elsewhere
  fi
  if [[ ! -w ${HOME:-/nonexistent} ]]; then
    export CCACHE_DIR=$top/build/ccache
  fi
  say "configuring preset $preset"
  (cd "$top" && cmake --preset "$preset" "${options[@]}" </dev/null) || fail "preset $preset could not be configured"
  say "building preset $preset on $(nproc) cores"
  (cd "$top" && cmake --build --preset "$preset" --parallel "$(nproc)" "${target[@]}" </dev/null) \
    || fail "preset $preset does not build (the compiler's words are above)"
}

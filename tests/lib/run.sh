# What tests/run, examples/run, bench/run and fuzz/run share; sourced by bash, which must be in the repository.
# shellcheck shell=bash disable=SC2034
#
#   root            the repository
#   jobs            how many things to do at once: the processors, or $ESPLANADE_JOBS
#   may_install     set to `no` by --no-install
#   python3         the distribution's own python, which has its modules
#   usage WORDS     one sentence on stderr, exit 2
#   help_of FILE    the comment at the top of FILE
#   need WISH…      installs what is missing, or says what is and exits 77
#   fetch_newest FOLDER PACKAGE…   a package as a file, not installed
#   configure, build   quiet, below build/

set -uo pipefail
readonly exit_failed=1 exit_usage=2 exit_cannot=77
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
jobs=${ESPLANADE_JOBS:-$(nproc)}
may_install=yes
python3=/usr/bin/python3
[[ -x $python3 ]] || python3=python3

usage() {
  printf '%s: %s\n' "$0" "$*" >&2
  exit "$exit_usage"
}

help_of() {
  sed -n '2,/^[^#]*$/{/^#/{s/^# \{0,1\}//;p}}' "$1"
}

# has command:NAME | header:NAME | pc:NAME | python:NAME | sanitizer:COMPILER | tsan:COMPILER | m32:COMPILER | libcxx:COMPILER
has() {
  case $1 in
    command:*) command -v "${1#*:}" ;;
    header:*) printf '#include <%s>\n' "${1#*:}" | c++ -x c++ -E - ;;
    pc:*) pkg-config --exists "${1#*:}" ;;
    python:*) "$python3" -c "import ${1#*:}" ;;
    sanitizer:*) printf 'int main() {}\n' | "${1#*:}" -fsanitize=address,undefined -x c++ - -o /dev/null ;;
    m32:*) printf '#include <vector>\nint main() {}\n' | "${1#*:}" -m32 -x c++ - -o /dev/null ;;
    libcxx:*) printf '#include <vector>\nint main() {}\n' | "${1#*:}" -stdlib=libc++ -x c++ - -o /dev/null ;;
    tsan:*) printf 'int main() {}\n' | "${1#*:}" -fsanitize=thread -x c++ - -o /dev/null ;;
    *) false ;;
  esac >/dev/null 2>&1 </dev/null
}

# need WISH=PACKAGE…: a wish is what has() understands; alternatives are parted by a comma. Installs the packages of
# unfulfilled wishes, saying so. Exits 77, naming them, when it may not or cannot.
need() {
  local wish choice missing=()
  for wish; do
    for choice in ${wish//,/ }; do
      has "${choice%%=*}" && continue 2
    done
    missing+=("${wish##*=}")
  done
  ((${#missing[@]})) || return 0

  become_root "${missing[@]}"
  printf 'installing: %s\n' "${missing[*]}"
  # The lists of packages may never have been fetched.
  if ! apt_get install -y --no-install-recommends "${missing[@]}" &&
    ! { apt_get update && apt_get install -y --no-install-recommends "${missing[@]}"; }; then
    tail -n 15 "$apt_log" >&2
    printf 'could not install: %s\n' "${missing[*]}" >&2
    exit "$exit_cannot"
  fi
}

# become_root PACKAGE…: apt_get may be called from now on; exits 77, naming what was wanted, where it may not or cannot.
as_root=(env) apt_log=/dev/null
become_root() {
  if [[ $may_install == no ]] || ! command -v apt-get >/dev/null; then
    printf 'missing here: %s\n' "$*" >&2
    exit "$exit_cannot"
  fi
  if ((EUID != 0)); then
    if ! sudo -n true 2>/dev/null; then
      printf 'missing here: %s; as root: apt-get install %s\n' "$*" "$*" >&2
      exit "$exit_cannot"
    fi
    as_root=(sudo -n env)
  fi
  if [[ $apt_log == /dev/null ]]; then
    apt_log=$(mktemp)
    trap 'rm -f "$apt_log"' EXIT
  fi
}
apt_get() { "${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get "$@" </dev/null >>"$apt_log" 2>&1; }

# fetch_newest FOLDER PACKAGE…: the file of the first of these packages that the archive has, or for one that only names
# others, of the first it names. One that is there suffices. Exits 77 where there is none to be had.
fetch_newest() {
  local folder=$1 package real turn
  shift
  compgen -G "$folder/*.deb" >/dev/null && return 0
  if [[ $may_install == no ]] || ! command -v apt-get >/dev/null; then
    printf 'missing here: %s\n' "$1" >&2
    exit "$exit_cannot"
  fi
  mkdir -p "$folder"
  for turn in at_once after_an_update; do
    for package; do
      real=$(apt-cache depends "$package" 2>/dev/null | sed -n 's/^ *Depends: \([^ <]*\)$/\1/p' | head -n 1)
      printf 'fetching: %s\n' "${real:=$package}"
      (cd "$folder" && apt-get download "$real" >/dev/null 2>&1 </dev/null) && return 0
    done
    [[ $turn == at_once ]] && become_root "$1" && apt_get update
  done
  printf 'could not fetch: %s\n' "$*" >&2
  exit "$exit_cannot"
}

# What every build needs. Ninja and ccache are used when they are there.
need_build_tools() {
  need command:c++=g++ command:cmake=cmake command:ninja,command:make=ninja-build command:pkg-config=pkg-config \
    command:python3=python3
  local version
  version=$(cmake --version | sed -n '1s/[^0-9]*\([0-9]*\.[0-9]*\).*/\1/p')
  if [[ $(printf '3.25\n%s\n' "$version" | sort -V | head -n 1) != 3.25 ]]; then
    printf 'CMake %s is here; 3.25 is needed\n' "$version" >&2
    exit "$exit_cannot"
  fi
}

# logged LOG COMMAND…: silent; when the command fails, what it wrote from the first error on.
logged() {
  local log=$1
  shift
  mkdir -p "${log%/*}"
  "$@" >"$log" 2>&1 </dev/null && return 0
  local first
  first=$(grep -nm 1 -E 'FAILED: |[Ee]rror' "$log" | cut -d: -f1)
  tail -n "+${first:-1}" "$log" | head -n 60 >&2
  printf 'failed: %s\n' "$*" >&2
  return 1
}

# configure FOLDER PRESET [OPTION…]: `FOLDER` is below build/.
configure() {
  local folder=$root/build/$1 preset=$2
  shift 2
  local options=(-B "$folder" "$@")
  [[ ! -e $folder/CMakeCache.txt ]] && has command:ninja && options+=(-G Ninja)
  has command:ccache && options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  logged "$folder/configure.log" cmake -S "$root" --preset "$preset" "${options[@]}"
}

# build FOLDER [TARGET…]
build() {
  local folder=$root/build/$1
  shift
  logged "$folder/build.log" cmake --build "$folder" -j "$jobs" ${1:+--target "$@"}
}

# shellcheck shell=sh
# Sourced by run, test and .ci/run, which set $here: makes a virtual environment that is missing or stale, and
# installs system packages where it may.

say() { printf 'pairsync: %s\n' "$*" >&2; }

# environment NAME EXTRAS: makes $here/NAME with pairsync and its dependencies, unless it is there and fresh.
environment() {
    venv=${here:?}/$1
    extras=$2
    fresh && return
    mkdir -p "$here/var"
    # One at a time: two that start together must not install into the same environment.
    (
        if command -v flock >/dev/null && ! flock -n 9; then
            say "another one is setting up $venv; waiting for it"
            flock 9
        fi
        fresh || make_venv
    ) 9>"$here/var/$1.lock"
}

# Fresh: the last installation was finished, with this Python, in this place, from these lists of dependencies.
# The stamp is written last, so an interrupted installation has none.
fresh() { [ -x "$venv/bin/python" ] && [ "$(stamp)" = "$(cat "$venv/stamp" 2>/dev/null)" ]; }

stamp() {
    printf '%s%s\n' "$here" "$extras"
    "$venv/bin/python" -V
    cksum <"$here/setup.cfg"
    cksum <"$here/pyproject.toml"
}

make_venv() {
    python=$(find_python) || return 78
    ensure_venv_module || return 78
    say "setting up $venv (once; this takes a minute)"
    rm -rf "$venv"
    "$python" -m venv "$venv" || return 78
    if ! "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --editable "$here$extras" >&2; then
        say "the packages could not be installed: is the package index reachable? What was done so far is done again next time."
        return 75
    fi
    stamp >"$venv/stamp"
}

# Prints the first Python that is new enough, one that can make virtual environments before one that cannot.
find_python() {
    found=
    for candidate in python3.13 python3.12 python3.11 python3; do
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue
        [ -n "$found" ] || found=$candidate
        if can_make_venv "$candidate"; then
            found=$candidate
            break
        fi
    done
    if [ -z "$found" ]; then
        say "needs Python 3.11 or newer; here is $(python3 -V 2>/dev/null || echo none)"
        return 1
    fi
    printf '%s\n' "$found"
}

can_make_venv() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

# Debian keeps the venv module in a package of its own.
ensure_venv_module() {
    if can_make_venv "$python"; then return; fi
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if apt_install "$package" && can_make_venv "$python"; then return; fi
    say "$python cannot make virtual environments; type:  sudo apt-get install $package"
    return 1
}

# apt_install PACKAGE…: installs them as root, or with a sudo that asks nothing; fails where it may not.
apt_install() {
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" -eq 0 ]; then
        as_root=
    elif sudo -n true 2>/dev/null; then
        as_root='sudo -n'
    else
        return 1
    fi
    say "installing $*"
    apt_get install "$@" || { apt_get update && apt_get install "$@"; }
}

apt_get() {
    # shellcheck disable=SC2086  # as_root is empty, or two words
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get --quiet=2 --no-install-recommends --yes "$@" >/dev/null 2>&1 9>&-
}

# system_packages COMMAND…: installs the Debian packages of these commands, which have the same names.
system_packages() {
    for package in "$@"; do
        command -v "$package" >/dev/null && continue
        apt_install "$package" || say "$package is missing, so tests that need it are skipped; type:  sudo apt-get install $package"
    done
}

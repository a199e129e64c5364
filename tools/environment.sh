#!/bin/sh
# Sets up what a command needs: `run` (the service), `dev` (tests and checks too), `browser` (Chromium for the tests),
# `judges` (Lighthouse and the Nu HTML checker).
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*"; }
stop() { printf '%s\n' "$*" >&2; exit 1; }

find_python() {
    for name in python3.11 python3.12 python3.13 python3.14 python3 python; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            say "$name"
            return
        fi
    done
    stop "Python 3.11 or newer is needed and was not found. On Debian or Ubuntu: apt-get install python3 python3-venv."
}

create() {
    if [ -x .venv/bin/python ] && .venv/bin/python -m pip --version >/dev/null 2>&1; then
        return
    fi
    python=$(find_python)
    "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 \
        || stop "This Python ($python) cannot make an environment: its venv module is missing. On Debian or Ubuntu: apt-get install python3-venv."
    say "Creating the environment in .venv with $("$python" --version)."
    rm -rf .venv
    "$python" -m venv .venv
}

install() {
    say "Installing $2 (from $1, each file checked against its hash)."
    .venv/bin/python -m pip install --quiet --no-input --require-hashes -r "$1" >.venv/pip.log 2>&1 \
        || { cat .venv/pip.log >&2; stop "The packages could not be installed: see above."; }
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        sudo -n "$@"
    else
        return 1
    fi
}

case "${1:-}" in
run)
    create
    install requirements.txt "what the service needs"
    .venv/bin/python -m pip install --quiet --no-input --no-build-isolation --no-deps -e . >.venv/pip.log 2>&1 \
        || { cat .venv/pip.log >&2; stop "The project itself could not be installed: see above."; }
    touch .venv/.run
    ;;
dev)
    install requirements-dev.txt "what the tests and checks need"
    touch .venv/.dev
    ;;
browser)
    if command -v chromium >/dev/null; then exit 0; fi
    command -v apt-get >/dev/null || { say "Chromium is missing and this system has no apt-get: browser tests will be skipped."; exit 0; }
    say "Installing Chromium from Debian's packages, for the browser tests."
    if { as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update \
        && as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium fonts-dejavu-core; } \
        >.venv/apt.log 2>&1; then
        say "Chromium is installed."
    else
        tail -n 5 .venv/apt.log >&2
        say "Chromium could not be installed (that needs root, or sudo without a password): browser tests will be skipped."
    fi
    ;;
judges)
    if cmp -s tools/web/package-lock.json .venv/web/package-lock.json && [ -d .venv/web/node_modules ]; then exit 0; fi
    command -v npm >/dev/null || { say "npm is missing, so Lighthouse and the Nu HTML checker cannot be installed (apt-get install npm)."; exit 0; }
    say "Installing Lighthouse and the Nu HTML checker (from tools/web/package-lock.json, each file checked against its hash)."
    rm -rf .venv/web .venv/web.new
    mkdir -p .venv/web.new
    cp tools/web/package.json tools/web/package-lock.json .venv/web.new/
    (cd .venv/web.new && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >.venv/npm.log 2>&1 \
        || { cat .venv/npm.log >&2; stop "They could not be installed: see above."; }
    mv .venv/web.new .venv/web
    ;;
*)
    stop "usage: tools/environment.sh run|dev|browser|judges"
    ;;
esac

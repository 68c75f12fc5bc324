#!/usr/bin/env bash
# Makes .venv hold the locked packages: `install.sh base` to run Plenary, `install.sh dev` to test it too.
# Works without root, and without a network once it has succeeded: a copy of the lock in .venv tells that it did.
set -euo pipefail
cd "$(dirname "$0")/.."
lock=$1

say() { echo "plenary: $*" >&2; }

find_python() {
    local name
    for name in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    say "needs Python 3.11 or newer: apt install python3 python3-venv"
    return 1
}

installed() { cmp -s "requirements/$1.txt" ".venv/installed-$1.txt"; }

usable() { [ -x .venv/bin/python ] && .venv/bin/python -c 'import pip' 2>/dev/null; }

if installed "$lock" && usable; then
    exit 0
fi

if ! usable; then
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        say "needs Python's venv module: apt install python3-venv"
        exit 1
    fi
    "$python" -m venv --clear .venv
fi

say "installing requirements/$lock.txt (once)"
rm -f .venv/installed-*.txt
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r "requirements/$lock.txt"
cp "requirements/$lock.txt" ".venv/installed-$lock.txt"
# The development set holds all of the base set.
[ "$lock" = base ] || cp requirements/base.txt .venv/installed-base.txt

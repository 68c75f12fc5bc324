#!/usr/bin/env bash
# Writes requirements/base.txt (to run) and requirements/dev.txt (to run, test and lint) from pyproject.toml.
# Every version is exact and every file has its hashes, for every platform; no registry address is written.
# More arguments go to uv: `requirements/lock.sh --upgrade`, `requirements/lock.sh --upgrade-package django`.
set -euo pipefail
cd "$(dirname "$0")/.."

uv=.venv/bin/uv
[ -x "$uv" ] || uv=$(command -v uv) || { echo "lock: uv is missing; run 'make test' once, or install uv" >&2; exit 1; }

compile() {
    "$uv" pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
        --no-header --no-emit-index-url --output-file "$1" "${@:2}" >/dev/null
}

compile requirements/base.txt "$@"
# The second set is held to the first, so that tests run exactly what is served.
compile requirements/dev.txt --constraint requirements/base.txt --group dev "$@"

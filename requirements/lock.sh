#!/bin/sh
# Renew the three hash-locked requirement files. Needs uv (pip install uv) on the PATH; run from the project's root.
set -eu
cd "$(dirname "$0")/.."
lock() { uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url -q "$@"; }
lock --extra build --extra postgres --extra rules -o requirements/run.lock
lock --extra build --extra test --extra postgres --extra rules -c requirements/run.lock -o requirements/test.lock
lock --extra build --extra vision --excludes requirements/vision.excludes -c requirements/test.lock -o requirements/vision.lock

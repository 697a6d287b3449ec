#!/bin/sh
# The README's test command, called by `sh run test`: style, types, layers, then every test. Arguments go to pytest.
set -eu
cd "$(dirname "$0")/.."
bin=.venv/bin
[ $# -gt 0 ] && exec $bin/python -m pytest "$@"
$bin/ruff check src tests benchmarks
$bin/ruff format --check src tests benchmarks
$bin/mypy
$bin/lint-imports --no-cache
exec $bin/python -m pytest -n 2 --dist loadfile tests

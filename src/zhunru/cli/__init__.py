"""The command line: one file per verb, found by walking this folder. Nothing heavy is imported here."""

import os
import sys

from zhunru.cli._language import choose


def main() -> None:
    """Run the command line and leave with the exit codes of house.md section 6."""
    arguments, language = choose(sys.argv[1:], dict(os.environ))
    os.environ["LANGUAGE"] = os.environ["ZHUNRU_LANG"] = language
    from zhunru.cli._group import run

    sys.exit(run(arguments))

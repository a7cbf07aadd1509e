"""The command line: the judge and the catalog as verbs in a terminal.

Start-up is what a learner feels at every run, so this package imports nothing but the
standard library until `main` is called, and a verb imports what it uses when it runs.
"""

from __future__ import annotations

import sys
from typing import NoReturn

__all__ = ["main"]


def main() -> NoReturn:
    """Run the command line with the arguments of this process, and exit."""
    try:
        from perfkata.cli.app import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)

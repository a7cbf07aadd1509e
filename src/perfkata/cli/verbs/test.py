"""``perfkata test``: the examples of a question, in the learner's own process.

This is for working, not for a grade: the answer runs outside the sandbox, with prints,
breakpoints and all, as it would if its author ran pytest.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys

import click

from perfkata.cli.screen import say, say_command
from perfkata.cli.verb import QUESTION, RefusedError, Verb, verb

__all__ = ["command"]

_EXAMPLES = "examples.py"
_NO_TESTS = 5
# Alone or among other short options, as in ``-sv``.
_VERBOSE = re.compile(r"-\w*v\w*|--verbos\w*(=.*)?")


class _Test(Verb):
    """Takes no options of its own but knows whose the others are."""

    def parse_args(self, context: click.Context, arguments: list[str]) -> list[str]:
        """Read the arguments, or say where an option of pytest belongs."""
        try:
            return super().parse_args(context, arguments)
        except click.NoSuchOption as error:
            raise RefusedError(
                f"no such option '{error.option_name}'. Put pytest's options after "
                "--, as in 'perfkata test 21 -- -v'."
            ) from None


@verb(
    "perfkata test 21",
    "perfkata test 21 -- -k nested --pdb",
    name="test",
    kind=_Test,
)
@click.argument("question", type=QUESTION)
@click.argument("pytest_options", nargs=-1, type=click.UNPROCESSED)
def command(question: str, pytest_options: tuple[str, ...]) -> int:
    """Run the examples in the workspace with pytest.

    Tests that you add to examples.py run too. What follows -- goes to pytest.
    """
    from perfkata.catalog import open_catalog
    from perfkata.cli.verbs.start import require_here
    from perfkata.learner.workspace import WorkspaceError, find_workspace

    found = open_catalog().question(question)
    require_here(found)
    workspace = find_workspace(found, os.environ)
    if not (workspace.folder / _EXAMPLES).is_file():
        raise WorkspaceError(
            f"{workspace.folder / _EXAMPLES} is not there. "
            f"'perfkata start {found.number}' brings it back."
        )
    sys.stdout.flush()
    code = _run_pytest(workspace.folder, pytest_options)
    if code == 0:
        say("The examples pass. What they do not show, the grade does:")
        say_command(f"perfkata grade {found.number}")
    elif code == _NO_TESTS:
        say("No test ran.")
    return int(code != 0)


def _run_pytest(folder: os.PathLike[str], options: tuple[str, ...]) -> int:
    """Run pytest as if nothing around the workspace configured it."""
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"
    }
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    # The learner looks at this folder; it should hold nothing but their files.
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    arguments = [
        *(sys.executable, "-m", "pytest", _EXAMPLES),
        *("--noconftest", "-c", os.devnull, "--rootdir", os.curdir),
        *("-p", "no:cacheprovider", "--no-header"),
        # It would take back the names of the tests that were asked for.
        *([] if any(map(_VERBOSE.fullmatch, options)) else ["-q"]),
        *options,
    ]
    return subprocess.run(
        arguments, cwd=folder, env=environment, check=False
    ).returncode

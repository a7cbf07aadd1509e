"""Runs the Python blocks of a statement; a program, not a module of the judge.

It runs in a folder that holds ``solution.py``, maybe ``given.py``, and the blocks in
``blocks.json``, pairs of line number and source. All share one namespace, in which the
public names of both modules are known. It prints what is wrong, and then its exit code
is 1.
"""

from __future__ import annotations

import doctest
import importlib
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

__all__ = ["run"]

_STATEMENT = "question.md"


def run(blocks: list[tuple[int, str]], namespace: dict[str, Any]) -> list[str]:
    """Run blocks in order and return what is wrong with them."""
    faults: list[str] = []
    for line, source in blocks:
        if ">>>" in source:
            faults += _run_doctest(line, source, namespace)
        else:
            faults += _run_program(line, source, namespace)
    return faults


def _run_doctest(line: int, source: str, namespace: dict[str, Any]) -> list[str]:
    said: list[str] = []
    try:
        test = doctest.DocTestParser().get_doctest(
            source, namespace, _STATEMENT, _STATEMENT, line - 1
        )
    except ValueError as error:
        return [f"line {line}: {error}"]
    # The runner works on the same names, so that later blocks see what this one made.
    test.globs = namespace
    doctest.DocTestRunner(verbose=False).run(test, out=said.append, clear_globs=False)
    return said


def _run_program(line: int, source: str, namespace: dict[str, Any]) -> list[str]:
    try:
        exec(compile("\n" * (line - 1) + source, _STATEMENT, "exec"), namespace)
    except BaseException:
        return [traceback.format_exc()]
    return []


def main() -> None:
    """Run the blocks of the current folder."""
    sys.path.insert(0, os.curdir)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for name in ("given", "solution"):
        if Path(f"{name}.py").exists():
            module = vars(importlib.import_module(name))
            public = {key: module[key] for key in module if key[:1] != "_"}
            namespace |= public | {name: importlib.import_module(name)}
    blocks = json.loads(Path("blocks.json").read_text(encoding="utf-8"))
    faults = run(blocks, namespace)
    sys.stdout.write("\n".join(faults))
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()

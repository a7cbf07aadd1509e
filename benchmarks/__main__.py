"""Takes all figures that the project quotes, and writes them down: ``make bench``.

A machine that does something else at the same time measures that instead.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from benchmarks import judge
from benchmarks.figures import as_markdown

__all__ = ["main"]

_ROOT = Path(__file__).resolve().parent.parent
_RESULTS = _ROOT / "benchmarks" / "results" / "judge.json"
_PAGE = _ROOT / "docs" / "results" / "judge.md"


def main() -> int:
    """Measure, print, and write the results and their page."""
    print(judge.TITLE)
    results = judge.measure(tell=print)
    for reason in results.skipped:
        print(f"not measured: {reason}")
    data = msgspec.json.format(msgspec.json.encode(results), indent=2)
    for path, text in (
        (_RESULTS, data.decode() + "\n"),
        (_PAGE, as_markdown(judge.TITLE, results, judge.NOTES)),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"written: {path.relative_to(_ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

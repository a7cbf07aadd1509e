"""Takes the figures that the project quotes, and writes them down: ``make bench``.

``python -m benchmarks`` takes all, which is most of an hour; ``python -m benchmarks
judge`` those of one page, ``python -m benchmarks measuring same slower-10`` parts of
one. A machine that does something else at the same time measures that instead.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from benchmarks import judge, measuring
from benchmarks.figures import as_markdown

__all__ = ["main"]

_ROOT = Path(__file__).resolve().parent.parent
_RESULTS = _ROOT / "benchmarks" / "results"
_PAGES = _ROOT / "docs" / "results"
_USAGE = f"""\
python -m benchmarks                   all figures
python -m benchmarks judge             what the judge costs
python -m benchmarks measuring [PART]  what measuring can tell apart; parts:
    {", ".join(measuring.PARTS)}"""


def main(arguments: list[str]) -> int:
    """Take the figures that are named; those of both pages if none is."""
    match arguments:
        case []:
            _take_judge()
            _take_measuring(measuring.PARTS)
        case ["judge"]:
            _take_judge()
        case ["measuring", *parts] if set(parts) <= set(measuring.PARTS):
            _take_measuring(tuple(parts) or measuring.PARTS)
        case _:
            print(_USAGE, file=sys.stderr)
            return 2
    return 0


def _take_judge() -> None:
    print(judge.TITLE)
    results = judge.measure(tell=print)
    for reason in results.skipped:
        print(f"not measured: {reason}")
    _write(_RESULTS / "judge.json", _as_json(results))
    _write(_PAGES / "judge.md", as_markdown(judge.TITLE, results, judge.NOTES))


def _take_measuring(names: tuple[str, ...]) -> None:
    """Take parts anew, and write each at once among what was taken before."""
    print(measuring.TITLE)
    path = _RESULTS / "measuring.json"
    for name, outcome in measuring.measure(names):
        known = {}
        if path.exists():
            known = measuring.read_outcomes(path.read_bytes())
        known[name] = outcome
        ordered = {part: known[part] for part in measuring.PARTS if part in known}
        _write(path, _as_json(ordered))
        _write(_PAGES / "measuring.md", measuring.as_markdown(list(ordered.values())))


def _as_json(results: object) -> str:
    return msgspec.json.format(msgspec.json.encode(results), indent=2).decode() + "\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    print(f"written: {path.relative_to(_ROOT)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

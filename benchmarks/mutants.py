"""How many small changes of a right answer the grader of its question notices.

    python -m benchmarks.mutants [NN]

Every mutant of the model answer is graded in full. It is *killed* if a level does not
pass. One that cannot change a result within the statement is *equivalent*: it is
listed with its reason in ``mutants_NN.toml``, and the list is checked against the
mutants that there are. The score is killed / (all - equivalent). The exit code is 1
if it is below 95 % or if the list does not fit. Survivors that nobody has explained
are shown.

Operators: those of Cosmic Ray that need no argument, and the deletion of a statement.
"""

from __future__ import annotations

import ast
import difflib
import importlib
import multiprocessing
import os
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from perfkata.catalog import Question, open_catalog
from perfkata.judge.grade import Options, grade
from perfkata.judge.report import SubmissionVerdict
from perfkata.judge.sandbox import Limits
from perfkata.judge.submission import Submission

__all__ = [
    "Equivalent",
    "Key",
    "Mutant",
    "Result",
    "misfits",
    "mutants_of",
    "read_equivalents",
    "score",
]

BAR = 0.95
SEED = 21
# An endless loop is seen in this time; the slowest right call takes half of it.
LIMITS = Limits(cpu_s=2.0)
_DEFAULT_QUESTION = "21"
_FOLDER = Path(__file__).parent

# An operator's name, the line that it changes, and which of its changes there this is.
Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed answer.

    Attributes:
        operator: What changed it.
        line: The first line that changed, without indentation, as it was.
        becomes: The same line after the change.
        occurrence: Counts mutants of that operator at lines of that text, from 0.
        source: The whole answer.
    """

    operator: str
    line: str
    becomes: str
    occurrence: int
    source: str

    @property
    def key(self) -> Key:
        """What names it, as long as its line stands in the answer."""
        return self.operator, self.line, self.occurrence


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A mutant that changes no result, and why."""

    operator: str
    line: str
    becomes: str
    because: str
    occurrence: int = 0

    @property
    def key(self) -> Key:
        """The key of the mutant that it is about."""
        return self.operator, self.line, self.occurrence


@dataclass(frozen=True, slots=True)
class Result:
    """A graded mutant; `killed_by` is the verdict that killed it, if one did."""

    mutant: Mutant
    killed_by: str | None


def mutants_of(source: str) -> tuple[Mutant, ...]:
    """Return the mutants of an answer; no two are the same program."""
    known = {_program(source)}
    counts: Counter[tuple[str, str]] = Counter()
    found: list[Mutant] = []
    for operator, mutated in (*_by_cosmic_ray(source), *_by_deletion(source)):
        try:
            program = _program(mutated)
        except SyntaxError:
            continue
        line, becomes = _changed_line(source, mutated)
        occurrence = counts[operator, line]
        counts[operator, line] += 1
        if program not in known:
            known.add(program)
            found.append(Mutant(operator, line, becomes, occurrence, mutated))
    return tuple(found)


def _program(source: str) -> str:
    """Describe what a source does, whatever its layout and its annotations."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
        elif isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.FunctionDef):
            node.returns = None
    return ast.dump(tree)


def _by_cosmic_ray(source: str) -> Iterator[tuple[str, str]]:
    provider = _cosmic_ray("operators.provider").OperatorProvider()
    mutate_code = _cosmic_ray("mutating").mutate_code
    for name in sorted(provider):
        operator = provider[name]
        if operator.arguments():
            continue
        occurrence = 0
        while (mutated := mutate_code(source, operator(), occurrence)) is not None:
            yield name, mutated
            occurrence += 1


def _cosmic_ray(name: str) -> Any:
    try:
        return importlib.import_module(f"cosmic_ray.{name}")
    except ModuleNotFoundError:
        sys.exit("cosmic-ray is missing. Install it with 'pip install cosmic-ray'.")


def _by_deletion(source: str) -> Iterator[tuple[str, str]]:
    """Put ``pass`` in the place of each statement that does something."""
    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.stmt) or not _does_something(node):
            continue
        indent = lines[node.lineno - 1][: node.col_offset]
        if indent.strip() or not indent or node.end_lineno is None:
            # Another statement stands before it in its line, or it is the module's.
            continue
        start, end = node.lineno - 1, node.end_lineno
        without = [*lines[:start], f"{indent}pass\n", *lines[end:]]
        yield "StatementDeletion", "".join(without)


def _does_something(statement: ast.stmt) -> bool:
    match statement:
        case ast.FunctionDef() | ast.Import() | ast.ImportFrom() | ast.Pass():
            return False
        case ast.Expr(value=ast.Constant()) | ast.AnnAssign(value=None):
            return False
    return True


def _changed_line(source: str, mutated: str) -> tuple[str, str]:
    before, after = source.splitlines(), mutated.splitlines()
    for old, new in zip(before, after, strict=False):
        if old != new:
            return old.strip(), new.strip()
    return "", ""


def read_equivalents(file: Path) -> tuple[Equivalent, ...]:
    """Read the list of equivalent mutants; without a file there are none."""
    if not file.exists():
        return ()
    entries = tomllib.loads(file.read_text(encoding="utf-8"))["equivalent"]
    return tuple(Equivalent(**entry) for entry in entries)


def misfits(equivalents: Iterable[Equivalent], results: Iterable[Result]) -> list[str]:
    """Say where the list of equivalent mutants does not fit the mutants there are."""
    by_key = {result.mutant.key: result for result in results}
    wrong: list[str] = []
    for entry in equivalents:
        result = by_key.pop(entry.key, None)
        name = f"{entry.operator} {entry.occurrence} at '{entry.line}'"
        if result is None:
            wrong.append(f"{name}: there is no such mutant; remove the entry")
        elif result.mutant.becomes != entry.becomes:
            wrong.append(f"{name}: it becomes '{result.mutant.becomes}'")
        elif result.killed_by is not None:
            wrong.append(f"{name}: no equivalent, '{result.killed_by}' kills it")
    return wrong


def score(results: Sequence[Result], num_equivalent: int) -> float:
    """Return the part of the mutants that could be killed and were."""
    num_killed = sum(result.killed_by is not None for result in results)
    num_killable = len(results) - num_equivalent
    return num_killed / num_killable if num_killable else 1.0


def grade_mutant(number: str, levels: Sequence[int], mutant: Mutant) -> Result:
    """Grade a mutant at one level after the other, until one does not pass."""
    question = open_catalog().question(number)
    submission = Submission(Path("mutant.py"), mutant.source.encode())
    for level in levels:
        options = Options(seed=SEED, levels=frozenset({level}), limits=LIMITS)
        report = grade(question, submission, options)
        if report.verdict is SubmissionVerdict.OUR_FAULT:
            raise SystemExit(f"the grading failed: {report.message}")
        if report.verdict is not SubmissionVerdict.GRADED:
            return Result(mutant, report.verdict.value)
        (graded,) = report.levels
        if graded.failure is not None:
            case = graded.failure.case
            return Result(mutant, f"level {level}: {graded.verdict.value} in {case}")
    return Result(mutant, None)


def _cheapest_first(question: Question) -> list[int]:
    """Order the levels by what the model answer takes; it must pass them all."""
    submission = Submission.read(question.rungs()[-1])
    report = grade(question, submission, Options(seed=SEED, limits=LIMITS))
    if not report.is_passed:
        raise SystemExit(f"{submission.file} does not pass. Mend it, then come back.")
    by_cost = sorted(report.levels, key=lambda level: level.seconds)
    return [level.number for level in by_cost]


def _diff(mutant: Mutant, source: str) -> str:
    lines = difflib.unified_diff(
        source.splitlines(),
        mutant.source.splitlines(),
        "answer",
        f"{mutant.operator} {mutant.occurrence}",
        lineterm="",
        n=1,
    )
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Print the score of a question's grader; return the exit code."""
    (number,) = arguments or (_DEFAULT_QUESTION,)
    question = open_catalog().question(number)
    model = question.rungs()[-1]
    source = model.read_text(encoding="utf-8")
    equivalents = read_equivalents(_FOLDER / f"mutants_{question.number}.toml")
    mutants = mutants_of(source)
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        levels = _cheapest_first(question)
        grade_one = partial(grade_mutant, question.number, levels)
        results = list(pool.imap(grade_one, mutants))
    explained = {entry.key for entry in equivalents}
    survivors = [
        result.mutant
        for result in results
        if result.killed_by is None and result.mutant.key not in explained
    ]
    for mutant in survivors:
        print(_diff(mutant, source), end="\n\n")
    wrong = misfits(equivalents, results)
    for misfit in wrong:
        print(misfit)
    reached = score(results, len(equivalents))
    print(
        f"{question.name}/{model.name}: {len(results)} mutants,"
        f" {len(equivalents)} equivalent, {len(survivors)} survive unexplained;"
        f" score {reached:.1%}, bar {BAR:.0%}"
    )
    return int(bool(wrong) or reached < BAR)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

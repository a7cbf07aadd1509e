"""Loads a question's grader, and gives its ``assert`` the judge's meaning.

Graders are trusted code that lies outside every package, so they are loaded by path.
``given``, ``oracle``, ``workloads`` and ``grader`` are the question's own files while
its grader is loaded, and are no modules of the process before or after.
"""

from __future__ import annotations

import ast
import dataclasses
import functools
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from perfkata.catalog import Question
from perfkata.judge import grading
from perfkata.judge.errors import GraderError
from perfkata.judge.grading import Case, Counted, Workload
from perfkata.judge.session import Job

__all__ = ["Grader", "load_grader"]

_ASSERT = "__judge_assert_compared__"
_OPERATORS = {ast.Eq: "==", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_NOTE = "__judge_note_name__"
_COUNT = "__judge_count_answers__"
_NUM_BEFORE = "__judge_num_before__"
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Grader:
    """A loaded grader.

    Attributes:
        cases: All cases, by level and then as they stand in the file.
        given: The bytes of given.py, if there is one.
        records: The dataclasses of given.py by name.
        measured: What the measures run, by their names.
        workloads: The bytes of workloads.py, if there is one.
        counted: What is counted for measures, by their names.
        load_model: Returns the model answer as a module of this side.
        has_scratch: Whether a submission keeps files.
    """

    cases: tuple[Case, ...]
    given: bytes | None
    records: dict[str, type]
    measured: dict[str, Workload]
    workloads: bytes | None
    counted: dict[str, Counted]
    load_model: Callable[[], ModuleType]
    has_scratch: bool = False

    def job(
        self,
        source: bytes,
        interface: tuple[str, ...],
        *,
        file_name: str = "solution.py",
        rules: tuple[str, ...] = (),
    ) -> Job:
        """Return what a worker loads to answer the question; see `Job`."""
        return Job(
            source=source,
            given=self.given,
            records=self.records,
            interface=interface,
            file_name=file_name,
            rules=rules,
            workloads=self.workloads,
            has_scratch=self.has_scratch,
        )

    def cases_of(self, level: int) -> tuple[Case, ...]:
        """Return the cases of a level, as they stand in the file."""
        return tuple(case for case in self.cases if case.level == level)


def load_grader(question: Question) -> Grader:
    """Load the grader of a question.

    Raises:
        GraderError: A file of it is missing or fails, or its cases do not fit
            question.toml.
    """
    own = {
        "given": question.given,
        "oracle": question.oracle,
        "workloads": question.workloads,
        "grader": question.grader,
    }
    with _in_place(own):
        loaded = {
            name: _load(name, path, question)
            for name, path in own.items()
            if path is not None
        }
    found = vars(loaded["grader"]).values()
    cases = [case for case in found if isinstance(case, Case)]
    _check_cases(question, cases)
    measured = [workload for workload in found if isinstance(workload, Workload)]
    counted = [each for each in found if isinstance(each, Counted)]
    _check_measured(question, [*measured, *counted])
    given = loaded.get("given")

    @functools.cache
    def load_model() -> ModuleType:
        with _in_place(["given", "model"]):
            if given is not None:
                sys.modules["given"] = given
            return _load("model", question.rungs()[-1], question)

    return Grader(
        tuple(sorted(cases, key=lambda case: case.level)),
        None if question.given is None else question.given.read_bytes(),
        {} if given is None else _records(given),
        {workload.name: workload for workload in measured},
        None if question.workloads is None else question.workloads.read_bytes(),
        {each.name: each for each in counted},
        load_model,
        question.keeps_files,
    )


@contextmanager
def _in_place(names: Iterable[str]) -> Iterator[None]:
    """Let a question's own files be the modules of these names meanwhile."""
    with _lock:
        before = {name: sys.modules.pop(name, None) for name in names}
        try:
            yield
        finally:
            for name, other in before.items():
                sys.modules.pop(name, None)
                if other is not None:
                    sys.modules[name] = other


def _load(name: str, path: Path, question: Question) -> ModuleType:
    where = f"{question.name}/{path.relative_to(question.folder)}"
    module = ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module
    try:
        tree: ast.Module = ast.parse(path.read_bytes(), str(path))
        if name == "grader":
            _check_names(tree)
            tree = ast.fix_missing_locations(_Asserts().visit(tree))
            module.__dict__[_ASSERT] = grading.assert_compared
            module.__dict__[_NOTE] = grading.note_name
            module.__dict__[_COUNT] = grading.count_answers
        exec(compile(tree, str(path), "exec", dont_inherit=True), module.__dict__)
    except GraderError as error:
        raise GraderError(f"{where}: {error.message}", error.hint) from error
    except Exception as error:
        raise GraderError(
            f"{where} does not load: {type(error).__name__}: {error}",
            f"mend it, then run 'perfkata check {question.number}'",
        ) from error
    return module


def _check_names(tree: ast.Module) -> None:
    """Check that no case is lost behind another of its name."""
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    counted = Counter(function.name for function in functions)
    for function in reversed(functions):
        if counted[function.name] > 1:
            raise GraderError(
                f"line {function.lineno}: a second function is named {function.name}",
                "rename one, or the first is never run",
            )


class _Asserts(ast.NodeTransformer):
    """Turns ``assert came == expected`` and its like into calls of the judge.

    Where a grader names an answer, it is noted, to show later how it came about.
    """

    def visit_Assign(self, node: ast.Assign) -> ast.stmt | list[ast.stmt]:
        target = node.targets[0]
        if not isinstance(target, ast.Name) or not isinstance(node.value, ast.Call):
            return node
        arguments = [ast.Constant(target.id), ast.Name(target.id, ast.Load())]
        arguments.append(ast.Name(_NUM_BEFORE, ast.Load()))
        count = ast.Call(ast.Name(_COUNT, ast.Load()), [], [])
        before = ast.Assign([ast.Name(_NUM_BEFORE, ast.Store())], count)
        note = ast.Expr(ast.Call(ast.Name(_NOTE, ast.Load()), arguments, []))
        return [ast.copy_location(before, node), node, ast.copy_location(note, node)]

    def visit_Assert(self, node: ast.Assert) -> ast.stmt:
        test = node.test
        compared = None
        if isinstance(test, ast.Compare) and len(test.ops) == 1 and node.msg is None:
            compared = _OPERATORS.get(type(test.ops[0]))
            if isinstance(test.ops[0], ast.Is) and _is_single(test.comparators[0]):
                compared = "=="  # which is by exact type here
        if compared is None or not isinstance(test, ast.Compare):
            raise GraderError(
                f"line {node.lineno}: 'assert {ast.unparse(test)}' is not of the form"
                " 'assert came == expected', nor one with <, <=, > or >=",
                _assert_hint(test),
            )
        arguments = [
            _later(test.left),
            _later(test.comparators[0]),
            ast.Constant(compared),
            ast.Constant(ast.unparse(test.left)),
        ]
        call = ast.Call(ast.Name(_ASSERT, ast.Load()), arguments, [])
        return ast.copy_location(ast.Expr(call), node)


def _is_single(side: ast.expr) -> bool:
    """Whether it is a constant of which there is one: True, False or None."""
    return isinstance(side, ast.Constant) and any(
        side.value is single for single in (True, False, None)
    )


def _assert_hint(test: ast.expr) -> str:
    """Say how what an assert tries to say is written here."""
    exact = "types count, so 1 is not True"
    match test:
        case ast.Call():
            return f"write '{ast.unparse(test)} is True'; {exact}"
        case ast.UnaryOp(ast.Not(), ast.Call() as asked):
            return f"write '{ast.unparse(asked)} is False'; {exact}"
    return "compare what a call of the solution returned, or a count"


def _later(side: ast.expr) -> ast.expr:
    nothing = ast.arguments([], [], None, [], [], None, [])
    return ast.Lambda(nothing, side)


def _check_cases(question: Question, cases: list[Case]) -> None:
    numbers = {level.number for level in question.levels}
    for case in cases:
        if case.level not in numbers:
            raise GraderError(
                f"{question.name}: the case {case.name} is of level {case.level},"
                " which question.toml does not have",
                "add the level there or change the case's",
            )
    missing = numbers - {case.level for case in cases}
    if missing:
        raise GraderError(
            f"{question.name}: level {min(missing)} has no case",
            "write one in interviewer/grader.py",
        )
    for name, count in Counter(case.name for case in cases).items():
        if count > 1:
            raise GraderError(
                f"{question.name}: two cases are named {name}", "rename one"
            )


def _check_measured(question: Question, measured: Sequence[Workload | Counted]) -> None:
    declared = [measure.name for measure in question.measures]
    counted = Counter(workload.name for workload in measured)
    for name, count in counted.items():
        if name not in declared:
            raise GraderError(
                f"{question.name}: a function is of the measure {name!r}, which"
                " question.toml does not have",
                "add the measure there or change the function's",
            )
        if count > 1:
            raise GraderError(
                f"{question.name}: two functions are of the measure {name!r}",
                "keep one, or add a measure to question.toml",
            )
    for each in measured:
        (facts,) = (known for known in question.measures if known.name == each.name)
        if isinstance(each, Counted) is not (facts.counts is not None):
            raise GraderError(
                f"{question.name}: the measure {each.name!r} is counted and timed",
                "use @counted with 'counts' in question.toml, or @measure without",
            )
    for name in declared:
        if name not in counted:
            raise GraderError(
                f"{question.name}: the measure {name!r} has no function",
                "write one with @measure in interviewer/grader.py",
            )


def _records(given: ModuleType) -> dict[str, type]:
    return {
        name: kind
        for name, kind in vars(given).items()
        if isinstance(kind, type) and dataclasses.is_dataclass(kind)
    }

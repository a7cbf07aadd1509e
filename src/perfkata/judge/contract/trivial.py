"""The rule that trivial answers fail: nothing that needs no thought earns a level.

They are made from the model answer by changing what its functions return: zeros, ones,
nothing, the right answer to another input, a copy of an argument, all but the last
item, the reverse. A level may pass only where a change changed none of its answers,
which a *witness* shows: see `transformations`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from perfkata.judge.contract import transformations
from perfkata.judge.contract.finding import Finding
from perfkata.judge.contract.subject import Seen, Subject
from perfkata.judge.contract.trial import Plan, try_answer
from perfkata.judge.interface import Signature
from perfkata.judge.literals import literal

__all__ = ["check_trivial_answers"]

_SUFFIX = """

import types as _types
_trivial = _types.ModuleType("trivial")
exec({source!r}, _trivial.__dict__)
{imports}
"""


@dataclass(frozen=True, slots=True)
class _Trivial:
    """A trivial answer.

    Attributes:
        name: What it answers, as a report says it.
        transforms: For each name, source of what takes a value and arguments.
        is_constant: Whether what is made answers as it did first.
    """

    name: str
    transforms: dict[str, str]
    is_constant: bool = False


def check_trivial_answers(subject: Subject, seen: Seen) -> Iterator[Finding]:
    """Check that no level passes with answers that need no thought."""
    model = subject.question.rungs()[-1]
    where = subject.where(subject.question.grader)
    for trivial in _trivial_answers(subject, seen):
        yield from _check_trivial(subject, model, trivial, where)


def _trivial_answers(subject: Subject, seen: Seen) -> Iterator[_Trivial]:
    named = subject.interface.signatures
    functions = [signature for signature in named if not signature.is_class]
    for name in transformations.NAMES:
        if name == "reversed" and not subject.question.order_matters:
            continue
        change = f"lambda value, *a, **k: _trivial.changed_by({name!r})(value)"
        yield _Trivial(
            f"answers {name}", {signature.name: change for signature in named}
        )
    yield _Trivial(
        "the answer to another input",
        {signature.name: _constant(signature, seen) for signature in named},
        is_constant=True,
    )
    for parameter in _parameters(functions):
        changes = {
            function.name: _copied(function, parameter)
            for function in functions
            if parameter in function.parameters
        }
        yield _Trivial(f"a copy of {parameter}", changes)


def _parameters(functions: list[Signature]) -> list[str]:
    return list(dict.fromkeys(name for each in functions for name in each.parameters))


def _copied(function: Signature, parameter: str) -> str:
    position = function.parameters.index(parameter)
    return (
        f"lambda value, *a, **k: a[{position}] if len(a) > {position}"
        f" else k.get({parameter!r})"
    )


def _constant(signature: Signature, seen: Seen) -> str:
    """Write what answers every call as the first one that the model answers."""
    tried = []
    if signature.is_class:
        return "_trivial.first_given()"
    for call in seen.calls.get(signature.name, []):
        arguments = [literal(value, {}) for value in call.arguments]
        arguments += [f"{key}={literal(v, {})}" for key, v in call.keywords.items()]
        tried.append(f"lambda f: f({', '.join(arguments)})")
    return f"_trivial.constant({signature.name}, [{', '.join(tried)}])"


def _check_trivial(
    subject: Subject, model: Path, trivial: _Trivial, where: str
) -> Iterator[Finding]:
    source = model.read_bytes()
    plan = Plan(levels=subject.levels, stops=False, allows_all=True)
    answer = _source(subject, source, trivial, is_witness=False)
    (trial,) = try_answer(subject, answer, plan)
    passed = trial.passed
    unchanged: frozenset[int] = frozenset()
    if passed:
        witness = _source(subject, source, trivial, is_witness=True)
        (seen,) = try_answer(subject, witness, replace(plan, levels=passed))
        unchanged = seen.passed
    for number in sorted(passed - unchanged):
        yield Finding(
            False,
            f"{trivial.name}: level {number} passes, though answers differ",
            where,
            "Give the level cases that tell them apart.",
        )
    if trial.refusal is not None:
        what = f"{trivial.name}: could not be tried: {trial.message}"
        yield Finding(False, what, where, f"Look at {model.name} first.")
    elif passed == unchanged:
        failed = ", ".join(map(str, sorted(subject.levels - passed)))
        same = ", ".join(map(str, sorted(unchanged)))
        told = [f"fails level {failed}"] if failed else []
        told += [f"changes no answer of level {same}"] if same else []
        yield Finding(True, f"{trivial.name}: {', '.join(told)}", where)


def _source(
    subject: Subject, model: bytes, trivial: _Trivial, *, is_witness: bool
) -> bytes:
    # Written values may be records, which a reproduction writes as given.Name(…).
    imports = "import given" if subject.question.given is not None else ""
    inner = "_trivial.first_given()" if trivial.is_constant else "None"
    code = Path(transformations.__file__).read_text(encoding="utf-8")
    suffix = [_SUFFIX.format(source=code, imports=imports)]
    suffix += [
        f"{name} = _trivial.wrapped({name}, {change}, {is_witness}, {inner})\n"
        for name, change in trivial.transforms.items()
    ]
    return model + "".join(suffix).encode()

"""A failure as Python that the learner can run beside the file that was graded.

What was expected and what came stand in it as literals, inputs too large for one as
the expression that makes them. It fails when it is run as long as the failure is there,
by the same strict comparison as the judge's and within the same limits, and passes
beside a right answer.
"""

from __future__ import annotations

import dataclasses
import keyword
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from perfkata.judge.answer import Raised
from perfkata.judge.comparison import Difference, Kind
from perfkata.judge.grading import Call, CaseFailedError, Gives, Raises
from perfkata.judge.report import LevelVerdict
from perfkata.judge.wire import Foreign

__all__ = ["Allowed", "Sources", "literal", "reproduction"]

_WIDTH = 88
_NAMES = ("came", "expected")
_MAX_PRINTED_DIGITS = 4_000
# Neither a crash nor an early exit of Python ends with it.
_CALL_RETURNED = 42
_MODULES = (
    "contextlib",
    "copy",
    "faulthandler",
    "importlib",
    "os",
    "re",
    "resource",
    "signal",
    "tempfile",
)

Sources = dict[int, tuple[Any, str]]


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the call that failed was allowed.

    Attributes:
        cpu_s: CPU time.
        wait_s: Time without any work.
        memory_bytes: Private memory of its process.
        output_bytes: What it may print.
    """

    cpu_s: float
    wait_s: float
    memory_bytes: int
    output_bytes: int


def reproduction(
    calls: Sequence[Call],
    failed: CaseFailedError,
    sources: Sources,
    allowed: Allowed,
    module: str = "solution",
) -> str:
    """Write the program that shows a failure.

    Args:
        calls: What was called, in order; the last call is the one that failed. There
            is none if the submission ended before it was asked.
        failed: How it failed.
        sources: Values that are written as expressions, by id.
        allowed: What the call was allowed.
        module: The graded file's name without its ending.
    """
    if not calls:
        return "\n".join(_imported(module, [])) + "\n"
    head = [*_imported(module, list(dict.fromkeys(call.name for call in calls))), ""]
    lines: list[str] = []
    for call in calls[:-1]:
        lines += ["try:", *_indented(_called(call, sources)), "except Exception:"]
        lines.append("    pass")
    expectation = failed.expectation
    if failed.verdict is LevelVerdict.CHANGED_INPUT:
        lines += _changed_input(calls[-1], failed.found, sources)
    elif failed.verdict is LevelVerdict.CRASHED:
        lines += _called(calls[-1], sources)
    elif isinstance(expectation, Raises):
        lines += _should_raise(_called(calls[-1], sources), expectation)
    else:
        lines += _should_return(_called(calls[-1], sources), failed)
        if isinstance(expectation, Gives):
            lines += _should_give(expectation.value, failed.found, sources)
    lines = [*head, *_within(failed.verdict, allowed, lines)]
    imports = _imports(lines, needs_given=_needs_given(calls, failed))
    return "\n".join([*imports, *lines]) + "\n"


def _imported(module: str, names: list[str]) -> list[str]:
    """Import names of the graded file, whatever the file is called."""
    if module.isidentifier() and not keyword.iskeyword(module):
        return [
            f"from {module} import {', '.join(names)}" if names else f"import {module}"
        ]
    loaded = f"importlib.import_module({module!r})"
    return [f"{name} = {loaded}.{name}" for name in names] or [loaded]


def literal(value: Any, sources: Sources) -> str:
    """Write a value as a Python expression."""
    known = sources.get(id(value))
    if known is not None:
        return known[1]
    kind = type(value)
    if kind is float and not math.isfinite(value):
        return f'float("{value}")'
    if kind is int and abs(value).bit_length() > 3 * _MAX_PRINTED_DIGITS:
        return hex(value)
    if kind is Foreign:
        return "..."
    if kind in (list, tuple, set, frozenset):
        return _bracketed(value, kind, [literal(item, sources) for item in value])
    if kind is dict:
        items = [
            f"{literal(key, sources)}: {literal(item, sources)}"
            for key, item in value.items()
        ]
        return "{" + ", ".join(items) + "}"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [
            f"{field.name}={literal(getattr(value, field.name), sources)}"
            for field in dataclasses.fields(value)
        ]
        return f"given.{kind.__name__}({', '.join(fields)})"
    return repr(value)


def _bracketed(value: Any, kind: type, items: list[str]) -> str:
    inside = ", ".join(items)
    if kind is list:
        return f"[{inside}]"
    if kind is tuple:
        return f"({inside},)" if len(items) == 1 else f"({inside})"
    if kind is set:
        return f"{{{inside}}}" if items else "set()"
    return f"frozenset({{{inside}}})" if value else "frozenset()"


def _called(call: Call, sources: Sources) -> list[str]:
    """Write a call, an argument a line if it does not fit into one."""
    arguments = [literal(value, sources) for value in call.arguments]
    arguments += [
        f"{name}={literal(value, sources)}" for name, value in call.keywords.items()
    ]
    line = f"{call.name}({', '.join(arguments)})"
    if len(line) + len("came = ") <= _WIDTH:
        return [line]
    inside: list[str] = []
    for argument, value in zip(arguments, _arguments(call), strict=True):
        inside += _wrapped(argument, value, sources)
    return [f"{call.name}(", *_indented(inside), ")"]


def _wrapped(argument: str, value: Any, sources: Sources) -> list[str]:
    """Write an argument, its items on lines of their own if it is long."""
    is_plain_list = type(value) is list and id(value) not in sources
    if len(argument) + 5 <= _WIDTH or not is_plain_list:
        return [argument + ","]
    prefix = argument[: argument.index("[")]
    return [f"{prefix}[", *_filled(value, sources), "],"]


def _filled(items: list[Any], sources: Sources) -> list[str]:
    lines: list[str] = []
    line = ""
    for item in items:
        text = literal(item, sources) + ","
        if line and len(line) + len(text) + 1 > _WIDTH - 8:
            lines.append(line)
            line = ""
        line = f"{line} {text}" if line else text
    return _indented([*lines, line])


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _should_return(called: list[str], failed: CaseFailedError) -> list[str]:
    lines = ["came = " + called[0], *called[1:]]
    if not isinstance(failed.answer, Raised) or "SystemExit" not in failed.answer.bases:
        return lines
    # Python would end there, as if nothing had failed.
    return [
        "try:",
        *_indented(lines),
        "except SystemExit as error:",
        '    raise AssertionError("it ended the program") from error',
    ]


def _should_give(value: Any, found: Difference | None, sources: Sources) -> list[str]:
    text = literal(value, sources)
    if len(text) + len("expected = ") > _WIDTH and type(value) is list:
        lines = ["expected = [", *_filled(value, sources), "]"]
    else:
        lines = [f"expected = {text}"]
    if found is not None and found.kind is Kind.TYPE:
        place = f"came{found.path}"
        lines.append(f"assert type({place}) is {_type_name(found.expected)}, {place}")
    elif found is not None and found.came == found.expected:
        # Equal to Python, but not to us: True in the place of 1 in a set, say.
        places = [f"sorted(map(repr, {name}{found.path}))" for name in _NAMES]
        lines.append(f"assert {' == '.join(places)}, came")
    else:
        lines.append("assert came == expected, came")
    return lines


def _type_name(value: Any) -> str:
    if value is None:
        return "type(None)"
    name = type(value).__name__
    return f"given.{name}" if dataclasses.is_dataclass(value) else name


def _should_raise(called: list[str], expectation: Raises) -> list[str]:
    kind = expectation.kind
    name = kind.__name__ if kind.__module__ == "builtins" else f"given.{kind.__name__}"
    lines = ["try:", *_indented(["came = " + called[0], *called[1:]])]
    lines += [f"except {name} as error:", "    said = str(error)"]
    texts = [wanted for wanted in expectation.naming if isinstance(wanted, str)]
    numbers = list(expectation.numbers)
    lines += [f"    assert {text!r} in said, said" for text in texts]
    if numbers:
        rest = "".join(f".replace({text!r}, ' ')" for text in texts)
        lines.append(f"    rest = said{rest}")
        sign = "-?" if min(numbers) < 0 else ""
        found = f"re.findall('{sign}[0-9]+', rest)"
        lines.append(f"    numbers = [int(found) for found in {found}]")
        lines.append(f"    assert numbers[:{len(numbers)}] == {numbers}, said")
    return [
        *lines,
        "except SystemExit as error:",
        '    raise AssertionError("it ended the program") from error',
        "else:",
        f'    raise AssertionError(f"no {name}, but {{came!r}}")',
    ]


def _changed_input(call: Call, found: Difference | None, sources: Sources) -> list[str]:
    """Write a call whose arguments are compared with a copy from before."""
    lines = _written_tuple("arguments", call.arguments, sources)
    given = "arguments"
    passed = "*arguments"
    if call.keywords:
        lines.append(f"keywords = {literal(call.keywords, sources)}")
        given = "(arguments, keywords)"
        passed = "*arguments, **keywords" if call.arguments else "**keywords"
    is_equal = found is not None and found.came == found.expected
    sides = (given, "before")
    if is_equal and found is not None and found.kind is Kind.TYPE:
        sides = (f"repr({given})", "repr(before)")
    return [
        *lines,
        f"before = copy.deepcopy({given})",
        "try:",
        f"    {call.name}({passed})",
        "except Exception:",
        "    pass",
        f"assert {' == '.join(sides)}, {given}",
    ]


def _written_tuple(name: str, values: tuple[Any, ...], sources: Sources) -> list[str]:
    texts = [literal(value, sources) for value in values]
    line = f"{name} = {_bracketed(values, tuple, texts)}"
    if len(line) <= _WIDTH:
        return [line]
    inside: list[str] = []
    for text, value in zip(texts, values, strict=True):
        inside += _wrapped(text, value, sources)
    return [f"{name} = (", *_indented(inside), ")"]


def _within(verdict: LevelVerdict, allowed: Allowed, lines: list[str]) -> list[str]:
    """Bound what a program may use, as it was bounded when it failed."""
    if verdict is LevelVerdict.TOO_SLOW:
        return [
            "# At the limit of CPU time, or of waiting: show where it is, and end.",
            "faulthandler.register(signal.SIGPROF, chain=True)",
            f"signal.setitimer(signal.ITIMER_PROF, {allowed.cpu_s:g})",
            "faulthandler.register(signal.SIGALRM, chain=True)",
            f"signal.setitimer(signal.ITIMER_REAL, {allowed.wait_s:g})",
            *lines,
        ]
    if verdict is LevelVerdict.CRASHED:
        return [
            "# In a process of its own, since that ends without an error of Python's.",
            "child = os.fork()",
            "if not child:",
            "    with contextlib.suppress(Exception):",
            *_indented(_indented(lines)),
            f"    os._exit({_CALL_RETURNED})",
            "_, status = os.waitpid(child, 0)",
            "code = os.waitstatus_to_exitcode(status)",
            f'assert code == {_CALL_RETURNED}, f"it ended its process ({{code}})"',
        ]
    if verdict is LevelVerdict.TOO_MUCH_MEMORY:
        limit = _resource_limit("RLIMIT_DATA", allowed.memory_bytes)
        return [*limit, *lines]
    if verdict is LevelVerdict.TOO_MUCH_OUTPUT:
        return [
            *_resource_limit("RLIMIT_FSIZE", allowed.output_bytes),
            'file = tempfile.TemporaryFile("w")',
            "with (",
            "    file,",
            "    contextlib.redirect_stdout(file),",
            "    contextlib.redirect_stderr(file),",
            "):",
            *_indented(lines),
        ]
    return lines


def _resource_limit(name: str, limit: int) -> list[str]:
    kind = f"resource.{name}"
    return [
        f"_, most = resource.getrlimit({kind})",
        f"resource.setrlimit({kind}, ({limit}, most))",
    ]


def _imports(lines: list[str], *, needs_given: bool) -> list[str]:
    """Import what the lines use; a text that looks like it costs an import too many."""
    needed = [
        f"import {name}"
        for name in _MODULES
        if any(re.search(rf"\b{name}\.\w+\(", line) for line in lines)
    ]
    if needed:
        needed.append("")
    return [*needed, "import given"] if needs_given else needed


def _needs_given(calls: Sequence[Call], failed: CaseFailedError) -> bool:
    expectation = failed.expectation
    if isinstance(expectation, Raises) and expectation.kind.__module__ == "given":
        return True
    values = [value for call in calls for value in _arguments(call)]
    if isinstance(expectation, Gives):
        values.append(expectation.value)
    return any(map(_holds_record, values))


def _arguments(call: Call) -> tuple[Any, ...]:
    return (*call.arguments, *call.keywords.values())


def _holds_record(value: Any) -> bool:
    if isinstance(value, list | tuple | set | frozenset):
        return any(map(_holds_record, value))
    if isinstance(value, dict):
        return any(map(_holds_record, (*value, *value.values())))
    return dataclasses.is_dataclass(value) and type(value) is not Foreign

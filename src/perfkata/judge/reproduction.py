"""A failure as Python that the learner can run beside the file that was graded.

What was expected and what came stand in it as literals, inputs too large for one as
the expression that makes them. It fails when it is run as long as the failure is there,
by the same strict comparison as the judge's and within the same limits, and passes
beside a right answer.
"""

from __future__ import annotations

import dataclasses
import itertools
import keyword
import re
from typing import Any

from perfkata.judge.answer import Raised
from perfkata.judge.comparison import Difference, Kind
from perfkata.judge.literals import (
    WIDTH,
    Sources,
    filled,
    indented,
    literal,
    written_tuple,
)
from perfkata.judge.objects import Given
from perfkata.judge.report import LevelVerdict
from perfkata.judge.steps import (
    Call,
    CaseFailedError,
    FilesChanged,
    Gives,
    NotGives,
    Raises,
)
from perfkata.judge.story import Allowed, Story
from perfkata.judge.telling import MODULES, Telling, in_folder
from perfkata.judge.wire import Foreign

__all__ = ["Allowed", "Story", "reproduction"]

_NAMES = ("came", "expected")
# Neither a crash nor an early exit of Python ends with it.
_CALL_RETURNED = 42


def reproduction(story: Story) -> str:
    """Write the program that shows a failure."""
    module, failed = story.module, story.failed
    if not story.events and failed.claim is None:
        return "\n".join(_imported(module, [])) + "\n"
    telling = Telling(story)
    *before, lines = telling.segments()
    lines += _ending(telling, story)
    names = list(dict.fromkeys(telling.called_names))
    head = [*telling.imports, *_imported(module, names), ""]
    lines = _within(failed.verdict, story.allowed, lines)
    if story.has_files:
        lines = in_folder(head, before, lines)
    lines = [*head, *lines]
    imports = _imports(lines, needs_given=_needs_given(story))
    return "\n".join([*telling.order(), *imports, *lines]) + "\n"


def _imported(module: str, names: list[str]) -> list[str]:
    """Import names of the graded file, whatever the file is called."""
    if module.isidentifier() and not keyword.iskeyword(module):
        return [
            f"from {module} import {', '.join(names)}" if names else f"import {module}"
        ]
    loaded = f"importlib.import_module({module!r})"
    return [f"{name} = {loaded}.{name}" for name in names] or [loaded]


def _ending(telling: Telling, story: Story) -> list[str]:
    """Write what failed."""
    failed, sources = story.failed, telling.sources
    if failed.claim is not None:
        before = [telling.told(event) for event in story.events[-1:]]
        return [*itertools.chain(*before), *_claimed(telling, failed)]
    last = story.events[-1]
    if isinstance(last, FilesChanged) and failed.misused is None:
        return telling.told(last)
    if not isinstance(last, Call):
        return [*telling.told(last), _raised(failed.message)]
    definitions, lines = telling.call(last)
    return [*definitions, *_failing(lines, last, story, sources)]


def _failing(lines: list[str], last: Call, story: Story, sources: Sources) -> list[str]:
    """Write a call that failed, and what shows it."""
    failed, expectation = story.failed, story.failed.expectation
    if failed.verdict is LevelVerdict.CHANGED_INPUT:
        return _changed_input(last, failed.found, sources)
    if failed.verdict is LevelVerdict.CRASHED:
        return lines
    if failed.misused is not None:
        return [*_should_return(lines, failed), *_misused(failed.misused, failed)]
    if isinstance(expectation, Raises):
        return _should_raise(lines, expectation)
    if isinstance(expectation, NotGives):
        return _should_not_give(lines, expectation, sources)
    lines = _should_return(lines, failed)
    if isinstance(expectation, Gives):
        lines += _should_give(expectation.value, failed.found, sources)
    elif failed.verdict is LevelVerdict.CALLED_BACK_LATE:
        lines.append(_raised(failed.message))
    return lines


def _raised(message: str) -> str:
    return f"raise AssertionError({message!r})"


def _claimed(telling: Telling, failed: CaseFailedError) -> list[str]:
    """Write what a case said of its own things."""
    claim = failed.claim
    assert claim is not None
    if claim.rule is not None:
        owned = telling.own(claim) if claim.text else None
        if owned is None:
            return [_raised(claim.rule)]
        return [*owned[0], f"assert {owned[1]}, {claim.rule!r}"]
    owned = telling.own(claim)
    if owned is None:
        lines = [f"came = {literal(claim.came, telling.sources)}"]
    else:
        lines = [*owned[0], f"came = {owned[1]}"]
    if failed.expectation is None:
        return lines
    assert isinstance(failed.expectation, Gives)
    value = failed.expectation.value
    if claim.operator == "==":
        return lines + _should_give(value, failed.found, telling.sources)
    bound = literal(value, telling.sources)
    return [*lines, f"assert came {claim.operator} {bound}, came"]


def _misused(error: Exception, failed: CaseFailedError) -> list[str]:
    """Write what cannot be done with an answer."""
    if isinstance(error, AttributeError) and str(error.name).isidentifier():
        return [f"came.{error.name}"]
    if isinstance(error, KeyError):
        return [f"came[{literal(error.args[0], {})}]"]
    if "not callable" in str(error):
        return ["assert callable(came), came"]
    return [_raised(failed.message)]


def _should_not_give(
    called: list[str], expectation: NotGives, sources: Sources
) -> list[str]:
    value = literal(expectation.value, sources)
    return [
        "try:",
        *indented(["came = " + called[0], *called[1:]]),
        "except Exception:",
        "    pass",
        "else:",
        f"    assert came != {value}, {expectation.rule!r}",
    ]


def _should_return(called: list[str], failed: CaseFailedError) -> list[str]:
    lines = ["came = " + called[0], *called[1:]]
    if not isinstance(failed.answer, Raised) or "SystemExit" not in failed.answer.bases:
        return lines
    # Python would end there, as if nothing had failed.
    return [
        "try:",
        *indented(lines),
        "except SystemExit as error:",
        '    raise AssertionError("it ended the program") from error',
    ]


def _should_give(value: Any, found: Difference | None, sources: Sources) -> list[str]:
    text = literal(value, sources)
    if len(text) + len("expected = ") > WIDTH and type(value) is list:
        lines = ["expected = [", *filled(value, sources), "]"]
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
    lines = ["try:", *indented(["came = " + called[0], *called[1:]])]
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
    lines = written_tuple("arguments", call.arguments, sources)
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


def _within(verdict: LevelVerdict, allowed: Allowed, lines: list[str]) -> list[str]:
    """Bound what a program may use, as it was bounded when it failed."""
    if verdict in (LevelVerdict.TOO_SLOW, LevelVerdict.DEADLOCKED):
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
            *indented(indented(lines)),
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
            *indented(lines),
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
        for name in MODULES
        if any(re.search(rf"\b{name}\.\w+", line) for line in lines)
    ]
    if needed:
        needed.append("")
    return [*needed, "import given"] if needs_given else needed


def _needs_given(story: Story) -> bool:
    expectation = story.failed.expectation
    if isinstance(expectation, Raises) and expectation.kind.__module__ == "given":
        return True
    calls = [event for event in story.events if isinstance(event, Call)]
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
    return dataclasses.is_dataclass(value) and not isinstance(value, Foreign | Given)

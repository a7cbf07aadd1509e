"""What a case did until it failed, told as Python.

Calls become calls, their answers names where something later needs them. A function
that was handed over is written by its own source, with what it uses as that was when it
crossed; where that is not to be had, as one that gives what was recorded. A given
object is written by the expression that makes it, a restart as a program of its own.
"""

from __future__ import annotations

import ast
import builtins
import dataclasses
import itertools
import keyword
import sys
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

from perfkata.judge.conversation import Callback
from perfkata.judge.literals import Sources, called, indented, literal
from perfkata.judge.objects import Given, Remote
from perfkata.judge.source import (
    TURNED,
    free_names,
    names_in,
    outside,
    renamed,
    tree_of,
)
from perfkata.judge.steps import (
    Asked,
    Call,
    Claim,
    Event,
    FilesChanged,
    FilesLimited,
    Restarted,
    ValueChanged,
)
from perfkata.judge.story import Story
from perfkata.judge.surroundings import (
    Surroundings,
    place_of,
    surroundings,
    value_at,
)

__all__ = ["MODULES", "Telling", "in_folder"]

_MAX_ORDER_LINES = 20
_MAX_ORDER_COLUMNS = 76
_MAX_SAME_ITEMS = 20
# The modules that a program may use.
MODULES = (
    "contextlib",
    "copy",
    "faulthandler",
    "importlib",
    "inspect",
    "os",
    "pathlib",
    "re",
    "resource",
    "signal",
    "subprocess",
    "sys",
    "tempfile",
)
# What programs call their own things.
_USED_NAMES = (
    "came",
    "expected",
    "said",
    "rest",
    "numbers",
    "file",
    "folder",
    "data",
    "memory",
)
_VALUES = (bool, int, float, str, bytes, list, tuple, set, frozenset, dict, type(None))


class Telling:
    """Tells a story, event by event.

    Attributes:
        sources: How values are written, those of the story and names given here.
        imports: Lines that import what given objects are made with.
        called_names: Names of the submission that were called.
    """

    def __init__(self, story: Story) -> None:
        self._story = story
        self.sources: Sources = dict(story.sources)
        self.imports: list[str] = []
        self.called_names: list[str] = []
        self._defined: dict[str, object] = {}
        # What variables are called here, by their names and places in the case.
        self._variables: dict[tuple[str, int], str] = {}
        # And what lists, dicts and sets are called, by their ids in the case.
        self._shared: dict[int, str] = {}
        self._num_restarts = 0
        self._reserved = {
            *MODULES,
            *_USED_NAMES,
            *(
                event.name
                for event in story.events
                if isinstance(event, Call) and event.on is None
            ),
        }
        self._made: list[str] = []
        self._inlined = _inlined(story)
        self._is_plain = not story.names and all(
            isinstance(event, Call) and event.is_plain for event in story.events
        )
        claim = story.failed.claim
        self._claimed = set() if claim is None else names_in(claim.text)

    def order(self) -> list[str]:
        """Tell in which order calls came, if several were open, so threads decided."""
        callbacks = self._story.callbacks
        if all(callback.num_open < 2 for callback in callbacks):
            return []
        shown = callbacks[:_MAX_ORDER_LINES]
        num_more = len(callbacks) - len(shown)
        return [
            "# Several calls of threads were open at once and came in this order,",
            "# which another run need not repeat:",
            *(f"#   {_callback_told(callback)}" for callback in shown),
            *([f"#   and {num_more:,} more"] if num_more else []),
            "",
        ]

    def segments(self) -> list[list[str]]:
        """Tell all but the last event; a list of lines for each process."""
        segments: list[list[str]] = [[]]
        for place, event in enumerate(self._story.events[:-1], 1):
            if isinstance(event, Restarted):
                segments.append([])
                self._forget()
            else:
                segments[-1] += self.told(event, place)
        return segments

    def told(self, event: Event, place: int | None = None) -> list[str]:
        """Tell one event, which did not fail."""
        place = place or len(self._story.events)
        if isinstance(event, FilesChanged):
            return list(event.lines)
        if isinstance(event, FilesLimited):
            return _limited(event)
        if isinstance(event, ValueChanged):
            return self._changed(event)
        if isinstance(event, Restarted):
            return []
        if place in self._inlined:
            return []
        definitions, lines = self.call(event)
        name = self._name_of_answer(place)
        if name is not None:
            return [*definitions, f"{name} = {lines[0]}", *lines[1:]]
        if place in self._story.returned and not self._is_plain:
            return [*definitions, *lines]
        return [*definitions, "try:", *indented(lines), "except Exception:", "    pass"]

    def _changed(self, event: ValueChanged) -> list[str]:
        """Write that the case gave a variable another value, if that is known here."""
        name = self._variables.get((event.name, event.place))
        if name is None or not _is_plain(event.value, self.sources):
            return []
        text = self._literal(event.value)
        if isinstance(event.value, list):
            return [f"{name}[:] = {text}"]
        if isinstance(event.value, dict | set):
            return [f"{name}.clear()", f"{name}.update({text})"]
        return [f"{name} = {text}"]

    def call(self, event: Call) -> tuple[list[str], list[str]]:
        """Write what defines the arguments of a call, and the call."""
        self._made = []
        lines = self._call(event)
        return self._made, lines

    def own(self, claim: Claim) -> tuple[list[str], str] | None:
        """Write what a case says of its own things; None if it names what is not here.

        Returns:
            Lines that define what it names, and what it says.
        """
        tree, called_names = outside(ast.parse(claim.text, mode="eval"))
        self.called_names += called_names
        lines: list[str] = []
        names: dict[str, str] = {}
        known = {*called_names, "pathlib", "os", "inspect"}
        for name in sorted(free_names(tree) - known):
            value = claim.uses.get(name)
            if id(value) in self.sources:
                names[name] = self.sources[id(value)][1]
            elif (name, place_of(claim.asks, name)) in self._variables:
                names[name] = self._variables[name, place_of(claim.asks, name)]
            elif name in self._defined:
                continue
            elif name in claim.uses:
                used = self._used(name, value, claim.asks)
                if used is None:
                    return None
                lines += used[0]
                names[name] = used[1]
            elif not hasattr(builtins, name):
                return None
        return lines, ast.unparse(renamed(tree, names))

    def _call(self, event: Call) -> list[str]:
        for value in (*event.arguments, *event.keywords.values()):
            self._define(value)
        if event.on is None:
            self.called_names.append(event.name)
            name = event.name
        else:
            name = self._remote(event.on)
            if event.asked is Asked.SIGNATURE:
                return [f"str(inspect.signature({name}))"]
            if event.name:
                name += f".{event.name}"
            if event.asked is Asked.ATTRIBUTE:
                return [name]
        return called(name, event.arguments, event.keywords, self.sources)

    def _remote(self, remote: Remote) -> str:
        """Write an object of the submission: its name, or the call that gave it."""
        known = self.sources.get(id(remote))
        if known is not None:
            return known[1]
        for place, value in self._story.returned.items():
            if value is remote:
                event = self._story.events[place - 1]
                assert isinstance(event, Call)
                return " ".join(line.strip() for line in self._call(event))
        return "..."

    def _name_of_answer(self, place: int) -> str | None:
        """Name an answer, if something later needs it."""
        value = self._story.returned.get(place)
        noted = self._story.answers.get(place)
        if isinstance(value, Remote):
            if id(value) in self.sources:
                return None
            known = self._story.names.get(id(value))
            wanted = known[1] if known is not None else noted or "made"
            return self._named(wanted, value)
        if noted is not None and noted in self._claimed:
            self._defined[noted] = value
            return noted
        return None

    def _named(self, wanted: str, value: object) -> str:
        """Give a value a name that nothing else has."""
        name = self._free_name(wanted, value)
        self._defined[name] = value
        self.sources[id(value)] = (value, name)
        return name

    def _free_name(self, wanted: str, value: object) -> str:
        name, number = wanted, 1
        while name in self._reserved or self._defined.get(name, value) is not value:
            number += 1
            name = f"{wanted}_{number}"
        return name

    def _forget(self) -> None:
        """Begin in a new process, where nothing is defined."""
        for value in self._defined.values():
            self.sources.pop(id(value), None)
        self._defined = {}
        self._variables = {}
        self._shared = {}
        self._num_restarts += 1

    def _define(self, value: Any) -> None:
        """Write what a value is made of that is no literal."""
        if id(value) in self.sources:
            return
        if isinstance(value, list | tuple | set | frozenset):
            for item in value:
                self._define(item)
        elif isinstance(value, dict):
            for item in (*value, *value.values()):
                self._define(item)
        elif isinstance(value, Given):
            self._define_given(value)
        elif isinstance(value, Remote):
            self.sources[id(value)] = (value, self._remote(value))
        elif callable(value):
            self._define_function(value)

    def _import(self, line: str) -> None:
        if line not in self.imports:
            self.imports.append(line)

    def _define_given(self, value: Given) -> None:
        noted = [
            self._story.names[id(thing)][1]
            for thing in (value.thing, value)
            if id(thing) in self._story.names
        ]
        kind = type(value.thing)
        if value.written is not None and kind.__module__ != "given":
            self._import(f"from {kind.__module__} import {kind.__name__}")
        if value.written is not None and "given." in value.written:
            self._import("import given")
        first, *others = noted or [kind.__name__.lower()]
        name = self._named(first, value)
        self._made.append(f"{name} = {value.written or '...'}")
        for other in others:
            if other != name and other in self._claimed:
                self._defined[other] = value
                self._made.append(f"{other} = {name}")

    def _define_function(self, function: Any) -> None:
        name = getattr(function, "__name__", "")
        if function is getattr(builtins, name, None) and name not in self._defined:
            self.sources[id(function)] = (function, name)
            return
        before = (
            dict(self._defined),
            dict(self._variables),
            dict(self._shared),
            dict(self.sources),
        )
        written = None
        if isinstance(function, FunctionType):
            written = self._written(function, self._uses(function))
        if written is None:
            self._defined, self._variables, self._shared, self.sources = before
            written = self._recorded(function)
        self._made += written

    def _uses(self, function: FunctionType) -> Surroundings:
        known = self._story.functions.get((id(function), self._num_restarts))
        return surroundings(function) if known is None else known[1]

    def _written(self, function: FunctionType, uses: Surroundings) -> list[str] | None:
        """Write a function by its source, behind what it uses; None if that fails."""
        tree = tree_of(function)
        if tree is None:
            return None
        self._write_defaults(tree, function)
        name = self._named(_identifier(function), function)
        names = {function.__name__: name, tree.name: name}
        lines: list[str] = []
        for name in sorted({*function.__code__.co_freevars, *uses}):
            if name not in uses:
                # It is assigned later, as the case does it.
                if name not in [each for _, each in self._story.names.values()]:
                    return None
                continue
            if name == "solution":
                tree, called_names = outside(tree)
                self.called_names += called_names
                if name in free_names(tree):
                    return None
                continue
            if name in TURNED and name not in free_names(outside(tree)[0]):
                continue
            used = self._used(name, uses[name], function)
            if used is None:
                return None
            lines += used[0]
            names[name] = used[1]
        tree = renamed(tree, names)
        written = ast.unparse(ast.fix_missing_locations(tree)).split("\n")
        return [*lines, "", *written, ""]

    def _write_defaults(self, tree: ast.FunctionDef, function: FunctionType) -> None:
        """Write defaults as the values that they are, whatever they were made of."""
        tree.args.defaults = [
            self._expression(value) for value in function.__defaults__ or ()
        ]
        by_name = function.__kwdefaults__ or {}
        tree.args.kw_defaults = [
            self._expression(by_name[each.arg]) if each.arg in by_name else None
            for each in tree.args.kwonlyargs
        ]

    def _expression(self, value: Any) -> ast.expr:
        return ast.parse(self._literal(value), mode="eval").body

    def _literal(self, value: Any) -> str:
        text = literal(value, self.sources)
        if "given." in text:
            self._import("import given")
        return text

    def _used(
        self, name: str, value: Any, function: FunctionType | None
    ) -> tuple[list[str], str] | None:
        """Write what a function uses, and what that is called; None if that fails."""
        if id(value) in self.sources:
            return [], self.sources[id(value)][1]
        if isinstance(value, ModuleType):
            if value.__name__ not in ("given", *sys.stdlib_module_names):
                return None
            is_same = name == value.__name__
            self._import(
                f"import {value.__name__}" + ("" if is_same else f" as {name}")
            )
            return [], name
        if _is_plain(value, self.sources):
            place = name, place_of(function, name)
            shared = self._shared.get(id(value_at(function, name)))
            if shared is not None or place in self._variables:
                return [], shared or self._variables[place]
            wanted = self._variables[place] = self._free_name(name, place)
            self._defined[wanted] = place
            original = value_at(function, name)
            if isinstance(original, list | dict | set):
                self._shared[id(original)] = wanted
            return [f"{wanted} = {self._literal(value)}"], wanted
        if isinstance(value, FunctionType):
            lines = self._written(value, self._uses(value))
            return None if lines is None else (lines, self.sources[id(value)][1])
        if getattr(builtins, name, None) is value:
            return [], name
        return None

    def _recorded(self, function: Any) -> list[str]:
        """Write a function that gives what it gave, in the same order."""
        name = self._named(_identifier(function), function)
        outcomes = [
            _outcome(each.outcome, self.sources)
            for each in self._story.callbacks
            if each.thing is function
        ]
        return [
            f"{name}_outcomes = iter([{', '.join(_shortened(outcomes))}])",
            f"def {name}(*arguments, **keywords):  # as it was answered before",
            f"    outcome = next({name}_outcomes)",
            "    if isinstance(outcome, Exception):",
            "        raise outcome",
            "    return outcome",
        ]


def _shortened(texts: list[str]) -> Iterator[str]:
    """Write long runs of one item as such."""
    for text, run in itertools.groupby(texts):
        same = list(run)
        if len(same) > _MAX_SAME_ITEMS:
            yield f"*[{text}] * {len(same)}"
        else:
            yield from same


def _outcome(outcome: Callable[[], Any] | None, sources: Sources) -> str:
    if outcome is None:
        return "TimeoutError('it was not answered')"
    try:
        return literal(outcome(), sources)
    except Exception as error:
        kind = type(error)
        prefix = "given." if kind.__module__ == "given" else ""
        return f"{prefix}{kind.__name__}({str(error)!r})"


def _callback_told(callback: Callback) -> str:
    name = callback.name or getattr(callback.thing, "__name__", "function")
    line = called(name, callback.arguments, callback.keywords, {})[0]
    return line if len(line) <= _MAX_ORDER_COLUMNS else f"{line[:_MAX_ORDER_COLUMNS]}…"


def _limited(event: FilesLimited) -> list[str]:
    if event.num_bytes is None:
        soft = "hard"
    else:
        soft = str(event.num_bytes)
    lines = [
        "_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)",
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({soft}, hard))",
    ]
    if event.is_fatal:
        lines.append("signal.signal(signal.SIGXFSZ, signal.SIG_DFL)")
    return lines


def _inlined(story: Story) -> set[int]:
    """Return the places of calls that are only used as what the next one calls."""
    places: set[int] = set()
    uses: dict[int, list[int]] = {}
    for place, event in enumerate(story.events, 1):
        if isinstance(event, Call):
            values = [event.on, *event.arguments, *event.keywords.values()]
            for value in values:
                if isinstance(value, Remote):
                    uses.setdefault(id(value), []).append(place)
    for place, value in story.returned.items():
        if not isinstance(value, Remote) or id(value) in story.names:
            continue
        if place not in story.answers and uses.get(id(value)) == [place + 1]:
            places.add(place)
    return places


def in_folder(head: list[str], before: list[list[str]], lines: list[str]) -> list[str]:
    """Let a program run in a folder of its own, what came before in other processes.

    Args:
        head: What every process imports.
        before: The lines of each process before the last.
        lines: The lines of the last one.
    """
    told = [
        "# In memory, if that can be: where temporary files do not lie.",
        'memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None',
        "folder = tempfile.TemporaryDirectory(dir=memory)",
    ]
    modules = ["os", "pathlib", "resource", "signal", "sys", "inspect"]
    for number, segment in enumerate(before, 1):
        block = [
            f"import {', '.join(sorted(modules))}",
            *head,
            "os.chdir(sys.argv[1])",
            *segment,
        ]
        told += [
            "# In a process of its own, which hashes texts otherwise.",
            *_quoted("program", block),
            'command = [sys.executable, "-c", program, folder.name]',
            f'environment = {{**os.environ, "PYTHONHASHSEED": "{number}"}}',
            "subprocess.run(command, env=environment)",
        ]
    return [*told, "os.chdir(folder.name)", *lines]


def _quoted(name: str, lines: list[str]) -> list[str]:
    """Assign lines as one text to a name."""
    if not any("'''" in line for line in lines):
        return [f"{name} = r'''", *lines, "'''"]
    return [f"{name} = (", *indented([repr(f"{line}\n") for line in lines]), ")"]


def _identifier(function: Any) -> str:
    name = str(getattr(function, "__name__", ""))
    is_name = name.isidentifier() and not keyword.iskeyword(name)
    return name if is_name else "function"


def _is_plain(value: Any, sources: Sources) -> bool:
    """Whether a value can be written, with the names that are known."""
    if id(value) in sources:
        return True
    if isinstance(value, list | tuple | set | frozenset):
        return all(_is_plain(item, sources) for item in value)
    if isinstance(value, dict):
        items = (*value, *value.values())
        return all(_is_plain(item, sources) for item in items)
    is_record = dataclasses.is_dataclass(value) and type(value).__module__ == "given"
    return type(value) in _VALUES or (is_record and not isinstance(value, type))

"""What an instruction of a submission does with many items at once.

Instructions are tied to the nodes of the syntax tree by their positions, and operands
are looked up in the frame: names, constants, attributes and items. What cannot be
looked up without running code is *unknown*, and what is unknown is not counted. (How
far an item is sought is found by seeking it again, with the comparisons of that.)

The kinds of work are items of a list that move up or down, since something before them
was put at its ``front`` or into its ``middle`` or was taken from there, items that are
looked at (``scans``) and items that are copied (``copies``). Of a plain dict counts
that its ``first`` item is sought, and that the one found before was ``deleted`` since.
This file is sent to the worker as code, before `tracing`, and uses the standard
library alone.
"""

from __future__ import annotations

import ast
import builtins
import gc
import opcode
from collections.abc import Iterator
from operator import length_hint
from types import CodeType, FrameType, MemberDescriptorType, MethodType
from typing import Any

__all__ = [
    "CALLS",
    "COPYING_TYPES",
    "UNKNOWN",
    "Sites",
    "length",
    "name_of",
    "operands",
    "operations",
    "value_of",
    "work_of",
]

UNKNOWN: Any = object()
# The types whose calls count, since they copy. A type is no function, so that only
# `sys.monitoring` tells of its calls; elsewhere these are found by their names.
COPYING_TYPES = (list, tuple, set, frozenset, dict, bytes, bytearray)

_NODES: dict[str, tuple[type[ast.AST], ...]] = {
    "CALL": (ast.Call,),
    "CALL_KW": (ast.Call,),
    "CALL_FUNCTION_EX": (ast.Call,),
    "CONTAINS_OP": (ast.Compare,),
    "BINARY_SUBSCR": (ast.Subscript,),
    "BINARY_SLICE": (ast.Subscript,),
    "STORE_SUBSCR": (ast.Subscript,),
    "STORE_SLICE": (ast.Subscript,),
    "DELETE_SUBSCR": (ast.Subscript,),
    "BINARY_OP": (ast.BinOp, ast.AugAssign),
    "LIST_EXTEND": (ast.List, ast.Tuple),
}
CALLS = frozenset(("CALL", "CALL_KW", "CALL_FUNCTION_EX"))
_SEQUENCES = (list, tuple, str, bytes, bytearray)
_LOOKED_THROUGH = frozenset(("sum", "min", "max", "any", "all"))
_COPYING = frozenset(
    (
        *(kind.__name__ for kind in COPYING_TYPES),
        *("sorted", "str.join", "copy.copy", "copy.deepcopy"),
    )
)
_COPYING_METHODS = frozenset(("list.copy", "dict.copy", "set.copy", "deque.copy"))
_EMPTY: dict[Any, Any] = {}
_VIEWS = tuple(type(view) for view in (_EMPTY.keys(), _EMPTY.values(), _EMPTY.items()))
_ITERATORS = tuple(
    type(iter(view)) for view in (_EMPTY.keys(), _EMPTY.values(), _EMPTY.items())
)


class Sites:
    """The nodes of the syntax tree by the instructions that carry them out.

    Attributes:
        in_place: The ids of sums that lengthen a text where it lies.
        first_items: What is known of the dicts that these instructions seek in.
    """

    def __init__(self, source: str) -> None:
        self._nodes: dict[tuple[type[ast.AST], int, int], Any] = {}
        self._left_at_once: dict[tuple[int | None, ...], ast.expr] = {}
        self.in_place: set[int] = set()
        self.first_items = FirstItems()
        self._loops: dict[tuple[int, int], bool] = {}
        self._known: dict[int, tuple[CodeType, dict[int, tuple[str, Any]]]] = {}
        try:
            # Held, since nodes are known by their ids.
            self._tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return
        kinds = {kind for kinds in _NODES.values() for kind in kinds} | {ast.Assign}
        for node in ast.walk(self._tree):
            for at, walked in _left_at_once(node):
                self._left_at_once[at] = walked
            if type(node) not in kinds:
                continue
            line = getattr(node, "end_lineno", 0)
            column = getattr(node, "end_col_offset", 0)
            self._nodes.setdefault((type(node), line, column), node)
            if _appends_to_itself(node):
                assert isinstance(node, ast.Assign)
                self.in_place.add(id(node.value))

    def at(self, code: CodeType, offset: int) -> tuple[str, Any] | None:
        """Return the instruction's name and node, if it is one that counts."""
        known = self._known.get(id(code))
        if known is None:
            # The code is held, so that no other gets its id.
            known = self._known[id(code)] = (code, dict(self._found_in(code)))
        return known[1].get(offset)

    def operators(self, code: CodeType) -> frozenset[int]:
        """Return where code does what is no call of a function, or calls a type."""
        self.at(code, 0)
        return frozenset(
            offset
            for offset, (name, node) in self._known[id(code)][1].items()
            if name not in CALLS or _may_be_type(node.func)
        )

    def is_loop(self, code: CodeType, offset: int, target: int) -> bool:
        """Whether a jump leads back within one line."""
        self.at(code, offset)
        key = id(code), offset
        if key not in self._loops:
            lines = {
                line
                for start, end, line in code.co_lines()
                if start <= offset < end or start <= target < end
            }
            self._loops[key] = target < offset and len(lines) == 1
        return self._loops[key]

    def _found_in(self, code: CodeType) -> Iterator[tuple[int, tuple[str, Any]]]:
        name = ""
        for index, at in enumerate(code.co_positions()):
            _, line, _, column = at
            offset = 2 * index
            # A frame that waits for a call may stand on the cache behind it.
            if opcode.opname[code.co_code[offset]] != "CACHE" or name not in CALLS:
                name = opcode.opname[code.co_code[offset]]
            if name == "GET_ITER" and at in self._left_at_once:
                yield offset, (name, self._left_at_once[at])
            for kind in _NODES.get(name, ()):
                node = self._nodes.get((kind, line or 0, column or 0))
                if node is not None and _has_items(name, node):
                    yield offset, (name, node)


def _left_at_once(node: ast.AST) -> Iterator[tuple[tuple[int | None, ...], ast.expr]]:
    """Yield what a loop walks over, if it is left in its first turn.

    It comes with each place that GET_ITER may have: before 3.13 the whole loop's.
    """
    match node:
        case ast.For(body=[*_, ast.Break() | ast.Return() | ast.Raise()]):
            # Which loop it would go on with is not asked: silence is safe.
            if not any(isinstance(inner, ast.Continue) for inner in ast.walk(node)):
                yield _place_of(node), node.iter
                yield _place_of(node.iter), node.iter
        case ast.Call(
            func=ast.Name(id="next"),
            args=[ast.GeneratorExp(generators=[ast.comprehension(ifs=[])]), *_],
        ):
            walked = node.args[0]
            assert isinstance(walked, ast.GeneratorExp)
            iterable = walked.generators[0].iter
            yield _place_of(walked), iterable
            yield _place_of(iterable), iterable


def _place_of(node: ast.expr | ast.stmt) -> tuple[int | None, ...]:
    return node.lineno, node.end_lineno, node.col_offset, node.end_col_offset


def _may_be_type(node: ast.expr) -> bool:
    names = {kind.__name__ for kind in COPYING_TYPES}
    return isinstance(node, ast.Name) and node.id in names


def _has_items(name: str, node: ast.AST) -> bool:
    """Whether it may do something with many items at once."""
    match node:
        case ast.Subscript():
            return name == "DELETE_SUBSCR" or isinstance(node.slice, ast.Slice)
        case ast.BinOp() | ast.AugAssign():
            return isinstance(node.op, ast.Add)
        case ast.List() | ast.Tuple():
            return any(isinstance(item, ast.Starred) for item in node.elts)
        case ast.Compare():
            return len(node.ops) == 1
    return True


def _appends_to_itself(node: ast.AST) -> bool:
    """Whether it is ``a = a + b``, which appends to a text in place."""
    return (
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.BinOp)
        and isinstance(node.value.left, ast.Name)
        and len(node.targets) == 1
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == node.value.left.id
    )


def value_of(node: ast.AST | None, frame: FrameType) -> Any:
    """Look up an expression's value without running code; UNKNOWN if that fails."""
    match node:
        case ast.Constant():
            return node.value
        case ast.Name():
            for names in (frame.f_locals, frame.f_globals, vars(builtins)):
                if node.id in names:
                    return names[node.id]
        case ast.Attribute():
            return _attribute(value_of(node.value, frame), node.attr)
        case ast.Subscript():
            return _item(value_of(node.value, frame), value_of(node.slice, frame))
        case ast.UnaryOp(op=ast.USub()):
            value = value_of(node.operand, frame)
            return -value if type(value) is int else UNKNOWN
        case ast.Call(func=ast.Attribute(owner, name), args=[], keywords=[]):
            return _view(value_of(owner, frame), name)
        case ast.Call(func=ast.Name() as called, args=[walked], keywords=[]):
            is_iter = called.id == "iter" and value_of(called, frame) is iter
            value = value_of(walked, frame) if is_iter else UNKNOWN
            return iter(value) if type(value) in (dict, *_VIEWS) else UNKNOWN
    return UNKNOWN


def _view(owner: Any, name: str) -> Any:
    is_view = type(owner) is dict and name in ("keys", "values", "items")
    return getattr(owner, name)() if is_view else UNKNOWN


def _attribute(owner: Any, name: str) -> Any:
    if isinstance(getattr(type(owner), name, None), MemberDescriptorType):
        return getattr(owner, name, UNKNOWN)
    attributes = getattr(owner, "__dict__", {})
    return attributes.get(name, UNKNOWN) if type(attributes) is dict else UNKNOWN


def _item(owner: Any, key: Any) -> Any:
    if type(key) not in (int, str) or type(owner) not in (list, tuple, dict):
        return UNKNOWN
    try:
        return owner[key]
    except (LookupError, TypeError):
        return UNKNOWN


def length(value: Any) -> int:
    """Return how many items a value has, or 0 if it is of no builtin kind that has."""
    is_sized = isinstance(value, (*_SEQUENCES, set, frozenset, dict))
    return len(value) if is_sized or type(value).__name__ == "deque" else 0


def operations(
    name: str, node: Any, sites: Sites, frame: FrameType
) -> Iterator[tuple[str, str, int]]:
    """Yield kind, name and number of items of what an operator does."""
    if name == "CONTAINS_OP":
        walked, item = value_of(node.comparators[0], frame), value_of(node.left, frame)
        yield from _search("in", walked, item)
    elif name == "LIST_EXTEND":
        for item in node.elts:
            value = value_of(getattr(item, "value", None), frame)
            if isinstance(item, ast.Starred) and isinstance(value, _SEQUENCES):
                yield "copies", "unpacking", len(value)
    elif name == "BINARY_OP":
        yield from _joining(node, sites, frame)
    elif name == "GET_ITER":
        for kind, num_items in sites.first_items.seek(value_of(node, frame)):
            yield kind, "for", num_items
    else:
        yield from _subscript(name, node, frame)


def _search(name: str, walked: Any, item: Any) -> Iterator[tuple[str, str, int]]:
    """Yield how many items are looked at until one is found."""
    is_list = isinstance(walked, list | tuple) or type(walked).__name__ == "deque"
    if is_list and item is not UNKNOWN:
        try:
            num_items = walked.index(item) + 1
        except Exception:
            num_items = len(walked)
        yield "scans", name, num_items


def _joining(
    node: ast.BinOp | ast.AugAssign, sites: Sites, frame: FrameType
) -> Iterator[tuple[str, str, int]]:
    is_assigning = isinstance(node, ast.AugAssign)
    left_node = node.target if isinstance(node, ast.AugAssign) else node.left
    right_node = node.value if isinstance(node, ast.AugAssign) else node.right
    left = value_of(left_node, frame)
    if type(left) in (int, float):
        return
    right = value_of(right_node, frame)
    is_named = is_assigning and isinstance(left_node, ast.Name)
    # Python lengthens a text that nothing else holds where it lies.
    is_in_place = isinstance(left, str) and (is_named or id(node) in sites.in_place)
    if is_in_place or (is_assigning and isinstance(left, list | bytearray)):
        return
    known = [value for value in (left, right) if isinstance(value, _SEQUENCES)]
    if known:
        yield "copies", "+", sum(map(len, known))


def _subscript(
    name: str, node: ast.Subscript, frame: FrameType
) -> Iterator[tuple[str, str, int]]:
    owner = value_of(node.value, frame)
    if not isinstance(owner, _SEQUENCES):
        return
    taken = _taken(node.slice, len(owner), frame)
    if taken is None:
        return
    if name.startswith("BINARY"):
        yield "copies", "slice", len(taken)
    elif isinstance(owner, list) and taken.step == 1:
        what = "del" if name == "DELETE_SUBSCR" else "slice"
        num_behind = max(len(owner) - max(taken.stop, taken.start), 0)
        yield _place(taken.start), what, num_behind


def _taken(node: ast.expr, num_items: int, frame: FrameType) -> range | None:
    """Return the positions that an index or a slice stands for, if they are known."""
    if not isinstance(node, ast.Slice):
        index = value_of(node, frame)
        return range(num_items)[index:][:1] if type(index) is int else None
    parts = (node.lower, node.upper, node.step)
    values = [None if part is None else value_of(part, frame) for part in parts]
    if any(type(value) not in (int, type(None)) for value in values):
        return None
    return range(num_items)[slice(*values)]


def _place(position: int) -> str:
    return "front" if position == 0 else "middle"


def name_of(called: Any) -> str:
    """Name a callable by its module, unless that is builtins, and its own name."""
    if isinstance(called, MethodType):
        called = called.__func__
    name = getattr(called, "__qualname__", type(called).__qualname__)
    owner = getattr(called, "__objclass__", None)
    if owner is None and not isinstance(called, type):
        bound = getattr(called, "__self__", None)
        owner = None if bound is None else type(bound)
    module = getattr(called, "__module__", None)
    if type(module) is not str:
        module = getattr(owner, "__module__", None)
    if type(name) is not str:
        return "?"
    if type(module) is not str or module in ("builtins", "_collections"):
        return name
    return f"{module}.{name}"


def operands(node: Any, called: Any, frame: FrameType) -> tuple[Any, tuple[Any, ...]]:
    """Return what a method is called on, and the values of a call's arguments."""
    if not isinstance(node, ast.Call):
        return UNKNOWN, ()
    receiver = getattr(called, "__self__", None)
    if receiver is None or receiver is builtins:
        receiver = UNKNOWN
    if isinstance(called, type):
        receiver = UNKNOWN
    elif hasattr(called, "__objclass__") and isinstance(node.func, ast.Attribute):
        receiver = value_of(node.func.value, frame)
    return receiver, tuple(value_of(value, frame) for value in node.args)


def work_of(
    name: str, receiver: Any, values: tuple[Any, ...], sites: Sites
) -> Iterator[tuple[str, int]]:
    """Yield kind and number of items of what a call does."""
    if name == "next" and values:
        yield from sites.first_items.seek(values[0])
    elif name in ("list.insert", "list.pop"):
        if values and type(values[0]) is int and isinstance(receiver, list):
            yield _moved(len(receiver), values[0], is_insert=name == "list.insert")
    elif name in ("list.index", "list.remove", "deque.index", "deque.remove"):
        if len(values) == 1:
            for kind, _, num_items in _search(name, receiver, values[0]):
                yield kind, num_items
    elif name in ("list.count", "list.sort", "list.reverse", "deque.count"):
        yield "scans", length(receiver)
    elif name in _COPYING_METHODS:
        yield "copies", length(receiver)
    elif len(values) == 1 and length(values[0]):
        if name in _LOOKED_THROUGH:
            yield "scans", length(values[0])
        elif name in _COPYING:
            yield "copies", length(values[0])


def _moved(num_items: int, index: int, *, is_insert: bool) -> tuple[str, int]:
    """Return the place and how many items move, of a list that had so many."""
    position = max(index + num_items, 0) if index < 0 else min(index, num_items)
    return _place(position), max(num_items - position - (not is_insert), 0)


class FirstItems:
    """The first items of dicts, as they were when they were last sought."""

    def __init__(self) -> None:
        # A dict that is gone may leave its id to another, whose first item then seems
        # to have replaced its own: once, and to make a dict costs far more.
        self._keys: dict[int, Any] = {}

    def seek(self, walked: Any) -> Iterator[tuple[str, int]]:
        """Yield kind and number of items of what it is to take a first item.

        Args:
            walked: A dict, a view of one or an iterator over one; anything else, and
                a dict that is no plain one, yields nothing.
        """
        table = _begun(walked)
        if table is None:
            return
        yield "first", len(table)
        key = next(iter(table), None)
        # A key stays where it is until it is deleted.
        if self._keys.get(id(table), key) is not key:
            yield "deleted", len(table)
        self._keys[id(table)] = key


def _begun(walked: Any) -> dict[Any, Any] | None:
    """Return the plain dict whose first item would come next, if it is of such a one.

    A subclass may have code of the submission, which is not to run.
    """
    tables = [walked]
    if type(walked) in (*_VIEWS, *_ITERATORS):
        tables = gc.get_referents(walked)
    for table in tables:
        if type(table) is dict:
            is_begun = table is walked or length_hint(walked) == len(table)
            return table if is_begun else None
    return None

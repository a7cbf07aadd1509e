"""What turns a right answer into a trivial one: the value and the arguments to a value.

This file goes, as text, behind the model answer into the sandbox, so it needs the
standard library alone. A *witness* of a transformation gives the right values and
raises where the transformation would have changed one: the level that it passes is one
in which the transformation changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

__all__ = [
    "NAMES",
    "ChangedError",
    "changed_by",
    "constant",
    "first_given",
    "is_same",
    "wrapped",
]

NAMES = ("made zeros", "made ones", "made empty", "truncated", "reversed")
Transformation = Callable[[Any], Any]

_ONES: Mapping[type, Any] = {bool: True, int: 1, float: 1.0, str: "x", bytes: b"x"}
_SIZED = (list, tuple, str, bytes)
_FUNCTION = type(lambda: None)


class ChangedError(Exception):
    """A witness saw a value that its transformation changes."""


def wrapped(
    function: Callable[..., Any],
    transform: Callable[..., Any],
    is_witness: bool,
    inner: Callable[..., Any] | None = None,
) -> Any:
    """Return a function whose values, but not those of calls within it, are changed.

    A function that it makes and gives is wrapped in turn, and so are the methods of a
    class.

    Args:
        function: A function of the model answer, or a class.
        transform: Takes its value and then its arguments.
        is_witness: Whether to raise where a value would change.
        inner: The same for what is made; else it is `transform`.
    """
    inner = inner or transform
    if isinstance(function, type):
        for name, method in list(vars(function).items()):
            if type(method) is _FUNCTION and not name.startswith("_"):
                setattr(function, name, wrapped(method, _of_self(inner), is_witness))
        return function
    depth = 0

    def call(*arguments: Any, **keywords: Any) -> Any:
        nonlocal depth
        depth += 1
        try:
            value = function(*arguments, **keywords)
        finally:
            depth -= 1
        if depth:
            return value
        changed = transform(value, *arguments, **keywords)
        is_made = type(value) is _FUNCTION and value not in arguments
        if changed is value and is_made:
            return _wrapped_function(value, inner, is_witness)
        if not is_witness:
            return changed
        if not is_same(changed, value):
            raise ChangedError(f"{value!r:.100} became {changed!r:.100}")
        return value

    return call


def _of_self(transform: Callable[..., Any]) -> Callable[..., Any]:
    return lambda value, _self, *arguments, **keywords: transform(
        value, *arguments, **keywords
    )


def _wrapped_function(
    function: Any, transform: Callable[..., Any], is_witness: bool
) -> Any:
    made = wrapped(function, transform, is_witness)
    made.__name__, made.__doc__ = function.__name__, function.__doc__
    made.__wrapped__ = function
    for name, value in vars(function).items():
        if name != "__wrapped__":
            is_function = type(value) is _FUNCTION
            own = wrapped(value, transform, is_witness) if is_function else value
            setattr(made, name, own)
    return made


def first_given() -> Callable[..., Any]:
    """Return what gives for ever what was given first, functions apart."""
    given: list[Any] = []

    def change(value: Any, *_arguments: Any, **_keywords: Any) -> Any:
        if type(value) is _FUNCTION:
            return value
        if not given:
            given.append(value)
        return given[0]

    return change


def changed_by(name: str) -> Transformation:
    """Return the transformation of a name of `NAMES`."""
    return {
        "made zeros": lambda value: _with_leaves(value, lambda leaf: type(leaf)()),
        "made ones": lambda value: _with_leaves(value, lambda leaf: _ONES[type(leaf)]),
        "made empty": _emptied,
        "truncated": _truncated,
        "reversed": lambda value: value[::-1] if type(value) in _SIZED else value,
    }[name]


def constant(
    function: Callable[..., Any], calls: list[Callable[..., Any]]
) -> Callable[..., Any]:
    """Return what gives for ever what the first of the calls that returns gives."""

    def change(value: Any, *_arguments: Any, **_keywords: Any) -> Any:
        for call in calls:
            try:
                given = call(function)
            except Exception:
                continue
            # What is made for another input is no answer yet.
            return value if type(given) is _FUNCTION else given
        return value

    return change


def is_same(left: Any, right: Any) -> bool:
    """Whether two values are equal and of the same types throughout."""
    if left is right:
        return True
    kind = type(left)
    if kind is not type(right):
        return False
    if kind in (list, tuple):
        return len(left) == len(right) and all(map(is_same, left, right))
    if kind in (set, frozenset):
        return _typed(left) == _typed(right)
    if kind is dict:
        return _typed(left) == _typed(right) and all(
            is_same(item, right[key]) for key, item in left.items()
        )
    if hasattr(kind, "__dataclass_fields__"):
        return all(
            is_same(getattr(left, name), getattr(right, name))
            for name in kind.__dataclass_fields__
        )
    return bool(left == right) or (left != left and right != right)


def _typed(items: Any) -> set[Any]:
    # 1 and True are one item to a set, but not to a grader.
    return {(type(item), item) for item in items}


def _with_leaves(value: Any, leaf: Callable[[Any], Any]) -> Any:
    """Replace what is no container, in every depth; records keep their type."""
    kind = type(value)
    if kind in _ONES:
        return leaf(value)
    if kind in (list, tuple, set, frozenset):
        return kind(_with_leaves(item, leaf) for item in value)
    if kind is dict:
        return {key: _with_leaves(item, leaf) for key, item in value.items()}
    if hasattr(kind, "__dataclass_fields__"):
        made = object.__new__(kind)
        for name in kind.__dataclass_fields__:
            replaced = _with_leaves(getattr(value, name), leaf)
            object.__setattr__(made, name, replaced)
        return made
    return value


def _emptied(value: Any) -> Any:
    kind = type(value)
    is_plain = kind in _ONES or kind in (list, tuple, dict, set, frozenset)
    return kind() if is_plain else None


def _truncated(value: Any) -> Any:
    kind = type(value)
    if kind in _SIZED:
        return value[:-1]
    if kind in (dict, set, frozenset) and value:
        items = list(value.items() if kind is dict else value)
        return kind(items[:-1])
    return value

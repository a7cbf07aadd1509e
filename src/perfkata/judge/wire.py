"""Plain values as bytes, and back, between the judge and a worker it does not believe.

The same file runs on both sides, so it needs the standard library alone. Towards the
worker the bytes come from us; on the way back they are hostile until decoded, and the
decoder never builds more than its `Bounds` allow, whatever the bytes claim.

What crosses, by exact type: None, bool, int, float, str (lone surrogates too), bytes,
list, tuple, set, frozenset, dict, and the dataclasses of a question's ``given.py``
(*records*, by name and field). Anything else crosses as a `Foreign`: its type's name,
equal to nothing; or, in a conversation, as a number that its own side keeps the list of
(see `Handles`).

A value is a tag byte and what belongs to it, integers little-endian; a *frame* is a
value's bytes behind their length in four bytes. Lists of only int64 or only float are
packed, which makes an answer of 100,000 numbers about as fast as ``marshal``.

Neither side recurses: what is nested takes none of Python's frames, so a value crosses
however deep the program is that sends it, and no bytes lead to a RecursionError.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sized
from dataclasses import dataclass, fields
from functools import partial
from itertools import chain
from typing import Any, Final, Protocol, TypeVar

__all__ = [
    "HEADER",
    "NUMBER",
    "WORKLOADS_PREFIX",
    "Bounds",
    "Foreign",
    "Handles",
    "Owner",
    "WireError",
    "decode",
    "encode",
    "frame",
    "name_and_text",
    "name_of_type",
]

HEADER = struct.Struct("<I")
# A call whose name begins so is of a question's workloads.py, not of the submission.
WORKLOADS_PREFIX = "workloads."
NUMBER = struct.Struct("<Q")
_INT64 = struct.Struct("<q")
_FLOAT = struct.Struct("<d")
_INT64_RANGE = range(-(2**63), 2**63)
_MAX_NAME_CHARACTERS = 200
_MAX_TEXT_CHARACTERS = 500
# Up to this many equal hashes cost nothing that matters; -1 and -2 have the same one,
# and so have all points of a grid that differ in nothing else.
_MAX_EQUAL_HASHES = 64
# Makes a container of the values in it.
_Finish = Callable[[list[Any]], Any]
_Kind = TypeVar("_Kind", bound=Sized)
_PLAIN = (bool, int, float, str, bytes, list, tuple, set, frozenset, dict)


class WireError(Exception):
    """Bytes that are no value within the bounds."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a decoder builds at most.

    Attributes:
        max_bytes: Length of a frame.
        max_depth: Containers within containers.
        max_items: Items of all containers of a frame together.
        max_integer_bytes: Size of one integer; 2,048 bytes are 4,932 digits.
    """

    max_bytes: int = 64 * 2**20
    max_depth: int = 256
    max_items: int = 4_000_000
    max_integer_bytes: int = 2_048


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Foreign:
    """A value that does not cross: the name of its type and the start of its repr."""

    type_name: str
    text: str

    def __repr__(self) -> str:
        return self.text


class Owner:
    """Whose an object is that crosses as a number."""

    JUDGE: Final = b"h"
    SUBMISSION: Final = b"o"


class Handles(Protocol):
    """One side's list of what crosses as a number."""

    def number_of(self, value: object) -> tuple[bytes, int, Any] | None:
        """Return whose a value is, its number, and what the other side must know.

        None if it crosses as a `Foreign`. A description is a plain value.

        Raises:
            WireError: It cannot cross.
        """

    def object_of(self, owner: bytes, number: int, described: Any) -> Any:
        """Return what a number stands for on this side.

        Raises:
            WireError: It stands for nothing.
        """


def name_of_type(kind: type) -> str:
    """Name a type as a person would, with its plain base where that explains it."""
    name = str(getattr(kind, "__name__", "?"))
    if any(kind is plain for plain in _PLAIN):
        return name
    for base in _PLAIN:
        if issubclass(kind, base):
            return f"{name} (a subclass of {base.__name__})"
    return name


def frame(payload: bytes) -> bytes:
    """Put the length before a payload."""
    return HEADER.pack(len(payload)) + payload


def encode(
    value: object,
    bounds: Bounds = Bounds(),
    records: Any = (),
    *,
    is_all_plain: bool = False,
    handles: Handles | None = None,
) -> bytes:
    """Encode a value; what is not plain crosses by its handle, or as a `Foreign`.

    Args:
        value: Any object.
        bounds: The bounds that the other side decodes with.
        records: The dataclasses that may cross by field.
        is_all_plain: Refuse what is not plain; a `Foreign` that came may go back.
        handles: Knows what crosses as a number.

    Raises:
        WireError: The value is nested too deep or has too many items, an integer is
            too long, or something in it is refused.
    """
    encoder = _Encoder(bounds, tuple(records), is_all_plain, handles)
    encoder.value(value, bounds.max_depth)
    return b"".join(encoder.parts)


class _Encoder:
    """Appends the bytes of values to `parts`."""

    __slots__ = (
        "bounds",
        "handles",
        "is_all_plain",
        "items_left",
        "parts",
        "records",
        "write",
    )

    def __init__(
        self,
        bounds: Bounds,
        records: tuple[type, ...],
        is_all_plain: bool,
        handles: Handles | None,
    ) -> None:
        self.bounds = bounds
        self.handles = handles
        self.is_all_plain = is_all_plain
        self.items_left = bounds.max_items
        self.parts: list[bytes] = []
        self.records = records
        self.write = self.parts.append

    def value(self, value: Any, depth: int) -> None:
        """Write a value and all that is in it.

        Args:
            value: Any object.
            depth: How many containers it may have within each other.
        """
        # What is left of each container that is begun, the innermost last.
        begun = [iter((value,))]
        while begun:
            for item in begun[-1]:
                # By identity: a type of the submission may have an `==`.
                kind = type(item)
                if kind is int:
                    self.integer(item)
                elif kind is str:
                    self.text(item)
                elif item is None:
                    self.write(b"N")
                elif kind is bool:
                    self.write(b"T" if item else b"F")
                elif kind is float:
                    self.write(b"f" + _FLOAT.pack(item))
                elif kind is bytes:
                    self.write(b"b" + HEADER.pack(len(item)) + item)
                else:
                    inside = self.container(item, kind, depth + 1 - len(begun))
                    if inside is not None:
                        begun.append(iter(inside))
                        break
            else:
                begun.pop()

    def container(self, value: Any, kind: type, depth: int) -> Iterable[Any] | None:
        """Begin a container and return what is to be written of it, or write it all."""
        if kind is list:
            if len(value) > 1 and self.packed(value):
                return None
            self.begin(b"l", len(value), depth)
        elif kind is tuple:
            self.begin(b"t", len(value), depth)
        elif kind is dict:
            self.begin(b"d", len(value), depth)
            return chain.from_iterable(value.items())
        elif kind is set:
            self.begin(b"S", len(value), depth)
        elif kind is frozenset:
            self.begin(b"Z", len(value), depth)
        elif any(kind is record for record in self.records):
            self.write(b"r")
            self.text(kind.__name__)
            names = [field.name for field in fields(kind)]
            self.begin(b"", len(names), depth)
            return [getattr(value, name) for name in names]
        else:
            self.other(value, kind, depth)
            return None
        items: Iterable[Any] = value
        return items

    def other(self, value: object, kind: type, depth: int) -> None:
        known = None if self.handles is None else self.handles.number_of(value)
        if known is None:
            self.foreign(value, kind)
            return
        owner, number, described = known
        self.count(1)
        self.write(owner + NUMBER.pack(number))
        self.value(described, depth)

    def integer(self, value: int) -> None:
        if value in _INT64_RANGE:
            self.write(b"i" + _INT64.pack(value))
            return
        num_bytes = value.bit_length() // 8 + 1
        if num_bytes > self.bounds.max_integer_bytes:
            limit = self.bounds.max_integer_bytes
            raise WireError(f"an integer of more than {limit} bytes")
        data = value.to_bytes(num_bytes, "little", signed=True)
        self.write(b"I" + HEADER.pack(num_bytes) + data)

    def text(self, value: str) -> None:
        data = value.encode("utf-8", "surrogatepass")
        self.write(b"s" + HEADER.pack(len(data)) + data)

    def packed(self, values: list[Any]) -> bool:
        """Write a list of only int64 or only float, if it is one."""
        kind = type(values[0])
        if kind is not int and kind is not float:
            return False
        try:
            if len(set(map(type, values))) > 1:
                return False
            code = "q" if kind is int else "d"
            data = struct.pack(f"<{len(values)}{code}", *values)
        except (struct.error, TypeError):  # a larger integer; a type without a hash
            return False
        self.count(len(values))
        self.write((b"q" if kind is int else b"D") + HEADER.pack(len(values)) + data)
        return True

    def count(self, num_items: int) -> None:
        self.items_left -= num_items
        if self.items_left < 0:
            raise WireError(f"more than {self.bounds.max_items:,} items")

    def begin(self, tag: bytes, num_items: int, depth: int) -> None:
        if depth == 0:
            raise WireError(f"nested more than {self.bounds.max_depth} deep")
        self.count(num_items)
        self.write(tag + HEADER.pack(num_items))

    def foreign(self, value: object, kind: type) -> None:
        if kind is Foreign:
            assert isinstance(value, Foreign)
            name, text = value.type_name, value.text
        elif self.is_all_plain:
            raise WireError(f"a value of type {name_of_type(kind)}")
        else:
            name, text = name_and_text(value, kind)
        self.write(b"x")
        self.text(name)
        self.text(text)


def name_and_text(value: object, kind: type) -> tuple[str, str]:
    """Return the name of an object's type and the start of its repr."""
    try:
        text = repr(value)
    except Exception:
        text = "(its repr raises)"
    return name_of_type(kind)[:_MAX_NAME_CHARACTERS], text[:_MAX_TEXT_CHARACTERS]


def decode(
    data: bytes,
    bounds: Bounds = Bounds(),
    records: Mapping[str, type] | None = None,
    handles: Handles | None = None,
) -> Any:
    """Decode one value that fills the bytes exactly.

    Cost: O(len(data)) time; at most about 64 bytes of objects for each byte.

    Raises:
        WireError: The bytes are no value, or one outside the bounds.
    """
    if len(data) > bounds.max_bytes:
        raise WireError(f"a frame of {len(data)} bytes; at most {bounds.max_bytes}")
    decoder = _Decoder(data, bounds, records or {}, handles)
    value = decoder.value(bounds.max_depth)
    if decoder.position != len(data):
        raise WireError(f"{len(data) - decoder.position} bytes after the value")
    return value


class _Decoder:
    """Reads values off bytes; `position` is the next unread one."""

    __slots__ = ("bounds", "data", "handles", "items_left", "position", "records")

    def __init__(
        self,
        data: bytes,
        bounds: Bounds,
        records: Mapping[str, type],
        handles: Handles | None,
    ) -> None:
        self.data = data
        self.handles = handles
        self.bounds = bounds
        self.records = records
        self.position = 0
        self.items_left = bounds.max_items

    def value(self, depth: int) -> Any:
        """Read a value and all that is in it.

        Args:
            depth: How many containers it may have within each other.
        """
        # Of the innermost container that is begun: what makes it, the values that it
        # has, and how many it will have. `begun` has the same of those around it; the
        # outermost stands for the value itself.
        finish: _Finish = _list
        values: list[Any] = []
        num_values = 1
        begun: list[tuple[_Finish, list[Any], int]] = []
        while True:
            position = self.position
            if position >= len(self.data):
                raise WireError("the bytes end within a value")
            self.position = position + 1
            tag = self.data[position]
            read = _READERS.get(tag)
            if read is not None:
                values.append(read(self, depth - len(begun)))
            else:
                begun.append((finish, values, num_values))
                finish, num_values = self.begin(tag, depth + 1 - len(begun))
                values = []
            while len(values) == num_values:
                if not begun:
                    return values[0]
                made = finish(values)
                finish, values, num_values = begun.pop()
                values.append(made)

    def begin(self, tag: int, depth: int) -> tuple[_Finish, int]:
        """Return what makes a container of its values, and how many it has."""
        finish = _CONTAINERS.get(tag)
        if finish is None and tag != _RECORD:
            raise WireError(f"no value begins with {tag:#04x}")
        if depth == 0:
            raise WireError(f"nested more than {self.bounds.max_depth} deep")
        if finish is None:
            finish = self.record()
        if tag == _DICT:
            return finish, 2 * self.count(2)
        return finish, self.count(1)

    def take(self, num_bytes: int) -> bytes:
        end = self.position + num_bytes
        if end > len(self.data):
            raise WireError("the bytes end within a value")
        part = self.data[self.position : end]
        self.position = end
        return part

    def sized(self) -> bytes:
        (num_bytes,) = HEADER.unpack(self.take(4))
        return self.take(num_bytes)

    def count(self, bytes_per_item: int) -> int:
        """Read a count that the rest of the frame can hold."""
        count: int
        (count,) = HEADER.unpack(self.take(4))
        if count * bytes_per_item > len(self.data) - self.position:
            raise WireError(f"a count of {count} in too short a frame")
        self.items_left -= count
        if self.items_left < 0:
            raise WireError(f"more than {self.bounds.max_items} items")
        return count

    def text(self) -> str:
        try:
            return self.sized().decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise WireError(f"text that is not UTF-8: {error}") from None

    def integer(self) -> int:
        data = self.sized()
        if len(data) > self.bounds.max_integer_bytes:
            raise WireError(f"an integer of {len(data)} bytes")
        return int.from_bytes(data, "little", signed=True)

    def numbers(self, code: str) -> list[Any]:
        count = self.count(8)
        return list(struct.unpack(f"<{count}{code}", self.take(8 * count)))

    def record(self) -> _Finish:
        kind = self.records.get(name := self.plain_text())
        if kind is None:
            raise WireError(f"no record is named {name[:_MAX_NAME_CHARACTERS]!r}")
        return partial(_record, kind)

    def plain_text(self) -> str:
        if self.take(1) != b"s":
            raise WireError("a name that is no text")
        return self.text()

    def handle(self, owner: bytes, depth: int) -> Any:
        if self.handles is None:
            raise WireError("an object where only values cross")
        (number,) = NUMBER.unpack(self.take(NUMBER.size))
        self.items_left -= 1
        if self.items_left < 0:
            raise WireError(f"more than {self.bounds.max_items} items")
        # The description of an object may hold no other.
        handles, self.handles = self.handles, None
        described = self.value(depth)
        self.handles = handles
        return handles.object_of(owner, number, described)

    def foreign(self) -> Foreign:
        name, text = self.plain_text(), self.plain_text()
        return Foreign(name[:_MAX_NAME_CHARACTERS], text[:_MAX_TEXT_CHARACTERS])


def _list(values: list[Any]) -> list[Any]:
    return values


def _set(values: list[Any]) -> set[Any]:
    return _unordered(set, values)


def _frozenset(values: list[Any]) -> frozenset[Any]:
    return _unordered(frozenset, values)


def _unordered(kind: Callable[[list[Any]], _Kind], values: list[Any]) -> _Kind:
    made = _made(kind, values)
    if len(made) != len(values):
        raise WireError("a set with an item twice")
    return made


def _mapping(values: list[Any]) -> dict[Any, Any]:
    keys = values[::2]
    mapping = _made(lambda keys: dict(zip(keys, values[1::2], strict=True)), keys)
    if len(mapping) != len(keys):
        raise WireError("a dict with a key twice")
    return mapping


def _record(kind: type, values: list[Any]) -> object:
    names = [field.name for field in fields(kind)]
    if len(names) != len(values):
        raise WireError(f"a {kind.__name__} of {len(values)} fields")
    try:
        return kind(**dict(zip(names, values, strict=True)))
    except Exception as error:
        raise WireError(f"a {kind.__name__} that cannot be: {error}") from None


def _made(make: Callable[[list[Any]], _Kind], keys: list[Any]) -> _Kind:
    """Make something of keys, unless hashing them would fail or be slow on purpose."""
    try:
        hashes = list(map(hash, keys))
        # Equal hashes make a dict quadratic: 100,000 chosen integers would take a
        # minute.
        if len(keys) > _MAX_EQUAL_HASHES:
            num_equal = max(Counter(hashes).values())
            if num_equal > _MAX_EQUAL_HASHES:
                raise WireError(f"{num_equal} of {len(keys)} keys have one hash")
        return make(keys)
    except TypeError as error:
        raise WireError(str(error)) from None
    except RecursionError:  # records hash and compare in Python what is in them
        raise WireError("keys that are nested too deep to be hashed") from None


_READERS: dict[int, Callable[[_Decoder, int], Any]] = {
    ord("N"): lambda decoder, depth: None,
    ord("T"): lambda decoder, depth: True,
    ord("F"): lambda decoder, depth: False,
    ord("i"): lambda decoder, depth: _INT64.unpack(decoder.take(8))[0],
    ord("I"): lambda decoder, depth: decoder.integer(),
    ord("f"): lambda decoder, depth: _FLOAT.unpack(decoder.take(8))[0],
    ord("s"): lambda decoder, depth: decoder.text(),
    ord("b"): lambda decoder, depth: decoder.sized(),
    ord("q"): lambda decoder, depth: decoder.numbers("q"),
    ord("D"): lambda decoder, depth: decoder.numbers("d"),
    ord("x"): lambda decoder, depth: decoder.foreign(),
    ord("h"): lambda decoder, depth: decoder.handle(Owner.JUDGE, depth),
    ord("o"): lambda decoder, depth: decoder.handle(Owner.SUBMISSION, depth),
}
_DICT, _RECORD = ord("d"), ord("r")
_CONTAINERS: dict[int, _Finish] = {
    ord("l"): _list,
    ord("t"): tuple,
    ord("S"): _set,
    ord("Z"): _frozenset,
    _DICT: _mapping,
}

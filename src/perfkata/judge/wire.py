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
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Protocol

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
    max_depth: int = 64
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
        # Types are compared by identity: a type of the submission may have an `==`.
        kind = type(value)
        if kind is int:
            self.integer(value)
        elif kind is str:
            self.text(value)
        elif value is None:
            self.write(b"N")
        elif kind is bool:
            self.write(b"T" if value else b"F")
        elif kind is float:
            self.write(b"f" + _FLOAT.pack(value))
        elif kind is bytes:
            self.write(b"b" + HEADER.pack(len(value)) + value)
        else:
            self.container(value, kind, depth)

    def container(self, value: Any, kind: type, depth: int) -> None:
        if kind is list:
            if len(value) < 2 or not self.packed(value):
                self.items(b"l", value, depth)
        elif kind is tuple:
            self.items(b"t", value, depth)
        elif kind is dict:
            self.mapping(value, depth)
        elif kind is set:
            self.items(b"S", value, depth)
        elif kind is frozenset:
            self.items(b"Z", value, depth)
        elif any(kind is record for record in self.records):
            self.record(value, kind, depth)
        elif self.handles is not None:
            self.handle(value, kind, self.handles, depth)
        else:
            self.foreign(value, kind)

    def handle(self, value: object, kind: type, handles: Handles, depth: int) -> None:
        known = handles.number_of(value)
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

    def items(self, tag: bytes, items: Any, depth: int) -> None:
        self.begin(tag, len(items), depth)
        for item in items:
            self.value(item, depth - 1)

    def mapping(self, mapping: dict[Any, Any], depth: int) -> None:
        self.begin(b"d", len(mapping), depth)
        for key, item in mapping.items():
            self.value(key, depth - 1)
            self.value(item, depth - 1)

    def record(self, value: Any, kind: type, depth: int) -> None:
        self.write(b"r")
        self.text(kind.__name__)
        names = [field.name for field in fields(kind)]
        self.items(b"", [getattr(value, name) for name in names], depth)

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
        position = self.position
        if position >= len(self.data):
            raise WireError("the bytes end within a value")
        self.position = position + 1
        read = _READERS.get(self.data[position])
        if read is None:
            raise WireError(f"no value begins with {self.data[position]:#04x}")
        return read(self, depth)

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

    def items(self, depth: int) -> list[Any]:
        if depth == 0:
            raise WireError(f"nested more than {self.bounds.max_depth} deep")
        return [self.value(depth - 1) for _ in range(self.count(1))]

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

    def mapping(self, depth: int) -> dict[Any, Any]:
        if depth == 0:
            raise WireError(f"nested more than {self.bounds.max_depth} deep")
        count = self.count(2)
        flat = [self.value(depth - 1) for _ in range(2 * count)]
        keys = _hashable(flat[::2])
        mapping = dict(zip(keys, flat[1::2], strict=True))
        if len(mapping) != count:
            raise WireError("a dict with a key twice")
        return mapping

    def unordered(self, kind: type, depth: int) -> Any:
        items = _hashable(self.items(depth))
        made = kind(items)
        if len(made) != len(items):
            raise WireError("a set with an item twice")
        return made

    def record(self, depth: int) -> object:
        kind = self.records.get(name := self.plain_text())
        if kind is None:
            raise WireError(f"no record is named {name[:_MAX_NAME_CHARACTERS]!r}")
        values = self.items(depth)
        names = [field.name for field in fields(kind)]
        if len(names) != len(values):
            raise WireError(f"a {kind.__name__} of {len(values)} fields")
        try:
            return kind(**dict(zip(names, values, strict=True)))
        except Exception as error:
            raise WireError(f"a {kind.__name__} that cannot be: {error}") from None

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


def _hashable(keys: list[Any]) -> list[Any]:
    """Return the keys, unless hashing them would fail or be slow on purpose."""
    try:
        hashes = list(map(hash, keys))
    except TypeError as error:
        raise WireError(str(error)) from None
    # Equal hashes make a dict quadratic: 100,000 chosen integers would take a minute.
    if len(keys) > _MAX_EQUAL_HASHES:
        num_equal = max(Counter(hashes).values())
        if num_equal > _MAX_EQUAL_HASHES:
            raise WireError(f"{num_equal} of {len(keys)} keys have one hash")
    return keys


_READERS: dict[int, Callable[[_Decoder, int], Any]] = {
    ord("N"): lambda decoder, depth: None,
    ord("T"): lambda decoder, depth: True,
    ord("F"): lambda decoder, depth: False,
    ord("i"): lambda decoder, depth: _INT64.unpack(decoder.take(8))[0],
    ord("I"): lambda decoder, depth: decoder.integer(),
    ord("f"): lambda decoder, depth: _FLOAT.unpack(decoder.take(8))[0],
    ord("s"): lambda decoder, depth: decoder.text(),
    ord("b"): lambda decoder, depth: decoder.sized(),
    ord("l"): _Decoder.items,
    ord("t"): lambda decoder, depth: tuple(decoder.items(depth)),
    ord("S"): lambda decoder, depth: decoder.unordered(set, depth),
    ord("Z"): lambda decoder, depth: decoder.unordered(frozenset, depth),
    ord("d"): _Decoder.mapping,
    ord("q"): lambda decoder, depth: decoder.numbers("q"),
    ord("D"): lambda decoder, depth: decoder.numbers("d"),
    ord("r"): _Decoder.record,
    ord("x"): lambda decoder, depth: decoder.foreign(),
    ord("h"): lambda decoder, depth: decoder.handle(Owner.JUDGE, depth),
    ord("o"): lambda decoder, depth: decoder.handle(Owner.SUBMISSION, depth),
}

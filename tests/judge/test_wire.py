"""The wire: plain values cross as they are, and no bytes build more than is allowed."""

from __future__ import annotations

import itertools
import struct
import tracemalloc
from collections import OrderedDict, namedtuple
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from perfkata.judge.wire import (
    HEADER,
    NUMBER,
    Bounds,
    Foreign,
    Owner,
    WireError,
    decode,
    encode,
    frame,
    name_of_type,
)
from tests.judge.conftest import PLAIN, RECORDS, Point, is_identical
from tests.judge.nesting import (
    LAYERS,
    below,
    every_layer,
    frames_left,
    nested,
    usual_limit,
)

_NARROW = Bounds(max_bytes=200, max_depth=3, max_items=8, max_integer_bytes=12)
_TAGS = b"NTFiIfsbltSZdqDrxho"
_CONTAINERS = b"ltSZdqD"
_HASH_MODULUS = 2**61 - 1


def _crossed(value: object) -> Any:
    return decode(encode(value, records=RECORDS.values()), records=RECORDS)


def _counted(tag: bytes, count: int, rest: bytes = b"") -> bytes:
    return tag + HEADER.pack(count) + rest


@given(PLAIN)
def test_every_plain_value_crosses_as_it_is(value: object) -> None:
    """What arrives is what was sent, by exact type and to the last bit."""
    assert is_identical(_crossed(value), value)


@pytest.mark.parametrize("edge", [2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 0, 255])
def test_lists_of_integers_cross_at_the_edges_of_the_packed_form(edge: int) -> None:
    """A list of integers crosses whether or not all of them fit 64 bits."""
    assert is_identical(_crossed([edge, 1]), [edge, 1])
    assert is_identical(_crossed([1, edge, True]), [1, edge, True])


@given(st.integers(0, 2_047), st.booleans())
def test_an_integer_crosses_up_to_the_bound_on_its_bytes(
    num_bytes: int, is_negative: bool
) -> None:
    """Integers of up to 2,048 bytes cross, and longer ones neither leave nor arrive."""
    value = (-1 if is_negative else 1) << (8 * num_bytes)
    assert decode(encode(value)) == value
    too_long = 1 << (8 * 2_048)
    with pytest.raises(WireError, match="integer of more than 2048 bytes"):
        encode(too_long)
    with pytest.raises(WireError, match="integer of 2049 bytes"):
        decode(_counted(b"I", 2_049, bytes(2_049)))


def test_a_frame_is_its_length_and_its_payload() -> None:
    """The length stands in front in four bytes, the lowest first."""
    assert frame(b"abc") == b"\x03\x00\x00\x00abc"


class _Numbers(list[int]):
    pass


class _Whole(int):
    pass


class _Silent:
    def __repr__(self) -> str:
        raise ValueError("no")


class _Lying:
    def __repr__(self) -> Any:
        return 5


class _Unhashable(type):
    def __eq__(cls, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


class _Odd(metaclass=_Unhashable):
    pass


class _Claimant(type):
    """A type that says it is int."""

    def __eq__(cls, other: object) -> bool:
        return True

    def __hash__(cls) -> int:
        return hash(int)


class _Claimed(metaclass=_Claimant):
    def __index__(self) -> int:
        return 7


@dataclass
class _Unlisted:
    x: int = 1


_Pair = namedtuple("_Pair", "left right")  # noqa: PYI024 - untyped as learners write it

_FOREIGN: list[tuple[Callable[[], object], str]] = [
    (lambda: _Numbers([1]), "_Numbers (a subclass of list)"),
    (lambda: _Whole(1), "_Whole (a subclass of int)"),
    (lambda: OrderedDict(a=1), "OrderedDict (a subclass of dict)"),
    (lambda: _Pair(1, 2), "_Pair (a subclass of tuple)"),
    (lambda: (number for number in [1]), "generator"),
    (lambda: range(3), "range"),
    (lambda: bytearray(b"a"), "bytearray"),
    (lambda: 1j, "complex"),
    ({}.keys, "dict_keys"),
    (lambda: int, "type"),
    (_Silent, "_Silent"),
    (_Lying, "_Lying"),
    (_Odd, "_Odd"),
    (_Claimed, "_Claimed"),
    (_Unlisted, "_Unlisted"),
]
_FOREIGN_NAMES = [name for _, name in _FOREIGN]


@pytest.mark.parametrize(("make", "name"), _FOREIGN, ids=_FOREIGN_NAMES)
def test_what_is_not_plain_crosses_as_the_name_of_its_type(
    make: Callable[[], object], name: str
) -> None:
    """Anything else arrives as a Foreign, alone and in every container."""
    value = make()
    crossed = [_crossed(value), *_crossed([value, 1]), *_crossed((1, value))]
    foreign = [item for item in crossed if item != 1]
    assert [type(item) for item in foreign] == [Foreign] * 3
    assert {item.type_name for item in foreign} == {name}


def test_a_foreign_value_equals_no_other() -> None:
    """Two crossings of one object are two, and neither is the object's text."""
    first, second = _crossed(range(3)), _crossed(range(3))
    assert first != second
    assert first != "range(0, 3)"
    assert repr(first) == "range(0, 3)"


def test_a_repr_that_raises_is_told_and_does_no_harm() -> None:
    """The text of an object whose repr raises, or gives no text, says so."""
    assert _crossed(_Silent()).text == "(its repr raises)"
    assert _crossed(_Lying()).text == "(its repr raises)"


def test_names_and_texts_of_foreign_values_are_cut_on_both_sides() -> None:
    """Neither the sender nor the receiver keeps more than 200 and 500 characters."""
    long_name = type("N" * 1_000, (), {"__repr__": lambda self: "t" * 10_000})
    sent = encode(long_name())
    assert len(sent) < 800
    text = _counted(b"s", 10_000, b"n" * 10_000)
    for data in (sent, b"x" + text + text):
        received = decode(data)
        assert (len(received.type_name), len(received.text)) == (200, 500)


def test_a_foreign_value_can_be_sent_on() -> None:
    """A Foreign that is sent again stays what it was, not a Foreign of a Foreign."""
    again = _crossed(_crossed(range(3)))
    assert (again.type_name, again.text) == ("range", "range(0, 3)")


def test_a_sender_may_insist_on_plain_values() -> None:
    """Where all must be plain the rest is refused, but for what came from there."""
    came = _crossed(range(3))
    assert decode(encode([came, 1], is_all_plain=True))[0].type_name == "range"
    with pytest.raises(WireError, match=r"a value of type _Numbers \(a subclass of li"):
        encode([_Numbers()], is_all_plain=True)


def test_types_are_named_with_the_plain_type_that_explains_them() -> None:
    """A subclass of a plain type is named with it, a plain type by its name alone."""
    assert name_of_type(_Whole) == "_Whole (a subclass of int)"
    assert [name_of_type(kind) for kind in (bool, int, dict)] == ["bool", "int", "dict"]


def test_a_value_that_contains_itself_is_refused_at_once() -> None:
    """A list in itself is nested too deep, however often it holds itself."""
    loop: list[Any] = []
    loop += [loop, loop, loop]
    with pytest.raises(WireError, match="nested more than 256 deep"):
        encode(loop)


def test_a_value_that_shares_its_parts_is_counted_as_often_as_it_is_sent() -> None:
    """Forty lists that double each other end at the bound, not after 2**40 items."""
    value: list[Any] = []
    for _ in range(40):
        value = [value, value]
    with pytest.raises(WireError, match="more than 1,000 items"):
        encode(value, Bounds(max_items=1_000))


def _depth_and_items(value: Any) -> tuple[int, int]:
    if isinstance(value, dict):
        inside = [*value, *value.values()]
        num_items = len(value)
    elif isinstance(value, list | tuple | set | frozenset):
        inside = list(value)
        num_items = len(inside)
    elif isinstance(value, Point):
        inside = [value.x, value.y]
        num_items = 2
    else:
        return 0, 0
    below = [_depth_and_items(item) for item in inside]
    # Packed lists are a leaf to the wire.
    kinds = {type(item) for item in inside}
    is_packed = type(value) is list and len(value) > 1 and kinds in ({int}, {float})
    is_packed = is_packed and not any(
        type(item) is int and not -(2**63) <= item < 2**63 for item in inside
    )
    depth = 0 if is_packed else 1 + max((deep for deep, _ in below), default=0)
    return depth, num_items + sum(items for _, items in below)


def _integers_in(value: Any) -> list[int]:
    if isinstance(value, dict):
        return [found for item in value.items() for found in _integers_in(item)]
    if isinstance(value, list | tuple | set | frozenset):
        return [found for item in value for found in _integers_in(item)]
    if isinstance(value, Point):
        return _integers_in((value.x, value.y))
    return [value] if type(value) is int else []


@given(PLAIN)
@example([[[[]]]])
@example({((1,),): 1})
@example([{(): (1,)}])
@example(list(range(9)))
@example({number: number for number in range(9)})
@example(2**95)
def test_what_is_sent_within_the_bounds_is_received_within_them(value: object) -> None:
    """The sender refuses exactly what the receiver would, so honest answers arrive."""
    depth, num_items = _depth_and_items(value)
    num_bytes = max((n.bit_length() // 8 + 1 for n in _integers_in(value)), default=0)
    fits = depth <= 3 and num_items <= 8 and num_bytes <= 12
    if not fits:
        with pytest.raises(WireError):
            encode(value, _NARROW, RECORDS.values())
        return
    data = encode(value, _NARROW, RECORDS.values())
    if len(data) <= _NARROW.max_bytes:
        assert is_identical(decode(data, _NARROW, RECORDS), value)


def _value_or_nothing(data: bytes) -> Any:
    try:
        return decode(data, records=RECORDS)
    except WireError:
        return None


_SCRAPS = st.one_of(
    st.sampled_from([bytes([tag]) for tag in _TAGS]),
    st.integers(0, 3).map(HEADER.pack),
    st.integers(0, 2**32 - 1).map(HEADER.pack),
    st.sampled_from([b"s\x05\x00\x00\x00Point", b"i" + bytes(8), b"l\x01\x00\x00\x00"]),
    st.binary(max_size=9),
)


@given(st.lists(_SCRAPS, max_size=30).map(b"".join))
def test_any_bytes_are_a_value_or_a_wire_error(data: bytes) -> None:
    """Nothing but WireError escapes, and what is decoded can be sent back as it is."""
    value = _value_or_nothing(data)
    assert is_identical(_crossed(value), value) or "Foreign" in _types_in(value)


def _types_in(value: Any) -> set[str]:
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, Point):
        value = [value.x, value.y]
    if isinstance(value, list | tuple | set | frozenset):
        return {name for item in value for name in _types_in(item)}
    return {type(value).__name__}


@given(PLAIN, st.data())
def test_a_damaged_frame_is_a_value_or_a_wire_error(
    value: object, data: st.DataObject
) -> None:
    """One byte changed anywhere leads to another value or to WireError."""
    sent = bytearray(encode(value, records=RECORDS.values()))
    place = data.draw(st.integers(0, len(sent) - 1))
    sent[place] = data.draw(st.integers(0, 255))
    _value_or_nothing(bytes(sent))


@given(PLAIN, st.data())
def test_a_frame_cut_short_or_prolonged_is_no_value(
    value: object, data: st.DataObject
) -> None:
    """A value fills its bytes exactly."""
    sent = encode(value, records=RECORDS.values())
    cut = data.draw(st.integers(0, len(sent) - 1))
    with pytest.raises(WireError):
        decode(sent[:cut], records=RECORDS)
    more = data.draw(st.binary(min_size=1, max_size=5))
    with pytest.raises(WireError, match=f"{len(more)} bytes after the value"):
        decode(sent + more, records=RECORDS)


_POINT = b"r" + encode("Point")
_BOMBS = {
    **{
        f"count of {chr(tag)}": _counted(bytes([tag]), 2**32 - 1) for tag in _CONTAINERS
    },
    "count of fields": _POINT + HEADER.pack(2**32 - 1),
    "count of half the items": _counted(b"l", 2**31, b"N" * 1_000),
    "pairs of a dict": _counted(b"d", 600, b"N" * 1_000),
    "integers of a packed list": _counted(b"q", 126, bytes(1_000)),
    "length of a text": _counted(b"s", 2**32 - 1, b"a" * 1_000),
    "length of bytes": _counted(b"b", 2**32 - 1, b"a" * 1_000),
    "length of an integer": _counted(b"I", 2**32 - 1, b"a" * 1_000),
    "depth of lists": _counted(b"l", 1) * 100_000,
    "depth of tuples": _counted(b"t", 1) * 257 + b"N",
    "depth of sets": _counted(b"S", 1) * 257 + b"N",
    "depth of dicts": (_counted(b"d", 1) + b"N") * 257 + b"N",
    "depth of keys": (_counted(b"d", 1)) * 257 + b"N" * 258,
    "depth of records": (_POINT + HEADER.pack(2) + b"N") * 257 + b"N",
}


@pytest.mark.parametrize("data", _BOMBS.values(), ids=_BOMBS)
def test_a_bomb_is_refused_before_it_costs_anything(data: bytes) -> None:
    """A length, count or depth that lies is WireError, for less than 1 MB."""
    bounds = Bounds()
    tracemalloc.start()
    try:
        with pytest.raises(WireError):
            decode(data, bounds, RECORDS)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 1_000_000


def test_items_are_counted_over_all_containers() -> None:
    """Many small containers reach the bound as one large one does."""
    bounds = Bounds(max_items=10)
    ten = _counted(b"l", 2, _counted(b"t", 4, b"NNNN") * 2)
    assert decode(ten, bounds) == [(None,) * 4] * 2
    eleven = _counted(
        b"l", 2, _counted(b"t", 4, b"NNNN") + _counted(b"q", 5, bytes(40))
    )
    with pytest.raises(WireError, match="more than 10 items"):
        decode(eleven, bounds)


_DENSE = {
    "empty lists": _counted(b"l", 0),
    "empty sets": _counted(b"S", 0),
    "empty dicts": _counted(b"d", 0),
    "sets of one": _counted(b"S", 1, b"N"),
    "dicts of one": _counted(b"d", 1, b"NN"),
    "small tuples": _counted(b"t", 1, b"N"),
    "empty texts": _counted(b"s", 0),
    "floats": b"f" + struct.pack("<d", 0.1),
    "records": _POINT + _counted(b"", 2, b"NN"),
}


@pytest.mark.parametrize("item", _DENSE.values(), ids=_DENSE)
def test_objects_take_at_most_64_bytes_for_each_byte(item: bytes) -> None:
    """The densest values that there are keep to the bound that the docstring gives."""
    data = _counted(b"l", 10_000, item * 10_000)
    tracemalloc.start()
    try:
        assert len(decode(data, records=RECORDS)) == 10_000
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 64 * len(data)


def test_large_answers_cross_within_the_usual_bounds() -> None:
    """Megabytes of bytes and hundreds of thousands of items are no attack."""
    for value in (bytes(2**22), [None] * 300_000):
        assert _crossed(value) == value


def test_a_frame_longer_than_the_bound_is_not_looked_at() -> None:
    """The length of all is checked before the first byte."""
    with pytest.raises(WireError, match="a frame of 201 bytes; at most 200"):
        decode(bytes(201), _NARROW)


def _with_equal_hashes(count: int) -> list[object]:
    return [number * _HASH_MODULUS for number in range(count)]


_COLLIDING: dict[str, list[object]] = {
    "all integers": _with_equal_hashes(1_000),
    "half of them": [*range(1, 1_001), *_with_equal_hashes(1_000)],
    "one in ten": [*range(1, 9_001), *_with_equal_hashes(1_000)],
    "tuples": list(itertools.product((-1, -2), repeat=10)),
    "tuples of tuples": [((-1, key),) for key in _with_equal_hashes(500)],
    "floats and integers": [float(2**61), *_with_equal_hashes(100)],
}


@pytest.mark.parametrize("keys", _COLLIDING.values(), ids=_COLLIDING)
@pytest.mark.parametrize("kind", [set, frozenset, dict.fromkeys])
def test_keys_chosen_for_their_hashes_are_refused(
    keys: list[object], kind: Callable[[list[object]], object]
) -> None:
    """More than 64 keys with one hash would make a set slow on purpose."""
    data = encode(kind(keys))
    with pytest.raises(WireError, match="keys have one hash"):
        decode(data)


_HONEST: dict[str, list[object]] = {
    "texts": [str(number) for number in range(5_000)],
    "integers": list(range(-2_500, 2_500)),
    "powers of two": [1 << bits for bits in range(1_000)],
    "floats": [number / 7 for number in range(5_000)],
    "a grid of points": list(itertools.product(range(-3, 4), repeat=4)),
    "a corner in six dimensions": list(itertools.product((-1, -2), repeat=6)),
    "subsets": [
        frozenset(chosen)
        for size in range(5)
        for chosen in itertools.combinations(range(12), size)
    ],
}


@pytest.mark.parametrize("keys", _HONEST.values(), ids=_HONEST)
def test_keys_of_honest_answers_are_not_suspicious(keys: list[object]) -> None:
    """Large sets and dicts of ordinary keys cross."""
    assert _crossed(set(keys)) == set(keys)
    assert _crossed(dict.fromkeys(keys)) == dict.fromkeys(keys)


def _twice(tag: bytes, item: bytes) -> bytes:
    return _counted(tag, 2, item * 2)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (_counted(b"S", 1, _counted(b"l", 0)), "unhashable type: 'list'"),
        (_counted(b"d", 1, _counted(b"d", 0) + b"N"), "unhashable type: 'dict'"),
        (_counted(b"Z", 1, _counted(b"t", 1, _counted(b"S", 0))), "unhashable"),
        (_twice(b"S", b"T"), "a set with an item twice"),
        (_counted(b"Z", 2, b"T" + encode(1)), "a set with an item twice"),
        (_twice(b"d", b"TN"), "a dict with a key twice"),
        (b"", "the bytes end within a value"),
        (b"?", "no value begins with 0x3f"),
        (_counted(b"s", 1, b"\xff"), "text that is not UTF-8"),
        (b"x" + encode(1) + encode("a"), "a name that is no text"),
        (b"r" + encode("Nobody") + HEADER.pack(0), "no record is named 'Nobody'"),
        (b"r" + encode("Point") + _counted(b"", 1, b"N"), "a Point of 1 fields"),
        (b"r" + encode(b"Point") + _counted(b"", 2, b"NN"), "a name that is no text"),
    ],
)
def test_what_no_sender_sends_is_told(data: bytes, why: str) -> None:
    """Every rule that bytes can break has its own words."""
    with pytest.raises(WireError, match=why):
        decode(data, records=RECORDS)


# The bytes of one more layer around what follows.
_HOSTILE_LAYERS = {
    "lists": _counted(b"l", 1),
    "second items": _counted(b"l", 2, b"N"),
    "tuples": _counted(b"t", 1),
    "sets": _counted(b"S", 1),
    "frozensets": _counted(b"Z", 1),
    "keys": _counted(b"d", 1),
    "values": _counted(b"d", 1, b"N"),
    "records": _POINT + HEADER.pack(2),
}
_hostile_layers = pytest.mark.parametrize(
    "layer", _HOSTILE_LAYERS.values(), ids=_HOSTILE_LAYERS
)


@every_layer
@pytest.mark.parametrize("num_frames", [0, 100])
def test_a_value_nested_256_deep_crosses(
    layer: Callable[[Any], object], num_frames: int
) -> None:
    """So it does from a hundred frames further down, and one deeper does not."""
    value = nested(layer, 256)
    with usual_limit():
        received = below(num_frames, lambda: _crossed(value))
        assert encode(received, records=RECORDS.values()) == encode(
            value, records=RECORDS.values()
        )
        with pytest.raises(WireError, match="nested more than 256 deep"):
            below(num_frames, lambda: _crossed(layer(value)))


@pytest.mark.parametrize("name", ["lists", "tuples", "frozensets", "dicts"])
def test_depth_takes_no_frames(name: str) -> None:
    """A value crosses where Python has only a few left, as deep as it may be."""
    value = nested(LAYERS[name], 256)
    with usual_limit():
        received = below(frames_left() - 30, lambda: _crossed(value))
    assert encode(received) == encode(value)


@_hostile_layers
@pytest.mark.parametrize("num_layers", [257, 300, 1_000, 100_000])
@pytest.mark.parametrize("num_frames", [0, 100])
def test_bytes_of_any_depth_are_a_wire_error(
    layer: bytes, num_layers: int, num_frames: int
) -> None:
    """Whether they end properly or not, and wherever they are read."""
    with usual_limit():
        for end in (b"", b"N", b"N" * (num_layers + 1)):
            data = layer * num_layers + end
            with pytest.raises(WireError):
                below(num_frames, partial(decode, data, records=RECORDS))


@_hostile_layers
def test_things_do_not_make_bytes_deeper(layer: bytes) -> None:
    """A thing's description is as deep as what stands in its place could be."""
    things = _List(Owner.JUDGE)
    things.things[7] = _Thing(7)
    thing = b"h" + NUMBER.pack(7)
    with usual_limit(), pytest.raises(WireError):
        decode(
            layer * 200 + thing + layer * 200 + b"N" * 401, Bounds(), RECORDS, things
        )
    with usual_limit(), pytest.raises(WireError):
        decode((layer + thing) * 100_000, Bounds(), RECORDS, things)


def test_keys_that_hash_too_deep_are_a_wire_error() -> None:
    """Records hash and compare what is in them in Python, frame by frame."""
    keys = nested(LAYERS["records"], 255)
    with usual_limit():
        data = encode({keys}, records=RECORDS.values())
        assert below(100, lambda: decode(data, records=RECORDS)) == {keys}
        with pytest.raises(WireError, match="too deep to be hashed"):
            below(frames_left() - 200, lambda: decode(data, records=RECORDS))


@dataclass(frozen=True)
class _Picky:
    x: Any

    def __post_init__(self) -> NoReturn:
        raise RuntimeError("never")


def test_a_record_that_cannot_be_is_a_wire_error() -> None:
    """A record's own check, run on hostile fields, ends as WireError."""
    data = b"r" + encode("_Picky") + _counted(b"", 1, b"N")
    with pytest.raises(WireError, match="a _Picky that cannot be: never"):
        decode(data, records={"_Picky": _Picky})


def test_a_record_crosses_by_exact_class() -> None:
    """A subclass of a record, and a class of its name alone, are foreign."""

    class Nearer(Point):
        pass

    other = type("Point", (), {})
    assert _crossed(Point(1, [2])) == Point(1, [2])
    assert type(_crossed(Nearer(1, 2))) is Foreign
    assert type(_crossed(other())) is Foreign


class _Thing:
    """An object that does not cross by itself."""

    def __init__(self, number: int = 0) -> None:
        self.number = number

    def __repr__(self) -> str:
        return f"thing {self.number}"


class _List:
    """One side's list of things; it describes each, and may refuse some."""

    def __init__(self, owner: bytes, described: Any = None) -> None:
        self.owner = owner
        self.described = described
        self.things: dict[int, object] = {}
        self.seen: list[tuple[bytes, int, Any]] = []

    def number_of(self, value: object) -> tuple[bytes, int, Any] | None:
        if not isinstance(value, _Thing):
            return None
        self.things[value.number] = value
        return self.owner, value.number, self.described

    def object_of(self, owner: bytes, number: int, described: Any) -> Any:
        self.seen.append((owner, number, described))
        if number not in self.things:
            raise WireError("it stands for nothing")
        return self.things[number]


@given(
    number=st.integers(0, 2**64 - 1),
    owner=st.sampled_from([Owner.JUDGE, Owner.SUBMISSION]),
    described=PLAIN,
)
def test_a_thing_crosses_as_whose_it_is_its_number_and_its_description(
    number: int, owner: bytes, described: Any
) -> None:
    """All three arrive, and what the list gives for them is the value."""
    things, thing = _List(owner, described), _Thing(number)
    kinds = RECORDS.values()
    sent = encode([thing, (thing,), {1: thing}], Bounds(), kinds, handles=things)
    received = decode(sent, Bounds(), RECORDS, things)
    assert received[0] is received[1][0] is received[2][1] is thing
    assert len(things.seen) == 3
    for found in things.seen:
        assert found[:2] == (owner, number)
        assert is_identical(found[2], described)


def test_things_are_members_and_keys() -> None:
    """A set or a dict holds them as it holds any value with a hash."""
    things = _List(Owner.JUDGE)
    one, other = _Thing(1), _Thing(2)
    value = [{one, other}, frozenset([one]), {one: 1, other: 2}]
    received = decode(encode(value, handles=things), handles=things)
    assert received == value


def test_what_the_list_does_not_know_is_foreign_or_refused() -> None:
    """Beside things, other objects cross by name, unless all must be plain."""
    things = _List(Owner.JUDGE)
    received = decode(encode([object(), _Thing()], handles=things), handles=things)
    assert type(received[0]) is Foreign
    with pytest.raises(WireError, match="a value of type object"):
        encode([object()], handles=things, is_all_plain=True)
    assert encode([_Thing()], handles=things, is_all_plain=True)


def test_plain_values_are_not_asked_about() -> None:
    """The list hears of what is neither plain nor a record, and of nothing else."""

    class Deaf(_List):
        def number_of(self, value: object) -> Any:
            raise AssertionError(value)

    kinds = RECORDS.values()
    deaf = Deaf(Owner.JUDGE)
    for value in (None, 1, "a", [1, 2], {1: (2,)}, {3}, Point(1, 2)):
        assert encode(value, Bounds(), kinds, handles=deaf) == encode(
            value, Bounds(), kinds
        )


_NUMBERED = NUMBER.pack(7)


@pytest.mark.parametrize("tag", [Owner.JUDGE, Owner.SUBMISSION])
def test_things_cross_only_in_conversations(tag: bytes) -> None:
    """Without a list, the bytes of one are a breach, and it leaves as foreign."""
    with pytest.raises(WireError, match="an object where only values cross"):
        decode(tag + _NUMBERED + b"N")
    assert type(decode(encode(_Thing()))) is Foreign


@pytest.mark.parametrize("tag", [Owner.JUDGE, Owner.SUBMISSION])
def test_a_description_holds_no_thing(tag: bytes) -> None:
    """One within another would let a few bytes nest without end."""
    things = _List(tag)
    things.things[7] = _Thing(7)
    within = _counted(b"t", 1, tag + _NUMBERED + b"N")
    with pytest.raises(WireError, match="an object where only values cross"):
        decode(tag + _NUMBERED + within, handles=things)
    two = tag + _NUMBERED + b"N"
    assert len(decode(_counted(b"l", 2, two * 2), handles=things)) == 2


@pytest.mark.parametrize("tag", [Owner.JUDGE, Owner.SUBMISSION])
def test_things_count_as_items_and_descriptions_as_deep(tag: bytes) -> None:
    """The bounds hold for both: so many things, and descriptions so deep."""
    things = _List(tag)
    things.things[7] = _Thing(7)
    one = tag + _NUMBERED + b"N"
    # Each is an item of its list, and one more for itself.
    assert decode(_counted(b"l", 4, one * 4), _NARROW, handles=things)
    with pytest.raises(WireError, match="more than 8 items"):
        decode(_counted(b"l", 5, one * 5), _NARROW, handles=things)
    with pytest.raises(WireError, match="nested more than 3 deep"):
        decode(tag + _NUMBERED + _counted(b"t", 1) * 4 + b"N", _NARROW, None, things)
    with pytest.raises(WireError, match="more than 8 items"):
        encode([_Thing(7)] * 5, _NARROW, handles=things)
    assert encode([_Thing(7)] * 4, _NARROW, handles=things)


@pytest.mark.parametrize("tag", [Owner.JUDGE, Owner.SUBMISSION])
def test_a_thing_that_is_cut_short_is_none(tag: bytes) -> None:
    """Its number and its description must be there."""
    things = _List(tag)
    things.things[7] = _Thing(7)
    whole = tag + _NUMBERED + b"N"
    for length in range(1, len(whole)):
        with pytest.raises(WireError, match="the bytes end within a value"):
            decode(whole[:length], handles=things)


@given(st.one_of(st.binary(max_size=60), st.lists(_SCRAPS).map(b"".join)))
def test_any_bytes_with_things_are_a_value_or_a_wire_error(data: bytes) -> None:
    """Chance and known scraps never raise anything else where things may cross."""
    things = _List(Owner.JUDGE)
    things.things[0] = _Thing(0)
    for start in (b"", b"h" + bytes(8), b"o" + bytes(8), _counted(b"d", 1, b"h")):
        try:
            decode(start + data, _NARROW, RECORDS, things)
        except WireError:
            continue

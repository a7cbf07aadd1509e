"""A TOML file as a typed object, or every problem of it at once.

`read` is strict: unknown keys, missing keys and values of another type are errors.
The fast way is one conversion by msgspec, which stops at the first problem; only if
it fails does a slower walk over the schema name every problem, with the value that
was found and, from the types' descriptions, what belongs there.
"""

from __future__ import annotations

import functools
import operator
import re
import tomllib
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import msgspec

from perfkata.catalog.errors import (
    CatalogError,
    InvalidContentError,
    UnreadableFileError,
    printable,
)

__all__ = ["read"]

_MAX_SHOWN_CHARACTERS = 60
_TOML_NAMES: dict[type, str] = {dict: "table", list: "array"}

T = TypeVar("T")
_Hook = Callable[[type, Any], Any]


def read(path: Path, schema: type[T], *, file: str, hook: _Hook | None = None) -> T:
    """The content of a TOML file as the type that its schema declares.

    Args:
        path: The file.
        schema: A msgspec Struct.
        file: How errors name the file.
        hook: Builds values of types that msgspec does not know from what was read.

    Raises:
        UnreadableFileError: The file is missing, unreadable, not UTF-8 or not TOML.
        InvalidContentError: The first breach of the schema; `others` has the rest.
    """
    data = _parsed(_text(path, file), file)
    try:
        return msgspec.convert(data, schema, strict=True, dec_hook=hook)
    except msgspec.ValidationError as error:
        found = list(_Walk(file, hook).problems(data, schema, ""))
        # Whatever the walk overlooks must still be an error.
        found = found or [_problem(file, "", _plain(str(error)), "Mend the file.")]
        first, *rest = found
        first.others = tuple(rest)
        raise first from None


def _text(path: Path, file: str) -> str:
    try:
        if path.exists() and not path.is_file():
            raise UnreadableFileError(
                "is not a regular file", file=file, hint="Put a TOML file there."
            )
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise UnreadableFileError(
            "is missing", file=file, hint="docs/content.md lists what it holds."
        ) from None
    except OSError as error:
        raise UnreadableFileError(
            f"cannot be read ({error.strerror or error})",
            file=file,
            hint="Make it readable for you.",
        ) from None
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            f"is not UTF-8 (byte {error.start} is 0x{error.object[error.start]:02x})",
            file=file,
            hint="Save it as UTF-8.",
        ) from None


def _parsed(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    # Not only TOMLDecodeError: integers of too many digits are a plain ValueError.
    except ValueError as error:
        raise UnreadableFileError(
            f"is not TOML: {str(error).rstrip('.')}", file=file, hint="Mend that place."
        ) from None
    except RecursionError:
        raise UnreadableFileError(
            "nests its values too deeply", file=file, hint="Write it flat."
        ) from None


class _Walk:
    """Every breach of a schema, in the order of the schema's keys."""

    def __init__(self, file: str, hook: _Hook | None) -> None:
        self._file = file
        self._hook = hook

    def problems(
        self, value: object, wanted: Any, key: str, hint: str = ""
    ) -> Iterator[CatalogError]:
        """Problems of one value; `hint` says what belongs there, if a type does."""
        wanted = _required(wanted)
        if get_origin(wanted) is Annotated:
            inner, *metas = get_args(wanted)
            descriptions = [meta.description for meta in metas if meta.description]
            hint = descriptions[-1] if descriptions else hint
            if _is_container(inner):
                of_itself = list(self._of_leaf(value, wanted, key, hint, deep=False))
                if of_itself:
                    yield from of_itself
                    return
                wanted = inner
        choices = _struct_choices(wanted)
        if choices and isinstance(value, dict):
            yield from self._of_table(value, choices, key)
        elif _is_container(wanted) and isinstance(value, list):
            yield from self._of_array(value, wanted, key, hint)
        else:
            yield from self._of_leaf(value, wanted, key, hint)

    def _of_table(
        self, table: Mapping[str, object], choices: Sequence[Any], key: str
    ) -> Iterator[CatalogError]:
        tag_field = choices[0].__struct_config__.tag_field
        struct = choices[0]
        if tag_field is not None:
            tags = {choice.__struct_config__.tag: choice for choice in choices}
            tag = table.get(tag_field)
            if not isinstance(tag, str) or tag not in tags:
                came = _shown(tag) if tag_field in table else "nothing"
                yield _problem(
                    self._file,
                    _dotted(key, tag_field),
                    f"expected one of {_listed(tags)}, got {came}",
                    "Take one of them.",
                )
                return
            struct = tags[tag]
        fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
        for name in table:
            if name not in fields and name != tag_field:
                yield self._unknown_key(key, name, fields)
        for name, field in fields.items():
            if name in table:
                yield from self.problems(table[name], field.type, _dotted(key, name))
            elif field.required:
                yield _problem(
                    self._file,
                    _dotted(key, name),
                    "is missing",
                    _description(field.type) or "docs/content.md says what it holds.",
                )

    def _unknown_key(
        self, key: str, name: str, fields: Mapping[str, object]
    ) -> CatalogError:
        # Only a mistake pays for this import.
        import difflib

        nearest = difflib.get_close_matches(name[:_MAX_SHOWN_CHARACTERS], fields, n=1)
        hint = (
            f"Did you mean {nearest[0]!r}?"
            if nearest
            else f"Remove it; the keys here are {_listed(fields)}."
        )
        return _problem(self._file, _dotted(key, name), "is no key here", hint)

    def _of_array(
        self, array: Sequence[object], wanted: Any, key: str, hint: str
    ) -> Iterator[CatalogError]:
        items = get_args(wanted)
        if items[-1] is Ellipsis:
            items = (items[0],) * len(array)
        if len(items) != len(array):
            yield _problem(
                self._file,
                key,
                f"expected {len(items)} items, got {len(array)}",
                hint or f"Write {len(items)} items.",
            )
            return
        for index, (item, item_type) in enumerate(zip(array, items, strict=True)):
            yield from self.problems(item, item_type, f"{key}[{index}]")

    def _of_leaf(
        self, value: object, wanted: Any, key: str, hint: str, *, deep: bool = True
    ) -> Iterator[CatalogError]:
        try:
            msgspec.convert(value, wanted, strict=True, dec_hook=self._hook)
        except msgspec.ValidationError as error:
            reason, _, place = str(error).partition(" - at `$")
            if place and not deep:
                return  # About an item: the walk comes to it.
            yield _problem(
                self._file,
                key,
                _with_value(_plain(reason), value),
                hint or _choices(wanted) or "docs/content.md says what it holds.",
            )


def _problem(file: str, key: str, message: str, hint: str) -> CatalogError:
    return InvalidContentError(message, file=file, key=key, hint=hint)


def _dotted(key: str, name: str) -> str:
    shown = name if name.isidentifier() else _shown_text(name)
    return f"{key}.{shown}" if key else shown


def _struct_choices(wanted: Any) -> tuple[Any, ...]:
    """The Structs that a type stands for: itself, or the members of a tagged union."""
    members = get_args(wanted) if _is_union(wanted) else (wanted,)
    structs = tuple(
        member
        for member in members
        if isinstance(member, type) and issubclass(member, msgspec.Struct)
    )
    return structs if len(structs) == len(members) else ()


def _required(wanted: Any) -> Any:
    """`T` of `T | None`: TOML has no null, None only says that a key may be absent."""
    if _is_union(wanted) and types.NoneType in get_args(wanted):
        members = [arg for arg in get_args(wanted) if arg is not types.NoneType]
        return functools.reduce(operator.or_, members)
    return wanted


def _is_union(wanted: Any) -> bool:
    return get_origin(wanted) in (Union, types.UnionType)


def _is_container(wanted: Any) -> bool:
    return get_origin(wanted) is tuple


def _description(wanted: Any) -> str:
    """What a type says belongs there; empty if it says nothing."""
    if get_origin(wanted) is Annotated:
        metas = get_args(wanted)[1:]
        return next((meta.description for meta in metas if meta.description), "")
    return _choices(wanted)


def _choices(wanted: Any) -> str:
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return f"Take one of {_listed(choice.value for choice in wanted)}."
    return ""


def _plain(message: str) -> str:
    """A message of msgspec in our words: without back quotes, begun in small."""
    message = message.replace("`", "").replace("object", "table")
    return message[:1].lower() + message[1:]


def _with_value(message: str, value: object) -> str:
    head, _, _ = message.partition(", got ")
    if head.startswith("invalid enum value"):
        head = "is no known value"
    # The rule's description says the same for people.
    head = re.sub(r"expected str matching regex .*", "is not written right", head)
    return f"{head}, got {_shown(value)}"


def _shown(value: object) -> str:
    if isinstance(value, str):
        return f"str {_shown_text(value)}"
    kind = _TOML_NAMES.get(type(value), type(value).__name__)
    if isinstance(value, dict | list):
        return f"{kind} of {len(value)}"
    if isinstance(value, int) and value.bit_length() > 200:
        return f"{kind} of {value.bit_length()} bits"
    return f"{kind} {value}"


def _shown_text(text: str) -> str:
    shown = printable(text[:_MAX_SHOWN_CHARACTERS])
    return f'"{shown}"' + ("…" if len(text) > _MAX_SHOWN_CHARACTERS else "")


def _listed(names: Any) -> str:
    return ", ".join(str(name) for name in names)

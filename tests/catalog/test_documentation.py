"""docs/content.md: every key is documented, and nothing that is no key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import msgspec
import pytest

from perfkata.catalog import InvalidContentError, QuestionFacts, Roadmap
from perfkata.catalog.question import read_question
from tests.catalog.conftest import Track, write_rungs

DOCUMENT = Path(__file__).parents[2] / "docs" / "content.md"
Keys = dict[str, bool]


def tables_of(schema: type[Any], file: str) -> Iterator[tuple[str, Keys]]:
    """Every table of a schema: its heading in the document, its keys, if needed."""
    yield file, keys_of(schema)
    yield from tables_below(schema, "")


def schemas_below(schema: type[Any]) -> Iterator[Any]:
    """A table's type, and those of all tables that it holds."""
    yield schema
    for field in msgspec.structs.fields(schema):
        for struct in structs_of(field.type)[1]:
            yield from schemas_below(struct)


def keys_of(schema: type[Any]) -> Keys:
    """The keys of a table, and whether each is needed."""
    return {
        field.encode_name: field.required for field in msgspec.structs.fields(schema)
    }


def tables_below(schema: type[Any], path: str) -> Iterator[tuple[str, Keys]]:
    """The tables that the keys of a table hold."""
    for field in msgspec.structs.fields(schema):
        key = f"{path}.{field.encode_name}".lstrip(".")
        is_list, structs = structs_of(field.type)
        for struct in structs:
            heading = f"`[[{key}]]`" if is_list else f"`[{key}]`"
            tag = struct.__struct_config__.tag
            if tag is not None:
                heading = f'`kind = "{tag}"`'
            yield heading, keys_of(struct)
            yield from tables_below(struct, key)


def structs_of(kind: Any) -> tuple[bool, list[Any]]:
    """The tables that a type holds, and whether it is a list of them."""
    if get_origin(kind) is Annotated:
        return structs_of(get_args(kind)[0])
    if get_origin(kind) is tuple:
        return True, structs_of(get_args(kind)[0])[1]
    members = get_args(kind) or (kind,)
    structs = [
        member
        for member in members
        if isinstance(member, type) and issubclass(member, msgspec.Struct)
    ]
    return False, structs


def documented() -> dict[str, Keys]:
    """The tables of the document: the keys in each, and whether each is needed."""
    tables: dict[str, Keys] = {}
    heading = ""
    for line in DOCUMENT.read_text("utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif row := re.match(
            r"\| `([a-z_]+)` \|[^|]+\| (yes|no) \| [A-Z].+\. \|", line
        ):
            tables.setdefault(heading, {})[row[1]] = row[2] == "yes"
    return tables


def blocks() -> list[str]:
    """The TOML examples of the document."""
    text = DOCUMENT.read_text("utf-8")
    return re.findall(r"^```toml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_unions_and_lists_are_seen_as_tables() -> None:
    """The walk over the schema, on which the other tests lean, finds tables."""
    assert structs_of(tuple[QuestionFacts, ...]) == (True, [QuestionFacts])
    assert structs_of(QuestionFacts | None) == (False, [QuestionFacts])
    assert structs_of(tuple[int, ...]) == (True, [])


@pytest.mark.parametrize("file", [QuestionFacts, Roadmap])
def test_every_table_is_closed_and_cannot_be_changed(file: type[Any]) -> None:
    """No table of either file takes an unknown key, and what was read is frozen."""
    schemas = list(schemas_below(file))
    assert len(schemas) > 1
    for schema in schemas:
        assert schema.__struct_config__.forbid_unknown_fields, schema
        assert schema.__struct_config__.frozen, schema


def test_every_key_is_documented_and_nothing_else() -> None:
    """Both files: the same tables, the same keys, the same keys needed."""
    schema = dict(
        [
            *tables_of(QuestionFacts, "question.toml"),
            *tables_of(Roadmap, "roadmap.toml"),
        ]
    )
    assert len(schema) == 20
    assert documented() == schema


def test_the_example_of_a_question_is_right(tmp_path: Path) -> None:
    """The question.toml in the document can be copied as it is."""
    (example,) = blocks()
    folder = tmp_path / "50_brackets"
    folder.mkdir()
    (folder / "question.toml").write_text(example, "utf-8")
    (folder / "question.md").touch()
    write_rungs(folder, ("1_look_back", "2_stack"))
    question = read_question(folder, file="question.toml")
    assert question.points == 100
    assert set(tomllib.loads(example)) == set(keys_of(QuestionFacts)) - {
        "system",
        "order_matters",
        "keeps_files",
    }


def test_the_error_in_the_document_is_a_real_one(track: Track) -> None:
    """The line that the document shows is what the reader says."""
    (line,) = re.findall(
        r"^questions/\S+: levels.*$", DOCUMENT.read_text("utf-8"), re.MULTILINE
    )
    level = {"number": 3, "title": "Huge numbers", "points": "x"}
    track.levels["levels"].append(level)
    folder = track.add("21_exclusive_time", track.facts | track.levels)
    with pytest.raises(InvalidContentError) as caught:
        read_question(folder, file="questions/21_exclusive_time/question.toml")
    assert str(caught.value) == line

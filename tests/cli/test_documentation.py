"""The documentation of the command line and of its JSON is complete and current."""

from __future__ import annotations

import os
import re
from pathlib import Path

import click
import msgspec
import pytest

from perfkata.cli.app import ExitCode, application
from perfkata.cli.program import VERBS
from perfkata.cli.verbs.roadmap import SECTIONS
from perfkata.judge.report import Reports

_REPOSITORY = Path(__file__).parent.parent.parent
_CLI = _REPOSITORY / "docs" / "cli.md"
_SCHEMA = _REPOSITORY / "docs" / "report.schema.json"
_VARIABLE = re.compile(r"\bPERFKATA_[A-Z]+\b")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_and_option_is_documented(verb: str) -> None:
    """Each verb has a section that names every option it takes, and no other."""
    command = application.get_command(click.Context(application), verb)
    assert command is not None
    section = _section(verb)
    options = {
        option
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
    }
    assert set(re.findall(r"`(--[a-z-]+)", section)) == options


def test_no_other_verb_is_documented() -> None:
    """A verb that was taken away leaves no section behind."""
    headings = re.findall(r"^## `perfkata ?(\w*)", _CLI.read_text(), re.MULTILINE)
    assert headings == ["", *VERBS]


def test_every_section_of_the_roadmap_is_documented() -> None:
    """The sections that can be chosen are those that are named."""
    named = set(re.findall(r"`(\w+)`", _section("roadmap")))
    assert named == set(SECTIONS)


def test_every_exit_code_is_documented() -> None:
    """The table has each code once."""
    rows = re.findall(r"^\| (\d+) \|", _CLI.read_text(), re.MULTILINE)
    assert [int(row) for row in rows] == sorted(ExitCode)


def test_every_variable_is_documented() -> None:
    """What is read from the environment, anywhere in the program, is named."""
    sources = (_REPOSITORY / "src" / "perfkata").rglob("*.py")
    used = {name for path in sources for name in _VARIABLE.findall(path.read_text())}
    assert used <= set(_VARIABLE.findall(_CLI.read_text()))
    assert len(used) >= 4


def test_the_schema_is_the_reports() -> None:
    """docs/report.schema.json is what the report's types say."""
    schema = msgspec.json.schema(Reports)
    text = msgspec.json.format(msgspec.json.encode(schema), indent=2).decode() + "\n"
    if os.environ.get("PERFKATA_RECORD"):
        _SCHEMA.write_text(text, encoding="utf-8")
    assert text == _SCHEMA.read_text(encoding="utf-8"), "PERFKATA_RECORD=1 renews it"


def _section(verb: str) -> str:
    """The part of docs/cli.md that is about one verb."""
    _, found, rest = _CLI.read_text().partition(f"\n## `perfkata {verb}")
    assert found, f"docs/cli.md has no section on {verb}"
    return rest.partition("\n## ")[0]

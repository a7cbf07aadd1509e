"""The documentation says what is so: links resolve, code runs, tables are generated.

What a program could print is not typed: it stands between ``<!-- generated: NAME -->``
and ``<!-- end -->``, and its test compares. ``make readme`` writes it again.
"""

from __future__ import annotations

import ast
import dataclasses
import doctest
import importlib
import inspect
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from perfkata.catalog import Catalog
from perfkata.cli.program import VERBS
from perfkata.judge import estimate, measures, measuring, taking
from perfkata.judge.report import LevelVerdict, MeasureVerdict, SubmissionVerdict
from perfkata.judge.sandbox import Layer, Limits
from tests.hostile.headers import attacks, not_contained

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "questions/**/*.md")
    for path in ROOT.glob(pattern)
)
OUR_PAGES = [path for path in PAGES if "questions" not in path.parts]
MODULES = sorted(
    ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
    for path in SOURCE.rglob("*.py")
    if path.name != "__main__.py"
)
MAX_SCREEN_LINES = 40

# The README grades this: plausible, and what is wrong with it is soon told.
QUESTION = "21"
ANSWER = "interviewer/wrong/recursion_overwrites.py"
OPTIONS = ("--level", "1", "--level", "2", "--seed", "7")


def is_recording() -> bool:
    """Whether generated parts are written and not compared."""
    return os.environ.get("PERFKATA_RECORD", "") not in ("", "0")


def transcript() -> str:
    """What a person sees who has a wrong answer to question 21 graded."""
    question = Catalog(ROOT).question(QUESTION)
    bin_folder = Path(sys.executable).parent
    environment = {
        "PATH": os.pathsep.join([str(bin_folder), os.environ["PATH"]]),
        "COLUMNS": "88",
        "NO_COLOR": "1",
        "LANG": "C.UTF-8",
    }
    command = ["perfkata", "grade", QUESTION, *OPTIONS]
    with tempfile.TemporaryDirectory() as root:
        # In a folder of its name, an answer is found without being named.
        workspace = Path(root) / question.name
        workspace.mkdir()
        shutil.copy(question.folder / ANSWER, workspace / "solution.py")
        graded = subprocess.run(
            command,
            cwd=workspace,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    assert graded.returncode == 1, graded.stdout
    shown = [line.rstrip() for line in graded.stdout.splitlines()]
    return "\n".join(["```console", "$ " + " ".join(command), *shown, "```"])


def questions_table() -> str:
    """All questions: title, what limits an answer, and whether it is here."""
    rows = []
    for question in Catalog(ROOT).questions():
        state = "**here**" if question.is_here else "not here yet"
        link = f"[{question.title}](questions/{question.name})"
        rows.append((question.number, link, question.limited_by, state))
    return table(("", "question", "what limits you", "state"), rows)


def verdicts_table() -> str:
    """Every verdict, by what it is a verdict of."""
    kinds = (
        ("a submission", SubmissionVerdict),
        ("a level", LevelVerdict),
        ("a measure", MeasureVerdict),
    )
    rows = [(kind, " · ".join(each.value for each in enum)) for kind, enum in kinds]
    return table(("of", "verdicts"), rows)


def layers_table() -> str:
    """Every layer, strongest first, as the sandbox's own docstring has it."""
    module = inspect.getdoc(sys.modules[Layer.__module__]) or ""
    items = re.findall(
        r"^- ``(\w+)``: (.*?)(?=\n- |\n\n|\Z)", module, re.MULTILINE | re.DOTALL
    )
    assert [name for name, _ in items] == [layer.value for layer in Layer]
    rows = [(f"`{name}`", unwrapped(text)) for name, text in items]
    return table(("layer", "what keeps a submission from the machine"), rows)


def pacing_table() -> str:
    """What measuring goes by."""
    rows = [
        ("Budget of all pairs of a question", f"{measuring.BUDGET_S:g} s"),
        ("Pairs with a rung that is near", f"{taking.FEWEST_PAIRS} and more"),
        ("Pairs with a rung that is far", f"{taking.FEWEST_FAR_PAIRS} and more"),
        (
            "Pairs where addresses cannot be fixed",
            f"{taking.FEWEST_PAIRS_OF_ANY_LAYOUT} and more",
        ),
        ("Pairs at most", str(measures.MAX_PAIRS)),
        ("Windows of each side in a pair", f"{taking.NUM_REPEATS}, fewer if long"),
        ("A window at a small size", f"about {measures.WINDOW_S * 1e3:g} ms"),
        ("A run that is not made any more", f"{taking.MAX_RUN_S:g} s"),
        ("How often a disturbed window is repeated", f"{taking.NUM_RETAKES} times"),
        (
            "The echo's share of the model answer's work",
            f"{measures.MAX_ECHO_SHARE:.0%} at most",
        ),
        ("A growth that is kept", f"an exponent below {estimate.MAX_KEPT_EXPONENT:g}"),
        (
            "A difference that is claimed",
            f"{estimate.SMALLEST_DIFFERENCE:.0%} and more",
        ),
        (
            "An interval that is called the same",
            f"within {estimate.SAME_WITHIN:.0%} of 1",
        ),
    ]
    return table(("what", "how much"), rows)


def limits_table() -> str:
    """Every limit of a submission with its usual value."""
    meanings = dict(attributes(Limits))
    rows = []
    for field in dataclasses.fields(Limits):
        name, value = field.name, field.default
        assert isinstance(value, int | float)
        if name.endswith("_bytes"):
            shown = f"{value // 2**20} MiB"
        elif name.endswith("_s"):
            shown = f"{value:g} s"
        else:
            shown = f"{value:g}"
        rows.append((meanings[name], shown))
    return table(("limit", "usually"), rows)


def hostile_table() -> str:
    """The attacks that some layer does not contain, from the headers of their files."""
    every = attacks()
    rows = []
    for header in every:
        weak = [layer.value for layer in Layer if header.verdicts[layer] is None]
        if weak:
            rows.append((header.file.stem, header.sentence, ", ".join(weak)))
    told = f"{len(rows)} of the {len(every)} attacks are not contained in some layer:"
    return f"{told}\n\n{table(('file', 'what it does', 'not contained in'), rows)}"


def not_contained_data() -> str:
    """What `perfkata doctor` says that a layer does not contain."""
    names = {
        layer.value: [header.file.stem for header in not_contained(layer)]
        for layer in Layer
    }
    return msgspec.json.format(msgspec.json.encode(names)).decode() + "\n"


GENERATED: dict[str, Callable[[], str]] = {
    "hostile": hostile_table,
    "layers": layers_table,
    "limits": limits_table,
    "pacing": pacing_table,
    "questions": questions_table,
    "transcript": transcript,
    "verdicts": verdicts_table,
}
MARKED = re.compile(r"(<!-- generated: (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    cells = [[cell.replace("|", "\\|") for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def unwrapped(text: str) -> str:
    """A paragraph of a docstring on one line, in Markdown's spelling."""
    return " ".join(text.split()).replace("``", "`")


def attributes(documented: type) -> Iterator[tuple[str, str]]:
    """Name and meaning of each entry below ``Attributes:`` in a class's docstring."""
    docstring = inspect.getdoc(documented) or ""
    section = docstring.partition("Attributes:\n")[2]
    for name, text in re.findall(
        r"^    (\w+): (.*?)(?=^    \w|\Z)", section, re.MULTILINE | re.DOTALL
    ):
        yield name, unwrapped(text).removesuffix(".")


def masked(text: str) -> str:
    """A transcript without what differs from run to run and machine to machine."""
    text = re.sub(r"\d+\.\d+ s\b", "… s", text)
    text = re.sub(r"isolation: \w+", "isolation: …", text)
    return re.sub(r"Python \d+\.\d+\.\d+\S*", "Python ….", text)


def marked_parts() -> list[tuple[Path, str]]:
    """Every generated part: its page and its name."""
    return [
        (page, name)
        for page in OUR_PAGES
        for _, name, _, _ in MARKED.findall(page.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize(
    ("page", "name"),
    marked_parts(),
    ids=[f"{page.name}-{name}" for page, name in marked_parts()],
)
def test_a_generated_part_is_what_would_be_generated(page: Path, name: str) -> None:
    """What stands between the markers is what the program says now."""
    text = page.read_text(encoding="utf-8")
    wanted = GENERATED[name]() + "\n"
    (found,) = (match for match in MARKED.finditer(text) if match[2] == name)
    if is_recording():
        new = text[: found.start(3)] + wanted + text[found.end(3) :]
        page.write_text(new, encoding="utf-8")
        return
    assert masked(found[3]) == masked(wanted), "run 'make readme'"


def test_every_generated_part_has_its_place() -> None:
    """Each generator is used once, and no marker is left without its end."""
    assert sorted(name for _, name in marked_parts()) == sorted(GENERATED)
    for page in OUR_PAGES:
        text = page.read_text(encoding="utf-8")
        num_marked = len(MARKED.findall(text))
        assert text.count("<!-- generated:") == text.count("<!-- end -->") == num_marked


def test_a_mask_hides_durations_alone() -> None:
    """Two gradings of one answer look alike, those of two answers do not."""
    line = "Loaded in 0.04 s, graded in 1.20 s; isolation: limits; Python 3.11.2."
    other = "Loaded in 1.95 s, graded in 9.99 s; isolation: landlock; Python 3.13.0."
    assert masked(line) == masked(other)
    assert masked("level 1  25/25  7 cases") != masked("level 1   0/25  7 cases")


def test_a_generated_file_tells_the_doctor_what_is_not_contained() -> None:
    """Its data are those of the attacks' own headers; PERFKATA_RECORD=1 writes them."""
    file = ROOT / "src" / "perfkata" / "judge" / "not_contained.json"
    if is_recording():
        file.write_text(not_contained_data(), encoding="utf-8")
    assert file.read_text(encoding="utf-8") == not_contained_data()


def linked(page: Path) -> Iterator[str]:
    """The targets of a page's links, without code."""
    text = without_blocks(page.read_text(encoding="utf-8"))
    text = re.sub(r"`[^`\n]*`", "", text)
    yield from re.findall(r"\]\(([^()\s]+)\)", text)


def without_blocks(text: str) -> str:
    """A page's text without its code blocks."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """The anchors that a page's headings make."""
    text = without_blocks(page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ +(.+)$", text, re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in headings
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_inside_the_project_resolve(page: Path) -> None:
    """A relative link names a file that is there, and a heading that is in it."""
    for target in linked(page):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        named = (page.parent / path).resolve() if path else page
        assert named.exists(), f"{target} is not there"
        assert named.is_relative_to(ROOT), f"{target} leaves the project"
        if anchor:
            assert anchor in anchors(named), f"{target}: no such heading"


def blocks(page: Path, language: str) -> list[str]:
    """A page's code blocks in one language."""
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    "page", OUR_PAGES, ids=lambda page: str(page.relative_to(ROOT))
)
def test_python_in_the_docs_runs(page: Path) -> None:
    """Python blocks of a page run one after the other, examples as doctests."""
    names: dict[str, object] = {}
    for number, block in enumerate(blocks(page, "python"), start=1):
        name = f"{page.name}, block {number}"
        if ">>>" in block:
            examples = doctest.DocTestParser().get_doctest(block, names, name, None, 0)
            runner = doctest.DocTestRunner(verbose=False)
            runner.run(examples, clear_globs=False)
            assert runner.summarize(verbose=False).failed == 0, name
        else:
            exec(compile(block, name, "exec"), names)


@pytest.mark.parametrize(
    "page", OUR_PAGES, ids=lambda page: str(page.relative_to(ROOT))
)
def test_commands_in_the_docs_exist(page: Path) -> None:
    """Each `make TARGET` and `perfkata VERB` that a page shows as code is one."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):(?!=)", makefile, re.MULTILINE))
    text = page.read_text(encoding="utf-8")
    code = "\n".join(
        [
            *blocks(page, "console"),
            *blocks(page, "sh"),
            *re.findall(r"`([^`\n]+)`", text),
        ]
    )
    assert set(re.findall(r"\bmake ([a-z]+)", code)) <= targets
    named = set(re.findall(r"(?:^|[ /])perfkata ([a-z]+)", code, re.MULTILINE))
    assert named <= set(VERBS)


@pytest.mark.parametrize("module", MODULES)
def test_examples_in_docstrings_are_right(module: str) -> None:
    """Each example in the docstrings of a module gives what it shows."""
    results = doctest.testmod(importlib.import_module(module))
    assert results.failed == 0


def test_every_environment_variable_is_documented() -> None:
    """A variable that the code reads stands in the docs, and no other does."""
    sources = [path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py")]
    # A leading underscore marks what is between programs and not for people.
    name = re.compile(r"(?<![A-Z_])PERFKATA_[A-Z]+(?:_[A-Z]+)*")
    read = {found for source in sources for found in name.findall(source)}
    assert "PERFKATA_CONTENT" in read
    told = {
        found for page in OUR_PAGES for found in name.findall(page.read_text("utf-8"))
    }
    assert read - told == set()
    assert told - read <= {"PERFKATA_RECORD", "PERFKATA_CI"}


def vocabulary() -> list[str]:
    """Every word that docs/structure.md explains, in its order."""
    text = (ROOT / "docs" / "structure.md").read_text(encoding="utf-8")
    section = text.partition("## The words\n")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| ([^|]+) \|", section, re.MULTILINE)
    words = [word.strip() for cell in cells for word in cell.split(",")]
    return [word for word in words if word not in ("word", "---")]


def test_each_word_is_explained_once() -> None:
    """The vocabulary names no word twice."""
    words = vocabulary()
    assert len(words) > 30
    assert sorted(set(words)) == sorted(words)


def test_every_page_is_found_from_the_readme() -> None:
    """The README links every page of docs/, CONTRIBUTING and the CHANGELOG."""
    readme = ROOT / "README.md"
    links = {(ROOT / target).resolve() for target in linked(readme)}
    assert {page for page in OUR_PAGES if page != readme} - links == set()


def test_contributing_fits_one_screen() -> None:
    """CONTRIBUTING is short, and ends in `perfkata new` and `perfkata check`."""
    lines = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= MAX_SCREEN_LINES
    commands = [line for line in lines if line.startswith("$ ")][-2:]
    assert "perfkata new" in commands[0]
    assert "perfkata check" in commands[1]
    assert lines[-1] == "```"


def test_the_changelog_tells_bars_and_graders_apart() -> None:
    """Each version of the changelog has that heading, and known headings alone."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert versions
    assert versions[0].startswith("[Unreleased]")
    known = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    for version in versions:
        headings = re.findall(r"^### (.+)$", version, re.MULTILINE)
        assert set(headings) <= {*known, "Bars and graders"}, version
    assert "### Bars and graders" in versions[0]


def python_tests() -> list[Path]:
    """Every file of tests."""
    return sorted((ROOT / "tests").rglob("test_*.py"))


def untold_tests(source: str) -> list[str]:
    """Names of test functions whose docstring is not one stated fact."""
    functions = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test")
    ]
    return [
        function.name
        for function in functions
        if not is_sentence(ast.get_docstring(function) or "")
    ]


def is_sentence(text: str) -> bool:
    """Whether a docstring is one paragraph that ends as a sentence."""
    return bool(text) and "\n\n" not in text and text.endswith(".") and len(text) < 200


@pytest.mark.parametrize(
    "path", python_tests(), ids=lambda path: str(path.relative_to(ROOT / "tests"))
)
def test_every_test_states_its_fact(path: Path) -> None:
    """A test function's docstring is one sentence that says what it shows."""
    assert untold_tests(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "docstring", ["", '"""Checks"""', '"""One.\n\n    Two.\n    """']
)
def test_a_test_without_a_fact_is_found(docstring: str) -> None:
    """No docstring, none that is a sentence, more than one paragraph: all are named."""
    source = f"def test_it() -> None:\n    {docstring}\n    assert True\n"
    assert untold_tests(source) == ["test_it"]

"""The rules about a question's files and texts; nothing of the question runs here."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from perfkata.catalog import Question
from perfkata.judge.contract import markdown
from perfkata.judge.contract.finding import Finding

__all__ = ["check_documents", "check_files"]

_REQUIRED = (
    "question.md",
    "starter.py",
    "examples.py",
    "interviewer/grader.py",
    "interviewer/hints.md",
    "interviewer/followups.md",
    "interviewer/rubric.md",
)
_OPTIONAL = (
    "question.toml",
    "given.py",
    "interviewer/oracle.py",
    "interviewer/workloads.py",
)
_FOLDERS = ("interviewer", "interviewer/rungs", "interviewer/wrong")
_RUNG = re.compile(r"([1-9][0-9]?)_[a-z0-9_]+\.py")
_WRONG = re.compile(r"[a-z][a-z0-9_]*\.py")
_MIN_RUNGS = 2
_NUM_HINTS = 3
_FOLLOWUP_PARTS = ("Strong answer", "Red flags", "Ask next")
_PART = rf"\*\*(?:{'|'.join(_FOLLOWUP_PARTS)})"
_GRADE = re.compile(
    r"(?:\|\s*|#+\s+|[-*]\s+)\**((?:[A-Z][a-z]+ )?(?:No )?Hire)\b(.*)", re.ASCII
)
_NUM_GRADES = 5
# Whatever is meant for such a line, and such a line.
_MEANT_AS_MEASURE = re.compile(r"\W*measure\s*=.*", re.IGNORECASE)
_MEASURE = re.compile(r"`measure = ([a-z0-9_]+)`")


def check_files(question: Question) -> Iterator[Finding]:
    """Check that the folder holds what the contract asks for, and nothing else."""
    folder = question.folder
    stray = sorted(_stray(question))
    if not question.is_here and not stray and not any(_handed_in(question)):
        yield _good(question, "", "not here yet: it is question.toml alone")
        return
    missing = [name for name in _REQUIRED if not (folder / name).is_file()]
    for name in missing:
        yield _bad(question, name, "it is not there", f"Write it; {_DESCRIBED}")
    if not missing:
        yield _good(question, "", "every file of the contract is there")
    for name in stray:
        yield _bad(question, name, "no file of the contract", "Remove or rename it.")
    if not stray:
        yield _good(question, "", "no stray file")
    yield from _check_ladder(question)


def _handed_in(question: Question) -> Iterator[str]:
    """Name the files of the contract that are there beside question.toml."""
    for path in question.folder.rglob("*"):
        if path.is_file() and path != question.facts_file:
            yield path.name


_DESCRIBED = "docs/adding_a_question.md says what belongs there."


def _stray(question: Question) -> Iterator[str]:
    """Name what does not belong there; a folder that does not, without its files."""
    for folder, patterns in (
        ("", ()),
        ("interviewer", ()),
        ("interviewer/rungs", (_RUNG,)),
        ("interviewer/wrong", (_WRONG,)),
    ):
        parent = question.folder / folder
        for path in parent.iterdir() if parent.is_dir() else ():
            name = path.relative_to(question.folder).as_posix()
            is_known = name in (*_REQUIRED, *_OPTIONAL) or any(
                pattern.fullmatch(path.name) for pattern in patterns
            )
            is_right = (
                path.is_dir() if name in _FOLDERS else is_known and path.is_file()
            )
            if not is_right and path.name != "__pycache__":
                yield name


def _check_ladder(question: Question) -> Iterator[Finding]:
    rungs = "interviewer/rungs"
    found = [_RUNG.fullmatch(path.name) for path in question.rungs()]
    numbers = [int(match[1]) for match in found if match is not None]
    if numbers != list(range(1, len(numbers) + 1)):
        yield _bad(
            question,
            rungs,
            f"the rungs are numbered {numbers}, not 1 to {len(numbers)}",
            "Number them from 1, each one idea above the last.",
        )
    elif len(numbers) < _MIN_RUNGS:
        yield _bad(
            question,
            rungs,
            f"{len(numbers)} rungs, and a ladder has {_MIN_RUNGS} at least",
            "Write the plain answer as 1_….py and the model answer as the last.",
        )
    else:
        yield _good(question, rungs, f"a ladder of {len(numbers)} rungs")
    if not question.wrong_answers():
        yield _bad(
            question,
            "interviewer/wrong",
            "no wrong answer is there",
            "Write the mistakes that people make, each a whole file.",
        )


def check_documents(question: Question) -> Iterator[Finding]:
    """Check the question's texts, and the names of its cases."""
    for path, check in (
        (question.statement, _check_statement),
        (question.hints, _check_hints),
        (question.followups, _check_followups),
        (question.rubric, _check_rubric),
        (question.grader, _check_case_names),
    ):
        name = path.relative_to(question.folder).as_posix()
        if not path.is_file():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            yield _bad(
                question, name, f"it cannot be read: {error.strerror}", "Mend that."
            )
        except UnicodeDecodeError as error:
            what = f"byte {error.start} is not UTF-8"
            yield _bad(question, name, what, "Save it as UTF-8.")
        else:
            yield from check(question, name, text)
            if path in (question.followups, question.rubric):
                yield from _check_measure_lines(question, name, text)
            if path.suffix == ".md":
                yield from _check_links(question, path, text)


def _check_statement(question: Question, name: str, text: str) -> Iterator[Finding]:
    for measure in question.measures:
        missing = [size for size in measure.sizes if not _names_size(text, size)]
        for size in missing:
            yield _bad(
                question,
                name,
                f"it does not name the size {size:,} of the measure {measure.name}",
                "Name it as 1,000, 1_000 or 1e3, or change question.toml.",
            )
        if not missing:
            sizes = ", ".join(f"{size:,}" for size in measure.sizes)
            yield _good(
                question, name, f"it names the sizes of {measure.name}: {sizes}"
            )


def _names_size(text: str, size: int) -> bool:
    forms = [f"{size:,}", f"{size:_}", str(size)]
    digits = str(size)
    if digits.rstrip("0") == "1":
        forms.append(f"1e{len(digits) - 1}")
    pattern = "|".join(map(re.escape, forms))
    return bool(re.search(rf"(?<![\w.,])(?:{pattern})(?!\w|[.,]\d)", text))


def _check_hints(question: Question, name: str, text: str) -> Iterator[Finding]:
    found = {section.title: section.text for section in markdown.sections(text)}
    is_good = True
    for level in question.levels:
        title = f"Level {level.number}"
        if title not in found:
            is_good = False
            advice = f"Add '## {title}' with {_NUM_HINTS} numbered hints."
            yield _bad(question, name, f"no hints for level {level.number}", advice)
            continue
        hints = re.findall(r"^ {0,3}([0-9]+)[.)][ \t]+\S", found[title], re.MULTILINE)
        if hints != [str(number + 1) for number in range(_NUM_HINTS)]:
            is_good = False
            yield _bad(
                question,
                name,
                f"level {level.number} has {len(hints)} hints, not {_NUM_HINTS}",
                "Number them 1. 2. 3., each giving a little more.",
            )
    if markdown.blocks(text):
        is_good = False
        yield _bad(question, name, "a hint gives code", "Say it in words.")
    if is_good:
        yield _good(question, name, f"{_NUM_HINTS} hints a level, and no code")


def _check_followups(question: Question, name: str, text: str) -> Iterator[Finding]:
    found = markdown.sections(text)
    is_good = bool(found)
    if not found:
        yield _bad(
            question, name, "no follow-up question", "Add a '## ' heading for each."
        )
    for section in found:
        for part in _FOLLOWUP_PARTS:
            # What follows is text, and not the next part or heading.
            pattern = rf"(?:\*\*|#+\s+){part}[.:]?(?:\*\*)?[.:]?\s+(?!{_PART}|#)\S"
            if not re.search(pattern, section.text):
                is_good = False
                yield _bad(
                    question,
                    name,
                    f"'{section.title}' has no part '{part}'",
                    f"Add '**{part}.**' and what belongs there.",
                )
    if is_good:
        yield _good(
            question, name, f"its parts stand under each of {len(found)} headings"
        )


def _check_measure_lines(question: Question, name: str, text: str) -> Iterator[Finding]:
    """Check the lines that say which measure shows what an interviewer asks about."""
    known = [measure.name for measure in question.measures]
    lines = [line.strip() for line in text.splitlines()]
    meant = [line for line in lines if _MEANT_AS_MEASURE.fullmatch(line)]
    named = []
    for line in meant:
        match = _MEASURE.fullmatch(line)
        if match is None:
            advice = "Write '`measure = name`' on a line of its own."
            yield _bad(question, name, f"'{line}' names no measure", advice)
        elif match[1] not in known:
            names = ", ".join(known) or "a measure, once question.toml has one"
            what = f"'{line}' names what is no measure"
            yield _bad(question, name, what, f"Name {names}.")
        else:
            named.append(match[1])
    if named and len(named) == len(meant):
        names = ", ".join(dict.fromkeys(named))
        yield _good(question, name, f"the measures that it names are there: {names}")


def _check_rubric(question: Question, name: str, text: str) -> Iterator[Finding]:
    criteria = _criteria(text)
    grades = list(criteria)
    empty = [grade for grade in grades if not criteria[grade]]
    ends = ["No Hire", "Strong Hire"]
    if len(grades) != _NUM_GRADES or [grades[0], grades[-1]] != ends:
        yield _bad(
            question,
            name,
            f"its grades are {', '.join(grades) or 'not there'}",
            "Write five with criteria, from No Hire to Strong Hire: a row or a heading"
            " each.",
        )
    elif empty:
        what = f"no criteria for {', '.join(empty)}"
        yield _bad(question, name, what, "Say what an answer of that grade shows.")
    else:
        yield _good(question, name, f"{_NUM_GRADES} grades, {' to '.join(ends)}")


def _criteria(text: str) -> dict[str, bool]:
    """Return the grades, and of each whether words stand behind it or below."""
    found: dict[str, bool] = {}
    grade = None
    for line in text.splitlines():
        match = _GRADE.fullmatch(line.strip())
        if match is not None:
            grade = match[1]
            found.setdefault(grade, False)
        elif line.startswith("#"):
            grade = None
        said = line if match is None else match[2]
        if grade is not None and re.search(r"\w", said):
            found[grade] = True
    return found


def _check_case_names(question: Question, name: str, text: str) -> Iterator[Finding]:
    """Find two functions of one name, of which Python keeps the last."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        # Loading the grader says so, and better.
        return
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    for function, count in Counter(functions).items():
        if count > 1:
            yield _bad(
                question,
                name,
                f"{count} functions are named {function}; only the last one counts",
                "Rename all but one.",
            )


def _check_links(question: Question, path: Path, text: str) -> Iterator[Finding]:
    name = path.relative_to(question.folder).as_posix()
    broken = [
        (line, target)
        for line, target in markdown.links(text)
        if not _resolves(path, text, target)
    ]
    for line, target in broken:
        what = f"the link {target} in line {line} leads nowhere"
        yield _bad(question, name, what, "Mend or remove it.")
    if not broken and markdown.links(text):
        yield _good(question, name, "its links lead somewhere")


def _resolves(path: Path, text: str, target: str) -> bool:
    if re.match(r"[a-z][a-z0-9+.-]*:", target):
        return True
    file, _, anchor = target.partition("#")
    if file:
        if file.startswith("/"):
            return False
        path = path.parent / file
        if not path.exists():
            return False
        if not anchor or path.suffix != ".md":
            return True
        text = path.read_text(encoding="utf-8", errors="replace")
    return anchor in markdown.anchors(text)


def _good(question: Question, name: str, what: str) -> Finding:
    return Finding(True, what, f"{question.name}/{name}".rstrip("/"))


def _bad(question: Question, name: str, what: str, advice: str) -> Finding:
    return Finding(False, what, f"{question.name}/{name}".rstrip("/"), advice)

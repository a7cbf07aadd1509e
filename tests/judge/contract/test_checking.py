"""Tests of checking whole questions: sound, broken in any way, several at once."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perfkata.catalog import CatalogError
from perfkata.catalog.question import read_question
from perfkata.judge.contract import Finding, check_question, check_questions
from tests.judge.contract.conftest import Copied, bad

GRADER = "interviewer/grader.py"
HEAD = '"""The grader."""\nfrom perfkata.judge.grading import *\n'


def small(copied: Copied, *, keeps_rungs: bool = False) -> Copied:
    """A question of which little is left to run, so that a check of it is quick."""
    copied.remove("examples.py")
    if not keeps_rungs:
        copied.remove("interviewer/rungs/2_comprehension.py")
    for name in ("adds_two", "eight_at_most", "doubles_in_place"):
        copied.remove(f"interviewer/wrong/{name}.py")
    return copied


def told(copied: Copied) -> str:
    """What is found to be broken in a question, as text."""
    return "\n".join(map(str, bad(check_question(copied.question, seeds=1))))


def test_a_sound_question_is_good_in_every_file(double: Copied) -> None:
    """There is a good finding for each file, and none that is not good."""
    found = list(check_question(double.question, seeds=1))
    assert bad(found) == []
    files = {
        path.relative_to(double.folder.parent).as_posix()
        for path in double.folder.rglob("*")
        if path.is_file()
    }
    # What is wrong with these is told where they are used.
    used = {"01_double/question.toml", "01_double/interviewer/workloads.py"}
    assert files - {finding.where for finding in found} == used
    assert str(found[0]) == "01_double: every file of the contract is there"


def test_what_measures_run_is_checked_once_and_with_every_rung(double: Copied) -> None:
    """A measure that draws nothing new is the grader's fault, one line each."""
    double.change(
        GRADER,
        "[source.randint(-_MAX_NUMBER, _MAX_NUMBER) for _ in range(size)]",
        "[*range(size)]",
    )
    found = small(double, keeps_rungs=True)
    findings = list(check_question(found.question, seeds=1))
    lines = [line for line in map(str, bad(findings)) if "measure" in line]
    assert len(lines) == 2
    assert "draws one input from two seeds" in lines[0]
    assert "what the answer to another input gives" in lines[1]
    rightly = [finding.where for finding in findings if "rightly" in finding.what]
    rungs = "01_double/interviewer/rungs"
    assert rightly == [f"{rungs}/{path.name}" for path in double.question.rungs()]


def test_a_name_that_a_grader_cannot_call_is_found(plain: Copied) -> None:
    """What `solution` does itself is no name of an answer."""
    starter = (plain.folder / "starter.py").read_text(encoding="utf-8")
    more = '\n\ndef restart(numbers):\n    """Begin again."""\n'
    plain.write("starter.py", starter + more)
    found = told(small(plain))
    assert "'solution.restart' has a meaning of its own in a grader" in found


def test_what_is_counted_is_held_to_the_bars(double: Copied) -> None:
    """Rungs and slow answers are counted, and no clock is asked."""
    counted = 'growth = "linear"\ncounts = "calls"'
    double.change("question.toml", 'growth = "linear"', counted)
    text = (double.folder / GRADER).read_text(encoding="utf-8")
    count = """
@counted("cost_per_number")
def calls(solution: Solution, size: int, source: random.Random) -> int:
    \"\"\"How often a number is asked for.\"\"\"
    assert solution.double([size]) == [2 * size]
    return {amount}
"""
    text = text.partition("@measure")[0].replace(
        "from perfkata.judge.grading import (",
        "from perfkata.judge.grading import (\n    counted,",
    )
    double.write(GRADER, text + count.format(amount="size"))
    found = [str(each) for each in check_question(double.question, seeds=1)]
    assert any("the first rung misses no bar" in each for each in found)
    assert not any("draws inputs from its seed" in each for each in found)
    double.write(GRADER, text + count.format(amount="-1"))
    assert "the measure cost_per_number counts -1" in told(double)


def test_a_finding_is_one_line_with_its_advice() -> None:
    """Where, what, and what to do."""
    finding = Finding(False, "it is not there", "01_double/starter.py", "Write it.")
    assert str(finding) == "01_double/starter.py: it is not there. Write it."


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        (GRADER, "def (", "does not load: SyntaxError"),
        (GRADER, "x = '\0'", "does not load"),
        (GRADER, "", "level 1 has no case"),
        (GRADER, "raise SystemExit", "SystemExit"),
        (GRADER, "1 / 0", "ZeroDivisionError"),
        (GRADER, "import no_such_module", "no_such_module"),
        (GRADER, f"{HEAD}assert 1 == 1", "outside a case"),
        (GRADER, f"{HEAD}@level(9)\ndef a(solution):\n    'A.'", "level 9"),
        (GRADER, f"{HEAD}@level(1)\ndef a(solution): ...", "no docstring"),
        ("starter.py", "", "defines no public function"),
        ("starter.py", "def (", "cannot be read"),
        ("starter.py", "class Double: ...", "but the question asks for Double"),
        ("interviewer/rungs/1_copy_first.py", "def (", "cannot be read"),
        ("interviewer/rungs/1_copy_first.py", "raise SystemExit", "did not load"),
        ("interviewer/rungs/3_map.py", "", "it defines no double"),
        ("interviewer/wrong/adds_two.py", "", "declares no 'Level:'"),
        ("interviewer/wrong/adds_two.py", "\ufeffdef (", "cannot be read"),
        ("given.py", "1 / 0", "given.py does not load"),
        ("interviewer/oracle.py", "def (", "oracle.py does not load"),
        ("question.md", "", "it does not name double"),
        ("question.md", "double\n\n```python\n>>> double(", "examples are not right"),
    ],
)
def test_a_broken_file_is_a_finding(
    plain: Copied, name: str, text: str, what: str
) -> None:
    """Whatever is broken is named, with its file, and nothing is raised."""
    small(plain).write(name, text)
    found = told(plain)
    assert what in found, found


@pytest.mark.parametrize("text", ["def (", f"{HEAD}assert f() is None"])
def test_a_grader_that_does_not_load_is_named_once(plain: Copied, text: str) -> None:
    """What the judge says of a file begins with the file, as a finding does anyway."""
    small(plain).write(GRADER, text)
    assert told(plain).count(GRADER) == 1


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("raise SystemExit", "SystemExit"),
        ("1 / 0", "case_1 failed itself: ZeroDivisionError"),
        ("raise RecursionError", "case_1 failed itself: RecursionError"),
        ("solution.double", "case_1 asks the solution nothing"),
        ("assert [] == solution.double([])", "which no call returned"),
    ],
)
def test_a_case_that_fails_itself_is_a_finding(
    plain: Copied, body: str, what: str
) -> None:
    """An error in a case is told once, as the grader's, whatever answer met it."""
    case = f"@level({{0}})\ndef case_{{0}}(solution):\n    'A case.'\n    {body}\n"
    small(plain).write(GRADER, HEAD + "".join(map(case.format, (1, 2))))
    found = told(plain)
    assert what in found
    assert what == "SystemExit" or found.count(what) == 1


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("raise SystemExit", "SystemExit"),
        ("return 1 / 0", "any_numbers cannot be drawn: ZeroDivisionError"),
        ("return []", "any_numbers draws no step"),
        ("return draw.integer(2, 1)", "an empty range"),
    ],
)
def test_a_draw_that_fails_is_a_finding(plain: Copied, body: str, what: str) -> None:
    """So is an error while inputs are drawn."""
    text = (plain.folder / GRADER).read_text(encoding="utf-8").partition("    size")[0]
    small(plain).write(GRADER, f"{text}    {body}\n")
    assert what in told(plain)


def test_an_empty_folder_is_named_for_all_that_it_lacks(plain: Copied) -> None:
    """A question begun anew lists what is to be written."""
    for path in sorted(plain.folder.rglob("*"), reverse=True):
        if path.name not in ("question.toml", "question.md") and path.is_file():
            path.unlink()
    found = told(plain)
    assert found.count("it is not there") == 6
    assert "0 rungs" in found and "no wrong answer" in found


def test_grader_and_starter_are_read_each_for_itself(plain: Copied) -> None:
    """What is wrong with one does not hide what is wrong with the other."""
    small(plain).write("starter.py", "")
    plain.write(GRADER, "")
    found = told(plain)
    assert "level 1 has no case" in found and "defines no public function" in found


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    files=st.dictionaries(
        st.sampled_from(
            [
                *("starter.py", GRADER, "question.md", "question.toml", "given.py"),
                *("interviewer/oracle.py", "interviewer/hints.md", "examples.py"),
            ]
        ),
        st.binary(max_size=60) | st.text(max_size=60).map(str.encode),
        min_size=1,
    )
)
def test_nothing_is_ever_raised(plain: Copied, files: dict[str, bytes]) -> None:
    """Files of any bytes are findings; only facts that do not read are an error."""
    before = {
        path: path.read_bytes() for path in plain.folder.rglob("*") if path.is_file()
    }
    for name in ("rungs", "wrong"):
        for path in (plain.folder / "interviewer" / name).glob("*.py"):
            path.unlink()
    for name, content in files.items():
        (plain.folder / name).write_bytes(content)
    try:
        question = read_question(plain.folder, file="question.toml")
    except CatalogError:
        assert "question.toml" in files
    else:
        assert bad(check_question(question, seeds=1))
    finally:
        for path in plain.folder.rglob("*"):
            if path.is_file():
                path.unlink()
        for path, content in before.items():
            path.write_bytes(content)


def test_several_questions_come_in_their_order(plain: Copied, span: Copied) -> None:
    """Each is checked in a process of its own; what is found is the same."""
    small(plain).remove("starter.py")
    small_span = span.question
    span.remove(GRADER)
    questions = [plain.question, small_span, plain.question]
    found = list(check_questions(questions, seeds=1))
    assert [question for question, _ in found] == questions
    for question, findings in found:
        assert findings == tuple(check_question(question, seeds=1))
    assert list(check_questions([])) == []


_INTERRUPTED = """\
import sys
from pathlib import Path
from perfkata.catalog.question import read_question
from perfkata.judge.contract import check_questions

if __name__ == "__main__":
    question = read_question(Path(sys.argv[1]), file="question.toml")
    list(check_questions([question]))
"""


def test_an_interrupted_check_leaves_nothing_behind(
    plain: Copied, tmp_path: Path
) -> None:
    """Ctrl-C ends what runs for a question, and its folders are removed."""
    script = tmp_path / "script.py"
    script.write_text(_INTERRUPTED, encoding="utf-8")
    folder = tmp_path / "temporary"
    folder.mkdir()
    # The examples say through it that they run, and then go on for ever.
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    small(plain).write(
        "examples.py",
        f"""\
        import os
        with open({str(pipe)!r}, "w") as pipe:
            pipe.write(str(os.getpid()))
        while True:
            os.read(os.open({str(pipe)!r}, os.O_RDONLY), 1)
        """,
    )
    process = subprocess.Popen(
        [sys.executable, str(script), str(plain.folder)],
        stderr=subprocess.PIPE,
        env=os.environ | {"TMPDIR": str(folder)},
        start_new_session=True,
    )
    examples = os.pidfd_open(int(pipe.read_text(encoding="utf-8")))
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode != 0
    assert b"KeyboardInterrupt" in err and b"_EndedError" not in err
    assert list(folder.iterdir()) == []
    poll = select.poll()
    poll.register(examples, select.POLLIN)
    assert poll.poll(10_000)
    os.close(examples)

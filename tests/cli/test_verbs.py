"""The verbs that look and begin: home, list, show, roadmap, start, test, doctor."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pexpect
import pytest

from perfkata.catalog import Difficulty

if TYPE_CHECKING:
    from tests.cli.conftest import Golden, Perfkata


def test_home_says_what_there_is_and_how_to_go_on(
    perfkata: Perfkata, golden: Golden
) -> None:
    """Without a verb: what this is, the roadmap in short, workspaces, a command."""
    done = perfkata()
    assert (done.code, done.err) == (0, "")
    golden("home.txt", perfkata.masked(done.out))
    perfkata("start", "1")
    golden("home_begun.txt", perfkata.masked(perfkata().out))


def test_home_shows_workspaces_wherever_they_are(perfkata: Perfkata) -> None:
    """Outside of the home folder their whole path is shown."""
    root = str(perfkata.folder / "katas")
    perfkata("start", "1", PERFKATA_WORKSPACES=root)
    assert f"  {root}/01_double\n" in perfkata(PERFKATA_WORKSPACES=root).out


def test_home_works_without_a_home_folder(perfkata: Perfkata) -> None:
    """With HOME unset the home screen still comes, and says what to do."""
    done = perfkata(HOME=None)
    assert done.code == 0
    assert "PERFKATA_WORKSPACES" in done.out
    commands = re.findall(r"-m perfkata (start .*)", done.out)
    assert [perfkata(*each.split(), HOME=None).code for each in commands[-1:]] == [0]


def test_home_tells_an_answer_from_a_starter(perfkata: Perfkata) -> None:
    """What was only started is to be read and tried, what was written to be graded."""
    perfkata("start", "1")
    begun = perfkata().out
    perfkata("start", "3")
    solution = perfkata.home / "perfkata" / "03_span" / "solution.py"
    solution.write_text(perfkata.right_answer("03").read_text())
    both = perfkata().out
    assert "~/perfkata/01_double/question.md" in begun
    assert "perfkata test 01" in begun
    assert "Grade what you have" not in begun
    assert "perfkata grade 03" in both
    assert "perfkata test 01" in both


@pytest.mark.parametrize("verb", ["", "roadmap", "list", "show 2", "doctor"])
def test_forty_columns_are_enough_for_every_screen(
    perfkata: Perfkata, verb: str
) -> None:
    """On a narrow terminal only commands and paths are wider than it."""
    out = perfkata(*verb.split(), COLUMNS="40").out
    lines = [line for line in out.splitlines() if perfkata.spelled not in line]
    assert max(len(line) for line in lines if "/" not in line) <= 40


def test_commands_on_the_home_screen_work_as_typed(perfkata: Perfkata) -> None:
    """Each command that is shown can be given to a shell as it stands."""
    lines = [line.strip() for line in perfkata().out.splitlines()]
    commands = [line for line in lines if line.startswith(perfkata.spelled)]
    assert len(commands) >= 3
    for command in commands:
        done = subprocess.run(
            command,
            shell=True,
            cwd=perfkata.folder,
            env=perfkata.environment,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, command


def test_the_list_has_every_question(perfkata: Perfkata, golden: Golden) -> None:
    """A line a question: number, title, difficulty, time, state."""
    perfkata("start", "3")
    done = perfkata("list")
    assert (done.code, done.err) == (0, "")
    golden("list.txt", done.out)


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        ("--here", ["01", "03"]),
        ("--difficulty medium", ["02", "03"]),
        ("--difficulty Easy-MEDIUM", ["01"]),
        ("--category SUMS", ["02"]),
        ("--topic walking --here", ["01", "03"]),
        ("--topic comparing", ["03"]),
        ("--tier 1", ["01", "02", "03"]),
        ("--tier 2", ["03"]),
        ("--difficulty hard", []),
    ],
)
def test_the_list_is_filtered(
    perfkata: Perfkata, options: str, numbers: list[str]
) -> None:
    """Each filter leaves those that fit, and no error where none does."""
    done = perfkata("list", *options.split())
    assert done.code == 0
    shown = [line[:2] for line in done.out.splitlines() if line[:2].isdecimal()]
    assert shown == numbers


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--tier 4", "tier 4"),
        ("--topic running", "walking"),
        ("--difficulty easy", "easy-medium"),
    ],
)
def test_a_filter_that_cannot_be_is_refused(
    perfkata: Perfkata, options: str, said: str
) -> None:
    """A value that nothing has is wrong use, and the message says what there is."""
    done = perfkata("list", *options.split())
    assert (done.code, done.out) == (2, "")
    assert said in done.complaint


def test_the_help_of_list_names_the_difficulties(perfkata: Perfkata) -> None:
    """Nobody has to guess them, and none is broken at its hyphen."""
    words = re.findall(r"[a-z-]+", perfkata("list", "--help", COLUMNS="40").out)
    assert {each.value for each in Difficulty} <= set(words)


@pytest.mark.parametrize("reference", ["01", "1", "double", "01_double"])
def test_a_question_has_several_names(perfkata: Perfkata, reference: str) -> None:
    """Number, slug and both are the same question."""
    assert perfkata("show", reference).out.startswith("01 Double\n")


def test_show_into_a_pipe_is_plain_markdown(perfkata: Perfkata, golden: Golden) -> None:
    """Facts, levels and the statement as it was written come without escape codes."""
    done = perfkata("show", "3")
    assert (done.code, done.err) == (0, "")
    golden("show.txt", perfkata.masked(done.out))


@pytest.mark.parametrize("num_columns", [40, 200])
def test_show_in_a_terminal_is_typeset(perfkata: Perfkata, num_columns: int) -> None:
    """The Markdown is rendered, within the terminal, on its own background."""
    command, *rest = [*perfkata.command, "show", "3"]
    terminal = pexpect.spawn(
        command,
        rest,
        env={**perfkata.environment, "TERM": "xterm-256color"},
        encoding="utf-8",
        dimensions=(40, num_columns),
        timeout=60,
    )
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    assert terminal.before is not None
    seen = re.sub(r"\x1b\[[0-9;]*m", "", terminal.before)
    assert "Write span(numbers)." in " ".join(seen.split())
    assert "```" not in seen
    prose = [line for line in seen.splitlines() if "-m perfkata" not in line]
    assert max(map(len, prose)) <= min(num_columns, 100)
    assert not re.search(r"\x1b\[[0-9;]*\b4[0-7]m", terminal.before)


def test_a_drawing_is_never_wrapped(perfkata: Perfkata, track: Path) -> None:
    """Lines of a block that are too long are cut, and no colour is put on text."""
    drawing = "|".join(f"{number:03}" for number in range(30))
    statement = track / "questions" / "03_span" / "question.md"
    statement.write_text(f"# Span\n\n```text\n{drawing}\nif True: 1\n```\n")
    command, *rest = [*perfkata.command, "show", "3"]
    with pexpect.spawn(
        command,
        rest,
        env={
            **perfkata.environment,
            "PERFKATA_CONTENT": str(track),
            "TERM": "xterm-256color",
        },
        encoding="utf-8",
        dimensions=(40, 40),
        timeout=60,
    ) as terminal:
        terminal.expect(pexpect.EOF)
    assert terminal.before is not None
    lines = [line.strip() for line in terminal.before.splitlines()]
    (line,) = (line for line in lines if line.startswith("000|"))
    assert (line[-1], drawing.startswith(line[:-1])) == ("…", True)
    assert "if True: 1" in lines


def test_show_ends_in_what_comes_next(perfkata: Perfkata) -> None:
    """Before an answer was begun that is to begin it, and afterwards to grade it."""
    before = perfkata("show", "1").out.splitlines()[-1]
    perfkata("start", "1")
    after = perfkata("show", "1").out.splitlines()[-1]
    assert before.endswith("perfkata start 01")
    assert after.endswith("perfkata grade 01")


def test_show_of_what_is_not_here_has_the_facts(perfkata: Perfkata) -> None:
    """Of a question that is not here yet, the facts are shown."""
    done = perfkata("show", "2")
    assert done.code == 0
    assert "question 01" in done.out
    assert "not here yet" in done.out


def test_the_roadmap_is_whole(perfkata: Perfkata, golden: Golden) -> None:
    """Every section comes in its order."""
    done = perfkata("roadmap")
    assert (done.code, done.err) == (0, "")
    golden("roadmap.txt", done.out)


def test_sections_of_the_roadmap_can_be_chosen(perfkata: Perfkata) -> None:
    """Sections come in the order in which they were asked for, and no other."""
    out = perfkata("roadmap", "order", "use", "order").out
    assert out.startswith("Order\n")
    assert out.count("Order\n") == out.count("\nHow to use it\n") == 1
    assert "Schedule" not in out
    assert "A walk by A. Walker" in perfkata("roadmap", "walking").out


def test_an_unknown_section_is_refused(perfkata: Perfkata) -> None:
    """The nearest section is named."""
    done = perfkata("roadmap", "schedul")
    assert (done.code, done.complaint.endswith("Did you mean 'schedule'?")) == (2, True)


def test_start_makes_a_workspace_and_says_what_next(
    perfkata: Perfkata, golden: Golden
) -> None:
    """The first time everything is made, and the second time kept."""
    first, second = perfkata("start", "3"), perfkata("start", "3")
    assert (first.code, second.code, first.err, second.err) == (0, 0, "", "")
    golden("start.txt", perfkata.masked(first.out))
    golden("start_again.txt", perfkata.masked(second.out))
    assert (perfkata.home / "perfkata" / "03_span" / "solution.py").is_file()


def test_start_elsewhere_shows_commands_that_work_there(perfkata: Perfkata) -> None:
    """With --into the commands that follow are typed in the workspace itself."""
    out = perfkata("start", "1", "--into", "else where").out
    lines = [line.strip() for line in out.splitlines()]
    commands = lines[lines.index("Read question.md, write solution.py, then") + 1 :]
    assert shlex.split(commands[0])[0] == "cd"
    done = subprocess.run(
        " && ".join([commands[0], f"{commands[2]} --json"]),
        shell=True,
        cwd=perfkata.folder,
        env=perfkata.environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert b'"file": "solution.py"' in done.stdout


def test_start_honours_the_variable(perfkata: Perfkata) -> None:
    """PERFKATA_WORKSPACES is where workspaces lie, for start, test and grade."""
    root = str(perfkata.folder / "katas")
    perfkata("start", "1", PERFKATA_WORKSPACES=root)
    assert (Path(root) / "01_double" / "solution.py").is_file()
    assert perfkata("grade", "1", PERFKATA_WORKSPACES=root).code == 1
    assert perfkata("grade", "1").code == 2


def test_the_examples_pass_with_a_right_answer(perfkata: Perfkata) -> None:
    """The visible examples run on the answer in the workspace."""
    folder = _begun(perfkata, perfkata.right_answer("03").read_text())
    done = perfkata("test", "3", cwd=folder)
    assert done.code == 0
    assert "2 passed" in done.out
    assert "perfkata grade 03" in done.out


def test_the_examples_fail_with_the_starter(perfkata: Perfkata) -> None:
    """What the examples say is pytest's own words, and the exit code is 1."""
    perfkata("start", "3")
    done = perfkata("test", "3")
    assert done.code == 1
    assert "NotImplementedError" in done.out


@pytest.mark.parametrize(
    "text", ["def span(numbers:\n", "import nowhere\n", "raise SystemExit(0)\n"]
)
def test_an_answer_that_does_not_load_fails_its_examples(
    perfkata: Perfkata, text: str
) -> None:
    """Whatever pytest makes of it, it is not passed."""
    assert perfkata("test", "3", cwd=_begun(perfkata, text)).code == 1


def test_nothing_around_a_workspace_changes_its_examples(perfkata: Perfkata) -> None:
    """Settings, plugins and a conftest from elsewhere do not count."""
    folder = _begun(perfkata, perfkata.right_answer("03").read_text())
    (folder.parent / "conftest.py").write_text("raise RuntimeError('read me')\n")
    (folder.parent / "pytest.ini").write_text("[pytest]\naddopts = --nonsense\n")
    (folder / "conftest.py").write_text("raise RuntimeError('read me')\n")
    before = set(folder.iterdir())
    done = perfkata("test", "3", cwd=folder, PYTEST_ADDOPTS="--nonsense")
    assert done.code == 0
    assert set(folder.iterdir()) == before


def test_options_go_to_pytest(perfkata: Perfkata) -> None:
    """What follows -- chooses and configures as with pytest itself."""
    folder = _begun(perfkata, perfkata.right_answer("03").read_text())
    assert "1 passed" in perfkata("test", "3", "--", "-k", "both", cwd=folder).out
    shown = perfkata("test", "3", "--", "-v", cwd=folder).out
    assert "examples.py::test_both_ends_are_found PASSED" in shown
    done = perfkata("test", "3", "--", "-k", "none_such", cwd=folder)
    assert (done.code, "No test ran" in done.out) == (1, True)


def test_lost_examples_can_be_brought_back(perfkata: Perfkata) -> None:
    """A workspace without examples says how to get them."""
    perfkata("start", "3")
    (perfkata.home / "perfkata" / "03_span" / "examples.py").unlink()
    done = perfkata("test", "3")
    assert done.code == 2
    assert "perfkata start 03" in done.complaint


def test_doctor_looks_at_everything(perfkata: Perfkata) -> None:
    """The layers, the self-test from inside and the workspaces are all named."""
    done = perfkata("doctor")
    assert done.code in (0, 1)
    assert done.code == (" bad " in f"\n{done.out}".replace("\nbad ", " bad "))
    for name in ("layer namespaces", "layer limits", "CPU clock", "workspaces"):
        assert name in done.out


def test_doctor_refuses_a_layer_that_is_none(perfkata: Perfkata) -> None:
    """A layer that does not exist is wrong use: one line, and nothing is examined."""
    done = perfkata("doctor", PERFKATA_ISOLATION="magic")
    assert (done.code, done.out) == (2, "")
    assert "which is no layer; set it to one of" in done.complaint


def test_doctor_spells_commands_so_that_they_work(perfkata: Perfkata) -> None:
    """The advice names the program as everything else does."""
    out = perfkata("doctor", HOME=None).out
    assert f"'{perfkata.spelled} start --into DIR'" in " ".join(out.split())


def test_doctor_finds_a_place_that_cannot_be_written(perfkata: Perfkata) -> None:
    """A root below a file is bad, with what to do, and the exit code is 1."""
    done = perfkata("doctor", PERFKATA_WORKSPACES="/dev/null/katas")
    assert done.code == 1
    assert "PERFKATA_WORKSPACES" in done.out


def _begun(perfkata: Perfkata, text: str) -> Path:
    """A workspace of question 03 with this answer."""
    perfkata("start", "3")
    folder = perfkata.home / "perfkata" / "03_span"
    (folder / "solution.py").write_text(text)
    assert os.access(folder / "examples.py", os.R_OK)
    return folder

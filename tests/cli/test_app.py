"""The program as a whole: exit codes, one clear line for whatever goes wrong, pipes."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from perfkata import __version__
from perfkata.cli.app import application, run
from perfkata.cli.program import VERBS

if TYPE_CHECKING:
    from tests.cli.conftest import Perfkata

_HELD_BACK = (
    *("rich", "msgspec", "pytest", "click.shell_completion"),
    *("perfkata.judge", "perfkata.catalog", "perfkata.learner"),
)


def test_the_version_is_said(perfkata: Perfkata) -> None:
    """--version prints it and ends well."""
    done = perfkata("--version")
    assert (done.code, done.out) == (0, f"perfkata {__version__}\n")


def test_help_names_every_verb(perfkata: Perfkata) -> None:
    """--help lists the verbs in the order in which a learner meets them."""
    done = perfkata("--help")
    assert done.code == 0
    places = [done.out.index(f"\n  {verb} ") for verb in VERBS]
    assert places == sorted(places)


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_help_fits_forty_columns(perfkata: Perfkata, verb: str) -> None:
    """On a narrow terminal only commands that can be copied are wider than it."""
    done = perfkata(*verb.split(), "--help", COLUMNS="40")
    lines = done.out.replace(perfkata.spelled, "perfkata").splitlines()
    assert lines[0].startswith("Usage: ")
    usage = lines.index("")
    prose = [line for line in lines[usage:] if not line.startswith("  perfkata ")]
    assert max(map(len, prose)) <= 40


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_a_verb_has_examples(perfkata: Perfkata, verb: str) -> None:
    """Every verb says what it does and shows commands that work as typed."""
    done = perfkata(verb, "--help")
    assert (done.code, done.err) == (0, "")
    assert f"\n  {perfkata.spelled} {verb}" in done.out.partition("Examples:")[2]


def test_help_loads_nothing_that_it_does_not_need(perfkata: Perfkata) -> None:
    """Start-up is felt at every run: help imports neither the judge nor rich."""
    program = (
        "import sys\n"
        "from perfkata.cli.app import run\n"
        "run(['--help'])\n"
        f"print([name for name in {_HELD_BACK} if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=perfkata.environment,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("lsit", "'list'"),
        ("frobnicate", "--help"),
        ("grade", "QUESTION"),
        ("grade 1 --sed 3", "--seed"),
        ("grade 1 --level x", "'x'"),
        ("show 99", "perfkata list"),
        ("show dubble", "01_double"),
        ("show ../../etc/passwd", "perfkata list"),
        ("start 2", "not here yet"),
        ("grade 2", "not here yet"),
        ("test 2", "not here yet"),
        ("grade 1", "perfkata start 01"),
        ("test 1", "perfkata start 01"),
        ("grade 1 .", "directory"),
        ("grade 1 nowhere.py", "nowhere.py"),
        ("grade 1 /dev/null", "/dev/null"),
        ("start 1 --into /dev/null/x", "/dev/null/x"),
        ("start 1 --into /proc/x", "/proc/x"),
        ("new 7 x", "two digits"),
        ("new 01 other", "01_double"),
        ("new 44 Bad-Name", "Bad-Name"),
        ("check 99", "perfkata list"),
        ("list extra", "argument (extra). See"),
        ("test 1 -v", "after --"),
    ],
)
def test_wrong_use_is_one_line_and_code_2(
    perfkata: Perfkata, arguments: str, said: str
) -> None:
    """Nothing on standard output, one line that says what was wrong and what to do."""
    done = perfkata(*arguments.split())
    assert (done.code, done.out) == (2, "")
    assert said in done.complaint.replace(perfkata.spelled, "perfkata")


@pytest.mark.parametrize("verb", ["start", "grade", "test"])
def test_no_home_is_one_line_and_code_2(perfkata: Perfkata, verb: str) -> None:
    """Without HOME and without another place, the message names the variable."""
    done = perfkata(verb, "1", HOME=None)
    assert (done.code, done.out) == (2, "")
    assert "PERFKATA_WORKSPACES" in done.complaint


@pytest.mark.parametrize("verb", ["test", "grade"])
def test_only_what_takes_a_file_offers_to_name_one(
    perfkata: Perfkata, verb: str
) -> None:
    """Without an answer both name the command that begins; one has another way."""
    complaint = perfkata(verb, "1").complaint
    assert "start 01' makes it" in complaint
    assert ("name the file" in complaint) == (verb == "grade")


@pytest.mark.parametrize("verb", ["test", "grade"])
def test_a_closed_workspace_is_said_to_be_closed(perfkata: Perfkata, verb: str) -> None:
    """A folder that may not be entered is named; starting it would not help."""
    perfkata("start", "1")
    folder = perfkata.home / "perfkata" / "01_double"
    folder.chmod(0)
    done = _without_privileges(perfkata, verb, "1")
    home = _without_privileges(perfkata)
    folder.chmod(0o700)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{folder} may not be entered" in done.stderr
    assert "start" not in done.stderr
    assert "~/perfkata/01_double (may not be entered)" in home.stdout
    assert "start 01" not in home.stdout
    assert "grade 01" not in home.stdout


def test_a_closed_root_is_said_to_be_closed(perfkata: Perfkata) -> None:
    """Where workspaces cannot be listed, nobody is told that there is none."""
    perfkata("start", "1")
    root = perfkata.home / "perfkata"
    root.chmod(0)
    done = [_without_privileges(perfkata, *verb) for verb in ([], ["list"])]
    root.chmod(0o700)
    assert [each.returncode for each in done] == [0, 0]
    # The path is long, and may be broken anywhere.
    assert "home/perfkatamaynotbeentered" in "".join(done[0].stdout.split())
    assert "start 01 --into" in done[0].stdout
    assert "none yet" not in done[0].stdout


def test_a_file_too_large_is_refused(perfkata: Perfkata) -> None:
    """A submission has a size that a person could write."""
    big = perfkata.answer("#" * (2**20 + 1))
    done = perfkata("grade", "1", big.name)
    assert (done.code, done.out) == (2, "")
    assert "1,048,576" in done.complaint


def test_a_file_that_is_no_utf8_is_told_as_python_does(perfkata: Perfkata) -> None:
    """A byte that is no text is a SyntaxError, as it is for Python itself."""
    path = perfkata.folder / "latin.py"
    path.write_bytes(b"def double(numbers):\n    return '\xe9'\n")
    done = perfkata("grade", "1", path.name)
    assert done.code == 1
    assert "SyntaxError" in done.out
    assert "0xe9" in done.out


def test_an_unwritable_root_is_one_line(perfkata: Perfkata) -> None:
    """A folder that may not be written is named, with another way."""
    root = perfkata.folder / "mine"
    root.mkdir(mode=0o555)
    done = _without_privileges(perfkata, "start", "1", "--into", str(root))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "Permission denied" in done.stderr
    assert "--into" in done.stderr


def test_an_unreadable_answer_is_one_line(perfkata: Perfkata) -> None:
    """A file that may not be read is named, with what to do."""
    path = perfkata.answer("double = None\n")
    path.chmod(0)
    done = _without_privileges(perfkata, "grade", "1", path.name)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "answer.py" in done.stderr


def test_a_full_disk_is_one_line_and_leaves_nothing_half(perfkata: Perfkata) -> None:
    """Where nothing can be written, the message says so and no part of a file stays."""
    command = ["sh", "-c", 'ulimit -f 0; exec "$@"', "sh", *perfkata.command]
    # What measures coverage would write as well.
    environment = {
        name: value
        for name, value in perfkata.environment.items()
        if not name.startswith("COV")
    }
    done = subprocess.run(
        [*command, "start", "1"],
        cwd=perfkata.folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "question.md" in done.stderr
    folder = perfkata.home / "perfkata" / "01_double"
    assert list(folder.iterdir()) == []
    assert perfkata("start", "1").code == 0


@pytest.mark.parametrize(
    "verb", ["list", "--help", "grade 1 {right} --levels-only --json"]
)
def test_output_that_cannot_be_written_is_one_line(
    perfkata: Perfkata, verb: str
) -> None:
    """Redirected to a full device, the error is on standard error, with code 2."""
    arguments = verb.format(right=perfkata.right_answer("01")).split()
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*perfkata.command, *arguments],
            env=perfkata.environment,
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "No space left" in done.stderr


@pytest.mark.parametrize("verb", ["", "list", "roadmap", "show 1", "--help"])
def test_a_reader_that_goes_away_is_no_error(perfkata: Perfkata, verb: str) -> None:
    """`| head` gets its lines and nobody gets a complaint."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*perfkata.command, *verb.split()],
        env=perfkata.environment,
        stdout=writer,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_change_no_exit_code(perfkata: Perfkata, closed: str) -> None:
    """Started without standard streams, it does what it was asked for."""
    for arguments, code in (("list", 0), ("lsit", 2)):
        done = subprocess.run(
            ["sh", "-c", f'"$@" {arguments} {closed}', "sh", *perfkata.command],
            env=perfkata.environment,
            check=False,
            capture_output=True,
        )
        assert done.returncode == code


@pytest.mark.parametrize("verb", [[], ["list"], ["roadmap"], ["show", "1"]])
def test_piped_output_has_no_escape_codes(perfkata: Perfkata, verb: list[str]) -> None:
    """Into a pipe everything is plain, and with FORCE_COLOR it is not."""
    assert "\x1b" not in perfkata(*verb).out
    assert "\x1b[1m" in perfkata(*verb, FORCE_COLOR="1").out
    assert "\x1b" not in perfkata(*verb, FORCE_COLOR="1", NO_COLOR="1").out


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_poor_encoding_loses_nothing(perfkata: Perfkata, encoding: str) -> None:
    """What the output cannot hold is spelled out, and the program goes on."""
    answer = perfkata.answer("def double(numbers):\n    return ['\\u2713']\n")
    done = perfkata("grade", "1", answer.name, PYTHONIOENCODING=encoding)
    assert done.code == 1
    assert "\\u2713" in done.out


@pytest.mark.parametrize(
    ("file", "content", "arguments", "said"),
    [
        ("roadmap.toml", "= nonsense", "roadmap", "roadmap.toml"),
        ("roadmap.toml", "x = 1", "roadmap", "roadmap.toml"),
        ("roadmap.toml", "x = 1", "", "roadmap.toml"),
        ("questions/01_double/question.toml", "\x00", "show 1", "question.toml"),
        ("questions/01_double/question.toml", "title = 1", "list", "title"),
    ],
)
def test_broken_content_is_our_fault_in_one_line(
    perfkata: Perfkata,
    track: Path,
    file: str,
    content: str,
    arguments: str,
    said: str,
) -> None:
    """Content that cannot be read gives code 3 and names the file."""
    (track / file).write_text(content)
    done = perfkata(*arguments.split(), PERFKATA_CONTENT=str(track))
    assert (done.code, done.out) == (3, "")
    assert said in done.complaint


def test_content_that_is_not_there_is_our_fault(perfkata: Perfkata) -> None:
    """A PERFKATA_CONTENT that names no content gives code 3 and says so."""
    done = perfkata("list", PERFKATA_CONTENT="/nowhere")
    assert (done.code, done.out) == (3, "")
    assert "PERFKATA_CONTENT" in done.complaint


def test_what_nobody_expected_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A fault of ours is owned, in one line, with how to report it."""

    def divide_by_zero() -> None:
        raise ZeroDivisionError("division\nby zero")

    monkeypatch.setattr("perfkata.cli.home.show_home", divide_by_zero)
    assert run([]) == 3
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "ZeroDivisionError: division by zero" in err
    assert "PERFKATA_DEBUG=1" in err
    monkeypatch.setenv("PERFKATA_DEBUG", "1")
    assert run([]) == 3
    assert "Traceback" in capsys.readouterr().err


def test_an_interruption_is_code_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C anywhere ends it quietly."""

    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("perfkata.cli.home.show_home", interrupt)
    assert run([]) == 130
    assert capsys.readouterr().err == "perfkata: interrupted.\n"


def test_a_broken_pipe_of_our_own_is_our_fault(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Only a reader of standard output that went away is passed over in silence."""

    def break_pipe() -> None:
        raise BrokenPipeError("of our own")

    monkeypatch.setattr("perfkata.cli.home.show_home", break_pipe)
    assert run([]) == 3
    assert "BrokenPipeError: of our own" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("module", "name", "code"),
    [
        ("perfkata.catalog.errors", "ContentNotFoundError", 3),
        ("perfkata.catalog.errors", "UnreadableFileError", 3),
        ("perfkata.judge.errors", "JudgeError", 3),
        ("perfkata.judge.errors", "GraderError", 3),
        ("perfkata.judge.errors", "SandboxError", 3),
        ("perfkata.judge.submission", "SubmissionFileError", 2),
        ("perfkata.learner.workspace", "WorkspaceError", 2),
    ],
)
def test_errors_of_ours_have_their_codes(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    module: str,
    name: str,
    code: int,
) -> None:
    """The table of known errors names classes that exist."""
    kind = getattr(__import__(module, fromlist=[name]), name)
    arguments = {"hint": "Mend it."} if module == "perfkata.catalog.errors" else {}

    def fail() -> None:
        raise kind("it is so", **arguments)

    monkeypatch.setattr("perfkata.cli.home.show_home", fail)
    assert run([]) == code
    err = capsys.readouterr().err
    assert err.startswith("perfkata: it is so")
    assert "our fault" not in err


def test_completion_offers_verbs_and_questions(perfkata: Perfkata) -> None:
    """The shell completes verbs, and questions with their titles."""
    script = perfkata(_PERFKATA_COMPLETE="bash_source")
    assert script.code == 0
    assert "_PERFKATA_COMPLETE" in script.out
    done = perfkata(
        _PERFKATA_COMPLETE="bash_complete",
        COMP_WORDS="perfkata show 0",
        COMP_CWORD="2",
    )
    assert {line.partition(",")[2] for line in done.out.splitlines()} == {
        "01",
        "02",
        "03",
    }


@pytest.mark.parametrize("verb", VERBS)
def test_examples_in_the_help_are_right(verb: str) -> None:
    """Every example is a command line that the verb accepts."""
    context = click.Context(application)
    command = application.get_command(context, verb)
    assert command is not None
    examples = getattr(command, "examples", ())
    assert examples
    for example in examples:
        program, name, *arguments = shlex.split(example.partition("|")[0])
        assert (program, name) == ("perfkata", verb)
        command.make_context(verb, arguments)


def _without_privileges(
    perfkata: Perfkata, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run it as somebody whom permissions bind, which they do not for root."""
    prefix: list[str] = []
    if os.geteuid() == 0:
        setpriv = shutil.which("setpriv")
        assert setpriv is not None, "install util-linux"
        prefix = [setpriv, "--bounding-set=-all", "--inh-caps=-all"]
    return subprocess.run(
        [*prefix, *perfkata.command, *arguments],
        cwd=perfkata.folder,
        env=perfkata.environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

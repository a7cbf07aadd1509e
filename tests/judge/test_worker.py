"""The worker, seen through a session: what crosses, what is told, what is forgotten."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import make_dataclass
from typing import Any

import pytest

from perfkata.judge.answer import Answer, Raised, Returned, Unsendable
from perfkata.judge.interface import Interface, Signature
from perfkata.judge.session import Job, LoadError, NotAllowedError, Session
from perfkata.judge.wire import WORKLOADS_PREFIX, Foreign
from tests.judge.layers import asked, fresh_seed, returned, session_of

_SOURCE = '''
import sys

class BadLogError(ValueError):
    """An exception of a learner's own."""

class LookAlikeError(Exception):
    pass

LookAlikeError.__name__ = LookAlikeError.__qualname__ = "ValueError"

class Wordless(Exception):
    def __str__(self):
        raise TypeError("no text")

class Silent:
    def __repr__(self):
        raise TypeError("no repr")

class Ints(list):
    pass

KINDS = {"own": BadLogError, "look-alike": LookAlikeError, "wordless": Wordless}
KINDS |= {"exit": SystemExit, "interrupt": KeyboardInterrupt, "key": KeyError}
seen = []

def echo(*arguments, **keywords):
    return [list(arguments), keywords]

def fail(kind, text):
    raise KINDS[kind](text)

def fail_in_turn():
    try:
        {}["missing"]
    except KeyError as error:
        raise BadLogError("a bad log") from error

def fail_deep(depth):
    return fail_deep(depth - 1) if depth else 1 // 0

def nests(depth, num_frames):
    if num_frames:
        return nests(depth, num_frames - 1)
    value = []
    for _ in range(depth - 1):
        value = [value]
    return value

def exhaust():
    parts = []
    while True:
        parts.append(bytes(2**10))

def gives(what):
    value = {"subclass": Ints([1]), "silent": Silent(), "function": gives, "int": 1}
    value["deep"] = None
    for _ in range(10_000):
        value["deep"] = [value["deep"]]
    value["large integer"] = 10**6_000
    value["many bytes"] = bytes(80 * 2**20)
    return value[what]

def spoils(numbers):
    numbers.append(4)
    return len(numbers)

def spoils_and_fails(numbers):
    numbers.append(4)
    raise BadLogError("spoilt")

def remembers(value):
    seen.append(value)
    return seen

def world():
    modules = sorted(name for name in sys.modules if "perfkata" in name)
    arguments = sys.argv
    return [modules, arguments, __name__, __file__, sys.stdin.read()]

def flags(names):
    return [getattr(sys.flags, name) for name in names]

def can_import(name):
    __import__(name)
    return name
'''


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    """A session of a submission that does a little of everything."""
    with Session(Job(_SOURCE.encode()), seed=fresh_seed()) as made:
        yield made


def raised(session: Session, name: str, *arguments: Any) -> Raised:
    """The exception that a call raises."""
    answer = asked(session, name, *arguments)
    assert isinstance(answer, Raised)
    return answer


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, -1, 2**200, 1.5, "text", "\ud800", b"\x00\xff", [], [1, 2.0]),
        *((), (1,), {1, 2}, frozenset({"a"}), {"a": [1], (1, 2): None}),
    ],
)
def test_plain_values_come_back_as_they_went(session: Session, value: object) -> None:
    """An argument, by position and by name, is the same on both sides."""
    answer = asked(session, "echo", value, key=value)
    assert answer == Returned([[value], {"key": value}])
    assert isinstance(answer, Returned)
    assert type(answer.value[0][0]) is type(value)


def test_infinity_and_the_sign_of_zero_cross(session: Session) -> None:
    """Floats cross bit by bit."""
    values = [float("inf"), -0.0, float("nan")]
    (came,), _ = returned(session, "echo", values)
    assert [str(value) for value in came] == ["inf", "-0.0", "nan"]


def test_an_exception_of_their_own_keeps_its_bases(session: Session) -> None:
    """A subclass of ValueError tells its own name and those that it builds on."""
    told = raised(session, "fail", "own", "line 3")
    assert told.type_name == "BadLogError"
    assert told.text == "line 3"
    assert told.bases == ("ValueError", "Exception", "BaseException")


def test_a_name_makes_no_base(session: Session) -> None:
    """A class that merely calls itself ValueError is none."""
    told = raised(session, "fail", "look-alike", "")
    assert told.type_name == "ValueError"
    assert told.bases == ("Exception", "BaseException")


@pytest.mark.parametrize(
    ("kind", "name"), [("exit", "SystemExit"), ("interrupt", "KeyboardInterrupt")]
)
def test_leaving_is_an_exception_like_others(
    session: Session, kind: str, name: str
) -> None:
    """A call that wants to end the process raised, and the process goes on."""
    with session.fork() as fork:
        first = fork.call("fail", (kind, "0"), {})
        assert isinstance(first, Raised) and first.type_name == name
        assert fork.call("gives", ("int",), {}) == Returned(1)


def test_an_exception_without_a_text_is_told(session: Session) -> None:
    """An exception whose text raises is told with words of ours."""
    told = raised(session, "fail", "wordless", "")
    assert (told.type_name, told.text) == ("Wordless", "(its text raises)")


def test_a_traceback_shows_their_lines_alone(session: Session) -> None:
    """The frames are the submission's, with its source, and causes are in it."""
    told = raised(session, "fail_in_turn")
    assert 'File "solution.py"' in told.traceback
    assert 'raise BadLogError("a bad log") from error' in told.traceback
    assert "direct cause" in told.traceback
    assert "perfkata" not in told.traceback
    assert "worker" not in told.traceback


def test_long_texts_are_cut(session: Session) -> None:
    """The text, the traceback and the name of an exception have a longest length."""
    told = raised(session, "fail", "own", "x" * 100_000)
    assert set(told.text) == {"x"} and len(told.text) == 2_000
    assert len(told.traceback) < 10_000
    deep = raised(session, "fail_deep", 500)
    assert deep.type_name == "ZeroDivisionError"
    assert len(deep.traceback) < 10_000


def test_running_out_of_memory_can_be_told(session: Session) -> None:
    """A call that used up all memory still answers, and the next fork has memory."""
    told = raised(session, "exhaust")
    assert "MemoryError" in told.bases
    # Giving back what the frames held leaves room to tell where it was.
    assert "parts.append(bytes(2**10))" in told.traceback
    assert returned(session, "gives", "int") == 1


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("subclass", "Ints (a subclass of list)"),
        ("silent", "Silent"),
        ("function", "function"),
    ],
)
def test_what_is_not_plain_is_foreign(session: Session, what: str, said: str) -> None:
    """A value that is not plain crosses as the name of its type, equal to nothing."""
    came = returned(session, "gives", what)
    assert isinstance(came, Foreign)
    assert came.type_name == said


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("deep", "nested more than 256 deep"),
        ("large integer", "an integer of more than"),
        ("many bytes", "an answer of"),
    ],
)
def test_what_is_too_large_is_not_sent(session: Session, what: str, why: str) -> None:
    """An answer outside the bounds is told as such, and the fork goes on."""
    with session.fork() as fork:
        answer = fork.call("gives", (what,), {})
        assert isinstance(answer, Unsendable)
        assert answer.why.startswith(why)
        assert fork.call("gives", ("int",), {}) == Returned(1)


def test_what_is_nested_as_deep_as_may_be_is_sent(session: Session) -> None:
    """An answer nested 250 deep crosses, from 700 frames down too, and 300 do not."""
    nested: list[Any] = []
    for _ in range(249):
        nested = [nested]
    with session.fork() as fork:
        for num_frames in (0, 700):
            answer = fork.call("nests", (250, num_frames), {})
            assert answer == Returned(nested)
            answer = fork.call("nests", (300, num_frames), {})
            assert answer == Unsendable("nested more than 256 deep")


def test_inputs_come_back_where_they_are_asked_for(session: Session) -> None:
    """What a call made of its arguments is seen, whether it returned or raised."""
    with session.fork() as fork:
        kept = fork.call("spoils", ([1],), {}, keeps_inputs=True)
        assert kept == Returned(2, (([1, 4],), {}))
        assert fork.call("spoils", ([1],), {}) == Returned(2, None)
        failed = fork.call("spoils_and_fails", ([1],), {}, keeps_inputs=True)
        assert isinstance(failed, Raised) and failed.inputs == (([1, 4],), {})


def test_equal_arguments_are_not_one_object(session: Session) -> None:
    """Two equal lists stay two lists, also in one message of many calls."""
    with session.fork() as fork:
        numbers = [1, 2]
        step: tuple[str, tuple[Any, ...], dict[str, Any]] = ("spoils", (numbers,), {})
        assert list(fork.run([step, step])) == [Returned(3), Returned(3)]


def test_a_fork_remembers_and_the_next_one_does_not(session: Session) -> None:
    """State lasts as long as a fork; the next starts from the loaded submission."""
    with session.fork() as fork:
        fork.call("remembers", (1,), {})
        assert fork.call("remembers", (2,), {}) == Returned([1, 2])
    assert returned(session, "remembers", 3) == [3]


def test_the_submission_is_alone_in_its_interpreter(session: Session) -> None:
    """It finds no module of ours, no argument, an empty input, and its own names."""
    assert returned(session, "world") == [[], ["-c"], "solution", "solution.py", ""]


def test_nothing_steers_the_interpreter(session: Session) -> None:
    """No site, no user's packages, no current folder on the path, no bytecode files."""
    names = ["no_site", "no_user_site", "dont_write_bytecode", "safe_path"]
    assert returned(session, "flags", names) == [1, 1, 1, True]


@pytest.mark.parametrize("name", ["perfkata", "msgspec", "pytest", "rich", "click"])
def test_nothing_but_the_standard_library_is_there(session: Session, name: str) -> None:
    """Neither perfkata nor what it builds on can be imported."""
    assert raised(session, "can_import", name).type_name == "ModuleNotFoundError"


@pytest.mark.parametrize(
    "name",
    [
        *("asyncio", "bisect", "collections", "ctypes", "dataclasses", "decimal"),
        *("fractions", "hashlib", "heapq", "itertools", "json", "re", "sqlite3"),
        *("statistics", "threading", "concurrent.futures", "zlib", "random"),
    ],
)
def test_the_standard_library_is_there(session: Session, name: str) -> None:
    """What an answer may want to import can be imported."""
    assert returned(session, "can_import", name) == name


GIVEN = b"""
from dataclasses import dataclass

class GivenError(Exception):
    pass

@dataclass
class Point:
    x: int
    y: int
"""


def test_what_a_question_hands_out_is_importable() -> None:
    """Records cross by field, and an exception of given.py counts as a base."""
    point_type = make_dataclass("Point", [("x", int), ("y", int)])
    source = """
    import given
    def mirrored(point):
        assert type(point) is given.Point
        return given.Point(point.y, point.x)
    def fails():
        raise given.GivenError("x")
    """
    records = {"Point": point_type}
    with session_of(source, given=GIVEN, records=records) as session:
        came = returned(session, "mirrored", point_type(1, 2))
        assert type(came) is point_type
        assert came == point_type(2, 1)
        assert raised(session, "fails").bases[0] == "GivenError"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def f(:\n    pass", "SyntaxError"),
        ("import perfkata", "ModuleNotFoundError"),
        ("raise SystemExit(0)", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("x = 1 // 0", "ZeroDivisionError"),
        ("class Odd(BaseException): pass\nraise Odd", "Odd"),
    ],
)
def test_what_does_not_load_says_so(source: str, said: str) -> None:
    """A submission that raises while it is loaded is told by what it raised."""
    with session_of(source) as session:
        with pytest.raises(LoadError) as caught:
            session.load()
        assert caught.value.message == f"it raised {said} while it was loading"
        assert caught.value.traceback is not None
        assert "solution.py" in caught.value.traceback


@pytest.mark.parametrize(
    "source",
    [
        b"\xef\xbb\xbfx = '\xc3\xa9'\ndef f(): return x",
        b"# coding: latin-1\nx = '\xe9'\ndef f(): return x",
        b"x = '\xc3\xa9'\r\ndef f():\r\n    return x\r\n",
    ],
)
def test_source_is_read_as_python_reads_it(source: bytes) -> None:
    """A mark at the start, a declared encoding and other line ends are understood."""
    with Session(Job(source), seed=fresh_seed()) as session:
        assert returned(session, "f") == "é"


def test_rules_of_the_exercise_are_looked_for() -> None:
    """What is not allowed is found with its line before anything of it runs."""
    source = "import os\nimport pickle\nprint('ran')\n"
    with session_of(source, rules=("pickle", "json")) as session:
        with pytest.raises(NotAllowedError) as caught:
            session.load()
        assert caught.value.offences == (("pickle", 2),)
        assert session.printed == ""


def test_signatures_are_told() -> None:
    """The session hears of each name how it can be called, as the interface wants."""
    source = """
    def plain(a, b=1): pass
    def rest(a, *more): pass
    number = 3
    class Kind: pass
    built_in = len
    """
    wanted = ("plain", "rest", "number", "Kind", "built_in", "missing")
    with session_of(source, interface=wanted) as session:
        session.load()
        assert session.signatures == {
            "plain": ("function", ["a", "b"], 1, False),
            "rest": ("function", ["a"], 0, True),
            "number": ("not callable", "int"),
            "Kind": ("unknown",),
            "built_in": ("unknown",),
            "missing": None,
        }
        assert session.public_names == ("plain", "rest", "number", "Kind", "built_in")
        interface = Interface((Signature("plane", ("a",)),))
        fault = interface.fault(session.signatures, session.public_names)
        assert fault == "it defines plain, but the question asks for plane"


def test_what_is_printed_comes_before_the_answer() -> None:
    """Whatever a call printed is known when its answer is."""
    source = """
    import sys
    def speaks(text):
        print(text)
        print(text, file=sys.stderr)
        sys.stdout.write("end")
    """
    with session_of(source) as session, session.fork() as fork:
        fork.call("speaks", ("said",), {})
        assert sorted(session.printed.split("\n")) == ["end", "said", "said"]


def test_a_closed_standard_output_is_no_harm() -> None:
    """A submission that closes, replaces or breaks its streams still answers."""
    source = """
    import io, sys
    def f(how):
        if how == "close":
            sys.stdout.close()
        elif how == "replace":
            sys.stdout = io.StringIO()
        elif how == "delete":
            del sys.stdout, sys.stderr
        else:
            sys.stdout = sys.stderr = None
        return how
    """
    with session_of(source) as session:
        for how in ("close", "replace", "none", "delete"):
            assert returned(session, "f", how) == how


def test_the_same_seed_gives_the_same_hashes() -> None:
    """Two sessions of one seed have one hash seed; another seed has another."""
    source = b"def f(): return hash('text')"

    def hashed(seed: int) -> Answer:
        with Session(Job(textwrap.dedent(source.decode()).encode()), seed=seed) as made:
            return asked(made, "f")

    seed = fresh_seed()
    assert hashed(seed) == hashed(seed)
    assert hashed(seed) != hashed(seed + 1)


def test_calls_that_are_handed_over_wait_for_the_word() -> None:
    """What is staged is not run, what is staged later replaces it, and `g` runs it."""
    source = b"calls = []\ndef f(value):\n    calls.append(value)\n    return calls"
    with Session(Job(source), seed=fresh_seed(), is_measured=True) as session:
        fork = session.undivided()
        channel = fork._channel
        for staged in ([1, 2], [3], [4, 5]):
            packed = session.packed([("f", (value,), {}) for value in staged])
            channel.send(b"s" + packed)
            assert channel.receive() == b""
        channel.send(b"g")
        answers = [session.receive_answer(channel) for _ in range(2)]
        assert answers == [Returned([4]), Returned([4, 5])]
        assert fork.call("f", (6,), {}) == Returned([4, 5, 6])


def test_workloads_run_beside_the_submission() -> None:
    """They import it as `solution`, are called by their own names, and fail to load."""
    source = b"def f(value):\n    return [value]"
    workloads = b"from solution import f\n\ndef twice(value):\n    return f(f(value))"
    with Session(Job(source, workloads=workloads), seed=fresh_seed()) as session:
        assert returned(session, "f", 1) == [1]
        assert returned(session, f"{WORKLOADS_PREFIX}twice", 1) == [[1]]
        assert raised(session, "twice", 1).type_name == "AttributeError"
        assert raised(session, f"{WORKLOADS_PREFIX}f2", 1).type_name == "AttributeError"
        # What stands in workloads.py is no name of the submission.
        assert session.public_names == ("f",)
    broken = Job(source, workloads=b"from solution import g")
    with Session(broken) as session, pytest.raises(LoadError, match="ImportError"):
        session.load()

"""The session: whatever a worker does, each case ends with answers or with a reason."""

from __future__ import annotations

import marshal
import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, make_dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perfkata.judge.answer import Answer, Raised, Returned, Unsendable
from perfkata.judge.channel import Channel
from perfkata.judge.clock import process_cpu_s
from perfkata.judge.errors import GraderError, JudgeError
from perfkata.judge.report import LevelVerdict
from perfkata.judge.sandbox import Layer, Limits
from perfkata.judge.session import Fork, Job, LoadError, Session, Window
from perfkata.judge.stopped import StoppedError
from perfkata.judge.wire import HEADER, Bounds, encode, frame
from tests.conftest import Needs
from tests.judge.layers import (
    CONTAINING,
    EVERY_LAYER,
    asked,
    fresh_seed,
    leftover_processes,
    mark_of,
    need_control_group,
    need_layer,
    processes_of,
    returned,
    session_of,
    wait_for_end,
)

Step = tuple[str, tuple[Any, ...], dict[str, Any]]

# Where the CPU is to be the limit, a busy machine must not make it the wall.
_PATIENT = Limits(cpu_s=0.2, load_s=0.2, patience=500)
_IMPATIENT = Limits(cpu_s=5, load_s=5, patience=0.1)
_SOURCE = '''
import os, stat, sys, threading, time

def echo(value):
    return value

def ends(code):
    os._exit(code)

def is_ended_by(number):
    os.kill(os.getpid(), number)
    time.sleep(60)

def prints(text, times):
    for _ in range(times):
        sys.stdout.write(text)

def loops():
    while True:
        pass

def waits():
    time.sleep(60)

def identity():
    return [os.getpid(), os.getppid()]

def closes_all():
    os.closerange(0, 1_000)
    return 1

def closes_all_and_lives():
    os.closerange(0, 1_000)
    time.sleep(60)

def leaves_a_thread(text):
    def speak():
        while True:
            print(text, flush=True)
            time.sleep(0.001)
    threading.Thread(target=speak, daemon=True).start()

def sends(data):
    """Write bytes into every socket of this process."""
    for handle in range(3, 50):
        try:
            is_socket = stat.S_ISSOCK(os.fstat(handle).st_mode)
        except OSError:
            continue
        if is_socket:
            os.write(handle, data)
    return "sent"

def sends_and_ends(data):
    sends(data)
    os._exit(0)
'''


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    """A session that lives through all tests of this file, as one of a watch would."""
    with Session(Job(_SOURCE.encode()), seed=fresh_seed()) as made:
        yield made


def stopped(session: Session, name: str, *arguments: Any) -> StoppedError:
    """What stops a call."""
    with pytest.raises(StoppedError) as caught:
        asked(session, name, *arguments)
    return caught.value


def test_a_fork_answers_calls_in_order(session: Session) -> None:
    """A list of calls gives its answers one by one, in the order of the calls."""
    with session.fork() as fork:
        steps: list[Step] = [("echo", (number,), {}) for number in range(500)]
        answers = list(fork.run(steps))
    assert answers == [Returned(number) for number in range(500)]


def test_two_forks_are_two_processes(session: Session) -> None:
    """Forks that are open at once answer independently and have one parent."""
    with session.fork() as outer, session.fork() as inner:
        first, second = outer.call("identity", (), {}), inner.call("identity", (), {})
        assert isinstance(first, Returned) and isinstance(second, Returned)
        assert first.value[0] != second.value[0]
        assert first.value[1] == second.value[1]
        assert outer.call("echo", (1,), {}) == inner.call("echo", (1,), {})


def test_a_fork_that_is_left_is_ended(session: Session) -> None:
    """When a fork is left it is gone, also one that is busy with a call."""
    with session.fork() as fork:
        process_id = fork.process_id
        assert process_id is not None
        os.kill(process_id, 0)
        # The second call is never waited for.
        next(iter(fork.run([("echo", (1,), {}), ("waits", (), {})])))
    assert wait_for_end(process_id)


@pytest.mark.parametrize("code", [0, 1, 77])
def test_an_exit_code_is_told_and_proves_nothing(session: Session, code: int) -> None:
    """A process that ends instead of answering crashed, with code 0 too."""
    error = stopped(session, "ends", code)
    assert error.verdict is LevelVerdict.CRASHED
    assert error.message == (
        f"its process ended with exit code {code} before it answered"
    )


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_a_signal_is_told_by_its_name(session: Session, number: signal.Signals) -> None:
    """A process that a signal ended crashed, and the signal is named."""
    error = stopped(session, "is_ended_by", int(number))
    assert error.verdict is LevelVerdict.CRASHED
    assert f"signal {int(number)} ({number.name})" in error.message


def test_a_worker_is_replaced_after_a_crash(session: Session) -> None:
    """The case after a crash gets a new worker, and only that one does."""
    returned(session, "echo", 1)
    before = session.num_starts
    stopped(session, "ends", 1)
    assert returned(session, "echo", 2) == 2
    assert returned(session, "echo", 3) == 3
    assert session.num_starts == before + 1


@pytest.mark.parametrize(
    ("name", "limits", "said"),
    [
        ("loops", _PATIENT, "it had no answer after more than 0.2 s of CPU time"),
        ("waits", _IMPATIENT, "it had no answer after more than 0.5 s of waiting"),
        # On a machine however busy: what works does not wait.
        (
            "loops",
            Limits(cpu_s=0.3, patience=0.1),
            "it had no answer after more than 0.3 s of CPU time",
        ),
    ],
)
def test_burning_and_waiting_have_limits(name: str, limits: Limits, said: str) -> None:
    """CPU time and waiting have a limit each, and the report tells them apart."""
    with session_of(_SOURCE, limits=limits) as session:
        error = stopped(session, name)
    assert (error.verdict, error.message) == (LevelVerdict.TOO_SLOW, said)


_EVASIONS = {
    # Works a little whenever somebody may look.
    "naps": """
import time
def f():
    until = time.monotonic() + 60
    while time.monotonic() < until:
        time.sleep(0.002)
""",
    # Lets a thread be seen at work in the moment in which it wakes the judge.
    "drops": """
import os, time
def f():
    handle = max(int(name) for name in range(3, 20) if is_socket(name))
    os.write(handle, (2**24).to_bytes(4, "little") + b"v")
    until = time.monotonic() + 60
    while time.monotonic() < until:
        os.write(handle, b"x")
        seen = time.monotonic() + 0.0005
        while time.monotonic() < seen:
            pass
        time.sleep(0.03)

def is_socket(handle):
    import stat
    try:
        return stat.S_ISSOCK(os.fstat(handle).st_mode)
    except OSError:
        return False
""",
    "prints": """
import os, time
def f():
    until = time.monotonic() + 60
    while time.monotonic() < until:
        os.write(1, b"x")
        seen = time.monotonic() + 0.0005
        while time.monotonic() < seen:
            pass
        time.sleep(0.03)
""",
}


@pytest.mark.parametrize("how", sorted(_EVASIONS))
def test_looking_busy_does_not_stretch_a_limit(how: str) -> None:
    """Who waits in small pieces, or sends in drops, is stopped like who waits."""
    limits = Limits(cpu_s=0.2, load_s=2, patience=1)
    with session_of(_EVASIONS[how], limits=limits) as session:
        # One that were not stopped would return.
        assert stopped(session, "f").verdict is LevelVerdict.TOO_SLOW


def test_a_byte_in_time_does_not_stretch_a_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who has a byte there whenever the judge would begin to wait is stopped too."""
    # No real process is in time for ever; with this patience it is.
    monkeypatch.setattr("perfkata.judge.channel._SPIN_S", 60)
    limits = Limits(cpu_s=0.2, load_s=2, patience=1)
    with session_of(_EVASIONS["drops"], limits=limits) as session:
        assert stopped(session, "f").verdict is LevelVerdict.TOO_SLOW


def test_an_exchange_ends_however_busy_the_machine_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A process that never gets its turn is stopped too, only much later."""
    monkeypatch.setattr("perfkata.judge.channel.is_runnable", lambda process_id: True)
    limits = Limits(cpu_s=0.025, patience=1)
    with session_of(_SOURCE, limits=limits) as session:
        error = stopped(session, "waits")
    assert error.message == "it had no answer after more than 0.5 s"


def test_children_burn_for_the_one_who_made_them() -> None:
    """A call that lets children work and waits for them has their CPU time as well."""
    need_control_group()
    source = """
    import os
    def f():
        for _ in range(2):
            if os.fork() == 0:
                while True:
                    pass
        os.wait()
    """
    limits = Limits(cpu_s=0.3, load_s=2, patience=500)
    with session_of(source, limits=limits) as session:
        error = stopped(session, "f")
    assert error.message == "it had no answer after more than 0.3 s of CPU time"


def test_the_limit_of_a_call_can_be_its_own() -> None:
    """A level with a limit of its own has it for its calls alone."""
    with session_of(_SOURCE, limits=Limits(patience=500)) as session:
        said = r"0\.1 s of CPU"
        with session.fork() as fork, pytest.raises(StoppedError, match=said):
            fork.call("loops", (), {}, cpu_limit_s=0.1)


def test_time_is_counted_for_each_call() -> None:
    """A fork that used its time in earlier calls has all of it for the next."""
    source = """
    import time
    def burn(seconds):
        until = time.process_time() + seconds
        while time.process_time() < until:
            pass
    """
    limits = Limits(cpu_s=0.5, patience=500)
    with session_of(source, limits=limits) as session, session.fork() as fork:
        for _ in range(3):
            assert fork.call("burn", (0.25,), {}) == Returned(None)


def test_a_process_that_does_not_listen_is_given_up() -> None:
    """A large input that nobody reads runs into the limit while it is being sent."""
    limits = Limits(cpu_s=5, patience=0.1)
    with session_of(_SOURCE, limits=limits) as session, session.fork() as fork:
        assert fork.process_id is not None
        os.kill(fork.process_id, signal.SIGSTOP)
        with pytest.raises(StoppedError) as caught:
            fork.call("echo", (bytes(2**23),), {})
    assert caught.value.verdict is LevelVerdict.TOO_SLOW


def test_output_is_kept_at_its_head_and_its_tail(session: Session) -> None:
    """Of a long output the beginning and the end are shown, and less than it was."""
    with session.fork() as fork:
        text = "".join(f"{number:06}," for number in range(10_000))
        assert fork.call("prints", (text, 1), {}) == Returned(None)
        printed = session.printed
    head, _, tail = printed.partition("\n…\n")
    assert text.startswith(head) and text.endswith(tail)
    assert len(head) == len(tail) == 4_000


def test_short_output_is_kept_whole(session: Session) -> None:
    """What fits is shown as it was printed."""
    with session.fork() as fork:
        fork.call("prints", ("é\n", 2), {})
        assert session.printed == "é\né\n"


def test_a_flood_of_output_is_stopped(session: Session) -> None:
    """More output than the limit ends the case, and is not kept."""
    error = stopped(session, "prints", "x" * 2**16, 10**6)
    assert error.verdict is LevelVerdict.TOO_MUCH_OUTPUT
    assert error.message == "it printed more than 1,048,576 bytes"
    assert len(session.printed) < 10_000


def test_a_limit_of_output_holds_for_a_window() -> None:
    """A few lines in each of many windows are no flood, and a flood in one is."""
    source = """
    def prints(text):
        print(text)
    """
    text = "x" * 2**18
    with measured(source) as (session, fork):
        for _ in range(8):
            window_of(session, fork, ("prints", (text,), {}))
        with pytest.raises(StoppedError) as caught:
            window_of(session, fork, *[("prints", (text,), {})] * 8)
    assert caught.value.verdict is LevelVerdict.TOO_MUCH_OUTPUT


def test_output_belongs_to_the_fork_that_printed_it(session: Session) -> None:
    """What a fork goes on to print after it was left does not reach the next one."""
    with session.fork() as fork:
        fork.call("leaves_a_thread", ("stray",), {})
    with session.fork() as fork:
        fork.call("prints", ("own", 1), {})
        assert session.printed == "own"


def test_an_output_that_is_closed_costs_the_judge_nothing() -> None:
    """A submission that closes its output has none, and the judge waits as ever."""
    source = """
    import os, time
    os.close(1)
    os.close(2)
    def waits():
        time.sleep(0.5)
    """
    with session_of(source, Layer.LIMITS) as session, session.fork() as fork:
        before = os.times()
        fork.call("waits", (), {})
        after = os.times()
    used_s = after.user + after.system - before.user - before.system
    assert used_s < 0.25


def test_a_fork_that_closes_everything_has_crashed(session: Session) -> None:
    """Without a connection there is no answer, whether the process ends or not."""
    for name in ("closes_all", "closes_all_and_lives"):
        error = stopped(session, name)
        assert error.verdict is LevelVerdict.CRASHED
        assert error.message.startswith("its process ended")


def test_a_thousand_forks_use_nothing_up(session: Session) -> None:
    """A long session keeps its worker, its descriptors and its processes."""
    returned(session, "echo", 0)
    before = session.num_starts
    handles = sorted(Path("/proc/self/fd").iterdir())
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    num_children = len(children.read_text().split())
    for number in range(1_000):
        assert returned(session, "echo", number) == number
    assert session.num_starts == before
    assert sorted(Path("/proc/self/fd").iterdir()) == handles
    assert len(children.read_text().split()) == num_children


# What comes from a worker is bytes, and any bytes may come.

_VERDICTS = (LevelVerdict.BROKE_PROTOCOL, LevelVerdict.CRASHED, LevelVerdict.TOO_SLOW)


def outcome_of(session: Session, name: str, data: bytes) -> Answer | LevelVerdict:
    """What the session makes of a fork that sends these bytes."""
    try:
        return asked(session, name, data)
    except StoppedError as error:
        return error.verdict


@settings(max_examples=40)
@given(data=st.binary(max_size=60), is_framed=st.booleans())
def test_any_bytes_are_an_answer_or_a_breach(
    session: Session, data: bytes, is_framed: bool
) -> None:
    """Whatever bytes a fork sends, the case ends in a way that a report knows."""
    sent = frame(data) if is_framed else data
    outcome = outcome_of(session, "sends_and_ends", sent)
    if isinstance(outcome, LevelVerdict):
        assert outcome in _VERDICTS
    else:
        assert isinstance(outcome, Returned | Raised | Unsendable)


_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(),
    lambda inner: st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple),
    max_leaves=8,
)


@settings(max_examples=60)
@given(kind=st.sampled_from([b"v", b"i", b"u", b"r", b"j", b"x", b""]), value=_PLAIN)
def test_any_well_formed_frame_is_an_answer_or_a_breach(
    session: Session, kind: bytes, value: Any
) -> None:
    """A value in the place of another kind of answer is refused, never believed."""
    outcome = outcome_of(session, "sends_and_ends", frame(kind + encode(value)))
    if kind == b"v":
        assert isinstance(outcome, Returned)
        assert encode(outcome.value) == encode(value)
    elif isinstance(outcome, LevelVerdict):
        assert outcome is LevelVerdict.BROKE_PROTOCOL
    else:
        assert isinstance(outcome, Returned | Raised | Unsendable)


def test_a_length_that_no_answer_has_is_a_breach(session: Session) -> None:
    """A header that announces gigabytes is refused before any of it is read."""
    error = stopped(session, "sends", HEADER.pack(2**32 - 1))
    assert error.verdict is LevelVerdict.BROKE_PROTOCOL
    assert "4,294,967,295 bytes" in error.message


def test_a_second_answer_is_no_answer_to_another_fork(session: Session) -> None:
    """What a fork sends beyond its answers is forgotten with it."""
    forged = frame(b"v" + encode("forged"))
    with session.fork() as fork:
        assert fork.call("sends", (forged,), {}) == Returned("forged")
    assert returned(session, "echo", "own") == "own"


def test_texts_are_cut_here_as_well(session: Session) -> None:
    """A forged exception or excuse is no longer than an honest one."""
    long = "x" * 10**6
    # Five thousand of the long ones would be five gigabytes on this side.
    forged = frame(b"r" + encode((long, ["x"] * 5_000 + [long], long, long)))
    outcome = outcome_of(session, "sends_and_ends", forged)
    assert isinstance(outcome, Raised)
    lengths = (len(outcome.type_name), len(outcome.text), len(outcome.traceback))
    assert lengths == (200, 2_000, 10_000)
    assert len(outcome.bases) <= 1_000
    excuse = outcome_of(session, "sends_and_ends", frame(b"u" + encode(long)))
    assert excuse == Unsendable("x" * 2_000)


_FORGE = """
import os, stat
for handle in range(3, 50):
    try:
        is_socket = stat.S_ISSOCK(os.fstat(handle).st_mode)
    except OSError:
        continue
    if is_socket:
        os.write(handle, {data!r})
"""


def loaded_with(data: bytes) -> Session:
    """A session whose submission sends these bytes while it is loaded."""
    return session_of(_FORGE.format(data=data))


def error_of_loading(session: Session) -> LoadError | None:
    """How loading failed, if it did."""
    try:
        session.load()
    except LoadError as error:
        return error
    return None


@settings(max_examples=15)
@given(value=_PLAIN | st.tuples(st.sampled_from(["loaded", "not allowed"]), _PLAIN))
def test_any_reply_to_loading_is_told(value: Any) -> None:
    """Whatever is sent while loading, the submission loads or it says why not."""
    with loaded_with(frame(encode(value))) as session:
        error = error_of_loading(session)
    assert error is None or "while it was loading" in error.message


@pytest.mark.parametrize(
    "reply",
    [
        *(None, "loaded", ("loaded",), ("loaded", [], []), ("did not load", 5)),
        ("did not load", ("E", [], 5, "")),
        *(("not allowed", [5]), ("not allowed", [("a", "b")]), ("not allowed", [])),
        *(("not allowed", [("a", 10**4_400)]), ("not allowed", [("a", 1)])),
        ("loaded", [], {"f": ("function", [10**4_500], 0, False)}),
        ("loaded", [], {"f": 7}),
    ],
)
def test_a_reply_of_the_wrong_shape_breaks_the_protocol(reply: object) -> None:
    """A reply to loading that no worker of ours sends is told as a breach."""
    with loaded_with(frame(encode(reply))) as session:
        with pytest.raises(LoadError) as caught:
            session.load()
        assert caught.value.message == "it broke the protocol while it was loading"
        assert caught.value.traceback is None


def test_what_a_reply_claims_is_bounded() -> None:
    """A forged list of names is cut, so that a suggestion costs no time."""
    names = ["name" * 500] * 1_500
    with loaded_with(frame(encode(("loaded", names, {})))) as session:
        session.load()
        assert len(session.public_names) == 1_000
        assert {len(name) for name in session.public_names} == {200}


@pytest.mark.parametrize(
    ("source", "limits", "said"),
    [
        (
            "import os; os._exit(0)",
            _PATIENT,
            "it ended its process while it was loading",
        ),
        (
            "import os\nwhile True: os.write(1, bytes(2**16))",
            Limits(),
            "it printed more than 1,048,576 bytes while it was loading",
        ),
        (
            "while True: pass",
            _PATIENT,
            "it did not load in time: it took more than 0.2 s of CPU time",
        ),
        (
            "import time; time.sleep(60)",
            _IMPATIENT,
            "it did not load in time: it took more than 0.5 s of waiting",
        ),
    ],
)
def test_loading_has_limits_of_its_own(source: str, limits: Limits, said: str) -> None:
    """What ends, floods, burns or waits while it is loaded did not load."""
    with session_of(source, limits=limits) as session:
        with pytest.raises(LoadError) as caught:
            session.load()
        assert caught.value.message == said


def test_a_submission_that_loads_once_is_told() -> None:
    """One that does not load again after a crash did not load."""
    source = """
    import os
    def f():
        os._exit(1)
    """
    with session_of(source) as session:
        stopped(session, "f")
        session.job = Job(b"import missing_module")
        with pytest.raises(LoadError, match="ModuleNotFoundError"):
            asked(session, "f")


def test_a_loaded_submission_that_does_not_fork_is_stopped() -> None:
    """Where forking fails again with a new worker, the case ends with a reason."""
    source = """
    import os
    def f():
        return 1
    os.fork = lambda: 1 // 0
    """
    with session_of(source) as session:
        error = stopped(session, "f")
        assert error.verdict is LevelVerdict.CRASHED
        assert session.num_starts == 2


def test_what_does_not_lock_itself_in_loads_nothing(
    monkeypatch: pytest.MonkeyPatch, needs: Needs
) -> None:
    """A worker whose kernel refuses an order is our fault, and no code ran in it."""
    need_layer(needs, Layer.LANDLOCK)
    monkeypatch.setattr(
        "perfkata.judge.seccomp.seccomp_program", lambda **options: bytes(8)
    )
    with session_of("print('ran')", Layer.LANDLOCK) as session:
        with pytest.raises(JudgeError, match="could not lock itself in") as caught:
            session.load()
        assert "seccomp" in caught.value.message
        assert "ran" not in session.printed


@pytest.mark.parametrize("layer", EVERY_LAYER)
def test_memory_has_a_limit_in_every_layer(layer: Layer, needs: Needs) -> None:
    """An allocation beyond the limit fails in the submission, which may live on."""
    need_layer(needs, layer)
    source = """
    def takes(mebibytes):
        return len(bytes(mebibytes * 2**20))
    """
    with session_of(source, layer, Limits(memory_bytes=256 * 2**20)) as session:
        assert returned(session, "takes", 64) == 64 * 2**20
        failed = asked(session, "takes", 400)
        assert isinstance(failed, Raised) and failed.type_name == "MemoryError"


def test_a_changed_memory_limit_takes_a_new_worker() -> None:
    """The limit of the next case holds, whether it is higher or lower."""
    source = "def takes(mebibytes): return len(bytes(mebibytes * 2**20))"
    with session_of(source, limits=Limits(memory_bytes=256 * 2**20)) as session:
        assert isinstance(asked(session, "takes", 400), Raised)
        session.change_limits(Limits(memory_bytes=768 * 2**20))
        assert returned(session, "takes", 400) == 400 * 2**20
        session.change_limits(Limits(memory_bytes=768 * 2**20, cpu_s=1))
        assert returned(session, "takes", 1) == 2**20
        assert session.num_starts == 2


@pytest.mark.parametrize("layer", EVERY_LAYER)
def test_closing_leaves_no_process(layer: Layer, needs: Needs) -> None:
    """When a session is closed, all that it started is gone; closing again is fine."""
    need_layer(needs, layer)
    session = session_of(_SOURCE, layer)
    with session, session.fork() as fork:
        fork.call("leaves_a_thread", ("text",), {})
        assert processes_of(mark_of_session(session))
    assert leftover_processes(mark_of_session(session)) == []
    session.close()
    assert session.layer is layer


def mark_of_session(session: Session) -> bytes:
    """What the environment of the processes of a session holds."""
    return f"PYTHONHASHSEED={session._hash_seed}".encode()


def test_a_mark_is_what_a_session_uses() -> None:
    """The tests that look for leftovers look for what a session really starts."""
    seed = fresh_seed()
    with Session(Job(b""), seed=seed) as session:
        session.load()
        assert mark_of(seed) == mark_of_session(session)
        assert processes_of(mark_of(seed))


def test_a_closed_session_starts_again(session: Session) -> None:
    """A session that was closed loads the submission again for the next case."""
    session.close()
    assert returned(session, "echo", 1) == 1


_JUDGE = """
import sys
from perfkata.judge import cgroup
from perfkata.judge.sandbox import Layer, Limits
from perfkata.judge.session import Job, Session
# With a group, the next judge would clean up as well.
cgroup.create = lambda *limits: None
source = b"def started(): return 1\\ndef loops():\\n    while True: pass"
limits = Limits(cpu_s=500)
with Session(Job(source), limits, {seed}, Layer({layer!r})) as session:
    with session.fork() as fork:
        fork.call("started", (), {{}})
        print("started", flush=True)
        fork.call("loops", (), {{}})
"""


@pytest.mark.parametrize("layer", CONTAINING)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_nothing_outlives_the_judge(
    layer: Layer, number: signal.Signals, needs: Needs, tmp_path: Path
) -> None:
    """A judge that is killed or interrupted takes its busy workers with it."""
    need_layer(needs, layer)
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    seed = fresh_seed()
    program = _JUDGE.format(seed=seed, layer=layer.value)
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    ) as judge:
        try:
            assert judge.stdout is not None
            assert judge.stdout.readline() == b"started\n"
            assert processes_of(mark_of(seed))
        except BaseException:
            judge.kill()
            raise
        judge.send_signal(number)
    assert leftover_processes(mark_of(seed)) == []
    if number is signal.SIGINT:
        assert list(tmp_path.iterdir()) == []


_SCRATCH_JUDGE = """
from perfkata.judge.sandbox import Layer, Limits
from perfkata.judge.session import Job, Session
source = b"def save(): open('kept', 'w')\\ndef loops():\\n    while True: pass"
job = Job(source, has_scratch=True)
with Session(job, Limits(cpu_s=500), {seed}, Layer({layer!r})) as session:
    with session.fork() as fork:
        fork.call("save", (), {{}})
        print(session.scratch.path, flush=True)
        fork.call("loops", (), {{}})
"""


@pytest.mark.parametrize("layer", EVERY_LAYER)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_no_file_outlives_the_judge(
    layer: Layer, number: signal.Signals, needs: Needs
) -> None:
    """Who is interrupted removes the files; of who was killed the next judge does."""
    need_layer(needs, layer)
    seed = fresh_seed()
    program = _SCRATCH_JUDGE.format(seed=seed, layer=layer.value)
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as judge:
        try:
            assert judge.stdout is not None
            folder = Path(judge.stdout.readline().decode().strip())
            assert [path.name for path in folder.iterdir()] == ["kept"]
        except BaseException:
            judge.kill()
            raise
        judge.send_signal(number)
    if layer is Layer.LIMITS:
        for left in processes_of(mark_of(seed)):
            os.kill(left, signal.SIGKILL)
    assert leftover_processes(mark_of(seed)) == []
    assert folder.exists() is (number is signal.SIGKILL)
    with session_of(_SOURCE, has_scratch=True) as session:
        assert session.scratch is not None
        assert session.scratch.path.parent == folder.parent
        assert not folder.exists()


def test_two_sessions_at_once_do_not_meet() -> None:
    """Sessions in two threads answer as they would alone."""
    failures: list[BaseException] = []

    def graded(number: int) -> None:
        try:
            with session_of(f"def f(): return {number}") as session:
                for _ in range(20):
                    assert returned(session, "f") == number
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=graded, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_inputs_that_marshal_does_not_know_cross_all_the_same(
    session: Session,
) -> None:
    """A lone surrogate and a deep nest reach the submission, one way or the other."""
    with session.fork() as fork:
        nested: list[Any] = ["\ud800"]
        for _ in range(249):
            nested = [nested]
        for value in ("\ud800", nested, 2**2_000):
            assert fork.call("echo", (value,), {}) == Returned(value)


def test_an_input_is_sent_in_the_form_that_is_fast(session: Session) -> None:
    """Plain arguments go as marshal bytes, which the worker reads without checks."""
    packed = session.packed([("echo", (1,), {})])
    assert packed[:1] == b"m"
    assert marshal.loads(packed[1:]) == ([("echo", (1,), {})], False)


def test_bounds_hold_for_what_comes_back(session: Session) -> None:
    """An answer outside the session's bounds is refused on this side as well."""
    with session_of(_SOURCE) as made:
        made.load()
        made.bounds = Bounds(max_items=10)
        error = stopped(made, "echo", list(range(1_000)))
    assert error.verdict is LevelVerdict.BROKE_PROTOCOL
    assert error.message.startswith("it sent what is no answer: ")


def test_an_input_that_cannot_cross_is_an_error_of_the_question() -> None:
    """What is neither plain nor a record of given.py is told before it is sent."""
    with session_of(_SOURCE) as made, pytest.raises(GraderError, match="object"):
        made.packed([("echo", (object(),), {})])


_WINDOWS = """
import marshal, os, threading, time

calls = []

def echo(value):
    calls.append(value)
    return value

def num_calls():
    return len(calls)

def burn(seconds):
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return time.process_time()

def burn_in_a_thread(seconds):
    burning = threading.Thread(target=burn_of_its_own, args=(seconds,))
    burning.start()
    burning.join()

def burn_of_its_own(seconds):
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass

done = threading.Event()

def burn_afterwards(seconds):
    def later():
        burn_of_its_own(seconds)
        done.set()
    threading.Thread(target=later).start()
    return "answered"

def has_burnt():
    return done.wait(60)

def reads_slowly(seconds):
    # Every call that is handed over from now on costs so much to read.
    loads = marshal.loads
    def slow(data):
        burn_of_its_own(seconds)
        return loads(data)
    marshal.loads = slow

def ends():
    os._exit(1)

def loops():
    while True:
        pass

def identity():
    return [os.getpid(), threading.active_count()]
"""
_BURN_S = 0.05
_ROUNDING_S = 1e-9


@contextmanager
def measured(
    source: str = _WINDOWS, layer: Layer | None = None, **job: Any
) -> Iterator[tuple[Session, Fork]]:
    """A session that is measured, and its worker."""
    text = textwrap.dedent(source).encode()
    limits = Limits(cpu_s=5, load_s=5, patience=500)
    with Session(
        Job(text, **job), limits, fresh_seed(), layer, is_measured=True
    ) as made:
        yield made, made.undivided()


def window_of(session: Session, fork: Fork, *steps: Step) -> Window:
    """Make calls in a window."""
    return fork.window(session.packed(steps), len(steps), 5.0)


def cpu_of(fork: Fork) -> float:
    """The CPU time of a worker so far."""
    cpu_s = process_cpu_s(fork.process_id)
    assert cpu_s is not None
    return cpu_s


def test_a_window_answers_its_calls_in_order() -> None:
    """Many calls, large and small, of values and records, in one window."""
    given = b"from dataclasses import make_dataclass as m\nPoint = m('Point', ['x'])"
    records = {"Point": make_dataclass("Point", ["x"])}
    source = "from given import Point\n" + _WINDOWS
    values = [*range(500), "x" * 2**20, records["Point"](1), [records["Point"]([2])]]
    with measured(source, given=given, records=records) as (session, fork):
        for _ in range(2):
            window = window_of(
                session, fork, *(("echo", (value,), {}) for value in values)
            )
            assert window.answers == tuple(map(Returned, values))
        assert fork.call("num_calls", (), {}) == Returned(2 * len(values))


@pytest.mark.parametrize("layer", EVERY_LAYER)
@pytest.mark.parametrize("name", ["burn", "burn_in_a_thread"])
def test_a_window_costs_what_is_burnt_in_it(
    name: str, layer: Layer, needs: Needs
) -> None:
    """The CPU time of all calls and of their threads is the window's."""
    need_layer(needs, layer)
    with measured(layer=layer) as (session, fork):
        window = window_of(session, fork, *[(name, (_BURN_S,), {})] * 2)
        assert window.cpu_s >= 2 * _BURN_S


def test_what_is_done_between_two_windows_is_the_second_ones() -> None:
    """Whoever answers first and works afterwards has gained nothing."""
    with measured() as (session, fork):
        first = window_of(session, fork, ("burn_afterwards", (_BURN_S,), {}))
        assert first.answers == (Returned("answered"),)
        second = window_of(session, fork, ("has_burnt", (), {}))
        assert second.answers == (Returned(True),)
        assert first.cpu_s + second.cpu_s >= _BURN_S
        fork.call("burn", (_BURN_S,), {})
        third = window_of(session, fork, ("echo", (1,), {}))
        assert third.cpu_s >= _BURN_S


def test_windows_leave_no_time_between_them() -> None:
    """The windows of a worker add up to all that it burnt since the first began."""
    with measured() as (session, fork):
        before_s = cpu_of(fork)
        costs_s = []
        for _ in range(5):
            window = window_of(session, fork, ("burn", (0.01,), {}))
            costs_s.append(window.cpu_s)
            fork.call("burn", (0.01,), {})
        costs_s.append(window_of(session, fork, ("echo", (1,), {})).cpu_s)
        assert 0.1 <= sum(costs_s) <= cpu_of(fork) - before_s + _ROUNDING_S


def test_what_is_forgotten_is_no_windows_cost() -> None:
    """After `forget_clock` the next window begins anew."""
    with measured() as (session, fork):
        window_of(session, fork, ("echo", (1,), {}))
        answer = fork.call("burn", (_BURN_S,), {})
        assert isinstance(answer, Returned)
        fork.forget_clock()
        window = window_of(session, fork, ("echo", (1,), {}))
        # What its own clock showed when it had burnt is before the window.
        assert window.cpu_s <= cpu_of(fork) - answer.value + _ROUNDING_S


def test_reading_the_calls_is_part_of_the_cost() -> None:
    """Work that is done while calls are handed over is charged, in the first window."""
    with measured() as (session, fork):
        fork.call("reads_slowly", (_BURN_S,), {})
        fork.forget_clock()
        window = window_of(session, fork, ("echo", (1,), {}))
        assert window.answers == (Returned(1),)
        assert window.cpu_s >= _BURN_S


@dataclass
class Readings:
    """Clocks that show one reading after the other."""

    cpu: list[float]
    wall: list[float]

    def perf_counter(self) -> float:
        return self.wall.pop(0)

    def monotonic(self) -> float:
        return time.monotonic()


@pytest.mark.parametrize(
    ("busy_s", "lost_s", "is_disturbed"),
    [
        (0.0, 0.0009, False),
        (0.0, 0.0011, True),
        (0.001, 0.0009, False),
        (0.001, 0.0011, True),
        (0.1, 0.009, False),
        (0.1, 0.011, True),
        (2.0, 0.19, False),
        (2.0, 0.21, True),
        # Two threads burn more than the wall shows.
        (2.0, -1.0, False),
    ],
)
def test_a_window_that_lost_time_is_disturbed(
    busy_s: float, lost_s: float, is_disturbed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tenth of its own time and a millisecond are lost by accident, and no more."""
    with measured() as (session, fork):
        clocks = Readings(
            cpu=[5.0, 6.0, 6.0 + busy_s], wall=[100.0, 100.0 + busy_s + lost_s]
        )
        monkeypatch.setattr(Fork, "_read_clock", lambda self: clocks.cpu.pop(0))
        monkeypatch.setattr("perfkata.judge.session.time", clocks)
        window = window_of(session, fork, ("echo", (1,), {}))
        assert window.is_disturbed is is_disturbed
        # What was done while the calls were handed over is in the cost.
        assert window.cpu_s == pytest.approx(1.0 + busy_s)
        assert (clocks.cpu, clocks.wall) == ([], [])


@pytest.mark.parametrize("layer", EVERY_LAYER)
def test_a_measured_worker_answers_itself(layer: Layer, needs: Needs) -> None:
    """It is the process that was started, of one thread, and has the limits of one."""
    need_layer(needs, layer)
    with measured(layer=layer) as (session, fork):
        assert session._sandbox is not None
        assert fork.process_id == session._sandbox.worker_id
        first = fork.call("identity", (), {})
        assert isinstance(first, Returned)
        assert first.value[1] == 1
        assert window_of(session, fork, ("identity", (), {})).answers == (first,)
        assert session.num_starts == 1


@pytest.mark.parametrize("layer", EVERY_LAYER)
@pytest.mark.parametrize(
    ("name", "verdict", "said"),
    [
        ("ends", LevelVerdict.CRASHED, "its process ended before it answered"),
        (
            "loops",
            LevelVerdict.TOO_SLOW,
            "it had no answer after more than 0.2 s of CPU time",
        ),
    ],
)
def test_a_window_that_is_stopped_ends_the_session(
    name: str, verdict: LevelVerdict, said: str, layer: Layer, needs: Needs
) -> None:
    """Who crashes or takes too long in a window is stopped, and nothing of it left."""
    need_layer(needs, layer)
    with measured(layer=layer) as (session, fork):
        packed = session.packed([("echo", (1,), {}), (name, (), {})])
        with pytest.raises(StoppedError) as caught:
            fork.window(packed, 2, 0.2)
        assert (caught.value.verdict, caught.value.message) == (verdict, said)
        assert leftover_processes(mark_of_session(session)) == []


def test_what_is_no_answer_breaks_a_window() -> None:
    """Bytes that no answer has are told as in a level."""
    source = """
    import sys
    place = sys._getframe(1).f_globals
    send = place["_send"]
    def f():
        place["_send"] = lambda connection, payload: send(connection, b"?")
    """
    with measured(source) as (session, fork):
        packed = session.packed([("f", (), {})])
        with pytest.raises(StoppedError) as caught:
            fork.window(packed, 1, 1.0)
    assert caught.value.verdict is LevelVerdict.BROKE_PROTOCOL


def test_a_window_may_print() -> None:
    """What is printed in a window is read along, however much it is."""
    source = "def f():\n    print('x' * 300_000)\n    return 1"
    with measured(source) as (session, fork):
        for _ in range(3):
            assert window_of(session, fork, ("f", (), {})).answers == (Returned(1),)
            session.forget_output()


def test_a_session_runs_on_the_cpu_that_it_is_told() -> None:
    """Each CPU that this process may use can be the one, and is the only one then."""
    source = "import os\ndef cpus(): return sorted(os.sched_getaffinity(0))"
    for cpu in sorted(os.sched_getaffinity(0)):
        with Session(Job(source.encode()), is_measured=True, cpu=cpu) as made:
            assert made.undivided().call("cpus", (), {}) == Returned([cpu])


_FILES = """
import os, time

def save(name, data):
    with open(name, "wb") as file:
        file.write(data)

def load(name):
    with open(name, "rb") as file:
        return file.read()

def names():
    return sorted(os.listdir("."))

def hash_of(text):
    return hash(text)

def identity():
    return os.getpid()

def apply(function, *arguments):
    return function(*arguments)

def ends_within(function):
    function()
    os._exit(3)

def fills_and_waits(num_files, num_bytes):
    for number in range(num_files):
        with open(str(number), "wb") as file:
            file.truncate(num_bytes)
    time.sleep(60)

def fills(num_files, num_bytes):
    for number in range(num_files):
        with open(str(number), "wb") as file:
            file.truncate(num_bytes)
"""


@contextmanager
def session_with_files(limits: Limits = _PATIENT, **job: Any) -> Iterator[Session]:
    """A session whose submission writes files."""
    with session_of(_FILES, None, limits, has_scratch=True, **job) as session:
        yield session


def test_files_are_the_sessions_and_not_the_forks() -> None:
    """Forks and workers of one session find what was written before them."""
    with session_with_files() as session:
        asked(session, "save", "kept", b"data")
        assert returned(session, "load", "kept") == b"data"
        session.restart()
        assert returned(session, "load", "kept") == b"data"
        session.close()
        assert returned(session, "load", "kept") == b"data"
        assert session.num_starts == 3
        assert session.scratch is not None
        session.scratch.clear()
        assert returned(session, "names") == []


def test_files_go_with_their_session() -> None:
    """Behind the ``with`` block nothing of them is left."""
    with session_with_files() as session:
        asked(session, "save", "kept", b"data")
        assert session.scratch is not None
        folder = session.scratch.path
        assert folder.is_dir()
    assert not folder.exists()


def test_only_who_asks_for_it_has_a_folder() -> None:
    """A session that was not told to has none; nor has a measured one."""
    job = Job(b"", has_scratch=True)
    with session_of("") as plain, Session(job, is_measured=True) as measured_one:
        assert plain.scratch is None
        assert measured_one.scratch is None
        plain.check_scratch()


def test_a_restart_draws_other_hashes_from_the_seed() -> None:
    """Each process of a session hashes texts otherwise; the same seed does it again."""
    seed = fresh_seed()
    found = []
    for _ in range(2):
        with Session(Job(_FILES.encode()), seed=seed) as session:
            hashes = []
            for _ in range(3):
                hashes.append(returned(session, "hash_of", "text"))
                assert returned(session, "hash_of", "text") == hashes[-1]
                session.restart()
            found.append(hashes)
    assert found[0] == found[1]
    assert len(set(found[0])) == 3


def test_a_new_worker_after_a_crash_has_the_same_hashes() -> None:
    """Only a restart that was asked for changes them."""
    with session_with_files() as session:
        before = returned(session, "hash_of", "text")
        session.close()
        assert returned(session, "hash_of", "text") == before


@pytest.mark.parametrize("name", ["fills", "fills_and_waits"])
@pytest.mark.parametrize(("num_files", "num_bytes"), [(1_001, 0), (3, 30 * 2**20)])
def test_files_without_end_are_stopped(
    name: str, num_files: int, num_bytes: int
) -> None:
    """Too many, or too much in them, is seen while a call goes on and at its end."""
    with session_with_files(Limits(cpu_s=2, patience=5)) as session:
        with session.fork() as fork:
            conversation = fork.converse(_no_remote)
            with pytest.raises(StoppedError) as caught:
                conversation.call(("name", name), (num_files, num_bytes), {})
        assert caught.value.verdict is LevelVerdict.TOO_MUCH_OUTPUT
        assert session.scratch is not None
        session.scratch.clear()
        assert returned(session, "names") == []


def _no_remote(*_: object) -> None:
    raise AssertionError("no object is called")


def test_conversations_of_two_forks_do_not_meet() -> None:
    """Each has its own things, its own process and its own open calls."""
    with (
        session_with_files() as session,
        session.fork() as one,
        session.fork() as other,
    ):
        first, second = one.converse(_no_remote), other.converse(_no_remote)

        def inner(value: int) -> Any:
            answer, _ = second.call(("name", "apply"), (len, [0] * value), {})
            assert isinstance(answer, Returned)
            return answer.value

        answer, _ = first.call(("name", "apply"), (inner, 3), {})
        assert answer == Returned(3)
        pids = {first.call(("name", "identity"), (), {})[0]} | {
            second.call(("name", "identity"), (), {})[0]
        }
        assert len(pids) == 2


def test_a_process_that_ends_within_a_conversation_is_replaced() -> None:
    """Its end is told with its exit code, and the next fork answers."""
    with session_with_files() as session:
        with session.fork() as fork:
            conversation = fork.converse(_no_remote)
            with pytest.raises(StoppedError, match="exit code 3") as caught:
                conversation.call(("name", "ends_within"), (lambda: None,), {})
        assert caught.value.verdict is LevelVerdict.CRASHED
        with session.fork() as fork:
            answer, _ = fork.converse(_no_remote).call(("name", "names"), (), {})
            assert answer == Returned([])
        assert session.num_starts == 2


def test_an_error_of_the_grader_leaves_the_session_as_it_is() -> None:
    """A function of ours that fails ends its case; the worker goes on forking."""

    def fails() -> None:
        raise GraderError("it fails")

    with session_with_files() as session:
        with session.fork() as fork, pytest.raises(GraderError, match="it fails"):
            fork.converse(_no_remote).call(("name", "apply"), (fails,), {})
        with session.fork() as fork:
            answer, _ = fork.converse(_no_remote).call(("name", "names"), (), {})
            assert answer == Returned([])
        assert session.num_starts == 1


@contextmanager
def channel_to_ourselves() -> Iterator[tuple[Channel, socket.socket]]:
    """A channel, and the other end of its connection."""
    ours, theirs = socket.socketpair()
    reading, writing = os.pipe()
    with ours, theirs:
        yield Channel(ours, reading, lambda: False, lambda: None, 2**20), theirs
    os.close(reading)
    os.close(writing)


def test_frames_that_are_always_there_use_up_the_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Limits hold too where no frame is waited for, each filling a buffer exactly."""
    monkeypatch.setattr("perfkata.judge.channel._POLL_PAUSE_MS", 0)
    with channel_to_ourselves() as (channel, theirs):
        theirs.sendall(frame(bytes(4_092)) * 20)
        channel.begin(0.0, 0.0)
        with pytest.raises(StoppedError) as caught:
            receive_all(channel, 20)
    assert caught.value.verdict is LevelVerdict.TOO_SLOW


def receive_all(channel: Channel, num_frames: int) -> None:
    """Receive so many frames."""
    for _ in range(num_frames):
        channel.receive()


def test_who_waits_for_frames_that_are_there_is_not_asked() -> None:
    """What is called while nothing happens is not called while something has come."""
    asked_for: list[int] = []
    with channel_to_ourselves() as (channel, theirs):
        channel.when_waiting = lambda: asked_for.append(1)
        theirs.sendall(frame(b"text") * 20)
        channel.begin(60.0, 60.0)
        receive_all(channel, 20)
    assert asked_for == []


def test_a_channel_knows_whether_something_has_come() -> None:
    """A frame, or a part of one, has; the end of the connection is none."""
    with channel_to_ourselves() as (channel, theirs):
        channel.begin(60.0, 60.0)
        found = [channel.has_frame()]
        theirs.sendall(frame(b"one") + frame(b"two"))
        found.append(channel.has_frame())
        assert channel.receive() == b"one"
        found.append(channel.has_frame())
        assert channel.receive() == b"two"
        found.append(channel.has_frame())
        theirs.close()
        found.append(channel.has_frame())
    assert found == [False, True, True, False, False]

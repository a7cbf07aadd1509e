"""The session: the trusted side of one submission, whatever becomes of its workers.

A session starts a worker, has it load the submission, and forks it for every case; it
gives out answers that are decoded within bounds, and says what stopped a case that did
not answer. A worker that was stopped is thrown away and the next case gets a new one.
"""

from __future__ import annotations

import array
import marshal
import os
import random
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from perfkata.judge import sandbox
from perfkata.judge.answer import (
    MAX_NAME_CHARACTERS,
    MAX_NAMES,
    Answer,
    decode_answer,
    described_exception,
)
from perfkata.judge.channel import Channel, ClosedError
from perfkata.judge.clock import process_cpu_s
from perfkata.judge.conversation import Conversation
from perfkata.judge.errors import GraderError, JudgeError
from perfkata.judge.objects import Remote
from perfkata.judge.output import Output
from perfkata.judge.profile import Profile, read_profile
from perfkata.judge.report import LevelVerdict
from perfkata.judge.sandbox import Layer, Limits, Sandbox, Wrapper
from perfkata.judge.scratch import Scratch
from perfkata.judge.stopped import StoppedError
from perfkata.judge.wire import Bounds, Handles, WireError, decode, encode

__all__ = ["Fork", "Job", "LoadError", "NotAllowedError", "Session", "Window"]

_FRAME_ROOM_BYTES = 2**18
_START_ROOM_S = 10.0
_AFTERMATH_TIMEOUT_S = 0.5
_MAX_LINES = 2**20
# Beyond both, somebody else had the CPU for a part of the window.
_MAX_LOST_SHARE = 0.1
_MAX_LOST_S = 0.001
_DEFAULT_LIMITS = Limits()
_INPUT_VERSION = 2  # later versions would make equal inputs one object


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker loads.

    Attributes:
        source: The submission's bytes.
        given: The bytes of the question's ``given.py``, if it has one.
        records: The dataclasses of ``given.py`` by name, as they are on this side.
        interface: The names that the submission must define.
        file_name: What the submission's file is called in tracebacks.
        rules: What the exercise does not allow.
        workloads: The bytes of the question's ``workloads.py``, if it has one.
        traced_s: How long a traced call may take; None if none will be made.
        has_scratch: Whether it runs in a folder that survives its process.
    """

    source: bytes
    given: bytes | None = None
    records: Mapping[str, type] = field(default_factory=dict)
    interface: tuple[str, ...] = ()
    file_name: str = "solution.py"
    rules: tuple[str, ...] = ()
    workloads: bytes | None = None
    traced_s: float | None = None
    has_scratch: bool = False


class LoadError(Exception):
    """The submission did not load: `message` says why, `traceback` is its own."""

    def __init__(self, message: str, traceback: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.traceback = traceback


class NotAllowedError(Exception):
    """The submission uses what the exercise does not allow: rules and first lines."""

    def __init__(self, offences: tuple[tuple[str, int], ...]) -> None:
        super().__init__(str(offences))
        self.offences = offences


@dataclass(frozen=True, slots=True)
class Window:
    """What calls cost that were handed over, begun and answered as one.

    Attributes:
        cpu_s: CPU time of the process from the end of the window before, or from the
            first byte that was handed over, to the last byte of the last answer.
        is_disturbed: Whether the process had to wait for its turn meanwhile.
        answers: The answers, in order.
    """

    cpu_s: float
    is_disturbed: bool
    answers: tuple[Answer, ...]


class Fork:
    """One fork of the loaded submission: calls in, answers out."""

    def __init__(self, channel: Channel, session: Session) -> None:
        self._channel = channel
        self._session = session
        self._clock_s: float | None = None

    @property
    def process_id(self) -> int | None:
        """The fork's process id as seen from here, if the system tells it."""
        return self._channel.process_id

    def call(
        self,
        name: str,
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
        *,
        keeps_inputs: bool = False,
        cpu_limit_s: float | None = None,
    ) -> Answer:
        """Call a function of the submission and wait for its answer.

        Cost: about 40 µs beside the call itself.

        Raises:
            StoppedError: No answer came.
        """
        steps = [(name, arguments, keywords)]
        (answer,) = self.run(steps, keeps_inputs=keeps_inputs, cpu_limit_s=cpu_limit_s)
        return answer

    def run(
        self,
        steps: Sequence[tuple[str, tuple[Any, ...], dict[str, Any]]],
        *,
        keeps_inputs: bool = False,
        cpu_limit_s: float | None = None,
    ) -> Iterator[Answer]:
        """Send a list of calls in one message and give out answers as they come.

        Raises:
            StoppedError: An answer did not come; those before it were given out.
        """
        session, channel = self._session, self._channel
        with session.watching():
            session.begin(channel, cpu_limit_s or session.limits.cpu_s)
            channel.send(session.packed(steps, keeps_inputs=keeps_inputs))
            for _ in steps:
                yield session.receive_answer(channel)
            session.read_output()

    def converse(
        self, ask: Callable[[Remote, str, tuple[Any, ...], dict[str, Any]], Any]
    ) -> Conversation:
        """Speak with it from now on in calls that go both ways.

        Args:
            ask: Makes a call of an object of the submission.
        """
        return Conversation(self._channel, self._session, ask)

    def window(self, packed: bytes, num_calls: int, cpu_limit_s: float) -> Window:
        """Make calls in a timed window, in a session that is measured.

        The clock is that of the sandbox's control group, where there is none that of
        the process, read from here. It never stands still: what is done between two
        windows counts in the second. Calls are handed over before they are begun, so
        that the wall sees none of the way there.

        Args:
            packed: The calls as `Session.packed` gives them.
            num_calls: How many they are.
            cpu_limit_s: CPU time after which it is stopped.

        Raises:
            StoppedError: An answer did not come.
        """
        session, channel = self._session, self._channel
        with session.watching():
            session.forget_output()
            if self._clock_s is None:
                self._clock_s = self._read_clock()
            session.begin(channel, cpu_limit_s)
            channel.send(b"s" + packed)
            channel.receive()
            begun_cpu_s, begun_s = self._read_clock(), time.perf_counter()
            channel.send(b"g")
            frames = [channel.receive() for _ in range(num_calls)]
            ended_s, ended_cpu_s = time.perf_counter(), self._read_clock()
            session.read_output()
            answers = tuple(map(session.decoded, frames))
        busy_s = ended_cpu_s - begun_cpu_s
        lost_s = ended_s - begun_s - busy_s
        cpu_s = ended_cpu_s - self._clock_s
        self._clock_s = ended_cpu_s
        is_disturbed = lost_s > max(_MAX_LOST_SHARE * busy_s, _MAX_LOST_S)
        return Window(cpu_s, is_disturbed, answers)

    def trace(self, packed: bytes) -> Profile:
        """Make one call and return what it did, if the job says that it may be traced.

        Args:
            packed: The call as `Session.packed` gives it.

        Raises:
            StoppedError: It was stopped, or what came is no profile.
        """
        session, channel = self._session, self._channel
        with session.watching():
            session.begin(channel, session.limits.cpu_s)
            channel.send(b"t" + packed)
            profile = read_profile(channel.receive())
            session.read_output()
        return profile

    def let_end(self) -> None:
        """Ask nothing more, so that it ends as a program ends by itself."""
        self._channel.close_sending()

    @property
    def has_ended(self) -> bool:
        """Whether it is gone, once it was let go."""
        return self._channel.is_closed

    def forget_clock(self) -> None:
        """Leave uncounted what the process has done since its last window."""
        self._clock_s = None

    def _read_clock(self) -> float:
        """Return the CPU time of the sandbox so far, else of the process.

        Raises:
            ClosedError: It is gone.
        """
        cpu_s = self._session.read_all_cpu_s()
        if cpu_s is None:
            cpu_s = process_cpu_s(self.process_id)
        if cpu_s is None:
            raise ClosedError
        return cpu_s


class Session:
    """The trusted side of one submission.

    Args:
        job: What is loaded.
        limits: The safety net.
        seed: Draws the workers' hash seed.
        layer: The layer to insist on; else the strongest that works here.
        is_measured: Whether its CPU time will be compared. It has one worker then,
            which answers itself and starts no process.
        cpu: The one CPU that its workers run on; None leaves that to the system.
        wrapper: A program that runs the interpreter of its workers.
    """

    def __init__(
        self,
        job: Job,
        limits: Limits = _DEFAULT_LIMITS,
        seed: int = 0,
        layer: Layer | None = None,
        *,
        is_measured: bool = False,
        cpu: int | None = None,
        wrapper: Wrapper | None = None,
    ) -> None:
        self.job = job
        self.limits = limits
        self.bounds = Bounds()
        self.num_starts = 0
        self.load_seconds = 0.0
        self.public_names: tuple[str, ...] = ()
        self.signatures: dict[str, Any] = {}
        self.scratch = Scratch() if job.has_scratch and not is_measured else None
        self._hash_seeds = random.Random(seed)
        self._hash_seed = self._hash_seeds.randrange(2**32)
        self._layer = layer
        self._is_measured = is_measured
        self._cpu = cpu
        self._wrapper = wrapper
        self._sandbox: Sandbox | None = None
        self._zygote: Channel | None = None
        self._output = Output()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        frames: TracebackType | None,
    ) -> None:
        self.close()
        if self.scratch is not None:
            self.scratch.close()

    def change_limits(self, limits: Limits) -> None:
        """Set the limits of what comes next; some need a new worker."""
        if limits.memory_bytes != self.limits.memory_bytes:
            self.close()
        self.limits = limits

    @property
    def layer(self) -> Layer:
        """The layer that contains the submission; known once a worker started."""
        assert self._sandbox is not None or self._layer is not None
        if self._sandbox is not None:
            self._layer = self._sandbox.layer
        assert self._layer is not None
        return self._layer

    @property
    def printed(self) -> str:
        """What was printed since `forget_output`, its middle left out if long."""
        return self._output.text

    def forget_output(self) -> None:
        """Begin to count what is printed anew."""
        self._output.forget()

    def read_output(self) -> bool:
        """Read what was printed; return whether more can come.

        Raises:
            StoppedError: It is more than the limit.
        """
        assert self._sandbox is not None
        return self._output.read(self._sandbox.output, self.limits.output_bytes)

    def _channel(self, connection: socket.socket) -> Channel:
        assert self._sandbox is not None
        max_frame_bytes = self.bounds.max_bytes + _FRAME_ROOM_BYTES
        return Channel(
            connection,
            self._sandbox.output,
            self.read_output,
            self._sandbox.read_cpu_s,
            max_frame_bytes,
            self.check_scratch,
        )

    def check_scratch(self) -> None:
        """Check that not too much lies in the scratch folder.

        Raises:
            StoppedError: It does.
        """
        if self.scratch is not None:
            self.scratch.check_size()

    def read_all_cpu_s(self) -> float | None:
        """Return the CPU time of all processes of the sandbox, if it is counted."""
        return None if self._sandbox is None else self._sandbox.read_cpu_s()

    def packed(
        self,
        calls: Sequence[tuple[str, tuple[Any, ...], dict[str, Any]]],
        *,
        keeps_inputs: bool = False,
    ) -> bytes:
        """Return calls as the bytes that hand them over.

        Raises:
            GraderError: An argument does not cross.
        """
        return self.packed_order(
            (list(calls), keeps_inputs),
            self.encoded,
            "pass plain values and the records of given.py",
        )

    def packed_order(
        self, order: Any, encode_order: Callable[[Any], bytes], hint: str
    ) -> bytes:
        """Return an order as bytes: marshal behind ``m``, the wire behind ``w``.

        Args:
            order: Whatever the worker reads.
            encode_order: Writes what marshal does not.
            hint: What may be passed.

        Raises:
            GraderError: Something in it does not cross.
        """
        try:
            return b"m" + marshal.dumps(order, _INPUT_VERSION)
        except ValueError:
            pass
        try:
            return b"w" + encode_order(order)
        except WireError as error:
            raise GraderError(
                f"an argument does not cross to the submission: {error}", hint
            ) from None

    def encoded(self, value: Any, handles: Handles | None = None) -> bytes:
        """Encode a plain value for the submission, its objects as numbers.

        Raises:
            WireError: Something in it does not cross.
        """
        kinds = self.job.records.values()
        return encode(value, self.bounds, kinds, is_all_plain=True, handles=handles)

    def begin(self, channel: Channel, cpu_limit_s: float) -> None:
        """Start the time of an exchange on a channel."""
        channel.begin(cpu_limit_s, cpu_limit_s * self.limits.patience)

    def load(self) -> None:
        """Start a worker and load the submission, if that is not done.

        Raises:
            LoadError: It does not load.
            NotAllowedError: It uses what the exercise does not allow.
            SandboxError: No worker starts.
        """
        if self._zygote is not None:
            return
        self._sandbox = sandbox.start(
            self.limits,
            self._hash_seed,
            self._layer,
            is_measured=self._is_measured,
            cpu=self._cpu,
            wrapper=self._wrapper,
            scratch=None if self.scratch is None else self.scratch.path,
        )
        self._layer = self._sandbox.layer
        self.num_starts += 1
        zygote = self._channel(self._sandbox.connection)
        zygote.process_id = self._sandbox.worker_id
        try:
            loaded = _loaded(self._load_through(zygote), self.job.rules)
        except StoppedError as error:
            self.close()
            raise LoadError(_loading(error)) from None
        except ClosedError:
            self.close()
            raise LoadError("it ended its process while it was loading") from None
        except WireError:
            self.close()
            raise LoadError("it broke the protocol while it was loading") from None
        except BaseException:
            self.close()
            raise
        self.public_names, self.signatures = loaded
        self._zygote = zygote

    def _load_through(self, zygote: Channel) -> Any:
        assert self._sandbox is not None
        job = self._sandbox.job | {
            "source": self.job.source,
            "given": self.job.given,
            "workloads": self.job.workloads,
            "file_name": self.job.file_name,
            "interface": list(self.job.interface),
            "rules": None,
            "tracing": None,
            "bounds": (
                self.bounds.max_bytes,
                self.bounds.max_depth,
                self.bounds.max_items,
                self.bounds.max_integer_bytes,
            ),
        }
        if self.job.rules:
            code = sandbox.code_of("perfkata.judge.rules")
            job["rules"] = (code, list(self.job.rules))
        if self.job.traced_s is not None:
            names = ("perfkata.judge.operations", "perfkata.judge.tracing")
            modules = [(name, sandbox.code_of(name)) for name in names]
            job["tracing"] = (modules, self.job.traced_s)
        self._begin_loading(zygote, self.limits.load_s + _START_ROOM_S)
        zygote.send(marshal.dumps(job))
        try:
            zygote.receive()
        except (ClosedError, StoppedError):
            raise JudgeError(
                f"the worker could not lock itself in: {self.printed.strip()}",
                "'perfkata doctor' shows what this machine can do",
            ) from None
        started = time.monotonic()
        self._begin_loading(zygote, self.limits.load_s)
        reply = decode(zygote.receive(), self.bounds)
        self.load_seconds = time.monotonic() - started
        return reply

    def _begin_loading(self, zygote: Channel, limit_s: float) -> None:
        zygote.begin(limit_s, limit_s * self.limits.patience, "it took")

    def undivided(self) -> Fork:
        """Return the worker of a measured session itself, where others get forks.

        Raises:
            LoadError: It does not load.
            NotAllowedError: It uses what the exercise does not allow.
            SandboxError: No worker starts.
            StoppedError: It loaded and said nothing more.
        """
        assert self._is_measured
        self.load()
        assert self._zygote is not None
        with self.watching():
            self.begin(self._zygote, self.limits.load_s)
            self._zygote.receive()
        return Fork(self._zygote, self)

    @contextmanager
    def fork(self) -> Iterator[Fork]:
        """Fork the loaded submission for one case.

        Raises:
            StoppedError: The loaded submission does not fork any more, twice.
            LoadError: A new worker was needed and did not load.
        """
        channel, connection = self._forked()
        zygote = self._zygote
        try:
            yield Fork(channel, self)
        finally:
            connection.close()
            # The zygote of a worker that was stopped is gone, and its forks with it.
            if zygote is not None and self._zygote is zygote:
                with suppress(ClosedError):
                    self._order(b"k")

    def _forked(self) -> tuple[Channel, socket.socket]:
        for is_last in (False, True):
            self.load()
            ours, theirs = socket.socketpair()
            if sys.platform == "linux":
                ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
            channel = self._channel(ours)
            try:
                with theirs, self.watching():
                    self.begin(channel, self.limits.load_s)
                    self._order(b"f", theirs)
                    theirs.close()
                    channel.hear()
                    # What the fork before left in the pipe is not of this one.
                    self.read_output()
                    self.forget_output()
            except StoppedError:
                ours.close()
                self.close()
                if is_last:
                    raise
            else:
                return channel, ours
        raise AssertionError("unreachable")

    def _order(self, order: bytes, handle: socket.socket | None = None) -> None:
        """Send the zygote an order of one byte, with a socket if it needs one."""
        assert self._sandbox is not None
        rights = []
        if handle is not None:
            numbers = array.array("i", [handle.fileno()])
            rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, numbers)]
        try:
            self._sandbox.connection.sendmsg([order], rights)
        except OSError:
            raise ClosedError from None

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Turn the end of a process into what stopped it; close what was stopped."""
        try:
            yield
        except StoppedError:
            self.close()
            raise
        except ClosedError:
            try:
                stopped = self._aftermath()
            finally:
                self.close()
            raise stopped from None
        except WireError as error:
            self.close()
            raise StoppedError(
                LevelVerdict.BROKE_PROTOCOL, f"it sent what is no answer: {error}"
            ) from None

    def _aftermath(self) -> StoppedError:
        """Find out how a process ended that closed its connection."""
        assert self._sandbox is not None
        status = self._wait_status()
        self.read_output()
        if self._sandbox.has_run_out_of_memory:
            return StoppedError(LevelVerdict.TOO_MUCH_MEMORY, self.memory_message)
        if status is None:
            how = "its process ended"
        elif os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            known = number in set(signal.Signals)
            name = signal.Signals(number).name if known else "?"
            how = f"its process was ended by signal {number} ({name})"
        else:
            how = (
                f"its process ended with exit code {os.waitstatus_to_exitcode(status)}"
            )
        return StoppedError(LevelVerdict.CRASHED, f"{how} before it answered")

    def _wait_status(self) -> int | None:
        zygote = self._zygote
        if zygote is None or self._is_measured:
            return None
        try:
            self._order(b"w")
            zygote.begin(_AFTERMATH_TIMEOUT_S, _AFTERMATH_TIMEOUT_S)
            status = decode(zygote.receive(), self.bounds)
        except (ClosedError, StoppedError, WireError):
            return None
        return status if type(status) is int and 0 <= status < 2**16 else None

    @property
    def memory_message(self) -> str:
        """Say which limit of memory was reached."""
        return f"it asked for more than {self.limits.memory_bytes // 2**20} MiB"

    def receive_answer(self, channel: Channel) -> Answer:
        """Receive an answer and decode it within the bounds.

        Raises:
            StoppedError: No answer came.
            WireError: What came is none.
        """
        return self.decoded(channel.receive())

    def decoded(self, payload: bytes, handles: Handles | None = None) -> Answer:
        """Decode an answer within the bounds.

        Raises:
            WireError: It is none.
        """
        return decode_answer(payload, self.bounds, self.job.records, handles)

    def restart(self) -> None:
        """End the worker; the next has other hashes of texts, and the same files."""
        self.close()
        self._hash_seed = self._hash_seeds.randrange(2**32)

    def close(self) -> None:
        """End the worker and all that it started; a later case starts a new one."""
        if self._sandbox is not None:
            self._sandbox.close()
        self._sandbox = None
        self._zygote = None


def _loaded(
    reply: Any, rules: tuple[str, ...]
) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Return the public names and the signatures of what was loaded.

    Raises:
        LoadError: It raised.
        NotAllowedError: It uses what the exercise does not allow.
        WireError: The reply is none.
    """
    match reply:
        case ("loaded", list(names), dict(signatures)):
            texts = [name for name in names if type(name) is str]
            for signature in signatures.values():
                _check_signature(signature)
            return tuple(
                name[:MAX_NAME_CHARACTERS] for name in texts[:MAX_NAMES]
            ), signatures
        case ("did not load", described):
            raised = described_exception(described)
            message = f"it raised {raised.type_name} while it was loading"
            raise LoadError(message, raised.traceback)
        case ("not allowed", [_, *_] as offences):
            raise NotAllowedError(
                tuple(_offence(offence, rules) for offence in offences)
            )
    raise WireError("a reply to loading of no known kind")


def _check_signature(signature: Any) -> None:
    match signature:
        case None | ("unknown",) | ("async",) | ("not callable", str()):
            return
        case ("function", list(parameters), int(), bool()):
            if all(type(parameter) is str for parameter in parameters):
                return
    raise WireError("a signature that is none")


def _offence(offence: Any, rules: tuple[str, ...]) -> tuple[str, int]:
    match offence:
        case (str(rule), int(line)) if rule in rules and 0 < line < _MAX_LINES:
            return rule, line
    raise WireError("a broken rule that is none")


def _loading(error: StoppedError) -> str:
    if error.verdict is LevelVerdict.TOO_SLOW:
        return f"it did not load in time: {error.message}"
    return f"{error.message} while it was loading"

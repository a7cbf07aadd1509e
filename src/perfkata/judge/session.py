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
import select
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from perfkata.judge import sandbox
from perfkata.judge.clock import process_cpu_s
from perfkata.judge.errors import GraderError, JudgeError
from perfkata.judge.report import LevelVerdict
from perfkata.judge.sandbox import Layer, Limits, Sandbox
from perfkata.judge.wire import HEADER, Bounds, WireError, decode, encode

__all__ = [
    "Answer",
    "Fork",
    "Job",
    "LoadError",
    "NotAllowedError",
    "Raised",
    "Returned",
    "Session",
    "StoppedError",
    "Unsendable",
]

_CHUNK_BYTES = 2**18
_SMALL_BYTES = 2**12
_MAX_PRINTED_BYTES = 4_000
# The worker cuts its texts too, but nobody believes it.
_MAX_NAME = 200
_MAX_NAMES = 1_000
_MAX_TEXT = 2_000
_MAX_TRACEBACK = 10_000
_MAX_LINES = 2**20
_POLL_PAUSE_S = 0.05
_AFTERMATH_TIMEOUT_S = 0.5
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
        rules: What the exercise does not allow.
    """

    source: bytes
    given: bytes | None = None
    records: Mapping[str, type] = field(default_factory=dict)
    interface: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Returned:
    """A call returned; `inputs` are its arguments afterwards, if they were kept."""

    value: Any
    inputs: Any = None


@dataclass(frozen=True, slots=True)
class Raised:
    """A call raised; all of it is the submission's own word."""

    type_name: str
    bases: tuple[str, ...]
    text: str
    traceback: str
    inputs: Any = None


@dataclass(frozen=True, slots=True)
class Unsendable:
    """A call returned what does not fit through the wire."""

    why: str


Answer = Returned | Raised | Unsendable


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


class StoppedError(Exception):
    """A case ended without its answers.

    Attributes:
        verdict: What stopped it.
        message: The same as a sentence.
    """

    def __init__(self, verdict: LevelVerdict, message: str) -> None:
        super().__init__(message)
        self.verdict = verdict
        self.message = message


class _ClosedError(Exception):
    """The other side closed the connection."""


class _Channel:
    """Frames to and from one process, with the sandbox's output read along."""

    def __init__(self, connection: socket.socket, session: Session) -> None:
        connection.setblocking(False)
        self._connection = connection
        self._session = session
        self._received = bytearray()
        self._poll = select.poll()
        self._poll.register(connection, select.POLLIN)
        self._poll.register(session.output, select.POLLIN)
        self.process_id: int | None = None
        self._cpu_limit_s = 0.0
        self._cpu_start_s = 0.0
        self._wall_limit_at = 0.0
        self._limit_is_loading = False

    def begin(self, cpu_limit_s: float, *, is_loading: bool = False) -> None:
        """Start the time of an exchange."""
        self._limit_is_loading = is_loading
        self._cpu_limit_s = cpu_limit_s
        self._cpu_start_s = process_cpu_s(self.process_id) or 0.0
        patience = self._session.limits.patience
        self._wall_limit_at = time.monotonic() + cpu_limit_s * patience

    def send(self, payload: bytes) -> None:
        """Send a frame; the limits of the exchange hold for it too.

        Raises:
            StoppedError: A limit was reached.
            _ClosedError: The process is gone.
        """
        rest = memoryview(HEADER.pack(len(payload)) + payload)
        try:
            rest = rest[self._connection.send(rest) :]
            while rest:
                self._wait(select.POLLOUT)
                try:
                    rest = rest[self._connection.send(rest) :]
                except BlockingIOError:
                    continue
        except (BrokenPipeError, ConnectionResetError):
            raise _ClosedError from None

    def receive(self) -> bytes:
        """Receive a frame.

        Raises:
            StoppedError: A limit was reached, or the frame is too long.
            _ClosedError: The process is gone.
        """
        received = self._received
        while True:
            missing = _SMALL_BYTES
            if len(received) >= HEADER.size:
                (size,) = HEADER.unpack_from(received)
                if size > self._session.bounds.max_bytes + _CHUNK_BYTES:
                    raise StoppedError(
                        LevelVerdict.BROKE_PROTOCOL,
                        f"it sent the length of a message of {size:,} bytes",
                    )
                end = HEADER.size + size
                if len(received) >= end:
                    payload = bytes(received[HEADER.size : end])
                    del received[:end]
                    return payload
                missing = end - len(received)
            self._wait(select.POLLIN)
            try:
                # No larger than it must be: a large buffer costs a small call 20 µs.
                part = self._connection.recv(min(missing, _CHUNK_BYTES))
            except BlockingIOError:
                continue
            except ConnectionResetError:
                raise _ClosedError from None
            if not part:
                raise _ClosedError
            received += part

    def hear(self) -> None:
        """Receive the empty first frame of a fork, and with it its process id."""
        self._wait(select.POLLIN)
        data, ancillary, _, _ = self._connection.recvmsg(
            HEADER.size, socket.CMSG_SPACE(12)
        )
        if not data:
            raise _ClosedError
        if data != bytes(HEADER.size):
            raise StoppedError(LevelVerdict.BROKE_PROTOCOL, "its first word was wrong")
        for _, kind, value in ancillary:
            if sys.platform == "linux" and kind == socket.SCM_CREDENTIALS:
                self.process_id = int.from_bytes(value[:4], sys.byteorder)

    def _wait(self, events: int) -> None:
        """Wait for the connection; meanwhile read output and watch the limits."""
        connection = self._connection.fileno()
        self._poll.modify(connection, events)
        pause_s = _POLL_PAUSE_S
        while True:
            ready = self._poll.poll(1_000 * pause_s)
            is_connected = False
            for handle, _ in ready:
                if handle == connection:
                    is_connected = True
                elif not self._session.read_output():
                    self._poll.unregister(handle)
            if is_connected:
                return
            self._check_time()

    def _check_time(self) -> None:
        now = time.monotonic()
        used_s = process_cpu_s(self.process_id)
        limit_s = self._cpu_limit_s
        if used_s is not None and used_s - self._cpu_start_s > limit_s:
            spent = f"more than {limit_s:g} s of CPU time"
        elif now > self._wall_limit_at:
            spent = f"more than {limit_s * self._session.limits.patience:g} s"
        else:
            return
        doing = "it took" if self._limit_is_loading else "it had no answer after"
        raise StoppedError(LevelVerdict.TOO_SLOW, f"{doing} {spent}")


class Fork:
    """One fork of the loaded submission: calls in, answers out."""

    def __init__(self, channel: _Channel, session: Session) -> None:
        self._channel = channel
        self._session = session

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
        limits = self._session.limits
        order = (list(steps), keeps_inputs)
        with self._session.watching():
            self._channel.begin(cpu_limit_s or limits.cpu_s)
            self._channel.send(self._packed(order))
            for _ in steps:
                yield self._session.decoded_answer(self._channel.receive())
            self._session.read_output()

    def _packed(self, order: tuple[Any, ...]) -> bytes:
        try:
            return b"m" + marshal.dumps(order, _INPUT_VERSION)
        except ValueError:
            kinds = self._session.job.records.values()
        try:
            bounds = self._session.bounds
            return b"w" + encode(order, bounds, kinds, is_all_plain=True)
        except WireError as error:
            raise GraderError(
                f"an argument does not cross to the submission: {error}",
                "pass plain values and the records of given.py",
            ) from None


class Session:
    """The trusted side of one submission.

    Args:
        job: What is loaded.
        limits: The safety net.
        seed: Draws the workers' hash seed.
        layer: The layer to insist on; else the strongest that works here.
    """

    def __init__(
        self,
        job: Job,
        limits: Limits = _DEFAULT_LIMITS,
        seed: int = 0,
        layer: Layer | None = None,
    ) -> None:
        self.job = job
        self.limits = limits
        self.bounds = Bounds()
        self.num_starts = 0
        self.load_seconds = 0.0
        self.public_names: tuple[str, ...] = ()
        self.signatures: dict[str, Any] = {}
        self._hash_seed = random.Random(seed).randrange(2**32)
        self._layer = layer
        self._sandbox: Sandbox | None = None
        self._zygote: _Channel | None = None
        self._num_output_bytes = 0
        self._printed_head = bytearray()
        self._printed_tail = bytearray()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        frames: TracebackType | None,
    ) -> None:
        self.close()

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
    def output(self) -> int:
        """The descriptor of what the sandbox prints."""
        assert self._sandbox is not None
        return self._sandbox.output

    @property
    def printed(self) -> str:
        """What was printed since `forget_output`, its middle left out if long."""
        head = self._printed_head.decode(errors="replace")
        if not self._printed_tail:
            return head
        return f"{head}\n…\n{self._printed_tail.decode(errors='replace')}"

    def forget_output(self) -> None:
        """Begin to count what is printed anew."""
        self._num_output_bytes = 0
        self._printed_head.clear()
        self._printed_tail.clear()

    def load(self) -> None:
        """Start a worker and load the submission, if that is not done.

        Raises:
            LoadError: It does not load.
            NotAllowedError: It uses what the exercise does not allow.
            SandboxError: No worker starts.
        """
        if self._zygote is not None:
            return
        self._sandbox = sandbox.start(self.limits, self._hash_seed, self._layer)
        self._layer = self._sandbox.layer
        self.num_starts += 1
        zygote = _Channel(self._sandbox.connection, self)
        zygote.process_id = self._sandbox.worker_id
        try:
            loaded = _loaded(self._load_through(zygote), self.job.rules)
        except StoppedError as error:
            self.close()
            raise LoadError(_loading(error)) from None
        except _ClosedError:
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

    def _load_through(self, zygote: _Channel) -> Any:
        assert self._sandbox is not None
        job = self._sandbox.job | {
            "source": self.job.source,
            "given": self.job.given,
            "interface": list(self.job.interface),
            "rules": None,
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
        zygote.begin(self.limits.load_s + 10, is_loading=True)
        zygote.send(marshal.dumps(job))
        try:
            zygote.receive()
        except (_ClosedError, StoppedError):
            raise JudgeError(
                f"the worker could not lock itself in: {self.printed.strip()}",
                "'perfkata doctor' shows what this machine can do",
            ) from None
        started = time.monotonic()
        zygote.begin(self.limits.load_s, is_loading=True)
        reply = decode(zygote.receive(), self.bounds)
        self.load_seconds = time.monotonic() - started
        return reply

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
                with suppress(_ClosedError):
                    self._order(b"k")

    def _forked(self) -> tuple[_Channel, socket.socket]:
        for is_last in (False, True):
            self.load()
            ours, theirs = socket.socketpair()
            if sys.platform == "linux":
                ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
            channel = _Channel(ours, self)
            try:
                with theirs, self.watching():
                    channel.begin(self.limits.load_s)
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
            raise _ClosedError from None

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Turn the end of a process into what stopped it; close what was stopped."""
        try:
            yield
        except StoppedError:
            self.close()
            raise
        except _ClosedError:
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
        if zygote is None:
            return None
        try:
            self._order(b"w")
            zygote.begin(_AFTERMATH_TIMEOUT_S / self.limits.patience)
            status = decode(zygote.receive(), self.bounds)
        except (_ClosedError, StoppedError, WireError):
            return None
        return status if type(status) is int and 0 <= status < 2**16 else None

    @property
    def memory_message(self) -> str:
        """Say which limit of memory was reached."""
        return f"it asked for more than {self.limits.memory_bytes // 2**20} MiB"

    def decoded_answer(self, payload: bytes) -> Answer:
        """Decode an answer within the bounds.

        Raises:
            WireError: It is none.
            StoppedError: The submission ran out of memory.
        """
        kind = payload[:1]
        value = decode(payload[1:], self.bounds, self.job.records)
        if kind == b"v":
            return Returned(value)
        if kind == b"r":
            return _raised(value)
        if kind == b"u" and type(value) is str:
            return Unsendable(value[:_MAX_TEXT])
        if kind == b"i":
            match value:
                case (returned, inputs):
                    return Returned(returned, inputs)
        if kind == b"j":
            match value:
                case (described, inputs):
                    return _raised(described, inputs)
        raise WireError("an answer of no known kind")

    def read_output(self) -> bool:
        """Read what was printed; keep its head and its tail.

        Returns:
            Whether more can come: False once nobody is left who could print.

        Raises:
            StoppedError: It is more than the limit.
        """
        assert self._sandbox is not None
        os.set_blocking(self._sandbox.output, False)
        try:
            data = os.read(self._sandbox.output, _CHUNK_BYTES)
        except BlockingIOError:
            return True
        self._num_output_bytes += len(data)
        room = _MAX_PRINTED_BYTES - len(self._printed_head)
        self._printed_head += data[:room]
        self._printed_tail += data[room:] if room < len(data) else b""
        del self._printed_tail[:-_MAX_PRINTED_BYTES]
        if self._num_output_bytes > self.limits.output_bytes:
            limit = self.limits.output_bytes
            raise StoppedError(
                LevelVerdict.TOO_MUCH_OUTPUT, f"it printed more than {limit:,} bytes"
            )
        return bool(data)

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
            return tuple(name[:_MAX_NAME] for name in texts[:_MAX_NAMES]), signatures
        case ("did not load", described):
            raised = _raised(described)
            message = f"it raised {raised.type_name} while it was loading"
            raise LoadError(message, raised.traceback)
        case ("not allowed", [_, *_] as offences):
            raise NotAllowedError(
                tuple(_offence(offence, rules) for offence in offences)
            )
    raise WireError("a reply to loading of no known kind")


def _check_signature(signature: Any) -> None:
    match signature:
        case None | ("unknown",) | ("not callable", str()):
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


def _raised(described: Any, inputs: Any = None) -> Raised:
    match described:
        case (str(name), list(bases), str(text), str(shown)):
            known = tuple(base for base in bases[:_MAX_NAMES] if type(base) is str)
            text, shown = text[:_MAX_TEXT], shown[:_MAX_TRACEBACK]
            return Raised(name[:_MAX_NAME], known, text, shown, inputs)
    raise WireError("an exception that is none")


def _loading(error: StoppedError) -> str:
    if error.verdict is LevelVerdict.TOO_SLOW:
        return f"it did not load in time: {error.message}"
    return f"{error.message} while it was loading"

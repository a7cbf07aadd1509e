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
from collections.abc import Iterator, Mapping, Sequence
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
from perfkata.judge.errors import GraderError, JudgeError
from perfkata.judge.output import Output
from perfkata.judge.report import LevelVerdict
from perfkata.judge.sandbox import Layer, Limits, Sandbox
from perfkata.judge.stopped import StoppedError
from perfkata.judge.wire import Bounds, WireError, decode, encode

__all__ = ["Fork", "Job", "LoadError", "NotAllowedError", "Session"]

_FRAME_ROOM_BYTES = 2**18
_START_ROOM_S = 10.0
_AFTERMATH_TIMEOUT_S = 0.5
_MAX_LINES = 2**20
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
    """

    source: bytes
    given: bytes | None = None
    records: Mapping[str, type] = field(default_factory=dict)
    interface: tuple[str, ...] = ()
    file_name: str = "solution.py"
    rules: tuple[str, ...] = ()


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


class Fork:
    """One fork of the loaded submission: calls in, answers out."""

    def __init__(self, channel: Channel, session: Session) -> None:
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
            self._session.begin(self._channel, cpu_limit_s or limits.cpu_s)
            self._channel.send(self._packed(order))
            for _ in steps:
                yield self._session.receive_answer(self._channel)
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
        )

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
        self._sandbox = sandbox.start(self.limits, self._hash_seed, self._layer)
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
            "file_name": self.job.file_name,
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
        if zygote is None:
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
        return decode_answer(channel.receive(), self.bounds, self.job.records)

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

"""A channel: frames to and from one process that may hang, flood, lie or die.

While it waits it reads along what the sandbox prints, so that a full pipe stops nobody,
and watches the limits of time, which are read from outside.
"""

from __future__ import annotations

import contextlib
import math
import os
import select
import socket
import sys
import time
from collections.abc import Callable

from perfkata.judge.clock import is_runnable, process_cpu_s
from perfkata.judge.report import LevelVerdict
from perfkata.judge.stopped import StoppedError, WaitedError
from perfkata.judge.wire import HEADER

__all__ = ["Channel", "ClosedError"]

_CHUNK_BYTES = 2**18
_SMALL_BYTES = 2**12
_POLL_PAUSE_MS = 50
_ASKED_PAUSE_MS = 2
_SPIN_S = 1e-4
# However busy the machine, an exchange ends; who looks busy whenever we look does too.
_MAX_WALL_PER_LIMIT = 10


class ClosedError(Exception):
    """The other side closed the connection."""


class Channel:
    """Frames to and from one process, with the sandbox's output read along."""

    def __init__(
        self,
        connection: socket.socket,
        output: int,
        read_output: Callable[[], bool],
        read_all_cpu_s: Callable[[], float | None],
        max_frame_bytes: int,
        check_files: Callable[[], None] = lambda: None,
    ) -> None:
        """Begin without a limit of time.

        Args:
            connection: Speaks with the process.
            output: The descriptor of what the sandbox prints.
            read_output: Reads from it; returns whether more can come.
            read_all_cpu_s: Returns the CPU time of the process and all others of its
                sandbox, if that is counted.
            max_frame_bytes: The length from which a frame is a breach.
            check_files: Raises where the process wrote too much into its files.
        """
        connection.setblocking(False)
        self._connection = connection
        self._read_output = read_output
        self._read_all_cpu_s = read_all_cpu_s
        self._max_frame_bytes = max_frame_bytes
        self._check_files = check_files
        self._received = bytearray()
        self._poll = select.poll()
        self._poll.register(connection, select.POLLIN)
        self._poll.register(output, select.POLLIN)
        self.process_id: int | None = None
        self.when_waiting: Callable[[], None] | None = None
        self._doing = ""
        self._cpu_limit_s = math.inf
        self._wait_limit_s = math.inf
        self._cpu_start_s = 0.0
        self._cpu_seen_s = 0.0
        self._wall_seen_s = 0.0
        self._checked_s = 0.0
        self._waited_s = 0.0
        self._wall_limit_s = math.inf
        self._wall_start_s = 0.0
        self._all_cpu_start_s: float | None = None

    def begin(
        self,
        cpu_limit_s: float,
        wait_limit_s: float,
        doing: str = "it had no answer after",
    ) -> None:
        """Start the time of an exchange; `doing` begins the sentence when it is up."""
        self._doing = doing
        self._cpu_limit_s = cpu_limit_s
        self._wait_limit_s = wait_limit_s
        self._cpu_start_s = process_cpu_s(self.process_id) or 0.0
        self._cpu_seen_s = self._cpu_start_s
        self._checked_s = self._wall_seen_s = time.monotonic()
        self._waited_s = 0.0
        self._wall_limit_s = _MAX_WALL_PER_LIMIT * (cpu_limit_s + wait_limit_s)
        self._wall_start_s = self._wall_seen_s
        # Read when somebody has waited for a while: a short call does not pay for it.
        self._all_cpu_start_s = None

    def send(self, payload: bytes) -> None:
        """Send a frame; the limits of the exchange hold for it too.

        Raises:
            StoppedError: A limit was reached.
            ClosedError: The process is gone.
        """
        rest = memoryview(HEADER.pack(len(payload)) + payload)
        try:
            while True:
                # It refuses where the process does not read what came before.
                with contextlib.suppress(BlockingIOError):
                    rest = rest[self._connection.send(rest) :]
                if not rest:
                    return
                self._wait(select.POLLOUT)
        except (BrokenPipeError, ConnectionResetError):
            raise ClosedError from None

    def receive(self) -> bytes:
        """Receive a frame.

        Raises:
            StoppedError: A limit was reached, or the frame is too long.
            ClosedError: The process is gone.
        """
        received = self._received
        if time.monotonic() - self._checked_s > _POLL_PAUSE_MS / 1_000:
            # Who is always there with the next frame is never waited for either.
            self._check_time(is_quiet=False)
        while True:
            missing = _SMALL_BYTES
            if len(received) >= HEADER.size:
                (size,) = HEADER.unpack_from(received)
                if size > self._max_frame_bytes:
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
            if received:
                # Who sends drop by drop, without a pause, is never waited for.
                self._check_time()
            self._wait(select.POLLIN)
            try:
                # No larger than it must be: a large buffer costs a small call 20 µs.
                part = self._connection.recv(min(missing, _CHUNK_BYTES))
            except BlockingIOError:
                continue
            except ConnectionResetError:
                raise ClosedError from None
            if not part:
                raise ClosedError
            received += part

    def has_frame(self) -> bool:
        """Whether something has come that was not received yet."""
        poll = select.poll()
        poll.register(self._connection, select.POLLIN)
        return bool(self._received) or poll.poll(0) == [
            (self._connection.fileno(), select.POLLIN)
        ]

    def resume(self) -> None:
        """Leave uncounted the time in which the process waited for us."""
        self._wall_seen_s = time.monotonic()
        used_s = process_cpu_s(self.process_id)
        if used_s is not None:
            self._cpu_seen_s = used_s

    def close_sending(self) -> None:
        """Let the other side know that nothing more will come."""
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_WR)

    @property
    def is_closed(self) -> bool:
        """Whether both sides have closed the connection for sending."""
        poll = select.poll()
        poll.register(self._connection, 0)
        return any(events & select.POLLHUP for _, events in poll.poll(0))

    def hear(self) -> None:
        """Receive the empty first frame of a fork, and with it its process id."""
        self._wait(select.POLLIN)
        data, ancillary, _, _ = self._connection.recvmsg(
            HEADER.size, socket.CMSG_SPACE(12)
        )
        if not data:
            raise ClosedError
        if data != bytes(HEADER.size):
            raise StoppedError(LevelVerdict.BROKE_PROTOCOL, "its first word was wrong")
        for _, kind, value in ancillary:
            if sys.platform == "linux" and kind == socket.SCM_CREDENTIALS:
                self.process_id = int.from_bytes(value[:4], sys.byteorder)

    def _wait(self, events: int) -> None:
        """Wait for the connection; meanwhile read output and watch the limits."""
        connection = self._connection.fileno()
        self._poll.modify(connection, events)
        ready = self._poll.poll(0)
        if not ready:
            # A small answer is sooner here than a sleeping CPU awakes.
            until_s = time.perf_counter() + _SPIN_S
            while not ready and time.perf_counter() < until_s:
                os.sched_yield()
                ready = self._poll.poll(0)
        while True:
            is_connected = False
            for handle, _ in ready:
                if handle == connection:
                    is_connected = True
                elif not self._read_output():
                    self._poll.unregister(handle)
            if is_connected:
                return
            self._check_time()
            is_asked = self.when_waiting is not None
            ready = self._poll.poll(_ASKED_PAUSE_MS if is_asked else _POLL_PAUSE_MS)

    def _check_time(self, *, is_quiet: bool = True) -> None:
        """Count CPU time, and apart from it the time in which nothing was done.

        A process that would work if the machine let it is not waiting; one that works
        a little between its naps is.

        Args:
            is_quiet: Whether nothing has come that is not read yet.
        """
        self._checked_s = now_s = time.monotonic()
        passed_s = now_s - self._wall_seen_s
        self._wall_seen_s = now_s
        used_s = process_cpu_s(self.process_id)
        if used_s is not None:
            passed_s -= used_s - self._cpu_seen_s
            self._cpu_seen_s = used_s
        if not is_runnable(self.process_id):
            self._waited_s += max(passed_s, 0.0)
            if is_quiet and self.when_waiting is not None:
                self.when_waiting()
        self._check_files()
        if self._is_cpu_used_up(used_s):
            spent = f"more than {self._cpu_limit_s:g} s of CPU time"
        elif self._waited_s > self._wait_limit_s:
            spent = f"more than {self._wait_limit_s:g} s of waiting"
            raise WaitedError(LevelVerdict.TOO_SLOW, f"{self._doing} {spent}")
        elif now_s - self._wall_start_s > self._wall_limit_s:
            spent = f"more than {self._wall_limit_s:g} s"
        else:
            return
        raise StoppedError(LevelVerdict.TOO_SLOW, f"{self._doing} {spent}")

    def _is_cpu_used_up(self, used_s: float | None) -> bool:
        if used_s is not None and used_s - self._cpu_start_s > self._cpu_limit_s:
            return True
        # A bomb of processes would leave its first one hardly any time.
        all_s = self._read_all_cpu_s()
        if all_s is None:
            return False
        if self._all_cpu_start_s is None:
            self._all_cpu_start_s = all_s
        return all_s - self._all_cpu_start_s > self._cpu_limit_s

"""What a sandbox prints: counted, bounded, and shown to nobody but the learner."""

from __future__ import annotations

import os

from perfkata.judge.report import LevelVerdict
from perfkata.judge.stopped import StoppedError

__all__ = ["Output"]

_CHUNK_BYTES = 2**18
_MAX_KEPT_BYTES = 4_000


class Output:
    """What was printed since `forget`, of which the head and the tail are kept."""

    def __init__(self) -> None:
        self._num_bytes = 0
        self._head = bytearray()
        self._tail = bytearray()

    @property
    def text(self) -> str:
        """The text, its middle left out if it is long."""
        head = self._head.decode(errors="replace")
        if not self._tail:
            return head
        return f"{head}\n…\n{self._tail.decode(errors='replace')}"

    def forget(self) -> None:
        """Begin to count anew."""
        self._num_bytes = 0
        self._head.clear()
        self._tail.clear()

    def read(self, handle: int, max_bytes: int) -> bool:
        """Read what waits in a pipe, without waiting for more.

        Returns:
            Whether more can come: False once nobody is left who could print.

        Raises:
            StoppedError: More than `max_bytes` was printed.
        """
        os.set_blocking(handle, False)
        try:
            data = os.read(handle, _CHUNK_BYTES)
        except BlockingIOError:
            return True
        self._num_bytes += len(data)
        room = _MAX_KEPT_BYTES - len(self._head)
        self._head += data[:room]
        self._tail += data[room:] if room < len(data) else b""
        del self._tail[:-_MAX_KEPT_BYTES]
        if self._num_bytes > max_bytes:
            raise StoppedError(
                LevelVerdict.TOO_MUCH_OUTPUT,
                f"it printed more than {max_bytes:,} bytes",
            )
        return bool(data)

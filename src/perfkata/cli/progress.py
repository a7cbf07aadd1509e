"""A line on the terminal that says what is going on while nothing else does.

It goes to standard error, only if that is a terminal, and it erases itself before
anything else is printed: redirected output never holds it.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["Progress"]

# Nobody needs to be told what takes less.
_PATIENCE_S = 0.5
_TICK_S = 0.5
_ERASE_LINE = "\r\x1b[K"


class Progress:
    """Says what is being done and for how long; silent where there is no terminal."""

    def __init__(self) -> None:
        is_shown = sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"
        self._is_shown = is_shown
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._text = ""
        self._since_s = time.monotonic()
        self._is_drawn = False

    @contextmanager
    def running(self) -> Iterator[Progress]:
        """Show the line while the block runs."""
        if not self._is_shown:
            yield self
            return
        thread = threading.Thread(target=self._tick, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._done.set()
            thread.join()
            with self.aside():
                pass

    def show(self, text: str) -> None:
        """Say from now on that this is being done."""
        with self._lock:
            self._text = text
            self._since_s = time.monotonic()

    def detail(self, text: str) -> None:
        """Say what of the same work is being done; its seconds go on."""
        with self._lock:
            self._text = text

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Keep the line off the terminal while the block prints something else."""
        with self._lock:
            self._erase()
            yield

    def _erase(self) -> None:
        if self._is_drawn:
            sys.stderr.write(_ERASE_LINE)
            sys.stderr.flush()
            self._is_drawn = False

    def _tick(self) -> None:
        while not self._done.wait(_TICK_S):
            with self._lock:
                elapsed_s = time.monotonic() - self._since_s
                if self._text and elapsed_s >= _PATIENCE_S:
                    self._draw(f"{self._text} … {elapsed_s:.0f} s")

    def _draw(self, line: str) -> None:
        # A line that wraps could not be erased.
        width = os.get_terminal_size(sys.stderr.fileno()).columns
        sys.stderr.write(_ERASE_LINE + line[: max(width - 1, 0)])
        sys.stderr.flush()
        self._is_drawn = True

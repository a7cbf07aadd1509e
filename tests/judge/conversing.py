"""What the tests of conversations share: a submission that is asked, and asks back."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from perfkata.judge.answer import Answer, Raised, Returned
from perfkata.judge.conversation import Conversation
from perfkata.judge.objects import Remote, SubmissionRaisedError
from perfkata.judge.sandbox import Limits
from perfkata.judge.session import Fork, Session
from tests.judge.layers import session_of

__all__ = ["Peer", "conversing", "deep", "num_threads", "peer_of"]
_LIMITS = Limits(cpu_s=2, patience=30)
_TASKS = Path("/proc/self/task")


class Peer:
    """One fork of a submission, as a case sees it that has no level.

    ``peer("f", 1)`` calls its function ``f`` and returns what that returns.
    """

    def __init__(self, fork: Fork) -> None:
        self.fork = fork
        self.conversation: Conversation = fork.converse(self._ask)

    def __call__(self, name: str, /, *arguments: Any, **keywords: Any) -> Any:
        """Call a function; what raises within a function of ours goes on."""
        return self._told(("name", name), arguments, keywords)

    def answer(self, name: str, /, *arguments: Any, **keywords: Any) -> Answer:
        """Call a function and return whatever it answers."""
        answer, _ = self.conversation.call(("name", name), arguments, keywords)
        return answer

    def asked(self, kind: str, on: Remote, *name: str) -> Any:
        """Ask something of an object, such as an attribute."""
        return self._told((kind, on, *name), (), {})

    def _ask(
        self, on: Remote, name: str, arguments: tuple[Any, ...], keywords: Any
    ) -> Any:
        return self._told(("method", on, name), arguments, keywords)

    def _told(self, target: Any, arguments: Any, keywords: Any) -> Any:
        answer, number = self.conversation.call(target, arguments, keywords)
        if isinstance(answer, Raised):
            if self.conversation.is_nested:
                raise SubmissionRaisedError(answer, number)
            pytest.fail(f"it raised:\n{answer.traceback}")
        assert isinstance(answer, Returned), answer
        return answer.value


@contextmanager
def peer_of(session: Session) -> Iterator[Peer]:
    """A fork of a session, to speak with."""
    with session.fork() as fork:
        yield Peer(fork)


@contextmanager
def conversing(source: str, limits: Limits = _LIMITS, **job: Any) -> Iterator[Peer]:
    """A submission of this text, to speak with."""
    with session_of(source, None, limits, **job) as session, peer_of(session) as peer:
        yield peer


def deep() -> None:
    """Let calls be as deep as a conversation lets them be, before Hypothesis looks."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 7_000))


def num_threads() -> tuple[int, int]:
    """How many threads this process has, as Python and as the system counts them."""
    return threading.active_count(), len(list(_TASKS.iterdir()))

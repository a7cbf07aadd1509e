"""The worker: the one process in which a submission runs, and the forks of it.

This file is sent to the sandbox as code and uses the standard library, `wire` and
`callbacks` alone. Everything in it shares a process with the submission, so nothing
that it says is believed: the judge takes from it answers, which it checks, and texts,
which it shows.

The worker locks itself in, loads the submission once and becomes a *zygote*: for every
case it forks, and the *fork* answers calls on a socket of its own until that closes.
Orders come as ``marshal`` or `wire` bytes, answers go as `wire` frames:

    loading     ("loaded", public names, {name: signature})
                ("did not load", exception)  ("not allowed", [(rule, line), …])
    a call      b"v" value    b"i" (value, inputs)    b"u" why it does not cross
                b"r" exception    b"j" (exception, inputs)
    exception   (type name, names of known bases, text, traceback)
    a trace     what `tracing` counted, or None

Behind an order ``c`` a fork speaks as `callbacks` says, until it ends.

Inputs are the arguments after the call, sent back where the judge asked that they be
kept and the call changed them.
"""

from __future__ import annotations

import _socket
import _thread
import contextlib
import marshal
import os
import resource
import signal
import sys
from collections.abc import Callable
from types import CodeType, ModuleType, TracebackType
from typing import Any, NoReturn

from perfkata.judge.callbacks import Conversations
from perfkata.judge.wire import (
    HEADER,
    WORKLOADS_PREFIX,
    Bounds,
    Handles,
    WireError,
    decode,
    encode,
    frame,
)

__all__ = ["lock_in", "main", "receive"]

_CODE_IS_ASYNC = 0x80 | 0x200  # CO_COROUTINE, CO_ASYNC_GENERATOR
_GIVEN_FILE = "given.py"
_OUR_FILE = "<perfkata>"
_MAX_TRACEBACK_FRAMES = 20
_INPUT_VERSION = 2  # later versions write equal values in more than one way
_MAX_TEXT_CHARACTERS = 2_000
_MAX_TRACEBACK_CHARACTERS = 8_000
# 256 threads fit into the memory limit; the main thread keeps the system's stack.
_THREAD_STACK_BYTES = 2 * 2**20
_MODULE_OF_BASES = ("builtins", "given")
# Calls as name, arguments and keywords; and whether their inputs are kept.
_Calls = tuple[list[tuple[str, tuple[Any, ...], dict[str, Any]]], bool]


def main(connection: _socket.socket) -> NoReturn:
    """Serve the judge on `connection` until it closes, then end the process."""
    zygote = _Zygote(connection)
    order = receive(connection)
    assert order is not None, "the judge closed the connection before the job"
    job = marshal.loads(order)
    zygote.load(job)
    if job["is_measured"]:
        zygote.serve_calls(connection)
    zygote.serve()


class _Zygote:
    """A loaded submission that forks on request."""

    def __init__(self, connection: _socket.socket) -> None:
        self.connection = connection
        self.bounds = Bounds()
        self.records: dict[str, type] = {}
        self.solution = ModuleType("solution")
        self.workloads: ModuleType | None = None
        self.source = ""
        self.file_name = "solution.py"
        self.dies_with_parent = False
        self.tracing: ModuleType | None = None
        self.traced_s = 0.0
        self.handles: Handles | None = None

    def load(self, job: dict[str, Any]) -> None:
        """Lock the process in, load the submission and report how that went."""
        self.bounds = Bounds(*job["bounds"])
        self.file_name = job["file_name"]
        self.dies_with_parent = job["dies_with_parent"]
        lock_in(job)
        _send(self.connection, encode(("locked in",)))
        if job["rules"] is not None:
            code, rules = job["rules"]
            if offences := _module_of("rules", code).find_offences(
                job["source"], rules
            ):
                _send(self.connection, encode(("not allowed", offences)))
                return
        if job["tracing"] is not None:
            modules, self.traced_s = job["tracing"]
            self.tracing = _last_of(modules)
        try:
            self._execute(job["source"], job["given"], job["workloads"])
            names = [name for name in vars(self.solution) if name[:1] != "_"]
            signatures = {
                name: _signature(getattr(self.solution, name, None))
                for name in job["interface"]
            }
            reply = encode(("loaded", names, signatures))
        except BaseException as error:
            reply = encode(("did not load", self._describe(error)))
        _flush()
        _send(self.connection, reply)

    def _execute(
        self, source: bytes, given: bytes | None, workloads: bytes | None
    ) -> None:
        self.source = _text_of(source)
        if given is not None:
            module = ModuleType("given")
            module.__file__ = _GIVEN_FILE
            sys.modules["given"] = module
            exec(compile(given, _GIVEN_FILE, "exec"), module.__dict__)
            self.records = {
                name: kind
                for name, kind in vars(module).items()
                if isinstance(kind, type) and hasattr(kind, "__dataclass_fields__")
            }
        self.solution.__file__ = self.file_name
        sys.modules["solution"] = self.solution
        _check_encoding(source, self.file_name)
        code = compile(source, self.file_name, "exec", dont_inherit=True)
        exec(code, self.solution.__dict__)
        if workloads is not None:
            self.workloads = ModuleType("workloads")
            code = compile(workloads, "workloads.py", "exec", dont_inherit=True)
            exec(code, self.workloads.__dict__)

    def serve(self) -> NoReturn:
        """Fork for every socket that arrives; end or await the newest fork when asked.

        Orders are one byte: ``f`` with a socket forks, ``k`` kills the newest fork,
        ``w`` waits for it and is answered with its wait status.
        """
        forks: list[int] = []
        while True:
            order, handles = _receive_with_socket(self.connection)
            if order == b"":
                os._exit(0)
            if order == b"f" and handles:
                _flush()
                zygote = os.getpid()
                child = os.fork()
                if child == 0:
                    self.connection.close()
                    if self.dies_with_parent:
                        _die_with(zygote)
                    self.serve_calls(_socket.socket(fileno=handles[0]))
                forks.append(child)
                os.close(handles[0])
            elif order == b"k":
                _end(forks)
            else:
                _send(self.connection, encode(_wait_status(forks)))

    def serve_calls(self, connection: _socket.socket) -> NoReturn:
        """Answer orders on a socket until it closes, then end the process.

        ``m`` and ``w`` with a list of calls make them; behind an ``s`` they are only
        read, and made when a ``g`` comes; behind a ``t`` one is made and traced. A
        ``c`` begins conversations.
        """
        _send(connection, b"")
        staged: _Calls = ([], False)
        while (order := receive(connection)) is not None:
            if order[:1] == b"c":
                self._converse(connection)
                break
            if order[:1] == b"s":
                staged = self._calls_of(order[1:])
                del order
                _send(connection, b"")
                continue
            if order[:1] == b"t":
                (call,), _ = self._calls_of(order[1:])
                _send(connection, self._traced(*call))
                continue
            if order[:1] != b"g":
                staged = self._calls_of(order)
            del order
            calls, keeps_inputs = staged
            calls.reverse()
            while calls:
                # Nothing here holds on to what a call was given when its answer goes.
                reply = self._answer_by_name(*calls.pop(), keeps_inputs)
                _flush()
                _send(connection, reply)
        _flush()
        os._exit(0)

    def _converse(self, connection: _socket.socket) -> None:
        """Answer calls, and use what the judge hands over, until it is silent."""

        def answer(*asked: Any) -> tuple[bytes, BaseException | None]:
            answered = self._answer(*asked)
            _flush()
            return answered

        conversations = Conversations(
            connection,
            receive,
            self.bounds,
            self.records,
            self._function,
            answer,
            sys.modules.get("given"),
        )
        self.handles = conversations.things
        conversations.serve()

    def _calls_of(self, order: bytes) -> _Calls:
        if order[:1] == b"m":
            calls: _Calls = marshal.loads(memoryview(order)[1:])
        else:
            calls = decode(order[1:], self.bounds, self.records)
        return calls

    def _answer_by_name(
        self,
        name: str,
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
        keeps_inputs: bool,
    ) -> bytes:
        reply, _ = self._answer(
            lambda: self._function(name), arguments, keywords, keeps_inputs
        )
        return reply

    def _answer(
        self,
        find: Callable[[], Any],
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
        keeps_inputs: bool,
    ) -> tuple[bytes, BaseException | None]:
        """Call what is found; describe what came of it, and return what it raised."""
        inputs = (arguments, keywords)
        before = self._packed(inputs) if keeps_inputs else None
        try:
            value = find()(*arguments, **keywords)
            if before is not None and self._packed(inputs) != before:
                reply = b"i" + self._encoded((value, inputs))
            else:
                reply = b"v" + self._encoded(value)
        except WireError as error:
            return b"u" + encode(str(error)), None
        except BaseException as error:
            return self._answer_of(error, inputs, before), error
        if len(reply) > self.bounds.max_bytes:
            reply = b"u" + encode(f"an answer of {len(reply):,} bytes")
        return reply, None

    def _traced(
        self, name: str, arguments: tuple[Any, ...], keywords: dict[str, Any]
    ) -> bytes:
        """Return what a call did, or nothing if that cannot be told."""
        assert self.tracing is not None
        try:
            counts = self.tracing.trace(
                self._function(name),
                arguments,
                keywords,
                self.source,
                self.file_name,
                self.traced_s,
            )
            reply = encode(counts)
        except BaseException:
            reply = encode(None)
        _flush()
        return reply

    def _function(self, name: str) -> Any:
        """Find a function of the submission, or of the question's workloads."""
        if name.startswith(WORKLOADS_PREFIX):
            return getattr(self.workloads, name.removeprefix(WORKLOADS_PREFIX))
        return getattr(self.solution, name)

    def _answer_of(
        self,
        error: BaseException,
        inputs: tuple[tuple[Any, ...], dict[str, Any]],
        before: bytes | None,
    ) -> bytes:
        described = self._describe(error)
        try:
            if before is not None and self._packed(inputs) != before:
                return b"j" + self._encoded((described, inputs))
        except Exception:
            pass  # what it made of its inputs does not cross
        return b"r" + encode(described)

    def _encoded(self, value: object) -> bytes:
        kinds = self.records.values()
        return encode(value, self.bounds, kinds, handles=self.handles)

    def _packed(self, inputs: tuple[tuple[Any, ...], dict[str, Any]]) -> bytes:
        """Return bytes that are equal for equal inputs of equal types."""
        try:
            return marshal.dumps(inputs, _INPUT_VERSION)
        except ValueError:
            return self._encoded(inputs)

    def _describe(self, error: BaseException) -> tuple[str, list[str], str, str]:
        kind = type(error)
        if isinstance(error, MemoryError):
            _forget_locals(error.__traceback__)
        bases = [
            base.__name__
            for base in kind.__mro__
            if base.__module__ in _MODULE_OF_BASES and base is not object
        ]
        try:
            text = str(error)[:_MAX_TEXT_CHARACTERS]
        except Exception:
            text = "(its text raises)"
        try:
            shown = self._format(error)
        except BaseException:
            shown = f"{kind.__name__}: {text}"
        if len(shown) > _MAX_TRACEBACK_CHARACTERS:
            half = _MAX_TRACEBACK_CHARACTERS // 2
            shown = f"{shown[:half]}\n  …\n{shown[-half:]}"
        return kind.__name__, bases, text, shown

    def _format(self, error: BaseException) -> str:
        """Format an exception with the frames that are the submission's own."""
        # Imported here: only a failure pays for it.
        import linecache
        import traceback

        lines = self.source.splitlines(keepends=True)
        name = self.file_name
        linecache.cache[name] = (len(self.source), None, lines, name)
        told = traceback.TracebackException(
            type(error), error, error.__traceback__, limit=-_MAX_TRACEBACK_FRAMES
        )
        self._leave_out_frames(told)
        return "".join(told.format()).rstrip("\n")

    def _leave_out_frames(self, told: Any) -> None:
        """Leave out the frames of the judge, also of exceptions behind this one."""
        seen = set()
        while told is not None and id(told) not in seen:
            seen.add(id(told))
            kept = [frame for frame in told.stack if frame.filename != _OUR_FILE]
            told.stack[:] = kept
            told = told.__cause__ or told.__context__


def _forget_locals(frames: TracebackType | None) -> None:
    """Give back what the frames hold, so that there is memory to tell of them."""
    while frames is not None:
        # A frame of ours is still running and refuses.
        with contextlib.suppress(RuntimeError):
            frames.tb_frame.clear()
        frames = frames.tb_next


def _check_encoding(source: bytes, file_name: str) -> None:
    """Refuse what Python refuses in a file, and compiles from memory.

    Raises:
        SyntaxError: The source names no encoding and is not UTF-8 (PEP 263).
    """
    if any(b"coding" in line for line in source.splitlines()[:2]):
        return
    try:
        source.decode()
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        byte = source[error.start]
        raise SyntaxError(
            f"it is not UTF-8: byte {byte:#04x}; save the file as UTF-8",
            (file_name, line, None, None),
        ) from None


def _text_of(source: bytes) -> str:
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError:
        return source.decode("latin-1")


def _signature(function: Any) -> Any:
    """Describe how a name can be called: None if missing, else facts for the judge.

    Returns:
        None, or ("not callable", type name), or ("async",), or ("unknown",), or
        ("function", parameter names, number of defaults, whether it takes *args).
    """
    if function is None:
        return None
    if not callable(function):
        return ("not callable", type(function).__name__)
    code = getattr(function, "__code__", None)
    if type(function).__name__ != "function" or code is None:
        return ("unknown",)
    if code.co_flags & _CODE_IS_ASYNC:
        return ("async",)
    takes_any = bool(code.co_flags & 0x04)
    parameters = list(code.co_varnames[: code.co_argcount])
    return ("function", parameters, len(function.__defaults__ or ()), takes_any)


def lock_in(job: dict[str, Any]) -> None:
    """Take from this process what the submission does not need, before it runs."""
    for name, limit in job["resource_limits"].items():
        kind = getattr(resource, name, None)
        if kind is not None:
            _, hard = resource.getrlimit(kind)
            value = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
            resource.setrlimit(kind, (value, value))
    if job["user_id"] is not None:
        os.setgroups([])
        os.setresgid(job["user_id"], job["user_id"], job["user_id"])
        os.setresuid(job["user_id"], job["user_id"], job["user_id"])
    # bubblewrap and the interpreter put names of their own there.
    for name in set(os.environ) - {"PYTHONHASHSEED"}:
        del os.environ[name]
    if job["folder"] is not None:
        os.chdir(job["folder"])
        os.environ["TMPDIR"] = job["folder"]
    if job["scratch"] is not None:
        os.chdir(job["scratch"])
    if job["kernel"] is not None:
        code, orders = job["kernel"]
        _module_of("kernel", code).apply(orders)
    for handle in job["closed_handles"]:
        os.close(handle)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _thread.stack_size(_THREAD_STACK_BYTES)


def _module_of(name: str, code: CodeType) -> ModuleType:
    module = ModuleType(name)
    exec(code, module.__dict__)
    return module


def _last_of(modules: list[tuple[str, CodeType]]) -> ModuleType:
    """Make modules of which each may import those before it; return the last."""
    made = ModuleType("")
    for name, code in modules:
        made = sys.modules[name] = ModuleType(name)
        exec(code, made.__dict__)
    for name, _ in modules:
        del sys.modules[name]
    return made


def _die_with(parent: int) -> None:
    """End this process when its parent does, or now if that is too late."""
    import ctypes

    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _end(forks: list[int]) -> None:
    """Kill the newest fork: what it left running must not meet the next one."""
    # A submission that forked while it was loaded made a second zygote, and the fork
    # may be the other's. It is no child of this one then.
    with contextlib.suppress(IndexError, OSError):
        child = forks.pop()
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _wait_status(forks: list[int]) -> int | None:
    try:
        return os.waitpid(forks[-1], 0)[1]
    except (IndexError, ChildProcessError):
        return None  # the submission saw to it that nobody learns it


def _flush() -> None:
    for name in ("stdout", "stderr"):
        try:
            getattr(sys, name).flush()
        except Exception:
            continue


def _send(connection: _socket.socket, payload: bytes) -> None:
    try:
        connection.sendall(frame(payload))
    except OSError:
        os._exit(1)  # the judge has heard enough


def receive(connection: _socket.socket) -> bytes | None:
    """Receive a frame, or None where the connection ends."""
    header = _receive_exactly(connection, HEADER.size)
    if header is None:
        return None
    return _receive_exactly(connection, HEADER.unpack(header)[0])


def _receive_exactly(connection: _socket.socket, num_bytes: int) -> bytes | None:
    # At once: in parts, the same bytes would cost now more instructions and now fewer.
    data = connection.recv(num_bytes, _socket.MSG_WAITALL)
    if len(data) == num_bytes:
        return data
    parts = [data]
    num_bytes -= len(data)
    while num_bytes and data:
        data = connection.recv(min(num_bytes, 2**20))
        parts.append(data)
        num_bytes -= len(data)
    return None if num_bytes else b"".join(parts)


def _receive_with_socket(connection: _socket.socket) -> tuple[bytes, list[int]]:
    """Receive an order of one byte and the file descriptors that come with it."""
    order, ancillary, _, _ = connection.recvmsg(1, _socket.CMSG_SPACE(4))
    handles = [
        int.from_bytes(data[:4], sys.byteorder)
        for level, kind, data in ancillary
        if level == _socket.SOL_SOCKET and kind == _socket.SCM_RIGHTS and len(data) >= 4
    ]
    return order, handles

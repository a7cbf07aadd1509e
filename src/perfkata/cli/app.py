"""The verbs as one program: dispatch, exit codes, and the handlers of last resort.

No traceback is ever shown, unless ``PERFKATA_DEBUG=1`` asks for it: whatever is raised
ends as one line that says what was wrong and what to do next.
"""

from __future__ import annotations

import errno
import os
import select
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from enum import IntEnum
from importlib import import_module
from io import BufferedWriter, FileIO, TextIOWrapper
from types import FrameType
from typing import NoReturn

import click

from perfkata import __version__
from perfkata.cli.program import VERBS, program
from perfkata.cli.screen import complain
from perfkata.cli.verb import RefusedError

__all__ = ["ExitCode", "application", "run"]

_COMPLETION_VARIABLE = "_PERFKATA_COMPLETE"
_DEBUG_VARIABLE = "PERFKATA_DEBUG"
# Help is never narrower than this if click has its way.
_CLICK_COLUMNS = 50
_MIN_HELP_COLUMNS = 20
_HELP_MARGIN = 1
_FULL_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class ExitCode(IntEnum):
    """What the shell is told."""

    GOOD = 0
    NOT_GOOD = 1
    WRONG_USE = 2
    OUR_FAULT = 3
    INTERRUPTED = 130
    BROKEN_PIPE = 141
    TERMINATED = 143


# By name, since this must work where one of these modules does not even load.
_KNOWN_ERRORS = {
    "perfkata.catalog.errors.UnknownQuestionError": ExitCode.WRONG_USE,
    "perfkata.judge.submission.SubmissionFileError": ExitCode.WRONG_USE,
    "perfkata.learner.workspace.WorkspaceError": ExitCode.WRONG_USE,
    "perfkata.catalog.errors.CatalogError": ExitCode.OUR_FAULT,
    "perfkata.judge.errors.JudgeError": ExitCode.OUR_FAULT,
}


class _Terminated(BaseException):
    """SIGTERM came; unwinding the stack stops what we started."""


class _Verbs(click.Group):
    """Finds a verb in the module of its name, and imports no other."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Name the verbs in the order in which a learner meets them."""
        return list(VERBS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """Import the verb of that name."""
        if name not in VERBS:
            return None
        command: click.Command = import_module(f"perfkata.cli.verbs.{name}").command
        return command

    def resolve_command(
        self, context: click.Context, arguments: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb that was typed, or say which one it looks like."""
        name = arguments[0]
        if name.startswith("-") or name in VERBS or context.resilient_parsing:
            return super().resolve_command(context, arguments)
        from difflib import get_close_matches

        nearest = get_close_matches(name, VERBS, n=1)
        hint = f"Did you mean '{nearest[0]}'?" if nearest else _see_help(context)
        raise RefusedError(f"there is no command '{name}'. {hint}")


@click.group(
    cls=_Verbs,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, "-V", "--version", message="perfkata %(version)s")
@click.pass_context
def application(context: click.Context) -> int | None:
    """Learn performance engineering by doing it.

    Read a question, write an answer, and get an honest grade. Without a command:
    where you are, and what comes next.
    """
    if context.invoked_subcommand is not None:
        return None
    from perfkata.cli.home import show_home

    show_home()
    return ExitCode.GOOD


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code, whatever happens in it."""
    _prepare_streams()
    previous = signal.signal(signal.SIGTERM, _terminate)
    try:
        code = _guarded(lambda: _dispatch(list(arguments)))
        # What is still buffered can fail too, and would do so in the interpreter's end.
        return _guarded(lambda: _flushed(code))
    finally:
        signal.signal(signal.SIGTERM, previous)


def _prepare_streams() -> None:
    """Make sure that there are streams, and that they take every character."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            # Closed: the next file that is opened would take its place.
            os.open(os.devnull, os.O_RDWR)
    if sys.stdout is None:
        sys.stdout = _writing_to(1)
    if sys.stderr is None:
        sys.stderr = _writing_to(2)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _writing_to(descriptor: int) -> TextIOWrapper:
    return TextIOWrapper(BufferedWriter(FileIO(descriptor, "w")), encoding="utf-8")


def _terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    raise _Terminated


def _dispatch(arguments: list[str]) -> int:
    if instruction := os.environ.get(_COMPLETION_VARIABLE):
        from click.shell_completion import shell_complete

        return shell_complete(
            application, {}, "perfkata", _COMPLETION_VARIABLE, instruction
        )
    width = _help_columns()
    with application.make_context(
        program(), arguments, terminal_width=width
    ) as context:
        return int(application.invoke(context) or ExitCode.GOOD)


def _help_columns() -> int | None:
    """Return the width of help on a narrow terminal, where click would overflow."""
    width = shutil.get_terminal_size().columns - _HELP_MARGIN
    return max(width, _MIN_HELP_COLUMNS) if width < _CLICK_COLUMNS else None


def _flushed(code: int) -> int:
    sys.stdout.flush()
    return code


def _guarded(work: Callable[[], int]) -> int:
    try:
        return work()
    except click.exceptions.Exit as exit_request:
        return exit_request.exit_code
    except click.ClickException as error:
        complain(_sentence(error))
        return ExitCode.WRONG_USE
    except KeyboardInterrupt:
        if sys.stderr.isatty():
            # The terminal has shown ^C, and the line is not ended.
            sys.stderr.write("\n")
        complain("interrupted.")
        return ExitCode.INTERRUPTED
    except _Terminated:
        return ExitCode.TERMINATED
    except Exception as error:
        # A pipe of our own that breaks is a fault, and must not look like `| head`.
        if isinstance(error, BrokenPipeError) and _is_reader_gone():
            _discard_output()
            return ExitCode.BROKEN_PIPE
        return _explained(error)


def _sentence(error: click.ClickException) -> str:
    message = error.format_message()
    # A variable's name stays as it is.
    if not message[:2].isupper():
        message = message[:1].lower() + message[1:]
    message = message.rstrip()
    message = message if message.endswith((".", "?")) else f"{message}."
    context = getattr(error, "ctx", None)
    if context is None or message.endswith(("?", "--help'.")):
        return message
    return f"{message} {_see_help(context)}"


def _see_help(context: click.Context) -> str:
    verb = context.command_path.removeprefix(program())
    return f"See 'perfkata{verb} --help'."


def _with_hint(error: Exception) -> str:
    """Join what was wrong with what to do, which some errors do themselves."""
    message = str(error)
    hint = getattr(error, "hint", "")
    if hint in message:
        return message
    # A full stop in either is the error's own.
    joined = f"{message} {hint}" if message.endswith(".") else f"{message}; {hint}"
    return f"{joined.removesuffix('.')}."


def _is_reader_gone() -> bool:
    """Whether nobody reads our output any more."""
    poll = select.poll()
    poll.register(sys.stdout.fileno(), 0)
    return any(event & select.POLLERR for _, event in poll.poll(0))


def _discard_output() -> None:
    """Point standard output where its remains can be flushed to."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _explained(error: Exception) -> int:
    """Say what an exception means to the person; what we did not expect is ours."""
    if os.environ.get(_DEBUG_VARIABLE):
        import traceback

        traceback.print_exception(error)
    names = [f"{kind.__module__}.{kind.__name__}" for kind in type(error).__mro__]
    known = [_KNOWN_ERRORS[name] for name in names if name in _KNOWN_ERRORS]
    if known:
        complain(_with_hint(error))
        return known[0]
    if isinstance(error, OSError) and error.errno in _FULL_DISK:
        _discard_output()
        place = error.filename or "the output"
        complain(f"{place} could not be written: {error.strerror}. Make room first.")
        return ExitCode.WRONG_USE
    complain(
        f"{type(error).__name__}: {' '.join(str(error).split())}.",
        f"That is our fault and not yours. {_DEBUG_VARIABLE}=1 before the same command "
        "shows where it happened; please report that together with the command.",
    )
    return ExitCode.OUR_FAULT

"""What a worker can read: the interpreter, its libraries, and nothing of perfkata.

`paths` are shown to it, and what `covered` names within them is not. It holds for a
virtual environment, an interpreter in a private home folder, and perfkata installed
into the interpreter itself; `doctor` looks from inside whether it is enough.
"""

from __future__ import annotations

import functools
import os
import site
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

__all__ = [
    "covered",
    "interpreter",
    "is_open_to_all",
    "library_folders",
    "paths",
    "without_covered",
]

_PACKAGE = Path(__file__).resolve().parent.parent


@functools.cache
def interpreter() -> Path:
    """Return the interpreter itself, outside any virtual environment."""
    base = getattr(sys, "_base_executable", None) or sys.executable
    return Path(base).resolve()


@functools.cache
def paths() -> tuple[Path, ...]:
    """Return what a worker reads: the interpreter and libraries that it may need."""
    prefix = Path(sys.base_prefix).resolve()
    wanted = [interpreter(), *library_folders()]
    if prefix != Path("/usr"):
        wanted.append(prefix / "lib")
    wanted += _shared_library_folders()
    wanted += [Path("/etc/ld.so.cache"), Path("/etc/localtime")]
    wanted.append(Path("/usr/share/zoneinfo"))
    if interpreter().is_relative_to("/nix/store"):
        wanted.append(Path("/nix/store"))
    kept: list[Path] = []
    for path in wanted:
        inside = any(path.is_relative_to(other) for other in kept)
        if path.exists() and not inside:
            kept = [other for other in kept if not other.is_relative_to(path)]
            kept.append(path)
    return tuple(kept)


def _shared_library_folders() -> list[Path]:
    # Where a folder holds the libraries of one architecture and nothing else, the
    # rest of /usr/lib is no worker's business.
    multiarch = Path("/usr/lib", sysconfig.get_config_var("MULTIARCH") or "?")
    libraries = multiarch if multiarch.is_dir() else Path("/usr/lib")
    return [Path("/lib"), Path("/lib64"), Path("/usr/lib64"), libraries]


@functools.cache
def library_folders() -> tuple[Path, ...]:
    """Return the folders of the standard library."""
    names = ("stdlib", "platstdlib")
    variables = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix}
    folders = {sysconfig.get_path(name, vars=variables) for name in names}
    return tuple(sorted({Path(folder).resolve() for folder in folders}))


@functools.cache
def covered() -> tuple[Path, ...]:
    """Return what lies within the visible paths and must not be seen."""
    candidates = {
        Path(path)
        for path in (
            *site.getsitepackages([sys.prefix, sys.base_prefix, "/usr", "/usr/local"]),
            "/usr/lib/python3/dist-packages",
            sys.prefix if sys.prefix != sys.base_prefix else _PACKAGE,
        )
    }
    roots = [path for path in paths() if not path.is_symlink()]
    for root in roots:
        for pattern in (
            "python*/site-packages",
            "python*/dist-packages",
            "gcc",
            "llvm*",
        ):
            candidates |= set(root.glob(pattern))
    candidates |= {folder / "site-packages" for folder in library_folders()}
    candidates |= {_PACKAGE, _PACKAGE.parent.parent / "questions"}
    if content := os.environ.get("PERFKATA_CONTENT"):
        candidates.add(Path(content))
    resolved = {path.resolve() for path in candidates if path.is_dir()}
    needed = (interpreter(), *library_folders())
    inside = {
        path
        for path in resolved
        if any(path.is_relative_to(root.resolve()) for root in roots)
        and not any(need.is_relative_to(path) for need in needed)
    }
    return tuple(
        sorted(
            path
            for path in inside
            if not any(path.is_relative_to(other) for other in inside - {path})
        )
    )


def without_covered(path: Path) -> Iterator[Path]:
    """Yield the parts of a visible path that hold nothing covered."""
    real = path.resolve()
    hidden = covered()
    if any(real.is_relative_to(other) for other in hidden):
        return
    if not any(other.is_relative_to(real) for other in hidden):
        yield path
        return
    for child in path.iterdir():
        yield from without_covered(child)


def is_open_to_all(path: Path) -> bool:
    """Whether any user may read a path and pass through what lies above it."""
    real = path.resolve()
    try:
        passable = all(parent.stat().st_mode & 0o001 for parent in real.parents)
        return passable and bool(real.stat().st_mode & 0o004)
    except OSError:
        return False

"""Arrows point one way: what each package of src/perfkata may import.

The imports are read from the source, those inside functions and those for types alone
among them, and so are modules that a string names: `import_module("perfkata.x")` is an
arrow too. The rules are tried on small made-up trees first, so that they are known to
fail where they must.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "perfkata"

# For each package, the packages of ours that it may import beside itself.
ARROWS: dict[str, set[str]] = {
    "machines": set(),
    "systems": {"machines"},
    "catalog": set(),
    "judge": {"catalog", "machines"},
    "learner": {"judge", "catalog", "machines"},
    "cli": {"learner", "judge", "catalog", "machines"},
    "web": {"learner", "judge", "catalog", "machines"},
    # perfkata itself: its version, and the start of `python -m perfkata`.
    "": {"cli"},
}
# The learner's verbs stay apart from the systems, which have a verb of their own.
EXCEPTIONS = {("cli.verbs.system", "systems")}
# What knows nothing of perfkata does not ask for its version either.
INDEPENDENT = {"machines", "systems"}
# The names under which a question's files are imported.
OF_QUESTIONS = {
    *("examples", "given", "grader", "interviewer", "oracle", "questions"),
    *("rungs", "solution", "starter", "workloads", "wrong"),
}
# Words for files that nobody could name.
NAMELESS = {"common", "core", "helper", "helpers", "misc", "util", "utils"}
MAX_DOCSTRING_LINES = 25
OUR_MODULE = re.compile(r"perfkata(?:\.\w+)+\.?")


def module_name(path: Path, source: Path) -> str:
    """The module of a file below `source`, without the leading ``perfkata``."""
    parts = path.relative_to(source).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_names(path: Path) -> Iterator[str]:
    """Every module that a file imports or names, dotted and absolute."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # Relative imports are forbidden by ruff; here they must not hide.
            yield "." * node.level + (node.module or "")
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant):
            text = node.value
            if isinstance(text, str) and OUR_MODULE.fullmatch(text):
                yield text.removesuffix(".")


def broken_arrows(source: Path) -> list[str]:
    """Every import below `source` that no arrow allows, as a sentence."""
    broken = []
    for path in sorted(source.rglob("*.py")):
        module = module_name(path, source)
        first = module.split(".")[0]
        package = first if (source / first).is_dir() else ""
        for name in sorted(set(imported_names(path))):
            reason = _broken_rule(module, package, name, source)
            if reason:
                broken.append(f"{module or 'perfkata'} imports {name}: {reason}")
    return broken


def _broken_rule(module: str, package: str, name: str, source: Path) -> str | None:
    if name.startswith("."):
        return "a relative import"
    first, _, rest = name.partition(".")
    if first in OF_QUESTIONS:
        return "a question is loaded by its path"
    if first != "perfkata":
        return None
    target = rest.split(".")[0]
    if package not in ARROWS:
        return f"the package {package!r} is not in ARROWS"
    if not (source / target).is_dir() or not target:
        is_version = package in INDEPENDENT
        return f"{package} imports nothing else of ours" if is_version else None
    if target == package or target in ARROWS[package]:
        return None
    if (module, target) in EXCEPTIONS:
        return None
    return f"no arrow from {package or 'perfkata'} to {target}"


def import_graph(source: Path) -> dict[str, set[str]]:
    """For each module below `source`, the modules of `source` that it imports."""
    modules = {module_name(path, source): path for path in source.rglob("*.py")}
    graph = {}
    for module, path in modules.items():
        names = {name.removeprefix("perfkata.") for name in imported_names(path)}
        graph[module] = {name for name in names if name in modules} - {module}
    return graph


def system_cycle(source: Path) -> list[str]:
    """Systems that import each other in a circle, or an empty list."""
    graph: dict[str, set[str]] = {}
    for module, targets in import_graph(source).items():
        parts = module.split(".")
        if parts[0] != "systems" or len(parts) < 2:
            continue
        used = {target.split(".")[1] for target in targets if "systems." in target}
        graph.setdefault(parts[1], set()).update(used - {parts[1]})
    while graph:
        free = [system for system, used in graph.items() if not used & graph.keys()]
        if not free:
            return sorted(graph)
        for system in free:
            del graph[system]
    return []


def foreign_imports(source: Path, start: str) -> list[str]:
    """What `start` and all that it imports of ours take from outside the stdlib."""
    graph = import_graph(source)
    reached, waiting = set(), [start]
    while waiting:
        module = waiting.pop()
        if module not in reached:
            reached.add(module)
            waiting += graph[module]
    paths = {module_name(path, source): path for path in source.rglob("*.py")}
    return sorted(
        f"{module}: {name}"
        for module in reached
        for name in imported_names(paths[module])
        if name.split(".")[0] not in {*sys.stdlib_module_names, "perfkata"}
    )


def write_tree(folder: Path, files: dict[str, str]) -> Path:
    """A made-up src/perfkata with all packages and the given files."""
    for package in filter(None, ARROWS):
        (folder / package).mkdir()
        (folder / package / "__init__.py").touch()
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        ("judge/a.py", "import perfkata.learner", "no arrow from judge to learner"),
        ("judge/a.py", "from perfkata import cli", "no arrow from judge to cli"),
        ("catalog/a.py", "from perfkata.judge import wire", "catalog to judge"),
        ("learner/a.py", "def f():\n import perfkata.web", "learner to web"),
        ("cli/a.py", "from perfkata.systems.lru import Lru", "cli to systems"),
        ("cli/a.py", "import perfkata.web", "no arrow from cli to web"),
        ("web/a.py", "import perfkata.cli", "no arrow from web to cli"),
        ("systems/a.py", "from perfkata.catalog import x", "systems to catalog"),
        ("systems/a.py", "from perfkata import __version__", "nothing else of ours"),
        ("machines/a.py", "import perfkata", "nothing else of ours"),
        ("machines/a.py", "import perfkata.systems", "machines to systems"),
        ("judge/a.py", "import_module('perfkata.web.page')", "judge to web"),
        ("judge/a.py", "load(f'perfkata.web.{name}')", "judge to web"),
        ("judge/a.py", "from ..web import page", "relative import"),
        ("judge/a.py", "from . import wire", "relative import"),
        ("judge/a.py", "import given", "loaded by its path"),
        ("learner/a.py", "from questions.x import y", "loaded by its path"),
        ("surprise/a.py", "import perfkata.cli", "not in ARROWS"),
    ],
)
def test_a_forbidden_import_is_found(
    tmp_path: Path, file: str, text: str, reason: str
) -> None:
    """Each kind of wrong arrow is named in one line, and nothing else is."""
    source = write_tree(tmp_path, {file: text})
    (found,) = {line.partition(": ")[2] for line in broken_arrows(source)}
    assert reason in found


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("systems/a.py", "from perfkata.machines import gpu"),
        ("judge/a.py", "from perfkata.catalog import Question"),
        ("judge/a.py", "from perfkata import __version__"),
        ("learner/a.py", "import perfkata.judge.report"),
        ("cli/verbs/system.py", "from perfkata.systems import lru"),
        ("cli/verbs/a.py", "from perfkata.cli.screen import say"),
        ("__main__.py", "from perfkata.cli import main"),
        ("web/a.py", "'speaks of perfkata.cli and does not import it'"),
    ],
)
def test_an_allowed_import_is_no_finding(tmp_path: Path, file: str, text: str) -> None:
    """What the arrows allow passes, and so does prose that names a module."""
    assert broken_arrows(write_tree(tmp_path, {file: text})) == []


def test_arrows_point_one_way() -> None:
    """No module of src/perfkata imports against the arrows or a question."""
    assert len(list(SOURCE.rglob("*.py"))) > 10
    assert broken_arrows(SOURCE) == []


def test_a_cycle_of_systems_is_found(tmp_path: Path) -> None:
    """Two systems that use each other are named, one that is used is not."""
    source = write_tree(
        tmp_path,
        {
            "systems/dag/run.py": "from perfkata.systems.lru.cache import Cache",
            "systems/lru/cache.py": "import perfkata.systems.dag.run",
            "systems/gemm/tile.py": "import perfkata.systems.lru.cache",
            "systems/vliw/slots.py": "import perfkata.systems.vliw.machine",
            "systems/vliw/machine.py": "",
        },
    )
    assert {"dag", "lru"} <= set(system_cycle(source))
    (source / "systems/lru/cache.py").write_text("")
    assert system_cycle(source) == []


def test_systems_have_no_cycle() -> None:
    """The systems of src/perfkata can be read one after another."""
    assert system_cycle(SOURCE) == []


def test_a_worker_with_a_dependency_is_found(tmp_path: Path) -> None:
    """A package that the worker reaches through another module is named."""
    source = write_tree(
        tmp_path,
        {
            "judge/worker.py": "import os\nfrom perfkata.judge.wire import send",
            "judge/wire.py": "def send():\n import msgspec",
        },
    )
    assert foreign_imports(source, "judge.worker") == ["judge.wire: msgspec"]


def test_the_worker_needs_the_standard_library_alone() -> None:
    """In the sandbox nothing else can be imported."""
    assert foreign_imports(SOURCE, "judge.worker") == []


@pytest.mark.parametrize(
    "path", sorted(SOURCE.rglob("*.py")), ids=lambda path: module_name(path, SOURCE)
)
def test_a_module_says_what_it_is(path: Path) -> None:
    """A module has a short docstring, `__all__`, and a name that is a noun."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstring = ast.get_docstring(tree)
    assert docstring, "no docstring"
    assert len(docstring.splitlines()) <= MAX_DOCSTRING_LINES
    assert path.stem not in NAMELESS
    if len(tree.body) == 1:
        return
    targets = [
        target
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    assert "__all__" in names, "no __all__"

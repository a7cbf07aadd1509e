"""What an exercise does not allow, read off a submission's syntax tree.

A rule is a module (``pickle``) or a name in one (``functools.lru_cache``). It is a rule
of the exercise and no safety boundary: who hides a name from it cheats an exercise, not
the judge. The tree of hostile source can be costly, so this runs in the worker, before
the submission is loaded, and needs the standard library alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

__all__ = ["find_offences"]

_IMPORTING_CALLS = ("__import__", "import_module")


def find_offences(source: bytes, rules: list[str]) -> list[tuple[str, int]]:
    """Find which rules are broken, with the first line of each.

    Source that does not parse breaks none: loading it says what is wrong.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    nodes = list(ast.walk(tree))
    aliases = dict(alias for node in nodes for alias in _aliases(node))
    used = [use for node in nodes for use in _imports(node, rules)]
    used += [use for node in nodes for use in _reads(node, aliases)]
    first: dict[str, int] = {}
    for name, line in sorted(used, key=lambda use: use[1]):
        for rule in rules:
            if name == rule or name.startswith(f"{rule}."):
                first.setdefault(rule, line)
    return list(first.items())


def _aliases(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the local names that an import binds, with what they stand for."""
    if isinstance(node, ast.Import):
        for name in node.names:
            head = name.name.partition(".")[0]
            yield (name.asname, name.name) if name.asname else (head, head)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        for name in node.names:
            yield name.asname or name.name, f"{node.module}.{name.name}"


def _imports(node: ast.AST, rules: list[str]) -> Iterator[tuple[str, int]]:
    if isinstance(node, ast.Import):
        for name in node.names:
            yield name.name, node.lineno
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        for name in node.names:
            if name.name != "*":
                yield f"{node.module}.{name.name}", node.lineno
                continue
            for rule in rules:
                if rule == node.module or rule.startswith(f"{node.module}."):
                    yield rule, node.lineno
    elif isinstance(node, ast.Call):
        called = _dotted(node.func).rpartition(".")[2]
        named = node.args[0] if node.args else None
        if called in _IMPORTING_CALLS and isinstance(named, ast.Constant):
            yield str(named.value), node.lineno


def _reads(node: ast.AST, aliases: dict[str, str]) -> Iterator[tuple[str, int]]:
    if isinstance(node, ast.Attribute | ast.Name):
        head, dot, rest = _dotted(node).partition(".")
        if head in aliases:
            yield aliases[head] + dot + rest, node.lineno


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"

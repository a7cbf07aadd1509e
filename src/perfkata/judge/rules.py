"""What an exercise does not allow, read off a submission's syntax tree.

A rule is a module (``pickle``) or a name in one (``functools.lru_cache``). It is a rule
of the exercise and no safety boundary: who hides a name from it cheats an exercise, not
the judge. The tree of hostile source can be costly, so this runs in the worker, before
the submission is loaded, and needs the standard library alone. Names are followed
through imports, plain assignments and calls that import or read a name given as text;
scopes are not told apart.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

__all__ = ["find_offences"]

_IMPORTERS = ("builtins.__import__", "importlib.import_module")
# An alias of an alias of an alias: whoever hides a name deeper may have it.
_MAX_ALIASING_ROUNDS = 3
_MAX_MEANINGS = 100
_MAX_NESTED_CALLS = 4

# What each local name may stand for; one name may be bound in several places.
_Aliases = dict[str, set[str]]


def find_offences(source: bytes, rules: list[str]) -> list[tuple[str, int]]:
    """Find which rules are broken, with the first line of each.

    Source that does not parse breaks none: loading it says what is wrong.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    nodes = list(ast.walk(tree))
    aliases = _find_aliases(nodes)
    used = [use for node in nodes for use in _imports(node, rules)]
    used += [use for node in nodes for use in _reads(node, aliases)]
    first: dict[str, int] = {}
    for name, line in sorted(used, key=lambda use: use[1]):
        for rule in rules:
            if name == rule or name.startswith(f"{rule}."):
                first.setdefault(rule, line)
    return list(first.items())


def _find_aliases(nodes: list[ast.AST]) -> _Aliases:
    aliases: _Aliases = {
        "__import__": {"builtins.__import__"},
        "getattr": {"builtins.getattr"},
    }
    for node in nodes:
        for name, meaning in _imported_names(node):
            aliases.setdefault(name, set()).add(meaning)
    for _ in range(_MAX_ALIASING_ROUNDS):
        for node in nodes:
            for name, value in _assigned_names(node):
                known = aliases.get(name, set())
                if len(known) < _MAX_MEANINGS:
                    aliases[name] = known | _meanings(value, aliases)
    return aliases


def _imported_names(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the local names that an import binds, with what they stand for."""
    if isinstance(node, ast.Import):
        for name in node.names:
            head = name.name.partition(".")[0]
            yield (name.asname, name.name) if name.asname else (head, head)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        for name in node.names:
            yield name.asname or name.name, f"{node.module}.{name.name}"


def _assigned_names(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr):
        targets = [node.target]
    else:
        return
    if node.value is not None:
        for target in targets:
            if isinstance(target, ast.Name):
                yield target.id, node.value


def _imports(node: ast.AST, rules: list[str]) -> Iterator[tuple[str, int]]:
    if isinstance(node, ast.Import):
        for name in node.names:
            yield name.name, node.lineno
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        for name in node.names:
            if name.name != "*":
                yield f"{node.module}.{name.name}", node.lineno
                continue
            yield node.module, node.lineno
            for rule in rules:
                if rule.startswith(f"{node.module}."):
                    yield rule, node.lineno


def _reads(node: ast.AST, aliases: _Aliases) -> Iterator[tuple[str, int]]:
    if isinstance(node, ast.Attribute | ast.Name | ast.Call):
        for meaning in _meanings(node, aliases):
            yield meaning, node.lineno


def _meanings(
    node: ast.expr, aliases: _Aliases, max_calls: int = _MAX_NESTED_CALLS
) -> set[str]:
    """Return the dotted names that an expression may stand for."""
    names: list[str] = []
    # A loop, since a chain of attributes may be longer than Python nests calls.
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        heads = aliases.get(node.id, set())
    elif isinstance(node, ast.Call) and max_calls:
        heads = _called_meanings(node, aliases, max_calls - 1)
    else:
        return set()
    return {".".join([head, *reversed(names)]) for head in heads}


def _called_meanings(call: ast.Call, aliases: _Aliases, max_calls: int) -> set[str]:
    """Return what a call gives that imports by name, or reads an attribute by name."""
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    texts = [
        value.value
        for value in (*call.args, named.get("name"))
        if isinstance(value, ast.Constant) and isinstance(value.value, str)
    ]
    if not texts:
        return set()
    called = _meanings(call.func, aliases, max_calls)
    if called.intersection(_IMPORTERS):
        return {texts[0]}
    if "builtins.getattr" in called and call.args:
        owners = _meanings(call.args[0], aliases, max_calls)
        return {f"{owner}.{texts[0]}" for owner in owners}
    return set()

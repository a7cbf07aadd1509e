"""The source of a grader's functions and claims, taken apart and put together anew."""

from __future__ import annotations

import ast
import inspect
import linecache
import textwrap
from types import FunctionType
from typing import TypeVar

__all__ = ["TURNED", "free_names", "names_in", "outside", "renamed", "tree_of"]

_Tree = TypeVar("_Tree", bound=ast.AST)
# What `outside` turns into something else.
TURNED = ("attribute", "signature")


def names_in(text: str) -> set[str]:
    """Return the names that an expression reads and does not bind itself."""
    if not text:
        return set()
    return free_names(ast.parse(text, mode="eval"))


def free_names(tree: ast.AST) -> set[str]:
    """Return the names that a tree reads and does not bind itself."""
    read: set[str] = set()
    bound: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.Nonlocal | ast.Global):
            read.update(node.names)
        elif isinstance(node, ast.FunctionDef | ast.ExceptHandler) and node.name:
            bound.add(node.name)
    outer = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Nonlocal | ast.Global)
        for name in node.names
    }
    return (read - bound) | (read & outer)


def tree_of(function: FunctionType) -> ast.FunctionDef | None:
    """Return the definition of a function, a lambda as one; None if it has none."""
    if function.__name__ == "<lambda>":
        return _tree_of_lambda(function)
    try:
        source = textwrap.dedent(inspect.getsource(function))
        (found,) = ast.parse(source).body
    except (OSError, TypeError, SyntaxError, ValueError):
        return None
    return found if isinstance(found, ast.FunctionDef) else None


def _tree_of_lambda(function: FunctionType) -> ast.FunctionDef | None:
    """Write a lambda as a function, if it is the only one of its line."""
    code = function.__code__
    try:
        whole = ast.parse("".join(linecache.getlines(code.co_filename)))
    except SyntaxError:
        return None
    found = [
        node
        for node in ast.walk(whole)
        if isinstance(node, ast.Lambda) and node.lineno == code.co_firstlineno
    ]
    if len(found) != 1:
        return None
    body: list[ast.stmt] = [ast.Return(found[0].body)]
    return ast.FunctionDef("function", found[0].args, body, [])


def renamed(tree: _Tree, names: dict[str, str]) -> _Tree:
    """Return a tree with other names, without annotations and decorators.

    What it assigns outside itself is assigned in the module of a program.
    """
    changed: _Tree = _Renamed(names).visit(tree)
    return changed


class _Renamed(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.returns = None
        node.decorator_list = []
        node.name = self._names.get(node.name, node.name)
        self.generic_visit(node)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        self.generic_visit(node)
        if node.value is None:
            return ast.Pass()
        return ast.Assign([node.target], node.value)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.stmt:
        return ast.Global([self._names.get(name, name) for name in node.names])

    def visit_Global(self, node: ast.Global) -> ast.stmt:
        return ast.Global([self._names.get(name, name) for name in node.names])

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self._names.get(node.id, node.id)
        return node


def outside(tree: _Tree) -> tuple[_Tree, list[str]]:
    """Turn what a case says of the solution into what a program beside it says.

    Returns:
        The tree, and the names of the functions of the submission that it calls.
    """
    visitor = _Outside()
    return visitor.visit(tree), visitor.called_names


class _Outside(ast.NodeTransformer):
    def __init__(self) -> None:
        self.called_names: list[str] = []

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        text = ast.unparse(node.func)
        arguments = ", ".join(map(ast.unparse, node.args))
        if text == "solution.scratch.read":
            text = f"pathlib.Path({arguments}).read_bytes()"
        elif text == "solution.scratch.names":
            text = "sorted(os.listdir())"
        elif text == "attribute":
            text = f"getattr({arguments})"
        elif text == "signature":
            text = f"str(inspect.signature({arguments}))"
        else:
            return node
        return ast.parse(text, mode="eval").body

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        self.generic_visit(node)
        is_solution = isinstance(node.value, ast.Name) and node.value.id == "solution"
        if not is_solution or node.attr == "scratch":
            return node
        self.called_names.append(node.attr)
        return ast.Name(node.attr, ast.Load())

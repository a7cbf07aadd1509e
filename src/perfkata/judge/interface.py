"""What a submission must define: the public functions and classes of the starter."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from perfkata.judge.errors import GraderError

__all__ = ["Interface", "Signature", "read_interface"]


@dataclass(frozen=True, slots=True)
class Signature:
    """A function's positional parameters, as the question calls them.

    Attributes:
        name: The function's name.
        parameters: Names of the parameters, in order.
        is_class: Whether it is a class, whose parameters are not looked at.
    """

    name: str
    parameters: tuple[str, ...]
    is_class: bool = False

    def __str__(self) -> str:
        kind = "class " if self.is_class else ""
        arguments = "" if self.is_class else f"({', '.join(self.parameters)})"
        return f"{kind}{self.name}{arguments}"


@dataclass(frozen=True, slots=True)
class Interface:
    """The names that a submission must define."""

    signatures: tuple[Signature, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names alone."""
        return tuple(signature.name for signature in self.signatures)

    def position(self, function: str, parameter: str) -> int | None:
        """Return where a function takes a parameter, or None if it does not."""
        for signature in self.signatures:
            if signature.name == function and parameter in signature.parameters:
                return signature.parameters.index(parameter)
        return None

    def fault(
        self, signatures: Mapping[str, Any], public_names: tuple[str, ...]
    ) -> str | None:
        """Say what keeps a loaded submission from being called, if anything does.

        Args:
            signatures: What the worker found under each name; see `worker`.
            public_names: The names that the submission defines.
        """
        for wanted in self.signatures:
            fault = _fault(wanted, signatures.get(wanted.name), public_names)
            if fault is not None:
                return fault
        return None


def read_interface(starter: Path) -> Interface:
    """Read the interface off a question's starter.

    Raises:
        GraderError: The starter cannot be read or defines nothing.
    """
    try:
        tree = ast.parse(starter.read_bytes(), starter.name)
    except (OSError, SyntaxError, ValueError) as error:
        raise GraderError(f"{starter.name} cannot be read: {error}") from None
    found: list[Signature] = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            found.append(Signature(node.name, (), is_class=True))
        elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            parameters = [*node.args.posonlyargs, *node.args.args]
            names = tuple(parameter.arg for parameter in parameters)
            found.append(Signature(node.name, names))
    if not found:
        raise GraderError(
            f"{starter.name} defines no public function or class",
            "define what the learner is to write",
        )
    return Interface(tuple(found))


def _fault(wanted: Signature, found: Any, public_names: tuple[str, ...]) -> str | None:
    match found:
        case None:
            return _missing(wanted, public_names)
        case ("async",):
            return f"its {wanted.name} is an async function; write it without async"
        case ("not callable", str(type_name)):
            return f"its {wanted.name} is of type {type_name} and cannot be called"
        case ("function", list(parameters), int(num_defaults), bool(takes_any)):
            num_wanted = len(wanted.parameters)
            is_enough = num_wanted <= len(parameters) or takes_any
            if is_enough and num_wanted >= len(parameters) - num_defaults:
                return None
            if wanted.is_class:
                return None
            listed = ", ".join(str(parameter) for parameter in parameters)
            return f"it defines {wanted.name}({listed}), the question calls {wanted}"
    return None


def _missing(wanted: Signature, public_names: tuple[str, ...]) -> str:
    # Imported here: only a failure pays for it.
    import difflib

    nearest = difflib.get_close_matches(wanted.name, public_names, n=1, cutoff=0.6)
    if nearest:
        return f"it defines {nearest[0]}, but the question asks for {wanted.name}"
    kind = "class" if wanted.is_class else "function"
    return f"it defines no {wanted.name}; write it as a {kind} of the module"

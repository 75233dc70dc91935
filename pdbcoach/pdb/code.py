"""Python as it is typed at a prompt."""

from __future__ import annotations

import ast


def parsed(code: str) -> ast.Module | None:
    """Return the syntax tree; None if ``code`` is not Python."""
    try:
        return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def normal_code(code: str) -> str:
    """Return ``code`` in one spelling; what does not parse stays as it is."""
    tree = parsed(code)
    if tree is None:
        return code
    match tree.body:
        case [ast.Expr(value)]:
            return ast.unparse(value)  # as a statement, a string alone would become a docstring
        case _:
            return ast.unparse(tree)

"""A public type name has one home in the package: it never means two things."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "pdbcoach"


def type_names(tree: ast.Module) -> Iterator[str]:
    """Yield the public classes and type aliases at module level; type variables have no small letters."""
    for node in tree.body:
        match node:
            case ast.ClassDef(name=name) | ast.Assign(targets=[ast.Name(name)]):
                pass
            case ast.AnnAssign(target=ast.Name(name)):
                pass
            case _:
                continue
        if re.fullmatch("[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*", name):
            yield name


def homes() -> dict[str, list[str]]:
    """Return the modules that define each name."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        for name in type_names(ast.parse(path.read_text(encoding="utf-8"))):
            found[name].append(path.relative_to(PACKAGE).as_posix())
    return found


def test_a_type_name_has_one_home() -> None:
    doubled = {name: modules for name, modules in homes().items() if len(modules) > 1}
    assert doubled == {}


def test_classes_and_aliases_are_found() -> None:
    code = (
        "class A1a: pass\nAb = int | str\nT = TypeVar('T')\n_Ab = int\nMAX = 1\nWide: TypeAlias = str\nx = 1"
    )
    assert list(type_names(ast.parse(code))) == ["A1a", "Ab", "Wide"]

"""The layers of ARCHITECTURE.md: which package imports which, which prints, and what the shim uses."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "pdbcoach"

LAYERS = (
    {"__main__"},
    {"cli", "pytest_plugin"},
    {"truth"},
    {"front"},
    {"report"},
    {"coach", "authoring"},
    {"replay"},
    {"engine", "scenario", "matching", "progress"},
    {"facts"},
    {"route"},
    {"form", "observation"},
    {"errors", "language", "pdb", "whole_file"},
)
"""Each layer may import the layers below it, and itself."""

CLOSED = {"progress": {"coach", "report", "front", "cli"}}
"""The only packages that may import it: the learner's progress concerns neither replay nor authoring."""

EXCEPTIONS = {
    "matching": {"scenario.model"},  # it compares a step with an observation
    # What both sides need, and what runs on both.
    "engine": {"shim.wire", "shim.request", "shim.leader", "shim.kernel", "shim.title", "shim.removal"},
    "pytest_plugin": {"cli.configuration"},  # the project's configuration is the same for pytest
    "__init__": {"engine.session"},  # the public name `pdbcoach.Session`
}
SHOW_THE_VERSION = {"cli", "report", "front"}

OWNERS = {
    "rich": {"report", "front"},
    "markdown_it": {"report", "front"},
    "pexpect": {"engine"},
    "ptyprocess": {"engine"},
    "yaml": {"form", "scenario", "authoring"},
    "polib": {"language"},
    "prompt_toolkit": {"front"},
    "sqlite3": {"progress"},
    "platformdirs": {"progress"},
}
SHIM_KNOWS = {
    "_pdbcoach": "the shim itself, under the name that it has in the target",
    "sitecustomize": "the one that it shadows and must run",
}
MAY_PRINT = {"report", "front", "cli"}

MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))
each_module = pytest.mark.parametrize("module", MODULES)


def unit(dotted: str) -> str:
    return dotted.partition(".")[0]


def name_of(module: str) -> str:
    return module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def tree(module: str) -> ast.Module:
    return ast.parse((PACKAGE / module).read_text(encoding="utf-8"), filename=module)


def imported(module: str) -> Iterator[str]:
    """Yield the absolute name of everything that the module imports, anywhere in it."""
    package = f"pdbcoach/{module}".split("/")[:-1]
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def is_of_ours(name: str) -> bool:
    return name == "pdbcoach" or name.startswith("pdbcoach.")


def may_import(module: str, name: str) -> bool:
    importer, target = unit(name_of(module)), name.removeprefix("pdbcoach").removeprefix(".")
    if target in ("", "__version__"):
        return importer in SHOW_THE_VERSION
    if unit(target) == importer:
        return True
    if importer not in CLOSED.get(unit(target), {importer}):
        return False
    if any(f"{target}.".startswith(f"{allowed}.") for allowed in EXCEPTIONS.get(importer, ())):
        return True
    above = next((level for level, layer in enumerate(LAYERS) if importer in layer), len(LAYERS))
    return any(unit(target) in layer for layer in LAYERS[above + 1 :])


@each_module
def test_a_module_imports_only_lower_layers(module: str) -> None:
    forbidden = [name for name in imported(module) if is_of_ours(name) and not may_import(module, name)]
    assert not forbidden


@each_module
def test_a_library_has_one_owner(module: str) -> None:
    importer = unit(name_of(module))
    assert not [name for name in imported(module) if importer not in OWNERS.get(unit(name), {importer})]


@each_module
def test_only_the_command_line_and_reports_print(module: str) -> None:
    calls = [node for node in ast.walk(tree(module)) if isinstance(node, ast.Call)]
    printing = [
        call.lineno
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id in ("print", "pprint")
    ]
    assert not printing or unit(name_of(module)) in MAY_PRINT


IN_THE_TARGET = [module for module in MODULES if module.startswith("shim/") or module == "pdb/internals.py"]
"""What the debugged interpreter runs."""


@pytest.mark.parametrize("module", IN_THE_TARGET)
class TestShim:
    def test_the_shim_imports_only_the_standard_library_and_itself(self, module: str) -> None:
        foreign = [
            name
            for name in imported(module)
            if not name.startswith("pdbcoach.shim")
            and unit(name) not in sys.stdlib_module_names
            and unit(name) not in SHIM_KNOWS
        ]
        assert not foreign

    def test_the_shim_parses_on_the_oldest_target(self, module: str) -> None:
        ast.parse((PACKAGE / module).read_text(encoding="utf-8"), feature_version=(3, 9))


VERBS = {
    name_of(module)
    for module in MODULES
    if module.startswith("cli/")
    and any(isinstance(node, ast.FunctionDef) and node.name == "add_to" for node in tree(module).body)
}
"""The modules that add a verb to the command line."""


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_a_verb_imports_no_other_verb(verb: str) -> None:
    names = [f"{name.removeprefix('pdbcoach.')}." for name in imported(f"{verb.replace('.', '/')}.py")]
    assert not [name for name in names for other in VERBS - {verb} if name.startswith(f"{other}.")]


def test_the_verbs_are_found() -> None:
    assert {"cli.practice", "cli.record", "cli.replay", "cli.check"} <= VERBS


def test_every_package_has_a_layer() -> None:
    units = {unit(name_of(module)) for module in MODULES} - {"__init__", "shim"}
    assert units <= set().union(*LAYERS)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        pytest.param("engine/session.py", "pdbcoach.scenario.model.Step", id="engine-scenario"),
        pytest.param("scenario/loader.py", "pdbcoach.engine.session", id="scenario-engine"),
        pytest.param("matching/state.py", "pdbcoach.engine.session.Session", id="matching-session"),
        pytest.param("report/json.py", "pdbcoach.cli.replay", id="report-cli"),
        pytest.param("replay/runner.py", "pdbcoach.report.console", id="replay-report"),
        pytest.param("replay/runner.py", "pdbcoach.progress.store", id="replay-progress"),
        pytest.param("pytest_plugin.py", "pdbcoach.progress.store", id="pytest_plugin-progress"),
        pytest.param("progress/review.py", "pdbcoach.scenario.model", id="progress-scenario"),
        pytest.param("progress/boxes.py", "pdbcoach.coach.course", id="progress-coach"),
        pytest.param("engine/session.py", "pdbcoach.shim.state", id="engine-shim-state"),
        pytest.param("shim/state.py", "pdbcoach.errors", id="shim-errors"),
    ],
)
def test_an_upward_import_is_rejected(module: str, name: str) -> None:
    assert not may_import(module, name)

"""Run scenarios as pytest items.

``--pdbcoach``, or ``pdbcoach_paths`` in pytest's configuration, switches the plugin on. Items are named
``file.yaml::id[variant]@3.13``, one for each Python in ``pdbcoach_pythons`` or ``--pdbcoach-python``
(default: the one that runs pytest). Otherwise it does nothing; larger imports wait until the first
scenario is collected.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pdbcoach.replay.result import ScenarioResult, Target
    from pdbcoach.scenario.model import Scenario

_ALL = "all"
_LEVELS = ("core", "extra")
_NO_SCENARIOS = frozenset({"pack.yaml", "misconceptions.yaml", "claims.yaml"})
_LOOKED_AT = 1 << 16
"""Bytes read to find out whether an unnamed file is a scenario."""

_FIRST_KEYS = re.compile(rb"^format\s*:", re.MULTILINE), re.compile(rb"^(steps|variants)\s*:", re.MULTILINE)
_SANDBOX = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("pdbcoach", "pdbcoach: scenarios as tests")
    group.addoption("--pdbcoach", action="store_true", help="collect pdbcoach scenarios")
    group.addoption(
        "--pdbcoach-python",
        action="append",
        default=[],
        metavar="PATH|VERSION|all",
        help="the Python to debug with, e.g. 3.13; may be given again (default: the running one)",
    )
    group.addoption(
        "--pdbcoach-timeout-factor",
        type=float,
        default=1.0,
        metavar="X",
        help="multiply every time bound of scenarios (slow machines)",
    )
    group.addoption(
        "--pdbcoach-sandbox", action="store_true", help="run the programs of scenarios in a sandbox"
    )
    parser.addini("pdbcoach_paths", "files and folders of pdbcoach scenarios", type="paths", default=[])
    parser.addini("pdbcoach_pythons", "Pythons to debug scenarios with", type="args", default=[])
    parser.addini(
        "pdbcoach_sandbox",
        "run the programs of scenarios in a sandbox (default: as [tool.pdbcoach] in pyproject.toml says)",
        type="bool",
        default=None,
    )


def pytest_configure(config: pytest.Config) -> None:
    paths: list[Path] = config.getini("pdbcoach_paths")
    if not (paths or config.option.pdbcoach):
        return
    for path in paths:
        if not path.exists():
            raise pytest.UsageError(f"pdbcoach_paths: there is no {path}")
    config.stash[_SANDBOX] = _in_sandbox(config)
    config.addinivalue_line("markers", "pdbcoach: a pdbcoach scenario")
    for level in _LEVELS:
        config.addinivalue_line("markers", f"level_{level}: a pdbcoach scenario of the level `{level}`")
    config.pluginmanager.register(_Scenarios(config, paths), "pdbcoach-scenarios")


class _Scenarios:
    """Collects scenarios, and fails if there are none."""

    def __init__(self, config: pytest.Config, paths: Sequence[Path]) -> None:
        self.config = config
        self.paths = [path.resolve() for path in paths]
        self.files = 0
        """Scenario files collected, on all workers."""
        self.empty = ""
        # Without paths on the command line, pytest also looks in `pdbcoach_paths`.
        self.looks_everywhere = config.args_source != pytest.Config.ArgsSource.ARGS
        if self.looks_everywhere:
            seen = [Path(arg.partition("::")[0]).resolve() for arg in config.args]
            config.args += [
                str(path) for path in self.paths if not any(path.is_relative_to(one) for one in seen)
            ]

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.File | None:
        if file_path.name == "pack.yaml" and self._is_wanted(file_path):
            pack: PackFile = PackFile.from_parent(parent, path=file_path)
            return pack
        if not self._is_scenario(file_path, parent):
            return None
        self.files += 1
        made: ScenarioFile = ScenarioFile.from_parent(parent, path=file_path)
        return made

    def _is_scenario(self, path: Path, parent: pytest.Collector) -> bool:
        # A name with another dot is a translation.
        if path.suffix != ".yaml" or path.name in _NO_SCENARIOS or "." in path.stem:
            return False
        if any(path.resolve().is_relative_to(one) for one in self.paths):
            return True
        if not self.config.option.pdbcoach:
            return False
        # A repository is full of YAML: a file that is not named must look like a scenario.
        return (
            parent.session.isinitpath(path) or (path.parent / "pack.yaml").is_file() or _looks_like_one(path)
        )

    def _is_wanted(self, path: Path) -> bool:
        is_below = any(path.resolve().is_relative_to(one) for one in self.paths)
        # Other tools have files of this name, too.
        return is_below or bool(self.config.option.pdbcoach and _FIRST_KEYS[0].search(path.read_bytes()))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_setupnodes(self, config: pytest.Config, specs: Sequence[Any]) -> None:
        """Start workers that don't import from the current folder, which a stranger may have filled."""
        for spec in specs:
            if config.stash[_SANDBOX] and spec.popen and not spec.python:
                spec.python = f"{shlex.quote(sys.executable)} -P"

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Add the files that a pytest-xdist worker has collected."""
        self.files += getattr(node, "workeroutput", {}).get("pdbcoach_files", 0)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        output: dict[str, object] | None = getattr(self.config, "workeroutput", None)
        if output is not None:
            output["pdbcoach_files"] = self.files
            return
        # Tests named on the command line may be others than scenarios.
        wanted = self.config.option.pdbcoach or (self.paths and self.looks_everywhere)
        fine = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
        if wanted and not self.files and session.exitstatus in fine:
            self.empty = f"no pdbcoach scenarios in {', '.join(self.config.args)}"
            session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.empty:
            terminalreporter.write_line(f"ERROR: {self.empty}", red=True)


def _looks_like_one(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            start = stream.read(_LOOKED_AT)
    except OSError:
        return False
    return all(key.search(start) for key in _FIRST_KEYS)


class PackFile(pytest.File):
    """A pack.yaml: it and the pack's translations are read; what is wrong is a collection error."""

    def collect(self) -> Iterator[pytest.Item]:
        from pdbcoach.authoring.lint import lint_pack
        from pdbcoach.errors import PdbcoachError
        from pdbcoach.scenario.packs import load_pack

        try:
            load_pack(self.path.parent)
            found = [f"{one.span}: {one.message}" for one in lint_pack(self.path.parent)]
        except PdbcoachError as error:
            found = [str(error)]
        if found:
            raise self.CollectError(_harmless("\n".join(found)))
        yield from ()


class ScenarioFile(pytest.File):
    """A scenario file: collects one item per scenario and target."""

    def collect(self) -> Iterator[pytest.Item]:
        from pdbcoach.errors import PdbcoachError
        from pdbcoach.scenario.loader import load
        from pdbcoach.scenario.overlay import overlays_of

        try:
            scenarios = load(self.path)
            for language in overlays_of(self.path):
                load(self.path, language)
            targets = _targets(self.config)
        except PdbcoachError as error:
            raise self.CollectError(_harmless(str(error))) from None
        pack = self._pack_marker()
        for scenario in scenarios:
            for label, python in targets:
                item: ScenarioItem = ScenarioItem.from_parent(
                    self, name=f"{scenario.id}@{label}", scenario=scenario, python=python
                )
                for marker in ("pdbcoach", f"level_{scenario.level}", *pack):
                    item.add_marker(marker)
                item.extra_keyword_matches.update(scenario.teaches)
                yield item

    def _pack_marker(self) -> tuple[str, ...]:
        """Return the pack's marker, and register it: only pack.yaml has its name."""
        from pdbcoach.form.source import PACK_FILE, pack_root
        from pdbcoach.scenario.packs import pack_id

        root = pack_root(self.path.parent)
        if not (root / PACK_FILE).is_file():
            return ()
        name = pack_id(root)
        marker = "pack_" + re.sub(r"\W", "_", name)
        line = f"{marker}: a scenario of the pdbcoach pack `{name}`"
        if line not in self.config.getini("markers"):
            self.config.addinivalue_line("markers", line)
        return (marker,)


class ScenarioFailed(Exception):  # noqa: N818 - not an error of pdbcoach
    """A scenario's replay differs from what is expected."""

    def __init__(self, result: ScenarioResult) -> None:
        super().__init__(result.scenario.id)
        self.result = result


class ScenarioItem(pytest.Item):
    """One scenario on one target."""

    def __init__(self, *, scenario: Scenario, python: str, **options: Any) -> None:
        super().__init__(**options)
        self.scenario = scenario
        self.python = python
        """An argument for ``interpreters.find``; empty for the running Python."""

    def runtest(self) -> None:
        with warnings.catch_warnings():
            # pytest-xdist's workers have a reading thread; pexpect's child calls exec at once.
            warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
            result = self._result()
        self.user_properties += [("python", result.target.version), ("title", result.scenario.title)]
        match result.verdict:
            case "skipped":
                # Like `pytest.mark.skip`, report the scenario's place.
                raise pytest.skip.Exception(result.reason, _use_item_location=True)
            case "xfailed":
                pytest.xfail(result.reason)
                raise ScenarioFailed(result)  # under --runxfail
            case "failed":
                self.user_properties += [("failed at", "{}:{}".format(*_place_of_failure(result)))]
                raise ScenarioFailed(result)
            case "passed":
                pass

    def _result(self) -> ScenarioResult:
        from pdbcoach.replay.actions import Options
        from pdbcoach.replay.runner import finish

        target = _target(self.python, self.config.stash[_SANDBOX])
        factor: float = self.config.option.pdbcoach_timeout_factor
        return finish(self.scenario, target, options=Options(timeout_factor=factor))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return the scenario's place, with lines counted from 0, and its heading.

        The heading isn't the item's name, because pytest would split it at the dot of the version.
        """
        return self.path, self.scenario.span.line - 1, self.name.replace("@", " on Python ")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the scenario's own report, or the reason why it could not be run."""
        from pdbcoach.errors import PdbcoachError

        match excinfo.value:
            case ScenarioFailed(result=result):
                from pdbcoach.report.failure import explain, headline
                from pdbcoach.report.lines import plain

                message = next((headline(failure) for failure in result.all_failures), "")
                return _representation(*_place_of_failure(result), message, plain(explain(result)))
            case PdbcoachError() as error:
                text = f"could not run: {error}"
                return _representation(self.path, self.scenario.span.line, text.partition("\n")[0], text)
            case _:
                return super().repr_failure(excinfo, style)


def _representation(path: Path, line: int, message: str, text: str) -> object:
    """Return a representation that pytest prints as ``text`` and, in its summary, as ``message``.

    Only pytest's representations of exceptions have both, and xdist can send them. They aren't in its public
    interface, but `--tb` and every reporting plugin use them.
    """
    from _pytest._code.code import ReprEntryNative, ReprExceptionInfo, ReprFileLocation, ReprTraceback

    entry = ReprEntryNative([_harmless(text if text.endswith("\n") else f"{text}\n")])
    return ReprExceptionInfo(
        reprtraceback=ReprTraceback([entry], None, style="native"),
        reprcrash=ReprFileLocation(str(path), line, _harmless(message)),
    )


def _harmless(text: str) -> str:
    """Return ``text`` without commands that a terminal or a GitHub Actions runner would obey."""
    from pdbcoach.report.escape import visible
    from pdbcoach.report.workflow import not_obeyed

    return not_obeyed(visible(text), os.environ)


def _place_of_failure(result: ScenarioResult) -> tuple[Path, int]:
    span = next((failure.span for failure in result.all_failures), result.scenario.span)
    return span.file, span.line


# --- targets ---------------------------------------------------------------------------------------


def _targets(config: pytest.Config) -> Iterable[tuple[str, str]]:
    """Return label and Python of each target. Raises ``PdbcoachError``.

    They are the same on every worker, wherever its Pythons are, so a version is looked up only when needed.
    """
    names: Sequence[str] = config.option.pdbcoach_python or config.getini("pdbcoach_pythons")
    return _labelled(tuple(names))


@cache
def _labelled(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    from pdbcoach.engine import interpreters

    found: dict[str, str] = {}
    for name in names:
        if re.fullmatch(r"[0-9]+(\.[0-9]+){1,2}", name):
            found.setdefault(name, name)
            continue
        for one in interpreters.find_all() if name == _ALL else [interpreters.find(name)]:
            label = ".".join(map(str, one.version[:2]))
            if found.get(label, one.executable) != one.executable:
                label = one.version_text
            found.setdefault(label, one.executable)
    return tuple(found.items()) or ((f"{sys.version_info[0]}.{sys.version_info[1]}", ""),)


@cache
def _target(python: str, sandbox: bool) -> Target:
    from pdbcoach.engine import interpreters
    from pdbcoach.replay.result import Target

    one = interpreters.find(python) if python else interpreters.running()
    return Target(one.executable, one.version_text, sandbox)


def _in_sandbox(config: pytest.Config) -> bool:
    """Return True if programs run in a sandbox. Called once, before anything runs."""
    from pdbcoach.cli.configuration import in_sandbox
    from pdbcoach.errors import PdbcoachError

    configured = config.getini("pdbcoach_sandbox")
    asked = True if config.option.pdbcoach_sandbox else configured if isinstance(configured, bool) else None
    try:
        return in_sandbox(asked, config.rootpath)
    except PdbcoachError as error:
        raise pytest.UsageError(str(error)) from None

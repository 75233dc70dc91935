"""Examine scenarios with pytest, which runs them one by one or in parallel."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pdbcoach.authoring.examine import Settings
from pdbcoach.authoring.finding import Examined, from_plain
from pdbcoach.errors import PdbcoachError, WorkerCrashed

if TYPE_CHECKING:
    import pytest

_ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "", "PYTEST_PLUGINS": ""}
"""Switches off a project's plugins and options: they are for its tests."""


def check_installed(workers: str | None) -> None:
    """Raise ``PdbcoachError`` if ``workers`` are wanted and pytest-xdist is missing."""
    if workers is not None and importlib.util.find_spec("xdist") is None:
        raise PdbcoachError(
            "-n needs pytest-xdist, which is not installed", "pip install pytest-xdist, or leave -n out"
        )


def examine_all(
    paths: Sequence[Path],
    settings: Settings,
    workers: str | None,
    tell: Callable[[Examined], None],
) -> None:
    """Examine the scenarios of these files, and ``tell`` each result; with workers, in no fixed order.

    Raises KeyboardInterrupt when interrupted, WorkerCrashed for a bug of ours, PdbcoachError when pytest
    itself fails.
    """
    import pytest

    words = ["-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:tmpdir"]
    words += ["-p", "pdbcoach.pytest_plugin", "--capture=no"]
    words += ["-c", os.devnull, "--rootdir", os.getcwd(), "--noconftest"]
    if workers is not None:
        words += ["-p", "xdist", "-n", workers, "--dist", "worksteal"]
    listener = _Listener(tell)
    with _environment():
        code = pytest.main(
            [*words, f"--pdbcoach-check={settings.dump()}", *map(str, paths)], plugins=[listener]
        )
    if listener.interruption is not None:
        raise listener.interruption
    if listener.crash is not None:
        raise listener.crash
    fine = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
    if listener.broken or code not in fine:
        raise PdbcoachError("\n".join(listener.broken) or f"pytest ended with the exit code {int(code)}")


class _Listener:
    """Plugin for the controlling pytest process (the xdist controller, if any)."""

    def __init__(self, tell: Callable[[Examined], None]) -> None:
        self._tell = tell
        self.broken: list[str] = []
        self.crash: WorkerCrashed | None = None
        self.interruption: BaseException | None = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        plain = getattr(report, "pdbcoach_examined", None)
        if plain is not None:
            self._tell(from_plain(plain))
        elif report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            what = "" if crash is None else crash.message.partition("\n")[0]
            self.crash = self.crash or WorkerCrashed(f"{report.nodeid}: {what}", report.longreprtext)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.broken.append(report.longreprtext)

    def pytest_internalerror(self, excrepr: Any) -> bool:
        self.broken.append(str(excrepr))
        return True

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        if isinstance(excinfo.value, KeyboardInterrupt):
            self.interruption = excinfo.value


@contextmanager
def _environment() -> Iterator[None]:
    before = {name: os.environ.get(name) for name in _ALONE}
    os.environ.update(_ALONE)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value

"""What holds for all tests: their lanes, hypothesis's settings, and an environment that is nobody's."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Machines are loaded, so no test has a deadline. In CI the examples are the same in every run.
settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "desk"))

os.environ.pop("GITHUB_ACTIONS", None)

# Helpers with assertions explain their failures, too.
pytest.register_assert_rewrite("front.driving", "front.ways")

TESTS = Path(__file__).parent
QUICK = {
    *(
        "coach",
        "docs/test_format.py",
        "facts",
        "pdb",
        "matching",
        "packs",
        "progress",
        "report",
        "scenario",
        "truth",
    ),
    *("test_catalogue.py", "test_imports.py", "test_language.py"),
    *("authoring/test_line_diff.py", "authoring/test_yaml_text.py", "authoring/test_lint.py"),
    *("authoring/test_unstable_text.py", "replay/test_fingerprint.py"),
    *("cli/test_configuration.py", "cli/test_list.py", "cli/test_pace.py", "cli/test_progress.py"),
    *("cli/test_replay.py", "cli/test_schema.py"),
    *("front/test_book.py", "front/test_editor.py", "front/test_interrupts.py", "front/test_plain.py"),
    *("front/test_prose.py", "front/test_screen.py", "front/test_messages.py", "front/test_toolbar.py"),
}
"""Folders and modules of the quick lane: tests that start no process."""
NOT_QUICK = {
    "truth/test_perturb.py",
    *("packs/test_curriculum.py", "packs/test_shipped.py", "pdb/test_commands.py", "pdb/test_internals.py"),
    "progress/test_together.py",  # these start processes
    *("facts/test_facts.py", "matching/test_transcript.py", "scenario/test_malformed.py"),  # these take long
    "progress/test_healing.py",
}
"""Modules of these folders that are not in the lane."""

STARTS = {"os.fork", "os.forkpty", "os.posix_spawn", "subprocess.Popen"}
"""The audit events of a new process."""
_running_quick: list[str] = []


def _guard(event: str, arguments: tuple[object, ...]) -> None:
    if _running_quick and event in STARTS:
        raise RuntimeError(f"{_running_quick[-1]} is in the quick lane and starts a process: see QUICK")


sys.addaudithook(_guard)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "quick: starts no process; all of them take less than a minute")
    if missing := [name for name in QUICK | NOT_QUICK if not (TESTS / name).exists()]:
        raise pytest.UsageError(f"tests/conftest.py names tests that don't exist: {', '.join(missing)}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        path = item.path.relative_to(TESTS).as_posix()
        if path not in NOT_QUICK and (path in QUICK or path.partition("/")[0] in QUICK):
            item.add_marker("quick")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    if item.get_closest_marker("quick") is None:
        return (yield)
    _running_quick.append(item.nodeid)
    try:
        return (yield)
    finally:
        _running_quick.pop()


@pytest.fixture(autouse=True, scope="session")
def _nobodys_progress(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the progress of whoever runs the tests apart from what is practised here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PDBCOACH_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder with a short path: below ``tmp_path``, the path of a session's socket would be too long."""
    with tempfile.TemporaryDirectory(prefix="t-", dir="/tmp") as folder:
        yield Path(folder)

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from pdbcoach.engine import interpreters
from pdbcoach.errors import PdbcoachError

Make = Callable[..., Path]
HERE = f"{sys.version_info[0]}.{sys.version_info[1]}.{sys.version_info[2]}"


@pytest.fixture(autouse=True)
def nothing_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Only the running Python exists, and those that a test makes."""
    empty = tmp_path / "empty"
    empty.mkdir()
    for name in ("PATH", "PYENV_ROOT", "HOME"):
        monkeypatch.setenv(name, str(empty))
    monkeypatch.delenv("PDBCOACH_PYTHONS", raising=False)
    interpreters.probe.cache_clear()
    yield
    interpreters.probe.cache_clear()


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A program that answers like a Python of this version."""

    def make(place: str, version: str, implementation: str = "cpython", level: str = "final") -> Path:
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        numbers = version.replace(".", ", ")
        path.write_text(f'#!/bin/sh\necho \'["{path}", "{implementation}", [{numbers}], "{level}", 2]\'\n')
        path.chmod(0o755)
        return path

    return make


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def versions() -> list[str]:
    return [one.version_text for one in interpreters.find_all()]


def test_the_running_python_is_always_found() -> None:
    assert interpreters.running().version_text.startswith(HERE)
    assert versions() == [interpreters.running().version_text]


def test_the_running_python_is_not_started_to_be_probed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = interpreters.probe(sys.executable)
    monkeypatch.setattr(interpreters.subprocess, "run", None)
    interpreters.probe.cache_clear()
    assert interpreters.running() == replace(asked, sources=("running",))


def test_path_is_searched(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make("bin/python3.9", "3.9.1")
    make("bin/python3.9-config", "3.9.2")
    make("bin/python3.10", "3.10.4")
    monkeypatch.setenv("PATH", f"{tmp_path}/none:relative:{tmp_path}/bin")
    assert versions()[:2] == ["3.9.1", "3.10.4"]


def test_pyenv_is_searched(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make("pyenv/versions/3.9.5/bin/python3.9", "3.9.5")
    monkeypatch.setenv("PYENV_ROOT", f"{tmp_path}/pyenv")
    found = interpreters.find("3.9")
    assert (found.version_text, found.sources) == ("3.9.5", ("pyenv",))


def test_a_pyenv_shim_does_not_count_as_an_interpreter(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = make("pyenv/versions/3.9.5/bin/python3.9", "3.9.5")
    script(tmp_path / "shims/python3.9", f'#!/bin/sh\n# pyenv exec\nexec {real} "$@"\n')
    script(
        tmp_path / "shims/python3.10",
        "#!/bin/sh\necho 'pyenv: python3.10: command not found' >&2\nexit 127\n",
    )
    monkeypatch.setenv("PATH", f"{tmp_path}/shims")
    assert [one.sources for one in interpreters.discover().interpreters] == [("running",)]
    assert interpreters.find("python3.9").executable == str(real)
    with pytest.raises(PdbcoachError, match=r"no Python 3\.10 found"):
        interpreters.find("python3.10")


def test_one_file_with_several_names_is_one_interpreter(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = make("bin/python3.9", "3.9.1")
    for name in ("python", "python3"):
        (real.parent / name).symlink_to(real)
    monkeypatch.setenv("PATH", str(real.parent))
    monkeypatch.setenv("PDBCOACH_PYTHONS", str(real))
    (found,) = (one for one in interpreters.discover().interpreters if one.version == (3, 9, 1))
    assert found.sources == ("PDBCOACH_PYTHONS", "PATH")


class TestFindAll:
    def test_the_newest_of_each_minor_version_is_chosen(
        self, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make("a/python3.9", "3.9.1")
        make("b/python3.9", "3.9.12")
        make("c/python3.15", "3.15.0", level="candidate")
        make("d/python3.15", "3.15.0", level="beta")
        monkeypatch.setenv("PATH", ":".join(f"{tmp_path}/{folder}" for folder in "abcd"))
        found = versions()
        running = interpreters.running().version
        expected = {"3.9.12", "3.15.0rc2" if running < (3, 15) else interpreters.running().version_text}
        assert expected <= set(found)
        assert not {"3.9.1", "3.15.0b2"} & set(found)

    def test_every_listed_python_is_chosen(
        self, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        listed = [make("a/python3.9", "3.9.1"), make("b/python3.9", "3.9.2")]
        make("c/python3.9", "3.9.3")
        monkeypatch.setenv("PATH", f"{tmp_path}/c")
        monkeypatch.setenv("PDBCOACH_PYTHONS", os.pathsep.join(map(str, listed)))
        assert versions()[:3] == ["3.9.1", "3.9.2", "3.9.3"]

    @pytest.mark.parametrize(
        "where",
        [
            pytest.param("pythons", id="folders-of-pythons"),
            pytest.param("pythons/3.9", id="prefix"),
            pytest.param("pythons/3.9/bin", id="bin"),
        ],
    )
    def test_a_listed_folder_is_searched(
        self, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
    ) -> None:
        make("pythons/3.9/bin/python3.9", "3.9.1")
        make("pythons/3.6/bin/python3.6", "3.6.1")
        script(tmp_path / "pythons/2.7/bin/python", "#!/bin/sh\necho 'Unknown option: -I' >&2\nexit 2\n")
        monkeypatch.setenv("PDBCOACH_PYTHONS", f"{tmp_path}/{where}")
        assert versions()[0] == "3.9.1"

    @pytest.mark.parametrize(
        ("entry", "trouble"),
        [
            pytest.param("nope", "does not exist", id="missing"),
            pytest.param("empty", "in the folder", id="empty-folder"),
            pytest.param("old/python3.8", "Python 3.8.0: not CPython", id="unsupported"),
        ],
    )
    def test_a_listed_entry_that_is_no_target_is_an_error(
        self, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: str, trouble: str
    ) -> None:
        make("old/python3.8", "3.8.0")
        monkeypatch.setenv("PDBCOACH_PYTHONS", f"{tmp_path}/{entry}")
        with pytest.raises(PdbcoachError, match=f"PDBCOACH_PYTHONS: .*{trouble}"):
            interpreters.find_all()
        assert len(interpreters.discover().problems) == 1


class TestFind:
    @pytest.fixture(autouse=True)
    def several(self, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        make("bin/python3.9", "3.9.1")
        make("bin/python3.10", "3.10.4")
        make("bin/python3.8", "3.8.1")
        make("bin/pypy3", "3.10.4", implementation="pypy")
        make("pyenv/versions/3.9.12/bin/python3", "3.9.12")
        monkeypatch.setenv("PATH", f"{tmp_path}/bin")
        monkeypatch.setenv("PYENV_ROOT", f"{tmp_path}/pyenv")
        monkeypatch.chdir(tmp_path)

    @pytest.mark.parametrize(
        ("name", "version"),
        [
            pytest.param("3.9", "3.9.12", id="the-newest-of-a-minor"),
            pytest.param("3.9.1", "3.9.1", id="exactly"),
            pytest.param("python3.9", "3.9.1", id="command-as-in-a-shell"),
            pytest.param("python3.10", "3.10.4", id="command"),
            pytest.param("bin/python3.10", "3.10.4", id="relative-path"),
            pytest.param("./bin/../bin/python3.10", "3.10.4", id="crooked-path"),
        ],
    )
    def test_a_name_leads_to_an_interpreter(self, name: str, version: str) -> None:
        found = interpreters.find(name)
        assert found.version_text == version
        assert os.path.isabs(found.executable)

    @pytest.mark.parametrize(
        ("name", "trouble"),
        [
            pytest.param("3.12.99", r"no Python 3\.12\.99 found", id="not-there"),
            pytest.param("3.8", "no target", id="too-old"),
            pytest.param("3.99", "no target", id="too-new"),
            pytest.param("python3.8", "not CPython 3.9", id="too-old-command"),
            pytest.param("bin/python3.8", "not CPython 3.9", id="too-old-path"),
            pytest.param("pypy3", "pypy, not CPython", id="another-implementation"),
            pytest.param("nonsense", "no nonsense on PATH", id="no-such-command"),
            pytest.param("bin/none", "does not exist", id="no-such-path"),
            pytest.param("bin/", "is a folder", id="folder"),
            pytest.param("", "empty name", id="empty"),
        ],
    )
    def test_a_wrong_name_is_an_error_with_its_reason(self, name: str, trouble: str) -> None:
        with pytest.raises(PdbcoachError, match=trouble):
            interpreters.find(name)


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        pytest.param("#!/bin/sh\necho hello\n", "'hello'", id="another-program"),
        pytest.param("#!/bin/sh\necho '[1, 2]'\n", "not a Python", id="other-json"),
        pytest.param("#!/bin/sh\nprintf '\\377' >&2; exit 1\n", "not a Python", id="invalid-bytes"),
        pytest.param("#!/no/such/shell\n", "cannot be run", id="no-interpreter"),
    ],
)
def test_a_program_that_answers_unlike_python_is_an_error(tmp_path: Path, text: str, trouble: str) -> None:
    path = script(tmp_path / "thing", text)
    with pytest.raises(PdbcoachError, match=trouble):
        interpreters.find(str(path))


def test_a_program_that_never_answers_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = script(tmp_path / "thing", "#!/bin/sh\nexec /bin/cat /dev/zero >/dev/null\n")
    monkeypatch.setattr(interpreters, "_SECONDS_TO_ANSWER", 0.1)
    with pytest.raises(PdbcoachError, match=r"no answer in 0\.1 s"):
        interpreters.find(str(path))


def test_each_candidate_runs_once(make: Make, tmp_path: Path) -> None:
    path = make("python3.9", "3.9.1")
    asked = tmp_path / "asked"
    path.write_text(path.read_text().replace("#!/bin/sh\n", f"#!/bin/sh\necho x >> {asked}\n"))
    assert interpreters.find(str(path)) == interpreters.find(str(path))
    assert asked.read_text() == "x\n"

"""Scenarios as pytest items in somebody else's repository."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

# pytester unloads what its in-process runs import, but yaml's C part can be loaded only once.
import pdbcoach.replay.runner
import pdbcoach.report.failure
import pdbcoach.scenario.packs  # noqa: F401
from pdbcoach.engine import interpreters, sandbox
from pdbcoach.errors import PdbcoachError

pytest_plugins = ["pytester"]

PROGRAM = "a = 1\nb = 2\nc = a + b\n"
RUNNING = f"{sys.version_info[0]}.{sys.version_info[1]}"

Lesson = Callable[..., Path]


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the options of our CI and installed plugins out of the other repository."""
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "pdbcoach.pytest_plugin")


@pytest.fixture
def lesson(pytester: pytest.Pytester) -> Lesson:
    """Return a function that writes lessons: ``lesson("one", line=2)`` passes if the line is 2."""
    folder = pytester.mkdir("lessons")
    (folder / "prog.py").write_text(PROGRAM)

    def write(name: str, *, line: int = 2, top: str = "", more: str = "") -> Path:
        path = folder / f"{name}.yaml"
        path.write_text(
            f"format: 1\nid: {name}\nrun: python -m pdb prog.py\n{top}"
            f"steps:\n  - send: n\n    at: {{line: {line}}}\n"
            f"  - send: q\n    ends: {{main: exit 0}}\n{textwrap.dedent(more)}"
        )
        return path

    return write


def another_python() -> str:
    """Return the version of a Python other than the one that runs these tests."""
    for minor in (13, 12, 10, 9, 14):
        version = f"3.{minor}"
        try:
            if version != RUNNING and interpreters.find(version):
                return version
        except PdbcoachError:
            continue
    pytest.skip("there is one Python only")


def test_pytest_finds_the_plugin() -> None:
    found = entry_points(group="pytest11", name="pdbcoach")
    assert [entry.value for entry in found] == ["pdbcoach.pytest_plugin"], "install pdbcoach once more"


def test_the_plugin_is_off_by_default(pytester: pytest.Pytester, lesson: Lesson) -> None:
    lesson("one", line=3)
    pytester.makepyfile(
        """
        import sys

        def test_nothing_is_loaded():
            loaded = {name for name in sys.modules if name.startswith("pdbcoach")}
            assert loaded == {"pdbcoach", "pdbcoach.pytest_plugin"}
            assert not {"pexpect", "yaml", "rich", "psutil"} & set(sys.modules)
        """
    )
    result = pytester.runpytest_subprocess(".")
    result.assert_outcomes(passed=1)


def test_an_item_for_each_scenario_and_target(pytester: pytest.Pytester, lesson: Lesson) -> None:
    other = another_python()
    lesson("one", more="variants:\n  again:\n    title: Again\n")
    result = pytester.runpytest(
        "--pdbcoach", "--pdbcoach-python", RUNNING, "--pdbcoach-python", other, "-v", "lessons"
    )
    result.assert_outcomes(passed=4)
    for name in (f"one@{RUNNING}", f"one@{other}", f"one[again]@{RUNNING}", f"one[again]@{other}"):
        result.stdout.fnmatch_lines([f"lessons/one.yaml::{name.replace('[', '[[]')} PASSED*"])


def test_a_failure_shows_the_report_of_the_scenario(pytester: pytest.Pytester, lesson: Lesson) -> None:
    lesson("one", line=3)
    result = pytester.runpytest("--pdbcoach", "lessons/one.yaml")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            f"*_ one on Python {RUNNING} _*",
            "step 1 of 2 failed: lessons/one.yaml:5",
            "    at.line  (lessons/one.yaml:6)",
            "    - 3",
            "    + 2",
            f"FAILED lessons/one.yaml::one@{RUNNING} - at.line: expected 3, is 2",
        ],
        consecutive=False,
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*.py:*: *Error*")


def test_a_failure_can_not_send_commands_to_github(
    pytester: pytest.Pytester, lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    path = lesson("one", line=3)
    (path.parent / "prog.py").write_text(r"""print('::error::x ##[error]x \x1b[2J')""" + "\nx = 1\n")
    result = pytester.runpytest("--pdbcoach", "lessons/one.yaml")
    result.assert_outcomes(failed=1)
    said = [line for line in result.outlines if "error::x" in line]
    assert said
    assert not [line for line in said if line.lstrip().startswith("::") or "##[" in line or "\x1b" in line]


def test_a_missing_sandbox_is_an_error_before_anything_runs(
    pytester: pytest.Pytester, lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    lesson("one")
    monkeypatch.setenv("PATH", "/nonexistent")
    pytester.makeini("[pytest]\n")
    for words in (["--pdbcoach-sandbox"], ["-o", "pdbcoach_sandbox=true"], []):
        if not words:
            pytester.makepyprojecttoml("[tool.pdbcoach]\nsandbox = true\n")
        result = pytester.runpytest_subprocess("--pdbcoach", *words, "lessons")
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines(["ERROR: no sandbox: bubblewrap is not installed", "*apt install*"])


@pytest.mark.skipif("ok" not in sandbox.state(), reason=sandbox.state())
def test_scenarios_run_in_a_sandbox(pytester: pytest.Pytester, lesson: Lesson) -> None:
    path = lesson("one")
    (path.parent / "prog.py").write_text("import os\nassert os.getpid() == 2, 'in no sandbox'\nc = 3\n")
    steps = "at: {line: 2}\n  - send: n\n    at: {line: 3}"
    path.write_text(path.read_text().replace("at: {line: 2}", steps))
    pytester.makeini("[pytest]\npdbcoach_sandbox = true\n")
    pytester.runpytest_subprocess("--pdbcoach", "lessons").assert_outcomes(passed=1)
    outside = pytester.runpytest_subprocess("--pdbcoach", "-o", "pdbcoach_sandbox=false", "lessons")
    outside.assert_outcomes(failed=1)
    pytester.makeini("[pytest]\n")
    pytester.makepyprojecttoml("[tool.pdbcoach]\nsandbox = true\n")
    pytester.runpytest_subprocess("--pdbcoach", "lessons").assert_outcomes(passed=1)


def test_the_configuration_names_paths_and_pythons(pytester: pytest.Pytester, lesson: Lesson) -> None:
    other = another_python()
    lesson("one")
    pytester.makepyfile(test_else="def test_else(): pass")
    pytester.mkdir("tests")
    pytester.makepyprojecttoml(
        f"""
        [tool.pytest.ini_options]
        testpaths = ["tests"]
        pdbcoach_paths = ["lessons"]
        pdbcoach_pythons = ["{RUNNING}", "{other}"]
        """
    )
    pytester.runpytest().assert_outcomes(passed=2)
    pytester.runpytest("test_else.py").assert_outcomes(passed=1)


def test_a_missing_path_is_an_error(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\npdbcoach_paths = nowhere\n")
    result = pytester.runpytest()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: pdbcoach_paths: there is no */nowhere"])


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "1")], ids=["serial", "xdist"])
def test_an_empty_collection_fails(pytester: pytest.Pytester, workers: tuple[str, ...]) -> None:
    pytester.makepyfile("def test_else(): pass")
    result = pytester.runpytest_subprocess("--pdbcoach", *workers)
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    result.stdout.fnmatch_lines(["ERROR: no pdbcoach scenarios in *"])


def test_a_bad_file_is_a_collection_error(pytester: pytest.Pytester, lesson: Lesson) -> None:
    lesson("one", top="titel: x\n")
    result = pytester.runpytest("--pdbcoach", "lessons")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*/lessons/one.yaml:4:1: unknown key `titel` in a scenario; did you mean `title`?"]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


def test_only_scenarios_are_tests(pytester: pytest.Pytester, lesson: Lesson) -> None:
    lesson("one")
    folder = pytester.path / "lessons"
    (folder / "one.zh.yaml").write_text("title: y\n")
    (folder / "misconceptions.yaml").write_text("m: n\n")
    (folder / "docker-compose.yaml").write_text("version: 3\nsteps: []\n")
    (folder / "x.yml").write_text("format: 1\nsteps: []\n")
    result = pytester.runpytest("--pdbcoach", "--collect-only", "-q")
    result.stdout.fnmatch_lines([f"lessons/one.yaml::one@{RUNNING}", "", "1 test collected in *"])


def test_a_file_in_a_pack_or_named_must_be_a_scenario(pytester: pytest.Pytester, lesson: Lesson) -> None:
    lesson("one")
    folder = pytester.path / "lessons"
    (folder / "other.yaml").write_text("version: 3\n")
    pytester.runpytest("--pdbcoach", "lessons/other.yaml").assert_outcomes(errors=1)
    (folder / "pack.yaml").write_text("format: 1\nid: p\ntitle: P\norder: [one]\n")
    pytester.runpytest("--pdbcoach", "lessons").assert_outcomes(errors=2)


def test_a_scenario_for_another_python_is_skipped_with_a_reason(
    pytester: pytest.Pytester, lesson: Lesson
) -> None:
    lesson("one", top='python: "<3.9"\n')
    result = pytester.runpytest("--pdbcoach", "-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED [[]1] lessons/one.yaml:1: needs Python <3.9"])


XFAIL = "xfail: {reason: it is broken, link: 'https://example.org/1'}\n"


def test_a_known_failure_is_an_xfail(pytester: pytest.Pytester, lesson: Lesson) -> None:
    lesson("one", line=3, top=XFAIL)
    result = pytester.runpytest("--pdbcoach", "-rx")
    result.assert_outcomes(xfailed=1)
    result.stdout.fnmatch_lines(
        [f"XFAIL lessons/one.yaml::one@{RUNNING} - *it is broken (https://example.org/1)"]
    )


def test_a_known_failure_that_passes_fails(pytester: pytest.Pytester, lesson: Lesson) -> None:
    lesson("one", top=XFAIL)
    result = pytester.runpytest("--pdbcoach")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*passed, although it is known to fail: it is broken; remove `xfail`*"])


def test_runxfail_shows_the_failure(pytester: pytest.Pytester, lesson: Lesson) -> None:
    lesson("one", line=3, top=XFAIL)
    result = pytester.runpytest("--pdbcoach", "--runxfail")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["step 1 of 2 failed: lessons/one.yaml:*"])


@pytest.mark.parametrize(
    ("words", "passed"),
    [
        pytest.param(("-k", "two"), 1, id="k-id"),
        pytest.param(("-k", "next"), 2, id="k-teaches"),
        pytest.param(("-m", "pdbcoach"), 3, id="m-pdbcoach"),
        pytest.param(("-m", "not pdbcoach"), 1, id="m-others"),
        pytest.param(("-m", "level_extra"), 1, id="m-level"),
        pytest.param(("-m", "pack_my_pack and level_core"), 2, id="m-pack"),
    ],
)
def test_scenarios_are_selected_by_name_and_marker(
    pytester: pytest.Pytester, lesson: Lesson, words: tuple[str, ...], passed: int
) -> None:
    lesson("one", top="teaches: [next]\n")
    lesson("two", top="teaches: [next]\n")
    lesson("three", top="level: extra\n")
    (pytester.path / "lessons" / "pack.yaml").write_text(
        "format: 1\nid: my-pack\ntitle: P\norder: [one, two, three]\n"
    )
    pytester.makepyfile("def test_else(): pass")
    result = pytester.runpytest("--pdbcoach", "--strict-markers", *words)
    result.assert_outcomes(passed=passed, deselected=4 - passed)


def test_the_last_failure_can_be_rerun(pytester: pytest.Pytester, lesson: Lesson) -> None:
    lesson("one")
    lesson("two", line=3)
    pytester.runpytest("--pdbcoach").assert_outcomes(passed=1, failed=1)
    pytester.runpytest("--pdbcoach", "--lf").assert_outcomes(failed=1)
    lesson("two")
    pytester.runpytest("--pdbcoach", "--lf").assert_outcomes(passed=1)


def test_a_single_item_can_be_named(pytester: pytest.Pytester, lesson: Lesson) -> None:
    lesson("one")
    lesson("two", line=3)
    result = pytester.runpytest("--pdbcoach", f"lessons/one.yaml::one@{RUNNING}")
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize("dist", ["load", "worksteal"])
def test_xdist_runs_all_targets(pytester: pytest.Pytester, lesson: Lesson, dist: str) -> None:
    other = another_python()
    lesson("one")
    lesson("two", line=3)
    words = ("--pdbcoach-python", RUNNING, "--pdbcoach-python", other, "--junitxml=out.xml")
    result = pytester.runpytest_subprocess("--pdbcoach", "-p", "xdist", "-n", "2", "--dist", dist, *words)
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(
        [
            "step 1 of 2 failed: lessons/two.yaml:5",
            "FAILED lessons/two.yaml::two@* - at.line: expected 3, is 2",
        ]
    )
    cases = {case.get("name"): case for case in Xml.parse(pytester.path / "out.xml").iter("testcase")}
    assert set(cases) == {f"{name}@{python}" for name in ("one", "two") for python in (RUNNING, other)}
    failed = cases[f"two@{other}"]
    assert failed.get("classname") == "lessons.two.yaml"
    failure = failed.find("failure")
    assert failure is not None
    assert failure.get("message") == "at.line: expected 3, is 2"
    assert "lessons/two.yaml:6" in (failure.text or "")
    assert cases[f"one@{other}"].find("failure") is None


def test_scenarios_run_on_remote_workers(pytester: pytest.Pytester, lesson: Lesson) -> None:
    """On another machine the files are elsewhere; here rsync copies them to another folder."""
    pytest.importorskip("execnet")
    lesson("one")
    lesson("two", line=3)
    away, lessons = pytester.mkdir("away"), pytester.path / "lessons"
    result = pytester.runpytest_subprocess(
        "-Wignore::DeprecationWarning",
        "-pxdist",
        "--pdbcoach",
        "-d",
        "--tx=popen//chdir=" + str(away),
        f"--rsyncdir={lessons}",
        str(lessons),
    )
    result.assert_outcomes(passed=1, failed=1)
    assert (away / "lessons" / "one.yaml").is_file()


def test_junit_has_file_and_line(pytester: pytest.Pytester, lesson: Lesson) -> None:
    lesson("one", line=3)
    pytester.runpytest("--pdbcoach", "--junitxml=out.xml", "-o", "junit_family=xunit1")
    (case,) = Xml.parse(pytester.path / "out.xml").iter("testcase")
    assert (case.get("file"), case.get("line")) == ("lessons/one.yaml", "0")
    properties = {one.get("name"): one.get("value", "") for one in case.iter("property")}
    assert properties["failed at"].endswith("lessons/one.yaml:6")


def test_a_missing_python_fails_the_item(pytester: pytest.Pytester, lesson: Lesson) -> None:
    lesson("one")
    result = pytester.runpytest("--pdbcoach", "--pdbcoach-python", "3.7")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["could not run: Python 3.7 is no target of pdbcoach"])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("pack.yaml", "format: 1\nid: x\ntitle: X\norder: [nosuch]\n", "nosuch", id="pack"),
        pytest.param("pack.zh.yaml", "titel: X\n", "unknown key `titel`", id="translated pack"),
        pytest.param("one.zh.yaml", "steps: [{}]\n", "1 steps are translated", id="translation"),
    ],
)
def test_a_bad_pack_or_translation_is_a_collection_error(
    pytester: pytest.Pytester, lesson: Lesson, name: str, content: str, said: str
) -> None:
    folder = lesson("one").parent
    (folder / "pack.yaml").write_text("format: 1\nid: x\ntitle: X\norder: [one]\n")
    (folder / name).write_text(content)
    result = pytester.runpytest("--pdbcoach", "lessons")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*{said}*"])

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import pdbcoach
from pdbcoach import cli
from pdbcoach.cli import main
from pdbcoach.errors import PdbcoachError, Problem, ScenarioError, Span

SOURCE = str(Path(pdbcoach.__file__).parents[1])
HEAVY = ("yaml", "pexpect", "rich", "pydantic", "psutil")


def fail_with(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> int:
    def verb(argv: object) -> int:
        raise error

    monkeypatch.setattr(cli, "_run", verb)
    return main([])


def in_a_process(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        env={**os.environ, "PYTHONPATH": SOURCE, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"pdbcoach {pdbcoach.__version__}\n"


def test_the_version_imports_no_large_library() -> None:
    code = (
        "import sys; from pdbcoach.cli import main; main(['--version']); "
        f"sys.exit(' '.join(name for name in {HEAVY!r} if name in sys.modules) or None)"
    )
    done = in_a_process("-c", code)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"pdbcoach {pdbcoach.__version__}\n", "")


def test_a_verb_imports_no_other_verb() -> None:
    code = (
        "import sys; from pdbcoach.cli import main; main(['list']); "
        "print(sorted(name for name in sys.modules if name.startswith('pdbcoach.cli.')), file=sys.stderr)"
    )
    done = in_a_process("-c", code)
    assert (done.returncode, done.stderr) == (0, "['pdbcoach.cli.list', 'pdbcoach.cli.parser']\n")


def test_python_m_runs_it() -> None:
    done = in_a_process("-m", "pdbcoach", "--version")
    assert (done.returncode, done.stdout) == (0, f"pdbcoach {pdbcoach.__version__}\n")


def test_without_a_verb_the_help_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "replay" in shown.err
    assert "doctor" in shown.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(["--help"], 0, id="help"),
        pytest.param(["replay", "--help"], 0, id="help-of-a-verb"),
        pytest.param(["nonsense"], 2, id="no-such-verb"),
        pytest.param(["replay"], 2, id="nothing-to-replay"),
        pytest.param(["replay", "x", "--speed", "0"], 2, id="speed-zero"),
        pytest.param(["replay", "x", "--speed", "nan"], 2, id="speed-nan"),
        pytest.param(["replay", "x", "--timeout-factor", "-1"], 2, id="negative-factor"),
        pytest.param(["replay", "x", "--timeout-factor", "inf"], 2, id="endless-factor"),
    ],
)
def test_usage_has_exit_code_0_or_2(words: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == code
    capsys.readouterr()


class TestErrors:
    def test_a_pdbcoach_error_has_exit_code_2(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert fail_with(PdbcoachError("no \x1b[2J here", "try there"), monkeypatch) == 2
        assert capsys.readouterr().err == "pdbcoach: error: no \\x1b[2J here\n  try there\n"

    def test_a_problem_of_a_file_starts_with_its_place(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        problems = [
            Problem(Span(Path("a.yaml"), 3, 5, 2), "wrong", "  x: yy"),
            Problem(Span(Path("b.yaml"), 1, 1), "x"),
        ]
        assert fail_with(ScenarioError(problems), monkeypatch) == 2
        assert capsys.readouterr().err.splitlines() == [
            "a.yaml:3:5: wrong",
            "      x: yy",
            "        ^^",
            "b.yaml:1:1: x",
            "pdbcoach: error: 2 problems in 2 files, nothing was run",
        ]

    def test_a_file_s_text_is_not_a_command_for_github(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("GITHUB_ACTIONS", "true")
        (tmp_path / "a.yaml").write_text("- ::error::x")
        main(["replay", str(tmp_path / "a.yaml")])
        assert "\n    - ::error::x\n" in capsys.readouterr().err
        (tmp_path / "a.yaml").write_text("::error::x")
        main(["replay", str(tmp_path / "a.yaml")])
        assert "\n\\    ::error::x\n" in capsys.readouterr().err

    def test_ctrl_c_has_exit_code_130(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert fail_with(KeyboardInterrupt(), monkeypatch) == 130
        assert capsys.readouterr().err == "pdbcoach: interrupted\n"

    def test_a_bug_is_reported_without_its_traceback(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.delenv("PDBCOACH_DEBUG", raising=False)
        assert fail_with(ValueError("odd\nmore"), monkeypatch) == 2
        error = capsys.readouterr().err
        assert error.startswith("pdbcoach: error: this is a bug in pdbcoach: ValueError: odd\n")
        assert "Traceback" not in error

    def test_a_bug_shows_its_traceback_when_asked(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("PDBCOACH_DEBUG", "1")
        assert fail_with(ValueError("odd"), monkeypatch) == 2
        assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    "print_it",
    [
        pytest.param("print('x' * 100_000)", id="at-once"),
        pytest.param("print('x')", id="in-the-last-flush"),
    ],
)
def test_a_closed_pipe_ends_it_quietly(print_it: str) -> None:
    code = (
        "import sys; from pdbcoach import cli\n"
        f"def verb(argv): {print_it}; return 0\n"
        "cli._run = verb; sys.exit(cli.main([]))"
    )
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": SOURCE},
            stdin=subprocess.DEVNULL,
            stdout=write,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")


def test_output_that_cannot_be_encoded_is_escaped() -> None:
    code = "from pdbcoach import cli\ncli._run = lambda argv: print('\\u2713 \\udcff') or 0\ncli.main([])"
    done = in_a_process("-c", code, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (done.returncode, done.stdout, done.stderr) == (0, "\\u2713 \\udcff\n", "")


INTERRUPTED_EARLY = """\
import os, signal, sys

class Finder:
    def find_spec(name, path=None, target=None):
        if name == {module!r}:
            {interrupt}

sys.meta_path.insert(0, Finder)
"""


@pytest.mark.parametrize(
    "module", ["pdbcoach.cli", "argparse", "pdbcoach.cli.practice", "pdbcoach.coach.course", "rich.text"]
)
@pytest.mark.parametrize(
    "interrupt",
    [
        pytest.param("os.kill(os.getpid(), signal.SIGINT)", id="code"),
        pytest.param("exec('os.kill(os.getpid(), signal.SIGINT)')", id="exec"),
    ],
)
def test_ctrl_c_during_imports_has_no_traceback(module: str, interrupt: str, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(INTERRUPTED_EARLY.format(module=module, interrupt=interrupt))
    done = subprocess.run(
        [sys.executable, "-m", "pdbcoach", "practice"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**os.environ, "PDBCOACH_HOME": str(tmp_path), "PYTHONPATH": str(tmp_path)},
    )
    assert (done.returncode, done.stderr) == (130, "pdbcoach: interrupted\n")

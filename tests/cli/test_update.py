from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pdbcoach.cli import main

Output = pytest.CaptureFixture[str]

GOOD = (
    "format: 1\nid: demo\nrun: python -m pdb prog.py\nsteps:\n  - send: p 1  # one\n    expect: |\n      {}\n"
)
END = "  - send: q\n    ends: {main: exit 0}\n"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("CI", raising=False)
    (tmp_path / "prog.py").write_text("x = 1\n")
    path = tmp_path / "demo.yaml"
    path.write_text(GOOD.replace("{}", "2") + END)
    return path


def test_the_difference_is_shown_and_written(file: Path, capsys: Output) -> None:
    assert main(["update", str(file), "--yes"]) == 0
    shown = capsys.readouterr().out
    assert "\n-      2\n+      1\n" in shown
    assert file.read_text() == GOOD.replace("{}", "1") + END


def test_a_file_that_passes_is_up_to_date(file: Path, capsys: Output) -> None:
    file.write_text(GOOD.replace("{}", "1") + END)
    assert main(["update", str(file), "--yes"]) == 0
    assert "is up to date" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "code", "value"),
    [
        pytest.param("y", 0, "1", id="yes"),
        pytest.param("", 1, "2", id="no"),
        pytest.param("n", 1, "2", id="n"),
    ],
)
def test_nothing_is_written_unless_the_answer_is_yes(
    file: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch, answer: str, code: int, value: str
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda question: answer)
    assert main(["update", str(file)]) == code
    assert file.read_text() == GOOD.replace("{}", value) + END
    capsys.readouterr()


def test_ctrl_c_at_the_question_leaves_the_file_alone(
    file: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(question: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", interrupted)
    before = file.read_text()
    assert main(["update", str(file)]) == 130
    assert file.read_text() == before
    capsys.readouterr()


@pytest.mark.parametrize(
    ("number", "code"),
    [pytest.param(signal.SIGINT, 130, id="ctrl-c"), pytest.param(signal.SIGTERM, 143, id="terminate")],
)
def test_an_interrupted_replay_leaves_the_file_alone(
    file: Path, short_folder: Path, number: int, code: int
) -> None:
    (file.parent / "prog.py").write_text("open('started', 'w').close()\nimport time\ntime.sleep(600)\n")
    file.write_text(GOOD.replace("{}", "2").replace("steps", "timeout: 300\nsteps") + "  - send: c\n" + END)
    before = file.read_text()
    running = subprocess.Popen(
        [sys.executable, "-m", "pdbcoach", "update", str(file), "--yes"],
        env=os.environ | {"TMPDIR": str(short_folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not list(short_folder.glob("*/**/started")):
        assert running.poll() is None, running.communicate()
    running.send_signal(number)
    out, err = running.communicate(timeout=60)
    assert running.returncode == code, (out, err)
    assert file.read_text() == before
    assert sorted(path.name for path in file.parent.iterdir()) == ["demo.yaml", "prog.py"]


class TestWriting:
    def test_the_mode_stays(self, file: Path, capsys: Output) -> None:
        file.chmod(0o640)
        assert main(["update", str(file), "--yes"]) == 0
        assert file.stat().st_mode & 0o777 == 0o640
        assert sorted(path.name for path in file.parent.iterdir()) == ["demo.yaml", "prog.py"]
        capsys.readouterr()

    def test_a_symlink_stays_one(self, file: Path, capsys: Output) -> None:
        place = file.rename(file.parent / "real.txt")
        file.symlink_to(place)
        assert main(["update", str(file), "--yes"]) == 0
        assert file.is_symlink()
        assert "      1\n" in place.read_text()
        capsys.readouterr()

    def test_a_read_only_file_is_an_error_before_anything_runs(
        self, file: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        allowed = os.access
        monkeypatch.setattr("os.access", lambda path, mode: mode != os.W_OK and allowed(path, mode))
        monkeypatch.setattr("pdbcoach.authoring.update.update", None)
        before = file.read_text()
        assert main(["update", str(file), "--yes"]) == 2
        assert "demo.yaml can't be written" in capsys.readouterr().err
        assert file.read_text() == before

    def test_a_failed_write_leaves_the_file_alone(
        self, file: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(part: Path, path: Path) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("pathlib.Path.replace", full)
        before = file.read_text()
        assert main(["update", str(file), "--yes"]) == 2
        assert "can't be written: No space left on device" in capsys.readouterr().err
        assert file.read_text() == before
        assert sorted(path.name for path in file.parent.iterdir()) == ["demo.yaml", "prog.py"]

    def test_a_file_that_changed_meanwhile_is_not_overwritten(
        self, file: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def saves(question: str) -> str:
            file.write_text("format: 1\n")
            return "y"

        monkeypatch.setattr("sys.stdin.isatty", lambda: True)
        monkeypatch.setattr("builtins.input", saves)
        assert main(["update", str(file)]) == 2
        assert "has changed in the meantime" in capsys.readouterr().err
        assert file.read_text() == "format: 1\n"


def test_what_is_not_verified_is_said(file: Path, capsys: Output) -> None:
    file.write_text(GOOD.replace("{}", "1") + END + "variants:\n  old: {python: '<3'}\n")
    assert main(["update", str(file), "--yes"]) == 0
    shown = capsys.readouterr().out
    assert "up to date" not in shown
    assert "demo.yaml passes on Python 3." in shown
    assert "\n  not verified: demo[old] was not replayed on Python 3." in shown


def test_a_variant_is_named(file: Path, capsys: Output) -> None:
    file.write_text(GOOD.replace("{}", "2") + END + "variants:\n  new: {steps: [{send: q}]}\n")
    assert main(["update", f"{file}[new]", "--yes"]) == 0
    assert "demo.yaml[new] is updated" in capsys.readouterr().out
    assert main(["update", f"{file}[new]", "--yes"]) == 0
    assert "demo.yaml[new] is up to date on Python 3." in capsys.readouterr().out


class TestRefuses:
    def test_under_ci(self, file: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CI", "true")
        before = file.read_text()
        assert main(["update", str(file), "--yes"]) == 2
        assert "not for CI" in capsys.readouterr().err
        assert file.read_text() == before

    def test_without_a_terminal(self, file: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin.isatty", lambda: False)
        assert main(["update", str(file)]) == 2
        assert "--yes" in capsys.readouterr().err

    def test_what_is_unstable(self, file: Path, capsys: Output) -> None:
        file.write_text(GOOD.replace("p 1", "p 'pid', __import__('os').getpid()") + END)
        before = file.read_text()
        assert main(["update", str(file), "--yes"]) == 1
        said = capsys.readouterr()
        assert "up to date" not in said.out
        assert "write a pattern, such as `('pid', [pid])`" in said.err
        assert file.read_text() == before

    def test_what_it_cannot_rewrite(self, file: Path, capsys: Output) -> None:
        file.write_text(GOOD.replace("{}", "2") + "  - send: p 1\n    reject: ['1']\n" + END)
        before = file.read_text()
        assert main(["update", str(file), "--yes"]) == 1
        said = capsys.readouterr()
        assert said.out == ""
        assert f"{file}:9: step 2, `reject`: `1` must not occur (line 1)\n  change the pattern" in said.err
        assert said.err.endswith("demo.yaml is not updated\n")
        assert file.read_text() == before

    def test_a_folder_without_scenarios(
        self, tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("CI", raising=False)
        assert main(["update", str(tmp_path), "--yes"]) == 2
        assert "no scenarios in" in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            pytest.param(b"format: 1\nid: \xff\n", "not valid UTF-8", id="not-utf-8"),
            pytest.param(b"format: [1\n", "not valid YAML", id="not-yaml"),
            pytest.param(b"", "the file is empty", id="empty"),
        ],
    )
    def test_a_file_that_cannot_be_read(self, file: Path, capsys: Output, content: bytes, said: str) -> None:
        file.write_bytes(content)
        assert main(["update", str(file), "--yes"]) == 2
        assert said in capsys.readouterr().err
        assert file.read_bytes() == content

    def test_a_file_that_is_none(
        self, tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("CI", raising=False)
        assert main(["update", str(tmp_path / "none.yaml"), "--yes"]) == 2
        assert "there is no file" in capsys.readouterr().err


class TestSeveral:
    def test_files_are_shown_together_and_written_after_one_question(
        self, file: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (file.parent / "two.yaml").write_text(file.read_text().replace("demo", "two"))
        asked: list[str] = []
        monkeypatch.setattr("sys.stdin.isatty", lambda: True)
        monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or "y")
        assert main(["update", str(file.parent)]) == 0
        assert asked == ["Write this to 2 files? [y/N] "]
        assert all("\n      1\n" in (file.parent / name).read_text() for name in ("demo.yaml", "two.yaml"))
        assert capsys.readouterr().out.count("\n-      2\n") == 2

    def test_a_file_that_stays_stops_no_other(self, file: Path, capsys: Output) -> None:
        two = file.parent / "two.yaml"
        two.write_text(GOOD.replace("demo", "two").replace("{}", "1") + "    reject: ['1']\n" + END)
        assert main(["update", str(file), str(two), "--yes"]) == 1
        said = capsys.readouterr()
        assert ("demo.yaml is updated" in said.out, "two.yaml is not updated" in said.err) == (True, True)

    def test_what_differs_between_pythons_is_left_to_a_person(self, file: Path, capsys: Output) -> None:
        file.write_text(GOOD.replace("p 1", "p __import__('sys').version_info[1]").replace("{}", "11") + END)
        before = file.read_text()
        assert main(["update", str(file), "--yes", "--python", "3.11", "--python", "3.13"]) == 1
        assert "can't both be written" in capsys.readouterr().err
        assert file.read_text() == before

    def test_a_file_is_updated_on_all_pythons_where_it_runs(self, file: Path, capsys: Output) -> None:
        file.write_text(file.read_text().replace("run:", "python: '>=3.12'\nrun:"))
        assert main(["update", str(file), "--yes", "--python", "3.11", "--python", "3.13"]) == 0
        assert "\n      1\n" in file.read_text()
        capsys.readouterr()


def test_texts_that_quote_an_old_value_are_listed(file: Path, capsys: Output) -> None:
    (file.parent / "prog.py").write_text("x = (5, 5.0)\ny = 4\n")
    file.write_text(
        GOOD.replace("p 1", "x")
        .replace("{}", "(4, 4.4)")
        .replace("run:", "intro: It says **4**.\nrun:")
        .replace(
            "  - send: x",
            "  - send: n\n    at: {line: 2}\n    why: Not `14`, nor 4.\n  - send: p x\n    why: It's `4.4`.",
        )
        + END
    )
    zh = file.with_name("demo.zh.yaml")
    zh.write_text("intro: 是 **4**。\nsteps: [{}, {why: 是 `4.4`。}, {}]\n")
    assert main(["update", str(file), "--yes"]) == 0
    listed = [line for line in capsys.readouterr().out.splitlines() if "this text quotes" in line]
    assert listed == [
        f"{file}:3: this text quotes `4`, which is `5` now",
        f"{file}:10: this text quotes `4.4`, which is `5.0` now",
        f"{zh}:1: this text quotes `4`, which is `5` now",
        f"{zh}:2: this text quotes `4.4`, which is `5.0` now",
    ]

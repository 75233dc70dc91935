from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path
from typing import Any

import fabricated as made
import pytest

import pdbcoach
from pdbcoach.errors import PdbcoachError
from pdbcoach.matching.verdict import Died, Failure, LeftRunning, Refused, TimedOut
from pdbcoach.observation import ExitStatus
from pdbcoach.replay.result import ScenarioResult
from pdbcoach.report import files
from pdbcoach.report.json import document, write


def read_back(*results: ScenarioResult) -> Any:
    return json.loads(json.dumps(document(made.replayed(*results))))


def save(destination: str, *results: ScenarioResult) -> None:
    write(made.replayed(*results), destination, sys.stdout)


def test_the_document_names_its_format_and_its_writer() -> None:
    assert read_back() == {"format": 1, "pdbcoach": pdbcoach.__version__, "results": [], "errors": []}


def test_the_format_is_stable() -> None:
    """Programs rely on it: change it only together with the format's number."""
    step = made.step("n", line=31)
    made_result = made.result(
        [(step, (made.state_mismatch(),))], verdict="failed", transcript=[made.entry("n", "-> x\n")]
    )
    (result,) = read_back(made_result)["results"]
    place = {"file": "/packs/fork/fork-count-them.yaml", "column": 5}
    stop = {"file": "ex2.py", "line": 3, "function": "<module>"}
    prompt = {"kind": "pdb", "text": "(Pdb) "}
    assert result == {
        "scenario": {
            **place,
            "line": 1,
            "id": "fork-count-them",
            "title": "Count them",
            "intro": "",
            "outro": "",
            "run": "python -m pdb ex2.py",
            "python": "",
            "grade": "exact",
            "terminals": "per-process",
            "alias": {},
            "steps": 1,
        },
        "target": {"executable": "/usr/bin/python3.13", "version": "3.13.0", "sandbox": False},
        "verdict": "failed",
        "reason": "",
        "seconds": 0.25,
        "kept": "",
        "steps": [
            {
                **place,
                "line": 31,
                "number": 1,
                "process": "main",
                "action": {"send": "n"},
                "wait": 0.0,
                "say": "",
                "ask": "",
                "why": "",
                "observation": {
                    "process": "main",
                    "outcome": "prompt",
                    "before": "",
                    "output": "",
                    "prompt": prompt,
                    "state": {
                        "event": "line",
                        "stop": stop,
                        "depth": 1,
                        "focus": stop,
                        "focus_depth": 1,
                        "returning": None,
                        "raised": None,
                        "breakpoints": [],
                        "displays": [],
                        "aliases": {},
                        "local_values": {},
                        "global_values": {},
                    },
                    "processes": {
                        "main": {
                            "pid": 100,
                            "born": "main",
                            "phase": "stopped",
                            "exit": None,
                            "prompt": prompt,
                            "stop": stop,
                            "doing": "",
                            "door": None,
                            "description": "main waits at (Pdb), ex2.py:3 <module>",
                        }
                    },
                    "unheard": [],
                },
                "failures": [
                    {**place, "line": 13, "kind": "state", "fact": "at.line", "expected": "4", "actual": "5"}
                ],
            }
        ],
        "failures": [],
        "transcript": [{"process": "main", "prompt": "(Pdb) ", "line": "n", "output": "-> x\n"}],
    }


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        pytest.param(
            made.output_mismatch(),
            {
                "kind": "output",
                "reason": "line 2 differs",
                "expected": ["> [..]ex2.py(4)<module>()", "-> if ret == 0:"],
                "actual": ["> /ex2.py(4)<module>()", "-> if ret == 1:", "and more"],
                "expected_at": 1,
                "actual_at": 1,
            },
            id="output",
        ),
        pytest.param(
            TimedOut(made.span(12), 10.0, "a prompt"),
            {"kind": "timeout", "seconds": 10.0, "waited_for": "a prompt"},
            id="timeout",
        ),
        pytest.param(
            Died(made.span(12), "main", str(ExitStatus(signal=9))),
            {"kind": "died", "process": "main", "how": "killed SIGKILL"},
            id="died",
        ),
        pytest.param(Refused(made.span(12), "no"), {"kind": "refused", "reason": "no"}, id="refused"),
        pytest.param(
            LeftRunning(made.span(12), ("main.2 (sleeping)",)),
            {"kind": "left-running", "processes": ["main.2 (sleeping)"]},
            id="left-running",
        ),
    ],
)
def test_each_failure_has_its_kind(failure: Failure, expected: dict[str, object]) -> None:
    (result,) = read_back(made.result(verdict="failed", failures=[failure]))["results"]
    place = {"file": "/packs/fork/fork-count-them.yaml", "line": 12, "column": 5}
    assert result["failures"] == [place | expected]


def test_text_that_cannot_be_encoded_survives(tmp_path: Path) -> None:
    output = "\udcff\x1b[31m子进程\x00"
    save(str(tmp_path / "out.json"), made.result(transcript=[made.entry("n", output)]))
    (result,) = json.loads((tmp_path / "out.json").read_text(encoding="ascii"))["results"]
    assert result["transcript"][0]["output"] == output


def test_a_dash_is_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    save("-")
    assert json.loads(capsys.readouterr().out)["format"] == 1


class TestFile:
    def test_a_file_is_replaced_and_keeps_its_mode(self, tmp_path: Path) -> None:
        file = tmp_path / "out.json"
        file.write_text("old")
        file.chmod(0o600)
        save(str(file))
        assert json.loads(file.read_text())["results"] == []
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert [path.name for path in tmp_path.iterdir()] == ["out.json"]

    def test_a_file_stays_as_it_was_if_writing_fails(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = tmp_path / "out.json"
        file.write_text("old")

        def full(self: Path, target: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "replace", full)
        with pytest.raises(PdbcoachError, match="No space left"):
            save(str(file))
        assert file.read_text() == "old"
        assert [path.name for path in tmp_path.iterdir()] == ["out.json"]

    def test_a_link_is_followed_and_kept(self, tmp_path: Path) -> None:
        (tmp_path / "link.json").symlink_to(tmp_path / "out.json")
        save(str(tmp_path / "link.json"))
        assert (tmp_path / "link.json").is_symlink()
        assert json.loads((tmp_path / "out.json").read_text())["format"] == 1

    def test_a_device_is_written_to_but_not_replaced(self) -> None:
        save(os.devnull)
        assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


@pytest.mark.parametrize(
    ("name", "trouble"),
    [
        pytest.param("", "it is a folder", id="folder"),
        pytest.param("missing/out.json", "there is no folder", id="no-folder"),
    ],
)
def test_a_bad_destination_is_rejected_beforehand(tmp_path: Path, name: str, trouble: str) -> None:
    with pytest.raises(PdbcoachError, match=trouble):
        files.check(str(tmp_path / name), "JSON")


@pytest.mark.parametrize("name", [pytest.param("-", id="dash"), pytest.param("/dev/null", id="device")])
def test_a_good_destination_is_accepted(name: str) -> None:
    files.check(name, "JSON")

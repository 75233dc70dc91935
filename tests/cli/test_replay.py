from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import fabricated as made
import pytest

from pdbcoach.cli import main
from pdbcoach.engine import sandbox
from pdbcoach.errors import PdbcoachError
from pdbcoach.language import locale_of
from pdbcoach.matching.verdict import StateMismatch
from pdbcoach.replay.result import Event, ScenarioResult, ScenarioStarted

Output = pytest.CaptureFixture[str]


def passing(name: str = "one") -> ScenarioResult:
    return made.result(id=name)


def failing(name: str = "two") -> ScenarioResult:
    return made.result([(made.step(), (made.state_mismatch(),))], verdict="failed", id=name)


class TestExitCode:
    def test_a_replay_as_expected_is_0(self, stage, capsys: Output) -> None:
        stage.results = [passing()]
        assert main(["replay", "one"]) == 0
        assert "passed: 1 step" in capsys.readouterr().out

    def test_a_difference_is_1(self, stage, capsys: Output) -> None:
        stage.results = [passing(), failing()]
        assert main(["replay", "packs"]) == 1
        assert "2 replays: 1 passed, 1 failed" in capsys.readouterr().out

    def test_a_skip_is_0(self, stage, capsys: Output) -> None:
        stage.results = [made.result(verdict="skipped", reason="needs Python >=3.14")]
        assert main(["replay", "one"]) == 0
        assert "needs Python >=3.14" in capsys.readouterr().out

    def test_a_missing_scenario_is_2(self, stage, capsys: Output) -> None:
        assert main(["replay", "missing"]) == 2
        assert capsys.readouterr().err == "pdbcoach: error: there is no missing\n  look again\n"

    def test_an_empty_selection_is_2(self, stage, capsys: Output) -> None:
        assert main(["replay", "empty"]) == 2
        assert capsys.readouterr().err == "pdbcoach: error: no scenarios in empty\n"

    def test_a_scenario_that_cannot_run_does_not_stop_the_others(self, stage, capsys: Output) -> None:
        def play(result: ScenarioResult) -> Iterator[Event]:
            if result.scenario.id == "one":
                raise PdbcoachError("it does not start")
            yield from made.events(result)

        stage.results, stage.play = [passing(), failing(), passing("three")], play
        assert main(["replay", "packs", "-j", "1"]) == 2
        assert "3 replays: 1 passed, 1 failed, 1 could not run" in capsys.readouterr().out

    def test_a_single_scenario_that_cannot_run_is_an_error(self, stage, capsys: Output) -> None:
        def play(result: ScenarioResult) -> Iterator[Event]:
            raise PdbcoachError("it does not start")

        stage.results, stage.play = [passing()], play
        assert main(["replay", "one"]) == 2
        assert capsys.readouterr().err == "pdbcoach: error: it does not start\n"


class TestInterruption:
    @pytest.mark.parametrize(
        ("number", "code"),
        [
            pytest.param(signal.SIGINT, 130, id="ctrl-c"),
            pytest.param(signal.SIGTERM, 143, id="terminate"),
            pytest.param(signal.SIGHUP, 129, id="hang-up"),
        ],
    )
    def test_an_interruption_closes_the_session(self, stage, capsys: Output, number: int, code: int) -> None:
        def play(result: ScenarioResult) -> Iterator[Event]:
            yield ScenarioStarted(result.scenario, result.target)
            os.kill(os.getpid(), number)
            yield from made.events(result)

        before = signal.getsignal(number)
        stage.results, stage.play = [passing(), passing("two")], play
        assert main(["replay", "packs", "-j", "1"]) == code
        assert stage.closed == ["one"]
        assert signal.getsignal(number) is before
        capsys.readouterr()

    def test_a_second_ctrl_c_does_not_stop_the_closing(self, stage, capsys: Output) -> None:
        ended: list[str] = []

        def play(result: ScenarioResult) -> Iterator[Event]:
            try:
                yield ScenarioStarted(result.scenario, result.target)
                os.kill(os.getpid(), signal.SIGINT)
            finally:
                os.kill(os.getpid(), signal.SIGINT)
                ended.append("whole")

        stage.results, stage.play = [passing()], play
        assert main(["replay", "one"]) == 130
        assert ended == ["whole"]
        capsys.readouterr()


class TestSeveralAtOnce:
    def test_the_output_is_that_of_one_at_a_time(self, stage, capsys: Output) -> None:
        stage.results = [passing(), failing(), passing("three")]
        shown = []
        for number in ("1", "4"):
            assert main(["replay", "packs", "--python", "all", "-j", number]) == 1
            shown.append(re.sub(r"\d+\.\d+ s", "[time]", capsys.readouterr().out))
        assert shown[0] == shown[1]

    @pytest.mark.parametrize("wrong", ["0", "-1", "2.5", "many", "٣"])
    def test_a_wrong_number_is_rejected(self, capsys: Output, wrong: str) -> None:
        assert main(["replay", "packs", "-j", wrong]) == 2
        assert f"'{wrong}' is neither a number from 1 to 999 nor `auto`" in capsys.readouterr().err


class TestTargets:
    def versions(self, stage) -> list[str]:
        return [target.version for _, target, _ in stage.played]

    @pytest.mark.parametrize(
        ("words", "versions"),
        [
            pytest.param([], ["3.13.0"], id="the-running-one"),
            pytest.param(["--python", "3.9"], ["3.9.18"], id="one"),
            pytest.param(["--python", "3.13", "--python", "3.9"], ["3.13.0", "3.9.18"], id="two"),
            pytest.param(["--python", "all"], ["3.9.18", "3.13.0"], id="all"),
            pytest.param(["--python", "3.13", "--python", "all"], ["3.13.0", "3.9.18"], id="each-once"),
        ],
    )
    def test_options_choose_the_targets(
        self, stage, capsys: Output, words: list[str], versions: list[str]
    ) -> None:
        stage.results = [passing()]
        assert main(["replay", "one", "-j", "1", *words]) == 0
        assert self.versions(stage) == versions
        capsys.readouterr()

    @pytest.mark.parametrize("wanted", [True, False], ids=["in", "out"])
    def test_targets_can_be_in_a_sandbox(
        self, stage, capsys: Output, monkeypatch: pytest.MonkeyPatch, wanted: bool
    ) -> None:
        monkeypatch.setattr(sandbox, "check", lambda: None)
        stage.results = [passing()]
        assert main(["replay", "x", "--sandbox" if wanted else "--no-sandbox"]) == 0
        assert [target.sandbox for _, target, _ in stage.played] == [wanted]
        assert bool(stage.ready) is not wanted, "no warm interpreter can be in a sandbox"

    def test_every_scenario_is_played_on_each_target(self, stage, capsys: Output) -> None:
        stage.results = [passing("a"), passing("b")]
        assert main(["replay", "packs", "-j", "1", "--python", "all"]) == 0
        assert [name for name, _, _ in stage.played] == ["a", "b", "a", "b"]
        assert "4 replays: 4 passed" in capsys.readouterr().out


class TestOptions:
    def test_options_reach_the_runner(self, stage, capsys: Output) -> None:
        stage.results = [passing()]
        assert main(["replay", "one", "--keep", "--timeout-factor", "2.5", "--cold"]) == 0
        ((_, _, options),) = stage.played
        assert (options.keep, options.timeout_factor, options.cold) == (True, 2.5, True)
        capsys.readouterr()

    @pytest.mark.parametrize(
        ("words", "started"),
        [
            pytest.param([], ["/usr/bin/python3.13"], id="early"),
            pytest.param(["--python", "all"], ["/usr/bin/python3.9"], id="the-first"),
            pytest.param(["--cold"], [], id="cold"),
        ],
    )
    def test_the_first_python_starts_before_the_imports(
        self, stage, capsys: Output, words: list[str], started: list[str]
    ) -> None:
        stage.results = [passing()]
        assert main(["replay", "one", *words]) == 0
        assert stage.ready == started
        capsys.readouterr()

    @pytest.mark.parametrize(
        ("words", "language"),
        [
            pytest.param(["--lang", "fr"], "fr", id="given"),
            pytest.param([], "zh_CN.UTF-8", id="the-locale"),
        ],
    )
    def test_the_language_reaches_the_loader(
        self, stage, capsys: Output, monkeypatch: pytest.MonkeyPatch, words: list[str], language: str
    ) -> None:
        monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
        stage.results = [passing()]
        assert main(["replay", "one", *words]) == 0
        assert stage.asked == [(("one",), language)]
        capsys.readouterr()

    def test_quiet_shows_failures_and_the_summary(self, stage, capsys: Output) -> None:
        stage.results = [passing(), failing()]
        assert main(["replay", "packs", "--quiet"]) == 1
        shown = capsys.readouterr().out
        assert "two · Count them · Python 3.13.0" in shown
        assert "one · Count them" not in shown
        assert "2 replays: 1 passed, 1 failed" in shown

    @pytest.mark.parametrize("quiet", [["--quiet"], []], ids=["quiet", "loud"])
    def test_a_program_cannot_send_commands_to_github(
        self, stage, capsys: Output, monkeypatch: pytest.MonkeyPatch, quiet: list[str]
    ) -> None:
        monkeypatch.setenv("GITHUB_ACTIONS", "true")
        text = "::error::x\n"
        failure = StateMismatch(made.span(), "at.file", "x", "##[error]x")
        step = (made.step(), (failure,))
        stage.results = [made.result([step], verdict="failed", transcript=[made.entry(None, text)])]
        stage.play = lambda result: made.events(result, [text])
        assert main(["replay", "x", *quiet]) == 1
        lines = capsys.readouterr().out.splitlines()
        token = lines[0].removeprefix("::stop-commands::")
        said = [number for number, line in enumerate(lines) if "error::x" in line or "##[" in line]
        assert len(said) > 1
        assert max(said) < lines.index(f"::{token}::")

    def test_quiet_prints_one_line_if_all_passes(self, stage, capsys: Output) -> None:
        stage.results = [passing()]
        assert main(["replay", "one", "--quiet"]) == 0
        assert len(capsys.readouterr().out.splitlines()) == 1

    @pytest.mark.parametrize(
        "words",
        [
            pytest.param(["--step"], id="step-without-terminal"),
            pytest.param(["--quiet", "--speed", "1"], id="quiet-speed"),
            pytest.param(["--quiet", "--step"], id="quiet-step"),
            pytest.param(["--step", "-j", "2"], id="step-by-two"),
        ],
    )
    def test_contradictory_options_are_rejected_beforehand(
        self, stage, capsys: Output, words: list[str]
    ) -> None:
        stage.results = [passing()]
        assert main(["replay", "one", *words]) == 2
        assert stage.played == []
        assert "--step" in capsys.readouterr().err

    def test_speed_draws_each_line_once(self, stage, capsys: Output) -> None:
        stage.results = [passing()]
        assert main(["replay", "one", "--speed", "100000"]) == 0
        assert capsys.readouterr().out.count("(Pdb) n") == 1


class TestJson:
    def test_json_is_written_to_a_file(self, stage, capsys: Output, tmp_path: Path) -> None:
        stage.results = [passing(), failing()]
        assert main(["replay", "packs", "--json", str(tmp_path / "out.json")]) == 1
        results = json.loads((tmp_path / "out.json").read_text())["results"]
        assert [result["verdict"] for result in results] == ["passed", "failed"]
        assert "2 replays" in capsys.readouterr().out

    def test_only_json_is_on_standard_output(self, stage, capsys: Output) -> None:
        stage.results = [passing(), failing()]
        assert main(["replay", "packs", "--json", "-"]) == 1
        shown = capsys.readouterr()
        assert len(json.loads(shown.out)["results"]) == 2
        assert "2 replays" in shown.err

    def test_a_bad_file_is_rejected_beforehand(self, stage, capsys: Output, tmp_path: Path) -> None:
        stage.results = [passing()]
        assert main(["replay", "one", "--json", str(tmp_path / "none" / "out.json")]) == 2
        assert stage.played == []
        assert "there is no folder" in capsys.readouterr().err

    def test_an_interruption_leaves_the_old_file(self, stage, capsys: Output, tmp_path: Path) -> None:
        def play(result: ScenarioResult) -> Iterator[Event]:
            raise KeyboardInterrupt
            yield

        (tmp_path / "out.json").write_text("old")
        stage.results, stage.play = [passing()], play
        assert main(["replay", "one", "--json", str(tmp_path / "out.json")]) == 130
        assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("out.json", "old")]
        capsys.readouterr()


@pytest.mark.parametrize(
    ("environment", "locale"),
    [
        pytest.param({}, "", id="none"),
        pytest.param({"LANG": "en_GB.UTF-8"}, "en_GB.UTF-8", id="LANG"),
        pytest.param({"LANG": "en_GB", "LC_MESSAGES": "zh_CN"}, "zh_CN", id="LC_MESSAGES"),
        pytest.param({"LANG": "en_GB", "LC_ALL": "C", "LC_MESSAGES": "zh_CN"}, "C", id="LC_ALL"),
        pytest.param({"LANG": "en_GB", "LC_ALL": ""}, "en_GB", id="empty-is-unset"),
    ],
)
def test_the_locale_follows_posix(environment: dict[str, str], locale: str) -> None:
    assert locale_of(environment) == locale

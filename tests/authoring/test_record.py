"""From what was typed to a scenario that holds."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

import pytest

from pdbcoach.authoring import record
from pdbcoach.authoring.draft import Draft
from pdbcoach.authoring.recorded import RecordedRoute
from pdbcoach.authoring.setting import copies, save, setting
from pdbcoach.errors import PdbcoachError
from pdbcoach.facts import At, Breakpoints, Focus, Returns, Values
from pdbcoach.front.debugger import Debugger
from pdbcoach.replay.result import Target
from pdbcoach.scenario.loader import load
from pdbcoach.scenario.model import Key, Scenario, Send

HERE = Target(sys.executable, "{}.{}.{}".format(*sys.version_info[:3]))

CALLS = """\
import os


def double(number):
    result = number * 2
    return result


print("pid", os.getpid())
answer = double(21)
print(answer, object())
"""

FORKS = """\
import os

child = os.fork()
if child == 0:
    print("I am the child")
    os._exit(3)
os.wait()
print("over")
"""

Line = str | tuple[str, str] | Key


def recorded(folder: Path, source: str, lines: list[Line]) -> Scenario:
    """The scenario of what was typed: text, (process, text), or a key."""
    (folder / "prog.py").write_text(source)
    where = setting(["python", "-m", "pdb", str(folder / "prog.py")], folder / "demo.yaml", None)
    with closing(Debugger(where.scenario(), HERE)) as debugger:
        debugger.launch()
        debugger.arrive()
        before, current = dict(debugger.views), "main"
        for line in lines:
            if isinstance(line, Key):
                debugger.type(line, current, lambda views: "no", patience=1)
                continue
            current, text = line if isinstance(line, tuple) else (current, line)
            assert debugger.wait_for_process(current, 10)
            debugger.wait_for(current, 10)
            debugger.type(Send(text), current, lambda views: "no", patience=0.5)
        recorded = RecordedRoute.of(before, debugger.route)
    written = record.write(Draft(where, recorded, HERE.version), HERE)
    assert written.problem == ""
    save(where, written.text)
    (scenario,) = load(where.path)
    return scenario


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    lines: list[Line] = ["b 5", "c", "p number", "n", "r", "u", "n", "p object()", "!answer = 1", "n", "q"]
    return recorded(tmp_path_factory.mktemp("calls"), CALLS, lines)


def text_of(scenario: Scenario) -> str:
    return scenario.path.read_text()


class TestSteps:
    def test_the_lines_are_there(self, calls: Scenario) -> None:
        sent = [getattr(step.action, "text", None) for step in calls.steps]
        assert sent == [
            None,
            "b 5",
            "c",
            "p number",
            "n",
            "r",
            "u",
            "n",
            "p object()",
            "!answer = 1",
            "n",
            "q",
        ]

    def test_a_move_says_where(self, calls: Scenario) -> None:
        place = calls.steps[2].facts.of(At)
        assert place is not None
        assert (place.line, place.function, place.event) == (5, "double", "line")
        assert [mark.line for mark in calls.marks.values() if mark.name == "result_number"] == [5]

    def test_the_breakpoint_table_is_asserted_when_it_changes(self, calls: Scenario) -> None:
        tables = [step.facts.of(Breakpoints) is not None for step in calls.steps]
        assert tables == [False, True, *[False] * 10]

    def test_a_value_on_its_way_out(self, calls: Scenario) -> None:
        returns = calls.steps[5].facts.of(Returns)
        assert returns is not None
        assert returns.text == "42"

    def test_the_frame_looked_at(self, calls: Scenario) -> None:
        focus = calls.steps[6].facts.of(Focus)
        assert focus is not None
        assert focus.function == "<module>"

    def test_a_statement_s_effect(self, calls: Scenario) -> None:
        values = calls.steps[9].facts.of(Values)
        assert values is not None
        assert [(row.name, row.text) for row in values.rows] == [("answer", "1")]

    def test_looking_commands_have_their_output_and_volatile_parts_are_patterns(
        self, calls: Scenario
    ) -> None:
        text = text_of(calls)
        assert "    expect: |\n      21\n" in text
        assert "<object object at [addr]>" in text

    def test_a_program_s_output_is_kept_without_pdb_s_words(self, calls: Scenario) -> None:
        assert "    expect: |\n      pid [pid]\n      ...\n" in text_of(calls)

    def test_the_end_of_every_process(self, calls: Scenario) -> None:
        assert text_of(calls).endswith("  - send: q\n    ends: {main: exit 0}\n")


def test_the_work_folder_is_no_path_of_one_run(tmp_path: Path) -> None:
    lines: list[Line] = ["n", "p os.getcwd()", "!here = os.getcwd()", "q"]
    scenario = recorded(tmp_path, "import os\nx = 1\n", lines)
    assert "    expect: |\n      '[work]'\n" in text_of(scenario)
    values = scenario.steps[3].facts.of(Values)
    assert values is not None
    assert [(one.name, one.text) for one in values.rows] == [("here", "'[work]'")]


def test_several_processes(tmp_path: Path) -> None:
    lines: list[Line] = [
        "b 4",
        "c",
        ("main.1", "p child"),
        ("main", "n"),
        "n",
        ("main.1", "c"),
        ("main", "q"),
    ]
    scenario = recorded(tmp_path, FORKS, lines)
    text = text_of(scenario)
    assert "processes: {main.1: stopped}" in text
    assert "processes: {main: running}" in text
    assert "processes: {main: stopped, main.1: exit 3}" in text
    assert "ends: {main: exit 0, main.1: exit 3}" in text


def test_ctrl_c_asserts_no_line(tmp_path: Path) -> None:
    source = "import time\nwhile True:\n    time.sleep(0.01)\n"
    scenario = recorded(tmp_path, source, ["c", Key("ctrl-c"), "q"])
    place = scenario.steps[2].facts.of(At)
    assert place is not None
    assert (place.line, place.function) == (None, "<module>")


class TestSetting:
    def test_lies_beside_the_program(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "sub").mkdir()
        (tmp_path / "sub" / "My_Prog.py").write_text("")
        monkeypatch.chdir(tmp_path)
        where = setting(["python", "-m", "pdb", "sub/My_Prog.py", "--x"], None, None)
        assert (str(where.path), where.run_line) == ("sub/my-prog.yaml", "python -m pdb My_Prog.py --x")

    def test_takes_the_modules_that_the_program_imports(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "prog.py").write_text("import os, helper\nfrom pack import part\n")
        (tmp_path / "helper.py").write_text("import deeper\n")
        (tmp_path / "deeper.py").write_text("")
        (tmp_path / "other.py").write_text("")
        (tmp_path / "pack").mkdir()
        (tmp_path / "pack" / "__init__.py").write_text("")
        (tmp_path / "pack" / "part.py").write_text("")
        (tmp_path / "data.txt").write_text("")
        monkeypatch.chdir(tmp_path)
        where = setting(["python", "prog.py", "data.txt"], None, None)
        assert set(where.listed) == {
            *("prog.py", "data.txt", "deeper.py", "helper.py", "pack/__init__.py", "pack/part.py")
        }

    @pytest.mark.parametrize(
        ("words", "output", "message"),
        [
            pytest.param(["python3.9", "x.py"], None, "must start with the word `python`", id="not-python"),
            pytest.param(["python", "none.py"], None, "there is no file none.py", id="no-program"),
            pytest.param(["python", "-I", "prog.py"], None, "`-I`", id="isolated"),
            pytest.param(["python", "prog.py"], "Bad Name.yaml", "named like its id", id="a-bad-name"),
            pytest.param(["python", "prog.py"], "no/demo.yaml", "no folder no", id="no-folder"),
        ],
    )
    def test_refuses(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        words: list[str],
        output: str | None,
        message: str,
    ) -> None:
        (tmp_path / "prog.py").write_text("")
        monkeypatch.chdir(tmp_path)
        with pytest.raises(PdbcoachError) as caught:
            setting(words, Path(output) if output else None, None)
        assert message in str(caught.value)

    def test_copies_a_program_that_lies_elsewhere(self, tmp_path: Path) -> None:
        (tmp_path / "prog.py").write_text("x = 1\n")
        (tmp_path / "pack").mkdir()
        where = setting(["python", str(tmp_path / "prog.py")], tmp_path / "pack" / "demo.yaml", None)
        assert copies(where) == [(tmp_path / "prog.py", tmp_path / "pack" / "prog.py")]
        (tmp_path / "pack" / "prog.py").write_text("x = 2\n")
        with pytest.raises(PdbcoachError, match="is another file"):
            copies(where)

"""Single-process sessions: prompts of every kind, state, keys, bounds."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from sessions import Open

from pdbcoach import Session
from pdbcoach.engine.environment import SHIM
from pdbcoach.engine.launch import Launch
from pdbcoach.engine.limits import Limits
from pdbcoach.errors import PdbcoachError
from pdbcoach.observation import ExitStatus, Prompt

CALLS = """\
def double(n):
    m = n * 2
    return m


x = double(4)
print(x)
"""


def test_the_first_stop_is_the_first_line(debug: Open, python: str) -> None:
    seen = debug(CALLS, python).start()
    assert seen.output == "> prog.py(1)<module>()\n-> def double(n):\n"
    assert seen.prompt is not None
    assert (seen.prompt.kind, seen.prompt.text) == ("pdb", "(Pdb) ")
    assert seen.state is not None
    assert (seen.state.event, seen.state.depth, str(seen.state.stop)) == ("line", 1, "prog.py:1 <module>")


def test_the_state_follows_the_debugger(debug: Open, python: str) -> None:
    s = debug(CALLS, python)
    s.start()
    s.send("b 2, n > 1")
    state = s.send("c").state
    assert state is not None
    assert (str(state.stop), state.depth, state.event) == ("prog.py:2 double", 2, "line")
    (row,) = state.breakpoints
    assert (row.file, row.line, row.condition, row.hits, row.enabled) == ("prog.py", 2, "n > 1", 1, True)
    assert state.value("n") == "4"
    assert state.value("m") is None
    state = s.send("r").state
    assert state is not None
    assert (state.event, state.returning, state.value("m")) == ("return", "8", "8")
    state = s.send("u").state
    assert state is not None
    assert (str(state.focus), str(state.stop)) == ("prog.py:6 <module>", "prog.py:3 double")
    assert (state.focus_depth, state.depth) == (1, 2)


def test_an_assignment_at_the_prompt_is_kept(debug: Open, python: str) -> None:
    # Before 3.13, reading a frame's f_locals would undo it.
    s = debug(CALLS, python)
    s.start()
    s.send("b 3")
    s.send("c")
    s.send("!m = 99")
    state = s.send("p m").state
    assert state is not None
    assert state.value("m") == "99"
    assert "99" in s.send("c").output


def test_stepping_into_a_function_is_a_call_event(debug: Open, python: str) -> None:
    s = debug(CALLS, python)
    s.start()
    s.send("b 6")
    s.send("c")
    state = s.send("s").state
    assert state is not None
    assert (state.event, str(state.stop)) == ("call", "prog.py:1 double")


@pytest.mark.parametrize(
    ("line", "kind", "text"),
    [
        pytest.param("cl", "confirm", "Clear all breaks? ", id="confirmation"),
        pytest.param("commands 1", "commands", "(com) ", id="breakpoint-commands"),
        pytest.param("debug double(1)", "nested", "((Pdb)) ", id="recursive-debugger"),
        pytest.param("interact", "interact", ">>> ", id="interact"),
        pytest.param("p input('name: ')", "program", "name: ", id="input"),
    ],
)
def test_every_prompt_is_recognised(debug: Open, python: str, line: str, kind: str, text: str) -> None:
    s = debug(CALLS, python)
    s.start()
    s.send("b 2")
    seen = s.send(line)
    assert seen.prompt is not None
    assert (seen.prompt.kind, seen.prompt.text) == (kind, text)


def test_the_interpreters_own_prompts_are_recognised(session: Open, python: str) -> None:
    s = session(CALLS, python, "-i", "prog.py")
    kinds = [s.start()] + [s.send(line) for line in ("def f():", "    return 5", "", "f()")]
    assert [one.prompt.text for one in kinds if one.prompt] == [">>> ", "... ", "... ", ">>> ", ">>> "]
    assert kinds[-1].output == "5\n"
    assert s.send("import sys; sys.ps1, sys.ps2").output == "('>>> ', '... ')\n"


def test_a_crash_gives_a_post_mortem_state(debug: Open, python: str) -> None:
    s = debug("def f(x):\n    return 1 // x\n\n\nf(0)\n", python)
    s.start()
    state = s.send("c").state
    assert state is not None
    assert (state.event, str(state.stop)) == ("post-mortem", "prog.py:2 f")
    assert state.raised is not None
    assert state.raised.type == "ZeroDivisionError"


CHAIN = """\
def first(x):
    return 1 // x


def second():
    try:
        first(0)
    except ZeroDivisionError as error:
        raise KeyError("second") from error


second()
"""


def test_a_post_mortem_of_an_earlier_exception_gives_that_exception(session: Open, python: str) -> None:
    s = session(CHAIN, python, "-i", "prog.py")
    s.start()
    state = s.send("import pdb, sys; pdb.post_mortem(sys.last_value.__cause__.__traceback__)").state
    assert state is not None
    assert (str(state.stop), state.raised and state.raised.type) == ("prog.py:2 first", "ZeroDivisionError")


def test_the_exceptions_command_changes_the_exception(debug: Open, python: str) -> None:
    s = debug(CHAIN, python)
    s.start()
    state = s.send("c").state
    assert state is not None
    assert (str(state.stop), state.raised and state.raised.type) == ("prog.py:9 second", "KeyError")
    seen = s.send("exceptions 0")
    if "*** " in seen.output:  # before 3.13 pdb has no such command
        assert "SyntaxError" in seen.output
        return
    state = seen.state
    assert state is not None
    assert (str(state.stop), state.raised and state.raised.type) == ("prog.py:2 first", "ZeroDivisionError")


def test_an_exception_event_is_in_the_frame_that_called(debug: Open, python: str) -> None:
    source = "def f(x):\n    return 1 // x\n\n\ntry:\n    f(0)\nexcept ZeroDivisionError:\n    pass\n"
    s = debug(source, python)
    s.start()
    s.send("b 6")
    s.send("c")
    state = s.send("n").state
    assert state is not None
    assert (state.event, str(state.stop), state.depth) == ("exception", "prog.py:6 <module>", 1)


def test_output_that_looks_like_a_prompt_is_output(debug: Open, python: str) -> None:
    s = debug("for i in range(50):\n    print('(Pdb) ', end='')\nprint('(Pdb) ')\nprint('end')\n", python)
    s.start()
    s.send("b 4")
    seen = s.send("c")
    assert seen.output.startswith("(Pdb) " * 51 + "\n> prog.py(4)")
    assert s.send("help commands").prompt is not None


def test_ctrl_c_stops_a_loop(debug: Open, python: str) -> None:
    s = debug("while True:\n    x = 1\n", python)
    s.start()
    assert s.send("c", until="blocked").outcome == "blocked"
    seen = s.interrupt()
    assert "Program interrupted" in seen.output
    assert seen.state is not None
    assert seen.state.stop.file == "prog.py"


def test_a_timeout_reports_where_the_program_is(debug: Open, python: str) -> None:
    s = debug("import time\n\n\ndef nap():\n    time.sleep(60)\n\n\nnap()\n", python)
    s.start()
    seen = s.send("c", timeout=0.5)
    assert seen.outcome == "timeout"
    assert "prog.py:5 nap" in seen.processes["main"].describe()


def test_ctrl_d_quits_pdb(debug: Open, python: str) -> None:
    s = debug(CALLS, python)
    s.start()
    seen = s.send_eof()
    assert seen.outcome == "ended"
    assert seen.processes["main"].exit == ExitStatus(code=0)


def test_a_signal_is_an_exit_status(session: Open, python: str) -> None:
    s = session("import os\nos.kill(os.getpid(), 9)\n", python, "prog.py")
    seen = s.start()
    assert seen.processes["main"].exit == ExitStatus(signal=9)
    assert str(seen.processes["main"].exit) == "killed SIGKILL"


def test_a_megabyte_without_newline_arrives_whole(debug: Open, python: str) -> None:
    s = debug("print('x' * (1 << 20), end='')\nprint('end')\n", python)
    s.start()
    s.send("b 2")
    assert s.send("c").output.startswith("x" * (1 << 20) + "> prog.py(2)")


def test_a_flood_of_output_is_stopped(debug: Open, python: str) -> None:
    s = debug("while True:\n    print('x' * 1000)\n", python, limits=Limits(output=200_000))
    s.start()
    seen = s.send("c")
    assert seen.outcome == "flooded"
    assert "reading" not in seen.processes["main"].describe()


def test_control_sequences_and_invalid_bytes_arrive(debug: Open, python: str) -> None:
    source = "import os\nos.write(1, b'\\x1b[2J\\xff\\xfe\\x1b]0;title\\x07ok\\n')\nprint('end')\n"
    s = debug(source, python)
    s.start()
    s.send("b 3")
    assert s.send("c").output.startswith("\x1b[2J\\xff\\xfe\x1b]0;title\x07ok\n> prog.py(3)")


@pytest.mark.parametrize("character", ["\f", "\v", "\x85", "\u2028"])
def test_a_listing_has_the_lines_that_python_counts(session: Open, python: str, character: str) -> None:
    s = session(f"s = 'a{character}b'\nx = 1\n", python)
    s.start()
    assert s.send("l 1, 2").output == f"  1  ->\ts = 'a{character}b'\n  2  \tx = 1\n"


def test_a_listing_is_decoded_as_the_program_declares(session: Open, python: str, tmp_path: Path) -> None:
    s = session("", python)
    (s.work_folder / "prog.py").write_text("# coding: latin-1\ns = 'Zoë'\n", encoding="latin-1")
    assert s.start().output.endswith("-> s = 'Zoë'\n")


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("os.getcwd()", "'[work]'"),
        ("os.path.join(os.getcwd(), '')", "'[work]/'"),
        ("os.path.abspath('prog.py')", "'prog.py'"),
        ("os.path.abspath('deep/er')", "'deep/er'"),
        ("[os.getcwd() + ':x', '/x:' + os.getcwd()]", "['[work]:x', '/x:[work]']"),
        ("(os.getcwd() + '2').replace(os.path.dirname(os.getcwd()), '')", "'/work2'"),
    ],
)
def test_the_work_folder_has_the_same_name_in_every_run(
    debug: Open, python: str, expression: str, shown: str
) -> None:
    s = debug("import os\nx = 1\n", python)
    s.start()
    s.send("n")
    assert s.send(f"p {expression}").output == f"{shown}\n"
    seen = s.send(f"!here = {expression}")
    assert seen.state is not None
    assert seen.state.local_values["here"] == shown


def test_unflushed_output_comes_before_the_prompt(debug: Open, python: str) -> None:
    s = debug("print('torn', end='')\nprint('end')\n", python)
    s.start()
    assert s.send("n").output == "torn> prog.py(2)<module>()\n-> print('end')\n"


def test_a_long_line_is_typed_whole(debug: Open, python: str) -> None:
    s = debug(CALLS, python)
    s.start()
    assert s.send(f"p len('{'x' * 3000}')").output == "3000\n"


def test_pdbrc_is_run(debug: Open, python: str) -> None:
    seen = debug(CALLS, python, pdbrc="b 3\n").start()
    assert "Breakpoint 1 at prog.py:3" in seen.output


def test_only_given_variables_reach_the_program(
    debug: Open, python: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "leaks")
    s = debug("import os\nprint(sorted(os.environ))\n", python, env={"EXTRA": "1"})
    s.start()
    s.send("n")
    names = s.send("n").output
    assert "'EXTRA'" in names
    assert "SECRET" not in names


def test_an_existing_sitecustomize_is_run(session: Open, python: str, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("print('mine', __name__)\n")
    # A second folder on PYTHONPATH takes the place of site-packages, where such a file would be.
    source = "import sys\nprint('sitecustomize' in sys.modules)\n"
    s = session(source, python, "prog.py", env={"PYTHONPATH": f"{SHIM}:{tmp_path}"})
    assert s.start().output == "mine sitecustomize\nTrue\n"


def test_the_shim_leaves_no_modules_or_paths(session: Open, python: str) -> None:
    source = "import sys\nprint([m for m in sys.modules if 'custom' in m or 'pdbcoach' in m], sys.path)\n"
    seen = session(source, python, "prog.py").start()
    assert seen.output.startswith("[]")
    assert "shim" not in seen.output


def test_a_syntax_error_never_hangs(debug: Open, python: str) -> None:
    seen = debug("def f(:\n", python).start()
    assert seen.outcome in ("ended", "prompt")
    assert "SyntaxError" in seen.output


def test_large_and_hostile_values_are_described_safely(debug: Open, python: str) -> None:
    source = """\
class Evil:
    def __repr__(self):
        raise SystemExit("repr was called")
    __hash__ = None
    def __getattribute__(self, name):
        raise SystemExit(name)
evil = [Evil(), {1: Evil()}]
big = list(range(10**6))
deep = []
for _ in range(10**4):
    deep = [deep]
number = 10**10000
wide = [[['x' * 150] * 30] * 30] * 30
print('end')
"""
    s = debug(source, python)
    s.start()
    s.send("b 14")
    state = s.send("c").state
    assert state is not None
    assert state.value("evil") == "[<Evil object>, {1: <Evil object>}]"
    assert state.value("deep") == "[[[[[...]]]]]"
    assert state.value("number") == "<int of 33220 bits>"
    assert len(state.value("big") or "") < 300
    assert len(state.value("wide") or "") < 40_000


def test_endless_values_leave_the_rest_of_the_state(session: Open, python: str) -> None:
    source = (
        "for n in range(90):\n    globals()[f'big{n}'] = [chr(0x4e2d) * 200] * 30\nsmall = 1\nprint('end')\n"
    )
    s = session(source, python)
    s.start()
    s.send("b 4")
    state = s.send("c").state
    assert state is not None
    assert str(state.stop) == "prog.py:4 <module>"
    assert (state.value("n"), state.value("small"), state.value("big89")) == ("89", "1", "...")


def test_endless_breakpoints_leave_the_prompt(session: Open, python: str) -> None:
    source = "import bdb\nfor n in range(1, 9000):\n    bdb.Breakpoint('x' * 200, n)\nprint('end')\n"
    s = session(source, python)
    s.start()
    s.send("tbreak 4")
    seen = s.send("c")
    assert seen.outcome == "prompt"
    assert seen.state is None
    assert s.send("p 6 * 7").output == "42\n"


@pytest.mark.parametrize("prompt", [r"'\ud800'", "'x' * 300_000 + '? '"], ids=["unprintable", "long"])
def test_a_prompt_may_be_any_string(session: Open, python: str, prompt: str) -> None:
    source = f"try:\n    input({prompt})\nexcept UnicodeEncodeError:\n    pass\nbreakpoint()\nx = 1\n"
    s = session(source, python, "prog.py")
    seen = s.start()
    if seen.prompt is not None and seen.prompt.kind == "program":
        seen = s.send("")
    assert seen.prompt is not None
    assert seen.prompt.kind == "pdb"
    assert s.send("p 6 * 7").output == "42\n"


def test_the_options_of_a_session_are_those_of_a_launch(tmp_path: Path, temporary: Path) -> None:
    program = tmp_path / "prog.py"
    program.write_text(CALLS)
    launch = Launch(["-m", "pdb", "prog.py"], files=[program])
    with Session(launch) as one, Session(launch.run, files=launch.files) as other:
        assert one.start() == replace(other.start(), processes=one.processes)
    with Session(launch, pdbrc="b 3\n") as s:
        assert "Breakpoint 1 at prog.py:3" in s.start().output


def test_an_unknown_option_is_an_error_and_leaves_nothing(temporary: Path) -> None:
    with pytest.raises(TypeError, match="colder"):
        Session(["prog.py"], colder=True)
    assert list(temporary.iterdir()) == []


def test_an_unknown_interpreter_is_an_error(temporary: Path) -> None:
    with pytest.raises(PdbcoachError, match="no such interpreter: python9"):
        Session(["prog.py"], python="python9")


def test_a_missing_file_is_an_error_and_leaves_nothing(temporary: Path) -> None:
    with pytest.raises(PdbcoachError, match="work folder"):
        Session(["prog.py"], files=["/nowhere/prog.py"])
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("read_size", [1, 7])
def test_observations_do_not_depend_on_how_output_is_cut(debug: Open, python: str, read_size: int) -> None:
    def outputs(**options: int) -> list[str]:
        s = debug(CALLS, python, **options)
        seen = [s.start(), *(s.send(line) for line in ("b 2", "c", "interact", "1 + 1"))]
        return [one.output for one in [*seen, s.send_eof(), s.send("c"), s.send("q")]]

    assert outputs(read_size=read_size) == outputs()


def test_a_prompt_that_goes_elsewhere_is_observed(debug: Open, python: str) -> None:
    source = "import io, sys\nsys.stdout = io.StringIO()\nprint('hidden')\nx = 1\ny = 2\n"
    s = debug(source, python)
    s.start()
    seen = [s.send(line) for line in ("n", "n", "n", "p 6 * 7")]
    assert [one.outcome for one in seen] == ["prompt"] * 4
    assert seen[-1].output == "42\n"


def test_no_mark_reaches_a_stdout_that_is_a_file(debug: Open, python: str) -> None:
    source = "import os\nos.dup2(os.open('out', os.O_CREAT | os.O_RDWR), 1)\nprint('to the file', flush=True)\nx = 1\n"
    s = debug(source, python)
    s.start()
    assert [s.send("n").outcome for _ in range(3)] == ["prompt"] * 3
    s.send("q")
    assert "\x1b" not in (s.work_folder / "out").read_text(), "no mark leaves the terminal"


def test_all_lines_of_a_question_but_the_last_are_output(session: Open, python: str) -> None:
    s = session("input(f'1) tea\\n{__file__}\\nyour choice? ')\nprint('end')\n", python, "prog.py")
    seen = s.start()
    assert (seen.output, seen.prompt) == ("1) tea\nprog.py\n", Prompt("program", "your choice? "))
    assert s.send("1").output == "end\n"


def test_line_breaks_and_invisible_text_in_prompts_are_cut_off(session: Open, python: str) -> None:
    source = "input('two\\nlines: ')\ninput('\\x01\\x1b[1m\\x02bold\\x01\\x1b[0m\\x02 ')\nprint('end')\n"
    s = session(source, python, "prog.py")
    assert s.start().output == "two\n"
    assert s.send("a").output == ""
    assert s.send("b").output == "end\n"


def test_an_ignored_ctrl_c_leaves_the_prompt(session: Open, python: str) -> None:
    source = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nbreakpoint()\nx = 1\n"
    s = session(source, python, "prog.py")
    s.start()
    s.send("import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)")
    s.interrupt()
    assert s.send("p 6 * 7").output.endswith("42\n")


def test_pdb_without_stdin_ends(debug: Open, python: str) -> None:
    s = debug("exit()\n", python)
    s.start()
    assert s.send("c").outcome == "ended"


def test_output_of_a_thread_does_not_hide_the_prompt(debug: Open, python: str) -> None:
    source = """\
import os, threading
def chatter():
    while True:
        os.write(1, b"(Pdb) ")
threading.Thread(target=chatter, daemon=True).start()
x = 1
y = 2
"""
    s = debug(source, python, timeout=5)
    s.start()
    s.send("b 7")
    seen = [s.send("c"), s.send("n")]
    assert all(one.outcome in ("prompt", "flooded") for one in seen)


def test_unreadable_folders_of_the_program_are_removed(session: Open, python: str) -> None:
    source = "import os\nos.makedirs('a/b/c')\nos.chmod('a/b', 0)\nos.chmod('a', 0)\n"
    assert session(source, python, "prog.py").start().outcome == "ended"


def test_a_debugger_with_its_own_interaction_has_the_right_event(session: Open, python: str) -> None:
    source = """\
import pdb
class Mine(pdb.Pdb):
    def interaction(self, *args, **kwargs):
        pdb.Pdb.interaction(self, *args, **kwargs)
Mine().set_trace()
x = 1
"""
    state = session(source, python, "prog.py").start().state
    assert state is not None
    assert state.event == "line"

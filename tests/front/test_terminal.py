"""The real command at a real terminal: what a learner types and then sees."""

from __future__ import annotations

import os
import re
import termios
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from front.glass import Learner

COUNT = """\
total = 0
for number in (1, 2, 3):
    total += number
print("total", total)
"""
REPEATS = """\
import os
pid = os.fork()
if pid == 0:
    for word in open({fifo!r}):
        print("the child says " + word, end="", flush=True)
    os._exit(0)
x = 42
os.waitpid(pid, 0)
"""
RUNS = """\
def spin():
    while True:
        pass
spin()
"""
ASKS = """\
name = input("Your name? ")
print("Hello", name)
"""
ODD = """\
print("\\x1b[2J\\x1b[31mred\\x07\\x1b]0;title\\x07")
print("x" * 5000)
"""
WAKES = """\
import os
ready, go = os.pipe()
if os.fork() == 0:
    os.read(ready, 1)
    breakpoint()
    os._exit(0)
os.write(go, b".")
os.wait()
"""

Sits = Callable[..., Learner]


@pytest.fixture
def sits(tmp_path: Path) -> Iterator[Sits]:
    """Give a learner at a terminal, with a lesson made of a program and of steps."""
    learners: list[Learner] = []

    def sit(
        program: str,
        *steps: str,
        stage: str | None = "task",
        words: tuple[str, ...] = (),
        columns: int = 80,
        shell: str = 'exec "$@"',
        **environment: str,
    ) -> Learner:
        (tmp_path / "prog.py").write_text(program)
        lesson = tmp_path / "lesson.yaml"
        listed = "".join(f"  - {{{step}}}\n" for step in (*steps, "ask: Leave., send: q"))
        lesson.write_text(
            f"format: 1\nid: lesson\ntitle: A lesson\nrun: python -m pdb prog.py\nsteps:\n{listed}"
        )
        learners.append(
            Learner(
                tmp_path / "home",
                [str(lesson), *(("--stage", stage) if stage else ()), *words],
                columns=columns,
                shell=shell,
                environment=environment,
            )
        )
        return learners[-1]

    yield sit
    for learner in learners:
        learner.closes_the_terminal()


ON = "ask: Go on., send: n, at: {line: 2}"
FURTHER = "ask: Further., send: n, at: {line: 3}"
NEVER = "ask: Get there., send: n, at: {line: 99}"


def test_a_newcomer_passes_the_first_step(sits: Sits) -> None:
    learner = sits(COUNT, ON, FURTHER)
    learner.sees("━━ A lesson", "1  -> total = 0", "▸ Go on.", "(Pdb)", ":hint")
    learner.type("n\r")
    learner.sees("(Pdb) n", "> prog.py(2)<module>()", "✓", "2  -> for number", "▸ Further.", "(Pdb)", ":hint")
    learner.type(":quit\r")
    assert learner.leaves() == 0
    assert learner.text.endswith("continues from here.")


def test_the_toolbar_disappears(sits: Sits) -> None:
    learner = sits(COUNT, ON)
    learner.sees("(Pdb)", ":help")
    learner.type("n\r")
    learner.sees("▸ Leave.", "(Pdb)", ":help")
    assert learner.text.count(":help") == 1


def test_a_bare_enter_that_has_the_coach_type_leaves_no_empty_prompt(sits: Sits) -> None:
    learner = sits(COUNT, ON, stage="watch")
    learner.sees("Or press Enter, and the coach types it.", "(Pdb)", ":help")
    learner.type("\r")
    learner.sees("(Pdb) n", "▸ Leave.")
    assert learner.text.count("(Pdb)") == 1 + learner.text.count("(Pdb)\n")
    assert "(Pdb)\n(Pdb)" not in learner.text


def test_ctrl_c_drops_the_line(sits: Sits) -> None:
    learner = sits(COUNT, ON)
    learner.sees("(Pdb)", ":help")
    learner.type("x = 99")
    learner.sees("(Pdb) x = 99", ":help")
    learner.type("\x03")
    learner.type("p 'x' in dir()\r")
    learner.sees("(Pdb) p 'x' in dir()", "False", "(Pdb)", ":help")
    assert "x = 99" not in learner.text


PRESSED_WHILE_THE_EDITOR_IS_IMPORTED = """\
import os, signal, sys
class Finder:
    def find_spec(name, path=None, target=None):
        if name == "prompt_toolkit.layout.controls":
            sys.meta_path.remove(Finder)
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder)
"""


def test_ctrl_c_before_the_editor_is_imported_drops_the_line(sits: Sits, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(PRESSED_WHILE_THE_EDITOR_IS_IMPORTED)
    learner = sits(COUNT, ON, PYTHONPATH=str(tmp_path))
    learner.sees("(Pdb)", ":help")
    learner.type("n\r")
    learner.sees("(Pdb) n", "✓", "(Pdb)", ":help")
    assert "(Pdb) (Pdb)" not in learner.sent


def test_ctrl_d_ends_the_input_of_pdb(sits: Sits) -> None:
    learner = sits(COUNT, ON)
    learner.sees("(Pdb)", ":help")
    learner.type("\x04")
    learner.sees("(Pdb) ^D", "has ended", "[main has ended]")
    learner.type(":quit\r")
    learner.leaves()


def test_ctrl_c_stops_a_running_program(sits: Sits) -> None:
    learner = sits(RUNS, NEVER)
    learner.sees("(Pdb)", ":help")
    learner.type("c\r")
    learner.sees("(Pdb) c", "Press Ctrl-C to stop it.")
    learner.type("\x03")
    learner.sees("^C\n", "Program interrupted", "spin()", "(Pdb)", ":help")
    assert "hasn't come back" not in learner.text


def test_a_plain_terminal_shows_ctrl_c_once(sits: Sits) -> None:
    learner = sits(RUNS, NEVER, words=("--plain",))
    learner.sees("▸ Get there.", "(Pdb)")
    learner.type("c\r")
    learner.sees("(Pdb) c", "Press Ctrl-C")
    learner.gets("Press Ctrl-C to stop it.\r\n")
    learner.type("\x03")
    learner.sees("^C\nProgram interrupted", "spin()", "(Pdb)")
    assert learner.text.count("^C") == 1


def test_ctrl_c_right_after_a_line_stops_what_it_started(sits: Sits) -> None:
    learner = sits(RUNS, NEVER)
    learner.sees("(Pdb)", ":help")
    learner.type("c\r\x03")
    learner.sees("(Pdb) c", "^C\n", "Program interrupted", "spin()", "(Pdb)", ":help")


def test_input_typed_after_ctrl_c_is_kept(sits: Sits) -> None:
    learner = sits(RUNS, NEVER)
    learner.sees("(Pdb)", ":help")
    learner.type("c\r")
    learner.sees("(Pdb) c", "Press Ctrl-C to stop it.")
    learner.type("p 'before'\r\x03p 'behind'\r")
    learner.sees("^C\n", "Program interrupted", "(Pdb) p 'behind'", "(Pdb)", ":help")
    assert "'before'" not in learner.text


def test_output_appears_above_the_edited_line(sits: Sits, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    past = "ask: Past the fork., send: until 7, at: {line: 7}"
    learner = sits(REPEATS.format(fifo=str(fifo)), past, NEVER)
    learner.sees("(Pdb)", ":help")
    learner.type("until 7\r")
    learner.sees("▸ Get there.", "(Pdb)", ":help")
    learner.type("p 'rea'")
    learner.sees("(Pdb) p 'rea'", ":help")
    with fifo.open("w") as words:
        words.write("hello\n")
        words.flush()
        learner.sees("main.1 │ the child says hello\n", "(Pdb) p 'rea'\n", ":help")
        learner.type("\x1b[Ddy\r")  # into the middle: the line was there all the while
        learner.sees("(Pdb) p 'ready'\n", "'ready'", "(Pdb)", ":help")
    assert learner.text.count("p 'rea") == 2  # the toolbar tells what Enter repeats
    assert learner.text.count("hello") == 1


def test_lines_typed_ahead_are_used_in_turn_and_shown_once(sits: Sits) -> None:
    learner = sits(COUNT, ON, FURTHER)
    learner.sees("━━ A lesson")
    learner.type("n\rn\rp total\r")
    learner.sees("(Pdb) n", "prog.py(2)", "(Pdb) n", "prog.py(3)", "(Pdb) p total", "\n0", "(Pdb)", ":help")
    assert learner.text.count("(Pdb) n") == 2
    assert learner.text.count("p total") == 2  # the toolbar tells what Enter repeats


def test_lines_typed_before_the_first_prompt_are_used(sits: Sits) -> None:
    learner = sits(COUNT, ON, FURTHER)
    learner.type("n\rn\rp total\r")
    learner.sees("(Pdb) n", "prog.py(2)", "(Pdb) n", "prog.py(3)", "(Pdb) p total", "\n0", "(Pdb)", ":help")


def test_lines_typed_ahead_end_with_the_lesson(sits: Sits) -> None:
    learner = sits(COUNT, ON, stage=None)
    learner.sees("Or press Enter, and the coach types it.", "(Pdb)", ":help")
    learner.type("\r" * 9)
    learner.sees("Press Enter to go on")
    learner.type("no\r")
    assert learner.leaves() == 0
    assert learner.text.count("━━ A lesson") == 1


def test_a_paste_waits_for_enter_and_is_shown_line_by_line(sits: Sits) -> None:
    learner = sits(COUNT, NEVER)
    learner.sees("(Pdb)", ":help")
    learner.type("\x1b[200~" + "".join(f"p {number} * 10\n" for number in range(1, 10)) + "p 'end'\x1b[201~")
    learner.sees("p 9 * 10", "p 'end'")
    assert "\n90" not in learner.text
    learner.type("\r")
    learner.sees("(Pdb) p 1 * 10\n10", "(Pdb) p 9 * 10\n90", "(Pdb) p 'end'\n'end'", "(Pdb)", ":help")
    assert learner.text.count("p 5 * 10") == 1


def test_the_up_arrow_recalls_lines_of_earlier_sessions(sits: Sits) -> None:
    learner = sits(COUNT, NEVER)
    learner.sees("(Pdb)", ":help")
    learner.type("p 6 * 7\r")
    learner.sees("\n42", "(Pdb)", ":help")
    learner.type(":quit\r")
    learner.leaves()
    again = sits(COUNT, NEVER)
    again.sees("(Pdb)", ":help")
    again.type("\x1b[A\x1b[A")
    again.sees("(Pdb) p 6 * 7", ":help")


def test_an_unwritable_history_is_no_error(sits: Sits, tmp_path: Path) -> None:
    (tmp_path / "home" / "history").mkdir(parents=True)
    learner = sits(COUNT, ON)
    learner.sees("(Pdb)", ":help")
    learner.type("n\r")
    learner.sees("✓", "▸ Leave.", "(Pdb)", ":help")


def test_a_prediction_stays_out_of_the_history(sits: Sits, tmp_path: Path) -> None:
    learner = sits(COUNT, ON + ", predict: {ask: Where?, answer: '2'}")
    learner.sees("prediction", ":predict off")
    learner.type("2\r")
    learner.sees("(Pdb)", ":help", where="prediction")
    learner.type("n\r")
    learner.sees("You predicted it", "(Pdb)", ":help")
    assert (tmp_path / "home" / "history").read_text() == "n\n"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("cont", "(Pdb) continue", id="a-command"),
        pytest.param("p tot", "(Pdb) p total", id="a-name"),
        pytest.param(":und", "(Pdb) :undo", id="a-word-of-the-coach"),
        pytest.param(":goto hunt-str", "(Pdb) :goto hunt-str-plus-int", id="a-lesson"),
        pytest.param(":in m", "(Pdb) :in main", id="a-process"),
        pytest.param("help longl", "(Pdb) help longlist", id="help"),
    ],
)
def test_tab_completes(typed: str, expected: str, sits: Sits) -> None:
    learner = sits(COUNT, ON, FURTHER)
    learner.sees("(Pdb)", ":help")
    learner.type("n\r")
    learner.sees("▸ Further.", "(Pdb)", ":help")
    learner.type(f"{typed}\t")
    learner.sees(expected)


def test_tab_shows_the_candidates_above_the_line(sits: Sits) -> None:
    learner = sits(COUNT, ON)
    learner.sees("(Pdb)", ":help")
    learner.type("co\t")
    learner.sees("commands   condition  continue\n(Pdb) co\n", ":help")
    assert learner.text.count("(Pdb) co") == 1


def test_the_programs_own_question_is_answered(sits: Sits) -> None:
    learner = sits(ASKS, "ask: On., send: n, at: {line: 2}")
    learner.sees("(Pdb)", ":help")
    learner.type("n\r")
    learner.sees("(Pdb) n", "Your name?", ":help")
    learner.type("Ada\r")
    learner.sees("Your name? Ada", "✓", "(Pdb)", ":help")


def test_control_sequences_of_a_program_are_shown(sits: Sits) -> None:
    learner = sits(ODD, ON, "ask: The long line., send: n, returns: None")
    learner.sees("(Pdb)", ":help")
    learner.type("n\r")
    learner.sees("red\\x07", "✓", "▸ The long line.", "(Pdb)", ":help")
    learner.type("n\r")
    learner.sees("characters left out]", "(Pdb)", ":help")
    assert "\x07" not in learner.sent
    assert "\x1b[2J" not in learner.sent


def test_a_draft_stays_when_the_program_moves(sits: Sits) -> None:
    wakes = "ask: Let it run., send: c, processes: {main: running, main.1: stopped}"
    learner = sits(WAKES, wakes)
    learner.sees("(Pdb)", ":help")
    learner.type("c\r")
    learner.sees("main.1", "(Pdb)", ":help")


def test_a_narrower_terminal_is_redrawn(sits: Sits) -> None:
    learner = sits(COUNT, NEVER)
    learner.sees("(Pdb)", ":help")
    learner.child.setwinsize(50, 40)
    learner.glass.columns = 40
    learner.type("p 'y' * 60\r")
    learner.sees("y" * 39 + "\n" + "y" * 21, "(Pdb)", ":undo")


def test_ctrl_z_suspends_and_fg_resumes(sits: Sits) -> None:
    learner = sits(COUNT, ON, shell='set -m; "$@"; echo [stopped]; fg >/dev/null')
    learner.sees("(Pdb)", ":help")
    learner.type("p 6")
    learner.sees("(Pdb) p 6", ":help")
    learner.type("\x1a")
    learner.sees("[stopped]", "(Pdb) p 6", ":help")
    learner.type(" * 7\r")
    learner.sees("(Pdb) p 6 * 7", "42", "(Pdb)", ":help")


TICKS = """\
import time
while True:
    print("tick")
    time.sleep(0.05)
"""


def test_ctrl_z_works_while_the_program_runs(sits: Sits) -> None:
    learner = sits(TICKS, NEVER, shell='set -m; "$@"; stty sane; echo [stopped]; fg >/dev/null')
    learner.sees("(Pdb)", ":help")
    learner.type("c\r")
    learner.sees("(Pdb) c", "\ntick")
    learner.type("\x1a")
    learner.sees("[stopped]", "\ntick")
    learner.type("\x03")
    learner.sees("[stopped]", "^C\n", "Program interrupted", "(Pdb)", ":help")
    assert learner.text.count("^C") == 1


def test_the_terminal_is_restored(sits: Sits) -> None:
    learner = sits(COUNT, ON)
    modes = termios.tcgetattr(learner.child.child_fd)
    learner.sees("(Pdb)", ":help")
    assert termios.tcgetattr(learner.child.child_fd)[3] != modes[3]
    learner.type(":quit\r")
    learner.leaves()
    assert termios.tcgetattr(learner.child.child_fd) == modes


SGR = re.compile(r"\x1b\[([0-9;]*)m")
WEIGHTS = {"", "0", "1", "2", "3", "22", "23"}


def styled(sent: str) -> dict[str, str]:
    """Return the coloured texts and their colours."""
    found = {}
    color = ""
    for number, part in enumerate(SGR.split(sent)):
        if number % 2:
            color = part if set(part.split(";")) - WEIGHTS else ""
        elif color and part.strip():
            found[part.strip()] = color
    return found


def test_only_signs_and_labels_have_colour(sits: Sits) -> None:
    learner = sits(COUNT, ON, FURTHER)
    learner.sees("(Pdb)", ":help")
    learner.type("n\r")
    learner.sees("✓", "(Pdb)", ":help")
    learner.type(":hint\r")
    learner.sees("? (1 of", "(Pdb)", ":help")
    assert set(styled(learner.sent)) <= {"▸", "✓", "?"}


@pytest.mark.parametrize(
    ("words", "environment"),
    [
        pytest.param((), {"NO_COLOR": "1"}, id="environment"),
        pytest.param(("--no-color",), {}, id="option"),
    ],
)
def test_without_colour_nothing_is_bold(
    words: tuple[str, ...], environment: dict[str, str], sits: Sits
) -> None:
    learner = sits(COUNT, ON, words=words, **environment)
    learner.sees("(Pdb)", ":help")
    learner.type("n\r")
    learner.sees("✓", "(Pdb)", ":help")
    assert set(SGR.findall(learner.sent)) <= {"", "0"}


@pytest.mark.parametrize(
    ("words", "environment"),
    [
        pytest.param(("--plain",), {}, id="plain"),
        pytest.param((), {"TERM": "dumb"}, id="dumb"),
    ],
)
def test_a_plain_terminal_gets_only_text(
    words: tuple[str, ...], environment: dict[str, str], sits: Sits
) -> None:
    learner = sits(COUNT, ON, words=words, **environment)
    learner.sees("▸ Go on.", "(Pdb)")
    learner.type("n\r")
    learner.sees("(Pdb) n", "✓", "▸ Leave.", "(Pdb)", where="▸ Go on.")
    learner.type("\x04")
    learner.sees("has ended", "[main has ended]")
    learner.type(":quit\r")
    learner.leaves()
    assert "\x1b" not in learner.sent
    assert ":help" not in learner.text


def test_an_ascii_terminal_gets_only_ascii(sits: Sits) -> None:
    learner = sits(COUNT, ON, LC_ALL="C")
    learner.sees("== A lesson", "> Go on.", "(Pdb)", ":help")
    learner.type("n\r")
    learner.sees("ok ", "> Leave.", "(Pdb)", ":help")
    assert learner.text.isascii()


def test_input_from_a_pipe_works_with_a_terminal_for_output(sits: Sits) -> None:
    learner = sits(COUNT, ON, shell="printf 'n\\n:quit\\n' | \"$@\"")
    learner.sees("(Pdb) n", "✓", "▸ Leave.", "(Pdb) :quit")
    assert learner.leaves() == 0
    assert "\x1b[?2004h" not in learner.sent

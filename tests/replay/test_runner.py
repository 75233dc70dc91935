"""Replays on the real pdb: what passes, and each way to fail."""

from __future__ import annotations

import shutil
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from msgspec.structs import replace

from pdbcoach.engine import interpreters, prefork, temporary
from pdbcoach.errors import PdbcoachError
from pdbcoach.matching.verdict import (
    Died,
    Failure,
    LeftRunning,
    OutputMismatch,
    Refused,
    StateMismatch,
    TimedOut,
)
from pdbcoach.replay.actions import Options
from pdbcoach.replay.result import Event, ScenarioFinished, ScenarioResult, Seen, StepStarted, Target
from pdbcoach.replay.runner import replay
from pdbcoach.scenario.loader import load

Events = Callable[..., list[Event]]
Run = Callable[..., ScenarioResult]

CALLS = """\
def double(n):
    m = n * 2
    return m


x = double(4)
print(x)
"""

FORK = """\
import os
pid = os.fork()
if pid == 0:
    x = 1
    os._exit(7)
os.waitpid(pid, 0)
print("done")
"""


@pytest.fixture
def target() -> Target:
    running = interpreters.running()
    return Target(running.executable, running.version_text)


@pytest.fixture
def events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: Target) -> Iterator[Events]:
    """Write a program and a scenario with ``steps``, replay it, and return all events."""
    temporary = tmp_path / "t"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))

    def run(
        program: str,
        steps: str,
        *,
        top: str = "",
        options: Options | None = None,
        sandbox: bool = False,
    ) -> list[Event]:
        (tmp_path / "prog.py").write_text(program, encoding="utf-8")
        head = textwrap.dedent(top) + ("" if "timeout" in top else "\ntimeout: 5")
        text = f"format: 1\nid: lesson\nrun: python -m pdb prog.py\n{head}\nsteps:\n"
        path = tmp_path / "lesson.yaml"
        path.write_text(text + textwrap.indent(textwrap.dedent(steps), "  "), encoding="utf-8")
        (scenario,) = load(path)
        where = replace(target, sandbox=sandbox)
        return list(replay(scenario, where, options=options or Options()))

    yield run
    assert list(temporary.iterdir()) == []


@pytest.fixture
def result(events: Events) -> Run:
    def run(*args: str, **options: object) -> ScenarioResult:
        last = events(*args, **options)[-1]
        assert isinstance(last, ScenarioFinished)
        return last.result

    return run


def failures(result: ScenarioResult) -> list[Failure]:
    return [*(failure for step in result.steps for failure in step.failures), *result.failures]


def test_a_scenario_whose_steps_hold_passes(result: Run) -> None:
    found = result(
        CALLS,
        """
        - send: b 2
          breakpoints: ["2"]
        - send: c
          at: {line: 2, function: double, event: line, depth: 2}
          values: {n: "4", m: undefined}
        - send: r
          returns: "8"
          expect: |
            --Return--
            > prog.py(3)double()->8
            -> return m
        - send: q
          ends: {main: exit 0}
        """,
    )
    assert found.verdict == "passed", failures(found)
    assert [entry.line for entry in found.transcript] == [None, "b 2", "c", "r", "q"]


def test_a_replay_ends_at_the_first_failing_step(result: Run) -> None:
    found = result(CALLS, "- send: n\n  at: {line: 1}\n- send: q\n  ends: {main: exit 0}\n")
    (failure,) = failures(found)
    assert isinstance(failure, StateMismatch)
    assert (failure.fact, failure.expected, failure.actual) == ("at.line", "1", "6")
    assert failure.span.line == 8
    assert len(found.steps) == 1


def test_other_output_is_a_mismatch(result: Run) -> None:
    (failure,) = failures(result(CALLS, "- send: p 1 + 1\n  expect: '3'\n"))
    assert isinstance(failure, OutputMismatch)
    assert failure.actual == ("2",)


def test_rejected_output_is_a_mismatch(result: Run) -> None:
    (failure,) = failures(result(CALLS, "- send: p 1 + 1\n  reject: ['2']\n"))
    assert isinstance(failure, OutputMismatch)


def test_a_look_step_observes_the_first_output(result: Run) -> None:
    steps = """
    - expect: |
        > prog.py(1)<module>()
        -> def double(n):
    - send: q
      ends: {main: exit 0}
    """
    assert result(CALLS, steps).verdict == "passed"


def test_a_capture_holds_for_the_whole_scenario(result: Run) -> None:
    steps = """
    - send: p id(print)
      expect: "[number:..]"
    - send: p id({})
      expect: "[number]"
    """
    (failure,) = failures(result(CALLS, steps))
    assert isinstance(failure, OutputMismatch)
    assert failure.span.line == 11


def test_a_missing_prompt_is_a_timeout(result: Run) -> None:
    found = result("import time\ntime.sleep(60)\n", "- send: c\n  at: {line: 2}\n", top="timeout: 0.5")
    failure = failures(found)[0]
    assert isinstance(failure, TimedOut)
    observation = found.steps[0].observation
    assert observation is not None
    assert "prog.py:2" in observation.processes["main"].describe()


def test_a_step_types_at_a_prompt_that_nobody_announced(result: Run) -> None:
    program = "import getpass\nx = getpass.getpass('secret? ')\ny = 1\n"
    steps = """
    - send: b 3
      breakpoints: ["3"]
    - send: c
    - send: bob
      prompt: terminal
      at: {line: 3}
      values: {x: "'bob'"}
    - send: q
      ends: {main: exit 0}
    """
    found = result(program, steps)
    assert found.verdict == "passed", failures(found)
    assert [entry.prompt for entry in found.transcript if entry.line == "bob"] == ["secret? "]


def test_a_debugger_that_pdbcoach_cannot_hear_is_no_failure(events: Events) -> None:
    program = (
        "import os\nfor number in range(20, 300):\n    try: os.write(number, b'{nonsense\\n')\n"
        "    except OSError: pass\nbreakpoint()\nx = 1\n"
    )
    with pytest.raises(PdbcoachError, match="lost sight of the program: `main` used pdbcoach's own"):
        events(program, "- send: c\n- send: n\n  at: {line: 6}\n")


def test_a_wait_for_a_process_that_cannot_be_heard_is_no_failure(events: Events) -> None:
    program = "import ctypes, time\nctypes.CDLL(None).fork()\ntime.sleep(60)\n"
    with pytest.raises(PdbcoachError, match=r"`main` has a child \(pid \d+\) that pdbcoach can't hear"):
        events(program, "- send: c\n  at: {line: 2}\n", top="timeout: 0.5")
    with pytest.raises(PdbcoachError, match=r"`main` has a child \(pid \d+\) that pdbcoach can't hear"):
        events(program, "- send: c\n  processes: {main.1: stopped, main: running}\n", top="timeout: 0.5")


def test_a_wrong_end_fails_at_once(result: Run) -> None:
    began = time.monotonic()
    found = result("x = 1\n", "- send: q\n  ends: {main: exit 3}\n", top="timeout: 60")
    (failure,) = failures(found)
    assert isinstance(failure, StateMismatch)
    assert time.monotonic() - began < 20


def test_a_parent_that_never_comes_back_fails_at_once(result: Run) -> None:
    began = time.monotonic()
    program = FORK.replace("x = 1", "breakpoint()")
    failure = failures(result(program, "- send: c\n  at: {line: 7}\n", top="timeout: 60"))[0]
    assert isinstance(failure, Refused)
    assert "nothing can change any more" in failure.reason
    assert time.monotonic() - began < 20


def test_the_timeout_factor_multiplies_the_time_limit(result: Run) -> None:
    program = "import time\ntime.sleep(0.6)\nx = 1\n"
    steps = """
    - send: b 3
      breakpoints: ["3"]
    - send: c
      at: {line: 3}
    - send: q
      ends: {main: exit 0}
    """
    slow = result(program, steps, top="timeout: 0.3", options=Options(timeout_factor=20))
    assert slow.verdict == "passed"


def test_an_end_that_ends_does_not_name_is_a_failure(result: Run) -> None:
    failure = failures(result("import sys\nsys.exit(3)\n", "- send: q\n  expect: ''\n"))[0]
    assert isinstance(failure, Died)
    assert (failure.process, failure.how) == ("main", "exit 0")


def test_a_step_at_another_prompt_is_refused(result: Run) -> None:
    steps = "- send: interact\n  prompt: pdb\n  expect: '...'\n- send: n\n  at: {line: 6}\n"
    failure = failures(result(CALLS, steps))[0]
    assert isinstance(failure, Refused)
    assert "prompt: interact" in failure.reason


def test_a_step_for_a_missing_process_is_refused(result: Run) -> None:
    steps = "- send: n\n  at: {line: 6}\n- send: n\n  process: main.4\n  at: {line: 6}\n"
    failure = failures(result(CALLS, steps, top="timeout: 0.5"))[0]
    assert isinstance(failure, Refused)
    assert "no process main.4; there are main" in failure.reason


def test_too_much_output_is_refused(result: Run) -> None:
    failure = failures(result("while True:\n    print('x' * 999)\n", "- send: c\n  at: {line: 1}\n"))[0]
    assert isinstance(failure, Refused)
    assert "more than 1 MiB" in failure.reason


def test_a_scenario_can_set_its_own_limits(result: Run) -> None:
    steps = "- send: c\n  at: {line: 1}\n"
    failure = failures(result("print('x' * 200_000)\n", steps, top="limits: {output: 64 KiB}"))[0]
    assert isinstance(failure, Refused)
    assert failure.reason == "main printed more than 64 KiB in one step"


FORKS = "import os, time\nfor n in range(9):\n    if os.fork() == 0:\n        time.sleep(60)\n"


def test_too_many_processes_end_the_session(result: Run) -> None:
    failure = failures(result(FORKS, "- send: c\n  at: {line: 1}\n", top="limits: {processes: 5}"))[0]
    assert isinstance(failure, Refused)
    assert failure.reason == "ended by a limit: more than 5 processes at once"


def test_a_line_gets_the_number_of_the_breakpoint_at_its_place(result: Run) -> None:
    steps = (
        "- send: b 7\n- send: b 2\n- send: clear {breakpoint:2}\n  breakpoints: ['7']\n"
        "- send: q\n  ends: {main: exit 0}\n"
    )
    ran = result(CALLS, steps)
    assert failures(ran) == []
    assert "clear 2" in [entry.line for entry in ran.transcript]


def test_a_line_for_a_breakpoint_that_is_not_set_is_refused(result: Run) -> None:
    (failure, *_) = failures(result(CALLS, "- send: clear {breakpoint:2}\n  at: {line: 1}\n"))
    assert isinstance(failure, Refused)
    assert failure.reason == "`clear N` can't be typed: there is no breakpoint at 2"


def test_exceeding_a_limit_after_the_last_step_is_a_failure(result: Run) -> None:
    program = "import os\nif os.fork() == 0:\n    while True:\n        open('big', 'ab').write(b'x' * 4096)\n"
    steps = "- send: c\n  processes: {main: stopped, main.1: running}\n- send: q\n  ends: {main: exit 0}\n"
    (failure,) = failures(result(program, steps, top="limits: {disk: 1 MiB}"))
    assert isinstance(failure, Refused)
    assert failure.reason == "ended by a limit: more than 1 MiB in its files"


def test_steps_reach_both_sides_of_a_fork(result: Run) -> None:
    found = result(
        FORK,
        """
        - send: b 4
          breakpoints: ["4"]
        - send: c
          processes: {main: running, worker: stopped}
          at: {process: worker, line: 4}
        - send: n
          process: worker
          at: {line: 5}
        - send: c
          process: worker
          processes: {worker: exit 7}
        - expect: |
            done
            The program finished and will be restarted
            > prog.py(1)<module>()
            -> import os
        - send: q
          ends: {main: exit 0, worker: exit 7}
        """,
        top="alias: {worker: main.1}",
    )
    assert found.verdict == "passed", failures(found)


def test_a_process_left_running_is_named(result: Run) -> None:
    steps = """
    - send: b 4
      breakpoints: ["4"]
    - send: c
      processes: {main: running, main.1: stopped}
    """
    (failure,) = failures(result(FORK, steps))
    assert isinstance(failure, LeftRunning)
    assert [text.split(" ")[0] for text in failure.processes] == ["main", "main.1"]


def test_survivors_named_in_ends_are_allowed(result: Run) -> None:
    steps = """
    - send: b 4
      breakpoints: ["4"]
    - send: c
      ends: {main: running, main.1: stopped}
    """
    found = result(FORK, steps)
    assert found.verdict == "passed", failures(found)


def test_a_python_outside_the_specifier_is_skipped(result: Run) -> None:
    found = result(CALLS, "- send: q\n  ends: {main: exit 0}\n", top="python: '<3.9'")
    assert (found.verdict, found.reason) == ("skipped", "needs Python <3.9")


def test_a_console_script_that_is_not_installed_skips_the_scenario(result: Run) -> None:
    found = result(CALLS, "- send: q\n  ends: {main: exit 0}\n", top="background: no-such-script x")
    reason = "its Python has no console script `no-such-script`"
    assert (found.verdict, found.reason) == ("skipped", reason)


def test_the_terminal_is_as_wide_as_the_scenario_says(result: Run) -> None:
    steps = "- send: p __import__('os').get_terminal_size().columns\n  expect: '40'\n"
    assert result(CALLS, steps + "- send: q\n  ends: {main: exit 0}\n", top="columns: 40").verdict == "passed"


def test_a_background_program_is_skipped_in_a_sandbox(result: Run) -> None:
    found = result(
        CALLS, "- send: q\n  ends: {main: exit 0}\n", top="background: python prog.py", sandbox=True
    )
    reason = "has a program in the background, and a sandbox holds one program"
    assert (found.verdict, found.reason) == ("skipped", reason)


def test_keys_are_pressed(result: Run) -> None:
    found = result(
        "while True:\n    x = 1\n",
        """
        - send: c
          processes: {main: running}
        - key: ctrl-c
          at: {event: line, function: <module>}
        - key: ctrl-d
          ends: {main: exit 0}
        """,
    )
    assert found.verdict == "passed", failures(found)
    assert [entry.line for entry in found.transcript][-2:] == ["^C", "^D"]


def test_environment_start_method_and_pdbrc_reach_the_program(result: Run) -> None:
    found = result(
        "import multiprocessing, os\nx = multiprocessing.get_start_method(), os.environ['GREETING']\ny = 1\n",
        """
        - send: c
          at: {line: 3}
          values: {x: "('spawn', 'hello')"}
        - send: q
          ends: {main: exit 0}
        """,
        top="env: {GREETING: hello}\nstart_method: spawn\npdbrc: b 3",
    )
    assert found.verdict == "passed", failures(found)


def test_the_result_names_a_kept_work_folder(result: Run, tmp_path: Path) -> None:
    found = result(CALLS, "- send: q\n  ends: {main: exit 0}\n", options=Options(keep=True))
    assert (Path(found.kept) / "prog.py").exists()
    shutil.rmtree(Path(found.kept).parent)


def test_events_are_yielded_as_things_happen(events: Events) -> None:
    found = events(CALLS, "- send: n\n  at: {line: 6}\n- send: q\n  ends: {main: exit 0}\n")
    kinds = [type(event).__name__ for event in found]
    step = ["StepStarted", "Seen", "StepFinished"]
    assert kinds == ["ScenarioStarted", "Seen", *step, *step, "ScenarioFinished"]
    typed = [event.prompt for event in found if isinstance(event, StepStarted)]
    assert typed == ["(Pdb) ", "(Pdb) "]
    assert isinstance(found[1], Seen)


def test_closing_the_generator_ends_the_session(tmp_path: Path, target: Target) -> None:
    of_earlier_tests = survivors_of_this_process()
    (tmp_path / "prog.py").write_text(CALLS)
    path = tmp_path / "lesson.yaml"
    path.write_text("format: 1\nid: lesson\nrun: python -m pdb prog.py\nsteps:\n- {send: n, at: {line: 6}}\n")
    running = iter(replay(load(path)[0], target))
    while not isinstance(next(running), StepStarted):
        pass
    running.close()  # type: ignore[attr-defined]
    prefork.end_all()  # the interpreters that stay for the next session
    temporary.end()  # and the guardian
    assert survivors_of_this_process() <= of_earlier_tests


def survivors_of_this_process() -> set[psutil.Process]:
    """Return its descendants, including zombies."""
    return set(psutil.Process().children(recursive=True))


RACE = """\
import threading
total = 0
def add():
    global total
    old = total
    breakpoint()
    total = old + 1
threads = [threading.Thread(target=add, name=name) for name in ("red", "blue")]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(total)
"""


def test_a_step_types_at_a_thread(result: Run) -> None:
    found = result(
        RACE,
        """
        - send: c
          processes: {main: running, "main:blue": stopped, "main:red": stopped}
        - send: p old
          process: main:red
          expect: "0"
          processes: {"main:blue": stopped}
        - send: c
          process: main:red
          processes: {"main:red": gone}
        - send: p total, old
          process: worker
          expect: (1, 0)
          at: {function: add}
        - send: c
          process: worker
          processes: {worker: gone}
        - send: q
          ends: {main: exit 0}
        """,
        top="alias: {worker: 'main:blue'}",
    )
    assert failures(found) == []
    assert [entry.process for entry in found.transcript if entry.line == "c"] == [
        "main",
        "main:red",
        "main:blue",
    ]

"""Sessions for somebody who debugs a program of their own: in its folder, and with a loop that waits for events."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sessions import Open

from pdbcoach import Session
from pdbcoach.engine.events import ProcessBorn, ProcessEnded, ProcessOutput, ProcessStopped, SessionEvent
from pdbcoach.errors import PdbcoachError
from pdbcoach.observation import ExitStatus

TWO_CHILDREN = """\
import os, signal
for _ in range(2):
    if os.fork() == 0:
        breakpoint()
        os._exit(3)
for _ in range(2):
    os.wait()
print("over")
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with a program, as its owner has it."""
    (tmp_path / "prog.py").write_text("import os\nprint(os.getcwd())\nx = 1\n")
    return tmp_path


@pytest.fixture
def own(here: Path, python: str, temporary: Path) -> Iterator[Callable[..., Session]]:
    """``own(words, option=…)``: a session in the owner's folder."""
    opened: list[Session] = []

    def open_session(*words: str, **options: object) -> Session:
        opened.append(Session(words or ("-m", "pdb", "prog.py"), python=python, cwd=here, **options))
        return opened[-1]

    yield open_session
    for one in opened:
        one.close()
    assert list(temporary.iterdir()) == []


def gathered(s: Session, enough: Callable[[list[SessionEvent]], bool]) -> list[SessionEvent]:
    """Take events, waiting for the session's descriptor alone, until there are enough."""
    found = s.events()
    deadline = time.monotonic() + 20
    while not enough(found):
        select.select([s.fileno()], [], [], 0.02 if s.pending else 20)
        found += s.events()
        assert time.monotonic() < deadline, found
    return found


def told(events: list[SessionEvent], name: str) -> str:
    """Return what the events tell of one process's output."""
    return "".join(one.text for one in events if isinstance(one, ProcessOutput) and one.name == name)


class TestTheOwnersFolder:
    def test_paths_stay_and_nothing_is_copied_or_removed(
        self, own: Callable[..., Session], here: Path
    ) -> None:
        s = own()
        assert s.work_folder == here
        seen = s.start()
        assert seen.output.startswith(f"> {here}/prog.py(1)<module>()\n")
        assert seen.state is not None
        assert seen.state.stop.file == f"{here}/prog.py"
        assert s.send("tbreak 3").outcome == "prompt"
        assert s.send("c").output.startswith(f"{here}\n")
        s.close()
        assert [path.name for path in here.iterdir()] == ["prog.py"]

    def test_a_missing_folder_is_an_error(self, temporary: Path, tmp_path: Path) -> None:
        for place in (tmp_path / "missing", tmp_path / "prog.py"):
            (tmp_path / "prog.py").touch()
            with pytest.raises(PdbcoachError, match="work folder"):
                Session(["prog.py"], cwd=place)
        assert list(temporary.iterdir()) == []

    @pytest.mark.parametrize(
        "options",
        [
            {"files": ["prog.py"], "cwd": "."},
            {"inherit_env": True, "pdbrc": "n\n"},
            {"sandbox": True, "cwd": "."},
            {"sandbox": True, "limits": None},
            {"sandbox": True, "inherit_env": True},
            {"sandbox": True, "background": ["prog.py"]},
        ],
    )
    def test_options_that_exclude_each_other_are_an_error(
        self, temporary: Path, options: dict[str, object]
    ) -> None:
        with pytest.raises(PdbcoachError):
            Session(["prog.py"], **options)
        assert list(temporary.iterdir()) == []


class TestTheOwnersEnvironment:
    def test_variables_are_inherited(
        self, own: Callable[..., Session], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "only_mine.py").write_text("name = 'mine'\n")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path / "mine"))
        monkeypatch.setenv("TERM", "dumb")
        monkeypatch.setenv("MY_VARIABLE", "my value")
        monkeypatch.delenv("PYTHONHASHSEED", raising=False)
        s = own(inherit_env=True, env={"ADDED": "added"})
        s.start()
        s.send("n")
        names = ("MY_VARIABLE", "ADDED", "HOME", "TMPDIR", "PYTHONHASHSEED")
        values = ["my value", "added", *(os.environ.get(name) for name in names[2:])]
        assert s.send(f"p [os.environ.get(name) for name in {names}]").output == f"{values}\n"
        assert s.send("p __import__('only_mine').name").output == "'mine'\n"

    def test_no_limits_are_applied(self, own: Callable[..., Session]) -> None:
        names = ["AS", "FSIZE", "NOFILE", "NPROC", "CORE"]
        numbers = [getattr(__import__("resource"), f"RLIMIT_{name}") for name in names]
        s = own(limits=None)
        pid = s.start().processes["main"].pid
        import resource

        for number in numbers:
            assert resource.prlimit(pid, number) == resource.getrlimit(number)
        assert Path(f"/proc/{pid}/oom_score_adj").read_text() == Path("/proc/self/oom_score_adj").read_text()
        assert len(s.send("p 'x' * 3_000_000").output) > 3_000_000


class TestTerminals:
    SOURCE = """\
import os, signal, sys
sizes = []
signal.signal(signal.SIGWINCH, lambda *_: sizes.append(tuple(os.get_terminal_size())))
child = os.fork()
breakpoint()
x = 1
"""

    def test_a_terminal_has_the_size_that_was_asked_for(self, session: Open, python: str) -> None:
        s = session(self.SOURCE, python, "prog.py", size=(30, 70))
        s.start()
        for name in ("main", "main.1"):
            s.look(name)
            assert s.send("p tuple(os.get_terminal_size())", name).output == "(70, 30)\n"

    def test_a_program_hears_of_a_new_size(self, session: Open, python: str) -> None:
        s = session(self.SOURCE, python, "prog.py")
        s.start()
        s.look("main.1")
        s.resize(40, 90)
        for name in ("main", "main.1"):
            assert s.send("p sizes[-1]", name).output == "(90, 40)\n"
        s.resize(10, 80, "main.1")
        assert s.send("p sizes[-1]", "main").output == "(90, 40)\n"
        assert s.send("p sizes[-1]", "main.1").output == "(80, 10)\n"

    def test_a_terminal_opened_later_has_the_new_size(self, session: Open, python: str) -> None:
        s = session("import os\nbreakpoint()\nos.fork()\nbreakpoint()\nx = 1\n", python, "prog.py")
        s.start()
        s.resize(12, 34)
        s.send("c")
        s.look("main.1")
        assert s.send("p tuple(os.get_terminal_size())", "main.1").output == "(34, 12)\n"

    def test_line_ends_are_those_of_the_program_unless_raw(self, session: Open, python: str) -> None:
        source = "print('a\\nb\\r\\nc', end='\\r')\nx = 1\n"
        for raw, shown in ((False, "a\nb\r\nc\r"), (True, "a\r\nb\r\r\nc\r")):
            s = session(source, python, raw_output=raw)
            s.start()
            assert s.send("n").output.startswith(shown + "> ")

    def test_half_a_line_end_is_kept_back(self, session: Open, python: str) -> None:
        s = session("print('one\\n' * 1000)\n", python, "prog.py", read_size=1)
        s.launch()
        text = ""
        while not s.processes["main"].exit:
            s.wait(0.001)
            text += s.output_so_far("main", whole_lines=False)
        assert text + s.take_output("main") == "one\n" * 1000 + "\n"


class TestEvents:
    def test_everything_arrives_once_and_in_order(self, session: Open, python: str) -> None:
        s = session(TWO_CHILDREN, python, "prog.py")
        s.launch()
        found = gathered(s, lambda events: sum(isinstance(one, ProcessStopped) for one in events) == 2)
        for name in ("main.1", "main.2"):
            born, *outputs, stopped = (one for one in found if one.name == name)
            assert [type(one) for one in (born, stopped)] == [ProcessBorn, ProcessStopped]
            assert told(outputs, name).startswith("> prog.py(")
            assert len({type(one) for one in outputs}) == 1
        s.type("c\n", "main.1")
        s.type("c\n", "main.2")
        found = gathered(
            s, lambda events: any(one.name == "main" and isinstance(one, ProcessEnded) for one in events)
        )
        assert [one for one in found if isinstance(one, ProcessEnded)] == [
            ProcessEnded("main", ExitStatus(code=0)),
            *(ProcessEnded(name, found_exit(found, name)) for name in ("main.1", "main.2")),
        ] or {one.name for one in found if isinstance(one, ProcessEnded)} == {"main", "main.1", "main.2"}
        assert (
            "".join(one.text for one in found if isinstance(one, ProcessOutput) and one.name == "main")
            == "over\n"
        )
        assert s.events() == []

    def test_without_a_timeout_nothing_is_waited_for(self, session: Open, python: str) -> None:
        s = session("import time\nprint('up', flush=True)\ntime.sleep(60)\n", python, "prog.py")
        s.launch()
        gathered(s, lambda events: "up\n" in told(events, "main"))
        before = time.monotonic()
        assert s.events() == []
        assert time.monotonic() - before < 1

    def test_the_descriptor_is_not_readable_while_nothing_happens(self, session: Open, python: str) -> None:
        s = session("x = 1\n", python)
        s.launch()
        gathered(s, lambda events: any(isinstance(one, ProcessStopped) for one in events))
        assert select.select([s.fileno()], [], [], 0.1) == ([], [], [])
        s.type("p 1\n")
        assert select.select([s.fileno()], [], [], 10)[0]


def found_exit(events: list[SessionEvent], name: str) -> ExitStatus | None:
    """Return the exit status in the event of a process's end."""
    return next(one.exit for one in events if isinstance(one, ProcessEnded) and one.name == name)


class TestWhoeverStops:
    def test_the_first_stop_of_anybody_is_observed(self, session: Open, python: str) -> None:
        s = session(TWO_CHILDREN, python)
        s.start()
        seen = s.send("c", until="any-stop")
        assert seen.process in ("main.1", "main.2")
        assert seen.outcome == "prompt"
        assert seen.prompt is not None
        assert s.look_any("main.*").process in ("main.1", "main.2")

    def test_a_process_that_stood_before_is_not_the_answer(self, session: Open, python: str) -> None:
        s = session("import os\npid = os.fork()\nx = 1\ny = 2\n", python)
        s.start()
        s.send("n")
        s.send("n")
        assert s.look("main.1").outcome == "prompt"
        assert s.send("n", until="any-stop").process == "main"
        assert s.send("n", "main.1", until="any-stop").process == "main.1"

    def test_the_lowest_name_of_those_that_match_comes_first(self, session: Open, python: str) -> None:
        s = session(TWO_CHILDREN, python, "prog.py")
        s.launch()
        assert s.look("main.2").outcome == "prompt"
        assert s.look("main.1").outcome == "prompt"
        assert s.look_any().process == "main.1"
        assert s.look_any("main.[2-9]").process == "main.2"
        assert s.look_any("main", timeout=0).outcome == "timeout"

    def test_at_the_end_of_everything_nobody_is_waited_for(self, session: Open, python: str) -> None:
        s = session("print('over')\n", python, "prog.py")
        s.start()
        seen = s.look_any("main.*")
        assert (seen.process, seen.outcome) == ("main.*", "absent")


def test_an_interrupt_of_one_process_reaches_no_other(session: Open, python: str) -> None:
    source = """\
import os, time
if os.fork() == 0:
    try:
        time.sleep(60)
    finally:
        os._exit(7)
try:
    print("ready", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    print("interrupted", flush=True)
breakpoint()
x = 1
"""
    s = session(source, python, "prog.py")
    s.launch()
    assert s.wait_until(lambda views: "main.1" in views)
    gathered(s, lambda events: "ready\n" in told(events, "main"))
    seen = s.interrupt(only=True)
    assert seen.outcome == "prompt"
    assert seen.output.startswith("interrupted\n")
    assert s.processes["main.1"].phase == "running"


def test_a_stack_is_told_while_the_program_is_busy(session: Open, python: str) -> None:
    source = "def spin():\n    while True:\n        pass\ndef outer():\n    spin()\nprint('up', flush=True)\nouter()\n"
    s = session(source, python, "prog.py")
    s.launch()
    gathered(s, lambda events: "up\n" in told(events, "main"))
    s.wait_until(lambda _: len(s.stack(timeout=1)) == 3)
    assert [where.function for where in s.stack(timeout=10)] == ["spin", "outer", "<module>"]
    assert s.stack("main.1") == ()

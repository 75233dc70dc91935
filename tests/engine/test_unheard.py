"""What the engine says when it can't hear a process, and that it says so soon."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator

import pytest
from sessions import Open

from pdbcoach.observation import Prompt

TWO = """\
import os, time
if os.fork() == 0:
    {child}
    os._exit(3)
{parent}
"""


@pytest.fixture
def few_files() -> Iterator[None]:
    """At most 64 open files for pdbcoach, and so for what it starts."""
    bounds = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, bounds[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, bounds)


def test_a_session_works_with_few_open_files(session: Open, python: str, few_files: None) -> None:
    source = TWO.format(child="breakpoint()", parent="os.wait()\nprint('end')")
    limited = "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))\n"
    s = session(limited + source, python, "prog.py")
    s.launch()
    assert s.look("main.1").prompt == Prompt("pdb", "(Pdb) ")
    assert s.send("c", "main.1").outcome == "ended"
    assert s.look().output == "end\n"


EXHAUSTED = """\
import os, resource
resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
kept = []
try:
    while True:
        kept.append(os.dup(1))
except OSError:
    pass
for number in kept[:FREE]:
    os.close(number)
if os.fork() == 0:
    input("child? ")
    os._exit(5)
print(os.WEXITSTATUS(os.wait()[1]))
"""


@pytest.mark.parametrize("free", [1, 2])
def test_a_child_with_few_free_descriptors_shares_a_terminal(session: Open, python: str, free: int) -> None:
    s = session(EXHAUSTED.replace("FREE", str(free)), python, "prog.py")
    s.launch()
    seen = s.look("main.1")
    assert seen.prompt == Prompt("program", "child? ")
    assert seen.unheard == ("`main.1` has no terminal of its own (EMFILE), so it shares that of `main`",)
    end = s.send("x", "main.1")
    assert end.outcome == "ended"
    assert end.output + s.look().output == "5\n"


def test_the_question_of_a_child_that_cannot_connect_is_its_parents(session: Open, python: str) -> None:
    s = session(EXHAUSTED.replace("FREE", "0"), python, "prog.py", timeout=1)
    seen = s.start()
    assert seen.prompt == Prompt("terminal", "child? ")
    assert "its prompt is all that is known" in seen.unheard[0]
    assert "that pdbcoach can't hear" in s.look("main.1").unheard[0]
    assert s.send("x").output == "5\n"


def test_a_python_without_the_shim_is_told(session: Open, python: str) -> None:
    s = session("x = 1\n", python, "-I", "-m", "pdb", "prog.py")
    seen = s.start()
    assert seen.prompt == Prompt("terminal", "(Pdb) ")
    (reason,) = seen.unheard
    assert reason.startswith("`main` doesn't report to pdbcoach")
    assert s.send("q").outcome == "ended"


def test_a_silent_python_without_the_shim_is_unheard(session: Open, python: str) -> None:
    s = session("import time\ntime.sleep(60)\n", python, "-I", "prog.py", timeout=0.5)
    seen = s.start()
    assert (seen.outcome, len(seen.unheard)) == ("unheard", 1)


def test_a_process_that_used_our_descriptor_still_gets_its_line(session: Open, python: str) -> None:
    source = "import os\nfor n in range(100, 300):\n    try: os.write(n, b'{nonsense\\n')\n    except OSError: pass\n"
    s = session(source + "input('? ')\nprint('end')\n", python, "prog.py")
    seen = s.start()
    assert seen.prompt == Prompt("terminal", "? ")
    assert seen.unheard == ("`main` used pdbcoach's own descriptor, so pdbcoach can't hear it any more",)
    assert s.send("x").output == "end\n"


def test_a_child_that_was_not_forked_by_python_is_told(session: Open, python: str) -> None:
    source = "import ctypes, time\nctypes.CDLL(None).fork()\ntime.sleep(60)\n"
    seen = session(source, python, "prog.py", timeout=0.5).start()
    assert seen.outcome == "unheard"
    assert "`main` has a child" in seen.unheard[0]


def test_two_readers_of_a_terminal_are_told(session: Open, python: str) -> None:
    source = "import subprocess\ncat = subprocess.Popen(['cat'])\ninput('? ')\n"
    s = session(source, python, "prog.py", timeout=1)
    s.start()
    found = [s.send("line") for _ in range(4)]
    lost = [seen for seen in found if seen.outcome == "unheard"]
    assert lost or found[-1].outcome == "ended"
    assert all("chance decides which one gets a line" in seen.unheard[0] for seen in lost)


def test_a_server_is_known_to_wait_for_a_connection(session: Open, python: str) -> None:
    source = "import socket\ns = socket.socket()\ns.bind(('127.0.0.1', 0))\ns.listen()\ns.accept()\n"
    seen = session(source, python, "prog.py", timeout=0.5).start()
    assert seen.outcome == "timeout"
    assert seen.processes["main"].doing.startswith("waiting for a connection")
    assert seen.unheard == (
        "`main` waits for a connection; if that is a debugger, pdbcoach doesn't drive it",
    )


# --- verdicts that are certain -------------------------------------------------------------------


def _seconds(since: float) -> float:
    return time.monotonic() - since


def test_a_wrong_end_is_known_at_once(session: Open, python: str) -> None:
    s = session("exit(1)\n", python, "prog.py", timeout=60)
    s.start()
    began = time.monotonic()
    assert not s.wait_until(lambda views: str(views["main"].exit) == "exit 2")
    assert _seconds(began) < 30  # the timeout is a minute


def test_a_parent_that_waits_for_a_stopped_child_is_blocked_for_good(session: Open, python: str) -> None:
    s = session(TWO.format(child="breakpoint()", parent="os.wait()"), python, "prog.py", timeout=60)
    s.launch()
    s.look("main.1")
    began = time.monotonic()
    assert s.look().outcome == "blocked"
    assert s.look("main.2").outcome == "absent"
    assert _seconds(began) < 30  # the timeout is a minute
    s.send("c", "main.1")
    assert s.look().outcome == "ended"


@pytest.mark.parametrize(
    "parent",
    [
        "time.sleep(1)\nprint('late')",
        "import signal\nsignal.signal(signal.SIGALRM, lambda *_: exit('late'))\nsignal.alarm(1)\nos.wait()",
        "import subprocess\nsubprocess.run(['sleep', '1'])\nprint('late')",
    ],
    ids=["sleep", "alarm", "program"],
)
def test_what_may_still_happen_is_waited_for(session: Open, python: str, parent: str) -> None:
    s = session(TWO.format(child="breakpoint()", parent=parent), python, "prog.py")
    s.launch()
    s.look("main.1")
    assert s.look().output.strip() == "late"


def test_children_that_are_about_to_start_are_waited_for(session: Open, python: str) -> None:
    source = (
        "import multiprocessing, time\n\ndef work():\n    breakpoint()\n\n"
        "if __name__ == '__main__':\n    multiprocessing.set_start_method('spawn')\n"
        "    p = multiprocessing.Process(target=work)\n    p.start()\n    p.join()\n"
    )
    s = session(source, python, "prog.py")
    s.launch()
    assert s.look("main.1").outcome == "prompt"


def test_a_trace_stop_is_no_end(session: Open) -> None:
    # The leader gets the statuses of stops of what it traces, which a program can make it do.
    from pdbcoach.shim import leader

    status = (5 << 8) | 0x7F
    assert not os.WIFEXITED(status)
    statuses = iter([(4711, status), (0, 0)])
    told: list[object] = []
    made = object.__new__(leader._Leader)
    made.tell = lambda *messages: told.extend(messages)  # type: ignore[method-assign]
    waitpid = os.waitpid
    os.waitpid = lambda pid, options: next(statuses)
    try:
        assert made.reap()
    finally:
        os.waitpid = waitpid
    assert told == []

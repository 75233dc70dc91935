"""Threads: one at a time is in the debugger, the others wait at its door."""

from __future__ import annotations

import pytest
from sessions import Open

from pdbcoach import Session

TWO = """\
import threading
both = threading.Barrier(2)
def work(name):
    both.wait()
    breakpoint()
    first = name
    second = name
    third = name
threads = [threading.Thread(target=work, args=(n,), name=n) for n in ("red", "blue")]
for one in threads: one.start()
for one in threads: one.join()
print("done")
"""

LINES = [
    ("blue", "p name"),
    ("blue", "n"),
    ("red", "p name"),
    ("red", "n"),
    ("blue", "p name"),
    ("red", "p name"),
    ("blue", ""),
    ("blue", "n"),
    ("blue", "c"),
    ("red", "c"),
]


def transcript(s: Session, lines: list[tuple[str, str]]) -> list[object]:
    """Type each line at its thread of ``main``. Return what came of them."""
    seen: list[object] = []
    for thread, line in lines:
        got = s.send(line, f"main:{thread}")
        seen.append((got.outcome, got.output, got.state.stop if got.state else None))
    end = s.look()
    return [*seen, end.outcome, end.output]


def test_twenty_runs_of_two_threads_are_identical(session: Open, python: str) -> None:
    first: list[object] = []
    for _ in range(20):
        s = session(TWO, python, "prog.py", directed=("main",))
        s.launch()
        seen = transcript(s, LINES)
        s.close()
        first = first or seen
        assert seen == first
    assert first[6] == first[4], "Enter repeats the thread's own last line"
    lines = [stop.line for _, _, stop in first[:-4] if stop]  # type: ignore[misc]
    assert [at - lines[0] for at in lines] == [0, 1, 0, 1, 1, 1, 1, 2]
    assert [one[0] for one in first[-4:-2]] == ["ended", "ended"]  # type: ignore[index]
    assert first[-2:] == ["ended", "done\n"]


def test_without_names_the_threads_come_in_one_by_one(session: Open, python: str) -> None:
    s = session(TWO, python, "prog.py")
    first = s.start()
    assert first.outcome == "prompt"
    s.wait_until(lambda views: len(views) == 3)
    waiting = [name for name, view in s.processes.items() if view.phase == "stopped" and not view.prompt]
    assert len(waiting) == 1
    before = s.send("p name").output
    assert s.send("n").state.stop.line == first.state.stop.line + 1  # type: ignore[union-attr]
    assert s.send("p name").output == before, "a thread that steps is let in again"
    assert s.send("c").outcome == "prompt"
    assert s.send("p name").output == repr(waiting[0].removeprefix("main:")) + "\n"
    assert s.send("c").outcome == "ended"


def test_a_program_without_threads_sends_nothing_about_them(debug: Open, python: str) -> None:
    s = debug("x = 1\nbreakpoint()\ny = 2\n", python)
    s.start()
    s.send("c")
    s.send("n")
    turns = s._registry.named["main"].turns
    assert (turns._names, turns._waiting, turns._last) == ({}, [], 0)


def test_a_race_on_a_counter_can_be_stepped(session: Open, python: str) -> None:
    source = """\
import threading
counter = 0
def add():
    global counter
    breakpoint()
    old = counter
    counter = old + 1
threads = [threading.Thread(target=add, name=n) for n in ("one", "two")]
for t in threads: t.start()
for t in threads: t.join()
print(counter)
"""
    s = session(source, python, "prog.py", directed=("main",))
    s.launch()
    for thread in ("main:one", "main:two"):
        while "counter = old + 1" not in (got := s.send("n", thread)).output:
            assert got.outcome == "prompt"
    assert s.send("c", "main:two").outcome == "ended"
    assert s.send("p counter, old", "main:one").output == "(1, 0)\n"
    assert s.send("c", "main:one").outcome == "ended"
    assert s.look().output == "1\n"


def test_a_deadlock_of_two_locks_is_seen_with_ctrl_c(debug: Open, python: str) -> None:
    source = """\
import threading
a, b, both = threading.Lock(), threading.Lock(), threading.Barrier(2)
def work(first, second):
    with first:
        both.wait()
        with second:
            pass
other = threading.Thread(target=work, args=(b, a), name="other", daemon=True)
other.start()
work(a, b)
"""
    s = debug(source, python)
    s.start()
    for _ in range(20):
        got = s.send("n")
        if got.outcome != "prompt":
            break
    assert got.outcome == "blocked", "nothing can change, so this doesn't take until the timeout"
    got = s.interrupt()
    assert got.state is not None
    assert got.state.raised is not None
    assert (got.state.raised.type, "shim" in got.output) == ("KeyboardInterrupt", False)
    assert "work(a, b)" in s.send("l 9").output


def test_a_worker_of_a_pool_of_threads_stops(debug: Open, python: str) -> None:
    source = """\
from concurrent.futures import ThreadPoolExecutor
def square(n):
    breakpoint()
    return n * n
with ThreadPoolExecutor(1) as pool:
    print(list(pool.map(square, [2, 3])))
"""
    s = debug(source, python)
    s.start()
    assert s.send("c").outcome == "prompt"
    assert s.send("p n").output == "2\n"
    assert s.send("c", "main:ThreadPoolExecutor-0_0").outcome == "prompt"
    assert s.send("p n", "main:ThreadPoolExecutor-0_0").output == "3\n"
    assert s.send("c", "main:ThreadPoolExecutor-0_0").outcome == "ended"
    s.wait_until(lambda views: views["main"].phase == "gone")


MAIN_AT_THE_DOOR = """\
import threading
here = threading.Event()
def work():
    here.set()
    breakpoint()
    done = True
blue = threading.Thread(target=work, name="blue")
blue.start()
here.wait()
breakpoint()
end = True
"""


def test_ctrl_c_waits_until_the_main_thread_is_let_in(session: Open, python: str) -> None:
    s = session(MAIN_AT_THE_DOOR, python, "prog.py", directed=("main",))
    s.launch()
    assert s.look("main:blue").outcome == "prompt"
    assert s.wait_until(lambda views: views.get("main:MainThread", views["main"]).phase == "stopped")
    blue = s.interrupt()
    assert (blue.outcome, "KeyboardInterrupt" in blue.output) == ("prompt", False)
    assert s.send("p 1", "main:blue").output == "1\n"
    assert s.send("c", "main:blue").outcome == "ended"
    main = s.look("main:MainThread")
    seen = main.output + s.send("w", "main:MainThread").output
    assert main.outcome == "prompt"
    assert "--KeyboardInterrupt--" in seen
    assert "shim" not in seen
    assert s.send("c", "main:MainThread").outcome == "ended"


JOIN = """\
import threading
def work():
    breakpoint()
    done = True
red = threading.Thread(target=work, name="red")
def wait():
    breakpoint()
    red.join()
    after = True
blue = threading.Thread(target=wait, name="blue")
blue.start()
red.start()
"""


@pytest.mark.parametrize("line", ["n", "p red.join()"])
def test_a_thread_that_waits_for_one_at_the_door_says_so(session: Open, line: str, python: str) -> None:
    s = session(JOIN, python, "prog.py", directed=("main",))
    s.launch()
    got = s.look("main:blue")
    assert s.wait_until(lambda views: "main:red" in views)
    while "red.join()" not in got.output:
        got = s.send("n", "main:blue")
        assert got.outcome == "prompt"
    got = s.send(line, "main:blue")
    assert got.outcome == "blocked"
    said = "`main:blue` waits, and `main:red` waits at the debugger's door; type at `main:red`"
    assert got.processes["main:blue"].doing == said
    assert s.send("c", "main:red").outcome == "ended"


def test_without_names_the_one_at_the_door_is_let_in_when_nothing_else_can_happen(
    debug: Open, python: str
) -> None:
    source = """\
import threading
def work():
    breakpoint()
    done = True
red = threading.Thread(target=work, name="red")
red.start()
red.join()
"""
    s = debug(source, python)
    s.start()
    for line in (2, 5, 6, 7):
        assert s.send("n").state.stop.line == line  # type: ignore[union-attr]
    inside = s.send("n")
    assert inside.state is not None
    assert inside.state.stop.function == "work"


def test_equal_names_are_numbered_in_the_order_of_birth(session: Open, python: str) -> None:
    source = """\
import threading, time
gates = [threading.Event(), threading.Event()]
def work(n):
    gates[n].wait()
    breakpoint()
    done = True
threads = [threading.Thread(target=work, args=(n,), name="worker") for n in (0, 1)]
for t in threads: t.start()
gates[1].set()
gates[0].set()
"""
    s = session(source, python, "prog.py", directed=("main",))
    s.launch()
    assert s.wait_until(lambda views: sum(v.phase == "stopped" for v in views.values()) == 2)
    assert s.send("p n", "main:worker").output == "0\n"
    assert s.send("p n", "main:worker#2").output == "1\n"
    assert s.send("c", "main:worker").outcome == "ended"
    assert s.send("c", "main:worker#2").outcome == "ended"


def test_a_name_that_no_thread_has_is_absent(session: Open, python: str) -> None:
    s = session(TWO, python, "prog.py", directed=("main",))
    s.launch()
    assert s.send("p 1", "main:green").outcome == "absent"
    assert s.send("p 1", "main:red").outcome == "prompt"


def test_post_mortem_and_a_nested_debugger_keep_the_turn(session: Open, python: str) -> None:
    source = """\
import pdb, sys, threading
def work(name):
    try:
        1 / 0
    except ZeroDivisionError:
        pdb.post_mortem(sys.exc_info()[2])
    breakpoint()
    end = name
threads = [threading.Thread(target=work, args=(n,), name=n) for n in ("red", "blue")]
for t in threads: t.start()
"""
    s = session(source, python, "prog.py", directed=("main",))
    s.launch()
    for name in ("blue", "red"):
        thread = f"main:{name}"
        got = s.send("p name", thread)
        assert got.output == f"'{name}'\n"
        assert got.state is not None
        assert got.state.event == "post-mortem"
        assert s.send("q", thread).outcome == "prompt"
    assert s.send("debug name.upper()", "main:blue").prompt.kind == "nested"  # type: ignore[union-attr]
    assert s.send("p name", "main:blue").output == "'blue'\n"
    assert s.send("q", "main:blue").prompt.kind == "pdb"  # type: ignore[union-attr]
    assert s.send("p name", "main:red").output == "'red'\n"
    for name in ("red", "blue"):
        assert s.send("c", f"main:{name}").outcome == "ended"


def test_a_fork_of_a_thread_is_a_process_with_one_thread(session: Open, python: str) -> None:
    source = """\
import os, threading
def work():
    breakpoint()
    if os.fork() == 0:
        breakpoint()
        os._exit(0)
    os.wait()
    breakpoint()
    end = True
t = threading.Thread(target=work, name="blue")
t.start()
t.join()
"""
    s = session(source, python, "prog.py", directed=("main",))
    s.launch()
    s.send("c", "main:blue", until="any-stop")
    assert s.send("c", "main.1").outcome == "ended"
    assert s.send("p end if 'end' in dir() else 'here'", "main:blue").output == "'here'\n"
    assert s.send("c", "main:blue").outcome == "ended"

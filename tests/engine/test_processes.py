"""Forking programs: names, terminals, exit statuses; and programs that try to survive or to break things."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import pytest
from sessions import Open, Words, ended, stop_six_at_the_forks

from pdbcoach import Session
from pdbcoach.observation import ExitStatus

SEED_EX2 = """\
import os
ret = os.fork()
if ret == 0:
    print("1")
else:
    print("2")
    ret = os.fork()
    if ret == 0:
        print("33")
    else:
        print("44")
ret = os.fork()
if ret == 0:
    print("11")
else:
    print("22")
"""


def test_nested_forks_give_six_processes(debug: Open, python: str) -> None:
    s = debug(SEED_EX2, python)
    names = stop_six_at_the_forks(s)
    outputs = {name: s.send("n", name).output.split("\n")[0] for name in names}
    assert outputs == dict(zip(names, ["22", "22", "11", "22", "11", "11"], strict=True))
    for name in reversed(names):
        s.send("q", name)
    assert s.wait_until(lambda processes: all(map(ended, processes.values())))
    assert {view.exit for view in s.processes.values()} == {ExitStatus(code=0)}


def test_a_child_outlives_its_parent(session: Open, python: str) -> None:
    source = "import os\nif os.fork():\n    os._exit(3)\nbreakpoint()\nprint('still here')\n"
    s = session(source, python, "prog.py")
    s.launch()
    s.look("main.1")
    assert s.wait_until(lambda processes: ended(processes["main"]))
    assert s.processes["main"].exit == ExitStatus(code=3)
    assert "still here" in s.send("c", "main.1").output
    assert s.wait_until(lambda processes: ended(processes["main.1"]))
    assert s.processes["main.1"].exit == ExitStatus(code=0)


@pytest.mark.parametrize("end", ["os._exit(7)", "sys.exit(7)"])
def test_the_status_of_a_child_reaped_by_its_parent_needs_linux_6_15(
    session: Open, python: str, end: str
) -> None:
    source = (
        f"import os, sys\npid = os.fork()\nif not pid:\n    {end}\nos.waitpid(pid, 0)\nbreakpoint()\nx = 1\n"
    )
    s = session(source, python, "prog.py")
    s.start()
    assert s.processes["main.1"].phase == "gone"
    kernel = tuple(map(int, os.uname().release.split("-")[0].split(".")[:2]))
    known = kernel >= (6, 15)
    assert s.processes["main.1"].exit == (ExitStatus(code=7) if known else None)


def test_a_child_is_a_zombie_until_its_parent_waits(session: Open, python: str, words: Words) -> None:
    source = (
        "import os\npid = os.fork()\nif not pid:\n    os._exit(3)\nbreakpoint()\nos.waitpid(pid, 0)\nx = 1\n"
    )
    s = session(source, python, *words)
    s.start()
    assert s.wait_until(lambda ps: "main.1" in ps and ps["main.1"].phase == "zombie")
    assert s.processes["main.1"].exit == ExitStatus(code=3)
    s.send("tbreak 7")
    s.send("c")
    assert s.processes["main.1"].phase == "gone"


MULTIPROCESSING = """\
import multiprocessing, sys

def work(n):
    m = n * 10
    breakpoint()
    sys.stdout.write("read %r\\n" % sys.stdin.read())
    return m

if __name__ == "__main__":
    context = multiprocessing.get_context("METHOD")
    children = [context.Process(target=work, args=(n,)) for n in (1, 2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print([child.exitcode for child in children])
"""


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_breakpoints_work_in_multiprocessing_children(session: Open, python: str, method: str) -> None:
    s = session(MULTIPROCESSING.replace("METHOD", method), python, "prog.py")
    s.launch()
    assert s.look("main.2").outcome == "prompt"
    assert s.look("main.1").outcome == "prompt"
    assert s.send("p n", "main.1").output == "1\n"
    assert s.send("p m", "main.2").output == "20\n"
    assert s.send("p __import__('sys').stdin.fileno()", "main.1").output == "0\n"
    assert s.send("c", "main.2").output == "read ''\n", "the program keeps its /dev/null"
    assert s.send("interact", "main.1").prompt.kind == "interact"  # type: ignore[union-attr]
    s.send_eof("main.1")
    s.send("c", "main.1")
    assert s.look().output == "[0, 0]\n"
    assert list(s.processes) == ["main", "main.1", "main.2"], "no helper is a process of the lesson"


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_a_pool_replaces_its_workers(session: Open, python: str, method: str) -> None:
    source = f"""\
import multiprocessing

def work(n):
    breakpoint()
    return n + 1

if __name__ == "__main__":
    context = multiprocessing.get_context("{method}")
    with context.Pool(1, maxtasksperchild=1) as pool:
        print(pool.map(work, range(3), chunksize=1))
"""
    s = session(source, python, "prog.py")
    s.launch()
    for name in ("main.1", "main.2", "main.3"):
        assert s.look(name).outcome == "prompt"
        assert s.send("c", name).outcome == "ended"
    assert s.look().output == "[1, 2, 3]\n"


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_the_start_method_is_set_before_the_first_line(session: Open, python: str, method: str) -> None:
    source = "import multiprocessing\nprint(multiprocessing.get_start_method(allow_none=True))\n"
    source += "print(multiprocessing.get_start_method())\n"
    s = session(source, python, "prog.py", start_method=method)
    assert s.start().output == f"None\n{method}\n"


def test_a_shared_terminal_shows_both_prompts(debug: Open, python: str) -> None:
    source = "import os\npid = os.fork()\nx = 1\nos.getpid()\n"
    s = debug(source, python, shared_terminal=True)
    s.start()
    s.send("n")
    s.send("n")
    assert s.wait_until(lambda ps: "main.1" in ps and {p.phase for p in ps.values()} == {"stopped"})
    lines = [view.state.stop.line for view in s.processes.values() if view.state]
    assert lines == [3, 3], "two prompts on one terminal"


def test_ctrl_c_reaches_a_child_on_its_own_terminal(debug: Open, python: str) -> None:
    source = "import os\nif os.fork():\n    os.wait()\nelse:\n    while True:\n        x = 1\n"
    s = debug(source, python)
    s.start()
    s.send("b 6")
    s.send("c", until="blocked")
    s.look("main.1")
    s.send("cl 1", "main.1")
    s.send("c", "main.1", until="blocked")
    assert "Program interrupted" in s.interrupt("main.1").output


def test_the_background_pid_replaces_its_placeholder(session: Open, python: str) -> None:
    source = "import os, sys, time\nif len(sys.argv) > 1:\n    os.kill(int(sys.argv[1]), 15)\nelse:\n    time.sleep(60)\n"
    s = session(source, python, "prog.py", "{pid}", background=["prog.py"])
    assert s.start().outcome == "ended"
    assert s.wait_until(lambda processes: ended(processes["background"]))
    assert s.processes["background"].exit == ExitStatus(signal=15)


STAYS = {
    "setsid-ignores-signals": """\
import os, signal, time
if os.fork() == 0:
    os.setsid()
    for number in (1, 2, 15):
        signal.signal(number, signal.SIG_IGN)
    time.sleep(600)
breakpoint()
x = 1
""",
    "double-fork": """\
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(600)
    os._exit(0)
breakpoint()
x = 1
""",
    "other-group": "import os, time\nif os.fork() == 0:\n    os.setpgid(0, 0)\n    time.sleep(600)\nbreakpoint()\nx = 1\n",
    "stopped": "import os, signal\nif os.fork() == 0:\n    os.kill(os.getpid(), signal.SIGSTOP)\nbreakpoint()\nx = 1\n",
    "shell": "import subprocess\nsubprocess.Popen('trap \"\" TERM HUP; sleep 600 & sleep 601', shell=True)\nbreakpoint()\nx = 1\n",
    "clean-environment": "import subprocess\nsubprocess.Popen(['sleep', '600'], env={}, start_new_session=True)\nbreakpoint()\nx=1\n",
    "kills-its-leader": """\
import os, time
if os.fork() == 0:
    os.setsid()
    time.sleep(600)
os.kill(os.getppid(), 9)
time.sleep(600)
""",
}


@pytest.mark.parametrize("source", STAYS.values(), ids=STAYS.keys())
def test_nothing_survives_a_session(session: Open, python: str, words: Words, source: str) -> None:
    s = session(source, python, *words, timeout=2)
    s.start()
    # The fixture closes the session and looks for survivors.


def test_a_program_that_closes_every_descriptor_is_still_debugged(
    session: Open, python: str, words: Words
) -> None:
    s = session(
        "import os\nos.closerange(3, 4096)\nbreakpoint()\nos.closerange(0, 4096)\nx = 1\n", python, *words
    )
    seen = s.start()
    assert seen.outcome == "prompt", "the channel is opened again"
    assert s.send("c").outcome == "ended"


def test_a_child_that_executes_another_interpreter_keeps_its_name(session: Open, python: str) -> None:
    source = """\
import os, sys
if len(sys.argv) == 1 and os.fork() == 0:
    os.execv(sys.executable, [sys.executable, "prog.py", "again"])
breakpoint()
x = 1
"""
    s = session(source, python, "prog.py")
    s.start()
    assert s.look("main.1").outcome == "prompt"
    assert s.send("p sys.argv", "main.1").output == "['prog.py', 'again']\n"


def test_a_python_subprocess_shares_its_parents_terminal(session: Open, python: str) -> None:
    source = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'input(1)'], preexec_fn=lambda: None)\n"
    s = session(source, python, "prog.py")
    s.launch()
    assert s.look("main.python1").prompt.text == "1"  # type: ignore[union-attr]
    assert s.send("", "main.python1").outcome == "ended"
    assert s.look().outcome == "ended"


def test_the_terminal_of_pty_fork_is_left_alone(session: Open, python: str) -> None:
    source = "import os, pty\npid, fd = pty.fork()\nif not pid:\n    print(os.ttyname(1))\n    os._exit(0)\nprint(os.read(fd, 99))\nos.waitpid(pid, 0)\n"
    s = session(source, python, "prog.py")
    assert s.start().output.startswith("b'/dev/pts/")
    assert list(s.processes) == ["main"]


def test_a_liar_on_the_channel_harms_no_other_process(session: Open, python: str, words: Words) -> None:
    source = """\
import os, socket
pid = os.fork()
if pid == 0:
    for line in (b"nonsense", b"{", b"{}", b'{"what": "prompt"}', b"[" * 100000,
                 b'{"what": "hello", "kind": "fork", "parent": 1, "index": 1}',
                 b'{"what": "exited", "pid": %d, "status": 9}' % os.getppid(), b"x" * (1 << 21)):
        s = socket.socket(socket.AF_UNIX)
        s.connect(os.environ["PDBCOACH_SOCKET"])
        try:
            s.sendall(line + b"\\n")
        except OSError:
            pass
        s.close()
    os._exit(0)
os.waitpid(pid, 0)
breakpoint()
x = 1
"""
    s = session(source, python, *words)
    assert s.start().outcome == "prompt"
    assert s.processes["main"].phase == "stopped"
    assert s.send("p 6 * 7").output == "42\n"


def test_two_sessions_run_at_the_same_time(debug: Open, python: str) -> None:
    one, two = debug(SEED_EX2, python), debug(SEED_EX2, python)
    one.start()
    two.start()
    one.send("n")
    assert one.send("n").state.stop.line == 3  # type: ignore[union-attr]
    assert two.send("p 1").state.stop.line == 1  # type: ignore[union-attr]


def test_left_over_describes_living_processes(session: Open, python: str) -> None:
    source = "import os, subprocess, time\nsubprocess.Popen(['sleep', '60'])\nif os.fork() == 0:\n    time.sleep(60)\n"
    s = session(source, python, "prog.py")
    assert s.start().outcome == "ended"
    found = s.left_over(grace=0.3)
    assert any(text.startswith("main.1 is running (sleeping") or "waiting" in text for text in found)
    assert any(text.startswith("sleep 60") for text in found)


def test_left_over_reports_processes_too_fleeting_to_describe(session: Open, python: str) -> None:
    source = """\
import ctypes, os, time
fork, end = ctypes.CDLL(None).fork, time.monotonic() + 10
while time.monotonic() < end:
    if fork():
        os._exit(0)
"""
    s = session(source, python, "prog.py")
    assert s.start().outcome == "ended"
    for _ in range(20):
        assert s.left_over(grace=0)


def test_a_kept_work_folder_stays(temporary: Path, python: str) -> None:
    with Session(["-c", "open('made', 'w')"], python=python, keep=True) as s:
        s.start()
    assert (s.work_folder / "made").exists()


def test_attaching_reports_the_state_of_the_other_process(session: Open, python: str) -> None:
    source = "import time\nk = 0\nwhile True:\n    k += 1\n    time.sleep(0.01)\n"
    s = session(source, python, "-m", "pdb", "-p", "{pid}", background=["prog.py"])
    seen = s.start()
    if seen.outcome == "ended":  # before 3.14 pdb has no such option
        assert "option -p not recognized" in seen.output or "unrecognized arguments: -p" in seen.output
        return
    assert seen.prompt is not None
    assert seen.state is not None
    assert (seen.prompt.kind, seen.state.stop.file) == ("pdb", "prog.py")
    state = s.send("b 4").state
    assert state is not None
    assert [row.line for row in state.breakpoints] == [4]
    assert s.send("q").outcome == "ended"
    assert s.processes["background"].phase == "running", "q detaches"


def test_a_flood_on_the_channel_blocks_no_process(session: Open, python: str, words: Words) -> None:
    source = """\
import os, socket
if os.fork() == 0:
    kept = []
    while True:
        s = socket.socket(socket.AF_UNIX)
        try:
            s.connect(os.environ["PDBCOACH_SOCKET"])
            s.sendall(b'{"what": "read", "sequence": 1}\\\\n' * 1000)
        except OSError:
            pass
        if len(kept) < 600:
            kept.append(s)
breakpoint()
x = 1
y = 2
"""
    s = session(source, python, *words)
    assert s.start().outcome == "prompt"
    assert s.send("p 6 * 7").output == "42\n"
    assert s.send("n").outcome == "prompt"


def test_children_that_are_gone_need_no_descriptors(session: Open, python: str) -> None:
    source = """\
import os
for number in range(100):
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
breakpoint()
x = 1
"""
    s = session(source, python, "prog.py")
    s.launch()
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir("/proc/self/fd")) + 50, before[1]))
    try:
        assert s.look().outcome == "prompt"
        assert len(s.processes) == 101
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_a_reused_descriptor_ends_no_process(session: Open, python: str) -> None:
    """A parent's end arrives together with its child, whose pidfd gets the parent's number."""
    source = "import os\nfor _ in range(30):\n    if os.fork():\n        os._exit(0)\nbreakpoint()\nx = 1\n"
    s = session(source, python, "prog.py")
    s.launch()
    last = "main" + ".1" * 30
    assert s.look(last).outcome == "prompt"
    assert s.send("p 6 * 7", last).output == "42\n"


def test_on_a_shared_terminal_a_process_without_the_line_still_waits(debug: Open, python: str) -> None:
    s = debug("import os\npid = os.fork()\nx = 1\ny = 2\nz = 3\n", python, shared_terminal=True)
    s.start()
    s.send("n")
    s.send("n")
    both = {"main", "main.1"}
    assert s.wait_until(lambda ps: set(ps) == both and all(p.phase == "stopped" for p in ps.values()))
    s.send("")  # one character can't be torn apart; it repeats `n` in the process that gets it
    assert s.wait_until(lambda ps: all(p.phase == "stopped" for p in ps.values()))
    lines = sorted(view.state.stop.line for view in s.processes.values() if view.state)
    assert lines == [3, 4]


def test_a_running_subprocess_blocks_no_command(session: Open, python: str) -> None:
    source = """\
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
breakpoint()
x = 1
y = 2
"""
    s = session(source, python, "prog.py", timeout=5)
    assert s.start().outcome == "prompt"
    assert s.send("n").outcome == "prompt"
    assert s.send("c").outcome == "ended"


def test_output_of_a_parent_after_its_child_is_shown_on_a_shared_terminal(session: Open, python: str) -> None:
    source = """\
import os
pid = os.fork()
if pid == 0:
    breakpoint()
    os._exit(0)
os.waitpid(pid, 0)
print("bye")
"""
    s = session(source, python, "prog.py", shared_terminal=True)
    s.launch()
    assert s.look("main.1").outcome == "prompt"
    assert s.send("c", "main.1").output == "bye\n"


def test_a_slow_prompt_on_a_shared_terminal_arrives_whole(session: Open, python: str) -> None:
    s = session("x = 1\ny = 2\n", python, shared_terminal=True, read_size=1, read_delay=0.005)
    s.start()
    seen = s.send("p 1")
    assert (seen.outcome, seen.output) == ("prompt", "1\n")


def test_a_prompt_that_reads_no_terminal_is_not_waited_at(session: Open, python: str) -> None:
    """As in a child of multiprocessing, whose pdb prints its prompt and reads /dev/null."""
    source = """\
import os, sys, time
if os.fork() == 0:
    sys.stdin = open(os.devnull)
    try:
        breakpoint()
    finally:
        end = time.process_time() + 0.3
        while time.process_time() < end: pass
        os._exit(0)
os.wait()
x = 1
"""
    s = session(source, python, shared_terminal=True)
    s.start()
    s.send("b 11")
    seen = s.send("c")
    assert (seen.outcome, seen.state and seen.state.stop.line) == ("prompt", 11)

"""Prompts that nobody announces: the kernel says who reads which terminal."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys

import pytest
from sessions import Open, ended

from pdbcoach.engine import readers, sandbox
from pdbcoach.engine.environment import Folder
from pdbcoach.engine.process import Announcement, Process
from pdbcoach.engine.questions import Questions
from pdbcoach.engine.terminal import Terminal, open_pair
from pdbcoach.observation import Prompt

IN_FORK = "import os\nif os.fork() == 0:\n    {}\n    os._exit(0)\nos.wait()\n"

ASKING = {
    "stdin": (
        "import sys\nprint('name? ', end='', flush=True)\nx = sys.stdin.readline()\n",
        "main",
        "name? ",
    ),
    "iteration": ("import sys\nfor x in sys.stdin:\n    break\n", "main", ""),
    "getpass": ("import getpass\nx = getpass.getpass('secret? ')\n", "main", "secret? "),
    "shell": (
        "import subprocess\nx = subprocess.run('read -p \"sh? \" x; echo $x', shell=True, "
        "executable='/bin/bash', stdout=-1, text=True).stdout\n",
        "main",
        "sh? ",
    ),
    "os.read": ("import os\nx = os.read(0, 99).decode()\n", "main", ""),
    "select": ("import os, select\nselect.select([0], [], [])\nx = os.read(0, 99).decode()\n", "main", ""),
    "poll": (
        "import os, select\np = select.poll()\np.register(0, select.POLLIN)\np.poll()\n"
        "x = os.read(0, 99).decode()\n",
        "main",
        "",
    ),
    "asyncio": (
        "import asyncio, os\n\nasync def main():\n    ready = asyncio.Event()\n"
        "    asyncio.get_running_loop().add_reader(0, ready.set)\n    await ready.wait()\n"
        "asyncio.run(main())\nx = os.read(0, 99).decode()\n",
        "main",
        "",
    ),
    "thread": (
        "import sys, threading\nfound = []\n"
        "t = threading.Thread(target=lambda: found.append(sys.stdin.readline()))\nt.start()\nt.join()\n"
        "x = found[0]\n",
        "main",
        "",
    ),
}
"""Programs that read one line ``x``, the process that asks, and its prompt."""

IN_CHILDREN = {
    "getpass": ("import getpass; x = getpass.getpass('secret? '); print('got', x.strip())", "secret? "),
    "tty": (
        "f = open('/dev/tty', 'r+b', buffering=0); f.write(b'tty? '); print('got', f.readline().decode(), end='')",
        "tty? ",
    ),
    "stdin": ("import sys; print('got', sys.stdin.readline(), end='')", ""),
}
"""Lines for a forked child that read a line, and their prompts."""

WITHOUT_SHIM = {
    "environment": "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'CODE'], env={})\n",
    "isolated": "import subprocess, sys\nsubprocess.run([sys.executable, '-I', '-c', 'CODE'])\n",
    "preexec": "import subprocess\ndef f():\n    CODE\nsubprocess.run(['true'], preexec_fn=f)\n",
}
"""Programs that run CODE in a process that doesn't speak to the engine."""


SUBINTERPRETER = """\
import sys
if sys.version_info >= (3, 14):
    from concurrent import interpreters
    interpreters.create().exec("breakpoint(); x = 1")
elif sys.version_info >= (3, 13):
    import _interpreters
    _interpreters.exec(_interpreters.create(), "breakpoint(); x = 1")
"""


def test_a_program_without_announcement_is_asked(session: Open, python: str) -> None:
    for source, process, text in ASKING.values():
        s = session(f"{source}print('got', x.strip())\n", python, "prog.py")
        seen = s.start()
        assert (seen.prompt, seen.output, seen.state) == (Prompt("terminal", text), "", None)
        assert s.send("bob", process).output.strip() == "got bob"


@pytest.mark.parametrize("kind", IN_CHILDREN)
def test_a_forked_child_is_asked(session: Open, python: str, kind: str) -> None:
    line, text = IN_CHILDREN[kind]
    s = session(IN_FORK.format(line), python, "-m", "pdb", "-c", "c", "prog.py")
    s.launch()
    assert s.look("main.1").prompt == Prompt("terminal", text)
    assert s.send("bob", "main.1").output == "got bob\n"
    assert s.look().prompt == Prompt("pdb", "(Pdb) ")


def test_a_program_with_stdin_from_dev_tty_gets_its_line_there(session: Open, python: str) -> None:
    s = session(
        IN_FORK.format("import sys; sys.stdin = open('/dev/tty'); print(input('? '))"), python, "prog.py"
    )
    s.launch()
    assert s.look("main.1").prompt == Prompt("program", "? ")
    assert s.send("bob", "main.1").output == "bob\n"


@pytest.mark.parametrize("kind", WITHOUT_SHIM)
def test_a_debugger_without_the_shim_is_typed_to(session: Open, python: str, kind: str) -> None:
    s = session(WITHOUT_SHIM[kind].replace("CODE", "breakpoint(); x = 1"), python, "prog.py")
    seen = s.start()
    assert seen.prompt == Prompt("terminal", "(Pdb) ")
    assert s.send("p 6 * 7").output == "42\n"
    assert s.send("c").outcome == "ended"


def test_a_debugger_in_a_subinterpreter_is_typed_to(session: Open, python: str) -> None:
    s = session(SUBINTERPRETER, python, "prog.py")
    seen = s.start()
    if seen.outcome == "ended":
        pytest.skip("pdb doesn't work in a subinterpreter before Python 3.13")
    assert seen.prompt == Prompt("terminal", "(Pdb) ")
    assert s.send("p 6 * 7").output == "42\n"
    assert s.send("c").outcome == "ended"


def test_ipdb_is_typed_to(session: Open) -> None:
    if importlib.util.find_spec("ipdb") is None:
        pytest.skip("ipdb isn't installed")
    s = session("x = 6\nimport ipdb; ipdb.set_trace()\ny = 1\n", sys.executable, "prog.py")
    seen = s.start()
    assert seen.prompt is not None
    assert "42" in s.send("p x * 7").output


def test_a_prompt_that_is_given_up_becomes_output(session: Open, python: str) -> None:
    source = (
        "import subprocess\nsubprocess.run(['bash', '-c', 'read -t 0.8 -p \"quick? \" x'])\nprint('late')\n"
    )
    s = session(source, python, "prog.py")
    assert s.start().prompt == Prompt("terminal", "quick? ")  # it only listens, so this takes half a second
    assert s.wait_until(lambda views: ended(views["main"]))
    assert s.take_output("main") == "quick? late\n"


def test_a_line_is_never_taken_for_an_old_one(session: Open, python: str) -> None:
    source = "import os\nfor k in range(300):\n    os.write(1, b'x' * (k % 90) + b'\\nq%d? ' % k)\n    os.read(0, 99)\n"
    s = session(source, python, "prog.py")
    seen = s.start()
    for k in range(300):
        assert seen.prompt == Prompt("terminal", f"q{k}? ")
        assert seen.output == "x" * (k % 90) + "\n"
        seen = s.send("a")
    assert seen.outcome == "ended"


def test_a_process_may_listen_with_a_bound_in_time(session: Open, python: str) -> None:
    source = (
        "import select, sys\nprint('? ', end='', flush=True)\n"
        "while not select.select([0], [], [], 0.05)[0]: pass\nprint('got', sys.stdin.readline().strip())\n"
    )
    s = session(source, python, "prog.py")
    assert s.start().prompt == Prompt("terminal", "? ")
    assert s.send("bob").output == "got bob\n"


def test_two_threads_and_no_reader_are_no_prompt(session: Open, python: str) -> None:
    source = (
        "import threading, time\nthreading.Thread(target=time.sleep, args=(0.8,)).start()\nprint('end')\n"
    )
    assert session(source, python, "prog.py").start().outcome == "ended"


# --- in a sandbox --------------------------------------------------------------------------------


@pytest.mark.skipif("ok" not in sandbox.state(), reason="no sandbox here")
@pytest.mark.parametrize("kind", ["stdin", "shell", "getpass"])
def test_readers_in_a_sandbox_are_asked(session: Open, python: str, kind: str) -> None:
    source, process, text = ASKING[kind]
    s = session(f"{source}print('got', x.strip())\n", python, "prog.py", sandbox=True)
    assert s.start().prompt == Prompt("terminal", text)
    assert s.send("bob", process).output.strip() == "got bob"


# --- Ctrl-C --------------------------------------------------------------------------------------


def test_ctrl_c_at_pdbs_prompt_is_never_lost(debug: Open, python: str) -> None:
    s = debug("x = 1\nwhile True: pass\n", python, timeout=30)
    s.start()
    for turn in range(10):
        assert "KeyboardInterrupt" in s.interrupt().output
        assert s.send(f"p {turn} * 7").output == f"{turn * 7}\n"


def test_ctrl_c_at_input_is_never_lost(session: Open, python: str) -> None:
    source = (
        "while True:\n    try:\n        print('got', input('? '))\n"
        "    except KeyboardInterrupt:\n        print('interrupted')\n"
    )
    s = session(source, python, "prog.py")
    s.start()
    for turn in range(10):
        assert s.interrupt().output.strip() == "interrupted"
        assert s.send(f"{turn}").output == f"got {turn}\n"


@pytest.mark.parametrize("reads", ["input('? ')", "sys.stdin.readline().strip()"])
def test_ctrl_c_in_a_child_is_never_lost(session: Open, python: str, reads: str) -> None:
    loop = f"while True:\n        try: print('got', {reads}, flush=True)\n        except KeyboardInterrupt: print('no', flush=True)"
    s = session(IN_FORK.format("import sys\n    " + loop), python, "prog.py")
    s.launch()
    s.look("main.1")
    for turn in range(10):
        assert s.interrupt("main.1").output.strip() == "no"
        assert s.send(f"{turn}", "main.1").output == f"got {turn}\n"


def test_ctrl_c_that_a_reader_ignores_leaves_its_prompt(session: Open, python: str) -> None:
    source = (
        "import signal, sys\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "print('name? ', end='', flush=True)\nprint('got', sys.stdin.readline())\n"
    )
    s = session(source, python, "prog.py")
    s.start()
    assert s.interrupt(timeout=0.5).prompt == Prompt("terminal", "name? ")
    assert "got bob" in s.send("bob").output


def test_ctrl_c_at_a_prompt_may_be_followed_by_work(session: Open, python: str) -> None:
    source = "import time\ntry: input('? ')\nexcept KeyboardInterrupt: time.sleep(3)\nprint('end')\n"
    seen = session(source, python, "prog.py")
    seen.start()
    assert seen.interrupt().outcome == "ended"


# --- the look itself -----------------------------------------------------------------------------


def test_a_look_names_the_thread_and_its_terminal() -> None:
    master, slave = open_pair()
    child = subprocess.Popen(["cat"], stdin=slave, stdout=slave)
    try:
        while not (found := list(readers.readers(child.pid))):
            pass
        (one,) = found
        assert (one.pid, one.thread, one.asks) == (child.pid, child.pid, True)
        assert one.terminal == readers.identity(master)
        os.write(master, b"x\n")
        while not readers.all_taken(master):
            pass
        assert all(later.sleeps != one.sleeps for later in readers.readers(child.pid))
    finally:
        child.kill()
        child.wait()
        os.close(slave)
        os.close(master)


def test_a_look_at_no_process_finds_nothing() -> None:
    assert list(readers.readers(2**22 + 1)) == []


def test_a_reader_that_has_announced_its_prompt_meanwhile_is_no_finding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Between two looks, a process may read its line and come to its next prompt."""
    master, slave = open_pair()
    terminal = Terminal(master)
    process = Process("main", os.getpid(), os.getpid(), terminal, None)
    reader = readers.WaitingReader(process.pid, process.pid, terminal.identity, asks=True, sleeps=7)
    folder = Folder.make([], "")
    folder.remove()
    questions = Questions([process], [terminal], lambda _: True, folder, 1000)
    monkeypatch.setattr(questions, "_look_at", lambda *_: (reader, terminal))
    announced = Announcement((2, 0), Prompt("pdb", "(Pdb) "), "(Pdb) ", None, None, arrived=True)
    heard: list[Announcement | None] = [None, announced]  # what each time of hearing brings

    def hear() -> None:
        process.announced = heard.pop(0) if heard else process.announced

    assert not questions.look(hear, listening=True)
    assert process.at_prompt is announced
    os.close(slave)
    os.close(master)

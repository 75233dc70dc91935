"""Sessions in a sandbox: names, statuses and prompts as without one, and nothing of the machine visible."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine.test_limits import BOMBS, FEW
from engine.test_processes import MULTIPROCESSING, SEED_EX2, STAYS
from sessions import Open, Words, ended, stop_six_at_the_forks, survivors

from pdbcoach import Session
from pdbcoach.engine import sandbox, seccomp
from pdbcoach.engine.limits import Limits
from pdbcoach.errors import PdbcoachError
from pdbcoach.observation import ExitStatus

if "ok" not in sandbox.state():
    pytest.skip(f"sandbox: {sandbox.state()}", allow_module_level=True)


@pytest.fixture
def boxed(session: Open) -> Open:
    """``boxed(source, python, ...)``: a session in a sandbox."""

    def open_session(source: str, python: str, *args: str, **options: object) -> Session:
        return session(source, python, *args, sandbox=True, **options)

    return open_session


class TestSameAsWithoutSandbox:
    def test_nested_forks_give_six_processes(self, boxed: Open, python: str) -> None:
        s = boxed(SEED_EX2, python)
        names = stop_six_at_the_forks(s)
        assert s.send("n", "main.2.1").output.startswith("11\n")
        for name in reversed(names):
            s.send("q", name)
        assert s.wait_until(lambda processes: all(map(ended, processes.values())))
        assert {view.exit for view in s.processes.values()} == {ExitStatus(code=0)}

    @pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
    def test_multiprocessing_children_are_debugged(self, boxed: Open, python: str, method: str) -> None:
        s = boxed(MULTIPROCESSING.replace("METHOD", method), python, "prog.py")
        s.launch()
        assert s.look("main.2").outcome == "prompt"
        assert s.look("main.1").outcome == "prompt"
        assert s.send("p n", "main.1").output == "1\n"
        assert s.send("c", "main.2").output == "read ''\n"
        s.send("c", "main.1")
        assert s.look().output == "[0, 0]\n"
        assert list(s.processes) == ["main", "main.1", "main.2"]

    def test_the_program_sees_pids_of_the_sandbox(self, boxed: Open, python: str) -> None:
        source = "import os\npid = os.fork()\nif not pid:\n    breakpoint()\n    os._exit(7)\nprint(os.getpid(), pid)\nos.waitpid(pid, 0)\n"
        s = boxed(source, python, "prog.py")
        s.launch()
        own = s.look("main.1")
        assert own.outcome == "prompt"
        number = s.send("p __import__('os').getpid()", "main.1").output.strip()
        assert 2 < int(number) < 20
        assert s.processes["main.1"].pid != int(number)
        assert s.send("c", "main.1").outcome == "ended"
        assert s.look().output == f"2 {number}\n"

    def test_the_exit_status_of_each_process_is_known(self, boxed: Open, python: str) -> None:
        source = """\
import os, signal
if os.fork() == 0:
    if os.fork() == 0:
        breakpoint()
        os._exit(3)
    os._exit(4)
os.wait()
os.kill(os.getpid(), signal.SIGTERM)
"""
        s = boxed(source, python, "prog.py")
        s.launch()
        assert s.look("main.1.1").outcome == "prompt"
        assert s.wait_until(lambda views: ended(views["main"]) and ended(views["main.1"]))
        assert s.processes["main"].exit == ExitStatus(signal=signal.SIGTERM)
        s.send("c", "main.1.1")
        assert s.wait_until(lambda views: ended(views["main.1.1"]))
        assert s.processes["main.1.1"].exit == ExitStatus(code=3), "an orphan's, too"

    def test_a_child_is_a_zombie_until_its_parent_waits(self, boxed: Open, python: str) -> None:
        source = "import os\npid = os.fork()\nif not pid:\n    os._exit(3)\nbreakpoint()\nos.waitpid(pid, 0)\nx = 1\n"
        s = boxed(source, python, "prog.py")
        s.start()
        assert s.wait_until(lambda processes: processes["main.1"].phase == "zombie")
        assert s.processes["main.1"].exit == ExitStatus(code=3)
        s.send("tbreak 7")
        s.send("c")
        assert s.processes["main.1"].phase == "gone"

    def test_keys_and_stacks_work(self, boxed: Open, python: str) -> None:
        s = boxed("def spin():\n    while True:\n        x = 1\nspin()\n", python)
        s.start()
        seen = s.send("c", timeout=0.5)
        assert seen.outcome == "timeout"
        assert "spin" in seen.processes["main"].describe()
        assert "Program interrupted" in s.interrupt().output
        assert s.send_eof().outcome == "ended"

    def test_a_shared_terminal_shows_both_prompts(self, boxed: Open) -> None:
        s = boxed("import os\npid = os.fork()\nx = 1\nos.getpid()\n", sys.executable, shared_terminal=True)
        s.start()
        s.send("n")
        s.send("n")
        assert s.wait_until(lambda ps: "main.1" in ps and {p.phase for p in ps.values()} == {"stopped"})

    def test_strangers_are_described(self, boxed: Open) -> None:
        s = boxed("import subprocess\nsubprocess.Popen(['sleep', '60'])\n", sys.executable, "prog.py")
        assert s.start().outcome == "ended"
        (found,) = s.left_over(grace=0.1)
        assert found.startswith("sleep 60")

    def test_the_environment_is_the_same(self, boxed: Open, session: Open, python: str) -> None:
        source = "import os\nprint(sorted(set(os.environ) - {'LC_CTYPE'}))\nprint(os.getcwd() == os.path.dirname(os.environ['HOME']) + '/work')\n"
        outputs = [opened(source, python, "prog.py").start().output for opened in (boxed, session)]
        assert outputs[0] == outputs[1]
        assert outputs[0].endswith("True\n")

    def test_signals_are_handled_the_same(self, boxed: Open, session: Open, python: str) -> None:
        source = "print([l for l in open('/proc/self/status') if l[:6] in ('SigIgn', 'SigBlk', 'SigCgt')])\n"
        outputs = [opened(source, python, "prog.py").start().output for opened in (boxed, session)]
        assert outputs[0] == outputs[1]


def said(boxed: Open, source: str, **options: object) -> str:
    """Return what a program in a sandbox prints."""
    seen = boxed(source, sys.executable, "prog.py", **options).start()
    assert seen.outcome == "ended", seen
    return seen.output.replace("\n", "\n").strip()


TRY_TO_WRITE = """\
import os
for path in {paths!r}:
    try:
        os.close(os.open(path, os.O_WRONLY | (0 if os.path.exists(path) else os.O_CREAT)))
        print("could write", path)
    except OSError:
        pass
"""


class TestHiddenFromSandbox:
    def test_other_processes_are_hidden(self, boxed: Open) -> None:
        source = (
            "import os\nprint(sorted(int(n) for n in os.listdir('/proc') if n.isdigit()), os.getppid())\n"
        )
        assert said(boxed, source) == "[1, 2] 1"

    def test_the_network_is_unreachable(self, boxed: Open) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            source = f"import socket\nfor place in (('127.0.0.1', {port}), ('192.0.2.1', 80)):\n    try:\n        socket.create_connection(place, 2)\n        print('connected')\n    except OSError:\n        print('no')\n"
            assert said(boxed, source) == "no\nno"

    def test_abstract_sockets_are_unreachable(self, boxed: Open) -> None:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(f"\0pdbcoach-test-{os.getpid()}")
            server.listen()
            name = server.getsockname()
            source = f"import socket\ntry:\n    socket.socket(socket.AF_UNIX).connect({name!r})\n    print('connected')\nexcept OSError:\n    print('no')\n"
            assert said(boxed, source) == "no"

    def test_sockets_to_the_host_are_refused(self, boxed: Open) -> None:
        source = """\
import socket
for family in (socket.AF_VSOCK, socket.AF_PACKET, socket.AF_NETLINK):
    try:
        socket.socket(family, socket.SOCK_RAW if family == socket.AF_NETLINK else socket.SOCK_STREAM).close()
        print("had")
    except OSError as problem:
        print(problem.errno == 97)
"""
        assert said(boxed, source) == "True\nTrue\nhad"

    def test_system_calls_that_reach_the_kernel_s_inside_are_refused(self, boxed: Open) -> None:
        numbers = [*seccomp.REFUSED, seccomp.FIRST_UNKNOWN, 1000, 0x4000_0000]
        source = f"""\
import ctypes
library = ctypes.CDLL(None, use_errno=True)
print([(library.syscall(n, 0, 0, 0, 0, 0), ctypes.get_errno()) for n in {numbers}])
"""
        assert said(boxed, source) == str([(-1, errno.ENOSYS)] * len(numbers))

    def test_a_process_gets_no_namespace_of_its_own(self, boxed: Open) -> None:
        flags = [1 << bit for bit in range(32) if seccomp.NEW_NAMESPACES >> bit & 1]
        source = f"""\
import ctypes, os
library = ctypes.CDLL(None, use_errno=True)
for flag in {flags}:
    child = library.syscall(56, 17 | flag, 0, 0, 0, 0)
    if child == 0:
        os._exit(0)
    print(child, ctypes.get_errno())
"""
        assert said(boxed, source) == "\n".join([f"-1 {errno.EPERM}"] * len(flags))

    def test_the_home_directory_is_hidden(
        self, boxed: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        secret = Path.home() / f".pdbcoach-test-{os.getpid()}"
        source = f"import os\nprint(os.path.exists({str(secret)!r}), os.path.exists({str(tmp_path)!r}))\n"
        secret.write_text("secret")
        try:
            assert said(boxed, source) == "False False"
        finally:
            secret.unlink()

    def test_other_sessions_are_hidden(self, boxed: Open, temporary: Path) -> None:
        other = boxed("x = 1\n", sys.executable)
        other.start()
        source = f"import os\nprint(os.listdir({str(temporary)!r}))\n"
        s = boxed(source, sys.executable, "prog.py")
        assert s.start().output == f"{[s.work_folder.parent.name]}\n"

    def test_passwords_and_keys_are_hidden(self, boxed: Open) -> None:
        assert (
            said(
                boxed,
                "import os\nprint([n for n in ('shadow', 'ssh', 'ssl') if os.path.exists(f'/etc/{n}')])\n",
            )
            == "[]"
        )

    def test_the_program_has_no_privileges(self, boxed: Open) -> None:
        source = "for line in open('/proc/self/status'):\n    if line.startswith(('CapEff', 'CapPrm', 'CapBnd', 'NoNew')):\n        print(*line.split())\n"
        none = "0000000000000000"
        assert said(boxed, source) == f"CapPrm: {none}\nCapEff: {none}\nCapBnd: {none}\nNoNewPrivs: 1"

    def test_the_system_is_read_only(self, boxed: Open) -> None:
        shim = Path(sandbox.__file__).parents[1] / "shim" / "wire.py"
        paths = [
            "/x",
            "/usr/x",
            "/etc/passwd",
            "/dev/x",
            "/proc/sys/kernel/core_pattern",
            "/proc/sysrq-trigger",
        ]
        paths += [
            str(shim),
            f"{sys.prefix}/x",
            f"{sys.base_prefix}/x",
            sys.executable,
            os.path.realpath(sys.executable),
        ]
        assert said(boxed, TRY_TO_WRITE.format(paths=paths)) == ""

    def test_files_in_memory_are_limited_like_the_disk(self, boxed: Open) -> None:
        source = """\
import os
for folder in ("/tmp", "/dev/shm"):
    written = 0
    try:
        for number in range(100):
            with open(f"{folder}/{number}", "wb", buffering=0) as stream:
                written += stream.write(b"x" * (1 << 20))
    except OSError as problem:
        print(problem.strerror, written <= 8 << 20)
"""
        assert (
            said(boxed, source, limits=Limits(disk=8 << 20))
            == "No space left on device True\n" * 1 + "No space left on device True"
        )

    def test_ordinary_libraries_and_folders_work(self, boxed: Open, python: str) -> None:
        source = """\
import tempfile, subprocess, multiprocessing.shared_memory, ctypes, ssl, sqlite3, decimal, pwd, os, socket
with tempfile.NamedTemporaryFile() as stream:
    stream.write(b"x")
open("made", "w").close()
open(os.path.expanduser("~/made"), "w").close()
print(subprocess.run(["/bin/sh", "-c", "echo shell"], capture_output=True, text=True).stdout.strip())
print(pwd.getpwuid(os.getuid()).pw_uid == os.getuid(), os.isatty(0))
with socket.create_server(("localhost", 0)) as server:
    socket.create_connection(server.getsockname()).close()
"""
        s = boxed(source, python, "prog.py")
        assert s.start().output == "shell\nTrue True\n"
        assert (s.work_folder / "made").exists()


class TestHostileInSandbox:
    @pytest.mark.parametrize("source", STAYS.values(), ids=STAYS.keys())
    def test_nothing_survives_a_session(self, boxed: Open, source: str) -> None:
        boxed(source, sys.executable, "prog.py", timeout=2).start()
        # The fixture closes the session and looks for survivors.

    @pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
    def test_a_fork_bomb_ends_the_session(self, boxed: Open, bomb: str) -> None:
        seen = boxed(bomb, sys.executable, "prog.py", limits=FEW).start()
        assert (seen.outcome, seen.exceeded) == ("limited", "more than 20 processes at once")

    def test_a_fork_bomb_that_holds_the_inner_leader_ends_the_session(self, boxed: Open) -> None:
        held = "import ctypes\nctypes.CDLL(None).ptrace(16, 1, 0, 0)  # PTRACE_ATTACH\n"
        s = boxed(held + BOMBS["setsid"], sys.executable, "prog.py", limits=FEW)
        seen = s.start()
        assert (seen.outcome, seen.exceeded) == ("limited", "more than 20 processes at once")

    def test_a_program_that_kills_everything_kills_only_its_own(self, boxed: Open) -> None:
        other = boxed("x = 1\ny = 2\n", sys.executable)
        other.start()
        source = "import os, time\nif os.fork() == 0:\n    time.sleep(60)\nos.kill(1, 9)\nos.kill(-1, 9)\nprint(os.wait()[1])\n"
        assert said(boxed, source) == "9"
        assert other.send("n").outcome == "prompt"

    def test_a_false_leader_is_not_believed(self, boxed: Open) -> None:
        source = """\
import os, socket
s = socket.socket(socket.AF_UNIX)
s.connect(os.environ["PDBCOACH_SOCKET"])
s.sendall(b'{"what": "leader", "pid": 2}\\n{"what": "exited", "pid": 2, "status": 0}\\n')
breakpoint()
x = 1
"""
        s = boxed(source, sys.executable, "prog.py")
        assert s.start().outcome == "prompt"
        assert list(s.processes) == ["main"]
        assert s.send("p 6 * 7").output == "42\n"


TOOL = """\
import sys, time
from pdbcoach import Session
session = Session(sys.argv[2:], files=[sys.argv[1]], sandbox=True)
session.start()
print(session._environment["PDBCOACH_TOKEN"], flush=True)
time.sleep(600)
"""


def test_killing_pdbcoach_ends_its_sandboxes(tmp_path: Path, short_folder: Path, words: Words) -> None:
    program = tmp_path / "prog.py"
    program.write_text(STAYS["setsid-ignores-signals"])
    with subprocess.Popen(
        [sys.executable, "-c", TOOL, str(program), *words],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(short_folder)},
    ) as tool:
        assert tool.stdout is not None
        token = tool.stdout.readline().strip()
        assert len(survivors([token])) >= 2
        tool.kill()
    deadline = time.monotonic() + 10
    while (survivors([token]) or list(short_folder.iterdir())) and time.monotonic() < deadline:
        os.sched_yield()
    assert survivors([token]) == []
    assert list(short_folder.iterdir()) == []


@pytest.fixture
def checked_again() -> Iterator[None]:
    """Whether a sandbox can be created is checked again."""
    sandbox._problem.cache_clear()
    yield
    sandbox._problem.cache_clear()


class TestRefusedSandbox:
    def test_missing_bubblewrap_is_an_error(
        self, boxed: Open, checked_again: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", "/nonexistent")
        with pytest.raises(PdbcoachError) as caught:
            boxed("x = 1\n", sys.executable).start()
        assert caught.value.message == "no sandbox: bubblewrap is not installed"
        assert "apt install bubblewrap" in caught.value.hint

    def test_another_machine_is_an_error(
        self, boxed: Open, checked_again: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        arm = os.uname_result((*os.uname()[:4], "aarch64"))
        monkeypatch.setattr(os, "uname", lambda: arm)
        with pytest.raises(PdbcoachError) as caught:
            boxed("x = 1\n", sys.executable).start()
        assert caught.value.message == (
            "no sandbox: its filter of system calls does not know this machine, aarch64"
        )
        assert caught.value.hint.startswith("use an x86_64 machine")

    @pytest.mark.parametrize(
        ("says", "cure"),
        [
            ("bwrap: No permissions to create new namespace", "user namespaces"),
            ("bwrap: Unknown option --size", "too old"),
        ],
    )
    def test_a_bubblewrap_that_fails_is_an_error(
        self,
        boxed: Open,
        checked_again: None,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        says: str,
        cure: str,
    ) -> None:
        (tmp_path / "bwrap").write_text(f"#!/bin/sh\necho '{says}' >&2\nexit 1\n")
        (tmp_path / "bwrap").chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        with pytest.raises(PdbcoachError) as caught:
            boxed("x = 1\n", sys.executable).start()
        assert caught.value.message == f"no sandbox: {says}"
        assert cure in caught.value.hint

    def test_a_background_program_is_an_error(self, boxed: Open) -> None:
        with pytest.raises(PdbcoachError, match="no sandbox holds two programs"):
            boxed("x = 1\n", sys.executable, background=["prog.py"])

    def test_a_python_that_contains_the_home_directory_is_an_error(
        self, boxed: Open, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOME", f"{sys.base_prefix}/lib")
        sandbox._needed.cache_clear()
        with pytest.raises(PdbcoachError, match="in which your home folder is"):
            boxed("x = 1\n", sys.executable).start()
        sandbox._needed.cache_clear()

    def test_a_failure_at_the_start_is_reported(
        self, boxed: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sandbox, "_needed", lambda python: (tmp_path / "not-there",))
        with pytest.raises(PdbcoachError, match="did not start") as caught:
            boxed("x = 1\n", sys.executable).start()
        assert "not-there" in caught.value.hint

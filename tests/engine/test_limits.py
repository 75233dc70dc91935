"""Programs that need more than their limits: they don't get it, or their session ends and says why."""

from __future__ import annotations

import os
import resource
import sys
import time

import psutil
import pytest
from sessions import Open

from pdbcoach.engine.limits import Limits, size
from pdbcoach.engine.session import Session
from pdbcoach.shim import leader, watch, wire

FEW = Limits(processes=20)


class TestLimitsOfOneProcess:
    def test_memory_is_limited(self, session: Open, python: str) -> None:
        source = """\
kept = []
try:
    while True:
        kept.append(bytearray(32 << 20))
except MemoryError:
    number = len(kept)
    del kept
    print("no more than", number)
"""
        s = session(source, python, "prog.py", limits=Limits(memory=512 << 20))
        number = int(s.start().output.removeprefix("no more than "))
        assert 8 <= number <= 16

    def test_the_size_of_a_file_is_limited(self, session: Open, python: str) -> None:
        source = """\
import os
try:
    with open("big", "wb") as stream:
        while True:
            stream.write(b"x" * 65536)
except OSError as problem:
    print(problem, os.path.getsize("big"))
"""
        s = session(source, python, "prog.py", limits=Limits(file=1 << 20))
        assert s.start().output == f"[Errno 27] File too large {1 << 20}\n"

    def test_limits_apply_warm_and_cold_and_to_children(self, debug: Open, python: str) -> None:
        source = """\
import os, resource
def limits():
    kinds = resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE
    return str([resource.getrlimit(kind) for kind in kinds])
reading, writing = os.pipe()
if os.fork() == 0:
    os.write(writing, limits().encode())
    os._exit(0)
print(limits() == os.read(reading, 999).decode(), limits())
"""
        s = debug(source, python, limits=Limits(memory=1 << 30, file=1 << 20))
        s.start()
        bounds = [(1 << 30, 1 << 30), (1 << 20, 1 << 20), (0, 0)]
        assert s.send("c").output.startswith(f"True {bounds}\n")

    def test_a_lower_limit_of_the_caller_stays(self, session: Open) -> None:
        before = resource.getrlimit(resource.RLIMIT_CORE)
        source = "import resource\nprint(resource.getrlimit(resource.RLIMIT_NOFILE))\n"
        files = resource.getrlimit(resource.RLIMIT_NOFILE)
        s = session(source, sys.executable, "prog.py")
        assert s.start().output == f"{(min(1024, files[1]),) * 2}\n"
        assert resource.getrlimit(resource.RLIMIT_CORE) == before

    def test_the_defaults_allow_a_pool_and_threads(self, session: Open, python: str) -> None:
        source = """\
import multiprocessing, threading

def work(n):
    return n + 1

if __name__ == "__main__":
    threads = [threading.Thread(target=work, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        print(pool.map(work, range(3)))
"""
        s = session(source, python, "prog.py", timeout=30)
        assert s.start().output == "[1, 2, 3]\n"


class TestLimitsOfFiles:
    def test_too_many_bytes_end_the_session(self, session: Open) -> None:
        source = "n = 0\nwhile True:\n    n += 1\n    open(f'f{n}', 'wb').write(b'x' * 100_000)\n"
        s = session(source, sys.executable, "prog.py", limits=Limits(disk=8 << 20))
        seen = s.start()
        assert (seen.outcome, seen.exceeded) == ("limited", "more than 8 MiB in its files")
        assert s.exceeded == seen.exceeded

    def test_too_many_files_end_the_session(self, session: Open, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(wire, "MOST_FILES", 200)  # works because a cold leader is a fork of this process
        source = "import os\nfor n in range(10**6):\n    os.mkdir(f'd{n}')\n    os.symlink('x', f'd{n}/y')\n"
        seen = session(source, sys.executable, "prog.py").start()
        assert (seen.outcome, seen.exceeded) == (
            "limited",
            "more than 200 files, or folders too deep to count them",
        )

    def test_folders_too_deep_to_count_end_the_session(self, session: Open) -> None:
        source = "import os\nfor n in range(5000):\n    os.mkdir('d')\n    os.chdir('d')\nwhile True: pass\n"
        seen = session(source, sys.executable, "prog.py").start()
        assert (seen.outcome, seen.exceeded) == (
            "limited",
            "more than 20000 files, or folders too deep to count them",
        )

    def test_unlinked_files_count(self, session: Open) -> None:
        source = """\
import os
kept = []
for n in range(1000):
    kept.append(open("f", "wb", buffering=0))
    os.unlink("f")
    kept[-1].write(b"x" * 100_000)
while True: pass
"""
        s = session(source, sys.executable, "prog.py", limits=Limits(disk=8 << 20))
        seen = s.start()
        assert (seen.outcome, seen.exceeded) == ("limited", "more than 8 MiB in its files")

    def test_temporary_files_are_in_the_session_folder(self, session: Open) -> None:
        source = "import tempfile\nprint(tempfile.mkdtemp())\nprint(tempfile.mkstemp()[1])\n"
        s = session(source, sys.executable, "prog.py")
        for path in s.start().output.split():
            assert path.startswith(f"{s.work_folder.parent}/")


# Each bomb is bounded in time and number, and by an alarm, in case pdbcoach doesn't notice it.
BOMB = """\
import ctypes, mmap, os, signal, sys, time
fork, clock = {"python": os.fork, "kernel": ctypes.CDLL(None).fork}[%r], time.monotonic()
born = mmap.mmap(-1, 8)
signal.alarm(10)
for number in (1, 2, 15):
    signal.signal(number, signal.SIG_IGN)
while time.monotonic() < clock + 8:
    n = int.from_bytes(born[:8], "little")
    if n < 400:
        born[:8] = (n + 1).to_bytes(8, "little")
        if fork() == 0:
            signal.alarm(10)
            %s
    time.sleep(0.005)
"""
BOMBS = {
    "python": BOMB % ("python", "pass"),
    "kernel": BOMB % ("kernel", "pass"),
    "setsid": BOMB % ("kernel", "os.setsid()"),
    "setpgid": BOMB % ("kernel", "os.setpgid(0, 0)"),
    "double-fork": BOMB % ("kernel", "os.setsid(); fork() and os._exit(0)"),
    "zombies": BOMB % ("kernel", "os._exit(0)"),
    "shell": "import os\nos.system('for n in $(seq 400); do sleep 10 & done; wait')\n",
}


class TestLimitsOfProcesses:
    @pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
    def test_a_fork_bomb_ends_the_session(self, debug: Open, bomb: str) -> None:
        s = debug(bomb, sys.executable, limits=FEW)
        s.start()
        seen = s.send("c")
        assert (seen.outcome, seen.exceeded) == ("limited", "more than 20 processes at once")
        # The fixture closes the session and looks for survivors.

    def test_a_fork_bomb_ends_the_session_on_every_python(self, session: Open, python: str) -> None:
        seen = session(BOMBS["python"], python, "prog.py", limits=FEW).start()
        assert (seen.outcome, seen.exceeded) == ("limited", "more than 20 processes at once")

    def test_too_many_threads_end_the_session(self, debug: Open) -> None:
        source = """\
import threading
threading.stack_size(1 << 15)
end = threading.Event()
for n in range(1500):
    threading.Thread(target=end.wait, args=(20,)).start()
end.wait(20)
"""
        s = debug(source, sys.executable)
        s.start()
        seen = s.send("c")
        assert (seen.outcome, seen.exceeded) == ("limited", "more than 1000 threads at once")

    def test_the_limit_counts_processes_at_the_same_time(self, session: Open, python: str) -> None:
        source = """\
import os, time
for _ in range(3):
    children = []
    for number in range(4):
        pid = os.fork()
        if pid == 0:
            time.sleep(0.01)
            os._exit(0)
        children.append(pid)
    for pid in children:
        os.waitpid(pid, 0)
print("all")
"""
        s = session(source, python, "prog.py", limits=Limits(processes=5))
        assert s.start().output == "all\n"
        assert len(s.processes) == 13

    def test_awaiting_a_process_ends_when_a_limit_is_exceeded(self, session: Open) -> None:
        s = session(BOMBS["python"], sys.executable, "prog.py", limits=FEW)
        s.launch()
        assert s.look("main.77").outcome == "limited"

    def test_the_end_of_one_session_leaves_others_alone(self, session: Open) -> None:
        other = session("x = 1\ny = 2\n", sys.executable)
        other.start()
        assert session(BOMBS["setsid"], sys.executable, "prog.py", limits=FEW).start().outcome == "limited"
        assert other.send("n").outcome == "prompt"


HOSTILE = {
    "stops-itself": ("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\n", "timeout"),
    "kills-its-group": ("import os, signal\nos.killpg(0, signal.SIGKILL)\n", "ended"),
    # The end of the session leader sends SIGHUP to the terminal's foreground group.
    "kills-its-leader": (
        "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nwhile True: pass\n",
        "ended",
    ),
    "stops-its-leader": ("import os, signal\nos.kill(os.getppid(), signal.SIGSTOP)\n", "prompt"),
    "closes-all": ("import os\nos.closerange(0, 1024)\nwhile True: pass\n", "timeout"),
    "floods": ("import os\nwhile True: os.write(1, b'\\x1b[2J' * 1000)\n", "flooded"),
    "ignores-all": (
        "import signal\nfor n in set(signal.Signals) - {9, 19}: signal.signal(n, signal.SIG_IGN)\n"
        "while True: pass\n",
        "timeout",
    ),
    "removes-its-folder": ("import os, shutil\nshutil.rmtree(os.path.dirname(os.getcwd()))\n", "prompt"),
}


@pytest.mark.parametrize(("source", "outcome"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_program_ends_alone_and_in_time(debug: Open, source: str, outcome: str) -> None:
    other = debug("x = 1\ny = 2\n", sys.executable)
    other.start()
    s = debug(source, sys.executable, timeout=1)
    s.start()
    assert s.send("c").outcome == outcome
    s.close()
    assert other.send("n").outcome == "prompt"


def test_a_process_whose_first_thread_ended_is_not_taken_for_a_zombie(session: Open, python: str) -> None:
    source = """\
import ctypes, os, threading, time
child = os.fork()
if child == 0:
    os.setsid()
    threading.Thread(target=time.sleep, args=(600,)).start()
    # SYS_exit, for which the C library has no function
    ctypes.CDLL(None).syscall(60 if os.uname().machine == "x86_64" else 93, 0)
while " Z " not in open(f"/proc/{child}/stat").read():
    time.sleep(0.01)
breakpoint()
x = 1
"""
    s = session(source, python, "prog.py")
    s.start()
    child = psutil.Process(s.processes["main.1"].pid)
    s.close()
    psutil.wait_procs([child], timeout=10)
    assert not child.is_running()


def test_a_process_that_stopped_itself_is_described_as_stopped(session: Open, python: str) -> None:
    s = session(HOSTILE["stops-itself"][0], python, timeout=0.5)
    s.start()
    assert "stopped by a signal" in s.send("c").processes["main"].describe()


class TestLimitWatch:
    def test_below_counts_living_threads(self, session: Open) -> None:
        s = session(
            "import os, time\nif os.fork() == 0:\n    time.sleep(60)\nbreakpoint()\nx = 1\n",
            sys.executable,
            "prog.py",
        )
        s.start()
        pids = [view.pid for view in s.processes.values()]
        assert watch.below(pids[0]) == {pids[1]: 1}

    def test_stop_below_stops_every_descendant(self, session: Open) -> None:
        source = """\
import os, time
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
breakpoint()
"""
        s = session(source, sys.executable, "prog.py")
        s.start()
        s.wait_until(lambda views: len(views) == 8 and all(v.phase == "stopped" for v in views.values()))
        pids = [view.pid for view in s.processes.values()]
        leader.stop_below(pids[0])
        deadline = time.monotonic() + 10
        while {psutil.Process(pid).status() for pid in pids[1:]} != {psutil.STATUS_STOPPED}:
            assert time.monotonic() < deadline
            os.sched_yield()
        assert psutil.Process(pids[0]).status() != psutil.STATUS_STOPPED

    def test_measuring_stops_at_the_most_files(
        self, tmp_path: object, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(wire, "MOST_FILES", 5)
        for number in range(9):
            (tmp_path / f"d{number}").mkdir()  # type: ignore[operator]
        files, used = watch.measure(str(tmp_path))
        assert files == 6
        assert used >= 0


@pytest.mark.parametrize(
    ("number", "text"), [(2 << 30, "2 GiB"), (1 << 20, "1 MiB"), (1536 << 10, "1536 KiB"), (7, "7 bytes")]
)
def test_a_size_is_written_in_its_largest_unit(number: int, text: str) -> None:
    assert size(number) == text


def test_a_session_has_the_limits_of_its_launch() -> None:
    with Session(["-c", "pass"], limits=FEW) as session:
        assert session.limits is FEW

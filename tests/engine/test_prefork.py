"""Warm interpreters: a program can't tell that it is a fork of one, and none is ever left behind."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from sessions import Open

from pdbcoach import Session
from pdbcoach.engine import prefork

LookAround = Callable[[str, bool], dict[str, object]]
"""What a program sees on a Python, cold or warm."""

PROGRAM = "x = 1\ny = 2\n"


@pytest.fixture(autouse=True)
def none_before() -> Iterator[None]:
    prefork.end_all()
    yield
    prefork.end_all()


def interpreters() -> list[psutil.Process]:
    """The warm interpreters of this process, the most recently used one last."""
    return [psutil.Process(one._process.pid) for one in prefork._own._by_kind.values()]


def leader_of(session: Session) -> psutil.Process:
    found = psutil.Process(session.processes["main"].pid).parent()
    assert found is not None
    return found


def is_warm(session: Session) -> bool:
    return leader_of(session).parent() in interpreters()


LOOK_AROUND = """\
import sys
modules = sorted(sys.modules)
import os
descriptors = sorted(os.listdir("/proc/self/fd"))
import fcntl, json, resource, signal, site, termios, threading, warnings
frames, frame = [], sys._getframe()
while frame is not None:
    frames.append((frame.f_code.co_filename, frame.f_code.co_name))
    frame = frame.f_back
parent = os.getppid()
wanted = ("SigBlk", "SigIgn", "SigCgt", "Umask", "Threads", "NoNewPrivs", "Seccomp")
streams = [sys.stdin, sys.stdout, sys.stderr]
json.dump({
    "modules": modules,
    "frames": frames,
    "argv": [sys.argv, getattr(sys, "orig_argv", None)],
    "path": [sys.path, sorted(sys.path_importer_cache), [repr(type(one)) for one in sys.meta_path]],
    "python": [sys.executable, sys.prefix, repr(sys.flags), sys._xoptions, sys.warnoptions, dir(sys)],
    "filters": list(map(str, warnings.filters)),
    "environment": list(os.environ.items()),
    "/proc/environ": open("/proc/self/environ").read().rstrip("\\0").split("\\0"),
    "/proc/cmdline": open("/proc/self/cmdline").read().rstrip("\\0").split("\\0"),
    "children's environment": sorted(os.popen("env").read().splitlines()),
    "comm": open("/proc/self/comm").read(),
    "leader": [open("/proc/%d/%s" % (parent, file)).read().rstrip("\\0") for file in ("comm", "cmdline")],
    "folder": os.getcwd(),
    "ids": [os.getsid(0) == parent, os.getpgrp() == os.getpid(), os.tcgetpgrp(0) == os.getpid()],
    "terminal": [repr(termios.tcgetattr(n)) for n in range(3)] + [os.get_terminal_size(n) for n in range(3)],
    "controlling": os.fstat(os.open("/dev/tty", os.O_RDWR)).st_rdev > 0,
    "descriptors": descriptors,
    "flags": [[fcntl.fcntl(n, get) for get in (fcntl.F_GETFL, fcntl.F_GETFD)] for n in range(3)],
    "streams": [[s.name, s.mode, s.encoding, s.errors, s.line_buffering, s.isatty()] for s in streams],
    "handlers": {n: getattr(signal.getsignal(n), "__name__", repr(signal.getsignal(n)))
                 for n in signal.valid_signals()},
    "status": [line for line in open("/proc/self/status") if line.startswith(wanted)],
    # How many processes a user may have depends on how many there are just now.
    "limits": [resource.getrlimit(n) for n in range(16) if n != resource.RLIMIT_NPROC],
    "nice": os.getpriority(os.PRIO_PROCESS, 0),
    "addresses": open("/proc/self/personality").read(),
    "site": [site.USER_BASE, site.USER_SITE, site.ENABLE_USER_SITE],
    "threads": [[t.name, t.ident == threading.get_ident(), t.native_id == os.getpid()]
                for t in threading.enumerate()],
    "hash": hash("x"),
    "trace": [sys.gettrace() is None, sys.getprofile() is None, sys.dont_write_bytecode],
}, open("seen", "w"))
x = 1
"""


def test_a_program_sees_no_difference_between_warm_and_cold(look_around: LookAround, python: str) -> None:
    cold = look_around(python, True)
    first, second = look_around(python, False), look_around(python, False)
    assert first == cold
    assert second == cold


@pytest.fixture
def look_around(session: Open) -> LookAround:
    def run(python: str, cold: bool) -> dict[str, object]:
        s = session(LOOK_AROUND, python, "-m", "pdb", "prog.py", "one", "", "två", cold=cold)
        s.start()
        assert is_warm(s) is not cold
        s.send(f"tbreak {len(LOOK_AROUND.splitlines())}")
        s.send("c")
        text = (s.work_folder / "seen").read_text()
        text = text.replace(str(s._folder.root), "FOLDER").replace(s._environment["PDBCOACH_TOKEN"], "TOKEN")
        found: dict[str, object] = json.loads(text)
        return found

    return run


@pytest.mark.parametrize(
    ("words", "options"),
    [
        pytest.param(["prog.py"], {}, id="without-pdb"),
        pytest.param(["-i", "prog.py"], {}, id="interactive"),
        pytest.param(["-W", "error", "-m", "pdb", "prog.py"], {}, id="option-before"),
        pytest.param(["-X", "dev", "-m", "pdb", "prog.py"], {}, id="x-option-before"),
        pytest.param(["-mpdb", "prog.py"], {}, id="in-one-word"),
        pytest.param(["-m", "pdb", "prog.py", "x" * 2000], {}, id="more-than-there-is-room-for"),
        pytest.param(["-m", "pdb", "prog.py"], {"env": {"PYTHONHASHSEED": "1"}}, id="python-variable"),
        pytest.param(["-m", "pdb", "prog.py"], {"env": {"HOME": "/"}}, id="home"),
        pytest.param(["-m", "pdb", "prog.py"], {"cold": True}, id="told-so"),
    ],
)
def test_these_programs_start_cold(session: Open, words: list[str], options: dict[str, object]) -> None:
    s = session("input()\n", sys.executable, *words, **options)
    assert s.start().outcome == "prompt"
    assert interpreters() == []


@pytest.mark.parametrize("name", ["code.py", "bdb/__init__.py"])
def test_a_file_that_shadows_a_module_of_pdb_is_imported(session: Open, tmp_path: Path, name: str) -> None:
    shadow = tmp_path / "shadow.py"
    shadow.write_text("print('in its stead')\nraise SystemExit\n")
    seen = {}
    for cold in (True, False):
        s = Session(["-m", "pdb", "prog.py"], files=[(name, shadow)], cold=cold)
        with s:
            seen[cold] = s.start().output
    assert seen[False] == seen[True] == "in its stead\n"


def test_each_environment_has_its_own_warm_interpreter(session: Open) -> None:
    one = session(PROGRAM, sys.executable, env={"TZ": "Asia/Tokyo"})
    two = session(PROGRAM, sys.executable)
    one.start()
    two.start()
    assert is_warm(one)
    assert is_warm(two)
    assert len(interpreters()) == 2
    assert one.send("import time; time.tzname").output == "('JST', 'JST')\n"


def test_all_sessions_share_one_warm_interpreter(session: Open) -> None:
    for _ in range(3):
        session(PROGRAM, sys.executable).start()
    (one,) = interpreters()
    assert len(one.children()) == 3
    assert one.cmdline()[0] == "python -m pdb (warm, for pdbcoach)"


def test_objects_have_the_same_addresses_in_every_session(session: Open, python: str) -> None:
    def addresses() -> str:
        s = session("class Thing: pass\nx = 1\n", python, "-m", "pdb", "prog.py")
        s.start()
        s.send("n")
        assert is_warm(s)
        return s.send("p object(), {}, Thing, Thing(), id([]), id('x' * 600), lambda: 0").output

    first = addresses()
    assert [addresses() for _ in range(3)] == [first] * 3


def test_current_limits_and_umask_apply(session: Open) -> None:
    session(PROGRAM, sys.executable).start()
    before = resource.getrlimit(resource.RLIMIT_CORE)
    mask = os.umask(0o027)
    resource.setrlimit(resource.RLIMIT_CORE, (0, before[1]))
    try:
        s = session(PROGRAM, sys.executable)
        s.start()
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, before)
        os.umask(mask)
    assert is_warm(s)
    s.send("import resource, os")
    assert s.send("resource.getrlimit(resource.RLIMIT_CORE)[0], oct(os.umask(0))").output == "(0, '0o27')\n"


def test_the_least_recently_used_interpreter_ends(session: Open) -> None:
    for number in range(prefork._MOST + 1):
        session(PROGRAM, sys.executable, env={"N": str(number)}).start()
        session(PROGRAM, sys.executable, env={"N": "0"}).start()
    kept = [dict(kind.environment)["N"] for kind in prefork._own._by_kind]
    assert kept == [*map(str, range(2, prefork._MOST + 1)), "0"]
    assert all(one.is_running() for one in interpreters())


class TestKilledInterpreter:
    def test_a_killed_interpreter_is_replaced(self, session: Open) -> None:
        first = session(PROGRAM, sys.executable)
        first.start()
        (killed,) = interpreters()
        killed.kill()
        second = session(PROGRAM, sys.executable)
        assert second.start().outcome == "prompt"
        assert is_warm(second)
        assert first.send("p 6 * 7").output == "42\n", "its programs go on"

    def test_a_program_that_kills_interpreter_and_leader_leaves_nothing(self, session: Open) -> None:
        source = """\
import os, time
def parent(pid):
    return int(open("/proc/%d/stat" % pid).read().rpartition(")")[2].split()[1])
leader = os.getppid()
if os.fork() == 0:
    os.setsid()
    time.sleep(600)
os.kill(parent(leader), 9)
os.kill(leader, 9)
time.sleep(600)
"""
        s = session(source, sys.executable, timeout=2)
        s.start()
        assert is_warm(s)
        assert s.send("c").outcome == "ended", "its terminal was hung up"
        assert session(PROGRAM, sys.executable).start().outcome == "prompt"
        # The fixture closes the sessions and looks for survivors.


@pytest.mark.parametrize("instead", ["exit 1", "exec sleep 600"], ids=["dies", "hangs"])
def test_a_broken_warm_interpreter_leads_to_cold_starts(
    session: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, instead: str
) -> None:
    monkeypatch.setattr(prefork, "_ANSWER_TIMEOUT", 0.2)
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\n[ -n "$PDBCOACH_WARM" ] && {instead}\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    for _ in range(2):
        assert session(PROGRAM, str(python)).start().outcome == "prompt"
        assert interpreters() == []


def test_an_interpreter_whose_answer_was_missed_is_not_used_again(
    session: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    session(PROGRAM, sys.executable).start()
    (before,) = interpreters()
    with monkeypatch.context() as patched:
        patched.setattr(prefork.WarmInterpreter, "become", interrupted)
        with pytest.raises(KeyboardInterrupt):
            session(PROGRAM, sys.executable).start()
    assert not before.is_running()
    s = session(PROGRAM, sys.executable)
    assert s.start().outcome == "prompt"
    assert is_warm(s)


def interrupted(interpreter: object, packet: bytes, slave: int) -> int:
    raise KeyboardInterrupt


def test_a_fork_of_pdbcoach_starts_its_own_interpreter(session: Open) -> None:
    session(PROGRAM, sys.executable).start()
    (ours,) = interpreters()
    pid = os.fork()
    if not pid:
        status = 1
        try:
            with Session(["-m", "pdb", "-h"]) as s:
                s.start()
                (theirs,) = interpreters()
            prefork.end_all()
            status = 0 if theirs.pid != ours.pid and ours.is_running() else 2
        finally:
            os._exit(status)
    assert os.waitpid(pid, 0)[1] == 0
    assert session(PROGRAM, sys.executable).start().outcome == "prompt"
    assert interpreters() == [ours]


IDLE = """\
import os, sys, time
from pdbcoach import Session
from pdbcoach.engine import prefork
with Session(["-m", "pdb", "-h"]) as session:
    session.start()
(one,) = prefork._own._by_kind.values()
print(one._process.pid, flush=True)
END
"""


@pytest.mark.parametrize(
    "end",
    [
        pytest.param("os.kill(os.getpid(), 9)", id="killed"),
        pytest.param("os.kill(os.getpid(), 15)", id="terminated"),
        pytest.param("sys.exit(1)", id="exits"),
        pytest.param("os._exit(1)", id="exits-at-once"),
        pytest.param("if os.fork(): os.kill(os.getpid(), 9)\ntime.sleep(600)", id="its-fork-lives-on"),
    ],
)
def test_an_idle_interpreter_ends_with_pdbcoach(tmp_path: Path, end: str) -> None:
    tool = subprocess.Popen(
        [sys.executable, "-c", IDLE.replace("END", end)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert tool.stdout is not None
    pid = int(tool.stdout.readline())
    tool.wait()
    with contextlib.suppress(psutil.NoSuchProcess):
        assert psutil.wait_procs([psutil.Process(pid)], timeout=10)[1] == []
    with contextlib.suppress(ProcessLookupError):
        os.killpg(tool.pid, signal.SIGKILL)  # its fork
    tool.stdout.close()
    assert list(tmp_path.iterdir()) == []

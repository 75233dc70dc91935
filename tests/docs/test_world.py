"""Tests that what docs/world.md says about a program's world holds on every Python found."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from docs.page import CHECKOUT

from pdbcoach import Session
from pdbcoach.engine.interpreters import find_all

PAGE = CHECKOUT / "docs" / "world.md"
TARGETS = {one.version_text: one.executable for one in find_all()}

PROGRAM = """\
import json, os, signal, subprocess, sys, termios, time

def names(pid):
    with open("/proc/%d/comm" % pid) as stream:
        return stream.read().strip()

def raised(call):
    try:
        call()
    except OSError as problem:
        return type(problem).__name__

def ask(code):
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE)
    return done.stdout.decode().strip()

descriptors = [int(n) for n in os.listdir("/proc/self/fd") if os.path.exists("/proc/self/fd/" + n)]
found = {
    "files": sorted(os.listdir()),
    "home": [os.listdir(os.path.expanduser("~")), os.listdir(os.environ["TMPDIR"])],
    "beside": os.path.dirname(os.getcwd()) == os.path.dirname(os.environ["HOME"]),
    "environment": dict(os.environ),
    "size": list(os.get_terminal_size()),
    "echo": bool(termios.tcgetattr(0)[3] & termios.ECHO),
    "terminals": len({os.ttyname(n) for n in range(3)}),
    "controlling": os.open("/dev/tty", os.O_RDWR) > 0,
    "parent": [names(os.getppid()), os.getsid(0) == os.getppid()],
    "group": [os.getpgrp() == os.getpid(), os.tcgetpgrp(0) == os.getpid()],
    "ignored": sorted(s.name for s in signal.Signals if signal.getsignal(s) is signal.SIG_IGN),
    "blocked": len(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
    "descriptors": descriptors,
    "program": ask("import os; print(os.ttyname(0))") == os.ttyname(0),
    "hash": [hash("x"), int(ask("print(hash('x'))"))],
}
reading, writing = os.pipe()
child = os.fork()
if child == 0:
    seen = {
        "terminal": os.ttyname(0),
        "foreground": raised(lambda: os.tcgetpgrp(0)),
        "controlling": os.open("/dev/tty", os.O_RDWR) > 0,
        "group": os.getpgrp() == os.getpgid(os.getppid()),
    }
    middle = os.getpid()
    if os.fork() == 0:
        while os.getppid() == middle:
            time.sleep(0.01)
        seen["orphan"] = [names(os.getppid()), os.getppid() == os.getsid(0)]
        os.write(writing, json.dumps(seen).encode())
    os._exit(0)
os.waitpid(child, 0)
os.close(writing)
with os.fdopen(reading) as stream:
    found["child"] = json.loads(stream.read())
found["child"]["terminal"] = found["child"]["terminal"] != os.ttyname(0)
with open("found", "w") as stream:
    json.dump(found, stream)
"""


@pytest.fixture(scope="module", params=TARGETS.values(), ids=TARGETS.keys())
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the program found."""
    program = tmp_path_factory.mktemp("world") / "prog.py"
    program.write_text(PROGRAM)
    with Session(["prog.py"], python=request.param, files=[program]) as session:
        seen = session.start()
        assert seen.output == ""
        found: dict[str, Any] = json.loads((session.work_folder / "found").read_text())
    return found


def test_folders(world: dict[str, Any]) -> None:
    assert world["files"] == ["prog.py"]
    assert world["home"] == [[], []]
    assert world["beside"]


def test_environment(world: dict[str, Any]) -> None:
    found = world["environment"]
    own = {name for name in found if name.startswith("PDBCOACH_")}
    named = set(re.findall(r"`([A-Z_]+)(?:=[^`]*)?`", PAGE.read_text(encoding="utf-8")))
    # CPython sets LC_CTYPE itself where the locale is C.
    assert set(found) - own - {"LC_CTYPE"} <= named
    expected = {"LANG": "C.UTF-8", "TERM": "dumb", "NO_COLOR": "1", "PYTHON_COLORS": "0"}
    expected |= {"PYTHON_BASIC_REPL": "1", "INPUTRC": "/dev/null", "PATH": os.environ["PATH"]}
    expected |= {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    assert {name: found[name] for name in expected} == expected
    assert not {"USER", "SHELL", "EDITOR", "COLUMNS"} & set(found)
    assert world["hash"][0] == world["hash"][1]


def test_terminals(world: dict[str, Any]) -> None:
    assert world["size"] == [1000, 24]
    assert not world["echo"]
    assert world["terminals"] == 1
    assert world["controlling"]
    assert world["program"], "a Python that neither stops nor asks has its parent's terminal"
    child = world["child"]
    assert (child["terminal"], child["foreground"], child["controlling"]) == (True, "OSError", True)


def test_processes(world: dict[str, Any]) -> None:
    assert world["parent"] == ["pdbcoach", True]
    assert world["group"] == [True, True]
    assert world["child"]["group"]
    assert world["child"]["orphan"] == ["pdbcoach", True]
    assert world["ignored"] == ["SIGPIPE", "SIGXFSZ"]
    assert world["blocked"] == 0
    assert [number for number in world["descriptors"] if 2 < number < 200] == []


def test_the_page_names_only_keys_of_the_format() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").split("\n") if line.startswith("|")]
    keys = {key for row in rows for key in re.findall(r"`([a-z]+)(?:: \w+)?`", row.split("|")[-2])}
    form = (Path(CHECKOUT) / "docs" / "format.md").read_text(encoding="utf-8")
    assert keys - {"pdbcoach"} <= set(re.findall(r"`([a-z_]+)`", form))

"""CPython's own test_pdb over a session, on every Python found where that suite is installed.

Two of its classes start no program and read no terminal of ours, so they say nothing about a session:
``ChecklineTests`` calls pdb's functions, and ``PdbTestReadline`` makes a terminal of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pdbcoach import Session
from pdbcoach.engine.interpreters import Interpreter, find_all

HERE = Path(__file__).parent
TARGETS = {one.version_text: one for one in find_all()}

_ONE_STREAM = "stdout and stderr are one terminal, and the test tells them apart"
EXCLUDED = {"test_gh_94215_crash": _ONE_STREAM, "test_issue84583": _ONE_STREAM}
"""Tests that can't pass over a session, and why. They separate the streams from Python 3.13 on."""


@cache
def has_suite(python: str) -> bool:
    code = "import importlib.util as u, sys; sys.exit(not u.find_spec('test.test_pdb'))"
    return subprocess.run([python, "-c", code], capture_output=True).returncode == 0


@pytest.fixture(params=TARGETS.values(), ids=TARGETS.keys())
def target(request: pytest.FixtureRequest) -> Interpreter:
    """Each Python with the suite in turn."""
    found: Interpreter = request.param
    if not has_suite(found.executable):
        pytest.skip("this Python has no test.test_pdb")
    return found


def answer(request: dict[str, Any], python: str) -> dict[str, Any]:
    """Run a program as ``subprocess`` would with its input and output in pipes, and prompts in the output."""
    lines = iter(request["typed"].removesuffix("\n").split("\n") if request["typed"] else ())
    with Session(request["words"], python=python, cwd=request["cwd"], env=request["env"]) as session:
        seen = session.start()
        output = seen.output
        while seen.prompt is not None:
            line = next(lines, None)
            output += seen.prompt.text
            seen = session.send_eof() if line is None else session.send(line)
            output += seen.output
        assert seen.outcome == "ended", f"{request}: {seen.outcome}"
        status = session.processes["main"].exit
    assert status is not None
    return {"output": output, "code": status.code if status.signal is None else -status.signal}


def test_the_programs_of_the_suite_behave_as_in_a_pipe(target: Interpreter, tmp_path: Path) -> None:
    client = subprocess.Popen(
        [target.executable, str(HERE / "client.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHON_COLORS": "0", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"},
    )
    assert client.stdin is not None
    assert client.stdout is not None
    results: dict[str, Any] = {}
    with client:
        for line in client.stdout:
            request = json.loads(line)
            if "failed" in request:
                results = request
            given = {} if "failed" in request else answer(request, target.executable)
            client.stdin.write(json.dumps(given) + "\n")
            client.stdin.flush()
    assert results["ran"] > 25
    unexplained = {name: problem for name, problem in results["failed"].items() if name not in EXCLUDED}
    assert unexplained == {}
    assert target.version[:2] != (3, 13) or set(results["failed"]) == set(EXCLUDED), "no exclusion is stale"


def test_the_doctests_of_the_suite_pass_on_a_terminal(target: Interpreter, tmp_path: Path) -> None:
    with Session([str(HERE / "doctests.py")], python=target.executable, cwd=tmp_path) as session:
        seen = session.start()
        while seen.outcome == "prompt":
            line = json.loads((tmp_path / "next").read_text(encoding="utf-8"))
            seen = session.send_eof() if line is None else session.send(line)
        assert seen.outcome == "ended", seen.output
    results = json.loads((tmp_path / "results").read_text(encoding="utf-8"))
    assert results["ran"] > 20
    assert results["failed"] == {}

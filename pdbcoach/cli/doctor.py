"""``pdbcoach doctor``: which Pythons there are, and whether pdbcoach can debug with each."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pdbcoach.cli import versions
from pdbcoach.cli.parser import Verbs
from pdbcoach.errors import Exit, PdbcoachError

if TYPE_CHECKING:
    from pdbcoach.engine.interpreters import Interpreter
    from pdbcoach.engine.session import Session
    from pdbcoach.observation import Observation

_TIMEOUT = 10.0
"""Seconds for a Python to import pdb and look at it."""
_PROGRAM = "word = 'first'\nword = 'second'\n"


_OK: Final = "ok"


def add_to(verbs: Verbs) -> None:
    parser = verbs.add_parser(
        "doctor",
        help="show which Pythons were found and whether they work",
        description="Looks for Pythons on PATH, in pyenv and in PDBCOACH_PYTHONS (interpreters or "
        "directories of them, separated as in PATH), and types three lines in a real session with each.",
        epilog="Exit status: 0 if at least one Python can be used, 1 if none.",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from pdbcoach.engine import sandbox
    from pdbcoach.engine.interpreters import SUPPORTED, discover
    from pdbcoach.engine.limits import Limits

    for line in versions.running():
        print(line)
    terminal = terminal_problem()
    print(f"terminal: {terminal or 'ok, a pty opens'}")
    print(_shown(f"sandbox: {sandbox.state()}"))
    print(f"limits of a session: {Limits().describe()}")
    print(versions.packages())
    print()

    discovery = discover()
    width = max((len(one.version_text) for one in discovery.interpreters), default=0)
    usable = 0
    for one in sorted(discovery.interpreters, key=lambda one: (bool(one.unsupported), one.version)):
        state = _state(one, terminal)
        usable += state == _OK
        sources = ", ".join(one.sources)
        print(_shown(f"{one.version_text:{width}}  {one.executable}  ({sources})  {state}"), flush=True)
    for trouble in discovery.problems:
        print(_shown(f"FAIL: {trouble}"))
    print()
    print(f"{usable} usable with pdbcoach, which debugs with {SUPPORTED}")
    return Exit.OK if usable else Exit.DIFFERED


def _state(one: Interpreter, terminal: str) -> str:
    """Return whether an interpreter can be debugged with; ``terminal`` is what is wrong with terminals."""
    if one.unsupported:
        return f"not used: {one.unsupported}"
    problem = terminal or internals_problem(one) or session_problem(one)
    return f"FAIL: {problem}" if problem else _OK


def terminal_problem() -> str:
    """Return why no pseudo-terminal opens, or an empty string if one does."""
    try:
        for end in os.openpty():
            os.close(end)
    except OSError as error:
        return f"no pty opens: {error.strerror or error}"
    return ""


def internals_problem(one: Interpreter) -> str:
    """Return which undocumented parts of pdb that the shim relies on this Python lacks; empty if none."""
    import subprocess

    from pdbcoach.pdb import internals

    command = [one.executable, "-I", internals.__file__]
    try:
        ran = subprocess.run(
            command, capture_output=True, timeout=_TIMEOUT, encoding="utf-8", errors="replace"
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"pdb could not be looked at: {error}"
    if ran.returncode:
        return f"pdb could not be looked at: {ran.stderr.strip()[-200:]}"
    missing = ", ".join(ran.stdout.splitlines())
    return f"this pdb lacks {missing}, which pdbcoach relies on" if missing else ""


def session_problem(one: Interpreter) -> str:
    """Return what went wrong in a session of three lines, or an empty string if pdb and the shim answered."""
    from pdbcoach.engine.launch import Launch
    from pdbcoach.engine.session import Session
    from pdbcoach.engine.temporary import temporary_folder

    with temporary_folder("pdbcoach-doctor-") as folder:
        program = Path(folder, "doctor.py")
        program.write_text(_PROGRAM, encoding="utf-8")
        try:
            launch = Launch(["-m", "pdb", program.name], python=one.executable, files=[program])
            with Session(launch) as session:
                return _talk(session)
        except (PdbcoachError, OSError) as error:
            return str(error)


def _talk(session: Session) -> str:
    seen = session.start()
    if seen.state is None:
        return f"the shim sent nothing{_instead(seen)}"
    seen = session.send("n")
    if seen.state is None or seen.state.stop.line != 2:
        return f"`n` did not go to line 2{_instead(seen)}"
    seen = session.send("p word")
    if seen.output.strip() != "'first'":
        return f"`p word` did not print 'first'{_instead(seen)}"
    seen = session.send("q")
    return "" if seen.outcome == "ended" else f"`q` did not end it{_instead(seen)}"


def _instead(seen: Observation) -> str:
    said = seen.output.strip()
    return f" ({seen.outcome}{f', it said {said[-200:]!r}' if said else ''})"


def _shown(text: str) -> str:
    from pdbcoach.report.escape import visible

    return visible(text)

"""Why the engine may have lost sight of a process, in sentences."""

from __future__ import annotations

import contextlib
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

from pdbcoach.engine import pids
from pdbcoach.engine.process import Process
from pdbcoach.engine.questions import Questions

_FEW_FILES: Final = 32
"""Open files that a process with the shim may need before its program runs."""


class Sight(Struct, frozen=True):
    """What the engine knows about what it can't see."""

    lost: tuple[str, ...] = ()
    """Something can't be heard, and waiting for it is in vain."""
    doubtful: tuple[str, ...] = ()
    """Something may be going on unseen."""


def of_process(process: Process) -> Iterator[str]:
    """Yield why ``process`` can't be heard."""
    if process.lost:
        yield process.lost
    elif not process.heard and not process.ended:
        yield _without_shim(process)


def of_prompt(process: Process) -> Iterator[str]:
    """Yield why nothing is known of ``process`` but its prompt."""
    yield from of_process(process)
    waiting = process.at_prompt
    if waiting is not None and waiting.reader is not None and waiting.reader.pid != process.pid:
        pid = waiting.reader.pid
        yield f"{_called(pid)} reads the terminal of `{process.name}`; its prompt is all that is known"


def of_session(
    processes: list[Process], questions: Questions, unknown: list[int], *, out_of_descriptors: bool
) -> Sight:
    """Return everything that can't be heard now. This takes a few milliseconds."""
    alive = [one for one in processes if not one.ended]
    lost = [reason for one in alive for reason in of_process(one)]
    if out_of_descriptors:
        lost.append("pdbcoach itself may not open more files (`ulimit -n`), so it can't hear every process")
    lost += [
        f"{_called(pid)} was started by a process that pdbcoach doesn't know"
        for pid in unknown
        if pids.exists(pid)
    ]
    doubtful: list[str] = []
    for one in alive:
        try:
            lost += _children_without_name(one, questions)
            lost += _competitors(one, questions)
        except PermissionError:
            doubtful.append(f"pdbcoach may not look at what `{one.name}` (pid {one.pid}) reads")
        if _wchan(one.pid) == "inet_csk_accept":
            doubtful.append(
                f"`{one.name}` waits for a connection; if that is a debugger, pdbcoach doesn't drive it"
            )
    return Sight(tuple(dict.fromkeys(lost)), tuple(doubtful))


def _without_shim(process: Process) -> str:
    with contextlib.suppress(OSError):
        files = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)[0]
        if 0 <= files < _FEW_FILES:
            return (
                f"`{process.name}` may open only {files} files, and pdbcoach needs {_FEW_FILES} (`ulimit -n`)"
            )
    return (
        f"`{process.name}` doesn't report to pdbcoach: its Python runs without pdbcoach's start-up module "
        "(`-I`, `-S`, `-E`, or another PYTHONPATH)"
    )


def _children_without_name(process: Process, questions: Questions) -> Iterator[str]:
    # A fork that has executed nothing else looks like its parent.
    line = pids.command_line(process.pid)
    for pid in questions.nameless_below(process):
        if pids.parent_of(pid) == process.pid and line and pids.command_line(pid) == line:
            yield f"`{process.name}` has a child (pid {pid}) that pdbcoach can't hear"


def _competitors(process: Process, questions: Questions) -> Iterator[str]:
    found = sorted(questions.all_on(process.terminal))
    if len(found) > 1:
        names = " and ".join(_called(pid) for pid in found)
        yield f"{names} read the terminal of `{process.name}`, and chance decides which one gets a line"


def _called(pid: int) -> str:
    name = _read(f"/proc/{pid}/comm")
    return f"`{name}` (pid {pid})" if name else f"pid {pid}"


def _wchan(pid: int) -> str:
    return _read(f"/proc/{pid}/wchan").partition(".")[0]


def _read(path: str) -> str:
    with contextlib.suppress(OSError):
        return Path(path).read_text(errors="replace").strip()
    return ""

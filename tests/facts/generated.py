"""Generated debuggers, and a scenario in memory: facts are recorded, read and rewritten without a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.errors import Span
from pdbcoach.facts import AnyFact
from pdbcoach.facts.base import Plain, Recorded
from pdbcoach.facts.status import status_of
from pdbcoach.form.shapes import Written
from pdbcoach.form.source import Problems
from pdbcoach.observation import (
    Breakpoint,
    DebuggerState,
    ExitStatus,
    Location,
    Observation,
    ProcessView,
    RaisedException,
)
from pdbcoach.pdb.words import EVENTS

SCRIPT = "tally.py"
MARK = ("call", SCRIPT, 15)

_FILES = st.sampled_from([SCRIPT, "lib/stock.py", "/usr/lib/python/codeop.py", "<string>"])
_LINES = st.sampled_from([1, 15, 16, 300])
_TEXTS = st.sampled_from(["6", "'a: b'", "[1, {2: 'x'}]", "None", "yes", "<Box object at 0x7f>", "''"])
_NAMES = st.sampled_from(["total", "x", "__name__", "_"])
_CODE = st.sampled_from([None, "n > 1", "name == '#'"])

locations = st.builds(Location, _FILES, _LINES, st.sampled_from(["<module>", "add_ticks", "Box.__init__"]))
breakpoints = st.builds(
    Breakpoint,
    number=st.integers(1, 9),
    file=_FILES,
    line=_LINES,
    temporary=st.booleans(),
    enabled=st.booleans(),
    condition=_CODE,
    ignore=st.integers(0, 2),
    hits=st.integers(0, 2),
)
# Two breakpoints on one line can be told apart only if both are described in detail.
tables = st.lists(breakpoints, max_size=3, unique_by=lambda row: (row.file, row.line)).map(tuple)
states = st.builds(
    DebuggerState,
    event=st.sampled_from(EVENTS),
    stop=locations,
    depth=st.integers(1, 3),
    focus=locations,
    focus_depth=st.integers(1, 3),
    returning=st.none() | _TEXTS,
    raised=st.none() | st.builds(RaisedException, st.sampled_from(["ValueError", "KeyError"]), _TEXTS),
    breakpoints=tables,
    displays=st.lists(_NAMES, max_size=2, unique=True).map(tuple),
    local_values=st.dictionaries(_NAMES, _TEXTS),
    global_values=st.dictionaries(_NAMES, _TEXTS),
)
_EXITS = (
    st.none() | st.builds(ExitStatus, code=st.integers(0, 255)) | st.builds(ExitStatus, signal=st.just(15))
)


@st.composite
def _processes(draw: st.DrawFn) -> dict[str, ProcessView]:
    names = draw(st.lists(st.sampled_from(["main.1", "main.2"]), unique=True))
    phases = st.sampled_from(["running", "zombie", "gone"])
    views = {}
    for name in names:
        phase = draw(phases)
        views[name] = ProcessView(name, 7, phase, None if phase == "running" else draw(_EXITS))
    return views


class Case(Struct, frozen=True):
    """A step that was recorded, and what was seen after it."""

    recorded: Recorded
    seen: Observation


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Steps that moved on, and steps after which the program is where it was."""
    state, before = draw(states), draw(st.none() | states)
    moved = before is None or draw(st.booleans())
    if before is not None and not moved:
        before = replace(before, stop=state.stop, event=state.event, depth=state.depth)
        before = replace(before, focus=state.focus) if draw(st.booleans()) else before
    views = {"main": ProcessView("main", 6, "stopped", state=state), **draw(_processes())}
    statuses = {name: status_of(view) for name, view in views.items()}
    recorded = Recorded([state], before, moved, False, statuses, last=draw(st.booleans()))
    return Case(recorded, Observation("main", "prompt", "", state=state, processes=views))


class Book(Struct, frozen=True):
    """One mark in the script; implements ``Names`` and ``Reading``."""

    script: str | None = SCRIPT

    def name(self, file: str, line: int) -> str | None:
        return MARK[0] if (file, line) == MARK[1:] else None

    def mark(self, name: str, span: Span, cure: str = "") -> tuple[str, int] | None:
        assert name.removeprefix("@") == MARK[0]
        return MARK[1:]

    def process(self, written: Written[str]) -> str | None:
        return written.value

    process_or_others = process

    def problem(self, span: Span, message: str) -> None:
        raise AssertionError(message)


class Held(Struct):
    """A fact's value, rewritten in memory; implements ``FactEntry``."""

    value: Any
    removed: bool = False

    @property
    def text(self) -> str | None:
        return self.value if isinstance(self.value, str) else None

    def inner(self, key: str) -> str | None:
        return str(self.value[key]) if key in self.value else None

    def write(self, value: Plain) -> None:
        self.value = value

    def put(self, key: str, text: str) -> None:
        assert key in self.value
        self.value = {**self.value, key: text}

    def keep_rows(self, kept: Sequence[int], more: Sequence[Plain]) -> None:
        self.value = [*(self.value[at] for at in kept), *more]

    def remove(self) -> bool:
        self.removed = True
        return True


def read(kind: type[AnyFact], value: Plain) -> AnyFact:
    """Return the fact that is written as ``value``, read as from a file."""
    problems = Problems(Path("demo.yaml"))
    node = yaml.compose(json.dumps(value), yaml.SafeLoader)
    assert node is not None
    shaped = kind.shape.read(node, problems)
    assert not problems.found, problems.found
    fact = kind.read(Written(shaped, problems.span(node)), Book())
    assert fact is not None
    return fact

"""From a recording to a scenario: what was typed is replayed, and what came each time is asserted."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from pdbcoach.authoring import state as facts
from pdbcoach.authoring.marks import MarkBook
from pdbcoach.authoring.recording import Typed, Views
from pdbcoach.authoring.relevance import is_move, worthwhile
from pdbcoach.authoring.unstable_text import pattern
from pdbcoach.authoring.yaml_text import Data, LiteralBlock, document
from pdbcoach.errors import Span
from pdbcoach.facts import FACTS
from pdbcoach.facts.base import Recorded
from pdbcoach.matching.redact import normalise, split_lines
from pdbcoach.matching.status import expected_status_text
from pdbcoach.observation import DebuggerState, Observation
from pdbcoach.pdb.line import resolve_all
from pdbcoach.replay.result import ScenarioResult
from pdbcoach.scenario.model import (
    ExpectedStatus,
    Fact,
    Facts,
    Key,
    Look,
    Running,
    Scenario,
    Send,
    SourceFile,
    Step,
    Stopped,
)
from pdbcoach.scenario.steps import exercised

_USUAL_TIMEOUT: Final = 10.0
_SHORTEST_WAIT: Final = 0.5

_USES_PLACE: Final = frozenset({"where", "list", "longlist"})

Statuses = list[dict[str, ExpectedStatus]]


class Setting(Struct, frozen=True):
    """What a scenario is about: all but its steps."""

    path: Path
    id: str
    run_line: str
    run: tuple[str, ...]
    files: tuple[SourceFile, ...]
    script: str | None
    listed: tuple[str, ...] = ()
    """What ``files`` says; empty where the script alone is needed."""


class Draft(Struct):
    """The steps in the making: one that only looks, then one for each thing that was typed."""

    setting: Setting
    typed: Sequence[Typed]
    before: Views
    version: str
    """Of the Python it was recorded on."""
    statuses: Statuses = field(default_factory=list)
    dropped: set[tuple[int, str]] = field(default_factory=set)
    """Facts that did not hold each time: index of the step and name of the fact."""

    def __post_init__(self) -> None:
        known: dict[str, ExpectedStatus] = {"main": Stopped()}
        for views in (self.before, *(one.after for one in self.typed)):
            now = {name: facts.status(view) for name, view in views.items()}
            self.statuses.append({name: how for name, how in now.items() if known.get(name) != how})
            known = now
        self.statuses[-1] = known

    def process(self, index: int) -> str:
        """Whose step it is."""
        return self.typed[max(0, index - 1)].process

    def outline(self) -> Scenario:
        """The steps with no more facts than carrying them out takes: what becomes of the processes."""
        setting, span = self.setting, Span(self.setting.path, 1, 1)
        steps = []
        for index in range(len(self.typed) + 1):
            how = {name: Fact(status, span) for name, status in self.statuses[index].items()}
            last = index == len(self.typed)
            asserted = Facts(ends=how) if last else Facts(processes=how)
            step = Step(replace(span, line=index + 1), Look(), self.process(index), facts=asserted)
            if index:
                one = self.typed[index - 1]
                step = replace(step, action=one.action, prompt=one.prompt, wait=_wait(one))
            steps.append(step)
        return Scenario(
            path=setting.path,
            span=span,
            id=setting.id,
            run=setting.run,
            steps=tuple(steps),
            run_line=setting.run_line,
            script=setting.script,
            files=setting.files,
            timeout=self.timeout,
        )

    @property
    def timeout(self) -> float:
        """Seconds for one step: three times what the slowest took."""
        slowest = max((one.took for one in self.typed), default=0.0)
        return max(_USUAL_TIMEOUT, float(math.ceil(min(slowest, 200.0) * 3)))

    def text(self, runs: Sequence[ScenarioResult]) -> str:
        """The file, from what each of ``runs``, replays of the outline, has shown."""
        setting = self.setting
        marks = MarkBook(setting.files, setting.script, invent=True)
        writer = _Steps(self, runs, marks)
        steps: list[Data] = [writer.step(index) for index in range(len(self.typed) + 1)]
        top: dict[str, Data] = {
            "format": 1,
            "id": setting.id,
            "title": f"A recording of {setting.script or setting.run_line}",
        }
        taught = sorted(exercised(self.outline().steps) - {"EOF", "quit", "exec", ";;"})
        if taught:
            top["teaches"] = taught
        top["run"] = setting.run_line
        if setting.listed:
            top["files"] = list(setting.listed)
        if self.timeout != _USUAL_TIMEOUT:
            top["timeout"] = int(self.timeout)
        said = frozenset(word.removeprefix("@") for word in _words(steps))
        used = {
            name: text if file == setting.script else {"file": file, "text": text}
            for name, (file, text) in marks.texts.items()
            if name in said  # what was dropped again needs no mark
        }
        if used:
            top["marks"] = used
        top["steps"] = steps
        note = f"Recorded by `pdbcoach record` with Python {self.version}; now it needs prose:"
        return document(top, [note, "title, intro, outro, and for each step say, ask, why, hints, wrong."])


class _Steps(Struct):
    """Writes the steps one after the other; knows how each process stood before."""

    draft: Draft
    runs: Sequence[ScenarioResult]
    marks: MarkBook
    states: dict[str, DebuggerState] = field(default_factory=dict)
    adrift: set[str] = field(default_factory=set)
    """Processes that Ctrl-C stopped wherever they happened to be."""

    def step(self, index: int) -> dict[str, Data]:
        """The keys of one step."""
        draft = self.draft
        typed = draft.typed[index - 1] if index else None
        process = draft.process(index)
        seen = [o for run in self.runs for o in _observation(run, index)]
        written: dict[str, Data] = _typed(typed) if typed is not None else {}
        if process != "main":
            written["process"] = process
        kind = typed.prompt if typed is not None else None
        if kind is not None and kind != "pdb":
            written["prompt"] = kind
        if typed is not None and (wait := _wait(typed)):
            written["wait"] = int(wait) if wait == int(wait) else f"{wait:g}"
        states = [one.state for one in seen]
        before = self.states.get(process)
        line = typed.action.text if typed is not None and isinstance(typed.action, Send) else None
        moved = True
        if states and all(state is not None for state in states):
            found = [state for state in states if state is not None]
            moved = self._moved(line, typed, before, found[0])
            if typed is not None and typed.prompt is None:
                self.adrift.add(process)
            elif moved:
                self.adrift.discard(process)
            written |= self._debugger(found, before, moved, line, process in self.adrift)
            self.states[process] = found[0]
        written |= self._processes(index)
        if typed is not None and len(seen) == len(self.runs):
            block = self._output(typed, seen, moved, process in self.adrift)
            if block is not None:
                written["expect"] = block
        for fact in [fact for at, fact in draft.dropped if at == index]:
            _drop(written, fact)
        if not _asserts(written):
            written["processes"] = {process: "stopped"}
        return written

    def _moved(
        self, line: str | None, typed: Typed | None, before: DebuggerState | None, now: DebuggerState
    ) -> bool:
        if before is None or typed is None:
            return True
        if (before.stop, before.event, before.depth) != (now.stop, now.event, now.depth):
            return True
        return line is None or (typed.prompt in (None, "pdb", "nested") and is_move(line))

    def _debugger(
        self,
        states: Sequence[DebuggerState],
        before: DebuggerState | None,
        moved: bool,
        line: str | None,
        adrift: bool,
    ) -> dict[str, Data]:
        now = states[0]
        seen = Recorded(states, before, moved, adrift)
        said = {kind.key: kind.record(seen, self.marks) for kind in FACTS}
        written: dict[str, Data] = {key: value for key, value in said.items() if value is not None}
        if adrift:
            return written
        returning = {state.returning for state in states}
        if moved and now.event == "return" and len(returning) == 1 and _stable(now.returning):
            written["returns"] = now.returning or ""
        if (
            moved
            and now.raised is not None
            and len({state.raised.type for state in states if state.raised}) == 1
        ):
            written["raises"] = now.raised.type
        if line is not None and not moved:
            values = self._values(states, before)
            if values:
                written["values"] = values
        return written

    def _values(self, states: Sequence[DebuggerState], before: DebuggerState | None) -> dict[str, Data]:
        """Names that got another value although the program did not move: a statement was typed."""
        if before is None or before.focus != states[0].focus:
            return {}
        now = states[0]
        return {
            name: value
            for name, value in {**now.global_values, **now.local_values}.items()
            if name.isidentifier() and not name.startswith("__") and before.value(name) != now.value(name)
            if _stable(now.value(name)) and len({state.value(name) for state in states}) == 1
            if value == now.value(name)
        }

    def _processes(self, index: int) -> dict[str, Data]:
        named: dict[str, Data] = {
            name: expected_status_text(how) for name, how in self.draft.statuses[index].items()
        }
        if index == len(self.draft.typed):
            return {"ends": named}
        return {"processes": named} if named else {}

    def _output(
        self, typed: Typed, seen: Sequence[Observation], moved: bool, adrift: bool
    ) -> LiteralBlock | str | None:
        after = typed.after.get(typed.process)
        shows_place = typed.prompt is None or _USES_PLACE.intersection(_commands(typed))
        if after is None or isinstance(facts.status(after), Running) or (adrift and shows_place):
            return None
        pids = {view.pid for one in seen for view in one.processes.values()}
        outputs = [split_lines(normalise(one.output, None)) for one in seen]
        made = pattern(outputs, pids)
        if made is None:
            return None
        line = typed.action.text if isinstance(typed.action, Send) else None
        text = worthwhile(line, typed.prompt, moved, made)
        return None if text is None else LiteralBlock(text) if text else ""


def _observation(run: ScenarioResult, index: int) -> list[Observation]:
    if index >= len(run.steps):
        return []
    found = run.steps[index].observation
    return [] if found is None else [found]


def _typed(typed: Typed) -> dict[str, Data]:
    match typed.action:
        case Key(name):
            return {"key": name}
        case Send(text):
            # `@` before a name would be a mark.
            return {"send": text.replace("@", "@@")}


def _commands(typed: Typed) -> tuple[str, ...]:
    return resolve_all(typed.action.text) if isinstance(typed.action, Send) else ()


def _wait(typed: Typed) -> float:
    return round(min(typed.wait, 60.0), 1) if typed.wait >= _SHORTEST_WAIT else 0.0


def _stable(text: str | None) -> bool:
    return text is not None and facts.is_text(text) and " at 0x" not in text and "/" not in text


def _words(value: Data) -> Iterator[str]:
    """Every text in it that could be a mark."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (word for inner in value.values() for word in _words(inner))
    elif isinstance(value, Sequence):
        yield from (word for inner in value for word in _words(inner))


def _drop(written: dict[str, Data], fact: str) -> None:
    key, _, inner = fact.partition(".")
    value = written.get(key)
    if inner and isinstance(value, Mapping):
        rest = {name: one for name, one in value.items() if name != inner}
        if rest:
            written[key] = rest
            return
    written.pop(key, None)


def _asserts(written: Mapping[str, Data]) -> bool:
    return bool(written.keys() - {"send", "key", "process", "prompt", "wait"})

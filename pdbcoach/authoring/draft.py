"""From a recording to a scenario: what was typed is replayed, and each outcome is asserted."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from pdbcoach.authoring.marks import MarkBook
from pdbcoach.authoring.recorded import RecordedLine, RecordedRoute
from pdbcoach.authoring.relevance import is_move, worthwhile
from pdbcoach.authoring.setting import USUAL_TIMEOUT, Setting, uses_multiprocessing
from pdbcoach.authoring.unstable_text import pattern
from pdbcoach.authoring.yaml_text import Data, LiteralBlock, document
from pdbcoach.errors import Span
from pdbcoach.facts import FACTS, Ends, Facts, Processes
from pdbcoach.facts.base import Recorded
from pdbcoach.facts.processes import ExpectedProcess
from pdbcoach.facts.status import ExpectedStatus, Running, Stopped
from pdbcoach.matching.redact import normalise, split_lines
from pdbcoach.matching.versions import admits
from pdbcoach.observation import DebuggerState, Observation
from pdbcoach.pdb.commands import COMMANDS, Command
from pdbcoach.replay.result import ScenarioResult
from pdbcoach.scenario.model import Key, Look, Scenario, Send, Step
from pdbcoach.scenario.steps import exercised

RAW_TITLE: Final = "A recording of "
"""How the title of a scenario begins that still needs prose."""
_SHORTEST_WAIT: Final = 0.5

_LINE: Final = re.compile(r"\w+\s+(?:(?P<file>[^\s:,]+):)?(?P<line>[0-9]+)\s*(?:,.*)?$")
_MARK: Final = re.compile(r"(?:^|(?<![\w@])@)([A-Za-z_]\w*)(?=$|[\s,])")
_ASSERTING: Final = frozenset({"expect", *(kind.key for kind in FACTS)})


class Draft(Struct):
    """The steps being written: one that only looks, then one for each thing that was typed."""

    setting: Setting
    recorded: RecordedRoute
    version: str
    """The version of the Python it was recorded on."""
    statuses: list[dict[str, ExpectedStatus]] = field(default_factory=list)
    dropped: set[tuple[int, str]] = field(default_factory=set)
    """Facts that did not hold each time: index of the step, and name of the fact."""

    def __post_init__(self) -> None:
        known: dict[str, ExpectedStatus] = {"main": Stopped()}
        for now in (self.recorded.before, *(one.after for one in self.lines)):
            self.statuses.append({name: how for name, how in now.items() if known.get(name) != how})
            known = dict(now)
        self.statuses[-1] = known

    @property
    def lines(self) -> Sequence[RecordedLine]:
        """What was typed."""
        return self.recorded.lines

    def process(self, index: int) -> str:
        """Return the process that the step is for."""
        return self.lines[max(0, index - 1)].process

    def outline(self) -> Scenario:
        """Return the steps with only the facts that carrying them out needs: the statuses of processes."""
        setting, span = self.setting, Span(self.setting.path, 1, 1)
        steps = []
        for index in range(len(self.lines) + 1):
            rows = tuple(ExpectedProcess(name, how, span) for name, how in self.statuses[index].items())
            kind = Ends if index == len(self.lines) else Processes
            asserted = Facts((kind(span, rows),) if rows else ())
            step = Step(replace(span, line=index + 1), Look(), self.process(index), facts=asserted)
            if index:
                one = self.lines[index - 1]
                step = replace(step, action=one.action, prompt=one.prompt, wait=_wait(one))
            steps.append(step)
        return setting.scenario(steps, self.timeout)

    @property
    def timeout(self) -> float:
        """Seconds for one step: three times what the slowest took."""
        slowest = max((one.took for one in self.lines), default=0.0)
        return max(USUAL_TIMEOUT, float(math.ceil(min(slowest, 200.0) * 3)))

    def text(self, runs: Sequence[ScenarioResult]) -> str:
        """Return the file, given ``runs``: replays of the outline."""
        setting = self.setting
        marks = MarkBook(setting.files, setting.script, invent=True)
        writer = _Steps(self, runs, marks)
        steps: list[Data] = [writer.step(index) for index in range(len(self.lines) + 1)]
        top: dict[str, Data] = {
            "format": 1,
            "id": setting.id,
            "title": f"{RAW_TITLE}{setting.script or setting.run_line}",
        }
        taught = sorted(name for name in exercised(self.outline().steps) if _is_taught(COMMANDS[name]))
        if taught:
            top["teaches"] = taught
        top["run"] = setting.run_line
        if (method := _start_method(setting, self.version)) is not None:
            top["start_method"] = method
        if setting.listed:
            top["files"] = list(setting.listed)
        if self.timeout != USUAL_TIMEOUT:
            top["timeout"] = int(self.timeout)
        said = frozenset(name for word in _words(steps) for name in _MARK.findall(word))
        used = {
            name: text if file == setting.script else {"file": file, "text": text}
            for name, (file, text) in marks.texts.items()
            if name in said  # a dropped fact needs no mark
        }
        if used:
            top["marks"] = used
        top["steps"] = steps
        note = f"Recorded by `pdbcoach record` with Python {self.version}; now it needs prose:"
        return document(top, [note, "title, intro, outro, and for each step say, ask, why, hints, wrong."])


class _Steps(Struct):
    """Writes the steps one after the other; knows each process's last state."""

    draft: Draft
    runs: Sequence[ScenarioResult]
    marks: MarkBook
    states: dict[str, DebuggerState] = field(default_factory=dict)
    adrift: set[str] = field(default_factory=set)
    """Processes that Ctrl-C stopped wherever they happened to be."""

    def step(self, index: int) -> dict[str, Data]:
        """Return the keys of one step."""
        draft = self.draft
        typed = draft.lines[index - 1] if index else None
        process = draft.process(index)
        seen = [one for run in self.runs for one in _observation(run, index)]
        before = self.states.get(process)
        recorded = self._recorded(index, typed, process, seen)
        place = self._marked_line(typed, before)
        written = _action(typed, process, place) | self._facts(recorded)
        if typed is not None and len(seen) == len(self.runs):
            written |= self._output(typed, seen, recorded)
        for fact in [fact for at, fact in draft.dropped if at == index]:
            _drop(written, fact)
        if not written.keys() & _ASSERTING:
            written[Processes.key] = {process: "stopped"}
        return written

    def _marked_line(self, typed: RecordedLine | None, before: DebuggerState | None) -> tuple[int, int, str]:
        """Return where a command has a line number, and ``@mark`` for it; empty if it has none."""
        nowhere = 0, 0, ""
        commands = _commands(typed) if typed is not None else ()
        found = _LINE.match((typed and _line(typed)) or "")
        if found is None or before is None or not commands or commands[0].argument not in ("line", "place"):
            return nowhere
        mark = self.marks.name(found["file"] or before.focus.file, int(found["line"]))
        return (*found.span("line"), f"@{mark}") if mark is not None else nowhere

    def _facts(self, recorded: Recorded) -> dict[str, Data]:
        facts = ((kind.key, kind.record(recorded, self.marks)) for kind in FACTS)
        return {key: value for key, value in facts if value is not None}

    def _recorded(
        self, index: int, typed: RecordedLine | None, process: str, seen: Sequence[Observation]
    ) -> Recorded:
        """Return what the facts of a step are written from, and remember how it left its process."""
        states = [one.state for one in seen if one.state is not None]
        before = self.states.get(process)
        moved = True
        if states and len(states) == len(seen):
            moved = _moved(typed, before, states[0])
            if typed is not None and typed.prompt is None:
                self.adrift.add(process)
            elif moved:
                self.adrift.discard(process)
            self.states[process] = states[0]
        else:
            states = []
        return Recorded(
            states,
            before,
            moved,
            process in self.adrift,
            self.draft.statuses[index],
            last=index == len(self.draft.lines),
        )

    def _output(
        self, typed: RecordedLine, seen: Sequence[Observation], recorded: Recorded
    ) -> dict[str, Data]:
        """Return the key ``expect``, if any output is the same in each run and worth expecting."""
        after = typed.after.get(typed.process)
        shows_place = typed.prompt is None or any(map(_uses_place, _commands(typed)))
        if after in (None, Running()) or (recorded.adrift and shows_place):
            return {}
        pids = {view.pid for one in seen for view in one.processes.values()}
        made = pattern([split_lines(normalise(one.output, None)) for one in seen], pids)
        text = worthwhile(_line(typed), typed.prompt, recorded.moved, made) if made is not None else None
        return {} if text is None else {"expect": LiteralBlock(text) if text else ""}


def _start_method(setting: Setting, version: str) -> str | None:
    """Return the start method that was used: it differs between Pythons. None without multiprocessing."""
    if not uses_multiprocessing(setting.files):
        return None
    return "forkserver" if admits(">=3.14", version) else "fork"


def _observation(run: ScenarioResult, index: int) -> list[Observation]:
    if index >= len(run.steps):
        return []
    found = run.steps[index].observation
    return [] if found is None else [found]


def _action(typed: RecordedLine | None, process: str, place: tuple[int, int, str]) -> dict[str, Data]:
    """Return the keys that say what is typed, where and when."""
    written: dict[str, Data] = {}
    match typed.action if typed is not None else Look():
        case Key(name):
            written["key"] = name
        case Send(text):
            begin, end, mark = place
            # `@` before a name would be a mark.
            written["send"] = text[:begin].replace("@", "@@") + mark + text[end:].replace("@", "@@")
        case Look():
            pass
    if process != "main":
        written["process"] = process
    if typed is None:
        return written
    if typed.prompt not in (None, "pdb"):
        written["prompt"] = typed.prompt
    if wait := _wait(typed):
        written["wait"] = int(wait) if wait == int(wait) else f"{wait:g}"
    return written


def _moved(typed: RecordedLine | None, before: DebuggerState | None, now: DebuggerState) -> bool:
    """Return whether the program ran on, even if it came back to the same line."""
    if before is None or typed is None:
        return True
    if (before.stop, before.event, before.depth) != (now.stop, now.event, now.depth):
        return True
    line = _line(typed)
    return line is None or (typed.prompt in (None, "pdb", "nested") and is_move(line))


def _line(typed: RecordedLine) -> str | None:
    return typed.action.text if isinstance(typed.action, Send) else None


def _commands(typed: RecordedLine) -> tuple[Command, ...]:
    return typed.action.line_at(typed.prompt).commands if isinstance(typed.action, Send) else ()


def _is_taught(command: Command) -> bool:
    return command.is_topic and not command.leaves


def _uses_place(command: Command) -> bool:
    """Whether its output depends on where the program is, even if no value does."""
    return command.shows in ("stack", "source") and command.argument != "code"


def _wait(typed: RecordedLine) -> float:
    return round(min(typed.ran, 60.0), 1) if typed.ran >= _SHORTEST_WAIT else 0.0


def _words(value: Data) -> Iterator[str]:
    """Yield every text in it that could be a mark."""
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

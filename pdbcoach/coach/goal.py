"""What a step asks for, and whether it has been reached: by its effect, however it was typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from pdbcoach.coach.attempt import Attempt, Views, observation
from pdbcoach.coach.moves import Effect, effect_of
from pdbcoach.coach.questions import answered, names, parts, says_something
from pdbcoach.engine.observation import Observation
from pdbcoach.matching import state, transcript
from pdbcoach.matching.redact import normalise
from pdbcoach.matching.transcript import Matched
from pdbcoach.scenario.commands import resolve_all, split
from pdbcoach.scenario.model import Facts, Key, Place, Send, Step

Judged = Literal["state", "shown", "line"]
"""By what a goal is judged: the debugger's state; what was shown; or, where neither would tell, the
line itself."""

_NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Criterion:
    """One fact of a step, and its name as in the step: ``at``, ``values.total``."""

    name: str
    facts: Facts

    def met(self, seen: Observation, script: str | None) -> bool:
        return not state.compare(self.facts, seen, script)


@dataclass(frozen=True, slots=True)
class Goal:
    """The goal of one step, seen from where the debugger stood when the step began."""

    step: Step
    script: str | None
    python: str
    """Version of the target."""
    criteria: tuple[Criterion, ...]
    judged: Judged
    start: Views
    open: frozenset[str]
    """Names of the criteria that were not met when the step began."""
    effect: Effect = "move"
    """What the step's own line is for."""
    wanted: frozenset[str] = frozenset()
    """The single things to be shown, see ``questions.parts``."""
    captures: Mapping[str, str] = field(default_factory=dict)

    def met(self, views: Views) -> frozenset[str]:
        """Names of the criteria that are met as things stand."""
        seen = observation(self.step.process, views)
        return frozenset(one.name for one in self.criteria if one.met(seen, self.script))

    def outlook(self, views: Views) -> Literal["met", "soon", "no"]:
        """``soon``: all that is missing is what processes have yet to become."""
        missing = {one.name for one in self.criteria} - self.met(views)
        if not missing:
            return "met"
        return "soon" if all(name.startswith("processes.") for name in missing) else "no"

    def reached(self, attempt: Attempt, shown: frozenset[str]) -> bool:
        """Whether the attempt reaches the goal. ``shown``: what earlier lines of this step have shown."""
        if len(self.met(attempt.after)) < len(self.criteria):
            return False
        match self.judged:
            case "state":
                return bool(self.open) or attempt.effect == "move"
            case "shown":
                return attempt.process == self.step.process and self._shows(attempt, shown)
            case "line":
                return attempt.process == self.step.process and self._same_line(attempt)

    def _shows(self, attempt: Attempt, shown: frozenset[str]) -> bool:
        text = attempt.text
        if self.wanted and self.wanted <= shown | answered(text, attempt.output):
            return True
        asked = self.step.action.text if isinstance(self.step.action, Send) else ""
        speaks_of_it = not names(asked) or not names(text) or bool(names(asked) & names(text))
        moved_away = attempt.effect == "move" and self.effect != "move"
        return speaks_of_it and not moved_away and self.captured(attempt.output) is not None

    def captured(self, output: str) -> Mapping[str, str] | None:
        """What is known from the output if it is what the step expects; ``None`` if it is not."""
        if self.step.expect is None:
            return self.captures
        matched = transcript.match(self.step.expect, normalise(output, None), self.captures, self.python)
        return matched.captures if isinstance(matched, Matched) else None

    def _same_line(self, attempt: Attempt) -> bool:
        match self.step.action, attempt.action:
            case Send(wanted), Send(typed):
                return _canonical(wanted) == _canonical(typed)
            case Key(wanted), Key(typed):
                return wanted == typed
            case _:
                return False


def make_goal(
    step: Step,
    script: str | None,
    python: str,
    start: Views,
    captures: Mapping[str, str] = _NOTHING,
    previous: str = "",
) -> Goal:
    """The goal of ``step`` as seen from ``start``. ``previous`` is what a bare Enter would repeat.

    Facts that hold before anything was typed cannot tell whether the learner has done something: then
    a moving step wants a move, a looking step the thing shown, and any other step its own line.
    """
    criteria = tuple(_criteria(step.facts))
    seen = observation(step.process, start)
    still_open = frozenset(one.name for one in criteria if not one.met(seen, script))
    wanted: frozenset[str] = frozenset()
    text = step.action.text if isinstance(step.action, Send) else ""
    effect: Effect = "move"
    if isinstance(step.action, Send):
        effect = effect_of(text, prompt=step.prompt or "pdb", previous=previous)
    if effect == "look":
        wanted = parts(text or previous, step.expect)
    tells = step.expect is not None and says_something(step.expect)
    judged: Judged = "line"
    if still_open or (effect == "move" and criteria):
        judged = "state"
    elif wanted or tells:
        judged = "shown"
    return Goal(step, script, python, criteria, judged, start, still_open, effect, wanted, captures)


def _criteria(facts: Facts) -> Iterator[Criterion]:
    nothing = Facts()
    if facts.at is not None:
        yield Criterion("at", replace(nothing, at=facts.at))
    if facts.focus is not None:
        yield Criterion("focus", replace(nothing, focus=facts.focus))
    if facts.returns is not None:
        yield Criterion("returns", replace(nothing, returns=facts.returns))
    if facts.raises is not None:
        yield Criterion("raises", replace(nothing, raises=facts.raises))
    for name, value in facts.values.items():
        yield Criterion(f"values.{name}", replace(nothing, values={name: value}))
    if facts.breakpoints is not None:
        yield Criterion("breakpoints", replace(nothing, breakpoints=facts.breakpoints))
    for name, status in {**facts.processes, **(facts.ends or {})}.items():
        yield Criterion(f"processes.{name}", replace(nothing, processes={name: status}))


def goal_place(step: Step) -> Place | None:
    """Where the step wants a process to stand."""
    return step.facts.at


def _canonical(line: str) -> list[tuple[tuple[str, ...], str]]:
    """Long names and arguments of the commands of a line, blanks at their ends apart."""
    found = []
    for part in split(line):
        words = part.split(maxsplit=1)
        name = resolve_all(part)
        code = name[:1] in (("!",), ("exec",))
        rest = part.strip().lstrip("! ") if code else " ".join(words[1:])
        found.append((("exec",) if code else name, rest.strip()))
    return found

"""What a step asks for, and whether it has been reached: by its effect, whatever was typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from pdbcoach.coach.attempt import Attempt, Views, observation, state_of
from pdbcoach.coach.criteria import criteria_of
from pdbcoach.coach.moves import Effect, effect, effect_of
from pdbcoach.coach.questions import (
    answered,
    argument,
    bounds,
    expressions,
    is_refusal,
    lists_just_these,
    names,
    parts,
    says_something,
    spread,
    texts,
)
from pdbcoach.coach.source_outline import NO_PROGRAM, SourceOutline
from pdbcoach.facts import AnyCriterion, At, Breakpoints
from pdbcoach.facts.base import StateFact
from pdbcoach.facts.processes import StatusFact
from pdbcoach.matching import transcript
from pdbcoach.matching.redact import normalise
from pdbcoach.matching.transcript import Matched
from pdbcoach.pdb.code import normal_code
from pdbcoach.pdb.line import Line
from pdbcoach.pdb.words import PromptKind
from pdbcoach.scenario.model import Expect, Send, Step

Judged = Literal["state", "moved", "shown", "line"]
"""What decides whether a goal is reached.

``state``: a state that did not hold before. ``moved``: a move that led back to the same state. ``shown``:
what was shown. ``line``: the line itself, if nothing else would tell.
"""

_NOTHING: Final[Mapping[str, str]] = {}
_AT_PDB: Final = frozenset({"pdb", "nested"})


class Goal(Struct, frozen=True):
    """The goal of one step, seen from where the debugger was when the step began."""

    step: Step
    script: str | None
    python: str
    """The target's version."""
    criteria: tuple[AnyCriterion, ...]
    judged: Judged
    start: Views
    effect: Effect = "move"
    """What the step's own line is for."""
    wanted: frozenset[str] = frozenset()
    """The single things to be shown, see ``questions.parts``."""
    captures: Mapping[str, str] = field(default_factory=dict)
    theirs: frozenset[int] = frozenset()
    """Numbers of the breakpoints that the learner has set besides those of the lesson."""
    repeats: str = ""
    """What a bare Enter would have repeated when the step began."""
    needs: tuple[AnyCriterion, ...] = ()
    """What must be so for the step to make sense; where it looks or changes something, also its place."""
    program: SourceOutline = NO_PROGRAM

    @property
    def line(self) -> Line:
        """What the step itself types, parsed; empty for a key and for a bare Enter."""
        return self.step.line

    def met(self, views: Views) -> frozenset[AnyCriterion]:
        """Return the criteria that are met now."""
        met = frozenset(one for one in self.criteria if self._is_met(one, views))
        return frozenset(one for one in met if not isinstance(one, At)) if self._crashed_there(views) else met

    def lacks(self, views: Views) -> AnyCriterion | None:
        """Return the first of the step's needs that isn't met; None if all are."""
        return next(iter(self.unmet_needs(views)), None)

    def unmet_needs(self, views: Views) -> tuple[AnyCriterion, ...]:
        """Return all needs of the step that aren't met."""
        return tuple(one for one in self.needs if not self._is_met(one, views))

    def optional(self, views: Views) -> frozenset[int]:
        """Return the numbers of the breakpoints that may exist or not: the learner's own."""
        return frozenset() if self.step.exact_breakpoints else self.theirs | self._new(views)

    def _is_met(self, criterion: AnyCriterion, views: Views) -> bool:
        seen = observation(self.step.process, views)
        if criterion.met(seen, self.script, self.optional(views)):
            return True
        return isinstance(criterion, At) and self._has_entered(criterion, views)

    def _has_entered(self, place: At, views: Views) -> bool:
        """Return whether it stopped before the first line of the call at whose start it was to stop."""
        process = place.process or self.step.process
        now, began = state_of(process, views), state_of(process, self.start)
        if place.event != "call" or self.step.exactly == "call" or now is None:
            return False
        if any(replace(place, line=None, event="line").judge_state(now, self.script)):
            return False
        stop = now.stop
        is_new = began is None or now.depth > began.depth or began.stop.function != stop.function
        return (is_new or place in self.needs) and self.program.enters(stop.function, stop.file, stop.line)

    def missing(self, views: Views) -> frozenset[AnyCriterion]:
        """Return the criteria that are not met."""
        return frozenset(self.criteria) - self.met(views)

    def outlook(self, views: Views) -> Literal["met", "soon", "no"]:
        """Return ``soon`` if only other processes have yet to become what the goal needs."""
        missing = self.missing(views)
        if not missing:
            return "met" if self._is_back(views) else "no"
        return "soon" if all(self._is_up_to_others(one, views) for one in missing) else "no"

    def _is_up_to_others(self, criterion: AnyCriterion, views: Views) -> bool:
        """Return whether it may come about by itself: other processes run on, or may be killed."""
        match criterion:
            case StatusFact(names=(name, *_)):
                # A process that has just answered stays at its prompt.
                return not (name == self.step.process and name in views and views[name].phase == "stopped")
            case StateFact(whose=str(name)) if name != self.step.process:
                return name in views and views[name].phase == "running"
            case _:
                return False

    def reached(self, attempt: Attempt, shown: frozenset[str] = frozenset(), printed: str = "") -> bool:
        """Return whether the attempt reaches the goal.

        ``shown`` is what earlier lines of this step have shown, ``printed`` what its moves have printed.
        """
        is_unfit = self._has_gone_away(attempt) or not self._is_the_start_wanted(attempt)
        if self.missing(attempt.after) or is_unfit:
            return False
        match self.judged:
            case "state":
                # Only the line tells which call a second debugger runs.
                return self.line.first.name != "debug" or self.is_own_line(attempt)
            case "moved":
                return self._has_come(attempt, printed)
            case "shown":
                return attempt.process == self.step.process and self._shows(attempt, shown)
            case "line":
                return attempt.process == self.step.process and self.is_own_line(attempt)

    def captured(self, output: str, *, among: bool = False) -> Mapping[str, str] | None:
        """Return everything known if the output is what the step expects; None if it is not.

        ``among``: other commands of the same line have printed something, too.
        """
        expect = self.step.expect
        return self.captures if expect is None else self._matched(spread(expect) if among else expect, output)

    def is_own_line(self, attempt: Attempt) -> bool:
        """Return whether exactly what the step types was typed, at the prompt where it belongs."""
        match self.step.action, attempt.action:
            case Send(""), Send(typed):
                return not typed.strip() and attempt.previous == self.repeats
            case Send(wanted), Send(text):
                own, here = self.step.prompt or "pdb", attempt.prompt or "pdb"
                if {own, here} <= _AT_PDB:
                    return _without_looks(attempt.typed, self.line) == argument(self.line)
                if own == here == "commands":
                    return self._is_same_in_a_list(attempt.typed)
                return own == here and normal_code(wanted.strip()) == normal_code(text.strip())
            case wanted, typed:
                return wanted == typed

    def has_come_out_differently(self, attempt: Attempt) -> bool:
        """Return whether the step's own line, typed where the step began, had a different effect."""
        began, stood = (_standing(self.step.process, views) for views in (self.start, attempt.before))
        same = attempt.text.split() == self.line.text.split() and self.is_own_line(attempt)
        return same and attempt.process == self.step.process and began == stood

    def is_at_the_beginning(self, program: SourceOutline) -> bool:
        """Return whether the goal is where the program begins: a restart always leads there."""
        place = self.step.facts.of(At)
        file = place.file or self.script if place is not None else None
        return place is not None and place.line is not None and place.line == program.first_line(file or "")

    def questions_answered(self, attempt: Attempt) -> frozenset[str]:
        """Return the wanted things that the attempt has shown, in any process."""
        return self.wanted & _answered(attempt)

    def shown_by(self, attempt: Attempt) -> frozenset[str]:
        """Return what the attempt has shown, if it was in the right place."""
        is_there = not self.missing(attempt.after)
        return _answered(attempt) if is_there and attempt.process == self.step.process else frozenset()

    def added(self, views: Views) -> frozenset[int]:
        """Return the numbers of the breakpoints that the learner set in this step without being asked to."""
        state = state_of(self.step.process, views)
        if state is None:
            return frozenset()
        table = self.step.facts.of(Breakpoints) or Breakpoints(self.step.span, ())
        _missing, extra = table.differs(state.breakpoints, self.script)
        return self._new(views) & {row.number for row in extra}

    def _crashed_there(self, views: Views) -> bool:
        """Return whether the program crashed at the place, although the step does not ask for a crash."""
        place = self.step.facts.of(At)
        if place is None or place.event is not None:
            return False
        stops = (state_of(place.process or self.step.process, seen) for seen in (self.start, views))
        began, now = (state is not None and state.event == "post-mortem" for state in stops)
        return now and not began

    def _new(self, views: Views) -> frozenset[int]:
        """Return the numbers of the breakpoints set since the step began."""
        before, now = state_of(self.step.process, self.start), state_of(self.step.process, views)
        if before is None or now is None:
            return frozenset()
        return frozenset({row.number for row in now.breakpoints} - {row.number for row in before.breakpoints})

    def _is_the_start_wanted(self, attempt: Attempt) -> bool:
        """Return whether a restart, and its arguments, were asked for."""
        if not self.line.restarts:
            return not attempt.started_again
        wanted, typed = _start(self.line), _start(attempt.line)
        return not wanted or (attempt.started_again and typed == wanted)

    def _has_gone_away(self, attempt: Attempt) -> bool:
        """Return whether a move has left the place where this step should look or change something."""
        if self.effect == "move" or effect(attempt) != "move":
            return False
        is_stopped = state_of(self.step.process, attempt.after) is not None
        return is_stopped and self.lacks(attempt.before) is None is not self.lacks(attempt.after)

    def _is_back(self, views: Views) -> bool:
        """Return whether the process is back at its prompt, or the step says how else it is to be."""
        process = self.step.process
        if self.lacks(views) is None or state_of(process, views) is not None:
            return True
        return any(isinstance(one, StatusFact) and process in one.names for one in self.criteria)

    def _has_come(self, attempt: Attempt, printed: str) -> bool:
        """Return whether it moved, and the moves printed what they should, however many there were."""
        if attempt.late or effect(attempt) != "move":
            return attempt.late
        if self.step.expect is None or not says_something(self.step.expect):
            return True
        if is_refusal(attempt.output) and argument(attempt.typed)[:1] != argument(self.line)[:1]:
            return False
        return self._matched(spread(self.step.expect), printed + attempt.output) is not None

    def _shows(self, attempt: Attempt, shown: frozenset[str]) -> bool:
        here = _answered(attempt)
        if self.wanted and lists_just_these(self.line):
            shows_it = self.wanted <= here and self.is_own_line(attempt)
            return shows_it or bounds(here) == bounds(self.wanted)
        if self.wanted and self.wanted <= shown | here:
            return not self._must_look_alike(attempt.typed) or self._is_value_of(attempt)
        return self._reads_as_expected(attempt)

    def _reads_as_expected(self, attempt: Attempt) -> bool:
        several = len(attempt.typed.parts) > len(self.line.parts)
        fits = self.captured(attempt.output, among=several) is not None
        if not self.wanted and self.is_own_line(attempt):
            return fits or is_refusal(attempt.output) == any(map(is_refusal, texts(self.step.expect)))
        return fits and self._is_another_way(attempt)

    def _must_look_alike(self, typed: Line) -> bool:
        # Shown one by one, or in another order, it cannot look as the lesson says; nor does `p type(x)`.
        shows = expressions(typed)
        return bool(shows) and shows == expressions(self.line) and self.line.first.shows != "type"

    def _is_another_way(self, attempt: Attempt) -> bool:
        """Return whether a line that printed what the step expects is about the same things."""
        if effect(attempt) == "move" and self.effect != "move":
            return False
        if self.effect != "look" and is_refusal(attempt.output):
            return self._argument(attempt.typed) == self._argument(self.line)
        if any(command.sets_breakpoint for command in self.line.commands) and self.effect == "change":
            return False  # a pattern such as `Breakpoint [..] at [..]` fits any line
        asked, spoken = names(self.line), names(attempt.typed)
        return bool(asked & spoken) if asked or spoken else not _is_value(attempt.typed)

    def _is_same_in_a_list(self, typed: Line) -> bool:
        shows = parts(self.line)
        return argument(self.line) == argument(typed) or (bool(shows) and shows == parts(typed))

    def _is_value_of(self, attempt: Attempt) -> bool:
        """Return whether the output is the expected value, however the command prints it."""
        output = attempt.output.rstrip("\n").removeprefix(f"{attempt.text.strip()}: ")
        joined = re.sub(r"\n\s*", " ", output)
        ways = (output, joined, f"'{output}'", f'"{output}"')
        return any(self.captured(way) is not None for way in ways)

    def _argument(self, line: Line) -> str:
        """Return what follows the command, without the script's name before a line number."""
        found = argument(line)[0][1]
        file, colon, place = found.rpartition(":")
        ours = self.script is not None and file in (self.script, self.script.removesuffix(".py"))
        return place if colon and ours else found

    def _matched(self, expect: Expect, output: str) -> Mapping[str, str] | None:
        matched = transcript.match(expect, normalise(output, None), self.captures, self.python)
        return matched.captures if isinstance(matched, Matched) else None


def make_goal(
    step: Step,
    script: str | None,
    python: str,
    start: Views,
    captures: Mapping[str, str] = _NOTHING,
    previous: str = "",
    *,
    leads_to: PromptKind | None = None,
    theirs: frozenset[int] = frozenset(),
    needs: tuple[AnyCriterion, ...] = (),
    program: SourceOutline = NO_PROGRAM,
) -> Goal:
    """Return the goal of ``step`` as seen from ``start``.

    ``previous`` is what a bare Enter would repeat. ``leads_to`` is the prompt at which the next step of the
    same process is typed. Facts that already hold cannot tell whether the learner has done something: then
    a moving step wants a move, and any other step wants the thing shown, or its own line. A step that only
    looks always wants the thing shown. ``needs`` are what must be so when it begins.
    """
    criteria = criteria_of(step, leads_to, needs)
    purpose: Effect = "move"
    line, wanted = Line.parse(previous, step.prompt), frozenset[str]()
    if isinstance(step.action, Send):
        purpose = effect_of(step.action.text, prompt=step.prompt or "pdb", previous=previous)
        line = step.line if step.action.text else line
    if purpose == "look":
        wanted = parts(line, step.expect)
    tells = bool(wanted) or (step.expect is not None and says_something(step.expect))
    seen = observation(step.process, start)
    is_open = any(not one.met(seen, script, theirs, strict=True) for one in criteria)
    judged = _judged(line, purpose, tells=tells, is_open=is_open, has_criteria=bool(criteria))
    return Goal(
        step,
        script,
        python,
        criteria,
        judged,
        start,
        purpose,
        wanted,
        captures,
        theirs,
        previous,
        needs,
        program,
    )


def _judged(line: Line, purpose: Effect, *, tells: bool, is_open: bool, has_criteria: bool) -> Judged:
    turns = line.first.command is not None and line.first.command.turns
    if is_open and not (purpose == "look" and tells and not turns):
        return "state"
    if purpose == "move" and has_criteria:
        return "moved"
    return "shown" if tells else "line"


def _start(line: Line) -> str:
    """Return the arguments with which a line restarts the program."""
    pairs = zip(line.parts, argument(line), strict=True)
    return next((found[1] for part, found in pairs if part.command and part.command.restarts), "")


def _without_looks(typed: Line, own: Line) -> list[tuple[tuple[str, ...], str]]:
    """Return the commands of ``typed``, see ``argument``, without those that only look, unless in ``own``."""
    wanted = argument(own)
    pairs = zip(typed.parts, argument(typed), strict=True)
    return [one for part, one in pairs if one in wanted or effect_of(part.text) != "look" or not part.text]


def _standing(process: str, views: Views) -> object:
    state = state_of(process, views)
    return state and (state.stop, state.event, state.depth, state.focus_depth, state.breakpoints)


def _answered(attempt: Attempt) -> frozenset[str]:
    # The program printed what a move shows, whatever it looks like.
    return frozenset() if effect(attempt) == "move" else answered(attempt.typed, attempt.output)


def _is_value(line: Line) -> bool:
    """Return whether the line shows only what was typed, and nothing of the program."""
    command = line.first.command
    if command is None or not (line.first.is_statement or command.shows in ("value", "type")):
        return False
    try:
        compile(argument(line)[0][1], "", "eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True

"""Tries a lesson with other lines than its own, and finds what the coach says then that isn't so."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import chain, zip_longest
from zlib import crc32

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.authoring.finding import Evidence, Finding, Tries
from pdbcoach.replay.result import Target
from pdbcoach.scenario.model import Scenario
from pdbcoach.truth.judge import Doubt, Judge
from pdbcoach.truth.perturbations import NEWEST, Perturbation, perturbations
from pdbcoach.truth.rehearsal import Bookmark, Rehearsal
from pdbcoach.truth.tries import AskedStep, Exchange, Help, OwnRoad, Try

_SOME = 3
"""Tries at each step, unless all are wanted."""
_CARRIED = "a slip, carried to the end"


class Perturbed(Struct, frozen=True):
    tries: Tries
    findings: tuple[Finding, ...]


class _Known(Struct, frozen=True):
    """A step of the lesson's own road, and its beginning."""

    own_road: OwnRoad
    mark: Bookmark


class _Plan(Struct, frozen=True):
    """A try that is to be made, and where."""

    road: OwnRoad
    mark: Bookmark
    perturbation: Perturbation


def perturb(
    scenario: Scenario,
    target: Target,
    *,
    full: bool,
    seconds: float,
    meanwhile: Callable[[], None] | None = None,
) -> Perturbed:
    """Try ``scenario``: some lines at each step or, if ``full``, all of them, within ``seconds``.

    The own road of the lesson is not counted in them. The texts must be those in English. ``meanwhile`` is
    called before each try, and ends all of them if it raises.
    """
    if scenario.grade == "demo":
        return Perturbed(Tries(), ())
    judge, found = Judge(), dict[Finding, None]()
    with closing(Rehearsal(scenario, target)) as rehearsal:
        roads, stuck = _go(rehearsal)
        for road in roads.values():
            judge.know(road.own_road)
        plans = _planned(rehearsal, scenario, list(roads.values()), full=full)
        rehearsal.hurry()
        deadline, done, left_out = time.monotonic() + seconds, 0, 0
        for plan in plans:
            if meanwhile is not None:
                meanwhile()
            if time.monotonic() > deadline:
                break
            if not rehearsal.return_to(plan.mark):
                left_out += 1
                continue
            done += 1
            for doubt in chain.from_iterable(map(judge.judge, _tries(rehearsal, plan, roads))):
                found[_finding(doubt, scenario, target, plan.perturbation)] = None
    tries = Tries(len(plans), done, left_out, len(roads), len(judge.heard), len(judge.read))
    findings = [*_once(found), *_not_accepted(stuck, scenario, target)]
    if full and tries.ran_out_of_time:
        findings.append(_unfinished(scenario, target, tries))
    return Perturbed(tries, tuple(findings))


def _go(rehearsal: Rehearsal) -> tuple[dict[int, _Known], AskedStep | None]:
    """Go the lesson's own road. Return its steps, and the one whose own line wasn't accepted, if any."""
    known = dict[int, _Known]()
    asked = rehearsal.ask()
    while asked is not None:
        mark = rehearsal.mark()
        own = rehearsal.type(rehearsal.own_action(asked.help))
        if not own.is_done:
            break
        following = rehearsal.ask()
        known[asked.at] = _Known(OwnRoad(asked, own, following), mark)
        asked = following
    return known, asked


def _planned(rehearsal: Rehearsal, scenario: Scenario, known: Sequence[_Known], *, full: bool) -> list[_Plan]:
    """Return what to try: first one try at each step, then another at each, and so on."""
    todo = []
    for number, step in enumerate(known):
        here = rehearsal.standpoint(step.own_road.asked, number)
        if here is not None:
            every = perturbations(here)
            chosen = every if full else some_of(every, scenario.id, number)
            todo.append([_Plan(step.own_road, step.mark, one) for one in chosen])
    plans = [plan for plan in chain(*zip_longest(*todo)) if plan is not None]
    slip = next((plan for plan in chain(*todo) if plan.perturbation.lines[-1] == NEWEST), None)
    if slip is not None:
        plans.append(replace(slip, perturbation=replace(slip.perturbation, name=_CARRIED)))
    return plans


def some_of(every: Sequence[Perturbation], scenario_id: str, number: int) -> Sequence[Perturbation]:
    """Return a few of what can be tried at step ``number``: others in each lesson, so that a pack has all."""
    if len(every) <= _SOME:
        return every
    start = (crc32(scenario_id.encode()) + _SOME * number) % len(every)
    return [*every, *every][start : start + _SOME]


def _tries(rehearsal: Rehearsal, plan: _Plan, roads: dict[int, _Known]) -> Iterator[Try]:
    """Make a try. One that is carried to the end gives a try for each step."""
    at, typed = rehearsal.lesson.at, list[Exchange]()
    for line in plan.perturbation.lines:
        if rehearsal.lesson.at == at:
            typed.append(rehearsal.type(line))
    by_itself, help, back = rehearsal.lesson.at != at, None, None
    if not by_itself:
        help = rehearsal.help()
        own = rehearsal.own_action(help if not help.undo else plan.road.asked.help)
        typed.append(rehearsal.type(own))
    following = rehearsal.ask() if rehearsal.lesson.at != at else None
    if help is not None and plan.perturbation.kind == "astray":
        back = _back(rehearsal, plan, help)
    yield Try(plan.road, plan.perturbation, tuple(typed), help, by_itself, following, back)
    if plan.perturbation.name == _CARRIED and following is not None:
        yield from _carried(rehearsal, plan.perturbation, following, roads)


def _back(rehearsal: Rehearsal, plan: _Plan, help: Help) -> Exchange | None:
    """Do what `:show` says after the perturbation, if that is a way back and a line."""
    if not help.undo or not help.line or not rehearsal.return_to(plan.mark):
        return None
    for typed in plan.perturbation.lines:
        rehearsal.type(typed)
    rehearsal.type(f":undo {help.undo}")
    return rehearsal.type(help.line)


def _carried(
    rehearsal: Rehearsal, perturbation: Perturbation, asked: AskedStep | None, roads: dict[int, _Known]
) -> Iterator[Try]:
    while asked is not None and (known := roads.get(asked.at)) is not None:
        own = rehearsal.type(rehearsal.own_action(asked.help))
        following = rehearsal.ask() if own.is_done else None
        yield Try(known.own_road, perturbation, (own,), None, False, following)
        if not own.is_done:
            return
        asked = following


# --- findings ------------------------------------------------------------------------------------


def _finding(doubt: Doubt, scenario: Scenario, target: Target, perturbation: Perturbation) -> Finding:
    number = doubt.at + 1
    lines = ", ".join(f"`{line}`" for line in doubt.typed)
    match doubt.kind:
        case "truth":
            message = f'step {number} {doubt.text}: "{doubt.said}": {doubt.observed}'
            cure, details = doubt.cure, (f"after {lines}",)
        case "help":
            message, cure = f"step {number}: {doubt.observed}", ""
            details = (f"the coach says: {doubt.said}",)
        case "refused":
            message, cure = f"step {number}: {doubt.observed}", ""
            details = (f'the task says "{doubt.said}"; {doubt.cure}',)
    evidence = Evidence(
        number, doubt.text, doubt.rule, perturbation.name, doubt.typed, doubt.said, doubt.observed
    )
    step = scenario.steps[doubt.at]
    return Finding(doubt.kind, step.span, message, cure, details, scenario.id, target.version, truth=evidence)


def _not_accepted(stuck: AskedStep | None, scenario: Scenario, target: Target) -> Iterator[Finding]:
    """Yield it if the coach doesn't accept what the lesson itself types."""
    if stuck is not None:
        message = (
            f"step {stuck.at + 1}: the step's own line isn't accepted, so nothing was tried from there on"
        )
        yield Finding("refused", stuck.step.span, message, scenario=scenario.id, python=target.version)


def _unfinished(scenario: Scenario, target: Target, tries: Tries) -> Finding:
    return Finding(
        "truth",
        scenario.span,
        f"{tries.done} of {tries.planned} tries, time was up",
        "give it more with --truth-seconds, or leave that out",
        scenario=scenario.id,
        python=target.version,
    )


def _once(findings: dict[Finding, None]) -> Iterator[Finding]:
    """Yield each thing that is wrong once, in the order of the steps, however many tries show it."""
    seen = set[object]()
    for one in sorted(findings, key=lambda one: one.truth.step if one.truth is not None else 0):
        key = one.truth and (one.kind, one.truth.step, one.truth.text, one.truth.rule, one.truth.said)
        if key not in seen:
            seen.add(key)
            yield one

"""Check that errors would be noticed: run or judge each mutant of a scenario."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.authoring.finding import Bites, Finding
from pdbcoach.authoring.mutants import Mutant, before, mutants
from pdbcoach.authoring.wrong import wrong_answers, wrong_expects, wrong_facts
from pdbcoach.errors import PdbcoachError, Span
from pdbcoach.facts import FACTS, Facts
from pdbcoach.facts.base import StateFact
from pdbcoach.facts.status import compare_status
from pdbcoach.matching import answers, transcript
from pdbcoach.matching.answers import Scene
from pdbcoach.matching.redact import normalise
from pdbcoach.observation import Observation
from pdbcoach.replay.actions import Options, expected_processes
from pdbcoach.replay.fingerprint import own_pids, same_text
from pdbcoach.replay.result import ScenarioResult, StepResult, keystrokes
from pdbcoach.replay.runner import finish

_SHORTEST = 1.0
"""Shortest time limit for a mutant's step, in seconds."""

_PATIENCE = 4.0
"""Time limit for a mutant's step, in durations of the whole scenario."""


class Teeth(Struct, frozen=True):
    bites: Bites
    findings: tuple[Finding, ...]
    """One for each mutant that was not noticed."""


class _Count(Struct):
    noticed: int = 0
    equivalent: int = 0


def bite(result: ScenarioResult, options: Options) -> Teeth:
    """Try every mutant of a scenario that passed as ``result``, on the same target.

    A mutant is noticed if it fails, or if one of its steps takes much longer than the scenario did. It is
    equivalent if every observation from its step on is the same, so there is nothing to notice. Every
    other mutant is a finding. The commands of a scenario of grade `demo` are not tried.
    """
    count = _Count()
    findings = list(_wrong_values(result, count))
    if result.scenario.grade != "demo":
        findings += _wrong_commands(result, options, count)
    return Teeth(Bites(count.noticed, count.equivalent, len(findings)), tuple(findings))


# --- wrong facts: judge the same observations again ----------------------------------------------


def _wrong_values(result: ScenarioResult, count: _Count) -> Iterator[Finding]:
    captures: Mapping[str, str] = {}
    python, script = result.target.version, result.scenario.script
    for one in result.steps:
        seen, step = one.observation, one.step
        if seen is None:
            continue
        for what, span, facts in wrong_facts(step.facts):
            if facts.judge(seen, script):
                count.noticed += 1
            else:
                yield _survivor(result, one, span, f"a wrong `{what}` is not noticed", "")
        yield from _wrong_misses(result, one, seen)
        scene = Scene(seen, script, python, captures)
        yield from _wrong_answers(result, one, scene, count)
        if step.expect is None:
            continue
        output = normalise(seen.output, None)
        for line, span, expect in wrong_expects(step.expect, python):
            if isinstance(transcript.match(expect, output, captures, python), transcript.Matched):
                yield _survivor(
                    result, one, span, f"a line other than `{line}` is not noticed", "expect more than this"
                )
            else:
                count.noticed += 1
        matched = transcript.match(step.expect, output, captures, python)
        if isinstance(matched, transcript.Matched):
            captures = matched.captures


def _wrong_answers(result: ScenarioResult, one: StepResult, scene: Scene, count: _Count) -> Iterator[Finding]:
    predict = one.step.prose.predict
    if predict is None:
        return
    texts = answers.came(one.step, predict, scene)
    for what, other in wrong_answers(predict, texts, scene.python):
        if answers.judge(one.step, other, scene) is not None:
            count.noticed += 1
        else:
            cure = "write what the question is about: `when: {values: …}` or the like"
            yield _survivor(
                result, one, predict.span, f"a wrong {what} of the prediction is not noticed", cure
            )


def _wrong_misses(result: ScenarioResult, one: StepResult, seen: Observation) -> Iterator[Finding]:
    """Yield the `wrong` items that describe success. If output counts too, the state may be the same."""
    step = one.step
    if step.expect is not None or step.reject:
        return
    for miss in step.prose.wrong:
        if miss.when.stated and not miss.when.judge(seen, result.scenario.script):
            yield _survivor(
                result,
                one,
                _first_span(miss.when),
                "this `wrong` describes the correct result",
                "write more into its `when`, or delete it",
            )


# --- wrong commands: run each mutant, unless it is surely noticed ---------------------------------


def _wrong_commands(result: ScenarioResult, options: Options, count: _Count) -> Iterator[Finding]:
    timeout = max(_SHORTEST, _PATIENCE * result.seconds)
    factor = min(options.timeout_factor, timeout / result.scenario.timeout)
    hurried = replace(options, timeout_factor=factor, keep=False)
    for mutant in mutants(result):
        if _surely_noticed(result, mutant):
            count.noticed += 1
            continue
        try:
            mutated = finish(mutant.scenario, result.target, options=hurried)
        except PdbcoachError:  # its program can't be heard, so nobody takes it for the original
            count.noticed += 1
            continue
        if mutated.verdict != "passed":
            count.noticed += 1
        elif (difference := _difference(result, mutated, mutant.number)) is None:
            count.equivalent += 1
        else:
            one = result.steps[mutant.number - 1]
            typed = keystrokes(one.step.action)
            what = "" if typed is None else f"`{typed or '(Enter)'}` "
            yield _survivor(result, one, one.step.span, f"{what}{mutant.what} is not noticed", difference)


def _surely_noticed(result: ScenarioResult, mutant: Mutant) -> bool:
    """Return True if the process stays where it was, and its known state fails the step."""
    step = result.steps[mutant.number - 1].step
    view = before(result, mutant.number).get(step.process)
    if not mutant.stays or view is None or view.phase != "stopped":
        return False
    said = expected_processes(step).get(step.process)
    if said is not None and compare_status(said, view) is not None:
        return True
    if view.state is None:
        return False
    stays = Observation(
        step.process, "prompt", "", prompt=view.prompt, state=view.state, processes={view.name: view}
    )
    if _of_this_process(step.facts, step.process).judge(stays, result.scenario.script):
        return True
    if not mutant.silent or step.expect is None:
        return False
    return not isinstance(transcript.match(step.expect, "", {}, result.target.version), transcript.Matched)


def _of_this_process(facts: Facts, process: str) -> Facts:
    """Return the facts about the debugger of one process: the others may still change."""
    of_debuggers = (fact for fact in facts if isinstance(fact, StateFact))
    return Facts(tuple(fact for fact in of_debuggers if fact.whose in (None, process)))


def _difference(one: ScenarioResult, other: ScenarioResult, number: int) -> str | None:
    """Return the first difference from step ``number`` on, in words; None if there is none."""
    comparison = _Comparison(own_pids(one), own_pids(other))
    for mine, theirs in zip(one.steps[number - 1 :], other.steps[number - 1 :], strict=True):
        if mine.observation is None or theirs.observation is None:
            continue
        last = mine is one.steps[-1]
        if key := comparison.observations(mine.observation, theirs.observation, last=last):
            where = "here" if mine.number == number else f"in step {mine.number}, line {mine.step.span.line},"
            return f"{key} {where} would catch it"
    return None


class _Comparison(Struct, frozen=True):
    """Compares the observations of two runs of nearly the same scenario."""

    pids: Mapping[str, str]
    other_pids: Mapping[str, str]

    def observations(self, one: Observation, other: Observation, *, last: bool) -> str:
        """Return the key of a step, with its value, that tells the two apart; empty if they are the same."""
        if one.process == other.process and one.outcome != other.outcome:
            return "`processes`"
        if one.process != other.process and one.state is None:
            return f"an `expect` that only {one.process} can meet"
        if (one.state is None) != (other.state is None) or one.prompt != other.prompt:
            return "`at`" if one.state is not None else "`prompt`"
        for kind in FACTS:
            if key := kind.apart(one, other, self.same, last=last):
                return key
        if _lists(one) != _lists(other):
            return "a later step with `expect` that lists them (`display`, `alias`)"
        if one.process != other.process:
            return "`at: {process: …}`"
        if not self.same(normalise(one.output, None), normalise(other.output, None)):
            return "`expect`"
        return ""

    def same(self, one: str, other: str) -> bool:
        return same_text(one, self.pids, other, self.other_pids)


def _lists(seen: Observation) -> object:
    """Return what no fact can assert."""
    return (seen.state.displays, seen.state.aliases) if seen.state is not None else None


def _survivor(result: ScenarioResult, one: StepResult, span: Span, message: str, cure: str) -> Finding:
    return Finding(
        "teeth",
        span,
        f"step {one.number}: {message}",
        cure,
        scenario=result.scenario.id,
        python=result.target.version,
    )


def _first_span(facts: Facts) -> Span:
    """Return the place of the fact that the file names first."""
    spans = (one.span for fact in facts for one in fact.single())
    return min(spans, key=lambda span: (span.line, span.column))

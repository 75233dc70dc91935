"""A running replay: carries out each step on a session, and judges it."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import assert_never

from msgspec import Struct, field
from msgspec.structs import replace

from pdbcoach.engine.limits import size
from pdbcoach.engine.session import Session
from pdbcoach.errors import PdbcoachError
from pdbcoach.facts import Ends
from pdbcoach.matching import answers, transcript
from pdbcoach.matching.answers import Scene
from pdbcoach.matching.redact import normalise
from pdbcoach.matching.verdict import (
    AnswerMismatch,
    Died,
    Failure,
    LeftRunning,
    OutputMismatch,
    Refused,
    StateMismatch,
    TimedOut,
    UnexpectedPass,
)
from pdbcoach.matching.versions import admits
from pdbcoach.observation import DebuggerState, Observation
from pdbcoach.replay import actions
from pdbcoach.replay.actions import DEFAULTS, Options
from pdbcoach.replay.result import (
    Event,
    Result,
    ScenarioResult,
    Seen,
    StepFinished,
    StepResult,
    StepStarted,
    Target,
    TranscriptEntry,
    keystrokes,
)
from pdbcoach.scenario import placeholders
from pdbcoach.scenario.model import Key, Look, Scenario, Step


class Run(Struct):
    """The replay of one scenario on a session."""

    scenario: Scenario
    target: Target
    session: Session
    timeout: float
    options: Options = DEFAULTS
    captures: Mapping[str, str] = field(default_factory=dict)
    steps: list[StepResult] = field(default_factory=list)
    failures: tuple[Failure, ...] = ()
    transcript: list[TranscriptEntry] = field(default_factory=list)

    def result(self, seconds: float, kept: str) -> ScenarioResult:
        failed = bool(self.failures) or any(step.failures for step in self.steps)
        verdict: Result = "failed" if failed else "passed"
        failures, reason = self.failures, ""
        known = self.scenario.xfail
        if known is not None and admits(known.python, self.target.version):
            if failed:
                verdict, reason = "xfailed", f"{known.reason} ({known.link})"
            else:
                verdict, failures = "failed", (UnexpectedPass(known.span, known.reason),)
        return ScenarioResult(
            self.scenario,
            self.target,
            verdict,
            reason,
            tuple(self.steps),
            failures,
            tuple(self.transcript),
            seconds,
            kept,
        )

    def events(self) -> Generator[Event]:
        # Output before the first prompt belongs to the first step that observes the process.
        for number, step in enumerate(self.scenario.steps, 1):
            result = yield from self.step(number, step)
            self.steps.append(result)
            yield StepFinished(result)
            if result.failures and not (self.options.go_on and _only_differs(result)):
                break
        else:
            self.failures = self.left_running()
        yield from self.remaining_output()

    def step(self, number: int, step: Step) -> Generator[Event, None, StepResult]:
        if step.wait:
            self.session.wait(step.wait)
        if isinstance(step.action, Look):
            observation = actions.act(self.session, step)
            yield from self.see(step.process, None, None, observation.output)
        else:
            refused = yield from self.come_to_prompt(step)
            if isinstance(refused, StepResult):
                return replace(refused, number=number)
            numbered = placeholders.numbers_filled(step, self.state_of(step.process), self.scenario.script)
            if numbered is None:
                seen = self.session.look(step.process)
                return StepResult(number, step, seen, (self.no_breakpoint(step),))
            step = numbered
            yield StepStarted(number, step, refused)
            observation = actions.act(self.session, step)
            yield from self.see(step.process, refused, keystrokes(step.action), observation.output)
        observation = actions.await_processes(self.session, step, observation)
        failures = self.judge(step, observation)
        if any(isinstance(one, StateMismatch) for one in failures) and (why := self.session.why_unheard()):
            raise _lost_sight(step, why)
        return StepResult(number, step, observation, failures)

    def state_of(self, process: str) -> DebuggerState | None:
        view = self.session.processes.get(process)
        return view.state if view is not None else None

    def no_breakpoint(self, step: Step) -> Failure:
        line = keystrokes(step.action)
        where = ", ".join(placeholders.places(step))
        return Refused(step.span, f"`{line}` can't be typed: there is no breakpoint at {where}")

    def come_to_prompt(self, step: Step) -> Generator[Event, None, StepResult | str]:
        """Wait until the process is at the prompt that the step is for; return the prompt's text."""
        if step.action == Key("ctrl-c"):
            return ""
        seen = self.session.look(step.process)
        yield from self.see(step.process, None, None, seen.output)
        failure = self.why_not_ready(step, seen)
        if failure is not None:
            return StepResult(0, step, seen, (failure,))
        assert seen.prompt is not None
        return seen.prompt.text

    def why_not_ready(self, step: Step, seen: Observation) -> Failure | None:
        """Return why nothing can be typed, or None. Raises PdbcoachError if pdbcoach can't know."""
        wanted = step.prompt or "pdb"
        if seen.outcome == "prompt" and seen.prompt is not None:
            if seen.prompt.kind == wanted:
                return None
            if seen.prompt.kind == "terminal" and seen.unheard:
                raise _lost_sight(step, seen.unheard)
            return Refused(
                step.span,
                f"{step.process} waits at {seen.prompt.text.strip() or 'a prompt without text'!r} "
                f"({seen.prompt.kind}); the step is for a {wanted} prompt"
                + ("" if step.prompt else f": say `prompt: {seen.prompt.kind}` if that is meant"),
            )
        return self.why_not_reached(step, seen, "its prompt, to be typed at")

    def judge(self, step: Step, observation: Observation) -> tuple[Failure, ...]:
        may_end = step.process in actions.expected_processes(step)
        outcome = observation.outcome
        fine = outcome in ("prompt", actions.until(step)) or (outcome == "ended" and may_end)
        found: list[Failure] = []
        if not fine:
            found.append(self.why_not_reached(step, observation, "its next prompt"))
        output = self.clean(observation.output)
        if step.expect is not None:
            matched = transcript.match(step.expect, output, self.captures, self.target.version)
            if isinstance(matched, OutputMismatch):
                found.append(matched)
            else:
                self.captures = matched.captures
        found += transcript.rejected(step.reject, output, self.captures)
        found += step.facts.judge(observation, self.scenario.script)
        if fine and step.prose.predict is not None:
            scene = Scene(observation, self.scenario.script, self.target.version, self.captures)
            wrong = answers.judge(step, step.prose.predict, scene)
            found += [wrong] if wrong is not None else []
        return tuple(found)

    def why_not_reached(self, step: Step, seen: Observation, what: str) -> Failure:
        match seen.outcome:
            case "absent":
                known = ", ".join(seen.processes)
                return Refused(step.span, f"there is no process {step.process}; there are {known}")
            case "ended":
                return Died(step.span, step.process, str(seen.processes[step.process].exit or "unknown"))
            case "flooded":
                most = size(self.session.limits.output)
                return Refused(step.span, f"{step.process} printed more than {most} in one step")
            case "limited":
                return _ended_by_limit(step, seen.exceeded)
            case "unheard":
                raise _lost_sight(step, seen.unheard)
            case "prompt" | "blocked":
                doing = seen.processes[step.process].describe()
                return Refused(
                    step.span, f"{doing}, and nothing can change any more: it never reaches {what}"
                )
            case "timeout":
                waited_for = "; ".join((f"{step.process} to come to {what}", *seen.unheard))
                return TimedOut(step.span, self.timeout, waited_for)
            case other:
                assert_never(other)

    def left_running(self) -> tuple[Failure, ...]:
        """Return a failure if a process is alive at the end that isn't named in ``ends``."""
        last = self.scenario.steps[-1]
        ends = last.facts.of(Ends)
        survivors = self.session.left_over(exempt=set(ends.names if ends is not None else ()))
        if self.session.exceeded:
            return (_ended_by_limit(last, self.session.exceeded),)
        return (LeftRunning(last.span, survivors),) if survivors else ()

    def remaining_output(self) -> Generator[Event]:
        texts: dict[str, list[str]] = {}
        for name, view in self.session.processes.items():
            texts.setdefault(view.common, []).append(self.session.take_output(name))
        for name, outputs in texts.items():
            yield from self.see(name, None, None, "".join(sorted(outputs)))

    def see(self, process: str, prompt: str | None, line: str | None, output: str) -> Generator[Event]:
        text = self.clean(output)
        if text or line is not None:
            entry = TranscriptEntry(process, prompt, line, text)
            self.transcript.append(entry)
            yield Seen(entry)

    def clean(self, output: str) -> str:
        # The session has already removed the path of its folder.
        return normalise(output, None)


def _lost_sight(step: Step, why: Sequence[str]) -> PdbcoachError:
    """Return the error for a step that can't be judged. The scenario may be right."""
    return PdbcoachError(f"{step.span}: pdbcoach lost sight of the program: {'; '.join(why)}")


def _ended_by_limit(step: Step, exceeded: str) -> Failure:
    return Refused(step.span, f"ended by a limit: {exceeded}")


def _only_differs(result: StepResult) -> bool:
    return all(
        isinstance(failure, OutputMismatch | StateMismatch | AnswerMismatch) for failure in result.failures
    )

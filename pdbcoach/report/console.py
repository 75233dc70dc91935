"""A replay on the screen: each event is drawn as it comes."""

from __future__ import annotations

from typing import assert_never

from msgspec import Struct

from pdbcoach.facts import Processes
from pdbcoach.replay.result import (
    Event,
    ScenarioFinished,
    ScenarioResult,
    ScenarioStarted,
    Seen,
    StepFinished,
    StepResult,
    StepStarted,
    Target,
    TranscriptEntry,
)
from pdbcoach.report.escape import lines as visible_lines
from pdbcoach.report.escape import one_line
from pdbcoach.report.failure import explain, explain_step, explain_whole
from pdbcoach.report.lines import count, describe, duration
from pdbcoach.report.screen import Screen
from pdbcoach.scenario.model import Scenario

_LABEL_STYLES = ("cyan", "magenta", "yellow", "blue", "green", "bright_cyan", "bright_magenta")
_TYPED = "bold"
_MOST_LINES = 400
_LONGEST_LINE = 4000


class TypedLine(Struct, frozen=True):
    """A line that is on the screen before the runner reports that it was typed."""

    process: str
    line: str


class ConsoleReport:
    """Draws a replay on a screen. With ``quiet``, it draws only the failures, with their transcripts.

    A demonstration draws the typing itself, with ``show_prompt`` and ``show_typed``, between a StepStarted
    and the next event.
    """

    def __init__(self, screen: Screen, *, quiet: bool = False) -> None:
        self._screen = screen
        self._quiet = quiet
        self._processes: list[str] = []
        self._ahead: TypedLine | None = None
        self._started: Scenario | None = None
        self._line_was_drawn = False

    def handle(self, event: Event) -> None:
        """Draw one event. Call it in the order in which the runner yields them."""
        if self._quiet:
            if isinstance(event, ScenarioFinished):
                self._quiet_result(event.result)
            return
        match event:
            case ScenarioStarted():
                self._start(event.scenario, event.target)
            case StepStarted():
                self._ahead = None
            case Seen():
                self._entry(event.entry)
            case StepFinished():
                self._step(event.result)
            case ScenarioFinished():
                self._result(event.result)
            case _:
                assert_never(event)

    def show_prompt(self, started: StepStarted) -> None:
        """Draw the prompt at which the step will type, with the cursor after it."""
        self._meet(started.step.process)
        self._begin(started.step.process)
        self._screen.put(one_line(started.prompt))
        self._ahead = TypedLine(started.step.process, "")

    def show_typed(self, text: str) -> None:
        """Draw more of the line that is being typed at the prompt."""
        assert self._ahead is not None, "nothing is typed before its prompt is shown"
        self._screen.put(one_line(text), _TYPED)
        self._ahead = TypedLine(self._ahead.process, self._ahead.line + text)

    @property
    def lines_drawn(self) -> int:
        """How many lines have been drawn so far, which a person has had to read."""
        return self._screen.lines_drawn

    def remark(self, text: str) -> None:
        """Draw a message of pdbcoach."""
        self._screen.prose(one_line(text), "dim")

    def could_not_run(self, message: str) -> None:
        """Draw why a scenario was not run, or not to its end."""
        self._started = None
        if not self._quiet:
            for text in visible_lines(f"could not run: {message}\n\n"):
                self._screen.prose(text, "bold red", indent=2)

    def close(self) -> None:
        """Leave the cursor at the start of a line, however the replay ended."""
        self._screen.finish()

    # --- what the events look like

    def _heading(self, scenario: Scenario, target: Target) -> None:
        signs = self._screen.signs
        title = f" {signs.dot} {scenario.title}" if scenario.title else ""
        head = f"{signs.heading} {scenario.id}{title} {signs.dot} Python {target.version}"
        self._screen.prose(one_line(head), "bold", indent=3)

    def _start(self, scenario: Scenario, target: Target) -> None:
        self._started = scenario
        # The scenario names most processes, so the width of their column is known from the start.
        named: dict[str, None] = {}
        for step in scenario.steps:
            processes = step.facts.of(Processes)
            named.update(dict.fromkeys((step.process, *(processes.names if processes is not None else ()))))
        self._processes = ["main", *(name for name in named if name != "main")]
        self._heading(scenario, target)
        self._screen.line(f"$ {one_line(scenario.run_line)}", "dim")

    def _entry(self, entry: TranscriptEntry) -> None:
        self._meet(entry.process)
        if entry.prompt is not None:
            typed_ahead, self._ahead = self._ahead, None
            self._line_was_drawn = True
            if typed_ahead != TypedLine(entry.process, entry.line or ""):
                self._begin(entry.process)
                self._screen.put(one_line(entry.prompt))
                self._screen.put(one_line(entry.line or ""), _TYPED)
        texts = visible_lines(entry.output)
        if len(texts) > _MOST_LINES:
            half = _MOST_LINES // 2
            texts = [*texts[:half], f"... {len(texts) - 2 * half:,} lines not shown ...", *texts[-half:]]
        for text in texts:
            self._begin(entry.process)
            self._screen.put(_bounded(text))

    def _step(self, result: StepResult) -> None:
        if result.observation is not None:
            for name in result.observation.processes:
                self._meet(name)
        signs = self._screen.signs
        line_was_drawn, self._line_was_drawn = self._line_was_drawn, False
        if not result.failures:
            if result.observation is not None:
                self._screen.mark(signs.passed, "green")
            return
        if not line_was_drawn:
            self._screen.begin()
            self._screen.put(describe(result.step), "dim")
        self._screen.mark(signs.failed, "bold red")
        steps = len(self._started.steps) if self._started is not None else result.number
        self._screen.lines(explain_step(result, count_of_steps=steps))

    def _result(self, result: ScenarioResult) -> None:
        signs = self._screen.signs
        if self._started is None:
            self._heading(result.scenario, result.target)
        self._started = None
        self._screen.lines(explain_whole(result))
        match result.verdict:
            case "skipped":
                self._screen.prose(f"{signs.skipped} skipped: {one_line(result.reason)}", "yellow", indent=2)
            case "passed":
                steps = count(len(result.steps), "step")
                self._screen.line(f"{signs.passed} passed: {steps} in {duration(result.seconds)}", "green")
            case "xfailed":
                self._screen.prose(
                    f"{signs.skipped} failed, as is known: {one_line(result.reason)}", "yellow", indent=2
                )
            case "failed":
                self._screen.line(f"{signs.failed} failed in {duration(result.seconds)}", "bold red")
            case _:
                assert_never(result.verdict)
        self._kept(result)
        self._screen.line("")

    def _quiet_result(self, result: ScenarioResult) -> None:
        if result.verdict == "failed":
            self._heading(result.scenario, result.target)
            self._screen.lines(explain(result))
        self._kept(result)
        if result.verdict == "failed":
            self._screen.line("")

    def _kept(self, result: ScenarioResult) -> None:
        if result.kept:
            self._screen.line(f"work folder of {result.scenario.id} kept: {one_line(result.kept)}")

    # --- the column of process names

    def _meet(self, process: str) -> None:
        if process not in self._processes:
            self._processes.append(process)

    def _begin(self, process: str) -> None:
        if len(self._processes) < 2:
            self._screen.begin()
            return
        width = max(map(len, self._processes))
        style = _LABEL_STYLES[self._processes.index(process) % len(_LABEL_STYLES)]
        self._screen.begin(f"{process:{width}} {self._screen.signs.bar} ", style)


def _bounded(text: str) -> str:
    return text if len(text) <= _LONGEST_LINE else f"{text[:_LONGEST_LINE]}... ({len(text):,} characters)"

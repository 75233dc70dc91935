"""A scripted learner: types at a practice, and sees what comes of it."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pdbcoach.coach.course import Course
from pdbcoach.coach.stages import is_asked
from pdbcoach.engine import interpreters
from pdbcoach.front.book import Book
from pdbcoach.front.interrupts import Interrupts
from pdbcoach.front.library import course_of, shipped_course
from pdbcoach.front.plain import PlainReader
from pdbcoach.front.practice import Practice, Wishes
from pdbcoach.front.practising import Practising
from pdbcoach.front.screen import InteractiveScreen
from pdbcoach.observation import DebuggerState
from pdbcoach.progress.records import LessonState, Stage
from pdbcoach.progress.store import Store
from pdbcoach.replay.result import Target
from pdbcoach.report.screen import Screen
from pdbcoach.scenario.model import Key, Scenario, Send, Step

CTRL_C = "\x03"
CTRL_D = "\x04"

Script = Iterable[str] | Callable[["Desk"], Iterator[str]]
"""Lines to type. A generator can look at the desk before each of them."""

SHIPPED = shipped_course()


def _target() -> Target:
    """Return the running Python, or the one in PDBCOACH_TEST_PYTHON."""
    wanted = os.environ.get("PDBCOACH_TEST_PYTHON")
    found = interpreters.find(wanted) if wanted else interpreters.running()
    return Target(found.executable, found.version_text)


HERE = _target()


@dataclass
class Desk:
    """Where a scripted learner sits: a folder for the progress, and all that was on the screen.

    ``hold`` practises; a script may ask how things stand meanwhile.
    """

    home: Path
    target: Target = HERE
    screen: io.StringIO = field(default_factory=io.StringIO)
    visits: list[Practising] = field(default_factory=list)
    """All visits to lessons; the last one may still be in progress."""

    def hold(
        self,
        lesson: str | Path,
        script: Script,
        *,
        stage: Stage | None = "task",
        patience: float = 10.0,
        variant: str = "",
        **wishes: Any,
    ) -> int:
        """Practise ``lesson``, a file or the id of a shipped one or of a variant. Returns the exit code.

        ``variant``: this one of a file.
        """
        entry = SHIPPED.find(lesson) if isinstance(lesson, str) else course_of([lesson]).entries[0]
        assert entry is not None
        lines = _Lines(iter(script(self) if callable(script) else script))
        reader = PlainReader(lines, self.screen, patience)  # type: ignore[arg-type]
        with Store.open(self.home) as store:
            interrupts = Interrupts()
            practice = Practice(
                lambda: SHIPPED,
                self.target,
                Book(store),
                InteractiveScreen(Screen(self.screen, color=False)),
                reader,
                interrupts,
                Wishes(stage=stage, **wishes),
            )
            with interrupts.caught():
                wanted = lesson if isinstance(lesson, str) and "[" in lesson else ""
                wanted = f"{entry.id}[{variant}]" if variant else wanted
                return practice.hold(Course((entry,)), entry, wanted)

    # --- the current state

    @property
    def text(self) -> str:
        """All that was on the screen."""
        return self.screen.getvalue()

    @property
    def visit(self) -> Practising:
        """The visit that is in progress, or was last."""
        return self.visits[-1]

    @property
    def step(self) -> int:
        """The step that is asked now, counted from 1."""
        return self.visit.lesson.at + 1

    def state(self, process: str = "main") -> DebuggerState:
        """Return the state of the debugger of ``process``."""
        found = self.visit.debugger.views[process].state
        assert found is not None
        return found

    def line(self, process: str = "main") -> int:
        """Return the line where ``process`` is stopped."""
        return self.state(process).stop.line

    def phases(self) -> dict[str, str]:
        """Return the phase of each process."""
        return {name: view.phase for name, view in self.visit.debugger.views.items()}

    def progress(self, lesson: str) -> LessonState:
        """Return the stored progress of a lesson."""
        with Store.read(self.home) as store:
            return store.lesson(lesson)


class _Lines:
    """A stream whose lines are generated one by one."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines

    def readline(self) -> str:
        line = next(self._lines, None)
        return "" if line is None else f"{line}\n"

    def isatty(self) -> bool:
        return False


def asked(scenario: Scenario) -> list[Step]:
    """Return the steps that are the learner's in the stage *task*."""
    return [] if scenario.grade == "demo" else [step for step in scenario.steps if is_asked(step)]


def typed(step: Step) -> str:
    """Return the line or key of a step as it is typed."""
    match step.action:
        case Send(text):
            return text
        case Key("ctrl-c"):
            return CTRL_C
        case Key():
            return CTRL_D
    raise AssertionError("nothing is typed where only is looked")

"""A lesson without a person: lines are typed, what is said is kept, and everything can be taken back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import StringIO
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.coach.attempt import Attempt, state_of
from pdbcoach.coach.course import Course, Entry
from pdbcoach.coach.lesson import Lesson, begin
from pdbcoach.coach.message import Message, Tone
from pdbcoach.front.book import Book
from pdbcoach.front.conversation import Conversation
from pdbcoach.front.debugger import Debugger
from pdbcoach.front.interrupts import Interrupts
from pdbcoach.front.journey import Before
from pdbcoach.front.plain import PlainReader
from pdbcoach.front.practising import Practising
from pdbcoach.front.resume import with_new_pids
from pdbcoach.front.screen import InteractiveScreen
from pdbcoach.replay.result import Target
from pdbcoach.report.screen import Screen
from pdbcoach.scenario.model import Key, Scenario, Send, Step
from pdbcoach.truth.perturbations import NEWEST, Standpoint
from pdbcoach.truth.tries import AskedStep, Exchange, Heard, Help, TextKind

_PATIENCE: Final = 4.0
"""Seconds that a line of a try gets at most."""

_SOURCES: Final[Mapping[Tone, TextKind]] = {
    "good": "why",
    "task": "ask",
    "prose": "say",
    "question": "predict",
    "hint": "hint",
}
_RUNG: Final = re.compile(r"\(\d+ of \d+\) ")
_TO_TYPE: Final = re.compile(r"[Tt]ype `(.+?)`(?=[.:,]|$| )")
_UNDO: Final = re.compile(r"`:undo(?: (\d+))?`")
_MOST_HINTS: Final = 12


class Bookmark(Struct, frozen=True):
    """A point of the lesson that can be returned to, any number of times."""

    point: Before[Lesson]
    history: tuple[Before[Lesson], ...]


class Rehearsal:
    """A lesson at the stage *task*, on the way of whoever types. Close it when done."""

    def __init__(self, scenario: Scenario, target: Target) -> None:
        self.debugger = Debugger(scenario, target)
        nobody = StringIO()
        self._screen = _Ear(Screen(nobody, color=False))
        conversation = Conversation(self.debugger, self._screen, PlainReader(nobody, nobody), Interrupts())
        self._practising = _Practising(
            conversation,
            Entry(scenario.path, None, 1, 1),
            begin(scenario, "task", target.version),
            Book.blank(),
            lambda: Course(()),
            lambda _name: None,
        )
        self._conversation = conversation
        self.debugger.launch()
        conversation.arrive(self._practising)

    def hurry(self) -> None:
        """Give up soon, from now on, on a line that runs on: what a try leads to may run forever."""
        scenario = self.debugger.scenario
        self.debugger.scenario = replace(scenario, timeout=min(scenario.timeout, _PATIENCE))
        self._practising.hurries = True

    def close(self) -> None:
        self.debugger.close()
        self._practising.book.store.close()

    @property
    def lesson(self) -> Lesson:
        return self._practising.lesson

    def ask(self) -> AskedStep | None:
        """Go on to the next step of the learner's. None: the lesson is over."""
        if not self._practising.prepare():
            return None
        lesson = self.lesson
        assert lesson.now is not None, "a step has been asked"
        heard = self._screen.take()
        self._practising.lesson = replace(lesson, now=replace(lesson.now, asking=False))
        step = lesson.scenario.steps[lesson.at]
        return AskedStep(
            lesson.at,
            step,
            heard,
            self.help(),
            self.debugger.views,
            lesson.now.goal,
            self._conversation.current.name,
        )

    def help(self) -> Help:
        """Return what the learner would be told on asking for it now. Nothing counts as asked."""
        before = self.lesson
        hints = self._hints()
        self._practising.lesson = before
        self._practising.obey("show", "")
        shown = self._screen.take()
        self._practising.lesson = before
        answer = " ".join(said.text for said in shown if said.source == "hint")
        undo = _UNDO.search(answer) or (_UNDO.search(hints[0]) if hints else None)
        lines = _TO_TYPE.findall(answer)
        return Help(
            tuple(Heard("hint", text) for text in hints),
            " ".join(said.text for said in shown),
            lines[-1] if lines else None,
            int(undo[1] or 1) if undo is not None else 0,
        )

    def _hints(self) -> list[str]:
        """Ask for hints until there is no new one."""
        hints = dict[str, None]()
        for _rung in range(_MOST_HINTS):
            known = len(hints)
            self._practising.obey("hint", "")
            hints |= dict.fromkeys(_RUNG.sub("", said.text) for said in self._screen.take())
            if len(hints) == known:
                break
        return list(hints)

    def own_action(self, help: Help) -> Send | Key:
        """Return what the step types, as it is right here."""
        return _own_action(self.lesson.scenario.steps[self.lesson.at], help)

    def standpoint(self, asked: AskedStep, number: int) -> Standpoint | None:
        """Return where a step begins; None if nothing can be tried there: it is no prompt of pdb's.

        ``number`` steps were asked before it.
        """
        view = asked.views.get(asked.step.process)
        if view is None or view.state is None or view.prompt is None:
            return None
        if view.prompt.kind not in ("pdb", "nested") or asked.current != asked.step.process:
            return None
        program = self.lesson.program
        file = program.name_of(view.state.stop.file)
        action = _own_action(asked.step, asked.help)
        own = action.text if isinstance(action, Send) else ""
        return Standpoint(asked.step, own, view.state, program.texts.get(file or "", ""), number)

    def type(self, what: str | Send | Key) -> Exchange:
        """Type a line or press a key, or ask for a colon-word, as a learner would."""
        practising, lesson = self._practising, self.lesson
        practising.attempts.clear()
        self._screen.take()
        before, at = self.debugger.views, lesson.at
        goal = lesson.now.goal if lesson.now is not None else None
        if isinstance(what, Key):
            self._conversation.type(what, practising)
        else:
            text = what.text if isinstance(what, Send) else self._filled_in(what)
            self._conversation.take(text, practising)
            what = Send(text)
        attempts = practising.attempts
        after = self.debugger.views
        missing = goal.missing(after) if goal is not None else frozenset()
        return Exchange(
            what.text if isinstance(what, Send) else what.name,
            attempts[-1].output if attempts else "",
            before,
            after,
            self._screen.take(),
            is_done=self.lesson.at != at,
            missing=frozenset(getattr(one, "key", type(one).__name__) for one in missing),
            is_restart=any(one.restarted for one in attempts),
        )

    # --- back

    def mark(self) -> Bookmark:
        journey, current = self._practising.journey, self._conversation.current.name
        return Bookmark(journey.now(self.lesson, current, counts=True), tuple(journey.history))

    def return_to(self, to: Bookmark) -> bool:
        """Return to ``to``, and tell whether everything is as it was then."""
        practising = self._practising
        returned = practising.journey.return_to(to.point)
        practising.lesson = with_new_pids(returned.state, returned.pids)
        self._conversation.current.name = returned.current
        practising.journey.history[:] = to.history
        practising.ended = None
        self._screen.take()
        return not returned.differs

    def _filled_in(self, line: str) -> str:
        state = state_of(self._conversation.current.name, self.debugger.views)
        if line == NEWEST and state is not None and state.breakpoints:
            return f"clear {max(row.number for row in state.breakpoints)}"
        return line


class _Practising(Practising):
    """Keeps the attempts, and has less patience if it ``hurries``."""

    def __init__(self, *options: Any) -> None:
        super().__init__(*options)
        self.attempts: list[Attempt] = []
        self.hurries = False

    @property
    def patience(self) -> float:
        return min(super().patience, _PATIENCE) if self.hurries else super().patience

    def typed(self, attempt: Attempt, *, overtaken: bool) -> None:
        self.attempts.append(attempt)
        super().typed(attempt, overtaken=overtaken)


class _Ear(InteractiveScreen):
    """Keeps what is said. Nothing is drawn."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self._heard: list[Heard] = []

    def say(self, said: Message) -> None:
        self._heard.append(Heard(_SOURCES.get(said.tone, "remark"), said.text))

    def take(self) -> tuple[Heard, ...]:
        """Return what was said since the last call."""
        heard, self._heard = self._heard, []
        return tuple(heard)

    def _skip(self, *_: Any, **__: Any) -> None:
        pass

    gap = step = program = tree = typed = output = lines = facts = table = contents = _skip


def _own_action(step: Step, help: Help) -> Send | Key:
    action = step.action
    assert isinstance(action, Send | Key), "a step that only looks is never asked"
    return Send(help.line) if isinstance(action, Send) and action.text and help.line else action

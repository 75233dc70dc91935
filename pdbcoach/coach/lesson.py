"""A lesson in progress, as a value: what is asked now, and how each line changes that.

Nothing here runs a debugger. The front end does: it asks for the ``turn``, reports what was done with
``performed`` or ``attempted``, and continues with the lesson that these return.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from pdbcoach.coach import predictions
from pdbcoach.coach.another_way import in_place_of
from pdbcoach.coach.attempt import Attempt, Views, observation, state_of
from pdbcoach.coach.fill import filled_step, filled_text
from pdbcoach.coach.goal import Goal, make_goal
from pdbcoach.coach.grade import Judgement, Misconceptions, judge, none_known
from pdbcoach.coach.message import Message
from pdbcoach.coach.moves import counted, effect, is_counted, is_in_vain
from pdbcoach.coach.needs import needs_of, place_before, purpose_of
from pdbcoach.coach.progress_in_step import StepProgress
from pdbcoach.coach.source_outline import SourceOutline
from pdbcoach.coach.stages import asked_steps, is_asked, learners_steps
from pdbcoach.coach.stray import only_looks_elsewhere, way_back, what_it_needed, what_it_needs
from pdbcoach.coach.task import task_of
from pdbcoach.facts import At
from pdbcoach.language import _
from pdbcoach.matching import answers
from pdbcoach.matching.answers import Scene
from pdbcoach.pdb.literals import same
from pdbcoach.progress.records import Stage
from pdbcoach.scenario.model import Look, Predict, Scenario, Send, Step
from pdbcoach.scenario.placeholders import in_general, numbers_filled


class Performs(Struct, frozen=True):
    """The coach types this step, or only looks."""

    step: Step


class Asks(Struct, frozen=True):
    """The learner's turn. If ``offered``, the coach types the step after a bare Enter."""

    step: Step
    offered: bool


class Over(Struct, frozen=True):
    """The lesson has no more steps."""


Turn = Performs | Asks | Over


class Lesson(Struct, frozen=True):
    """A lesson in progress. Each event returns a new one, so ``:undo`` can return to an old one."""

    scenario: Scenario
    stage: Stage
    python: str
    """Version of the target, as in ``3.13.0``."""
    learners: frozenset[int]
    """Indices of the steps that the learner types."""
    program: SourceOutline
    misconceptions: Misconceptions = none_known
    predict: bool = True
    at: int = 0
    """Index of the step that is next, or asked now."""
    now: StepProgress | None = None
    """The progress in the step that is asked; None until ``begin_step``."""
    commands: int = 0
    """Number of moving and changing lines so far, the coach's included."""
    used: tuple[str, ...] = ()
    """Long names of the commands that the learner has used, each once."""
    road: tuple[str, ...] = ()
    """The learner's moving and changing lines."""
    trail: tuple[bool, ...] = ()
    """For each line that ``:undo`` can take back, whether the step could be done before it."""
    helped: bool = False
    """The coach typed or showed a step of the learner's, or gave a hint."""
    missed: bool = False
    captures: Mapping[str, str] = field(default_factory=dict)
    previous: Mapping[str, str] = field(default_factory=dict)
    """The last line of each process that wasn't empty: what a bare Enter there may repeat."""
    coachs: frozenset[str] = frozenset()
    """The processes whose last line the coach typed: a bare Enter there would repeat it."""
    instead: str = ""
    """What else could have been typed in place of a line of the learner's, for the recap."""
    why: str = ""
    """What ``:why`` says: the author's reason for the last step, or about a misconception."""
    theirs: frozenset[int] = frozenset()
    """Numbers of breakpoints that the learner set and no step asked for."""

    # --- the next step

    @property
    def step(self) -> Step | None:
        """The step that is next, or asked now; None after the last one."""
        return self.scenario.steps[self.at] if self.at < len(self.scenario.steps) else None

    def turn(self) -> Turn:
        """Return whose turn it is."""
        step = self.step
        if step is None:
            return Over()
        if self.at in self.learners:
            return Asks(step, offered=self.stage == "watch")
        return Performs(step)

    @property
    def number(self) -> tuple[int, int]:
        """The number of the step that is asked now, and how many steps the lesson can ask."""
        asked = asked_steps(self.scenario)
        return sum(at <= self.at for at in asked), len(asked)

    @property
    def outright(self) -> bool:
        """Whether the learner did every step so far, without help or miss."""
        asked = {at for at, step in enumerate(self.scenario.steps[: self.at]) if is_asked(step)}
        return asked <= self.learners and not self.helped and not self.missed

    def at_step(self, number: int) -> Lesson:
        """Return the lesson at this step, counted from 1. Unchanged if it is there already."""
        at = min(number - 1, len(self.scenario.steps))
        return self if at == self.at else replace(self, at=at, now=None)

    # --- a step of the learner's

    def begin_step(self, views: Views) -> tuple[Lesson, tuple[Message, ...]]:
        """Ask for the next step. ``views`` are the processes now."""
        step = self._step()
        goal = self._goal(views)
        predict = step.prose.predict if self.predict else None
        begun = replace(self, now=StepProgress(goal, met=goal.met(views), asking=predict is not None))
        asked = filled_step(step, views, self.scenario.script).prose.predict
        question = () if predict is None or asked is None else (predictions.question(asked),)
        return begun, (*begun._astray_from_the_start(views), *self.asks(views), *question)

    def _astray_from_the_start(self, views: Views) -> tuple[Message, ...]:
        """Say that the step can't be done from where the learner's own way has led."""
        needed, back = what_it_needs(self._now().goal, views), _lines_back(self.trail)
        if needed is None or back is None or only_looks_elsewhere(self._now().goal, views):
            return ()
        skip = _("Or type `:skip`, and the coach does this step the lesson's way.")
        return (Message("note", f"{needed} {way_back(back)} {skip}"),)

    def is_there_already(self, views: Views) -> bool:
        """Return whether the learner's own way has led to where the next step, a move, is to lead."""
        step = self.step
        if step is None or not isinstance(step.action, Send) or not self.trail or step.prose.must_use:
            return False
        if step.facts.of(At) is None or purpose_of(self.scenario.steps, self.at) != "move":
            return False
        before = place_before(self.scenario.steps, self.at)
        seen = observation(step.process, views)
        if before is None or before.met(seen, self.scenario.script):
            return False
        return self._goal(views).outlook(views) == "met"

    def passed_over(self, views: Views) -> tuple[Lesson, tuple[Message, ...]]:
        """Return the lesson after a step that the learner's own way has done already."""
        why = self._why(views)
        says = (Message("prose", why),) if why and not self._step().prose.quiet else ()
        there = Message("good", _("You're there already: {task}").format(task=self.task(views)))
        return self._go_on(self.captures, why), (there, *says)

    def asks(self, views: Views) -> tuple[Message, ...]:
        """Return what to say when the step is asked."""
        say = filled_step(self._step(), views, self.scenario.script).prose.say
        return (*((Message("prose", say),) if say else ()), Message("task", self.task(views)))

    def task(self, views: Views) -> str:
        """Return the task, in words."""
        step = filled_step(self._step(), views, self.scenario.script)
        return task_of(step, self.scenario.script)

    def _why(self, views: Views) -> str:
        step = self._step()
        return filled_text(step.prose.why, step.process, views, self.scenario.script)

    def predicted(self, line: str) -> tuple[Lesson, bool]:
        """Read ``line`` as the answer to the open question. Return False if it is for the debugger.

        An unclear answer leaves the question open.
        """
        predict = self.question
        if predict is None:
            return self, False
        now = self._now()
        match predictions.read(predict, line):
            case predictions.Predicted(text):
                return replace(self, now=replace(now, asking=False, predicted=text)), True
            case predictions.Skipped():
                return replace(self, now=replace(now, asking=False)), True
            case predictions.NoPrediction():
                return replace(self, now=replace(now, asking=False)), False
            case predictions.Unclear():
                return self, True

    @property
    def question(self) -> Predict | None:
        """The open prediction question, or None."""
        return self._step().prose.predict if self.now is not None and self.now.asking else None

    def how_to_answer(self) -> str | None:
        """Return how to answer the open question, or None if none is open."""
        predict = self.question
        return predictions.how_to_answer(predict) if predict is not None else None

    def attempted(self, attempt: Attempt) -> tuple[Lesson, Judgement]:
        """Grade what the learner typed, and go on to the next step if it reached the goal."""
        moved, undone = effect(attempt) != "look", is_counted(attempt)
        trail = (*self.trail, self.is_on_road(attempt.before)) if undone else self.trail
        judged = judge(self._now(), attempt, self.program, self.misconceptions, _lines_back(trail))
        judged = replace(judged, now=replace(judged.now, counted=self._now().counted + undone))
        if judged.grade == "done" and not undone and not attempt.late:
            trail = (*trail, self.is_on_road(attempt.before))
        used = dict.fromkeys((*self.used, *attempt.typed.names))
        counts = moved and not is_in_vain(attempt)
        lesson = replace(
            self,
            commands=self.commands + counts,
            trail=trail,
            used=tuple(used),
            road=(*self.road, attempt.used) if counts else self.road,
            missed=self.missed or judged.grade == "miss",
            previous=_typed(self.previous, attempt.process, attempt.text)
            if attempt.prompt in ("pdb", "nested")
            else self.previous,
            coachs=self.coachs - {attempt.process} if attempt.text.strip() else self.coachs,
            why=judged.why or self.why,
            now=judged.now,
        )
        if judged.grade != "done":
            return lesson, judged
        goal = judged.now.goal
        captured = goal.captured(attempt.output, among=len(attempt.typed.parts) > 1)
        done = replace(
            lesson,
            theirs=lesson.theirs | goal.added(attempt.after),
            instead=lesson.instead or in_place_of(goal, attempt),
        )
        came = lesson._came(attempt, judged.now.printed)
        held = (*judged.held, *lesson._held_by_prediction(came))
        says = (*lesson._after_success(came, attempt.after), *judged.says)
        right = () if held else lesson._refuted(attempt, came)
        why = lesson._why(attempt.after)
        return done._go_on(goal.captures if captured is None else captured, why), replace(
            judged, says=says, held=tuple(dict.fromkeys(held)), refuted=right
        )

    def is_on_road(self, views: Views) -> bool:
        """Return whether the step that is asked can be done from here, as far as is known."""
        now = self.now
        return now is not None and now.gravity == "aside" and now.goal.lacks(views) is None

    def aside(self, attempt: Attempt) -> Lesson:
        """Return the lesson after a line that doesn't count."""
        return replace(self, previous=_typed(self.previous, attempt.process, attempt.text))

    def _came(self, attempt: Attempt, printed: str) -> str | None:
        """Return the answer to the step's question as the learner has seen it; None if that isn't known."""
        step, goal = self._step(), self._now().goal
        if step.prose.predict is None:
            return None
        output = printed if effect(attempt) == "move" else attempt.output
        seen = observation(step.process, attempt.after, output)
        scene = Scene(seen, self.scenario.script, self.python, goal.captures)
        return answers.answer(step, step.prose.predict, scene)

    def _after_success(self, came: str | None, views: Views) -> tuple[Message, ...]:
        now, prose = self._now(), self._step().prose
        says = [Message("good", self._why(views) or _("That's it."))]
        if prose.predict is not None and now.predicted is not None:
            says.insert(0, predictions.compared(prose.predict, now.predicted, came))
        return tuple(says)

    def _held_by_prediction(self, came: str | None) -> tuple[str, ...]:
        """Return the misconceptions of the lesson if the learner predicted wrongly."""
        predicted = self._now().predicted
        return () if predicted is None or came is None or same(predicted, came) else self.scenario.targets

    def _refuted(self, attempt: Attempt, came: str | None) -> tuple[str, ...]:
        """Return the misconceptions of the lesson if the learner predicted rightly.

        In a lesson without predictions, a line with a command that it teaches counts instead.
        """
        predicted = self._now().predicted
        asks = any(step.prose.predict is not None for step in self.scenario.steps)
        typed_it = not asks and bool(set(attempt.line.names) & set(self.scenario.teaches))
        predicted_it = predicted is not None and came is not None and same(predicted, came)
        return self.scenario.targets if predicted_it or typed_it else ()

    def lines_to_the_beginning(self) -> int | None:
        """Return how many lines must be taken back until the step's own line does what it is to do."""
        now = self._now()
        return now.counted if now.goal.effect == "move" and now.counted else _lines_back(self.trail)

    # --- a step of the coach's

    def performed(
        self, output: str, views: Views, *, instead: bool = False
    ) -> tuple[Lesson, tuple[Message, ...]]:
        """Return the lesson after the coach typed the next step. ``instead``: it was the learner's."""
        step, why = self._step(), self._why(views)
        text = in_general(step.action.text) if isinstance(step.action, Send) else ""
        captured = self._goal({}).captured(output)
        lesson = replace(
            self,
            commands=self.commands + counted(self.scenario)[self.at],
            trail=(*self.trail, True) if instead else self.trail,
            helped=self.helped or instead,
            previous=_typed(self.previous, step.process, text),
            coachs=self.coachs | {step.process} if text.strip() else self.coachs,
        )
        says = (Message("note", why),) if why and not step.prose.quiet else ()
        return lesson._go_on(self.captures if captured is None else captured, why), says

    def holds(self, views: Views) -> bool:
        """Return whether the facts of the next step are met, apart from the learner's own breakpoints."""
        goal = self._goal(views)
        return goal.outlook(views) == "met" and goal.lacks(views) is None

    def lacks(self, views: Views) -> str | None:
        """Return what the next step needs, and where the debugger was instead; None if it can be done."""
        return what_it_needed(self._goal(views), views)

    def _goal(self, views: Views) -> Goal:
        own = self._step()
        step = numbers_filled(own, state_of(own.process, views), self.scenario.script) or own
        following = self.scenario.steps[self.at + 1 :]
        after = next((one for one in following if one.process == step.process and not _only_looks(one)), None)
        return make_goal(
            step,
            self.scenario.script,
            self.python,
            views,
            self.captures,
            self._repeated(step),
            leads_to=None if after is None else after.prompt or "pdb",
            theirs=self.theirs,
            needs=needs_of(self.scenario.steps, self.at),
            program=self.program,
        )

    def _go_on(self, captures: Mapping[str, str], why: str) -> Lesson:
        return replace(self, at=self.at + 1, now=None, captures=captures, why=why or self.why)

    def _repeated(self, step: Step) -> str:
        """Return what a bare Enter would repeat where ``step`` is typed."""
        return self.previous.get(step.process, "")

    def _step(self) -> Step:
        assert self.step is not None, "the lesson is over"
        return self.step

    def _now(self) -> StepProgress:
        assert self.now is not None, "no step has been begun"
        return self.now


def begin(
    scenario: Scenario,
    stage: Stage,
    python: str,
    *,
    clean: frozenset[int] = frozenset(),
    misconceptions: Misconceptions = none_known,
    predict: bool = True,
) -> Lesson:
    """Return a lesson at its beginning. ``clean``: indices of the steps done without help before."""
    return Lesson(
        scenario,
        stage,
        python,
        learners_steps(scenario, stage, clean),
        SourceOutline.of(scenario),
        misconceptions,
        predict,
    )


def _lines_back(trail: Sequence[bool]) -> int | None:
    """Return how many lines must be taken back, at least, for the step to make sense; None if none do."""
    return next((number for number, could in enumerate(reversed(trail), 1) if could), None)


def _typed(previous: Mapping[str, str], process: str, line: str) -> dict[str, str]:
    return {**previous, process: line} if line.strip() else dict(previous)


def _only_looks(step: Step) -> bool:
    return isinstance(step.action, Look)

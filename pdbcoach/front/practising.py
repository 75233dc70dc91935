"""One visit to a lesson: the learner's lines are judged, counted and written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, assert_never

from msgspec.structs import replace

from pdbcoach.coach.attempt import Attempt, Views
from pdbcoach.coach.course import Course, Entry
from pdbcoach.coach.fill import filled_step
from pdbcoach.coach.help import hint, show
from pdbcoach.coach.hints import answer
from pdbcoach.coach.lesson import Asks, Lesson, Over, Performs
from pdbcoach.coach.message import Message
from pdbcoach.coach.moves import effect_at, is_counted
from pdbcoach.coach.recap import ending
from pdbcoach.coach.stages import is_asked
from pdbcoach.coach.words import PRACTICE_WORDS, ColonWord, OwnName
from pdbcoach.front.book import Book
from pdbcoach.front.conversation import Conversation
from pdbcoach.front.ended import Again, Elsewhere, Ended, Finished, LeftLesson
from pdbcoach.front.journey import Journey, Returned, keys_of, undo
from pdbcoach.front.messages import ask_for, tell
from pdbcoach.front.performer import Performer
from pdbcoach.front.reader import Ask
from pdbcoach.front.resume import resume, with_new_pids, with_what_stays
from pdbcoach.language import _
from pdbcoach.progress.records import Position, StepOutcome
from pdbcoach.route import Asked, Pressed
from pdbcoach.scenario.model import Key, Send, Step


class Practising:
    """The purpose of a conversation that is a lesson.

    ``library`` gives what ``:list`` shows. ``find`` finds one of its lessons, or says why it can't.
    ``no_show``: an instructor has turned ``:show`` and ``:skip`` off. ``position`` is where the learner
    left the lesson before.
    """

    words: Sequence[ColonWord] = PRACTICE_WORDS

    def __init__(
        self,
        conversation: Conversation,
        entry: Entry,
        lesson: Lesson,
        book: Book,
        library: Callable[[], Course],
        find: Callable[[str], Elsewhere | None],
        *,
        no_show: bool = False,
        position: Position | None = None,
    ) -> None:
        self.conversation = conversation
        self.entry = entry
        self.lesson = lesson
        self.book = book
        self.debugger = conversation.debugger
        self.journey: Journey[Lesson] = Journey(self.debugger)
        self.ended: Ended | None = None
        self._library = library
        self._find = find
        self._no_show = no_show
        self._position = position
        self._screen = conversation.screen
        self._window = conversation.window
        self._current = conversation.current
        self._performer = Performer(self._window, self.debugger)
        self._offer_is_due = False
        """The learner hasn't been told how this step can be done, or not since something else changed."""

    # --- what the conversation asks

    @property
    def following(self) -> Mapping[str, Callable[[], Sequence[str]]]:
        return {
            "goto": lambda: [one.id for one in self._library().entries],
            "predict": lambda: ["on", "off"],
        }

    @property
    def patience(self) -> float:
        return self.lesson.scenario.timeout

    @property
    def wanted_key(self) -> Pressed | None:
        step = self.lesson.step
        if step is None or not isinstance(step.action, Key) or self.journey.playing:
            return None
        return Pressed(step.process, step.action.name)

    def prepare(self) -> bool:
        if self._position is not None:
            self._resume(self._position)
            self._position = None
        while self.ended is None:
            self._tell_trouble()
            if self.lesson.now is None and self.lesson.is_there_already(self.debugger.views):
                self.lesson, says = self.lesson.passed_over(self.debugger.views)
                self._window.says(*says)
            match self.lesson.turn():
                case Over():
                    self._finish()
                case Performs(step):
                    self._perform(step)
                case Asks(step):
                    if self.lesson.now is None:
                        self._begin(step)
                    self._window.processes(self._current.name)
                    self._offer()
                    return True
        self._tell_trouble()
        return False

    def ask(self) -> Ask:
        name, views = self._current.name, self.debugger.views
        ask = ask_for(
            self.lesson,
            views,
            name,
            label=self._screen.label(name, views),
            offered=self._is_offered,
            playing=self.journey.playing,
        )
        return replace(ask, words=tuple(word for word in ask.words if word != ":show" or not self._no_show))

    def takes(self, text: str) -> bool:
        if not self.journey.playing:
            self.lesson, answered = self.lesson.predicted(text)
            if answered:
                if (how := self.lesson.how_to_answer()) is not None:
                    self._window.say(how)
                return True
        if text.strip():
            return False
        if self._is_offered:
            self._do_instead("assisted")
            return True
        return self._is_warned_of_enter()

    def _is_warned_of_enter(self) -> bool:
        """Say once that a bare Enter would repeat a line of the coach's, in place of typing it."""
        name, step = self._current.name, self.lesson.step
        is_wanted = step is not None and step.action == Send("")
        if not self._current.is_at_pdb or is_wanted or name not in self.lesson.coachs:
            return False
        self.lesson = replace(self.lesson, coachs=self.lesson.coachs - {name})
        said = _("Enter would repeat `{line}`, which I typed. Press it again to do that.")
        self._window.say(said.format(line=self.repeated(name)))
        return True

    def repeated(self, process: str) -> str:
        return self.lesson.previous.get(process, "")

    def before_typing(self, action: Send | Key) -> None:
        self._wait_as_the_lesson_does()
        name = self._current.name
        effect = effect_at(action, self.debugger.views[name], self.repeated(name))
        self.journey.remember(self.lesson, name, counts=effect != "look", typed=keys_of(action))

    def outlook(self, views: Views) -> Literal["met", "soon", "no"]:
        now = self.lesson.now
        return "no" if now is None or self.journey.playing else now.goal.outlook(views)

    def typed(self, attempt: Attempt, *, overtaken: bool) -> None:
        is_ctrl_c = attempt.action == Key("ctrl-c")
        wants_ctrl_c = self.wanted_key is not None and self.wanted_key.key == "ctrl-c"
        if is_ctrl_c and not wants_ctrl_c and self.debugger.is_back(attempt):
            attempt = replace(attempt, brought_back=True)  # it stopped a line of the learner's own
        if self.journey.playing:
            self.lesson = self.lesson.aside(attempt)
        else:
            self._grade(attempt, quiet=overtaken)

    def noticed(self) -> None:
        """Grade what was typed before, if it has led to the goal only now."""
        now, views = self.lesson.now, self.debugger.views
        if now is None or self.journey.playing or not now.typed or now.goal.outlook(views) != "met":
            return
        self._grade(Attempt(now.goal.step.process, Send(""), "pdb", views, views, late=True))

    def leave(self, *, unfinished: bool = False) -> None:
        self.ended = LeftLesson(unfinished)

    def obey(self, name: OwnName, rest: str) -> None:
        match name:
            case "hint":
                self.lesson, said = hint(self.lesson, self.debugger.views)
                self._window.says(said)
            case "show" | "skip" if self._no_show:
                off = _("Your instructor has turned `:{word}` off. You can still use `:hint`.")
                self._window.say(off.format(word=name))
            case "show":
                self.lesson, says = show(self.lesson, self.debugger.views)
                self._window.says(*says)
            case "skip":
                if (returned := self.journey.back()) is not None:
                    self._take_back(returned)
                self._do_instead("skipped")
            case "undo" | "play" | "back":
                self._move(name, rest)
            case "reset":
                self.ended = Again()
            case "list":
                self._screen.contents(self.book.contents(self._library()))
            case "goto":
                self._goto(rest)
            case "predict":
                self._predict(rest)
            case "goal" | "why" | "par" | "recap" | "report":
                tell(name, self.lesson, self._window)
                self._offer_is_due = self._offer_is_due or name == "goal"
            case "keep":
                raise AssertionError("the table of words has no :keep")
            case _:
                assert_never(name)

    # --- the beginning and the end

    def _resume(self, position: Position) -> None:
        """Go the route again that led to where the learner was."""
        number, of = self.lesson.at_step(position.step).number
        if number > 1:
            said = _("Welcome back: you're at step {number} of {all}. `:reset` starts over.")
            self._window.say(said.format(number=number, all=of))
        resumed = resume(self.journey, self.lesson, position)
        if resumed.differs:
            self._window.does_not_repeat(resumed.differs)
        lesson, self._current.name = resumed.lesson, resumed.current
        before = {at for at, step in enumerate(lesson.scenario.steps[: lesson.at]) if is_asked(step)}
        clean = self.book.clean(self.entry, lesson.scenario)
        self.lesson = replace(lesson, missed=lesson.missed or not before <= clean)
        self._current.settle(self.wanted_key)
        if self.lesson.now is not None:
            self._window.place(self.lesson, self._current.name)
            self._window.says(*self.lesson.asks(self.debugger.views))
            self._offer_is_due = True
        if not (self._current.waits or self._current.runs):
            self._current.say_that_it_reads_nothing()

    def _finish(self) -> None:
        self.book.passed(self.entry, self.lesson)
        self._screen.gap()
        for said in ending(self.lesson):
            self._screen.say(said)
            if said.tone == "prose":
                self._screen.gap()
        if self.lesson.outright and self.lesson.stage != "task" and self.lesson.learners:
            self._screen.say(
                Message("good", _("You did all of it without help, so you won't need a second round."))
            )
        self.ended = Finished()

    def _tell_trouble(self) -> None:
        if (trouble := self.book.store.take_trouble()) is not None:
            self._screen.say(Message("trouble", trouble))

    # --- steps of the coach

    def _perform(self, step: Step, *, instead: bool = False) -> None:
        """Have the coach do ``step``. ``instead``: it is the learner's."""
        prose = filled_step(step, self.debugger.views, self.lesson.scenario.script).prose
        if not instead and (prose.say or (prose.ask and not prose.quiet)):
            self._screen.gap()
        if prose.say:
            self._screen.say(Message("prose", prose.say))
        if prose.ask and not prose.quiet and not instead:
            self._screen.say(Message("task", prose.ask))
        lesson, output = self._performer.perform(self.lesson, step)
        self.lesson, says = lesson.performed(output, self.debugger.views, instead=instead)
        self._window.says(*says)
        self._current.settle(self.wanted_key)
        self.book.place(self.entry, self.lesson, self.debugger.route)

    def _do_instead(self, verdict: Literal["assisted", "skipped"]) -> None:
        """Have the coach do the learner's step, from where it began."""
        at = self.lesson.at
        typed = keys_of(self.lesson.scenario.steps[at].action)
        self.journey.remember(self.lesson, self._current.name, counts=True, typed=typed)
        self.journey.to_the_step()
        self._perform(self.lesson.scenario.steps[at], instead=True)
        self.book.attempt(self.entry, self.lesson, at, "", verdict, self.debugger.route)

    # --- steps of the learner

    def _begin(self, step: Step) -> None:
        if step.process != self._current.name and step.process in self.debugger.waiting():
            self._current.become(step.process)
        self._window.place(self.lesson, self._current.name)
        self.debugger.mark(Asked(self.lesson.at + 1))
        self.lesson, says = self.lesson.begin_step(self.debugger.views)
        self._window.says(*says)
        self._offer_is_due = True

    @property
    def _is_offered(self) -> bool:
        """Whether a bare Enter has the coach type the step."""
        turn = self.lesson.turn()
        if not isinstance(turn, Asks) or turn.step.action == Send(""):
            return False  # a lesson about Enter: the key is for pdb
        return turn.offered and not self.journey.playing

    def _offer(self) -> None:
        if self._is_offered and self._offer_is_due and self.lesson.question is None:
            self._offer_is_due = False
            how = answer(self.debugger.with_numbers(self.lesson.scenario.steps[self.lesson.at]))
            offer = _("{answer} Or press Enter, and the coach types it.").format(answer=how)
            self._screen.say(Message("offer", offer))

    def _wait_as_the_lesson_does(self) -> None:
        """Give the program the time that the lesson gives it, before the first line of a step."""
        step = self.lesson.step
        if step is None or not step.wait or self.lesson.now is None or self.journey.playing:
            return
        if not self.lesson.now.typed:
            self.debugger.wait(step.wait)
            self._window.news()

    def _grade(self, attempt: Attempt, *, quiet: bool = False) -> None:
        """Judge a line and write it down. ``quiet``: say nothing of a miss, the learner has moved on."""
        at, now = self.lesson.at, self.lesson.now
        assisted, hints = (now.assisted, now.hints) if now is not None else (False, 0)
        self.lesson, judged = self.lesson.attempted(attempt)
        self.journey.last_counts(judged.grade == "done" or is_counted(attempt))
        if judged.grade == "done" or not quiet:
            self._window.says(*judged.says)
        verdict: StepOutcome
        match judged.grade:
            case "look":
                self.book.place(self.entry, self.lesson, self.debugger.route)
                return
            case "done":
                verdict = "assisted" if assisted else "done"
            case "not-yet" | "miss":
                verdict = judged.grade
        route, refuted = self.debugger.route, () if hints else judged.refuted
        self.book.attempt(
            self.entry, self.lesson, at, attempt.used, verdict, route, hints, judged.held, refuted
        )

    # --- colon-words

    def _goto(self, wanted: str) -> None:
        if wanted:
            self.ended = self._find(wanted)
        else:
            self._window.say(_("Which lesson? Type `:goto ID`; `:list` shows the ids."))

    def _predict(self, wanted: str) -> None:
        wanted = wanted.lower()
        if wanted not in ("on", "off"):
            self._window.say(_("Type `:predict on` or `:predict off`."))
            return
        now = self.lesson.now
        if now is not None and wanted == "off":
            now = replace(now, asking=False)
        self.lesson = replace(self.lesson, predict=wanted == "on", now=now)

    def _move(self, name: Literal["undo", "play", "back"], rest: str) -> None:
        """Go back on the route, or begin free play."""
        match name:
            case "play":
                self.journey.play(self.lesson, self._current.name)
                self._window.say(_("Free play: try anything, nothing counts. `:back` returns to the lesson."))
            case "back":
                if (returned := self.journey.back()) is None:
                    self._window.say(_("You're already in the lesson. `:back` only works after `:play`."))
                else:
                    self._arrive_at(returned)
            case "undo":
                if (returned := undo(self.journey, rest, self._window, self._about_step)) is not None:
                    self._arrive_at(returned)
            case _:
                assert_never(name)

    def _about_step(self, before: Lesson, after: Lesson | None) -> str:
        """Return which step a line had finished that is taken back."""
        if (after or self.lesson).at == before.at or self.journey.playing:
            return ""
        return " " + _("(it had finished step {number})").format(number=before.number[0])

    def _take_back(self, returned: Returned[Lesson]) -> None:
        lesson = with_what_stays(returned.state, self.lesson)
        self.lesson, self._current.name = with_new_pids(lesson, returned.pids), returned.current

    def _arrive_at(self, returned: Returned[Lesson]) -> None:
        self._take_back(returned)
        if returned.differs:
            self._window.does_not_repeat(returned.differs)
            self._current.settle(self.wanted_key)
        self._window.forget_place()
        if not self.journey.playing:
            self.book.place(self.entry, self.lesson, self.debugger.route)
        if self.lesson.now is not None:  # otherwise the task is asked for anyway
            self._window.place(self.lesson, self._current.name)
            tell("goal", self.lesson, self._window)
            self._offer_is_due = True

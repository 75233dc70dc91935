"""One visit to a lesson: the coach and the learner at one debugger, from the first prompt to the end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from typing import Final, Literal

from msgspec.structs import replace

from pdbcoach.coach import words
from pdbcoach.coach.attempt import Attempt, Views
from pdbcoach.coach.course import Course, Entry
from pdbcoach.coach.hints import answer
from pdbcoach.coach.lesson import Asks, Lesson, Over, Performs
from pdbcoach.coach.message import Message
from pdbcoach.coach.moves import effect_at
from pdbcoach.coach.recap import ending
from pdbcoach.coach.stages import is_asked
from pdbcoach.language import _
from pdbcoach.progress.records import Mark, Position
from pdbcoach.scenario.model import Key, Send, Step
from pdbcoach.ui.addressee import Addressee
from pdbcoach.ui.book import Book
from pdbcoach.ui.contents import contents
from pdbcoach.ui.debugger import Debugger
from pdbcoach.ui.endings import Again, Elsewhere, Ended, Finished, Left
from pdbcoach.ui.interrupts import Interrupts
from pdbcoach.ui.kept import ASKED
from pdbcoach.ui.performer import Performer
from pdbcoach.ui.reader import Ask, Changed, EndOfFile, Entered, Interrupt, Line, Reader
from pdbcoach.ui.road import Returned, Road
from pdbcoach.ui.screen import PracticeScreen
from pdbcoach.ui.telling import ask_for, tell, why_not
from pdbcoach.ui.window import Window

_FOR_EVER: Final = 1e6
"""Seconds: a person presses Ctrl-C."""
_LONG_WAIT: Final = 3.0
"""Seconds after which somebody who waits for the program is told how to stop it."""
_IGNORED_AFTER: Final = 2.0
"""Seconds: then a program does not care about Ctrl-C, and the learner is asked what to do."""
_GLANCE: Final = 0.001
"""Seconds to take in what happens, each time that it is looked at while a line is typed."""
_NEWS_EVERY: Final = 0.05
"""Seconds: who prints without end is not held up by the showing of it."""


@dataclass(slots=True)
class Visit:
    """``library`` gives what ``:list`` shows. ``find`` finds a lesson of it, or says why it cannot be had.

    ``no_show``: an instructor has ``:show`` and ``:skip`` hidden.
    """

    entry: Entry
    lesson: Lesson
    debugger: Debugger
    book: Book
    screen: PracticeScreen
    reader: Reader
    interrupts: Interrupts
    library: Callable[[], Course]
    find: Callable[[str], Elsewhere | None]
    no_show: bool = False
    _ended: Ended | None = None
    _remark_on_waiting_at: float = inf
    _news_from: float = 0.0
    """Times of the monotonic clock."""
    _offer_is_due: bool = False
    """The learner has not been told yet how the step can be done, or not since all was different."""
    window: Window = field(init=False)
    road: Road = field(init=False)
    performer: Performer = field(init=False)
    addressee: Addressee = field(init=False)

    def __post_init__(self) -> None:
        self.window = Window(self.screen, self.debugger)
        self.road = Road(self.debugger)
        self.performer = Performer(self.window, self.debugger)
        self.addressee = Addressee(self.window, self.debugger)

    def hold(self, position: Position | None = None) -> Ended:
        """Go through the lesson. The debugger has been launched; it is closed by whoever launched it."""
        self.debugger.watch = self._watch
        self.debugger.impatient = lambda: self.interrupts.pending
        self.debugger.slow = self.window.takes_a_moment
        self._open()
        if position is not None:
            self._resume(position)
        while self._ended is None:
            match self.lesson.turn():
                case Over():
                    self._finish()
                case Performs(step):
                    self._perform(step)
                case Asks(step, offered):
                    if self.lesson.now is None:
                        self._begin(step)
                    self._listen(offered)
            self._tell_trouble()
        return self._ended

    # --- the beginning and the end

    def _open(self) -> None:
        scenario = self.lesson.scenario
        self.screen.heading(self.entry, self.lesson)
        if scenario.intro:
            self.screen.say(Message("prose", scenario.intro))
            self.screen.gap()
        self.screen.command_line(self.lesson)
        self.debugger.arrive()
        self.window.news(whole_lines=False)
        self.addressee.become_one_that_waits(self.lesson.step)

    def _resume(self, position: Position) -> None:
        """Go the road again that led to where the learner was."""
        number, of = self.lesson.at_step(position.step).number
        if number > 1:
            said = _("Welcome back: you're at step {number} of {all}. `:reset` starts over.")
            self.window.say(said.format(number=number, all=of))
        returned = self.road.retrace(self.lesson, position)
        if returned.differs:
            self.window.does_not_repeat(returned.differs)
        lesson, self.addressee.name = returned.lesson, returned.current
        before = {at for at, step in enumerate(lesson.scenario.steps[: lesson.at]) if is_asked(step)}
        clean = self.book.clean(self.entry, lesson.scenario)
        self.lesson = replace(lesson, missed=lesson.missed or not before <= clean)
        self.addressee.become_one_that_waits(self.lesson.step)
        if self.lesson.now is not None:
            self.window.place(self.lesson, self.addressee.name)
            self.window.says(*self.lesson.asks())
            self._offer_is_due = True
        if not (self.addressee.waits or self.addressee.runs):
            self.addressee.say_that_nobody_reads()

    def _finish(self) -> None:
        self.book.passed(self.entry, self.lesson)
        self.screen.gap()
        for said in ending(self.lesson):
            self.screen.say(said)
            if said.tone == "prose":
                self.screen.gap()
        if self.lesson.outright and self.lesson.stage != "task" and self.lesson.learners:
            self.screen.say(
                Message("good", _("You did all of it without help, so you won't need a second round."))
            )
        self._ended = Finished()

    # --- steps of the coach

    def _perform(self, step: Step, *, instead: bool = False) -> None:
        prose = step.prose
        if not instead and (prose.say or (prose.ask and not prose.quiet)):
            self.screen.gap()
        if prose.say:
            self.screen.say(Message("prose", prose.say))
        if prose.ask and not prose.quiet and not instead:
            self.screen.say(Message("task", prose.ask))
        lesson, output = self.performer.perform(self.lesson, step)
        self.lesson, says = lesson.performed(output, instead=instead)
        self.window.says(*says)
        self.addressee.become_one_that_waits(self.lesson.step)
        self.book.place(self.entry, self.lesson, self.debugger.kept)

    # --- steps of the learner

    def _begin(self, step: Step) -> None:
        if step.process != self.addressee.name and step.process in self.debugger.waiting():
            self.addressee.become(step.process)
        self.window.place(self.lesson, self.addressee.name)
        self.debugger.mark(ASKED, self.lesson.at + 1)
        self.lesson, says = self.lesson.begin_step(self.debugger.views)
        self.window.says(*says)
        self._offer_is_due = True

    def _listen(self, offered: bool) -> None:
        """One line of the learner's, whatever it is."""
        self.window.processes(self.lesson, self.addressee.name)
        offered = offered and not self.road.playing
        asking = self.lesson.question is not None
        if offered and self._offer_is_due and not asking:
            self._offer_is_due = False
            how = answer(self.lesson.scenario.steps[self.lesson.at])
            self.screen.say(
                Message("offer", _("{answer} Or press Enter, and the coach types it.").format(answer=how))
            )
        match self._read(offered):
            case Line(text, cut_short):
                if cut_short:
                    self.interrupts.press()
                self._take(text, offered)
            case EndOfFile() if not self.reader.is_person:
                self._ended = Left(unfinished=True)
            case EndOfFile() if asking:
                self._take("", offered)
            case EndOfFile() if not (self.addressee.waits or self.addressee.runs):
                self._ended = Left()
            case EndOfFile():
                self._type(Key("ctrl-d"))
            case Interrupt():
                self._interrupt()
            case Changed():
                self.window.news()
                self._notice_arrival()
                self.addressee.become_one_that_waits(self.lesson.step)

    def _take(self, text: str, offered: bool) -> None:
        match words.read(text):
            case words.Word(name, rest):
                self._obey(name, rest)
                return
            case words.NoWord(wrong, near):
                meant = (
                    _("Did you mean `:{word}`?").format(word=near)
                    if near
                    else _("`:help` lists the words you can use.")
                )
                self.window.say(_("There's no word `{word}`.").format(word=wrong) + " " + meant)
                return
            case None:
                pass
        if not self.road.playing:
            self.lesson, answered = self.lesson.predicted(text)
            if answered:
                if (how := self.lesson.how_to_answer()) is not None:
                    self.window.say(how)
                return
        if offered and not text.strip():
            self._show_how()
        elif (reason := why_not(text)) is not None:
            self.window.say(reason)
        else:
            self._type(Send(text))

    def _show_how(self) -> None:
        """The coach types the step that it has offered to type."""
        step = self.lesson.scenario.steps[self.lesson.at]
        self.road.remember(self.lesson, self.addressee.name, did=True)
        self.road.to_the_step()
        at = self.lesson.at
        self._perform(step, instead=True)
        self.book.attempt(self.entry, self.lesson, at, "", "assisted", self.debugger.kept)

    def _type(self, action: Send | Key) -> None:
        """A line or key for the debugger, graded unless nothing counts."""
        if not self._somebody_reads(action):
            return
        self._wait_as_the_lesson_does()
        view = self.debugger.views[self.addressee.name]
        goal = self.lesson.now.goal if self.lesson.now is not None and not self.road.playing else None
        did = effect_at(action, view, self._repeated) != "look"
        self.road.remember(self.lesson, self.addressee.name, did=did)
        if isinstance(action, Key):
            self.window.key(self.addressee.name)
        else:
            self._remark_on_waiting_at = time.monotonic() + _LONG_WAIT
        attempt = self.debugger.type(
            action,
            self.addressee.name,
            goal.outlook if goal is not None else _no_goal,
            self._repeated,
            patience=self._patience(action),
        )
        self._remark_on_waiting_at = inf
        if action == Key("ctrl-c") and not self._wants_ctrl_c and self.debugger.is_back(attempt):
            attempt = replace(attempt, brought_back=True)  # what ran away was a line of the learner's own
        prompt = view.prompt.text if view.prompt is not None else ""
        line = attempt.used if isinstance(action, Send) else None
        self.window.output(self.addressee.name, prompt, line, attempt.output)
        cut_short = self._was_interrupted()
        if self.road.playing:
            self.lesson = self.lesson.aside(attempt)
        else:
            self._grade(attempt, quiet=cut_short and self.addressee.runs)
        self.addressee.become_one_that_waits(self.lesson.step)
        if cut_short:
            self._interrupt()

    def _patience(self, action: Send | Key) -> float:
        """Seconds to wait until who was typed at stands again, or has ended."""
        if action == Key("ctrl-c"):
            return _IGNORED_AFTER
        return _FOR_EVER if self.reader.is_person else self.lesson.scenario.timeout

    def _somebody_reads(self, action: Send | Key) -> bool:
        """Whether who is spoken to takes what is typed; if not, that is said. Ctrl-C is taken by who runs."""
        one = self.addressee
        if one.runs and action == Key("ctrl-c"):
            return True
        if not one.waits and action == Send(""):
            return False
        if one.waits or one.arrives(self.lesson.scenario.timeout):
            return True
        if self._was_interrupted():
            self._interrupt()
        else:
            one.say_that_nobody_reads()
        return False

    def _was_interrupted(self) -> bool:
        """Whether Ctrl-C was pressed while no line was read. Then it is seen now."""
        came = self.interrupts.take()
        if came:
            self.reader.interrupted()
        return came

    def _grade(self, attempt: Attempt, *, quiet: bool = False) -> None:
        """``quiet``: the learner has gone on already, and a miss is nothing to talk about."""
        at = self.lesson.at
        assisted = self.lesson.now is not None and self.lesson.now.assisted
        hints = self.lesson.now.hints if self.lesson.now is not None else 0
        self.lesson, judged = self.lesson.attempted(attempt)
        if judged.grade == "done" or not quiet:
            self.window.says(*judged.says)
        verdict: Mark
        match judged.grade:
            case "look":
                self.book.place(self.entry, self.lesson, self.debugger.kept)
                return
            case "done":
                self.road.it_counted()
                verdict = "assisted" if assisted else "done"
            case "not-yet" | "miss":
                verdict = judged.grade
        self.book.attempt(
            self.entry, self.lesson, at, attempt.used, verdict, self.debugger.kept, hints, judged.held
        )

    def _notice_arrival(self) -> None:
        """What was typed before has led to the goal only now: its process was still running then."""
        now, views = self.lesson.now, self.debugger.views
        if now is None or self.road.playing or not now.typed or now.goal.outlook(views) != "met":
            return
        self._grade(Attempt(now.goal.step.process, Send(""), "pdb", views, views, late=True))

    def _wait_as_the_lesson_does(self) -> None:
        """Time is an input: a program is given what the lesson gives it, where nobody has let it pass."""
        step = self.lesson.step
        if step is None or not step.wait or self.lesson.now is None or self.road.playing:
            return
        if not self.lesson.now.typed:
            self.debugger.wait(step.wait)
            self.window.news()

    def _interrupt(self, *, asked: bool = False) -> None:
        """Ctrl-C: for the program, or else it has only dropped the line. ``asked``: by the word for it."""
        if self._takes_ctrl_c:
            self._type(Key("ctrl-c"))
        elif asked:
            view = self.addressee.view
            how = view.describe() if view is not None else self.addressee.name
            self.window.say(_("There's nothing to interrupt: {process}.").format(process=how))

    @property
    def _takes_ctrl_c(self) -> bool:
        """Whether Ctrl-C is for the program: it runs or asks for something, or that is the step."""
        one = self.addressee
        return one.runs or one.asks or (one.waits and self._wants_ctrl_c)

    @property
    def _wants_ctrl_c(self) -> bool:
        step = self.lesson.step
        return step is not None and step.action == Key("ctrl-c") and not self.road.playing

    # --- the coach's words

    def _obey(self, name: words.Name, rest: str) -> None:
        match name:
            case "hint":
                self.lesson, said = self.lesson.hint()
                self.window.says(said)
            case "show" | "skip" if self.no_show:
                off = _("Your instructor has turned `:{word}` off. You can still use `:hint`.")
                self.window.say(off.format(word=name))
            case "show":
                self.lesson, says = self.lesson.show()
                self.window.says(*says)
            case "skip":
                self._skip()
            case "undo":
                self._undo(rest)
            case "reset":
                self._ended = Again()
            case "play":
                self._play()
            case "back":
                self._back()
            case "list":
                self.screen.contents(contents(self.library(), self.book.states))
            case "goto" if rest:
                self._ended = self.find(rest)
            case "goto":
                self.window.say(_("Which lesson? Type `:goto ID`; `:list` shows the ids."))
            case "predict":
                self._predict(rest)
            case "in":
                self.addressee.look_for(rest)
            case "interrupt":
                self._interrupt(asked=True)
            case "eof":
                self._type(Key("ctrl-d"))
            case "quit":
                self._ended = Left()
            case _:
                tell(name, self.lesson, self.window)
                self._offer_is_due = self._offer_is_due or name == "goal"

    def _skip(self) -> None:
        step = self.lesson.scenario.steps[self.lesson.at]
        if (returned := self.road.back(self.lesson)) is not None:
            self.lesson, self.addressee.name = returned.lesson, returned.current
        self.road.remember(self.lesson, self.addressee.name, did=True)
        self.road.to_the_step()
        at = self.lesson.at
        self._perform(step, instead=True)
        self.book.attempt(self.entry, self.lesson, at, "", "skipped", self.debugger.kept)

    def _predict(self, rest: str) -> None:
        wanted = rest.lower()
        if wanted not in ("on", "off"):
            self.window.say(_("Type `:predict on` or `:predict off`."))
            return
        now = self.lesson.now
        if now is not None and wanted == "off":
            now = replace(now, asking=False)
        self.lesson = replace(self.lesson, predict=wanted == "on", now=now)

    # --- back and forth

    def _undo(self, rest: str) -> None:
        if rest and not (rest.isdecimal() and int(rest)):
            self.window.say(_("`:undo` takes a number of lines, for example `:undo 2`."))
        elif (returned := self.road.undo(self.lesson, int(rest or 1))) is None:
            nothing = _("You haven't typed anything that could be taken back.")
            back = " " + _("`:back` leaves free play.") if self.road.playing else ""
            self.window.say(nothing + back)
        else:
            self._arrive_at(returned)

    def _play(self) -> None:
        self.road.play(self.lesson, self.addressee.name)
        self.window.say(_("Free play: try anything, nothing counts. `:back` returns to the lesson."))

    def _back(self) -> None:
        if (returned := self.road.back(self.lesson)) is None:
            self.window.say(_("You're already in the lesson. `:back` only works after `:play`."))
        else:
            self._arrive_at(returned)

    def _arrive_at(self, returned: Returned) -> None:
        self.lesson, self.addressee.name = returned.lesson, returned.current
        if returned.differs:
            self.window.does_not_repeat(returned.differs)
            self.addressee.become_one_that_waits(self.lesson.step)
        self.window.forget_place()
        if not self.road.playing:
            self.book.place(self.entry, self.lesson, self.debugger.kept)
        if self.lesson.now is not None:  # else the task comes by itself
            self.window.place(self.lesson, self.addressee.name)
            tell("goal", self.lesson, self.window)
            self._offer_is_due = True

    # --- reading

    def _read(self, offered: bool) -> Entered:
        before = self.addressee.view

        def look() -> bool:
            self.debugger.pass_time(_GLANCE)
            self.window.news()
            self.window.changes(self.lesson, self.addressee.name)
            now = self.addressee.view
            return now is not None and (before is None or now.phase != before.phase)

        ask = self._ask(offered)
        entered = self.interrupts.ending(lambda: self.reader.read(ask, lambda: self.interrupts.after(look)))
        return Interrupt() if entered is None else entered

    def _ask(self, offered: bool) -> Ask:
        views = self.debugger.views
        label = self.screen.label(self.addressee.name, views)
        playing = self.road.playing
        ask = ask_for(self.lesson, views, self.addressee.name, label=label, offered=offered, playing=playing)
        words_here = (*ask.words, ":quit", ":help")
        return replace(
            ask,
            interrupts=self._takes_ctrl_c,
            after={
                "goto": lambda: [one.id for one in self.library().entries],
                "in": lambda: list(self.debugger.views),
                "predict": lambda: ["on", "off"],
            },
            words=tuple(word for word in words_here if word != ":show" or not self.no_show),
        )

    @property
    def _repeated(self) -> str:
        """What a bare Enter repeats for who is spoken to."""
        return self.lesson.previous.get(self.addressee.name, "")

    def _watch(self) -> None:
        """While the program runs: show what it prints, and say how to stop it when that takes long."""
        if time.monotonic() > self._news_from:
            self.window.news()
            self._news_from = time.monotonic() + _NEWS_EVERY
        if self.reader.is_person and time.monotonic() > self._remark_on_waiting_at:
            self._remark_on_waiting_at = inf
            said = _("`{name}` is running. Press Ctrl-C to stop it.")
            self.window.say(said.format(name=self.addressee.name))

    def _tell_trouble(self) -> None:
        if (trouble := self.book.store.take_trouble()) is not None:
            self.screen.say(Message("trouble", trouble))


def _no_goal(views: Views) -> Literal["no"]:
    return "no"

"""One visit to a lesson: the coach and the learner at one debugger, from the first prompt to the end."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from math import inf
from typing import Final, Literal

from pdbcoach.coach import lesson as lessons
from pdbcoach.coach import words
from pdbcoach.coach.attempt import Attempt, Views
from pdbcoach.coach.course import Course, Entry
from pdbcoach.coach.hints import answer
from pdbcoach.coach.lesson import Asks, Lesson, Over, Performs
from pdbcoach.coach.recap import ending
from pdbcoach.coach.says import Say
from pdbcoach.language import _
from pdbcoach.progress.records import Position, Verdict
from pdbcoach.replay.result import keystrokes
from pdbcoach.scenario.model import Key, Send, Step
from pdbcoach.ui.book import Book
from pdbcoach.ui.contents import contents
from pdbcoach.ui.debugger import Debugger, effect_of_action
from pdbcoach.ui.interrupts import Interrupted, Interrupts
from pdbcoach.ui.reader import Ask, Changed, EndOfFile, Entered, Interrupt, Line, Reader
from pdbcoach.ui.road import Returned, Road
from pdbcoach.ui.screen import PracticeScreen
from pdbcoach.ui.telling import ask_for, tell
from pdbcoach.ui.window import Window

_FOR_EVER: Final = 1e6
"""Seconds: a person presses Ctrl-C."""
_LONG_WAIT: Final = 3.0
"""Seconds after which somebody who waits for the program is told how to stop it."""
_GLANCE: Final = 0.001
"""Seconds to take in what happens, each time that it is looked at while a line is typed."""


@dataclass(frozen=True, slots=True)
class Finished:
    """The lesson has been gone through to its end."""


@dataclass(frozen=True, slots=True)
class Left:
    """The learner has left. ``unfinished``: the input ended in the middle of the lesson."""

    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The learner wants another lesson, by its id or a variant's, which is there."""

    wanted: str


@dataclass(frozen=True, slots=True)
class Again:
    """The learner wants this lesson from its beginning."""


Ended = Finished | Left | Elsewhere | Again


@dataclass(slots=True)
class Visit:
    """``library`` is what ``:list`` shows. ``no_show``: an instructor has ``:show`` and ``:skip`` hidden."""

    entry: Entry
    lesson: Lesson
    debugger: Debugger
    book: Book
    screen: PracticeScreen
    reader: Reader
    interrupts: Interrupts
    library: Course
    no_show: bool = False
    current: str = "main"
    """Who gets the learner's next line."""
    _ended: Ended | None = None
    _remark_on_waiting_at: float = inf
    """Time of the monotonic clock."""
    _offer_is_due: bool = False
    """The learner has not been told yet how the step can be done, or not since all was different."""
    window: Window = field(init=False)
    road: Road = field(init=False)

    def __post_init__(self) -> None:
        self.window = Window(self.screen, self.debugger)
        self.road = Road(self.debugger)

    def hold(self, position: Position | None = None) -> Ended:
        """Go through the lesson. The debugger has been launched; it is closed by whoever launched it."""
        self.debugger.watch = self._watch
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
            self.screen.say(Say("prose", scenario.intro))
            self.screen.gap()
        self.screen.command_line(self.lesson)
        self.debugger.arrive()
        self.window.news(whole_lines=False)
        self._speak_where_somebody_waits()

    def _resume(self, position: Position) -> None:
        """Go the road again that led to where the learner was."""
        self.lesson = lessons.resumed(self.lesson, position)
        number, _of = self.lesson.number
        if number > 1:
            self.window.say(_("You were here before: going on at step {number}.").format(number=number))
        self.debugger.go_again(list(position.kept))
        self._speak_where_somebody_waits()

    def _finish(self) -> None:
        self.book.passed(self.entry, self.lesson)
        self.screen.gap()
        for said in ending(self.lesson):
            self.screen.say(said)
            if said.tone == "prose":
                self.screen.gap()
        if self.lesson.outright and self.lesson.stage != "task" and self.lesson.learners:
            self.screen.say(Say("good", _("All of it yourself, without help: you need no second visit.")))
        self._ended = Finished()

    # --- steps of the coach

    def _perform(self, step: Step, *, instead: bool = False) -> None:
        prose, is_told = step.prose, bool(self.lesson.at) and not instead
        if is_told and (prose.say or (prose.ask and not prose.quiet)):
            self.screen.gap()
        if prose.say:
            self.screen.say(Say("prose", prose.say))
        if prose.ask and not prose.quiet and not instead:
            self.screen.say(Say("task", prose.ask))
        output = self._carry_out(step)
        if output is None:
            output = self._realign(step)
        self.lesson, says = self.lesson.performed(output, instead=instead)
        self.window.says(*says)
        self._speak_where_somebody_waits()
        self.book.place(self.entry, self.lesson, self.debugger.kept)

    def _carry_out(self, step: Step) -> str | None:
        """Type what the step types, and show it. ``None``: what came is not what the step says."""
        view = self.debugger.views.get(step.process)
        prompt = view.prompt.text if view is not None and view.prompt is not None else ""
        typed = keystrokes(step.action)
        if typed is not None:
            self.window.echo(step.process, prompt, typed)
        try:
            seen = self.debugger.perform(step)
        except Interrupted:
            return None
        self.window.output(step.process, prompt if typed is not None else None, typed, seen.output)
        self.window.news()
        holds = self.lesson.holds(seen.processes)
        return seen.output if holds or self.lesson.scenario.grade == "demo" else None

    def _realign(self, step: Step) -> str:
        """Go the scenario's own road up to and with ``step``: the learner's has led elsewhere."""
        self.screen.say(
            Say("note", _("That leads elsewhere on your road. Here is the lesson's own, up to this step."))
        )
        self.debugger.go_again([])
        output = ""
        for own in self.lesson.scenario.steps[: self.lesson.at + 1]:
            output = self.debugger.perform(own).output
        self.window.output(step.process, None, None, output)
        return output

    # --- steps of the learner

    def _begin(self, step: Step) -> None:
        if step.process != self.current and step.process in self.debugger.waiting():
            self._speak_to(step.process)
        self.window.place(self.lesson, self.current)
        self.road.step_began = len(self.debugger.kept)
        self.lesson, says = self.lesson.begin_step(self.debugger.views)
        self.window.says(*says)
        self._offer_is_due = True

    def _listen(self, offered: bool) -> None:
        """One line of the learner's, whatever it is."""
        self.window.processes(self.lesson, self.current)
        offered = offered and not self.road.playing
        asking = self.lesson.now is not None and self.lesson.now.asking
        if offered and self._offer_is_due and not asking:
            self._offer_is_due = False
            how = answer(self.lesson.scenario.steps[self.lesson.at])
            self.screen.say(Say("offer", _("{answer} Or Enter: the coach types it.").format(answer=how)))
        match self._read(offered):
            case Line(text):
                self._take(text, offered)
            case EndOfFile() if self.reader.is_person:
                self._type(Key("ctrl-d"))
            case EndOfFile():
                self._ended = Left(unfinished=True)
            case Interrupt():
                self._interrupt()
            case Changed():
                self.window.news()
                self._notice_arrival()
                self._speak_where_somebody_waits()

    def _take(self, text: str, offered: bool) -> None:
        match words.read(text):
            case words.Word(name, rest):
                self._obey(name, rest)
                return
            case words.NoWord(wrong, near):
                meant = _("Did you mean `:{word}`?").format(word=near) if near else _("`:help` lists them.")
                self.window.say(_("There is no word `{word}`.").format(word=wrong) + " " + meant)
                return
            case None:
                pass
        if self.lesson.now is not None and self.lesson.now.asking and not self.road.playing:
            self.lesson, answered = self.lesson.predicted(text)
            if answered:
                return
        if offered and not text.strip():
            self._show_how()
        else:
            self._type(Send(text))

    def _show_how(self) -> None:
        """The coach types the step that it has offered to type."""
        step = self.lesson.scenario.steps[self.lesson.at]
        self.road.remember(self.lesson, self.current, moves=True)
        self.road.to_the_step()
        at = self.lesson.at
        self._perform(step, instead=True)
        self.book.attempt(self.entry, self.lesson, at, "", "assisted", self.debugger.kept)

    def _type(self, action: Send | Key) -> None:
        """A line or key for the debugger, graded unless nothing counts."""
        view = self.debugger.views.get(self.current)
        if action == Send("") and (view is None or view.phase != "stopped"):
            return
        if view is None or view.phase in ("zombie", "gone"):
            self.window.say(
                _("`{name}` has ended: nobody reads a line. `:undo`, `:reset` or `:quit`.").format(
                    name=self.current
                )
            )
            return
        if view.phase == "running" and isinstance(action, Send):
            self.debugger.wait_for(self.current, self.lesson.scenario.timeout)
            view = self.debugger.views[self.current]
        if view.phase == "running" and isinstance(action, Send):
            self.window.say(
                _("`{name}` is running: nobody reads a line. Ctrl-C stops it.").format(name=self.current)
            )
            return
        self._wait_as_the_lesson_does()
        goal = self.lesson.now.goal if self.lesson.now is not None and not self.road.playing else None
        typed = effect_of_action(action, view, self._repeated)
        self.road.remember(self.lesson, self.current, moves=typed != "look")
        if isinstance(action, Key):
            self.window.key(self.current)
        self._remark_on_waiting_at = time.monotonic() + _LONG_WAIT
        attempt = self.debugger.type(
            action,
            self.current,
            goal.outlook if goal is not None else _no_goal,
            self._repeated,
            patience=_FOR_EVER if self.reader.is_person else self.lesson.scenario.timeout,
        )
        self._remark_on_waiting_at = inf
        prompt = view.prompt.text if view.prompt is not None else ""
        line = attempt.used if isinstance(action, Send) else None
        self.window.output(self.current, prompt, line, attempt.output)
        if not self.road.playing:
            self._grade(attempt)
        self._speak_where_somebody_waits()
        if self.interrupts.take():
            self.reader.forget_ahead()
            self._interrupt()

    def _grade(self, attempt: Attempt) -> None:
        at = self.lesson.at
        assisted = self.lesson.now is not None and self.lesson.now.assisted
        hints = self.lesson.now.hints if self.lesson.now is not None else 0
        self.lesson, judged = self.lesson.attempted(attempt)
        self.window.says(*judged.says)
        verdict: Verdict
        match judged.verdict:
            case "look":
                self.book.place(self.entry, self.lesson, self.debugger.kept)
                return
            case "done":
                verdict = "assisted" if assisted else "done"
            case "not-yet" | "miss":
                verdict = judged.verdict
        self.book.attempt(self.entry, self.lesson, at, attempt.used, verdict, self.debugger.kept, hints=hints)

    def _notice_arrival(self) -> None:
        """What was typed before has led to the goal only now: its process was still running then."""
        now, views = self.lesson.now, self.debugger.views
        if now is None or self.road.playing or not now.typed or now.goal.outlook(views) != "met":
            return
        self._grade(Attempt(now.goal.step.process, Send(""), "pdb", "look", views, views, late=True))

    def _wait_as_the_lesson_does(self) -> None:
        """Time is an input: a program is given what the lesson gives it, where nobody has let it pass."""
        step = self.lesson.step
        if step is None or not step.wait or self.lesson.now is None or self.road.playing:
            return
        if not self.lesson.now.typed:
            self.debugger.wait(step.wait)
            self.window.news()

    def _interrupt(self) -> None:
        """Ctrl-C: for the program, or else it has only dropped the line."""
        if self._takes_ctrl_c:
            self._type(Key("ctrl-c"))

    @property
    def _takes_ctrl_c(self) -> bool:
        """Whether Ctrl-C is for the program: it runs or asks for something, or that is the step."""
        view, step = self.debugger.views.get(self.current), self.lesson.step
        if view is None:
            return False
        wanted = step is not None and step.action == Key("ctrl-c") and not self.road.playing
        asks = view.prompt is not None and view.prompt.kind in ("program", "python", "interact")
        return view.phase == "running" or wanted or asks

    # --- the coach's words

    def _obey(self, name: words.Name, rest: str) -> None:
        match name:
            case "hint":
                self.lesson, said = self.lesson.hint()
                self.window.says(said)
            case "show" | "skip" if self.no_show:
                off = _("Your instructor has switched `:{word}` off. `:hint` is there.")
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
                self.screen.contents(contents(self.library, self.book.states))
            case "goto":
                self._goto(rest)
            case "predict":
                self._predict(rest)
            case "in":
                self._go_to(rest)
            case "interrupt":
                self._interrupt()
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
            self.lesson, self.current = returned.lesson, returned.current
        self.road.remember(self.lesson, self.current, moves=True)
        self.road.to_the_step()
        at = self.lesson.at
        self._perform(step, instead=True)
        self.book.attempt(self.entry, self.lesson, at, "", "skipped", self.debugger.kept)

    def _predict(self, rest: str) -> None:
        wanted = rest.lower()
        if wanted not in ("on", "off"):
            self.window.say(_("`:predict on` or `:predict off`."))
            return
        now = self.lesson.now
        if now is not None and wanted == "off":
            now = replace(now, asking=False)
        self.lesson = replace(self.lesson, predict=wanted == "on", now=now)

    def _goto(self, wish: str) -> None:
        if not wish:
            self.window.say(_("Where to? `:goto ID`; `:list` shows the ids."))
        elif self.library.find(wish) is None:
            self.window.say(_("There is no lesson `{id}`; `:list` shows them.").format(id=wish))
        else:
            self._ended = Elsewhere(wish)

    def _go_to(self, name: str) -> None:
        found = self.debugger.speaks_to(name) if name else None
        if found is None:
            known = ", ".join(f"`{one}`" for one in self.debugger.views)
            no_such = _("There is no process `{name}`; there are {known}.")
            self.window.say(no_such.format(name=name, known=known))
            return
        self._speak_to(found)

    # --- back and forth

    def _undo(self, rest: str) -> None:
        if rest and not (rest.isdecimal() and int(rest)):
            self.window.say(_("`:undo` takes a number of lines: `:undo 2`."))
        elif self.road.playing:
            self.window.say(_("This is free play: `:back` takes all of it back."))
        elif (returned := self.road.undo(self.lesson, int(rest or 1))) is None:
            self.window.say(_("There is nothing of yours to take back."))
        else:
            self._arrive_at(returned)

    def _play(self) -> None:
        self.road.play(self.lesson, self.current)
        self.window.say(_("Free play: try anything, nothing counts. `:back` returns to the lesson."))

    def _back(self) -> None:
        if (returned := self.road.back(self.lesson)) is None:
            self.window.say(_("You are in the lesson. `:play` is what one comes back from."))
        else:
            self._arrive_at(returned)

    def _arrive_at(self, returned: Returned) -> None:
        self.lesson, self.current = returned.lesson, returned.current
        if not returned.same:
            self.window.say(
                _(
                    "This program does not repeat itself: the same lines have led to another state. `:state` "
                    "says where it is; `:reset` begins again."
                )
            )
        self.book.place(self.entry, self.lesson, self.debugger.kept)
        self.window.forget_place()
        self.window.place(self.lesson, self.current)
        tell("goal", self.lesson, self.window)
        self._offer_is_due = True

    # --- reading

    def _read(self, offered: bool) -> Entered:
        view = self.debugger.views.get(self.current)
        phase = view.phase if view is not None else "gone"

        def changed() -> bool:
            try:
                self.debugger.pass_time(_GLANCE)
            except Interrupted:
                raise KeyboardInterrupt from None
            self.window.news()
            self.window.changes(self.lesson, self.current)
            now = self.debugger.views.get(self.current)
            return now is not None and now.phase != phase

        with self.interrupts.raised():
            return self.reader.read(self._ask(offered), changed)

    def _ask(self, offered: bool) -> Ask:
        views = self.debugger.views
        label = self.screen.label(self.current, views)
        playing = self.road.playing
        ask = ask_for(self.lesson, views, self.current, label=label, offered=offered, playing=playing)
        words_here = (*ask.words, ":quit", ":help")
        lessons_there = [one.id for one in self.library.entries]
        return replace(
            ask,
            interrupts=self._takes_ctrl_c,
            after={"goto": lessons_there, "in": tuple(views), "predict": ("on", "off")},
            words=tuple(word for word in words_here if word != ":show" or not self.no_show),
        )

    # --- who is spoken to

    def _speak_to(self, name: str) -> None:
        self.current = name
        self.window.say(_("You speak to `{name}` now.").format(name=name))

    def _speak_where_somebody_waits(self) -> None:
        """Whoever is spoken to has ended, or waits for another: then speak to one that waits, or runs."""
        view = self.debugger.views.get(self.current)
        if view is not None and view.phase == "stopped":
            return
        waiting = self.debugger.waiting()
        step = self.lesson.step
        wants_it = step is not None and step.process == self.current and isinstance(step.action, Key)
        running = [name for name, view in self.debugger.views.items() if view.phase == "running"]
        if waiting and not wants_it:
            self._speak_to(waiting[0])
        elif running and (view is None or view.phase != "running"):
            self._speak_to(running[0])

    @property
    def _repeated(self) -> str:
        """What a bare Enter repeats for who is spoken to."""
        return self.lesson.previous.get(self.current, "")

    def _watch(self) -> None:
        """While the program runs: show what it prints; end the waiting on Ctrl-C."""
        self.window.news()
        if self.interrupts.pending:
            raise Interrupted
        if self.reader.is_person and time.monotonic() > self._remark_on_waiting_at:
            self._remark_on_waiting_at = inf
            self.window.say(_("`{name}` is running. Ctrl-C stops it.").format(name=self.current))

    def _tell_trouble(self) -> None:
        if (trouble := self.book.store.take_trouble()) is not None:
            self.screen.say(Say("trouble", trouble))


def _no_goal(views: Views) -> Literal["no"]:
    return "no"

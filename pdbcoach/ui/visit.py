"""One visit to a lesson: the coach and the learner at one debugger, from the first prompt to the end."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final, Literal

from pdbcoach.coach import lesson as lessons
from pdbcoach.coach import words
from pdbcoach.coach.attempt import Attempt, Views
from pdbcoach.coach.course import Entry
from pdbcoach.coach.hints import answer
from pdbcoach.coach.lesson import Asks, Lesson, Over, Performs
from pdbcoach.coach.moves import effect_of
from pdbcoach.coach.recap import ending, score, used
from pdbcoach.coach.says import Say
from pdbcoach.engine.observation import Location
from pdbcoach.language import _
from pdbcoach.matching import state
from pdbcoach.progress.records import Position, Verdict
from pdbcoach.replay.result import TranscriptEntry, keystrokes
from pdbcoach.scenario.model import Key, Send, Step
from pdbcoach.ui.book import Book
from pdbcoach.ui.debugger import Debugger
from pdbcoach.ui.interrupts import Interrupted, Interrupts
from pdbcoach.ui.reader import Ask, Changed, EndOfFile, Entered, Interrupt, Line, Reader
from pdbcoach.ui.report import report
from pdbcoach.ui.screen import PracticeScreen

_FOR_EVER: Final = 1e6
"""Seconds: a person presses Ctrl-C."""
_GLANCE: Final = 0.02
"""Seconds to take in what happens, each time that it is looked at."""


@dataclass(frozen=True, slots=True)
class Finished:
    """The lesson has been gone through to its end."""


@dataclass(frozen=True, slots=True)
class Left:
    """The learner has left. ``unfinished``: the input ended in the middle of the lesson."""

    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The learner wants another lesson, by its id; an empty one: to see which there are."""

    wanted: str


@dataclass(frozen=True, slots=True)
class Again:
    """The learner wants this lesson from its beginning."""


Ended = Finished | Left | Elsewhere | Again


@dataclass(frozen=True, slots=True)
class _Before:
    """How all was before a line of the learner's: what ``:undo`` goes back to."""

    lesson: Lesson
    kept: int
    """Entries of the road so far."""
    standing: dict[str, object]
    current: str
    moves: bool
    """Whether that line moved or changed anything."""


@dataclass(slots=True)
class Visit:
    """``show_list`` prints all lessons; ``no_show``: an instructor has ``:show`` and ``:skip`` hidden."""

    entry: Entry
    lesson: Lesson
    debugger: Debugger
    book: Book
    screen: PracticeScreen
    reader: Reader
    interrupts: Interrupts
    no_show: bool = False
    current: str = "main"
    """Who gets the learner's next line."""
    transcript: list[TranscriptEntry] = field(default_factory=list)
    _history: list[_Before] = field(default_factory=list)
    _step_began: int = 0
    """Entries of the road when the step that is asked now was begun."""
    _playing: _Before | None = None
    _listed: Location | None = None
    """The stop that the program was shown around last."""
    _told: dict[str, str] = field(default_factory=dict)
    _ended: Ended | None = None
    _line_pending: bool = False

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
        self.screen.command_line(scenario.run_line)
        self.debugger.arrive()
        self._show_news(whole_lines=False)
        self._speak_where_somebody_waits()

    def _resume(self, position: Position) -> None:
        """Go the road again that led to where the learner was."""
        self._say(_("You were here before: going on at step {number}.").format(number=position.step))
        self.debugger.go_again(list(position.kept))
        self.lesson = lessons.resumed(self.lesson, position)
        self._speak_where_somebody_waits()

    def _finish(self) -> None:
        self.book.passed(self.entry, self.lesson)
        self.screen.gap()
        for said in ending(self.lesson):
            self.screen.say(said)
        if self.lesson.outright and self.lesson.stage != "task" and self.lesson.learners:
            self.screen.say(Say("good", _("All of it yourself, without help: you need no second visit.")))
        self._ended = Finished()

    # --- steps of the coach

    def _perform(self, step: Step, *, instead: bool = False) -> None:
        prose = step.prose
        if prose.say:
            self.screen.say(Say("prose", prose.say))
        if prose.ask and not prose.quiet and not instead:
            self.screen.say(Say("task", prose.ask))
        output = self._carry_out(step)
        if output is None:
            output = self._realign(step)
        self.lesson, says = self.lesson.performed(output, instead=instead)
        for said in says:
            self.screen.say(said)
        self._speak_where_somebody_waits()
        self.book.place(self.entry, self.lesson, self.debugger.kept)

    def _carry_out(self, step: Step) -> str | None:
        """Type what the step types, and show it. ``None``: what came is not what the step says."""
        view = self.debugger.views.get(step.process)
        prompt = view.prompt.text if view is not None and view.prompt is not None else ""
        typed = keystrokes(step.action)
        if typed is not None:
            self._echo(step.process, prompt, typed)
        try:
            seen = self.debugger.perform(step)
        except Interrupted:
            return None
        self._show(step.process, prompt if typed is not None else None, typed, seen.output)
        self._show_news()
        holds = not state.compare(step.facts, seen, self.lesson.scenario.script)
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
        self._show(step.process, None, None, output)
        return output

    # --- steps of the learner

    def _begin(self, step: Step) -> None:
        if step.process != self.current and step.process in self.debugger.waiting():
            self._speak_to(step.process)
        self._show_place()
        self._step_began = len(self.debugger.kept)
        self.lesson, says = self.lesson.begin_step(self.debugger.views)
        self.screen.gap()
        for said in says:
            self.screen.say(said)

    def _listen(self, offered: bool) -> None:
        """One line of the learner's, whatever it is."""
        asking = self.lesson.now is not None and self.lesson.now.asking
        if offered and not asking:
            how = answer(self.lesson.scenario.steps[self.lesson.at])
            self.screen.say(Say("hint", _("{answer} Or Enter: the coach types it.").format(answer=how)))
        match self._read(asking):
            case Line(text):
                self._take(text, offered)
            case EndOfFile() if self.reader.is_person:
                self._type(Key("ctrl-d"))
            case EndOfFile():
                self._ended = Left(unfinished=True)
            case Interrupt():
                self._interrupt()
            case Changed():
                self._show_news()
                self._notice_arrival()
                self._speak_where_somebody_waits()

    def _take(self, text: str, offered: bool) -> None:
        match words.read(text):
            case words.Word(name, rest):
                self._obey(name, rest)
                return
            case words.NoWord(wrong, near):
                meant = _("Did you mean `:{word}`?").format(word=near) if near else _("`:help` lists them.")
                self._say(_("There is no word `{word}`.").format(word=wrong) + " " + meant)
                return
            case None:
                pass
        if self.lesson.now is not None and self.lesson.now.asking and self._playing is None:
            self.lesson, answered = self.lesson.predicted(text)
            if answered:
                return
        if offered and not text.strip() and self._playing is None:
            self._show_how()
        else:
            self._type(Send(text))

    def _show_how(self) -> None:
        """The coach types the step that it has offered to type."""
        step = self.lesson.scenario.steps[self.lesson.at]
        self._remember(True)
        self._go_back_to_the_step()
        at = self.lesson.at
        self._perform(step, instead=True)
        self.book.attempt(self.entry, self.lesson, at, "", "assisted", self.debugger.kept)

    def _type(self, action: Send | Key) -> None:
        """A line or key for the debugger, graded unless nothing counts."""
        view = self.debugger.views.get(self.current)
        if view is None or view.phase in ("zombie", "gone"):
            self._say(
                _("`{name}` has ended: nobody reads a line. `:undo`, `:reset` or `:quit`.").format(
                    name=self.current
                )
            )
            return
        if view.phase == "running" and isinstance(action, Send):
            self.debugger.wait_for(self.current, self.lesson.scenario.timeout)
            view = self.debugger.views[self.current]
        if view.phase == "running" and isinstance(action, Send):
            self._say(
                _("`{name}` is running: nobody reads a line. Ctrl-C stops it.").format(name=self.current)
            )
            return
        self._wait_as_the_lesson_does()
        goal = self.lesson.now.goal if self.lesson.now is not None and self._playing is None else None
        kind = view.prompt.kind if view.prompt is not None else "pdb"
        text = action.text if isinstance(action, Send) else ""
        moves = (
            isinstance(action, Key) or effect_of(text, prompt=kind, previous=self.lesson.previous) != "look"
        )
        self._remember(moves)
        prompt = view.prompt.text if view.prompt is not None else ""
        attempt = self.debugger.type(
            action,
            self.current,
            goal.outlook if goal is not None else _no_goal,
            self.lesson.previous,
            patience=_FOR_EVER if self.reader.is_person else self.lesson.scenario.timeout,
        )
        self._show(self.current, prompt, attempt.used if isinstance(action, Send) else None, attempt.output)
        self._show_news()
        if self._playing is None:
            self._grade(attempt)
        self._speak_where_somebody_waits()
        if self.interrupts.take():
            self._interrupt()

    def _grade(self, attempt: Attempt) -> None:
        at = self.lesson.at
        assisted = self.lesson.now is not None and self.lesson.now.assisted
        hints = self.lesson.now.hints if self.lesson.now is not None else 0
        self.lesson, judged = self.lesson.attempted(attempt)
        for said in judged.says:
            self.screen.say(said)
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
        if now is None or self._playing is not None or not now.typed or now.goal.outlook(views) != "met":
            return
        self._grade(Attempt(now.goal.step.process, Send(""), "pdb", "look", views, views))

    def _wait_as_the_lesson_does(self) -> None:
        """Time is an input: a program is given what the lesson gives it, where nobody has let it pass."""
        step = self.lesson.step
        if step is None or not step.wait or self.lesson.now is None or self._playing is not None:
            return
        if not self.lesson.now.typed:
            self.debugger.wait(step.wait)
            self._show_news()

    def _interrupt(self) -> None:
        """Ctrl-C: for the program if it runs or asks for something; else only the line is dropped."""
        view = self.debugger.views.get(self.current)
        step = self.lesson.step
        wanted = step is not None and step.action == Key("ctrl-c") and self._playing is None
        if view is not None and (
            view.phase == "running"
            or wanted
            or (view.prompt is not None and view.prompt.kind in ("program", "python", "interact"))
        ):
            self._type(Key("ctrl-c"))

    # --- the coach's words

    def _obey(self, name: words.Name, rest: str) -> None:
        match name:
            case "goal":
                self._say_goal()
            case "state":
                for view in self.debugger.views.values():
                    self._say(view.describe() + ".")
            case "hint":
                self.lesson, said = self.lesson.hint()
                self.screen.say(said)
            case "why":
                self._say(self.lesson.why or _("Nothing has been done yet."))
            case "show" | "skip" if self.no_show:
                self._say(
                    _("Your instructor has switched `:{word}` off. `:hint` is there.").format(word=name)
                )
            case "show":
                self.lesson, says = self.lesson.show()
                for one in says:
                    self.screen.say(one)
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
                self._ended = Elsewhere("")
            case "goto":
                if rest:
                    self._ended = Elsewhere(rest)
                else:
                    self._say(_("Where to? `:goto ID`; `:list` shows the ids."))
            case "predict":
                self._predict(rest)
            case "par":
                self._say(score(self.lesson))
            case "recap":
                self._say(used(self.lesson))
            case "report":
                self.screen.lines(report(self.lesson, self.transcript, self.debugger.views))
            case "in":
                self._go_to(rest)
            case "interrupt":
                self._interrupt()
            case "eof":
                self._type(Key("ctrl-d"))
            case "quit":
                self._ended = Left()
            case "help":
                self.screen.table(words.explained())

    def _say_goal(self) -> None:
        self.screen.say(Say("task", self.lesson.task()))
        ticks = self.lesson.ticks()
        if len(ticks) > 1:
            self.screen.facts(ticks)

    def _skip(self) -> None:
        step = self.lesson.scenario.steps[self.lesson.at]
        self._stop_playing()
        self._remember(True)
        self._go_back_to_the_step()
        at = self.lesson.at
        self._perform(step, instead=True)
        self.book.attempt(self.entry, self.lesson, at, "", "skipped", self.debugger.kept)

    def _predict(self, rest: str) -> None:
        wanted = rest.lower()
        if wanted not in ("on", "off"):
            self._say(_("`:predict on` or `:predict off`."))
            return
        now = self.lesson.now
        if now is not None and wanted == "off":
            now = replace(now, asking=False)
        self.lesson = replace(self.lesson, predict=wanted == "on", now=now)

    def _go_to(self, name: str) -> None:
        found = self.debugger.speaks_to(name) if name else None
        if found is None:
            known = ", ".join(f"`{one}`" for one in self.debugger.views)
            self._say(_("There is no process `{name}`; there are {known}.").format(name=name, known=known))
            return
        self._speak_to(found)

    # --- back and forth

    def _remember(self, moves: bool) -> None:
        self._history.append(
            _Before(self.lesson, len(self.debugger.kept), self.debugger.standing(), self.current, moves)
        )

    def _undo(self, rest: str) -> None:
        """Take back the last lines that did anything, and the looks behind them."""
        if rest and not (rest.isdecimal() and int(rest)):
            self._say(_("`:undo` takes a number of lines: `:undo 2`."))
            return
        left = int(rest or 1)
        if self._playing is not None:
            self._say(_("This is free play: `:back` takes all of it back."))
            return
        to: _Before | None = None
        while self._history and left:
            to = self._history.pop()
            left -= to.moves
        if to is None:
            self._say(_("There is nothing of yours to take back."))
            return
        self._return_to(to)
        self._show_place()
        self._say_goal()

    def _return_to(self, to: _Before) -> None:
        lesson = replace(to.lesson, helped=self.lesson.helped, missed=self.lesson.missed)
        if lesson.now is not None and self.lesson.now is not None and lesson.at == self.lesson.at:
            now = replace(
                lesson.now,
                hints=self.lesson.now.hints,
                misses=self.lesson.now.misses,
                assisted=self.lesson.now.assisted,
            )
            lesson = replace(lesson, now=now)
        self.debugger.go_again(self.debugger.kept[: to.kept])
        self.lesson, self.current = lesson, to.current
        self._listed = None
        if self.debugger.standing() != to.standing:
            self._say(
                _(
                    "This program does not repeat itself: the same lines have led to another state. `:state` "
                    "says where it is; `:reset` begins again."
                )
            )
        self.book.place(self.entry, self.lesson, self.debugger.kept)

    def _go_back_to_the_step(self) -> None:
        """The coach types a step from where it began, whatever the learner has done since."""
        if len(self.debugger.kept) > self._step_began:
            self.debugger.go_again(self.debugger.kept[: self._step_began])

    def _play(self) -> None:
        if self._playing is None:
            self._remember(True)
            self._playing = self._history.pop()
        self._say(_("Free play: try anything, nothing counts. `:back` returns to the lesson."))

    def _back(self) -> None:
        if self._playing is None:
            self._say(_("You are in the lesson. `:play` is what one comes back from."))
            return
        self._stop_playing()
        self._show_place()
        self._say_goal()

    def _stop_playing(self) -> None:
        if self._playing is not None:
            to, self._playing = self._playing, None
            self._return_to(to)

    # --- reading

    def _read(self, asking: bool) -> Entered:
        view = self.debugger.views.get(self.current)
        running = view is not None and view.phase == "running"
        phase = view.phase if view is not None else "gone"

        def changed() -> bool:
            try:
                self.debugger.pass_time(_GLANCE)
            except Interrupted:
                raise KeyboardInterrupt from None
            self._show_news()
            self._tell_of_others()
            now = self.debugger.views.get(self.current)
            return now is not None and now.phase != phase

        with self.interrupts.raised():
            return self.reader.read(self._ask(asking, running), changed)

    def _ask(self, asking: bool, running: bool) -> Ask:
        if asking and self._playing is None:
            return Ask(_("prediction (Enter skips) > "), secret=True)
        view = self.debugger.views.get(self.current)
        several = len(self.debugger.views) > 1
        label = f"{self.current} " if several else ""
        if running:
            return Ask(_("[{name} runs] ").format(name=self.current), running=True)
        if view is None or view.prompt is None:
            return Ask(_("[{name} has ended] ").format(name=self.current))
        here = view.state
        names = (*here.local_values, *here.global_values) if here is not None else ()
        free = _("free ") if self._playing is not None else ""
        return Ask(free + label + view.prompt.text, repeats=self._repeats(), names=names)

    def _repeats(self) -> str:
        match self.lesson.turn():
            case Asks(_step, offered=True) if self._playing is None:
                return _("the coach types it")
            case _:
                return self.lesson.previous

    # --- showing

    def _say(self, text: str) -> None:
        self.screen.say(Say("note", text))

    def _echo(self, process: str, prompt: str, typed: str) -> None:
        self.screen.typed(process, prompt, typed, several=len(self.debugger.views) > 1)

    def _show(self, process: str, prompt: str | None, line: str | None, output: str) -> None:
        """Show what a process has printed, unless it was shown while it came, and remember it all."""
        already = self.debugger.take_shown(process)
        rest = output[len(already) :] if output.startswith(already) else output
        if rest:
            self.screen.output(process, rest, labelled=len(self.debugger.views) > 1)
        if output or line is not None:
            self.transcript.append(TranscriptEntry(process, prompt, line, output))

    def _watch(self) -> None:
        """While the program runs: show what it prints; end the waiting on Ctrl-C."""
        self._show_news(whole_lines=True)
        if self.interrupts.pending:
            raise Interrupted

    def _show_news(self, *, whole_lines: bool = True) -> None:
        for name, text in self.debugger.news(whole_lines=whole_lines):
            self.screen.output(name, text, labelled=len(self.debugger.views) > 1)

    def _show_place(self) -> None:
        view = self.debugger.views.get(self.current)
        place = view.state if view is not None else None
        if place is not None and place.focus != self._listed:
            self._listed = place.focus
            self.screen.gap()
            self.screen.program(self.lesson.program, place)
        names = {engine: author for author, engine in self.lesson.scenario.alias.items()}
        self.screen.tree(self.debugger.views, self.current, names)

    def _speak_to(self, name: str) -> None:
        self.current = name
        self._told[name] = self.debugger.views[name].phase
        self._say(
            _("You speak to `{name}` now: {how}.").format(name=name, how=self.debugger.views[name].describe())
        )

    def _speak_where_somebody_waits(self) -> None:
        """Whoever is spoken to has ended, or waits for another: then speak to one that waits."""
        view = self.debugger.views.get(self.current)
        if view is not None and view.phase == "stopped":
            self._tell_of_others()
            return
        waiting = self.debugger.waiting()
        step = self.lesson.step
        wants_it = step is not None and step.process == self.current and isinstance(step.action, Key)
        if waiting and not wants_it:
            self._speak_to(waiting[0])

    def _tell_of_others(self) -> None:
        for name, view in self.debugger.views.items():
            known, self._told[name] = self._told.get(name), view.phase
            if name == self.current or known == view.phase or view.phase == "running":
                continue
            if {known, view.phase} <= {"zombie", "gone"}:
                continue
            how = _(" (`:in {name}` speaks to it)").format(name=name) if view.phase == "stopped" else ""
            self._say(view.describe() + how + ".")

    def _tell_trouble(self) -> None:
        if (trouble := self.book.store.take_trouble()) is not None:
            self.screen.say(Say("trouble", trouble))


def _no_goal(views: Views) -> Literal["no"]:
    return "no"

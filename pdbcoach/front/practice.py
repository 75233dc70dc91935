"""A practice: one lesson after another, for as long as the learner likes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from difflib import get_close_matches
from functools import cache, partial
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from pdbcoach.coach import words
from pdbcoach.coach.course import Course, Entry, wanted
from pdbcoach.coach.lesson import begin
from pdbcoach.coach.message import Message
from pdbcoach.errors import Exit, PdbcoachError
from pdbcoach.front.book import Book
from pdbcoach.front.conversation import Conversation
from pdbcoach.front.debugger import Debugger
from pdbcoach.front.ended import Again, Elsewhere, Ended, Finished, LeftLesson
from pdbcoach.front.interrupts import Interrupts
from pdbcoach.front.practising import Practising
from pdbcoach.front.reader import Ask, Entered, Reader
from pdbcoach.front.screen import InteractiveScreen, stage_name
from pdbcoach.language import _, ngettext
from pdbcoach.matching.versions import admits
from pdbcoach.pdb.commands import spelled
from pdbcoach.progress.records import Position, Stage
from pdbcoach.replay.result import Target
from pdbcoach.route import Pressed, Typed
from pdbcoach.scenario.loader import load
from pdbcoach.scenario.misconceptions import misconceptions_of
from pdbcoach.scenario.model import Scenario

_LEAVING: Final = frozenset({"no", *spelled(lambda command: command.leaves)})


class Wishes(Struct, frozen=True):
    """What the command line asks for."""

    lang: str = ""
    stage: Stage | None = None
    no_show: bool = False
    predict: bool = True


class Practice(Struct):
    """Leads from lesson to lesson. ``library`` gives all lessons, for ``:list`` and ``:goto``."""

    library: Callable[[], Course]
    target: Target
    book: Book
    screen: InteractiveScreen
    reader: Reader
    interrupts: Interrupts
    wishes: Wishes = Wishes()
    _visited: set[str] = field(default_factory=set)
    """Names of the lessons that were finished or passed over in this practice."""

    def hold(self, course: Course, start: Entry, scenario_id: str = "") -> int:
        """Practise ``course`` from ``start`` on, and return an exit code.

        ``scenario_id``: this variant of ``start``. Raises PdbcoachError if the first lesson can't run on
        the target.
        """
        scenario = self._choose(start, scenario_id)
        if scenario is None:
            self._say(_("You've finished this lesson before. Here it is again."))
            scenario = self._fitting(start, scenario_id)[0]
        entry: Entry = start
        while True:
            match self._visit(entry, scenario):
                case LeftLesson(unfinished):
                    if self.book.store.path is not None:
                        self._say(_("Your place is saved. `pdbcoach practice` continues from here."))
                    return Exit.DIFFERED if unfinished else Exit.OK
                case Again():
                    self.book.forget_place(entry, scenario)
                    continue
                case Elsewhere(elsewhere, its_scenario):
                    entry, scenario = elsewhere, its_scenario
                case Finished():
                    self._visited.add(entry.name)
                    following = self._following(course, entry, scenario, scenario_id)
                    if following is None:
                        return Exit.OK
                    entry, scenario = following.entry, following.scenario

    def welcome_back(self) -> None:
        """Tell a returning learner what is due, and how to see all lessons."""
        if not self.book.states:
            return
        number = self.book.due()
        if number:
            self._say(
                ngettext(
                    "{number} thing is due for review: `pdbcoach review`.",
                    "{number} things are due for review: `pdbcoach review`.",
                    number,
                )
            )
        self._say(_("`:list` shows all lessons."))

    def all_finished(self) -> int:
        """Say that every lesson is finished, and return an exit code."""
        self._say(_("You've finished every lesson. `pdbcoach review` brings back what is due."))
        return Exit.OK

    # --- which lesson

    def _find(self, wanted: str) -> Elsewhere | None:
        """Return the lesson with this id; ``None`` if it can't be had, and why has been said."""
        entry = self.library().find(wanted)
        if entry is None:
            near = get_close_matches(wanted, [one.id for one in self.library().entries], 1)
            meant = " " + _("Did you mean `{id}`?").format(id=near[0]) if near else ""
            self._say(_("There's no lesson `{id}`. `:list` shows them all.").format(id=wanted) + meant)
            return None
        try:
            chosen = self._choose(entry, wanted if "[" in wanted else "") or self._fitting(entry, "")[0]
        except PdbcoachError as error:
            self._say(error.message)
            return None
        return Elsewhere(entry, chosen)

    def _following(
        self, course: Course, entry: Entry, finished: Scenario, scenario_id: str
    ) -> Elsewhere | None:
        """Return what the learner goes on with; ``None``: they leave, or there is no more."""
        following = self._more_of_it(entry, finished, scenario_id) or self._next(course, entry)
        if following is None:
            self._say(_("That's all for now. `pdbcoach review` brings back what is due."))
            return None
        scenario = following.scenario
        stage = stage_name(self.wishes.stage or following.entry.stage(scenario, self.book.states))
        self._say(_("Next: {title} ({stage}).").format(title=scenario.title or scenario.id, stage=stage))
        return self._goes_on(following)

    def _more_of_it(self, entry: Entry, finished: Scenario, scenario_id: str) -> Elsewhere | None:
        """Return the same lesson in its next stage or variant. With ``--stage``, only variants count."""
        fitting = self._fitting(entry, scenario_id)
        scenario = self._open_scenario(entry, fitting)
        if self.wishes.stage is not None:
            of_lesson = iter(wanted(fitting))
            scenario = next(of_lesson, None) if any(one.id == finished.id for one in of_lesson) else None
        return Elsewhere(entry, scenario) if scenario is not None else None

    def _next(self, course: Course, entry: Entry) -> Elsewhere | None:
        at = course.entries.index(entry) + 1 if entry in course.entries else 0
        states = self.book.states
        for following in (*course.entries[at:], *course.entries[:at]):
            again = self.wishes.stage is not None  # a lesson may be finished and still wanted in this stage
            if following.name in self._visited or (following.finished(states) and not again):
                continue
            try:
                scenario = self._choose(following, "")
            except PdbcoachError as error:  # it needs another Python
                self._say(error.message)
                self._visited.add(following.name)
                continue
            if scenario is not None:
                return Elsewhere(following, scenario)
        return None

    def _choose(self, entry: Entry, scenario_id: str) -> Scenario | None:
        """Return the next scenario of a lesson; ``None`` if all of them are done.

        Raises PdbcoachError if none can run on the target.
        """
        fitting, stage = self._fitting(entry, scenario_id), self.wishes.stage
        if stage is not None:
            return entry.under_way(fitting, self.book.states, stage) or fitting[0]
        return self._open_scenario(entry, fitting)

    def _open_scenario(self, entry: Entry, fitting: Sequence[Scenario]) -> Scenario | None:
        """Return the scenario that is still to be done; if there is none, record that."""
        scenario = entry.open_scenario(fitting, self.book.states)
        if scenario is None and len(wanted(fitting)) > 1:
            self.book.file_passed(entry)
        return scenario

    def _fitting(self, entry: Entry, scenario_id: str) -> list[Scenario]:
        """Return the scenarios of a file that can run on the target, or the one that is named."""
        scenarios = load(entry.path, self.wishes.lang)
        if scenario_id:
            named = [one for one in scenarios if one.id == scenario_id]
            if not named:
                known = ", ".join(one.id for one in scenarios)
                raise PdbcoachError(f"there is no {scenario_id} in {entry.path}", f"there are {known}")
            scenarios = tuple(named)
        fitting = [one for one in scenarios if admits(one.python, self.target.version)]
        if not fitting:
            raise PdbcoachError(
                _("{id} needs Python {wanted}; this is {version}").format(
                    id=entry.id, wanted=scenarios[0].python, version=self.target.version
                ),
                _("--python picks another one; `pdbcoach doctor` lists those it found"),
            )
        return fitting

    # --- one lesson

    def _visit(self, entry: Entry, scenario: Scenario) -> Ended:
        with closing(Debugger(scenario, self.target)) as debugger:
            debugger.launch()  # it starts while the rest is prepared
            states = self.book.states
            lesson = begin(
                scenario,
                self.wishes.stage or entry.stage(scenario, states),
                self.target.version,
                clean=self.book.clean(entry, scenario),
                misconceptions=cache(partial(misconceptions_of, entry.path, self.wishes.lang)),
                predict=self.wishes.predict,
            )
            conversation = Conversation(debugger, self.screen, self.reader, self.interrupts)
            state = states.get(entry.name_of(scenario.id))
            practising = Practising(
                conversation,
                entry,
                lesson,
                self.book,
                self.library,
                self._find,
                no_show=self.wishes.no_show,
                position=self._resumable(state.position) if state is not None else None,
            )
            self.screen.opening(entry, lesson)
            conversation.hold(practising)
            self.wishes = replace(self.wishes, predict=practising.lesson.predict)
            assert practising.ended is not None, "a conversation lasts until its purpose is over"
            return practising.ended

    def _resumable(self, position: Position | None) -> Position | None:
        """Return the place to resume at, if possible: another Python might not get there."""
        if position is None or position.python != self.target.version:
            return None
        if not any(isinstance(one, Typed | Pressed) for one in position.route):
            return None
        return position if self.wishes.stage in (None, position.stage) else None

    # --- between lessons

    def _goes_on(self, following: Elsewhere) -> Elsewhere | None:
        """Ask whether to go on with ``following``. ``None``: the learner leaves."""
        ask = Ask(_("Press Enter to go on, or type `:quit` to leave > "), silent=True, secret=True)
        self.reader.forget_ahead()
        while True:
            entered = self.interrupts.ending(lambda: self.reader.read(ask, lambda: False))
            if not isinstance(entered, Entered) or entered.text.strip().lower() in _LEAVING:
                return None
            match words.read(entered.text):
                case words.Word("quit"):
                    return None
                case words.Word("goto", wanted) if wanted:
                    if (found := self._find(wanted)) is not None:
                        return found
                case words.Word("list"):
                    self.screen.contents(self.book.contents(self.library()))
                case None if not entered.text.strip():
                    return following
                case _:
                    said = _(
                        "The lesson is over. Press Enter to go on, or type `:quit` to leave, `:list` to"
                        " see all lessons."
                    )
                    self._say(said)

    def _say(self, text: str) -> None:
        self.screen.say(Message("note", text))

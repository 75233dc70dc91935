"""What a visit shows of the debugger: output as it comes, the place, the processes; and all of it kept."""

from __future__ import annotations

from dataclasses import dataclass, field

from pdbcoach.coach.lesson import Lesson
from pdbcoach.coach.says import Say
from pdbcoach.engine.observation import Location
from pdbcoach.language import _
from pdbcoach.replay.result import TranscriptEntry
from pdbcoach.ui.debugger import Debugger
from pdbcoach.ui.screen import PracticeScreen


@dataclass(slots=True)
class Window:
    """Between the debugger and the screen."""

    screen: PracticeScreen
    debugger: Debugger
    transcript: list[TranscriptEntry] = field(default_factory=list)
    _listed: Location | None = None
    """The stop that the program was shown around last."""
    _told: dict[str, str] = field(default_factory=dict)
    """How each process was, when that was last said."""

    @property
    def several(self) -> bool:
        """Whether lines need to say whose they are."""
        return len(self.debugger.views) > 1

    def say(self, text: str) -> None:
        """A remark."""
        self.screen.say(Say("note", text))

    def says(self, *says: Say) -> None:
        """All that the coach has to say."""
        for said in says:
            self.screen.say(said)

    # --- output

    def echo(self, process: str, prompt: str, typed: str) -> None:
        """A line that the coach types."""
        self.screen.typed(process, prompt, typed, several=self.several)

    def output(self, process: str, prompt: str | None, line: str | None, output: str) -> None:
        """What has come of a line, but for what was shown while it came."""
        already = self.debugger.take_shown(process)
        rest = output.removeprefix(already).removeprefix("\n") if already else output
        if rest:
            self.screen.output(process, rest, labelled=self.several)
        if output or line is not None:
            self.transcript.append(TranscriptEntry(process, prompt, line, output))
        self.news()

    def news(self, *, whole_lines: bool = True) -> None:
        """What processes have printed meanwhile."""
        for name, text in self.debugger.news(whole_lines=whole_lines):
            self.screen.output(name, text, labelled=self.several)

    # --- place and processes

    def place(self, lesson: Lesson, current: str) -> None:
        """The program around the stop, unless it was shown for this stop; and the processes."""
        view = self.debugger.views.get(current)
        state = view.state if view is not None else None
        if state is not None and state.focus != self._listed:
            self._listed = state.focus
            self.screen.gap()
            self.screen.program(lesson.program, state)
        names = {engine: author for author, engine in lesson.scenario.alias.items()}
        self.screen.tree(self.debugger.views, current, names)

    def forget_place(self) -> None:
        """Show the program the next time, wherever it stops."""
        self._listed = None

    def speaks_to(self, name: str) -> None:
        """Say who is spoken to now."""
        view = self.debugger.views[name]
        self._told[name] = view.phase
        self.say(_("You speak to `{name}` now: {how}.").format(name=name, how=view.describe()))

    def others(self, current: str) -> None:
        """Say what has become of the processes that are not spoken to, each time once."""
        for name, view in self.debugger.views.items():
            known, self._told[name] = self._told.get(name), view.phase
            if name == current or known == view.phase or view.phase == "running":
                continue
            if {known, view.phase} <= {"zombie", "gone"}:
                continue
            how = _(" (`:in {name}` speaks to it)").format(name=name) if view.phase == "stopped" else ""
            self.say(view.describe() + how + ".")

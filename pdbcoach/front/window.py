"""What is shown of the debugger: its output, where the program is, the processes. All of it is kept."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field

from pdbcoach.coach.lesson import Lesson
from pdbcoach.coach.message import Message
from pdbcoach.coach.status_words import status_text
from pdbcoach.front.debugger import Debugger
from pdbcoach.front.screen import InteractiveScreen, ProcessRow
from pdbcoach.language import _
from pdbcoach.observation import Location
from pdbcoach.replay.result import TranscriptEntry


class Window(Struct):
    """Stands between the debugger and the screen."""

    screen: InteractiveScreen
    debugger: Debugger
    transcript: list[TranscriptEntry] = field(default_factory=list)
    _listed: Location | None = None
    """The stop around which the program was last shown."""
    _ended: str = ""
    """The process whose line a key has ended."""
    _tree: tuple[ProcessRow, ...] = ()
    """The processes as they were last shown."""
    _explained_door: bool = False

    def say(self, text: str) -> None:
        """Show a remark."""
        self.screen.say(Message("note", text))

    def says(self, *says: Message) -> None:
        """Show all that the coach has to say."""
        for said in says:
            self.screen.say(said)

    def does_not_repeat(self, processes: Iterable[str]) -> None:
        """Say that the same lines have led these processes elsewhere."""
        text = _(
            "This program doesn't behave the same every time: the same lines led to a different state of "
            "{processes}. `:state` shows where it is; `:reset` starts over."
        )
        self.say(text.format(processes=", ".join(f"`{name}`" for name in sorted(processes))))

    def takes_a_moment(self) -> None:
        """Say what is going on while a long route is gone again."""
        self.say(_("A fresh debugger is replaying your lines. This takes a moment."))

    # --- output

    def echo(self, process: str, prompt: str, typed: str) -> None:
        """Show a line that the coach types."""
        self.screen.typed(process, prompt, typed, among=self.debugger.views)

    def output(self, process: str, prompt: str | None, line: str | None, output: str) -> None:
        """Show the output of a line, except for what was shown while it came."""
        already = self.debugger.take_shown(process)
        rest = output.removeprefix(already).removeprefix("\n") if already else output
        self._output(process, rest)
        if output or line is not None:
            self.transcript.append(TranscriptEntry(process, prompt, line, output))
        self.news()

    def news(self, *, whole_lines: bool = True) -> None:
        """Show what processes have printed meanwhile."""
        for name, text in self.debugger.news(whole_lines=whole_lines):
            self._output(name, text)

    def key(self, process: str) -> None:
        """Note a key pressed at ``process``: its line has ended here, so the next newline is dropped."""
        self._ended = process

    def _output(self, process: str, text: str) -> None:
        if process == self._ended and text:
            text, self._ended = text.removeprefix("\n"), ""
        if text:
            self.screen.output(process, text, among=self.debugger.views)

    # --- place and processes

    def place(self, lesson: Lesson, current: str) -> None:
        """Show how far the lesson is, the program around a stop that was not shown yet, and the processes."""
        view = self.debugger.views.get(current)
        state = view.state if view is not None else None
        is_new = state is not None and state.focus != self._listed
        file = lesson.program.name_of(state.focus.file) if state is not None and is_new else None
        self.screen.gap()
        self.screen.step(*lesson.number, file or "")
        if state is not None and file is not None:
            self._listed = state.focus
            self.screen.program(lesson.program, state)
            self.screen.gap()
        if self.processes(current):
            self.screen.gap()

    def forget_place(self) -> None:
        """Show the program next time, wherever it stops."""
        self._listed = None

    def processes(self, current: str) -> bool:
        """Show the processes, if there are several and something has changed. Return whether it has."""
        rows = self._rows(current)
        is_news = rows != self._tree and len(rows) > 1
        if is_news:
            self.screen.tree(rows)
            self._explain_door()
        self._tree = rows
        return is_news

    def _explain_door(self) -> None:
        """Say once, when a thread waits at the debugger's door, what that means."""
        waiting = next((name for name, view in self.debugger.views.items() if view.door is not None), None)
        if waiting is not None and not self._explained_door:
            self._explained_door = True
            text = _(
                "One thread at a time is in the debugger; `{name}` waits at its door. In a bare terminal, "
                "each line goes to whichever thread gets it first. `:in {name}` switches to the other thread."
            )
            self.say(text.format(name=waiting))

    def changes(self, current: str) -> None:
        """Remark on each process that has come to a prompt or ended since they were shown."""
        rows = self._rows(current)
        known = {row.name: row.standing for row in self._tree}
        for row in rows:
            view = self.debugger.views[row.name]
            if known.get(row.name) == row.standing or row.name == current or view.phase == "running":
                continue
            said = f"`{row.name}`: {row.standing}."
            if view.phase == "stopped":
                said += " " + _("Type `:in {name}` to switch to it.").format(name=row.name)
            self.say(said)
        self._explain_door()
        self._tree = rows

    def states(self, current: str) -> None:
        """Say where each process is, and that ``current`` is typed to."""
        for name, view in self.debugger.views.items():
            typed_to = " " + _("You're typing to it.") if name == current else ""
            self.say(f"`{name}`: {status_text(view)}.{typed_to}")

    def _rows(self, current: str) -> tuple[ProcessRow, ...]:
        own_name = self.debugger.scenario.own_name
        return tuple(
            ProcessRow(
                name,
                f"{name} ({own_name(name)})" if own_name(name) != name else name,
                status_text(view),
                name == current,
            )
            for name, view in self.debugger.views.items()
        )

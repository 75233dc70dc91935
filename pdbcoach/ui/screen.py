"""What a practice shows: it scrolls like a terminal, and says everything without colour too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from rich.text import Text

from pdbcoach.coach.attempt import Views
from pdbcoach.coach.course import Entry
from pdbcoach.coach.lesson import Lesson
from pdbcoach.coach.program import Program
from pdbcoach.coach.says import Say, Tone
from pdbcoach.engine.observation import DebuggerState, ProcessView
from pdbcoach.language import _
from pdbcoach.matching.files import is_file
from pdbcoach.progress.records import Stage
from pdbcoach.report.escape import lines as visible_lines
from pdbcoach.report.escape import visible
from pdbcoach.report.screen import Screen
from pdbcoach.ui.prose import passages

_STYLES: Final[Mapping[Tone, str]] = {
    "good": "green",
    "miss": "yellow",
    "note": "",
    "hint": "magenta",
    "question": "bold blue",
    "task": "bold",
    "prose": "",
    "trouble": "bold red",
}
_AROUND: Final = 3
"""Source lines above and below the one at the arrow."""
_BAR: Final = 20
_MOST_LINES: Final = 200
"""Lines of output that are shown of one piece; a program may print a megabyte."""


class PracticeScreen:
    """Draws on a ``Screen`` of the reports."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        shapes = screen.signs.passed == "✓"
        self._leads: Mapping[Tone, str] = {
            "good": f"{screen.signs.passed} ",
            "miss": f"{screen.signs.failed} ",
            "note": f"{screen.signs.dot} ",
            "hint": "? ",
            "question": "? ",
            "task": "▸ " if shapes else "> ",
            "prose": "",
            "trouble": "! ",
        }
        self._full, self._empty = ("█", "░") if shapes else ("#", ".")

    # --- the lesson

    def heading(self, entry: Entry, lesson: Lesson) -> None:
        """Where we are: pack, lesson, how far, which stage."""
        screen, scenario = self._screen, lesson.scenario
        pack = f"{visible(entry.pack.title)} {screen.signs.dot} " if entry.pack is not None else ""
        self.gap()
        screen.prose(
            f"{screen.signs.heading} {pack}{visible(scenario.title or scenario.id)}", "bold", indent=3
        )
        filled = round(_BAR * entry.number / entry.of)
        bar = self._full * filled + self._empty * (_BAR - filled)
        place = _("{number} of {all}").format(number=entry.number, all=entry.of)
        screen.prose(
            f"{bar} {place} {screen.signs.dot} {stage_name(lesson.stage)} {screen.signs.dot} "
            f"Python {visible(lesson.python)} {screen.signs.dot} {visible(scenario.id)}",
            "dim",
        )
        self.gap()

    def step(self, number: int, of: int) -> None:
        """How far the lesson is, above each task."""
        filled = round(_BAR / 2 * number / of)
        bar = self._full * filled + self._empty * (_BAR // 2 - filled)
        self._screen.line(f"{bar} " + _("step {number} of {all}").format(number=number, all=of), "dim")

    def say(self, said: Say) -> None:
        """Something of the coach's."""
        style, lead = _STYLES[said.tone], self._leads[said.tone]
        self._screen.finish()
        for number, passage in enumerate(passages(said.text)):
            first = (" " * len(lead) if number else lead) + passage.first
            if number and not passage.first.lstrip()[:1]:
                self.gap()
            for row, line in enumerate(passage.lines):
                before = first if row == 0 else " " * len(first)
                if passage.wraps:
                    self._screen.text(Text("", style).append_text(line), before)
                else:
                    self._screen.row(before + line.plain, style)

    def command_line(self, scenario_line: str) -> None:
        """The command line that starts the program."""
        self._screen.line(f"$ {visible(scenario_line)}", "dim")

    def gap(self) -> None:
        """An empty line."""
        self._screen.finish()
        self._screen.line("")

    # --- the debugger

    def program(self, program: Program, state: DebuggerState) -> None:
        """The source around the stop: numbers, the arrow, breakpoints."""
        where = state.focus
        name = next((file for file in program.texts if is_file(file, where.file)), None)
        if name is None:
            return
        lines = program.texts[name].expandtabs(8).splitlines()
        marks = {
            one.line: "b" if one.enabled else "-" for one in state.breakpoints if is_file(name, one.file)
        }
        first = max(1, where.line - _AROUND)
        last = min(len(lines), where.line + _AROUND)
        width = len(str(last))
        self._screen.line(f"  {visible(name)}", "dim")
        for number in range(first, last + 1):
            arrow = "->" if number == where.line else "  "
            mark = marks.get(number, " ")
            self._screen.row(
                f"  {number:{width}} {mark}{arrow} {visible(lines[number - 1])}",
                "bold" if number == where.line else "",
            )

    def tree(self, views: Views, current: str, names: Mapping[str, str]) -> None:
        """The processes: who stands where, and who is spoken to. ``names``: better ones that authors gave."""
        if len(views) < 2:
            return
        for name, view in views.items():
            sign = "*" if name == current else " "
            indent = "  " * name.count(".")
            called = f" ({visible(names[name])})" if name in names else ""
            self._screen.prose(
                f"  {sign} {indent}{visible(name)}{called}: {_standing(view)}", "dim", indent=6
            )

    def typed(self, process: str, prompt: str, line: str, *, several: bool) -> None:
        """A line that the coach types."""
        label = f"{visible(process)} {self._screen.signs.bar} " if several else ""
        self._screen.begin(label, "cyan")
        self._screen.put(visible(prompt).replace("\n", " "))
        self._screen.put(visible(line).replace("\n", " "), "bold")
        self._screen.finish()

    def output(self, process: str, text: str, *, labelled: bool) -> None:
        """What a process has printed: made visible, and bounded."""
        label = f"{visible(process)} {self._screen.signs.bar} " if labelled else ""
        lines = visible_lines(text)
        shown = lines if len(lines) <= _MOST_LINES else [*lines[: _MOST_LINES // 2]]
        for line in shown:
            self._screen.line(line, label=label, label_style="cyan")
        if len(lines) > _MOST_LINES:
            left_out = len(lines) - _MOST_LINES
            self._screen.line(_("[{number} lines left out]").format(number=left_out), "dim", label=label)
            for line in lines[-_MOST_LINES // 2 :]:
                self._screen.line(line, label=label, label_style="cyan")

    def lines(self, lines: Iterable[str]) -> None:
        """Plain lines, as they are."""
        for line in lines:
            self._screen.line(visible(line))

    def facts(self, ticks: tuple[tuple[str, bool], ...]) -> None:
        """The facts of a goal, and which of them hold."""
        for text, holds in ticks:
            self.say(Say("good" if holds else "note", text))

    def table(self, rows: tuple[tuple[str, str], ...]) -> None:
        """Words and what they mean."""
        width = max((len(word) for word, _meaning in rows), default=0)
        for word, meaning in rows:
            self._screen.text(Text(visible(meaning)), f"  {visible(word):{width}}  ")


def stage_name(stage: Stage) -> str:
    """What the learner reads of a stage."""
    match stage:
        case "watch":
            return _("watch: the coach types, or you")
        case "guided":
            return _("guided: you type the last steps")
        case "task":
            return _("task: you type")


def _standing(view: ProcessView) -> str:
    match view.phase:
        case "stopped":
            place = visible(str(view.state.stop)) if view.state is not None else ""
            return _("stopped {place}").format(place=place).rstrip()
        case "running":
            return _("running")
        case "zombie":
            return _("a zombie ({how})").format(how=view.exit or "?")
        case "gone":
            return _("gone ({how})").format(how=view.exit or "?")

"""What a person sees: it scrolls like a terminal, and says everything without colour too."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from msgspec import Struct
from rich.cells import cell_len
from rich.text import Text

from pdbcoach.coach.course import Entry
from pdbcoach.coach.lesson import Lesson
from pdbcoach.coach.message import Message, Tone
from pdbcoach.coach.source_outline import SourceOutline
from pdbcoach.facts.base import is_file
from pdbcoach.front.prose import paragraphs
from pdbcoach.language import _, ngettext
from pdbcoach.observation import DebuggerState
from pdbcoach.progress.records import Stage
from pdbcoach.report.escape import lines as visible_lines
from pdbcoach.report.escape import visible
from pdbcoach.report.screen import Screen, padded

_LEADS: Final[Mapping[Tone, str]] = {
    "good": "bold green",
    "miss": "bold red",
    "hint": "bold magenta",
    "question": "bold magenta",
    "task": "bold magenta",
    "trouble": "bold red",
}
"""Styles of the signs before a text. Only signs have colour, so text can be read on any background."""
_TEXTS: Final[Mapping[Tone, str]] = {"task": "bold", "question": "bold", "offer": "dim"}
_LABEL: Final = "magenta"
_MEASURE: Final = 96
"""Columns of the coach's text at most; longer lines are hard to read."""
_AROUND: Final = 3
"""Source lines above and below the one at the arrow."""
_BAR: Final = 20
"""Parts of a bar at most; if there are fewer things to count, each is one part."""
_LONGEST: Final = 2000
"""Characters of a line of output that are shown."""
_MOST_LINES: Final = 200
"""Lines of one piece of output that are shown; a program may print a megabyte."""


PackContents = tuple[str, tuple[tuple[str, str], ...]]
"""Title of a pack, and for each of its lessons the id and how far the learner is; empty: not begun."""


class ProcessRow(Struct, frozen=True):
    """One process of the tree. ``called`` is its name, and the name that its author uses."""

    name: str
    called: str
    standing: str
    is_current: bool


class InteractiveScreen:
    """Draws on a ``Screen`` of ``report``."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        signs = screen.signs
        self._leads: Mapping[Tone, str] = {
            "good": f"{signs.passed} ",
            "miss": f"{signs.failed} ",
            "note": f"{signs.dot} ",
            "hint": "? ",
            "question": "? ",
            "task": f"{signs.task} ",
            "offer": "  ",
            "prose": "",
            "trouble": "! ",
        }

    # --- the lesson

    def opening(self, entry: Entry, lesson: Lesson) -> None:
        """Show what comes before the first step: heading, introduction, command line."""
        self.heading(entry, lesson)
        if lesson.scenario.intro:
            self.say(Message("prose", lesson.scenario.intro))
            self.gap()
        self.command_line(lesson)

    def heading(self, entry: Entry, lesson: Lesson) -> None:
        """Show the pack, the lesson, how far it is in the pack, and the stage."""
        signs, scenario = self._screen.signs, lesson.scenario
        pack = f"{visible(entry.pack.title)} {signs.dot} " if entry.pack is not None else ""
        self.gap()
        self._screen.prose(
            f"{signs.heading} {pack}{visible(scenario.title or scenario.id)}", "bold", indent=3
        )
        place = _("{number} of {all}").format(number=entry.number, all=entry.of)
        about = f" {signs.dot} ".join((place, visible(scenario.id), stage_name(lesson.stage)))
        self._screen.prose(f"{self._bar(entry.number, entry.of)} {about}", "dim", indent=3)
        self.gap()

    def command_line(self, lesson: Lesson) -> None:
        """Show the command line that starts the program, and the version that runs it."""
        version = visible(lesson.python)
        self._screen.prose(f"$ {visible(lesson.scenario.run_line)}  # Python {version}", "dim", indent=2)

    def step(self, number: int, of: int, file: str = "") -> None:
        """Show how far the lesson is, above each task, and the file whose source follows."""
        place = _("step {number} of {all}").format(number=number, all=of)
        of_what = f" {self._screen.signs.dot} {visible(file)}" if file else ""
        self._screen.row(f"{self._bar(number, of)} {place}{of_what}", "dim")

    def say(self, said: Message) -> None:
        """Show something that the coach says."""
        lead = self._leads[said.tone]
        style, lead_style = _TEXTS.get(said.tone, ""), _LEADS.get(said.tone, "")
        self._screen.finish()
        for number, passage in enumerate(paragraphs(said.text)):
            first = (" " * len(lead) if number else lead) + passage.first
            if number and not passage.first.lstrip()[:1]:
                self.gap()
            for row, line in enumerate(passage.lines):
                before = first if row == 0 else " " * len(first)
                if passage.wraps:
                    text = Text("", style).append_text(line)
                    self._screen.text(text, before, lead_style, measure=_MEASURE)
                else:
                    self._screen.row(before + line.plain, style)

    def gap(self) -> None:
        """Show an empty line."""
        self._screen.finish()
        self._screen.line("")

    def _bar(self, number: int, of: int) -> str:
        signs, parts = self._screen.signs, min(of, _BAR)
        full = max(1, round(parts * number / of))
        return signs.full * full + signs.empty * (parts - full)

    # --- the debugger

    def program(self, program: SourceOutline, state: DebuggerState) -> None:
        """Show the source around the stop: line numbers, the arrow, breakpoints."""
        where = state.focus
        name = program.name_of(where.file)
        if name is None:
            return
        lines = program.texts[name].expandtabs(8).splitlines()
        marks = {
            one.line: "B" if one.enabled else "b" for one in state.breakpoints if is_file(name, one.file)
        }
        first = max(1, where.line - _AROUND)
        last = min(len(lines), where.line + _AROUND)
        width = len(str(last))
        for number in range(first, last + 1):
            is_here = number == where.line
            row = f"  {number:{width}} {marks.get(number, ' ')}{'->' if is_here else '  '} "
            self._screen.row((row + visible(lines[number - 1])).rstrip(), "bold" if is_here else "")

    def tree(self, rows: Iterable[ProcessRow]) -> None:
        """Show where each process is, and which one is typed to."""
        rows = tuple(rows)
        names = [f"{'  ' * row.name.count('.')}{visible(row.called)}" for row in rows]
        width = max(map(cell_len, names))
        for row, name in zip(rows, names, strict=True):
            lead = f"  {'*' if row.is_current else ' '} {padded(name, width)}  "
            self._screen.text(
                Text(visible(row.standing), "" if row.is_current else "dim"),
                lead,
                "bold" if row.is_current else "dim",
            )

    def typed(self, process: str, prompt: str, line: str, *, among: Collection[str]) -> None:
        """Show a line that the coach types. ``among``: the names of all processes."""
        self._screen.begin(self.label(process, among), _LABEL)
        self._screen.put(visible(prompt).replace("\n", " "))
        self._screen.put(visible(line).replace("\n", " "), "bold")
        self._screen.finish()

    def output(self, process: str, text: str, *, among: Collection[str]) -> None:
        """Show the output of a process, made visible and bounded. ``among``: the names of all processes."""
        label = self.label(process, among)
        lines = visible_lines(text)
        left_out = max(0, len(lines) - _MOST_LINES)
        for line in lines[: _MOST_LINES // 2] if left_out else lines:
            self._line(line, label)
        if left_out:
            note = ngettext("[{number} line left out]", "[{number} lines left out]", left_out)
            self._screen.line(note, "dim", label=label, label_style=_LABEL)
            for line in lines[-_MOST_LINES // 2 :]:
                self._line(line, label)

    def _line(self, line: str, label: str) -> None:
        """Show a line of output, which may be a megabyte long."""
        left_out = max(0, len(line) - _LONGEST)
        self._screen.begin(label, _LABEL)
        self._screen.put(line[:_LONGEST])
        if left_out:
            note = ngettext("[{number} character left out]", "[{number} characters left out]", left_out)
            self._screen.put(f" {note}", "dim")
        self._screen.finish()

    def label(self, process: str, among: Collection[str]) -> str:
        """Return what comes before a line of ``process``; nothing if it is the only one."""
        if len(among) < 2:
            return ""
        width = max(cell_len(visible(name)) for name in among)
        return f"{padded(visible(process), width)} {self._screen.signs.bar} "

    def lines(self, lines: Iterable[str]) -> None:
        """Show plain lines unchanged."""
        for line in lines:
            self._screen.line(visible(line))

    def facts(self, ticks: tuple[tuple[str, bool], ...]) -> None:
        """Show the facts of a goal, and which of them hold."""
        for text, holds in ticks:
            self.say(Message("good" if holds else "note", text))

    def table(self, rows: tuple[tuple[str, str], ...]) -> None:
        """Show words and what they mean."""
        width = max((cell_len(visible(word)) for word, _meaning in rows), default=0)
        for word, meaning in rows:
            lead = f"  {padded(visible(word), width)}  "
            self._screen.text(Text(visible(meaning)), lead, "bold", measure=_MEASURE)

    def contents(self, packs: Iterable[PackContents]) -> None:
        """Show all lessons and how far each is, under the titles of their packs."""
        packs = tuple(packs)
        width = max((cell_len(visible(id)) for _title, lessons in packs for id, _how in lessons), default=0)
        for title, lessons in packs:
            if title:
                self._screen.prose(visible(title), "bold")
            for id, how in lessons:
                self._screen.row(f"  {padded(visible(id), width)}  {how}".rstrip())


def stage_name(stage: Stage) -> str:
    """Return what the learner reads of a stage."""
    match stage:
        case "watch":
            return _("watch: the coach types, or you do")
        case "guided":
            return _("guided: you type the last steps")
        case "task":
            return _("task: you type")

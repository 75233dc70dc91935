"""What the learner enters, wherever it comes from: a terminal, or lines that somebody wrote before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct, field


class Line(Struct, frozen=True):
    """``cut_short``: Ctrl-C was pressed right behind it, for whatever the line has set off."""

    text: str
    cut_short: bool = False


class Interrupt(Struct, frozen=True):
    """Ctrl-C."""


class EndOfFile(Struct, frozen=True):
    """Ctrl-D at a terminal; elsewhere nothing more will come."""


class Changed(Struct, frozen=True):
    """Nothing was entered: the program has moved by itself."""


Entered = Line | Interrupt | EndOfFile | Changed


class Ask(Struct, frozen=True):
    """What is asked. ``running``: the program runs, and only words for the coach make sense."""

    prompt: str
    running: bool = False
    enter: str = ""
    """What a bare Enter does, in words."""
    silent: bool = False
    """A bare Enter is no line for the debugger, and nothing of it needs to be seen."""
    interrupts: bool = False
    """Ctrl-C is for the program; otherwise it only drops what was typed."""
    secret: bool = False
    """No line for the debugger: keep it out of the history."""
    names: Sequence[str] = ()
    """Names in scope, to be completed."""
    after: Mapping[str, Callable[[], Sequence[str]]] = field(default_factory=dict)
    """What gives what may follow each of the coach's words, to be completed."""
    words: Sequence[str] = ()
    """The coach's words that are shown as a reminder."""


class Reader(Protocol):
    """Where lines come from."""

    @property
    def is_person(self) -> bool:
        """Somebody sits there, and may be waited for as long as it takes."""
        ...

    def read(self, ask: Ask, changed: Callable[[], bool]) -> Entered:
        """The next line.

        ``changed`` takes in what the program does meanwhile and shows it; when it says that the program
        has moved, a reader that can stops asking. While the program runs, every reader asks it, for as
        long as it makes sense.
        """
        ...

    def forget_ahead(self) -> None:
        """Drop what a person has typed ahead: it was meant for what is over now."""
        ...

    def interrupted(self) -> None:
        """Ctrl-C was pressed while no line was read: show it. What was typed before it is dropped."""
        ...

    def close(self) -> None:
        """Leave the terminal as it was."""
        ...

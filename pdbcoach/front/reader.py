"""What a person enters, whether it comes from a terminal or from lines that were written before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct, field


class Entered(Struct, frozen=True):
    """A line. ``cut_short``: Ctrl-C was pressed right after it, and is meant for what the line started."""

    text: str
    cut_short: bool = False


class Interrupt(Struct, frozen=True):
    """Ctrl-C."""


class EndOfFile(Struct, frozen=True):
    """Ctrl-D at a terminal; elsewhere the end of all lines."""


class Changed(Struct, frozen=True):
    """Nothing was entered, but the program has moved by itself."""


Reply = Entered | Interrupt | EndOfFile | Changed


class Ask(Struct, frozen=True):
    """What a person is asked for."""

    prompt: str
    running: bool = False
    """The program is running, so only colon-words make sense."""
    enter: str = ""
    """What a bare Enter does, in words."""
    silent: bool = False
    """A bare Enter isn't a line for the debugger, and doesn't stay on the screen."""
    interrupts: bool = False
    """Ctrl-C is for the program; otherwise it only drops what was typed."""
    secret: bool = False
    """The line isn't for the debugger: it stays out of the history, and Ctrl-D is an empty line."""
    names: Sequence[str] = ()
    """Names in scope, for completion."""
    after: Mapping[str, Callable[[], Sequence[str]]] = field(default_factory=dict)
    """The colon-words, each with a function that gives what may follow it, for completion."""
    words: Sequence[str] = ()
    """Colon-words that are shown as a reminder."""


class Reader(Protocol):
    """Where lines come from."""

    @property
    def is_person(self) -> bool:
        """Whether a person types, who may be waited for as long as it takes."""
        ...

    def read(self, ask: Ask, changed: Callable[[], bool]) -> Reply:
        """Return the next line.

        ``changed`` takes in and shows what the program does meanwhile, and tells whether the program has
        moved; a reader that can then stops asking. While the program runs, every reader calls it for as
        long as that makes sense.
        """
        ...

    def forget_ahead(self) -> None:
        """Drop what a person has typed ahead: it was meant for what is over now."""
        ...

    def interrupted(self) -> None:
        """Show that Ctrl-C was pressed while no line was read. What was typed before it is dropped."""
        ...

    def close(self) -> None:
        """Leave the terminal as it was."""
        ...

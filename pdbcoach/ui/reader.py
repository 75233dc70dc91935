"""What the learner enters, wherever it comes from: a terminal, or lines that somebody wrote before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Line:
    text: str


@dataclass(frozen=True, slots=True)
class Interrupt:
    """Ctrl-C."""


@dataclass(frozen=True, slots=True)
class EndOfFile:
    """Ctrl-D at a terminal; elsewhere nothing more will come."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Nothing was entered: the program has moved by itself."""


Entered = Line | Interrupt | EndOfFile | Changed


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked. ``running``: the program runs, and only words for the coach make sense."""

    prompt: str
    running: bool = False
    repeats: str = ""
    """What a bare Enter would do, in words."""
    names: Sequence[str] = field(default=())
    """Names in scope, to be completed."""
    secret: bool = False
    """No line for the debugger: keep it out of the history."""


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

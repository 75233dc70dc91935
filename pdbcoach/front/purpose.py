"""What a conversation with a debugger is for: a lesson, or a recording."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, Protocol

from pdbcoach.coach.attempt import Attempt, Views
from pdbcoach.coach.words import ColonWord, OwnName
from pdbcoach.front.reader import Ask
from pdbcoach.route import Pressed
from pdbcoach.scenario.model import Key, Send


class Purpose(Protocol):
    """Decides what a ``Conversation`` leaves open. The conversation knows no lesson."""

    @property
    def words(self) -> Sequence[ColonWord]:
        """The colon-words that it offers."""
        ...

    @property
    def following(self) -> Mapping[str, Callable[[], Sequence[str]]]:
        """Functions that give what may follow some of its colon-words, for completion."""
        ...

    @property
    def patience(self) -> float:
        """Seconds that lines from a pipe wait for a program that runs."""
        ...

    @property
    def wanted_key(self) -> Pressed | None:
        """The key that is asked for now, if it is a key."""
        ...

    def prepare(self) -> bool:
        """Do what comes before the next line is read. False: it is over, so no line is read."""
        ...

    def ask(self) -> Ask:
        """Return what the person is asked for."""
        ...

    def takes(self, text: str) -> bool:
        """Take a line that isn't for the debugger. False: it is for the debugger."""
        ...

    def repeated(self, process: str) -> str:
        """Return the line that a bare Enter repeats at ``process``."""
        ...

    def before_typing(self, action: Send | Key) -> None:
        """Note that this is about to be typed at the current process."""
        ...

    def outlook(self, views: Views) -> Literal["met", "soon", "no"]:
        """Tell whether to stop waiting for what a line has started, because its goal is met."""
        ...

    def typed(self, attempt: Attempt, *, overtaken: bool) -> None:
        """Take in what came of a line. ``overtaken``: the person has pressed Ctrl-C since."""
        ...

    def noticed(self) -> None:
        """Take in that the program has moved by itself."""
        ...

    def obey(self, name: OwnName, rest: str) -> None:
        """Carry out one of its own colon-words; ``rest`` is what followed the word."""
        ...

    def leave(self, *, unfinished: bool = False) -> None:
        """End it. ``unfinished``: there are no more lines."""
        ...

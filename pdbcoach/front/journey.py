"""Back and forth on the route: taking lines back, and free play.

Going back is always a fresh debugger that goes the earlier part of the route again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from pdbcoach.front.debugger import Debugger
from pdbcoach.front.window import Window
from pdbcoach.language import _
from pdbcoach.route import Asked, Pressed, RouteEntry, Typed, Waited
from pdbcoach.scenario.model import Action, Key, Look, Send

S = TypeVar("S")
"""What else comes back with the debugger: of a practice, its lesson."""


class Before(Struct, Generic[S], frozen=True):
    """How things were before a line was typed."""

    state: S
    route: tuple[RouteEntry, ...]
    standing: dict[str, object]
    pids: dict[str, str]
    """The names of the processes by their pids, which are different each time."""
    current: str
    counts: bool
    """``:undo`` stops here. If not, the line goes with the one before it."""
    typed: str = ""
    """What was typed then, for a message."""


class Returned(Struct, Generic[S], frozen=True):
    """Where a way back has led."""

    state: S
    current: str
    differs: frozenset[str]
    """The processes that aren't where they were then."""
    pids: Mapping[str, str]
    """The new pid of each process, by its pid of then."""
    taken: tuple[tuple[str, S], ...] = ()
    """Each line that was taken back, and how things were before it; the newest comes first."""


class Journey(Struct, Generic[S]):
    """The points that can be returned to."""

    debugger: Debugger
    history: list[Before[S]] = field(default_factory=list)
    _left: Before[S] | None = None
    """How things were when free play began."""
    _played: int = 0
    """How much of the history is older than the free play."""

    @property
    def playing(self) -> bool:
        """Whether this is free play, in which nothing counts."""
        return self._left is not None

    def remember(self, state: S, current: str, *, counts: bool, typed: str) -> None:
        """Note how things are before ``typed`` is typed at the process ``current``."""
        self.history.append(replace(self.now(state, current, counts), typed=typed))

    def last_counts(self, counts: bool = True) -> None:
        """Change whether ``:undo`` stops at the line that was remembered last."""
        self.history[-1:] = [replace(one, counts=counts) for one in self.history[-1:]]

    def undo(self, lines: int) -> Returned[S] | None:
        """Take back this many lines that count, and all that came after them. ``None``: there are none.

        During free play, only its own lines can be taken back.
        """
        to: Before[S] | None = None
        taken: list[tuple[str, S]] = []
        while lines and len(self.history) > (self._played if self.playing else 0):
            before = self.history.pop()
            if before.counts:
                to = before
                taken.append((before.typed, before.state))
                lines -= 1
        return None if to is None else replace(self.return_to(to), taken=tuple(taken))

    def play(self, state: S, current: str) -> None:
        """Begin free play."""
        if self._left is None:
            self._left, self._played = self.now(state, current, True), len(self.history)

    def back(self) -> Returned[S] | None:
        """End free play. ``None``: there was none."""
        to, self._left = self._left, None
        if to is None:
            return None
        del self.history[self._played :]
        return self.return_to(to)

    def to_the_step(self) -> None:
        """Go back to where the current step began, if anything has been typed since."""
        route = self.debugger.route
        began = max((index for index, one in enumerate(route) if isinstance(one, Asked)), default=-1) + 1
        if any(isinstance(one, Typed | Pressed | Waited) for one in route[began:]):
            self.debugger.go_again(route[:began])

    def now(self, state: S, current: str, counts: bool) -> Before[S]:
        """Return how things are, as a point that can be returned to."""
        self.debugger.note_changes()
        debugger = self.debugger
        return Before(state, tuple(debugger.route), debugger.standing(), debugger.pids(), current, counts)

    def return_to(self, to: Before[S]) -> Returned[S]:
        """Go the route again that led to ``to``."""
        self.debugger.go_again(to.route)
        self.debugger.let_in(to.current)
        standing = self.debugger.standing()
        names = {*standing, *to.standing}
        differs = frozenset(name for name in names if standing.get(name) != to.standing.get(name))
        now = {name: pid for pid, name in self.debugger.pids().items()}
        pids = {pid: now[name] for pid, name in to.pids.items() if name in now}
        return Returned(to.state, to.current, differs, pids)


def keys_of(action: Action) -> str:
    """Return what is typed or pressed, for a message."""
    match action:
        case Send(text):
            return f"`{text}`" if text.strip() else _("Enter")
        case Key(name):
            return "Ctrl-C" if name == "ctrl-c" else "Ctrl-D"
        case Look():
            return ""


def undo(
    journey: Journey[S],
    rest: str,
    window: Window,
    about: Callable[[S, S | None], str] = lambda before, after: "",
) -> Returned[S] | None:
    """Obey ``:undo``; ``rest`` is what followed it. ``None``: nothing was taken back, and why was said.

    ``about`` returns what else to say of a line, from how things were before it and after it; None is now.
    """
    if rest and not (rest.isdecimal() and int(rest)):
        window.say(_("`:undo` takes a number of lines, for example `:undo 2`."))
        return None
    wanted = int(rest or 1)
    returned = journey.undo(wanted)
    if returned is None:
        nothing = _("You haven't typed anything that could be taken back.")
        window.say(nothing + (" " + _("`:back` leaves free play.") if journey.playing else ""))
        return None
    after = (None, *(state for _typed, state in returned.taken))
    lines = [typed + about(state, then) for (typed, state), then in zip(returned.taken, after, strict=False)]
    said = _("Taken back: {lines}.").format(lines=", ".join(filter(None, lines)))
    if len(lines) < wanted:
        said += " " + _("There were no more.")
    window.say(said)
    return returned

"""What is typed at a step besides its own line: looks, slips, detours and other ways to the same goal."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Final, Literal

from msgspec import Struct

from pdbcoach.facts import At, Breakpoints
from pdbcoach.observation import DebuggerState
from pdbcoach.scenario.model import Step

PerturbationKind = Literal["harmless", "astray", "own", "road"]
"""``harmless``: it changes nothing. ``astray``: it may leave the lesson's way. ``own``: it leaves something
of the learner's own, or nothing. ``road``: another way to the same goal."""

NEWEST: Final = "clear {newest}"
"""The line that clears the newest breakpoint, whatever its number is."""


class Perturbation(Struct, frozen=True):
    name: str
    kind: PerturbationKind
    lines: tuple[str, ...]


class Standpoint(Struct, frozen=True):
    """A step, and where the program is when it is asked."""

    step: Step
    own: str
    """The step's own line; empty for a key or a bare Enter."""
    state: DebuggerState
    source: str
    """The text of the file in which the program stands."""
    number: int
    """How many steps were asked before it. It decides which harmless lines are tried here."""

    @property
    def command(self) -> str:
        """The long name of the own line's command; empty if it has none."""
        return self.step.line.first.name or ""

    @property
    def rest(self) -> str:
        """What follows the command's name."""
        return self.own.partition(" ")[2]

    @property
    def free(self) -> Sequence[int]:
        """The lines that could get a breakpoint: none is there, and the step wants none there."""
        table = self.step.facts.of(Breakpoints)
        wanted = {row.line for row in table.rows} if table is not None else set()
        taken = {row.line for row in self.state.breakpoints}
        return [line for line in executable(self.source) if line not in taken | wanted]

    def indent(self, line: int) -> int:
        text = self.source.splitlines()[line - 1]
        return len(text) - len(text.lstrip())


def perturbations(here: Standpoint) -> tuple[Perturbation, ...]:
    """Return everything to try at a step."""
    return tuple(one for make in _MAKERS for one in make(here))


@cache
def executable(source: str) -> tuple[int, ...]:
    """Return the lines with a statement that is neither a docstring nor a definition."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return ()
    found = {
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt)
        and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Global)
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    }
    return tuple(sorted(found))


_LOOKS: Final = (
    Perturbation("a look", "harmless", ("p 1+1",)),
    Perturbation("where", "harmless", ("w",)),
    Perturbation("a NameError", "harmless", ("p undefined_name",)),
    Perturbation("an unknown command", "harmless", ("frobnicate 3",)),
)
_STRAYS: Final = (
    Perturbation("one c too many", "astray", ("c",)),
    Perturbation("two c too many", "astray", ("c", "c")),
    Perturbation("one n too many", "astray", ("n",)),
    Perturbation("a restart", "astray", ("restart",)),
)
_MOVES: Final = frozenset({"step", "next", "continue", "until", "return"})
_READS_MORE: Final = frozenset({"commands", "interact", "debug", "alias"})
"""Commands that take the rest of a line, or more lines."""


def _looks(here: Standpoint) -> Iterator[Perturbation]:
    for turn in (here.number, here.number + 1):
        yield _LOOKS[turn % len(_LOOKS)]


def _strays(here: Standpoint) -> Iterator[Perturbation]:
    yield from _STRAYS
    now = here.state.stop.line
    if here.state.focus == here.state.stop and now <= len(here.source.splitlines()):
        after = [line for line in here.free if line > now and here.indent(line) == here.indent(now)]
        yield from (Perturbation("a jump", "astray", (f"j {line}",)) for line in after[:1])


def _breakpoints(here: Standpoint) -> Iterator[Perturbation]:
    if not (free := here.free):
        return
    yield Perturbation("a breakpoint of their own", "own", (f"b {free[-1]}",))
    if here.command in ("break", "tbreak") and here.rest:
        yield Perturbation("a slip, corrected", "own", (f"b {free[0]}", NEWEST))


def _spellings(here: Standpoint) -> Iterator[Perturbation]:
    own, command = here.own, here.step.line.first.command
    if not own or command is None:
        return
    if command.typed and command.shorts:
        word = command.name if own.split()[0] != command.name else command.shorts[0]
        yield Perturbation("another name", "road", (f"{word} {here.rest}".strip(),))
    if ";;" not in own and command.name not in _READS_MORE:
        yield Perturbation("after `;;`", "road", (f"p 0 ;; {own}",))
    if not command.typed and not own.startswith("!"):
        yield Perturbation("with `!`", "road", (f"!{own}",))


def _other_prints(here: Standpoint) -> Iterator[Perturbation]:
    if here.command == "p" and here.rest:
        yield Perturbation("`!` for `p`", "road", (f"!{here.rest}",))
        yield Perturbation("`pp` for `p`", "road", (f"pp {here.rest}",))


def _destination(here: Standpoint) -> At | None:
    """Return where the step's own line leads; None if that is no place in this process and file."""
    place = here.step.facts.of(At)
    if place is None or here.command not in _MOVES or place.process not in (None, here.step.process):
        return None
    return place if place.file in (None, here.state.stop.file) else None


def _detours(here: Standpoint) -> Iterator[Perturbation]:
    if (place := _destination(here)) is None:
        return
    line, code = place.line, executable(here.source)
    if place.event == "call" and place.function not in (None, "<module>"):
        yield Perturbation("by the function's name", "road", (f"b {place.function}", "c"))
    if line is None or line not in code:
        return
    if place.event == "line":
        yield Perturbation("by a temporary breakpoint", "road", (f"tbreak {line}", "c"))
        if line > here.state.stop.line and place.function in (None, here.state.stop.function):
            yield Perturbation("by `until`", "road", (f"until {line}",))
    if place.event == "return":
        yield Perturbation("to the return by `until`", "road", (f"until {line}",))
        yield Perturbation("to the return by a breakpoint", "road", (f"b {line}", "c"))


_MAKERS: Sequence[Callable[[Standpoint], Iterator[Perturbation]]] = (
    _looks,
    _strays,
    _breakpoints,
    _spellings,
    _other_prints,
    _detours,
)


def is_beside_the_point(line: str) -> bool:
    """Return whether ``line`` is one of those that change nothing and answer no step."""
    return any(line in one.lines for one in _LOOKS)

"""What a goal wants besides the facts of its step: what the step's line is known to do."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Final, final

from pdbcoach.facts.base import Criterion, is_file
from pdbcoach.facts.values import UNDEFINED, wanted_text
from pdbcoach.language import _
from pdbcoach.observation import DebuggerState, Observation
from pdbcoach.pdb.words import PromptKind

_PROMPTS: Final[Mapping[PromptKind, str]] = {
    "pdb": "(Pdb)",
    "nested": "((Pdb))",
    "commands": "(com)",
    "python": ">>>",
    "interact": ">>>",
    "confirm": "(y/n)",
}


class Implied(Criterion, frozen=True):
    """Something that no author writes: the coach adds it. Breakpoints make no difference to it."""

    def met(
        self,
        seen: Observation,
        script: str | None,
        optional: frozenset[int] = frozenset(),
        *,
        strict: bool = False,
    ) -> bool:
        return self.is_met(seen)

    @abstractmethod
    def is_met(self, seen: Observation) -> bool:
        """Return whether it holds."""


class ImpliedState(Implied, frozen=True):
    """Something about the debugger's state; it does not hold where there is no debugger."""

    def is_met(self, seen: Observation) -> bool:
        return seen.state is not None and self.holds_in(seen.state)

    @abstractmethod
    def holds_in(self, state: DebuggerState) -> bool:
        """Return whether it holds in this state."""


@final
class GlobalValue(ImpliedState, frozen=True):
    """The value of a global variable, even if a local variable hides it."""

    variable: str
    value: str

    def holds_in(self, state: DebuggerState) -> bool:
        return state.global_values.get(self.variable, UNDEFINED) == self.value

    def words(self) -> str:
        return wanted_text(self.variable, self.value)


@final
class Defined(ImpliedState, frozen=True):
    """A name that the step's line reads exists in the focused frame, or as an alias."""

    name: str

    def holds_in(self, state: DebuggerState) -> bool:
        return state.value(self.name) is not None or self.name in state.aliases

    def words(self) -> str:
        return _("`{name}` should exist here").format(name=self.name)


@final
class BreakpointSet(ImpliedState, frozen=True):
    """The breakpoint whose number the step's line needs."""

    line: int
    file: str | None = None
    """None: any."""

    def holds_in(self, state: DebuggerState) -> bool:
        rows = (row for row in state.breakpoints if row.line == self.line)
        return any(self.file is None or is_file(self.file, row.file) for row in rows)

    @property
    def place(self) -> str:
        return str(self.line) if self.file is None else f"{self.file}:{self.line}"

    def words(self) -> str:
        return _("there should be a breakpoint at {place}").format(place=self.place)


@final
class Displayed(ImpliedState, frozen=True):
    """Whether an expression is on display."""

    expression: str
    wanted: bool

    def holds_in(self, state: DebuggerState) -> bool:
        return (self.expression in state.displays) == self.wanted

    def words(self) -> str:
        text = _("pdb should display `{code}`") if self.wanted else _("pdb shouldn't display `{code}`")
        return text.format(code=self.expression)


@final
class Aliased(ImpliedState, frozen=True):
    """What an alias stands for; an empty body means that the alias must not exist."""

    alias: str
    body: str

    def holds_in(self, state: DebuggerState) -> bool:
        return state.aliases.get(self.alias, "").split() == self.body.split()

    def words(self) -> str:
        if not self.body:
            return _("`{name}` should be no alias").format(name=self.alias)
        return _("`{name}` should be an alias for `{body}`").format(name=self.alias, body=self.body)


@final
class AtPrompt(Implied, frozen=True):
    """The prompt at which the next step is typed."""

    kind: PromptKind

    def is_met(self, seen: Observation) -> bool:
        return seen.prompt is not None and seen.prompt.kind == self.kind

    def words(self) -> str:
        shown = _PROMPTS.get(self.kind)
        return (
            _("the prompt should be `{prompt}`").format(prompt=shown)
            if shown
            else _("the program should ask for input")
        )

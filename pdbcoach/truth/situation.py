"""What the rules may ask about: the line after which a text is said, and the step before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from pdbcoach.coach.attempt import Views, has_moved, state_of
from pdbcoach.coach.moves import effect_of
from pdbcoach.coach.questions import is_refusal
from pdbcoach.observation import Breakpoint, DebuggerState, ProcessView
from pdbcoach.pdb.line import Line
from pdbcoach.truth.tries import Exchange


class Situation(Struct, frozen=True):
    process: str
    """The step's."""
    start: Views
    """The processes when the step began."""
    exchanges: Sequence[Exchange]
    """The lines of the step up to the one after which the text is said; at least one."""
    after: Views
    """The processes when the text is said."""

    @property
    def last(self) -> Exchange:
        return self.exchanges[-1]

    @property
    def typed(self) -> tuple[str, ...]:
        return tuple(one.typed for one in self.exchanges)

    @property
    def view(self) -> ProcessView | None:
        return self.after.get(self.process)

    @property
    def state(self) -> DebuggerState | None:
        return state_of(self.process, self.after)

    @property
    def began(self) -> DebuggerState | None:
        return state_of(self.process, self.start)

    @property
    def table(self) -> Mapping[int, Breakpoint]:
        return table_of(self.state)

    @property
    def values(self) -> Mapping[str, str]:
        return values_of(self.state)

    @property
    def was_restarted(self) -> bool:
        """The learner has restarted the program in this step."""
        return any(one.is_restart and Line.parse(one.typed).restarts for one in self.exchanges)

    @property
    def has_ended(self) -> bool:
        """The program has come to its end in this step, or has been left."""
        by_itself = any(one.is_restart and not Line.parse(one.typed).restarts for one in self.exchanges)
        prompt = self.view.prompt if self.view is not None else None
        ended = self.view is None or self.view.phase in ("zombie", "gone")
        return by_itself or ended or (prompt is not None and prompt.kind in ("python", "program", "interact"))

    def ran(self, exchange: Exchange) -> bool:
        """Return whether a line has let the program run, even if it came around to the same stop."""
        moves = effect_of(exchange.typed) == "move" and not is_refusal(exchange.output)
        return moves or has_moved(self.process, exchange.before, exchange.after)

    @property
    def has_only_jumped(self) -> bool:
        """No line has run since the last ``jump`` of this step."""
        jumped = False
        for one in self.exchanges:
            if Line.parse(one.typed).first.name == "jump":
                jumped = jumped or not one.output.startswith("***")
            elif has_moved(self.process, one.before, one.after):
                jumped = False
        return jumped

    @property
    def did_nothing(self) -> bool:
        """The last line has left the debugger as it was."""
        then = state_of(self.process, self.last.before)
        return then is not None and then == state_of(self.process, self.last.after)


def table_of(state: DebuggerState | None) -> Mapping[int, Breakpoint]:
    """Return the breakpoints by their numbers."""
    return {row.number: row for row in state.breakpoints} if state is not None else {}


def values_of(state: DebuggerState | None) -> Mapping[str, str]:
    """Return what the focused frame sees, by name."""
    return state.values if state is not None else {}


def brief(table: Mapping[int, Breakpoint]) -> str:
    """Return a table of breakpoints in words."""
    rows = [f"number {number} on line {row.line}" for number, row in sorted(table.items())]
    return f"the breakpoints are {', '.join(rows)}" if rows else "there is no breakpoint"

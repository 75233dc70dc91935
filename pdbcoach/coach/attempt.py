"""One line or key of the learner's, and the state of all processes before and after it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from pdbcoach.observation import DebuggerState, Observation, Outcome, Phase, ProcessView
from pdbcoach.pdb.line import Line
from pdbcoach.pdb.words import PromptKind
from pdbcoach.scenario.model import Key, Send

Views = Mapping[str, ProcessView]
"""Every process by its name."""


class Attempt(Struct, frozen=True):
    """What was typed, and what happened. What it means is for the reader to decide."""

    process: str
    action: Send | Key
    prompt: PromptKind | None
    """The prompt that was typed at; None for a key pressed while the process ran."""
    before: Views
    after: Views
    output: str = ""
    """What the process printed, without terminal controls."""
    restarted: bool = False
    """The program has ended meanwhile, and pdb has restarted it."""
    previous: str = ""
    """The line that a bare Enter repeats."""
    late: bool = False
    """Nothing was typed: an earlier line has only now had its effect."""
    brought_back: bool = False
    """A Ctrl-C after a line of the learner's own that ran on: the process is where that line was typed."""

    @property
    def text(self) -> str:
        """What was typed; empty for a key and for a bare Enter."""
        return self.action.text if isinstance(self.action, Send) else ""

    @property
    def typed(self) -> Line:
        """What was typed, parsed; the empty line for a key."""
        return Line.parse(self.text, self.prompt)

    @property
    def line(self) -> Line:
        """What pdb did: the line that was typed, or the one that a bare Enter repeated."""
        return self.typed if self.text.strip() else Line.parse(self.previous, self.prompt)

    @property
    def started_again(self) -> bool:
        """Whether the learner restarted the program with this line."""
        return self.restarted and self.line.restarts

    @property
    def jumps(self) -> bool:
        """Whether the line has jumped over others, which haven't run."""
        then, now = state_of(self.process, self.before), state_of(self.process, self.after)
        if "jump" not in self.line.names or then is None or now is None:
            return False
        return then.stop.line < now.stop.line and then.depth == now.depth

    @property
    def used(self) -> str:
        """The text of the line, or the name of the key, for the learner's records."""
        return self.action.text if isinstance(self.action, Send) else self.action.name


def observation(process: str, views: Views, output: str = "") -> Observation:
    """Return the state of ``process`` as a value that facts can be compared with."""
    view = views.get(process)
    if view is None:
        return Observation(process, "absent", output, processes=views)
    outcomes: Mapping[Phase, Outcome] = {"stopped": "prompt", "running": "blocked"}
    return Observation(
        process,
        outcomes.get(view.phase, "ended"),
        output,
        prompt=view.prompt,
        state=view.state,
        processes=views,
    )


def state_of(process: str, views: Views) -> DebuggerState | None:
    """Return the state of the debugger in ``process``, or None if it isn't at a debugger's prompt."""
    view = views.get(process)
    return view.state if view is not None and view.phase == "stopped" else None


def has_moved(process: str, before: Views, after: Views) -> bool:
    """Return whether ``process`` has stopped elsewhere, or is no longer stopped."""
    then, now = state_of(process, before), state_of(process, after)
    if then is None or now is None:
        return then is not None and after[process].phase != "stopped"
    if then.event == now.event == "post-mortem":
        return False  # a crashed program can't run: `exceptions` only selects another traceback
    return not is_same_stop(then, now)


def is_same_stop(one: DebuggerState, other: DebuggerState) -> bool:
    """Return whether both are stopped at the same line, for the same event, at the same depth."""
    return (one.stop, one.event, one.depth) == (other.stop, other.event, other.depth)

"""One line or key of the learner's, and how things stood before and after it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from pdbcoach.coach.moves import Effect
from pdbcoach.observation import DebuggerState, Location, Observation, Outcome, Phase, ProcessView
from pdbcoach.pdb.commands import LEAVING, RESTARTING
from pdbcoach.pdb.line import resolve, resolve_all
from pdbcoach.pdb.words import PromptKind
from pdbcoach.scenario.model import Key, Send

Views = Mapping[str, ProcessView]

_LEAVING_CALL: Final = re.compile(r"!?\s*(?:sys\.)?(?:exit|quit)\(.*\)\s*")

_LEAVING_ATTRIBUTE: Final = re.compile(r"(?:q|quit|exit)\.")


class Attempt(Struct, frozen=True):
    """``output`` is what the process that was typed at has shown; terminal controls are removed."""

    process: str
    action: Send | Key
    prompt: PromptKind | None
    """The prompt that was typed at; ``None`` for a key pressed while the process ran."""
    effect: Effect
    before: Views
    after: Views
    output: str = ""
    restarted: bool = False
    """The program has ended meanwhile, and pdb has started it again."""
    previous: str = ""
    """What a bare Enter repeats."""
    late: bool = False
    """Nothing was typed: what was typed before has led here only now."""

    @property
    def text(self) -> str:
        """What was typed; empty for a key and for a bare Enter."""
        return self.action.text if isinstance(self.action, Send) else ""

    @property
    def line(self) -> str:
        """What pdb was made to do: what was typed, or what a bare Enter has repeated."""
        return self.text if self.text.strip() else self.previous

    @property
    def started_again(self) -> bool:
        """Whether the learner has had the program started again."""
        return self.restarted and resolve(self.line) in RESTARTING

    @property
    def leaves(self) -> bool:
        """Whether it is there to leave the debugger, or was taken so."""
        # Up to Python 3.12 `q.x` is the command `q`.
        was_taken_so = self.effect == "move" and _LEAVING_ATTRIBUTE.match(self.text) is not None
        return was_taken_so or is_leaving(self.action, self.prompt)

    @property
    def used(self) -> str:
        """The line as it is kept for the learner's own records."""
        return self.action.text if isinstance(self.action, Send) else self.action.name


def is_leaving(action: Send | Key, prompt: PromptKind | None) -> bool:
    """Whether a line or key at this prompt (``None``: pdb's usual one) is there to leave the debugger."""
    if prompt not in (None, "pdb", "nested"):
        return False
    match action:
        case Send(text):
            return bool(LEAVING & set(resolve_all(text))) or bool(_LEAVING_CALL.fullmatch(text))
        case Key(name):
            return name == "ctrl-d"


def observation(process: str, views: Views, output: str = "") -> Observation:
    """How ``process`` stands, as a value that facts can be compared with."""
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
    """Where the debugger of ``process`` is; ``None`` if it is at no prompt of a debugger."""
    view = views.get(process)
    return view.state if view is not None and view.phase == "stopped" else None


def stop_of(process: str, views: Views) -> Location | None:
    """Where ``process`` stands."""
    state = state_of(process, views)
    return state.stop if state is not None else None

"""What a person typed into which process, and how all processes stood before they typed on."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

from pdbcoach.engine.session import Session
from pdbcoach.observation import ProcessView
from pdbcoach.pdb.words import PromptKind
from pdbcoach.scenario.model import Key, Send

SETTLING: Final = 0.4
"""Seconds that processes which run on are given to come to their prompts."""

_BREATH: Final = 0.03
"""Seconds in which a process that was just forked makes itself known."""

_KEYS: Final = {"ctrl-c": "\x03", "ctrl-d": "\x04"}

Views = Mapping[str, ProcessView]


class Typed(Struct):
    """A line or key, and what became of the processes until the next one was typed."""

    process: str
    action: Send | Key
    prompt: PromptKind | None
    """The prompt it was typed at; ``None`` for Ctrl-C while the process runs."""
    wait: float = 0.0
    """Seconds that the program had run by then."""
    took: float = 0.0
    """Seconds until the process stood at a prompt again."""
    after: Views = field(default_factory=dict)


class Recorder(Struct):
    """Passes on what a person types, and remembers it. Shows nothing: whoever drives it does."""

    session: Session
    current: str = "main"
    typed: list[Typed] = field(default_factory=list)
    before: Views = field(default_factory=dict)
    """How the processes stood when the first line was typed."""
    _since: float = field(default_factory=time.monotonic)

    def start(self) -> None:
        """Start the program; wait for nothing."""
        self.session.launch()
        self._since = time.monotonic()

    @property
    def here(self) -> ProcessView | None:
        """The process that is spoken to."""
        return self.session.processes.get(self.current)

    def waiting(self) -> list[str]:
        """The processes that stand at a prompt."""
        return [name for name, view in self.session.processes.items() if view.phase == "stopped"]

    def alive(self) -> list[str]:
        """The processes that have not ended."""
        return [name for name, view in self.session.processes.items() if view.phase in ("stopped", "running")]

    @property
    def quiet_for(self) -> float:
        """Seconds since something was typed."""
        return time.monotonic() - self._since

    def run(self, seconds: float) -> None:
        """Let the program run, until all that lives stands at prompts, or for so long."""
        self.session.wait_until(
            lambda views: bool(views) and all(view.phase != "running" for view in views.values()), seconds
        )
        if self.typed and not self.typed[-1].took:
            last = self.typed[-1]
            view = self.session.processes.get(last.process)
            if view is not None and view.phase != "running":
                last.took = self.quiet_for

    def settle(self) -> None:
        """Give what has just been set off the time to come to its prompts."""
        self.session.wait(_BREATH)
        self.run(max(0.0, SETTLING - self.quiet_for))

    def type(self, line: str) -> None:
        """Type ``line`` and Enter at the prompt of the current process."""
        self._do(Send(line), line + "\n")

    def press(self, key: Key) -> None:
        """Press Ctrl-C or Ctrl-D on the terminal of the current process."""
        self._do(key, _KEYS[key.name])

    def finish(self) -> None:
        """Nothing more will be typed: remember how the processes stand now."""
        self._note()

    def _note(self) -> None:
        self.settle()
        if self.typed:
            self.typed[-1].after = dict(self.session.processes)
        else:
            self.before = dict(self.session.processes)

    def _do(self, action: Send | Key, keys: str) -> None:
        self._note()
        view = self.here
        kind = view.prompt.kind if view is not None and view.prompt is not None else None
        ran = self.quiet_for if kind is None else 0.0
        self.typed.append(Typed(self.current, action, kind, ran))
        self.session.type(keys, self.current)
        self._since = time.monotonic()

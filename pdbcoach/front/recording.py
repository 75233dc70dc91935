"""A recording: a conversation without a lesson, whose route becomes a scenario."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal

from pdbcoach.coach.attempt import Attempt, Views, has_moved
from pdbcoach.coach.questions import is_refusal
from pdbcoach.coach.words import RECORDING_WORDS, ColonWord, OwnName
from pdbcoach.front.conversation import Conversation
from pdbcoach.front.journey import Journey, keys_of, undo
from pdbcoach.front.messages import prompt_for
from pdbcoach.front.reader import Ask
from pdbcoach.language import _
from pdbcoach.route import RouteEntry, Typed
from pdbcoach.scenario.model import Key, Send

_NO_SUCH_LINE: Final = "End of file"
"""What pdb answers to a breakpoint behind the last line."""
_PATIENCE: Final = 1.0
"""Seconds after which a program that runs doesn't keep colon-words from a pipe waiting."""


class Recording:
    """The purpose of a conversation that is recorded. Every line counts, looks too."""

    words: Sequence[ColonWord] = RECORDING_WORDS
    following: Mapping[str, Callable[[], Sequence[str]]] = {}
    patience: float = _PATIENCE
    wanted_key: None = None

    def __init__(self, conversation: Conversation) -> None:
        self.before: Views = {}
        """How the processes were before the first line."""
        self._conversation = conversation
        self._debugger = conversation.debugger
        self._journey: Journey[None] = Journey(conversation.debugger)
        self._left = False
        self._refused: list[int] = []
        """The places in the route of the lines that pdb refused: they become no steps."""

    @property
    def route(self) -> Sequence[RouteEntry]:
        """What was typed, without the lines that were taken back, and what became of the processes."""
        return tuple(one for at, one in enumerate(self._debugger.route) if at not in self._refused)

    def prepare(self) -> bool:
        views = self._debugger.views
        self.before = self.before or dict(views)
        if self._left or not any(view.phase in ("stopped", "running") for view in views.values()):
            return False
        self._conversation.window.processes(self._conversation.current.name)
        return True

    def ask(self) -> Ask:
        name, views = self._conversation.current.name, self._debugger.views
        label = self._conversation.screen.label(name, views)
        return prompt_for(views, name, label=label, previous=self.repeated(name))

    def takes(self, text: str) -> bool:
        return False

    def repeated(self, process: str) -> str:
        typed = (
            entry.text
            for entry in reversed(self._debugger.route)
            if isinstance(entry, Typed) and entry.process == process
            if entry.prompt in ("pdb", "nested") and entry.text.strip()
        )
        return next(typed, "")

    def before_typing(self, action: Send | Key) -> None:
        self._journey.remember(None, self._conversation.current.name, counts=True, typed=keys_of(action))

    def outlook(self, views: Views) -> Literal["no"]:
        return "no"

    def typed(self, attempt: Attempt, *, overtaken: bool) -> None:
        """Note a line that pdb refused; the debugger's route has the others."""
        at_pdb = isinstance(attempt.action, Send) and attempt.prompt in ("pdb", "nested")
        moved = has_moved(attempt.process, attempt.before, attempt.after)
        refused = is_refusal(attempt.output) or attempt.output.strip() == _NO_SUCH_LINE
        if not at_pdb or moved or not refused:
            return
        route = self._debugger.route
        self._refused.append(max(at for at, one in enumerate(route) if isinstance(one, Typed)))
        self._conversation.window.say(_("pdb refused that, so it becomes no step. `:keep` makes it one."))

    def noticed(self) -> None:
        """Nothing to do: the debugger's route has it."""

    def obey(self, name: OwnName, rest: str) -> None:
        if name == "keep":
            self._keep()
            return
        assert name == "undo", f"the table of words has no :{name}"
        returned = undo(self._journey, rest, self._conversation.window)
        if returned is None:
            return
        self._refused = [at for at in self._refused if at < len(self._debugger.route)]
        self._conversation.current.name = returned.current
        if returned.differs:
            self._conversation.window.does_not_repeat(returned.differs)
            self._conversation.current.settle()
        self._conversation.window.states(returned.current)

    def _keep(self) -> None:
        said = _("It becomes a step.") if self._refused else _("pdb has refused no line.")
        del self._refused[-1:]
        self._conversation.window.say(said)

    def leave(self, *, unfinished: bool = False) -> None:
        self._left = True

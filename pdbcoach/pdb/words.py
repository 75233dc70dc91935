"""Words for what pdb shows and takes, declared once: prompts, events, keys."""

from __future__ import annotations

from typing import Final, Literal, get_args

PromptKind = Literal["pdb", "nested", "commands", "python", "interact", "confirm", "program", "terminal"]
EventName = Literal["line", "call", "return", "exception", "post-mortem"]
KeyName = Literal["ctrl-c", "ctrl-d"]

PROMPTS: Final[tuple[PromptKind, ...]] = get_args(PromptKind)
EVENTS: Final[tuple[EventName, ...]] = get_args(EventName)
KEYS: Final[tuple[KeyName, ...]] = get_args(KeyName)

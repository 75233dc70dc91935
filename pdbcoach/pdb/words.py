"""The words for prompts, events and keys, declared once for the format, the engine and the coach."""

from __future__ import annotations

from typing import Final, Literal, get_args

PromptKind = Literal["pdb", "nested", "commands", "python", "interact", "confirm", "program", "terminal"]
EventName = Literal["line", "call", "return", "exception", "post-mortem"]
KeyName = Literal["ctrl-c", "ctrl-d"]

PROMPTS: Final[tuple[PromptKind, ...]] = get_args(PromptKind)
EVENTS: Final[tuple[EventName, ...]] = get_args(EventName)
KEYS: Final[tuple[KeyName, ...]] = get_args(KeyName)

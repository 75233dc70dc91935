"""Make text from programs harmless: what a terminal would obey becomes readable text."""

from __future__ import annotations

import re
import unicodedata

_SUSPECT = re.compile(r"[^\x20-\x7e\n]")
_TAB = 8
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&-])")


def visible(text: str) -> str:
    """Return the text with ``\\x1b`` for ESC and so on. Newlines stay; tabs become spaces.

    It escapes control characters (C0, C1, DEL), invisible and direction-changing characters, line
    separators, lone surrogates and unassigned code points.
    """
    if "\t" in text:
        text = text.expandtabs(_TAB)
    return _SUSPECT.sub(_show, text)


def one_line(text: str) -> str:
    """Return the visible text with line breaks escaped as well."""
    return visible(text).replace("\n", "\\n")


def lines(text: str) -> list[str]:
    """Return the lines of a program's output, made visible; a final newline starts no empty line."""
    if not text:
        return []
    return visible(text.replace("\r\n", "\n").removesuffix("\n")).split("\n")


def in_markdown(text: str) -> str:
    """Return Markdown that shows the text as it is, in one line."""
    return _SPECIAL.sub(r"\\\1", visible(text).replace("\n", " "))


def _show(match: re.Match[str]) -> str:
    character = match[0]
    if character.isprintable() or unicodedata.category(character) == "Zs":
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

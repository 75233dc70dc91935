"""A program's text as Python reads it: its encoding, and where its lines end."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Final

_LINE_BREAK: Final = re.compile("\r\n|\r")
_UTF_8: Final = "utf-8-sig"
_SLOW: Final = frozenset({"idna", "punycode"})
"""Codecs that take quadratic time. No program is written in them."""


def read(path: Path) -> str:
    """Return the text of a program. Raises OSError."""
    return decoded(path.read_bytes())


def decoded(data: bytes) -> str:
    """Return the text of a program, with ``\\n`` at the ends of its lines.

    The encoding is that of a byte order mark or of a comment (PEP 263), otherwise UTF-8. A lesson's program
    may be broken, so bytes that have no meaning are replaced.
    """
    try:
        text = data.decode(_encoding(data), "replace")
    except (LookupError, ValueError):  # a codec that isn't for text, or one that replaces nothing
        text = data.decode(_UTF_8, "replace")
    return _LINE_BREAK.sub("\n", text)


def lines(text: str) -> list[str]:
    """Return the lines of a program's text, without their ends.

    Only ``\\n`` ends a line. ``str.splitlines`` would also split at form feeds, vertical tabs, NEL, U+2028
    and others, which Python's tokenizer doesn't.
    """
    found = text.split("\n")
    if not found[-1]:
        found.pop()
    return found


def _encoding(data: bytes) -> str:
    if b"coding" not in b"".join(data.split(b"\n", 2)[:2]):
        return _UTF_8
    import tokenize  # here, because few programs declare their encoding

    try:
        declared, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError:
        return _UTF_8
    return _UTF_8 if declared in ("utf-8", *_SLOW) else declared

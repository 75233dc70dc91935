"""What is removed from a terminal's text before it is compared, because no author can or should write it."""

from __future__ import annotations

import re

BLANKS = " \t"
"""Removed at the end of a line, from output and patterns alike."""

_CONTROL_SEQUENCE = re.compile(
    r"""
      (?: \x1b\] | \x9d ) [^\x07\x1b\x9c\x9d]* (?: \x07 | \x1b\\ | \x9c )  # OSC: titles, links, marks
    | (?: \x1b[PX^_] | [\x90\x98\x9e\x9f] ) [^\x1b\x90\x98\x9c\x9e\x9f]* (?: \x1b\\ | \x9c )  # DCS, SOS...
    | (?: \x1b\[ | \x9b ) [0-?]* [ -/]* (?: [@-~] | \Z )  # CSI: colours, cursor; may be cut off by the end
    | \x1b [ -/]* [0-~]  # keypad, character sets; and how a string begins that nothing ends
    | [\x1b\x90\x98\x9b-\x9f]  # what is left of a broken one
    """,
    re.VERBOSE,
)
_RETURNS = re.compile(r"\r+")
_RETURN_AT_EDGE = re.compile(r"^\r|\r$", re.MULTILINE)
_BLANKS_BEFORE_BREAK = re.compile(rf"(?<![{BLANKS}])[{BLANKS}]+$", re.MULTILINE)


def normalise(text: str, folder: str | None) -> str:
    """Return ``text`` as it is compared: without terminal control sequences and the work ``folder``'s path.

    Lines end in LF. Spaces at their ends and empty lines at the end of the text are removed, so the result
    never ends in a line break. A lone carriage return inside a line starts a new line: a terminal would
    overwrite the text before it, but here nothing that was printed may be hidden. Other control characters
    (backspace, bell) stay as they are.
    """
    text = _CONTROL_SEQUENCE.sub("", text)
    text = _RETURNS.sub("\r", text)
    text = _RETURN_AT_EDGE.sub("", text).replace("\r", "\n")
    if folder:
        text = _without_folder(text, folder)
    return _BLANKS_BEFORE_BREAK.sub("", text).rstrip(BLANKS + "\n")


def split_lines(text: str) -> tuple[str, ...]:
    """Return the lines of ``text``, cut as by ``normalise``; none for an empty text."""
    # Not str.splitlines: a form feed or U+2028 does not break a line of a terminal.
    lines = [line.rstrip(BLANKS) for line in text.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return tuple(lines)


def _without_folder(text: str, folder: str) -> str:
    folder = folder.rstrip("/")
    if not folder:
        return text
    # Only a whole path: neither the end of a longer one (/private/tmp/x) nor another one (/tmp/x2).
    # A letter right before it may be the end of an escape in a repr: '\n/tmp/x'.
    before = r"(?: (?<![\w.-]) | (?<=\\[abfnrtv]) )"
    after = r"(?: /+ (?=[^\s/'\")]) | /? (?![/\w+@%~-]) (?!\.\w) )"
    return re.sub(before + re.escape(folder) + after, "", text, flags=re.VERBOSE)
